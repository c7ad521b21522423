"""The second stage by itself."""

from __future__ import annotations

from itertools import pairwise

from policytext.search.ranking import POOLS, SHORT, brevity, idf, order, pools, scored


def test_idf_is_positive_and_falls() -> None:
    weights = [idf(4, holding) for holding in range(5)]
    assert all(weight > 0 for weight in weights)
    assert all(rare > common for rare, common in pairwise(weights))


def test_coverage_beats_bm25() -> None:
    best = order([scored(1, 9.0, 0.4, 50), scored(2, 6.0, 1.0, 50)])
    assert [match.key for match in best] == [2, 1]


def test_short_clauses_are_marked_down() -> None:
    best = order([scored(1, 5.0, 1.0, 2), scored(2, 4.0, 1.0, SHORT)])
    assert [match.key for match in best] == [2, 1]
    assert 0 < brevity(0) < brevity(SHORT) == 1


def test_ties_go_by_key() -> None:
    same = [scored(key, 1.0 + noise, 1.0, 50) for key, noise in ((3, 1e-9), (1, 0.0), (2, -1e-9))]
    assert [match.key for match in order(same)] == [1, 2, 3]


def test_pools_grow_until_they_hold_everything() -> None:
    assert pools(10, 1_000_000) == [*POOLS, 1_000_000]
    assert pools(301, 1_000) == [1_000]
    assert pools(10, 0) == [1]
