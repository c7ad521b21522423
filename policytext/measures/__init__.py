"""Measure types of clauses: named features of a clause, a linear model of plain arrays, numpy alone."""

from policytext.measures.features import ClauseText
from policytext.measures.model import Model

__all__ = ["ClauseText", "Model"]
