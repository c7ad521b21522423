"""Lines → paragraphs: by the layout where the reader knows it, else by the words and by how far the printed lines are filled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from policytext.schema import Line, Reading
from policytext.structure import frame
from policytext.structure.numbering import mark_of
from policytext.structure.runon import Piece, pieces
from policytext.structure.words import clean, join_texts

SENTENCE_END = re.compile(r"[。！？!?；;：:][’”'\"）)》]*$|…$")
#: A paragraph does not end like this …
UNFINISHED = re.compile(r"[，,、（(《“〔—]$|[（(〔\[]责任单位[：:]$")
#: … nor begin with a closing mark or with the note that names the bodies in charge.
CLOSER = re.compile(r"[，,、。；;：:）)》”〕\]]")
DUTY = re.compile(r"[（(〔\[【]?\s*(?:责任|牵头|配合|主办|协办|实施|落实)(?:单位|部门|领导|处室)\s*[：:]|[（(〔\[][^）)〕\]。]{2,60}(?:牵头|负责|按职责分工负责|配合)[）)〕\]]$")
#: Headings of two characters are printed far apart, and each may be a line.
LETTER_SPACED = re.compile(r"[总附]则|目录|附录|附件|前言|附表")
#: Some extractions break a printed line at punctuation marks; these are the places where they do.
BROKEN_AFTER = re.compile(r"[，,、；;：:。！？》）)”〕\]]$")
BROKEN_BEFORE = re.compile(r"[，,、；;：:。《（“(）)》”〔\[]")
#: Indent of a paragraph's first line, in Han characters.
INDENT = 2.0
#: A printed line may be this much shorter or longer than the others without cost (punctuation is squeezed or hung).
TOLERANCE = 0.8
#: Costs of reading line ends one way or the other, in Han characters of missing or excess width.
NEW, NEW_UNFINISHED, NEW_SHORT, WITHIN, INTO_MARK, NEVER = 0.4, 8.0, 2.0, 6.0, 10.0, 40.0
MOST_PIECES = 9
#: A clean line this long that stops in the middle of a sentence was cut by the page.
CUT_BY_PAGE = 60


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A stretch of the text with the lines it is made of; ``text`` has them joined."""

    start: int
    end: int
    text: str
    page: int
    kind: str = "text"
    centred: bool = False
    size: float = 0.0


def paragraphs_of(reading: Reading, lines: Sequence[Line]) -> list[Paragraph]:
    """The paragraphs of a reading in order. Noise and footnote lines are paragraphs of their own and do not break the one around them."""
    parts = [piece for line in lines for piece in pieces(reading.text, line)]
    body = [number for number, part in enumerate(parts) if part.kind == "text"]
    texts = [reading.text[parts[number].start : parts[number].end] for number in body]
    width = page_width([text for text, number in zip(texts, body, strict=True) if parts[number].begins is None])
    begins = _printed(texts, [parts[number].begins for number in body], width) if width else _plain(texts, [parts[number].begins for number in body])
    groups: list[list[Piece]] = []
    current: list[Piece] | None = None
    starts = dict(zip(body, begins, strict=True))
    for number, part in enumerate(parts):
        if part.kind != "text":
            groups.append([part])
            current = None if part.kind == "table" else current
        elif current is None or starts[number]:
            current = [part]
            groups.append(current)
        else:
            current.append(part)
    return sorted((_paragraph(reading.text, group) for group in groups), key=lambda one: one.start)


def _paragraph(text: str, group: list[Piece]) -> Paragraph:
    first, last = group[0], group[-1]
    whole = join_texts([text[part.start : part.end] for part in group])
    return Paragraph(first.start, last.end, whole, first.page, first.kind, first.centred, first.size)


def _plain(texts: Sequence[str], known: Sequence[bool | None]) -> list[bool]:
    """For each text whether a paragraph begins there, where a line is a paragraph but for lines that a page end or a link has cut."""
    begins = []
    for number, text in enumerate(texts):
        says = known[number]
        if number == 0:
            begins.append(True)
        elif says is not None:
            begins.append(says and not (DUTY.match(text) and len(text) < 200 and mark_of(texts[number - 1]) is not None))
        else:
            begins.append(not _goes_on(texts[number - 1], text))
    return begins


def _goes_on(left: str, right: str) -> bool:
    if CLOSER.match(right) and not right.startswith(("：", ":")) and len(left) > 1:
        return True
    if mark_of(right) is not None:
        return False
    if DUTY.match(right) and len(right) < 200 and len(left) > 20:
        return True
    if _only_mark(left):
        return True
    return len(left) >= CUT_BY_PAGE and re.search(r"[\u4e00-\u9fff，、]$", left) is not None and re.search("[。，]", left) is not None and re.match(r"[\u4e00-\u9fff\d]", right) is not None and re.search("[。；]", right) is not None and right[:1] != "附"


def page_width(texts: Sequence[str]) -> float:
    """The width of a full line in Han characters where a plain text is broken at the page's width, else 0."""
    if len(texts) < 10:
        return 0.0
    widths = [width_of(text) for text in texts]
    broken = Counter(round(width) for text, width in zip(texts, widths, strict=True) if width >= 16 and not SENTENCE_END.search(text) and mark_of(text[-1:]) is None)
    if not broken or sum(broken.values()) < 0.12 * len(texts):
        return 0.0
    near = {value: broken[value - 1] + broken[value] + broken[value + 1] for value in broken}
    most = max(near.values())
    top = max(value for value, count in near.items() if count >= 0.5 * most)
    longest = sorted(widths)[int(len(widths) * 0.97)]
    if not 16 <= top <= 64 or longest > top + 4 or near[top] < 4:
        return 0.0
    # The half above the commonest: a line holds a whole number of characters, squeezed lines hold one more.
    values = [width for text, width in zip(texts, widths, strict=True) if abs(width - top) <= 1.5 and not SENTENCE_END.search(text)]
    return sorted(values)[int(len(values) * 0.6)]


