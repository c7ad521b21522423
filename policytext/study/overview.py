"""What a report says of many documents: where and when, how long, which measures, what ends, what cannot be met, what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from policytext.corpus.filters import Bands
from policytext.promises import Judged, judged
from policytext.schema import Clause, Mention, Record
from policytext.study.stats import Tally, tally
from policytext.study.succession import links

#: Statuses after which a policy needs a successor.
OVER = ("expired", "repealed")


@dataclass(frozen=True, slots=True)
class Overview:
    """Plain values of a report. ``provinces`` has one tally a province, ``total`` that of all; ``months`` counts documents by the month
    of issue (``2020-05``). ``unfollowed`` are policies that are over and that no document continues. ``uncertain`` counts the clauses whose
    labels a person should look at, ``unread`` the documents that could not be read."""

    bands: Bands
    documents: tuple[Record, ...]
    provinces: tuple[Tally, ...]
    total: Tally
    months: dict[str, int]
    short: tuple[Record, ...]
    expiring: tuple[Record, ...]
    unfollowed: tuple[Record, ...]
    promises: tuple[Judged, ...]
    uncertain: int = 0
    unread: int = 0
    unknown: dict[str, int] = field(default_factory=dict)

    @property
    def impossible(self) -> tuple[Judged, ...]:
        """The promises that cannot be met in time."""
        return tuple(one for one in self.promises if one.feasibility.verdict == "not_in_time")

    @property
    def tight(self) -> tuple[Judged, ...]:
        """The promises that only some can collect in time."""
        return tuple(one for one in self.promises if one.feasibility.verdict == "tight")


def overview(found: Iterable[tuple[Record, Sequence[Clause], Sequence[Mention]]], bands: Bands, unread: int = 0) -> Overview:
    """The overview of documents, each with all its clauses and what it says of earlier texts."""
    documents = list(found)
    *provinces, total = tally(((of, clauses) for of, clauses, _ in documents), bands.flag, ("province",))
    records = tuple(
        sorted((of for of, _, _ in documents), key=lambda of: (of.period.months or 9999, of.head.issue_date or "9999", of.file))
    )
    followed = {link.earlier.doc_id or link.earlier.file for link in links((of, said) for of, _, said in documents) if link.earlier}
    return Overview(
        bands=bands,
        documents=records,
        provinces=tuple(provinces),
        total=total,
        months=dict(sorted(Counter((of.head.issue_date or "")[:7] for of in records if of.head.issue_date).items())),
        short=tuple(of for of in records if bands.flag(of) == "short"),
        expiring=tuple(sorted((of for of in records if bands.status(of) == "expiring"), key=lambda of: of.period.end or "")),
        unfollowed=tuple(of for of in records if bands.status(of) in OVER and (of.doc_id or of.file) not in followed),
        promises=tuple(one for _, clauses, _ in documents for one in judged(clauses) if one.promise.benefit == "money"),
        uncertain=sum(clause.measures.uncertain for _, clauses, _ in documents for clause in clauses),
        unread=unread,
        unknown={
            "period": sum(bands.flag(of) == "unknown" for of in records),
            "issue_date": sum(of.head.issue_date is None for of in records),
            "region": sum(not of.head.region.province for of in records),
            "doc_no": sum(not of.head.doc_no for of in records),
        },
    )
