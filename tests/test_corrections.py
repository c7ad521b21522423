"""What readers put right stands beside the machine's values, survives, and reaches exports and training."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from policytext.analyze import analyze_path
from policytext.coding import from_corrections, with_corrections
from policytext.corpus import Corpus
from policytext.errors import CorpusError
from policytext.labelled import LabelledClause
from policytext.records import record
from policytext.schema import Period
from tests.conftest import Run, rows


def put(corpus: Corpus, path: Path, drop: int = 0) -> str:
    """The document at ``path``, with its first ``drop`` units left out: cut in another way."""
    analysis = analyze_path(str(path), labels=True)
    document = replace(analysis.document, units=analysis.document.units[drop:])
    analysis = replace(analysis, document=document, measures=analysis.measures[drop:])
    return corpus.put(analysis, record(analysis), "a" * 64, str(path)).doc_id


def number_of(corpus: Corpus, doc_id: str, path: str) -> int:
    return next(one.number for one in corpus.clauses(corpus.record(doc_id)) if one.unit.path == path)


def test_the_last_word_counts_and_the_machine_keeps_its_own(policy: Path, tmp_path: Path) -> None:
    with Corpus(tmp_path / "c", create=True) as corpus:
        doc_id = put(corpus, policy)
        number = number_of(corpus, doc_id, "第三条")
        before = corpus.clauses(corpus.record(doc_id))
        corpus.correct(doc_id, "labels", ("talent",), "甲", number)
        corpus.correct(doc_id, "labels", ("forum", "talent"), "乙", number)
        corpus.correct(doc_id, "period", Period("2020-04-01", "2022-03-31", 24, "stated"), "乙")
        labels, period = corpus.corrections(doc_id)
        assert (labels.number, labels.labels, labels.who) == (number, ("forum", "talent"), "乙")
        assert period.period == Period("2020-04-01", "2022-03-31", 24, "stated")
        assert labels.at[:2] == "20"
        assert corpus.clauses(corpus.record(doc_id)) == before
        corpus.correct(doc_id, "labels", None, "乙", number)
        assert [one.field for one in corpus.corrections(doc_id)] == ["period"]


def test_a_correction_follows_its_words(policy: Path, tmp_path: Path) -> None:
    with Corpus(tmp_path / "c", create=True) as corpus:
        doc_id = put(corpus, policy)
        corpus.correct(doc_id, "labels", ("talent",), "甲", number_of(corpus, doc_id, "第三条"))
        put(corpus, policy, drop=2)
        assert corpus.corrections(doc_id)[0].number == number_of(corpus, doc_id, "第三条")
        put(corpus, policy, drop=30)
        assert [one.number for one in corpus.corrections(doc_id)] == [None], "told, but of no clause"


def test_exports_give_both_values(policy: Path, tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "c"
    run("add", policy, "--corpus", folder)
    with Corpus(folder) as corpus:
        (of,) = corpus.records()
        corpus.correct(of.doc_id, "labels", (), "甲", number_of(corpus, of.doc_id, "第三条"))
        corpus.correct(of.doc_id, "period", Period(open_ended=True), "乙")
    made = {row["path"]: row for row in rows(run("export", "--corpus", folder, "--format", "jsonl")[1])}
    assert made["第三条"]["labels"] == ["forum"]
    assert made["第三条"]["corrected"]["labels"] == []
    assert made["第三条"]["corrected"]["who"] == "甲"
    assert made["第二条"]["corrected"] == {"labels": None, "who": None, "at": None}
    assert made["第二条"]["period"]["months"] == 36
    assert made["第二条"]["corrected_period"]["open_ended"] is True


def test_training_takes_what_was_corrected(policy: Path, tmp_path: Path) -> None:
    with Corpus(tmp_path / "c", create=True) as corpus:
        doc_id = put(corpus, policy)
        corpus.correct(doc_id, "labels", ("talent",), "甲", number_of(corpus, doc_id, "第三条"))
        clauses = corpus.clauses(corpus.record(doc_id))
        (one,) = from_corrections(clauses, corpus.corrections(doc_id))
    assert (one.labels, one.doc) == (("talent",), doc_id)
    coded = [LabelledClause("1", one.text.replace("，", ","), ("forum",)), LabelledClause("2", "别的条款", ())]
    assert [(clause.id, clause.labels) for clause in with_corrections(coded, [one])] == [("2", ()), (one.id, ("talent",))]


def test_train_reads_the_corrections_of_a_corpus(policy: Path, tmp_path: Path, run: Run) -> None:
    folder, table = tmp_path / "c", tmp_path / "labels.jsonl"
    run("add", policy, "--corpus", folder)
    with Corpus(folder) as corpus:
        (of,) = corpus.records()
        corpus.correct(of.doc_id, "labels", ("talent",), "甲", number_of(corpus, of.doc_id, "第三条"))
    table.write_text(json.dumps({"text": "举办论坛", "labels": "forum"}, ensure_ascii=False) + "\n", "utf-8")
    # Two clauses are too few to train on, and the error counts them: one of the table, one of the corpus.
    code, _, err = run("train", table, "--model", tmp_path / "m", "--corrections", folder)
    assert code == 1
    assert "2" in err.splitlines()[-2]
    assert "too_few_clauses" in err


def test_a_corpus_of_version_2_gets_room_for_corrections(policy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    with Corpus(folder, create=True) as corpus:
        doc_id = put(corpus, policy)
        before = corpus.document(doc_id)
    with sqlite3.connect(folder / "policytext.db") as db:
        db.executescript("DROP TABLE correction; PRAGMA user_version = 2;")
    db.close()
    with Corpus(folder) as corpus:
        assert corpus.document(doc_id) == before
        corpus.correct(doc_id, "labels", (), "甲", 8)
        assert len(corpus.corrections(doc_id)) == 1
    with sqlite3.connect(folder / "policytext.db.version-2") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (2,)
    db.close()
    with sqlite3.connect(folder / "policytext.db") as db:
        db.execute("PRAGMA user_version = 4")
    db.close()
    with pytest.raises(CorpusError, match="corpus_version"):
        Corpus(folder)


def test_an_original_is_given_only_when_it_is_the_one_that_was_read(policy: Path, tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "c"
    run("add", policy, "--corpus", folder)
    with Corpus(folder) as corpus:
        (of,) = corpus.records()
        state = corpus.state
        assert corpus.original(of.doc_id) == policy
        policy.write_text("别的内容", "utf-8")
        assert corpus.original(of.doc_id) is None
        assert corpus.original("../../etc/passwd") is None
        assert corpus.state == state
        corpus.correct(of.doc_id, "period", None, "甲")
        assert corpus.state != state
