"""Write models/training.npz again from the labelled clauses of the shared material: export_training.py [SHARED].

To be run after a change of features, dictionary or cues, before `make model`.
The matrix holds no text: words, pairs of words, two or three characters in a row and cues that stand in five clauses or more, which of
them a clause has (in the order of the vocabulary, each once), its labels, and the number of its document. Rows are shuffled.
"""

from __future__ import annotations

import sys
from pathlib import Path

from make_model import MODELS, save_matrix

from policytext.labelled import read_labels
from policytext.taxonomy import load_taxonomy
from policytext.training import matrix_of


def main(shared: Path) -> None:
    clauses = read_labels(shared / "train" / "clauses.jsonl", load_taxonomy())
    matrix = matrix_of(clauses, load_taxonomy(), shuffle=True)
    save_matrix(matrix, MODELS)
    print(f"{len(clauses)} clauses, {len(matrix.vocabulary)} features, {len(matrix.indices)} entries, digest {matrix.digest[:12]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else MODELS.parent.parent / "shared")
