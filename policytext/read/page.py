"""What a page of print is, whatever format it comes in: characters with their places, ruling lines, pictures.

Coordinates are in points, y grows downwards from the top of the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from policytext.read.characters import is_han


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
    """One page: upright characters in the file's order, those that stand askew (watermarks), ruling lines, and its make-up."""

    number: int
    width: float
    height: float
    chars: list[Char] = field(default_factory=list)
    askew: str = ""
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    image_share: float = 0.0
    paths: int = 0


def straight(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """A thin box as one stroke along its middle."""
    x0, y0, x1, y1 = box
    if x1 - x0 >= y1 - y0:
        return x0, (y0 + y1) / 2, x1, (y0 + y1) / 2
    return (x0 + x1) / 2, y0, (x0 + x1) / 2, y1


def han_size(chars: list[Char]) -> float:
    """The usual size of the Han characters, or of all where there are none; 0.0 for no characters."""
    sizes = sorted(char.size for char in chars if is_han(char.text)) or sorted(char.size for char in chars)
    return sizes[len(sizes) // 2] if sizes else 0.0
