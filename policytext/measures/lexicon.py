"""Many strings found in a text at once: a trie as one table of plain numbers, walked from all characters together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from policytext.measures.arrays import Ints

#: Multiplier of Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): 2^64 over the golden ratio.
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
#: An entry of the table is a key above and the node it leads to in the lowest 22 bits; 0 is an empty slot.
NODE_BITS = 22
NODE_MASK = (1 << NODE_BITS) - 1
#: At least so many slots an entry: few entries have to move on from their first slot.
ROOM = 4
#: Places are looked at in the Basic Multilingual Plane only; what lies beyond is never found.
PLANE = 1 << 16


class Lexicon:
    """``strings``, ascending and not empty, numbered from 0.

    Raises ValueError for strings in another order, with characters outside the Basic Multilingual Plane, or too many.
    """

    def __init__(self, strings: Sequence[str]) -> None:
        codes = _codes(strings)
        steps = np.diff(codes, axis=0, prepend=codes[:1] * 0)
        first_steps = steps[np.arange(len(steps)), (steps != 0).argmax(axis=1)]
        if (first_steps <= 0).any() or codes.max(initial=0) >= PLANE:
            raise ValueError("lexicon")
        self._letters = np.zeros(PLANE, np.int32)
        self._letters[codes] = 1
        self._letters[0] = 0
        letters = np.flatnonzero(self._letters)
        self._letters[letters] = np.arange(1, len(letters) + 1)
        self._base = len(letters) + 1
        numbers = self._letters.take(codes).astype(np.int64)
        # A prefix is new where it differs from that of the string before: the strings ascend.
        new = np.logical_or.accumulate(steps != 0, axis=1) & (codes > 0)
        nodes, keys, last = numbers.copy(), [], self._base - 1
        for place in range(1, codes.shape[1]):
            nodes[:, place] = last + np.cumsum(new[:, place])
            keys.append((nodes[:, place - 1] * self._base + numbers[:, place])[new[:, place]])
            last += int(new[:, place].sum())
        if last > NODE_MASK:
            raise ValueError("lexicon")
        self._begins = np.zeros(self._base, bool)
        self._begins[numbers[:, 0]] = True
        self._string = np.full(last + 1, -1, np.int32)
        lengths = (codes > 0).sum(axis=1)
        self._string[nodes[np.arange(len(strings)), lengths - 1]] = np.arange(len(strings))
        every = np.concatenate(keys) if keys else np.empty(0, np.int64)
        self._bits = max(4, (ROOM * len(every)).bit_length())
        self._table = self._filled(every)

    def find(self, codes: NDArray[np.uint32]) -> Iterator[tuple[int, Ints, Ints]]:
        """Length by length, shortest first: the length, the places (ascending) where a string so long begins, and its number."""
        letters = self._letters.take(codes, mode="clip")
        letters[codes >= PLANE] = 0
        places = np.flatnonzero(self._begins.take(letters))
        nodes, length = letters.take(places).astype(np.int64), 1
        while len(places):
            strings = self._string.take(nodes)
            ended = np.flatnonzero(strings >= 0)
            if len(ended):
                yield length, places.take(ended), strings.take(ended)
            inside = int(np.searchsorted(places, len(codes) - length))
            places = places[:inside]
            entries = self._entries(nodes[:inside] * self._base + letters.take(places + length))
            alive = np.flatnonzero(entries > 0)
            places, nodes = places.take(alive), entries.take(alive) & NODE_MASK
            length += 1

    def _slots(self, keys: Ints) -> Ints:
        return ((keys.view(np.uint64) * MULTIPLIER) >> np.uint64(64 - self._bits)).view(np.int64)

    def _entries(self, keys: Ints) -> Ints:
        """The entry of each key, 0 where there is none."""
        slots = self._slots(keys)
        entries = self._table.take(slots)
        other = np.flatnonzero((entries != 0) & (entries >> NODE_BITS != keys))
        while len(other):
            slots[other] = (slots[other] + 1) & (len(self._table) - 1)
            entries[other] = self._table.take(slots[other])
            other = other[(entries[other] != 0) & (entries[other] >> NODE_BITS != keys[other])]
        return entries

    def _filled(self, keys: Ints) -> Ints:
        """Open addressing with linear probing. Key ``n`` leads to the ``n``-th node behind those of single letters."""
        table = np.zeros(1 << self._bits, np.int64)
        entries = (keys << NODE_BITS) | (np.arange(len(keys)) + self._base)
        slots, waiting = self._slots(keys), np.arange(len(keys))
        while len(waiting):
            _, first = np.unique(slots[waiting], return_index=True)
            placed = first[table[slots[waiting[first]]] == 0]
            table[slots[waiting[placed]]] = entries[waiting[placed]]
            waiting = np.delete(waiting, placed)
            slots[waiting] = (slots[waiting] + 1) & (len(table) - 1)
        return table


def _codes(strings: Sequence[str]) -> Ints:
    """Code points, (strings, longest), 0 behind the end of a string."""
    longest = max(map(len, strings), default=1) or 1
    return np.array(strings, f"U{longest}").view(np.uint32).reshape(len(strings), longest).astype(np.int64)
