"""Training and evaluation of label models. scikit-learn is imported inside the functions that fit; predicting never needs it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policytext import __version__
from policytext.errors import InputError
from policytext.measures.features import BLOCKS, FEATURES_VERSION, ClauseText, block_of, features, values
from policytext.measures.model import ARRAYS, FORMAT_VERSION, MANIFEST, VOCABULARY, Model
from policytext.places import data_file
from policytext.sheets import read_rows
from policytext.taxonomy import NONE, MeasureType, Taxonomy

Row = dict[str, Any]

#: Folds of the cross-validation; all clauses of a document fall into the same fold.
FOLDS = 5
#: Strength of the fit (inverse of regularisation); between 2 and 4 cross-validation does not move by more than 0.003.
STRENGTH = 4.0
#: Weight of a clause whose coder hesitated. On the shared clauses 0.25 against 1: cross-validation +0.002, the sure clauses in it +0.007.
UNSURE = 0.25
#: A type with fewer clauses than this, or all of them in one document, is not learned: it is never given.
FEWEST = 5
#: At least this share of the clauses counts as certain: the surest ones by cross-validation.
CERTAIN_SHARE = 0.62
#: Features of a large set stand in at least 5 of its clauses, of a small one (under 1,000) in 2.
LARGE, MIN_LARGE, MIN_SMALL = 1000, 5, 2

SEPARATORS = re.compile(r"[;,、|；，\n]+")


@dataclass(frozen=True, slots=True)
class LabelledClause:
    """A clause with the labels a person gave it; ``doc`` names its document (clauses without one count as documents of their own).

    ``sure`` is False where the coder hesitated (column ``confidence``: low): the clause then counts less in training.
    """

    id: str
    text: str
    labels: tuple[str, ...] = ()
    title: str = ""
    heading: str = ""
    doc: str = ""
    sure: bool = True

    @property
    def clause(self) -> ClauseText:
        """What the model reads of it."""
        return ClauseText(self.text, self.title, self.heading)


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


def read_clauses(path: Path) -> list[LabelledClause]:
    """Clauses of a JSONL, CSV or XLSX file: column ``text``, optional ``id title heading doc labels confidence``.

    Raises InputError ``bad_table`` when the file cannot be read or lacks the column.
    """
    return [_clause(path, number, row) for number, row in enumerate(read_rows(path, "text"), 1)]


def read_labels(path: Path) -> list[LabelledClause]:
    """Like ``read_clauses``, and ``labels`` has to be there: a list, or words separated by ``; , 、 |``; empty or ``none`` for no type."""
    return [_clause(path, number, row) for number, row in enumerate(read_rows(path, "text", "labels"), 1)]


def train(clauses: Sequence[LabelledClause], taxonomy: Taxonomy) -> tuple[Model, list[Row]]:
    """A model of ``clauses`` and its report by cross-validation over documents (rows as of ``evaluate``).

    Raises InputError ``too_few_clauses``, and WrongUsage ``unknown_measure`` for a label that the taxonomy does not have.
    """
    return fit(matrix_of(clauses, taxonomy), taxonomy)


def evaluate(model: Model, clauses: Sequence[LabelledClause]) -> list[Row]:
    """How well ``model`` labels ``clauses``: one row a type, ``none`` (clauses without a type), and ``macro`` (mean F1 of the types).

    Keys: label, precision, recall, f1, gold, predicted, threshold; in ``macro`` also clauses, exact (share of clauses whose whole set of
    labels is right), certain (share that is not uncertain), certain_exact (exact among the certain).
    """
    taxonomy = Taxonomy(tuple(MeasureType(**one) for one in model.manifest["taxonomy"]))
    truth = _indicator(clauses, taxonomy)
    chances = model.probabilities(np.array([model.scores(one.clause) for one in clauses], np.float32).reshape(-1, len(model.types)))
    return _report(model.types, truth, *_decisions(model, chances), model.threshold)


def matrix_of(clauses: Sequence[LabelledClause], taxonomy: Taxonomy, shuffle: bool = False) -> Matrix:
    """The features and labels of ``clauses``; rows in a fixed random order when ``shuffle``."""
    order = np.random.default_rng(20200728).permutation(len(clauses)) if shuffle else np.arange(len(clauses))
    ordered = [clauses[n] for n in order]
    found = [list(features(one.clause)) for one in ordered]
    counts = Counter(name for names in found for name in names)
    fewest = MIN_LARGE if len(clauses) >= LARGE else MIN_SMALL
    vocabulary = sorted(name for name, number in counts.items() if number >= fewest)
    number_of = {name: number for number, name in enumerate(vocabulary)}
    rows = [sorted(number_of[name] for name in names if name in number_of) for names in found]
    documents: dict[str, int] = {}
    groups = [documents.setdefault(one.doc or f"\0{n}", len(documents)) for n, one in enumerate(ordered)]
    return Matrix(
        tuple(vocabulary),
        np.array([n for row in rows for n in row], np.uint16 if len(vocabulary) < 1 << 16 else np.uint32),
        np.cumsum([0, *map(len, rows)]).astype(np.int64),
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
    vocabulary = {name: n for n, name in enumerate(matrix.vocabulary)}
    model = Model(
        taxonomy.ids, vocabulary, idf, coef.astype(np.float16).astype(np.float32), intercept.astype(np.float32),
        **_settle(out_of_fold, matrix.labels), digest=matrix.digest,
    )  # fmt: skip
    report = _cross_validated(model, out_of_fold, matrix.labels, folds)
    return replace(model, manifest=_manifest(model, matrix, taxonomy, report)), report


def save(model: Model, folder: Path) -> None:
    """Write a model into ``folder``: arrays, vocabulary, manifest. Raises InputError ``cannot_write``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / VOCABULARY).write_text("\n".join(model.vocabulary) + "\n", "utf-8")
        small = {name: getattr(model, name) for name in ("idf", "intercept", "slope", "offset", "threshold")}
        np.savez_compressed(folder / ARRAYS, coef=model.coef.astype(np.float16), **small)
        (folder / MANIFEST).write_text(json.dumps(model.manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise InputError("cannot_write", file=str(folder), problem=error.strerror or "") from error


# --- fitting -----------------------------------------------------------------------------------------------------------------------------


def _weighted(matrix: Matrix) -> tuple[NDArray[np.float32], Any]:
    """Inverse document frequencies, and the matrix with the numbers that the model will see, as a sparse array."""
    from scipy.sparse import csr_array

    number = len(matrix.labels)
    counts = np.bincount(matrix.indices, minlength=len(matrix.vocabulary))
    idf = (np.log((1 + number) / (1 + counts)) + 1).astype(np.float32)
    block = np.array([block_of(name) for name in matrix.vocabulary], np.uint8)
    ids = matrix.indices.astype(np.int64)
    rows = [values(ids[start:end], idf, block) for start, end in zip(matrix.indptr, matrix.indptr[1:], strict=False)]
    data = np.concatenate(rows) if rows else np.empty(0, np.float32)
    return idf, csr_array(
        (data.astype(np.float64), ids.astype(np.int32), matrix.indptr.astype(np.int32)), shape=(number, len(matrix.vocabulary))
    )


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
    given, certain = np.zeros_like(labels), np.zeros(len(labels), bool)
    for known, held in folds:
        judge = replace(model, **_settle(scores[known], labels[known]))
        given[held], certain[held] = _decisions(judge, judge.probabilities(scores[held].astype(np.float32)))
    return _report(model.types, labels, given, certain, model.threshold)


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
        "dictionary_digest": hashlib.sha256(data_file("dictionary.txt").read_bytes()).hexdigest(),
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


# --- scoring -----------------------------------------------------------------------------------------------------------------------------


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
    decided = [model.decide(row) for row in chances]
    given = np.array([[label in labels for label in model.types] for labels, _ in decided], np.uint8).reshape(chances.shape)
    return given, np.array([not uncertain for _, uncertain in decided], bool)


def _report(
    types: Sequence[str], truth: NDArray[np.uint8], given: NDArray[np.uint8], certain: NDArray[np.bool_], threshold: NDArray[np.float32]
) -> list[Row]:
    rows = [_row(label, truth[:, n], given[:, n], float(threshold[n])) for n, label in enumerate(types)]
    macro = round(float(np.mean([row["f1"] for row in rows])), 4)
    exact = (truth == given).all(axis=1)
    rows.append(_row(NONE, truth.sum(axis=1) == 0, given.sum(axis=1) == 0, None))
    rows.append(
        {
            **dict.fromkeys(("label", "precision", "recall", "f1", "gold", "predicted", "threshold")),
            "label": "macro",
            "f1": macro,
            "clauses": len(truth),
            "exact": _share(exact.sum(), len(truth)),
            "certain": _share(certain.sum(), len(truth)),
            "certain_exact": _share(exact[certain].sum(), certain.sum()),
        }
    )
    return rows


def _row(label: str, truth: NDArray[Any], given: NDArray[Any], threshold: float | None) -> Row:
    hits = int(((truth != 0) & (given != 0)).sum())
    gold, predicted = int((truth != 0).sum()), int((given != 0).sum())
    return {
        "label": label,
        "precision": _share(hits, predicted),
        "recall": _share(hits, gold),
        "f1": _share(2 * hits, gold + predicted),
        "gold": gold,
        "predicted": predicted,
        "threshold": None if threshold is None else round(threshold, 3),
    }


def _share(part: float, whole: float) -> float:
    return round(float(part) / float(whole), 4) if whole else 0.0


# --- files of clauses --------------------------------------------------------------------------------------------------------------------


def _clause(path: Path, number: int, row: Row) -> LabelledClause:
    labels = row.get("labels")
    if not isinstance(labels, list):
        labels = SEPARATORS.split(_text(labels))
    names = tuple(name for one in labels if (name := _text(one)) and name.lower() not in (NONE, "无"))
    fields = {name: _text(row.get(name)) for name in ("title", "heading", "doc")}
    sure = _text(row.get("confidence")).lower() not in ("low", "低")
    return LabelledClause(_text(row.get("id")) or str(number), _text(row["text"]), names, **fields, sure=sure)


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
