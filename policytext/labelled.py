"""Clauses as people hand them in: a table of texts, with the labels that somebody gave them or without."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policytext.schema import ClauseText
from policytext.sheets import read_rows
from policytext.taxonomy import NONE

Row = dict[str, Any]

SEPARATORS = re.compile(r"[;,、|；，\n]+")


@dataclass(frozen=True, slots=True)
class LabelledClause:
    """A clause with the labels a person gave it; ``doc`` names its document (clauses without one count as documents of their own).

    ``sure`` is False where the coder hesitated (column ``confidence``: low): the clause then counts less in training.
    """

    id: str
    text: str
    labels: tuple[str, ...] = ()
    title: str = ""
    heading: str = ""
    doc: str = ""
    sure: bool = True

    @property
    def clause(self) -> ClauseText:
        """What the model reads of it."""
        return ClauseText(self.text, self.title, self.heading)


def read_clauses(path: Path) -> list[LabelledClause]:
    """Clauses of a JSONL, CSV or XLSX file: column ``text``, optional ``id title heading doc labels confidence``.

    Raises InputError ``bad_table`` when the file cannot be read or lacks the column.
    """
    return [_clause(path, number, row) for number, row in enumerate(read_rows(path, "text"), 1)]


def read_labels(path: Path) -> list[LabelledClause]:
    """Like ``read_clauses``, and ``labels`` has to be there: a list, or words separated by ``; , 、 |``; empty or ``none`` for no type."""
    return [_clause(path, number, row) for number, row in enumerate(read_rows(path, "text", "labels"), 1)]


def _clause(path: Path, number: int, row: Row) -> LabelledClause:
    labels = row.get("labels")
    if not isinstance(labels, list):
        labels = SEPARATORS.split(_text(labels))
    names = tuple(name for one in labels if (name := _text(one)) and name.lower() not in (NONE, "无"))
    fields = {name: _text(row.get(name)) for name in ("title", "heading", "doc")}
    sure = _text(row.get("confidence")).lower() not in ("low", "低")
    return LabelledClause(_text(row.get("id")) or str(number), _text(row["text"]), names, **fields, sure=sure)


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
