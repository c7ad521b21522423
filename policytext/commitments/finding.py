"""Who owes what by when: the commitments of clauses, with strength of wording, amounts, deadlines and responsible bodies.

One commitment a sentence (a stretch up to 。 or ；, brackets kept whole) that says what somebody must, will, or is encouraged to do.
A list of bodies at the end of a clause (责任单位：…) holds for the sentences of the clause before it. Wordings and the scale of strength
are in ``data/commitments.toml``; the scale is ordinal and its levels are those of the words, not of the law.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from policytext import numerals
from policytext.commitments.bodies import Body, acting, closing
from policytext.commitments.wording import NUMBER, strength, wording
from policytext.quantities import Quantity, quantities
from policytext.schema import Clause, Span

SENTENCE = re.compile(
    r"(?:\((?:[^()]|\([^()]*\)){0,400}\)|〔[^〔〕]{0,400}〕|\[[^\[\]]{0,400}\]|【[^【】]{0,400}】|“[^“”]{0,200}”|[^。;])+[。;]?"
)
MONEY = re.compile(r"元|人民币|(?:美|港|欧|日)元")
BOUND = re.compile(r"(?:最高|不超过|不低于|不少于|至少|最低|最多|超过|达到?|约|每[年人家户月项个]|一次性|总额|规模|给予|奖励|补助|补贴)+$")
RANGE = re.compile(r"\d+(?:\.\d+)?(?:万|亿|%)?[-—~至到]$")
#: So many characters of a number stand before the dash of a range at most.
LONGEST_NUMBER = 30
#: A sentence of its own that only says by when.
TIME = re.compile(r"[(\[〔]?(?:完成|办结|办理)?(?:时限|时间|期限)")
#: A first sentence as short as this behind a number (一)、1. …, without figures, is the heading of what follows.
HEADING = 26


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in its own currency (``unit`` 元, 美元, …) or a percentage (``unit`` %: the printed number); of a range, the upper end."""

    value: float
    unit: str
    span: Span


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day that is named, or None where the time runs from an event (``10个工作日内``)."""

    day: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Responsible:
    """A body and its ``role``: lead, support or responsible."""

    name: str
    role: str
    span: Span


@dataclass(frozen=True, slots=True)
class Commitment:
    """What one sentence of a clause says is to be done. ``strength`` is an id of the scale, ``cue`` the word that decided it."""

    clause: Clause
    strength: str
    cue: Span
    text: Span
    amounts: tuple[Amount, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    bodies: tuple[Responsible, ...] = ()


def scale() -> tuple[str, ...]:
    """The ids of the scale of strength, strongest first."""
    return wording().strengths


def find_commitments(clauses: Iterable[Clause]) -> Iterator[Commitment]:
    """The commitments of clauses, in their order. The clauses of one document stand together, in reading order.

    Spans hold the words and half-open offsets like those of the clause. Where a date has no year, it is that of the document.
    """
    for _, of in groupby(clauses, key=lambda clause: (clause.record.doc_id, clause.record.file)):
        yield from _of_document(list(of))


@dataclass(frozen=True, slots=True)
class _Said:
    """What one sentence says: a commitment, if it holds one, and the bodies and days that it names for all before it in its clause."""

    commitment: Commitment | None
    bodies: tuple[Responsible, ...] = ()
    deadlines: tuple[Deadline, ...] = ()


def _of_document(clauses: Sequence[Clause]) -> Iterator[Commitment]:
    waiting: list[Commitment] = []
    closed = False  # a list has ended this stretch: the next commitment begins another
    for clause in clauses:
        sentences = _of_clause(clause)
        if waiting and not _goes_on(waiting[-1].clause.unit.path, clause.unit.path, any(said.commitment for said in sentences)):
            yield from waiting
            waiting = []
        for said in sentences:
            if said.commitment and closed:
                yield from waiting
                waiting, closed = [], False
            waiting += [said.commitment] if said.commitment else []
            if said.bodies or said.deadlines:
                waiting, closed = [_with(one, said) for one in waiting], True
    yield from waiting


def _goes_on(path: str, here: str, owes: bool) -> bool:
    """Does a unit at ``here`` belong to the clause at ``path``? Without a path only a list alone does, one that owes nothing itself."""
    return path == here or path.startswith(f"{here}/") if here else not owes


def _with(one: Commitment, closing: _Said) -> Commitment:
    known = {body.name for body in one.bodies}
    more = tuple(body for body in closing.bodies if body.name not in known)
    return replace(one, bodies=(*one.bodies, *more), deadlines=one.deadlines or closing.deadlines)


def _of_clause(clause: Clause) -> list[_Said]:
    flat = numerals.flatten(clause.unit.text)
    sentences = list(SENTENCE.finditer(flat.text))
    headed = any(not closing(sentence[0]) for sentence in sentences[1:])
    return [_read(clause, flat, sentence, headed and place == 0) for place, sentence in enumerate(sentences)]


def _read(clause: Clause, flat: numerals.Flat, sentence: re.Match[str], headed: bool) -> _Said:
    """What a sentence of a clause says; ``headed``: it may be the heading of those behind it."""
    words, unit = sentence[0], clause.unit

    def span(start: int, end: int) -> Span:
        begin, stop = flat.span(sentence.start() + start, sentence.start() + end)
        return Span(unit.text[begin:stop], unit.path, unit.page, unit.start + begin, unit.start + stop)

    def named(bodies: Iterable[Body]) -> tuple[Responsible, ...]:
        return tuple(Responsible(one.name, one.role, span(one.start, one.end)) for one in bodies)

    at_end = closing(words)
    own = words[: at_end[0].start] if at_end else words
    days = [(start, Deadline(day, span(start, end))) for day, start, end in deadlines(words, clause.record.head.issue_date or "")]
    for_all = [day for start, day in days if start >= len(own)] if at_end else [day for _, day in days if TIME.match(words)]
    said = strength(own)
    if said is None or (headed and not days and _is_heading(words)):
        return _Said(None, named(at_end), tuple(for_all))
    level, cue, led = said
    bodies = acting(own, led.span("subject") if led and led["subject"] else None)
    amounts = tuple(Amount(value, unit, span(start, end)) for value, unit, start, end in amounts_in(words))
    deadline = tuple(day for _, day in days)
    one = Commitment(clause, level, span(*cue.span()), span(0, len(words)), amounts, deadline, named(_once(bodies)))
    return _Said(one, named(at_end), tuple(for_all))


def _once(bodies: Iterable[Body]) -> list[Body]:
    return list({body.name: body for body in reversed(list(bodies))}.values())[::-1]


def _is_heading(sentence: str) -> bool:
    number = NUMBER.match(sentence)
    if number is None or number[0].startswith("第"):
        return False
    bare = sentence[number.end() :]
    return len(bare) <= HEADING and not re.search(r"\d|,|应当|不得|必须", bare)


def amounts_in(sentence: str) -> Iterator[tuple[float, str, int, int]]:
    """Money and percentages in a flattened sentence: value, unit, half-open offsets of the words (最高50万元)."""
    for one in quantities(sentence):
        unit = "%" if one.percent else _currency(sentence, one)
        if unit:
            start = one.start
            if before := RANGE.search(sentence, max(0, start - LONGEST_NUMBER), start):
                start = before.start()
            if bound := BOUND.search(sentence, max(0, start - 12), start):
                start = bound.start()
            yield one.value, unit, start, one.end + (0 if one.percent else len(unit))


def _currency(sentence: str, one: Quantity) -> str:
    found = MONEY.match(sentence, one.end)
    return found[0] if found else ""


def deadlines(sentence: str, issued: str = "") -> Iterator[tuple[str | None, int, int]]:
    """Deadlines in a flattened sentence: the last day (ISO, None where it runs from an event) and half-open offsets, in order.

    ``issued`` is the day of the document: it gives the year to 6月底前 and 年内; days before it are not deadlines.
    """
    found: dict[int, tuple[str | None, int, int]] = {}
    taken = bytearray(len(sentence))
    for pattern in wording().deadlines:
        for match in pattern.finditer(sentence):
            if any(taken[match.start() : match.end()]):
                continue
            day = _day(match.groupdict(), issued)
            if "within" in match.groupdict():
                found[match.start()] = (None, *match.span())
            elif day and day >= issued:
                found[match.start()] = (day, *match.span())
            if match.start() in found:
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    yield from (found[start] for start in sorted(found))


def _day(groups: dict[str, str | None], issued: str) -> str | None:
    if groups.get("day"):
        moment = numerals.read_date(groups["day"] or "")
    elif groups.get("short") and issued:
        moment = numerals.read_date(groups["short"] or "", int(issued[:4]))
    else:
        return f"{issued[:4]}-12-31" if groups.get("year") and issued else None
    return moment.last.isoformat() if moment else None
