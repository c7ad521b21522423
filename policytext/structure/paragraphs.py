"""Lines → paragraphs: by the layout where the reader knows it, else by the words and by how far the printed lines are filled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policytext.schema import Line, Reading
from policytext.structure import frame, titles
from policytext.structure.numbering import mark_of
from policytext.structure.runon import Piece, pieces, strays
from policytext.structure.widths import INDENT, SENTENCE_END, full_lines, page_width, width_of
from policytext.structure.words import join_texts, unescaped

#: A paragraph does not end like this …
UNFINISHED = re.compile(r"[，,、（(《“〔—]$|附\s*件.{0,8}\d{1,2}[.．]$|[（(〔\[]责任单位[：:]$")
#: … nor begin with a closing mark or with the note that names the bodies in charge.
DUTY = re.compile(
    r"[（(〔\[【]?\s*(?:责任|牵头|配合|主办|协办|实施|落实)(?:单位|部门|领导|处室|科室)\s*[：:]|[（(〔\[][^）)〕\]。]{2,60}(?:牵头|负责|按职责分工负责|配合)[）)〕\]]$"
)
#: Bodies in brackets behind a sentence are in charge of what it says, whatever comes after them on the line.
BODIES = re.compile(
    r"[（(〔\[【](?!此件|联系|[^）)〕\]】]{0,30}代章)[^）)〕\]】]{2,24}(?:局|委|办|厅|部|署|院|会|政府|单位|部门|中心|支行)[、，,]"
)
#: How the sentence begins that closes a document.
CLOSING_SENTENCE = re.compile(r"(?:本|上述|以上)[^。，；]{2,12}自[^。，；]{2,16}起(?:施行|实施|执行|生效)")
#: A line that ends like this goes on, and one before an aside in brackets; a short remark in brackets at its end closes no clause as
#: the bodies in charge do.
RUNNING = re.compile(r"[的与和及或并将对从向于在由是]$")
ASIDE = re.compile(r"[（(](?![a-zA-Z]{1,2}[）)]|单位[：:])")
REMARK = re.compile(r"[（(〔\[](?![^）)〕\]]*(?:负责|牵头|配合|局|委|办|厅|部|处|中心))[^（(〔\[）)〕\]]{1,12}[）)〕\]]$")
#: A web page may print a link on a line of its own: the sentence breaks off before it, at a bracket, and goes on behind it with a stop.
LINK_BEFORE = re.compile(r"[（(《“〔〈]$|^[，、,]$")
LINK_BEHIND = re.compile(r"[，,、。；;）)》”〉]")
#: 一是 may be printed on a line of its own, and a number be cut from its unit.
COUNTS = re.compile("[一二三四五六七八九十]{1,2}是")
UNIT = re.compile(r"年\s*\d{1,2}\s*月|月\s*\d|日[前起止至]|[%％万亿]|元[，,。；;、]")
#: Headings of two characters are printed far apart, and each may be a line.
LETTER_SPACED = re.compile(r"(?:第[一二三四五六七八九十]{1,3}章)?\s*[总附]\s*则|目录|附录|附件|前言|附表")
CONTENTS = re.compile(r"目\s*录")
ATTACHED = re.compile(r"附\s*件\s*\d{0,2}\s*(?:[：:]|$)")
#: Some extractions break a printed line at punctuation marks; these are the places where they do. So large a share of short lines
#: that end in the middle of a sentence tells such an extraction.
PUNCTURED, INNER_MARK = 0.05, ("，", "、")
BROKEN_AFTER = re.compile(r"[，,、；;：:。！？》）)”〕\]]$")
BROKEN_BEFORE = re.compile(r"[，,、；;：:。《（“(）)》”〔\[]")
#: A printed line may be this much shorter or longer than the others without cost (punctuation is squeezed or hung).
TOLERANCE = 0.8
#: Costs of reading line ends one way or the other, in Han characters of missing or excess width.
NEW, NEW_BRACKET, NEW_SHORT, NEW_COMMA, NEW_UNFINISHED, NEW_BROKEN = 0.4, 1.0, 2.0, 5.0, 8.0, 20.0
WITHIN, INTO_MARK, NEVER = 6.0, 10.0, 40.0
#: A line with less room than this is full; one printed line has at most so many pieces.
FULL, MOST_PIECES = 3.0, 16
#: A clean line this long that stops in the middle of a sentence was cut by the page.
CUT_BY_PAGE = 60
BOX = re.compile(r"专栏\s*[\d一二三四五六七八九十]")
#: How the line below the title of a rule begins that says when and by whom it was adopted.
ADOPTED = re.compile(r"[（(]\s*\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日.{4}")
#: A list of addressees takes so many lines at most, and how it begins: a sentence that names whom it concerns begins otherwise.
MOST_ADDRESSED = 12
#: A list of attachments takes so many lines at most.
MOST_LISTED = 24
TITLE_END = re.compile(r"(?:通知|函|意见|决定)(?:[（(].{1,20}[）)])?$|日\s*[）)]$")
LIST_BEGINS = re.compile(r"(?!为|根据|按照|依据|经|现|近|当前|今|随着|结合)(?:各|[^，。、《（(\d]{2,24}(?:各|[、，,]))")
#: How a title begins that a line before it does not reach into.
NAMED = re.compile(r"[^，、。]{0,30}关于|[^，、。]{0,20}政府工作报告$")
#: A shorter line may be a heading, a name or a cell and is not taken for a broken one.
SHORT = 20


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
    stray = strays(reading.text, lines)
    parts = [piece for line in lines for piece in pieces(reading.text, line, stray)]
    body = [number for number, part in enumerate(parts) if part.kind == "text"]
    texts = [unescaped(reading.text[parts[number].start : parts[number].end]) for number in body]
    known = _known([parts[number].begins for number in body], texts)
    width = page_width([text for text, says in zip(texts, known, strict=True) if says is None])
    begins = _printed(texts, known, width) if width else _plain(texts, known)
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


def _known(begins: Sequence[bool | None], texts: Sequence[str]) -> list[bool | None]:
    """What the reader knows of each line; a number behind a whole sentence begins a paragraph, whatever its indent says."""
    known = list(begins)
    for place in range(1, len(texts)):
        if known[place] is False and mark_of(texts[place]) is not None and SENTENCE_END.search(texts[place - 1]):
            known[place] = True
    return known


def _paragraph(text: str, group: list[Piece]) -> Paragraph:
    first, last = group[0], group[-1]
    words = [text[part.start : part.end] for part in group]
    # Blanks separate the cells of a table row.
    whole = join_texts(words) if first.kind == "text" else " ".join(" ".join(words).split())
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
            following = texts[number + 1] if number + 1 < len(texts) and known[number + 1] is None else ""
            headline = number == 1 and text.endswith("。") and not re.search("，$|。", texts[0])
            begins.append(not _goes_on(texts[number - 1], text, headline) and not _is_link(texts[number - 1], text, following))
    return begins


def _is_link(left: str, text: str, following: str) -> bool:
    """Is ``text`` the words of a link within the sentence that begins with ``left`` and goes on with ``following``?"""
    if mark_of(text) is not None:
        return False
    if LINK_BEFORE.search(left):
        return True
    return LINK_BEHIND.match(following) is not None and len(left) > 1 and not SENTENCE_END.search(left) and not frame.is_title(left)


def _goes_on(left: str, right: str, headline: bool) -> bool:
    """Does ``right`` go on with ``left`` in text whose lines are paragraphs as a rule? ``headline``: ``left`` may be one."""
    if frame.CLOSER.match(right) and not right.startswith(("：", ":")) and len(left) > 1:
        return True
    if frame.leads_to_link(left, right) or titles.begins_sentence(left, right):
        return True
    if mark_of(right) is not None or ATTACHED.match(right):
        return False
    if (
        ((DUTY.match(right) or BODIES.match(right)) and len(right) < 200 and len(left) > SHORT)
        or _only_mark(left)
        or COUNTS.fullmatch(left)
    ):
        return True
    if len(left) > SHORT and re.search(r"\d$", left) and UNIT.match(right):
        return True
    if (NAMED.match(right) and frame.is_title(right)) or frame.is_byline(right):
        return False
    if frame.is_addressee(right) and "、" not in left and not left.endswith("，"):
        return False
    if (
        (len(left) < SHORT and not left.endswith("，"))
        or frame.is_addressee(left)
        or frame.is_date(right)
        or frame.is_body(right)
        or frame.is_metadata(right)
    ):
        return False
    if left.endswith(("，", "、", ",")) or (_open_bracket(left) and re.search("[）)〕》]", right)):
        return True
    if not re.search(r"[\u4e00-\u9fff]$", left) or not re.match(r"[\u4e00-\u9fff\d“（《]", right) or frame.is_title(left):
        return False
    if re.search("[。；;]", left):
        return True
    marked = mark_of(left) is not None
    return (
        not headline
        and re.search("[，,]", left) is not None
        and re.search("[。；;]", right) is not None
        and (len(left) >= CUT_BY_PAGE or not marked)
    )


def _printed(texts: Sequence[str], known: Sequence[bool | None], width: float) -> list[bool]:
    """For each text whether a paragraph begins there: the cheapest reading of the texts as printed lines of ``width`` (see ``full_lines``).

    A printed line that is not the last of its paragraph should be full, the first one of a paragraph is indented by two characters.
    The search goes over (first text of the printed line, is it the first of its paragraph): that decides how full the line is.
    """
    widths = [width_of(text) + (1.0 if _only_mark(text) else 0.0) for text in texts]
    total = len(texts)
    # A line much longer than the page is a paragraph that the export had joined: what follows its last sentence begins anew.
    whole = [
        number > 0 and widths[number - 1] > width + 4 and SENTENCE_END.search(texts[number - 1]) is not None for number in range(total)
    ]
    begun = {number: True for number, (alone, after) in enumerate(zip(_alone(texts), whole, strict=True)) if alone or after}
    begun |= _addressees(texts)
    full = full_lines(texts, widths, width)
    inside = sum(text.endswith(INNER_MARK) and at < line - FULL for text, at, line in zip(texts, widths, full, strict=True))
    punctured = inside >= PUNCTURED * total
    gaps = _gaps(texts, [begun.get(number) if says is None else says for number, says in enumerate(known)], punctured)
    # best[place][first] = (cost, way back) of all texts before ``place``, a new printed line starting there.
    best: list[list[tuple[float, int, bool]]] = [[(1e9, -1, False), (1e9, -1, False)] for _ in range(total + 1)]
    best[0][True] = (0.0, -1, False)
    for place in range(total):
        for first in (False, True):
            cost = best[place][first][0]
            if cost >= 1e9:
                continue
            filled = INDENT if first else 0.0
            for end in range(place, min(place + MOST_PIECES, total)):
                if end > place:
                    cost += gaps[end].within
                filled += widths[end]
                room = full[place] - filled
                if end > place and room < -2.5:
                    break
                so_far = cost + 2.0 * max(0.0, -room - TOLERANCE)
                gap = gaps[end + 1]
                _keep(best[end + 1], True, so_far + (gap.new_full if room < FULL else gap.new), place, first)
                _keep(best[end + 1], False, so_far + gap.next_line + (0.0 if gap.free else max(0.0, room - TOLERANCE)), place, first)
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


@dataclass(frozen=True, slots=True)
class Gap:
    """What it costs to read the place between two texts as: the same printed line; the next line of the paragraph (plus the room left on
    the line, unless ``free``); a new paragraph after a line that is full, or after one that is not.
    """

    within: float
    next_line: float
    new_full: float
    new: float
    free: bool = False


#: Before the first text and after the last one.
EDGE = Gap(0.0, NEVER, 0.0, 0.0)
BEGINS = Gap(NEVER, NEVER, 0.0, 0.0, True)
GOES_ON = Gap(0.0, 0.0, NEVER, NEVER, True)


def _gaps(texts: Sequence[str], known: Sequence[bool | None], punctured: bool) -> list[Gap]:
    """The gap before each text, and one after the last; ``punctured``: printed lines are broken at punctuation marks."""
    inner = [_gap(texts[place - 1], texts[place], known[place], punctured) for place in range(1, len(texts))]
    return [EDGE, *inner, EDGE]


def _gap(left: str, right: str, known: bool | None, punctured: bool) -> Gap:
    if LETTER_SPACED.fullmatch(left + right):
        return Gap(-1.0, 0.0, NEVER, NEVER, True)
    if known is not None:
        return BEGINS if known else GOES_ON
    if frame.leads_to_link(left, right):
        return GOES_ON
    marked, number, ended = mark_of(right) is not None, _only_mark(left), SENTENCE_END.search(left) is not None
    broken = punctured and (BROKEN_AFTER.search(left) is not None or BROKEN_BEFORE.match(right) is not None)
    within = INTO_MARK if marked else 0.0 if number or broken else WITHIN
    duty = DUTY.match(right) is not None or BODIES.match(right) is not None
    # A sentence seldom ends just where a line does, a paragraph always.
    next_line = 0.0 if duty else INTO_MARK if marked else NEW if ended else 0.0
    if UNFINISHED.search(left) or frame.CLOSER.match(right) or duty or _open_bracket(left) or (number and not marked):
        return Gap(within, next_line, NEVER / 4, NEVER / 4, duty or (number and not marked and len(right) >= SHORT))
    if not ended and not marked and (RUNNING.search(left) or ASIDE.match(right)):
        return Gap(within, next_line, NEW_UNFINISHED, NEW_UNFINISHED)
    bracket = left.endswith(("）", "〕", ")", "]")) and not REMARK.search(left)
    if (ended or bracket) and CLOSING_SENTENCE.match(right):
        return BEGINS
    if marked:
        return Gap(within, next_line, 0.0 if ended or bracket else NEW_UNFINISHED, 0.0)
    if left.endswith(("；", ";")):
        return Gap(within, next_line, NEW_SHORT, NEW_SHORT)
    if ended:
        return Gap(within, next_line, NEW, NEW)
    # No heading goes on behind a stop.
    if not bracket and "。" in left:
        return Gap(within, next_line, NEW_BROKEN, NEW_BROKEN)
    # A clause may end with the bodies in charge in brackets; a line with a comma in it is seldom a heading.
    short = NEW_COMMA if re.search("[，。]", left) and len(left) >= SHORT and mark_of(left) is None else NEW_SHORT
    return Gap(within, next_line, NEW_BRACKET if bracket else NEW_UNFINISHED, NEW_BRACKET if bracket else short)


def _only_mark(text: str) -> bool:
    mark = mark_of(text)
    return mark is not None and mark.printed.strip() == text.strip()


def _alone(texts: Sequence[str]) -> list[bool]:
    """For each text whether the frame tells that a paragraph begins there: a date, a number, a closing formula, and what follows them."""
    frames = [frame.is_date(text) or frame.is_doc_no(text) or frame.is_closing(text) or frame.is_addressee(text) for text in texts]
    for place in range(1, len(texts)):
        frames[place] = frames[place] and not UNFINISHED.search(texts[place - 1]) and not _open_bracket(texts[place - 1])
    for place in range(len(texts) - 1, 0, -1):
        if frames[place] and frame.is_date(texts[place]):
            for before in range(place - 1, max(-1, place - 8), -1):
                named = frame.is_signature_name(texts[before]) or frame.is_closing(texts[before])
                above = texts[before - 1] if before else ""
                if not named or not (
                    not above or SENTENCE_END.search(above) or frame.is_signature_name(above) or _lists_attachments(texts, before - 1)
                ):
                    break
                frames[before] = True
    ended = [frame.is_date(text) or frame.is_doc_no(text) or frame.is_closing(text) for text in texts]
    for place, text in enumerate(texts):
        titled = len(text) >= 8 and (place == 0 or ended[place - 1]) and frame.is_title(text)
        if CONTENTS.fullmatch(text) or (titled and not titles.begins_sentence(text, texts[place + 1] if place + 1 < len(texts) else "")):
            frames[place] = True
    for place, text in enumerate(texts[:-1]):
        if LETTER_SPACED.fullmatch(text + texts[place + 1]):
            frames[place] = True
    listed = [ATTACHED.match(text) is not None or ADOPTED.match(text) is not None for text in texts]
    for place in range(1, len(texts) - 1):
        # A box begins with its caption.
        if BOX.match(texts[place]) and frame.is_caption(texts[place]) and SENTENCE_END.search(texts[place - 1]):
            listed[place] = True
        if _is_above(texts[place], texts[place + 1]) and SENTENCE_END.search(texts[place - 1]):
            listed[place] = True
    return [
        (alone or listed[place] or (place > 0 and (frames[place - 1] or _is_above(texts[place - 1], texts[place]))))
        and not (place > 0 and LETTER_SPACED.fullmatch(texts[place - 1] + texts[place]) is not None)
        for place, alone in enumerate(frames)
    ]


def _lists_attachments(texts: Sequence[str], place: int) -> bool:
    """Is the line at ``place`` one of a list of attachments (附件：1.… / 2.…), in which no sentence ends?"""
    for text in reversed(texts[max(0, place - MOST_LISTED) : place + 1]):
        if ATTACHED.match(text):
            return True
        if SENTENCE_END.search(text):
            return False
    return False


def _is_above(mark: str, title: str) -> bool:
    """Does 附件 stand alone above the title of what is attached?"""
    alone = frame.is_attachment_mark(mark) and not mark.endswith(("：", ":")) and (len(mark) > 1 or frame.is_title(title))
    return alone and re.match(r"[\u4e00-\u9fff“《]", title) is not None


def _addressees(texts: Sequence[str]) -> dict[int, bool]:
    """For the lines of addressees that take several lines, and for the line behind them, whether a paragraph begins there."""
    found: dict[int, bool] = {}
    for place, text in enumerate(texts):
        before = texts[place - 1] if place else ""
        headed = not before or frame.is_doc_no(before) or frame.is_date(before) or frame.is_title(before) or TITLE_END.search(before)
        if not headed or not LIST_BEGINS.match(text) or frame.is_addressee(text) or frame.is_title(text):
            continue
        for end in range(place + 1, min(place + MOST_ADDRESSED, len(texts))):
            if SENTENCE_END.search(texts[end - 1]) or "。" in texts[end] or frame.is_doc_no(texts[end]):
                break
            if frame.is_addressee(join_texts(texts[place : end + 1])):
                found |= {place: True, end + 1: True} | dict.fromkeys(range(place + 1, end + 1), False)
                break
    return found


def _open_bracket(text: str) -> bool:
    """Is a bracket opened on the line and not closed on it?"""
    return (
        text.rfind("（") > text.rfind("）")
        or text.rfind("(") > text.rfind(")")
        or text.rfind("〔") > text.rfind("〕")
        or text.rfind("《") > text.rfind("》")
    )
