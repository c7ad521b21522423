"""The stretch of a clause that shows why it was found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from policytext.search.query import Query
from policytext.words import pieces, terms

ELLIPSIS = "…"
#: Occurrences that are looked at for the best window; every pair of them is compared.
FIRST = 200
Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a clause; ``spans`` are half-open ranges of ``text`` to highlight, in order and apart."""

    text: str
    spans: Ranges = ()


def matched(text: str, query: Query) -> tuple[str, ...]:
    """The phrases and words of ``query`` that stand in ``text``, in the query's order; no word that is part of another one named."""
    folded = "".join(pieces(text))
    found = ["".join(phrase) for phrase in query.phrases if "".join(phrase) in folded]
    here = set(terms(text))
    for word in query.words:
        if word in here and not any(word in other for other in found):
            found = [other for other in found if other not in word] + [word]
    return tuple(found)


def snippet(text: str, words: Iterable[str], width: int = 80) -> Snippet:
    """At most ``width`` (3 or more) characters of ``text`` where most different ``words`` stand together; else its beginning."""
    spans = _spans(text, words)
    if len(text) <= width:
        return Snippet(text, _joined(spans))
    room = width - 2 * len(ELLIPSIS)
    start = _densest(spans, room)
    end = start + room
    # At the ends of the clause there is nothing to leave out: the sign's place goes to the text.
    if start <= 1:
        start, end = 0, width - len(ELLIPSIS)
    elif end >= len(text) - 1:
        start, end = len(text) - width + len(ELLIPSIS), len(text)
    before = ELLIPSIS if start else ""
    after = ELLIPSIS if end < len(text) else ""
    shift = len(before) - start
    inside = [(begin + shift, stop + shift, word) for begin, stop, word in spans if start <= begin and stop <= end]
    return Snippet(before + text[start:end] + after, _joined(inside))


def _spans(text: str, words: Iterable[str]) -> list[tuple[int, int, str]]:
    """Where the words stand in ``text``, by (start, end, word) sorted; both sides are compared in normalised form."""
    folded, place = "", []
    for number, character in enumerate(text):
        plain = unicodedata.normalize("NFKC", character).lower()
        folded += plain
        place += [number] * len(plain)
    found = []
    for word in words:
        # A Latin word or number must stand alone: 5 is not in 50.
        left, right = (r"(?<![a-z0-9])" if word[:1].isascii() else ""), (r"(?![a-z0-9])" if word[-1:].isascii() else "")
        # Brackets, quotes and blanks may stand inside: 首台（套） is 首台套.
        inside = r"[()“”\"\s]?".join(re.escape(character) for character in word)
        if word:
            for hit in re.finditer(left + inside + right, folded):
                closes = hit[0].count("(") > hit[0].count(")") and folded.startswith(")", hit.end())
                found.append((place[hit.start()], place[hit.end() - 1 + closes] + 1, word))
    return sorted(found)


def _densest(spans: list[tuple[int, int, str]], room: int) -> int:
    """Where a window of ``room`` characters begins that holds the most different words, then the most occurrences."""
    best, begin = (0, 0), 0
    spans = spans[:FIRST]
    for start, _, _ in spans:
        inside = [word for first, last, word in spans if start <= first and last <= start + room]
        if (len(set(inside)), len(inside)) > best:
            best = (len(set(inside)), len(inside))
            last = max(stop for first, stop, _ in spans if start <= first and stop <= start + room)
            # The words stand in the middle of the window, as far as they leave room.
            begin = max(0, start - (room - (last - start)) // 2)
    return begin


def _joined(spans: Iterable[tuple[int, int, str]]) -> Ranges:
    """The ranges without the words; those that touch or overlap become one."""
    ranges: list[tuple[int, int]] = []
    for start, end, _ in spans:
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
        else:
            ranges.append((start, end))
    return tuple(ranges)
