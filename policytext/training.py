"""Training and evaluation of label models. scikit-learn is imported inside the functions that fit; predicting never needs it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policytext import __version__
from policytext.errors import InputError
from policytext.labelled import LabelledClause
from policytext.measures.features import BLOCKS, Entries, Vocabulary, common_names, weights
from policytext.measures.manifest import ARRAYS, FEATURES_VERSION, FORMAT_VERSION, MANIFEST, VOCABULARY, digest_of
from policytext.measures.model import Model
from policytext.places import data_file
from policytext.scoring import curve, score
from policytext.taxonomy import Taxonomy, taxonomy_of

Row = dict[str, Any]

#: Folds of the cross-validation; all clauses of a document fall into the same fold.
FOLDS = 5
#: Strength of the fit (inverse of regularisation); between 4 and 8 cross-validation does not move by more than 0.003.
STRENGTH = 8.0
#: Weight of a clause whose coder hesitated. On the shared clauses 0.25 against 1: cross-validation +0.002, the sure clauses in it +0.007.
UNSURE = 0.25
#: A type with fewer clauses than this, or all of them in one document, is not learned: it is never given.
FEWEST = 5
#: At least this share of the clauses counts as certain: the surest ones by cross-validation.
CERTAIN_SHARE = 0.64
#: Features of a large set stand in at least 8 of its clauses, of a small one (under 1,000) in 2.
LARGE, MIN_LARGE, MIN_SMALL = 1000, 8, 2


@dataclass(frozen=True)
class Matrix:
    """A training set as features: clause ``n`` has the features ``indices[indptr[n]:indptr[n + 1]]`` (numbers into ``vocabulary``).

    ``labels`` is (clauses, types) of 0 and 1, ``groups`` (clauses,) the number of each clause's document, ``sure`` (clauses,) 0 where the
    coder hesitated, else 1.
    """

    vocabulary: tuple[str, ...]
    indices: NDArray[np.uint16 | np.uint32]
    indptr: NDArray[np.int64]
    labels: NDArray[np.uint8]
    groups: NDArray[np.int64]
    sure: NDArray[np.uint8]

    @property
    def weights(self) -> NDArray[np.float64]:
        """How much each clause counts, (clauses,)."""
        return np.where(self.sure == 1, 1.0, UNSURE)

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        made = hashlib.sha256("\n".join(self.vocabulary).encode("utf-8"))
        for array in (self.indices.astype(np.uint32), self.indptr, self.labels, self.groups, self.sure):
            made.update(np.ascontiguousarray(array).tobytes())
        return made.hexdigest()


def train(clauses: Sequence[LabelledClause], taxonomy: Taxonomy) -> tuple[Model, list[Row]]:
    """A model of ``clauses`` and its report by cross-validation over documents (rows as of ``evaluate``).

    Raises InputError ``too_few_clauses``, and WrongUsage ``unknown_measure`` for a label that the taxonomy does not have.
    """
    return fit(matrix_of(clauses, taxonomy), taxonomy)


def evaluate(model: Model, clauses: Sequence[LabelledClause]) -> list[Row]:
    """How well ``model`` labels ``clauses``: rows as of ``scoring.score``."""
    truth, chances = _judged(model, clauses)
    return score(model.types, truth, chances, *_decisions(model, chances), model.threshold)


def reliability(model: Model, clauses: Sequence[LabelledClause]) -> list[Row]:
    """How far the probabilities of ``model`` can be believed on ``clauses``: rows as of ``scoring.curve``."""
    truth, chances = _judged(model, clauses)
    return curve(model.types, truth, chances)


def _judged(model: Model, clauses: Sequence[LabelledClause]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Labels by people and probabilities by the model, both (clauses, types)."""
    return _indicator(clauses, taxonomy_of(model.manifest)), model.probabilities(model.scores([one.clause for one in clauses]))


def matrix_of(clauses: Sequence[LabelledClause], taxonomy: Taxonomy, shuffle: bool = False) -> Matrix:
    """The features and labels of ``clauses``; rows in a fixed random order when ``shuffle``."""
    order = np.random.default_rng(20200728).permutation(len(clauses)) if shuffle else np.arange(len(clauses))
    ordered = [clauses[n] for n in order]
    texts = [one.clause for one in ordered]
    names = common_names(texts, MIN_LARGE if len(clauses) >= LARGE else MIN_SMALL)
    entries = Vocabulary(names).read(texts).entries
    documents: dict[str, int] = {}
    groups = [documents.setdefault(one.doc or f"\0{n}", len(documents)) for n, one in enumerate(ordered)]
    return Matrix(
        tuple(names),
        entries.feature.astype(np.uint16 if len(names) < 1 << 16 else np.uint32),
        np.searchsorted(entries.clause, np.arange(len(ordered) + 1)),
        _indicator(ordered, taxonomy),
        np.array(groups, np.int64),
        np.array([one.sure for one in ordered], np.uint8),
    )


