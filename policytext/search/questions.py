"""What is asked of the tantivy index: the first stage (BM25 over candidates) and the second (how much of the query each of them holds)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tantivy import Occur, Order, Query

from policytext.corpus.filters import Filters
from policytext.search.conditions import steps
from policytext.search.facts import admitted, of_step
from policytext.search.protocol import Asked
from policytext.search.query import Condition, Run
from policytext.search.ranking import HEAD_BOOST, PREFIX_TERMS, idf
from policytext.search.slots import Slot, Variant
from policytext.words import STOP_WORDS, fold

FIELDS = ("text", "head")
#: Clauses that stand together are looked up together: a term for each of them would be a tenth of the index.
STRETCH = 8
WORD_RUN = re.compile(r"[^\W_]+")
#: Characters of a phrase whose terms are looked up: each look-up walks through all terms.
LOOKED_UP = 2
#: Characters on each side of one that are taken into account: what is true of a phrase is true of every part of it.
WINDOW = 8


class Questions:
    """Questions on one state of an index."""

    def __init__(self, schema: Any, searcher: Any) -> None:
        self.schema = schema
        self.searcher = searcher
        self._begun: dict[tuple[str, str], list[tuple[str, int]]] = {}

    def candidates(self, asked: Asked, filters: Filters | None) -> Any:
        """All entries that may answer, with their BM25 score."""
        slots = [self._expanded(slot) for slot in asked.slots]
        scoring = [(Occur.Should, self._filled(slot, "text", 1.0)) for slot in slots]
        scoring += [(Occur.Should, self._filled(slot, "head", HEAD_BOOST)) for slot in slots]
        limits = [self._may_meet(condition) for condition in asked.conditions if not condition.excluded]
        limits += admitted(filters, self.schema, self.searcher) if filters is not None else []
        if not limits and scoring and not asked.bound:
            return Query.boolean_query(scoring)
        parts = [(Occur.Must, Query.const_score_query(limit, 0.0)) for limit in limits]
        if scoring:
            parts.append((Occur.Should if asked.bound else Occur.Must, Query.boolean_query(scoring)))
        if not limits and asked.bound:
            parts.append((Occur.Must, Query.const_score_query(Query.all_query(), 0.0)))
        return Query.boolean_query(parts)

    def in_order(self, query: Any, limit: int) -> list[tuple[float, Any]]:
        """The first entries by key, where nothing scores."""
        found = self.searcher.search(query, limit, count=False, order_by_field="key", order=Order.Asc).hits
        return [(0.0, address) for _, address in found]

    def coverage(self, slots: Sequence[Slot], keys: Sequence[int]) -> dict[tuple[int, int], float]:
        """The share of the query (0 to 1) that the entries ``keys`` hold, and some beside them, by segment and number in it."""
        weights = self.weights(slots)
        total = sum(weights) or 1.0
        parts = []
        for slot, weight in zip(map(self._expanded, slots), weights, strict=True):
            shares = [Query.const_score_query(self._anywhere(variant), variant.weight * weight / total) for variant in slot.variants]
            parts.append((Occur.Should, shares[0] if len(shares) == 1 else Query.disjunction_max_query(shares)))
        stretches = {stretch(key) for key in keys}
        among = Query.boolean_query([(Occur.Should, Query.term_query(self.schema, "stretch", one)) for one in stretches])
        query = Query.boolean_query([(Occur.Must, Query.boolean_query(parts)), (Occur.Must, Query.const_score_query(among, 0.0))])
        found = self.searcher.search(query, max(1, STRETCH * len(stretches)), count=False).hits
        return {(address.segment_ord, address.doc): share for share, address in found}

    def weights(self, slots: Sequence[Slot]) -> list[float]:
        """See ``protocol.Engine``."""
        return [self._weight(slot) for slot in slots]

    def _weight(self, slot: Slot) -> float:
        whole = (term for variant in slot.variants if variant.weight == 1.0 for term in variant.terms)
        holding = [max(self.searcher.doc_freq(name, term) for name in FIELDS) for term in whole]
        if slot.prefix:
            holding.append(sum(count for _, count in self._beginning("text", slot.prefix)))
        return max((idf(self.searcher.num_docs, number) for number in holding), default=0.0)

    def _expanded(self, slot: Slot) -> Slot:
        if not slot.prefix:
            return slot
        found = dict.fromkeys(term for name in FIELDS for term, _ in self._beginning(name, slot.prefix))
        return replace(slot, variants=(*slot.variants, *(Variant((term,)) for term in found)) or (Variant((slot.prefix,)),))

    def _beginning(self, name: str, prefix: str) -> list[tuple[str, int]]:
        if (name, prefix) not in self._begun:
            self._begun[name, prefix] = self.searcher.terms_with_prefix(name, prefix, limit=PREFIX_TERMS)
        return self._begun[name, prefix]

    def _filled(self, slot: Slot, name: str, boost: float) -> Any:
        """The best variant of the slot in one field."""
        parts = [self._boosted(self._all(name, variant.terms), boost * variant.weight) for variant in slot.variants]
        return parts[0] if len(parts) == 1 else Query.disjunction_max_query(parts)

    def _all(self, name: str, terms: Sequence[str]) -> Any:
        queries = [Query.term_query(self.schema, name, term) for term in terms]
        return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])

    def _anywhere(self, variant: Variant) -> Any:
        """All terms of the variant, each in any field."""
        either = [Query.disjunction_max_query([self._all(name, (term,)) for name in FIELDS]) for term in variant.terms]
        return either[0] if len(either) == 1 else Query.boolean_query([(Occur.Must, query) for query in either])

    def _boosted(self, query: Any, boost: float) -> Any:
        return query if boost == 1.0 else Query.boost_query(query, boost)

    def _may_meet(self, condition: Condition) -> Any:
        """What every entry meets that meets ``condition``; the store tells which of those really do."""
        return Query.boolean_query([(Occur.Should, self._may_hold(run)) for run in condition.runs])

    def _may_hold(self, run: Run) -> Any:
        if run.field == "path":
            return Query.boolean_query([(Occur.Must, Query.term_query(self.schema, "facts", of_step(step))) for step in steps(run.text)])
        fields = ("head",) if run.field == "title" else FIELDS
        return Query.boolean_query([(Occur.Should, self._with_terms(name, run.text)) for name in fields])

    def _with_terms(self, name: str, text: str) -> Any:
        """Entries that have, for some characters of ``text``, a term that may lie over them where ``text`` stands."""
        places = [
            (row, place) for row in WORD_RUN.findall(fold(text)) for place in range(len(row)) if len(row) > 1 or row not in STOP_WORDS
        ]
        telling = [pair for pair in places if pair[0][pair[1]] not in STOP_WORDS]
        # Characters amid a long row leave the fewest terms that may lie over them.
        chosen = sorted(telling, key=lambda pair: (-min(pair[1], len(pair[0]) - 1 - pair[1]), -len(pair[0])))[:LOOKED_UP]
        lying = [self._lying_over(name, row, place) for row, place in chosen]
        return Query.boolean_query([(Occur.Must, query) for query in lying]) if lying else Query.all_query()

    def _lying_over(self, name: str, row: str, place: int) -> Any:
        """Entries with a term that may lie over the character ``place`` where ``row`` stands in their text.

        A word of the text is a part of the row, or reaches beyond one of its ends, or holds all of it; whatever the segmentation makes
        of the words around, one of these covers the character.
        """
        row, place = row[max(0, place - WINDOW) : place + WINDOW + 1], min(place, WINDOW)
        inside = {row[start:end] for start in range(place + 1) for end in range(place + 1, len(row) + 1)}
        ends = "|".join(row[:end] for end in range(place + 1, len(row) + 1))
        beyond = [f".*({ends})", f".*{row}.*", *(f"{row[start:]}.*" for start in range(place + 1))]
        queries = [Query.term_set_query(self.schema, name, sorted(inside))]
        queries += [Query.regex_query(self.schema, name, pattern) for pattern in beyond]
        return Query.boolean_query([(Occur.Should, query) for query in queries])


def stretch(key: int) -> int:
    """The number of the stretch of clauses in which ``key`` lies."""
    return key // STRETCH
