"""Patterns in data files are put together from named pieces: «day» stands for the pattern that bears this name."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PIECE = re.compile(r"«(\w+)»")


def expand(source: str, pieces: Mapping[str, str]) -> str:
    """``source`` with the pattern of each «piece» in its place; KeyError for a piece that nobody defined."""
    return _PIECE.sub(lambda found: pieces[found[1]], source)
