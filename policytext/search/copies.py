"""Clauses that say the same in almost the same words: passed on from one document to the next."""

from __future__ import annotations

import re
from functools import cached_property

from policytext.quantities import quantities
from policytext.words import fold

#: Share of their 4-grams that two texts must have in common, and what their lengths may differ.
LIKE, LENGTHS = 0.9, 0.9
GRAM = 4
NUMBERING = re.compile(r"^\(?第?[一二三四五六七八九十百\d]+(?:[条款)]|[、.])\s?")
MARKS = re.compile(r"[\W_]+")


class Wording:
    """What is compared of a text: its letters without the number in front, then, only where those are of like length, the rest."""

    def __init__(self, text: str) -> None:
        self._bare = NUMBERING.sub("", fold(text))
        self.letters = MARKS.sub("", self._bare)

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """The values in the text, in order."""
        return tuple(one.value for one in quantities(self._bare))

    @cached_property
    def grams(self) -> frozenset[tuple[str, ...]]:
        """The 4-grams of the letters; of fewer letters, all of them."""
        return frozenset(zip(*(self.letters[start:] for start in range(GRAM)), strict=False)) or frozenset([tuple(self.letters)])


def alike(one: Wording, other: Wording) -> bool:
    """Do the two say the same? Another amount is another promise, however like the words are."""
    if one.letters == other.letters:
        return True
    lengths = len(one.letters), len(other.letters)
    if min(lengths) < LENGTHS * max(lengths) or len(one.grams & other.grams) < LIKE * len(one.grams | other.grams):
        return False
    return one.numbers == other.numbers
