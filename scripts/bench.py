"""Benchmarks that print ratios against a peer measured in the same run: timings on shared machines are noise, ratios hold.

python scripts/bench.py read FOLDER      reading PDFs to clauses, through the killable child, against pdfplumber's extract_text alone
python scripts/bench.py sandbox FOLDER   reading through the warm child, against the same reading in this process
python scripts/bench.py search FOLDER    search over 10,000 and 100,000 clauses, against rank-bm25, bm25s, SQLite FTS5 and bm25-jieba
                                         (--clauses 1000000: ten minutes and 11 GB of memory)
python scripts/bench.py scale FOLDER     a corpus that grows to a million clauses: time, memory and size (--clauses 10000000: hours)
python scripts/bench.py serve FOLDER     the local page over 100,000 clauses, against search in process and a cold `policytext search`
python scripts/bench.py load FOLDER      50 readers of the local page while documents are added, against one: errors, slow requests, memory
python scripts/bench.py dask FOLDER      the batch by one and two Dask workers on this machine, against --jobs 1 and 2
python scripts/bench.py label CLAUSES    labelling clauses, and one cold `policytext classify`, against jieba + TfidfVectorizer + LinearSVC
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from uuid import uuid4

import click

from policytext.analyze import analyze_path
from policytext.batch import Job, analyze_files
from policytext.child import READER
from policytext.labelled import read_labels
from policytext.measures.model import Model, unsure
from policytext.opensearch import Cluster
from policytext.places import SHIPPED_MODELS, model_folder
from policytext.read.sandbox import Child
from policytext.schema import READABLE, Analysis, from_json
from policytext.sources import Source, find_files
from policytext.taxonomy import load_taxonomy

#: The peer in a process of its own: what one would write to label the lines of a file.
PLAIN = """
import sys, jieba, joblib
def tokens(text):
    return jieba.lcut(text)
pipeline, binarizer = joblib.load(sys.argv[1])
lines = [line for line in open(sys.argv[2], encoding="utf-8").read().splitlines() if line]
print(binarizer.inverse_transform(pipeline.predict(lines)))
"""


@click.group()
def bench() -> None:
    """See the module."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, range(min(2, os.cpu_count() or 1)))


@bench.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--rounds", default=5, show_default=True, help="Each side is timed so often, in turns; the best counts.")
def sandbox(folder: Path, rounds: int) -> None:
    """What the child costs: from PDF to clauses and period, through it and without it."""
    paths = [str(path) for path in sorted(folder.rglob("*.pdf"))]
    child = Child(READER)

    def through() -> None:
        for path in paths:
            answer = child.call(path=path, ocr="off")
            if isinstance(answer, bytes):
                from_json(answer, Analysis)

    def without() -> None:
        for path in paths:
            analyze_path(path, ocr="off")

    times: dict[Callable[[], None], list[float]] = {through: [], without: []}
    for _ in range(rounds + 1):  # the first warms both
        for work, taken in times.items():
            began = time.perf_counter()
            work()
            taken.append(time.perf_counter() - began)
    child.close()
    inside, outside = min(times[without][1:]), min(times[through][1:])
    print(f"{len(paths)} files: in this process {inside:.2f} s, through the child {outside:.2f} s, {outside / inside - 1:+.1%}")


@bench.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--rounds", default=3, show_default=True, help="Each side is timed so often; the best counts.")
def read(folder: Path, rounds: int) -> None:
    """Pages per second from file to clauses, with ruled tables and without; two cores against one; memory of the largest file."""
    found = _split(sorted(folder.rglob("*.pdf")), 1)
    readable = [one for one in found if one.document.status in READABLE]
    kinds = {
        "without tables": [one for one in readable if not _has_table(one)],
        "with tables": [one for one in readable if _has_table(one)],
    }
    for kind, analyses in kinds.items():
        if analyses:
            _compare(kind, analyses, rounds)
    paths = [Path(one.document.file) for one in readable]
    alone = _best(lambda: _split(paths, 1), rounds)
    together = _best(lambda: _split(paths, 2), rounds)
    click.echo(f"two cores: {alone / together:.2f} times the speed of one ({len(paths)} files)")
    largest = max(readable, key=lambda one: one.document.pages)
    click.echo(f"memory: {_peak_memory(Path(largest.document.file)):.0f} MB for {largest.document.pages} pages")


