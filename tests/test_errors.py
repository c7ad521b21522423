"""The catalogue of errors: each code is provoked here, and each reason of a file's status is asserted by some test."""

from __future__ import annotations

import re
import sqlite3
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from policytext.analyze import analyze_path
from policytext.corpus import Corpus
from policytext.errors import CorpusError, PolicytextError
from policytext.places import data_file
from policytext.search.index import current_index
from policytext.search.query import parse
from tests.conftest import ROOT, Run, rows

TABLE = tomllib.loads(data_file("messages.toml").read_text("utf-8"))

#: Code → a call that ends with it; P is a policy, C a corpus that holds it, T a folder with the tables of ``FILES``.
CALLS = {
    "bad_date": "add P --corpus T/new --metadata T/date.csv",
    "bad_taxonomy": "classify P --taxonomy T/empty.csv",
    "bad_table": "classify --clauses T/broken.xlsx",
    "cannot_write": "split P --output T/none/x.csv",
    "corpus_damaged": "list --corpus T/damaged",
    "corpus_unwritable": "add P --corpus T/texts.csv/corpus",
    "corpus_version": "list --corpus T/newer",
    "files_and_clauses": "classify P --clauses T/texts.csv",
    "filters_and_clauses": "classify --clauses T/texts.csv --province 江苏",
    "many_documents": "show 措施 --corpus C",
    "model_damaged": "classify P --model T/model",
    "model_folder_in_use": "train T/labels.csv --model T/model",
    "model_name_taken": "train T/labels.csv --model fast",
    "model_missing": "classify P --model T/none",
    "model_version": "classify P --model T/old-model",
    "no_column": "classify --clauses T/labels-only.csv",
    "no_corpus": "list --corpus T/none",
    "no_document": "show 没有这件 --corpus C",
    "no_files": "check",
    "no_labels": "evaluate T/empty.csv",
    "no_query": "search --corpus C",
    "not_found": "evaluate T/none.csv",
    "nothing_in_common": "agree T/labels.csv T/other.csv",
    "output_is_input": "split P --output P",
    "output_suffix": "split P --output T/a.pdf",
    "output_twice": "check P --output T/a.csv --errors T/a.csv",
    "bad_list": "check --files-from T/list.txt",
    "query_and_batch": "search 基金 --batch T/texts.csv",
    "query_field": "search title: --corpus C",
    "query_no_word": "search 。。 --corpus C",
    "query_only_excluded": "search --corpus C -- -论坛",
    "query_or": "search OR --corpus C",
    "query_or_excluded": "search 论坛␣OR␣-沙龙 --corpus C",
    "query_quote": "search “论坛 --corpus C",
    "query_words": "search 论坛 大赛 --corpus C",
    "too_few_clauses": "train T/labels.csv --model T/made",
    "unknown_flag": "periods P --flag 没有",
    "unknown_measure": "periods P --measure 没有",
    "unknown_region": "periods P --province 没有",
    "unknown_status": "periods P --status 没有",
    "unknown_strength": "commitments P --at-least 没有",
    "cluster_no_url": "list --engine cluster",
    "cluster_url_alone": "list --url http://127.0.0.1:1",
    "cluster_name": "list --engine cluster --url http://127.0.0.1:1 --name 文库",
    "cluster_keep_files": "add P --engine cluster --url http://127.0.0.1:1 --keep-files",
    "wrong_bounds": "periods P --short-below 60 --long-from 36",
    "wrong_days": "periods P --within soon",
    "wrong_synonyms": "search 基金 --synonyms T/texts.csv --corpus C",
    "wrong_year": "periods P --year soon",
}
FILES = {
    "date.csv": "file,issue_date\n青溪县.txt,某日\n",
    "broken.xlsx": "PK\x03\x04",
    "texts.csv": "id,text\n1,举办论坛。\n",
    "labels.csv": "id,text,labels\n1,举办论坛。,forum\n",
    "other.csv": "id,text,labels\n2,举办论坛。,forum\n",
    "labels-only.csv": "id,labels\n1,forum\n",
    "empty.csv": "id,text,labels\n",
    "model/manifest.json": '{"format_version": 2, "features_version": 2}',
    "old-model/manifest.json": '{"format_version": 0, "features_version": 0}',
    "damaged/policytext.db": "no database " * 100,
}


#: Provoked in the tests of what they belong to: the file → the codes, which stand there as words that are asserted.
ELSEWHERE = {
    "test_verify.py": ("copy_damaged", "document_damaged", "index_behind", "index_damaged"),
    "test_report.py": ("nothing_to_report", "docx_missing"),
    "test_search_cluster.py": (
        "cluster_missing", "cluster_url", "cluster_url_password", "cluster_plain", "cluster_credentials", "cluster_tls",
        "cluster_unreachable", "cluster_denied", "cluster_no_corpus", "cluster_refused", "cluster_mapping", "query_too_wide",
    ),
    "test_batch_cluster.py": (
        "jobs_and_scheduler", "scheduler_missing", "scheduler_unreachable", "scheduler_no_workers", "scheduler_lost", "scheduler_task",
        "scheduler_other",
    ),
    "test_web.py": ("no_page", "no_picture", "no_upload", "unknown_parameter", "wrong_value", "upload_too_large"),
    "test_web_security.py": (
        "no_upload_files", "port_in_use", "wrong_csrf", "wrong_host", "wrong_origin", "wrong_request", "wrong_token",
    ),
}  # fmt: skip


