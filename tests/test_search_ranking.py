"""The second stage by itself."""

from __future__ import annotations

from itertools import pairwise

from policytext.search.ranking import SHORT, Candidate, idf, order


def test_idf_is_positive_and_falls() -> None:
    weights = [idf(4, holding) for holding in range(5)]
    assert all(weight > 0 for weight in weights)
    assert all(rare > common for rare, common in pairwise(weights))


def test_coverage_beats_bm25() -> None:
    best = order([Candidate("a", 9.0, 0.4, 50), Candidate("b", 6.0, 1.0, 50)], 10)
    assert [match.key for match in best] == ["b", "a"]


def test_short_clauses_are_marked_down() -> None:
    best = order([Candidate("a", 5.0, 1.0, 2), Candidate("b", 4.0, 1.0, SHORT)], 10)
    assert [match.key for match in best] == ["b", "a"]
    assert order([Candidate("empty", 5.0, 1.0, 0)], 1)[0].score > 0


def test_ties_go_by_key_and_limit_holds() -> None:
    same = [Candidate(key, 1.0 + noise, 1.0, 50) for key, noise in (("c", 1e-9), ("a", 0.0), ("b", -1e-9))]
    assert [match.key for match in order(same, 2)] == ["a", "b"]
