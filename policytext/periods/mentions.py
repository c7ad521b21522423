"""What a document says of earlier ones: replaced, extended, continued, amended, by the wordings of ``data/succession.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

from policytext import numerals
from policytext.patterns import expand
from policytext.places import data_file
from policytext.schema import CONTENT_KINDS, Document, Mention, Span

#: A text by name: 《…》 with 《…》 or 〈…〉 inside at most once, and what stands in brackets behind it.
NAMED = re.compile(r"《(?P<title>[^《》]*(?:《[^《》]*》[^《》]*)?)》(?P<note>(?:\([^()]*\)|〔[^〔〕]*〕)*)")
#: The words that name a basis (依照 …) are no longer.
LONGEST_BASIS = 8
#: A 文号: an agency's word, the year in brackets, the number.
NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}[〔\[(](?:19|20)\d\d[〕\])](?:第)?\d{1,5}号")
#: An announcement is numbered by body and year (甲局2010年第47号公告, 甲局公告2010年第47号); of several the first alone may name the body.
ANNOUNCED = re.compile(
    r"(?P<by>[\u4e00-\u9fff]{2,24}?)?(?:公告(?P<before>(?:19|20)\d\d年第\d{1,5}号)|(?P<behind>(?:19|20)\d\d年第\d{1,5}号)公告)"
)
#: What may stand right before a number and is no part of it.
PARTICLE = re.compile("^(?:原|和|及|与|以及|对|将|由|同时|的)+")
SENTENCE = re.compile(r"[^。;;\n]+[。;;]?")


@cache
def wordings() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Relation and compiled pattern, in the order of the file."""
    pieces = {"day": numerals.DAY, "month": numerals.MONTH}
    return tuple((one["relation"], re.compile(expand(one["pattern"], pieces))) for one in raw()["statement"])


@cache
def raw() -> dict[str, Any]:
    """The data file with its examples."""
    return tomllib.loads(data_file("succession.toml").read_text("utf-8"))


def mentions(document: Document) -> Iterator[Mention]:
    """All of them, in reading order. A text is named once for each relation, however many sentences speak of it."""
    seen: set[tuple[str, str, str]] = set()
    for unit in document.units:
        if unit.kind not in CONTENT_KINDS:
            continue
        flat = numerals.flatten(unit.text)
        for sentence in SENTENCE.finditer(flat.text):
            for relation, title, number, day in spoken(sentence[0]):
                if (relation, title, number) not in seen:
                    seen.add((relation, title, number))
                    start, end = flat.span(sentence.start(), sentence.end())
                    evidence = Span(unit.text[start:end], unit.path, unit.page, unit.start + start, unit.start + end)
                    yield Mention(relation, title, number, day, evidence)


def spoken(sentence: str) -> Iterator[tuple[str, str, str, str | None]]:
    """Relation, title, 文号 and day of each text that a sentence (half-width, no white space) speaks of."""
    pieces = _pieces()
    for relation, pattern in wordings():
        found = pattern.search(sentence)
        if found is None:
            continue
        starts = [mark.end() for mark in pieces["before"].finditer(sentence, 0, found.start())]
        first = starts[-1] if starts else 0
        part = sentence[first : found.start()]
        texts = [(one["title"], one["note"]) for one in NAMED.finditer(part) if not _basis(part, one.start())]
        rest = NAMED.sub("", part)
        if pieces["trap"].search(rest):
            continue
        # What takes a part out of a text amends it.
        part_of = "amends" if relation == "replaces" and pieces["partial"].search(rest) else relation
        day = _day(found.groupdict())
        for title, note in texts:
            yield part_of, title, next(_numbers(note), ""), day
        if not texts:
            for number in _numbers(rest):
                yield part_of, "", number, day


def _numbers(words: str) -> Iterator[str]:
    """The 文号 and the numbers of announcements, each with its body."""
    for number in NUMBER.finditer(words):
        yield PARTICLE.sub("", number[0])
    by = ""
    for one in ANNOUNCED.finditer(words):
        by = PARTICLE.sub("", one["by"] or "") or by
        if by:
            yield f"{by}公告{one['before'] or one['behind']}"


def _basis(part: str, place: int) -> bool:
    """Do words that only name a basis end at ``place``?"""
    return _pieces()["basis"].search(part, max(0, place - LONGEST_BASIS), place) is not None


@cache
def _pieces() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(source) for name, source in raw()["pieces"].items()}


def _day(groups: dict[str, str | None]) -> str | None:
    """The day of its own that a statement names: the first of a beginning, the last of an end."""
    if groups.get("until"):
        moment = numerals.read_date(groups["until"] or "")
        return moment.last.isoformat() if moment else None
    moment = numerals.read_date(groups["from"]) if groups.get("from") else None  # type: ignore[arg-type]
    return moment.first.isoformat() if moment else None
