"""Rows of a table put in words, so that they are read like any other sentence.

营业收入 | 奖励(万元) above 1亿元以上 | 100 becomes 营业收入1亿元以上的,给予100万元补助.
"""

from __future__ import annotations

import re

from policytext.numerals import narrow
from policytext.promises.wording import wordings
from policytext.schema import CELL_JOIN

_UNIT = re.compile(r"[(（]?(?:单位[:：])?(万?亿?元(?:/[^()（）]{1,4})?|%|万元)[)）]?$")
_BARE = re.compile(r"\d[\d,.]*(?:\s*[-—–~至]\s*\d[\d,.]*)?")


def header(text: str) -> list[str]:
    """The cells of a row that heads a table of promises: one names a benefit, none an amount. Empty for any other row."""
    cells = [cell.strip() for cell in narrow(text).split(CELL_JOIN)]
    given = any(wordings().table_benefit.search(cell) for cell in cells)
    return cells if len(cells) > 1 and given and not any(re.search(r"\d", cell) for cell in cells) else []


def in_words(head: list[str], text: str) -> str:
    """The row as a sentence; the text as it is where it has not the cells of ``head``."""
    cells = [cell.strip() for cell in narrow(text).split(CELL_JOIN)]
    if len(cells) != len(head):
        return text
    conditions: list[str] = []
    rewards: list[str] = []
    for name, cell in zip(head, cells, strict=True):
        unit = _UNIT.search(name)
        if unit and _BARE.fullmatch(cell):
            cell += unit[1]
        name = _UNIT.sub("", name)
        if wordings().table_benefit.search(name) and re.search(r"\d", cell):
            ceiling = bool(wordings().table_cap.search(name))
            rewards.append(f"{'' if ceiling and rewards else '给予'}{'最高' if ceiling else ''}{cell}补助")
        else:
            conditions.append(f"{name}{cell}" if re.search(r"\d", cell) else cell)
    return f"{'、'.join(conditions)}的,{','.join(rewards)}" if rewards else text
