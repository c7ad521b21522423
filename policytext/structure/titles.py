"""Which lines are the title of a document: one line that ends with a kind of document, or several that do so together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policytext.structure import frame
from policytext.structure.numbering import ARTICLE, mark_of
from policytext.structure.words import join_texts

CONTENTS = re.compile(r"[#*\s]*目\s*录[*\s]*")
NOTICE_END = re.compile(r"(?:通知|公告|通告|函|决定|批复|通报|意见)[）)》]?$")
SENT = re.compile(r"(?:通知|函|批复|答复|通报|意见|决定|公告|通告|讲话|报告|倡议书)(?:[（(].*[）)])?$")
#: A title that passes a document on (关于印发某办法的通知) ends as a notice does, perhaps on the next line.
PASSED_ON = re.compile(r"(?:关于|联合)?(?:印发|转发|发布|公布|批转|废止|修改)(?!.*(?:通知|公告|通告|函|决定|批复|通报)[）)》]?$)")
REMARK = re.compile(r"[（(][^（）()]*[）)]")
#: In a compilation a number stands before a title and its date behind it.
NUMBER = re.compile(r"\d{1,3}\s*[．.]\s*(?=[^\s\d])")
COMPILED = re.compile(r".{8,}[（(]\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?[）)]")
#: The document's own number on the line of its title: 甲政发〔2021〕3号《关于…的通知》, 《…》甲政发〔2021〕3号, …（甲政发〔2021〕3号）.
NUMBER_BEFORE = re.compile(rf"({frame.NUMBER})[\s—-]*(?=.*关于|《)")
#: …（2021年3月4日甲局发布，甲政发〔2021〕3号）
NUMBER_NOTED = re.compile(rf"[（(][^（()）]{{0,80}}?[，,、；;\s]({frame.NUMBER})[^（()）]{{0,80}}[）)]$")
NUMBER_BEHIND = re.compile(rf"(?:(?<=》)|[\s（(—-])\s*[—-]*({frame.NUMBER})[）)]?(?:[（(].{{1,12}}[）)])?$")
WRAPPED = re.compile(r"《((?:[^《》]|《[^《》]*》)*)》")
PASSED = re.compile("(?:已|业)(?:经|于)")
#: 某市智能制造标准体系 | 建设指南: so general a name is the rest of a title.
GENERAL = re.compile("(?:建设|实施|行动|管理|发展|工作|试点|推进|促进|指导|暂行|试行){1,2}(?:指南|方案|计划|办法|规划|措施|细则|意见|规定)")
STEM_END = re.compile(r"(?:管理委员会|管委会|人民政府)?(?:办公[厅室])?$")
#: How the provisions of a policy begin that has no chapter above them: 为…，制定本办法。
PURPOSE = re.compile(r"(?:为|根据|依据|按照|依照|依).*(?:制定|制订|出台|提出|印发)(?:本|如下|以下|此)")
#: 01什么是居住证 is the first of several questions; 2024年… and 12345热线… are none.
COUNTED = re.compile(r"\d{1,2}\s*(?=[\u4e00-\u9fff])(?!\d+\s*[年月日号届])")
LEADERS = re.compile("…{2,}|\\.{6,}")
#: So many characters name a place (甲乙市).
PLACE = 3
#: Characters and lines of a title; a longer piece than this is no rest of one.
LONGEST, LINES, REST, SHORT = 160, 6, 12, 40
#: What is longer is a paragraph, whole sentence or not.
PARAGRAPH = 30
#: What is longer is a title by which another line may name it: 政府工作报告 is none.
NAME = 6
#: Words of a table are no longer, and so many of them stand one below the other.
CELL, CELLS = 6, 3
#: The first number of a policy stands so near below its title.
NEAR = 4


def length(texts: Sequence[str], place: int, last: int) -> int:
    """How many of the ``texts`` from ``place`` on make a title; 0 when none do. Empty strings stand for what is no text."""
    if _is_letterhead(texts, place, last) or begins_sentence(texts[place], texts[place + 1] if place + 1 < last else ""):
        return 0
    found = 0
    lines: list[str] = []
    for end in range(place, min(place + LINES, last)):
        text = texts[end]
        if not text or not _may_belong(text, lines):
            break
        if lines and names(join_texts(lines), text) and frame.is_title(text):
            return found or len(lines)
        joined = join_texts([*lines, text])
        if len(joined) > LONGEST or (found and not _extends(join_texts(lines), text)):
            break
        lines.append(text)
        if frame.is_title(joined) and not (len(lines) == 1 and frame.is_body(text)) and not _are_cells(texts, place, end, last):
            found = len(lines)
    return found


def begins_sentence(text: str, following: str) -> bool:
    """《某办法》 | 已经某会议审议通过 is no title but a sentence."""
    return WRAPPED.fullmatch(text) is not None and PASSED.match(following) is not None


def _are_cells(texts: Sequence[str], place: int, end: int, last: int) -> bool:
    """Are the texts from ``place`` to ``end`` short words among others, one below the other, as the cells of a table are?"""
    around = [
        at for at in (place - 1, end + 1) if 0 <= at < last and not (mark_of(texts[at]) or _is_frame(texts[at]) or frame.is_body(texts[at]))
    ]
    words = [texts[at] for at in sorted({*range(place, end + 1), *around})]
    return end > place and len(words) >= CELLS and all(1 < len(word) <= CELL for word in words[-CELLS:])


def _is_letterhead(texts: Sequence[str], place: int, last: int) -> bool:
    """Does a body stand above a title that is whole without it: its own name again, or a name of its place without 关于?

    A body above 关于… is the first line of the title; so is one above another body, which issues jointly with it.
    """
    body = REMARK.sub("", texts[place]).strip()
    # A title has so many lines at most: what stands below more bodies than that is none.
    if all(frame.is_body(text) for text in texts[place : place + LINES]):
        return False
    if not frame.is_body(body) or place + 1 >= last or not (rest := length(texts, place + 1, last)):
        return False
    title = join_texts(texts[place + 1 : place + 1 + rest])
    issuer, about, _ = title.partition("关于")
    return title.startswith(body) or (not about and title[:PLACE] == body[:PLACE]) or (not about and _stem(body) in issuer)


def _stem(body: str) -> str:
    """The name of a body's place or park: 甲乙开发区 of 甲乙开发区管理委员会."""
    return STEM_END.sub("", body)


