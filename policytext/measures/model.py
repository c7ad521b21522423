"""The label model: plain arrays and a manifest, read without scikit-learn and without running any code of the files.

A linear model reads every clause; a model may have a second reader, an encoder, for the clauses that the linear one is not sure of.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policytext.errors import ModelError
from policytext.instruments import instrument_of
from policytext.measures.arrays import Floats, Ints, first_of_each
from policytext.measures.encoder import Encoder
from policytext.measures.features import BLOCKS, Reading, Vocabulary, factors
from policytext.measures.manifest import ARRAYS, ENCODER, MANIFEST, TOKENS, VOCABULARY, model_digest, read_manifest
from policytext.measures.reasons import Explainer
from policytext.places import CAREFUL, FAST, model_folder
from policytext.schema import ClauseText, Measures

#: So many clauses are read together: enough to share the work, few enough to stay in the processor's cache.
TOGETHER = 512
#: A clause that has none of the types with at least this probability gets none, whatever the thresholds.
NONE_FROM = 0.5


@dataclass(frozen=True)
class Second:
    """A second reader of the clauses of whose types the linear model is less sure than ``below`` (the probability that all are right).

    A type's probability is then that of ``weight[0] * linear score + weight[1] * encoder's score + offset``; ``weight`` is (2, types).
    """

    encoder: Encoder
    below: float
    weight: Floats
    offset: Floats

    def probabilities(self, linear: Floats, encoded: Floats) -> Floats:
        """Calibrated probabilities (clauses, types) of both readers' scores."""
        return sigmoid(self.weight[0] * linear + self.weight[1] * encoded + self.offset)


@dataclass(frozen=True)
class Model:
    """One linear model a type over the features of a clause.

    ``coef`` is (features, types), ``idf`` (features,), ``intercept``, ``slope``, ``offset`` and ``threshold`` (types,).
    A type's probability is ``1 / (1 + exp(-(slope * score + offset)))``, or that of the ``second`` reader where it is asked; the clause has
    the type from ``threshold`` on, unless it has none with a probability of ``NONE_FROM``. An answer is uncertain when the probability that
    all its types are right, taken as independent, is below ``certain_from``.
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
    second: Second | None = None

    @classmethod
    def load(cls, folder: Path) -> Model:
        """The model in ``folder``. Raises ModelError ``model_missing``, ``model_damaged`` or ``model_version``."""
        manifest = read_manifest(folder)
        try:
            return _with_second(folder, manifest) if "first" in manifest else _read(cls, folder, manifest)
        except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError("model_damaged", folder=str(folder), problem=f"{type(error).__name__}: {error}") from error

    def scores(self, clauses: Sequence[ClauseText]) -> Floats:
        """The linear model's scores (clauses, types), before calibration."""
        return self._stacked([self._score(reading)[0] for _, reading in self._readings(clauses)])

    def chances(self, clauses: Sequence[ClauseText]) -> Floats:
        """The probability of each type, (clauses, types)."""
        return self._stacked([self._chances(part, self._score(reading)[0]) for part, reading in self._readings(clauses)])

    def predict(self, clauses: Sequence[ClauseText]) -> NDArray[np.bool_]:
        """Which types each clause has, (clauses, types)."""
        return self.decide(self.chances(clauses))[0]

    def classify(self, clauses: Sequence[ClauseText]) -> list[Measures]:
        """Measures of each clause, in order. Labels stand in taxonomy order."""
        found: list[Measures] = []
        for part, reading in self._readings(clauses):
            scores, scale = self._score(reading)
            chances = self._chances(part, scores)
            chosen, uncertain = self.decide(chances)
            reasons = Explainer(reading, self.vocabulary, scale, self.idf, self.coef)
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
        chosen, sure = decided(probabilities, self.threshold)
        return chosen, sure < self.certain_from

    def probabilities(self, scores: Floats) -> Floats:
        """Calibrated probabilities of the linear model's scores, of any shape that ends in (types,)."""
        return sigmoid(self.slope * scores + self.offset)

    def judged(self, scores: Floats, encoded: Callable[[Encoder, Ints], Floats]) -> Floats:
        """Probabilities (clauses, types) for the linear model's scores; ``encoded`` gives the encoder's scores of clauses by number."""
        chances = self.probabilities(scores)
        if self.second is not None and len(asked := unsure(chances, self.second.below)):
            chances[asked] = self.second.probabilities(scores[asked], encoded(self.second.encoder, asked))
        return chances

    def _chances(self, clauses: Sequence[ClauseText], scores: Floats) -> Floats:
        return self.judged(scores, lambda encoder, asked: encoder.scores([clauses[n] for n in asked]))

    def _readings(self, clauses: Sequence[ClauseText]) -> Iterator[tuple[Sequence[ClauseText], Reading]]:
        for start in range(0, len(clauses), TOGETHER):
            part = clauses[start : start + TOGETHER]
            yield part, self.vocabulary.read(part)

    def _stacked(self, parts: list[Floats]) -> Floats:
        return np.concatenate(parts) if parts else np.empty((0, len(self.types)), np.float32)

    @cached_property
    def _summands(self) -> Floats:
        """What a feature adds to the scores of its block, and last the square of its inverse document frequency; (features, types + 1)."""
        return np.column_stack([self.coef * self.idf[:, None], self.idf**2])

    def _score(self, reading: Reading) -> tuple[Floats, Floats]:
        """Scores (clauses, types), and the factors (clauses, blocks) in them."""
        clause, feature = reading.entries
        part = clause * len(BLOCKS) + self.vocabulary.block.take(feature)
        sums = np.zeros((reading.number * len(BLOCKS), len(self.types) + 1), np.float32)
        if len(part):
            firsts = first_of_each(part)
            sums[part[firsts]] = np.add.reduceat(self._summands.take(feature, axis=0), firsts, axis=0)
        by_block = sums.reshape(reading.number, len(BLOCKS), -1)
        scale = factors(by_block[..., -1]).astype(np.float32)
        return self.intercept + (by_block[..., :-1] * scale[..., None]).sum(axis=1), scale


