"""Does an entry hold the characters that a query asks for? The one meaning of conditions, for all engines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policytext.search.protocol import Entry
from policytext.search.query import Condition, Run
from policytext.words import fold, pieces


def meets(entry: Entry, conditions: Iterable[Condition]) -> bool:
    """Does the entry meet all conditions?"""
    return all(any(_holds(entry, run) for run in one.runs) != one.excluded for one in conditions)


def _holds(entry: Entry, run: Run) -> bool:
    if run.field == "path":
        asked, there = steps(run.text), steps(entry.path)
        return any(there[place : place + len(asked)] == asked for place in range(len(there)))
    wanted = _row(run.pieces)
    fields = (entry.title,) if run.field == "title" else (entry.text, entry.head)
    return any(wanted in _row(pieces(field)) for field in fields)


def steps(path: str) -> list[str]:
    """The numbers of a path, folded and without blanks: 第一章/第三条 → 第一章, 第三条."""
    return [step.replace(" ", "") for step in fold(path).split("/") if step]


def _row(of: Sequence[str]) -> str:
    """The pieces as one string in which whole pieces can be looked for: none of them holds a line break."""
    return "\n".join(("", *of, ""))
