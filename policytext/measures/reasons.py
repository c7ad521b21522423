"""The words of a clause that decided a label: what each word and each cue added to the score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from policytext.measures.arrays import Floats
from policytext.measures.features import Reading, Vocabulary

#: So many reasons are shown for a label; they are gathered from so many of the features that added most.
REASONS, FEATURES = 3, 16


class Explainer:
    """Explains the labels of one reading. ``factors`` (clauses, blocks) multiply ``idf`` (features,); ``coef`` is (features, types)."""

    def __init__(self, reading: Reading, vocabulary: Vocabulary, factors: Floats, idf: Floats, coef: Floats) -> None:
        self._reading, self._vocabulary, self._factors, self._idf, self._coef = reading, vocabulary, factors, idf, coef
        keys = np.concatenate([one.clause * len(vocabulary.names) + one.code for one in reading.found])
        order = np.argsort(keys, kind="stable")
        self._cue_keys = keys[order]
        self._first = np.concatenate([one.first for one in reading.found])[order]
        self._second = np.concatenate([one.second for one in reading.found])[order]

    def of(self, clause: int, types: Sequence[int]) -> Iterator[tuple[str, ...]]:
        """For each of ``types`` the words of the clause that spoke most for it, the strongest first."""
        if not types:
            return
        first, last = np.searchsorted(self._reading.entries.clause, [clause, clause + 1])
        features = self._reading.entries.feature[first:last]
        weighted = self._idf[features] * self._factors[clause, self._vocabulary.block[features]]
        added = weighted[:, None] * self._coef[features][:, types]
        strongest = np.argsort(-added, axis=0, kind="stable")[:FEATURES]
        text = self._reading.batch.text[slice(*self._reading.batch.bounds(clause))]
        for n in range(len(types)):
            runs: dict[str, float] = {}
            cues: dict[str, float] = defaultdict(float)
            for place in strongest[:, n].tolist():
                feature, amount = int(features[place]), float(added[place, n])
                block, _, name = self._vocabulary.names[feature].partition(":")
                if block == "c" and amount > 0:
                    runs[name] = amount
                elif block == "q":
                    cues[self._cue(clause * len(self._vocabulary.names) + feature)] += amount
            yield tuple(_strongest({**_melted(runs, text), **cues}))

    def _cue(self, key: int) -> str:
        cues, text = self._reading.cues, self._reading.batch.text
        place = np.searchsorted(self._cue_keys, key)
        first, second = self._first[place], self._second[place]
        words = text[cues.start[first] : cues.end[first]]
        if second < 0:
            return words
        return words + ("" if cues.start[second] == cues.end[first] else "…") + text[cues.start[second] : cues.end[second]]


def _strongest(sums: dict[str, float]) -> Iterator[str]:
    """The words with the greatest sums above 0; words inside words already given are left out."""
    given: list[str] = []
    for word in sorted(sums, key=lambda one: (-sums[one], one)):
        if sums[word] <= 0 or len(given) == REASONS:
            return
        if len(word) > 1 and not any(word in other or other in word for other in given):
            given.append(word)
            yield word


def _melted(runs: dict[str, float], text: str) -> dict[str, float]:
    """Runs of characters that overlap where they first stand, as one: 产业, 业园 and 园区 are 产业园区; with the sum of what they added."""
    melted: dict[str, float] = {}
    start, end, total = 0, -1, 0.0
    for place, length, amount in sorted((text.find(run), len(run), amount) for run, amount in runs.items()):
        if place >= end:
            start, end, total = place, place, 0.0
        end, total = max(end, place + length), total + amount
        melted[text[start:end]] = total
    return melted
