"""Entries for the search engines, and engines over them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from uuid import uuid4

from policytext.corpus.filters import Bands
from policytext.opensearch import Cluster, connect
from policytext.schema import Head, Record
from policytext.search.cluster import ClusterIndex
from policytext.search.local import LocalIndex
from policytext.search.protocol import Entry

BANDS = Bands(date(2020, 7, 28))


def made(key: int, text: str, doc: str = "d", title: str = "", headings: str = "", path: str = "", measures: Sequence[str] = ()) -> Entry:
    """An entry of a document that is known by title only."""
    return Entry(key, Record(doc, doc_id=doc, head=Head(title=title)), headings, text, path, tuple(measures))


def build(folder: Path, entries: Sequence[Entry]) -> LocalIndex:
    """A committed index of the entries."""
    by_key = {entry.key: entry for entry in entries}
    index = LocalIndex(folder, by_key.__getitem__)
    index.clear()
    for doc_id, of in by_document(entries):
        index.replace(doc_id, of)
    index.commit()
    return index


def on_cluster(urls: Sequence[str], entries: Sequence[Entry], shards: int = 2) -> ClusterIndex:
    """An index of its own for the entries, in parts that lie on several nodes."""
    index = ClusterIndex(connect(Cluster(",".join(urls))), f"test-{uuid4().hex}")
    index.open(create=True, shards=shards)
    index.put(by_document(entries))
    return index


def by_document(entries: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """The entries document by document."""
    ordered = sorted(entries, key=lambda entry: (entry.record.doc_id, entry.key))
    return [(doc_id, list(of)) for doc_id, of in groupby(ordered, key=lambda entry: entry.record.doc_id)]
