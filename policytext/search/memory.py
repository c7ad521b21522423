"""Search over the entries at hand with rank-bm25: no corpus, no files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from rank_bm25 import BM25Okapi

from policytext.corpus.filters import Filters
from policytext.search.conditions import meets
from policytext.search.protocol import Asked, Entry, Match
from policytext.search.ranking import HEAD_BOOST, K1, PREFIX_TERMS, B, idf, order, pools, scored
from policytext.search.slots import Slot, Variant
from policytext.words import terms


class _Field(BM25Okapi):  # type: ignore[misc]  # rank_bm25 has no types
    """BM25 over one field of all entries.

    BM25Okapi's own idf is 0 for a term in half of the entries and negative beyond, which in a small collection are the terms that matter.
    A term counts once an entry, however often it stands there (ranking.py).
    """

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        self.holders: dict[str, set[int]] = defaultdict(set)
        super().__init__(list(texts), k1=K1, b=B)
        self.avgdl: float = self.avgdl or 1.0  # 0 when no entry has a term; it divides
        for number, frequencies in enumerate(self.doc_freqs):
            for term in frequencies:
                frequencies[term] = 1
                self.holders[term].add(number)

    def _calc_idf(self, holding: dict[str, int]) -> None:
        self.idf = {term: idf(self.corpus_size, number) for term, number in holding.items()}

    def holding(self, variant: Variant) -> set[int]:
        """The entries with all terms of the variant."""
        return set.intersection(*(self.holders.get(term, set()) for term in variant.terms))

    def best(self, slot: Slot, numbers: Sequence[int]) -> Any:
        """What the best variant of the slot gives each entry: an array as long as ``numbers``."""
        total: Any = 0.0
        for variant in slot.variants:
            holding = self.holding(variant)
            here = [number in holding for number in numbers]
            if any(here):
                gives = np.asarray(self.get_batch_scores(list(variant.terms), list(numbers))) * here * variant.weight
                total = np.maximum(total, gives)
        return total


class MemoryEngine:
    """The search engine over a fixed list of entries; also right for none or a few of them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = sorted(entries, key=lambda entry: entry.key)
        self._fields: tuple[_Field, ...] = ()
        if entries:
            text = _Field(terms(entry.text) for entry in self._entries)
            head = _Field([*terms(entry.head), *terms(entry.places)] for entry in self._entries)
            self._fields = (text, head)

    def search(self, asked: Asked, limit: int, filters: Filters | None = None) -> list[Match]:
        """See ``protocol.Engine``."""
        if not self._fields or asked.empty or limit < 1:
            return []
        text, head = self._fields
        slots = [self._expanded(slot) for slot in asked.slots]
        numbers = range(len(self._entries)) if asked.bound else sorted(self._filling(slots))
        allowed = [number for number in numbers if self._allowed(number, asked, filters)]
        if not allowed:
            return []
        bm25 = sum((text.best(slot, allowed) + HEAD_BOOST * head.best(slot, allowed) for slot in slots), start=0.0)
        scores: list[float] = [0.0] * len(allowed) if isinstance(bm25, float) else bm25.tolist()
        weights = self.weights(asked)
        ranked = sorted(zip(scores, allowed, strict=True), key=lambda pair: (-pair[0], pair[1]))[: pools(limit, len(self._entries))[0]]
        coverage = self._coverage(slots, weights)
        matches = (scored(self._entries[n].key, score, coverage.get(n, 0.0), text.doc_len[n]) for score, n in ranked)
        return order(matches)[:limit]

    def weights(self, asked: Asked) -> list[float]:
        """See ``protocol.Engine``."""
        return [self._weight(slot) for slot in asked.slots] if self._fields else [0.0] * len(asked.slots)

    def _weight(self, slot: Slot) -> float:
        whole = (term for variant in slot.variants if variant.weight == 1.0 for term in variant.terms)
        holding = [max(len(field.holders.get(term, ())) for field in self._fields) for term in whole]
        if slot.prefix:
            text = self._fields[0]
            holding.append(sum(len(text.holders[term]) for term in self._beginning(text, slot.prefix)))
        return max((idf(len(self._entries), number) for number in holding), default=0.0)

    def _expanded(self, slot: Slot) -> Slot:
        if not slot.prefix:
            return slot
        found = dict.fromkeys(term for field in self._fields for term in self._beginning(field, slot.prefix))
        return replace(slot, variants=(*slot.variants, *(Variant((term,)) for term in found)))

    def _beginning(self, field: _Field, prefix: str) -> list[str]:
        found = [term for term in field.holders if term.startswith(prefix)]
        return sorted(found, key=lambda term: (-len(field.holders[term]), term))[:PREFIX_TERMS]

    def _filling(self, slots: Sequence[Slot]) -> set[int]:
        return {number for slot in slots for variant in slot.variants for field in self._fields for number in field.holding(variant)}

    def _coverage(self, slots: Sequence[Slot], weights: Sequence[float]) -> dict[int, float]:
        """The share of the query that each entry holds; the terms of a variant may stand in different fields."""
        total, shares = sum(weights) or 1.0, dict[int, float]()
        for slot, weight in zip(slots, weights, strict=True):
            best: dict[int, float] = {}
            for variant in slot.variants:
                for number in set.intersection(*(self._anywhere(term) for term in variant.terms)):
                    best[number] = max(best.get(number, 0.0), variant.weight)
            for number, filled in best.items():
                shares[number] = shares.get(number, 0.0) + filled * weight / total
        return shares

    def _anywhere(self, term: str) -> set[int]:
        text, head = self._fields
        return text.holders.get(term, set()) | head.holders.get(term, set())

    def _allowed(self, number: int, asked: Asked, filters: Filters | None) -> bool:
        entry = self._entries[number]
        if filters is not None and not (filters.admit_labels(entry.measures) and any(filters.documents([entry.record]))):
            return False
        return meets(entry, asked.conditions)
