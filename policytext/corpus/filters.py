"""Filters of every listing: conditions on a document's record or a clause's labels, which can say themselves in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from policytext import regions
from policytext.errors import WrongUsage
from policytext.messages import Lang, say
from policytext.periods.flags import flag, status
from policytext.schema import Clause, Period, Record, Region
from policytext.taxonomy import Taxonomy

FLAGS = ("short", "medium", "long", "open", "unknown")
STATUSES = ("not_yet", "in_force", "expiring", "expired", "repealed", "unknown")
#: The most that counts as expiring: a hundred years.
MOST_DAYS = 36525
YEARS = re.compile(r"(\d{4})(?:\s*[-—–~至:]\s*(\d{4}))?")


@dataclass(frozen=True, slots=True)
class Bands:
    """Bounds of the period flags in months, the date that the status refers to, and the days before an end that count as expiring.

    ``repealed`` has the documents that a text of the corpus replaces, by id, with the day from which that holds; ``extended`` those whose
    period one extends, with the new last day.
    """

    as_of: date
    short_below: int = 36
    long_from: int = 60
    within: int = 90
    repealed: Mapping[str, str] = field(default_factory=dict)
    extended: Mapping[str, str] = field(default_factory=dict)

    def flag(self, record: Record) -> str:
        """short, medium, long, open or unknown."""
        return flag(record.period, self.short_below, self.long_from)

    def status(self, record: Record) -> str:
        """not_yet (not begun, or not issued), in_force, expiring, expired, repealed or unknown, as of the date."""
        if record.doc_id in self.repealed and self.repealed[record.doc_id] <= self.as_of.isoformat():
            return "repealed"
        end = self.extended.get(record.doc_id, record.period.end)
        return status(replace(record.period, start=record.begins, end=end), self.as_of, self.within)

    def moved(self) -> dict[str, str]:
        """The statuses of the documents whose period is extended, by id, as far as they follow from its new last day."""
        return {doc_id: status(Period(end=end), self.as_of, self.within) for doc_id, end in self.extended.items()}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a document (or, for ``measure``, a clause) must be. Empty conditions admit everything; of several values any will do.

    With ``all_measures`` a clause must carry every measure named.
    """

    bands: Bands
    province: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    issuer: tuple[str, ...] = ()
    year: str = ""
    flag: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    measure: tuple[str, ...] = ()
    all_measures: bool = False
    doc_type: tuple[str, ...] = ()

    def documents(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records that pass; raises WrongUsage for a region or year that means nothing."""
        provinces, cities, (first, last) = self.check()
        for record in records:
            head = record.head
            issued = int(head.issue_date[:4]) if head.issue_date else None
            if (
                (not provinces or any(regions.matches(head.region, place) for place in provinces))
                and (not cities or any(regions.matches(head.region, place) for place in cities))
                and (not self.issuer or any(wanted in issuer for wanted in self.issuer for issuer in head.issuers))
                and (not self.year or (issued is not None and first <= issued <= last))
                and (not self.doc_type or head.doc_type in self.doc_type)
                and (not self.flag or self.bands.flag(record) in self.flag)
                and (not self.status or self.bands.status(record) in self.status)
            ):
                yield record

    def check(self) -> tuple[list[Region], list[Region], tuple[int, int]]:
        """Provinces, cities and years that are meant; raises WrongUsage for one that means nothing."""
        return [regions.resolve(name) for name in self.province], [regions.resolve(name) for name in self.city], _years(self.year)

    def clauses(self, found: Iterable[Clause]) -> Iterator[Clause]:
        """The clauses whose measures are those that are wanted (every clause when none is); ``none`` means clauses without any."""
        return (clause for clause in found if self.admit_labels(clause.measures.labels))

    def admit_labels(self, labels: tuple[str, ...]) -> bool:
        """May a clause with these labels pass?"""
        carried = labels or ("none",)
        if self.all_measures:
            return all(wanted in carried for wanted in self.measure)
        return not self.measure or any(wanted in carried for wanted in self.measure)

    def admit(self, found: Iterable[Clause]) -> bool:
        """May a document with these clauses pass: does one of them carry a wanted measure?"""
        return not self.measure or any(True for _ in self.clauses(found))

    @property
    def on_documents(self) -> bool:
        """Is there any condition on the document?"""
        return bool(self.province or self.city or self.issuer or self.year or self.doc_type or self.flag or self.status)

    def in_words(self, lang: Lang, taxonomy: Taxonomy) -> str:
        """The conditions in words, empty when there is none."""
        named = {
            "province": self.province,
            "city": self.city,
            "issuer": self.issuer,
            "year": (self.year,) if self.year else (),
            "doc_type": self.doc_type,
            "flag": tuple(say(f"flag.{flag}", lang) for flag in self.flag),
            "status": tuple(say(f"status.{status}", lang) for status in self.status),
            "measure": tuple(taxonomy.name(label, lang) if label != "none" else say("measure.none", lang) for label in self.measure),
        }
        comma, semicolon, colon = ("、", "；", "：") if lang == "zh" else (", ", "; ", ": ")
        both = say("and_also", lang)
        words = [
            say(f"columns.{kind}", lang) + colon + (both if kind == "measure" and self.all_measures else comma).join(values)
            for kind, values in named.items()
            if values
        ]
        if self.status:
            words.append(say("as_of", lang, date=self.bands.as_of.isoformat()))
        return semicolon.join(words)


def id_of(table: str, value: str, ids: Sequence[str]) -> str:
    """The id that ``value`` means, by itself or by its name in either language; WrongUsage ``unknown_TABLE`` when it means none."""
    for name in ids:
        if value in (name, say(f"{table}.{name}", "zh"), say(f"{table}.{name}", "en")):
            return name
    raise WrongUsage(f"unknown_{table}", value=value, known="、".join(f"{name}（{say(f'{table}.{name}', 'zh')}）" for name in ids))


def days(text: str) -> int:
    """A number of days: 90, 90d, 90天. Raises WrongUsage ``wrong_days``."""
    number = text.strip().lower().removesuffix("天").removesuffix("日").removesuffix("d")
    if not (number.isascii() and number.isdigit()) or int(number) > MOST_DAYS:
        raise WrongUsage("wrong_days", value=text)
    return int(number)


def _years(text: str) -> tuple[int, int]:
    if not text:
        return 0, 9999
    match = YEARS.fullmatch(text.strip())
    if match is None:
        raise WrongUsage("wrong_year", value=text)
    first, last = int(match[1]), int(match[2] or match[1])
    if last < first:
        raise WrongUsage("wrong_year", value=text)
    return first, last
