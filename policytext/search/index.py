"""The index beside a corpus: taken up to the store's state before it is asked, rebuilt when it is missing, torn or of another version."""

from __future__ import annotations

from policytext.corpus import Corpus
from policytext.errors import CorpusError
from policytext.schema import Clause
from policytext.search.local import LocalIndex
from policytext.search.protocol import Entry


def refresh_index(corpus: Corpus) -> LocalIndex:
    """The index, holding exactly what the store holds. Only documents that changed are indexed."""
    index = LocalIndex(corpus.index_folder)
    if index.needs_rebuild:
        index.clear()
        corpus.forget_index()
    done = []
    for doc_id, removed in corpus.pending():
        if removed:
            index.remove(doc_id)
        else:
            index.replace(doc_id, [entry(clause) for clause in corpus.clauses(corpus.record(doc_id))])
        done.append((doc_id, removed))
    if done:
        index.commit()
        corpus.indexed(done)
    return index


def current_index(corpus: Corpus) -> LocalIndex:
    """The index to search in: brought up to the store's state, or as last committed while another process is writing."""
    index = LocalIndex(corpus.index_folder)
    if not index.needs_rebuild and not corpus.pending():
        return index
    try:
        with corpus.writing():
            return refresh_index(corpus)
    except CorpusError as error:
        if error.code != "corpus_locked" or index.needs_rebuild:
            raise
        return index


def entry(clause: Clause) -> Entry:
    """What the engines see of a clause."""
    doc_id = clause.record.doc_id or clause.record.file
    return Entry(
        key=f"{doc_id}:{clause.number}",
        doc_id=doc_id,
        title=clause.record.head.title,
        headings=" ".join(clause.unit.headings),
        text=clause.unit.text,
        measures=clause.measures.labels,
    )
