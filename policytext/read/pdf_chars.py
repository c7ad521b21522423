"""Characters and ruling lines of PDF pages, by pdfium's raw functions; by pdfplumber for files that pdfium cannot open.

All coordinates are turned so that the page's main direction of text runs left to right.
"""

from __future__ import annotations

import ctypes
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import chain, repeat
from struct import Struct
from typing import Any, NamedTuple

from policytext.read.characters import plain, wide
from policytext.read.ocr import recognise, scale_for, wanted
from policytext.read.page import Box, Char, Page, straight, strokes
from policytext.schema import Ocr

MAX_PATHS = 20000
#: A matrix of PDF (ISO 32000-1, 8.3.3): a, b, c, d, e, f; a point (x, y) becomes (a x + c y + e, b x + d y + f).
Matrix = tuple[float, float, float, float, float, float]


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
    found = _runs(raw, handle.raw)
    turns: Counter[int] = Counter()
    for run in found:
        if run.turn is not None:
            turns[run.turn] += len(run.text)
    main = turns.most_common(1)[0][0] if turns else (-(handle.get_rotation() // 90)) % 4
    width, height = right - left, top - bottom
    if main % 2:
        width, height = height, width
    page = Page(number, width, height)
    # To a frame where the main direction of text runs to the right and y grows downwards.
    a, b, c, d, e, f = _FRAMES[main]
    frame = (a, b, c, d, e * width - a * left - c * bottom, f * height - b * left - d * bottom)
    page.askew = _place(page.chars, found, main, frame)
    _read_objects(raw, handle.raw, page, frame)
    return page


#: For each number of quarter turns what a point is multiplied by (a, b, c, d of a PDF matrix), and how often width and height are added.
_FRAMES = ((1, 0, 0, -1, 0, 1), (0, 1, 1, 0, 0, 0), (-1, 0, 0, 1, 1, 0), (0, -1, -1, 0, 1, 1))


class _Run(NamedTuple):
    """Characters set one after the other: origin of the first, step to the next, advance box and font size of each, and their quarter
    turns (None: askew)."""

    text: str
    x: float
    y: float
    dx: float
    dy: float
    advance: float
    size: float
    turn: int | None


#: ``Char`` of a tuple, in half the time of a call with six values.
_char: Callable[[tuple[float, float, float, float, str, bool]], Char] = partial(tuple.__new__, Char)


def _place(chars: list[Char], runs: list[_Run], main: int, frame: Matrix) -> str:
    """Put the characters of ``runs`` that stand upright into ``chars``, by ``frame``; gives the others."""
    a, b, c, d, e, f = frame
    gap, askew = False, list[str]()
    for text, x, y, dx, dy, advance, size, turn in runs:
        if text == " ":
            gap = True
            continue
        if turn != main:
            askew += map(plain, text)
            continue
        x, y, dx, dy = a * x + c * y + e, b * x + d * y + f, a * dx + c * dy, b * dx + d * dy
        if chars:
            before = chars[-1]
            # Advance boxes are cut where the next character of the line begins: fonts without widths claim a full square for each letter.
            if before[2] == y and before[0] + 0.1 * before[3] < x < before[1]:
                chars[-1] = Char(before[0], x, *before[2:])
        count = len(text)
        if count == 1:
            chars.append(_char((x, x + advance, y, size, text, gap)))
        else:
            reach = dx if dy == 0 and 0.1 * size < dx < advance else advance
            xs = [x + n * dx for n in range(count)]
            ends = [at + reach for at in xs]
            ends[-1] = xs[-1] + advance
            ys = repeat(y) if dy == 0 else [y + n * dy for n in range(count)]
            chars += map(_char, zip(xs, ends, ys, repeat(size), text, chain((gap,), repeat(False)), strict=False))
        gap = False
    return "".join(askew)


def _runs(raw: Any, page: Any) -> list[_Run]:
    """Every coded character of a page, in the file's order."""
    text_page = raw.FPDFText_LoadPage(page)
    if not text_page:
        return []
    try:
        return _TextPage(raw, text_page).runs()
    finally:
        raw.FPDFText_ClosePage(text_page)


class _TextPage:
    """The characters of one text page, asked of pdfium one by one; a call costs a microsecond, so runs of Han characters are measured."""

    def __init__(self, raw: Any, handle: Any) -> None:
        self.raw, self.handle = raw, handle
        self.calls = _text_calls()
        self.here = ctypes.cast(handle, ctypes.c_void_p).value
        self.place, self.box = (ctypes.c_byte * _PLACE.size)(), raw.FS_RECTF()
        start = ctypes.addressof(self.place)
        self.at = (start, start + 8, start + 16)
        self.found: list[_Run] = []
        self.high = 0

    def runs(self) -> list[_Run]:
        """All of them, in the file's order."""
        count = self.raw.FPDFText_CountChars(self.handle)
        units = (ctypes.c_ushort * (count + 1))()
        # The text as a whole leaves out what has no Unicode; only where nothing is left out, and no character takes two units, do its
        # places tell the characters.
        whole = self.raw.FPDFText_GetText(self.handle, 0, count, units) == count + 1
        decoded = bytes(units).decode("utf-16-le", "surrogatepass")
        text = decoded[:count] if whole and len(decoded) == count + 1 else ""
        place = 0
        for run in _WIDE_RUN.finditer(text):
            self._each(range(place, run.start()))
            self._run(text, run.start(), run.end())
            place = run.end()
        self._each(range(place, count))
        return self.found

    def _run(self, text: str, start: int, end: int) -> None:
        """The wide characters from ``start`` to ``end``: evenly set ones by their first, middle and last, others by halves."""
        if end - start < _FEW:
            self._each(range(start, end))
            return
        middle = (start + end - 1) // 2
        x0, y0, full, size, turn = self._measure(start)
        step = (end - 1 - start) and 1.0 / (end - 1 - start)
        x2, y2, *last = self._measure(end - 1)
        x1, y1, *inner = self._measure(middle)
        dx, dy = (x2 - x0) * step, (y2 - y0) * step
        even = abs(x0 + (middle - start) * dx - x1) < 0.05 * full and abs(y0 + (middle - start) * dy - y1) < 0.05 * full
        close = 0.95 * full < (dx * dx + dy * dy) ** 0.5 < 1.2 * full
        if turn is not None and even and close and last == inner == [full, size, turn]:
            self.found.append(_Run(text[start:end], x0, y0, dx, dy, full, size, turn))
        else:
            self._run(text, start, middle + 1)
            self._run(text, middle + 1, end)

    def _measure(self, index: int) -> tuple[float, float, float, float, int | None]:
        """(origin x, origin y, width of a full square, size, quarter turns or None for askew) of one character."""
        _, origin, matrix_of, font_size = self.calls
        at_x, at_y, at_matrix = self.at
        origin(self.here, index, at_x, at_y)
        matrix_of(self.here, index, at_matrix)
        x, y, a, b, c, d, _, _ = _PLACE.unpack_from(self.place)
        nominal = font_size(self.here, index)
        turn: int | None = None
        if abs(b) < 0.05 * abs(a):
            turn = 0 if a > 0 else 2
        elif abs(a) < 0.05 * abs(b):
            turn = 1 if b > 0 else 3
        return x, y, nominal * (a * a + b * b) ** 0.5, nominal * (c * c + d * d) ** 0.5 or 1.0, turn

    def _each(self, indexes: range) -> None:
        raw, text_page = self.raw, self.handle
        unicode_of = self.calls[0]
        for index in indexes:
            code = unicode_of(self.here, index)
            if code in (13, 10, 32) and (code == 32 or raw.FPDFText_IsGenerated(text_page, index) == 1):
                if code == 32 and raw.FPDFText_IsGenerated(text_page, index) != 1:
                    self.found.append(_BLANK)
                continue
            if 0xD800 <= code < 0xDC00:
                self.high = code
                continue
            if 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((self.high - 0xD800) << 10) + code - 0xDC00 if self.high else 0xFFFD
            self.high = 0
            if code == 0xAD or (code == 2 and raw.FPDFText_IsHyphen(text_page, index) == 1):
                code = 0x2D  # a soft hyphen that is printed is a hyphen (2014-2020)
            char = chr(code) if 0 < code <= 0x10FFFF else "\ufffd"
            x, y, advance, size, turn = self._measure(index)
            if turn is not None and not wide(char):
                raw.FPDFText_GetLooseCharBox(text_page, index, self.box)
                advance = _advance(self.box, x, y, turn)
                if code < 0x40 and advance > 0.9 * size:
                    advance = 0.5 * size  # digits and points are half a square at most; this font has no widths
            self.found.append(_Run(" " if char.isspace() and char != "\t" else char, x, y, 0.0, 0.0, max(advance, 0.0), size, turn))


_ADDRESS, _INT = ctypes.c_void_p, ctypes.c_int


def _call(function: Any, result: Any, *arguments: Any) -> Any:
    """A function of pdfium with plain addresses as arguments: ctypes then takes half the time for each call."""
    place: Any = ctypes.cast(function, _ADDRESS).value
    return ctypes.CFUNCTYPE(result, *arguments)(place)


@cache
def _text_calls() -> tuple[Any, ...]:
    """Unicode, origin, matrix and font size of one character."""
    import pypdfium2.raw as raw

    return (
        _call(raw.FPDFText_GetUnicode, ctypes.c_uint, _ADDRESS, _INT),
        _call(raw.FPDFText_GetCharOrigin, _INT, _ADDRESS, _INT, _ADDRESS, _ADDRESS),
        _call(raw.FPDFText_GetMatrix, _INT, _ADDRESS, _INT, _ADDRESS),
        _call(raw.FPDFText_GetFontSize, ctypes.c_double, _ADDRESS, _INT),
    )


@cache
def _object_calls() -> tuple[Any, ...]:
    """An object of a page, an object of a form, and the kind of an object."""
    import pypdfium2.raw as raw

    return (
        _call(raw.FPDFPage_GetObject, _ADDRESS, _ADDRESS, _INT),
        _call(raw.FPDFFormObj_GetObject, _ADDRESS, _ADDRESS, ctypes.c_ulong),
        _call(raw.FPDFPageObj_GetType, _INT, _ADDRESS),
    )


@cache
def _path_calls() -> tuple[Any, ...]:
    """The number of a path's segments, a segment, its kind, its end, and whether it closes the figure."""
    import pypdfium2.raw as raw

    return (
        _call(raw.FPDFPath_CountSegments, _INT, _ADDRESS),
        _call(raw.FPDFPath_GetPathSegment, _ADDRESS, _ADDRESS, _INT),
        _call(raw.FPDFPathSegment_GetType, _INT, _ADDRESS),
        _call(raw.FPDFPathSegment_GetPoint, _INT, _ADDRESS, _ADDRESS, _ADDRESS),
        _call(raw.FPDFPathSegment_GetClose, _INT, _ADDRESS),
    )


#: A coded blank.
_BLANK = _Run(" ", 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, None)
#: Where pdfium puts a character's origin (two doubles) and its matrix (six floats).
_PLACE = Struct("=2d6f")
#: Han characters and full-width signs in a row; so few are asked one by one.
_WIDE_RUN = re.compile("[\u3001-\ud7ff\uf900-\ufaff\uff01-\uff60]{5,}")
_FEW = 5


def _advance(box: Any, x: float, y: float, turn: int) -> float:
    """How far a character reaches from its origin along its line."""
    if turn == 0:
        return float(box.right) - x
    if turn == 1:
        return float(box.top) - y
    return x - float(box.left) if turn == 2 else y - float(box.bottom)


def _read_objects(raw: Any, page_handle: Any, page: Page, frame: Matrix) -> None:
    """Fill in ``rules`` (by ``frame``), ``image_share`` and ``paths`` from the page's objects, forms included."""
    area = max(page.width * page.height, 1.0)
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    matrix = raw.FS_MATRIX()
    of_page, of_form, kind_of = _object_calls()
    path, image, form = raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM
    # Holders of objects still to be looked through: how many there are, how they are got, from where, by which frame, and how deep.
    rest = [(raw.FPDFPage_CountObjects(page_handle), of_page, page_handle, frame, 0)]
    while rest:
        count, get, holder, outer, depth = rest.pop()
        addresses = list(map(get, repeat(ctypes.cast(holder, ctypes.c_void_p).value), range(count)))
        for address, kind in zip(addresses, map(kind_of, addresses), strict=True):
            # Many files set each character as an object of its own.
            if kind != path and kind != image and kind != form:
                continue
            if page.paths > MAX_PATHS:
                return
            item = ctypes.cast(address, raw.FPDF_PAGEOBJECT)
            if kind == image:
                if raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
                    scale = abs(outer[0] * outer[3] - outer[1] * outer[2])
                    page.image_share += max(0.0, (right.value - left.value) * (top.value - bottom.value)) * scale / area
                continue
            raw.FPDFPageObj_GetMatrix(item, matrix)
            inner = _times((matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f), outer)
            if kind == path:
                page.paths += 1
                page.rules.extend(_rules(raw, address, inner))
            elif depth < 6:
                rest.append((raw.FPDFFormObj_CountObjects(item), of_form, item, inner, depth + 1))


def _times(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _rules(raw: Any, path: int, m: Matrix) -> list[Box]:
    """The ruling lines of one path."""
    number_of, segment_of, kind_of, end_of, closes = _path_calls()
    x, y = ctypes.c_float(), ctypes.c_float()
    at_x, at_y = ctypes.addressof(x), ctypes.addressof(y)
    points: list[list[tuple[float, float]]] = []
    for index in range(min(number_of(path), 2000)):
        segment = segment_of(path, index)
        kind = kind_of(segment)
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            return []
        end_of(segment, at_x, at_y)
        point = x.value * m[0] + y.value * m[2] + m[4], x.value * m[1] + y.value * m[3] + m[5]
        if kind == raw.FPDF_SEGMENT_MOVETO or not points:
            points.append([point])
        else:
            points[-1].append(point)
        if closes(segment) and points[-1][0] != point:
            points[-1].append(points[-1][0])
    return strokes(points)


_UNMAPPED = re.compile(r"\(cid:\d+\)")


def plumber_pages(data: bytes) -> list[Page]:
    """The pages as pdfplumber reads them: the second opinion. Raises what pdfplumber raises."""
    import pdfplumber

    pages = []
    with pdfplumber.open(io.BytesIO(data)) as document:
        for number, sheet in enumerate(document.pages, 1):
            page = Page(number, float(sheet.width), float(sheet.height))
            gap = False
            for item in sheet.chars:
                # What the font does not map comes out as its number; pages of it are garbled.
                text = _UNMAPPED.sub("\ufffd", str(item["text"]))
                if text.isspace():
                    gap = True
                elif not item["upright"]:
                    page.askew += text
                else:
                    size = float(item["size"])
                    baseline = float(item["bottom"]) - 0.15 * size
                    left, step = float(item["x0"]), (float(item["x1"]) - float(item["x0"])) / max(len(text), 1)
                    page.chars += [Char(left + n * step, left + (n + 1) * step, baseline, size, char, gap) for n, char in enumerate(text)]
                    gap = False
            page.rules = [straight((e["x0"], e["top"], e["x1"], e["bottom"])) for e in sheet.edges[:MAX_PATHS]]
            area = max(page.width * page.height, 1.0)
            page.image_share = sum(float(i["width"]) * float(i["height"]) for i in sheet.images) / area
            page.paths = len(sheet.curves) + len(sheet.edges)
            pages.append(page)
            sheet.close()
    return pages
