"""Chinese numerals, dates, year ranges and durations as they are printed in official documents, turned into values. Pure functions.

All finders take raw text: full-width characters and white space inside a date (``2023 年6 月30 日``, a date broken by a line end) are seen
through, and the offsets they return are half-open code-point offsets into the text that was given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from dateutil.relativedelta import relativedelta

Precision = Literal["day", "month", "year"]

# Full-width ASCII lies at a fixed distance from ASCII; the circles stand for 〇 in many signatures.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20} | dict.fromkeys(map(ord, "○◯"), "〇")
_HAN = "〇零一二三四五六七八九"

#: Sources of regular expressions over flattened text (see ``flatten``), without capturing groups, for use inside larger patterns.
YEAR = rf"(?:(?<!\d)(?:19|20)\d\d(?!\d)|(?<![{_HAN}])[一二][{_HAN}]{{3}}(?![{_HAN}]))"
_NUM = r"(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
_DASH = r"(?:[-‐‑‒–—―−─━－~∼〜～]{1,3}|一(?=\d))"
TO = rf"(?:{_DASH}|截?止?至|截?止?到)"
DAY = (
    rf"(?:{YEAR}年{_NUM}月{_NUM}[日号]|(?<!\d)(?:19|20)\d\d-\d{{1,2}}-\d{{1,2}}(?!\d)|(?<!\d)(?:19|20)\d\d\.\d{{1,2}}\.\d{{1,2}}(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d/\d{1,2}/\d{1,2}(?!\d))"
)
MONTH = rf"(?:{YEAR}年{_NUM}月份?[底末]?|(?<!\d)(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])(?![\d年.]))"
DATE = rf"(?:{DAY}|{MONTH}|{YEAR}年?年?[底末]|{YEAR}年(?:度)?)"
#: A month and day (or month) whose year stands earlier in the sentence: the second half of ``2024年9月1日至12月31日``.
SHORT_DATE = rf"(?:{_NUM}月{_NUM}[日号]|{_NUM}月[底末])"
YEAR_RANGE = rf"(?:{YEAR}年?度?{TO}{YEAR}年?|\((?:19|20)\d\d(?:19|20)\d\d年\))"
_DIGIT = "[一二三四五六七八九]"
_COUNT = rf"(?:(?<![\d.])\d{{1,3}}|(?<![〇一二三四五六七八九十廿])(?:{_DIGIT}?[十廿]{_DIGIT}?|{_DIGIT}|两)(?![{_HAN}十]))"
DURATION = rf"(?:{_COUNT}(?:周年|年半|年期|年(?:零?{_COUNT}个月)?(?![底末度代级月]|\d{{1,2}}月))|半年|{_COUNT}个月|{_COUNT}(?:天|日))"
_PLAN = (
    r"(?:[\"“”'‘「《]?十[一二三四五六]五(?![\d年月日个项条%])[\"“”'’」》]?"
    r"|第?十[一二三四五六]个五年(?:规划|计划)|[\"“][一二五六七八九十]五[\"”])"
)

_SPACE = re.compile(r"\s")
_DAY_PARTS = re.compile(rf"({YEAR})[年./-]({_NUM})(?:[月./-]({_NUM})?)?")
_SHORT_PARTS = re.compile(rf"({_NUM})月(?:({_NUM})[日号])?")
_NUMBER_IN = {kind: re.compile(rf"({_COUNT}){kind}") for kind in ("年", "周年", "个月", "[天日]")}
_PLAN_NUMBER = re.compile(r"(十?[一二三四五六七八九十])(?:五|个五年)")
_FIND = {"date": DATE, "range": YEAR_RANGE, "plan": _PLAN}


@dataclass(frozen=True, slots=True)
class Flat:
    """Text without white space and with half-width ASCII; ``at[i]`` is the offset of its i-th character in the text it was made from."""

    text: str
    at: tuple[int, ...] | range

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open range of the original text that gave the characters ``start`` to ``end`` (which must not be empty)."""
        return self.at[start], self.at[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as printed: ``first`` and ``last`` are the same day, or the bounds of the month or year that is named. Offsets as above."""

    first: date
    last: date
    precision: Precision
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class YearRange:
    """Calendar years ``first`` to ``last``, both included."""

    first: int
    last: int
    start: int = 0
    end: int = 0

    @property
    def days(self) -> tuple[date, date]:
        """First and last day of the range."""
        return date(self.first, 1, 1), date(self.last, 12, 31)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: ``months`` or, where it is printed in days, ``days``; the other is 0."""

    months: int
    days: int = 0
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        if self.days:
            return f"{self.days} 日"
        years, rest = divmod(self.months, 12)
        return f"{self.months} 个月" if rest else f"{years} 年"


#: A year in Chinese numerals where the letter O (Latin, Greek, Cyrillic) or a digit stands for 〇.
_TYPED_YEAR = re.compile("[一二][〇零OoΟοОо0一二三四五六七八九]{3}(?=年)")
#: The letter l where the number of a month or a day is 1 (8月l日).
_TYPED_ONE = re.compile("(?<=[年月])[lI](?=[月日])")
_TYPED_ZERO = str.maketrans(dict.fromkeys("OoΟοОо0", "〇"))


_DIGITS = {"〇": 0, "零": 0, "两": 2, **{digit: value for value, digit in enumerate("一二三四五六七八九", 1)}}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}


