"""Commands that survey the documents of a corpus, or files at hand: copied, stats, commitments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, get_args

import click

from policytext.cli.documents import documents_of
from policytext.cli.inputs import Inputs
from policytext.cli.language import Command, option
from policytext.cli.options import Output, batch_options, corpus_option, filter_options, input_options, output_options
from policytext.commitments.finding import find_commitments, scale
from policytext.corpus import Where
from policytext.corpus.filters import FLAGS, Filters, id_of
from policytext.messages import say
from policytext.report import surveys as rows
from policytext.report.rows import Row
from policytext.study.copied import Across, Sameness
from policytext.study.copied import copied as copied_clauses
from policytext.study.stats import By, Tally, tally

#: Sets of columns that ``stats`` shows on a page; files have all.
TABLES = ("policies", "measures", "instruments", "periods")
#: What a commitment may have to have, and the keys of a row that hold it.
KEYS = {"amount": "amounts", "deadline": "time", "body": "bodies"}
PARTS = tuple(KEYS)
COMMITMENTS = ("title", "path", "strength", "responsible", "support", "deadline", "time", "amount", "evidence.text")
USUAL = Sameness()
COPIED = ("group", "first_source", "issue_date", "province", "title", "path", "similarity", "same_numbers", "text")


@click.command("copied", cls=Command)
@input_options
@option("--similarity", type=click.FloatRange(0.6, 1), default=USUAL.similarity, show_default=True)
@option("--min-length", "shortest", type=click.IntRange(4), default=USUAL.shortest, show_default=True)
@option("--min-documents", "documents", type=click.IntRange(2), default=USUAL.documents, show_default=True)
@option("--across", type=click.Choice(get_args(Across)), default=USUAL.across, show_default=True)
@option("--same-numbers", is_flag=True)
@option("--boilerplate", is_flag=True)
@corpus_option
@filter_options
@batch_options
@output_options
def copied(
    output: Output,
    filters: Filters,
    where: Where,
    similarity: float,
    shortest: int,
    documents: int,
    across: Across,
    same_numbers: bool,
    boilerplate: bool,
    **inputs: Any,
) -> None:
    """See help.commands.copied."""
    run = Inputs(lang=output.lang, labels=bool(filters.measure), **inputs)
    given = [clause for _, held in documents_of(run, where, filters, output) for clause in filters.clauses(held)]
    found = copied_clauses(given, Sameness(similarity, shortest, same_numbers, boilerplate, documents, across))
    number = output.write(map(rows.copied, found), COPIED)
    if number:
        output.note("copied_summary", number=number, groups=found[-1].group)
    elif not given:
        output.note("no_documents")
    else:
        held = len({clause.record.file for clause in given})
        output.note("copied_none", documents=held, clauses=len(given), similarity=similarity, shortest=shortest)
    output.tell_filters(filters)
    run.finish()


@click.command("stats", cls=Command)
@input_options
@option("--by", multiple=True, type=click.Choice(get_args(By)), default=("province",), show_default=True)
@option("--table", "table", type=click.Choice(TABLES), default="policies", show_default=True)
@corpus_option
@filter_options
@batch_options
@output_options
def stats(output: Output, filters: Filters, where: Where, by: tuple[By, ...], table: str, **inputs: Any) -> None:
    """See help.commands.stats."""
    run = Inputs(lang=output.lang, labels=True, **inputs)
    keys, types = tuple(dict.fromkeys(by)), output.taxonomy.ids
    found = ((of, list(filters.clauses(held))) for of, held in documents_of(run, where, filters, output))
    tallies = tally(found, filters.bands.flag, keys)
    if not tallies[-1].documents:
        tallies = []
    made = [rows.tallied(one, keys, types) for one in tallies]
    output.write(made, (*keys, *columns_of(table, types)))
    if tallies:
        _summarise(tallies[-1], output)
    else:
        output.note("no_documents")
    output.tell_filters(filters)
    run.finish()


@click.command("commitments", cls=Command)
@input_options
@option("--at-least", "least", default="")
@option("--with", "parts", multiple=True, type=click.Choice(PARTS))
@corpus_option
@filter_options
@batch_options
@output_options
def commitments(output: Output, filters: Filters, where: Where, least: str, parts: tuple[str, ...], **inputs: Any) -> None:
    """See help.commands.commitments."""
    levels = scale()
    levels = levels[: levels.index(id_of("strength", least, levels)) + 1] if least else levels
    run = Inputs(lang=output.lang, labels=bool(filters.measure), **inputs)
    counts: Counter[str] = Counter()

    def found() -> Iterator[Row]:
        for _, held in documents_of(run, where, filters, output):
            for one in find_commitments(held):
                row = rows.commitment(one)
                if one.strength in levels and filters.admit_labels(one.clause.measures.labels) and all(row[KEYS[part]] for part in parts):
                    counts.update([one.strength, *(part for part in PARTS if row[KEYS[part]])])
                    yield row

    number = output.write(found(), COMMITMENTS)
    if number:
        comma = "，" if output.lang == "zh" else ", "
        said = comma.join(f"{say(f'strength.{level}', output.lang)} {counts[level]}" for level in levels)
        output.note("commitments_summary", number=number, counts=said, **{part: counts[part] for part in PARTS})
    else:
        output.note("commitments_none")
    output.tell_filters(filters)
    run.finish()


def columns_of(table: str, types: Sequence[str]) -> tuple[str, ...]:
    """The columns of one of ``TABLES`` on a page."""
    flags, instruments = [f"flags.{name}" for name in FLAGS], [f"instruments.{name}" for name in rows.INSTRUMENTS]
    return {
        "policies": ("documents", "clauses", "types_per_document", *(f"carriers.{label}" for label in types), *flags),
        "measures": ("documents", "clauses", "measured", *(f"measures.{label}" for label in types)),
        "instruments": ("documents", "measured", *instruments),
        "periods": ("documents", *flags, "median_months"),
    }[table]


def _summarise(total: Tally, output: Output) -> None:
    """The line in the manner of the 2020 analysis: provinces, documents, measures, how long they run."""
    comma = "，" if output.lang == "zh" else ", "
    output.note(
        "stats_summary",
        documents=total.documents,
        provinces=len(total.provinces),
        clauses=total.clauses,
        measured=total.measured,
        types=f"{total.types_per_document:.1f}",
        flags=comma.join(f"{say(f'flag.{flag}', output.lang)} {total.flags[flag]}" for flag in FLAGS),
    )
