"""Values of the surveys of many documents → rows: copied clauses, tables of counts, commitments."""

from __future__ import annotations

from collections.abc import Sequence

from policytext.commitments.finding import Commitment
from policytext.corpus.filters import FLAGS
from policytext.instruments import instruments
from policytext.messages import Lang, say
from policytext.report.rows import Row, place, span
from policytext.schema import Clause
from policytext.study.copied import Copy
from policytext.study.stats import CENTRAL, UNKNOWN, By, Tally

INSTRUMENTS = (*(one.id for one in instruments()), "mixed", "unknown")


def group_names(lang: Lang) -> dict[str, str]:
    """What the groups without a region are called."""
    return {group: say(f"group.{group}", lang) for group in (CENTRAL, UNKNOWN)}


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


def commitment(one: Commitment) -> Row:
    """A row of ``commitments``: ``responsible`` are those who answer for it, those who lead first; ``time`` the words of the deadlines."""
    days = sorted(deadline.day for deadline in one.deadlines if deadline.day)
    leading = sorted((body for body in one.bodies if body.role != "support"), key=lambda body: body.role != "lead")
    return {
        **_where(one.clause),
        "strength": one.strength,
        "responsible": [body.name for body in leading],
        "support": [body.name for body in one.bodies if body.role == "support"],
        "deadline": days[0] if days else None,
        "time": [deadline.span.text for deadline in one.deadlines],
        "amount": [amount.span.text for amount in one.amounts],
        "amounts": [{"value": amount.value, "unit": amount.unit} for amount in one.amounts],
        "cue": one.cue.text,
        "evidence": span(one.text),
        "bodies": [{"name": body.name, "role": body.role, "start": body.span.start, "end": body.span.end} for body in one.bodies],
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
