"""A corpus whose documents lie in an OpenSearch cluster, written by content hash: any number of machines may add at once.

Three indices, each behind an alias: ``NAME-documents`` (one whole document each, the truth), ``NAME-paths`` (which document a path holds
now) and ``NAME-corrections``. The clauses that are searched (``NAME-clauses``) are derived from the documents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from time import time_ns
from typing import Any, NamedTuple, Self

from policytext.corpus.base import CLAUSES_PER_DOCUMENT, Store, Stored
from policytext.corpus.corrections import Line, Value, line
from policytext.errors import CorpusError
from policytext.opensearch import Cluster, ask, connect, groups, named_errors, open_index, write
from policytext.schema import READABLE, Analysis, Clause, Field, Measures, Mention, Record, Unit, from_json, to_json
from policytext.sources import content_digest

#: Raised with every change of the fields below or of what they hold.
VERSION = 1
#: Digits of an id, which is the document's number in keys too.
ID_DIGITS = 12
#: Documents that one request returns.
PAGE = 500
#: Clauses that are fetched together, and kept for those who ask next.
AHEAD, KEPT = 40, 2_000

WORD: dict[str, Any] = {"type": "keyword"}
#: What is kept and not searched.
CONTENT: dict[str, Any] = {"type": "object", "enabled": False}
FIELDS: dict[str, dict[str, Any]] = {
    # content: record, text, mentions, and units by their number as [unit, measures], all as JSON.
    "documents": {
        "doc_id": WORD, "sha256": WORD, "file": WORD, "removed": {"type": "boolean"}, "indexed": {"type": "boolean"}, "content": CONTENT,
    },
    "paths": {"file": WORD, "doc_id": WORD},
    "corrections": {"doc_id": WORD, "at": {"type": "long"}, "line": CONTENT},
}  # fmt: skip


class Waiting(NamedTuple):
    """A document that the index must still take in, or forget where it is ``removed``, as of the version ``seq``, ``term``."""

    doc_id: str
    removed: bool
    seq: int
    term: int


class ClusterCorpus(Store):
    """The corpus ``cluster.name``, opened. ``create`` makes it when missing; otherwise CorpusError ``cluster_no_corpus``.

    Raises CorpusError ``cluster_mapping`` for one of another version, and WrongUsage ``cluster_…`` for an address that cannot be used.
    """

    def __init__(self, cluster: Cluster, create: bool = False) -> None:
        self.cluster = cluster
        self.client = connect(cluster)
        self._records: dict[str, Record] = {}
        self._clauses: dict[int, tuple[Unit, Measures | None]] = {}
        self._expected: dict[int, int] = {}
        for part, fields in FIELDS.items():
            open_index(self.client, self._alias(part), _body(fields, cluster), create)

    @property
    def place(self) -> str:
        """See ``Store``."""
        return str(self.cluster)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def known(self, sha256: str, file: str) -> Stored | None:
        """See ``Store``. A file of another path is a duplicate, whether its path is there on this machine or not."""
        found = self._get(sha256[:ID_DIGITS], "sha256", "file", "removed", "content.record")
        if found is None or found["removed"] or found["sha256"] != sha256:
            return None
        if from_json(found["content"]["record"], Record).status not in READABLE:
            return None  # a file that failed before is tried again
        return Stored(sha256[:ID_DIGITS], "unchanged" if found["file"] == file else "duplicate")

    def put(self, analysis: Analysis, record: Record, sha256: str, file: str) -> Stored:
        """See ``Store``. Safe beside others: the document is written first, then its path is taken from the document that had it."""
        doc_id = sha256[:ID_DIGITS]
        measures = analysis.measures or (None,) * len(analysis.document.units)
        units = {
            str(number): [to_json(unit), to_json(measure)]
            for number, (unit, measure) in enumerate(zip(analysis.document.units, measures, strict=True))
        }
        content = {
            "record": to_json(replace(record, doc_id=doc_id)),
            "text": analysis.document.text,
            "mentions": to_json(analysis.mentions),
            "units": units,
        }
        whole = {"doc_id": doc_id, "sha256": sha256, "file": file, "removed": False, "indexed": False, "content": content}
        self._write("documents", doc_id, whole)
        before = self._take_path(file, doc_id)
        return Stored(doc_id, "replaced" if before else "added")

    def remove(self, doc_id: str) -> None:
        """See ``Store``."""
        self._change(doc_id, {"removed": True, "indexed": False})

    def restate(self, record: Record, file: str | None = None) -> None:
        """See ``Store``."""
        self._records.pop(record.doc_id, None)
        changed: dict[str, Any] = {"indexed": False, "content": {"record": to_json(record)}}
        if file is not None:
            self._take_path(file, record.doc_id)
            changed["file"] = file
        self._change(record.doc_id, changed)

    def at(self, file: str) -> str | None:
        """See ``Store``."""
        holder = self._path(file)[0]
        found = self._get(holder, "file", "removed") if holder else None
        return holder if found and not found["removed"] and found["file"] == file else None

    @property
    def state(self) -> tuple[int, ...]:
        """See ``Store``."""
        names = map(self._alias, ("documents", "corrections"))
        counts = ask(lambda: self.client.indices.stats(index=",".join(names), metric="indexing"))["_all"]["primaries"]["indexing"]
        return counts["index_total"], counts["delete_total"]

    def original(self, doc_id: str) -> Path | None:
        """See ``Store``: the file where it was, if that is a place of this machine too."""
        found = self._get(doc_id, "sha256", "file")
        path = Path(found["file"]) if found else None
        return path if found and path and path.is_file() and content_digest(path) == found["sha256"] else None

    def damage(self) -> list[str]:
        """See ``Store``: parts of the corpus of which the cluster has no copy left."""
        health = ask(lambda: self.client.cluster.health(index=",".join(map(self._alias, FIELDS)), level="indices"))
        return [f"{index}: {one['status']}" for index, one in health["indices"].items() if one["status"] == "red"]

    def ids(self) -> list[str]:
        """See ``Store``."""
        return [hit["_source"]["doc_id"] for hit in self._all("doc_id", ["doc_id"])]

    def records(self) -> Iterator[Record]:
        """See ``Store``."""
        for hit in self._all("file", ["content.record"]):
            yield from_json(hit["_source"]["content"]["record"], Record)

    def record(self, doc_id: str) -> Record:
        """See ``Store``."""
        return from_json(self._content(doc_id, "record"), Record)

    def text(self, doc_id: str) -> str:
        """See ``Store``."""
        return str(self._content(doc_id, "text"))

    def units(self, doc_id: str) -> list[tuple[Unit, Measures | None]]:
        """See ``Store``."""
        units: dict[str, list[str]] = self._content(doc_id, "units")
        return [_unit(units[str(number)]) for number in range(len(units))]

    def mentions(self, doc_id: str) -> tuple[Mention, ...]:
        """See ``Store``."""
        return from_json(self._content(doc_id, "mentions"), tuple[Mention, ...])

    def expect(self, keys: Sequence[int]) -> None:
        """See ``Store``."""
        self._expected = {key: place for place, key in enumerate(keys)}

    def clause(self, key: int) -> Clause:
        """See ``Store``."""
        doc_id, number = _place(key)
        unit, measures = self._fetched(key)
        return Clause(self._records[doc_id], number, unit, measures or Measures())

    def unit(self, key: int) -> tuple[str, Unit]:
        """See ``Store``."""
        return _place(key)[0], self._fetched(key)[0]

    def keys(self, doc_id: str, clauses: Sequence[Clause]) -> list[int]:
        """See ``Store``: 48 bits of the content's hash, then the clause's number; no two machines can give one to two clauses."""
        return [_key(doc_id, clause.number) for clause in clauses]

    def correct(self, doc_id: str, field: Field, value: Value, who: str, number: int | None = None) -> None:
        """See ``Store``."""
        unit = None if number is None else (number, self.units(doc_id)[number][0])
        said = {"doc_id": doc_id, "at": time_ns(), "line": {"values": line(field, value, who, unit)}}
        self._write("corrections", hashlib.sha256(to_json(said).encode()).hexdigest(), said)

    def said(self, doc_id: str) -> list[Line]:
        """See ``Store``."""
        found = self._search("corrections", {"term": {"doc_id": doc_id}}, "at", ["line"])
        return [tuple(hit["_source"]["line"]["values"]) for hit in found]

    def waiting(self) -> Iterator[Waiting]:
        """Documents that the index must still take in or forget."""
        for hit in self._search("documents", {"term": {"indexed": False}}, "doc_id", ["removed"]):
            yield Waiting(hit["_id"], hit["_source"]["removed"], hit["_seq_no"], hit["_primary_term"])

    def indexed(self, done: Iterable[Waiting]) -> None:
        """Note that the index has taken in or forgotten these documents; removed ones are deleted for good.

        What has changed since it was waiting goes on waiting.
        """
        alias = self._alias("documents")

        def actions() -> Iterator[dict[str, Any]]:
            for one in done:
                body: dict[str, Any] = {"_op_type": "delete"} if one.removed else {"_op_type": "update", "doc": {"indexed": True}}
                yield {"_index": alias, "_id": one.doc_id, "if_seq_no": one.seq, "if_primary_term": one.term} | body

        write(self.client, actions(), conflicts=True)

    def forget_index(self) -> None:
        """Mark every document as not indexed: the index was lost or is of another version."""
        for some in groups(self.ids(), PAGE):
            actions = ({"_index": self._alias("documents"), "_id": one, "_op_type": "update", "doc": {"indexed": False}} for one in some)
            write(self.client, actions)

    def _alias(self, part: str) -> str:
        return f"{self.cluster.name}-{part}"

    def _write(self, part: str, name: str, source: dict[str, Any]) -> None:
        write(self.client, [{"_index": self._alias(part), "_id": name, "_source": source}])

    def _change(self, doc_id: str, fields: dict[str, Any]) -> None:
        write(
            self.client, [{"_index": self._alias("documents"), "_id": doc_id, "_op_type": "update", "doc": fields, "retry_on_conflict": 5}]
        )

    def _path(self, file: str) -> tuple[str | None, dict[str, int]]:
        """The document that holds the path, and what a writer must say so that nobody's writing in between is overwritten."""
        found = ask(lambda: self.client.get(index=self._alias("paths"), id=_digest(file), ignore=404))
        if not found.get("found"):
            return None, {}
        return found["_source"]["doc_id"], {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}

    def _take_path(self, file: str, doc_id: str) -> bool:
        """Make the path that of the document; whatever else held it is removed. True when something did."""
        replaced = False
        while True:
            holder, version = self._path(file)
            if holder == doc_id:
                return replaced
            if holder and (old := self._get(holder, "file", "removed")) and old["file"] == file and not old["removed"]:
                self.remove(holder)
                replaced = True
            action: dict[str, Any] = {"_index": self._alias("paths"), "_id": _digest(file), "_source": {"file": file, "doc_id": doc_id}}
            action |= version if holder else {"_op_type": "create"}
            write(self.client, [action], conflicts=True)  # whoever was faster is found at the next turn

    def _get(self, doc_id: str, *fields: str) -> dict[str, Any] | None:
        """Some fields of a document as it is now, whether it can be searched for yet or not."""
        found = ask(lambda: self.client.get(index=self._alias("documents"), id=doc_id, _source_includes=list(fields), ignore=404))
        source: dict[str, Any] | None = found.get("_source")
        return source

    def _content(self, doc_id: str, part: str) -> Any:
        found = self._get(doc_id, f"content.{part}")
        if not found:
            raise CorpusError("document_damaged", document=doc_id, folder=self.place, problem="404")
        return found["content"].get(part, {})

    def _fetched(self, key: int) -> tuple[Unit, Measures | None]:
        if key not in self._clauses or _place(key)[0] not in self._records:
            place = self._expected.get(key)
            self._fetch([key] if place is None else list(islice(self._expected, place, place + AHEAD)))
        return self._clauses[key]

    def _fetch(self, keys: Sequence[int]) -> None:
        """Clauses with the records of their documents, all in one request."""
        wanted: dict[str, list[int]] = {}
        for key in keys:
            doc_id, number = _place(key)
            wanted.setdefault(doc_id, []).append(number)
        asked = [
            {"_id": doc_id, "_source": {"includes": ["content.record", *(f"content.units.{number}" for number in numbers)]}}
            for doc_id, numbers in wanted.items()
        ]
        if len(self._clauses) > KEPT:
            self._records.clear()
            self._clauses.clear()
        for found in ask(lambda: self.client.mget(index=self._alias("documents"), body={"docs": asked}))["docs"]:
            if not found.get("found"):
                continue
            doc_id, content = found["_id"], found["_source"]["content"]
            self._records[doc_id] = from_json(content["record"], Record)
            for number, unit in content.get("units", {}).items():
                self._clauses[_key(doc_id, int(number))] = _unit(unit)

    def _all(self, order: str, fields: list[str]) -> Iterator[dict[str, Any]]:
        return self._search("documents", {"term": {"removed": False}}, order, fields)

    def _search(self, part: str, query: dict[str, Any], order: str, fields: list[str]) -> Iterator[dict[str, Any]]:
        """All that the query finds, in order, page by page, as it was when the search began."""
        alias = self._alias(part)
        ask(lambda: self.client.indices.refresh(index=alias))
        point = ask(lambda: self.client.create_pit(index=alias, keep_alive="10m"))["pit_id"]
        try:
            body: dict[str, Any] = {
                "query": query,
                "size": PAGE,
                "sort": [{order: "asc"}] + ([{"doc_id": "asc"}] if order != "doc_id" else []),
                "_source": fields,
            }
            body |= {"pit": {"id": point, "keep_alive": "10m"}, "track_total_hits": False, "seq_no_primary_term": True}
            while True:
                hits = ask(lambda: self.client.search(body=body, allow_partial_search_results=False))["hits"]["hits"]
                yield from hits
                if len(hits) < PAGE:
                    return
                body["search_after"] = hits[-1]["sort"]
        finally:
            with named_errors():
                self.client.delete_pit(body={"pit_id": [point]})


def _body(fields: dict[str, Any], cluster: Cluster) -> dict[str, Any]:
    return {
        "settings": {
            "number_of_shards": cluster.shards,
            "number_of_replicas": cluster.replicas,
            "index.codec": "best_compression",
        },
        "mappings": {"dynamic": "strict", "_meta": {"policytext": VERSION}, "properties": fields},
    }


def _key(doc_id: str, number: int) -> int:
    return int(doc_id, 16) * CLAUSES_PER_DOCUMENT + number


def _place(key: int) -> tuple[str, int]:
    document, number = divmod(key, CLAUSES_PER_DOCUMENT)
    return f"{document:0{ID_DIGITS}x}", number


def _unit(stored: Sequence[str]) -> tuple[Unit, Measures | None]:
    return from_json(stored[0], Unit), from_json(stored[1], Measures | None)  # type: ignore[arg-type]


def _digest(file: str) -> str:
    return hashlib.sha256(file.encode("utf-8", "surrogatepass")).hexdigest()
