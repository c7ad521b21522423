"""Clauses as people hand them in: a table of texts, with the labels that somebody gave them or without."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policytext.errors import InputError
from policytext.schema import ClauseText
from policytext.sheets import read_rows
from policytext.taxonomy import NONE, Taxonomy

Row = dict[str, Any]

#: What people write for "no type applies"; cells of a coding workbook that are no mark.
NOTHING = (NONE, "无", "无措施")
UNMARKED = ("", "0", "0.0", "否", "no", "n", "false", "×", "-")
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
    return [_clause(number, row) for number, row in enumerate(read_rows(path, "text"), 1)]


def read_labels(path: Path, taxonomy: Taxonomy) -> list[LabelledClause]:
    """Like ``read_clauses``, with what a person gave: a column ``labels`` (a list, or words separated by ``; , 、 |``; empty or ``none``
    for no type), or the columns of a coding workbook, one a type. Rows of a workbook without any mark are not coded yet and left out.

    Raises InputError ``no_column`` when there is neither.
    """
    found = (_coded(path, number, row, taxonomy) for number, row in enumerate(read_rows(path, "text"), 1))
    return [clause for clause in found if clause is not None]


def _coded(path: Path, number: int, row: Row, taxonomy: Taxonomy) -> LabelledClause | None:
    if "labels" in row:
        return _clause(number, row)
    marked = {}
    for column, mark in row.items():
        label = _column(str(column), taxonomy)
        if label:
            marked[label] = _text(mark).lower() not in UNMARKED
    if not marked:
        raise InputError("no_column", file=str(path), row=number, names="labels", have="、".join(map(str, filter(None, row))) or "—")
    if not any(marked.values()):
        return None
    return _clause(number, {**row, "labels": [label for label in taxonomy.ids if marked.get(label)]})


def _column(name: str, taxonomy: Taxonomy) -> str:
    """The label that a column of a coding workbook is for, empty for another column."""
    wanted = name.strip().lower()
    if wanted in NOTHING:
        return NONE
    return next((one.id for one in taxonomy.types if wanted in (one.id, one.zh.lower(), one.en.lower())), "")


def _clause(number: int, row: Row) -> LabelledClause:
    labels = row.get("labels")
    if not isinstance(labels, list):
        labels = SEPARATORS.split(_text(labels))
    names = tuple(name for one in labels if (name := _text(one)) and name.lower() not in NOTHING)
    fields = {name: _text(row.get(name)) for name in ("title", "heading", "doc")}
    sure = _text(row.get("confidence")).lower() not in ("low", "低")
    return LabelledClause(_text(row.get("id")) or str(number), _text(row["text"]), names, **fields, sure=sure)


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
