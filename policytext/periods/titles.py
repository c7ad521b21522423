"""The years that a plan sets: in its title, or where its text states the planning period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from policytext import numerals
from policytext.periods.wording import wordings
from policytext.schema import Document


@dataclass(frozen=True, slots=True)
class Plan:
    """First and last day of a plan, or only its length in months; ``unit`` is the unit that says so (None: the head record)."""

    first: date | None
    last: date | None
    months: int | None
    unit: int | None
    start: int = 0
    end: int = 0


def plan_of(document: Document) -> Plan | None:
    """The period of the plan that the document is, or None: first its titles, then its words about the planning period."""
    words = wordings()
    titled = list(_titles(document))
    horizon = _horizon(document) if any(words.plan_title.search(numerals.flatten(title).text) for title, _ in titled) else None
    for title, unit in titled:
        found = read_title(title, document.head.issue_date)
        if not found:
            continue
        first, last, months = found
        # Words that state the same years are better evidence than a title; a title without years leaves them to the text.
        if horizon and (first is None or (horizon.last == last and horizon.first in (first, None))):
            return Plan(first or horizon.first, horizon.last, months, horizon.unit, horizon.start, horizon.end)
        return Plan(first, last, months, unit, 0, len(title))
    return horizon


def read_title(title: str, issued: str | None = None) -> tuple[date | None, date | None, int | None] | None:
    """(first day, last day, months) of the plan that ``title`` names, or None where it names no plan or no years.

    ``issued`` is the ISO date of issue: one year well after it is a target year (总体规划（2035年）), not the year of the plan.
    """
    words = wordings()
    flat = words.cited_title.sub("", numerals.flatten(title).text)
    if words.other_title.search(flat) and not words.surely_plan.search(flat):
        return None
    ranges = numerals.year_ranges(flat)
    if ranges:
        return (*ranges[0].days, None)
    if not words.plan_title.search(flat):
        return None
    if found := words.one_year.search(flat):
        year = int(found["span"])
        if issued and year > int(issued[:4]) + 1:
            return None
        return date(year, 1, 1), date(year, 12, 31), None
    plans = numerals.plan_years(flat)
    if plans:
        return (*plans[0].days, None)
    if found := words.length_title.search(flat):
        length = numerals.read_duration(found["length"])
        return None, None, length.months if length and length.months else None
    return None


def _titles(document: Document) -> Iterator[tuple[str, int | None]]:
    """The title of the document and of its first attachment, each with its unit."""
    units = [(unit.text, n) for n, unit in enumerate(document.units) if unit.kind == "title"][:2]
    known = numerals.flatten(document.head.title).text
    if known and not any(known in numerals.flatten(text).text for text, _ in units):
        yield document.head.title, None
    yield from units


def _horizon(document: Document) -> Plan | None:
    for n, unit in enumerate(document.units):
        if unit.kind not in ("clause", "paragraph", "item", "heading") or "期" not in unit.text:
            continue
        flat = numerals.flatten(unit.text)
        for pattern in wordings().horizon:
            found = pattern.search(flat.text)
            if not found:
                continue
            start, end = flat.span(*found.span())
            if "span" in pattern.groupindex and (ranges := numerals.year_ranges(found["span"])):
                return Plan(*ranges[0].days, None, n, start, end)
            if "length" in pattern.groupindex and (length := numerals.read_duration(found["length"])) and length.months:
                return Plan(None, None, length.months, n, start, end)
            if "until" in pattern.groupindex and (moment := numerals.read_date(found["until"])):
                return Plan(None, moment.last, None, n, start, end)
    return None
