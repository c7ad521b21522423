"""Search against its peers over the same clauses in the same run: speed of an answer, time to build, size on disk.

The clauses are real ones, drawn document by document with a fixed seed until there are enough. The peers get the terms that policytext
cuts, of title, headings and text alike, so that engines are compared, not segmentations.
"""

from __future__ import annotations

import itertools
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from policytext.corpus import Corpus
from policytext.corpus.filters import Bands, Filters
from policytext.corpus.ingest import INDEX_AT
from policytext.records import record
from policytext.schema import Analysis
from policytext.search.find import corpus_searcher
from policytext.search.index import refresh_index
from policytext.search.protocol import asked
from policytext.search.query import parse
from policytext.words import terms

SEED = 20200728
LIMIT = 10
QUERIES = 60
#: rank-bm25 takes a second a query at a million clauses.
SLOW_QUERIES = 10
BANDS = Bands(date(2020, 7, 28))


@dataclass(frozen=True, slots=True)
class Peer:
    """Another engine: how long it took to build, its size on disk in bytes (0: unknown), and its ten best for a list of terms."""

    name: str
    built: float
    size: int
    ask: Callable[[list[str]], object]


def compare(analyses: Sequence[Analysis], clauses: int) -> None:
    """Print the comparison at ``clauses`` clauses."""
    with tempfile.TemporaryDirectory() as folder, Corpus(Path(folder) / "corpus", create=True) as corpus:
        texts, built, stored = _filled(corpus, analyses, clauses)
        index = refresh_index(corpus)
        size = _size(corpus.index_folder)
        click.echo(f"{len(texts)} clauses: policytext stored in {stored:.0f} s, indexed in {built:.0f} s, index {size / 1e6:.0f} MB")
        queries = _queries(texts)
        where = Filters(BANDS, province=("江苏",))
        sides: dict[str, Callable[[str], object]] = {
            "first stage": lambda query: index.first_stage(asked(parse(query)), LIMIT),
            "first stage, filtered": lambda query: index.first_stage(asked(parse(query)), LIMIT, where),
            "as a user gets it": corpus_searcher(corpus, Filters(BANDS)),
            "as a user gets it, filtered": corpus_searcher(corpus, where),
        }
        ours = {name: _times(ask, queries) for name, ask in sides.items()}
        adding = _one_more(corpus, analyses[0])
        lists = [terms(text) for text in texts]
        theirs = {}
        for make in (_rank_bm25, _bm25s, _fts5, _bm25_jieba):
            peer = make(lists, texts, Path(folder))
            asking = queries[:SLOW_QUERIES] if make is _rank_bm25 else queries
            theirs[peer.name] = _times(lambda query, peer=peer: peer.ask(terms(query)), asking)  # type: ignore[misc]
            _tell(peer.name, theirs[peer.name], f"built in {peer.built:.0f} s, {peer.size / 1e6:.0f} MB")
            if peer.name == "bm25s":
                click.echo(f"  index: {size / peer.size:.2f} of the size of bm25s's")
        base = statistics.median(theirs["rank-bm25"])
        for name, times in ours.items():
            _tell(f"policytext, {name}", times, f"{base / statistics.median(times):.0f} times rank-bm25")
        click.echo(f"  one more document: {adding:.2f} s")


def _filled(corpus: Corpus, analyses: Sequence[Analysis], clauses: int) -> tuple[list[str], float, float]:
    """Documents drawn until there are enough clauses; their texts as the peers get them, and the seconds for index and store.

    The index takes them in as often as when ``add`` adds them.
    """
    draw = random.Random(SEED)
    texts: list[str] = []
    indexing, start = 0.0, time.perf_counter()
    for number in itertools.count(1):
        analysis = draw.choice(analyses)
        stored = corpus.put(analysis, record(analysis), f"{number:064x}"[::-1], f"/bench/{number}")
        of = corpus.record(stored.doc_id)
        texts += [f"{of.head.title}。{' '.join(one.unit.headings)}。{one.unit.text}" for one in corpus.clauses(of)]
        if number in INDEX_AT or len(texts) >= clauses:
            indexing += _timed(lambda: refresh_index(corpus))[0]
        if len(texts) >= clauses:
            break
    return texts, indexing, time.perf_counter() - start - indexing


