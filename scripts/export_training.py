"""Write models/training.npz again from the labelled clauses of the shared material: export_training.py [SHARED].

To be run after a change of features or cues, before `make model`.
Labelled are the clauses of SHARED/train, and those that models/labels.csv names by document and place: our own coding by the codebook, of
the same documents (none of the gold). The matrix holds no text: two or three characters in a row and cues that stand in five clauses or
more, which of them a clause has (in the order of the vocabulary, each once), its labels, and the number of its document. Rows are shuffled.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from make_model import MODELS, save_matrix

from policytext.analyze import analyze_path
from policytext.labelled import LabelledClause, read_labels
from policytext.schema import Unit
from policytext.taxonomy import load_taxonomy
from policytext.training import matrix_of


def main(shared: Path) -> None:
    given, own = labelled(shared)
    matrix = matrix_of([*given, *own], load_taxonomy(), shuffle=True)
    save_matrix(matrix, MODELS)
    entries = f"{len(matrix.vocabulary)} features, {len(matrix.indices)} entries"
    print(f"{len(given)} + {len(own)} clauses, {entries}, digest {matrix.digest[:12]}")


def labelled(shared: Path) -> tuple[list[LabelledClause], list[LabelledClause]]:
    """The labelled clauses of the shared material, and our own."""
    given = read_labels(shared / "train" / "clauses.jsonl", load_taxonomy())
    return given, list(own_labels(shared / "real" / "docs.jsonl.gz", MODELS / "labels.csv"))


def own_labels(documents: Path, labels: Path) -> Iterator[LabelledClause]:
    """The clauses that ``labels`` names (columns doc, start, end, labels, sure), as the documents are cut today."""
    wanted = defaultdict(list)
    with labels.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            wanted[row["doc"]].append(row)
    with gzip.open(documents, "rt", encoding="utf-8") as handle:
        for line in handle:
            document = json.loads(line)
            if document["id"] in wanted:
                text = with_title(document["title"], document["text"])
                units = analyze_path(document["id"], text=text, period=False).document.units
                for row in wanted[document["id"]]:
                    unit = _unit(units, int(row["start"]), int(row["end"]))
                    words = unit.text if unit else "".join(text[int(row["start"]) : int(row["end"])].split("\n"))
                    heading = unit.heading if unit else ""
                    given = tuple(filter(None, row["labels"].split("|")))
                    yield LabelledClause("", words, given, document["title"], heading, document["id"], sure=row["sure"] == "1")


def with_title(title: str, text: str) -> str:
    """A text as it is read: with its title in front where it lacks it."""
    bare, begins = (re.sub(r"\W", "", part) for part in (title, text))
    return text if bare[:30] in begins[:2000] else f"{title}\n{text}"


def _unit(units: tuple[Unit, ...], start: int, end: int) -> Unit | None:
    """The unit at that place, if the document is still cut there."""
    return next((unit for unit in units if (unit.start, unit.end) == (start, end)), None)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else MODELS.parent.parent / "shared")
