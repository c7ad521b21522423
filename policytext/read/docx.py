"""DOCX → reading: paragraphs and tables in document order, automatic numbers written out where the file states a simple numbering."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from policytext.package import Package, TooLarge
from policytext.schema import CELL_JOIN, Line, LineKind, Reading

_CHINESE = "零一二三四五六七八九十"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(name: str, data: bytes) -> Reading:
    """One line a paragraph (``begins`` True) and one a table row. Without the extra ``policytext[docx]`` the status is unsupported."""
    try:
        from docx import Document
    except ImportError:
        return Reading(name, "docx", status="unsupported", reason="reading.docx_missing")
    try:
        Package(data)
    except TooLarge:
        return Reading(name, "docx", status="too_large", reason="reading.too_large")
    except zipfile.BadZipFile:
        return Reading(name, "docx", status="corrupt", reason="reading.corrupt")
    try:
        document = Document(io.BytesIO(data))
        found = list(_lines(document))
        title = (document.core_properties.title or "").strip()
    except Exception:  # zip, XML and missing parts: python-docx raises whatever a broken file leads it to
        return Reading(name, "docx", status="corrupt", reason="reading.corrupt")
    text = "\n".join(line for line, *_ in found)
    lines, at = [], 0
    for line, kind, centred, size in found:
        lines.append(Line(at, at + len(line), 0, kind, True, centred, size))
        at += len(line) + 1
    metadata = {"title": title} if title else {}
    if not lines:
        return Reading(name, "docx", text, status="empty", reason="reading.no_text", metadata=metadata)
    return Reading(name, "docx", text, tuple(lines), metadata=metadata)


def _lines(document: Any) -> Iterator[tuple[str, LineKind, bool, float]]:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    numbering = Numbering(document)
    for item in document.iter_inner_content():
        if isinstance(item, Paragraph):
            number = numbering.label(item)
            for place, part in enumerate(item.text.split("\n")):
                text = _folded(number + part if place == 0 else part)
                if text:
                    yield text, "text", _centred(item), _size(item)
        elif isinstance(item, Table):
            yield from _rows(item)


def _rows(table: Any) -> Iterator[tuple[str, LineKind, bool, float]]:
    seen: set[Any] = set()
    for row in table.rows:
        cells = []
        for cell in row.cells:
            # A merged cell comes once for each square that it covers.
            if cell._tc not in seen:
                seen.add(cell._tc)
                cells.append(_folded(cell.text.replace("\n", "")))
        text = CELL_JOIN.join(cell for cell in cells if cell)
        if text:
            yield text, "table", False, 0.0


def _folded(text: str) -> str:
    return re.sub(r"[ \t\xa0\u3000]+", " ", "".join(char for char in text if char >= " " or char == "\t")).strip()


def _centred(paragraph: Any) -> bool:
    alignment = paragraph.alignment
    if alignment is None and paragraph.style is not None:
        alignment = paragraph.style.paragraph_format.alignment
    return alignment is not None and int(alignment) == 1


def _size(paragraph: Any) -> float:
    """Font size of the first run with text in points, else of the style, else 0."""
    for run in paragraph.runs:
        if run.text.strip() and run.font.size is not None:
            return float(run.font.size.pt)
    style = paragraph.style
    return float(style.font.size.pt) if style is not None and style.font.size is not None else 0.0


class Numbering:
    """Counts the automatic numbers of a document as Word does: a counter a list and level; a higher level starts the lower ones again."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        abstract = {item.get(f"{_W}abstractNumId"): item for item in root.iter(f"{_W}abstractNum")}
        for num in root.iter(f"{_W}num"):
            target = num.find(f"{_W}abstractNumId")
            kind = abstract.get(target.get(f"{_W}val")) if target is not None else None
            if kind is None:
                continue
            for level in kind.iter(f"{_W}lvl"):
                place = int(level.get(f"{_W}ilvl") or 0)
                self._levels[num.get(f"{_W}numId"), place] = (
                    _value(level, "numFmt"),
                    _value(level, "lvlText"),
                    int(_value(level, "start") or 1),
                )

    def label(self, paragraph: Any) -> str:
        """The number that Word prints before the paragraph, ``""`` for none or for bullets."""
        properties = paragraph._p.pPr
        number = properties.numPr if properties is not None else None
        if number is None and paragraph.style is not None and paragraph.style.element.pPr is not None:
            number = paragraph.style.element.pPr.numPr
        if number is None or number.numId is None:
            return ""
        list_id, place = str(number.numId.val), number.ilvl.val if number.ilvl is not None else 0
        if (list_id, place) not in self._levels:
            return ""
        counts = self._counts.setdefault(list_id, {})
        counts[place] = counts.get(place, self._levels[list_id, place][2] - 1) + 1
        for deeper in [level for level in counts if level > place]:
            del counts[deeper]
        shape = self._levels[list_id, place]
        if shape[0] in ("bullet", "none"):
            return ""

        def fill(match: re.Match[str]) -> str:
            level = int(match.group(1)) - 1
            form, _, start = self._levels.get((list_id, level), ("decimal", "", 1))
            return written(counts.get(level, start), form)

        return re.sub(r"%(\d)", fill, shape[1])


def _value(level: Any, name: str) -> str:
    child = level.find(f"{_W}{name}")
    return "" if child is None else str(child.get(f"{_W}val") or "")


def written(number: int, form: str) -> str:
    """A counter in the form that Word names (``chineseCounting``, ``decimal``, ``lowerLetter`` …); unknown forms come out in digits."""
    if (
        form in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographTraditional", "taiwaneseCountingThousand")
        and 0 < number < 100
    ):
        tens, ones = divmod(number, 10)
        if tens == 0:
            return _CHINESE[ones]
        return ("" if tens == 1 else _CHINESE[tens]) + "十" + (_CHINESE[ones] if ones else "")
    if form in ("lowerLetter", "upperLetter") and 0 < number <= 26:
        return chr((97 if form == "lowerLetter" else 65) + number - 1)
    if form == "decimalEnclosedCircle" and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    if form == "decimalFullWidth":
        return "".join(chr(0xFF10 + int(digit)) for digit in str(number))
    return str(number)
