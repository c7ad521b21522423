"""What a page of print is, whatever format it comes in: characters with their places, ruling lines, pictures.

Coordinates are in points, y grows downwards from the top of the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from policytext.read.characters import is_han

#: x0, y0, x1, y1.
Box = tuple[float, float, float, float]
_THIN = 3.5


class Char(NamedTuple):
    """One printed character: left and right edge of its advance box, baseline, font size in points; ``gap``: after a coded blank."""

    x0: float
    x1: float
    y: float
    size: float
    text: str
    gap: bool


@dataclass(slots=True)
class Page:
    """One page: upright characters in the file's order, those that stand askew (watermarks), ruling lines, and its make-up.

    ``image_share`` is the part of the page that pictures cover, ``ocr`` tells that the characters were recognised in a picture.
    """

    number: int
    width: float
    height: float
    chars: list[Char] = field(default_factory=list)
    askew: str = ""
    rules: list[Box] = field(default_factory=list)
    image_share: float = 0.0
    paths: int = 0
    ocr: bool = False


def strokes(lines: list[list[tuple[float, float]]]) -> list[Box]:
    """The straight horizontal and vertical strokes of connected points; a thin rectangle counts as one stroke."""
    found = []
    for line in lines:
        xs, ys = [x for x, _ in line], [y for _, y in line]
        box = (min(xs), min(ys), max(xs), max(ys))
        if len(line) > 2 and (box[2] - box[0] < _THIN or box[3] - box[1] < _THIN):
            found.append(straight(box))
            continue
        for (ax, ay), (bx, by) in pairwise(line):
            if abs(ax - bx) < 0.5 or abs(ay - by) < 0.5:
                found.append(straight((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))))
    return [rule for rule in found if rule[2] - rule[0] > 2 or rule[3] - rule[1] > 2]


def straight(box: Box) -> Box:
    """A thin box as one stroke along its middle."""
    x0, y0, x1, y1 = box
    if x1 - x0 >= y1 - y0:
        return x0, (y0 + y1) / 2, x1, (y0 + y1) / 2
    return (x0 + x1) / 2, y0, (x0 + x1) / 2, y1


def han_size(chars: list[Char]) -> float:
    """The usual size of the Han characters, or of all where there are none; 0.0 for no characters."""
    if len({char.size for char in chars}) == 1:
        return chars[0].size
    sizes = [char.size for char in chars if is_han(char.text)] or [char.size for char in chars]
    sizes.sort()
    return sizes[len(sizes) // 2] if sizes else 0.0
