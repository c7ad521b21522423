"""Cue words: the classes of ``data/cues.toml`` found in texts, and the features made of their order.

A feature's name tells what was found, in one stretch between commas unless said otherwise:

``=park`` the class anywhere; ``build>park`` a verb before an object, ``建设>park`` and ``build>园区`` the same with one side spelt out;
``build>>park`` and ``建设>>park`` the last verb before the object; ``build>park.`` that verb, and the object closes the stretch;
``support>firm>build`` that verb, the object and the next verb; ``park<build`` a noun of action close behind its object (园区建设);
``^park`` an object with no verb before it; ``park@goal`` a class in one sentence with a context, ``park@_`` with none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from policytext.measures.arrays import Ints, distinct
from policytext.measures.batch import Batch
from policytext.measures.lexicon import Lexicon
from policytext.places import data_file

Role = Literal["verb", "object", "context"]

#: A noun of action follows its object at most so many characters behind; so many may follow the object that closes a stretch.
NEAR, CLOSING = 4, 6
#: A cue is paired with so many cues behind it at most: a text without commas must not cost its square.
WINDOW = 16

OPERATOR = re.compile(r"(@_|>>|[=>.<^@])")


@dataclass(frozen=True, slots=True)
class CueClass:
    """A class of ``data/cues.toml``; ``example`` is a text with the feature it has to give."""

    id: str
    role: Role
    words: tuple[str, ...]
    example: tuple[str, str]


class Cues(NamedTuple):
    """Cues in a batch by place, parallel arrays: half-open ``start`` and ``end``, number of the word, number of the class.

    A word of two classes stands there twice.
    """

    start: Ints
    end: Ints
    word: Ints
    kind: Ints


class Found(NamedTuple):
    """Features found in a batch, parallel arrays: number of the text, code of the feature, the cues that it comes from (−1: none)."""

    clause: Ints
    code: Ints
    first: Ints
    second: Ints


@cache
def classes() -> tuple[CueClass, ...]:
    """All classes, in the order verbs, objects, contexts."""
    table = tomllib.loads(data_file("cues.toml").read_text("utf-8"))
    roles: tuple[Role, ...] = ("verb", "object", "context")
    return tuple(
        CueClass(one["id"], role, tuple(dict.fromkeys(one["words"].split())), (one["example"]["text"], one["example"]["gives"]))
        for role in roles
        for one in table[role]
    )


class CueReader:
    """Finds cues and their features. A feature has a fixed code below ``size``; ``name`` and ``code`` translate."""

    def __init__(self, classes: Sequence[CueClass]) -> None:
        self.kinds = [one.id for one in classes]
        self.words = sorted({word for one in classes for word in one.words})
        self._operands = {word: ("w", number) for number, word in enumerate(self.words)}
        self._operands |= {kind: ("k", number) for number, kind in enumerate(self.kinds)}
        self._lexicon = Lexicon(self.words)
        self._is = {role: np.array([one.role == role for one in classes]) for role in ("verb", "object", "context")}
        kinds_of: dict[str, list[int]] = {word: [] for word in self.words}
        for kind, one in enumerate(classes):
            for word in one.words:
                kinds_of[word].append(kind)
        self._first_class = np.cumsum([0, *map(len, kinds_of.values())])
        self._classes = np.array([kind for kinds in kinds_of.values() for kind in kinds], np.int64)
        # A form: its operators, and whether each operand is a class (k) or a word (w).
        k, w = len(self.kinds), len(self.words)
        forms = ["=k", "^k", "k>k", "w>k", "k>w", "k>>k", "w>>k", "k>k.", "k>k>k", "k<k", "k@k", "k@_"]
        sizes = {form: tuple(k if letter == "k" else w for letter in form if letter in "kw") for form in forms}
        starts = np.cumsum([0, *(prod(size) for size in sizes.values())]).tolist()
        self._forms = {form: (start, size) for (form, size), start in zip(sizes.items(), starts, strict=False)}
        self.size: int = starts[-1]

    def cues(self, batch: Batch) -> Cues:
        """The cue words of a batch from left to right, each the longest that begins there."""
        length = np.zeros(len(batch.codes), np.int64)
        word = np.zeros(len(batch.codes), np.int64)
        for size, places, numbers in self._lexicon.find(batch.codes):
            length[places], word[places] = size, numbers
        starts = np.flatnonzero(length > 0)
        kept = starts[_leftmost(starts, starts + length[starts])]
        several = self._first_class[word[kept] + 1] - self._first_class[word[kept]]
        place = np.repeat(kept, several)
        kind = self._classes[_runs(self._first_class[word[kept]], several)]
        return Cues(place, place + length[place], word[place], kind)

    def features(self, batch: Batch, cues: Cues) -> Iterator[Found]:
        """The features of a batch, form by form, each in the order of the texts."""
        clause, kind = batch.clause[cues.start], cues.kind
        verb, thing = self._is["verb"][kind], self._is["object"][kind]
        every = np.arange(len(kind))

        def found(form: str, at: Ints, *operands: Ints, second: Ints | None = None) -> Found:
            start, size = self._forms[form]
            code = start + np.ravel_multi_index(operands, size) if len(at) else at
            return Found(clause[at], code, at, np.full(len(at), -1) if second is None else second)

        yield found("=k", every, kind)
        stretch = batch.stretch[cues.start]
        first, second = _pairs(stretch)
        behind = cues.start[second] >= cues.end[first]
        governs = behind & verb[first] & thing[second]
        v, o = first[governs], second[governs]
        yield found("k>k", v, kind[v], kind[o], second=o)
        yield found("w>k", v, cues.word[v], kind[o], second=o)
        yield found("k>w", v, kind[v], cues.word[o], second=o)
        named = behind & thing[first] & verb[second] & (cues.start[second] - cues.end[first] <= NEAR)
        o, v = first[named], second[named]
        yield found("k<k", o, kind[o], kind[v], second=v)

        before = _last(verb, stretch)
        objects = np.flatnonzero(thing)
        bare = objects[before[objects] < 0]
        yield found("^k", bare, kind[bare])
        o = objects[before[objects] >= 0]
        v = before[o]
        yield found("k>>k", o, kind[v], kind[o], second=v)
        yield found("w>>k", o, cues.word[v], kind[o], second=v)
        after = len(kind) - 1 - _last(verb[::-1], stretch[::-1])[::-1]
        followed = after[o] < len(kind)
        closing = ~followed & (batch.stretch_ends[stretch[o]] - cues.end[o] <= CLOSING)
        yield found("k>k.", v[closing], kind[v[closing]], kind[o[closing]], second=o[closing])
        v, o, then = v[followed], o[followed], after[o[followed]]
        yield found("k>k>k", v, kind[v], kind[o], kind[then], second=o)

        spoken = np.flatnonzero(~self._is["context"][kind])
        sentences, contexts = self._contexts(batch, cues)
        at, context = _join(batch.sentence[cues.start[spoken]], sentences)
        yield found("k@k", spoken[at], kind[spoken[at]], contexts[context])
        alone = np.delete(spoken, at)
        yield found("k@_", alone, kind[alone])

    def name(self, code: int) -> str:
        """The name of a feature."""
        form, (start, size) = next((form, place) for form, place in reversed(self._forms.items()) if place[0] <= code)
        operands = iter(np.unravel_index(code - start, size))
        names = {"k": self.kinds, "w": self.words}
        return "".join(names[letter][int(next(operands))] if letter in names else letter for letter in form)

    def code(self, name: str) -> int:
        """The code of a feature's name, −1 for one that these classes and words do not give."""
        form, numbers = "", []
        for part in OPERATOR.split(name):
            if part in self._operands:
                letter, number = self._operands[part]
                form += letter
                numbers.append(number)
            else:
                form += part
        if form not in self._forms:
            return -1
        start, size = self._forms[form]
        code: int = 0
        for number, many in zip(numbers, size, strict=True):
            code = code * many + number
        return int(start) + code

    def _contexts(self, batch: Batch, cues: Cues) -> tuple[Ints, Ints]:
        """The context classes of each sentence, each once: numbers of the sentences (ascending), numbers of the classes."""
        here = np.flatnonzero(self._is["context"][cues.kind])
        both = distinct(batch.sentence[cues.start[here]] * len(self.kinds) + cues.kind[here])
        return both // len(self.kinds), both % len(self.kinds)


