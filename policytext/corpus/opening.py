"""Where a corpus lies: in a folder of this machine, or in a cluster."""

from __future__ import annotations

from pathlib import Path

from policytext.corpus.base import Store
from policytext.corpus.cluster import ClusterCorpus
from policytext.corpus.store import Corpus
from policytext.opensearch import Cluster

#: The folder of a corpus, or the cluster that holds it.
Where = Path | Cluster


def open_corpus(where: Where, create: bool = False) -> Store:
    """The corpus there; ``create`` makes it when missing. Raises CorpusError ``no_corpus`` or ``cluster_…``, as the engine does."""
    return Corpus(where, create) if isinstance(where, Path) else ClusterCorpus(where, create)
