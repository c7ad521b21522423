"""The remark on what a province allows."""

from __future__ import annotations

import pytest

from policytext.periods.rules import remark, rules
from policytext.schema import Head, Period, Record, Region


@pytest.mark.parametrize(
    ("province", "period", "verdict"),
    [
        ("山东省", Period(months=60, basis="stated"), "within"),
        ("山东省", Period(months=72, basis="stated"), "over"),
        ("山东省", Period(months=36, basis="stated", trial=True), "over"),
        ("山东省", Period(months=24, basis="stated", trial=True), "within"),
        ("山东省", Period(months=36, basis="plan"), "none_stated"),
        ("山东省", Period(), "none_stated"),
        ("湖南省", Period(months=120, basis="stated"), "unknown"),
        (None, Period(months=120, basis="stated"), "unknown"),
    ],
)
def test_a_length_against_the_rule_of_its_place(province: str | None, period: Period, verdict: str) -> None:
    record = Record("a.txt", head=Head(region=Region(province=province or "")), period=period)
    assert remark(record).verdict == verdict
    assert record.period == period, "a remark is never a period"


def test_every_rule_has_a_source() -> None:
    assert all(one.source and one.general and one.trial for one in rules().values())
