"""Training and evaluation of label models. scikit-learn is imported inside the functions that fit; predicting never needs it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policytext import __version__
from policytext.errors import InputError
from policytext.labelled import LabelledClause
from policytext.measures.arrays import Floats, Ints
from policytext.measures.encoder import Encoder
from policytext.measures.features import BLOCKS, Entries, Vocabulary, common_names, weights
from policytext.measures.manifest import ARRAYS, ENCODER, FEATURES_VERSION, FORMAT_VERSION, MANIFEST, TOKENS, VOCABULARY, digest_of
from policytext.measures.model import Model, Second, decided, sigmoid, unsure
from policytext.places import data_file
from policytext.scoring import curve, score
from policytext.taxonomy import Taxonomy, taxonomy_of

Row = dict[str, Any]
#: Probabilities (clauses, types) of clauses of a matrix by number; and what makes such a reader from the clauses that it may know.
Read = Callable[[Ints], Floats]
Reader = Callable[[Ints], Read]

#: Folds of the cross-validation; all clauses of a document fall into the same fold.
FOLDS = 5
#: Strength of the fit (inverse of regularisation); between 4 and 8 cross-validation does not move by more than 0.003.
STRENGTH = 8.0
#: Weight of a clause whose coder hesitated. On the shared clauses 0.25 against 1: cross-validation +0.002, the sure clauses in it +0.007.
UNSURE = 0.25
#: A type with fewer clauses than this, or all of them in one document, is not learned: it is never given.
FEWEST = 5
#: Certain are as many of the surest answers as are right in this share, whole sets, by cross-validation.
CERTAIN_RIGHT = 0.91
#: A second reader is asked where the linear model is less sure than this; asked about all, cross-validation is the same within 0.002.
BELOW = 0.9
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
    return _indicator(clauses, taxonomy_of(model.manifest)), model.chances([one.clause for one in clauses])


def matrix_of(clauses: Sequence[LabelledClause], taxonomy: Taxonomy, shuffle: bool = False) -> Matrix:
    """The features and labels of ``clauses``; rows in a fixed random order when ``shuffle``."""
    ordered = shuffled(clauses) if shuffle else clauses
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


def shuffled(clauses: Sequence[LabelledClause]) -> list[LabelledClause]:
    """The clauses in an order that is random and always the same."""
    return [clauses[n] for n in np.random.default_rng(20200728).permutation(len(clauses))]


def fit(matrix: Matrix, taxonomy: Taxonomy, scores: Floats | None = None) -> tuple[Model, list[Row]]:
    """The model of a matrix and its cross-validated report. The same matrix and library versions give the same arrays, to the byte.

    ``scores`` are those of ``held_out`` where somebody has them already.
    """
    number, documents = len(matrix.labels), len(set(matrix.groups.tolist()))
    if number < 2 * FEWEST or documents < 2 or not matrix.vocabulary:
        raise InputError("too_few_clauses", clauses=number, documents=documents, wanted=2 * FEWEST)
    idf, data = _weighted(matrix)
    scores = held_out(matrix) if scores is None else scores
    coef, intercept = _fit_linear(data, matrix.labels, matrix.groups, matrix.weights)
    slope, offset = _calibration(scores, matrix.labels)
    model = Model(
        taxonomy.ids, Vocabulary(matrix.vocabulary), idf, coef.astype(np.float16).astype(np.float32), intercept.astype(np.float32),
        slope, offset, **_settle(sigmoid(slope * scores + offset), matrix.labels), digest=matrix.digest,
    )  # fmt: skip

    def reader(known: Ints) -> Read:
        slope, offset = _calibration(scores[known], matrix.labels[known])
        return lambda rows: sigmoid(slope * scores[rows] + offset)

    report = _cross_validated(model, matrix, reader)
    return replace(model, manifest=_manifest(model, matrix, taxonomy, report)), report


def fit_second(model: Model, encoder: Encoder, matrix: Matrix, scores: Floats, encoded: Floats) -> tuple[Model, list[Row]]:
    """``model``, fitted from ``matrix``, with ``encoder`` as second reader, and its cross-validated report.

    ``scores`` are those of ``held_out``, ``encoded`` (clauses, types) those of encoders of the same kind, each trained without the clause's
    document (in the same folds); the encoder itself has seen all clauses.
    """
    labels = matrix.labels

    def second(known: Ints) -> tuple[Second, Read]:
        slope, offset = _calibration(scores[known], labels[known])
        first = replace(model, slope=slope, offset=offset)
        asked = known[unsure(first.probabilities(scores[known]), BELOW)]
        mixed = Second(encoder, BELOW, *_mixture(scores[asked], encoded[asked], labels[asked]))
        both = replace(first, second=mixed)
        return mixed, lambda rows: both.judged(scores[rows], lambda _, asked: encoded[rows[asked]])

    everything = np.arange(len(labels))
    mixed, read = second(everything)
    found = replace(model, second=mixed, **_settle(read(everything), labels))
    report = _cross_validated(found, matrix, lambda known: second(known)[1])
    return replace(found, manifest=_manifest_of_second(found, mixed, model, report)), report


def save(model: Model, folder: Path) -> None:
    """Write a linear model into ``folder``: arrays, vocabulary, manifest. Raises InputError ``cannot_write``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / VOCABULARY).write_text("\n".join(model.vocabulary.names) + "\n", "utf-8")
        small = {name: getattr(model, name) for name in ("idf", "intercept", "slope", "offset", "threshold")}
        np.savez_compressed(folder / ARRAYS, coef=model.coef.astype(np.float16), **small)
        _write_manifest(folder, model.manifest, VOCABULARY, ARRAYS)
    except OSError as error:
        raise InputError("cannot_write", file=str(folder), problem=error.strerror or "") from error


