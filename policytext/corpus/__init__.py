"""The corpus: in a folder of the user's, one SQLite file (the truth) and an index (derived); or the same in an OpenSearch cluster."""

from policytext.corpus.base import Store, Stored
from policytext.corpus.opening import Where, open_corpus
from policytext.corpus.store import Corpus

__all__ = ["Corpus", "Store", "Stored", "Where", "open_corpus"]
