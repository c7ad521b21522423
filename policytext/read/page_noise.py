"""What is printed on a page but is no part of the document: running heads, page numbers, watermarks, web furniture; and footnotes."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from functools import cache

from policytext.places import data_file
from policytext.read.page import Page
from policytext.read.page_layout import Row

_DASH = r"[-—–－―─~～•·.．]"
_NUMBERED = re.compile(
    rf"^(?:{_DASH}+\s*(?:\d{{1,4}}|[ivxlIVXL]{{1,6}}|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]+)\s*{_DASH}+|第\s*\d{{1,4}}\s*页(?:[,，/\s]*共\s*\d{{1,4}}\s*页)?|\d{{1,4}}\s*/\s*\d{{1,4}}"
    r"|page\s*\d+(?:\s*of\s*\d+)?)$",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"^(?:[ivxIVX]{1,5}|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]+)$")
_BARE = re.compile(r"^\d{1,4}$")
_NOTE = re.compile(r"^(?:[①-⑳❶-❿]|\[\d{1,2}\]|［\d{1,2}］|〔\d{1,2}〕|\d{1,2}(?=[\s\u4e00-\u9fff《“])|[*＊]+)")
_LEADER = re.compile(r"(?:[.．·•…⋯]\s?){4,}\s*\d{0,4}\s*$")
_DIGITS = re.compile(r"\d+")
_ZONE = 0.11


@cache
def web_furniture(margin: bool = False) -> re.Pattern[str]:
    """One pattern for the lines of ``data/web_furniture.toml``, to be matched with the beginning of a line without its blanks.

    ``margin`` adds those that are furniture only in the margin of a printed page.
    """
    table = tomllib.loads(data_file("web_furniture.toml").read_text("utf-8"))
    wanted = [entry["pattern"] for entry in table["line"] if margin or not entry.get("margin", False)]
    return re.compile("|".join(f"(?:{pattern})" for pattern in wanted), re.IGNORECASE)


def mark_noise(pages: list[Page], rows: list[list[Row]]) -> None:
    """Set ``kind`` to noise or footnote where it applies; ``rows`` holds the lines of each page."""
    sizes: Counter[float] = Counter()
    for lines in rows:
        for row in lines:
            sizes[round(row.size * 2) / 2] += len(row.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    zones = [_outer(page, lines) for page, lines in zip(pages, rows, strict=True)]
    _mark_repeats(pages, rows, zones)
    zones = [zone | _outer(page, lines) for zone, page, lines in zip(zones, pages, rows, strict=True)]
    _mark_numbers(pages, rows, zones)
    for page, lines in zip(pages, rows, strict=True):
        for row in lines:
            if _in_margin(page, row) and web_furniture(margin=True).match(_closed_up(row.text)):
                row.kind = "noise"
        _mark_furniture(lines)
        _mark_contents(lines)
    for page, lines in zip(pages, rows, strict=True):
        _mark_footnotes(page, lines, body)


def _outer(page: Page, lines: list[Row]) -> set[int]:
    """Indexes of the lines in the outer margin of the page, or among its two uppermost and two lowermost baselines."""
    levels = sorted({round(row.y / 3) for row in lines if row.kind != "noise"})
    edge = set(levels[:2] + levels[-2:])
    return {i for i, row in enumerate(lines) if row.kind == "text" and (_in_margin(page, row) or round(row.y / 3) in edge)}


def _in_margin(page: Page, row: Row) -> bool:
    return not page.height * _ZONE <= row.y <= page.height * (1 - _ZONE)


def _key(text: str) -> str:
    return _DIGITS.sub("#", _closed_up(text))


def _closed_up(text: str) -> str:
    """The text without its blanks."""
    return "".join(text.split())


def _mark_repeats(pages: list[Page], rows: list[list[Row]], zones: list[set[int]]) -> None:
    """A line whose words (digits aside) stand at the same height of several pages is a running head or a horizontal watermark."""
    heights: dict[str, list[tuple[int, float, bool]]] = defaultdict(list)
    texts: list[tuple[int, Row, str, bool]] = []
    for number, lines in enumerate(rows):
        for index, row in enumerate(lines):
            if row.kind == "text":
                key, outer = _key(row.text), index in zones[number]
                heights[key].append((number, row.y, outer))
                texts.append((number, row, key, outer))
    total = len(rows)
    for number, row, key, outer in texts:
        if not (outer or heights[key][2:]) or len(re.sub(r"[\W_]", "", key)) < (2 if outer else 4):
            continue
        if outer:
            # A head with a left and a right part comes as one line or as two.
            keys = [key] if heights[key][1:] else [_key(piece) for piece in row.text.split(" ")]
            enough = 2 if total <= 4 and _in_margin(pages[number], row) else 3
            repeated = all(len(_pages_with(heights[one], row.y, True)) >= enough for one in keys)
            if repeated:
                row.kind = "noise"
        elif len(_pages_with(heights[key], row.y, False)) >= max(3, 0.6 * total):
            row.kind = "noise"


def _pages_with(places: list[tuple[int, float, bool]], y: float, outer: bool) -> set[int]:
    return {number for number, height, zone in places if abs(height - y) < 4 and (zone or not outer)}


def _mark_numbers(pages: list[Page], rows: list[list[Row]], zones: list[set[int]]) -> None:
    """Page numbers: by their shape, or bare numbers that stand at one height and count with the pages."""
    offsets: Counter[tuple[int, int]] = Counter()
    bare: list[tuple[Row, tuple[int, int]]] = []
    for number, lines in enumerate(rows):
        for index in zones[number]:
            row = lines[index]
            if row.kind == "noise":
                continue
            text = row.text.strip()
            if _NUMBERED.match(text) or (_ROMAN.match(text) and _in_margin(pages[number], row)):
                row.kind = "noise"
            elif _BARE.match(text):
                place = (int(text) - number, round(row.y / 8))
                bare.append((row, place))
                offsets[place] += 1
    for row, place in bare:
        if offsets[place] >= 2 or (len(rows) == 1 and place[0] in (0, 1)):
            row.kind = "noise"


def _mark_furniture(lines: list[Row]) -> None:
    """Lines that web pages print around the text; such a line may be broken in two."""
    texts = [(row, _closed_up(row.text)) for row in lines if row.kind == "text"]
    for index, (row, text) in enumerate(texts):
        if web_furniture().match(text):
            row.kind = "noise"
            # A line of the text may stand between the two lines of the box.
            for after, _ in texts[index + 1 : index + 3]:
                if _boxed(row, after, lines):
                    after.kind = "noise"
            continue
        if index + 1 < len(texts):
            after, tail = texts[index + 1]
            near = abs(after.size - row.size) < 0.5 and 0 < after.y - row.y < 2.2 * row.size and len(tail) < len(text)
            if near and web_furniture().match(text + tail) and not web_furniture().match(tail):
                row.kind = after.kind = "noise"


def _mark_contents(lines: list[Row]) -> None:
    """The lines of a printed table of contents, where most lines of a page lead to a page number."""
    text = [row for row in lines if row.kind == "text"]
    leading = [place for place, row in enumerate(text) if _LEADER.search(row.text)]
    if len(leading) >= 3 and len(leading) >= 0.5 * (leading[-1] + 1):
        last = len(text) if len(leading) >= 0.8 * len(text) else leading[-1] + 1
        for row in text[:last]:
            row.kind = "noise"


def _boxed(row: Row, after: Row, lines: list[Row]) -> bool:
    """Is ``after`` the second line of a small box at the right-hand side that ``row`` opens?"""
    lefts = sorted(line.x0 for line in lines)
    inside = after.x0 > row.x0 - 1 and after.x1 < row.x1 + 1
    return (
        inside
        and row.x0 > lefts[len(lefts) // 2] + 8 * row.size
        and abs(after.size - row.size) < 0.5
        and 0 < after.y - row.y < 2 * row.size
    )


def _mark_footnotes(page: Page, lines: list[Row], body: float) -> None:
    """Small lines at the foot of the page, from one that starts with a note mark; for each column."""
    for column in {row.column for row in lines}:
        rest = [row for row in lines if row.kind == "text" and row.column == column]
        start = len(rest)
        while start and rest[start - 1].size < 0.88 * body:
            start -= 1
        tail = rest[start:]
        while tail and not _NOTE.match(tail[0].text):
            tail.pop(0)
        if tail and tail[0].y > page.height * 0.4 and start:
            for row in tail:
                row.kind = "footnote"
                row.begins = bool(_NOTE.match(row.text))
