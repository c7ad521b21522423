"""What the user states of a document takes the place of what was read of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from policytext import regions
from policytext.schema import Document, Head, Record, Span


def restated(head: Head, stated: Mapping[str, str]) -> Head:
    """The head record with the user's fields in place of the machine's; evidence of such a field is the word ``user``."""
    known = {key: value for key, value in stated.items() if key != "url"}
    if not known:
        return head
    title, doc_no = known.get("title", head.title), known.get("doc_no", head.doc_no)
    issuers = tuple(part for part in re.split("[;；、]", known["issuer"]) if part) if "issuer" in known else head.issuers
    return replace(
        head,
        title=title,
        doc_no=doc_no,
        issuers=issuers,
        issue_date=known.get("issue_date", head.issue_date),
        region=regions.locate(title, issuers, doc_no) if "issuer" in known else head.region,
        evidence={**head.evidence, **{"issuers" if key == "issuer" else key: Span("user") for key in known}},
    )


def redated(record: Record, document: Document, stated: Mapping[str, str]) -> Record:
    """The record of a stored document after the user stated more of it: its period counts from the stated date."""
    from policytext.periods.finding import find_period

    head = restated(record.head, stated)
    return replace(record, head=head, url=stated.get("url", record.url), period=find_period(replace(document, head=head)))
