"""What a search engine takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from policytext.corpus.filters import Filters
from policytext.schema import Clause, Record
from policytext.search.query import Condition, Query
from policytext.search.slots import Slot, slots
from policytext.search.synonyms import NO_SYNONYMS, Synonyms


@dataclass(frozen=True, slots=True)
class Entry:
    """One clause as the engines see it. ``key`` is unique; ``headings`` is the chain of headings above it, joined by blanks."""

    key: int
    record: Record
    headings: str
    text: str
    path: str = ""
    measures: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The title of the document."""
        return self.record.head.title

    @property
    def head(self) -> str:
        """Title and headings as one field; the full stop keeps a phrase from running across."""
        return f"{self.title}。{self.headings}"

    @property
    def places(self) -> str:
        """The names of the document's region: a place in a query also means the documents of that place."""
        region = self.record.head.region
        return " ".join(part for part in (region.province, region.city, region.district) if part)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as the engines see it: what orders the answers, and what they must and must not hold."""

    slots: tuple[Slot, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def bound(self) -> bool:
        """Does a condition say what answers must hold? Then the slots only order them."""
        return any(not condition.excluded for condition in self.conditions)

    @property
    def empty(self) -> bool:
        """Is nothing wanted?"""
        return not self.slots and not self.bound


class Match(NamedTuple):
    """An entry that answers the query; a higher ``score`` (at least 0) is better and compares only within one answer.

    ``bm25`` is its score in the first stage, ``coverage`` the idf-weighted share of the query that it holds (0 to 1), ``length`` the
    number of terms of its text (ranking.py).
    """

    key: int
    score: float
    bm25: float = 0.0
    coverage: float = 0.0
    length: int = 0


class Engine(Protocol):
    """A BM25 search engine over entries."""

    def search(self, asked: Asked, limit: int, filters: Filters | None = None) -> list[Match]:
        """The best ``limit`` entries, best first, equal scores by key.

        An answer meets every condition and the filters and, where no condition wants anything, fills at least one slot in its text,
        headings, title or place names.
        """
        ...

    def weights(self, asked: Asked) -> list[float]:
        """The weight of each slot: the idf of its rarest whole word."""
        ...


def asked(query: Query, synonyms: Synonyms = NO_SYNONYMS) -> Asked:
    """The query as the engines see it."""
    return Asked(slots(query, synonyms), query.conditions)


def entry(clause: Clause, key: int) -> Entry:
    """The clause as the engines see it."""
    unit = clause.unit
    return Entry(key, clause.record, " ".join(unit.headings), unit.text, unit.path, clause.measures.labels)