def save_second(model: Model, folder: Path) -> None:
    """Write the manifest of a model with a second reader, whose encoder lies in ``folder`` already."""
    _write_manifest(folder, model.manifest, ENCODER, TOKENS)


def _write_manifest(folder: Path, manifest: Row, *files: str) -> None:
    made = {**manifest, "files": {name: digest_of(folder / name) for name in files}}
    (folder / MANIFEST).write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")


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


def held_out(matrix: Matrix) -> Floats:
    """Scores (clauses, types), each by a linear model that has not seen the clause's document."""
    data = _weighted(matrix)[1]
    scores = np.zeros(matrix.labels.shape, np.float32)
    for known, held in folds(matrix):
        coef, intercept = _fit_linear(data[known], matrix.labels[known], matrix.groups[known], matrix.weights[known])
        scores[held] = data[held] @ coef + intercept
    return scores


def folds(matrix: Matrix) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """The folds of the cross-validation: numbers of the clauses that are known and of those held out."""
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


def _calibration(scores: Floats, labels: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """Slope and offset (types,) that turn scores, made without seeing the clause, into probabilities (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    types = labels.shape[1]
    slope, offset = np.ones(types), np.zeros(types)
    for n in range(types):
        if FEWEST <= labels[:, n].sum() < len(labels):
            fitted = LogisticRegression(C=1e4).fit(scores[:, [n]], labels[:, n])
            slope[n], offset[n] = fitted.coef_[0, 0], fitted.intercept_[0]
    return slope.astype(np.float32), offset.astype(np.float32)


def _mixture(linear: Floats, encoded: Floats, labels: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """Weights (2, types) of both readers' scores and offset (types,) that give probabilities."""
    from sklearn.linear_model import LogisticRegression

    weight, offset = np.zeros((2, labels.shape[1]), np.float32), np.zeros(labels.shape[1], np.float32)
    for n, truth in enumerate(labels.T):
        fitted = LogisticRegression(C=1e4).fit(np.stack([linear[:, n], encoded[:, n]], axis=1), truth)
        weight[:, n], offset[n] = fitted.coef_[0], fitted.intercept_[0]
    return weight, offset


def _settle(chances: Floats, labels: NDArray[np.uint8]) -> dict[str, Any]:
    """Thresholds and the bound of certainty, from probabilities of clauses that the model has not seen."""
    threshold = np.ones(labels.shape[1], np.float32)
    for n, truth in enumerate(labels.T):
        if FEWEST <= truth.sum() < len(truth):
            threshold[n] = _best_threshold(chances[:, n], truth)
    chosen, sure = decided(chances, threshold)
    surest = np.argsort(-sure, kind="stable")
    right = (chosen == labels).all(axis=1)[surest]
    enough = np.flatnonzero(np.cumsum(right) >= CERTAIN_RIGHT * np.arange(1, len(right) + 1))
    return {"threshold": threshold, "certain_from": round(float(sure[surest[enough[-1]]]), 4) if len(enough) else 1.0}


def _best_threshold(chances: Floats, truth: NDArray[np.uint8]) -> float:
    """The threshold with the best F1, read from a smoothed curve: the raw curve has chance peaks."""
    grid = np.linspace(0.1, 0.8, 71)
    given = chances[:, None] >= grid
    hits = (given & (truth[:, None] == 1)).sum(axis=0)
    curve = 2 * hits / np.maximum(1, given.sum(axis=0) + truth.sum())
    smooth = np.convolve(np.pad(curve, 3, "edge"), np.ones(7) / 7, "valid")
    return round(float(grid[int(np.argmax(smooth))]), 3)


def _cross_validated(model: Model, matrix: Matrix, reader: Reader) -> list[Row]:
    """The report on clauses that no model has seen; of each fold calibration and thresholds are settled on the others."""
    labels = matrix.labels
    given, certain, chances = np.zeros_like(labels), np.zeros(len(labels), bool), np.zeros(labels.shape, np.float32)
    for known, held in folds(matrix):
        read = reader(known)
        judge = replace(model, **_settle(read(known), labels[known]))
        chances[held] = read(held)
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
            "certain_right": CERTAIN_RIGHT,
        },
        "clauses": len(matrix.labels),
        "documents": len(set(matrix.groups.tolist())),
        "features": len(matrix.vocabulary),
        "cross_validation": report,
    }


def _manifest_of_second(model: Model, second: Second, first: Model, report: list[Row]) -> Row:
    kept = {key: value for key, value in first.manifest.items() if key not in ("files", "cross_validation", "features")}
    return {
        **kept,
        "certain_from": model.certain_from,
        "first": first.digest,
        "below": second.below,
        "weight": second.weight.tolist(),
        "offset": second.offset.tolist(),
        "threshold": model.threshold.tolist(),
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
