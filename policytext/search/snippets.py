"""The stretch of a clause that shows why it was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from policytext.search.slots import Slot
from policytext.words import AMOUNT, amount, amounts, fold, terms

ELLIPSIS = "…"
#: Occurrences that are looked at for the best window; every pair of them is compared.
FIRST = 200
#: Signs that may stand inside a word: 首台（套） is 首台套.
INSIDE = frozenset('()“”" ')
LATIN_PAIR = re.compile("[a-z0-9]{2}")
Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a clause; ``spans`` are half-open ranges of ``text`` to highlight, in order and apart."""

    text: str
    spans: Ranges = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The words of a query that stand in a text, as they are printed there; ``synonyms``: those that stand for another word, with it."""

    words: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()


def matched(text: str, phrases: Iterable[str], slots: Iterable[Slot]) -> Found:
    """What of a query stands in ``text``, in the query's order; no word that stands only inside longer ones named."""
    folded = _without_blanks(text)
    found = [phrase for phrase in map(_without_blanks, phrases) if phrase in folded]
    synonyms: dict[str, str] = {}
    here = set(terms(text))
    for slot in slots:
        variant = next((one for one in slot.variants if here.issuperset(one.terms)), None)
        words = list(variant.terms) if variant else []
        if slot.prefix:
            words += sorted(term for term in here if term.startswith(slot.prefix))
        for word in _printed(text, words):
            if variant and variant.stands_for:
                synonyms[word] = variant.stands_for
            found.append(word)
    alone = tuple(word for word in dict.fromkeys(found) if _stands_alone(word, found, folded))
    return Found(alone, tuple((word, of) for word, of in synonyms.items() if word in alone))


def _without_blanks(text: str) -> str:
    return fold(text).replace(" ", "")


def _stands_alone(word: str, words: Sequence[str], folded: str) -> bool:
    longer = [other for other in words if word in other and word != other]
    for other in longer:
        folded = folded.replace(other, "\n")
    return not longer or word in folded


def _printed(text: str, words: Iterable[str]) -> Iterator[str]:
    """The words, and for the term of a number the ways in which the text prints it."""
    for word in words:
        if word.startswith(AMOUNT):
            folded = fold(text)
            yield from dict.fromkeys(folded[one.start : one.end] for one in amounts(folded) if amount(one) == word)
        else:
            yield word


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


def ranges(text: str, words: Iterable[str]) -> Ranges:
    """Where the words stand in ``text``; those that touch or overlap are one range."""
    return _joined(_spans(text, words))


def _spans(text: str, words: Iterable[str]) -> list[tuple[int, int, str]]:
    """Where the words stand in ``text``, by (start, end, word) sorted; both sides are compared folded."""
    plain = [_plain(character) for character in text]
    folded, place = "".join(plain), [number for number, characters in enumerate(plain) for _ in characters]
    kept = [number for number, character in enumerate(folded) if character not in INSIDE]
    bare = "".join(folded[number] for number in kept)
    found = []
    for word in words:
        sought = "".join(character for character in word if character not in INSIDE)
        start = bare.find(sought) if sought else -1
        while start >= 0:
            first, end = kept[start], kept[start + len(sought) - 1] + 1
            if _alone(folded, first, end):
                opened = folded.count("(", first, end) > folded.count(")", first, end)
                found.append((place[first], place[end - 1 + (opened and folded.startswith(")", end))] + 1, word))
            start = bare.find(sought, start + len(sought))
    return sorted(found)


def _alone(folded: str, first: int, end: int) -> bool:
    """A Latin word or number must stand alone: 5 is not in 50."""
    return not (LATIN_PAIR.match(folded[max(0, first - 1) : first + 1]) or LATIN_PAIR.match(folded[end - 1 : end + 1]))


@lru_cache(maxsize=20_000)
def _plain(character: str) -> str:
    return " " if character.isspace() else fold(character)


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
