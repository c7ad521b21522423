"""What the documents of a corpus say of each other, for whoever asks for the status of one."""

from __future__ import annotations

from dataclasses import replace

from policytext.corpus import Store
from policytext.corpus.filters import Bands, Filters
from policytext.schema import READABLE
from policytext.study.succession import Link, extended, links, repealed


def with_succession(filters: Filters, corpus: Store, always: bool = False) -> Filters:
    """The filters, knowing what a text of the corpus replaces or extends where they ask for a status (or ``always``)."""
    if not (filters.status or always):
        return filters
    return replace(filters, bands=succeeded(filters.bands, corpus_links(corpus)))


def succeeded(bands: Bands, found: list[Link]) -> Bands:
    """The bands, knowing what the links say of documents that were replaced or extended."""
    return replace(bands, repealed=repealed(found), extended=extended(found))


def corpus_links(corpus: Store) -> list[Link]:
    """The links between all readable documents of a corpus."""
    readable = [record for record in corpus.records() if record.status in READABLE]
    return links((record, corpus.mentions(record.doc_id)) for record in readable)
