"""``verify``: a whole corpus is called whole, and each kind of damage by its name, with the way out."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from policytext.corpus import Corpus
from policytext.places import model_folder
from tests.conftest import Run, overwrite, rows
from tests.policies import write_policies


@pytest.fixture
def corpus(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "c"
    assert run("add", write_policies(tmp_path / "files", 8), "--corpus", folder, "--keep-files")[0] == 0
    return folder


def verified(run: Run, folder: Path, *more: object) -> tuple[int, dict[str, str], str]:
    code, out, err = run("verify", "--corpus", folder, "--format", "jsonl", *more)
    return code, {row["part"]: row["code"] for row in rows(out)}, err


def execute(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "policytext.db") as db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute(statement)
    db.close()


def test_a_whole_corpus_is_called_whole(run: Run, corpus: Path) -> None:
    code, parts, err = verified(run, corpus)
    assert (code, parts) == (0, dict.fromkeys(("store", "documents", "copies", "index", "model"), "ok"))
    assert "8 件文档" in err
    assert "完好" in run("verify", "--corpus", corpus)[1]


def test_a_record_that_cannot_be_read_back_is_named(run: Run, corpus: Path) -> None:
    execute(corpus, "UPDATE document SET record = '{' WHERE number = 3")
    code, parts, err = verified(run, corpus)
    assert (code, parts["store"], parts["documents"], parts["model"]) == (1, "ok", "document_damaged", "ok")
    assert "1 处问题" in err or "2 处问题" in err


def test_a_lost_clause_is_missed(run: Run, corpus: Path) -> None:
    execute(corpus, "DELETE FROM unit WHERE doc_id = (SELECT doc_id FROM document LIMIT 1) AND unit LIKE '%\"clause\"%'")
    assert verified(run, corpus)[1]["documents"] == "document_damaged"


def test_text_that_is_no_utf8_is_damage_and_no_full_disk(run: Run, corpus: Path) -> None:
    execute(corpus, "UPDATE document SET text = CAST(X'FFFE41' AS TEXT)")
    assert verified(run, corpus)[1]["documents"] == "document_damaged"
    execute(corpus, "UPDATE document SET record = CAST(X'FFFE41' AS TEXT)")
    assert "corpus_damaged" in run("list", "--corpus", corpus)[2]


def test_a_changed_copy_is_told(run: Run, corpus: Path) -> None:
    copy = next((corpus / "files").iterdir())
    copy.write_text("别的内容", "utf-8")
    code, parts, _ = verified(run, corpus)
    assert (code, parts["index"]) == (1, "ok")
    assert parts["copies"] == "copy_damaged"


@pytest.mark.parametrize("suffix", ["fast", "fieldnorm", "idx", "store", "term"])
def test_a_flipped_bit_in_the_index_is_found_and_the_way_out_works(run: Run, corpus: Path, suffix: str) -> None:
    part = next((corpus / "index").glob(f"*.{suffix}"))
    content = bytearray(part.read_bytes())
    content[len(content) // 3] ^= 4
    overwrite(part, bytes(content))
    assert verified(run, corpus)[:2][1]["index"] == "index_damaged"
    shutil.rmtree(corpus / "index")
    assert verified(run, corpus)[1]["index"] == "index_stale"
    assert run("search", "引导基金", "--corpus", corpus)[0] == 0
    assert verified(run, corpus)[0] == 0


def test_what_a_killed_writer_left_is_no_damage(run: Run, corpus: Path) -> None:
    for name in (".tmpAbCdEf", "0123456789abcdef0123456789abcdef.term"):
        (corpus / "index" / name).write_bytes(b"half")
    assert verified(run, corpus)[0] == 0


def test_a_copy_that_was_half_made_is_no_damage(run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    write_policies(tmp_path / "files", 9)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        assert run("add", tmp_path / "files", "--corpus", corpus, "--keep-files")[0]
    assert len(list((corpus / "files").iterdir())) == 9
    assert verified(run, corpus)[0] == 0
    assert run("add", tmp_path / "files", "--corpus", corpus, "--keep-files")[0] == 0
    assert sorted(path.name[0] != "." for path in (corpus / "files").iterdir()) == [True] * 9
    assert verified(run, corpus)[0] == 0


def test_an_index_that_lacks_a_document_or_has_too_much_is_told(run: Run, corpus: Path) -> None:
    execute(corpus, "UPDATE document SET indexed = 0 WHERE number = 1")
    assert verified(run, corpus)[1]["index"] == "index_behind"
    assert run("search", "引导基金", "--corpus", corpus)[0] == 0
    assert verified(run, corpus)[0] == 0
    execute(corpus, "DELETE FROM document WHERE number = 2")
    assert verified(run, corpus)[1]["index"] == "index_damaged"


@pytest.mark.parametrize(("name", "arrays"), [("fast", "model.npz"), ("careful", "encoder.onnx")])
def test_a_damaged_model_is_told(run: Run, corpus: Path, tmp_path: Path, name: str, arrays: str) -> None:
    shutil.copytree(model_folder(name), tmp_path / "model")
    with (tmp_path / "model" / arrays).open("ab") as handle:
        handle.write(b"x")
    code, parts, _ = verified(run, corpus, "--model", tmp_path / "model")
    assert (code, parts["index"], parts["model"]) == (1, "ok", "model_damaged")


def test_a_corpus_that_is_being_written_is_not_judged(run: Run, corpus: Path) -> None:
    with Corpus(corpus) as writer, writer.writing():
        code, out, err = run("verify", "--corpus", corpus)
    assert (code, out) == (1, "")
    assert "corpus_locked" in err


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_page_is_said_with_the_way_out(run: Run, corpus: Path, tmp_path: Path, seed: int) -> None:
    """A page of the store overwritten at random: every command answers in words, and ``verify`` does not call the corpus whole."""
    chance = random.Random(seed)
    store = corpus / "policytext.db"
    execute(corpus, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(store.read_bytes())
    page = chance.randrange(len(content) // 4096)
    content[page * 4096 : (page + 1) * 4096] = chance.randbytes(4096)
    store.write_bytes(content)
    for command in (("list",), ("search", "引导基金"), ("show", "policy-003"), ("add", tmp_path / "files"), ("verify",)):
        code, _, err = run(*command, "--corpus", corpus)
        assert "Traceback" not in err
        assert "internal" not in err, err
        assert code in (0, 1)
    assert code == 1
    # The way out: the same files into a new folder.
    assert run("add", tmp_path / "files", "--corpus", tmp_path / "new")[0] == 0
    assert verified(run, tmp_path / "new")[0] == 0
