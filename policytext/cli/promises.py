"""Commands on what policies promise: promises, compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from policytext.cli.documents import documents_of
from policytext.cli.inputs import Inputs
from policytext.cli.language import Command, NamedChoice, option
from policytext.cli.options import Output, batch_options, corpus_option, existing, filter_options, input_options, output_options
from policytext.corpus import Where
from policytext.corpus.filters import Filters
from policytext.errors import WrongUsage
from policytext.labelled import read_clauses
from policytext.messages import say
from policytext.promises import Judged, judged
from policytext.promises.order import BENEFITS, HOLDERS, SORTS, VERDICTS
from policytext.report import promises as rows
from policytext.report.rows import Row
from policytext.report.surveys import group_names
from policytext.schema import Clause, Head, Record, Unit
from policytext.study.compare import compare as compare_by

COLUMNS = ("title", "path", "who", "condition", "tier", "feasible", "why")
NOT_OF_CLAUSES = ("file", "doc_id", "path", "page")
COMPARED = (
    "name", "documents", "clauses", "promises", "reward_wan", "rate", "threshold_wan", "pay_years", "months", "evidence.title",
    "evidence.path",
)  # fmt: skip


@click.command("promises", cls=Command)
@input_options
@option("--clauses", "clauses_path", type=click.Path(path_type=Path, dir_okay=False))
@option("--feasible", multiple=True, type=NamedChoice("feasible", VERDICTS))
@option("--who", multiple=True, type=NamedChoice("who", HOLDERS))
@option("--benefit", type=click.Choice(BENEFITS), default="money", show_default=True)
@option("--sort", "sort_by", type=click.Choice(tuple(SORTS)))
@corpus_option
@filter_options
@batch_options
@output_options
def promises(
    output: Output,
    filters: Filters,
    where: Where,
    clauses_path: Path | None,
    feasible: tuple[str, ...],
    who: tuple[str, ...],
    benefit: str,
    sort_by: str | None,
    **inputs: Any,
) -> None:
    """See help.commands.promises."""

    def wanted(one: Judged) -> bool:
        verdict, holder, kind = one.feasibility.verdict, one.promise.who, one.promise.benefit
        return (not feasible or verdict in feasible) and (not who or holder in who) and benefit in (kind, "all")

    if clauses_path is not None:
        if inputs["paths"] or inputs["texts"]:
            raise WrongUsage("files_and_clauses")
        if filters.on_documents or filters.measure:
            raise WrongUsage("filters_and_clauses")
        output.write(_ready_made(existing(clauses_path), wanted, output), ("id", "who", "condition", "tier"))
        return
    run = Inputs(lang=output.lang, labels=bool(filters.measure), **inputs)
    given = (one for _, held in documents_of(run, where, filters, output) for one in judged(held))
    found = [one for one in given if filters.admit_labels(one.clause.measures.labels) and wanted(one)]
    found.sort(key=SORTS[sort_by or "feasible"])
    output.write(_rows(found, output), COLUMNS)
    _summarise(found, output)
    output.tell_filters(filters)
    run.finish()


@click.command("compare", cls=Command)
@click.argument("measure_type", metavar="MEASURE")
@option("--by", type=click.Choice(("province", "city", "document")), default="province", show_default=True)
@corpus_option
@filter_options
@output_options
def compare(output: Output, filters: Filters, where: Where, measure_type: str, by: Any) -> None:
    """See help.commands.compare."""
    label = output.taxonomy.find(measure_type)
    documents = list(documents_of(Inputs((), output.lang), where, filters, output))
    carried = [clause for _, held in documents for clause in filters.clauses(held) if label in clause.measures.labels]
    given = [one for _, held in documents for one in judged(held) if label in one.clause.measures.labels and one.promise.benefit == "money"]
    found = compare_by((of for of, _ in documents), carried, given, by, group_names(output.lang))
    output.write(map(rows.compared_on_page if output.style == "table" else rows.compared, found), COMPARED)
    if found:
        measure = output.taxonomy.name(label, output.lang)
        output.note("compare_summary", measure=measure, documents=len(documents), clauses=len(carried), number=len(found))
    else:
        output.note("no_documents")
    output.tell_filters(filters)


def _rows(found: Iterable[Judged], output: Output) -> Iterator[Row]:
    if output.style == "table":
        return (rows.in_one_row(one, output.lang) for one in found)
    return (row for one in found for row in rows.promised(one, output.lang))


def _ready_made(path: Path, wanted: Callable[[Judged], bool], output: Output) -> Iterator[Row]:
    """Clauses without a document: no period, so that nothing is known of their time."""
    for given in read_clauses(path):
        clause = Clause(Record("", head=Head(title=given.title)), 0, Unit("clause", "", given.text, 0, 0, len(given.text)))
        for row in _rows(filter(wanted, judged([clause])), output):
            yield {"id": given.id, **{key: value for key, value in row.items() if key not in NOT_OF_CLAUSES}}


def _summarise(found: list[Judged], output: Output) -> None:
    if not found:
        output.note("promises_none")
        return
    verdicts = Counter[str](one.feasibility.verdict for one in found)
    comma = "，" if output.lang == "zh" else ", "
    counts = comma.join(f"{say(f'feasible.{name}', output.lang)} {verdicts[name]}" for name in VERDICTS if verdicts[name])
    documents = len({(one.clause.record.doc_id, one.clause.record.file) for one in found})
    output.note("promises_summary", number=len(found), documents=documents, counts=counts)
