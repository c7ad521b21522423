"""Clauses that say the same in almost the same words: passed on from one document to the next."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policytext.quantities import quantities
from policytext.words import fold

#: Share of their 4-grams that two texts must have in common, and what their lengths may differ.
LIKE, LENGTHS = 0.9, 0.9
GRAM = 4
NUMBERING = re.compile(r"^\(?第?[一二三四五六七八九十百\d]+(?:[条款)]|[、.])\s?")
MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Print:
    """What is compared of a text: its letters without the number in front, its values, its 4-grams."""

    letters: str
    numbers: tuple[float, ...]
    grams: frozenset[str]


def print_of(text: str) -> Print:
    """The print of a text."""
    bare = NUMBERING.sub("", fold(text))
    letters = MARKS.sub("", bare)
    grams = frozenset(letters[start : start + GRAM] for start in range(max(1, len(letters) - GRAM + 1)))
    return Print(letters, tuple(one.value for one in quantities(bare)), grams)


def alike(one: Print, other: Print) -> bool:
    """Do the two say the same? Another amount is another promise, however like the words are."""
    if one.letters == other.letters:
        return True
    shorter, longer = sorted((len(one.letters), len(other.letters)))
    if shorter < LENGTHS * longer or one.numbers != other.numbers:
        return False
    return len(one.grams & other.grams) >= LIKE * len(one.grams | other.grams)