def test_every_error_is_provoked_by_a_test() -> None:
    by_hand = {name.removeprefix("test_error_") for name in globals() if name.startswith("test_error_")}
    for name, codes in ELSEWHERE.items():
        said = (ROOT / "tests" / name).read_text("utf-8")
        assert all(re.search(rf"\b{code}\b", said) for code in codes), name
    assert set(CALLS) | by_hand | {code for codes in ELSEWHERE.values() for code in codes} == set(TABLE["errors"])


@pytest.fixture
def place(run: Run, policy: Path, tmp_path: Path) -> Callable[[str], list[str]]:
    """Makes the files, and fills a call."""
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    (tmp_path / "list.txt").write_bytes(b"\xff\xfe\x00\x81\xff")
    other = tmp_path / "白石县.txt"
    other.write_text(policy.read_text("utf-8").replace("青溪", "白石"), "utf-8")
    run("add", policy, other, "--corpus", tmp_path / "c")
    Corpus(tmp_path / "newer", create=True).__exit__(None, None, None)
    with sqlite3.connect(tmp_path / "newer" / "policytext.db") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    names = {"P": str(policy), "C": str(tmp_path / "c")}

    def fill(call: str) -> list[str]:
        parts = [names.get(part, part) for part in call.split(" ")]
        return [str(tmp_path / part[2:]) if part.startswith("T/") else part.replace("␣", " ") for part in parts]

    return fill


@pytest.mark.parametrize(("code", "call"), CALLS.items(), ids=CALLS)
def test_an_error_is_told_with_reason_and_hint(run: Run, place: Callable[[str], list[str]], code: str, call: str) -> None:
    left, _, err = run("--lang", "en", *place(call))
    assert left in (1, 2)
    assert f"error ({code}): " in err
    # The fixed words of the hint, whatever was filled in.
    words = re.split(r"\{\w+\}", TABLE["errors"][code]["hint"]["en"].strip())
    assert all(part.strip() in err for part in words)
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "content", ["url = ", "shards = 'many'", "replicas = -1", "shards = true", "password = 'x'", "ca = '/nowhere'\nurl = 'http://x'"]
)
def test_error_cluster_config(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str) -> None:
    monkeypatch.setenv("POLICYTEXT_CLUSTER_CONFIG", str(tmp_path / "cluster.toml"))
    assert "cluster_config" in run("list", "--engine", "cluster")[2]  # there is no such file
    (tmp_path / "cluster.toml").write_text(content, "utf-8")
    code, _, err = run("list", "--engine", "cluster")
    assert (code, "cluster_config" in err) == (2, True)


def test_error_corpus_locked(run: Run, place: Callable[[str], list[str]]) -> None:
    folder, policy = Path(place("C")[0]), place("P")[0]
    with Corpus(folder) as corpus, corpus.writing():
        code, _, err = run("add", policy, "--corpus", folder)
    assert (code, "corpus_locked" in err) == (1, True)


def test_error_index_stale(place: Callable[[str], list[str]]) -> None:
    with Corpus(Path(place("C")[0])) as corpus:
        index = current_index(corpus)
        (corpus.index_folder / "meta.json").unlink()
        with pytest.raises(CorpusError, match="index_stale"):
            index.count()


def test_error_internal(run: Run, place: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Corpus, "records", lambda corpus: 1 // 0)
    code, _, err = run(*place("list --corpus C"))
    assert code == 1
    assert "internal" in err
    assert "ZeroDivisionError" in err
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="no FIFOs there")
def test_error_not_a_file(run: Run, tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.txt")
    code, out, _ = run("check", tmp_path / "pipe.txt", "--format", "jsonl")
    assert (code, rows(out)[0]["code"]) == (1, "not_a_file")
    assert analyze_path(str(tmp_path / "pipe.txt")).document.reason == "reading.not_a_file"


def test_error_unreadable(policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refused)  # root may read anything
    assert analyze_path(str(policy)).document.reason == "reading.unreadable"


def test_error_query_too_common() -> None:
    with pytest.raises(PolicytextError, match="query_too_common"):
        parse('"的"')


def test_error_xlsx_needs_output(run: Run, place: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    code, _, err = run(*place("list --corpus C --format xlsx"))
    assert (code, "xlsx_needs_output" in err) == (2, True)


REASONS = sorted(name for name in TABLE["reading"] if not name.endswith("_hint"))


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_of_a_status_is_asserted_somewhere(reason: str) -> None:
    told = re.compile(rf'"reading\.{reason}"|\["code"\][^\n]*"{reason}"|"{reason}"[^\n]*\["code"\]')
    assert [path for path in (ROOT / "tests").glob("test_*.py") if told.search(path.read_text("utf-8"))]
