"""Commands that compare the documents of a corpus: succession."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from policytext.cli.language import Command, option
from policytext.cli.options import Output, corpus_option, output_options
from policytext.corpus import Corpus
from policytext.corpus.filters import Filters
from policytext.report import rows
from policytext.schema import READABLE
from policytext.study.succession import Link, extended, links, repealed

COLUMNS = ("chain", "relation", "basis", "title", "issue_date", "earlier.title", "earlier.end", "date", "gap_days", "evidence.text")


@click.command("succession", cls=Command)
@option("--candidates/--no-candidates", default=True, show_default=True)
@corpus_option
@output_options
def succession(output: Output, candidates: bool, folder: Path) -> None:
    """See help.commands.succession."""
    with Corpus(folder) as corpus:
        found = [link for link in corpus_links(corpus) if candidates or link.basis == "text"]
    number = output.write(map(rows.succession, found), COLUMNS)
    named = sum(link.basis == "text" for link in found)
    output.note("succession_summary", number=number, chains=len({link.chain for link in found}), named=named, candidates=number - named)


def with_succession(filters: Filters, corpus: Corpus, always: bool = False) -> Filters:
    """The filters, knowing what a text of the corpus replaces or extends where they ask for a status (or ``always``)."""
    if not (filters.status or always):
        return filters
    found = corpus_links(corpus)
    return replace(filters, bands=replace(filters.bands, repealed=repealed(found), extended=extended(found)))


def corpus_links(corpus: Corpus) -> list[Link]:
    """The links between all readable documents of a corpus."""
    readable = [record for record in corpus.records() if record.status in READABLE]
    return links((record, corpus.mentions(record.doc_id)) for record in readable)