def narrow(text: str) -> str:
    """``text`` with full-width ASCII (digits, brackets, commas …) made half-width; the length stays the same.

    Letters typed for 〇 and 1 (二OO六年, 8月l日) are put right.
    """
    thin = text.translate(_NARROW)
    if "年" not in thin:
        return thin
    return _TYPED_ONE.sub("1", _TYPED_YEAR.sub(lambda year: year[0].translate(_TYPED_ZERO), thin))


def flatten(text: str) -> Flat:
    """``text`` narrowed, white space taken out, with the way back to the original offsets."""
    thin = narrow(text)
    # Most units hold no white space at all: a range costs nothing.
    if not _SPACE.search(thin):
        return Flat(thin, range(len(thin)))
    at = tuple(i for i, char in enumerate(thin) if not char.isspace())
    return Flat("".join(thin[i] for i in at), at)


#: What has more digits than this is no number that anybody means (and int() refuses it some day); written out it takes more signs.
MOST_DIGITS, MOST_SIGNS = 24, 40


def number(text: str) -> int | None:
    """A whole number in Arabic digits or Chinese numerals (``36``, ``三十六``, ``廿``, ``两``, ``二〇二二``); None for anything else."""
    plain = narrow(text).strip().replace("廿", "二十").replace("卅", "三十")
    if plain.isascii() or all(character in _DIGITS for character in plain):
        if len(plain) > MOST_DIGITS:
            return None
        digits = plain if plain.isascii() else "".join(str(_DIGITS[character]) for character in plain)
        return int(digits) if digits.isdigit() else None
    return _written(plain) if len(plain) <= MOST_SIGNS else None


def _written(text: str) -> int | None:
    """The value of a number written with 十, 百, 千, 万, 亿; a last digit may stand for the next lower unit (两千三 is 2300)."""
    total = section = 0
    digit: int | None = None
    last = 1  # the unit that the digit before stands on
    for place, character in enumerate(text):
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
            last = 1 if text[place - 1 : place] in ("", "零", "〇", "十") else last
        elif character in _TENS:
            if digit is None and not (character == "十" and (place == 0 or text[place - 1] in "百千万亿")):
                return None
            last = _TENS[character]
            section += last * (1 if digit is None else digit)
            digit = None
        elif character in _MYRIADS:
            last = _MYRIADS[character]
            section += digit or 0
            if not total + section:
                return None
            total = (total + section) * last if total < last else total + section * last
            section, digit = 0, None
        else:
            return None
    if digit and last > 10:
        digit *= last // 10
    return total + section + (digit or 0)


