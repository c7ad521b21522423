"""Cue words: the classes of ``data/cues.toml`` found in a text, and the features made from them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from policytext.places import data_file

#: A verb governs its object within one stretch between these marks; an enumeration (、) does not end it.
STRETCH = re.compile(r"[^，,。；;：:！？!?\n]+")
#: A noun of action follows its object closely (园区建设): at most so many characters between.
NEAR = 4


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue word in a text: where it stands, its word and its class."""

    start: int
    end: int
    word: str
    kind: str
    verb: bool


@dataclass(frozen=True, slots=True)
class CueClass:
    """A class of ``data/cues.toml``; ``example`` is a text with the feature it has to give."""

    id: str
    verb: bool
    words: tuple[str, ...]
    example: tuple[str, str]


@cache
def classes() -> tuple[CueClass, ...]:
    """All classes, verbs first."""
    table = tomllib.loads(data_file("cues.toml").read_text("utf-8"))
    return tuple(
        CueClass(one["id"], role == "verb", tuple(one["words"].split()), (one["example"]["text"], one["example"]["gives"]))
        for role in ("verb", "object")
        for one in table[role]
    )


@cache
def _lexicon() -> tuple[dict[str, tuple[CueClass, ...]], int]:
    """Word → its classes, and the length of the longest word."""
    found: dict[str, tuple[CueClass, ...]] = {}
    for one in classes():
        for word in dict.fromkeys(one.words):
            found[word] = (*found.get(word, ()), one)
    return found, max(map(len, found))


def scan(text: str) -> Iterator[Cue]:
    """The cue words of ``text`` from left to right, by longest match; a word of two classes is found as both."""
    lexicon, longest = _lexicon()
    place = 0
    while place < len(text):
        for length in range(min(longest, len(text) - place), 0, -1):
            word = text[place : place + length]
            if word in lexicon:
                for one in lexicon[word]:
                    yield Cue(place, place + length, word, one.id, one.verb)
                place += length
                break
        else:
            place += 1


def cue_features(text: str) -> Iterator[tuple[str, str]]:
    """Features of a normalised text with the words that they come from: ``("build>park", "建设…产业园")``.

    ``verb>object`` a verb class before an object class in one stretch, ``object<verb`` a noun of action close behind its object,
    ``=class`` a class anywhere; ``word>object`` and ``verb>word`` are the same with one side spelt out.
    """
    for stretch in STRETCH.finditer(text):
        cues = list(scan(stretch[0]))
        for place, cue in enumerate(cues):
            yield f"={cue.kind}", cue.word
            if cue.verb:
                for other in cues[place + 1 :]:
                    if not other.verb and other.start >= cue.end:
                        words = f"{cue.word}{other.word}" if other.start == cue.end else f"{cue.word}…{other.word}"
                        yield f"{cue.kind}>{other.kind}", words
                        yield f"{cue.word}>{other.kind}", words
                        yield f"{cue.kind}>{other.word}", words
            else:
                for other in cues[place + 1 :]:
                    if other.verb and 0 <= other.start - cue.end <= NEAR:
                        yield f"{cue.kind}<{other.kind}", stretch[0][cue.start : other.end]
