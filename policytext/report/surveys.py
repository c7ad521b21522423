"""Values of the surveys of many documents → rows: copied clauses."""

from __future__ import annotations

from policytext.report.rows import Row, place
from policytext.schema import Clause
from policytext.study.copied import Copy


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
