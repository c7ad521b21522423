"""Citations of a clause: GB/T 7714—2015 (标准 for references, document type code Z: other) and BibTeX."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePath

from policytext.schema import Head, Record, Unit

STYLES = ("gbt7714", "bibtex")


def citation(record: Record, unit: Unit, style: str = "gbt7714") -> str:
    """The clause as a reference; unknown parts are left out, never filled in."""
    return _bibtex(record, unit) if style == "bibtex" else _gbt7714(record, unit)


def _gbt7714(record: Record, unit: Unit) -> str:
    head = record.head
    author = ", ".join(head.issuers)
    title = (head.title or _name(record)) + (f": {head.doc_no}" if head.doc_no else "") + "[Z]"
    if inside := _policy(head, unit):
        title = f"{inside}[Z]//{title.removesuffix('[Z]')}"
    place = ", ".join(part for part in (unit.path, f"第{unit.page}页" if unit.page else "") if part)
    parts = [author, title, head.issue_date or ""]
    return ". ".join(part for part in parts if part) + (f": {place}" if place else "") + "."


def _bibtex(record: Record, unit: Unit) -> str:
    head = record.head
    fields = {
        "title": head.title or _name(record),
        "author": " and ".join(f"{{{_plain(issuer)}}}" for issuer in head.issuers),
        "number": head.doc_no,
        "date": head.issue_date or "",
        "pages": str(unit.page or ""),
        "note": ", ".join(part for part in (_policy(head, unit), unit.path) if part),
    }
    # One clause, one key: the document (its file where there is no corpus) and the place of the clause in it.
    document = record.doc_id or hashlib.sha256(record.file.encode("utf-8", "replace")).hexdigest()[:12]
    key = f"policy{document}-{unit.start}"
    body = ", ".join(f"{name} = {{{value if name == 'author' else _plain(value)}}}" for name, value in fields.items() if value)
    return f"@misc{{{key}, {body}}}"


def _policy(head: Head, unit: Unit) -> str:
    """The attached policy that the clause stands in, where the title of the document does not tell it: a part of a whole (4.2)."""
    inside = [span.text for span in head.policies if span.start <= unit.start]
    told = not inside or (len(head.policies) == 1 and inside[-1] in head.title)
    return "" if told else inside[-1]


def _name(record: Record) -> str:
    return PurePath(record.file).stem


def _plain(value: str) -> str:
    """The value without what ends a field of BibTeX."""
    return re.sub(r"[\\{}]", "", value).replace("\n", " ")
