"""The command report: what the corpus says, as a page, a Word file or Markdown."""

from __future__ import annotations

from collections.abc import Iterator

import click

from policytext.cli.language import Command, option
from policytext.cli.options import Output, corpus_option, filter_options, report_options
from policytext.corpus import Where, open_corpus
from policytext.corpus.filters import Filters
from policytext.errors import WrongUsage
from policytext.messages import say
from policytext.places import model_folder
from policytext.report.manifest import manifest
from policytext.report.markdown import markdown
from policytext.report.page import page
from policytext.report.sections import sections
from policytext.report.word import word
from policytext.schema import READABLE, Clause, Mention, Record
from policytext.study.holdings import with_succession
from policytext.study.overview import Overview, overview


@click.command("report", cls=Command)
@option("--title", default="")
@corpus_option
@filter_options
@report_options
def report(output: Output, filters: Filters, where: Where, title: str) -> None:
    """See help.commands.report."""
    found = _overview(where, filters)
    if not found.documents:
        raise WrongUsage("nothing_to_report")
    lang, types = output.lang, output.taxonomy.names(output.lang)
    facts = manifest(found.documents, found.bands, filters.in_words(lang, output.taxonomy), output.taxonomy, model_folder())
    made = sections(found, types, facts, lang)
    title = title or say("report_title", lang)
    subtitle = say("report_subtitle", lang, as_of=found.bands.as_of.isoformat(), documents=len(found.documents))
    if output.style == "docx":
        output.write_whole(word(title, subtitle, made, lang))
    else:
        text = page(title, subtitle, made, lang) if output.style == "html" else markdown(title, subtitle, made)
        output.write_whole(text.encode("utf-8"))
    if output.path is not None:
        output.note("report_written", file=output.path, documents=len(found.documents))
    output.tell_filters(filters)


def _overview(where: Where, filters: Filters) -> Overview:
    with open_corpus(where) as corpus:
        filters = with_succession(filters, corpus, always=True)
        records = list(corpus.documents(filters))
        readable = [of for of in records if of.status in READABLE]

        def documents() -> Iterator[tuple[Record, list[Clause], tuple[Mention, ...]]]:
            return ((of, corpus.clauses(of), corpus.mentions(of.doc_id)) for of in readable)

        return overview(documents(), filters.bands, len(records) - len(readable))
