"""Which numbered sentences are the topics of what stands below them, told from those that are counted with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from policytext.structure.numbering import Mark

#: A sentence of so many characters above a paragraph is its topic; in a row of such sentences longer ones are too.
TOPIC, LONG_TOPIC, MANY = 16, 45, 3
INNER = re.compile(r"[。；;！!？?](?!$)")
#: What announces a list, or says what must be: no topic.
NAMES_LIST = re.compile("下列|以下|如下|之一|包括|分为|分别|应当|应该|必须|不得|可以|条件|情形|材料|符合|给予|标准")


class Topics:
    """The numbered texts of a document from ``first`` to ``last``; ``content``: the places of text and of tables."""

    def __init__(self, texts: Sequence[str], marks: Sequence[Mark | None], first: int, last: int, content: Collection[int]) -> None:
        self.texts, self.marks = texts, marks
        self.first, self.last = first, last
        self.content = content

    def following(self, place: int) -> int | None:
        """The next text or table."""
        return next((other for other in range(place + 1, self.last) if other in self.content), None)

    def heads_paragraph(self, place: int) -> bool:
        """Is the next text or table a paragraph without a number?"""
        after = self.following(place)
        return after is not None and self.marks[after] is None and bool(self.texts[after])

    def sibling(self, place: int, way: int) -> int | None:
        """The next (``way`` 1) or the last (-1) place that goes on counting with the mark at ``place`` under the same heading."""
        mark = self.marks[place]
        other = place + way
        while mark is not None and mark.number and self.first <= other < self.last:
            found = self.marks[other]
            if found is not None and found.rank < mark.rank:
                return None
            if found is not None and found.rank == mark.rank:
                return other if found.number == mark.number + way else None
            other += way
        return None

    def all_are(self, place: int, longest: int = LONG_TOPIC, least: int = 2) -> bool:
        """Are all that are counted with the mark at ``place`` sentences above paragraphs? Many of them may have two halves each."""
        group = [place]
        for way in (-1, 1):
            other = self.sibling(place, way)
            while other is not None:
                group.append(other)
                other = self.sibling(other, way)
        halves = 1 if len(group) >= MANY else 0
        return len(group) >= least and all(self._is_one(one, longest, halves) for one in group)

    def below(self, place: int) -> Mark | None:
        """The mark right below the one at ``place``, where it is of a deeper rank."""
        mark, after = self.marks[place], self.following(place)
        below = self.marks[after] if after is not None else None
        return below if mark is not None and below is not None and below.rank > mark.rank else None

    def opens(self, place: int, words: str) -> bool:
        """Is a sentence of several parts the topic of the count that begins or goes on right below it, not the lead-in of a list?"""
        below = self.below(place)
        counts = below is not None and (below.number == 1 or self._counted_before(place, below) == (below.number or 0) - 1)
        return counts and len(words) <= LONG_TOPIC and not NAMES_LIST.search(words)

    def _counted_before(self, place: int, mark: Mark) -> int | None:
        """The last number of the rank of ``mark`` before ``place``, back to what encloses that."""
        own = self.marks[place]
        for other in range(place - 1, self.first - 1, -1):
            found = self.marks[other]
            if found is not None and found.rank == mark.rank:
                return found.number
            if found is None or own is None or found.rank >= own.rank:
                continue
            break
        return None

    def _is_one(self, place: int, longest: int, commas: int) -> bool:
        """One sentence on a line of its own above a paragraph without a number."""
        text = self.texts[place]
        return len(text) <= longest and not INNER.search(text) and text.count("，") <= commas and self.heads_paragraph(place)
