"""The second stage of both engines: BM25 finds candidates, the share of the query that a clause covers orders them.

A long clause that repeats one common word beats, in BM25 alone, the clause that holds every word of the query once. So the score is
BM25 times a power of the idf-weighted share of the query's words that stand in the clause, its headings or its title. Clauses of a
few words (headings printed as clauses, rows of a table) are marked down, for BM25 favours whatever is short.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from policytext.search.protocol import Match

#: BM25's own settings, as tantivy has them built in.
K1, B = 1.2, 0.75
#: Weight of a word in the title or headings against one in the text.
HEAD_BOOST = 0.5
#: Candidates that the second stage looks at, at least.
CANDIDATES = 300
#: How much coverage counts. Of 0 to 4, found best (3 and 4 alike) with 400 made-up questions of three to five words from real clauses.
COVERAGE_POWER = 3
#: Clauses with fewer terms than this are marked down in proportion.
SHORT = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry after the first stage. ``coverage`` is the idf-weighted share of the query (0 to 1), ``length`` the terms of its text."""

    key: str
    bm25: float
    coverage: float
    length: int


def idf(entries: int, holding: int) -> float:
    """Weight of a term that ``holding`` of ``entries`` hold, above 0 even when all do: the form of BM25's idf in Lucene and tantivy."""
    return math.log(1 + (entries - holding + 0.5) / (holding + 0.5))


def order(candidates: Iterable[Candidate], limit: int) -> list[Match]:
    """The best ``limit`` candidates. Scores are rounded so that engines which add in another order agree on ties."""
    matches = [Match(one.key, round(one.bm25 * one.coverage**COVERAGE_POWER * min(1.0, (one.length + 1) / SHORT), 6)) for one in candidates]
    return sorted(matches, key=lambda match: (-match.score, match.key))[:limit]
