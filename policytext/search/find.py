"""From a query in words to hits with snippet: over the corpus, or over clauses at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from policytext.corpus import Store
from policytext.corpus.filters import Filters
from policytext.schema import Clause, Hit, Unit
from policytext.search.copies import Wording, alike
from policytext.search.engines import engine
from policytext.search.explain import explain
from policytext.search.protocol import Asked, Engine, Match, asked, entry
from policytext.search.query import Query, parse
from policytext.search.ranking import POOLS
from policytext.search.snippets import matched, snippet
from policytext.search.synonyms import Synonyms, load_synonyms

#: Matches looked at beyond those that fill the page, for copies of them.
BEYOND = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which hits are wanted and how: ``limit`` a page, page from 1; every copy by itself; one hit a document; with explanation."""

    limit: int = 10
    page: int = 1
    all_copies: bool = False
    by_document: bool = False
    explain: bool = False
    width: int = 80


@dataclass(slots=True)
class _Row:
    """One hit in the making."""

    match: Match
    doc_id: str
    wording: Wording
    copies: list[dict[str, str]] = field(default_factory=list)
    also: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Searcher:
    """Answers queries over one engine.

    ``clause_of`` gives the clause of a key, ``unit_of`` the document and unit of one to compare (LookupError: it is gone since), and
    ``expect`` is told which keys will be asked for, in their order.
    """

    engine: Engine
    clause_of: Callable[[int], Clause]
    unit_of: Callable[[int], tuple[str, Unit]]
    filters: Filters
    synonyms: Synonyms
    expect: Callable[[Sequence[int]], None] = lambda keys: None

    def __call__(self, text: str, wanted: Wanted = Wanted()) -> list[Hit]:
        """The hits of one page, best first. Raises WrongUsage ``query_*`` for a query that cannot be read."""
        query = parse(text)
        ask = asked(query, self.synonyms)
        first = (wanted.page - 1) * wanted.limit
        rows = self._rows(ask, first + wanted.limit, wanted)[first:]
        weights = self.engine.weights(ask) if wanted.explain and rows else []
        hits = [self._hit(rank, row, query, ask, wanted) for rank, row in enumerate(rows, first + 1)]
        if wanted.explain:
            hits = [
                replace(hit, explanation=explain(row.match, entry(hit.clause, row.match.key), ask.slots, weights))
                for hit, row in zip(hits, rows, strict=True)
            ]
        return hits

    def _rows(self, ask: Asked, number: int, wanted: Wanted) -> list[_Row]:
        """The best ``number`` rows: matches that say the same, or stand in the same document, are put together as is wanted."""
        asked_for = number if wanted.all_copies and not wanted.by_document else number + BEYOND
        if not ask.conditions:
            asked_for = max(asked_for, POOLS[0])  # no dearer: so many are looked at in any case
        while True:
            matches = self.engine.search(ask, asked_for, self.filters)
            self.expect([match.key for match in matches])
            rows = self._put_together(matches, number, wanted)
            if len(rows) >= number or len(matches) < asked_for:
                return rows
            asked_for *= 4

    def _put_together(self, matches: Sequence[Match], number: int, wanted: Wanted) -> list[_Row]:
        rows: list[_Row] = []
        said: dict[str, _Row] = {}
        beyond = 0
        for match in matches:
            if len(rows) == number:
                beyond += 1
                if beyond > BEYOND or (wanted.all_copies and not wanted.by_document):
                    break
            try:
                doc_id, unit = self.unit_of(match.key)
            except LookupError:  # removed between the search and now
                continue
            same = None if wanted.all_copies else said.get(unit.text) or _alike(unit.text, rows)
            if same is not None:
                same.copies.append({"doc_id": doc_id, "path": unit.path})
                said[unit.text] = same
            elif wanted.by_document and (of := next((one for one in rows if one.doc_id == doc_id), None)):
                of.also.append({"doc_id": doc_id, "path": unit.path})
            elif len(rows) < number:
                rows.append(_Row(match, doc_id, Wording(unit.text)))
                said[unit.text] = rows[-1]
        return rows

    def _hit(self, rank: int, row: _Row, query: Query, ask: Asked, wanted: Wanted) -> Hit:
        clause = self.clause_of(row.match.key)
        found = matched(clause.unit.text, query.phrases, ask.slots)
        cut = snippet(clause.unit.text, found.words, wanted.width)
        copies, also = tuple(row.copies), tuple(row.also)
        return Hit(rank, row.match.score, clause, cut.text, cut.spans, found.words, found.synonyms, copies, also)


def _alike(text: str, rows: Sequence[_Row]) -> _Row | None:
    wording = Wording(text)
    return next((one for one in rows if alike(one.wording, wording)), None)


def corpus_searcher(
    corpus: Store, filters: Filters, synonyms: Synonyms | None = None, tell: Callable[[str], None] = lambda key: None
) -> Searcher:
    """Search over the corpus. ``tell`` hears the message key when the index has to be made again."""
    known = load_synonyms() if synonyms is None else synonyms
    return Searcher(engine(corpus, tell), corpus.clause, corpus.unit, filters, known, corpus.expect)


def files_searcher(clauses: Sequence[Clause], filters: Filters, synonyms: Synonyms | None = None) -> Searcher:
    """The same over ``clauses`` at hand, without a corpus."""
    from policytext.search.memory import MemoryEngine  # numpy: whoever searches a corpus does not wait for it

    engine = MemoryEngine([entry(clause, key) for key, clause in enumerate(clauses)])

    def unit_of(key: int) -> tuple[str, Unit]:
        record = clauses[key].record
        return record.doc_id or record.file, clauses[key].unit

    return Searcher(engine, clauses.__getitem__, unit_of, filters, load_synonyms() if synonyms is None else synonyms)
