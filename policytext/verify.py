"""Is a corpus whole? The store, each document in it, the copies of originals, the index, and the model that labels clauses."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import msgspec

from policytext.corpus import Corpus
from policytext.errors import CorpusError, PolicytextError
from policytext.measures.manifest import read_manifest
from policytext.places import model_folder
from policytext.search.local import LocalIndex
from policytext.sources import content_digest


@dataclass(frozen=True, slots=True)
class Checked:
    """One part that was looked at, how many things it holds, and what is wrong with it, if anything."""

    part: str
    number: int = 0
    error: PolicytextError | None = None


def verify(folder: Path, model: str = "") -> Iterator[Checked]:
    """Every part of the corpus in ``folder``, and the model: each once without an error, or once for each thing that is wrong.

    What is there is not changed. Raises CorpusError ``no_corpus``, or ``corpus_locked`` where another process is writing to it.
    """
    try:
        yield from _corpus(folder)
    except CorpusError as error:
        if error.code in ("no_corpus", "corpus_locked"):
            raise
        yield Checked("store", error=error)
    try:
        files = len(read_manifest(Path(model) if model else model_folder())["files"])
    except PolicytextError as error:
        yield Checked("model", error=error)
    else:
        yield Checked("model", files)


def _corpus(folder: Path) -> Iterator[Checked]:
    with Corpus(folder) as corpus, corpus.writing() if corpus.writable else nullcontext():
        broken = corpus.damage()
        yield from _part("store", 1, [_damaged(corpus, problem) for problem in broken[:1]])
        if not broken:
            keys, wrong = _documents(corpus)
            yield from _part("documents", len(corpus.ids()), wrong)
            yield from _part("copies", *_copies(corpus))
            yield from _part("index", len(keys), _index(corpus, keys))


def _part(part: str, number: int, errors: list[PolicytextError]) -> Iterator[Checked]:
    yield from (Checked(part, number, error) for error in errors)
    if not errors:
        yield Checked(part, number)


def _damaged(corpus: Corpus, problem: str) -> PolicytextError:
    return CorpusError("corpus_damaged", folder=str(corpus.folder), problem=problem)


def _documents(corpus: Corpus) -> tuple[Counter[int], list[PolicytextError]]:
    """The keys of all clauses as the index should hold them, and the documents that cannot be read back."""
    keys: Counter[int] = Counter()
    wrong: list[PolicytextError] = []
    for doc_id in corpus.ids():
        try:
            record, document = corpus.record(doc_id), corpus.document(doc_id)
            clauses = corpus.clauses(record)
            corpus.mentions(doc_id)
            keys.update(corpus.keys(doc_id, clauses))
            if record.doc_id != doc_id or len(clauses) != record.clauses:
                raise ValueError(f"{len(clauses)} / {record.clauses}")
            if any(unit.end > len(document.text) for unit in document.units):
                raise ValueError("text")
        except (ValueError, TypeError, sqlite3.Error, msgspec.MsgspecError) as error:
            wrong.append(CorpusError("document_damaged", document=doc_id, folder=str(corpus.folder), problem=error))
    return keys, wrong


def _copies(corpus: Corpus) -> tuple[int, list[PolicytextError]]:
    """Copies of originals, named by the first digits of their digests."""
    copies = sorted(path for path in corpus.files_folder.glob("[!.]*") if path.is_file()) if corpus.files_folder.is_dir() else []
    wrong = [path for path in copies if not content_digest(path).startswith(path.stem)]
    return len(copies), [CorpusError("copy_damaged", file=str(path)) for path in wrong]


def _index(corpus: Corpus, keys: Counter[int]) -> list[PolicytextError]:
    """The index must hold each clause of the store once and nothing else, in files with the checksums that they bear."""
    index = LocalIndex(corpus.index_folder, lambda key: NotImplemented)
    if index.needs_rebuild:
        return [] if corpus.never_indexed() and not keys else [CorpusError("index_stale")]
    damaged = index.damaged_files()
    if damaged:
        return [CorpusError("index_damaged", folder=str(corpus.index_folder), files="、".join(damaged))]
    if corpus.pending():
        return [CorpusError("index_behind", number=len(corpus.pending()))]
    return [] if Counter(index.keys()) == keys else [CorpusError("index_damaged", folder=str(corpus.index_folder), files="key")]
