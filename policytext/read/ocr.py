"""Text recognition for pages without usable text: the extra ``policytext[ocr]`` (RapidOCR on ONNX Runtime, models in its wheel, offline).

A recognised line becomes characters of a printed page, so that everything behind it works as for a text layer.
"""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from typing import Any

from policytext.read.characters import wide
from policytext.read.page import Char, Page
from policytext.read.sandbox import alive
from policytext.schema import Ocr

#: Pixels a point at which pages are drawn for it (144 dpi), and the longest side in pixels.
SCALE, LONGEST = 2.0, 3000
#: Lines recognised with less confidence are stains, seals and signatures.
LEAST = 0.5
#: Share of a recognised line's height that lies below the baseline, and that its characters take.
BELOW, HEIGHT = 0.2, 0.82
#: Lines this wide (in heights) tell how far the page is tilted.
LONG = 8
_HAN = r"[\u4e00-\u9fff，。、；：？！（）《》“”〔〕]"
_SIGNS = {"(": "（", ")": "）", ",": "，", ":": "：", ";": "；", "?": "？", "!": "！"}
#: The year of a 文号.
_YEAR = re.compile(r"[\[【(（〔]((?:19|20)\d\d)[\]】)）〕](?=第?\d{1,4}号)")
#: A page with fewer characters and a picture over this share of it is worth recognising: a scan may bear a stamp or a page number.
FEW, PICTURE = 40, 0.4


def available() -> bool:
    """Is the extra installed?"""
    return importlib.util.find_spec("rapidocr") is not None


def wanted(page: Page, mode: Ocr) -> bool:
    """Should this page be recognised?"""
    scan = len(page.chars) < FEW and page.image_share > PICTURE
    return (mode == "all" or (mode == "auto" and scan)) and available()


def scale_for(page: Page) -> float:
    """Pixels a point for drawing the page."""
    return min(SCALE, LONGEST / max(page.width, page.height, 1.0))


def recognise(page: Page, image: Any) -> None:
    """Put what stands in ``image`` (rows × columns × 3 bytes: blue, green, red; the whole page) in place of the characters of ``page``."""
    alive()
    found = _engine()(image, use_cls=False)
    page.ocr = True
    page.chars = []
    if found.boxes is None:
        return
    points = page.width / image.shape[1]
    lines = [
        ([(float(x) * points, float(y) * points) for x, y in box], _punctuated(text))
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if score >= LEAST and text.strip()
    ]
    slope = _tilt([box for box, _ in lines])
    for box, text in lines:
        page.chars.extend(_characters(box, text, slope))


def _punctuated(text: str) -> str:
    """Half-width signs beside Han characters made full-width, as they are printed: recognition mixes them."""
    text = _YEAR.sub(r"〔\1〕", text)
    for narrow, full in _SIGNS.items():
        text = re.sub(rf"(?<={_HAN}){re.escape(narrow)}|{re.escape(narrow)}(?={_HAN})", full, text)
    return text


def _tilt(boxes: list[list[tuple[float, float]]]) -> float:
    """The usual slope of the long lines: a page laid askew on the glass."""
    slopes = sorted((b[1][1] - b[0][1]) / (b[1][0] - b[0][0]) for b in boxes if b[1][0] - b[0][0] > LONG * max(b[3][1] - b[0][1], 0.1))
    return slopes[len(slopes) // 2] if slopes else 0.0


def _characters(box: list[tuple[float, float]], text: str, slope: float) -> list[Char]:
    """One character beside the other over the width of the line; wide ones take twice the room of narrow ones."""
    left, right = min(box[0][0], box[3][0]), max(box[1][0], box[2][0])
    top, bottom = (box[0][1] + box[1][1]) / 2, (box[2][1] + box[3][1]) / 2
    middle = (left + right) / 2
    # The page turned back by its tilt.
    top, bottom = top - slope * middle, bottom - slope * middle
    shift = slope * (top + bottom) / 2
    units = [2 if wide(char) else 1 for char in text]
    step = (right - left) / max(sum(units), 1)
    size = min((bottom - top) * HEIGHT, 2 * step * 1.1) if sum(units) > 4 else (bottom - top) * HEIGHT
    base = bottom - BELOW * (bottom - top)
    out, x, gap = [], left + shift, False
    for char, unit in zip(text, units, strict=True):
        if char.isspace():
            gap = True
        else:
            out.append(Char(x, x + unit * step, base, size, char, gap))
            gap = False
        x += unit * step
    return out


@cache
def _engine() -> Any:
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error", "EngineConfig.onnxruntime.intra_op_num_threads": 1})
