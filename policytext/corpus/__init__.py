"""The corpus: one SQLite file (the truth) and one index folder (derived) in a folder of the user's."""

from policytext.corpus.store import Corpus, Stored

__all__ = ["Corpus", "Stored"]
