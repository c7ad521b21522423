"""What the index knows of a document for the filters, and the filters as questions on it: the counterpart of ``corpus.filters.Filters``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from tantivy import FieldType, Occur, Query

from policytext.corpus.filters import Filters
from policytext.schema import Record, Region
from policytext.search.conditions import steps
from policytext.search.protocol import Entry

FIRST, LAST = 0, 99999999


def facts(entry: Entry, doc_id: str) -> list[str]:
    """One word a fact: its kind, a colon, its value."""
    record, head = entry.record, entry.record.head
    found = [of_document(doc_id), *_places(head.region), f"type:{head.doc_type}"]
    found += [f"issuer:{issuer}" for issuer in head.issuers]
    found += [f"measure:{label}" for label in entry.measures or ("none",)]
    found += map(of_step, steps(entry.path))
    if head.issue_date:
        found.append(f"year:{int(head.issue_date[:4])}")
    if record.period.open_ended:
        found.append("open:")
    return found


def days_and_months(record: Record) -> dict[str, int]:
    """The numbers that are asked for by range; what is unknown is left out."""
    known = {"months": record.period.months, "start": _day(record.begins), "end": _day(record.period.end)}
    return {name: value for name, value in known.items() if value is not None}


def of_document(doc_id: str) -> str:
    """The fact that a clause is of this document."""
    return f"doc:{doc_id}"


def of_step(step: str) -> str:
    """The fact that the path of a clause has this step."""
    return f"path:{step}"


def admitted(filters: Filters, schema: Any, searcher: Any) -> list[Any]:
    """The filters as queries, all of which an entry must meet."""
    provinces, cities, (first, last) = filters.check()
    ask = _Ask(schema)
    found = [ask.any_of(ask.all_of(_places(place)) for place in places) for places in (provinces, cities) if places]
    if filters.issuer:
        names = [fact for fact, _ in searcher.terms_with_prefix("facts", "issuer:")]
        found.append(ask.one_of(name for name in names if any(wanted in name.removeprefix("issuer:") for wanted in filters.issuer)))
    if filters.year:
        years = [fact for fact, _ in searcher.terms_with_prefix("facts", "year:")]
        found.append(ask.one_of(year for year in years if first <= int(year.removeprefix("year:")) <= last))
    if filters.doc_type:
        found.append(ask.one_of(f"type:{name}" for name in filters.doc_type))
    if filters.flag:
        found.append(ask.any_of(ask.flag(flag, filters.bands.short_below, filters.bands.long_from) for flag in filters.flag))
    if filters.status:
        found.append(ask.any_of(ask.status(status, filters) for status in filters.status))
    if filters.measure:
        wanted = [f"measure:{label}" for label in filters.measure]
        found.append(ask.all_of(wanted) if filters.all_measures else ask.one_of(wanted))
    return found


class _Ask:
    """Questions on the facts of one index."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema

    def one_of(self, names: Iterable[str]) -> Any:
        wanted = sorted(names)
        return Query.term_set_query(self._schema, "facts", wanted) if wanted else Query.empty_query()

    def all_of(self, names: Iterable[str]) -> Any:
        return self.both(*(self.one_of([name]) for name in names))

    def any_of(self, queries: Iterable[Any]) -> Any:
        return Query.boolean_query([(Occur.Should, query) for query in queries])

    def both(self, *queries: Any) -> Any:
        return Query.boolean_query([(Occur.Must, query) for query in queries])

    def but(self, query: Any, *excluded: Any) -> Any:
        return Query.boolean_query([(Occur.Must, query), *((Occur.MustNot, one) for one in excluded)])

    def between(self, field: str, first: int, last: int) -> Any:
        """``first`` and ``last`` included."""
        return Query.range_query(self._schema, field, FieldType.Integer, first, last)

    def flag(self, flag: str, short_below: int, long_from: int) -> Any:
        """See ``periods.flags.flag``."""
        opened, known = self.one_of(["open:"]), self.between("months", FIRST, LAST)
        if flag == "open":
            return opened
        if flag == "unknown":
            return self.but(Query.all_query(), opened, known)
        first, last = {"short": (FIRST, short_below - 1), "medium": (short_below, long_from - 1), "long": (long_from, LAST)}[flag]
        return self.but(self.between("months", first, last), opened)

    def status(self, status: str, filters: Filters) -> Any:
        """See ``periods.flags.status`` and ``Bands.status``."""
        bands = filters.bands
        today, soon = _number(bands.as_of), _number(bands.as_of + timedelta(days=bands.within))
        gone = self.one_of(of_document(doc_id) for doc_id, day in bands.repealed.items() if day <= bands.as_of.isoformat())
        if status == "repealed":
            return gone
        later, ends, opened = self.between("start", today + 1, LAST), self.between("end", FIRST, LAST), self.one_of(["open:"])
        if status == "not_yet":
            return self.but(later, gone)
        running = {
            "expired": self.between("end", FIRST, today - 1),
            "expiring": self.between("end", today, soon),
            "in_force": self.any_of([self.between("end", soon + 1, LAST), self.but(opened, ends)]),
            "unknown": self.but(Query.all_query(), ends, opened),
        }
        moved = bands.moved()
        if not moved:
            return self.but(running[status], later, gone)
        here = self.one_of(of_document(doc_id) for doc_id, now in moved.items() if now == status)
        return self.but(self.any_of([self.but(running[status], self.one_of(map(of_document, moved))), here]), later, gone)


def _places(region: Region) -> Iterator[str]:
    for level in ("province", "city", "district"):
        if name := getattr(region, level):
            yield f"{level}:{name}"


def _day(text: str | None) -> int | None:
    return int(text.replace("-", "")) if text else None


def _number(day: date) -> int:
    return int(day.strftime("%Y%m%d"))
