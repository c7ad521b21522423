"""Run-on lines: text that lost its line breaks is cut again where its blanks and its numbering show where they were."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from policytext.schema import Line
from policytext.structure import frame
from policytext.structure.numbering import HAN_NUMBER, mark_of

#: A line this long has lost its line breaks when it holds several blanks after sentence ends, or several numbering marks.
LONG, VERY_LONG = 120, 400
LEAST_CUTS = 3
#: Two ideographic blanks after a sentence or before a number are the indent of a paragraph whose line break is lost.
INDENTED = re.compile(
    r"(?<=[。；;！？：:）)”])[ \xa0\u2002]*\u3000\u3000\s*(?=\S)"
    rf"|\s*\u3000\u3000\s*(?=(?:第(?:{HAN_NUMBER}|\d+)[章节条]|{HAN_NUMBER}、|[（(]{HAN_NUMBER}[）)]|附件))"
)
BLANKS = re.compile(r"\s+")
# A mark that follows the end of a sentence; it must belong to a count to be a cut.
_COUNT = rf"{HAN_NUMBER}、|[（(]{HAN_NUMBER}[）)]|\d{{1,2}}[．.、](?!\d)|[（(]\d{{1,2}}[）)]"
GLUED = re.compile(
    rf"(?<=[。；;：:！？])\s*(?=第(?:{HAN_NUMBER}|\d+)[章节条]\s*\S|{_COUNT})|(?<=[)）”])(?=第(?:{HAN_NUMBER})[章节条]\s*\S|{_COUNT})"
)
#: A number behind a sentence within a line.
INLINE = re.compile(rf"(?:(?<=。)|(?<=负责[）)]))\s*(?={HAN_NUMBER}、|[（(]{HAN_NUMBER}[）)])")
SECTIONS = re.compile(rf"(?<=[。：:])\s*(?={HAN_NUMBER}、|[（(]{HAN_NUMBER}[）)])")
#: A number anywhere within a line; it counts where the numbers that begin lines leave a gap that it fills.
ANYWHERE = re.compile(
    rf"(?<![\s第附件表图栏注统专唯单之、，,（(《“〈\d零〇一二三四五六七八九十百])\s*(?={HAN_NUMBER}、|[（(]{HAN_NUMBER}[）)]|\d{{1,2}}[．.、](?!\d)|[（(]\d{{1,2}}[）)])"
)
#: What stands before the second number and those that follow; the first may stand behind a heading or a lead-in.
STOP = re.compile(r"[。；：;:）)”]$")
INNER = re.compile(r"[。；;：:]")
#: A heading on the line of the first number below it is no longer.
TOPIC_LENGTH = 30
#: What is counted behind these words is no provision.
NOTE = re.compile(r"(?:附\s*件|附|注)[：:]\s*$")
#: Addressees on the line of the first sentence, at the top of a text.
ADDRESSED = re.compile(r"[^。：:]{4,200}[：:]\s*(?=为|现|根据|经|按照|依据|近|《)")
TOP = 600
#: The ranks of 一、 and of 1.
SECTION, LISTED = 4, 6
COUNTED = frozenset({4, 5, 6, 8})
#: A shorter name behind a number is of a document (1.财政部 税务总局公告).
NAME = 6
MARK_END = re.compile(rf"第[（(]{HAN_NUMBER}[）)]$|[（(]{HAN_NUMBER}[）)][（(]{HAN_NUMBER}[）)]$")
END = re.compile(r"[。！？!?；;：:][”’）)]?$")
OPENING = re.compile(r"附\s*件\s*\d*\s*[：:]|[（(]此件|[（(]信息公开|特此(?:通知|公告|通告)")
CLOSING_PART = re.compile(r"(?:本|上述|以上)(?:政策|措施|办法|通知|意见|方案|规定|细则|通告|公告)[^、]")
#: The words of a heading.
TOPIC = re.compile(r"[^。，；：！？,;:!?]{4,40}")
#: … and of one behind a number, in two halves.
HALVES = re.compile(r"(?=.{4,40}$)[^。，；：！？,;:!?（()）《》]{2,30}[，,][^。，；：！？,;:!?（()）《》]{2,30}")
#: A whole title names what it is about.
NOTICE = re.compile("关于|印发|发布|推广")
DUTY = re.compile(r"[（(]?(?:责任|牵头|配合)(?:单位|部门)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A line or a part of a run-on line, as offsets into the text; ``begins`` as in ``Line``."""

    start: int
    end: int
    page: int
    kind: str
    begins: bool | None
    centred: bool
    size: float


