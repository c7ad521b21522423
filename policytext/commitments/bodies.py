"""Who is responsible for a task: by a label (责任单位：…), by a word behind the names (…牵头，…配合), by 由…负责, or as the subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policytext.commitments.wording import before, wording

_OPEN, _CLOSE = "([〔【", ")]〕】"
_BRACKET = re.compile(r"\((?:[^()]|\([^()]*\)){2,300}\)|〔[^〔〕]{2,300}〕|\[[^\[\]]{2,300}\]|【[^【】]{2,300}】")
#: The end of the name of an office; a shorter list than that of subjects, for names in running text.
_OFFICE = (
    r"(?:人民政府|政府|管委会|委员会|办公室|部门|机构|单位|中心|公司|财政|街道|协会|办事处|[支分银]行|法院"
    r"|[局厅署办](?!公室|事处)|委(?!员|托|会)|部(?!门|分|队|署))(?!办公[室厅]|(?:有关|相关|各)?(?:部门|单位)|[直所]属)"
)
_NAME = rf"(?>[\u4e00-\u9fff]{{1,20}}?{_OFFICE})"
_NAMES = rf"{_NAME}(?:(?:、|和|及其?|与|以及){_NAME})*+"
_BY = re.compile(rf"(?<![理事自])由(?!于)(?P<names>{_NAMES})(?P<role>牵头|会同|(?=[\u4e00-\u9fff,]))")
_TOGETHER = re.compile(rf"会同(?P<names>{_NAMES})")
#: Where a list of names may be cut: 住房和城乡建设局 is one name.
_CUT = re.compile(r"[、,;/]|(?<=[局厅署委办部院处行会府门区县市心位司团])(?:和|及其?|与|以及|会同)")
_REST = re.compile(
    r"(?:等(?:部门|单位|相关部门|有关部门)?|按照?(?:各自)?(?:职责|职能)(?:分工)?|分别|共同)+$|^(?:[,、;:]|由|以及|及|和|各自)"
)
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Body:
    """A body named in a text: ``role`` is lead, support or responsible; half-open offsets into the flattened sentence."""

    name: str
    role: str
    start: int
    end: int


def closing(sentence: str) -> list[Body]:
    """The bodies that a label or a bracket names for all that stands before (flattened text)."""
    found = list(_labelled(sentence))
    if found:
        return found
    return [body for bracket in _BRACKET.finditer(sentence) for body in _by_verbs(sentence, bracket.start() + 1, bracket.end() - 1, "")]


def acting(sentence: str, subject: tuple[int, int] | None) -> list[Body]:
    """The bodies that a sentence itself names: its ``subject`` (offsets), 由…负责, 会同…."""
    found = list(_names(sentence, *subject, "responsible")) if subject else []
    for by in _BY.finditer(sentence):
        found += _names(sentence, *by.span("names"), "lead" if by["role"] in ("牵头", "会同") else "responsible")
    for other in _TOGETHER.finditer(sentence):
        led = before(sentence, other.start())
        if led and led["subject"]:
            found += _names(sentence, *led.span("subject"), "responsible")
        found = [Body(one.name, "lead", one.start, one.end) if one.end <= other.start() else one for one in found]
        found += _names(sentence, *other.span("names"), "support")
    return found


def _labelled(sentence: str) -> Iterator[Body]:
    every = sorted((label.start(), -label.end(), role.id) for role in wording().roles for label in role.labels.finditer(sentence))
    labels: list[tuple[int, int, str]] = []
    for start, end, role in every:
        # 配合责任单位 is found as 责任单位 too: the longer label counts.
        if not labels or -end > labels[-1][1]:
            labels.append((start, -end, role))
    for place, (_, start, role) in enumerate(labels):
        end = _end(sentence, start, labels[place + 1][0] if place + 1 < len(labels) else len(sentence))
        yield from _by_verbs(sentence, start, end, role)


def _end(sentence: str, start: int, last: int) -> int:
    """Where a list that begins at ``start`` ends: at the bracket that closes it, at the end of the sentence, or at ``last``."""
    depth = 0
    for place in range(start, last):
        if sentence[place] in _OPEN:
            depth += 1
        elif sentence[place] in _CLOSE:
            if not depth:
                return place
            depth -= 1
        elif sentence[place] == "。" and not depth:
            return place
    return last


def _by_verbs(sentence: str, start: int, end: int, role: str) -> Iterator[Body]:
    """Names with the word behind them that tells their role; those without one have ``role``, or none is told and they are left out."""
    verbs = sorted(
        (
            (found.start(), found.end(), one.id)
            for one in wording().roles
            for found in one.verbs.finditer(sentence, start, end)
            if found.end() == end or sentence[found.end()] in ",;、。及和:" or sentence.startswith("等", found.end())
        ),
    )
    for first, last, said in verbs:
        if first >= start:
            yield from _names(sentence, start, first, said)
            start = last
    if role:
        yield from _names(sentence, start, end, role)


def _names(sentence: str, start: int, end: int, role: str) -> Iterator[Body]:
    """The names of a list between two offsets."""
    for first, last in _pieces(sentence, start, end):
        while rest := _REST.search(sentence[first:last]):
            first, last = (first + rest.end(), last) if rest.start() == 0 else (first, first + rest.start())
        if 2 <= last - first <= _LONGEST and not re.search(r"时限|时间|\d{4}年|持续|长期|以下|工作均", sentence[first:last]):
            yield Body(sentence[first:last], role, first, last)


def _pieces(sentence: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The list cut at its marks, but not within brackets."""
    first, depth = start, 0
    cuts = {cut.start(): cut.end() for cut in _CUT.finditer(sentence, start, end)}
    place = start
    while place < end:
        depth += (sentence[place] in _OPEN) - (sentence[place] in _CLOSE)
        if place in cuts and depth <= 0 and place - first > 1:
            yield first, place
            first = place = cuts[place]
        else:
            place += 1
    yield first, end
