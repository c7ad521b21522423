"""Commands on files at hand: check, split, classify, periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

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
)
from policytext.corpus import Where, open_corpus
from policytext.corpus.filters import Filters
from policytext.errors import WrongUsage
from policytext.labelled import read_clauses
from policytext.measures.manifest import read_manifest
from policytext.messages import say
from policytext.places import model_folder
from policytext.records import clauses, record
from policytext.report import rows
from policytext.schema import READABLE, Record

PERIODS = (
    "title", "issuer", "issue_date", "period.start", "period.end", "extended_to", "period.months", "flag", "status", "period.evidence.text",
)  # fmt: skip


@click.command("check", cls=Command)
@input_options
@batch_options
@output_options
def check(output: Output, **inputs: Any) -> None:
    """See help.commands.check."""
    run = Inputs(lang=output.lang, period=False, **inputs)
    output.write(
        (rows.checked(record(analysis), output.lang) for analysis in run.all()), ("file", "status", "pages", "bad_pages", "reason", "hint")
    )
    run.finish()


@click.command("split", cls=Command)
@input_options
@option("--with-noise", is_flag=True)
@batch_options
@output_options
def split(output: Output, with_noise: bool, **inputs: Any) -> None:
    """See help.commands.split."""
    run = Inputs(lang=output.lang, period=False, **inputs)
    found = (row for analysis in run.analyses() for row in rows.split(analysis.document, with_noise))
    output.write(found, (*several(run), "page", "kind", "path", "text"))
    run.finish()


@click.command("classify", cls=Command)
@input_options
@option("--clauses", "clauses_path", type=click.Path(path_type=Path, dir_okay=False))
@model_option
@filter_options
@batch_options
@output_options
def classify(output: Output, filters: Filters, clauses_path: Path | None, model: str, **inputs: Any) -> None:
    """See help.commands.classify."""
    if clauses_path is not None:
        if inputs["paths"] or inputs["texts"]:
            raise WrongUsage("files_and_clauses")
        if filters.on_documents:
            raise WrongUsage("filters_and_clauses")
        output.write(_ready_made(existing(clauses_path), model, filters), ("id", "labels", "uncertain", "reasons"))
        output.tell_filters(filters)
        return
    read_manifest(model_folder(model))
    run = Inputs(lang=output.lang, labels=True, model=model, period=filters.on_documents, **inputs)

    number = output.write(map(rows.classified, run.clauses(filters)), (*several(run), "path", "page", "labels", "uncertain", "text"))
    if not number:
        output.note("no_clauses_filtered" if filters.in_words(output.lang, output.taxonomy) else "no_clauses")
    output.tell_filters(filters)
    run.finish()


@click.command("periods", cls=Command)
@input_options
@corpus_option
@filter_options
@batch_options
@output_options
def periods(output: Output, filters: Filters, where: Where, **inputs: Any) -> None:
    """See help.commands.periods."""
    run = Inputs(lang=output.lang, labels=bool(filters.measure), **inputs)
    unread = 0
    if run.paths or run.texts:
        records = [of for one in run.analyses() for of in filters.documents([record(one)]) if filters.admit(clauses(one, of))]
    else:
        from policytext.study.holdings import with_succession  # reads dates: whoever has a file at hand does not wait for that

        with open_corpus(where) as corpus:
            filters = with_succession(filters, corpus, always=True)
            records = list(corpus.documents(filters))
        unread = sum(one.status not in READABLE for one in records)
        records = [one for one in records if one.status in READABLE]
    found = [rows.dated(one, filters.bands) for one in sorted(records, key=_shortest_first)]
    output.write(found, PERIODS)
    _summarise(found, records, filters, output)
    if unread:
        output.note("unread", number=unread)
    run.finish()


def several(run: Inputs) -> tuple[str, ...]:
    """The column that tells files apart, where there may be more than one."""
    return () if len(run.paths) == 1 and not run.texts and not run.paths[0].is_dir() else ("file",)


def _ready_made(path: Path, model: str, filters: Filters) -> Iterator[rows.Row]:
    given = read_clauses(path)
    from policytext.analyze import load_model  # numpy and all that reads files: whoever asks for help does not wait for it

    measured = load_model(model).classify([one.clause for one in given])
    for one, measures in zip(given, measured, strict=True):
        if filters.admit_labels(measures.labels):
            yield {"id": one.id, **rows.measured(measures)}


def _shortest_first(one: Record) -> tuple[float, str, str]:
    return (one.period.months or float("inf"), one.head.issue_date or "9999", one.file)


def _summarise(found: list[rows.Row], records: list[Record], filters: Filters, output: Output) -> None:
    """The line in the manner of the 2020 analysis: so many provinces, documents, and how long they run."""
    if not found:
        output.note("periods_none", as_of=filters.bands.as_of.isoformat())
        output.tell_filters(filters)
        return
    flags = Counter(row["flag"] for row in found)
    counts = "，".join(f"{say(f'flag.{flag}', output.lang)} {number}" for flag, number in flags.most_common())
    provinces = len({one.head.region.province for one in records if one.head.region.province})
    unknown = flags["unknown"] / len(found)
    output.note(
        "periods_summary",
        documents=len(found),
        provinces=provinces,
        counts=counts if output.lang == "zh" else counts.replace("，", ", "),
        unknown=f"{unknown:.0%}",
        as_of=filters.bands.as_of.isoformat(),
    )
    output.tell_filters(filters)
