"""Numbers as they are printed with their magnitude, turned into values: 50万, 1.5亿, 三百万, 5,000, 百分之十. Pure functions.

Takes raw text (full-width digits and blanks between number and magnitude are seen through) and gives half-open offsets into it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from policytext.numerals import MOST_DIGITS, narrow, number

_HAN = "一二三四五六七八九十百千两零〇"
_MAGNITUDE = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_SCALE = r"(?:\s?[十百千]?\s?(?:万亿|[万亿])|\s?[百千](?![分瓦米克帕兆家户园站万亿]))"
_ARABIC = (
    r"(?P<digits>(?<![\d.a-zA-Z])(?<!\d,)(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    rf"(?P<scale>{_SCALE})?(?P<percent>\s?%)?(?![\d.,]{{0,40}}\d)"
)
_WRITTEN = rf"(?<![{_HAN}第万亿])(?P<written>(?:[一二三四五六七八九十两]|[百千](?=[万亿]))[{_HAN}万亿]*)(?![{_HAN}万亿])"
_SHARE = rf"百分之(?P<share>[{_HAN}]+(?:点[{_HAN}]+)?|\d+(?:\.\d+)?)"
_QUANTITY = re.compile(rf"{_SHARE}|{_ARABIC}|{_WRITTEN}")
#: 百万 and 千亿 are written without the 一 that reading them needs.
_LEADING = re.compile("^[百千]")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and where it is printed. ``percent``: the value is the printed number of a percentage (``10%`` is 10).

    ``scaled``: it is printed with a magnitude (万, 亿, …) or in Chinese numerals of at least a thousand.
    """

    value: int | float
    percent: bool
    scaled: bool
    start: int
    end: int


def quantities(text: str) -> list[Quantity]:
    """Every number in ``text``, in order; a written number that cannot be read is left out."""
    found = []
    for match in _QUANTITY.finditer(narrow(text)):
        value = _value(match)
        if value is not None and value.adjusted() < MOST_DIGITS:
            plain = int(value) if value == int(value) else float(value)
            scaled = bool(match["scale"]) or (bool(match["written"]) and plain >= 1000)
            found.append(Quantity(plain, bool(match["percent"] or match["share"]), scaled, match.start(), match.end()))
    return found


def _value(match: re.Match[str]) -> Decimal | None:
    if match["digits"]:
        value = Decimal(match["digits"].replace(",", ""))
        for sign in (match["scale"] or "").replace(" ", ""):
            value *= _MAGNITUDE.get(sign, 1)
        return value
    if match["share"]:
        return _share(match["share"])
    written = number(_LEADING.sub(lambda lead: "一" + lead[0], match["written"]))
    return None if written is None else Decimal(written)


def _share(text: str) -> Decimal | None:
    if text[0].isdigit():
        return Decimal(text)
    whole, _, rest = text.partition("点")
    value = number(_LEADING.sub(lambda lead: "一" + lead[0], whole))
    if value is None:
        return None
    return Decimal(value) + (Decimal("0." + "".join(str(number(digit) or 0) for digit in rest)) if rest else 0)