def fit(matrix: Matrix, taxonomy: Taxonomy) -> tuple[Model, list[Row]]:
    """The model of a matrix and its cross-validated report. The same matrix and library versions give the same arrays, to the byte."""
    number, documents = len(matrix.labels), len(set(matrix.groups.tolist()))
    if number < 2 * FEWEST or documents < 2 or not matrix.vocabulary:
        raise InputError("too_few_clauses", clauses=number, documents=documents, wanted=2 * FEWEST)
    idf, data = _weighted(matrix)
    folds = _folds(matrix)
    out_of_fold = np.zeros(matrix.labels.shape)
    for known, held in folds:
        coef, intercept = _fit_linear(data[known], matrix.labels[known], matrix.groups[known], matrix.weights[known])
        out_of_fold[held] = data[held] @ coef + intercept
    coef, intercept = _fit_linear(data, matrix.labels, matrix.groups, matrix.weights)
    model = Model(
        taxonomy.ids, Vocabulary(matrix.vocabulary), idf, coef.astype(np.float16).astype(np.float32), intercept.astype(np.float32),
        **_settle(out_of_fold, matrix.labels), digest=matrix.digest,
    )  # fmt: skip
    report = _cross_validated(model, out_of_fold, matrix.labels, folds)
    return replace(model, manifest=_manifest(model, matrix, taxonomy, report)), report


def save(model: Model, folder: Path) -> None:
    """Write a model into ``folder``: arrays, vocabulary, manifest. Raises InputError ``cannot_write``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / VOCABULARY).write_text("\n".join(model.vocabulary.names) + "\n", "utf-8")
        small = {name: getattr(model, name) for name in ("idf", "intercept", "slope", "offset", "threshold")}
        np.savez_compressed(folder / ARRAYS, coef=model.coef.astype(np.float16), **small)
        manifest = {**model.manifest, "files": {name: digest_of(folder / name) for name in (VOCABULARY, ARRAYS)}}
        (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise InputError("cannot_write", file=str(folder), problem=error.strerror or "") from error


# --- fitting -----------------------------------------------------------------------------------------------------------------------------


def _weighted(matrix: Matrix) -> tuple[NDArray[np.float32], Any]:
    """Inverse document frequencies, and the matrix with the numbers that the model will see, as a sparse array."""
    from scipy.sparse import csr_array

    number = len(matrix.labels)
    counts = np.bincount(matrix.indices, minlength=len(matrix.vocabulary))
    idf = (np.log((1 + number) / (1 + counts)) + 1).astype(np.float32)
    entries = Entries(np.repeat(np.arange(number), np.diff(matrix.indptr)), matrix.indices.astype(np.int64))
    data = weights(entries, number, idf, Vocabulary(matrix.vocabulary).block).astype(np.float64)
    # liblinear takes 32-bit places only.
    places = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return idf, csr_array((data, *places), shape=(number, len(matrix.vocabulary)))


def _folds(matrix: Matrix) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    from sklearn.model_selection import GroupKFold

    splits = min(FOLDS, len(set(matrix.groups.tolist())))
    return list(GroupKFold(splits).split(matrix.labels, groups=matrix.groups))


def _learnable(truth: NDArray[np.uint8], groups: NDArray[np.int64]) -> bool:
    return FEWEST <= int(truth.sum()) < len(truth) and len(set(groups[truth == 1].tolist())) > 1


def _fit_linear(
    data: Any, labels: NDArray[np.uint8], groups: NDArray[np.int64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients (features, types) and intercepts (types,); a type that cannot be learned gets zeros and an intercept of −10."""
    from sklearn.linear_model import LogisticRegression

    coef = np.zeros((data.shape[1], labels.shape[1]))
    intercept = np.full(labels.shape[1], -10.0)
    for n in range(labels.shape[1]):
        if _learnable(labels[:, n], groups):
            linear = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear", random_state=0)
            fitted = linear.fit(data, labels[:, n], sample_weight=weights)
            coef[:, n], intercept[n] = fitted.coef_[0], fitted.intercept_[0]
    return coef, intercept


