"""A small transformer encoder (BERT; Devlin and others 2019): reads each word of a clause with the words around it.

Four layers, 512 wide, begun from bge-small-zh-v1.5 (BAAI, MIT) and trained further on labelled clauses; models/README.md says how.
It runs in onnxruntime, in products of 8-bit integers, and needs no network.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from policytext.measures.arrays import Floats
from policytext.measures.tokens import Tokens
from policytext.read.sandbox import alive
from policytext.schema import ClauseText

#: Tokens that are read of a clause with its heading, and of the heading.
LONGEST, LONGEST_HEADING = 384, 48
#: Messages of onnxruntime that it may print: none; what fails raises.
SILENT = 4


class Row(NamedTuple):
    """Token numbers of ``[CLS] heading [SEP] clause [SEP]``; the clause begins at ``start``."""

    tokens: list[int]
    start: int


class Encoder:
    """Scores of clauses by type. ``graph``, an ONNX file, takes ``tokens`` (n,) and ``start`` (1,) and gives ``scores`` (types,).

    Raises ValueError for a graph that cannot be read, or that does not fit the ``names`` of the tokens or the number of ``types``.
    """

    def __init__(self, graph: Path, names: Sequence[str], types: int) -> None:
        import onnxruntime  # takes as long as reading a small document: nothing that a linear model should wait for

        self._tokens, self._types = Tokens(names), types
        options = onnxruntime.SessionOptions()
        # One thread: a clause is too little work to share, and documents are read side by side (--jobs).
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = SILENT
        # The fused kernel of a sum and a norm takes five times as long as both alone (onnxruntime 1.32).
        slow = ["SkipLayerNormFusion"]
        try:
            self._session = onnxruntime.InferenceSession(str(graph), options, ["CPUExecutionProvider"], disabled_optimizers=slow)
            found = self._scored(Row([len(names) - 1], 0))
        # The exceptions of onnxruntime have no base class of their own.
        except Exception as error:
            raise ValueError(f"encoder: {error}") from error
        if found.shape != (types,) or not np.isfinite(found).all():
            raise ValueError(f"encoder: {found.shape}, {types}")

    def scores(self, clauses: Sequence[ClauseText]) -> Floats:
        """Scores (clauses, types) before calibration. Each clause is read alone: what stands beside it does not move a digit."""
        found = np.empty((len(clauses), self._types), np.float32)
        for number, clause in enumerate(clauses):
            found[number] = self._scored(self._row(clause))
            alive()
        return found

    def _row(self, clause: ClauseText) -> Row:
        """Of a clause that is too long two thirds from its beginning are read, and the rest from its end."""
        tokens = self._tokens
        head = [tokens.first, *tokens.of(clause.heading)[:LONGEST_HEADING], tokens.between]
        text, room = tokens.of(clause.text), LONGEST - len(head) - 1
        if len(text) > room:
            begins = room * 2 // 3
            text = text[:begins] + text[begins - room :]
        return Row([*head, *text, tokens.between], len(head))

    def _scored(self, row: Row) -> Floats:
        (found,) = self._session.run(["scores"], {"tokens": np.array(row.tokens), "start": np.array([row.start])})
        return np.asarray(found, np.float32)
