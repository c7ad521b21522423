"""Sentences that say from when and how long a document is in force."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from policytext import numerals
from policytext.numerals import Duration
from policytext.periods.wording import TRIGGER, Wordings, wordings
from policytext.schema import Document, Unit

#: Kinds of unit whose sentences may speak of the document; a short closing clause may be taken for a heading.
_SPEAKING = frozenset({"clause", "paragraph", "item", "heading", "signature"})
_SENTENCE = re.compile(r"[^。;!?]+")
#: How far before the words about the period the document's name may stand, and how much may lie between, in characters.
_REACH, _BETWEEN = 200, 110
#: So many statements of one wording in a sentence are looked at: more are no policy's words.
_MOST = 50
#: A statement this close after the date of commencement is quoted together with it.
_ONE_QUOTE = 120


@dataclass(frozen=True, slots=True)
class Context:
    """What a sentence needs to know of its document: the day that 印发之日 means, the year for dates printed without one, the titles.

    ``entry`` is the commencement that the page prints outside the sentences.
    """

    announced: date | None
    year: int | None
    title: str
    entry: Statement | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement about the document's own period. ``unit`` is its place among the units, ``start``/``end`` offsets in its flat text.

    ``at_issue`` tells that ``begins`` (or its absence) follows from the date of issue. ``rank`` is how surely it speaks of the document,
    ``firm`` that it does so by its own words and not only by its place.
    """

    unit: int
    start: int
    end: int
    rank: int
    begins: date | None = None
    at_issue: bool = False
    later: Duration | None = None
    until: date | None = None
    length: Duration | None = None
    open_ended: bool = False
    firm: bool = True


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of flattened unit ``unit`` beginning at ``at``: carve-outs are blanked (□, lengths kept).

    ``closing``: it stands where documents speak of themselves as 以上政策; ``headed``: under a heading about periods.
    """

    unit: int
    text: str
    at: int
    closing: bool
    headed: bool


@dataclass(frozen=True, slots=True)
class _Subject:
    """Words by which the document names itself, and how surely: 0 none, 2 以上政策, 3 《办法》, 4 本办法 or its title."""

    start: int = 0
    end: int = 0
    rank: int = 0


def statements(document: Document, context: Context) -> tuple[list[Statement], list[Statement]]:
    """(statements of a validity, statements of a commencement alone), each in reading order."""
    words = wordings()
    stated: list[Statement] = []
    starts: list[Statement] = []
    for policy in _policies(document):
        own: list[Statement] = []
        for n in policy:
            begun: list[Statement] = []
            for sentence in _sentences(document.units[n], n, n in policy[-4:], n in policy[-1:], words):
                earlier = begun[-1] if begun else None
                here = _starts(sentence, words, context)
                own += _stated(sentence, here, earlier, words, context)
                begun += here
            starts += begun
        # The same label again and again (实施期限：…) dates single measures.
        if len(own) == 1 or any(one.firm for one in own):
            stated += own
    return stated, starts or ([context.entry] if context.entry else [])


def _policies(document: Document) -> list[list[int]]:
    """The units that may speak of the document, by the policies that they stand in: the notice, then each that it passes on."""
    begins = {span.start for span in document.head.policies}
    parts: list[list[int]] = [[]]
    for n, unit in enumerate(document.units):
        if unit.kind == "title" and unit.start in begins:
            parts.append([])
        elif unit.kind in _SPEAKING:
            parts[-1].append(n)
    return parts


def _sentences(unit: Unit, n: int, near_end: bool, last: bool, words: Wordings) -> Iterator[_Sentence]:
    headed = bool(unit.headings) and bool(words.heading.search(numerals.flatten(unit.headings[-1]).text))
    # White space may cut the trigger words apart; then only the flattened text can tell.
    if not headed and not TRIGGER.search(unit.text) and unit.text.isprintable() and " " not in unit.text:
        return
    flat = numerals.flatten(unit.text).text
    headed = headed or bool(words.heading.search(flat))
    for found in _SENTENCE.finditer(flat):
        if headed or TRIGGER.search(found[0]):
            text = words.carve_out.sub(lambda cut: "□" * len(cut[0]), found[0])
            yield _Sentence(n, text, found.start(), last or ((near_end or not unit.path) and found.start() == 0), headed)


def _subject(sentence: _Sentence, end: int, words: Wordings, context: Context) -> _Subject:
    """The last words before ``end`` by which the document names itself."""
    shift = max(0, end - _REACH)
    zone = sentence.text[shift:end]
    best = _Subject()
    for pattern, rank in ((words.these, 2), (words.short_name, 3), (words.this, 4)):
        for found in pattern.finditer(zone):
            best = _Subject(found.start() + shift, found.end() + shift, rank)
    for found in words.cited.finditer(zone):
        if found.end() + shift > best.end and len(found[0]) > 6 and found[0][1:-1] in context.title:
            best = _Subject(found.start() + shift, found.end() + shift, 4)
    return best


def _about_all(sentence: _Sentence, subject: _Subject, upto: int, words: Wordings, context: Context) -> bool:
    """Do the words from ``subject`` to ``upto`` leave the whole document as owner of what follows, not a part, a licence, another text?"""
    between = sentence.text[max(subject.end, upto - _REACH) : max(subject.end, upto)]
    if len(between) > _BETWEEN and subject.rank:
        return False
    part = words.partial.search(sentence.text[subject.start : subject.end]) if subject.rank == 2 else None
    # In a document about 阶段性政策 that word singles nothing out.
    if part and part[0] not in context.title:
        return False
    near = _last_part(r"[,:]", between)
    cited = words.cited.finditer(near)
    foreign = any(found[0][1:-1] not in context.title and not words.short_name.match(near, found.start()) for found in cited)
    owner = _last_part(r"[,:)》]", words.number.sub("", between) if not subject.rank else between)
    return not foreign and not words.partial.search(between.split("(")[0]) and bool(words.owner.fullmatch(owner))


def _last_part(marks: str, text: str) -> str:
    """What stands behind the last of ``marks``, at most so much as can belong to one name."""
    return re.split(marks, text[-_REACH:])[-1]


def _admitted(sentence: _Sentence, subject: _Subject) -> bool:
    """May a sentence with this subject speak for the document here? 本办法 always, 以上政策 or no subject only where it closes."""
    after_note = subject.rank > 0 and sentence.text[: subject.start].endswith((")", "〕", "]"))
    return subject.rank >= 3 or sentence.closing or sentence.headed or after_note


def _starts(sentence: _Sentence, words: Wordings, context: Context) -> list[Statement]:
    found: list[Statement] = []
    for pattern in words.start:
        for match in islice(pattern.finditer(sentence.text), _MOST):
            a, b = match.start() + sentence.at, match.end() + sentence.at
            subject = _subject(sentence, match.start(), words, context)
            if any(a < one.end and b > one.start for one in found) or not _admitted(sentence, subject):
                continue
            if not _about_all(sentence, subject, match.start(), words, context):
                continue
            begins, at_issue, later = _begin(match, context)
            if begins or at_issue:
                start = subject.start + sentence.at if subject.rank else a
                rank = subject.rank + sentence.closing + sentence.headed
                found.append(Statement(sentence.unit, start, b, rank, begins, at_issue, later))
    return found


def _stated(sentence: _Sentence, begun: list[Statement], earlier: Statement | None, words: Wordings, context: Context) -> list[Statement]:
    """The validity that ``sentence`` states, at most one. ``begun``: its commencements; ``earlier``: that of the sentence before."""
    merged: Statement | None = None
    for pattern in (*words.stated, *(words.headed if sentence.headed else ())):
        for match in islice(pattern.finditer(sentence.text), _MOST):
            one = _judge(sentence, match, begun, earlier, words, context)
            if one:
                merged = _merge(merged, one) if merged else one
    return [merged] if merged else []


def _judge(
    sentence: _Sentence, match: re.Match[str], begun: list[Statement], earlier: Statement | None, words: Wordings, context: Context
) -> Statement | None:
    here = match.start()
    subject = _subject(sentence, here + 1, words, context)
    # 自发布之日起实施至…: the words about the end may begin inside those about the beginning.
    before = [one for one in begun if one.start - sentence.at <= here]
    anchor = max((min(one.end - sentence.at, here) for one in before), default=0)
    owner = subject if subject.end > anchor else _Subject(anchor, anchor, subject.rank or (4 if before else 0))
    if not _about_all(sentence, owner, here, words, context):
        return None
    following = before or begun or ([earlier] if earlier else [])
    if not following and not (_admitted(sentence, subject) and (subject.rank or sentence.headed)):
        return None
    if not following and here - owner.end > 2 * _REACH:
        return None
    if not following and any(
        not words.owner.fullmatch(part) and not words.aside.search(part) for part in sentence.text[owner.end : here].split(",")[:-1]
    ):
        return None
    found = _read(match, context)
    if found is None:
        return None
    named = subject.start if subject.rank else here - len(_last_part(r"[,:)》]", sentence.text[:here]))
    start = min([named + sentence.at] + [one.start for one in before])
    if not found.begins and not found.at_issue and following:
        first = following[-1]
        found = replace(found, begins=first.begins, at_issue=first.at_issue, later=first.later)
        if first is earlier and here + sentence.at - first.start <= _ONE_QUOTE:
            start = first.start
    if found.begins and found.until and found.until < found.begins:
        return None
    rest = "其他" in sentence.text[owner.end : here] or "其余" in sentence.text[owner.end : here]
    rank = subject.rank + 3 * bool(following) + sentence.closing + sentence.headed - 2 * rest
    end = max([match.end() + sentence.at] + [one.end for one in begun])
    firm = bool(following) or subject.rank >= 3
    return replace(found, unit=sentence.unit, start=start, end=end, rank=rank, firm=firm)


def _merge(one: Statement, other: Statement) -> Statement:
    """Two readings of one sentence: a last day and a length of the same period go together; anything else leaves the first."""
    begins, until, length = one.begins or other.begins, one.until or other.until, one.length or other.length
    if (
        one.open_ended
        or other.open_ended
        or until is None
        or length is None
        or (one.until and other.until)
        or (one.length and other.length)
    ):
        return one
    if begins and abs(numerals.months_between(begins, until) - (length.months or length.days / 30)) > 1:
        return one
    return replace(
        one, start=min(one.start, other.start), end=max(one.end, other.end), begins=begins, until=until, length=length,
        rank=max(one.rank, other.rank), at_issue=one.at_issue or other.at_issue, later=one.later or other.later,
    )  # fmt: skip


def _read(match: re.Match[str], context: Context) -> Statement | None:
    """What the named groups of ``match`` say, without its place; None where they say nothing about the end."""
    nothing = Statement(0, 0, 0, 0)
    if _group(match, "open"):
        return replace(nothing, open_ended=True)
    if years := _group(match, "span"):
        ranges = numerals.year_ranges(years)
        moment = numerals.read_date(years)
        if ranges:
            return replace(nothing, begins=ranges[0].days[0], until=ranges[0].days[1])
        return replace(nothing, begins=moment.first, until=moment.last) if moment else None
    begins, at_issue, later = _begin(match, context) if _group(match, "from") else (None, False, None)
    length = numerals.read_duration(_group(match, "length")) if _group(match, "length") else None
    last = numerals.read_date(_group(match, "until"), begins.year if begins else context.year) if _group(match, "until") else None
    if length is None and last is None:
        return None
    return replace(nothing, begins=begins, at_issue=at_issue, later=later, length=length, until=last.last if last else None)


def _begin(match: re.Match[str], context: Context) -> tuple[date | None, bool, Duration | None]:
    """(day, does it follow from the date of issue, the time that 起30日后 adds)."""
    printed = _group(match, "shown") or _group(match, "from")
    later = numerals.read_duration(_group(match, "later")) if _group(match, "later") else None
    if "次日" in printed:
        later = Duration(0, 1)
    # 自施行之日起 counts from a commencement that is stated elsewhere.
    if re.search(r"(?:施行|实施|执行|生效)(?:之日|日)", printed):
        return None, False, None
    # 9月1日发布之日 names its day; 本通知印发之日 does not.
    dated = re.search(r"[\d一二三四五六七八九十〇零]+[年月.\-/].*", printed)
    moment = numerals.read_date(dated[0], context.year) if dated else None
    day = moment.first if moment else None if dated else context.announced
    return numerals.add(day, later) if day and later else day, moment is None, later


def _group(match: re.Match[str], name: str) -> str:
    return match[name] or "" if name in match.re.groupindex else ""
