"""A small transformer encoder (BERT; Devlin and others 2019) in numpy: reads each word of a clause with the words around it.

Four layers, 512 wide, begun from bge-small-zh-v1.5 (BAAI, MIT) and trained further on labelled clauses; models/README.md says how.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policytext.measures.tokens import Tokens
from policytext.read.sandbox import alive
from policytext.schema import ClauseText

Floats = NDArray[np.float32]

WIDTH, HEADS, LAYERS = 512, 8, 4
#: Tokens that are read of a clause with its heading, and of the heading.
LONGEST, LONGEST_HEADING = 384, 48
#: Added to a variance before its root is taken.
TINY = np.float32(1e-12)


class Linear(NamedTuple):
    """``weight`` (outputs, inputs) and ``bias`` (outputs,)."""

    weight: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        """(…, inputs) to (…, outputs)."""
        return x @ self.weight.T + self.bias


class Norm(NamedTuple):
    """Brings each row to mean 0 and variance 1, then to ``weight`` and ``bias`` (WIDTH,)."""

    weight: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        """(rows, WIDTH) to the same."""
        x = x - x.mean(axis=1, keepdims=True)
        x *= self.weight / np.sqrt(np.square(x).mean(axis=1, keepdims=True) + TINY)
        return x + self.bias


class Layer(NamedTuple):
    """Attention, then two linear maps, each added to what came in and brought to measure."""

    attend: Linear
    join: Linear
    after_attention: Norm
    widen: Linear
    narrow: Linear
    after: Norm


class Row(NamedTuple):
    """Token numbers of ``[CLS] heading [SEP] clause [SEP]``; the clause begins at ``start``."""

    tokens: list[int]
    start: int


class Encoder:
    """Scores of clauses by type. ``arrays`` as in ``encoder.npz``: int8 tables with the scale of each row under ``NAME:scale``.

    Raises KeyError or ValueError for arrays that lack something or do not fit.
    """

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]], names: Sequence[str], types: int) -> None:
        self._tokens = Tokens(names)
        take = _Taken(arrays)
        self._words, self._places = take("b.w.weight", (len(names), WIDTH)), take("b.pos.weight", (512, WIDTH))
        self._parts, self._norm = take("b.typ.weight", (2, WIDTH)), take.norm("b.n")
        self._layers = [take.layer(f"b.layers.{number}") for number in range(LAYERS)]
        self._out = take.linear("out", 3 * WIDTH, types)

    def scores(self, clauses: Sequence[ClauseText]) -> Floats:
        """Scores (clauses, types) before calibration. Each clause is read alone: what stands beside it does not move a digit."""
        found = np.empty((len(clauses), len(self._out.bias)), np.float32)
        for number, clause in enumerate(clauses):
            found[number] = self._out(self._pooled(self._row(clause)))
            alive()
        return found

    def _row(self, clause: ClauseText) -> Row:
        """Of a clause that is too long two thirds from its beginning are read, and the rest from its end."""
        tokens = self._tokens
        head = [tokens.first, *tokens.of(clause.heading)[:LONGEST_HEADING], tokens.between]
        text, room = tokens.of(clause.text), LONGEST - len(head) - 1
        if len(text) > room:
            begins = room * 2 // 3
            text = text[:begins] + text[begins - room :]
        return Row([*head, *text, tokens.between], len(head))

    def _pooled(self, row: Row) -> Floats:
        """The first token, then mean and maximum over the clause, (3 × WIDTH,)."""
        length, start = len(row.tokens), row.start
        parts = (np.arange(length) >= start).astype(int)
        x = self._norm(self._words[row.tokens] + self._places[:length] + self._parts[parts])
        for layer in self._layers:
            x = layer.after_attention(x + layer.join(_attention(layer.attend(x))))
            x = layer.after(x + layer.narrow(_gelu(layer.widen(x))))
        return np.concatenate([x[0], x[start:].mean(axis=0), x[start:].max(axis=0)])


def checked(name: str, array: object, shape: tuple[int, ...]) -> Floats:
    """The array as float32. Raises ValueError where it has another shape or what is no number."""
    found = np.asarray(array, np.float32)
    if found.shape != shape or not np.isfinite(found).all():
        raise ValueError(f"{name} {found.shape}, {shape}")
    return found


class _Taken:
    """Arrays by name, checked, as float32."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self._arrays = arrays

    def __call__(self, name: str, shape: tuple[int, ...]) -> Floats:
        found = np.asarray(self._arrays[name])
        if f"{name}:scale" in self._arrays:
            found = np.multiply(found, self._arrays[f"{name}:scale"][:, None], dtype=np.float32)
        return checked(name, found, shape)

    def linear(self, name: str, inputs: int, outputs: int) -> Linear:
        return Linear(self(f"{name}.weight", (outputs, inputs)), self(f"{name}.bias", (outputs,)))

    def norm(self, name: str) -> Norm:
        return Norm(self(f"{name}.weight", (WIDTH,)), self(f"{name}.bias", (WIDTH,)))

    def layer(self, name: str) -> Layer:
        query, key, value = (self.linear(f"{name}.{part}", WIDTH, WIDTH) for part in "qkv")
        shrink = np.float32(1 / np.sqrt(WIDTH // HEADS))
        attend = Linear(
            np.concatenate([query.weight * shrink, key.weight, value.weight]),
            np.concatenate([query.bias * shrink, key.bias, value.bias]),
        )
        widen, narrow = self.linear(f"{name}.i", WIDTH, 4 * WIDTH), self.linear(f"{name}.d", 4 * WIDTH, WIDTH)
        return Layer(attend, self.linear(f"{name}.o", WIDTH, WIDTH), self.norm(f"{name}.n1"), widen, narrow, self.norm(f"{name}.n2"))


def _attention(mixed: Floats) -> Floats:
    """Each token's mean of the values of all; ``mixed`` (tokens, 3 × WIDTH) holds queries, keys and values."""
    query, key, value = mixed.reshape(len(mixed), 3, HEADS, -1).transpose(1, 2, 0, 3)
    seen = query @ key.transpose(0, 2, 1)
    seen = np.exp(seen - seen.max(axis=-1, keepdims=True))
    seen /= seen.sum(axis=-1, keepdims=True)
    found: Floats = (seen @ value).transpose(1, 0, 2).reshape(len(mixed), WIDTH)
    return found


def _gelu(x: Floats) -> Floats:
    """Gaussian error linear unit by its usual formula with tanh (Hendrycks and Gimpel 2016)."""
    bent = np.tanh(x * (np.float32(0.7978846) + np.float32(0.03567741) * np.square(x)))
    bent += 1
    bent *= x
    bent *= np.float32(0.5)
    return bent
