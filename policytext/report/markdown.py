"""The report as Markdown: headings, sentences and tables; charts are left to the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policytext.report.sections import Section, Table

#: Signs that Markdown would read as its own.
_OWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def markdown(title: str, subtitle: str, sections: Sequence[Section]) -> str:
    """The text, CommonMark with tables as GitHub has them."""
    lines = [f"# {_plain(title)}", "", _plain(subtitle), ""]
    for section in sections:
        lines += [f"## {_plain(section.title)}", ""]
        for sentence in section.words:
            lines += [_plain(sentence), ""]
        if section.table:
            lines += [*_table(section.table), ""]
    return "\n".join(lines)


def _table(table: Table) -> Iterator[str]:
    yield _row(table.columns)
    yield _row(["---"] * len(table.columns))
    yield from map(_row, table.rows)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join("---" if cell == "---" else _plain(cell) for cell in cells) + " |"


def _plain(text: str) -> str:
    return _OWN.sub(r"\\\1", " ".join(text.split()))
