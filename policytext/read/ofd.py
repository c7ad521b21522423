"""OFD (GB/T 33190—2016, the national format of fixed layout documents) → reading: its text codes as characters of printed pages."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any

from policytext.package import Package, TooLarge
from policytext.read import MAX_PAGES
from policytext.read.characters import wide
from policytext.read.image import frames
from policytext.read.ocr import recognise, wanted
from policytext.read.page import Char, Page, strokes
from policytext.read.pages import reading_of
from policytext.schema import Ocr, Reading

MAX_DEPTH = 12
_POINTS = 72 / 25.4  # coordinates are in millimetres
_A4 = (0.0, 0.0, 210.0, 297.0)
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_PATH = re.compile(r"[SMLQBAC]|[-+]?[\d.]+(?:[eE][-+]?\d+)?")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
Matrix = tuple[float, float, float, float, float, float]


def read_ofd(name: str, data: bytes, ocr: Ocr = "auto", most: int = MAX_PAGES) -> Reading:
    """The printed lines of all documents in the file. Statuses: corrupt, encrypted, too_large (``most`` pages), what its pages give."""
    try:
        package = Package(data)
        root = package.xml("OFD.xml")
        if "Encryptions.xml" in package or _first(root, "Encryptions") is not None:
            return Reading(name, "ofd", status="encrypted", reason="reading.encrypted")
        pages = _pages(package, root, ocr, most)
    except TooLarge:
        return Reading(name, "ofd", status="too_large", reason="reading.too_large")
    except RuntimeError:  # zipfile: a part is locked with a password
        return Reading(name, "ofd", status="encrypted", reason="reading.encrypted")
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, NotImplementedError, EOFError, OSError):
        return Reading(name, "ofd", status="corrupt", reason="reading.corrupt")
    if len(pages) > most:
        return Reading(name, "ofd", status="too_large", reason="reading.too_large", pages=len(pages))
    if not pages:
        return Reading(name, "ofd", status="corrupt", reason="reading.corrupt")
    return reading_of(name, "ofd", pages, ocr)


def _pages(package: Package, root: Any, ocr: Ocr, most: int) -> list[Page]:
    pages: list[Page] = []
    for body in _all(root, "DocRoot"):
        base = Package.beside("OFD.xml", (body.text or "").strip())
        document = package.xml(base)
        box = _box(_first(document, "PhysicalBox")) or _A4
        templates = {item.get("ID"): Package.beside(base, item.get("BaseLoc", "")) for item in _all(document, "TemplatePage")}
        pictures = _pictures(package, base, document)
        for item in _all(document, "Page"):
            if len(pages) > most:
                return pages
            if item.get("BaseLoc"):
                page, shown = _page(package, Package.beside(base, item.get("BaseLoc")), box, templates, len(pages) + 1)
                if wanted(page, ocr):
                    _recognise(package, page, [pictures[one] for one in shown if one in pictures])
                pages.append(page)
    return pages


def _pictures(package: Package, base: str, document: Any) -> dict[str, str]:
    """The parts of the document's pictures by their ids in its resource lists."""
    found = {}
    for kind in ("PublicRes", "DocumentRes"):
        for item in _all(document, kind):
            place = Package.beside(base, (item.text or "").strip())
            if place not in package:
                continue
            root = package.xml(place)
            folder = Package.beside(place, (root.get("BaseLoc") or "").rstrip("/") + "/")
            for media in _all(root, "MultiMedia"):
                file = _first(media, "MediaFile")
                if file is not None and file.text:
                    found[media.get("ID", "")] = Package.beside(f"{folder}/", file.text.strip())
    return found


def _recognise(package: Package, page: Page, pictures: list[str]) -> None:
    """Read the first picture that can be opened, taken to fill the page."""
    for name in pictures:
        shown = [pixels for pixels in frames(package.bytes(name)) if pixels is not None] if name in package else []
        if shown:
            recognise(page, shown[0])
            return


def _page(package: Package, place: str, box: tuple[float, ...], templates: dict[str, str], number: int) -> tuple[Page, list[str]]:
    """One page with what its templates print on it, and the ids of its pictures; a page whose part is missing comes out empty."""
    if place not in package:
        return Page(number, 0, 0), []
    root = package.xml(place)
    own = _box(_first(root, "PhysicalBox")) or box
    page = Page(number, own[2] * _POINTS, own[3] * _POINTS)
    for use in _all(root, "Template"):
        printed = templates.get(use.get("TemplateID"), "")
        if printed and printed in package:
            _draw(package.xml(printed), page, own)
    return page, _draw(root, page, own)


def _draw(root: Any, page: Page, box: tuple[float, ...]) -> list[str]:
    """Put what a part shows on the page; the ids of its pictures, the largest first."""
    pictures: list[tuple[float, str]] = []
    for item in _objects(root, 0):
        corner = _numbers(item.get("Boundary", ""))
        x, y, width, height = (*corner, 0.0, 0.0, 0.0, 0.0)[:4]
        matrix = _matrix(item, x - box[0], y - box[1])
        kind = _tag(item)
        if kind == "TextObject":
            _text(item, matrix, page)
        elif kind == "PathObject":
            page.paths += 1
            page.rules.extend(_strokes(item, matrix))
        elif kind == "ImageObject":
            page.image_share += width * height / max(box[2] * box[3], 1.0)
            pictures.append((-width * height, item.get("ResourceID", "")))
    return [name for _, name in sorted(pictures)]