def _settle(scores: NDArray[np.float64], labels: NDArray[np.uint8]) -> dict[str, Any]:
    """Calibration, thresholds and the bound of certainty, from scores that were made without seeing the clause."""
    from sklearn.linear_model import LogisticRegression

    types = labels.shape[1]
    slope, offset, threshold = np.ones(types), np.zeros(types), np.ones(types)
    for n in range(types):
        truth = labels[:, n]
        if FEWEST <= truth.sum() < len(truth):
            fitted = LogisticRegression(C=1e4).fit(scores[:, [n]], truth)
            slope[n], offset[n] = fitted.coef_[0, 0], fitted.intercept_[0]
            threshold[n] = _best_threshold(1 / (1 + np.exp(-(slope[n] * scores[:, n] + offset[n]))), truth)
    chances = 1 / (1 + np.exp(-(slope * scores + offset)))
    sure = np.where(chances >= threshold, chances, 1 - chances).prod(axis=1)
    found = {"slope": slope.astype(np.float32), "offset": offset.astype(np.float32), "threshold": threshold.astype(np.float32)}
    return {**found, "certain_from": round(float(np.quantile(sure, 1 - CERTAIN_SHARE)), 4)}


def _best_threshold(chances: NDArray[np.float64], truth: NDArray[np.uint8]) -> float:
    """The threshold with the best F1, read from a smoothed curve: the raw curve has chance peaks."""
    grid = np.linspace(0.1, 0.8, 71)
    given = chances[:, None] >= grid
    hits = (given & (truth[:, None] == 1)).sum(axis=0)
    curve = 2 * hits / np.maximum(1, given.sum(axis=0) + truth.sum())
    smooth = np.convolve(np.pad(curve, 3, "edge"), np.ones(7) / 7, "valid")
    return round(float(grid[int(np.argmax(smooth))]), 3)


def _cross_validated(model: Model, scores: NDArray[np.float64], labels: NDArray[np.uint8], folds: list[Any]) -> list[Row]:
    """The report on scores that no model has seen, each fold with calibration and thresholds settled on the others."""
    given, certain, chances = np.zeros_like(labels), np.zeros(len(labels), bool), np.zeros(labels.shape, np.float32)
    for known, held in folds:
        judge = replace(model, **_settle(scores[known], labels[known]))
        chances[held] = judge.probabilities(scores[held].astype(np.float32))
        given[held], certain[held] = _decisions(judge, chances[held])
    return score(model.types, labels, chances, given, certain, model.threshold)


def _manifest(model: Model, matrix: Matrix, taxonomy: Taxonomy, report: list[Row]) -> Row:
    import sklearn

    return {
        "format_version": FORMAT_VERSION,
        "features_version": FEATURES_VERSION,
        "made_with": {"policytext": __version__, "scikit-learn": sklearn.__version__, "numpy": np.__version__},
        "types": list(taxonomy.ids),
        "taxonomy": [asdict(one) for one in taxonomy.types],
        "taxonomy_digest": taxonomy.digest,
        "data_digest": matrix.digest,
        "cues_digest": hashlib.sha256(data_file("cues.toml").read_bytes()).hexdigest(),
        "certain_from": model.certain_from,
        "settings": {
            "blocks": {name: list(how) for name, how in BLOCKS.items()},
            "strength": STRENGTH,
            "unsure": UNSURE,
            "folds": FOLDS,
            "certain_share": CERTAIN_SHARE,
        },
        "clauses": len(matrix.labels),
        "documents": len(set(matrix.groups.tolist())),
        "features": len(matrix.vocabulary),
        "cross_validation": report,
    }


def _indicator(clauses: Sequence[LabelledClause], taxonomy: Taxonomy) -> NDArray[np.uint8]:
    """Labels as (clauses, types) of 0 and 1; labels may be ids or names."""
    column = {label: n for n, label in enumerate(taxonomy.ids)}
    found = np.zeros((len(clauses), len(column)), np.uint8)
    for n, clause in enumerate(clauses):
        for label in clause.labels:
            found[n, column[taxonomy.find(label)]] = 1
    return found


def _decisions(model: Model, chances: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Labels given (clauses, types), and which clauses are certain."""
    chosen, uncertain = model.decide(chances)
    return chosen.astype(np.uint8), ~uncertain
