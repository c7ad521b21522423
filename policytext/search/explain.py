"""Why a clause was found: what each word of the query did for its score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policytext.schema import Explanation, Reason
from policytext.search.protocol import Entry, Match
from policytext.search.ranking import COVERAGE_POWER, brevity
from policytext.search.slots import Slot, Variant
from policytext.words import AMOUNT, terms


def explain(match: Match, entry: Entry, slots: Sequence[Slot], weights: Sequence[float]) -> Explanation:
    """The parts of the score of ``match``, which is ``entry``."""
    words = tuple(_reasons(entry, slots, weights))
    return Explanation(round(match.bm25, 4), round(match.coverage, 4), COVERAGE_POWER, round(brevity(match.length), 4), words)


def _reasons(entry: Entry, slots: Sequence[Slot], weights: Sequence[float]) -> Iterator[Reason]:
    text, head = set(terms(entry.text)), set(terms(entry.head)) | set(terms(entry.places))
    total = sum(weights) or 1.0
    for slot, weight in zip(slots, weights, strict=True):
        begun = sorted(term for term in text | head if slot.prefix and term.startswith(slot.prefix))
        variants = [*slot.variants, *(Variant((term,)) for term in begun)]
        filling = [variant for variant in variants if (text | head).issuperset(variant.terms)]
        best = max(filling, key=lambda variant: variant.weight, default=None)
        share = round(weight / total, 4)
        if best is None:
            yield Reason(slot.word, share=share)
        else:
            where = "text" if text.issuperset(best.terms) else "head"
            found = " ".join(term.removeprefix(AMOUNT) for term in best.terms)
            yield Reason(
                slot.word,
                found,
                where,
                best.stands_for,
                share,
                round(share * best.weight, 4),
            )
