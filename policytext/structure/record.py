"""The labelled lines of a page's record (索引号：…　发文机关：…) and where a value of the head stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policytext.schema import Span, Unit
from policytext.structure import frame

#: The record, the number and the date stand near the top; a report may cite others below.
TOP = 40


def span(unit: Unit, text: str) -> Span:
    """The place of a unit with the words that count."""
    return Span(text, unit.path, unit.page, unit.start, unit.end)


def labelled(units: Sequence[Unit], labels: Sequence[str]) -> Iterator[tuple[Unit, str]]:
    """The head lines with one of ``labels``, in the order of the labels, and the words behind it, up to the next label."""
    lines = [(unit, frame.LETTER_GAPS.sub("", unit.text)) for unit in units[:TOP] if unit.kind == "head"]
    for label in labels:
        pattern = re.compile(rf"(?:^|[\s\]】日）)局委厅办府])[【\[]?{label}[】\]]?\s*[：:]\s*(\S.*)")
        for unit, text in lines:
            found = pattern.search(text)
            if found:
                yield unit, frame.before_label(found[1]).strip()
