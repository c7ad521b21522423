"""How far one machine goes: a corpus that grows to ten million clauses, with time, memory and size at each step.

No clause is there twice: each is the first half of one real clause and the second half of another, so that words are as frequent as they
are in policies. Documents are stored and indexed as ``add`` does it, one after the other; reading files is not part of this.
"""

from __future__ import annotations

import itertools
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click
from bench_peers import size as size_of
from bench_peers import timed
from bench_search import drawn_queries

from policytext.corpus import Corpus
from policytext.corpus.store import INDEX
from policytext.records import record
from policytext.schema import CONTENT_KINDS, Analysis
from policytext.search.index import refresh_index

SEED = 20200728
#: A fresh process that answers queries: seconds of each, and at last the most memory it took, in kB.
ANSWER = """
import sys, time
from datetime import date
from pathlib import Path
from policytext.corpus import Corpus
from policytext.corpus.store import INDEX
from policytext.corpus.filters import Bands, Filters
from policytext.search.find import corpus_searcher
with Corpus(Path(sys.argv[1])) as corpus:
    search = corpus_searcher(corpus, Filters(Bands(date(2020, 7, 28))))
    search(sys.argv[2])
    for query in sys.argv[2:]:
        start = time.perf_counter()
        search(query)
        print(time.perf_counter() - start)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def grow(analyses: Sequence[Analysis], sizes: Sequence[int], folder: Path) -> None:
    """Grow a corpus in ``folder`` to each of the ``sizes`` (clauses) and print what that took since the size before."""
    clauses = [unit.text for one in analyses for unit in one.document.units if unit.kind in CONTENT_KINDS]
    for size in sorted(sizes):
        with Corpus(folder / "corpus", create=True) as corpus, corpus.writing():
            made = documents(clauses, analyses, corpus.number())
            there = sum(of.clauses for of in corpus.records())
            start = time.perf_counter()
            while there < size:
                number, analysis = next(made)
                of = record(analysis)
                corpus.put(analysis, of, f"{number:064x}"[::-1], f"/bench/{number}")
                there += of.clauses
            stored = time.perf_counter() - start
            refresh_index(corpus)
            indexed = time.perf_counter() - start - stored
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        whole, index = size_of(folder / "corpus") / 1e9, size_of(folder / "corpus" / INDEX) / 1e9
        click.echo(
            f"{there} clauses: stored in {stored:.0f} s, indexed in {indexed:.0f} s, at most {peak:.0f} MB; "
            f"on disk {whole:.2f} GB, of which the index {index:.2f}"
        )
        _tell(*_answers(folder / "corpus", drawn_queries(clauses)))


def documents(clauses: Sequence[str], analyses: Sequence[Analysis], first: int = 0) -> Iterator[tuple[int, Analysis]]:
    """Documents without end, numbered from ``first``: real ones with other clauses."""
    for number in itertools.count(first):
        draw = random.Random(SEED + number)
        analysis = draw.choice(analyses)
        units = (replace(unit, text=_spliced(draw, clauses)) if unit.kind in CONTENT_KINDS else unit for unit in analysis.document.units)
        yield number, replace(analysis, document=replace(analysis.document, units=tuple(units)))


def _spliced(draw: random.Random, clauses: Sequence[str]) -> str:
    head, tail = draw.choice(clauses), draw.choice(clauses)
    return head[: len(head) // 2] + tail[len(tail) // 2 :]


def _answers(corpus: Path, asked: Sequence[str]) -> tuple[list[float], float, float]:
    """Seconds of each answer in a fresh process, the memory of that in MB, and the seconds of one search as a whole process."""
    *times, memory = _process("-c", ANSWER, str(corpus), *asked).split()
    cold = min(timed(lambda query=query: _process("-m", "policytext", "search", query, "--corpus", str(corpus)))[0] for query in asked[:3])  # type: ignore[misc]
    return [float(one) for one in times], int(memory) / 1024, cold


def _tell(times: Sequence[float], memory: float, cold: float) -> None:
    p50, p99 = statistics.median(times), sorted(times)[int(0.99 * (len(times) - 1))]
    click.echo(f"  a search: p50 {1000 * p50:.1f} ms, p99 {1000 * p99:.1f} ms, {memory:.0f} MB; as a whole process {cold:.2f} s")


def _process(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True, encoding="utf-8").stdout
