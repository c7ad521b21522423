"""The batch through a real Dask scheduler on loopback, against the same files on this machine without it."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from policytext.batch import Job, analyze_files
from policytext.scheduler import answers
from policytext.sources import Source
from tests.cluster.dask import Dask
from tests.cluster.on_workers import echo

#: Requests that do nothing, to see what Dask itself costs.
EMPTY = 2_000


def compare(sources: Sequence[Source], rounds: int) -> None:
    """Files per second of each side, and its ratio to one thread without Dask."""
    job = Job(labels=True, ocr="off")
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        clusters = [Dask(Path(one), 1), Dask(Path(two), 2)]
        single, double = (cluster.address for cluster in clusters)
        sides: dict[str, Callable[[], object]] = {
            "--jobs 1": lambda: list(analyze_files(sources, job, 1)),
            "--jobs 2": lambda: list(analyze_files(sources, job, 2)),
            "one worker": lambda: list(analyze_files(sources, job, scheduler=single)),
            "two workers": lambda: list(analyze_files(sources, job, scheduler=double)),
        }
        try:
            times: dict[str, list[float]] = {name: [] for name in sides}
            for _ in range(rounds + 1):  # the first warms the workers' children
                for name, work in sides.items():
                    began = time.perf_counter()
                    work()
                    times[name].append(time.perf_counter() - began)
            began = time.perf_counter()
            done = sum(1 for _ in answers(double, echo, ((number, b"") for number in range(EMPTY))))
            empty = (time.perf_counter() - began) / done
        finally:
            for cluster in clusters:
                cluster.stop()
    best = {name: min(taken[1:]) for name, taken in times.items()}
    for name, taken in best.items():
        click.echo(f"{name}: {len(sources) / taken:.1f} files/s, {best['--jobs 1'] / taken:.2f} times --jobs 1 ({len(sources)} files)")
    click.echo(f"Dask alone: {empty * 1000:.1f} ms a request that does nothing ({1 / empty:.0f}/s)")
