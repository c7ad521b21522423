"""Where a corpus lies: in a folder of this machine, or in a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from policytext.corpus.base import Store
from policytext.corpus.store import Corpus

if TYPE_CHECKING:
    from policytext.opensearch import Cluster

#: The folder of a corpus, or the cluster that holds it.
Where: TypeAlias = "Path | Cluster"


def open_corpus(where: Where, create: bool = False) -> Store:
    """The corpus there; ``create`` makes it when missing. Raises CorpusError ``no_corpus`` or ``cluster_…``, as the engine does."""
    if isinstance(where, Path):
        return Corpus(where, create)
    from policytext.corpus.cluster import ClusterCorpus  # whoever works on one machine does not wait for it

    return ClusterCorpus(where, create)
