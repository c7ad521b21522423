"""The label model: plain arrays and a manifest, read without scikit-learn and without running any code of the file."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policytext.errors import ModelError
from policytext.measures.features import FEATURES_VERSION, ClauseText, block_of, features, values
from policytext.schema import Measures

#: Layout of a model folder.
FORMAT_VERSION = 1
ARRAYS, VOCABULARY, MANIFEST = "model.npz", "vocabulary.txt", "manifest.json"
#: So many reasons are shown for a label.
REASONS = 3

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """One linear model a type over the features of a clause.

    ``coef`` is (features, types), ``idf`` and ``block`` (features,), ``intercept``, ``slope``, ``offset`` and ``threshold`` (types,).
    A type's probability is ``1 / (1 + exp(-(slope * score + offset)))``; the clause has the type from ``threshold`` on. An answer is
    uncertain when the probability that all its types are right, taken as independent, is below ``certain_from``.
    """

    types: tuple[str, ...]
    vocabulary: dict[str, int]
    idf: Floats
    coef: Floats
    intercept: Floats
    slope: Floats
    offset: Floats
    threshold: Floats
    certain_from: float
    digest: str = ""
    manifest: dict[str, Any] = field(default_factory=dict)
    block: NDArray[np.uint8] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "block", np.array([block_of(name) for name in self.vocabulary], np.uint8))

    @classmethod
    def load(cls, folder: Path) -> Model:
        """The model in ``folder``. Raises ModelError ``model_missing``, ``model_damaged`` or ``model_version``."""
        if not (folder / MANIFEST).is_file():
            raise ModelError("model_missing", folder=str(folder))
        try:
            manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
            found = f"{manifest['format_version']}.{manifest['features_version']}"
            wanted = f"{FORMAT_VERSION}.{FEATURES_VERSION}"
            if found != wanted:
                raise ModelError("model_version", folder=str(folder), found=found, wanted=wanted)
            return _read(cls, folder, manifest)
        except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError("model_damaged", folder=str(folder), problem=f"{type(error).__name__}: {error}") from error

    def scores(self, clause: ClauseText) -> Floats:
        """Raw scores of a clause, (types,), before calibration."""
        ids = self._ids(features(clause))
        return np.asarray(values(ids, self.idf, self.block) @ self.coef[ids] + self.intercept, np.float32)

    def classify(self, clauses: Sequence[ClauseText]) -> list[Measures]:
        """Measures of each clause, in order. Labels stand in taxonomy order."""
        return [self._classify(clause) for clause in clauses]

    def decide(self, probabilities: Floats) -> tuple[tuple[str, ...], bool]:
        """Labels, and whether they are uncertain, for the probabilities (types,) of a clause."""
        chosen = probabilities >= self.threshold
        sure = float(np.prod(np.where(chosen, probabilities, 1 - probabilities)))
        return tuple(label for label, yes in zip(self.types, chosen, strict=True) if yes), sure < self.certain_from

    def probabilities(self, scores: Floats) -> Floats:
        """Calibrated probabilities of raw scores, of any shape that ends in (types,)."""
        return np.asarray(1 / (1 + np.exp(-(self.slope * scores + self.offset))), np.float32)

    def _ids(self, found: dict[str, str]) -> NDArray[np.int64]:
        return np.array([self.vocabulary[name] for name in found if name in self.vocabulary], np.int64)

    def _classify(self, clause: ClauseText) -> Measures:
        known = {name: words for name, words in features(clause).items() if name in self.vocabulary}
        ids = self._ids(known)
        contributions = values(ids, self.idf, self.block)[:, None] * self.coef[ids]
        chances = self.probabilities(contributions.sum(axis=0) + self.intercept)
        labels, uncertain = self.decide(chances)
        words = list(known.values())
        return Measures(
            labels=labels,
            scores={label: round(float(chance), 4) for label, chance in zip(self.types, chances, strict=True)},
            uncertain=uncertain,
            reasons={label: tuple(_reasons(words, contributions[:, self.types.index(label)])) for label in labels},
        )


def _reasons(words: list[str], contributions: Floats) -> Iterator[str]:
    """The words that spoke most for a label, the strongest first; words inside words already given are left out."""
    sums: dict[str, float] = {}
    for word, contribution in zip(words, contributions, strict=True):
        if word:
            sums[word] = sums.get(word, 0.0) + float(contribution)
    given: list[str] = []
    for word in sorted(sums, key=lambda one: (-sums[one], one)):
        if sums[word] <= 0 or len(given) == REASONS:
            return
        if not any(word in other or other in word for other in given):
            given.append(word)
            yield word


def _read(cls: type[Model], folder: Path, manifest: dict[str, Any]) -> Model:
    names = (folder / VOCABULARY).read_text("utf-8").rstrip("\n").split("\n")
    content = (folder / ARRAYS).read_bytes()
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        fields = {name: np.asarray(arrays[name], np.float32) for name in ("idf", "coef", "intercept", "slope", "offset", "threshold")}
    types = tuple(manifest["types"])
    shapes = {
        "idf": (len(names),),
        "coef": (len(names), len(types)),
        **dict.fromkeys(("intercept", "slope", "offset", "threshold"), (len(types),)),
    }
    for name, shape in shapes.items():
        if fields[name].shape != shape:
            raise ValueError(f"{name} {fields[name].shape}, {shape}")
        if not np.isfinite(fields[name]).all():
            raise ValueError(f"{name}: nan")
    vocabulary = {name: number for number, name in enumerate(names)}
    if len(vocabulary) != len(names):
        raise ValueError(VOCABULARY)
    return cls(
        types,
        vocabulary,
        certain_from=float(manifest["certain_from"]),
        digest=hashlib.sha256(content + "\n".join(names).encode("utf-8")).hexdigest(),
        manifest=manifest,
        **fields,
    )
