"""The search command, over the corpus or over files at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from policytext.cli.language import Command, option
from policytext.cli.options import Output, ReadablePath, corpus_option, existing, filter_options, lines_of, output_options
from policytext.corpus import Where, open_corpus
from policytext.corpus.filters import Filters
from policytext.errors import WrongUsage
from policytext.report import rows
from policytext.report.citation import STYLES
from policytext.report.hits import Print, print_hits
from policytext.schema import Hit, printable
from policytext.search.concordance import concordance
from policytext.search.find import Searcher, Wanted, corpus_searcher, files_searcher
from policytext.search.query import parse
from policytext.search.synonyms import NO_SYNONYMS, Synonyms, load_synonyms
from policytext.study.holdings import with_succession

COLUMNS = ("query", "rank", "score", "title", "path", "page", "labels", "flag", "snippet")
KWIC_COLUMNS = ("query", "before", "keyword", "after", "title", "path", "page")


@dataclass(frozen=True, slots=True)
class Shape:
    """How answers are shown."""

    wanted: Wanted
    cite: str
    kwic: bool
    context: int


@click.command("search", cls=Command)
@click.argument("query", required=False, default="")
@click.argument("more", nargs=-1, type=ReadablePath())
@option("--in", "files", multiple=True, type=ReadablePath())
@option("--batch", "batch_path", type=click.File("rb"))
@option("--limit", type=click.IntRange(1, 10000), default=10, show_default=True)
@option("--page", type=click.IntRange(1, 1000), default=1, show_default=True)
@option("--by-document", is_flag=True)
@option("--all-copies", is_flag=True)
@option("--explain", is_flag=True)
@option("--kwic", is_flag=True)
@option("--context", type=click.IntRange(1, 200), default=20, show_default=True)
@option("--synonyms", "synonyms_path", type=click.Path(path_type=Path, dir_okay=False))
@option("--no-synonyms", is_flag=True)
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
    synonyms_path: Path | None,
    no_synonyms: bool,
    jobs: int,
    where: Where,
    filters: Filters,
    cite: str,
    kwic: bool,
    context: int,
    **wanted: Any,
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
    shape = Shape(Wanted(**wanted), cite, kwic, context)
    synonyms = NO_SYNONYMS if no_synonyms else load_synonyms(existing(synonyms_path) if synonyms_path else None)
    if not batch_path:
        parse(queries[0])  # a wrong query is told before any file is read
    if files:
        _search_files(files, queries, filters, synonyms, shape, output, jobs)
        return
    with open_corpus(where) as corpus:
        filters = with_succession(filters, corpus)
        searcher = corpus_searcher(corpus, filters, synonyms, output.note)
        wrong = _answer(searcher, queries, shape, output, filters)
    if wrong:
        raise SystemExit(1)


def _search_files(
    files: tuple[Path, ...], queries: list[str], filters: Filters, synonyms: Synonyms, shape: Shape, output: Output, jobs: int
) -> None:
    from policytext.cli.inputs import Inputs  # all that reads files: whoever searches a corpus does not wait for it
    from policytext.records import clauses, record

    run = Inputs(files, output.lang, labels=True, jobs=jobs)
    kept = [clause for analysis in run.analyses() for of in filters.documents([record(analysis)]) for clause in clauses(analysis, of)]
    wrong = _answer(files_searcher(kept, filters, synonyms), queries, shape, output, filters, searched=bool(kept))
    run.finish()
    if wrong:
        raise SystemExit(1)


def _answer(searcher: Searcher, queries: list[str], shape: Shape, output: Output, filters: Filters, searched: bool = True) -> int:
    """Write the answers; returns how many queries of a batch could not be read. ``searched``: there was something to search."""
    wrong: list[WrongUsage] = []

    def answers() -> Iterator[tuple[str, list[Hit]]]:
        for query in queries:
            try:
                yield query, searcher(query, shape.wanted)
            except WrongUsage as error:
                if len(queries) == 1:
                    raise
                wrong.append(error)
                output.tell_error(error)

    look = Print(output.lang, output.taxonomy.names(output.lang), shape.cite, filters.bands, shape.wanted.limit)
    if output.style == "table" and output.path is None and not shape.kwic:
        number = 0
        for query, hits in answers():
            number += len(hits)
            print_hits(query, hits, look)
    elif shape.kwic:
        lines = (
            rows.kwic(line, query, shape.cite) for query, hits in answers() for hit in hits for line in concordance(hit, shape.context)
        )
        number = output.write(lines, KWIC_COLUMNS)
    else:
        found = (rows.found(hit, query, filters.bands, shape.cite) for query, hits in answers() for hit in hits)
        number = output.write(found, COLUMNS)
    nothing = searched and not number and len(wrong) < len(queries)
    if nothing and shape.wanted.page > 1:
        output.note("no_such_page", page=shape.wanted.page)
    elif nothing:
        output.note("nothing_found_filtered" if filters.in_words(output.lang, output.taxonomy) else "nothing_found")
    output.tell_filters(filters)
    return len(wrong)
