"""Commands on what policies promise: promises, compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from policytext.cli.inputs import Inputs
from policytext.cli.language import Command, option
from policytext.cli.options import Output, batch_options, corpus_option, existing, filter_options, input_options, output_options
from policytext.cli.study import with_repealed
from policytext.corpus import Corpus
from policytext.corpus.filters import Filters
from policytext.errors import WrongUsage
from policytext.labelled import read_clauses
from policytext.messages import say
from policytext.promises import Judged, judged
from policytext.records import clauses as clauses_of
from policytext.records import record
from policytext.report import promises as rows
from policytext.report.rows import Row
from policytext.schema import READABLE, Clause, Head, Record, Unit
from policytext.study.compare import compare as compare_by

VERDICTS = ("not_in_time", "tight", "in_time", "unknown")
HOLDERS = ("enterprise", "institution", "park", "person", "team", "government", "other")
COLUMNS = ("title", "path", "who", "condition", "tier", "feasible", "why")
NOT_OF_CLAUSES = ("file", "doc_id", "path", "page")
COMPARED = (
    "name", "documents", "clauses", "promises", "reward_wan", "rate", "threshold_wan", "pay_years", "months", "evidence.title",
    "evidence.path",
)  # fmt: skip


def _amount(one: Judged) -> float:
    return max(tier.reward if tier.reward is not None and tier.reward_unit != "%" else tier.cap or 0 for tier in one.promise.tiers)


SORTS: Mapping[str, Callable[[Judged], Any]] = {
    "feasible": lambda one: (VERDICTS.index(one.feasibility.verdict), -_amount(one)),
    "amount": lambda one: -_amount(one),
    "document": lambda one: 0,
}


@click.command("promises", cls=Command)
@input_options
@option("--clauses", "clauses_path", type=click.Path(path_type=Path, dir_okay=False))
@option("--feasible", multiple=True, type=click.Choice(VERDICTS))
@option("--who", multiple=True, type=click.Choice(HOLDERS))
@option("--benefit", type=click.Choice(("money", "terms", "all")), default="money", show_default=True)
@option("--sort", "sort_by", type=click.Choice(tuple(SORTS)))
@corpus_option
@filter_options
@batch_options
@output_options
def promises(
    output: Output,
    filters: Filters,
    folder: Path,
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
    found = [one for one in _judged(run, folder, filters) if wanted(one)]
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
def compare(output: Output, filters: Filters, folder: Path, measure_type: str, by: Any) -> None:
    """See help.commands.compare."""
    label = output.taxonomy.find(measure_type)
    with Corpus(folder) as corpus:
        records = _readable(corpus, filters)
        carried = [one for of in records for one in filters.clauses(corpus.clauses(of)) if label in one.measures.labels]
        given = [one for one in _judged_in(corpus, records, filters) if label in one.clause.measures.labels]
    found = compare_by(records, carried, (one for one in given if one.promise.benefit == "money"), by, say("no_region", output.lang))
    output.write(map(rows.compared_on_page if output.style == "table" else rows.compared, found), COMPARED)
    output.note(
        "compare_summary", measure=output.taxonomy.name(label, output.lang), documents=len(records), clauses=len(carried), number=len(found)
    )
    output.tell_filters(filters)


def _judged(run: Inputs, folder: Path, filters: Filters) -> Iterator[Judged]:
    """The promises in the files of the run, or in the corpus when it names none."""
    if run.paths or run.texts:
        for analysis in run.analyses():
            for of in filters.documents([record(analysis)]):
                yield from _admitted(judged(clauses_of(analysis, of)), filters)
        return
    with Corpus(folder) as corpus:
        filters = with_repealed(filters, corpus)
        yield from _judged_in(corpus, _readable(corpus, filters), filters)


def _readable(corpus: Corpus, filters: Filters) -> list[Record]:
    return [of for of in corpus.documents(filters) if of.status in READABLE]


def _judged_in(corpus: Corpus, records: Iterable[Record], filters: Filters) -> Iterator[Judged]:
    for of in records:
        yield from _admitted(judged(corpus.clauses(of)), filters)


def _admitted(found: Iterable[Judged], filters: Filters) -> Iterator[Judged]:
    return (one for one in found if filters.admit_labels(one.clause.measures.labels))


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
