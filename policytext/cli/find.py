"""The search command, over the corpus or over files at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from policytext.cli.inputs import Inputs
from policytext.cli.language import Command, option
from policytext.cli.options import Output, corpus_option, filter_options, lines_of, output_options
from policytext.corpus import Corpus
from policytext.corpus.filters import Filters
from policytext.errors import WrongUsage
from policytext.records import clauses, record
from policytext.report import rows
from policytext.report.citation import STYLES
from policytext.report.hits import print_hits
from policytext.schema import Hit, printable
from policytext.search.find import Searcher, corpus_searcher, files_searcher


@click.command("search", cls=Command)
@click.argument("query", required=False, default="")
@click.argument("more", nargs=-1, type=click.Path(path_type=Path, readable=False))
@option("--in", "files", multiple=True, type=click.Path(path_type=Path, readable=False))
@option("--batch", "batch_path", type=click.File("rb"))
@option("--limit", type=click.IntRange(1, 10000), default=10, show_default=True)
@option("--cite", type=click.Choice(STYLES), default="gbt7714", show_default=True)
@option("--jobs", "-j", type=click.IntRange(1), default=1, show_default=True)
@corpus_option
@filter_options
@output_options
def search(
    output: Output,
    query: str,
    more: tuple[Path, ...],
    files: tuple[Path, ...],
    batch_path: Any,
    limit: int,
    cite: str,
    jobs: int,
    folder: Path,
    filters: Filters,
) -> None:
    """See help.commands.search."""
    if query and batch_path:
        raise WrongUsage("query_and_batch")
    queries = [line.strip() for line in lines_of(batch_path)] if batch_path else [printable(query).strip()]
    if not any(queries):
        raise WrongUsage("no_query")
    if more and not files:
        raise WrongUsage("query_words", words=" ".join(map(str, more)))
    # The shell expands --in *.pdf to one file behind --in and the others behind the query.
    files += more
    run = Inputs(files, output.lang, labels=True, jobs=jobs)
    if files:
        kept = [clause for analysis in run.analyses() for of in filters.documents([record(analysis)]) for clause in clauses(analysis, of)]
        _answer(files_searcher(kept, filters), queries, limit, cite, output, filters)
    else:
        with Corpus(folder) as corpus:
            _answer(corpus_searcher(corpus, filters), queries, limit, cite, output, filters)
    run.finish()


def _answer(searcher: Searcher, queries: list[str], limit: int, cite: str, output: Output, filters: Filters) -> None:
    answers = ((query, searcher(query, limit)) for query in queries)
    if output.style == "table" and output.path is None:
        number = 0
        for query, hits in answers:
            number += len(hits)
            print_hits(query, hits, output.lang, output.taxonomy.names(output.lang), cite)
    else:
        number = output.write(_rows(answers, cite), ("query", "rank", "score", "title", "path", "page", "snippet"))
    if not number:
        output.note("nothing_found_filtered" if filters.in_words(output.lang, output.taxonomy) else "nothing_found")
    output.tell_filters(filters)


def _rows(answers: Iterator[tuple[str, list[Hit]]], cite: str) -> Iterator[rows.Row]:
    for query, hits in answers:
        for hit in hits:
            yield rows.found(hit, query, cite)