def unusual(texts: Sequence[str], place: int, last: int) -> int:
    """How many lines at the beginning of a document are its name although it does not end like one; 0 when they are something else."""
    text = texts[place]
    end = place + 1
    while end < last and REMARK.fullmatch(texts[end]) and not frame.is_date(texts[end]):
        end += 1
    following = next((other for other in texts[end:last] if other), "")
    if _is_name(text, following):
        return end - place
    return 0


def unannounced(texts: Sequence[str], place: int, last: int) -> int:
    """How many lines amid the provisions are the title of the next policy, although no 附件 stands above it; 0 when none are.

    Its number or its addressee stands right below; or its numbers begin again at one, below its purpose or its first article, or a text
    above names it as 《》.
    """
    found = length(texts, place, last) if texts[place] and not texts[place].startswith("《") else 0
    below = [text for text in texts[place + found : place + found + NEAR] if text] if found else []
    if any(frame.is_doc_no(text) or frame.is_addressee(text) for text in below[:2]):
        return found
    if not below or len(texts[place]) > SHORT:
        return 0
    marks = [mark for mark in map(mark_of, below) if mark is not None]
    anew = bool(marks) and marks[0].number == 1
    first = mark_of(below[0])
    begun = first.rank <= ARTICLE if first is not None else PURPOSE.match(below[0]) is not None
    return found if anew and (begun or _is_named(join_texts(texts[place : place + found]), texts[:place])) else 0


def _is_named(title: str, texts: Sequence[str]) -> bool:
    return any(f"《{title}》" in text for text in texts)


def numbered(texts: Sequence[str], place: int, last: int) -> int:
    """How many lines are the title of the next document of a compilation (4.某市某办法（2021年3月4日）)? 0 when none is."""
    if not NUMBER.match(texts[place]):
        return 0
    for end in range(place + 1, min(place + LINES, last) + 1):
        if end > place + 1 and mark_of(texts[end - 1]) is not None and not frame.TITLE_REST.match(texts[end - 1]):
            break
        words = without_number(join_texts(texts[place:end]))
        if COMPILED.fullmatch(words) and frame.is_title(words):
            return end - place
    return 0


