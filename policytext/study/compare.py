"""The same measure across regions or documents: what is given at most and at least, from which threshold, for how long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from policytext.promises import Judged
from policytext.schema import Clause, Record
from policytext.study.stats import region_of

By = Literal["province", "city", "document"]
Range = tuple[float, float] | None


@dataclass(slots=True)
class Comparison:
    """What the documents of one region (or one document) promise. Sums are in 元, rates in per cent, periods in months.

    ``clauses`` carry the measure; ``judged`` are the promises that they make.
    """

    name: str
    documents: list[Record] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)

    @property
    def rewards(self) -> Range:
        """Least and greatest sum that one holder is given or may at most be given; sums for each unit of something do not compare."""
        tiers = [tier for one in self.judged for tier in one.promise.tiers if tier.reward_unit in ("元", "%")]
        return _range([*(tier.reward for tier in tiers if tier.reward_unit == "元"), *(tier.cap for tier in tiers)])

    @property
    def rates(self) -> Range:
        """Least and greatest rate."""
        return _range(tier.reward for one in self.judged for tier in one.promise.tiers if tier.reward_unit == "%")

    @property
    def thresholds(self) -> Range:
        """Least and greatest sum that has to be reached."""
        tiers = (tier for one in self.judged for tier in one.promise.tiers)
        return _range(tier.threshold for tier in tiers if tier.threshold_unit == "元" and not tier.threshold_bound)

    @property
    def caps(self) -> Range:
        """Least and greatest ceiling of all payments together."""
        return _range(one.promise.cap_total for one in self.judged)

    @property
    def pay_years(self) -> Range:
        """Years of payment."""
        return _range(one.promise.pay_years for one in self.judged)

    @property
    def months(self) -> Range:
        """Lengths of the documents' execution periods."""
        return _range(record.period.months for record in self.documents)

    @property
    def best(self) -> Judged | None:
        """The promise with the greatest sum, else the first: the evidence to look at."""
        return max(self.judged, key=_largest, default=None)


def compare(
    records: Iterable[Record], clauses: Iterable[Clause], judged: Iterable[Judged], by: By, names: Mapping[str, str]
) -> list[Comparison]:
    """One comparison a region or document, those that give most first; regions whose documents lack the measure stand last.

    ``clauses`` and ``judged`` are those with the measure; ``names`` those of the groups ``central`` and ``unknown``.
    """
    name = _NAMES[by]
    rows: dict[str, Comparison] = {}

    def row(record: Record) -> Comparison:
        group = name(record)
        key = names.get(group, group)
        return rows.setdefault(key, Comparison(key))

    for record in records:
        row(record).documents.append(record)
    for clause in clauses:
        row(clause.record).clauses.append(clause)
    for one in judged:
        row(one.clause.record).judged.append(one)
    return sorted(rows.values(), key=lambda one: (-(one.rewards or (0, 0))[1], -len(one.clauses), one.name))


_NAMES: Mapping[By, Callable[[Record], str]] = {
    "province": lambda record: region_of(record, "province"),
    "city": lambda record: region_of(record, "city"),
    "document": lambda record: record.called,
}


def _range(values: Iterable[float | None]) -> Range:
    known = [value for value in values if value is not None]
    return (min(known), max(known)) if known else None


def _largest(one: Judged) -> float:
    return max((tier.reward or tier.cap or 0 for tier in one.promise.tiers if tier.reward_unit == "元"), default=0)
