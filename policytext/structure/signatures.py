"""Which lines sign a document (落款): names above a date, on one line, on two, or of a kind that tells nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from policytext.structure import frame
from policytext.structure.numbering import mark_of

#: A name is no longer than this; so many names whose kind tells nothing may stand together; what no such name holds.
SHORT, MOST_NAMES = 25, 4
#: No more lines of frame than these stand below a name that ends a document.
MOST_BELOW = 8
#: So many bodies sign together at most.
MOST_SIGNERS = 40
SIGNS = re.compile(r"[，。；：！？,;:!?\d]")


def signs(texts: Sequence[str], place: int) -> bool:
    """Is the name at ``place`` followed by a date, perhaps after further names? Then it is a signature."""
    for text in texts[place + 1 : place + MOST_SIGNERS]:
        if not text:
            continue
        if frame.is_date(text):
            return True
        if not (frame.is_signature_name(text) or frame.is_closing(text)):
            return False
    return False


def ends(texts: Sequence[str], place: int, last: int) -> bool:
    """Does nothing but frame follow the line at ``place``?"""
    rest = list(islice((texts[below] for below in range(place + 1, last) if texts[below]), MOST_BELOW + 1))
    return len(rest) <= MOST_BELOW and all(frame.is_body(text) or frame.is_date(text) or frame.is_closing(text) for text in rest)


def is_broken_name(texts: Sequence[str], place: int, last: int) -> bool:
    """Is this the first line of a signature that takes two lines?"""
    text = texts[place]
    following = texts[place + 1] if place + 1 < last else ""
    if len(text) > SHORT or mark_of(text) is not None or re.search(r"[，。；：、,;:]$", text) or frame.is_body(text):
        return False
    return frame.is_body(following) and frame.is_body(text + following) and signs(texts, place + 1)


def unusual_names(texts: Sequence[str], place: int, last: int) -> int:
    """How many short lines from ``place`` on stand right above the closing date: signatures of any name; 0 for none."""
    count = 0
    while count < MOST_NAMES and place + count < last and _may_sign(texts[place + count]):
        count += 1
    date = place + count
    if not count or date >= last or not frame.is_date(texts[date]):
        return 0
    after = next((text for text in texts[date + 1 : last] if text), "")
    closed = not after or frame.is_closing(after) or frame.is_attachment_list(after) or frame.is_attachment_mark(after)
    return count if closed else 0


def _may_sign(text: str) -> bool:
    return bool(text) and len(text) <= SHORT and mark_of(text) is None and not SIGNS.search(text) and not frame.is_date(text)
