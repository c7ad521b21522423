"""What readers put right, beside the machine's values: one line a correction, none is ever changed; the last one counts.

A correction names the clause by its place and by its words. A document that is cut anew keeps the corrections of the clauses whose words
are still there; documents that are removed and come back get theirs back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from policytext.schema import Correction, Field, Period, Unit, from_json, to_json

Value = tuple[str, ...] | Period | None


def write(db: sqlite3.Connection, doc_id: str, field: Field, value: Value, who: str, unit: tuple[int, Unit] | None = None) -> None:
    """Note that ``who`` says ``value`` (None: takes back what was said), now, of a clause or of the document."""
    number, text = (unit[0], unit[1].text) if unit else (None, "")
    at = datetime.now().astimezone().isoformat(timespec="seconds")
    with db:
        db.execute(
            "INSERT INTO correction (doc_id, unit, text, field, value, who, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (doc_id, number, text, field, to_json(value), who, at),
        )


def standing(db: sqlite3.Connection, doc_id: str) -> list[tuple[Any, ...]]:
    """The last line on each clause and field of one document, those left out that were taken back."""
    last: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in db.execute("SELECT unit, text, field, value, who, at FROM correction WHERE doc_id = ? ORDER BY number", (doc_id,)):
        last[row[:3]] = row
    return [row for row in last.values() if row[3] != "null"]


def applied(doc_id: str, lines: Sequence[tuple[Any, ...]], units: Sequence[Unit]) -> list[Correction]:
    """The lines of ``standing`` as corrections of the clauses as they are cut today."""
    found = []
    for unit, text, field, value, who, at in lines:
        if field == "period":
            found.append(Correction(doc_id, "period", who, at, period=from_json(value, Period)))
        else:
            number = _place(unit, text, units)
            found.append(Correction(doc_id, "labels", who, at, number, text, labels=from_json(value, tuple[str, ...])))
    return found


def _place(number: int, text: str, units: Sequence[Unit]) -> int | None:
    if number < len(units) and units[number].text == text:
        return number
    same = [place for place, unit in enumerate(units) if unit.text == text]
    return same[0] if len(same) == 1 else None
