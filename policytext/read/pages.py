"""Pages of print → reading: lines in order, noise, tables, paragraphs; scanned and garbled pages are named as such."""

from __future__ import annotations

import re
from typing import Any

from policytext.read.characters import garbled
from policytext.read.ocr import PICTURE, available
from policytext.read.page import Char, Page
from policytext.read.page_layout import Row, Segment, gutters_of, rows_of, segments_of
from policytext.read.page_noise import mark_noise
from policytext.read.page_paragraphs import mark_paragraphs
from policytext.read.page_tables import find_tables, join_continued, table_rows
from policytext.schema import Line, Ocr, Reading, Status

_FARTHEST = 20000.0  # points; a PDF page is 14,400 at most
_ODD = re.compile("[\0-\x1f\ue000-\uf8ff\ufffd]")
_UNCLEAN = re.compile("[\0-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_FEW = 12  # a page with fewer characters of text under a large picture has not been read


def reading_of(name: str, kind: str, pages: list[Page], ocr: Ocr) -> Reading:
    """Lines with page, kind, ``begins``, ``centred`` and ``size`` from the print; pages without usable text in ``bad_pages``."""
    cells: list[list[Row]] = []
    segments: list[list[Segment]] = []
    tables = 0
    for page in pages:
        _only_near(page)
        found = find_tables(page)
        inside, outside = table_rows(page, found, tables)
        tables += len(found)
        cells.append(inside)
        segments.append(segments_of(outside))
    layout = zip(pages, segments, gutters_of(segments), cells, strict=True)
    return _reading(name, kind, pages, ocr, [_in_order(rows_of(page, parts, gutter), inside) for page, parts, gutter, inside in layout])


def _only_near(page: Page) -> None:
    """Throw away what a broken file puts further off than any page reaches, or at no number."""
    far = _FARTHEST
    page.chars = [one for one in page.chars if -far < one.x0 <= one.x1 < far and -far < one.y < far and one.size < far]
    page.rules = [rule for rule in page.rules if all(-far < edge < far for edge in rule)]


def _in_order(lines: list[Row], cells: list[Row]) -> list[Row]:
    """Table rows put among the lines: before the first line that stands below them in reading order."""
    for cell in cells:
        place = next((i for i, line in enumerate(lines) if line.kind != "table" and line.y > cell.y and line.column == 0), None)
        if place is None:
            place = len(lines)
            while place and lines[place - 1].kind != "table" and lines[place - 1].y > cell.y:
                place -= 1
        lines.insert(place, cell)
    return lines


def _reading(name: str, kind: str, pages: list[Page], ocr: Ocr, rows: list[list[Row]]) -> Reading:
    mark_noise(pages, rows)
    scanned, broken = _bad_pages(pages, rows)
    for page, lines in zip(pages, rows, strict=True):
        if page.number in broken:
            for row in lines:
                row.kind = "noise"
    flat = [row for lines in rows for row in lines]
    join_continued(flat)
    mark_paragraphs(flat)
    text, printed = _lines(pages, rows)
    status, reason = _status(len(pages), len(scanned), len(broken), any(line.kind != "noise" for line in printed))
    recognised = tuple(page.number for page in pages if page.ocr and page.number not in scanned | broken)
    if recognised and status == "ok":
        reason = "reading.recognised"
    elif scanned and ocr != "off" and available():
        reason = "reading.unrecognised"
    return Reading(name, kind, text, printed, status, reason, len(pages), tuple(sorted(scanned | broken)), recognised)


def _bad_pages(pages: list[Page], rows: list[list[Row]]) -> tuple[set[int], set[int]]:
    scanned, broken = set(), set()
    for page, lines in zip(pages, rows, strict=True):
        body = "".join(row.text for row in lines if row.kind != "noise")
        drawn = page.image_share > PICTURE or (page.paths > 300 and not body)
        if len(body) < (1 if page.ocr else _FEW) and drawn:
            scanned.add(page.number)
        elif garbled(body) or (_odd_share(page.chars) > 0.15):
            broken.add(page.number)
    return scanned, broken


def _odd_share(chars: list[Char]) -> float:
    """Share of control and private codes among the coded characters; some of them are lost on the way to the text."""
    return len(_ODD.findall("".join([char.text for char in chars]))) / len(chars) if chars else 0.0


def _status(pages: int, scanned: int, broken: int, has_text: bool) -> tuple[Status, str]:
    if broken and broken >= 0.5 * (pages - scanned):
        return "garbled", "reading.garbled"
    if scanned and not has_text:
        return "scanned", "reading.scanned"
    if not has_text:
        return "empty", "reading.no_text"
    if scanned:
        return "partial", "reading.scanned_pages"
    return ("partial", "reading.garbled_pages") if broken else ("ok", "")


def _lines(pages: list[Page], rows: list[list[Row]]) -> tuple[str, tuple[Line, ...]]:
    parts: list[str] = []
    lines: list[Line] = []
    at = 0

    def put(text: str, page: int, **values: Any) -> None:
        nonlocal at
        parts.append(text)
        lines.append(Line(at, at + len(text), page, **values))
        at += len(text) + 1

    for page, found in zip(pages, rows, strict=True):
        for row in found:
            text = _clean(row.text)
            if text:
                put(text, page.number, kind=row.kind, begins=row.begins, centred=row.centred, size=round(row.size, 1))
        askew = _clean(page.askew)
        if askew:
            put(askew, page.number, kind="noise", begins=True)
    return "\n".join(parts), tuple(lines)


def _clean(text: str) -> str:
    """No control codes, no line ends inside a line, nothing that cannot be encoded."""
    return _UNCLEAN.sub("", text).strip()