def names(headline: str, title: str) -> bool:
    """Does a line hold the title that stands below it: 某市出台《某办法》, 某办法，某局?"""
    return len(title) > NAME and re.sub(r"\s", "", title) in re.sub(r"\s", "", headline)


def sends(title: str) -> bool:
    """Is the document with this title sent to somebody: a notice, a letter, a speech?"""
    return SENT.search(title) is not None


def without_number(title: str) -> str:
    """A title without the number that it has in a compilation."""
    return NUMBER.sub("", title)


def apart(title: str) -> tuple[str, str]:
    """(title, its document's number) where both stand on one line; the number that a title cites stays in it."""
    found = NUMBER_BEFORE.match(title) or NUMBER_BEHIND.search(title) or NUMBER_NOTED.search(title)
    if found is None or (found.start() and "转发" in title and not WRAPPED.fullmatch(title[: found.start()])):
        return title, ""
    return unwrapped(title[found.end() :] if not found.start() else title[: found.start()]), found[1]


def unwrapped(title: str) -> str:
    """A title that is 《》 from beginning to end, without them."""
    wrapped = WRAPPED.fullmatch(title)
    return wrapped[1] if wrapped else title


def is_short_name(text: str) -> bool:
    """Is a line below 附件1 the name of what is attached (承诺书, 名词解释)?"""
    plain = 2 <= len(text) <= SHORT and mark_of(text) is None and not re.search(r"[。；;：:，,！？!?|]", text)
    return plain and not _is_frame(text) and not frame.is_link(text) and not frame.is_body(text) and not frame.is_navigation(text)


def _is_name(text: str, following: str) -> bool:
    # The title of a guide may be a question.
    text = re.sub(r"[？！?!]$", "", text)
    if (
        not 5 <= len(text) <= 200
        or mark_of(text) is not None
        or re.search(r"[。；;：:，,！]$|(?<=[\u4e00-\u9fff])[.．]$", text)
        or frame.SENTENCE.search(text)
    ):
        return False
    if _is_frame(text) or frame.is_signature_name(text) or frame.is_navigation(text) or COUNTED.match(text):
        return False
    return (
        len(following) > PARAGRAPH
        or (len(following) > REST and following.endswith("。"))
        or frame.is_addressee(following)
        or mark_of(following) is not None
        or frame.is_doc_no(following)
        or frame.is_date(following)
        or frame.is_body(following)
        or following.startswith(text)
    )


def _is_frame(text: str) -> bool:
    return (
        frame.is_metadata(text)
        or frame.is_doc_no(text)
        or frame.is_closing(text)
        or frame.is_adopted(text)
        or frame.is_byline(text)
        or frame.ends_text(text)
    )


def _may_belong(text: str, lines: Sequence[str]) -> bool:
    """May ``text`` be a line of a title that begins with ``lines``?"""
    if mark_of(text) is not None and not (lines and frame.TITLE_REST.match(text)):
        return False
    if _is_frame(text) or frame.SENTENCE.search(text) or text.endswith(("：", ":", "，", ",")) or text.startswith(("<!--", "-->")):
        return False
    if CONTENTS.fullmatch(text) or LEADERS.search(text) or frame.CLOSER.match(text) or (not lines and REMARK.fullmatch(text)):
        return False
    return not frame.is_addressee(text) and not (frame.is_navigation(text) and not frame.is_title(text))


def _extends(title: str, text: str) -> bool:
    """Does ``text`` go on with what is already a title?"""
    if frame.TITLE_REST.match(text):
        return True
    if NOTICE_END.search(title):
        return False
    if GENERAL.fullmatch(text):
        return True
    if PASSED_ON.search(title):
        return not frame.is_body(text)
    # 关于完善政策体系 is whole by its last word only, as is what a line 支持某业的通知 goes on with.
    whole = frame.document_type(title) and not NOTICE_END.search(text)
    if "关于" in title and "关于" not in text and not whole and not frame.is_body(text) and text[:PLACE] != title[:PLACE]:
        return frame.is_title(text)
    return len(text) <= REST and frame.is_title("关于" + title + text) and "关于" not in text and not frame.is_title("关于" + text)
