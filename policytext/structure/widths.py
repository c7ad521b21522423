"""How wide the lines of a text are that is broken at the width of its page; widths are in Han characters."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from policytext.structure.numbering import mark_of

SENTENCE_END = re.compile(r"[。！？!?；;：:][’”'\"）)》]*$|…$")
#: Indent of a paragraph's first line, in Han characters.
INDENT = 2.0
#: Text in lines longer than a full one may be this share of a page-wrapped text.
LONGER = 0.05
#: … or any share where so many lines with so much of the text are about as wide as one another: some exports join a part of the lines.
ALIKE_LINES, ALIKE = 40, 0.45
#: A width that this share of the broken lines has is usual.
USUAL = 0.12
#: A box or a chapter may be set in another width: so many broken lines, and this share of them, have it; how far apart widths are; what
#: share of the broken lines may differ from the one before, where widths come in stretches and do not mix; and how many broken lines
#: on either side of a line tell which of them is full there.
BOX_LINES, BOX_SHARE, APART, CHANGES, AROUND = 20, 0.05, 1.5, 0.1, 3


def page_width(texts: Sequence[str]) -> float:
    """The width of a full line in Han characters where a plain text is broken at the page's width, else 0."""
    if len(texts) < 10:
        return 0.0
    widths = [width_of(text) for text in texts]
    broken = Counter(
        round(width)
        for text, width in zip(texts, widths, strict=True)
        if width >= 16 and not SENTENCE_END.search(text) and mark_of(text[-1:]) is None
    )
    if not broken or sum(broken.values()) < 0.12 * len(texts):
        return 0.0
    near = {value: broken[value - 1] + broken[value] + broken[value + 1] for value in broken}
    total = sum(widths)
    # The widest of the common widths: in a page with a narrow table the text is wider than the cells.
    common = [value for value, count in near.items() if count >= max(4, 0.5 * max(near.values()))]
    others = [value for value, count in near.items() if count >= max(4, 0.1 * len(texts))]
    for top in sorted(common, reverse=True) + sorted(others, reverse=True):
        if 16 <= top <= 64 and (sum(width for width in widths if width > top + 4) <= LONGER * total or _are_alike(widths, top)):
            break
    else:
        return 0.0
    # First lines of paragraphs are narrower by the indent, squeezed lines are wider by one: the widest of the usual ones is a full line.
    exact = Counter(
        round(2 * width) for text, width in zip(texts, widths, strict=True) if abs(width - top) <= 2.5 and not SENTENCE_END.search(text)
    )
    return max(value for value, count in exact.items() if count >= USUAL * sum(exact.values()) or count == max(exact.values())) / 2


def _are_alike(widths: Sequence[float], top: int) -> bool:
    """Does the text stand in lines about ``top`` wide, long as the others may be?"""
    alike = [width for width in widths if abs(width - top) <= 3]
    return len(alike) >= ALIKE_LINES and sum(alike) >= ALIKE * sum(widths)


def width_of(text: str) -> float:
    """Width in Han characters: ASCII counts half, the blank that PDF readers put between Han and Latin a quarter."""
    half = sum(1 for char in text if char < "\u2000")
    return len(text) - 0.5 * half - 0.25 * text.count(" ")


def full_lines(texts: Sequence[str], widths: Sequence[float], width: float) -> list[float]:
    """The width of a full line at each text: ``width``, or where stretches are set in others, the one of the broken lines around it."""
    broken = [
        (number, round(2 * at) / 2)
        for number, (text, at) in enumerate(zip(texts, widths, strict=True))
        if 16 <= at <= 64 and not SENTENCE_END.search(text)
    ]
    usual: list[float] = []
    for at, count in Counter(at for _, at in broken).most_common():
        if count < max(BOX_LINES, BOX_SHARE * len(broken)):
            break
        # First lines are narrower by the indent.
        if all(abs(at - other) > APART and abs(at + INDENT - other) > 0.5 for other in usual):
            usual.append(at)
    votes = [min(usual, key=lambda one: min(abs(at - one), abs(at + INDENT - one))) for _, at in broken] if len(usual) > 1 else []
    if not votes or sum(one != after for one, after in pairwise(votes)) > CHANGES * len(votes):
        return [width] * len(texts)
    numbers = [number for number, _ in broken]
    places = [bisect(numbers, number) for number in range(len(texts))]
    return [Counter(votes[max(0, at - AROUND) : at + AROUND]).most_common(1)[0][0] for at in places]
