"""The orders in which promises are listed, and what they may be asked for by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from policytext.promises.documents import Judged

VERDICTS = ("not_in_time", "tight", "in_time", "unknown")
HOLDERS = ("enterprise", "institution", "park", "person", "team", "government", "other")
BENEFITS = ("money", "terms", "all")


def amount(one: Judged) -> float:
    """The greatest sum that a promise gives."""
    return max(tier.reward if tier.reward is not None and tier.reward_unit != "%" else tier.cap or 0 for tier in one.promise.tiers)


SORTS: Mapping[str, Callable[[Judged], Any]] = {
    "feasible": lambda one: (VERDICTS.index(one.feasibility.verdict), -amount(one)),
    "amount": lambda one: -amount(one),
    "document": lambda one: 0,
}
