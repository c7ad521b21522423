"""The index beside a corpus: taken up to the store's state before it is asked, rebuilt when it is missing, torn or of another version."""

from __future__ import annotations

from collections.abc import Callable

from policytext.corpus import Corpus, Store
from policytext.errors import CorpusError
from policytext.search.local import LocalIndex
from policytext.search.protocol import Entry, entry


def refresh_index(corpus: Corpus, tell: Callable[[str], None] = lambda key: None) -> LocalIndex:
    """The index, holding exactly what the store holds; ``tell`` hears when one that was there could not be used.

    Only documents that changed are indexed. Where those are as many as the others, all are, in one piece: pieces make the index larger.
    """
    index = _opened(corpus)
    if index.needs_rebuild:
        if not corpus.never_indexed():
            tell("index_rebuilt")
        index.clear()
        corpus.forget_index()
    pending = corpus.pending()
    if not pending:
        return index
    changed = pending
    if len(pending) >= corpus.number() - len(pending):
        index.empty()
        changed = [(doc_id, False) for doc_id in corpus.ids()]
    for doc_id, removed in changed:
        if removed:
            index.remove(doc_id)
        else:
            index.replace(doc_id, entries(corpus, doc_id))
    index.commit()
    corpus.indexed(pending)
    return index


def entries(corpus: Store, doc_id: str) -> list[Entry]:
    """The clauses of a document as an index takes them in."""
    clauses = corpus.clauses(corpus.record(doc_id))
    return [entry(clause, key) for key, clause in zip(corpus.keys(doc_id, clauses), clauses, strict=True)]


def current_index(corpus: Corpus, tell: Callable[[str], None] = lambda key: None) -> LocalIndex:
    """The index to search in: brought up to the store's state, or as last committed while it cannot be written."""
    index = _opened(corpus)
    if not index.needs_rebuild and not corpus.pending():
        return index
    try:
        with corpus.writing():
            return refresh_index(corpus, tell)
    except CorpusError as error:
        if error.code not in ("corpus_locked", "corpus_unwritable") or index.needs_rebuild:
            raise
        return index


def _opened(corpus: Corpus) -> LocalIndex:
    def read(key: int) -> Entry:
        return entry(corpus.clause(key), key)

    return LocalIndex(corpus.index_folder, read)
