"""Many readers of the local page at once, while `policytext add` puts documents into the same corpus: errors, the slow requests, memory."""

from __future__ import annotations

import http.client
import itertools
import random
import statistics
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import click
from bench_search import SEED, _filled, drawn_queries
from bench_serve import PROGRAM, Server

from policytext.corpus import Corpus
from policytext.schema import Analysis

#: Documents of one run of `add`, and seconds until the next: a corpus that grew much faster would slow the pages by its size.
BATCH, PAUSE = 10, 3.0


def load(analyses: Sequence[Analysis], clauses: int, readers: int, requests: int, adding: bool) -> None:
    """Print what ``readers`` get of ``requests``, against one reader, both while documents are added to ``clauses`` clauses, or not."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "corpus"
        with Corpus(folder, create=True) as corpus:
            texts, _, _ = _filled(corpus, analyses, clauses)
            pages = _pages(drawn_queries(texts), corpus.ids())
        with closing(Server(folder)) as server, _adding(folder, analyses if adding else [], Path(place)) as added:
            click.echo(f"{len(texts)} clauses; memory after start {_memory(server):.0f} MB")
            alone = _asked(server, pages, 1, requests // 10)
            click.echo(f"1 reader: {alone}")
            together = _asked(server, pages, readers, requests)
            click.echo(f"{readers} readers: {together}")
            click.echo(f"p99 {together.late / alone.late:.1f} times that of one reader; {sum(added)} documents added meanwhile")


class Told:
    """Seconds of each request, errors by kind, and the server's memory on the way."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self.errors: Counter[str] = Counter()
        self.memory: dict[int, float] = {}
        self.lasted = 0.0

    @property
    def late(self) -> float:
        """The 99th percentile in seconds."""
        return statistics.quantiles(self.took, n=100)[98]

    def __str__(self) -> str:
        memory = ", ".join(f"{number}: {size:.0f} MB" for number, size in self.memory.items())
        return (
            f"{len(self.took)} requests, {len(self.took) / self.lasted:.0f}/s, errors {dict(self.errors) or 'none'}, "
            f"median {1000 * statistics.median(self.took):.0f} ms, p99 {1000 * self.late:.0f} ms; memory after {memory}"
        )


def _asked(server: Server, pages: Sequence[str], readers: int, requests: int) -> Told:
    told, numbers, start = Told(), itertools.count(1), time.perf_counter()

    def read(reader: int) -> None:
        draw, connection = random.Random(SEED + reader), http.client.HTTPConnection(server.connection.host, server.connection.port)
        while (number := next(numbers)) <= requests:
            began = time.perf_counter()
            try:
                connection.request("GET", draw.choice(pages))
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    told.errors[str(answer.status)] += 1
            except (OSError, http.client.HTTPException) as error:
                told.errors[type(error).__name__] += 1
                connection.close()
            told.took.append(time.perf_counter() - began)
            if number in (requests // 10, requests // 2, requests):
                told.memory[number] = _memory(server)
        connection.close()

    threads = [threading.Thread(target=read, args=(number,)) for number in range(readers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    told.lasted = time.perf_counter() - start
    return told


def _pages(queries: Sequence[str], ids: Sequence[str]) -> list[str]:
    """What readers look at: half searches, half documents, now and then a listing."""
    searches = [f"/search{kind}?q={quote(query)}" for query in queries for kind in ("", ".json")]
    documents = [f"/documents/{one}" for one in list(ids)[: len(searches)]]
    return [*searches, *documents, "/periods", "/periods.json?flag=long"]


@contextmanager
def _adding(folder: Path, analyses: Sequence[Analysis], place: Path) -> Iterator[list[int]]:
    """`policytext add` again and again, each time with documents that are new; how many each run added."""
    added: list[int] = []
    stop = threading.Event()

    def add() -> None:
        for batch in itertools.count() if analyses else ():
            files = place / f"files{batch}"
            files.mkdir()
            for number in range(BATCH):
                text = analyses[(batch * BATCH + number) % len(analyses)].document.text
                (files / f"{number}.txt").write_text(f"{text}\n第{batch}批第{number}件。\n", "utf-8")
            told = subprocess.run([*PROGRAM, "add", str(files), "--corpus", str(folder)], capture_output=True, text=True, encoding="utf-8")
            if told.returncode:
                click.echo(told.stderr, err=True)
            added.append(BATCH if not told.returncode else 0)
            if stop.wait(PAUSE):
                return

    thread = threading.Thread(target=add)
    thread.start()
    try:
        yield added
    finally:
        stop.set()
        thread.join()


def _memory(server: Server) -> float:
    """Resident memory of the server in MB (Linux)."""
    status = Path(f"/proc/{server.process.pid}/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
