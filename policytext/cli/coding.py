"""Commands for coding by people: export, agree, suggest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

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
from policytext.coding import agreement, disagreements, paired, suggestions, workbook
from policytext.corpus import Where, open_corpus
from policytext.corpus.filters import Bands, Filters
from policytext.labelled import read_labels
from policytext.report import rows
from policytext.schema import Clause, Correction
from policytext.study.holdings import with_succession

AGREEMENT_COLUMNS = ("label", "clauses", "both", "only_first", "only_second", "agreement", "kappa", "alpha", "f1")


@click.command("export", cls=Command)
@input_options
@option("--coding", is_flag=True)
@option("--suggestions", is_flag=True)
@model_option
@corpus_option
@filter_options
@batch_options
@output_options
def export(output: Output, filters: Filters, where: Where, coding: bool, suggestions: bool, model: str, **inputs: Any) -> None:
    """See help.commands.export."""
    run = Inputs(lang=output.lang, labels=suggestions or not coding or bool(filters.measure), model=model, **inputs)
    found = _documents(run, where, filters, told=not coding)
    if coding:
        number = output.write(
            workbook((clause for one in found for clause in one.clauses), output.taxonomy, output.lang, suggestions),
            ("id", "title", "path", "text"),
        )
    else:
        columns = ("title", "issuer", "issue_date", "path", "page", "labels", "text")
        number = output.write((rows.exported(clause, one.bands, one.said) for one in found for clause in one.clauses), columns)
    output.note("exported", number=number)
    output.tell_filters(filters)
    run.finish()


@click.command("suggest", cls=Command)
@input_options
@model_option
@option("--limit", type=click.IntRange(1, 100000), default=20, show_default=True)
@corpus_option
@filter_options
@batch_options
@output_options
def suggest(output: Output, filters: Filters, where: Where, model: str, limit: int, **inputs: Any) -> None:
    """See help.commands.suggest."""
    run = Inputs(lang=output.lang, labels=True, model=model, **inputs)
    found = suggestions((clause for one in _documents(run, where, filters) for clause in one.clauses if clause.measures.scores), limit)
    output.write(found, ("rank", "doubt", "labels", "title", "path", "text"))
    output.tell_filters(filters)
    run.finish()


@click.command("agree", cls=Command)
@click.argument("first", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("second", type=click.Path(path_type=Path, dir_okay=False))
@option("--disagreements", "listed", is_flag=True)
@output_options
def agree(output: Output, first: Path, second: Path, listed: bool) -> None:
    """See help.commands.agree."""
    coded = [read_labels(existing(path), output.taxonomy) for path in (first, second)]
    pairs = paired(*coded)
    if listed:
        output.write(disagreements(pairs, output.taxonomy), ("id", "first", "second", "text"))
    else:
        output.write(agreement(pairs, output.taxonomy), AGREEMENT_COLUMNS)
    output.note("paired", both=len(pairs), first=len(coded[0]), second=len(coded[1]))


class _Found(NamedTuple):
    """The clauses of a document, what readers put right in it, and the bands by which its status is told."""

    clauses: Iterable[Clause]
    said: list[Correction]
    bands: Bands


def _documents(run: Inputs, where: Where, filters: Filters, told: bool = False) -> Iterator[_Found]:
    """The files named together, or the documents of the corpus one by one when none is. ``told``: the rows tell their status."""
    if run.paths or run.texts:
        yield _Found(run.clauses(filters), [], filters.bands)
        return
    with open_corpus(where) as corpus:
        filters = with_succession(filters, corpus, always=told)
        for of in corpus.documents(filters):
            yield _Found(filters.clauses(corpus.clauses(of)), corpus.corrections(of.doc_id), filters.bands)
