"""Commands that compare the documents of a corpus: succession."""

from __future__ import annotations

import click

from policytext.cli.language import Command, option
from policytext.cli.options import Output, corpus_option, output_options
from policytext.corpus import Where, open_corpus
from policytext.report import rows
from policytext.study.holdings import corpus_links

COLUMNS = ("chain", "relation", "basis", "title", "issue_date", "earlier.title", "earlier.end", "date", "gap_days", "evidence.text")


@click.command("succession", cls=Command)
@option("--candidates/--no-candidates", default=True, show_default=True)
@corpus_option
@output_options
def succession(output: Output, candidates: bool, where: Where) -> None:
    """See help.commands.succession."""
    with open_corpus(where) as corpus:
        found = [link for link in corpus_links(corpus) if candidates or link.basis == "text"]
    number = output.write(map(rows.succession, found), COLUMNS)
    named = sum(link.basis == "text" for link in found)
    output.note("succession_summary", number=number, chains=len({link.chain for link in found}), named=named, candidates=number - named)
