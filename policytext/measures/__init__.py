"""Measure types of clauses: named features of a clause, a linear model of plain arrays, numpy alone."""
