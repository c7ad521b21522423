"""The peers of ``scripts/bench.py search``: other engines.

They get the terms that policytext cuts, of title, headings and text alike, so that engines are compared, not segmentations.
"""

from __future__ import annotations

import pickle
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIMIT = 10
#: What one would write to search a pickled rank-bm25 from the command line.
PLAIN = """
import pickle, click, jieba
@click.command()
@click.argument("stored")
@click.argument("query")
def main(stored, query):
    with open(stored, "rb") as file:
        engine, texts = pickle.load(file)
    for number in engine.get_scores(jieba.lcut(query)).argsort()[::-1][:10]:
        click.echo(texts[number])
main()
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another engine: seconds to build, size on disk in bytes (0: it stays in memory), its ten best for a list of terms, and itself."""

    name: str
    built: float
    size: int
    ask: Callable[[list[str]], object]
    engine: Any = None


def rank_bm25(lists: list[list[str]], _: list[str], __: Path) -> Peer:
    """The plain one, against which all are measured."""
    import numpy as np
    from rank_bm25 import BM25Okapi

    built, engine = timed(lambda: BM25Okapi(lists))
    return Peer("rank-bm25", built, 0, lambda words: np.argsort(engine.get_scores(words))[::-1][:LIMIT], engine)


def bm25s(lists: list[list[str]], _: list[str], folder: Path) -> Peer:
    """Scores computed beforehand, in sparse matrices."""
    import bm25s as library

    engine = library.BM25()
    built, _none = timed(lambda: engine.index(lists, show_progress=False))
    engine.save(folder / "bm25s")
    known = set(engine.vocab_dict)

    def ask(words: list[str]) -> object:
        return engine.retrieve([[word for word in words if word in known]], k=LIMIT, show_progress=False)

    return Peer("bm25s", built, size(folder / "bm25s"), ask)


def fts5(lists: list[list[str]], _: list[str], folder: Path) -> Peer:
    """SQLite's own."""
    db = sqlite3.connect(folder / "fts5.db")
    db.execute("CREATE VIRTUAL TABLE clause USING fts5 (words, content='', tokenize='unicode61')")

    def fill() -> None:
        with db:
            db.executemany("INSERT INTO clause (rowid, words) VALUES (?, ?)", ((n, " ".join(words)) for n, words in enumerate(lists)))

    def ask(words: list[str]) -> object:
        wanted = " OR ".join(f'"{word}"' for word in words)
        return db.execute("SELECT rowid FROM clause WHERE clause MATCH ? ORDER BY rank LIMIT ?", (wanted, LIMIT)).fetchall()

    built, _none = timed(fill)
    return Peer("SQLite FTS5", built, size(folder / "fts5.db"), ask)


def bm25_jieba(_: list[list[str]], texts: list[str], __: Path) -> Peer:
    """In Rust, with its own segmentation."""
    from bm25_jieba import BM25

    engine: Any = BM25()
    built, _none = timed(lambda: engine.fit(texts))
    return Peer("bm25-jieba", built, 0, lambda words: engine.search(" ".join(words), LIMIT))


#: rank-bm25 comes first: what the others take is told against it.
PEERS = (rank_bm25, bm25s, fts5, bm25_jieba)


def store_plain(engine: Any, texts: list[str], to: Path) -> None:
    """What ``PLAIN`` reads."""
    with to.open("wb") as file:
        pickle.dump((engine, texts), file, pickle.HIGHEST_PROTOCOL)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that ``work`` takes, and what it returns."""
    start = time.perf_counter()
    made = work()
    return time.perf_counter() - start, made


def size(path: Path) -> int:
    """Bytes of a file, or of all files of a folder."""
    return sum(file.stat().st_size for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file())
