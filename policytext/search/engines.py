"""The engine that searches a corpus: tantivy beside a folder, OpenSearch in a cluster; and the way to bring either up to its documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from policytext.corpus import Corpus, Store
from policytext.errors import CorpusError
from policytext.search.index import current_index, entries, refresh_index
from policytext.search.protocol import Engine

if TYPE_CHECKING:
    from policytext.corpus.cluster import ClusterCorpus
    from policytext.search.cluster import ClusterIndex

Tell = Callable[[str], None]


def engine(corpus: Store, tell: Tell = lambda key: None) -> Engine:
    """The index to search in. That of a folder is brought up to its documents first; that of a cluster is as its writers left it."""
    if isinstance(corpus, Corpus):
        return current_index(corpus, tell)
    index = cluster_index(in_cluster(corpus))
    index.open()
    return index


def refresh(corpus: Store, tell: Tell = lambda key: None) -> None:
    """Let the index hold exactly what the corpus holds; ``tell`` hears when one that was there could not be used."""
    if isinstance(corpus, Corpus):
        refresh_index(corpus, tell)
    else:
        _refresh_cluster(in_cluster(corpus), tell)


# What speaks to a cluster is imported when there is one: whoever searches a folder does not wait for it.


def in_cluster(corpus: Store) -> ClusterCorpus:
    """The same corpus, as one in a cluster. Raises TypeError for another."""
    from policytext.corpus.cluster import ClusterCorpus

    if not isinstance(corpus, ClusterCorpus):
        raise TypeError(corpus)
    return corpus


def cluster_index(corpus: ClusterCorpus) -> ClusterIndex:
    """The index of a corpus in a cluster, not opened yet."""
    from policytext.search.cluster import ClusterIndex

    return ClusterIndex(corpus.client, corpus.cluster.name)


def _refresh_cluster(corpus: ClusterCorpus, tell: Tell) -> None:
    index, cluster = cluster_index(corpus), corpus.cluster
    try:
        index.open(create=True, shards=cluster.shards, replicas=cluster.replicas)
    except CorpusError as error:
        if error.code != "cluster_mapping":
            raise
        tell("index_rebuilt")
        corpus.forget_index()
        with index.rebuilding(cluster.shards, cluster.replicas) as new:
            _take_in(corpus, new)
    else:
        _take_in(corpus, index)


def _take_in(corpus: ClusterCorpus, index: ClusterIndex) -> None:
    """Let the index take in and forget what is waiting. Others may do the same meanwhile: they write the same."""
    from policytext.opensearch import groups
    from policytext.search.cluster import TOGETHER

    for some in groups(corpus.waiting(), TOGETHER):
        index.remove(one.doc_id for one in some if one.removed)
        index.put((one.doc_id, entries(corpus, one.doc_id)) for one in some if not one.removed)
        corpus.indexed(some)
    index.refresh()
