"""Commands that survey the documents of a corpus, or files at hand: copied."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import click

from policytext.cli.inputs import Inputs
from policytext.cli.language import Command, option
from policytext.cli.options import Output, batch_options, corpus_option, filter_options, input_options, output_options
from policytext.cli.study import with_repealed
from policytext.corpus import Corpus
from policytext.corpus.filters import Filters
from policytext.report import surveys as rows
from policytext.schema import READABLE, Clause
from policytext.study.copied import Across, Sameness
from policytext.study.copied import copied as copied_clauses

USUAL = Sameness()
COPIED = ("group", "first_source", "issue_date", "province", "title", "path", "similarity", "same_numbers", "text")


@click.command("copied", cls=Command)
@input_options
@option("--similarity", type=click.FloatRange(0.5, 1), default=USUAL.similarity, show_default=True)
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
    folder: Path,
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
    clauses = clauses_of(run, folder, filters)
    found = copied_clauses(clauses, Sameness(similarity, shortest, same_numbers, boilerplate, documents, across))
    number = output.write(map(rows.copied, found), COPIED)
    if number:
        output.note("copied_summary", number=number, groups=found[-1].group)
    elif not clauses:
        output.note("no_documents")
    else:
        held = len({clause.record.file for clause in clauses})
        output.note("copied_none", documents=held, clauses=len(clauses), similarity=similarity, shortest=shortest)
    output.tell_filters(filters)
    run.finish()


def clauses_of(run: Inputs, folder: Path, filters: Filters) -> list[Clause]:
    """The clauses that pass the filters: of the files named, else of the corpus in ``folder``."""
    if run.paths or run.texts:
        return list(run.clauses(filters))
    with Corpus(folder) as corpus:
        documents = corpus.documents(with_repealed(filters, corpus))
        return [clause for of in documents if of.status in READABLE for clause in filters.clauses(corpus.clauses(of))]
