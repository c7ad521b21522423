"""Numbers with their magnitude."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.quantities import quantities


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("奖励50万元、1.5亿元、5,000元", [500_000, 150_000_000, 5_000]),
        ("三百万元、百万元、两千五百万、一亿元、一亿五千万元", [3_000_000, 1_000_000, 25_000_000, 100_000_000, 150_000_000]),
        ("2千万元、50 万元、５０万", [20_000_000, 500_000, 500_000]),
        ("2000万/5000万/1亿", [20_000_000, 50_000_000, 100_000_000]),
        ("20-50万元", [20, 500_000]),
        ("10.5万平方米，100家", [105_000, 100]),
        ("千方百计，万一，数万元，亿万群众", []),
        ("第一百二十条", []),
    ],
)
def test_values(text: str, values: list[float]) -> None:
    assert [one.value for one in quantities(text)] == values


def test_percentages() -> None:
    found = quantities("不低于10%，百分之十，百分之五点五，百分之百")
    assert [(one.value, one.percent) for one in found] == [(10, True), (10, True), (5.5, True), (100, True)]


def test_places_are_those_of_the_text_given() -> None:
    text = "给予５０ 万元或百分之十"
    assert [text[one.start : one.end] for one in quantities(text)] == ["５０ 万", "百分之十"]


@given(st.text(alphabet="0123456789.,，万亿千百十一二三两零〇点%百分之元 第-"))
def test_any_text(text: str) -> None:
    found = quantities(text)
    assert all(one.value >= 0 and 0 <= one.start < one.end <= len(text) for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
