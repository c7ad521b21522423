"""Many sources, each in a killable reader child: driven by joblib threads on one machine, by Dask workers on many."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from queue import Empty, LifoQueue

from policytext.child import READER
from policytext.errors import ModelError, SchedulerError
from policytext.measures.manifest import MANIFEST, digest_of, read_manifest
from policytext.places import SHIPPED_MODELS, model_folder
from policytext.read.sandbox import Breach, Child, Limits
from policytext.records import analysed_with, failure
from policytext.scheduler import answers
from policytext.schema import Analysis, Ocr, Status, from_json, to_json
from policytext.sources import Source


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with each file: label clauses or not, with which model (name or folder; empty: the shipped one), find the period or not,
    within which limits, and which pages to recognise as pictures."""

    labels: bool = False
    model: str = ""
    period: bool = True
    limits: Limits = field(default_factory=Limits)
    ocr: Ocr = "auto"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker made of a source, and with which equipment; nothing where that is not what it was asked for."""

    equipment: str
    analysis: Analysis | None


def analyze_files(sources: Iterable[Source], job: Job, jobs: int = 1, scheduler: str = "") -> Iterator[Analysis]:
    """One Analysis a source, in the order of ``sources``, whatever happens to it.

    ``jobs`` threads of this machine do it, or where ``scheduler`` is the address of a Dask scheduler its workers, who must find the same
    files under the same paths. Raises SchedulerError as ``scheduler.answers`` does, and ``scheduler_other`` for a worker with another
    version or model.
    """
    return _on_workers(sources, job, scheduler) if scheduler else _here(sources, job, jobs)


def _here(sources: Iterable[Source], job: Job, jobs: int) -> Iterator[Analysis]:
    children: LifoQueue[Child] = LifoQueue()
    started: list[Child] = []

    def one(source: Source) -> Analysis:
        try:
            child = children.get_nowait()
        except Empty:
            child = Child(READER, job.limits)
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


def _on_workers(sources: Iterable[Source], job: Job, scheduler: str) -> Iterator[Analysis]:
    job = replace(job, model=job.model if job.model in ("", *SHIPPED_MODELS) else os.path.abspath(job.model))
    ours = _equipment(job.labels, job.model)

    def request(source: Source) -> bytes:
        of = {"path": os.path.abspath(source.path), "text": source.text, "stated": dict(source.stated), "digest": source.digest()}
        return json.dumps({**of, "job": asdict(job), "equipment": ours}).encode("ascii")

    for source, found in answers(scheduler, analyze_on_worker, ((source, request(source)) for source in sources)):
        if found is None:
            yield failure(source.name, "crashed", "reading.killed_workers")
            continue
        answer = from_json(found, Answer)
        if answer.analysis is None:
            raise SchedulerError("scheduler_other", place=scheduler, theirs=answer.equipment, ours=ours)
        yield replace(answer.analysis, document=replace(answer.analysis.document, file=source.name))


#: Children of this worker that wait for a request.
_idle: LifoQueue[Child] = LifoQueue()


def analyze_on_worker(request: bytes) -> bytes:
    """An Answer in JSON to one request of ``analyze_files``, by a child that stays for the next request.

    A child ends with its worker. A file that is not here, or not the same, is a failure with a reason of its own.
    """
    given = json.loads(request)
    job = Job(**{**given["job"], "limits": Limits(**given["job"]["limits"])})
    equipment = _equipment(job.labels, job.model)
    source = Source(Path(given["path"]), text=given["text"], stated=given["stated"])
    if equipment != given["equipment"]:
        analysis = None
    elif source.digest() != given["digest"]:
        reason = "reading.other_on_worker" if os.path.lexists(source.path) else "reading.not_on_worker"
        analysis = failure(source.name, "corrupt", reason)
    else:
        child = _child(job.limits)
        try:
            analysis = _analyze_in(child, source, job)
        finally:
            _idle.put(child)
    return to_json(Answer(equipment, analysis)).encode("utf-8")


def _child(limits: Limits) -> Child:
    while True:
        try:
            child = _idle.get_nowait()
        except Empty:
            return Child(READER, limits)
        if child.limits == limits:
            return child
        child.close()


@cache
def _equipment(labels: bool, model: str) -> str:
    """Version and model, which must be the same on all machines: the words of two of them would differ."""
    if not labels:
        return analysed_with()
    folder = model_folder(model)
    try:
        read_manifest(folder)
    except ModelError as error:
        return f"{analysed_with()} / {error.code}"
    return analysed_with(digest_of(folder / MANIFEST))
