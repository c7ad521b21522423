"""Files named on the command line → analyses, with every failure told, counted and kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from policytext.batch import Job, analyze_files
from policytext.cli.options import existing, progress
from policytext.corpus.filters import Filters
from policytext.errors import InputError, WrongUsage
from policytext.messages import Lang, say
from policytext.read.sandbox import Limits
from policytext.records import clauses, record
from policytext.report import rows
from policytext.report.output import CONTROL
from policytext.schema import READABLE, Analysis, Clause, Ocr, to_json
from policytext.sources import Source, find_files, ready_texts

#: The limits where the user sets none.
UNSAID = Limits()
#: Codes of files that could not even be opened.
NOT_OPENED = frozenset({"not_found", "unreadable", "not_a_file"})


@dataclass(slots=True)
class Inputs:
    """One run over files. Iterate ``analyses`` (readable files only), then call ``finish`` for the exit code."""

    paths: Sequence[Path]
    lang: Lang
    texts: Sequence[Path] = ()
    labels: bool = False
    model: str = ""
    period: bool = True
    jobs: int = 1
    scheduler: str = ""
    timeout: float = UNSAID.seconds
    memory: int = UNSAID.megabytes
    max_pages: int = UNSAID.pages
    max_output: int = UNSAID.answer
    max_open_files: int = UNSAID.files
    ocr: Ocr = "auto"
    errors_path: Path | None = None
    failed: list[rows.Row] = field(default_factory=list)

    @property
    def limits(self) -> Limits:
        """What one file may take."""
        return Limits(self.timeout, self.memory, self.max_output, self.max_pages, self.max_open_files)

    def sources(self) -> list[Source]:
        """What is to be read: files, those in folders, and ready texts."""
        if not (self.paths or self.texts):
            raise WrongUsage("no_files")
        if self.scheduler and self.jobs > 1:
            raise WrongUsage("jobs_and_scheduler")
        found = find_files(self.paths) + [source for table in self.texts for source in ready_texts(existing(table))]
        if not found:
            click.echo(say("no_files_found", self.lang), err=True)
        return found

    def all(self) -> Iterator[Analysis]:
        """Every file's analysis, readable or not, in order; failures are told as they come."""
        sources = self.sources()
        self._keep_errors()  # before the work: a file that cannot be written is told at once
        job = Job(self.labels, self.model, self.period, self.limits, self.ocr)
        work = analyze_files(sources, job, self.jobs, self.scheduler)
        for source, analysis in zip(sources, progress(work, len(sources), say("progress.reading", self.lang)), strict=True):
            status = analysis.document.status
            if status not in READABLE:
                self.tell(rows.checked(record(analysis), self.lang), failure=not source.is_stray(status))
            elif status == "partial" or analysis.document.ocr_pages:
                self.tell(rows.checked(record(analysis), self.lang), failure=False)
            yield analysis

    def analyses(self) -> Iterator[Analysis]:
        """The analyses of the readable files."""
        return (analysis for analysis in self.all() if analysis.document.status in READABLE)

    def clauses(self, filters: Filters) -> Iterator[Clause]:
        """The clauses of the readable files that pass the filters."""
        for analysis in self.analyses():
            for of in filters.documents([record(analysis)]):
                yield from filters.clauses(clauses(analysis, of))

    def tell(self, row: rows.Row, failure: bool) -> None:
        """Say a file's status on standard error; a failure also counts for the exit code and the error file."""
        status = say("not_opened" if row["code"] in NOT_OPENED else f"read_status_name.{row['status']}", self.lang)
        details = {key: row[key] for key in ("file", "code", "reason")}
        line = say("file_status", self.lang, status=status, **details)
        if row["hint"]:
            line += say("file_hint", self.lang, hint=row["hint"])
        click.echo(CONTROL.sub("?", line), err=True)
        if failure:
            self.failed.append(row)

    def finish(self) -> None:
        """Write the error file, say how many failed, and leave with exit code 1 when any did."""
        self._keep_errors()
        if self.failed:
            click.echo(say("some_failed", self.lang, number=len(self.failed)), err=True)
            raise SystemExit(1)

    def _keep_errors(self) -> None:
        if self.errors_path is None:
            return
        try:
            self.errors_path.write_text("".join(to_json(row) + "\n" for row in self.failed), "utf-8")
        except OSError as error:
            raise InputError("cannot_write", file=str(self.errors_path), problem=error.strerror or "") from error
