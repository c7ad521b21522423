"""The tokens of the encoder: words, single Han characters and punctuation marks, and pieces of words, as BERT cuts them (WordPiece)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

UNKNOWN, FIRST, BETWEEN = "[UNK]", "[CLS]", "[SEP]"
#: A longer run of letters is one unknown token.
LONGEST_WORD = 100
#: Blocks of Han characters, each a token of its own.
HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2CEAF), (0x2F800, 0x2FA1F))

Kind = Literal["space", "alone", "letter", "nothing"]


class Tokens:
    """Token numbers in the order of ``names``. Raises ValueError where one of the three special tokens is missing."""

    def __init__(self, names: Sequence[str]) -> None:
        self._numbers = {name: number for number, name in enumerate(names)}
        if missing := {UNKNOWN, FIRST, BETWEEN} - set(names):
            raise ValueError(f"tokens: {sorted(missing)}")
        self.unknown, self.first, self.between = (self.number(name) for name in (UNKNOWN, FIRST, BETWEEN))

    def number(self, name: str) -> int:
        """The number of a token."""
        return self._numbers[name]

    def of(self, text: str) -> list[int]:
        """The tokens of a text. A word with capital letters is unknown: the encoder was trained so."""
        return [number for word in _words(text) for number in self._pieces(word)]

    def _pieces(self, word: str) -> list[int]:
        """The longest known beginning, then the longest known continuation (``##…``), and so on; one unknown token where that fails."""
        found: list[int] = []
        start = 0
        while start < len(word) <= LONGEST_WORD:
            prefix = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if prefix + word[start:end] in self._numbers), 0)
            if not end:
                break
            found.append(self.number(prefix + word[start:end]))
            start = end
        return found if start == len(word) else [self.unknown]


def _words(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        kind = _kind(letter)
        if kind == "letter":
            word += letter
        elif kind != "nothing":
            if word:
                yield word
                word = ""
            if kind == "alone":
                yield letter
    if word:
        yield word


@cache
def _kind(letter: str) -> Kind:
    code, category = ord(letter), unicodedata.category(letter)
    if letter in "\t\n\r" or category == "Zs":
        return "space"
    if category[0] == "C" or letter == "\ufffd":
        return "nothing"
    mark = category[0] == "P" or (code < 0x80 and not letter.isalnum())
    return "alone" if mark or any(first <= code <= last for first, last in HAN) else "letter"
