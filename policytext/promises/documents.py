"""The promises of many clauses, each judged by the execution period of its document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from policytext.promises.finding import find_promises
from policytext.promises.in_time import Feasibility, feasibility
from policytext.promises.tables import header, in_words
from policytext.schema import Clause, Promise


@dataclass(frozen=True, slots=True)
class Judged:
    """A promise, the clause that makes it, and whether the policy runs long enough for it."""

    clause: Clause
    promise: Promise
    feasibility: Feasibility


def judged(clauses: Iterable[Clause]) -> Iterator[Judged]:
    """The promises of ``clauses``, which come document by document in reading order.

    Items that follow words like 按以下标准给予奖励：, and the rows of a table, are read together with what heads them.
    """
    context = _Context()
    for clause in clauses:
        for promise in context.read(clause):
            yield Judged(clause, promise, feasibility(promise, clause.record.period))


class _Context:
    """What heads the clause that is being read: the clause that opens its list, or the head of its table."""

    def __init__(self) -> None:
        self._opens: Clause | None = None
        self._head: list[str] = []

    def read(self, clause: Clause) -> list[Promise]:
        """The promises of the next clause."""
        text = clause.unit.text
        opening = self._opens.unit.text if self._opens and _under(self._opens, clause) else ""
        if text.rstrip().endswith(("：", ":")):
            self._opens = clause
        elif not opening:
            self._opens = None
        if clause.unit.kind != "table":
            self._head = []
            return find_promises(text, opening)
        self._head = header(text) or self._head
        sentence = in_words(self._head, text) if self._head else text
        found = find_promises(sentence, opening)
        if sentence == text:
            return found
        # The sentence is ours; the evidence is the row.
        return [replace(promise, text=text, start=0, end=len(text)) for promise in found]


def _under(opens: Clause, clause: Clause) -> bool:
    """Does the clause belong to the list that ``opens`` opens?"""
    same = (opens.record.doc_id, opens.record.file) == (clause.record.doc_id, clause.record.file)
    return same and (clause.unit.kind in ("item", "table") or clause.unit.path.startswith(f"{opens.unit.path}/"))
