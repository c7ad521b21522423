"""The local page against the commands, over the same clauses in the same run: a search page of the warm server against the search in
process, and the first byte of a server that has just been started against a cold ``policytext search``."""

from __future__ import annotations

import http.client
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlsplit

import click
from bench_search import BANDS, _filled, _times, drawn_queries

from policytext.corpus import Corpus
from policytext.corpus.filters import Filters
from policytext.schema import Analysis
from policytext.search.find import Wanted, corpus_searcher
from policytext.web.views import WIDTH

#: What a search page shows.
WANTED = Wanted(width=WIDTH)
PROGRAM = [sys.executable, "-m", "policytext"]


def compare(analyses: Sequence[Analysis], clauses: int, rounds: int) -> None:
    """Print both comparisons at ``clauses`` clauses."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "corpus"
        with Corpus(folder, create=True) as corpus:
            texts, _, _ = _filled(corpus, analyses, clauses)
            queries = drawn_queries(texts)
            searcher = corpus_searcher(corpus, Filters(BANDS))
            click.echo(f"{len(texts)} clauses, {sum(1 for _ in corpus.records())} documents")
            for kind in ("", ".json"):
                with closing(Server(folder)) as server:
                    # Turn by turn, so that whatever else the machine does falls on both.
                    ours, theirs = [], []
                    for _ in range(rounds):
                        server.connection.close()  # the server has closed it while the other side was timed
                        theirs.append(statistics.median(_times(lambda query: searcher(query, WANTED), queries)))
                        ours.append(statistics.median(_times(lambda query, kind=kind: server.get(_path(query, kind)), queries)))  # type: ignore[misc]
                name = f"warm search page{f' as {kind}' if kind else ''}"
                _tell(name, min(ours), "search in process", min(theirs))
        cold, first = [], []
        for _ in range(rounds):
            cold.append(_cold(folder, queries[0]))
            first.append(_first_byte(folder, queries[0]))
        _tell("first byte after start", min(first), "cold policytext search", min(cold))


class Server:
    """A server process and one connection to it."""

    def __init__(self, folder: Path) -> None:
        command = [*PROGRAM, "serve", "--no-browser", "--corpus", str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        assert self.process.stdout is not None
        self.connection = http.client.HTTPConnection(urlsplit(self.process.stdout.readline().strip()).netloc)

    def get(self, path: str) -> bytes:
        """The body of a page."""
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body[:500]
        return body

    def first_byte(self, path: str) -> None:
        """Wait for the first byte of a page."""
        self.connection.request("GET", path)
        assert self.connection.getresponse().read(1)

    def close(self) -> None:
        """End the process."""
        self.connection.close()
        self.process.terminate()
        self.process.wait()


def _path(query: str, kind: str = "") -> str:
    return f"/search{kind}?q={quote(query)}&as_of={date.isoformat(BANDS.as_of)}"


def _cold(folder: Path, query: str) -> float:
    start = time.perf_counter()
    subprocess.run([*PROGRAM, "search", query, "--corpus", str(folder), "--format", "jsonl"], check=True, capture_output=True)
    return time.perf_counter() - start


def _first_byte(folder: Path, query: str) -> float:
    start = time.perf_counter()
    with closing(Server(folder)) as server:
        server.first_byte(_path(query))
        return time.perf_counter() - start


def _tell(one: str, ours: float, other: str, theirs: float) -> None:
    click.echo(f"{one}: {1000 * ours:.1f} ms; {other}: {1000 * theirs:.1f} ms; {ours / theirs:.2f} of it")
