"""The report as sections of words, charts and tables: the same for the page, for Word and for Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policytext.corpus.filters import FLAGS
from policytext.messages import Lang, say
from policytext.promises import Judged
from policytext.report.charts import Bars, Chart, Heat, Lengths
from policytext.report.promises import tier_in_words, why
from policytext.report.rows import place
from policytext.report.surveys import INSTRUMENTS
from policytext.schema import Record
from policytext.study.overview import Overview
from policytext.study.stats import CENTRAL, UNKNOWN, Tally

#: The years that the periods are measured against, in months: one year, three (a plan), five (a term of office).
MARKS = (12, 36, 60)
#: Beyond this the chart of months is one of years.
MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class Table:
    """Column headings and rows of cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, sentences, a chart and the table of its figures; an empty table is left out."""

    id: str
    title: str
    words: tuple[str, ...]
    chart: Chart | None = None
    table: Table | None = None


def sections(found: Overview, types: Mapping[str, str], manifest: Mapping[str, str], lang: Lang) -> list[Section]:
    """The sections in order. ``types``: ids of the measure types → their names; ``manifest``: what the report was made of and with."""
    return [
        _summary(found, lang),
        _provinces(found, lang),
        _months(found, lang),
        _periods(found, lang),
        _measures(found, types, lang),
        _instruments(found, lang),
        _documents("expiring", found.expiring, found, lang),
        _documents("short", found.short, found, lang),
        _promises("impossible", found.impossible, lang),
        _promises("tight", found.tight, lang),
        _documents("unfollowed", found.unfollowed, found, lang),
        _unknown(found, lang),
        _table("manifest", lang, ("item", "value"), [(_say("manifest_item", key, lang), value) for key, value in manifest.items()]),
    ]


def _summary(found: Overview, lang: Lang) -> Section:
    total = found.total
    details = {
        "documents": total.documents,
        "provinces": len(total.provinces),
        "clauses": total.clauses,
        "as_of": found.bands.as_of.isoformat(),
        "types": f"{total.types_per_document:.1f}",
        "median": "—" if total.median_months is None else f"{total.median_months:g}",
        "stated": total.documents - total.flags["unknown"],
        "unknown": total.flags["unknown"],
        "share": f"{total.flags['unknown'] / max(1, total.documents):.0%}",
        "short": total.flags["short"],
        "below": found.bands.short_below,
        "expiring": len(found.expiring),
        "promises": len(found.promises),
        "impossible": len(found.impossible),
        "tight": len(found.tight),
        "unfollowed": len(found.unfollowed),
        "unread": found.unread,
    }
    keys = ["covers", "lengths", "short_lived", "promises", "continuity", *(["unread"] if found.unread else [])]
    return Section("summary", _say("report_section", "summary", lang), tuple(say(f"report_words.{key}", lang, **details) for key in keys))


def _provinces(found: Overview, lang: Lang) -> Section:
    counts = {_region(one, lang): one.documents for one in found.provinces}
    rows = [(_region(one, lang), str(one.documents), str(one.clauses), f"{one.types_per_document:.1f}") for one in found.provinces]
    return _table(
        "provinces", lang, ("province", "documents", "clauses", "types_per_document"), rows, Bars(counts, _say("chart", "documents", lang))
    )


def _months(found: Overview, lang: Lang) -> Section:
    counts = _without_gaps(found.months)
    chart = Bars(counts, _say("chart", "documents", lang), upright=True)
    made = _table("months", lang, ("month", "documents"), [(month, str(number)) for month, number in found.months.items()], chart)
    by_year = say("report_words.by_year", lang)
    return Section(made.id, made.title, (*made.words, by_year), made.chart, made.table) if "-" not in max(counts, default="-") else made


def _periods(found: Overview, lang: Lang) -> Section:
    known = [of for of in found.documents if of.period.months is not None]
    lengths = [(of.called, of.period.months or 0) for of in known]
    chart = Lengths(lengths, MARKS, _say("chart", "months", lang)) if lengths else None
    rows = [_dated(of, found, lang) for of in found.documents]
    columns = ("title", "province", "start", "end", "months", "flag", "status")
    flags = [f"{_say('flag', flag, lang)} {found.total.flags[flag]}" for flag in FLAGS if found.total.flags[flag]]
    comma = "，" if lang == "zh" else ", "
    made = _table("periods", lang, columns, rows, chart)
    return Section(made.id, made.title, (*made.words, comma.join(flags)), made.chart, made.table)


def _measures(found: Overview, types: Mapping[str, str], lang: Lang) -> Section:
    names = [_region(one, lang) for one in found.provinces]
    values = [[one.carriers[label] / max(1, one.documents) for label in types] for one in found.provinces]
    chart = Heat(names, list(types.values()), values, _say("chart", "share_of_documents", lang)) if names else None
    rows = [
        (_region(one, lang), str(one.documents), *(str(one.measures[label]) for label in types)) for one in (*found.provinces, found.total)
    ]
    title, note = _say("report_section", "measures", lang), say("report_words.measures", lang)
    columns = (*(_say("columns", key, lang) for key in ("province", "documents")), *types.values())
    return Section("measures", title, (note,), chart, Table(columns, tuple(rows)))


def _instruments(found: Overview, lang: Lang) -> Section:
    counts = {_say("instrument", name, lang): found.total.instruments[name] for name in INSTRUMENTS if found.total.instruments[name]}
    whole = sum(counts.values()) or 1
    rows = [(name, str(number), f"{number / whole:.0%}") for name, number in counts.items()]
    return _table(
        "instruments", lang, ("instrument", "clauses", "share"), rows, Bars(counts, _say("chart", "clauses", lang)) if counts else None
    )


def _documents(id: str, records: Sequence[Record], found: Overview, lang: Lang) -> Section:
    rows = [(*_dated(of, found, lang), of.period.evidence.text if of.period.evidence else "") for of in records]
    return _table(id, lang, ("title", "province", "start", "end", "months", "flag", "status", "evidence"), rows)


def _promises(id: str, promises: Sequence[Judged], lang: Lang) -> Section:
    semicolon = "；" if lang == "zh" else "; "
    rows = [
        (
            one.clause.record.called,
            one.clause.unit.path,
            one.promise.text,
            semicolon.join(tier_in_words(tier, one.promise, lang) for tier in one.promise.tiers),
            why(one.feasibility, one.promise, lang),
        )
        for one in promises
    ]
    return _table(id, lang, ("title", "path", "text", "tier", "why"), rows)


def _unknown(found: Overview, lang: Lang) -> Section:
    counts = {**found.unknown, "uncertain": found.uncertain, "unread": found.unread}
    rows = [(_say("report_unknown", key, lang), str(number)) for key, number in counts.items()]
    return _table("unknown", lang, ("item", "number"), rows)


def _table(id: str, lang: Lang, columns: Sequence[str], rows: Sequence[Sequence[str]], chart: Chart | None = None) -> Section:
    words = say(f"report_words.{id}" if rows else f"report_none.{id}", lang)
    names = tuple(_say("columns", column, lang) for column in columns)
    return Section(id, _say("report_section", id, lang), (words,), chart, Table(names, tuple(map(tuple, rows))) if rows else None)


def _dated(of: Record, found: Overview, lang: Lang) -> tuple[str, ...]:
    period, bands = of.period, found.bands
    flag, status = _say("flag", bands.flag(of), lang), _say("status", bands.status(of), lang)
    months = "" if period.months is None else str(period.months)
    return of.called, place(of.head.region), period.start or "", period.end or "", months, flag, status


def _region(one: Tally, lang: Lang) -> str:
    """The name of a tally's province; of those that are none, and of the total, the word for them."""
    name = one.group[0]
    return _say("group", name, lang) if name in (CENTRAL, UNKNOWN, "total") else name


def _without_gaps(months: Mapping[str, int]) -> dict[str, int]:
    """The same with the months in between, so that a gap shows as a gap; by year where they are too many."""
    if not months:
        return {}
    first, last = min(months), max(months)
    years = range(int(first[:4]), int(last[:4]) + 1)
    if len(years) > MOST_YEARS:
        return {str(year): sum(number for month, number in months.items() if month.startswith(str(year))) for year in years}
    every = (f"{year:04}-{month:02}" for year in years for month in range(1, 13))
    return {month: months.get(month, 0) for month in every if first <= month <= last}


def _say(table: str, key: str, lang: Lang) -> str:
    return say(f"{table}.{key}", lang)
