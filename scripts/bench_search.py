"""Search against its peers over the same clauses in the same run: speed of an answer, time to build, size, memory, cold start.

The clauses are real ones, drawn document by document with a fixed seed until there are enough.
"""

from __future__ import annotations

import gc
import itertools
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import click
from bench_peers import LIMIT, PEERS, PLAIN, bm25s, rank_bm25, size, store_plain, timed

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
QUERIES = 60
#: rank-bm25 takes a second a query at a million clauses.
SLOW_QUERIES = 10
#: Each side of the cold start is run so often; the best counts.
COLD_ROUNDS = 3
#: The size with which one more document is compared.
SMALL = 10_000
#: Where the pickled rank-bm25 lies.
STORED = "plain.pickle"
BANDS = Bands(date(2020, 7, 28))
#: A fresh process that answers queries, and tells what memory that took at most, in kB: pages of the index files in use are counted.
SERVE = """
import sys
from datetime import date
from pathlib import Path
from policytext.corpus import Corpus
from policytext.corpus.filters import Bands, Filters
from policytext.search.find import corpus_searcher
with Corpus(Path(sys.argv[1])) as corpus:
    search = corpus_searcher(corpus, Filters(Bands(date(2020, 7, 28))))
    for query in sys.argv[2:]:
        search(query)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def compare(analyses: Sequence[Analysis], clauses: int) -> None:
    """Print the comparison at ``clauses`` clauses."""
    with tempfile.TemporaryDirectory() as name, Corpus(Path(name) / "corpus", create=True) as corpus:
        folder = Path(name)
        texts, indexed, stored = _filled(corpus, analyses, clauses)
        on_disk = size(corpus.index_folder)
        click.echo(f"{len(texts)} clauses: policytext stored in {stored:.0f} s, indexed in {indexed:.0f} s, index {on_disk / 1e6:.1f} MB")
        queries = drawn_queries(texts)
        ours = _ours(corpus, queries)
        base = _peers(texts, queries, folder, on_disk)
        for side, times in ours.items():
            _tell(f"policytext, {side}", times, f"{base / statistics.median(times):.0f} times rank-bm25")
        memory = int(_process("-c", SERVE, str(corpus.folder), *queries)) / 1024
        click.echo(f"  memory: {memory:.0f} MB in a fresh process that answered {len(queries)} queries")
        mine = _cold([("-m", "policytext", "search", query, "--corpus", str(corpus.folder)) for query in queries[:COLD_ROUNDS]])
        plain = _cold([("-c", PLAIN, str(folder / STORED), query) for query in queries[:COLD_ROUNDS]])
        click.echo(f"  one search as a whole process: {mine:.2f} s, click + jieba + pickled rank-bm25 {plain:.2f} s: {mine / plain:.3f}")
        with Corpus(folder / "small", create=True) as small:
            few, _, _ = _filled(small, analyses, SMALL)
            more, there = _one_more(corpus, analyses[0]), _one_more(small, analyses[0])
        click.echo(f"  one more document: {1000 * more:.1f} ms, in {len(few)} clauses {1000 * there:.1f} ms: {more / there:.2f}")


def _ours(corpus: Corpus, queries: Sequence[str]) -> dict[str, list[float]]:
    """The seconds of each query, by what is asked for."""
    index = refresh_index(corpus)
    where = Filters(BANDS, province=("江苏",))
    sides: dict[str, Callable[[str], object]] = {
        "first stage": lambda query: index.first_stage(asked(parse(query)), LIMIT),
        "first stage, filtered": lambda query: index.first_stage(asked(parse(query)), LIMIT, where),
        "as a user gets it": corpus_searcher(corpus, Filters(BANDS)),
        "as a user gets it, filtered": corpus_searcher(corpus, where),
    }
    return {side: _times(ask, queries) for side, ask in sides.items()}


def _peers(texts: list[str], queries: Sequence[str], folder: Path, on_disk: int) -> float:
    """Tell what the peers take; returns the median of rank-bm25, which is stored for ``PLAIN``."""
    lists = [terms(text) for text in texts]
    base = 0.0
    for make in PEERS:
        peer = make(lists, texts, folder)
        times = _times(lambda query, peer=peer: peer.ask(terms(query)), queries[:SLOW_QUERIES] if make is rank_bm25 else queries)  # type: ignore[misc]
        _tell(peer.name, times, f"built in {peer.built:.0f} s, " + (f"{peer.size / 1e6:.1f} MB on disk" if peer.size else "in memory"))
        if make is rank_bm25:
            base = statistics.median(times)
            store_plain(peer.engine, texts, folder / STORED)
        if make is bm25s:
            click.echo(f"  index: {on_disk / peer.size:.3f} of the size of bm25s's")
        del peer
    return base


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
            indexing += timed(lambda: refresh_index(corpus))[0]
        if len(texts) >= clauses:
            break
    return texts, indexing, time.perf_counter() - start - indexing


def drawn_queries(texts: Sequence[str]) -> list[str]:
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
    gc.collect()
    gc.freeze()  # the collector would walk through all that the benchmark itself holds, in the middle of a query
    return [timed(lambda query=query: ask(query))[0] for query in queries]  # type: ignore[misc]


def _tell(name: str, times: Sequence[float], more: str) -> None:
    p50, p99 = statistics.median(times), sorted(times)[int(0.99 * (len(times) - 1))]
    click.echo(f"  {name}: p50 {1000 * p50:.2f} ms, p99 {1000 * p99:.2f} ms; {more}")


def _cold(commands: Sequence[tuple[str, ...]]) -> float:
    """Seconds of the fastest of some whole processes."""
    return min(timed(lambda command=command: _process(*command))[0] for command in commands)  # type: ignore[misc]


def _process(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True, encoding="utf-8").stdout


def _one_more(corpus: Corpus, analysis: Analysis) -> float:
    """Seconds to add one more document, the index with it: the median, for now and then one is merged with those before."""
    times = []
    for number in range(15):
        start = time.perf_counter()
        corpus.put(analysis, record(analysis), f"more{number:02}".ljust(64, "x"), f"/bench/more/{number}")
        refresh_index(corpus)
        times.append(time.perf_counter() - start)
    return statistics.median(times)
