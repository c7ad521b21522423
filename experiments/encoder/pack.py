"""Write a trained encoder as the product reads it: pack.py DATA FIT ENCODER.onnx; needs onnx, onnxruntime and torch.

DATA and FIT are what export.py and `train.py fit` wrote. The graph takes ``tokens`` (n,) of ``[CLS] heading [SEP] clause [SEP]`` and
``start`` (1,), where the clause begins, and gives ``scores`` (types,). Products of matrices are of 8-bit integers.
"""

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from train import HEADS, LAYERS, WIDTH, rows

OPSET, IR_VERSION = 20, 10
#: Clauses whose numbers are looked at before they are rounded, and others to see what rounding does.
LOOKED_AT, COMPARED = 300, 300
#: How much of the spread of a column is moved from the rows into the weights (SmoothQuant; Xiao and others 2023).
MOVED = 0.8


class Seen(NamedTuple):
    """The largest number and the mean of each column of what goes into a linear map."""

    largest: np.ndarray
    mean: np.ndarray


class Graph:
    """The encoder of ``weights`` as ONNX nodes. Linear maps whose columns were ``seen`` are of 8-bit numbers; ``inputs`` go into them."""

    def __init__(self, weights, seen):
        self.weights, self.seen = weights, seen
        self.nodes, self.constants, self.inputs = [], [], {}
        self._scores()

    def _constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.array(array, order="C"), name))
        return name

    def _numbers(self, *values):
        return self._constant(f"numbers{len(self.constants)}", np.array(values, np.int64))

    def _node(self, kind, *inputs, outputs=1, **settings):
        name = f"{kind}{len(self.nodes)}"
        made = [name] if outputs == 1 else [f"{name}.{n}" for n in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), made, name, **settings))
        return made[0] if outputs == 1 else made

    def _table(self, name, which):
        """Rows of a table of 8-bit numbers with a scale a row."""
        array = self.weights[name]
        scale = np.abs(array).max(axis=1, keepdims=True) / 127
        small = self._constant(name, np.round(array / scale).astype(np.int8))
        row = self._node("Cast", self._node("Gather", small, which), to=TensorProto.FLOAT)
        return self._node("Mul", row, self._node("Gather", self._constant(f"{name}.scale", scale), which))

    def _linear(self, name, x, weight, bias):
        self.inputs[name] = x
        if name not in self.seen:
            product = self._node("MatMul", x, self._constant(f"{name}.weight", weight.T))
            return self._node("Add", product, self._constant(f"{name}.bias", bias))
        columns, small, scale, bias = rounded(weight, bias, self.seen[name])
        x = self._node("Mul", x, self._constant(f"{name}.columns", 1 / columns))
        parts = {"weight": small.T, "scale": scale, "zero": np.zeros(len(scale), np.int8), "bias": bias}
        constants = [self._constant(f"{name}.{part}", array) for part, array in parts.items()]
        return self._node("DynamicQuantizeMatMul", x, *constants, domain="com.microsoft")

    def _norm(self, name, x):
        weight, bias = (self._constant(f"{name}.{kind}", self.weights[f"{name}.{kind}"]) for kind in ("weight", "bias"))
        return self._node("LayerNormalization", x, weight, bias, axis=-1, epsilon=1e-12)

    def _attention(self, name, x):
        weight, bias = attending(self.weights, name)
        mixed = self._node("Reshape", self._linear(f"{name}.a", x, weight, bias), self._numbers(0, 3, HEADS, WIDTH // HEADS))
        parts = self._node("Split", mixed, axis=1, num_outputs=3, outputs=3)
        query, key, value = (self._node("Squeeze", part, self._numbers(1)) for part in parts)
        query, value = (self._node("Transpose", part, perm=[1, 0, 2]) for part in (query, value))
        seen = self._node("Softmax", self._node("MatMul", query, self._node("Transpose", key, perm=[1, 2, 0])), axis=-1)
        found = self._node("Transpose", self._node("MatMul", seen, value), perm=[1, 0, 2])
        return self._given(f"{name}.o", self._node("Reshape", found, self._numbers(0, WIDTH)))

    def _given(self, name, x):
        return self._linear(name, x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _scores(self):
        zero, one = (self._constant(f"int{n}", np.array(n, np.int64)) for n in (0, 1))
        length = self._node("Squeeze", self._node("Shape", "tokens"))
        place = self._node("Range", zero, length, one)
        part = self._node("Cast", self._node("GreaterOrEqual", place, "start"), to=TensorProto.INT64)
        x = self._node("Add", self._table("b.w.weight", "tokens"), self._table("b.pos.weight", place))
        x = self._norm("b.n", self._node("Add", x, self._table("b.typ.weight", part)))
        for name in (f"b.layers.{number}" for number in range(LAYERS)):
            x = self._norm(f"{name}.n1", self._node("Add", x, self._attention(name, x)))
            wide = self._node("Gelu", self._given(f"{name}.i", x), approximate="tanh")
            x = self._norm(f"{name}.n2", self._node("Add", x, self._given(f"{name}.d", wide)))
        clause = self._node("Slice", x, "start", self._numbers(2**31), self._numbers(0))
        mean, most = (self._node(kind, clause, self._numbers(0), keepdims=0) for kind in ("ReduceMean", "ReduceMax"))
        pooled = self._node("Concat", self._node("Gather", x, zero), mean, most, axis=0)
        out = self._constant("out.weight", self.weights["out.weight"].T)
        product = self._node("MatMul", pooled, out)
        self.nodes.append(helper.make_node("Add", [product, self._constant("out.bias", self.weights["out.bias"])], ["scores"], "scores"))

    def write(self, path, *more):
        """Write the graph, with the intermediate results ``more`` among its outputs."""
        inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, [size]) for name, size in (("tokens", "n"), ("start", 1))]
        outputs = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, self.weights["out.bias"].shape)]
        outputs += [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, None]) for name in more]
        graph = helper.make_graph(self.nodes, "encoder", inputs, outputs, self.constants)
        versions = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=IR_VERSION)
        onnx.checker.check_model(model)
        onnx.save(model, path)


