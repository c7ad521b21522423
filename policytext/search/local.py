"""Search over a corpus with tantivy: an index folder beside the store, derived from it and rebuilt when in doubt."""

from __future__ import annotations

import json
import shutil
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tantivy

from policytext.corpus.base import CLAUSES_PER_DOCUMENT
from policytext.corpus.filters import Filters
from policytext.errors import CorpusError
from policytext.search.conditions import meets
from policytext.search.facts import days_and_months, facts, of_document
from policytext.search.mirror import mirrored
from policytext.search.protocol import Asked, Entry, Match
from policytext.search.questions import FIELDS, Questions, stretch
from policytext.search.ranking import order, pools, scored
from policytext.words import fingerprint, terms

#: Raised with every change of the fields below or of what they hold.
VERSION = 4
STATE = "policytext.json"
#: Memory of the writer before it writes a segment, in bytes: a million clauses in one, for few segments are smaller and faster than many.
HEAP = 200_000_000
#: Keys that are looked at together: those of a thousand documents.
SPAN = 1000 * CLAUSES_PER_DOCUMENT
#: The last number in each part of a segment.
FOOTER = 1337


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("facts", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("stretch", indexed=True)
    for name in ("key", "length", "months", "start", "end"):
        builder.add_integer_field(name, fast=True)
    return builder.build()


class LocalIndex:
    """The index in ``folder`` (made when missing). Changes count from the next ``commit``; readers keep the last committed state meanwhile.

    The index holds no text: ``read`` gives the entry of a key, to see whether it meets the conditions of a query.
    ``needs_rebuild`` is True when the folder held no index, a damaged one, or one of another version or dictionary: call ``clear`` and
    put every document in again. Until then ``search`` and ``count`` raise CorpusError ``index_stale``.
    """

    def __init__(self, folder: Path, read: Callable[[int], Entry]) -> None:
        self.folder = folder
        self._read = read
        self._writer: Any = None
        self._mirror = mirrored(folder)
        self._commit = 0  # when the commit that the reader shows was made, in nanoseconds
        self._index: Any = self._open()

    @property
    def needs_rebuild(self) -> bool:
        """Is there no usable index?"""
        return self._index is None

    def clear(self) -> None:
        """Start with an empty index; the one on disk is thrown away."""
        self._writer = self._index = self._mirror = None
        try:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True, exist_ok=True)
            index = tantivy.Index(_schema(), path=str(self.folder))
            # Written last: a folder torn while it is made has no state and is made again.
            (self.folder / STATE).write_text(json.dumps(_state()), "utf-8")
        except (OSError, ValueError) as error:
            raise CorpusError("cannot_write", file=self.folder, problem=error) from error
        self._index = index

    def empty(self) -> None:
        """Take all entries out; readers keep them until the commit."""
        self._open_writer().delete_all_documents()

    def replace(self, doc_id: str, entries: Iterable[Entry]) -> None:
        """Take the document's entries in, in place of those it had."""
        self.remove(doc_id)
        for entry in entries:
            text = terms(entry.text)
            self._writer.add_document(
                tantivy.Document(
                    key=entry.key,
                    stretch=stretch(entry.key),
                    text=" ".join(text),
                    head=" ".join([*terms(entry.head), *terms(entry.places)]),
                    facts=facts(entry, doc_id),
                    length=len(text),
                    **days_and_months(entry.record),
                )
            )

    def remove(self, doc_id: str) -> None:
        """Take all entries of the document out."""
        self._open_writer().delete_documents_by_term("facts", of_document(doc_id))

    def commit(self) -> None:
        """Make the changes since the last commit lasting and visible; what has come together in small pieces is merged."""
        if self._writer is not None:
            try:
                self._writer.commit()
                self._writer.wait_merging_threads()
            except ValueError as error:
                raise CorpusError("cannot_write", file=self.folder, problem=error) from error
            finally:
                self._writer = None

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

    def keys(self) -> Iterator[int]:
        """The keys of all committed entries, in memory a few at a time."""
        index = self._usable()
        searcher = index.searcher()
        with self._damage_named():
            last = searcher.search(tantivy.Query.all_query(), 1, count=False, order_by_field="key", order=tantivy.Order.Desc).hits
            for first in range(0, last[0][0] + 1 if last else 0, SPAN):
                among = tantivy.Query.range_query(index.schema, "key", tantivy.FieldType.Integer, first, first + SPAN - 1)
                number = searcher.search(among, 1, count=True).count
                if number:
                    hits = searcher.search(among, number, count=False).hits
                    yield from searcher.fast_field_values("key", [address for _, address in hits])

    def damaged_files(self) -> list[str]:
        """The names of files whose content does not have the checksum in their last bytes (tantivy's footer)."""
        segments = json.loads((self.folder / "meta.json").read_text("utf-8"))["segments"]
        ids = {segment["segment_id"].replace("-", "") for segment in segments}
        # What a killed writer left unfinished belongs to no segment and harms nobody.
        parts = [path for path in sorted(self.folder.iterdir()) if path.name.partition(".")[0] in ids]
        return [path.name for path in parts if not _sound(path)]

    def search(self, asked: Asked, limit: int, filters: Filters | None = None) -> list[Match]:
        """See ``protocol.Engine``."""
        index = self._usable()
        if asked.empty or limit < 1:
            return []
        questions = Questions(index.schema, index.searcher())
        candidates = questions.candidates(asked, filters)
        with self._damage_named():
            return self._search(questions, candidates, asked, limit)

    def weights(self, asked: Asked) -> list[float]:
        """See ``protocol.Engine``."""
        index = self._usable()
        with self._damage_named():
            return Questions(index.schema, index.searcher()).weights(asked.slots)

    def first_stage(self, asked: Asked, limit: int, filters: Filters | None = None) -> list[int]:
        """The keys of the best by BM25 alone, without the second stage and without the conditions that the store must confirm."""
        index = self._usable()
        questions = Questions(index.schema, index.searcher())
        found = questions.searcher.search(questions.candidates(asked, filters), limit, count=False).hits
        keys: list[int] = questions.searcher.fast_field_values("key", [address for _, address in found])
        return keys

    def _search(self, questions: Questions, candidates: Any, asked: Asked, limit: int) -> list[Match]:
        searcher = questions.searcher
        seen: dict[int, bool] = {}
        answers: list[Match] = []
        for size in pools(limit, searcher.num_docs):
            found = searcher.search(candidates, size, count=False).hits if asked.slots else questions.in_order(candidates, size)
            answers = []
            for match in order(self._second_stage(questions, asked, found)):
                if match.key not in seen:
                    seen[match.key] = not asked.conditions or meets(self._read(match.key), asked.conditions)
                if seen[match.key]:
                    answers.append(match)
                if len(answers) == limit:
                    return answers
            if len(found) < size:
                break
        return answers

    def _second_stage(self, questions: Questions, asked: Asked, found: Sequence[tuple[float, Any]]) -> Iterator[Match]:
        searcher, addresses = questions.searcher, [address for _, address in found]
        keys = searcher.fast_field_values("key", addresses)
        lengths = searcher.fast_field_values("length", addresses)
        shares = questions.coverage(asked.slots, keys) if asked.slots else {}
        for (score, address), key, length in zip(found, keys, lengths, strict=True):
            yield scored(key, score, shares.get((address.segment_ord, address.doc), 0.0), length)

    @contextmanager
    def _damage_named(self) -> Iterator[None]:
        """Damage that does not show when the index is opened, as an error that tells what to do."""
        try:
            yield
        except BaseException as error:
            # A panic in Rust arrives as a BaseException without a name to import.
            if not isinstance(error, ValueError) and type(error).__name__ != "PanicException":
                raise
            with suppress(OSError):
                (self.folder / STATE).unlink()  # so that it is made again at the next opening
            raise CorpusError("index_stale") from error

    def _open(self) -> Any:
        try:
            # Without the second condition tantivy would make an empty index in place of one that lost its list of segments.
            where = str(self._mirror.path if self._mirror else self.folder)
            if json.loads((self.folder / STATE).read_text("utf-8")) == _state() and tantivy.Index.exists(where):
                return tantivy.Index(_schema(), path=where, reuse=True)
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
                if self._mirror:
                    self._mirror.refresh()
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


def _sound(path: Path) -> bool:
    """Does a part of a segment end with the checksum of what stands before it: JSON, its length, and tantivy's mark?"""
    content = path.read_bytes()
    try:
        length, mark = struct.unpack("<II", content[-8:])
        found = json.loads(content[-8 - length : -8])["crc"]
    except (struct.error, ValueError, KeyError, TypeError):
        return False
    return bool(mark == FOOTER and found == zlib.crc32(content[: -8 - length]))


def _state() -> dict[str, object]:
    return {"version": VERSION, "tantivy": version("tantivy"), "words": fingerprint()}
