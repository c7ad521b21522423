"""The wordings of ``data/promises.toml``, compiled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from policytext.patterns import expand
from policytext.places import data_file

Role = Literal["threshold", "reward", "least", "cap", "terms", "each", "none"]

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Rule:
    """An amount has ``role`` if ``before`` is found at the end of what stands before it, and ``after`` behind it."""

    role: Role
    before: re.Pattern[str]
    after: re.Pattern[str]
    unless: re.Pattern[str]
    kinds: frozenset[str]

    def fits(self, kind: str, before: str, after: str) -> bool:
        """Does the rule fit an amount of ``kind`` between the two stretches?"""
        if self.kinds and kind not in self.kinds:
            return False
        return bool(self.after.search(after) and self.before.search(before) and not self.unless.search(before))


@dataclass(frozen=True, slots=True)
class Wordings:
    """Compiled patterns; the file says what each is for. ``who``, ``metric`` and ``scope``: the name of a class → its words."""

    roles: tuple[Rule, ...]
    too_much: float
    handed_out: float
    who: Mapping[str, re.Pattern[str]]
    metric: Mapping[str, re.Pattern[str]]
    scope: Mapping[str, re.Pattern[str]]
    telling_aside: re.Pattern[str]
    responsible: re.Pattern[str]
    money_follows: re.Pattern[str]
    not_money: re.Pattern[str]
    benefit: re.Pattern[str]
    paid: re.Pattern[str]
    conditions_follow: re.Pattern[str]
    handing_out: re.Pattern[str]
    conditional: re.Pattern[str]
    no_band: re.Pattern[str]
    new_condition: re.Pattern[str]
    begins: re.Pattern[str]
    labelled_ceiling: re.Pattern[str]
    further: re.Pattern[str]
    wider: re.Pattern[str]
    part: re.Pattern[str]
    divides: re.Pattern[str]
    lead: re.Pattern[str]
    total_of_list: re.Pattern[str]
    given: re.Pattern[str]
    holder_ceiling: re.Pattern[str]
    ceiling: re.Pattern[str]
    another: re.Pattern[str]
    own: re.Pattern[str]
    gives: re.Pattern[str]
    trailing: re.Pattern[str]
    opening: re.Pattern[str]
    table_benefit: re.Pattern[str]
    table_cap: re.Pattern[str]
    first_time: re.Pattern[str]
    most_before: re.Pattern[str]
    most_after: re.Pattern[str]
    budget_limited: re.Pattern[str]
    not_repeated: re.Pattern[str]
    after_project: re.Pattern[str]
    within_period: re.Pattern[str]
    last_year: re.Pattern[str]
    some_months: re.Pattern[str]
    newcomer: re.Pattern[str]
    whole_year: re.Pattern[str]
    years_in_row: re.Pattern[str]
    in_all: re.Pattern[str]
    pay_years: re.Pattern[str]
    paid_years: re.Pattern[str]
    around_label: re.Pattern[str]
    level: re.Pattern[str]
    no_label: re.Pattern[str]
    part_of_list: re.Pattern[str]


def raw() -> dict[str, Any]:
    """The data file as it is, with the examples that the tests read."""
    return tomllib.loads(data_file("promises.toml").read_text("utf-8"))


@cache
def wordings() -> Wordings:
    """The compiled patterns, made once a process."""
    data = raw()
    pieces: dict[str, str] = {}

    for name, source in data["pieces"].items():
        pieces[name] = expand(source, pieces)

    def compiled(source: str) -> re.Pattern[str]:
        return re.compile(expand(source, pieces))

    rules = tuple(
        Rule(
            one["role"],
            compiled(one.get("before", "")),
            compiled(one.get("after", "")),
            compiled(one["unless"]) if "unless" in one else _NEVER,
            frozenset(one.get("kinds", ())),
        )
        for one in data["role"]
    )

    def classes(part: str) -> Mapping[str, re.Pattern[str]]:
        return {name: compiled(source) for name, source in data[part].items()}

    single = {**data["words"], **data["tiers"], **data["described"]}
    too_much, handed_out = single.pop("too_much"), single.pop("handed_out")
    patterns = {name: compiled(source) for name, source in single.items()}
    return Wordings(rules, too_much, handed_out, classes("who"), classes("metric"), classes("scope"), **patterns)
