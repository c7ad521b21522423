"""What readers put right, beside the machine's values: one line a correction, none is ever changed; the last one counts.

A correction names the clause by its place and by its words. A document that is cut anew keeps the corrections of the clauses whose words
are still there; documents that are removed and come back get theirs back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from policytext.schema import Correction, Field, Period, Unit, from_json, to_json

Value = tuple[str, ...] | Period | None
#: Place of the unit (None: the document), its words, field, value as JSON, who, when.
Line = tuple[int | None, str, Field, str, str, str]


def line(field: Field, value: Value, who: str, unit: tuple[int, Unit] | None = None) -> Line:
    """What ``who`` says now, ``value`` (None: takes back what was said), of a clause or of the document."""
    number, text = (unit[0], unit[1].text) if unit else (None, "")
    return number, text, field, to_json(value), who, datetime.now().astimezone().isoformat(timespec="seconds")


def applied(doc_id: str, lines: Iterable[Line], units: Sequence[Unit]) -> list[Correction]:
    """The last line on each clause and field, those left out that were taken back, as corrections of the clauses as they are cut today."""
    last = {line[:3]: line for line in lines}
    standing = [line for line in last.values() if line[3] != "null"]
    found = []
    for unit, text, field, value, who, at in standing:
        if field == "period":
            found.append(Correction(doc_id, "period", who, at, period=from_json(value, Period)))
        else:
            number = _place(unit or 0, text, units)
            found.append(Correction(doc_id, "labels", who, at, number, text, labels=from_json(value, tuple[str, ...])))
    return found


def _place(number: int, text: str, units: Sequence[Unit]) -> int | None:
    if number < len(units) and units[number].text == text:
        return number
    same = [place for place, unit in enumerate(units) if unit.text == text]
    return same[0] if len(same) == 1 else None
