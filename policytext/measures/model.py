"""The label model: plain arrays and a manifest, read without scikit-learn and without running any code of the file."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policytext.errors import ModelError
from policytext.instruments import instrument_of
from policytext.measures.features import Reading, Vocabulary, weights
from policytext.measures.manifest import ARRAYS, VOCABULARY, read_manifest
from policytext.measures.reasons import Explainer
from policytext.schema import ClauseText, Measures

#: So many clauses are read together: enough to share the work, few enough to stay in the processor's cache.
TOGETHER = 512

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """One linear model a type over the features of a clause.

    ``coef`` is (features, types), ``idf`` (features,), ``intercept``, ``slope``, ``offset`` and ``threshold`` (types,).
    A type's probability is ``1 / (1 + exp(-(slope * score + offset)))``; the clause has the type from ``threshold`` on. An answer is
    uncertain when the probability that all its types are right, taken as independent, is below ``certain_from``.
    """

    types: tuple[str, ...]
    vocabulary: Vocabulary
    idf: Floats
    coef: Floats
    intercept: Floats
    slope: Floats
    offset: Floats
    threshold: Floats
    certain_from: float
    digest: str = ""
    manifest: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Model:
        """The model in ``folder``. Raises ModelError ``model_missing``, ``model_damaged`` or ``model_version``."""
        manifest = read_manifest(folder)
        try:
            return _read(cls, folder, manifest)
        except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError("model_damaged", folder=str(folder), problem=f"{type(error).__name__}: {error}") from error

    def scores(self, clauses: Sequence[ClauseText]) -> Floats:
        """Raw scores (clauses, types), before calibration."""
        parts = [self._score(reading, self._weights(reading)) for reading in self._readings(clauses)]
        return np.concatenate(parts) if parts else np.empty((0, len(self.types)), np.float32)

    def predict(self, clauses: Sequence[ClauseText]) -> NDArray[np.bool_]:
        """Which types each clause has, (clauses, types)."""
        return self.probabilities(self.scores(clauses)) >= self.threshold

    def classify(self, clauses: Sequence[ClauseText]) -> list[Measures]:
        """Measures of each clause, in order. Labels stand in taxonomy order."""
        found: list[Measures] = []
        for reading in self._readings(clauses):
            weighted = self._weights(reading)
            chances = self.probabilities(self._score(reading, weighted))
            chosen, uncertain = self.decide(chances)
            reasons = Explainer(reading, self.vocabulary, weighted, self.coef)
            for clause, row in enumerate(chances.tolist()):
                types = np.flatnonzero(chosen[clause]).tolist()
                found.append(
                    Measures(
                        labels=tuple(self.types[n] for n in types),
                        scores={label: round(chance, 4) for label, chance in zip(self.types, row, strict=True)},
                        uncertain=bool(uncertain[clause]),
                        reasons={self.types[n]: words for n, words in zip(types, reasons.of(clause, types), strict=True)},
                        instrument=instrument_of(reading.batch.text[slice(*reading.batch.bounds(clause))]) if types else "",
                    )
                )
        return found

    def decide(self, probabilities: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which types clauses have (clauses, types), and which answers are uncertain (clauses,), for probabilities (clauses, types)."""
        chosen = probabilities >= self.threshold
        return chosen, np.where(chosen, probabilities, 1 - probabilities).prod(axis=-1) < self.certain_from

    def probabilities(self, scores: Floats) -> Floats:
        """Calibrated probabilities of raw scores, of any shape that ends in (types,)."""
        return np.asarray(1 / (1 + np.exp(-(self.slope * scores + self.offset))), np.float32)

    def _readings(self, clauses: Sequence[ClauseText]) -> Iterator[Reading]:
        for start in range(0, len(clauses), TOGETHER):
            yield self.vocabulary.read(clauses[start : start + TOGETHER])

    def _weights(self, reading: Reading) -> Floats:
        return weights(reading.entries, reading.number, self.idf, self.vocabulary.block)

    def _score(self, reading: Reading, weighted: Floats) -> Floats:
        scores = np.tile(self.intercept, (reading.number, 1))
        clause, feature = reading.entries
        if len(clause):
            firsts = np.flatnonzero(np.diff(clause, prepend=-1))
            scores[clause[firsts]] += np.add.reduceat(self.coef.take(feature, axis=0) * weighted[:, None], firsts, axis=0)
        return scores


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
    return cls(
        types,
        Vocabulary(names),
        certain_from=float(manifest["certain_from"]),
        digest=hashlib.sha256(content + "\n".join(names).encode("utf-8")).hexdigest(),
        manifest=manifest,
        **fields,
    )
