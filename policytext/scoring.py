"""How well labels were given: precision, recall, F1, exact sets, what was said instead, and how far probabilities can be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policytext.taxonomy import NONE

Row = dict[str, Any]
Labels = NDArray[np.uint8]
Chances = NDArray[np.float32]

#: Bins of equal width of the reliability curve and of the expected calibration error.
BINS = 10


def score(
    types: Sequence[str], truth: Labels, chances: Chances, given: Labels, certain: NDArray[np.bool_], threshold: Chances
) -> list[Row]:
    """One row a type, ``none`` (clauses without a type), and ``macro`` (means of the types); arrays are (clauses, types).

    Keys: label, precision, recall, f1, gold, predicted, threshold, ece (expected calibration error, Naeini and others 2015), instead (for
    clauses that lack the label though gold has it: the labels they got that gold has not, with their number); in ``macro`` also clauses,
    exact (share of clauses whose whole set of labels is right), certain (share that is not uncertain), certain_exact (exact among them).
    """
    rows = []
    for n, label in enumerate(types):
        missed = (truth[:, n] == 1) & (given[:, n] == 0)
        ece = round(float(_ece(truth[:, n], chances[:, n])), 4)
        rows.append(
            {
                **_row(label, truth[:, n], given[:, n]),
                "threshold": round(float(threshold[n]), 3),
                "ece": ece,
                "instead": _instead(types, given[missed] & (1 - truth[missed])),
            }
        )
    macro = {key: round(float(np.mean([row[key] for row in rows])), 4) for key in ("f1", "ece")}
    exact = (truth == given).all(axis=1)
    rows.append(_row(NONE, truth.sum(axis=1) == 0, given.sum(axis=1) == 0))
    rows.append(
        {
            "label": "macro",
            **macro,
            "clauses": len(truth),
            "exact": _share(exact.sum(), len(truth)),
            "certain": _share(certain.sum(), len(truth)),
            "certain_exact": _share(exact[certain].sum(), certain.sum()),
        }
    )
    keys = dict.fromkeys(key for row in rows for key in row)
    return [{key: row.get(key) for key in keys} for row in rows]


def curve(types: Sequence[str], truth: Labels, chances: Chances) -> list[Row]:
    """The reliability curve: for ``all`` decisions and for each type, by bins of probability, how often the label was right."""
    rows = list(_curve("all", truth.reshape(-1), chances.reshape(-1)))
    for n, label in enumerate(types):
        rows += _curve(label, truth[:, n], chances[:, n])
    return rows


def _curve(label: str, truth: Labels, chances: Chances) -> Iterator[Row]:
    for place, here in _bins(chances):
        yield {
            "label": label,
            "from": place / BINS,
            "to": (place + 1) / BINS,
            "decisions": int(here.sum()),
            "probability": round(float(chances[here].mean()), 4),
            "right": round(float(truth[here].mean()), 4),
        }


def _ece(truth: Labels, chances: Chances) -> float:
    gaps = (here.mean() * abs(float(chances[here].mean()) - float(truth[here].mean())) for _, here in _bins(chances))
    return float(sum(gaps))


def _bins(chances: Chances) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    """The bins that are not empty."""
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    for place in range(BINS):
        if (bins == place).any():
            yield place, bins == place


def _instead(types: Sequence[str], wrong: Labels) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for row in wrong:
        counts.update([label for label, given in zip(types, row, strict=True) if given] or [NONE])
    return dict(counts.most_common())


def _row(label: str, truth: NDArray[Any], given: NDArray[Any]) -> Row:
    hits = int(((truth != 0) & (given != 0)).sum())
    gold, predicted = int((truth != 0).sum()), int((given != 0).sum())
    return {
        "label": label,
        "precision": _share(hits, predicted),
        "recall": _share(hits, gold),
        "f1": _share(2 * hits, gold + predicted),
        "gold": gold,
        "predicted": predicted,
    }


def _share(part: float, whole: float) -> float:
    return round(float(part) / float(whole), 4) if whole else 0.0
