"""Write what train.py reads, from the shared material: export.py SHARED TOKENIZER.json MODEL.onnx DATA.npz ENCODER.npz; needs onnx.

TOKENIZER.json and MODEL.onnx are the two files of the Maven artifact that README.md names. The tokens kept are those of the documents;
clauses stand in the order of models/training.npz, folds are those of `make model`. Gold documents are left out.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from export_training import labelled, with_title  # noqa: E402
from make_model import MODELS, load_matrix  # noqa: E402

from policytext.analyze import analyze_path  # noqa: E402
from policytext.measures.tokens import Tokens  # noqa: E402
from policytext.training import folds, shuffled  # noqa: E402

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
GOLD = ("labels", "structure", "periods", "promises")
#: Units of the unlabelled documents shorter than this are not clauses.
SHORTEST = 12
PARTS = (("q", "attention.self.query"), ("k", "attention.self.key"), ("v", "attention.self.value"), ("o", "attention.output.dense"))
PARTS += (("n1", "attention.output.LayerNorm"), ("i", "intermediate.dense"), ("d", "output.dense"), ("n2", "output.LayerNorm"))


def documents(shared):
    """(id, text) of the documents that no gold file knows."""
    gold = {json.loads(line).get("doc") for name in GOLD for line in (shared / "gold" / f"{name}.jsonl").read_text("utf-8").splitlines()}
    with gzip.open(shared / "real" / "docs.jsonl.gz", "rt", encoding="utf-8") as handle:
        for line in handle:
            document = json.loads(line)
            if document["id"] not in gold:
                yield document["id"], with_title(document["title"], document["text"])


def weights(path, kept):
    """The arrays of the model under the names of train.py, its words cut to ``kept``."""
    graph = onnx.load(path).graph
    found = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    for node in graph.node:
        for name in node.input:
            if name.startswith("onnx::MatMul"):
                found[node.name.strip("/").replace("/MatMul", "").replace("/", ".") + ".weight"] = found.pop(name).T
    names = {"w.weight": "word_embeddings.weight", "pos.weight": "position_embeddings.weight", "typ.weight": "token_type_embeddings.weight"}
    names |= {"n.weight": "LayerNorm.weight", "n.bias": "LayerNorm.bias"}
    made = {ours: found[f"embeddings.{theirs}"] for ours, theirs in names.items()}
    made["w.weight"] = made["w.weight"][kept]
    for layer in range(4):
        for ours, theirs in PARTS:
            for kind in ("weight", "bias"):
                made[f"layers.{layer}.{ours}.{kind}"] = found[f"encoder.layer.{layer}.{theirs}.{kind}"]
    return {name: array.astype(np.float16) for name, array in made.items()}


def main(shared, tokenizer, model, data, encoder):
    vocabulary = json.loads(tokenizer.read_text("utf-8"))["model"]["vocab"]
    tokens = Tokens(sorted(vocabulary, key=vocabulary.get))
    matrix = load_matrix(MODELS)
    given, own = labelled(shared)
    known = [(one.clause.heading, one.clause.text, one.doc) for one in shuffled([*given, *own])]
    fold = np.zeros(len(known), np.int8)
    for number, (_, held) in enumerate(folds(matrix)):
        fold[held] = number
    of = {doc: number for (*_, doc), number in zip(known, fold.tolist(), strict=True)}
    texts = dict(documents(shared))
    units = [(unit, doc) for doc, text in texts.items() for unit in analyze_path(doc, text=text, period=False).document.units]
    more = [(unit.heading, unit.text, doc) for unit, doc in units if len(unit.text) >= SHORTEST]
    rows = {"documents": [[*tokens.of(text), tokens.between] for text in texts.values()]}
    for name, clauses in (("train", known), ("unlabelled", more)):
        rows[f"{name}_heading"] = [tokens.of(heading) for heading, *_ in clauses]
        rows[f"{name}_text"] = [tokens.of(text) for _, text, _ in clauses]
    special = [tokens.number(name) for name in SPECIAL]
    kept = np.unique([*special, *(number for part in rows.values() for row in part for number in row)])
    place = {number: n for n, number in enumerate(kept.tolist())}
    made = {name: np.array([place[number] for row in part for number in row], np.uint16) for name, part in rows.items()}
    made |= {f"{name}_n": np.array([len(row) for row in part], np.int32) for name, part in rows.items()}
    made |= {"labels": matrix.labels, "sure": matrix.sure, "fold": fold, "special": np.array([place[number] for number in special])}
    made["soft_fold"] = np.array([of.get(doc, -1) for *_, doc in more], np.int8)
    np.savez_compressed(data, **made)
    np.savez(encoder, **weights(model, kept))
    print(f"{len(known)} + {len(more)} clauses, {len(texts)} documents, {len(kept)} tokens")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
