"""Files into the corpus: resume by content hash, metadata of the user's own, originals kept on request."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from policytext import regions
from policytext.analyze import content_digest, load_model, record
from policytext.batch import Job, analyze_files
from policytext.corpus.store import Corpus
from policytext.errors import InputError
from policytext.schema import READABLE, Analysis, Head, Record, Span, printable
from policytext.sheets import read_rows

FIELDS = ("title", "issuer", "doc_no", "issue_date", "url")
NAMES = {
    "标题": "title",
    "发文机关": "issuer",
    "文号": "doc_no",
    "成文日期": "issue_date",
    "发文日期": "issue_date",
    "date": "issue_date",
    "网址": "url",
    "链接": "url",
    "文件": "file",
}


#: Documents are searchable at the latest after this many more have been stored.
INDEX_EVERY = 200


@dataclass(frozen=True, slots=True)
class Added:
    """One file after ``add_files``: its record, what became of it (added, replaced, unchanged, duplicate, a status), whether it failed."""

    record: Record
    outcome: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Ingest:
    """How files come in: the job, threads, the user's metadata by file name, whether originals are copied, and what refreshes the index."""

    job: Job
    jobs: int = 1
    metadata: dict[str, dict[str, str]] = field(default_factory=dict)
    keep_files: bool = False
    index: Callable[[Corpus], object] = lambda corpus: None


def add_files(
    corpus: Corpus,
    files: Sequence[tuple[Path, bool]],
    how: Ingest,
    watch: Callable[[Iterable[Analysis], int], Iterable[Analysis]] = lambda work, total: work,
) -> Iterator[Added]:
    """Add ``files`` (with whether each was named itself); one Added a file. Files already there are told first and not read again."""
    todo: list[tuple[Path, bool, str]] = []
    seen: set[str] = set()
    for path, named in files:
        digest = _digest(path)
        same = corpus.known(digest, _place(path))
        if same is not None or digest in seen:
            of = corpus.record(same.doc_id) if same else Record(printable(str(path)), digest[:12])
            yield Added(replace(of, file=printable(str(path))), same.outcome if same else "duplicate")
        else:
            seen.update({digest} - {""})
            todo.append((path, named, digest))
    work = watch(analyze_files((path for path, _, _ in todo), how.job, how.jobs), len(todo))
    model = load_model(how.job.model) if how.job.labels else None
    for number, ((path, named, digest), analysis) in enumerate(zip(todo, work, strict=True), 1):
        of = with_metadata(record(analysis, model=model), how.metadata.get(path.name, {}))
        yield _store(corpus, analysis, of, path, named, digest, how)
        if number % INDEX_EVERY == 0:
            how.index(corpus)
    how.index(corpus)


def _store(corpus: Corpus, analysis: Analysis, of: Record, path: Path, named: bool, digest: str, how: Ingest) -> Added:
    readable = of.status in READABLE
    # A file of another kind that merely lies in the folder (a register, a picture) is told, but is no failed document.
    stray = of.status == "unsupported" and not named
    if not digest or stray:
        return Added(of, of.status, failed=not stray)
    stored = corpus.put(analysis, of, digest, _place(path))
    if how.keep_files:
        keep_file(path, corpus.folder / "files", stored.doc_id)
    return Added(replace(of, doc_id=stored.doc_id), stored.outcome if readable else of.status, failed=not readable)


def read_metadata(path: Path) -> dict[str, dict[str, str]]:
    """File name → fields that the user states, from CSV or XLSX with a column ``file``.

    Raises InputError ``bad_metadata`` when there is no such column, ``bad_date`` for a date that is not ISO.
    """
    table: dict[str, dict[str, str]] = {}
    for row in read_rows(path):
        named = {NAMES.get(key.strip(), key.strip()): _plain(value) for key, value in row.items() if key}
        if "file" not in named:
            raise InputError("bad_metadata", file=str(path))
        if named.get("issue_date"):
            try:
                date.fromisoformat(named["issue_date"])
            except ValueError as error:
                raise InputError("bad_date", file=str(path), value=named["issue_date"]) from error
        table[named["file"]] = {key: value for key, value in named.items() if key in FIELDS and value}
    return table


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