def strays(text: str, lines: Sequence[Line]) -> list[int]:
    """The places within lines where a number goes on with those at the beginnings of lines (甲。二、乙 between 一、 and 三、), or where
    the text begins behind the addressees; in order.
    """
    ranks: dict[int, list[tuple[int, int, bool]]] = {}
    for line in lines:
        body = text[line.start : line.end] if line.kind == "text" else ""
        inline = INLINE.finditer(body) if "。" in body or "负责" in body else ()
        for place in (0, *(found.end() for found in inline)):
            mark = mark_of(body[place : place + 12])
            if mark is not None and mark.number is not None and mark.rank in (SECTION, SECTION + 1):
                ranks.setdefault(mark.rank, []).append((mark.number, line.start + place, place == 0))
    found = set()
    nobody = (0, 0, False)
    for rank, marks in ranks.items():
        for before, (number, place, leads), after in zip([nobody, *marks], marks, [*marks[1:], nobody], strict=False):
            follows = before[0] == number - 1 and (number > 1 or (rank == SECTION and after[0] == 2))
            if not leads and follows and after[0] in (0, 1, number + 1) and (before[2] or after[2]):
                found.add(place)
    found |= set(_filling(text, lines))
    return sorted(found | {line.start + place for line in lines if line.kind == "text" and (place := _addressed(text, line))})


def _filling(text: str, lines: Sequence[Line]) -> Iterator[int]:
    """The places within a line of the one number that is missing between those that begin the lines before and behind it."""
    leading = [mark_of(text[line.start : min(line.end, line.start + 12)]) if line.kind == "text" else None for line in lines]
    behind: list[dict[int, int]] = []
    seen: dict[int, int] = {}
    for mark in reversed(leading):
        behind.append(seen)
        if mark is not None and mark.number is not None:
            seen = {**seen, mark.rank: mark.number}
    before: dict[int, int] = {}
    for line, own, after in zip(lines, leading, reversed(behind), strict=True):
        earlier = before
        if own is not None and own.number is not None:
            # A section begins: what is counted inside begins anew.
            before = {rank: number for rank, number in before.items() if rank < own.rank} | {own.rank: own.number}
        # … or goes on across sections.
        wanted = {
            rank: number - 1
            for rank, number in after.items()
            if rank in COUNTED
            and number - 2 in (before.get(rank, 0), earlier.get(rank, 0) if own is not None and own.rank < rank else None)
        }
        if wanted and line.kind == "text":
            yield from (line.start + at for at in _missing(text[line.start : line.end], wanted))


def _missing(body: str, wanted: dict[int, int]) -> Iterator[int]:
    """Where the numbers ``wanted`` (by their rank) stand in a line, when only one place can be meant and the count does not go on there."""
    places: dict[int, list[int]] = {}
    counts = set()
    leading = mark_of(body[:12])
    quoted = at = 0
    for found in ANYWHERE.finditer(body):
        quoted += _opened(body[at : found.end()])
        at = found.end()
        mark = mark_of(body[at : at + 12]) if at and not quoted else None
        if mark is None or mark.number is None or NOTE.search(body, max(0, at - 12), at):
            continue
        counts.add((mark.rank, mark.number))
        if wanted.get(mark.rank) != mark.number:
            continue
        heading = at <= TOPIC_LENGTH and leading is not None and leading.rank < mark.rank and not INNER.search(body, 0, at)
        if mark.number == 1 or heading or STOP.search(body, max(0, found.start() - 1), found.start()):
            places.setdefault(mark.rank, []).append(at)
    for rank, one in places.items():
        if len(one) == 1 and (rank, wanted[rank] + 1) not in counts:
            yield one[0]


def _opened(words: str) -> int:
    """How many more quotation marks and title marks are opened than closed."""
    return words.count("《") + words.count("“") - words.count("》") - words.count("”")


def _addressed(text: str, line: Line) -> int:
    """Where the first sentence begins behind the addressees on the same line; 0 where there are none."""
    match = ADDRESSED.match(text[line.start : line.end]) if line.start < TOP else None
    return match.end() if match and frame.is_addressee(match.group()) else 0


def pieces(text: str, line: Line, stray: Sequence[int] = ()) -> Iterator[Piece]:
    """The line itself, or its parts where it has lost its line breaks; ``stray`` are places, in order, where a number begins inside."""
    inside = [place - line.start for place in stray[bisect_right(stray, line.start) : bisect_left(stray, line.end)]]
    if line.kind != "text" or (line.end - line.start < LONG and not inside):
        yield Piece(line.start, line.end, line.page, line.kind, line.begins, line.centred, line.size)
        return
    body = text[line.start : line.end]
    places = [0, *sorted({*(_cuts(body) if len(body) >= LONG else ()), *inside}), len(body)]
    for number, (a, b) in enumerate(pairwise(places)):
        part = body[a:b]
        if part.strip():
            start = line.start + a + len(part) - len(part.lstrip())
            yield Piece(
                start, start + len(part.strip()), line.page, "text", True if number else line.begins, line.centred and not number, line.size
            )


