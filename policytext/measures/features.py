"""Clauses as named features: runs of characters in text and heading, and cues; and the numbers that the model multiplies."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from policytext.measures.arrays import Ints, first_of_each
from policytext.measures.batch import END, Batch
from policytext.measures.cues import Cues, Found, shipped
from policytext.measures.lexicon import Lexicon
from policytext.schema import ClauseText

#: Block → (scale of the inverse document frequencies, brought to unit length?). A feature's name begins with its block.
#: Cues keep their length: a clear phrase in a long clause must not be diluted.
BLOCKS: dict[str, tuple[float, bool]] = {"c": (1.4, True), "h": (0.7, True), "q": (0.025, False)}

#: Runs of one to so many letters and digits are features of a text, and of its heading.
LONGEST, LONGEST_IN_HEADING = 3, 2


class Entries(NamedTuple):
    """Which features clauses have, each once: numbers of the clauses and of the features, parallel, ascending by both."""

    clause: Ints
    feature: Ints


@dataclass(frozen=True)
class Reading:
    """A batch of ``number`` clauses read: its entries, and where they come from (length, places and features of the runs; cues)."""

    number: int
    entries: Entries
    batch: Batch
    cues: Cues
    runs: list[tuple[int, Ints, Ints]]
    found: list[Found]


class Vocabulary:
    """The features of a model, numbered in the order of ``names``: ascending, so that blocks are contiguous.

    Names: ``c:产业`` a run of characters in the text, ``h:资金`` in the heading, ``q:build>park`` a cue (see cues.py). A clause has a
    feature once however often it occurs. A cue that is no more in ``data/cues.toml`` is never found. The
    title is not read: it did not help. Raises ValueError for names in another order.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        if list(names) != sorted(names):
            raise ValueError("vocabulary")
        bounds = [(bisect_left(names, f"{block}:"), bisect_left(names, f"{block};")) for block in BLOCKS]
        blocks = [[name[2:] for name in names[first:last]] for first, last in bounds]
        if sum(map(len, blocks)) != len(names):
            raise ValueError("vocabulary")
        self.block = np.repeat(np.arange(len(BLOCKS), dtype=np.uint8), list(map(len, blocks)))
        runs, in_headings, cues = blocks
        self._runs, self._in_headings = Lexicon(runs), Lexicon(in_headings)
        self._before_headings = len(runs)
        codes = np.array([shipped().code(name) for name in cues], np.int64)
        known = np.flatnonzero(codes >= 0)
        self._feature = np.full(shipped().size, -1, np.int64)
        self._feature[codes[known]] = known + len(runs) + len(in_headings)

    def read(self, clauses: Sequence[ClauseText]) -> Reading:
        """The features of ``clauses``."""
        batch = Batch.of([one.text for one in clauses])
        headings = Batch.of([one.heading for one in clauses])
        cues = shipped().cues(batch)
        runs = list(self._runs.find(batch.codes))
        found = [self._known(one) for one in shipped().features(batch, cues)]
        pairs = [(batch.clause.take(places), features) for _, places, features in runs]
        in_headings = self._in_headings.find(headings.codes)
        pairs += [(headings.clause.take(places), features + self._before_headings) for _, places, features in in_headings]
        pairs += [(one.clause, one.code) for one in found]
        bits = len(self.names).bit_length()
        # Half as wide where that is enough: sorting takes half as long.
        kind = np.int32 if len(clauses) << bits <= np.iinfo(np.int32).max else np.int64
        keys: Ints = np.concatenate([clause << bits | feature for clause, feature in pairs], dtype=kind, casting="same_kind")
        keys.sort()
        keys = keys.take(first_of_each(keys))
        return Reading(len(clauses), Entries(keys >> bits, keys & ((1 << bits) - 1)), batch, cues, runs, found)

    def _known(self, found: Found) -> Found:
        """The same with the model's numbers of features as codes; those it does not have are left out."""
        features = self._feature.take(found.code)
        known = np.flatnonzero(features >= 0)
        return Found(*(part.take(known) for part in found._replace(code=features)))


def weights(entries: Entries, number: int, idf: NDArray[np.float32], block: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The number of each entry of ``number`` clauses: its inverse document frequency times the factor of its block in its clause."""
    found = idf.take(entries.feature)
    part = entries.clause * len(BLOCKS) + block.take(entries.feature)
    squares = np.bincount(part, weights=found.astype(np.float64) ** 2, minlength=number * len(BLOCKS)).reshape(number, len(BLOCKS))
    return (found * factors(squares).reshape(-1).take(part)).astype(np.float32)


def factors(squares: NDArray[Any]) -> NDArray[np.float64]:
    """What the inverse document frequencies of a clause's features are multiplied by, (clauses, blocks).

    ``squares``, of the same shape, are the sums of their squares: a block is scaled and, where asked, brought to unit length.
    """
    scale, unit = (np.array(column) for column in zip(*BLOCKS.values(), strict=True))
    return np.asarray(scale / np.sqrt(np.where(unit & (squares > 0), squares, 1)), np.float64)


def common_names(clauses: Sequence[ClauseText], fewest: int) -> list[str]:
    """The names of all features that ``fewest`` or more of ``clauses`` have, ascending."""
    batch, headings = Batch.of([one.text for one in clauses]), Batch.of([one.heading for one in clauses])
    number = max(1, len(clauses))
    counts: Counter[str] = Counter()
    for block, text, longest in (("c", batch.text, LONGEST), ("h", headings.text, LONGEST_IN_HEADING)):
        for one in text.split(END)[:-1]:
            counts.update(f"{block}:{run}" for run in _runs(one, longest))
    cues = shipped()
    for found in cues.features(batch, cues.cues(batch)):
        codes, numbers = np.unique(np.unique(found.code * number + found.clause) // number, return_counts=True)
        common = np.flatnonzero(numbers >= fewest)
        counts.update({f"q:{cues.name(code)}": times for code, times in zip(codes[common].tolist(), numbers[common].tolist(), strict=True)})
    return sorted(name for name, times in counts.items() if times >= fewest)


def _runs(text: str, longest: int) -> set[str]:
    runs = (text[start : start + size] for size in range(1, longest + 1) for start in range(len(text) - size + 1))
    return {run for run in runs if run.isalnum()}
