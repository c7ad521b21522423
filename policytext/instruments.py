"""Policy instruments after Rothwell and Zegveld (1981): supply, environment or demand side, by the words of a clause."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache

from policytext.places import data_file

#: A class is given when it has this share of the instrument words, else the clause is mixed.
SHARE = 2 / 3


@dataclass(frozen=True, slots=True)
class Instrument:
    """One class of ``data/instruments.toml``; ``example`` is a clause that belongs to it."""

    id: str
    zh: str
    en: str
    words: tuple[str, ...]
    example: str


@cache
def instruments() -> tuple[Instrument, ...]:
    """The classes in their order."""
    table = tomllib.loads(data_file("instruments.toml").read_text("utf-8"))["instrument"]
    return tuple(Instrument(**{**one, "words": tuple(one["words"].split())}) for one in table)


def instrument_of(text: str) -> str:
    """``supply``, ``environment``, ``demand``, ``mixed`` or ``unknown`` for the text of a clause that carries out a measure."""
    pattern, class_of = _words()
    counts = Counter(class_of[word] for word in pattern.findall(text))
    if not counts:
        return "unknown"
    ((best, number),) = counts.most_common(1)
    return best if number >= SHARE * counts.total() else "mixed"


@cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    class_of = {word: one.id for one in instruments() for word in one.words}
    return re.compile("|".join(sorted(class_of, key=lambda word: (-len(word), word)))), class_of
