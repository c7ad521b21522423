"""The text of a clause made plain for reading: no white space, half-width signs, asides in brackets left out."""

from __future__ import annotations

import re

from policytext.numerals import Flat, flatten
from policytext.promises.wording import Wordings

_BRACKET = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】|［([^［］]*)］|〔([^〔〕]*)〕")
_NUMBERING = re.compile(r"[一二三四五六七八九十\d]{1,3}")


def plain(text: str, words: Wordings) -> Flat:
    """``text`` without white space and without brackets; what in brackets promises something stays, between commas.

    A number in brackets begins a new item (a semicolon stands for it), who is responsible ends one (a full stop). Every sign keeps its
    way back to ``text``.
    """
    flat = flatten(text)
    signs: list[str] = []
    at: list[int] = []

    def put(stretch: str, start: int) -> None:
        signs.append(stretch)
        at.extend(flat.at[start : start + len(stretch)])

    place = 0
    for found in _BRACKET.finditer(flat.text):
        put(flat.text[place : found.start()], place)
        inside, first = next((found[group], found.start(group)) for group in range(1, 6) if found[group] is not None)
        if _NUMBERING.fullmatch(inside) or words.responsible.search(inside):
            signs.append(";" if _NUMBERING.fullmatch(inside) else "。")
            at.append(flat.at[found.start()])
        elif words.telling_aside.search(inside):
            signs.append(",")
            at.append(flat.at[found.start()])
            put(inside, first)
            signs.append(",")
            at.append(flat.at[found.end() - 1])
        place = found.end()
    put(flat.text[place:], place)
    return Flat("".join(signs), tuple(at))