def read_date(text: str, year: int | None = None) -> Moment | None:
    """The date that the whole of ``text`` names; ``year`` serves where it names only month and day. None when there is no such day."""
    flat = flatten(text).text
    if found := _DAY_PARTS.match(flat):
        return _moment(number(found[1]), number(found[2]), number(found[3]) if found[3] else None)
    if (found := _SHORT_PARTS.match(flat)) and year is not None:
        return _moment(year, number(found[1]), number(found[2]) if found[2] else None)
    if found := re.match(YEAR, flat):
        return _moment(number(found[0]), None, None)
    return None


def read_duration(text: str) -> Duration | None:
    """The length that ``text`` names (``三年``, ``18个月``, ``一年半``, ``半年``, ``60日``), or None."""
    flat = flatten(text).text
    parts = {kind: number(found[1]) if (found := pattern.search(flat)) else None for kind, pattern in _NUMBER_IN.items()}
    months = 12 * (parts["年"] or parts["周年"] or 0) + (parts["个月"] or 0) + (6 if "半" in flat else 0)
    if months:
        return Duration(months)
    days = parts["[天日]"]
    return Duration(0, days) if days else None


def dates(text: str) -> list[Moment]:
    """Every date in ``text`` that names at least a year, in order; impossible dates are left out."""
    flat = flatten(text)
    found = ((read_date(flat.text[a:b]), flat.span(a, b)) for a, b in _places("date", flat.text))
    return [Moment(one.first, one.last, one.precision, *span) for one, span in found if one]


def year_ranges(text: str) -> list[YearRange]:
    """Every range of years in ``text``: ``(2020-2022年)`` with any dash, ``2011年至2013年``; descending pairs are left out."""
    flat = flatten(text)
    found = []
    for a, b in _places("range", flat.text):
        first, last = _two_years(flat.text[a:b])
        if first < last:
            found.append(YearRange(first, last, *flat.span(a, b)))
    return found


def plan_years(text: str) -> list[YearRange]:
    """The years of every five-year plan named in ``text``: ``“十四五”`` is 2021 to 2025. Plans before the fifth (1976) are not covered."""
    flat = flatten(text)
    found = []
    for a, b in _places("plan", flat.text):
        named = _PLAN_NUMBER.search(flat.text[a:b])
        ordinal = number(named[1]) if named else None
        if ordinal and ordinal >= 5:
            first = 1976 + 5 * (ordinal - 5)
            found.append(YearRange(first, first + 4, *flat.span(a, b)))
    return found


def add(start: date, length: Duration) -> date:
    """The day after the last day of a period of ``length`` that begins on ``start``; OverflowError/ValueError beyond the year 9999."""
    return start + relativedelta(months=length.months, days=length.days)


def last_day(start: date, length: Duration) -> date:
    """The last day of a period of ``length`` that begins on ``start``: 2020-02-01 and 3 years give 2023-01-31."""
    return add(start, length) - timedelta(days=1)


def months_between(first: date, last: date) -> int:
    """Months from ``first`` to the day after ``last``, rounded to the nearest (half a month upwards)."""
    after = last + timedelta(days=1)
    whole = relativedelta(after, first)
    months = 12 * whole.years + whole.months
    left = first + relativedelta(months=months)
    length = (first + relativedelta(months=months + 1) - left).days
    return months + (2 * (after - left).days >= length)


def _places(kind: str, flat: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _finder(kind).finditer(flat))


@cache
def _finder(kind: str) -> re.Pattern[str]:
    return re.compile(_FIND[kind])


def _two_years(text: str) -> tuple[int, int]:
    if found := re.search(r"\d{8}", text):  # the dash was lost: (20202025年)
        return int(found[0][:4]), int(found[0][4:])
    first, last = (number(year) or 0 for year in re.findall(YEAR, text))
    return first, last


def _moment(year: int | None, month: int | None, day: int | None) -> Moment | None:
    try:
        if year is None:
            return None
        if month is None:
            return Moment(date(year, 1, 1), date(year, 12, 31), "year")
        first = date(year, month, day or 1)
        if day is not None:
            return Moment(first, first, "day")
        return Moment(first, last_day(first, Duration(1)), "month")
    except ValueError:
        return None
