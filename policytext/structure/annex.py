"""Forms and tables behind 附件, and runs of table cells in plain text: they are tables, not provisions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policytext.structure import frame, signatures
from policytext.structure.numbering import mark_of

#: 附件：（略）: what is left out is listed all the same.
OMITTED = re.compile(r"[（(]略[）)]")
#: Places to be filled in or signed.
BLANK = re.compile(r"盖章|签名|签章|签字|公章|年\s{1,8}月(?:\s{1,8}日)?|□|填报|填表|_{3,}|＿{2,}|联系电话|身份证号|开户")
FORM_TITLE = re.compile(
    r"(?:表|书|单|函|大纲|格式|样式|模板|样本|回执|范本|流程图|示意图|名单|一览|统计|台账|样张|提纲)[）)]?(?:[（(].{1,12}[）)])?$"
)
SHORT, CELL, LEAST_CELLS = 24, 14, 8
#: What a table whose lines are lost begins with, and the words of its other columns.
NUMBER_COLUMN = "序号"
COLUMNS = re.compile(
    "单位|部门|企业|机构|名称|内容|任务|项目|案例|事项|措施|指标|目标|要求|领域|类别|分类|时间|时限|期限|进度|责任|依据|标准|状态|数量|金额|地址|电话|备注|说明"
)
HEADER, HEADER_CELLS, MOST_LISTED = 80, 8, 12
STOPS = re.compile(r"[。；;！？：:，,]$")


def length(texts: Sequence[str], place: int, last: int) -> int:
    """How many paragraphs from ``place`` on make one form or table; 0 when an ordinary document begins there."""
    end = place
    while end < last and not (end > place and (frame.is_attachment_mark(texts[end]) or _next_form(texts, place, end))):
        end += 1
    inside = [text for text in texts[place:end] if text]
    if not inside:
        return 0
    named = any(FORM_TITLE.search(text) for text in inside[:3])
    blanks = sum(1 for text in inside if BLANK.search(text))
    sentences = sum(1 for text in inside if "。" in text and len(text) >= SHORT)
    short = sum(1 for text in inside if len(text) <= SHORT)
    marks = sum(1 for text in inside if mark_of(text) is not None)
    count = len(inside)
    if named and count >= 3 and sentences <= 0.2 * count and short >= 0.6 * count:
        return end - place
    if blanks >= 3 and blanks >= 0.1 * count and sentences <= 0.3 * count:
        return end - place
    if count >= 6 and sentences == 0 and short >= 0.85 * count and marks <= 0.3 * count:
        return end - place
    return 0


def _next_form(texts: Sequence[str], place: int, end: int) -> bool:
    text = texts[end]
    return (
        end - place >= 3
        and text != texts[place]
        and text not in texts[place + 1 : place + 6]
        and 8 <= len(text) <= 50
        and mark_of(text) is None
        and FORM_TITLE.search(text) is not None
        and re.search(r"[：:。，、（(]", text) is None
    )


def header(texts: Sequence[str], place: int, last: int) -> int:
    """How many lines from ``place`` on are the header of a table whose lines are lost (序号 名称 责任单位): one, or one for each cell."""
    text = texts[place]
    if not text.startswith(NUMBER_COLUMN):
        return 0
    if text != NUMBER_COLUMN:
        return int(len(text) <= HEADER and "。" not in text and len(COLUMNS.findall(text)) >= 2)
    end = place + 1
    while end < min(place + HEADER_CELLS, last) and 0 < len(texts[end]) <= CELL and mark_of(texts[end]) is None and texts[end] != "1":
        end += 1
    return end - place if sum(COLUMNS.search(cell) is not None for cell in texts[place + 1 : end]) >= 2 else 0


def rows(texts: Sequence[str], head: int) -> list[int]:
    """Where the rows of such a table begin, its header first: with their numbers where the header took more than one line, else with each
    line.
    """
    starts, number = [0], 1
    for place, text in enumerate(texts[head:], head):
        if text.strip() == str(number):
            starts.append(place)
            number += 1
    return starts if head > 1 and number > 1 else list(range(len(texts)))


def cells(texts: Sequence[str], last: int) -> list[int]:
    """For each place how many paragraphs from there on are cells of a table whose lines are lost; 0 when fewer than eight."""
    found = [0] * len(texts)
    count = short = 0
    for place in range(last - 1, -1, -1):
        text = texts[place]
        if not _is_cell(text) or (frame.is_body(text) and signatures.signs(texts, place)):
            count = short = 0
            continue
        count, short = count + 1, short + (len(text) <= 8)
        if count >= LEAST_CELLS and short >= 0.5 * count:
            found[place] = count
    return found


def _is_cell(text: str) -> bool:
    if not text:
        return False
    if (
        len(text) > CELL
        or STOPS.search(text)
        or frame.is_date(text)
        or frame.is_doc_no(text)
        or frame.is_attachment_mark(text)
        or frame.is_closing(text)
    ):
        return False
    mark = mark_of(text)
    return mark is None or text.strip().isdigit()


def listed(texts: Sequence[str], place: int, last: int) -> int:
    """How many paragraphs from 附件： on make the list of attachments; 0 when it is no list."""
    alone = frame.is_attachment_mark(texts[place])
    count = 1
    if alone and not texts[place].rstrip().endswith(("：", ":")):
        return 0
    words = OMITTED.sub("", texts[place])
    first = re.search(r"附\s*件\s*(?:[：:]\s*)?(\d{1,2})\s*[.．、：:]", words)
    alone = alone or frame.is_attachment_mark(words)
    number = int(first[1]) + 1 if first else 1
    while place + count < last:
        text = texts[place + count]
        mark = mark_of(text)
        again = re.match(r"(?:附\s*件\s*)?(\d{1,2})\s*[.．、：:]\s*\S", text)
        value = int(again[1]) if again else mark.number if mark is not None and mark.rank in (6, 8) else None
        if value != number or len(text) > 120 or "。" in text or not (first or alone):
            break
        number += 1
        count += 1
    if count > 1 or not frame.is_attachment_mark(texts[place]):
        return count
    return _unnumbered(texts, place, last)


def _unnumbered(texts: Sequence[str], place: int, last: int) -> int:
    """The length of a list without numbers: short lines between 附件： and the signature."""
    for end in range(place + 1, min(place + MOST_LISTED, last)):
        if frame.is_body(texts[end]) and signatures.signs(texts, end):
            return end - place if end > place + 1 else 0
        if "。" in texts[end] or len(texts[end]) > HEADER:
            break
    return 0
