"""Numbering marks of Chinese official documents (GB/T 9704—2012, 7.3.3: 一、（一）1.（1）; laws: 编 章 节 条) and the paths they make."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from policytext.numerals import number as number_of

HAN_NUMBER = "[一二三四五六七八九十百零〇○]+"
_WHOLE = r"(?:19|20)\d\d\s?年|[345]G"
#: What follows an amount and no number of a section (2.1万亿元).
_UNITS = "[年月日天个万亿元倍米平公人户家项次台套吨千百克度号级折条款章节分秒升斤]"
_N = rf"(?:{HAN_NUMBER}|\s?\d+(?:\.\d+)?\s?)"

#: Rank → pattern of the mark at the start of a paragraph; as a rule a lower rank encloses a higher one.
LEVELS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (0, re.compile(rf"第{_N}(?:编|篇|部分)(?=\s|$|[^\s的中和、，])")),
    (1, re.compile(rf"第{_N}章(?=\s|$|(?!规定)[^\s的中和、，至])")),
    (2, re.compile(rf"第{_N}节(?=\s|$|(?!规定)[^\s的中和、，至])")),
    # 第三条规定的…, 第五条至第七条… cite an article and begin none.
    (
        3,
        re.compile(
            rf"第{_N}条(?:之{HAN_NUMBER})?(?![、，,至和到款第的或与及]|规定|所[规列称述定指]|[（(]{HAN_NUMBER}[）)]项|中(?![小央国共心介外型])|[）)》”])"
        ),
    ),
    (4, re.compile(rf"{HAN_NUMBER}\s*[、．.]")),
    (5, re.compile(rf"[（(]\s*{HAN_NUMBER}\s*[）)]\s*[、．.]?(?!至(?![少多今])|和(?![解谐平睦])|[、，]|项[规所、至的中，和])")),
    # 1.2017年度…, 3.5G基站…: a year or a generation of networks is no decimal place.
    (
        6,
        re.compile(
            rf"[0-9０-９]{{1,2}}\s?(?:[．.、](?={_WHOLE})|[．、](?![0-9０-９]+(?:[^A-Za-z0-9]|$))|\.(?!\d))|1\d\d[．.、](?=[\u4e00-\u9fff“《])|0[1-9]\s?(?!{_UNITS})(?=[\u4e00-\u9fff])|[⒈-⒛]"
        ),
    ),
    # No amount has two points.
    (
        7,
        re.compile(
            rf"[0-9]{{1,2}}(?:(?:\.[0-9]{{1,2}}){{1,3}}(?=\s+[\u4e00-\u9fff]|(?!{_UNITS}(?!(?<=人)[工才员民力]))[\u4e00-\u9fff])"
            r"|(?:\.[0-9]{1,2}){2,3}(?=\s+[A-Za-z]|[\u4e00-\u9fff]))"
        ),
    ),
    (8, re.compile(r"[（(]\s*[0-9０-９]{1,2}\s*[）)]\s*[、．.]?|[⑴-⒇]")),
    (9, re.compile(r"[0-9０-９]{1,2}[）)]")),
    (10, re.compile(r"[①-⑳]")),
)
CHAPTERS = 3
ARTICLE = 3
DECIMAL = 7
CLOSING = " \u3000、．.\t\n"
FIRST = frozenset("第一二三四五六七八九十百零〇○（(0123456789０１２３４５６７８９") | {chr(code) for code in range(0x2460, 0x249C)}
#: No mark and what must follow it is longer.
LONGEST = 32
HEAVY = re.compile(r"^[#*>\s]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbering mark: its rank, the words as printed, the same without closing punctuation (one step of a path), and its number."""

    rank: int
    printed: str
    step: str
    number: int | None


def mark_of(text: str) -> Mark | None:
    """The mark at the start of ``text``, if there is one."""
    if text[:1] in "#*>":
        text = HEAVY.sub("", text)
    return _mark(text[:LONGEST]) if text and text[0] in FIRST else None


