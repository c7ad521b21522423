"""Values of the surveys of many documents → rows: copied clauses, tables of counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from policytext.instruments import instruments
from policytext.report.rows import Row, place
from policytext.schema import Clause, Flag
from policytext.study.copied import Copy
from policytext.study.stats import By, Tally

FLAGS: tuple[str, ...] = get_args(Flag)
INSTRUMENTS = (*(one.id for one in instruments()), "mixed", "unknown")


def copied(copy: Copy) -> Row:
    """A row of ``copied``."""
    return {
        "group": copy.group,
        "rank": copy.rank,
        "first_source": copy.first,
        **_where(copy.clause),
        "similarity": round(copy.similarity, 3),
        "same_numbers": copy.same_numbers,
        "same_document": [record.file for record in copy.same_document],
        "text": copy.clause.unit.text,
    }


def tallied(tally: Tally, by: Sequence[By], types: Sequence[str]) -> Row:
    """A row of ``stats``: a value for each of the keys ``by``, counts for each of the measure types ``types``."""
    return {
        **dict(zip(by, tally.group, strict=True)),
        "documents": tally.documents,
        "provinces": len(tally.provinces),
        "clauses": tally.clauses,
        "measured": tally.measured,
        "types_per_document": round(tally.types_per_document, 2),
        "carriers": {label: tally.carriers[label] for label in types},
        "measures": {label: tally.measures[label] for label in types},
        "instruments": {name: tally.instruments[name] for name in INSTRUMENTS},
        "flags": {name: tally.flags[name] for name in FLAGS},
        "median_months": tally.median_months,
    }


def _where(clause: Clause) -> Row:
    """The document of a clause and its place in it."""
    record = clause.record
    return {
        "doc_id": record.doc_id,
        "file": record.file,
        "title": record.head.title,
        "doc_no": record.head.doc_no,
        "issuer": "、".join(record.head.issuers),
        "issue_date": record.head.issue_date,
        "province": record.head.region.province,
        "region": place(record.head.region),
        "path": clause.unit.path,
        "page": clause.unit.page,
    }
