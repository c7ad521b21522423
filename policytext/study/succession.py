"""Who replaces, extends, continues or amends whom in a corpus: links with evidence, chains in date order, gaps in days."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Literal

from policytext import numerals
from policytext.schema import Mention, Record, Span

#: How a link is known: the later text says so, or only issuer and subject are the same.
Basis = Literal["text", "candidate"]

INNER = re.compile(r"[〈《<]([^〈〉《》<>]+)[〉》>]")
AFTER = re.compile(r"^.*?关于(?:印发|转发|发布|公布)")
VERSION = re.compile(
    r"\((?:试行|暂行|修订|修正|修订稿|[^()]{0,40}?(?:19|20)\d\d[^()]{0,40}|第?[一二三四五六七八九十]+[版期])\)|试行|暂行|修订版?"
)
YEARS = re.compile(r"(?:19|20)\d\d(?:年?[-—–~至到](?:19|20)\d\d)?年?度?|十[一二三四五六]五|[一二两三五]年")
TAIL = re.compile(r"的?(?:通知|公告|通告|决定)$")
MARKS = re.compile(r"[^\w]")
#: Titles shorter than this say too little to be the same text by name.
SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Link:
    """``later`` speaks of an earlier text, or may follow it. ``earlier`` is None where the corpus does not hold that text.

    ``day`` is when the replacement takes effect, or the new last day of an extension; ``gap`` the days between the last day of ``earlier``
    and the first of ``later`` that takes its place: 0 when one follows the other, negative when they overlap, None when a day is unknown.
    """

    relation: str
    basis: Basis
    later: Record
    earlier: Record | None
    title: str
    doc_no: str
    day: str | None
    gap: int | None
    evidence: Span | None
    chain: int = 0


def links(found: Iterable[tuple[Record, Iterable[Mention]]]) -> list[Link]:
    """The links between documents, chain by chain in date order. ``found``: each record with what its document says."""
    spoken = [(record, list(mentions)) for record, mentions in found]
    index = _Index([record for record, _ in spoken])
    stated = [_stated(record, mention, index) for record, mentions in spoken for mention in mentions]
    known = {frozenset((link.later.doc_id, link.earlier.doc_id)) for link in stated if link.earlier}
    candidates = [link for link in index.candidates() if frozenset((link.later.doc_id, _id(link))) not in known]
    return _chained([*stated, *candidates])


def repealed(found: Sequence[Link]) -> Mapping[str, str]:
    """Documents that a text of the corpus replaces: id → the first day on which that holds."""
    days: dict[str, str] = {}
    for link in found:
        if link.basis == "text" and link.relation == "replaces" and link.earlier and link.day:
            days[link.earlier.doc_id] = min(link.day, days.get(link.earlier.doc_id, link.day))
    return days


def extended(found: Sequence[Link]) -> Mapping[str, str]:
    """Documents whose period a text of the corpus extends: id → the last day that the latest of those texts gives."""
    days: dict[str, str] = {}
    for link in sorted((link for link in found if link.later.head.issue_date), key=lambda link: link.later.head.issue_date or ""):
        if link.basis == "text" and link.relation == "extends" and link.earlier and link.day:
            days[link.earlier.doc_id] = link.day
    return days


def stem(title: str) -> str:
    """A title without transmittal, version and marks: what two versions of a policy share but for the years in it."""
    flat = numerals.flatten(title).text
    inner = INNER.search(flat) if AFTER.match(flat) else None
    bare = inner[1] if inner else TAIL.sub("", AFTER.sub("", flat))
    return MARKS.sub("", VERSION.sub("", bare))


def _number(doc_no: str) -> str:
    """A number without brackets and blanks; 甲局公告2010年第47号 and 甲局2010年第47号公告 are one."""
    return MARKS.sub("", numerals.flatten(doc_no).text).replace("公告", "")


class _Index:
    """The records of a corpus by 文号, by title and by subject."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.numbers: dict[str, list[Record]] = defaultdict(list)
        self.titles: dict[str, list[Record]] = defaultdict(list)
        self.subjects: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for record in records:
            if record.head.doc_no:
                self.numbers[_number(record.head.doc_no)].append(record)
            for name in {stem(title) for title in (record.head.title, *(policy.text for policy in record.head.policies))}:
                if len(name) >= SHORTEST:
                    self.titles[name].append(record)
            subject = YEARS.sub("", stem(record.head.title))
            if record.head.issuers and len(subject) >= SHORTEST:
                self.subjects["、".join(record.head.issuers), subject].append(record)

    def find(self, mention: Mention, by: Record) -> Record | None:
        """The text that ``by`` speaks of: by its number, else the latest of that title issued before."""
        number = _number(mention.doc_no)
        found = self.numbers.get(number, []) if number else []
        if not found and mention.title:
            found = [one for one in self.titles.get(stem(mention.title), []) if _issued(one) <= _issued(by)]
        others = [one for one in found if one.doc_id != by.doc_id]
        return max(others, key=_issued, default=None)

    def candidates(self) -> Iterator[Link]:
        """Later versions by issuer and subject that no text speaks of."""
        for records in self.subjects.values():
            dated = sorted((one for one in records if one.head.issue_date), key=_issued)
            for earlier, later in pairwise(dated):
                if _issued(earlier) < _issued(later):
                    title, number = earlier.head.title, earlier.head.doc_no
                    yield Link("follows", "candidate", later, earlier, title, number, _start(later), _gap(earlier, later), None)


def _stated(record: Record, mention: Mention, index: _Index) -> Link:
    earlier = index.find(mention, record)
    day = mention.day or (_start(record) if mention.relation == "replaces" else None)
    gap = _gap(earlier, record) if earlier and mention.relation == "replaces" else None
    return Link(mention.relation, "text", record, earlier, mention.title, mention.doc_no, day, gap, mention.evidence)


def _chained(found: list[Link]) -> list[Link]:
    """The links with the number of their chain: documents that hang together, the chain with the earliest document first."""
    heads: dict[str, str] = {}

    def head(name: str) -> str:
        while heads.setdefault(name, name) != name:
            name = heads[name]
        return name

    for link in found:
        heads[head(_id(link))] = head(link.later.doc_id)
    first: dict[str, str] = {}
    for link in found:
        name = head(link.later.doc_id)
        days = [_issued(one) for one in (link.later, link.earlier) if one and one.head.issue_date]
        first[name] = min([first.get(name, "9999"), *days])
    order = {name: number for number, name in enumerate(sorted(first, key=lambda one: (first[one], one)), 1)}
    numbered = [replace(link, chain=order[head(link.later.doc_id)]) for link in found]
    return sorted(numbered, key=lambda link: (link.chain, _issued(link.later), link.later.doc_id, link.title))


def _id(link: Link) -> str:
    """What stands for the earlier text: its document, or its number or name where the corpus does not hold it."""
    return link.earlier.doc_id if link.earlier else MARKS.sub("", link.doc_no) or stem(link.title)


def _issued(record: Record) -> str:
    return record.head.issue_date or record.period.start or ""


def _start(record: Record) -> str | None:
    return record.period.start or record.head.issue_date


def _gap(earlier: Record, later: Record) -> int | None:
    end, start = earlier.period.end, _start(later)
    return (date.fromisoformat(start) - date.fromisoformat(end)).days - 1 if end and start else None
