"""Characters and ruling lines of PDF pages, by pdfium's raw functions; by pdfplumber for files that pdfium cannot open.

All coordinates are turned so that the page's main direction of text runs left to right.
"""

from __future__ import annotations

import ctypes
import io
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from policytext.read.characters import plain, wide
from policytext.read.ocr import Ocr, recognise, scale_for, wanted
from policytext.read.page import Box, Char, Page, straight, strokes

MAX_PATHS = 20000


def pdfium_pages(document: Any, mode: Ocr) -> Iterator[Page]:
    """The pages of an open ``pypdfium2.PdfDocument``, one at a time; a page that cannot be loaded comes out empty.

    Pages that ``mode`` wants recognised are drawn and read as pictures.
    """
    import pypdfium2 as pdfium

    for index in range(len(document)):
        try:
            handle = document[index]
        except pdfium.PdfiumError:
            yield Page(index + 1, 0, 0)
            continue
        try:
            page = _pdfium_page(handle, index + 1)
            if wanted(page, mode):
                recognise(page, handle.render(scale=scale_for(page)).to_numpy())
            yield page
        finally:
            handle.close()


def _pdfium_page(handle: Any, number: int) -> Page:
    import pypdfium2.raw as raw

    left, bottom, right, top = handle.get_bbox()
    found = _raw_chars(raw, handle.raw)
    turns = Counter(turn for *_, turn in found if turn is not None)
    main = turns.most_common(1)[0][0] if turns else (-(handle.get_rotation() // 90)) % 4
    width, height = right - left, top - bottom
    if main % 2:
        width, height = height, width

    def turned(x: float, y: float) -> tuple[float, float]:
        """The point in a frame where the main direction of text runs to the right and y grows downwards."""
        x, y = x - left, y - bottom
        if main == 0:
            return x, height - y
        if main == 1:
            return y, x
        if main == 2:
            return width - x, y
        return width - y, height - x

    page = Page(number, width, height)
    gap, askew = False, []
    for code, x, y, advance, size, turn in found:
        if code == " ":
            gap = True
            continue
        if turn != main:
            askew.append(plain(code))
            continue
        px, py = turned(x, y)
        page.chars.append(Char(px, px + advance, py, size, code, gap))
        gap = False
    page.askew = "".join(askew)
    page.chars = _clipped(page.chars)
    _read_objects(raw, handle.raw, page, turned)
    return page


def _clipped(chars: list[Char]) -> list[Char]:
    """Advance boxes cut where the next character of the line begins: fonts without widths claim a full square for each letter."""
    for place, (char, after) in enumerate(pairwise(chars)):
        if char.y == after.y and char.x0 + 0.1 * char.size < after.x0 < char.x1:
            chars[place] = char._replace(x1=after.x0)
    return chars


def _raw_chars(raw: Any, page: Any) -> list[tuple[str, float, float, float, float, int | None]]:
    """(character, origin x, origin y, advance, size, quarter turns or None for askew) of every coded character."""
    text_page = raw.FPDFText_LoadPage(page)
    if not text_page:
        return []
    x, y, box, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF(), raw.FS_MATRIX()
    unicode_of, generated, origin = raw.FPDFText_GetUnicode, raw.FPDFText_IsGenerated, raw.FPDFText_GetCharOrigin
    loose_box, font_size, matrix_of = raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetFontSize, raw.FPDFText_GetMatrix
    found: list[tuple[str, float, float, float, float, int | None]] = []
    high = 0
    try:
        for index in range(raw.FPDFText_CountChars(text_page)):
            code = unicode_of(text_page, index)
            if code in (13, 10, 32) and (code == 32 or generated(text_page, index) == 1):
                if code == 32 and generated(text_page, index) != 1:
                    found.append((" ", 0.0, 0.0, 0.0, 0.0, None))
                continue
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
            high = 0
            if code == 0xAD or (code == 2 and raw.FPDFText_IsHyphen(text_page, index) == 1):
                code = 0x2D  # a soft hyphen that is printed is a hyphen (2014-2020)
            origin(text_page, index, x, y)
            matrix_of(text_page, index, matrix)
            a, b, c, d = matrix.a, matrix.b, matrix.c, matrix.d
            nominal = font_size(text_page, index)
            size = nominal * (c * c + d * d) ** 0.5
            turn: int | None
            if abs(b) < 0.05 * abs(a):
                turn = 0 if a > 0 else 2
            elif abs(a) < 0.05 * abs(b):
                turn = 1 if b > 0 else 3
            else:
                turn = None
            char = chr(code) if 0 < code <= 0x10FFFF else "\ufffd"
            if wide(char) or turn is None:
                advance = nominal * (a * a + b * b) ** 0.5
            else:
                loose_box(text_page, index, box)
                if turn == 0:
                    advance = box.right - x.value
                elif turn == 1:
                    advance = box.top - y.value
                else:
                    advance = x.value - box.left if turn == 2 else y.value - box.bottom
                if code < 0x40 and advance > 0.9 * size:
                    advance = 0.5 * size  # digits and points are half a square at most; this font has no widths
            found.append(
                (char if not char.isspace() else (" " if char != "\t" else "\t"), x.value, y.value, max(advance, 0.0), size or 1.0, turn)
            )
    finally:
        raw.FPDFText_ClosePage(text_page)
    return found


def _read_objects(raw: Any, page_handle: Any, page: Page, turned: Any) -> None:
    """Fill in ``rules``, ``image_share`` and ``paths`` from the page's objects, forms included."""
    area = max(page.width * page.height, 1.0)
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    matrix = raw.FS_MATRIX()

    def walk(count: int, get: Any, holder: Any, outer: tuple[float, ...], depth: int) -> None:
        for index in range(count):
            if page.paths > MAX_PATHS:
                return
            item = get(holder, index)
            kind = raw.FPDFPageObj_GetType(item)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                continue
            if kind == raw.FPDF_PAGEOBJ_IMAGE and raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
                scale = abs(outer[0] * outer[3] - outer[1] * outer[2])
                page.image_share += max(0.0, (right.value - left.value) * (top.value - bottom.value)) * scale / area
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                page.paths += 1
                raw.FPDFPageObj_GetMatrix(item, matrix)
                inner = _times((matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f), outer)
                page.rules.extend(_rules(raw, item, inner, turned))
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < 6:
                raw.FPDFPageObj_GetMatrix(item, matrix)
                inner = _times((matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f), outer)
                walk(raw.FPDFFormObj_CountObjects(item), raw.FPDFFormObj_GetObject, item, inner, depth + 1)

    walk(raw.FPDFPage_CountObjects(page_handle), raw.FPDFPage_GetObject, page_handle, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), 0)


def _times(m: tuple[float, ...], n: tuple[float, ...]) -> tuple[float, ...]:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _rules(raw: Any, path: Any, m: tuple[float, ...], turned: Any) -> list[Box]:
    """The ruling lines of one path."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[list[tuple[float, float]]] = []
    for index in range(min(raw.FPDFPath_CountSegments(path), 2000)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            return []
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = turned(x.value * m[0] + y.value * m[2] + m[4], x.value * m[1] + y.value * m[3] + m[5])
        if kind == raw.FPDF_SEGMENT_MOVETO or not points:
            points.append([point])
        else:
            points[-1].append(point)
        if raw.FPDFPathSegment_GetClose(segment) and points[-1][0] != point:
            points[-1].append(points[-1][0])
    return strokes(points)


def plumber_pages(data: bytes) -> list[Page]:
    """The pages as pdfplumber reads them: the second opinion. Raises what pdfplumber raises."""
    import pdfplumber

    pages = []
    with pdfplumber.open(io.BytesIO(data)) as document:
        for number, sheet in enumerate(document.pages, 1):
            page = Page(number, float(sheet.width), float(sheet.height))
            gap = False
            for item in sheet.chars:
                text = str(item["text"])
                if text.isspace():
                    gap = True
                elif not item["upright"]:
                    page.askew += text
                else:
                    size = float(item["size"])
                    baseline = float(item["bottom"]) - 0.15 * size
                    page.chars.append(Char(float(item["x0"]), float(item["x1"]), baseline, size, text, gap))
                    gap = False
            page.rules = [straight((e["x0"], e["top"], e["x1"], e["bottom"])) for e in sheet.edges[:MAX_PATHS]]
            area = max(page.width * page.height, 1.0)
            page.image_share = sum(float(i["width"]) * float(i["height"]) for i in sheet.images) / area
            page.paths = len(sheet.curves) + len(sheet.edges)
            pages.append(page)
            sheet.close()
    return pages
