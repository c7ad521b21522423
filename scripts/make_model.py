"""Rebuild the shipped model in models/ from its training matrix.

With the library versions of the manifest on the same kind of machine the arrays come out the same to the byte; elsewhere coefficients agree
within 0.02, and labels change only where a probability stands on its threshold.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from policytext.measures.manifest import VOCABULARY
from policytext.taxonomy import load_taxonomy
from policytext.training import Matrix, fit, save

MODELS = Path(__file__).resolve().parent.parent / "models"
TRAINING = "training.npz"


def load_matrix(folder: Path) -> Matrix:
    """The training matrix in ``folder``; its vocabulary is the model's."""
    vocabulary = tuple((folder / VOCABULARY).read_text("utf-8").rstrip("\n").split("\n"))
    with np.load(folder / TRAINING, allow_pickle=False) as arrays:
        return Matrix(vocabulary, arrays["indices"], arrays["indptr"], arrays["labels"], arrays["groups"], arrays["sure"])


def save_matrix(matrix: Matrix, folder: Path) -> None:
    """Write the matrix as ``load_matrix`` reads it."""
    (folder / VOCABULARY).write_text("\n".join(matrix.vocabulary) + "\n", "utf-8")
    arrays = {name: getattr(matrix, name) for name in ("indices", "indptr", "labels", "groups", "sure")}
    np.savez_compressed(folder / TRAINING, **arrays)


def main(folder: Path) -> None:
    model, report = fit(load_matrix(folder), load_taxonomy())
    save(model, folder)
    for row in report:
        print("  ".join(f"{key} {value}" for key, value in row.items() if value is not None))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else MODELS)
