"""The labelled lines of a page's record (索引号：…　发文机关：…) and where a value of the head stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policytext.schema import Span, Unit
from policytext.structure import frame, titles

#: The record, the number and the date stand near the top; a report may cite others below.
TOP = 40


#: Labels whose value is a name; below another one that has no value a title may begin with the name of its issuer.
BODY_LABEL = re.compile(r"(?:机[关构]|单位|部门|来源|作者|主体)[】\]]?[：:]")
TITLE_LABELS = ("标题", "名称", "文件名称", "政策名", "政策名称", "政策标题", "信息名称")
TITLE_LABEL = re.compile("|".join(TITLE_LABELS))
#: 有效, 综合政务: no line of a title is so short.
SHORT_VALUE, LONGEST_VALUE = 4, 120


def is_label(text: str) -> bool:
    """A label without its value, which may stand on the next line."""
    return text.rstrip().endswith(("：", ":"))


def is_value(texts: Sequence[str], place: int) -> bool:
    """Is the text at ``place`` the value of the label before it, not the next label or the title?"""
    text, label = texts[place], frame.LETTER_GAPS.sub("", texts[place - 1])
    title = len(text) > SHORT_VALUE and not BODY_LABEL.search(label) and titles.length(texts, place, len(texts)) > 1
    if not TITLE_LABEL.match(label) and ("关于" in text or title):
        return False
    return bool(text) and len(text) <= LONGEST_VALUE and not frame.is_metadata(text) and not frame.is_addressee(text) and "。" not in text


def span(unit: Unit, text: str) -> Span:
    """The place of a unit with the words that count."""
    return Span(text, unit.path, unit.page, unit.start, unit.end)


def labelled(units: Sequence[Unit], labels: Sequence[str]) -> Iterator[tuple[Unit, str]]:
    """The head lines with one of ``labels``, in the order of the labels, and the words behind it, up to the next label."""
    lines = [(unit, frame.LETTER_GAPS.sub("", unit.text)) for unit in units[:TOP] if unit.kind == "head"]
    for label in labels:
        pattern = re.compile(rf"(?:^|[\s\]】日）)局委厅办府])(?:[【\[]?{label}[】\]]?\s*[：:]|【{label}】)\s*(\S.*)")
        for unit, text in lines:
            found = pattern.search(text)
            if found:
                yield unit, frame.before_label(found[1]).strip()
