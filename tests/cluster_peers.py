"""Made-up clauses and queries in the words of the policy dictionary, to compare engines with each other."""

from __future__ import annotations

import random
from collections.abc import Sequence

from policytext.schema import Head, Record, Region
from policytext.search.protocol import Entry, Match
from policytext.words import dictionary

PLACES = (Region("江苏省", "南京市"), Region("湖南省", "长沙市"), Region("浙江省"))
JOINTS = ("，", "和", "的", "、给予", "，对符合条件的")


def entries(number: int, seed: int = 7) -> list[Entry]:
    """``number`` clauses, twenty a document: few words are common and many rare, as in real texts."""
    chance = random.Random(seed)
    words = _words()
    weights = [1 / (rank + 5) for rank in range(len(words))]
    found = []
    for key in range(number):
        document = key // 20
        of = random.Random(document)
        title = "".join(of.choices(words, weights, k=4)) + "若干措施"
        record = Record(f"d{document}", f"d{document:06d}", head=Head(title=title, region=PLACES[document % len(PLACES)]))
        said = "".join(
            word + chance.choice(JOINTS) for word in chance.choices(words, weights, k=min(60, 3 + int(chance.expovariate(1 / 12))))
        )
        found.append(
            Entry(key, record, "".join(of.choices(words, weights, k=2)), f"{said}奖励{chance.randint(1, 99)}万元。", f"第{key % 20}条")
        )
    return found


def queries(number: int, seed: int = 11) -> list[str]:
    """``number`` queries of two to five words; some have an amount, a phrase, an alternative, a prefix, or a word that must be absent."""
    chance = random.Random(seed)
    words = _words()
    weights = [1 / (rank + 20) for rank in range(len(words))]
    found = []
    for place in range(number):
        asked = chance.choices(words, weights, k=chance.randint(2, 5))
        extra = (f"{chance.randint(1, 99)}万元", f"“{asked[0]}”", f"{asked[0]} OR {asked[-1]}", f"{asked[0][:2]}*", f"-{words[1]}")
        found.append(" ".join(asked + ([extra[place // 2 % len(extra)]] if place % 2 else [])))
    return found


def overlap(ours: Sequence[Match], theirs: Sequence[Match], first: int = 10) -> float:
    """The share of the best ``first`` of ``theirs`` that ``ours`` holds; those that score as the last do may stand for each other.

    Both must be longer than ``first`` where there are more answers, so that ties with the last are seen.
    """
    best = theirs[:first]
    if not best:
        return float(not ours)
    last = best[-1].score
    tied = {match.key for match in theirs if abs(match.score - last) <= 1e-4 * max(1.0, last)}
    above = {match.key for match in best} - tied
    mine = {match.key for match in ours[: len(best)]}
    return (len(mine & above) + min(len(mine & tied), len(best) - len(above))) / len(best)


def _words() -> list[str]:
    words = [word for word, _ in dictionary() if len(word) > 1]
    random.Random(3).shuffle(words)
    return words
