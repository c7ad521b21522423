"""What a corpus is, wherever its documents lie: what is asked of it, and what follows from that."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Literal, NamedTuple, Self

from policytext.corpus.corrections import Line, Value, applied
from policytext.corpus.filters import Filters
from policytext.errors import InputError
from policytext.schema import CONTENT_KINDS, READABLE, Analysis, Clause, Correction, Document, Field, Measures, Mention, Record, Unit

#: A clause's key is its document's number times this plus its own: one whole number that grows with every document.
CLAUSES_PER_DOCUMENT = 1 << 20


class Stored(NamedTuple):
    """What became of a document: its id, and whether it was new, replaced an earlier version, was there already, or equals another file."""

    doc_id: str
    outcome: Literal["added", "replaced", "unchanged", "duplicate"]


class Store(ABC):
    """Documents with their clauses, by content hash. Use as a context manager.

    Every method raises CorpusError when what holds the documents cannot be reached, read or written.
    """

    @property
    @abstractmethod
    def place(self) -> str:
        """Where the documents lie, in words."""

    @property
    def writable(self) -> bool:
        """Can this corpus be written, or does it lie on a medium that is only read?"""
        return True

    @abstractmethod
    def __enter__(self) -> Self: ...

    @abstractmethod
    def __exit__(self, _: object, error: BaseException | None, __: object) -> None: ...

    @property
    @abstractmethod
    def state(self) -> Hashable:
        """Another value after every write of anybody, so that what was worked out from the corpus can be kept until then."""

    def named_errors(self) -> AbstractContextManager[None]:
        """What is raised within is raised as errors that tell the user what to do."""
        return nullcontext()

    def writing(self) -> AbstractContextManager[None]:
        """Hold the corpus for writing, where only one may write at a time."""
        return nullcontext()

    @abstractmethod
    def known(self, sha256: str, file: str) -> Stored | None:
        """The document with this content, when nothing is left to do for it: unchanged under its path, or a duplicate of another file."""

    @abstractmethod
    def put(self, analysis: Analysis, record: Record, sha256: str, file: str) -> Stored:
        """Write one document, in place of what this path or this content held before. When it returns the document is there for good."""

    @abstractmethod
    def remove(self, doc_id: str) -> None:
        """Take a document out; the index forgets it at its next refresh."""

    @abstractmethod
    def restate(self, record: Record, file: str | None = None) -> None:
        """Write another record of a document that is there, perhaps under another path; its units stay."""

    @abstractmethod
    def at(self, file: str) -> str | None:
        """The id of the document of this path."""

    @abstractmethod
    def original(self, doc_id: str) -> Path | None:
        """The file that a document was read from, a copy of it in the corpus first; None when none is there, or one of other content."""

    @abstractmethod
    def damage(self) -> list[str]:
        """What is wrong with what holds the documents; nothing when all is well."""

    @abstractmethod
    def ids(self) -> list[str]:
        """The ids of all documents."""

    @abstractmethod
    def records(self) -> Iterator[Record]:
        """The records of all documents, in order of their files."""

    @abstractmethod
    def record(self, doc_id: str) -> Record:
        """The record of one document."""

    @abstractmethod
    def text(self, doc_id: str) -> str:
        """The text of one document, into which its spans point."""

    @abstractmethod
    def units(self, doc_id: str) -> list[tuple[Unit, Measures | None]]:
        """All units of one document in reading order, noise included."""

    @abstractmethod
    def mentions(self, doc_id: str) -> tuple[Mention, ...]:
        """What one document says of earlier texts."""

    @abstractmethod
    def clause(self, key: int) -> Clause:
        """One content unit by its key (``keys``)."""

    @abstractmethod
    def unit(self, key: int) -> tuple[str, Unit]:
        """The unit of a key and the id of its document: cheaper than ``clause``, for what is compared and not shown.

        Raises LookupError for one that is there no more.
        """

    def expect(self, keys: Sequence[int]) -> None:
        """Clauses that will be asked for one after the other, in this order: what is far away may be fetched together."""
        return

    @abstractmethod
    def keys(self, doc_id: str, clauses: Sequence[Clause]) -> list[int]:
        """The keys of clauses of one document."""

    @abstractmethod
    def correct(self, doc_id: str, field: Field, value: Value, who: str, number: int | None = None) -> None:
        """Keep what a reader says of clause ``number`` or of the document, beside the machine's value; None takes it back."""

    @abstractmethod
    def said(self, doc_id: str) -> list[Line]:
        """The lines of corrections of one document, in the order in which they came."""

    def holds(self, file: str) -> bool:
        """Is there a document of this path that could be read?"""
        doc_id = self.at(file)
        return doc_id is not None and self.record(doc_id).status in READABLE

    def document(self, doc_id: str) -> Document:
        """One document as it was structured."""
        of = self.record(doc_id)
        units = tuple(unit for unit, _ in self.units(doc_id))
        return Document(of.file, "", of.status, of.reason, of.pages, of.bad_pages, of.ocr_pages, self.text(doc_id), of.head, units)

    def documents(self, filters: Filters) -> Iterator[Record]:
        """The records that pass the filters, those on measures too."""
        for record in filters.documents(self.records()):
            if not filters.measure or filters.admit(self.clauses(record)):
                yield record

    def clauses(self, record: Record) -> list[Clause]:
        """The content units of one document with their measures."""
        return [
            Clause(record, number, unit, measures or Measures())
            for number, (unit, measures) in enumerate(self.units(record.doc_id))
            if unit.kind in CONTENT_KINDS
        ]

    def corrections(self, doc_id: str) -> list[Correction]:
        """What readers say of one document and its clauses, the last word on each."""
        lines = self.said(doc_id)
        return applied(doc_id, lines, [unit for unit, _ in self.units(doc_id)]) if lines else []

    def find(self, name: str) -> str:
        """The id of the document that ``name`` means: an id or its beginning, a path, a file name, or part of a title.

        Raises InputError ``no_document`` when none fits and ``many_documents`` when several do.
        """
        here = self.at(os.path.abspath(name))
        if here is not None:
            return here
        rows = [(record.doc_id, record.file, record.head.title) for record in self.records()]
        for fits in (
            lambda doc_id, file, title: doc_id == name or file == name,
            lambda doc_id, file, title: len(name) >= 4 and doc_id.startswith(name),
            lambda doc_id, file, title: name in (os.path.basename(file), Path(file).stem),
            lambda doc_id, file, title: bool(name) and name in title,
        ):
            found = [doc_id for doc_id, file, title in rows if fits(doc_id, file, title)]
            if len(found) == 1:
                return found[0]
            if found:
                some = "、".join(found[:5]) + ("……" if len(found) > 5 else "")
                raise InputError("many_documents", name=name, documents=some, number=len(found))
        raise InputError("no_document", name=name)
