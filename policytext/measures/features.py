"""A clause as named features: words, characters, heading words and cues; and the numbers that the model multiplies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from policytext.measures.cues import cue_features
from policytext.words import cut, normalise

#: Raised when the same text gives other features than before; a model of another version is refused.
FEATURES_VERSION = 1

#: Block → (scale of the inverse document frequencies, brought to unit length?).
#: Cues keep their length: a clear phrase in a long clause must not be diluted.
BLOCKS: dict[str, tuple[float, bool]] = {"w": (1.0, True), "c": (1.0, True), "h": (0.5, True), "q": (0.025, False)}

WORD = re.compile(r"\w")
# The codebook: a note on responsible bodies never decides a label.
BODIES_NOTE = re.compile(
    r"[(〔\[【][^()〔〕\[\]【】]*(?:责任单位|责任部门|牵头|配合单位|负责)[^()〔〕\[\]【】]*[)〕\]】]|(?:责任单位|牵头单位|责任部门)[::][^。;;]*"
)


@dataclass(frozen=True, slots=True)
class ClauseText:
    """What is read of a clause: its text, the title of its document, the headings above it."""

    text: str
    title: str = ""
    heading: str = ""


def features(clause: ClauseText) -> dict[str, str]:
    """The features of a clause: name → the words of the clause that they come from (empty where a person could not read them).

    Names begin with their block: ``w:`` word or two words in a row, ``c:`` two or three characters in a row, ``h:`` word of the heading,
    ``q:`` cue (see cues.py). Each counts once however often it occurs. The title is not used: it did not help.
    """
    body = BODIES_NOTE.sub("", normalise(clause.text))
    found: dict[str, str] = {}
    for name, words in _word_features(body):
        found[f"w:{name}"] = words
    for size in (2, 3):
        for start in range(len(body) - size + 1):
            piece = body[start : start + size]
            if piece.isalnum():
                found[f"c:{piece}"] = ""
    for name, _ in _word_features(normalise(clause.heading)):
        found[f"h:{name}"] = ""
    for name, words in cue_features(body):
        found.setdefault(f"q:{name}", words)
    return found


def _word_features(text: str) -> Iterator[tuple[str, str]]:
    words = [word for word in cut(text) if WORD.search(word)]
    for word in words:
        yield word, word if len(word) > 1 else ""
    for first, second in pairwise(words):
        together = first + second
        yield f"{first} {second}", together if together in text else ""


def block_of(name: str) -> int:
    """Number of the block of a feature name, in the order of ``BLOCKS``."""
    return list(BLOCKS).index(name[0])


def values(ids: NDArray[np.int64], idf: NDArray[np.float32], block: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The numbers of one clause's features ``ids``; ``idf`` and ``block`` (number in ``BLOCKS``) run parallel to the vocabulary."""
    blocks = block[ids]
    out = np.empty(len(ids), np.float32)
    for number, (scale, unit) in enumerate(BLOCKS.values()):
        here = blocks == number
        raw = idf[ids[here]]
        length = float(np.linalg.norm(raw)) if unit else 1.0
        out[here] = raw * np.float32(scale / max(length, 1e-12))
    return out
