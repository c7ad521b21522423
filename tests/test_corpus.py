"""The store: whole documents or none, resume, replacement, removal, one writer."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from policytext.analyze import analyze_path
from policytext.batch import Job, analyze_files
from policytext.corpus import Corpus
from policytext.corpus.filters import Bands, Filters
from policytext.errors import CorpusError, InputError, WrongUsage
from policytext.read.sandbox import Limits
from policytext.records import clauses, record
from policytext.schema import Head, Period, Record, Region
from policytext.search.find import Wanted, corpus_searcher
from policytext.search.index import refresh_index
from policytext.sources import Source, find_files
from policytext.taxonomy import load_taxonomy
from tests.conftest import Run


def put(corpus: Corpus, path: Path, digest: str = "a" * 64) -> str:
    analysis = analyze_path(str(path))
    return corpus.put(analysis, record(analysis), digest, str(path)).doc_id


def test_what_goes_in_comes_out(policy: Path, tmp_path: Path) -> None:
    analysis = analyze_path(str(policy), labels=True)
    with Corpus(tmp_path / "c", create=True) as corpus:
        doc_id = corpus.put(analysis, record(analysis), "b" * 64, str(policy)).doc_id
        stored = corpus.record(doc_id)
        assert stored == replace(record(analysis), doc_id=doc_id)
        assert [unit for unit, _ in corpus.units(doc_id)] == list(analysis.document.units)
        assert corpus.clauses(stored) == clauses(analysis, stored)


def test_a_failed_write_leaves_no_half_document(policy: Path, tmp_path: Path) -> None:
    analysis = analyze_path(str(policy))
    torn = replace(analysis, measures=(None,))  # too few: the write breaks off in the middle
    with Corpus(tmp_path / "c", create=True) as corpus:
        with pytest.raises(ValueError, match="zip"):
            corpus.put(torn, record(analysis), "c" * 64, str(policy))
        assert list(corpus.records()) == []
        assert corpus.pending() == []


def test_pending_work_for_the_index_survives(policy: Path, tmp_path: Path) -> None:
    with Corpus(tmp_path / "c", create=True) as corpus:
        doc_id = put(corpus, policy)
    with Corpus(tmp_path / "c") as corpus:
        assert corpus.pending() == [(doc_id, False)]
        corpus.indexed(corpus.pending())
        assert corpus.pending() == []
        corpus.remove(doc_id)
        assert corpus.pending() == [(doc_id, True)]
        assert list(corpus.records()) == []
        corpus.indexed(corpus.pending())
        corpus.forget_index()
        assert corpus.pending() == []


def test_a_document_is_found_by_many_names(policy: Path, tmp_path: Path) -> None:
    with Corpus(tmp_path / "c", create=True) as corpus:
        doc_id = put(corpus, policy)
        for name in (doc_id, doc_id[:6], str(policy), policy.name, policy.stem, "促进区块链产业发展"):
            assert corpus.find(name) == doc_id
        with pytest.raises(InputError, match="no_document"):
            corpus.find("别的")


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with Corpus(tmp_path / "c", create=True) as first, first.writing(), Corpus(tmp_path / "c") as second:
        with pytest.raises(CorpusError, match="corpus_locked") as error, second.writing():
            pass
        assert "PID" in error.value.reason("zh")
    with Corpus(tmp_path / "c") as third, third.writing():
        pass


def test_damage_and_other_versions_are_said(tmp_path: Path) -> None:
    with Corpus(tmp_path / "c", create=True):
        pass
    with sqlite3.connect(tmp_path / "c" / "policytext.db") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(CorpusError, match="corpus_version"):
        Corpus(tmp_path / "c")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "policytext.db").write_bytes(b"not a database, but long enough to be looked at" * 40)
    with pytest.raises(CorpusError, match="corpus_damaged"):
        Corpus(tmp_path / "d")


RECORDS = [
    Record(
        "a",
        head=Head(issuers=("江苏省人民政府",), issue_date="2019-05-01", region=Region("江苏省", code="320000")),
        period=Period("2019-05-01", "2020-04-30", 12, "stated"),
    ),
    Record(
        "b",
        head=Head(issuers=("南京市财政局",), issue_date="2020-05-01", region=Region("江苏省", "南京市", code="320100")),
        period=Period("2020-01-01", "2022-12-31", 36, "plan"),
    ),
    Record("c", head=Head(issuers=("湖南省人民政府",), region=Region("湖南省", code="430000"))),
]
BANDS = Bands(date(2020, 7, 28))


@pytest.mark.parametrize(
    ("filters", "files"),
    [
        (Filters(BANDS), "abc"),
        (Filters(BANDS, province=("江苏",)), "ab"),
        (Filters(BANDS, city=("南京",)), "b"),
        (Filters(BANDS, province=("江苏", "湖南省")), "abc"),
        (Filters(BANDS, issuer=("人民政府",)), "ac"),
        (Filters(BANDS, year="2019"), "a"),
        (Filters(BANDS, year="2019-2020"), "ab"),
        (Filters(BANDS, flag=("short", "unknown")), "ac"),
        (Filters(BANDS, status=("expired",)), "a"),
        (Filters(Bands(date(2019, 1, 1)), status=("not_yet",)), "ab"),
        (Filters(Bands(date(2020, 7, 28), long_from=36, short_below=12), flag=("long",)), "b"),
    ],
)
def test_filters_admit(filters: Filters, files: str) -> None:
    assert "".join(one.file for one in filters.documents(RECORDS)) == files


def test_filters_say_themselves() -> None:
    words = Filters(BANDS, province=("江苏",), flag=("short",), measure=("talent",)).in_words("zh", load_taxonomy())
    assert words == "省份：江苏；期限：短期；措施类型：人才"


@pytest.mark.parametrize("year", ["soon", "20", "2020-"])
def test_a_wrong_year_is_said(year: str) -> None:
    with pytest.raises(WrongUsage, match="wrong_year"):
        list(Filters(BANDS, year=year).documents(RECORDS))


def test_order_of_files_changes_nothing(policy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("某县办法\n第一条 本办法自2021年1月1日起施行。\n", encoding="utf-8")
    forward = list(analyze_files(find_files([policy, other]), Job()))
    backward = list(analyze_files(find_files([other, policy]), Job(), jobs=2))
    assert forward == backward[::-1]


def test_a_file_that_hangs_or_vanishes_is_told_and_the_rest_goes_on(policy: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone.txt"
    statuses = [one.document.status for one in analyze_files(map(Source, (gone, policy, tmp_path)), Job(limits=Limits(60)))]
    assert statuses == ["corrupt", "ok", "corrupt"]


def test_folders_are_walked_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", ".hidden.txt", "sub/c.txt", ".git/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [(one.path.name, one.named) for one in find_files([tmp_path / "b.txt", tmp_path])] == [
        ("b.txt", True),
        ("a.txt", False),
        ("c.txt", False),
    ]
    assert find_files([tmp_path / "none"]) == [Source(tmp_path / "none")]
    assert Source(tmp_path / "a.txt", named=True) in find_files([tmp_path, tmp_path / "a.txt"])


def test_readers_go_on_while_a_writer_works(policy: Path, tmp_path: Path) -> None:
    with Corpus(tmp_path / "c", create=True) as writer:
        first = put(writer, policy)
        assert len(corpus_searcher(writer, Filters(BANDS))("论坛", Wanted(5))) == 1
        other = tmp_path / "other.txt"
        other.write_text(policy.read_text("utf-8").replace("青溪", "白石"), encoding="utf-8")
        with writer.writing():
            put(writer, other, "b" * 64)
            with Corpus(tmp_path / "c") as reader:
                assert [hit.clause.record.doc_id for hit in corpus_searcher(reader, Filters(BANDS))("论坛", Wanted(5))] == [first]
        assert len(corpus_searcher(writer, Filters(BANDS))("论坛", Wanted(5, all_copies=True))) == 2


def test_one_more_document_leaves_the_index_of_the_others_alone(policy: Path, tmp_path: Path) -> None:
    pieces = []
    with Corpus(tmp_path / "c", create=True) as corpus:
        for several in ("1", "234", "5"):
            for name in several:
                put(corpus, copied(policy, tmp_path / f"{name}.txt"), name * 64)
            index = refresh_index(corpus)
            pieces.append({path.name for path in index.folder.glob("*.term")})
        assert index.count() == 5 * len(corpus.clauses(next(corpus.records())))
    assert [len(one) for one in pieces] == [1, 1, 2]
    assert pieces[1] < pieces[2]


def copied(path: Path, to: Path) -> Path:
    shutil.copyfile(path, to)
    return to


def test_a_lost_index_is_made_again(policy: Path, tmp_path: Path) -> None:
    with Corpus(tmp_path / "c", create=True) as corpus:
        put(corpus, policy)
        assert corpus_searcher(corpus, Filters(BANDS))("论坛", Wanted(5))
    shutil.rmtree(tmp_path / "c" / "index")
    told: list[str] = []
    with Corpus(tmp_path / "c") as corpus:
        assert corpus_searcher(corpus, Filters(BANDS), tell=told.append)("论坛", Wanted(5))
        assert corpus_searcher(corpus, Filters(BANDS), tell=told.append)("论坛", Wanted(5))
    assert told == ["index_rebuilt"]


def test_an_older_corpus_is_migrated_with_a_backup(policy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    with Corpus(folder, create=True) as corpus:
        first = put(corpus, policy)
        corpus_searcher(corpus, Filters(BANDS))
        before = corpus.document(first), corpus.mentions(first)
    with sqlite3.connect(folder / "policytext.db") as db:
        # The table of version 1, as it stood in its schema.sql.
        db.executescript(
            """PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON;
            ALTER TABLE document RENAME TO newer; DROP INDEX document_pending;
            CREATE TABLE document (doc_id TEXT PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, file TEXT NOT NULL UNIQUE, record TEXT NOT NULL,
                text TEXT NOT NULL, removed INTEGER NOT NULL DEFAULT 0, indexed INTEGER NOT NULL DEFAULT 0);
            INSERT INTO document SELECT doc_id, sha256, file, record, text, removed, indexed FROM newer; DROP TABLE newer;
            CREATE INDEX document_pending ON document (indexed) WHERE indexed = 0;
            DROP TABLE correction; PRAGMA user_version = 1;"""
        )
    db.close()
    with Corpus(folder) as corpus:
        assert (corpus.document(first), corpus.mentions(first)) == before
        assert len(corpus_searcher(corpus, Filters(BANDS))("论坛", Wanted(5))) == 1
    with sqlite3.connect(folder / "policytext.db.version-1") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
    db.close()


def test_before_its_issue_a_document_is_not_yet_in_force() -> None:
    issued = Record("a.txt", head=Head(issue_date="2020-05-01"), period=Period(end="2025-12-31"))
    for day, wanted in ((date(1990, 1, 1), "not_yet"), (date(2020, 5, 1), "in_force"), (date(2026, 1, 1), "expired")):
        assert Bands(day).status(issued) == wanted


def test_a_store_that_was_emptied_is_no_empty_corpus(run: Run, policy: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "c"
    run("add", policy, "--corpus", corpus)
    run("search", "资金", "--corpus", corpus)
    for name in ("policytext.db-wal", "policytext.db-shm"):
        (corpus / name).unlink(missing_ok=True)
    (corpus / "policytext.db").write_bytes(b"")
    for call in (("list",), ("search", "资金"), ("verify",)):
        code, out, err = run(*call, "--corpus", corpus)
        assert (code, "corpus_damaged" in out + err or "损坏" in out) == (1, True), call
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "policytext.db").write_bytes(b"")
    assert "no_corpus" in run("list", "--corpus", empty)[2]
    assert run("add", policy, "--corpus", empty)[0] == 0
