"""The paragraphs behind the last number that speak of the whole document: when it takes effect, who else may act on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice, takewhile

from policytext.schema import Unit
from policytext.structure import frame
from policytext.structure.numbering import ARTICLE, Level, Mark

#: When it takes effect and how long it runs.
FINAL = re.compile(r"(?:本|上述|以上|该|此|各项)[^。，]{0,24}?(?:自|从|有效期|执行期|实施期|施行|由.{1,30}(?:负责)?解释)")
#: What the last article of a rule speaks of itself, so that more of it may follow.
CLOSES = re.compile("施行|起(?:实施|执行|生效)|解释|有效期|废止")
#: What tells when it takes effect or who explains it, whole sentence or not.
TAKES_EFFECT = re.compile("自.{1,24}起.{0,6}(?:施行|执行|实施|生效)(?!的)|由.{1,40}负责解释")
#: How a text ends that has come to its end, a line of a form included.
CLOSED = re.compile(r"[。；;！!？?：:…）)】”]$|\d$")
WHOLE = re.compile(r"[。）)]$")
#: So many clauses of one paragraph each tell that the last one has no more either; more paragraphs than these do not close a document.
LEAST_CLAUSES, MOST_PARAGRAPHS = 3, 6


class Closing:
    """Goes along a document and remembers which clauses take more than one paragraph."""

    def __init__(self, texts: Sequence[str], marks: Sequence[Mark | None], last: int) -> None:
        self.texts, self.marks, self.last = texts, marks, last
        self.final_mark = max((place for place in range(last) if marks[place] is not None), default=-1)
        self.begin()

    def begin(self) -> None:
        """A new document begins."""
        self.clauses: Counter[int] = Counter()
        self.continued: set[int] = set()

    def speaks_of_all(self, place: int, before: Unit, levels: Sequence[Level]) -> bool:
        """Does the paragraph at ``place``, which has no number, speak of the whole document and not of the clause ``before`` it?"""
        text = self.texts[place]
        if before.kind == "heading" or not levels:
            return False
        if FINAL.match(text) and not _within_article(text, before, levels) and self._is_last(place):
            return True
        rank = levels[-1].mark.rank
        single = self.clauses[rank] >= LEAST_CLAUSES and rank not in self.continued
        behind = before.kind == levels[-1].kind == "clause" and WHOLE.search(before.text) is not None
        return single and behind and rank != ARTICLE and place > self.final_mark and self._are_few(place)

    def _are_few(self, place: int) -> bool:
        """Do only a few paragraphs stand from ``place`` to the end?"""
        texts = (text for text in map(self.texts.__getitem__, range(place, self.last)) if text)
        return sum(1 for _ in islice(takewhile(lambda text: not frame.ends_text(text), texts), MOST_PARAGRAPHS + 1)) <= MOST_PARAGRAPHS

    def _is_last(self, place: int) -> bool:
        """Does no further number follow in this document?"""
        for other in range(place + 1, min(place + 6, self.last)):
            text = self.texts[other]
            if frame.ends_text(text):
                return True
            if self.marks[other] is not None:
                return False
        return True


def _within_article(text: str, before: Unit, levels: Sequence[Level]) -> bool:
    """May a closing paragraph belong to the article before it? Not where that is whole, and about something else."""
    if not any(level.mark.rank <= ARTICLE for level in levels):
        return False
    return not (CLOSED.search(before.text) and not CLOSES.search(before.text) and TAKES_EFFECT.search(text))
