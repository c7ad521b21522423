"""Rebuild the shipped models from what lies in models/: `fast` from the training matrix, then the settings of `careful` beside its encoder.

With the library versions of the manifests on the same kind of machine all comes out the same to the byte; elsewhere coefficients agree
within 0.02, and labels change only where a probability stands on its threshold. The encoder itself is not fitted here: that needs a GPU
and the texts (experiments/encoder).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from policytext.measures.manifest import VOCABULARY
from policytext.measures.model import Model, read_encoder
from policytext.taxonomy import load_taxonomy
from policytext.training import Matrix, Row, fit, fit_second, held_out, save, save_second

MODELS = Path(__file__).resolve().parent.parent / "models"
TRAINING = "training.npz"
#: Scores (clauses, types) of the rows of the matrix by encoders that had not seen the clause's document.
HELD_OUT = "held_out.npz"


def load_matrix(folder: Path) -> Matrix:
    """The training matrix in ``folder``; its vocabulary is the fast model's."""
    vocabulary = tuple((folder / "fast" / VOCABULARY).read_text("utf-8").rstrip("\n").split("\n"))
    with np.load(folder / TRAINING, allow_pickle=False) as arrays:
        return Matrix(vocabulary, arrays["indices"], arrays["indptr"], arrays["labels"], arrays["groups"], arrays["sure"])


def save_matrix(matrix: Matrix, folder: Path) -> None:
    """Write the matrix as ``load_matrix`` reads it."""
    (folder / "fast" / VOCABULARY).write_text("\n".join(matrix.vocabulary) + "\n", "utf-8")
    arrays = {name: getattr(matrix, name) for name in ("indices", "indptr", "labels", "groups", "sure")}
    np.savez_compressed(folder / TRAINING, **arrays)


def load_held_out(folder: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """What HELD_OUT holds."""
    with np.load(folder / HELD_OUT, allow_pickle=False) as arrays:
        return np.asarray(arrays["scores"], np.float32)


def main(folder: Path) -> None:
    matrix = load_matrix(folder)
    scores = held_out(matrix)
    fast, report = fit(matrix, load_taxonomy(), scores)
    save(fast, folder / "fast")
    tell("fast", report)
    fast = Model.load(folder / "fast")
    encoder = read_encoder(folder / "careful", len(fast.types))
    careful, report = fit_second(fast, encoder, matrix, scores, load_held_out(folder))
    save_second(careful, folder / "careful")
    tell("careful", report)


def tell(name: str, report: list[Row]) -> None:
    print(name)
    for row in report:
        print("  ".join(f"{key} {value}" for key, value in row.items() if value is not None))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else MODELS)
