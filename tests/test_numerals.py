"""Numerals, dates, ranges of years and durations as they are printed."""

from __future__ import annotations

from datetime import date

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext import numerals
from policytext.numerals import Duration


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("３", 3),
        ("三", 3),
        ("两", 2),
        ("十", 10),
        ("十八", 18),
        ("廿", 20),
        ("廿五", 25),
        ("卅", 30),
        ("一百二十", 120),
        ("〇", 0),
        ("零", 0),
        ("二〇二二", 2022),
        ("二○二一", 2021),
        ("二零零九", 2009),
        ("半", None),
        ("一点五", None),
        ("", None),
        ("abc", None),
    ],
)
def test_number(text: str, value: int | None) -> None:
    assert numerals.number(text) == value


@given(st.integers(0, 10**13))
def test_numbers_are_read_as_cn2an_writes_them(value: int) -> None:
    assert numerals.number(cn2an.an2cn(value)) == value


@pytest.mark.parametrize("text", ["两千三", "一万二", "一百二", "一百零二", "一千五", "三千亿", "零零七", "一万亿", "一百二十五万三"])
def test_spoken_numbers_are_read_as_cn2an_reads_them(text: str) -> None:
    assert numerals.number(text) == cn2an.cn2an(text, "smart")


@pytest.mark.parametrize("text", ["百", "万", "亿", "一二十", "十十", "万一", "千百", "一点二", "一百a"])
def test_no_numbers(text: str) -> None:
    assert numerals.number(text) is None


@given(st.text(alphabet="〇零一二两三九十百千万亿廿点a5"))
def test_any_numeral(text: str) -> None:
    found = numerals.number(text)
    assert found is None or found >= 0


@pytest.mark.parametrize(
    "text",
    [
        "2020年2月1日",
        "二〇二〇年二月一日",
        "二○二○年二月一日",
        "二O二〇年二月一日",
        "二О二О年二月一日",
        "二零二零年二月一日",
        "2020-02-01",
        "2020.2.1",
        "2020/2/1",
        "2020 年2 月1 日",
        "2020年2月\n1日",
        "２０２０年２月１日",
        "2020年02月01日",
        "2020年2月1号",
        "2020年2月l日",
    ],
)
def test_a_day_in_every_dress(text: str) -> None:
    found = numerals.dates(f"自{text}起")
    assert [(one.first, one.last, one.precision) for one in found] == [(date(2020, 2, 1), date(2020, 2, 1), "day")]
    assert f"自{text}起"[found[0].start : found[0].end] == text


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025年12月", date(2025, 12, 1), date(2025, 12, 31)),
        ("2024年2月底", date(2024, 2, 1), date(2024, 2, 29)),
        ("2028-05", date(2028, 5, 1), date(2028, 5, 31)),
        ("2020年底", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020年年底", date(2020, 1, 1), date(2020, 12, 31)),
        ("二〇二二年", date(2022, 1, 1), date(2022, 12, 31)),
        ("一九九九年十二月廿一日", date(1999, 12, 21), date(1999, 12, 21)),
    ],
)
def test_dates(text: str, first: date, last: date) -> None:
    assert [(one.first, one.last) for one in numerals.dates(text)] == [(first, last)]


@pytest.mark.parametrize("text", ["2023年2月30日", "青政发〔2020〕7号", "电话0512-2021-2023", "2020年13月1日", "12345"])
def test_no_dates(text: str) -> None:
    assert numerals.dates(text) == []


def test_a_short_date_takes_the_year_it_is_given() -> None:
    assert numerals.read_date("12月31日") is None
    found = numerals.read_date("12月31日", 2020)
    assert found
    assert found.first == date(2020, 12, 31)


@pytest.mark.parametrize("dash", ["-", "—", "——", "－", "―", "–", "~", "～", "〜", "至", "到", "— ", " - "])
@pytest.mark.parametrize("years", ["(2020{}2022年)", "(2020{}2022)", "（2020年{}2022年）", "2020{}2022 年"])
def test_year_ranges(dash: str, years: str) -> None:
    text = years.format(dash)
    found = numerals.year_ranges(text)
    assert [(one.first, one.last) for one in found] == [(2020, 2022)]
    assert found[0].days == (date(2020, 1, 1), date(2022, 12, 31))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2011年至2013年", [(2011, 2013)]),
        ("二〇二一至二〇二三年", [(2021, 2023)]),
        ("(20202025年)", [(2020, 2025)]),
        ("2020一2022年", [(2020, 2022)]),
        ("(2022-2020年)", []),
        ("2020-12-31", []),
        ("0512-2021-2023456", []),
    ],
)
def test_more_year_ranges(text: str, wanted: list[tuple[int, int]]) -> None:
    assert [(one.first, one.last) for one in numerals.year_ranges(text)] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("“十四五”规划", [(2021, 2025)]),
        ("十三五时期", [(2016, 2020)]),
        ("第十四个五年规划", [(2021, 2025)]),
        ("“八五”计划", [(1991, 1995)]),
        ("十五五", [(2026, 2030)]),
        ("“十五”期间", [(2001, 2005)]),
        ("十五年", []),
        ("九十五个", []),
    ],
)
def test_five_year_plans(text: str, wanted: list[tuple[int, int]]) -> None:
    assert [(one.first, one.last) for one in numerals.plan_years(text)] == wanted


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("三年", 36),
        ("3年", 36),
        ("３ 年", 36),
        ("18个月", 18),
        ("半年", 6),
        ("一年半", 18),
        ("2年半", 30),
        ("两年", 24),
        ("5年", 60),
        ("十二个月", 12),
        ("1年6个月", 18),
        ("三年零六个月", 42),
        ("一周年", 12),
        ("3年期", 36),
    ],
)
def test_durations(text: str, months: int) -> None:
    assert numerals.read_duration(text) == Duration(months)


def test_days_are_a_duration_in_days() -> None:
    assert numerals.read_duration("60日") == Duration(0, 60)
    assert numerals.last_day(date(2020, 2, 1), Duration(0, 60)) == date(2020, 3, 31)


def test_calendar() -> None:
    assert numerals.last_day(date(2020, 2, 1), Duration(36)) == date(2023, 1, 31)
    assert numerals.last_day(date(2020, 2, 29), Duration(12)) == date(2021, 2, 27)
    assert numerals.add(date(2020, 1, 31), Duration(1)) == date(2020, 2, 29)


@given(st.dates(date(1950, 1, 1), date(2080, 1, 1)), st.integers(1, 240))
def test_months_between_undoes_last_day(start: date, months: int) -> None:
    assert numerals.months_between(start, numerals.last_day(start, Duration(months))) == months


@given(st.dates(date(1950, 1, 1), date(2080, 1, 1)))
def test_dates_come_back(day: date) -> None:
    for text in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day.year} 年 {day.month} 月 {day.day} 日"):
        assert [one.first for one in numerals.dates(text)] == [day]


@given(st.text())
def test_flattening_keeps_every_place(text: str) -> None:
    flat = numerals.flatten(text)
    assert len(numerals.narrow(text)) == len(text)
    assert len(flat.text) == len(flat.at)
    assert all(numerals.narrow(text)[place] == char for place, char in zip(flat.at, flat.text, strict=True))


@given(st.text("一二三十百两半年月日个至-—~0129()（） 五“”"))
def test_anything_is_read_without_error(text: str) -> None:
    numerals.dates(text), numerals.year_ranges(text), numerals.plan_years(text)
