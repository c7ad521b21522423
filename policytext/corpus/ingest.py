"""Files into the corpus: resume by content hash, metadata of the user's own, originals kept on request."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from policytext import regions
from policytext.analyze import analysed_with, content_digest, load_model, record
from policytext.batch import Job, analyze_files
from policytext.corpus.store import Corpus, Stored
from policytext.errors import InputError
from policytext.numerals import read_date
from policytext.schema import READABLE, Analysis, Head, Record, Span, Status, printable
from policytext.sheets import read_rows

FIELDS = ("title", "issuer", "doc_no", "issue_date", "url")
#: Files with such names are documents: one that cannot be read is a failure, wherever it was found.
DOCUMENTS = frozenset({".pdf", ".doc", ".docx", ".wps", ".ofd", ".rtf", ".txt", ".htm", ".html", ".mht", ".mhtml"})


#: The index takes documents in after the first few, so that a new corpus can be searched soon, and then after each so many.
INDEX_FIRST, INDEX_EVERY = (5, 25, 100), 200


@dataclass(frozen=True, slots=True)
class Added:
    """One file after ``add_files``: record, outcome (added, replaced, updated, unchanged, duplicate, a status), and whether it failed."""

    record: Record
    outcome: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Ingest:
    """How files come in: the job, threads, the user's metadata by path, whether originals are copied, and what refreshes the index."""

    job: Job
    jobs: int = 1
    metadata: dict[Path, dict[str, str]] = field(default_factory=dict)
    keep_files: bool = False
    index: Callable[[Corpus], object] = lambda corpus: None


def add_files(
    corpus: Corpus,
    files: Sequence[tuple[Path, bool]],
    how: Ingest,
    watch: Callable[[Iterable[Analysis], int], Iterable[Analysis]] = lambda work, total: work,
) -> Iterator[Added]:
    """Add ``files`` (with whether each was named itself); one Added a file. Files already there are told first and not read again.

    A file is read again when the job names a model other than the one that its clauses were labelled with.
    """
    model = load_model(how.job.model) if how.job.labels else None
    todo: list[tuple[Path, bool, str]] = []
    copies: dict[str, list[Path]] = {}
    for path, named in files:
        digest = _digest(path)
        same = corpus.known(digest, _place(path))
        if same is not None and not (how.job.model and corpus.record(same.doc_id).analysed_with != analysed_with(model)):
            yield _already_there(corpus, same, path, how)
        elif digest and digest in copies:
            copies[digest].append(path)
        else:
            copies[digest] = []
            todo.append((path, named, digest))
    work = watch(analyze_files((path for path, _, _ in todo), how.job, how.jobs), len(todo))
    for number, ((path, named, digest), analysis) in enumerate(zip(todo, work, strict=True), 1):
        of = with_metadata(record(analysis, model=model), how.metadata.get(path, {}))
        added = _store(corpus, analysis, of, path, named, digest, how)
        yield added
        for copy in copies[digest] if digest else ():
            outcome = "duplicate" if of.status in READABLE else added.outcome
            yield Added(replace(added.record, file=printable(str(copy))), outcome, added.failed)
        if number in INDEX_FIRST or number % INDEX_EVERY == 0:
            how.index(corpus)
    how.index(corpus)


def is_stray(path: Path, status: Status) -> bool:
    """Is an unreadable file of a kind that merely lies beside documents (a register, a picture)? It is told, but is no failed document."""
    return status == "unsupported" and path.suffix.lower() not in DOCUMENTS


def _already_there(corpus: Corpus, same: Stored, path: Path, how: Ingest) -> Added:
    before = corpus.record(same.doc_id)
    shown = printable(str(path))
    of = with_metadata(before, how.metadata.get(path, {}))
    if same.outcome == "unchanged":
        of = replace(of, file=shown)
    if of != before:
        corpus.restate(of, _place(path) if same.outcome == "unchanged" else None)
    changed = replace(of, file="") != replace(before, file="")
    return Added(replace(of, file=shown), "updated" if changed else same.outcome)


def _store(corpus: Corpus, analysis: Analysis, of: Record, path: Path, named: bool, digest: str, how: Ingest) -> Added:
    readable = of.status in READABLE
    stray = is_stray(path, of.status) and not named
    # A version that cannot be read does not take the place of one that could.
    if not digest or stray or (not readable and corpus.holds(_place(path))):
        return Added(of, of.status, failed=not stray)
    stored = corpus.put(analysis, of, digest, _place(path))
    if how.keep_files:
        keep_file(path, corpus.files_folder, stored.doc_id)
    return Added(replace(of, doc_id=stored.doc_id), stored.outcome if readable else of.status, failed=not readable)


def read_metadata(path: Path) -> list[dict[str, str]]:
    """What the user states of files, one dictionary a row (``file`` and any of ``FIELDS``), from CSV, XLSX or JSONL.

    Raises InputError ``no_column`` when there is no column ``file``, ``bad_date`` for what is no date.
    """
    table = []
    for number, row in enumerate(read_rows(path, "file"), 1):
        stated = {key: _plain(row.get(key)) for key in ("file", *FIELDS) if _plain(row.get(key))}
        if "issue_date" in stated:
            moment = read_date(stated["issue_date"])
            if moment is None or moment.precision != "day":
                raise InputError("bad_date", file=str(path), row=number, value=stated["issue_date"])
            stated["issue_date"] = moment.first.isoformat()
        if "file" in stated:
            table.append(stated)
    return table


def assign(table: Sequence[dict[str, str]], paths: Sequence[Path]) -> tuple[dict[Path, dict[str, str]], list[str]]:
    """Which file each row of the metadata is about: the one whose path ends with the row's ``file``.

    Returns the fields by path, and the rows' files that fit no path or several.
    """
    assigned: dict[Path, dict[str, str]] = {}
    left = []
    for row in table:
        parts = Path(row["file"]).parts
        fitting = [path for path in paths if path.parts[-len(parts) :] == parts]
        if len(fitting) == 1:
            assigned[fitting[0]] = {key: value for key, value in row.items() if key != "file"}
        else:
            left.append(row["file"])
    return assigned, left


def with_metadata(record: Record, stated: dict[str, str]) -> Record:
    """The record with the user's fields in place of the machine's; evidence of such a field is the word ``user``."""
    if not stated:
        return record
    head = record.head
    issuers = (
        tuple(part for part in stated["issuer"].replace(";", "、").replace("；", "、").split("、") if part)
        if "issuer" in stated
        else head.issuers
    )
    title, doc_no = stated.get("title", head.title), stated.get("doc_no", head.doc_no)
    changed: Head = replace(
        head,
        title=title,
        doc_no=doc_no,
        issuers=issuers,
        issue_date=stated.get("issue_date", head.issue_date),
        region=regions.locate(title, issuers, doc_no) if "issuer" in stated else head.region,
        evidence={**head.evidence, **{key: Span("user") for key in stated if key != "url"}},
    )
    return replace(record, head=changed, url=stated.get("url", record.url))


def keep_file(path: Path, folder: Path, doc_id: str) -> None:
    """Copy the original into the corpus, named by its content."""
    folder.mkdir(exist_ok=True)
    shutil.copyfile(path, folder / f"{doc_id}{path.suffix.lower()}")


def _plain(value: object) -> str:
    """A cell as text; a date of a sheet as ISO."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value).strip()


def _place(path: Path) -> str:
    """The absolute path as the store keeps it."""
    return printable(os.path.abspath(path))


def _digest(path: Path) -> str:
    try:
        return content_digest(path) if path.is_file() else ""
    except OSError:
        return ""