@bench.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--files", default=200, show_default=True, help="So many files of the folder, in the order of their digests.")
@click.option("--rounds", default=3, show_default=True, help="Each side is timed so often, in turns; the best counts.")
def dask(folder: Path, files: int, rounds: int) -> None:
    """Files per second on one machine and through a scheduler with one and two workers; what Dask costs a file that costs nothing."""
    from bench_dask import compare

    compare(sorted(find_files([folder]), key=Source.digest)[:files], rounds)


@bench.command()
@click.argument("clauses", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--rounds", default=5, show_default=True, help="Each side is timed so often; the best counts.")
def label(clauses: Path, rounds: int) -> None:
    """Clauses per second by the fast model, labels alone and with reasons, and by the careful one; one cold process on a small file."""
    import joblib
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MultiLabelBinarizer
    from sklearn.svm import LinearSVC

    found = read_labels(clauses, load_taxonomy())
    texts, readable = [one.text for one in found], [one.clause for one in found]
    pipeline = make_pipeline(TfidfVectorizer(tokenizer=tokens, token_pattern=None), OneVsRestClassifier(LinearSVC()))
    binarizer = MultiLabelBinarizer()
    pipeline.fit(texts, binarizer.fit_transform([one.labels for one in found]))
    fast, careful = Model.load(model_folder("fast")), Model.load(model_folder("careful"))
    peer = _best(lambda: pipeline.predict(texts), rounds)
    sides: dict[str, Callable[[], object]] = {
        "fast, labels alone": lambda: fast.predict(readable),
        "fast, with probabilities and reasons": lambda: fast.classify(readable),
        "careful, with probabilities and reasons": lambda: careful.classify(readable),
    }
    for what, work in sides.items():
        ours = _best(work, rounds)
        click.echo(
            f"{what}: {len(texts)} clauses: policytext {len(texts) / ours:.0f}/s, plain {len(texts) / peer:.0f}/s, {peer / ours:.2f} times"
        )
    linear = fast.probabilities(fast.scores(readable))
    below = careful.second.below if careful.second else 0
    click.echo(f"careful: {len(unsure(linear, below)) / len(texts):.2f} of the clauses went to the encoder")
    with tempfile.TemporaryDirectory() as folder:
        stored, small = Path(folder) / "plain.joblib", Path(folder) / "small.txt"
        joblib.dump((pipeline, binarizer), stored)
        small.write_text("\n".join(texts[:20]), "utf-8")
        theirs = _best(lambda: _process("-c", PLAIN, str(stored), str(small)), rounds)
        for name in SHIPPED_MODELS:
            ours = _best(partial(_process, "-m", "policytext", "classify", str(small), "--model", name), rounds)
            click.echo(f"one cold process on 20 clauses, {name}: {ours:.2f} s, plain {theirs:.2f} s, {ours / theirs:.2f} of the time")


@bench.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--clauses", multiple=True, type=int, default=(10_000, 100_000), show_default=True, help="How many clauses; may be repeated.")
def search(folder: Path, clauses: tuple[int, ...]) -> None:
    """Seconds of an answer over the clauses of a folder of documents, size of the index, memory, cold start, one more document."""
    from bench_search import compare

    analyses = [one for one in _analyses(sorted(folder.iterdir()), 2) if one.document.status in READABLE]
    for number in clauses:
        compare(analyses, number)


@bench.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--clauses", type=int, default=100_000, show_default=True, help="How many clauses.")
@click.option("--rounds", default=5, show_default=True, help="Each side is timed so often; the best counts.")
def serve(folder: Path, clauses: int, rounds: int) -> None:
    """A warm search page against the search in process; the first byte after start against a cold `policytext search`."""
    from bench_serve import compare

    compare([one for one in _analyses(sorted(folder.iterdir()), 2) if one.document.status in READABLE], clauses, rounds)


@bench.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--clauses", type=int, multiple=True, default=(100_000, 1_000_000), show_default=True, help="How many clauses; repeatable.")
@click.option("--work", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Where the corpus is made and kept.")
@click.option("--url", help="A cluster that holds the corpus instead.")
def scale(folder: Path, clauses: tuple[int, ...], work: Path | None, url: str | None) -> None:
    """A corpus that grows: seconds to store and index, memory, size on disk, and how long an answer takes."""
    from bench_scale import grow

    analyses = [one for one in _analyses(sorted(folder.iterdir()), 2) if one.document.status in READABLE]
    with tempfile.TemporaryDirectory() as made:
        grow(analyses, clauses, Cluster(url, f"bench-{uuid4().hex}", replicas=0) if url else (work or Path(made)) / "corpus")


@bench.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--clauses", type=int, default=20_000, show_default=True, help="How many clauses.")
@click.option("--readers", type=int, default=50, show_default=True, help="How many readers at once.")
@click.option("--requests", type=int, default=10_000, show_default=True, help="How many requests they send; one reader sends a tenth.")
@click.option("--adding/--no-adding", default=True, show_default=True, help="Documents are added meanwhile.")
def load(folder: Path, clauses: int, readers: int, requests: int, adding: bool) -> None:
    """Errors, p99 and memory of the server under readers, while documents are added."""
    from bench_load import load

    load([one for one in _analyses(sorted(folder.iterdir()), 2) if one.document.status in READABLE], clauses, readers, requests, adding)


def tokens(text: str) -> list[str]:
    """The peer's tokens; ``PLAIN`` defines the same, so that its process can load the pipeline."""
    import jieba

    found: list[str] = jieba.lcut(text)
    return found


def _process(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def _compare(kind: str, analyses: list[Analysis], rounds: int) -> None:
    paths = [Path(one.document.file) for one in analyses]
    pages = sum(one.document.pages for one in analyses)
    ours, theirs = _best(lambda: _on_one_core(paths), rounds), _best(lambda: _plumber(paths), max(1, rounds - 1))
    click.echo(
        f"{kind}: {len(paths)} files, {pages} pages: policytext {pages / ours:.0f} pages/s, "
        f"pdfplumber {pages / theirs:.0f} pages/s, {theirs / ours:.1f} times"
    )


def _has_table(analysis: Analysis) -> bool:
    return any(unit.kind == "table" for unit in analysis.document.units)


def _analyses(paths: Iterable[Path], jobs: int, period: bool = True) -> list[Analysis]:
    return list(analyze_files(map(Source, paths), Job(period=period, ocr="off"), jobs))


def _split(paths: Iterable[Path], jobs: int) -> list[Analysis]:
    """From file to clauses, as ``policytext split`` reads them."""
    return _analyses(paths, jobs, period=False)


def _on_one_core(paths: list[Path]) -> None:
    """The child inherits the one core: parent and child take turns, so nothing is hidden in parallel work."""
    before = os.sched_getaffinity(0) if sys.platform == "linux" else None
    if before:
        os.sched_setaffinity(0, {min(before)})
    try:
        _split(paths, 1)
    finally:
        if before:
            os.sched_setaffinity(0, before)


def _plumber(paths: list[Path]) -> None:
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    for path in paths:
        with pdfplumber.open(path) as document:
            for page in document.pages:
                page.extract_text()
                page.close()


def _best(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def _peak_memory(path: Path) -> float:
    """Resident memory in MB that one child reaches on one file."""
    child = Child("scripts.bench:peak_of")
    try:
        answer = child.call(path=str(path))
    finally:
        child.close()
    return float(answer) / 1024 if isinstance(answer, bytes) else float("nan")


def peak_of(path: str) -> int:
    """The child's side: kilobytes at the peak after one file."""
    import resource

    from policytext.analyze import analyze_path

    analyze_path(path, ocr="off")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    bench()
