"""Sources into the corpus: resume by content hash, what the user states of them, originals kept on request."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from policytext.batch import Job, analyze_files
from policytext.corpus.base import Store, Stored
from policytext.corpus.store import draft_of
from policytext.errors import CorpusError
from policytext.measures.manifest import model_digest, read_manifest
from policytext.places import model_folder
from policytext.records import analysed_with, failure, record
from policytext.schema import READABLE, Analysis, Record
from policytext.sources import Source, content_digest
from policytext.stated import redated

#: The index takes documents in after so many, so that a new corpus can be searched soon; each time makes a piece of the index of its own.
INDEX_AT = (5, 25, 125, 625, 3_125, 15_625)


@dataclass(frozen=True, slots=True)
class Added:
    """One file after ``add_files``: record, outcome (added, replaced, updated, unchanged, duplicate, a status), and whether it failed."""

    record: Record
    outcome: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Ingest:
    """How sources come in: the job, threads or the workers of a ``scheduler``, the folder that originals are copied to (None: they are
    not), and what refreshes the index."""

    job: Job
    jobs: int = 1
    scheduler: str = ""
    files: Path | None = None
    index: Callable[[Store], object] = lambda corpus: None


def add_files(
    corpus: Store,
    sources: Sequence[Source],
    how: Ingest,
    watch: Callable[[Iterable[Analysis], int], Iterable[Analysis]] = lambda work, total: work,
) -> Iterator[Added]:
    """Add ``sources``; one Added each. What is there already is told first and not read again.

    A file is read again when the job names a model other than the one that its clauses were labelled with.
    """
    folder = model_folder(how.job.model)
    labeller = model_digest(folder, read_manifest(folder)) if how.job.labels else ""
    todo: list[tuple[Source, str]] = []
    copies: dict[str, list[Source]] = {}
    for source in sources:
        digest = source.digest()
        same = corpus.known(digest, source.place)
        if same is not None and not (how.job.model and corpus.record(same.doc_id).analysed_with != analysed_with(labeller)):
            yield _already_there(corpus, same, source)
        elif digest and digest in copies:
            copies[digest].append(source)
        else:
            copies[digest] = []
            todo.append((source, digest))
    work = watch(analyze_files((source for source, _ in todo), how.job, how.jobs, how.scheduler), len(todo))
    for number, ((source, digest), analysis) in enumerate(zip(todo, work, strict=True), 1):
        of = replace(record(analysis, model_digest=labeller, url=source.stated.get("url", "")), file=source.name)
        added = _store(corpus, analysis, of, source, digest, how)
        yield added
        for copy in copies[digest] if digest else ():
            outcome = added.outcome if added.failed else "duplicate"
            yield Added(replace(added.record, file=copy.name), outcome, added.failed)
        if number in INDEX_AT:
            how.index(corpus)
    how.index(corpus)


def _already_there(corpus: Store, same: Stored, source: Source) -> Added:
    before = corpus.record(same.doc_id)
    of = redated(before, corpus.document(same.doc_id), source.stated) if source.stated else before
    if same.outcome == "unchanged":
        of = replace(of, file=source.name)
    if of != before:
        corpus.restate(of, source.place if same.outcome == "unchanged" else None)
    changed = replace(of, file="") != replace(before, file="")
    return Added(replace(of, file=source.name), "updated" if changed else same.outcome)


def _store(corpus: Store, analysis: Analysis, of: Record, source: Source, digest: str, how: Ingest) -> Added:
    readable = of.status in READABLE
    stray = source.is_stray(of.status)
    # A version that cannot be read does not take the place of one that could.
    if not digest or stray or (not readable and corpus.holds(source.place)):
        return Added(of, of.status, failed=not stray)
    if source.digest() != digest or (how.files and not keep_file(source, how.files, digest)):
        return Added(record(failure(source.name, "corrupt", "reading.changed")), "corrupt", failed=True)
    stored = corpus.put(analysis, of, digest, source.place)
    return Added(replace(of, doc_id=stored.doc_id), stored.outcome if readable else of.status, failed=not readable)


def keep_file(source: Source, folder: Path, digest: str) -> bool:
    """Copy the original into the folder, named by its content; False when the copy came out with another content than ``digest``.

    Done before the document is stored: what was killed in between is copied again, and no document is without its copy.
    """
    if source.text is not None:
        return True
    target = folder / f"{digest[:12]}{source.path.suffix.lower()}"
    draft = draft_of(target)
    try:
        folder.mkdir(exist_ok=True)
        shutil.copyfile(source.path, draft)
        if content_digest(draft) != digest:
            draft.unlink()
            return False
        draft.replace(target)
    except OSError as error:
        if source.digest() != digest:
            return False
        raise CorpusError("corpus_unwritable", folder=str(folder), problem=error.strerror or "") from error
    return True
