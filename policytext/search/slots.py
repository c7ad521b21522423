"""Wishes → slots: what an engine looks for, each slot with the terms that fill it.

A word fills the slots of its own term and of the shorter words inside it. A synonym fills, with a lower weight, all slots of the word that
it stands for; a number fills its slot however it is printed; either side of an OR fills the same slot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policytext.search.query import MAX_TERMS, Query, Wish
from policytext.search.synonyms import NO_SYNONYMS, Synonyms
from policytext.words import BRACKETED, amount, amounts, cut, fold, inner_words, telling

#: Most tokens that together are looked up as one synonym.
LONGEST = 5
#: What the digits of a number count beside the number itself: 50 and 万元 in two cells of a table.
LOOSE = 0.5


@dataclass(frozen=True, slots=True)
class Variant:
    """Terms that together fill a slot, and what that counts (above 0 to 1). ``stands_for``: the word whose synonym they are."""

    terms: tuple[str, ...]
    weight: float = 1.0
    stands_for: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing wanted, ``word`` by name; the best variant counts. With ``prefix`` the engine adds the terms that begin so."""

    word: str
    variants: tuple[Variant, ...] = ()
    prefix: str = ""


def slots(query: Query, synonyms: Synonyms = NO_SYNONYMS) -> tuple[Slot, ...]:
    """The slots of a query, in its order, each once."""
    found: dict[tuple[object, ...], Slot] = {}
    for wish in query.wishes:
        for slot in _either(wish, synonyms) if wish.alternatives else _slots(wish, synonyms):
            key = (slot.variants[0].terms if slot.variants else (), slot.prefix)
            found.setdefault(key, slot)
    return tuple(found.values())[:MAX_TERMS]


def _slots(wish: Wish, synonyms: Synonyms) -> Iterator[Slot]:
    folded = BRACKETED.sub(r"\1", fold(wish.text))
    place = 0
    for number in amounts(folded):
        yield from _words(folded[place : number.start], synonyms)
        digits = tuple(token for token in cut(folded[number.start : number.end]) if token[0].isdigit())
        yield Slot(folded[number.start : number.end], (Variant((amount(number),)), *([Variant(digits, LOOSE)] if digits else [])))
        place = number.end + folded.startswith("元", number.end)  # 50万元: the unit goes without saying
    rest = folded[place:]
    if wish.prefix and rest:
        tokens = cut(rest)
        yield from _words("".join(tokens[:-1]), synonyms)
        yield Slot(f"{tokens[-1]}*", prefix=tokens[-1])
    else:
        yield from _words(rest, synonyms)


def _words(text: str, synonyms: Synonyms) -> Iterator[Slot]:
    tokens = telling(text)
    others = _others(tokens, synonyms)
    for place, token in enumerate(tokens):
        for part in (token, *inner_words(token)):
            found = [*others.get((place, token), ()), *others.get((place, part), ())]
            if part != token:
                # A shorter word's synonym also fills the slots of the words inside that shorter word.
                inside = [word for word in inner_words(token) if part in word and word != part]
                found += [variant for word in inside for variant in others.get((place, word), ())]
            yield Slot(part, (Variant((part,)), *dict.fromkeys(found)))


def _others(tokens: list[str], synonyms: Synonyms) -> dict[tuple[int, str], list[Variant]]:
    """The synonyms of each token, of the words inside it, and of rows of tokens (for each token of the row)."""
    found: dict[tuple[int, str], list[Variant]] = {}
    for first in range(len(tokens)):
        for last in range(first + 1, min(len(tokens), first + LONGEST) + 1):
            for variant in _synonyms_of("".join(tokens[first:last]), synonyms):
                for place in range(first, last):
                    found.setdefault((place, tokens[place]), []).append(variant)
        for part in inner_words(tokens[first]):
            for variant in _synonyms_of(part, synonyms):
                found.setdefault((first, part), []).append(variant)
    return found


def _synonyms_of(word: str, synonyms: Synonyms) -> Iterator[Variant]:
    for other in synonyms.others.get(word, ()):
        if terms := tuple(_top(other)):
            yield Variant(terms, synonyms.weight, word)


def _either(wish: Wish, synonyms: Synonyms) -> Iterator[Slot]:
    """One slot for all sides of an OR; a side of several words is filled by all of them together."""
    sides = [wish, *wish.alternatives]
    variants: list[Variant] = []
    prefix = next((side.text for side in sides if side.prefix), "")
    for side in sides:
        if side.prefix and side.text == prefix:
            continue
        own = [amount(number) for number in amounts(fold(side.text))] or _top(fold(side.text))
        if own:
            variants.append(Variant(tuple(own)))
            variants += _synonyms_of(fold(side.text), synonyms)
    if variants or prefix:
        yield Slot(" OR ".join(side.text for side in sides), tuple(variants), fold(prefix))


def _top(text: str) -> list[str]:
    """The words of a text without the shorter ones inside them."""
    return telling(BRACKETED.sub(r"\1", text))
