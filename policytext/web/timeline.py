"""Execution periods as bars on one axis of years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from policytext.schema import Period

#: Width of the axis in units of the drawing.
WIDTH = 1000
#: Years that the axis shows at most; what lies outside is cut off at its edge.
MOST_YEARS = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """From ``x`` over ``width``; ``open`` where no end is known."""

    x: int
    width: int
    open: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """``bars`` run parallel to the periods (None without a start); ``years`` are (year, place) of the axis; ``today`` the place of the day
    that statuses refer to, None where it lies outside."""

    bars: tuple[Bar | None, ...] = ()
    years: tuple[tuple[int, int], ...] = ()
    today: int | None = None


def timeline(periods: Sequence[Period], as_of: date) -> Timeline:
    """The bars of ``periods``, in their order."""
    starts = [date.fromisoformat(one.start) for one in periods if one.start]
    if not starts:
        return Timeline(tuple(None for _ in periods))
    ends = [date.fromisoformat(one.end) for one in periods if one.start and one.end]
    first = min(starts).year
    last = min(max([*ends, *starts]).year + 1, first + MOST_YEARS)
    begin, span = date(first, 1, 1), (date(last, 1, 1) - date(first, 1, 1)).days

    def x(day: date) -> int:
        return max(0, min(WIDTH, round(WIDTH * (day - begin).days / span)))

    def bar(one: Period) -> Bar | None:
        if not one.start:
            return None
        left = x(date.fromisoformat(one.start))
        right = x(date.fromisoformat(one.end)) if one.end else WIDTH
        return Bar(left, max(4, right - left), not one.end)

    step = 1 if last - first <= 12 else 5
    years = tuple((year, x(date(year, 1, 1))) for year in range(first, last) if (year - first) % step == 0)
    return Timeline(tuple(map(bar, periods)), years, x(as_of) if first <= as_of.year < last else None)