def _queries(texts: Sequence[str]) -> list[str]:
    """Two to four words of one clause each."""
    draw = random.Random(SEED)
    found: list[str] = []
    while len(found) < QUERIES:
        words = [word for word in dict.fromkeys(terms(draw.choice(texts))) if len(word) > 1 and not word.startswith("#")]
        if len(words) > 8:
            found.append(" ".join(draw.sample(words, draw.randint(2, 4))))
    return found


def _times(ask: Callable[[str], object], queries: Sequence[str]) -> list[float]:
    ask(queries[0])
    times = []
    for query in queries:
        start = time.perf_counter()
        ask(query)
        times.append(time.perf_counter() - start)
    return times


def _tell(name: str, times: Sequence[float], more: str) -> None:
    p50, p99 = statistics.median(times), sorted(times)[int(0.99 * (len(times) - 1))]
    click.echo(f"  {name}: p50 {1000 * p50:.2f} ms, p99 {1000 * p99:.2f} ms; {more}")


def _one_more(corpus: Corpus, analysis: Analysis) -> float:
    """Seconds to add one more document, the index with it: the best of three."""
    times = []
    for number in range(3):
        start = time.perf_counter()
        corpus.put(analysis, record(analysis), f"more{number}".ljust(64, "x"), f"/bench/more/{number}")
        refresh_index(corpus)
        times.append(time.perf_counter() - start)
    return min(times)


def _rank_bm25(lists: list[list[str]], _: list[str], __: Path) -> Peer:
    import numpy as np
    from rank_bm25 import BM25Okapi

    built, engine = _timed(lambda: BM25Okapi(lists))
    return Peer("rank-bm25", built, 0, lambda words: np.argsort(engine.get_scores(words))[::-1][:LIMIT])


def _bm25s(lists: list[list[str]], _: list[str], folder: Path) -> Peer:
    import bm25s

    engine = bm25s.BM25()
    built, _none = _timed(lambda: engine.index(lists, show_progress=False))
    engine.save(folder / "bm25s")
    known = set(engine.vocab_dict)

    def ask(words: list[str]) -> object:
        return engine.retrieve([[word for word in words if word in known]], k=LIMIT, show_progress=False)

    return Peer("bm25s", built, _size(folder / "bm25s"), ask)


def _fts5(lists: list[list[str]], _: list[str], folder: Path) -> Peer:
    db = sqlite3.connect(folder / "fts5.db")
    db.execute("CREATE VIRTUAL TABLE clause USING fts5 (words, content='', tokenize='unicode61')")

    def fill() -> None:
        with db:
            db.executemany("INSERT INTO clause (rowid, words) VALUES (?, ?)", ((n, " ".join(words)) for n, words in enumerate(lists)))

    def ask(words: list[str]) -> object:
        wanted = " OR ".join(f'"{word}"' for word in words)
        return db.execute("SELECT rowid FROM clause WHERE clause MATCH ? ORDER BY rank LIMIT ?", (wanted, LIMIT)).fetchall()

    built, _none = _timed(fill)
    return Peer("SQLite FTS5", built, _size(folder / "fts5.db"), ask)


def _bm25_jieba(_: list[list[str]], texts: list[str], __: Path) -> Peer:
    from bm25_jieba import BM25

    engine: Any = BM25()
    built, _none = _timed(lambda: engine.fit(texts))
    return Peer("bm25-jieba", built, 0, lambda words: engine.search(" ".join(words), LIMIT))


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    made = work()
    return time.perf_counter() - start, made


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file())
