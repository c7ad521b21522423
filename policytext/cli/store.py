"""Commands on the corpus: add, remove, list, show, verify."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from policytext.batch import Job
from policytext.cli.inputs import Inputs
from policytext.cli.language import Command, option
from policytext.cli.options import (
    Output,
    batch_options,
    corpus_option,
    existing,
    filter_options,
    input_options,
    model_option,
    output_options,
    progress,
)
from policytext.corpus import Store, Where, open_corpus
from policytext.corpus.filters import Filters
from policytext.corpus.ingest import Ingest, add_files
from policytext.corpus.store import FILES
from policytext.errors import WrongUsage
from policytext.measures.manifest import read_manifest
from policytext.messages import say
from policytext.periods.flags import flag as flag_of
from policytext.places import model_folder
from policytext.report import rows
from policytext.schema import Record, Unit
from policytext.search.engines import refresh
from policytext.sources import assign
from policytext.study.holdings import with_succession
from policytext.verify import verify as verify_corpus

SHOW_COLUMNS = ("page", "kind", "path", "labels", "tree")
#: Outcomes that need no word on standard error.
QUIET = ("added", "replaced", "updated", "unchanged", "duplicate")


@click.command("add", cls=Command)
@input_options
@corpus_option
@option("--metadata", "metadata_path", type=click.Path(path_type=Path, dir_okay=False))
@option("--keep-files", is_flag=True)
@model_option
@batch_options
@output_options
def add(output: Output, where: Where, metadata_path: Path | None, keep_files: bool, model: str, **inputs: Any) -> None:
    """See help.commands.add."""
    read_manifest(model_folder(model))
    run = Inputs(lang=output.lang, **inputs)
    sources = run.sources()
    left: list[str] = []
    if metadata_path:
        sources, left = assign(existing(metadata_path), sources)
    if left:
        output.note("metadata_left", number=len(left), files="、".join(left[:5]) + ("……" if len(left) > 5 else ""))
    outcomes: Counter[str] = Counter()
    files = None
    if keep_files:
        if not isinstance(where, Path):
            raise WrongUsage("cluster_keep_files")
        files = where / FILES
    how = Ingest(
        Job(True, model, limits=run.limits, ocr=run.ocr),
        run.jobs,
        run.scheduler,
        files,
        refresh,
    )

    def added(corpus: Store) -> Iterator[rows.Row]:
        for one in add_files(corpus, sources, how, lambda work, total: progress(work, total, say("progress.adding", output.lang))):
            outcomes[one.outcome] += 1
            if one.outcome not in QUIET or one.record.status != "ok":
                run.tell(rows.checked(one.record, output.lang), failure=one.failed)
            yield rows.added(one.record, one.outcome, output.lang)

    with open_corpus(where, create=True) as corpus, corpus.writing():
        rest = added(corpus)
        try:
            output.write(rest, ("file", "doc_id", "code", "clauses", "reason"))
        except BrokenPipeError:
            for _ in rest:  # nobody reads on, but the documents were to be stored
                pass
            raise
    comma = "，" if output.lang == "zh" else ", "
    output.note(
        "add_summary",
        counts=comma.join(f"{say(f'outcome.{name}', output.lang)} {number}" for name, number in outcomes.most_common()) or "0",
        folder=where,
    )
    run.finish()


@click.command("remove", cls=Command)
@click.argument("documents", nargs=-1, required=True, metavar="DOC…")
@corpus_option
@output_options
def remove(output: Output, documents: tuple[str, ...], where: Where) -> None:
    """See help.commands.remove."""
    with open_corpus(where) as corpus, corpus.writing():
        gone = [corpus.record(doc_id) for doc_id in dict.fromkeys(map(corpus.find, documents))]
        for one in gone:
            corpus.remove(one.doc_id)
        refresh(corpus)
    output.write((rows.added(one, "removed", output.lang) for one in gone), ("doc_id", "file", "code"))


@click.command("list", cls=Command)
@corpus_option
@filter_options
@output_options
def list_documents(output: Output, where: Where, filters: Filters) -> None:
    """See help.commands.list."""
    with open_corpus(where) as corpus:
        found = [rows.listed(one) for one in corpus.documents(with_succession(filters, corpus))]
    output.write(found, ("doc_id", "title", "issuer", "issue_date", "region", "status", "pages", "clauses"))
    output.note("list_summary", number=len(found), as_of=filters.bands.as_of.isoformat())
    output.tell_filters(filters)


@click.command("show", cls=Command)
@click.argument("document", metavar="DOC")
@corpus_option
@output_options
def show(output: Output, document: str, where: Where) -> None:
    """See help.commands.show."""
    with open_corpus(where) as corpus:
        of = corpus.record(corpus.find(document))
        units = corpus.units(of.doc_id)
    if output.style == "table":
        _tell_head(output, of)
    shown = [(unit, measures) for unit, measures in units if unit.kind != "noise"]
    # On a page the tree shows by its indents; files have the path alone.
    if output.style == "table":
        output.write((rows.unit(of, unit, measures) | {"tree": _indented(unit)} for unit, measures in shown), SHOW_COLUMNS)
    else:
        output.write((rows.unit(of, unit, measures) for unit, measures in shown), ())


@click.command("verify", cls=Command)
@corpus_option
@option("--model", "checked_model", default="", type=click.Path(file_okay=False))  # not read before it is checked
@output_options
def verify(output: Output, where: Where, checked_model: str) -> None:
    """See help.commands.verify."""
    found = list(verify_corpus(where, checked_model))
    output.write((rows.verified(one, output.lang) for one in found), ("part", "number", "code", "reason", "hint"))
    wrong = sum(one.error is not None for one in found)
    if wrong:
        output.note("verify_wrong", number=wrong, folder=where)
        raise SystemExit(1)
    numbers = {one.part: one.number for one in found}
    output.note("verify_clean", folder=where, documents=numbers["documents"], clauses=numbers["index"])


def _tell_head(output: Output, of: Record) -> None:
    head, period = of.head, of.period
    output.note(
        "show_head",
        title=head.title or of.file,
        doc_no=head.doc_no or "—",
        issuer="、".join(head.issuers) or "—",
        region=rows.place(head.region) or "—",
        doc_type=head.doc_type or "—",
        issue_date=head.issue_date or "—",
        printed_date=head.printed_date or "—",
        start=period.start or "—",
        end=period.end or "—",
        flag=say(f"flag.{flag_of(period)}", output.lang),
        file=of.file,
    )
    if head.policies:
        output.note("show_policies", titles="；".join(span.text for span in head.policies))
    if of.status != "ok":
        output.note("show_status", status=say(f"read_status_name.{of.status}", output.lang), reason=rows.reason(of, output.lang))


def _indented(unit: Unit) -> str:
    depth = unit.path.count("/") + (unit.kind in ("paragraph", "item") and bool(unit.path))
    return "　" * depth + unit.text
