"""Marked stretches of a text, cut so that stretches which overlap can both be shown. Text stays text: the template escapes it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch from ``start`` to ``end`` and what it is evidence for."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text with the kinds of the marks that cover it, as they first come; none where nothing is marked."""

    text: str
    kinds: tuple[str, ...] = ()


def pieces(text: str, marks: Iterable[Mark]) -> list[Piece]:
    """``text`` in pieces at the ends of the marks; joined they are the text."""
    changes: dict[int, Counter[str]] = {0: Counter(), len(text): Counter()}
    open_marks: Counter[str] = Counter()
    for mark in marks:
        if 0 <= mark.start < mark.end <= len(text):
            changes.setdefault(mark.start, Counter())[mark.kind] += 1
            changes.setdefault(mark.end, Counter())[mark.kind] -= 1
            open_marks[mark.kind] = 0
    found: list[Piece] = []
    for start, end in pairwise(sorted(changes)):
        for kind, number in changes[start].items():
            open_marks[kind] += number
        found.append(Piece(text[start:end], tuple(kind for kind, number in open_marks.items() if number)))
    return found


def highlighted(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """``text`` with the words of a query marked."""
    return pieces(text, (Mark(start, end, "hit") for start, end in spans))


def find(text: str, words: str, kind: str) -> list[Mark]:
    """Where ``words`` stand in ``text``, whatever the white space in either."""
    wanted = SPACE.sub("", words)
    places = [place for place, character in enumerate(text) if not character.isspace()]
    flat = "".join(text[place] for place in places)
    return [Mark(places[hit.start()], places[hit.end() - 1] + 1, kind) for hit in re.finditer(re.escape(wanted), flat)] if wanted else []
