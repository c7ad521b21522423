"""What a search engine takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from policytext.search.query import Query


@dataclass(frozen=True, slots=True)
class Entry:
    """One clause as the engines see it. ``key`` is unique; ``headings`` is the chain of headings above it, joined by blanks."""

    key: str
    doc_id: str
    title: str
    headings: str
    text: str
    measures: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        """Title and headings as one field; the full stop keeps a phrase from running across."""
        return f"{self.title}。{self.headings}"


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that answers the query; a higher ``score`` (at least 0) is better and compares only within one answer."""

    key: str
    score: float


class Engine(Protocol):
    """A BM25 search engine over entries."""

    def search(self, query: Query, limit: int, docs: frozenset[str] | None = None, measures: frozenset[str] = frozenset()) -> list[Match]:
        """The best ``limit`` entries, best first, equal scores by key.

        An answer holds every phrase of the query and, when there is none, at least one of its words, in its text, headings or title.
        ``docs`` are the allowed ``doc_id`` (None: all); ``measures`` asks for any of these labels (empty: no condition).
        """
        ...