def width_of(text: str) -> float:
    """Width in Han characters: ASCII counts half, the blank that PDF readers put between Han and Latin a quarter."""
    half = sum(1 for char in text if char < "\u2000")
    return len(text) - 0.5 * half - 0.25 * text.count(" ")


def _printed(texts: Sequence[str], known: Sequence[bool | None], width: float) -> list[bool]:
    """For each text whether a paragraph begins there: the cheapest reading of the texts as printed lines of ``width``.

    A printed line that is not the last of its paragraph should be full, the first one of a paragraph is indented by two characters. The search
    goes over (first text of the printed line, is it the first of its paragraph), which is all that decides how full the line is.
    """
    widths = [width_of(text) + (1.0 if _only_mark(text) else 0.0) for text in texts]
    total = len(texts)
    known = [True if says is None and alone else says for says, alone in zip(known, _alone(texts), strict=True)]
    # best[place][first] = (cost, way back) of all texts before ``place``, a new printed line starting there.
    best: list[list[tuple[float, int, bool]]] = [[(1e9, -1, False), (1e9, -1, False)] for _ in range(total + 1)]
    best[0][True] = (0.0, -1, False)
    marks = [mark_of(text) is not None for text in texts]
    for place in range(total):
        for first in (False, True):
            cost = best[place][first][0]
            if cost >= 1e9:
                continue
            filled, inside = INDENT if first else 0.0, 0.0
            for end in range(place, min(place + MOST_PIECES, total)):
                if end > place:
                    inside += _within(texts[end - 1], texts[end], marks[end], known[end])
                filled += widths[end]
                excess = filled - width
                if end > place and excess > 2.5:
                    break
                over = 2.0 * max(0.0, excess - TOLERANCE)
                so_far = cost + inside + over
                after = end + 1
                if after == total:
                    _keep(best[after], True, so_far, place, first)
                    continue
                _keep(best[after], True, so_far + _new(texts[end], texts[after], marks[after], known[after], -excess), place, first)
                _keep(best[after], False, so_far + _next_line(texts[end], texts[after], marks[after], known[after], -excess), place, first)
    begins = [False] * total
    place, state = total, True
    while place > 0:
        _, before, first = best[place][state]
        begins[before] = first
        place, state = before, first
    return begins


def _keep(cell: list[tuple[float, int, bool]], state: bool, cost: float, place: int, first: bool) -> None:
    if cost < cell[state][0]:
        cell[state] = (cost, place, first)


def _within(left: str, right: str, marked: bool, known: bool | None) -> float:
    """What it costs that two texts stand on one printed line."""
    if LETTER_SPACED.fullmatch(left + right):
        return -1.0
    if known is not None:
        return NEVER if known else 0.0
    if _only_mark(left):
        return 0.0
    if marked:
        return INTO_MARK
    return 0.0 if BROKEN_AFTER.search(left) or BROKEN_BEFORE.match(right) else WITHIN


def _next_line(left: str, right: str, marked: bool, known: bool | None, room: float) -> float:
    """What it costs that ``right`` goes on in the next printed line, ``room`` being left on this one."""
    if known is not None:
        return NEVER if known else 0.0
    if DUTY.match(right):
        return 0.0
    # A sentence seldom ends just where a line does, a paragraph always.
    return max(0.0, room - TOLERANCE) + (INTO_MARK if marked else NEW if SENTENCE_END.search(left) else 0.0)


def _new(left: str, right: str, marked: bool, known: bool | None, room: float) -> float:
    """What it costs that a paragraph begins with ``right``."""
    if known is not None:
        return 0.0 if known else NEVER
    if UNFINISHED.search(left) or CLOSER.match(right) or DUTY.match(right) or _open_bracket(left):
        return NEVER / 4
    if _only_mark(left) and not marked:
        return NEVER / 4
    if left.endswith(("；", ";")) and not marked:
        return NEW_SHORT
    if SENTENCE_END.search(left) or (marked and left.endswith(("）", "〕", ")", "]"))):
        return 0.0 if marked else NEW
    if room < 3.0:
        return NEW_UNFINISHED
    return 0.0 if marked else NEW_SHORT


def _only_mark(text: str) -> bool:
    mark = mark_of(text)
    return mark is not None and mark.printed.strip() == text.strip()


def _alone(texts: Sequence[str]) -> list[bool]:
    """For each text whether the frame tells that a paragraph begins there: a date, a number, a closing formula, and what follows them."""
    frames = [frame.is_date(text) or frame.is_doc_no(text) or frame.is_closing(text) or frame.is_addressee(text) for text in texts]
    for place in range(len(texts) - 1, 0, -1):
        if frames[place] and frame.is_date(texts[place]):
            for before in range(place - 1, max(-1, place - 8), -1):
                if not frame.is_body(texts[before]) or (before and not SENTENCE_END.search(texts[before - 1]) and not frame.is_body(texts[before - 1])):
                    break
                frames[before] = True
    for place, text in enumerate(texts[:-1]):
        if LETTER_SPACED.fullmatch(text + texts[place + 1]):
            frames[place] = True
    return [(alone or (place > 0 and frames[place - 1])) and not (place > 0 and LETTER_SPACED.fullmatch(texts[place - 1] + texts[place]) is not None) for place, alone in enumerate(frames)]


def _open_bracket(text: str) -> bool:
    """Is a bracket opened on the line and not closed on it?"""
    return text.rfind("（") > text.rfind("）") or text.rfind("〔") > text.rfind("〕") or text.rfind("《") > text.rfind("》")
