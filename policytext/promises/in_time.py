"""Can anybody collect a promise while the policy runs? What the condition needs at least, against the execution period.

Only lower bounds are counted, so that ``not_in_time`` is never a guess: a condition on yearly figures needs a year of accounts (1 January
to 31 December, 《会计法》第十一条) that ends within the period, one on consecutive years as many; a project that has to be carried out
within the period comes before them; the accounts are settled within five months of the year's end (《企业所得税法》第五十四条), so that an
application falls after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from policytext.numerals import Duration, add, number
from policytext.promises.wording import wordings
from policytext.schema import Period, Promise

Verdict = Literal["in_time", "tight", "not_in_time", "unknown"]

#: Months from the end of a year of accounts to the last day of its settlement.
SETTLEMENT = 5
#: Least months that a project takes which has to be carried out within the period.
PROJECT = 1


@dataclass(frozen=True, slots=True)
class Needs:
    """What a condition needs at least: years of accounts, months of work before them, and whether all has to begin within the period."""

    years: int = 0
    before: int = 0
    new: bool = False

    @property
    def months(self) -> int:
        """All of it in months."""
        return 12 * self.years + self.before


@dataclass(frozen=True, slots=True)
class Feasibility:
    """``verdict`` with its ``reasons`` (stable codes, the deciding one first) and the figures: months that are needed and there,
    years of accounts that lie within the period (None where its days are unknown)."""

    verdict: Verdict
    reasons: tuple[str, ...]
    needs: Needs
    months: int | None = None
    whole_years: int | None = None


def feasibility(promise: Promise, period: Period) -> Feasibility:
    """Whether the promise can be collected within the period of its policy."""
    needs = needs_of(promise)
    if period.open_ended:
        return Feasibility("in_time", ("open_ended",), needs)
    if period.months is None:
        return Feasibility("unknown", ("no_period",), needs)
    whole = None
    if period.start and period.end:
        first = add(date.fromisoformat(period.start), Duration(needs.before))
        whole = _whole_years(first, date.fromisoformat(period.end))
    if not needs.years:
        verdict, reason = _without_years(needs, period.months)
    elif whole is None:
        verdict, reason = _by_length(needs, period.months)
    else:
        verdict, reason = _by_days(needs, first, date.fromisoformat(period.end or ""))
    outlives = bool(promise.pay_years and 12 * promise.pay_years > period.months)
    if outlives and verdict == "in_time":
        return Feasibility("tight", ("payments_outlive", reason), needs, period.months, whole)
    return Feasibility(verdict, (reason, *(["payments_outlive"] if outlives else [])), needs, period.months, whole)


def needs_of(promise: Promise) -> Needs:
    """The least time that the promise's condition takes."""
    words = wordings()
    within = bool(words.within_period.search(promise.condition))
    row = words.years_in_row.search(promise.condition)
    years = number(row[1]) or 0 if row else int(promise.window == "年度" and _yearly(promise))
    project = within or bool(words.after_project.search(promise.condition))
    new = within or bool(row and words.newcomer.search(promise.condition))
    return Needs(years, PROJECT if project else 0, new)


def _yearly(promise: Promise) -> bool:
    """Is it a yearly figure that has to be reached within the period?

    Not so the year in which something happens (当年认定), a figure of the year before or of some months, nor one that must not be exceeded.
    """
    words = wordings()
    reached = any(tier.threshold is not None and not tier.threshold_bound for tier in promise.tiers)
    elsewhere = words.last_year.search(promise.condition) or words.some_months.search(promise.condition)
    return promise.metric not in ("recognition", "listing", "event", "loan") and reached and not elsewhere


def _without_years(needs: Needs, months: int) -> tuple[Verdict, str]:
    if not needs.before:
        return "in_time", "no_time_needed"
    return ("in_time", "project_inside") if months >= needs.before else ("not_in_time", "no_time_for_project")


def _by_days(needs: Needs, first: date, end: date) -> tuple[Verdict, str]:
    if _whole_years(first, end) >= needs.years:
        settled = add(date(_first_january(first).year + needs.years, 1, 1), Duration(SETTLEMENT)) - timedelta(days=1)
        return ("tight", "settled_after_end") if settled > end else ("in_time", "year_inside")
    if _year_ends(first, end) and not needs.new:
        return "tight", "year_began_before"
    return "not_in_time", _too_short(needs)


def _by_length(needs: Needs, months: int) -> tuple[Verdict, str]:
    """The same where only the length is known: a verdict that holds on whatever day the policy began."""
    if months >= needs.months + 11 + SETTLEMENT:
        return "in_time", "long_enough"
    if months >= needs.months or not needs.new:
        return "tight", "depends_on_start"
    return "not_in_time", _too_short(needs)


def _too_short(needs: Needs) -> str:
    if needs.years > 1:
        return "too_few_years"
    return "no_year_after_project" if needs.before else "no_whole_year"


def _first_january(start: date) -> date:
    return start if (start.month, start.day) == (1, 1) else date(start.year + 1, 1, 1)


def _whole_years(start: date, end: date) -> int:
    """Years from 1 January to 31 December that lie within the days."""
    return max(0, (end + timedelta(days=1)).year - _first_january(start).year)


def _year_ends(start: date, end: date) -> int:
    """How many 31 Decembers lie within the days."""
    return max(0, (end + timedelta(days=1)).year - start.year)
