"""What the documents of a corpus say of each other, for whoever asks for the status of one."""

from __future__ import annotations

from dataclasses import replace

from policytext.corpus import Corpus
from policytext.corpus.filters import Filters
from policytext.schema import READABLE
from policytext.study.succession import Link, links, repealed


def with_repealed(filters: Filters, corpus: Corpus, always: bool = False) -> Filters:
    """The filters, knowing what a text of the corpus replaces where they ask for a status (or ``always``)."""
    if not (filters.status or always):
        return filters
    return replace(filters, bands=replace(filters.bands, repealed=repealed(corpus_links(corpus))))


def corpus_links(corpus: Corpus) -> list[Link]:
    """The links between all readable documents of a corpus."""
    readable = [record for record in corpus.records() if record.status in READABLE]
    return links((record, corpus.mentions(record.doc_id)) for record in readable)
