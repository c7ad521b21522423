"""Search over a corpus in OpenSearch: the same terms, BM25 and second stage as in ``local``, on as many machines as it takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

from policytext.corpus.filters import Filters
from policytext.errors import CorpusError, WrongUsage
from policytext.opensearch import ask, groups, make_index, open_index, write
from policytext.search import cluster_query as queries
from policytext.search.cluster_mapping import WINDOW, key_word, settings, source
from policytext.search.protocol import Asked, Entry, Match
from policytext.search.ranking import POOLS, PREFIX_TERMS, idf, order, scored
from policytext.search.slots import Slot, Variant

#: Words that each shard tells of those that begin so; the commonest of all are among them.
TOLD = 10 * PREFIX_TERMS
#: Documents whose old entries are taken out in one request.
TOGETHER = 100
#: What a number of terms makes of a query beyond what the cluster takes.
TOO_MANY = re.compile("too_many_(nested_)?clauses|maxClauseCount")


class ClusterIndex:
    """The entries of the corpus ``name`` in the cluster of ``client`` (opensearch.connect), behind an alias of that name.

    Changes can be searched after ``refresh``, or after a second by themselves. All methods raise CorpusError ``cluster_…`` when the
    cluster cannot be reached or refuses.
    """

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = f"{name}-clauses"
        # The same copies of the shards answer all questions of this index: copies differ in entries that are deleted but not yet gone.
        self._copies = uuid4().hex

    def open(self, create: bool = False, shards: int = 1, replicas: int = 1) -> None:
        """See that the index is there and of this version; ``create`` makes it, with ``shards`` parts and ``replicas`` copies of each.

        Raises CorpusError ``cluster_no_corpus`` or ``cluster_mapping``.
        """
        open_index(self._client, self.name, settings(shards, replicas), create)

    def put(self, documents: Iterable[tuple[str, Sequence[Entry]]]) -> None:
        """Take the documents' entries in, in place of those they had; when it returns they are there for good.

        May run in several processes at once, for the same documents too where these have the same keys.
        """
        for some in groups(documents, TOGETHER):
            self._put(some)

    def remove(self, doc_ids: Iterable[str]) -> None:
        """Take all entries of the documents out."""
        for some in groups(doc_ids, TOGETHER):
            self._forget(some, [])

    def keys(self) -> Iterator[int]:
        """The keys of all visible entries, in order."""
        body: dict[str, Any] = {
            "query": queries.ANYTHING,
            "size": WINDOW,
            "sort": [{"key": "asc"}],
            "_source": False,
            "track_total_hits": False,
        }
        while hits := self._ask(body)["hits"]["hits"]:
            yield from (int(hit["_id"], 16) for hit in hits)
            body["search_after"] = hits[-1]["sort"]

    def refresh(self) -> None:
        """Make the changes visible."""
        ask(lambda: self._client.indices.refresh(index=self.name))

    def count(self) -> int:
        """Number of visible entries."""
        number: int = ask(lambda: self._client.count(index=self.name))["count"]
        return number

    @contextmanager
    def rebuilding(self, shards: int = 1, replicas: int = 1) -> Iterator[ClusterIndex]:
        """A new and empty index of this corpus. It takes this one's place in one step when the block ends, and is thrown away if it fails.

        Until then all searches see the old index, whole; what is put there meanwhile must be put into the new one too.
        """
        before = list(ask(lambda: self._client.indices.get_alias(name=self.name)))
        index = f"{self.name}-{max(int(name.rsplit('-', 1)[1]) for name in before) + 1}"
        building = f"{self.name}-building"
        make_index(self._client, index, settings(shards, replicas), {building: {}})
        new = ClusterIndex(self._client, "")
        new.name = building
        try:
            yield new
            new.refresh()
        except BaseException:
            ask(lambda: self._client.indices.delete(index=index))
            raise
        actions: list[dict[str, Any]] = [{"remove_index": {"index": old}} for old in before]
        actions += [{"remove": {"index": index, "alias": building}}, {"add": {"index": index, "alias": self.name}}]
        ask(lambda: self._client.indices.update_aliases(body={"actions": actions}))

    def search(self, asked: Asked, limit: int, filters: Filters | None = None) -> list[Match]:
        """See ``protocol.Engine``."""
        if asked.empty or limit < 1:
            return []
        slots = self._expanded(asked.slots)
        size = next((pool for pool in POOLS if limit <= pool), None)
        found = self._first(queries.candidates(asked, slots, filters), size)
        shares = self._coverage(slots, self._weights(asked.slots), [hit["_id"] for hit in found]) if asked.slots and found else {}
        matches = (scored(int(hit["_id"], 16), hit["sort"][0], shares.get(hit["_id"], 0.0), hit["fields"]["length"][0]) for hit in found)
        return order(matches)[:limit]

    def weights(self, asked: Asked) -> list[float]:
        """See ``protocol.Engine``."""
        return self._weights(asked.slots)

    def _first(self, query: dict[str, Any], size: int | None) -> list[dict[str, Any]]:
        """The best ``size`` entries (None: all) by BM25 and key."""
        found: list[dict[str, Any]] = []
        while size is None or len(found) < size:
            part = WINDOW if size is None else min(WINDOW, size - len(found))
            body: dict[str, Any] = {"query": query, "size": part, "sort": [{"_score": "desc"}, {"key": "asc"}]}
            body |= {"docvalue_fields": ["length"], "_source": False, "track_total_hits": False}
            if found:
                body["search_after"] = found[-1]["sort"]
            hits = self._ask(body, "dfs_query_then_fetch")["hits"]["hits"]
            found += hits
            if len(hits) < part:
                break
        return found

    def _coverage(self, slots: Sequence[Slot], weights: Sequence[float], keys: Sequence[str]) -> dict[str, float]:
        shares: dict[str, float] = {}
        for some in groups(keys, WINDOW):
            body = {"query": queries.coverage(slots, weights, some), "size": len(some), "_source": False, "track_total_hits": False}
            shares |= {hit["_id"]: hit["_score"] for hit in self._ask(body)["hits"]["hits"]}
        return shares

    def _weights(self, slots: Sequence[Slot]) -> list[float]:
        words = dict.fromkeys(term for slot in slots for one in slot.variants if one.weight == 1.0 for term in one.terms)
        asked = [(name, word) for word in words for name in queries.FIELDS]
        entries, *counts = self._counts([queries.ANYTHING, *(queries.term(name, word) for name, word in asked)])
        holding = dict(zip(asked, counts, strict=True))
        weights = []
        for slot in slots:
            whole = (term for one in slot.variants if one.weight == 1.0 for term in one.terms)
            numbers = [max(holding[name, term] for name in queries.FIELDS) for term in whole]
            if slot.prefix:
                numbers.append(sum(number for _, number in self._begun(slot.prefix, "text")))
            weights.append(max((idf(entries, number) for number in numbers), default=0.0))
        return weights

    def _expanded(self, slots: Sequence[Slot]) -> list[Slot]:
        """The slots with the words of a prefix as variants."""
        found = []
        for slot in slots:
            if slot.prefix:
                words = dict.fromkeys(word for name in queries.FIELDS for word, _ in self._begun(slot.prefix, name))
                slot = replace(slot, variants=(*slot.variants, *(Variant((word,)) for word in words)))
            found.append(slot)
        return found

    def _begun(self, prefix: str, name: str) -> list[tuple[str, int]]:
        """The commonest words of a field that begin so, with the number of entries that hold them."""
        pattern = "".join(sign if sign.isalnum() else f"\\{sign}" for sign in prefix) + ".*"
        words = {"terms": {"field": f"{name}.word", "include": pattern, "size": PREFIX_TERMS, "shard_size": TOLD}}
        answer = self._ask({"query": queries.beginning(prefix), "size": 0, "track_total_hits": False, "aggs": {"words": words}})
        return [(bucket["key"], bucket["doc_count"]) for bucket in answer["aggregations"]["words"]["buckets"]]

    def _counts(self, wanted: Sequence[dict[str, Any]]) -> list[int]:
        """How many entries each query finds."""
        head = {"preference": self._copies, "allow_partial_search_results": False}
        body = [part for query in wanted for part in (head, {"query": query, "size": 0, "track_total_hits": True})]
        answers = ask(lambda: self._client.msearch(index=self.name, body=body))["responses"]
        for answer in answers:
            if "error" in answer:
                raise CorpusError("cluster_refused", problem=str(answer["error"])[:300])
        return [answer["hits"]["total"]["value"] for answer in answers]

    def _ask(self, body: dict[str, Any], kind: str = "query_then_fetch") -> dict[str, Any]:
        """The answer of all shards: half of one is an error. ``dfs_query_then_fetch`` scores by the terms of all shards."""

        def search() -> dict[str, Any]:
            answer: dict[str, Any] = self._client.search(
                index=self.name, body=body, search_type=kind, preference=self._copies, allow_partial_search_results=False
            )
            return answer

        try:
            return ask(search)
        except CorpusError as error:
            if TOO_MANY.search(str(error.__cause__)):
                raise WrongUsage("query_too_wide") from error
            raise

    def _put(self, documents: Sequence[tuple[str, Sequence[Entry]]]) -> None:
        keys: list[str] = []

        def actions() -> Iterator[dict[str, Any]]:
            for doc_id, entries in documents:
                for entry in entries:
                    keys.append(key_word(entry.key))
                    yield {"_index": self.name, "_id": keys[-1], "_source": source(entry, doc_id)}

        write(self._client, actions())
        self._forget([doc_id for doc_id, _ in documents], keys)

    def _forget(self, doc_ids: list[str], but: list[str]) -> None:
        """Take out the entries of the documents except those with the keys ``but``."""
        self.refresh()
        query = {"bool": {"filter": [{"terms": {"doc_id": doc_ids}}], "must_not": [{"terms": {"key": but}}]}}
        # Another process may write the same entries meanwhile: then they stay as that wrote them.
        ask(lambda: self._client.delete_by_query(index=self.name, body={"query": query}, conflicts="proceed", refresh=True))