@lru_cache(maxsize=8192)
def _mark(text: str) -> Mark | None:
    for rank, pattern in LEVELS:
        match = pattern.match(text)
        if match:
            printed = match.group()
            step = re.sub(r"\s", "", printed).rstrip(CLOSING)
            return Mark(rank, printed, step, value_of(step))
    return None


@lru_cache(maxsize=4096)
def value_of(step: str) -> int | None:
    """The number in a step: 第十二条 → 12, （三） → 3, ④ → 4, 4.2 → 2."""
    for first in "①⑴⒈":
        if step and ord(first) <= ord(step[0]) < ord(first) + 20:
            return ord(step[0]) - ord(first) + 1
    digits = re.findall(rf"{HAN_NUMBER}|[0-9０-９]+", step)
    return number_of(digits[-1].replace("○", "〇")) if digits else None


@dataclass(slots=True)
class Level:
    """One open mark; ``kind`` is that of its unit, ``children`` the kind that the marks directly below it have."""

    mark: Mark
    text: str
    kind: str
    children: str = ""


class Outline:
    """The open marks while walking down a document; a path is their steps.

    A mark of an open rank is the next of its kind. Else it goes below the marks of lower rank; below one of higher rank only where the
    document shows that order: a count begins at one while the count of the open mark goes on later (一、 may hold 第一条 or stand in it).
    """

    def __init__(self, marks: Sequence[Mark | None]) -> None:
        self._where: dict[tuple[int, int], list[int]] = {}
        for place, mark in enumerate(marks):
            if mark is not None and mark.number is not None:
                self._where.setdefault((mark.rank, mark.number), []).append(place)
        self._inverted: set[tuple[int, int]] = set()
        self.open: list[Level] = []

    def clear(self) -> None:
        """A new document begins."""
        self.open.clear()
        self._inverted.clear()

    def keep(self, mark: Mark, place: int) -> int:
        """How many open levels stay open when ``mark`` comes at ``place``."""
        for depth, level in enumerate(self.open):
            if level.mark.rank == mark.rank and (mark.rank != DECIMAL or level.mark.step.count(".") >= mark.step.count(".")):
                return depth
        keep = len(self.open)
        while keep and self.open[keep - 1].mark.rank > mark.rank:
            above = self.open[keep - 1].mark
            if (above.rank, mark.rank) in self._inverted:
                break
            if mark.number == 1 and above.rank >= CHAPTERS and self._goes_on(above, place):
                self._inverted.add((above.rank, mark.rank))
                break
            keep -= 1
        return keep

    def _goes_on(self, mark: Mark, place: int) -> bool:
        """Does the count of ``mark`` go on after ``place`` before it begins anew?"""
        if mark.number is None:
            return False
        following, anew = self._next(mark.rank, mark.number + 1, place), self._next(mark.rank, 1, place)
        return following is not None and (anew is None or following < anew)

    def _next(self, rank: int, number: int, place: int) -> int | None:
        places = self._where.get((rank, number), [])
        at = bisect_right(places, place)
        return places[at] if at < len(places) else None

    def parent(self, mark: Mark, place: int) -> Level | None:
        """The level that would hold ``mark``."""
        keep = self.keep(mark, place)
        return self.open[keep - 1] if keep else None

    def push(self, mark: Mark, place: int, text: str, kind: str) -> None:
        """Open ``mark`` in its place."""
        del self.open[self.keep(mark, place) :]
        self.open.append(Level(mark, text, kind))

    def leave_items(self, following: Mark | None) -> None:
        """Close the items of a list, back to the clause or heading that holds it, or to the item that ``following`` goes on counting."""
        while self.open and self.open[-1].kind == "item":
            mark = self.open[-1].mark
            if following and mark.number and (following.rank, following.number) == (mark.rank, mark.number + 1):
                return
            self.open.pop()

    @property
    def path(self) -> str:
        """The steps joined by ``/``."""
        return "/".join(level.mark.step for level in self.open)

    @property
    def headings(self) -> tuple[str, ...]:
        """The texts of the open headings, outermost first."""
        return tuple(level.text for level in self.open if level.kind == "heading")
