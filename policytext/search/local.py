"""Search over a corpus with tantivy: an index folder beside the store, derived from it and rebuilt when in doubt."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur
from tantivy import Query as Ask

from policytext.errors import CorpusError
from policytext.search.protocol import Entry, Match
from policytext.search.query import Query
from policytext.search.ranking import CANDIDATES, HEAD_BOOST, Candidate, idf, order
from policytext.words import fingerprint, pieces, terms

#: Raised with every change of the fields below or of what they hold.
VERSION = 1
STATE = "policytext.json"
#: Memory of the writer before it writes a segment, in bytes.
HEAP = 100_000_000


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    for name in ("text", "head"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field(f"{name}_pieces", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("doc_id", "measures"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("row", indexed=True, fast=True)
    builder.add_integer_field("length", fast=True)
    return builder.build()


class LocalIndex:
    """The index in ``folder`` (made when missing). Changes count from the next ``commit``; readers keep the last committed state meanwhile.

    ``needs_rebuild`` is True when the folder held no index, a damaged one, or one of another version or dictionary: call ``clear`` and
    put every document in again. Until then ``search`` and ``count`` raise CorpusError ``index_stale``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writer: Any = None
        self._commit = 0  # when the commit that the reader shows was made, in nanoseconds
        self._index: Any = self._open()

    @property
    def needs_rebuild(self) -> bool:
        """Is there no usable index?"""
        return self._index is None

    def clear(self) -> None:
        """Start with an empty index; the one on disk is thrown away."""
        self._writer = None
        self._index = None
        try:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(_schema(), path=str(self.folder))
        except (OSError, ValueError) as error:
            raise CorpusError("cannot_write", file=self.folder, problem=error) from error
        # Written last: a folder torn while it is made has no state and is made again.
        (self.folder / STATE).write_text(json.dumps(_state()), "utf-8")

    def replace(self, doc_id: str, entries: Iterable[Entry]) -> None:
        """Take the document's entries in, in place of those it had."""
        self.remove(doc_id)
        for entry in entries:
            text = terms(entry.text)
            self._writer.add_document(
                tantivy.Document(
                    key=entry.key,
                    doc_id=doc_id,
                    measures=list(entry.measures),
                    text=" ".join(text),
                    head=" ".join(terms(entry.head)),
                    text_pieces=" ".join(pieces(entry.text)),
                    head_pieces=" ".join(pieces(entry.head)),
                    row=_row(entry.key),
                    length=len(text),
                )
            )

    def remove(self, doc_id: str) -> None:
        """Take all entries of the document out."""
        self._open_writer().delete_documents_by_term("doc_id", doc_id)

    def commit(self) -> None:
        """Make the changes since the last commit lasting and visible."""
        if self._writer is not None:
            try:
                self._writer.commit()
            except ValueError as error:
                raise CorpusError("cannot_write", file=self.folder, problem=error) from error

    def close(self) -> None:
        """Let the index go; changes that were not committed are lost."""
        if self._writer is not None:
            self._writer.rollback()
            self._writer.wait_merging_threads()
            self._writer = None

    def count(self) -> int:
        """Number of committed entries."""
        number: int = self._usable().searcher().num_docs
        return number

    def search(self, query: Query, limit: int, docs: frozenset[str] | None = None, measures: frozenset[str] = frozenset()) -> list[Match]:
        """See ``protocol.Engine``."""
        index = self._usable()
        if not (query.words or query.phrases) or limit < 1 or (docs is not None and not docs):
            return []
        try:
            return self._search(index, query, limit, docs, measures)
        except BaseException as error:
            # Damage that does not show when the index is opened. A panic in Rust arrives as a BaseException without a name to import.
            if not isinstance(error, ValueError) and type(error).__name__ != "PanicException":
                raise
            (self.folder / STATE).unlink(missing_ok=True)  # so that it is made again at the next opening
            raise CorpusError("index_stale") from error

    def _search(self, index: Any, query: Query, limit: int, docs: frozenset[str] | None, measures: frozenset[str]) -> list[Match]:
        schema, searcher = index.schema, index.searcher()
        either = {word: [Ask.term_query(schema, name, word) for name in ("text", "head")] for word in query.words}
        clauses = [(Occur.Should, text) for text, _ in either.values()]
        clauses += [(Occur.Should, Ask.boost_query(head, HEAD_BOOST)) for _, head in either.values()]
        conditions = [_phrase(schema, phrase) for phrase in query.phrases]
        if docs is not None:
            conditions.append(Ask.term_set_query(schema, "doc_id", sorted(docs)))
        if measures:
            conditions.append(Ask.term_set_query(schema, "measures", sorted(measures)))
        found = searcher.search(_filtered(clauses, conditions, optional=bool(query.phrases)), max(CANDIDATES, limit), count=False).hits
        addresses = [address for _, address in found]
        rows = searcher.fast_field_values("row", addresses)
        lengths = searcher.fast_field_values("length", addresses)
        # The second question asks the candidates alone how much of the query they cover: each word counts its idf once.
        weight = {word: idf(searcher.num_docs, max(searcher.doc_freq(name, word) for name in ("text", "head"))) for word in query.words}
        total = sum(weight.values()) or 1.0
        covering = [
            (Occur.Should, Ask.const_score_query(Ask.disjunction_max_query(pair), weight[word] / total)) for word, pair in either.items()
        ]
        shares = searcher.search(_filtered(covering, [Ask.term_set_query(schema, "row", rows)]), max(1, len(rows)), count=False).hits
        share = {(address.segment_ord, address.doc): score for score, address in shares}
        return order(
            (
                Candidate(searcher.doc(address)["key"][0], score, share.get((address.segment_ord, address.doc), 0.0), length)
                for (score, address), length in zip(found, lengths, strict=True)
            ),
            limit,
        )

    def _open(self) -> Any:
        try:
            # Without the second condition tantivy would make an empty index in place of one that lost its list of segments.
            if json.loads((self.folder / STATE).read_text("utf-8")) == _state() and tantivy.Index.exists(str(self.folder)):
                return tantivy.Index(_schema(), path=str(self.folder), reuse=True)
        except (OSError, ValueError):  # ValueError: not JSON, or tantivy's word for a damaged index
            pass
        return None

    def _usable(self) -> Any:
        """The index with its reader at the last commit, this process's or another's."""
        if self._index is None:
            raise CorpusError("index_stale")
        try:
            commit = (self.folder / "meta.json").stat().st_mtime_ns
            if commit != self._commit:
                self._index.reload()
        except (OSError, ValueError) as error:
            raise CorpusError("index_stale") from error
        self._commit = commit
        return self._index

    def _open_writer(self) -> Any:
        if self._writer is None:
            try:
                # One thread: the same documents give the same segments.
                self._writer = self._usable().writer(heap_size=HEAP, num_threads=1)
            except ValueError as error:
                raise CorpusError("corpus_locked", holder=str(self.folder)) from error
        return self._writer


def _state() -> dict[str, object]:
    return {"version": VERSION, "tantivy": version("tantivy"), "words": fingerprint()}


def _row(key: str) -> int:
    """A number that stands for the key where tantivy wants one: 62 bits of its digest."""
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 2


def _phrase(schema: Any, phrase: tuple[str, ...]) -> Any:
    """The phrase in the text, or in title or headings."""
    fields = ("text_pieces", "head_pieces")
    if len(phrase) == 1:
        return Ask.disjunction_max_query([Ask.term_query(schema, field, phrase[0]) for field in fields])
    return Ask.disjunction_max_query([Ask.phrase_query(schema, field, list(phrase)) for field in fields])


def _filtered(clauses: list[tuple[Any, Any]], conditions: list[Any], optional: bool = False) -> Any:
    """All conditions, which do not score, and any of the clauses; with ``optional`` none of them need be met."""
    some = Ask.boolean_query(clauses)
    first = Occur.Should if optional else Occur.Must
    return Ask.boolean_query([(first, some), *((Occur.Must, Ask.const_score_query(one, 0.0)) for one in conditions)])
