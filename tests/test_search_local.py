"""The index folder: lasting, taken up again, refused when it is not what it should be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policytext.errors import CorpusError
from policytext.search.local import STATE, LocalIndex
from policytext.search.protocol import Entry, asked
from policytext.search.query import parse
from tests.entries import made

#: What the store would give for a key.
STORED: dict[int, Entry] = {}


def entries(doc_id: str, *texts: str) -> list[Entry]:
    found = [
        made(1000 * int.from_bytes(doc_id.encode(), "big") + number, text, doc_id, "白石市若干措施") for number, text in enumerate(texts)
    ]
    STORED.update((entry.key, entry) for entry in found)
    return found


def opened(folder: Path) -> LocalIndex:
    return LocalIndex(folder, STORED.__getitem__)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A committed index of two documents."""
    index = opened(tmp_path / "index")
    assert index.needs_rebuild
    index.clear()
    index.replace("a", entries("a", "设立引导基金", "举办高端论坛"))
    index.replace("b", entries("b", "建设产业园区"))
    index.commit()
    index.close()
    return tmp_path / "index"


def found(index: LocalIndex, text: str) -> list[str]:
    return [
        f"{(match.key // 1000).to_bytes(3, 'big').decode().strip(chr(0))}:{match.key % 1000}"
        for match in index.search(asked(parse(text)), 10)
    ]


def test_a_committed_index_is_there_at_the_next_opening(folder: Path) -> None:
    index = opened(folder)
    assert not index.needs_rebuild
    assert index.count() == 3
    assert found(index, "引导基金") == ["a:0"]


def test_replace_takes_the_old_entries_out(folder: Path) -> None:
    index = opened(folder)
    index.replace("a", entries("a", "发放消费券"))
    index.commit()
    assert index.count() == 2
    assert found(index, "引导基金 消费券") == ["a:0"]
    assert found(index, "论坛") == []
    assert found(index, "产业园区") == ["b:0"]


def test_replace_twice_before_a_commit(folder: Path) -> None:
    index = opened(folder)
    index.replace("c", entries("c", "旧条款"))
    index.replace("c", entries("c", "新条款"))
    index.commit()
    assert found(index, "新 旧") == ["c:0"]
    assert index.count() == 4


def test_remove(folder: Path) -> None:
    index = opened(folder)
    index.remove("a")
    index.remove("never there")
    index.commit()
    assert index.count() == 1
    assert found(index, "引导基金") == []


def test_nothing_counts_before_the_commit(folder: Path) -> None:
    writer, reader = opened(folder), opened(folder)
    writer.replace("c", entries("c", "发放消费券"))
    assert found(reader, "消费券") == found(writer, "消费券") == []
    writer.commit()
    assert found(reader, "消费券") == found(writer, "消费券") == ["c:0"]


def test_readers_go_on_while_a_writer_works(folder: Path) -> None:
    writer, reader = opened(folder), opened(folder)
    for number in range(30):
        writer.replace(f"n{number}", entries(f"n{number}", "发放消费券"))
        if number % 10 == 9:
            writer.commit()
        assert found(reader, "产业园区") == ["b:0"]
    assert reader.count() == 33


def test_close_drops_what_was_not_committed(folder: Path) -> None:
    index = opened(folder)
    index.remove("a")
    index.close()
    assert opened(folder).count() == 3


def test_a_second_writer_is_told(folder: Path) -> None:
    first, second = opened(folder), opened(folder)
    first.remove("a")
    with pytest.raises(CorpusError) as caught:
        second.remove("b")
    assert caught.value.code == "corpus_locked"
    first.close()
    second.remove("b")


@pytest.mark.parametrize("change", [{"version": 0}, {"words": "another dictionary"}, {"tantivy": "0.1"}])
def test_an_index_of_another_version_is_rebuilt(folder: Path, change: dict[str, object]) -> None:
    state = json.loads((folder / STATE).read_text("utf-8"))
    (folder / STATE).write_text(json.dumps(state | change), "utf-8")
    stale_then_new(folder)


@pytest.mark.parametrize("name", [STATE, "meta.json", "*.term", "*.store", "*.fast"])
@pytest.mark.parametrize("size", [None, 0, 10])
def test_a_torn_index_is_rebuilt(folder: Path, name: str, size: int | None) -> None:
    (path,) = folder.glob(name)
    if size is None:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:size])
    stale_then_new(folder)


def test_damage_that_shows_late_is_mended_at_the_next_opening(folder: Path) -> None:
    next(folder.glob("*.pos")).unlink()
    with pytest.raises(CorpusError, match="index_stale"):
        found(opened(folder), "“引导基金”")
    stale_then_new(folder)


def test_a_folder_with_something_else_in_it(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / STATE).write_bytes(b"\xff[]")
    stale_then_new(tmp_path / "index")


def stale_then_new(folder: Path) -> None:
    index = opened(folder)
    assert index.needs_rebuild
    for call in (index.count, lambda: found(index, "园区"), lambda: index.remove("a")):
        with pytest.raises(CorpusError) as caught:
            call()
        assert caught.value.code == "index_stale"
    index.clear()
    index.replace("a", entries("a", "发放消费券"))
    index.commit()
    assert not index.needs_rebuild
    assert found(opened(folder), "消费券") == ["a:0"]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    index = opened(tmp_path / "file" / "index")
    assert index.needs_rebuild
    with pytest.raises(CorpusError) as caught:
        index.clear()
    assert caught.value.code == "cannot_write"
