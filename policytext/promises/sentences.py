"""Plain text → sentences with their amounts, and what each amount is: a condition, a reward, a ceiling."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policytext.promises.amounts import Row, rows
from policytext.promises.drafts import Found
from policytext.promises.wording import Role, Wordings

_SENTENCE = re.compile(r"[^。;!?]+")
#: Characters on each side of an amount that say what it is: a sentence of a thousand amounts is read in time.
NEAR = 160
#: What may lie between two rewards of a list: 国家级100万元、省级50万元.
LABEL = 24
_LABELLED = re.compile(rf"[^,。:]{{0,{LABEL}}}|,[^,。:]{{0,18}}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, ``start`` to ``end`` in the plain text, and its amounts. ``masked``: the plain text with # for every amount.

    ``continues``: it stands behind a semicolon. ``gives``: it, or what it goes on from, speaks of a benefit.
    """

    start: int
    end: int
    found: tuple[Found, ...]
    masked: str
    continues: bool
    gives: bool

    @property
    def text(self) -> str:
        """Its words, with # for every amount."""
        return self.masked[self.start : self.end]

    @property
    def telling(self) -> list[Found]:
        """The amounts that say something of a promise."""
        return [one for one in self.found if one.role != "none"]

    def gap(self, place: int) -> str:
        """What stands between an amount and the one before it."""
        start = self.found[place - 1].row.end if place else self.start
        return self.masked[start : self.found[place].row.start]

    def begins(self) -> str:
        """What stands before the first telling amount."""
        return self.masked[self.start : self.telling[0].row.start]


def sentences(text: str, opening: str, words: Wordings) -> Iterator[Sentence]:
    """The sentences of plain text that have an amount with a role. ``opening``: words that stand before each of them."""
    all_rows = rows(text, words)
    signs = list(text)
    for row in all_rows:
        signs[row.start : row.end] = "#" * (row.end - row.start)
    masked = "".join(signs)
    lead, gave = opening, False
    for stretch in _SENTENCE.finditer(text):
        start, end = stretch.span()
        continues = text[start - 1 : start] == ";"
        gave = continues and gave
        lead = lead if continues else opening
        here = all_rows[bisect_left(all_rows, start, key=_start) : bisect_left(all_rows, end, key=_start)]
        if here:
            found = tuple(_roles(masked, start, end, here, lead, words))
            if any(one.role != "none" for one in found):
                surely = any(one.role in ("terms", "reward", "least") for one in found)
                gave = gave or surely or bool(lead or words.paid.search(text, start, end) or words.divides.search(text[start:end]))
                yield Sentence(start, end, found, masked, continues, gave)
        if told := words.lead.search(masked[start:end]):
            lead = told[0]


def _handed_out(row: Row, left: str, words: Wordings) -> bool:
    """Is a sum what all together were or will be paid: 发放以工代赈报酬4.19亿元?"""
    if row.amounts[0].value < words.handed_out or not words.handing_out.search(left):
        return False
    return not words.conditional.search(re.split("[:。;]", left)[-1])


def _start(row: Row) -> int:
    return row.start


def _roles(masked: str, start: int, end: int, here: Sequence[Row], lead: str, words: Wordings) -> Iterator[Found]:
    before: Found | None = None
    for row in here:
        left = lead + masked[max(start, row.start - NEAR) : row.start]
        right = masked[row.end : min(end, row.end + NEAR)]
        role: Role = next((rule.role for rule in words.roles if rule.fits(row.kind, left, right)), "none")
        gives = role in ("reward", "cap", "least")
        much = row.kind == "money" and (row.amounts[0].value >= words.too_much or _handed_out(row, left, words))
        if gives and much:
            role = "none"
        elif (
            role == "none"
            and not much
            and before
            and before.row.kind == row.kind
            and _LABELLED.fullmatch(masked, before.row.end, row.start)
        ):
            role = before.role
        elif role == "none" and row.kind in ("area", "count") and row.amounts[0].low is not None and not words.no_band.search(left):
            role = "threshold"  # 90至144平方米, 1至3家
        most = bool(words.most_before.search(left) or words.most_after.match(right))
        since = max(before.row.end if before else start, row.start - 2 * NEAR)
        found = Found(row, role, most, masked[since : row.start])
        if role in ("reward", "cap", "least"):
            before = found
        elif role != "none":
            before = None
        yield found
