"""Search over the entries at hand with rank-bm25: no corpus, no files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from rank_bm25 import BM25Okapi

from policytext.search.protocol import Entry, Match
from policytext.search.query import Query
from policytext.search.ranking import CANDIDATES, HEAD_BOOST, K1, B, Candidate, idf, order
from policytext.words import pieces, terms


class _Field(BM25Okapi):  # type: ignore[misc]  # rank_bm25 has no types
    """BM25 over one field of all entries.

    BM25Okapi's own idf is 0 for a term in half of the entries and negative beyond, which in a small collection are the terms that matter.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self.holders: dict[str, list[int]] = defaultdict(list)
        super().__init__([terms(text) for text in texts], k1=K1, b=B)
        self.avgdl: float = self.avgdl or 1.0  # 0 when no entry has a term; it divides
        for number, frequencies in enumerate(self.doc_freqs):
            for term in frequencies:
                self.holders[term].append(number)

    def _calc_idf(self, holding: dict[str, int]) -> None:
        self.idf = {term: idf(self.corpus_size, number) for term, number in holding.items()}


class MemoryEngine:
    """The search engine over a fixed list of entries; also right for none or a few of them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = list(entries)
        self._text = _Field(entry.text for entry in entries) if entries else None
        self._head = _Field(entry.head for entry in entries) if entries else None

    def search(self, query: Query, limit: int, docs: frozenset[str] | None = None, measures: frozenset[str] = frozenset()) -> list[Match]:
        """See ``protocol.Engine``."""
        text, head = self._text, self._head
        if text is None or head is None:
            return []
        holding: dict[int, set[str]] = defaultdict(set)
        for word in query.words:
            for number in (*text.holders.get(word, ()), *head.holders.get(word, ())):
                holding[number].add(word)
        asked = range(len(self._entries)) if query.phrases else sorted(holding)
        allowed = [number for number in asked if self._allowed(number, query, docs, measures)]
        in_text, in_head = (field.get_batch_scores(query.words, allowed) if allowed else [] for field in (text, head))
        scores = [t + HEAD_BOOST * h for t, h in zip(in_text, in_head, strict=True)]
        scored = sorted(zip(scores, allowed, strict=True), key=lambda pair: -pair[0])
        weight = {word: idf(len(self._entries), max(len(f.holders.get(word, ())) for f in (text, head))) for word in query.words}
        total = sum(weight.values()) or 1.0
        return order(
            (
                Candidate(self._entries[n].key, float(score), sum(weight[word] for word in holding[n]) / total, text.doc_len[n])
                for score, n in scored[: max(CANDIDATES, limit)]
            ),
            limit,
        )

    def _allowed(self, number: int, query: Query, docs: frozenset[str] | None, measures: frozenset[str]) -> bool:
        entry = self._entries[number]
        if (docs is not None and entry.doc_id not in docs) or (measures and measures.isdisjoint(entry.measures)):
            return False
        return all(any(_run(phrase) in field for field in self._pieces[number]) for phrase in query.phrases)

    @cached_property
    def _pieces(self) -> list[tuple[str, str]]:
        return [(_run(pieces(entry.text)), _run(pieces(entry.head))) for entry in self._entries]


def _run(of: Sequence[str]) -> str:
    """The pieces as one string in which whole pieces can be looked for: none of them holds a line break."""
    return "\n".join(("", *of, ""))