def _cuts(body: str) -> list[int]:
    cuts = {found.end() for found in INDENTED.finditer(body)}
    cuts |= set(_at_blanks(body))
    if len(body) >= VERY_LONG:
        glued = counted(body, [found.end() for found in GLUED.finditer(body)])
        if len(glued) >= LEAST_CUTS:
            cuts |= set(glued)
    else:
        cuts |= set(_sections(body))
    kept: list[int] = []
    for place in sorted(cuts):
        before = body[kept[-1] if kept else 0 : place].strip()
        mark = mark_of(before)
        # 第五条第（六）（七）项, 「第三条　　为…」: a mark alone is no paragraph.
        if (
            0 < place < len(body)
            and not DUTY.match(body[place:])
            and (mark is None or mark.printed.strip() != before)
            and not MARK_END.search(before)
        ):
            kept.append(place)
    return kept


def _sections(body: str) -> list[int]:
    """Where the sections of a shorter line begin: behind whole sentences, one after the other from the first on."""
    places = counted(body, [found.end() for found in SECTIONS.finditer(body)])
    marks = [mark for place in places if (mark := mark_of(body[place : place + 12])) is not None]
    sentences = sum(body[:place].rstrip().endswith("。") for place in places)
    whole = bool(marks) and len({mark.rank for mark in marks}) == 1 and [mark.number for mark in marks] == list(range(1, len(marks) + 1))
    return places if whole and sentences > 1 else []


def _at_blanks(body: str) -> list[int]:
    """The blanks that stand for line breaks, where the line has many that follow a sentence or precede a mark."""
    runs = list(BLANKS.finditer(body))
    sure = [
        run
        for run in runs
        if END.search(body[max(0, run.start() - 2) : run.start()])
        or (mark_of(body[run.end() : run.end() + 12]) is not None and not frame.is_title(_token(body, run)))
    ]
    # A title at the beginning tells that blanks are line breaks.
    titled = bool(runs) and NOTICE.search(body, 0, runs[0].start()) is not None and frame.is_title(body[: runs[0].start()])
    if not titled and (len(sure) < LEAST_CUTS or len(body) / len(sure) > 1200):
        return []
    cuts = []
    for number, run in enumerate(runs):
        before = body[runs[number - 1].end() if number else 0 : run.start()]
        after = body[run.end() : runs[number + 1].start() if number + 1 < len(runs) else len(body)]
        if _separate(before, after, run.group()):
            cuts.append(run.end())
    return cuts


def _token(body: str, run: re.Match[str]) -> str:
    return body[run.end() : run.end() + 4]


def _separate(before: str, after: str, blank: str) -> bool:
    """Do the words before and after a blank belong to two paragraphs?"""
    if not before or not after or frame.joins([before], after):
        return False
    if "\u3000\u3000" in blank or END.search(before[-2:]) or mark_of(after) is not None or OPENING.match(after):
        return mark_of(before + " ") is None or len(before) > 5
    if after.startswith("【") and frame.is_metadata(after):
        return True
    mark = mark_of(before)
    if frame.is_body(after) and (OPENING.match(before) or (mark is not None and mark.rank == LISTED and len(after) >= NAME)):
        return True
    if CLOSING_PART.match(after) or frame.is_doc_no(before) or frame.is_doc_no(after) or frame.is_date(before) or frame.is_date(after):
        return True
    return frame.is_title(before) or frame.is_addressee(after) or frame.is_closing(before) or _is_topic(before, after)


def _is_topic(before: str, after: str) -> bool:
    """Is ``before`` a numbered heading above the sentence ``after``?"""
    mark = mark_of(before)
    words = before[len(mark.printed) :] if mark is not None else ""
    plain = (TOPIC.fullmatch(words) or HALVES.fullmatch(words)) is not None and not frame.is_body(words)
    return plain and len(after) > 2 * len(words) and re.search("[，,。]", after) is not None


def counted(body: str, places: list[int]) -> list[int]:
    """The places whose mark is the first of its rank or goes on counting; a stray （二） in a sentence is neither."""
    kept = []
    last: dict[int, int] = {}
    for place in places:
        mark = mark_of(body[place : place + 12])
        if mark is None or mark.number is None:
            continue
        if mark.number in (1, last.get(mark.rank, 0) + 1, last.get(mark.rank, 0) + 2):
            kept.append(place)
            last[mark.rank] = mark.number
    return kept
