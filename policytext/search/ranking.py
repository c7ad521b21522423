"""The second stage of every engine: BM25 finds candidates, the share of the query that a clause covers orders them.

A long clause that repeats one common word beats, in BM25 alone, the clause that holds every word of the query once. So how often a word
stands in a clause is not counted (nor kept in the index, which would be a fifth larger and finds no better), and the score is
BM25 times a power of the idf-weighted share of the query's slots that the clause, its headings or its title fill. Clauses of a
few words (headings printed as clauses, rows of a table) are marked down, for BM25 favours whatever is short.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from policytext.search.protocol import Match

#: BM25's own settings, as tantivy has them built in.
K1, B = 1.2, 0.75
#: Weight of a word in the title or headings against one in the text.
HEAD_BOOST = 0.5
#: Candidates that the second stage looks at: the first number that is enough, so that the pages of one answer come from one order.
#: With the questions named below 300 find no better than 200, and 150 worse.
POOLS = (200, 2_000, 20_000)
#: How much coverage counts. Of 0 to 4, found best with 400 made-up questions of three to five words from real clauses.
COVERAGE_POWER = 4
#: Clauses with fewer terms than this are marked down in proportion.
SHORT = 12
#: Most terms that a prefix stands for, the commonest in each field.
PREFIX_TERMS = 50


def pools(limit: int, entries: int) -> list[int]:
    """The sizes of pool to try, one after the other, until ``limit`` answers are found; the last holds every entry."""
    return [*(size for size in POOLS if limit <= size < entries), max(entries, 1)]


def idf(entries: int, holding: int) -> float:
    """Weight of a term that ``holding`` of ``entries`` hold, above 0 even when all do: the form of BM25's idf in Lucene and tantivy."""
    return math.log(1 + (entries - min(holding, entries) + 0.5) / (holding + 0.5))


def brevity(length: int) -> float:
    """What a clause of ``length`` terms counts, 1 unless it is very short."""
    return min(1.0, (length + 1) / SHORT)


def scored(key: int, bm25: float, coverage: float, length: int) -> Match:
    """The match with its score, rounded so that engines which add in another order agree on ties."""
    return Match(key, round(bm25 * coverage**COVERAGE_POWER * brevity(length), 6), bm25, coverage, length)


def order(matches: Iterable[Match]) -> list[Match]:
    """Best first, equal scores by key."""
    return sorted(matches, key=lambda match: (-match.score, match.key))
