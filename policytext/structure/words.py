"""Joining and cleaning of the words of a unit."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef，。、；：？！“”‘’《》〈〉〔〕【】（）…—"
WIDE_GAP = re.compile(rf"(?<=[{WIDE}])\s+(?=[{WIDE}])")
DIGIT_GAP = re.compile(rf"(?<=[{WIDE}])\s+(?=\d)|(?<=\d)\s+(?=[{WIDE}%])")
INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\xad]")
#: What a careless export leaves of quotation marks and the like: &quot; holds a semicolon that ends no clause.
ENTITY = re.compile(r"&(?:quot|amp|lt|gt|nbsp|ldquo|rdquo|middot|#\d{2,5});")
MARKDOWN = re.compile(r"^#{1,6}\s+|\*\*")
ONLY_NUMBER = re.compile(r"第[一二三四五六七八九十百零〇\d]+[编章节条]")
SPACE = re.compile(r"\s+")


def join_texts(texts: Sequence[str]) -> str:
    """Lines joined to one text: nothing between Han characters, one blank between Latin words."""
    parts: list[str] = []
    for text in texts:
        before = parts[-1] if parts else ""
        latin = before[-1:].isascii() and text[:1].isascii() and before[-1:].isalpha() and text[:1].isalpha()
        if latin or ONLY_NUMBER.fullmatch(before):
            parts.append(" ")
        parts.append(text)
    return clean("".join(parts))


def clean(text: str) -> str:
    """White space that wrapping left in Chinese text taken out, other runs folded; zero-width characters and markdown dropped."""
    text = unescaped(text)
    if max(text, default="") >= "\u200b" or "\xad" in text:
        text = INVISIBLE.sub("", text)
    if text[:1] in "#*" or "**" in text:
        text = MARKDOWN.sub("", text)
    if len(text.split(None, 1)) < 2:
        return text.strip()
    return SPACE.sub(" ", DIGIT_GAP.sub("", WIDE_GAP.sub(_blank, text))).strip()


def unescaped(text: str) -> str:
    """The characters that entities stand for in place of these."""
    return ENTITY.sub(lambda found: html.unescape(found.group()), text) if "&" in text else text


def _blank(match: re.Match[str]) -> str:
    # 「第一条　为…」 and 「甲局 乙局关于…」 keep a blank: there it separates.
    return " " if match.string[match.start() - 1] in "条章节编厅局委府院部署行会央" else ""