@cache
def shipped() -> CueReader:
    """The reader of ``data/cues.toml``."""
    return CueReader(classes())


def _leftmost(start: Ints, end: Ints) -> NDArray[np.bool_]:
    """Which stretches from left to right do not overlap the last one kept; ``start`` ascends."""
    kept = start >= np.concatenate(([0], np.maximum.accumulate(end)))[:-1]
    inside = np.flatnonzero(~kept)
    # What lies behind the first of several in a row may overlap only that one, which is not kept.
    behind = inside[1:][np.diff(inside) == 1]
    last = 0
    for n, begin in zip(behind.tolist(), start[behind].tolist(), strict=True):
        last = n - 1 if kept[n - 1] else n - 2 if kept[n - 2] else last
        kept[n] = begin >= end[last]
    return np.asarray(kept, bool)


def _runs(begin: Ints, count: Ints) -> Ints:
    """begin[0], begin[0] + 1, … (count[0] numbers), begin[1], …"""
    return np.arange(int(count.sum())) + np.repeat(begin - np.cumsum(count) + count, count)


def _pairs(group: Ints) -> tuple[Ints, Ints]:
    """Pairs i < j of one group and at most ``WINDOW`` apart; ``group`` ascends."""
    here = np.arange(len(group))
    count = np.minimum(np.searchsorted(group, group, side="right") - here - 1, WINDOW)
    return np.repeat(here, count), _runs(here + 1, count)


def _last(flag: NDArray[np.bool_], group: Ints) -> Ints:
    """For each place the last flagged one before it in its group, or −1."""
    last = np.concatenate(([-1], np.maximum.accumulate(np.where(flag, np.arange(len(flag)), -1))))[:-1].astype(np.int64)
    return np.where((last >= 0) & (group[last] == group), last, -1) if len(flag) else last


def _join(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """All (i, j) with left[i] == right[j], in the order of i; ``right`` ascends."""
    begin = np.searchsorted(right, left)
    count = np.searchsorted(right, left, side="right") - begin
    return np.repeat(np.arange(len(left)), count), _runs(begin, count)
