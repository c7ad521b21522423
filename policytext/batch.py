"""Many files on one machine: joblib threads, each driving one killable reader child."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, LifoQueue

from policytext.analyze import failure
from policytext.places import STORE
from policytext.read.ocr import Ocr
from policytext.read.sandbox import Breach, Child, Limits
from policytext.schema import Analysis, from_json

#: What a child runs for each file.
TARGET = "policytext.analyze:analyze_path"


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with each file: label clauses or not, with which model folder (empty: the shipped model), within which limits,
    and which pages to recognise as pictures."""

    labels: bool = False
    model: str = ""
    limits: Limits = field(default_factory=Limits)
    ocr: Ocr = "auto"


def analyze_files(paths: Iterable[Path], job: Job, jobs: int = 1) -> Iterator[Analysis]:
    """One Analysis a file, in the order of ``paths``, whatever happens to the file."""
    children: LifoQueue[Child] = LifoQueue()
    started: list[Child] = []

    def one(path: Path) -> Analysis:
        try:
            child = children.get_nowait()
        except Empty:
            child = Child(TARGET, job.limits)
            started.append(child)
        try:
            return _analyze_in(child, path, job)
        finally:
            children.put(child)

    try:
        yield from map(one, paths) if jobs <= 1 else _threads(one, paths, jobs)
    finally:
        for child in started:
            child.close()


def _threads(one: Callable[[Path], Analysis], paths: Iterable[Path], jobs: int) -> Iterator[Analysis]:
    # Imported here: a command on one file does not wait for joblib.
    from joblib import Parallel, delayed

    results: Iterator[Analysis] = Parallel(n_jobs=jobs, prefer="threads", return_as="generator", pre_dispatch="2*n_jobs")(
        delayed(one)(path) for path in paths
    )
    return results


def find_files(paths: Iterable[Path]) -> list[tuple[Path, bool]]:
    """Every file named or below a named folder, sorted within a folder, with whether it was named itself.

    Hidden files and folders below a named folder are passed over, and corpus folders too. What does not exist or may not be entered is
    in the list as well: reading it tells why it cannot be read.
    """
    found: dict[Path, bool] = {}
    for path in paths:
        if not path.is_dir():
            found[path] = True
            continue
        closed: list[OSError] = []
        for folder, folders, names in os.walk(path, onerror=closed.append):
            if STORE in names:
                folders.clear()
                continue
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith("."):
                    found.setdefault(Path(folder) / name, False)
        found |= {Path(os.fsdecode(error.filename)): True for error in closed}
    return list(found.items())


def _analyze_in(child: Child, path: Path, job: Job) -> Analysis:
    try:
        mode = path.stat().st_mode
    except OSError:
        return failure(str(path), "corrupt", "reading.not_found")
    if stat.S_ISDIR(mode):
        return failure(str(path), "corrupt", "reading.unreadable")
    if not stat.S_ISREG(mode):  # a FIFO or a device would be waited for until the time limit
        return failure(str(path), "unsupported", "reading.not_a_file")
    answer = child.call(path=str(path), labels=job.labels, model=job.model, ocr=job.ocr)
    if isinstance(answer, Breach):
        return failure(str(path), answer.status, answer.reason)
    return from_json(answer, Analysis)
