"""Measure types of clauses: named features, a linear model of plain arrays (numpy), an encoder for what it doubts (onnxruntime)."""
