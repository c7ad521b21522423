"""A remark on a stated length: what the rules of the document's place allow. Never a period."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from policytext.places import data_file
from policytext.schema import Record


@dataclass(frozen=True, slots=True)
class Rule:
    """Lengths in months that a province allows, for documents in general and for those on trial (试行, 暂行); where the rule is printed."""

    province: str
    general: tuple[int, ...]
    trial: tuple[int, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Remark:
    """``within`` the rule, ``over`` its longest, ``none_stated`` (the document states no length), ``unknown`` (no rule known).

    ``allowed`` are the months that the rule allows for such a document.
    """

    verdict: str
    allowed: tuple[int, ...] = ()
    source: str = ""


@cache
def rules() -> dict[str, Rule]:
    """The rules of ``data/validity_rules.toml`` by province."""
    table = tomllib.loads(data_file("validity_rules.toml").read_text("utf-8"))["rule"]
    return {one["province"]: Rule(one["province"], tuple(one["general"]), tuple(one["trial"]), one["source"]) for one in table}


def remark(record: Record) -> Remark:
    """What the rule of the province says to the length that the document states; a plan's years are no validity."""
    rule = rules().get(record.head.region.province or "")
    if rule is None:
        return Remark("unknown")
    allowed = rule.trial if record.period.trial else rule.general
    if record.period.basis != "stated" or record.period.months is None:
        return Remark("none_stated", allowed, rule.source)
    return Remark("over" if record.period.months > max(allowed) else "within", allowed, rule.source)
