"""Is a corpus whole? The store, each document in it, the copies of originals, the index, and the model that labels clauses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from policytext.analyze import load_model
from policytext.corpus import Corpus, Store, Where, open_corpus
from policytext.errors import CorpusError, PolicytextError
from policytext.search.engines import cluster_index, in_cluster
from policytext.search.local import LocalIndex
from policytext.sources import content_digest

if TYPE_CHECKING:
    from policytext.corpus.cluster import ClusterCorpus

#: There is no corpus to look at.
NO_CORPUS = ("no_corpus", "corpus_locked", "cluster_no_corpus", "cluster_unreachable", "cluster_denied", "cluster_tls")


@dataclass(frozen=True, slots=True)
class Checked:
    """One part that was looked at, how many things it holds, and what is wrong with it, if anything."""

    part: str
    number: int = 0
    error: PolicytextError | None = None


@dataclass(slots=True)
class Keys:
    """A bag of keys by their number and the sum of their digests, whatever their order: equal bags are equal, and hardly any other."""

    number: int = 0
    total: int = 0

    def take(self, keys: Iterable[int]) -> Keys:
        """Put these in too."""
        for key in keys:
            self.number += 1
            self.total += int.from_bytes(blake2b(key.to_bytes(10), digest_size=8).digest())
        return self


def verify(where: Where, model: str = "") -> Iterator[Checked]:
    """Every part of the corpus, and the model: each once without an error, or once for each thing that is wrong.

    What is there is not changed. Raises CorpusError ``no_corpus``, or ``corpus_locked`` where another process is writing to it.
    """
    try:
        yield from _corpus(where)
    except CorpusError as error:
        if error.code in NO_CORPUS:
            raise
        yield Checked("store", error=error)
    try:
        files = len(load_model(model).manifest["files"])
    except PolicytextError as error:
        yield Checked("model", error=error)
    else:
        yield Checked("model", files)


def _corpus(where: Where) -> Iterator[Checked]:
    with open_corpus(where) as corpus, corpus.writing() if corpus.writable else nullcontext():
        broken = corpus.damage()
        yield from _part("store", 1, [_damaged(corpus, problem) for problem in broken[:1]])
        if not broken:
            keys, wrong = _documents(corpus)
            yield from _part("documents", len(corpus.ids()), wrong)
            if isinstance(corpus, Corpus):
                yield from _part("copies", *_copies(corpus))
                yield from _part("index", keys.number, _index(corpus, keys))
            else:
                yield from _part("index", keys.number, _cluster_index(in_cluster(corpus), keys))


def _part(part: str, number: int, errors: list[PolicytextError]) -> Iterator[Checked]:
    yield from (Checked(part, number, error) for error in errors)
    if not errors:
        yield Checked(part, number)


def _damaged(corpus: Store, problem: str) -> PolicytextError:
    return CorpusError("corpus_damaged", folder=corpus.place, problem=problem)


def _documents(corpus: Store) -> tuple[Keys, list[PolicytextError]]:
    """The keys of all clauses as the index should hold them, and the documents that cannot be read back."""
    keys = Keys()
    wrong: list[PolicytextError] = []
    for doc_id in corpus.ids():
        try:
            record, document = corpus.record(doc_id), corpus.document(doc_id)
            clauses = corpus.clauses(record)
            corpus.mentions(doc_id)
            keys.take(corpus.keys(doc_id, clauses))
            if record.doc_id != doc_id or len(clauses) != record.clauses:
                raise ValueError(f"{len(clauses)} / {record.clauses}")
            if any(unit.end > len(document.text) for unit in document.units):
                raise ValueError("text")
        except (ValueError, TypeError, sqlite3.Error, msgspec.MsgspecError) as error:
            wrong.append(CorpusError("document_damaged", document=doc_id, folder=corpus.place, problem=error))
    return keys, wrong


def _copies(corpus: Corpus) -> tuple[int, list[PolicytextError]]:
    """Copies of originals, named by the first digits of their digests."""
    copies = sorted(path for path in corpus.files_folder.glob("[!.]*") if path.is_file()) if corpus.files_folder.is_dir() else []
    wrong = [path for path in copies if not content_digest(path).startswith(path.stem)]
    return len(copies), [CorpusError("copy_damaged", file=str(path)) for path in wrong]


def _index(corpus: Corpus, keys: Keys) -> list[PolicytextError]:
    """The index must hold each clause of the store once and nothing else, in files with the checksums that they bear."""
    index = LocalIndex(corpus.index_folder, lambda key: NotImplemented)
    if index.needs_rebuild:
        return [] if corpus.never_indexed() and not keys.number else [CorpusError("index_stale")]
    damaged = index.damaged_files()
    if damaged:
        return [CorpusError("index_damaged", folder=str(corpus.index_folder), files="、".join(damaged))]
    if corpus.pending():
        return [CorpusError("index_behind", number=len(corpus.pending()))]
    return [] if Keys().take(index.keys()) == keys else [CorpusError("index_damaged", folder=str(corpus.index_folder), files="key")]


def _cluster_index(corpus: ClusterCorpus, keys: Keys) -> list[PolicytextError]:
    index = cluster_index(corpus)
    try:
        index.open()
    except CorpusError as error:
        return [error]
    behind = sum(1 for _ in corpus.waiting())
    if behind:
        return [CorpusError("index_behind", number=behind)]
    return [] if Keys().take(index.keys()) == keys else [CorpusError("index_damaged", folder=index.name, files="key")]
