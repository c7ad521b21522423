"""Many sources on one machine: joblib threads, each driving one killable reader child."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from queue import Empty, LifoQueue

from policytext.read.sandbox import Breach, Child, Limits
from policytext.records import failure
from policytext.schema import Analysis, Ocr, Status, from_json
from policytext.sources import Source

#: What a child runs for each file.
TARGET = "policytext.analyze:analyze_path"


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with each file: label clauses or not, with which model folder (empty: the shipped model), find the period or not,
    within which limits, and which pages to recognise as pictures."""

    labels: bool = False
    model: str = ""
    period: bool = True
    limits: Limits = field(default_factory=Limits)
    ocr: Ocr = "auto"


def analyze_files(sources: Iterable[Source], job: Job, jobs: int = 1) -> Iterator[Analysis]:
    """One Analysis a source, in the order of ``sources``, whatever happens to it."""
    children: LifoQueue[Child] = LifoQueue()
    started: list[Child] = []

    def one(source: Source) -> Analysis:
        try:
            child = children.get_nowait()
        except Empty:
            child = Child(TARGET, job.limits)
            started.append(child)
        try:
            return _analyze_in(child, source, job)
        finally:
            children.put(child)

    try:
        yield from map(one, sources) if jobs <= 1 else _threads(one, sources, jobs)
    finally:
        for child in started:
            child.close()


def _threads(one: Callable[[Source], Analysis], sources: Iterable[Source], jobs: int) -> Iterator[Analysis]:
    # Imported here: a command on one file does not wait for joblib.
    from joblib import Parallel, delayed

    results: Iterator[Analysis] = Parallel(n_jobs=jobs, prefer="threads", return_as="generator", pre_dispatch="2*n_jobs")(
        delayed(one)(source) for source in sources
    )
    return results


def _analyze_in(child: Child, source: Source, job: Job) -> Analysis:
    trouble = _trouble(source)
    if trouble is not None:
        return failure(source.name, *trouble)
    given = {"path": str(source.path), "text": source.text, "stated": dict(source.stated)}
    answer = child.call(**given, labels=job.labels, model=job.model, period=job.period, ocr=job.ocr, pages=job.limits.pages)
    if isinstance(answer, Breach):
        return failure(source.name, answer.status, answer.reason)
    return from_json(answer, Analysis)


def _trouble(source: Source) -> tuple[Status, str] | None:
    """Status and reason of what need not go to the child: a FIFO or a device would be waited for until the time limit."""
    if source.text is not None:
        return None
    try:
        mode = source.path.stat().st_mode
    except OSError:
        return "corrupt", "reading.not_found"
    if stat.S_ISDIR(mode):
        return "corrupt", "reading.unreadable"
    return None if stat.S_ISREG(mode) else ("unsupported", "reading.not_a_file")
