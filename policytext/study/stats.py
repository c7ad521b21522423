"""Counts over many documents by region, year, issuer or type: documents, clauses, measures, instruments, lengths of the periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from statistics import median
from typing import Literal

from policytext.regions import is_central
from policytext.schema import Clause, Record

By = Literal["province", "city", "year", "issuer", "doc_type"]

#: Values of a group that are no names: all documents together, those of the centre, those whose value is not known.
TOTAL, CENTRAL, UNKNOWN = "total", "central", "unknown"


@dataclass(slots=True)
class Tally:
    """What a group of documents holds; ``group`` has one value for each of the keys that were asked for.

    ``measured`` counts the clauses that carry out a measure, ``measures`` the clauses of each measure type (a clause may be of several),
    ``carriers`` the documents with at least one clause of the type, ``instruments`` the measured clauses of each class of instrument,
    ``flags`` the documents of each period flag; ``months`` are the known lengths of periods.
    """

    group: tuple[str, ...]
    documents: int = 0
    clauses: int = 0
    measured: int = 0
    measures: Counter[str] = field(default_factory=Counter)
    carriers: Counter[str] = field(default_factory=Counter)
    instruments: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    provinces: set[str] = field(default_factory=set)
    months: list[int] = field(default_factory=list)

    def add(self, record: Record, clauses: Sequence[Clause], flag: str) -> None:
        """Count one document with its clauses; ``flag`` is that of its period."""
        carried = [clause.measures.labels for clause in clauses if clause.measures.labels]
        self.documents += 1
        self.clauses += len(clauses)
        self.measured += len(carried)
        self.measures.update(label for labels in carried for label in labels)
        self.carriers.update(sorted({label for labels in carried for label in labels}))  # a set has another order in every process
        self.instruments.update(clause.measures.instrument or UNKNOWN for clause in clauses if clause.measures.labels)
        self.flags[flag] += 1
        self.provinces |= {record.head.region.province} - {""}
        if record.period.months is not None:
            self.months.append(record.period.months)

    @property
    def types_per_document(self) -> float:
        """Measure types that a document has on average, documents without any among them; 0 where there is no document."""
        return self.carriers.total() / self.documents if self.documents else 0.0

    @property
    def median_months(self) -> float | None:
        """Median length of the periods that have a known length, in months."""
        return float(median(self.months)) if self.months else None


def tally(found: Iterable[tuple[Record, Sequence[Clause]]], flag: Callable[[Record], str], by: Sequence[By] = ("province",)) -> list[Tally]:
    """One tally for each group of documents, in order, and at the end that of all.

    ``found``: each document once, with the clauses that are to be counted; ``flag`` gives the period flag of a document.
    A document of several issuers counts with each of them, and once in the last tally. Years ascend; other values come by number of
    documents, ``unknown`` last.
    """
    groups: dict[tuple[str, ...], Tally] = {}
    total = Tally((TOTAL, *[""] * (len(by) - 1)))
    sizes: list[Counter[str]] = [Counter() for _ in by]
    for record, clauses in found:
        said = flag(record)
        values = [_values(record, key) for key in by]
        for size, some in zip(sizes, values, strict=True):
            size.update(some)
        for group in product(*values):
            groups.setdefault(group, Tally(group)).add(record, clauses, said)
        total.add(record, clauses, said)

    def place(one: Tally) -> list[tuple[bool, int, str]]:
        return [
            (value == UNKNOWN, 0 if key == "year" else -size[value], value) for key, size, value in zip(by, sizes, one.group, strict=True)
        ]

    return [*sorted(groups.values(), key=place), total]


def _values(record: Record, by: By) -> tuple[str, ...]:
    """The groups that a document is counted in."""
    head = record.head
    if by == "issuer":
        return tuple(dict.fromkeys(head.issuers)) or (UNKNOWN,)
    if by == "year":
        return (head.issue_date[:4] if head.issue_date else UNKNOWN,)
    if by == "doc_type":
        return (head.doc_type or UNKNOWN,)
    # A document of the province itself stands under the province.
    return (region_of(record, by),)


def region_of(record: Record, by: str) -> str:
    """The province of a document, or with ``by`` city its province and city; ``central`` or ``unknown`` where it has none."""
    head = record.head
    if not head.region.province:
        return CENTRAL if any(map(is_central, head.issuers or (head.title,))) else UNKNOWN
    return head.region.province + (head.region.city if by == "city" else "")