def attending(weights, name):
    """Weight and bias of queries, keys and values together; the root of a head's width is already divided out of the queries."""
    shrink = np.float32(1 / np.sqrt(WIDTH // HEADS))
    return [np.concatenate([weights[f"{name}.{p}.{k}"] * (shrink if p == "q" else 1) for p in "qkv"]) for k in ("weight", "bias")]


def rounded(weight, bias, seen):
    """Divisors of the columns, weights as 8-bit numbers, the scale of each row of them, and the bias with what rounding adds on average.

    A processor without VNNI adds the products of two neighbours in 16 bits, so that two weights of one sign must not exceed 128 together.
    """
    columns = np.maximum(seen.largest, 1e-3) ** MOVED / np.maximum(np.abs(weight).max(axis=0), 1e-3) ** (1 - MOVED)
    weight = weight * columns
    pairs = weight.reshape(len(weight), -1, 2).sum(axis=2)
    scale = np.maximum(np.abs(weight).max(axis=1), np.abs(pairs).max(axis=1)) / 127
    small = np.round(weight / scale[:, None]).astype(np.int8)
    return columns, small, scale, bias + (weight - small * scale[:, None]) @ (seen.mean / columns)


def look(plain, session, clauses):
    """What goes into each linear map."""
    largest, total, rows = {}, {}, 0
    for clause in clauses:
        _, *found = session.run(None, clause)
        rows += len(clause["tokens"])
        for name, x in zip(plain.inputs, found, strict=True):
            largest[name] = np.maximum(largest.get(name, 0), np.abs(x).max(axis=0))
            total[name] = total.get(name, 0) + x.sum(axis=0)
    return {name: Seen(largest[name], total[name] / rows) for name in plain.inputs}


def main(data, fit, path):
    weights = {name: array.astype(np.float32) for name, array in np.load(fit).items() if name.startswith(("b.", "out."))}
    clauses = [{"tokens": tokens, "start": np.array([start])} for tokens, start in rows(np.load(data), "train")]
    plain = Graph(weights, {})
    plain.write(path, *plain.inputs.values())
    session = onnxruntime.InferenceSession(path)
    Graph(weights, look(plain, session, clauses[:LOOKED_AT])).write(path)
    small, others = onnxruntime.InferenceSession(path), clauses[LOOKED_AT : LOOKED_AT + COMPARED]
    apart = [np.abs(session.run(["scores"], clause)[0] - small.run(None, clause)[0]).mean() for clause in others]
    print(f"scores differ by {np.mean(apart):.3f} on average from those of 32-bit numbers")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
