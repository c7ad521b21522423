"""Concordance lines (keyword in context): every occurrence of a query's words in the clauses found, with what stands around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policytext.schema import Hit
from policytext.search.snippets import ranges


@dataclass(frozen=True, slots=True)
class KwicLine:
    """One occurrence: the words, at most ``width`` characters before and behind, and the place of the words in the clause's text."""

    hit: Hit
    before: str
    keyword: str
    after: str
    start: int
    end: int


def concordance(hit: Hit, width: int = 20) -> Iterator[KwicLine]:
    """The lines of one hit, in reading order."""
    text = hit.clause.unit.text
    for start, end in ranges(text, hit.matched):
        yield KwicLine(hit, text[max(0, start - width) : start], text[start:end], text[end : end + width], start, end)