def sigmoid(x: Floats) -> Floats:
    """1 / (1 + exp(−x))."""
    return np.asarray(1 / (1 + np.exp(-x)), np.float32)


def unsure(chances: Floats, below: float) -> Ints:
    """Numbers of the clauses whose likeliest types are right, all of them, with a probability less than ``below``."""
    return np.flatnonzero(np.maximum(chances, 1 - chances).prod(axis=1) < below)


def decided(chances: Floats, threshold: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """Which types clauses have (clauses, types), and the probability that this is right, (clauses,)."""
    none = (1 - chances).prod(axis=-1, keepdims=True) >= NONE_FROM
    chosen = (chances >= threshold) & ~none
    return chosen, np.where(chosen, chances, 1 - chances).prod(axis=-1)


def _read(cls: type[Model], folder: Path, manifest: dict[str, Any]) -> Model:
    names = _lines(folder / VOCABULARY)
    arrays = _arrays((folder / ARRAYS).read_bytes())
    types = tuple(manifest["types"])

    def take(name: str, *shape: int) -> Floats:
        return _checked(name, arrays[name], shape)

    return cls(
        types,
        Vocabulary(names),
        take("idf", len(names)),
        take("coef", len(names), len(types)),
        take("intercept", len(types)),
        take("slope", len(types)),
        take("offset", len(types)),
        take("threshold", len(types)),
        certain_from=float(manifest["certain_from"]),
        digest=model_digest(folder, manifest),
        manifest=manifest,
    )


def _with_second(folder: Path, manifest: dict[str, Any]) -> Model:
    """The shipped linear model, whose digest the manifest gives as ``first``, with the shipped encoder and with bounds of its own.

    No other encoder is run: a graph of unknown origin could loop, or swell.
    """
    from concurrent.futures import ThreadPoolExecutor  # and with it queues and logs, which the linear model alone does not need

    if manifest["files"] != json.loads((model_folder(CAREFUL) / MANIFEST).read_text("utf-8"))["files"]:
        raise ValueError(f"files: {manifest['files']}")
    number = len(manifest["types"])
    with ThreadPoolExecutor(1) as beside:  # onnxruntime does most of this without the interpreter
        encoder = beside.submit(read_encoder, folder, number)
        first = Model.load(model_folder(FAST))
    if first.digest != manifest["first"] or list(first.types) != manifest["types"]:
        raise ValueError(f"first: {first.digest}, {manifest['first']}")

    def take(name: str, *shape: int) -> Floats:
        return _checked(name, manifest[name], shape)

    return replace(
        first,
        threshold=take("threshold", number),
        certain_from=float(manifest["certain_from"]),
        digest=model_digest(folder, manifest),
        manifest=manifest,
        second=Second(encoder.result(), float(manifest["below"]), take("weight", 2, number), take("offset", number)),
    )


def read_encoder(folder: Path, types: int) -> Encoder:
    """The encoder in ``folder``. Raises OSError or ValueError for files that are missing, damaged or do not fit."""
    return Encoder(folder / ENCODER, _lines(folder / TOKENS), types)


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").rstrip("\n").split("\n")


def _arrays(content: bytes) -> dict[str, NDArray[Any]]:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _checked(name: str, array: object, shape: tuple[int, ...]) -> Floats:
    """The array as float32. Raises ValueError where it has another shape or what is no number."""
    found = np.asarray(array, np.float32)
    if found.shape != shape or not np.isfinite(found).all():
        raise ValueError(f"{name} {found.shape}, {shape}")
    return found
