"""What follows from a period: its flag by length, and its status on a day. Light: listings need no more of this room."""

from __future__ import annotations

from datetime import date, timedelta

from policytext.schema import Flag, Period


def flag(period: Period, short_below: int = 36, long_from: int = 60) -> Flag:
    """``short`` below ``short_below`` months, ``long`` from ``long_from`` months, ``medium`` between, ``open``, or ``unknown``."""
    if period.open_ended:
        return "open"
    if period.months is None:
        return "unknown"
    if period.months < short_below:
        return "short"
    return "long" if period.months >= long_from else "medium"


def status(period: Period, as_of: date, within_days: int = 90) -> str:
    """``not_yet``, ``in_force``, ``expiring`` (at most ``within_days`` to the last day), ``expired``, ``unknown`` (no known end)."""
    if period.start and date.fromisoformat(period.start) > as_of:
        return "not_yet"
    if period.end:
        last = date.fromisoformat(period.end)
        if last < as_of:
            return "expired"
        return "expiring" if last - as_of <= timedelta(days=within_days) else "in_force"
    return "in_force" if period.open_ended else "unknown"
