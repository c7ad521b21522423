"""Execution periods: in which time a document is in force, or the plan that it sets runs, by the codebook's section of that name."""