def _objects(parent: Any, depth: int) -> Iterator[Any]:
    """Text, path and image objects below ``parent`` in the file's order, through layers and page blocks."""
    for item in parent:
        kind = _tag(item)
        if kind in ("TextObject", "PathObject", "ImageObject"):
            yield item
        elif kind in ("Content", "Layer", "PageBlock") and depth < MAX_DEPTH:
            yield from _objects(item, depth + 1)


def _text(item: Any, matrix: Matrix, page: Page) -> None:
    """The characters of one text object; what does not run to the right goes among the askew."""
    size = _number(item.get("Size"), 1.0)
    scale = (matrix[2] ** 2 + matrix[3] ** 2) ** 0.5
    printed = size * scale * _POINTS
    upright = abs(matrix[1]) < 0.05 * abs(matrix[0]) and matrix[0] > 0 and item.get("ReadDirection", "0") in ("", "0")
    stretch = _number(item.get("HScale"), 1.0)
    x, y, gap = 0.0, 0.0, False
    for code in _all(item, "TextCode"):
        x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
        across, down = _steps(code.get("DeltaX", "")), _steps(code.get("DeltaY", ""))
        at_x, at_y = x, y
        text = code.text or ""
        for place, char in enumerate(text):
            step = across[place] if place < len(across) else None
            advance = size * stretch * (1.0 if wide(char) else 0.5)
            if char.isspace():
                gap = True
            elif not upright:
                page.askew += char
            else:
                left, base = _moved(matrix, at_x, at_y)
                # The next character may stand closer than a full advance, and further off where the line is set wide.
                width = min(advance, step) if step else advance
                page.chars.append(Char(left, left + width * matrix[0] * _POINTS, base, printed or 1.0, char, gap))
                gap = False
            at_x += advance if step is None and not across else step or 0.0
            at_y += down[place] if place < len(down) else 0.0


def _strokes(item: Any, matrix: Matrix) -> list[tuple[float, float, float, float]]:
    """The ruling lines of one path (annex of GB/T 33190: S M L Q B A C); paths with curves have none."""
    data = _first(item, "AbbreviatedData")
    tokens = _PATH.findall((data.text or "")[:20000]) if data is not None else []
    lines: list[list[tuple[float, float]]] = []
    place = 0
    while place < len(tokens):
        operator = tokens[place]
        if operator in "QBA":
            return []
        if operator in "SML" and place + 2 < len(tokens):
            point = _moved(matrix, _number(tokens[place + 1], 0.0), _number(tokens[place + 2], 0.0))
            if operator == "L" and lines:
                lines[-1].append(point)
            else:
                lines.append([point])
            place += 2
        elif operator == "C" and lines:
            lines[-1].append(lines[-1][0])
        place += 1
    return strokes(lines)


def _matrix(item: Any, x: float, y: float) -> Matrix:
    a, b, c, d, e, f = (*_numbers(item.get("CTM", "")), *_IDENTITY)[:6] if item.get("CTM") else _IDENTITY
    return a, b, c, d, e + x, f + y


def _moved(m: Matrix, x: float, y: float) -> tuple[float, float]:
    return (m[0] * x + m[2] * y + m[4]) * _POINTS, (m[1] * x + m[3] * y + m[5]) * _POINTS


def _steps(text: str) -> list[float]:
    """``DeltaX``: the steps between characters, ``g 3 5.6`` standing for three of 5.6."""
    parts, steps, place = text.split(), [], 0
    while place < len(parts):
        if parts[place] == "g" and place + 2 < len(parts):
            steps += [_number(parts[place + 2], 0.0)] * min(int(_number(parts[place + 1], 0.0)), 10000)
            place += 3
        else:
            steps.append(_number(parts[place], 0.0))
            place += 1
    return steps


def _box(item: Any) -> tuple[float, ...] | None:
    numbers = _numbers(item.text or "") if item is not None else []
    return tuple(numbers[:4]) if len(numbers) >= 4 and numbers[2] > 0 and numbers[3] > 0 else None


def _numbers(text: str) -> list[float]:
    return [float(found) for found in _NUMBER.findall(text)]


def _number(text: str | None, default: float) -> float:
    found = _NUMBER.match((text or "").strip())
    return float(found[0]) if found else default


def _tag(item: Any) -> str:
    """The name of an element whatever namespace it stands in; empty for comments."""
    return item.tag.rpartition("}")[2] if isinstance(item.tag, str) else ""


def _all(root: Any, name: str) -> Iterator[Any]:
    return root.iterfind(f".//{{*}}{name}")  # type: ignore[no-any-return]


def _first(root: Any, name: str) -> Any:
    return next(iter(_all(root, name)), None)
