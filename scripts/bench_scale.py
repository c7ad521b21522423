"""How far one machine goes: a corpus that grows to ten million clauses, with time, memory and size at each step.

No clause is there twice: each is the first half of one real clause and the second half of another, so that words are as frequent as they
are in policies. Documents are stored and indexed as ``add`` does it, one after the other; reading files is not part of this.
"""

from __future__ import annotations

import itertools
import random
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click
from bench_peers import size as size_of
from bench_search import COLD_ROUNDS, SEED, _cold, _process, _tell, drawn_queries

from policytext.corpus import Corpus, Store, Where, open_corpus
from policytext.corpus.cluster import ClusterCorpus
from policytext.records import record
from policytext.schema import CONTENT_KINDS, Analysis
from policytext.search.engines import refresh

#: A fresh process that answers queries: seconds of each, and at last the most memory it took, in kB.
ANSWER = """
import sys, time
from datetime import date
from pathlib import Path
from policytext.corpus import open_corpus
from policytext.corpus.filters import Bands, Filters
from policytext.opensearch import configured
from policytext.search.find import corpus_searcher
url, name, *queries = sys.argv[1:]
with open_corpus(configured({"url": url, "name": name}) if url else Path(name)) as corpus:
    search = corpus_searcher(corpus, Filters(Bands(date(2020, 7, 28))))
    search(queries[0])
    for query in queries:
        start = time.perf_counter()
        search(query)
        print(time.perf_counter() - start)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def grow(analyses: Sequence[Analysis], sizes: Sequence[int], where: Where) -> None:
    """Grow the corpus to each of the ``sizes`` (clauses) and print what that took since the size before."""
    clauses = [unit.text for one in analyses for unit in one.document.units if unit.kind in CONTENT_KINDS]
    for size in sorted(sizes):
        with open_corpus(where, create=True) as corpus, corpus.writing():
            counts = [of.clauses for of in corpus.records()]
            made, there = documents(clauses, analyses, len(counts)), sum(counts)
            start = time.perf_counter()
            while there < size:
                number, analysis = next(made)
                of = record(analysis)
                corpus.put(analysis, of, f"{number:064x}"[::-1], f"/bench/{number}")
                there += of.clauses
            stored = time.perf_counter() - start
            refresh(corpus)
            indexed = time.perf_counter() - start - stored
            whole, index = _sizes(corpus)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        click.echo(
            f"{there} clauses: stored in {stored:.0f} s, indexed in {indexed:.0f} s, at most {peak:.0f} MB; "
            f"on disk {whole:.2f} GB, of which the index {index:.2f}"
        )
        times, memory, cold = _answers(where, drawn_queries(clauses))
        _tell("a search", times, f"{memory:.0f} MB; as a whole process {cold:.2f} s")


def _sizes(corpus: Store) -> tuple[float, float]:
    """GB of the whole corpus, one copy of each part, and of its index alone."""
    if isinstance(corpus, ClusterCorpus):
        stats = corpus.client.indices.stats(index=f"{corpus.cluster.name}-*", metric="store")["indices"]
        parts = {index: one["primaries"]["store"]["size_in_bytes"] / 1e9 for index, one in stats.items()}
        return sum(parts.values()), sum(part for index, part in parts.items() if "-clauses-" in index)
    assert isinstance(corpus, Corpus)
    return size_of(corpus.folder) / 1e9, size_of(corpus.index_folder) / 1e9


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


def _answers(where: Where, asked: Sequence[str]) -> tuple[list[float], float, float]:
    """Seconds of each answer in a fresh process, the memory of that in MB, and the seconds of one search as a whole process."""
    url, name = ("", str(where)) if isinstance(where, Path) else (where.url, where.name)
    *times, memory = _process("-c", ANSWER, url, name, *asked).split()
    place = ("--engine", "cluster", "--url", url, "--name", name) if url else ("--corpus", name)
    cold = _cold([("-m", "policytext", "search", query, *place) for query in asked[:COLD_ROUNDS]])
    return [float(one) for one in times], int(memory) / 1024, cold
