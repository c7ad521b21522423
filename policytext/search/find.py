"""From a query in words to hits with snippet: over the corpus, or over clauses at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from policytext.corpus import Corpus
from policytext.corpus.filters import Filters
from policytext.schema import Clause, Hit
from policytext.search.index import current_index, entry
from policytext.search.memory import MemoryEngine
from policytext.search.protocol import Engine, Match
from policytext.search.query import parse
from policytext.search.snippets import matched, snippet

Searcher = Callable[[str, int], list[Hit]]


def corpus_searcher(corpus: Corpus, filters: Filters) -> Searcher:
    """A function from query and limit to hits, over the corpus."""

    def clause_of(match: Match) -> Clause:
        doc_id, _, number = match.key.rpartition(":")
        return corpus.clause(doc_id, int(number))

    docs = frozenset(record.doc_id for record in filters.documents(corpus.records())) if filters.on_documents else None
    return _searcher(current_index(corpus), clause_of, docs, filters)


def files_searcher(clauses: Sequence[Clause], filters: Filters) -> Searcher:
    """The same over ``clauses`` at hand, without a corpus."""
    entries = [entry(clause) for clause in clauses]
    by_key = {one.key: clause for one, clause in zip(entries, clauses, strict=True)}
    return _searcher(MemoryEngine(entries), lambda match: by_key[match.key], None, filters)


def _searcher(engine: Engine, clause_of: Callable[[Match], Clause], docs: frozenset[str] | None, filters: Filters) -> Searcher:
    def search(text: str, limit: int) -> list[Hit]:
        query = parse(text)
        hits = []
        for rank, match in enumerate(engine.search(query, limit, docs, frozenset(filters.measure)), 1):
            clause = clause_of(match)
            words = matched(clause.unit.text, query)
            cut = snippet(clause.unit.text, words)
            hits.append(Hit(rank, match.score, clause, cut.text, cut.spans, words))
        return hits

    return search
