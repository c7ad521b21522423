"""Amounts with their units, and rows of amounts that belong together: 2000万元、5000万元、1亿元. Works on the text that ``plain`` makes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from policytext.numerals import number as number_of
from policytext.promises.wording import Wordings
from policytext.quantities import Quantity, quantities

Kind = Literal["money", "percent", "half", "area", "count", "bare"]

_CURRENCY = re.compile(r"(?:元|块钱?)?(?:人民币)?(美元|美金|港元|港币|欧元|英镑|日元|元|块钱)?(?:人民币)?")
_CURRENCIES = {"美金": "美元", "港币": "港元", "块钱": "元"}
#: 四分之一; 百分之十 is read as a quantity.
_PART = re.compile("([二三四五六七八九十])分之([一二两三四五六七八九])")
_HALF = re.compile("减半")
_AREA = re.compile(r"平方米|平米|㎡|m2|亩")
_COUNTED = re.compile(
    r"(?:亿|万)?(?:千瓦时|千瓦|兆瓦|公里|公斤|千克|吨|家|户|个|名|人|笔|项|件|套|台|张|辆|场|篇|架|艘|只|头|株|部|宗|单|例|门|种|锭|度|瓦|位|处|座|条|款)"
)
#: Units after which a number is a time, a rank or an ordinal, never an amount.
_NO_AMOUNT = re.compile(r"年|个?月|日|天|周|小时|分钟|岁|期|届|号|级|次|强|星|楼|层|类|百分点|个百分点|倍|:|G|A级|点")
#: Two points of interest that are paid: 2个百分点的贴息.
_POINTS = re.compile(r"个?百分点(?=的?[^,。;#]{0,4}(?:贴息|补贴|补助))")
_ORDINAL = re.compile(r"(?:第|前|后|排名|位列|名列|编号|电话)$")
_BY = re.compile(r"/(?:\d+|一)?(平方米|平米|㎡|m2|千瓦时|公斤|千克|美元|标准箱|人次|学年|学期|个月|[一-龥])")
#: Units that are one.
SAME_UNIT = {"名": "人", "位": "人", "生": "人", "平米": "平方米", "㎡": "平方米", "m2": "平方米", "学年": "年", "个月": "月"}
#: 每家500万元: the holder himself, not something that is counted.
_HOLDERS = "家户企单项个"
_MAGNITUDE = re.compile(r"\d([百千]?[万亿]+|[百千])")
_EACH = re.compile(r"每(?:一|1)?(平方米|[^,。;:每年天月日学0-9]|学年|学期|年|天|月|日)")
_EACH_BEFORE = re.compile(r"(?:每(?:一|1)?(?:平方米|学年|学期|[^,。;:每]))(?:[^,。;:#\d]{0,10})$")
#: What may stand between the amounts of one row.
_JOIN = re.compile(r"(?:(?:及以上|以上|左右)?的?(?:、|和|及|与|或者?|以及|,)|(?:以下|以内)(?:、|和|及|与|或者?))(?:及|和)?")
#: What may stand between numbers that share the unit of the last.
_SHARED = re.compile(r"、|和|或|[-‐‑‒–—―−─━~∼〜～]{1,2}|至|到|,")
#: 1至3家, but not 2、3家.
_RANGE = re.compile(r"[-‐‑‒–—―−─━~∼〜～]{1,2}|至|到")
#: 3万至4万平方米: what follows says whether this is money.
_TO_NUMBER = re.compile(r"(?:[-‐‑‒–—―−─━~∼〜～]+|至|到)\d[\d.]*(?:万|亿)?(?:平方米|平米|㎡|m2|亩|人|户|吨)")
#: 由每人每年320元提高到380元: the second is by the year and head too.
_RAISED = re.compile("(?:的标准)?(?:提高|调整|上调|提升|增加)(?:到|至|为)")
#: 奖励10万元,1000万元以上的…: behind a bare comma an amount with a bound begins a new condition.
_BOUND = re.compile("及?以[上下内]")
_TO = re.compile(r"(?:以上)?(?:至|到|[-‐‑‒–—―−─━~∼〜～]+)(?:不超过)?")


@dataclass(frozen=True, slots=True)
class Amount:
    """``value`` in ``unit`` (元, 美元, %, 平方米, 项 for whatever is counted); ``low``: the lower end of a range, else None."""

    value: float
    kind: Kind
    unit: str
    start: int
    end: int
    low: float | None = None
    #: What it is paid for each of, as printed after it: 人, 平方米/月.
    each: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Amounts of one kind in a row; they stand at ``start`` to ``end``."""

    amounts: tuple[Amount, ...]

    @property
    def kind(self) -> Kind:
        """The kind that all its amounts have."""
        return self.amounts[0].kind

    @property
    def start(self) -> int:
        """Where the first amount begins."""
        return self.amounts[0].start

    @property
    def end(self) -> int:
        """Where the last amount ends."""
        return self.amounts[-1].end


def rows(text: str, words: Wordings) -> list[Row]:
    """The rows of amounts in ``text``, in order. Times, ranks and bare numbers are none."""
    printed = [amount for number in quantities(text) if (amount := _amount(text, number, words))]
    halves = [Amount(50, "half", "%", *found.span()) for found in _HALF.finditer(text)]
    parts = [Amount(_share(found), "percent", "%", *found.span()) for found in _PART.finditer(text)]
    printed = [one for one in printed if not any(part.start <= one.start < part.end for part in parts)]
    found = _units_shared(sorted([*printed, *halves, *parts], key=lambda amount: amount.start), text)
    result: list[list[Amount]] = []
    for amount in _ranges(found, text):
        if amount.kind == "bare":
            continue
        before = result[-1][-1] if result else None
        anew = before is not None and text[before.end : amount.start] == "," and _BOUND.match(text, amount.end)
        if before and not anew and _same(before, amount) and _JOIN.fullmatch(text, before.end, amount.start):
            result[-1].append(amount)
        else:
            result.append([amount])
    for one, two in pairwise(result):
        each = next((amount.each for amount in one if amount.each), "")
        if each and not two[0].each and _RAISED.fullmatch(text, one[-1].end, two[0].start):
            two[:] = [replace(amount, each=each) for amount in two]
    return [Row(_alike(amounts)) for amounts in result]


def _share(found: re.Match[str]) -> float:
    """三分之一 as a percentage."""
    return round(100 * (number_of(found[2]) or 0) / (number_of(found[1]) or 1), 2)


def _alike(amounts: Sequence[Amount]) -> tuple[Amount, ...]:
    """每场2000元、3000元: what is said of one amount of a row holds for all of it."""
    each = next((amount.each for amount in amounts if amount.each), "")
    return tuple(replace(amount, each=amount.each or each) for amount in amounts)


def _same(one: Amount, other: Amount) -> bool:
    return one.kind == other.kind and (one.kind != "count" or one.unit == other.unit)


def _amount(text: str, number: Quantity, words: Wordings) -> Amount | None:
    if _ORDINAL.search(text, max(0, number.start - 4), number.start) and not number.scaled:
        return None
    value = number.value
    if number.percent:
        return Amount(value, "percent", "%", number.start, number.end)
    if text.startswith("‰", number.end):
        return Amount(value / 10, "percent", "%", number.start, number.end + 1)
    if (unit := _AREA.match(text, number.end)) is not None:
        return Amount(value, "area", "亩" if unit[0] == "亩" else "平方米", number.start, unit.end())
    currency = _CURRENCY.match(text, number.end)
    if currency and currency[0]:
        unit_name = _CURRENCIES.get(currency[1] or "元", currency[1] or "元")
        return _money(value, unit_name, text, number.start, currency.end())
    if (points := _POINTS.match(text, number.end)) is not None:
        return Amount(value, "percent", "%", number.start, points.end())
    if _NO_AMOUNT.match(text, number.end):
        return None
    if (unit := _COUNTED.match(text, number.end)) is not None:
        # 二套房 is the second one: two are 两套.
        if text[number.start : number.end] == "二":
            return None
        return Amount(value, "count", unit[0], number.start, unit.end())
    money = words.money_follows.match(text, number.end) and not words.not_money.match(text, number.end)
    if number.scaled and money and not _TO_NUMBER.match(text, number.end):
        return _money(value, "元", text, number.start, number.end)
    return Amount(value, "bare", "", number.start, number.end)


def _money(value: float, unit: str, text: str, start: int, end: int) -> Amount:
    """The sum with what it is paid for each of: 人/月 in 100元/人/月."""
    units = []
    while found := _BY.match(text, end):
        units.append(SAME_UNIT.get(found[1], found[1]))
        end = found.end()
    before = _before(text, start)
    each = (
        "/".join(dict.fromkeys((before, *units)))
        if before and units and units[0] in ("月", "年", "日", "天")
        else "/".join(units) or before
    )
    return Amount(value, "money", unit, start, end, each=each)


def _before(text: str, place: int) -> str:
    """人/月 in 每人每月不高于100元."""
    found = _EACH_BEFORE.search(text, max(0, place - 24), place)
    units = [SAME_UNIT.get(unit, unit) for unit in _EACH.findall(found[0]) if unit not in _HOLDERS] if found else []
    return "" if units == ["年"] else "/".join(units)


def _units_shared(amounts: Sequence[Amount], text: str) -> list[Amount]:
    """20、30、40万元: numbers without a unit take that of the next in their row, with its magnitude."""
    found = list(amounts)
    scale = 1
    for place in range(len(found) - 2, -1, -1):
        here, after = found[place], found[place + 1]
        if amounts[place + 1].kind != "bare":
            scale = _scale(text[after.start : after.end])
        joint = _RANGE if after.kind == "count" else _SHARED
        if here.kind == "bare" and after.kind in ("money", "percent", "area", "count") and joint.fullmatch(text, here.end, after.start):
            own = _scale(text[here.start : here.end])
            found[place] = replace(here, kind=after.kind, unit=after.unit, value=here.value * (scale if own == 1 else 1))
    return found


def _scale(printed: str) -> int:
    """The magnitude that stands behind the digits: 万 in 40万元."""
    found = _MAGNITUDE.search(printed)
    value = 1
    for sign in found[1] if found else "":
        value *= {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100}[sign]
    return value


def _ranges(amounts: Sequence[Amount], text: str) -> list[Amount]:
    found: list[Amount] = []
    for amount in amounts:
        if found and _same(found[-1], amount) and found[-1].value < amount.value and _TO.fullmatch(text, found[-1].end, amount.start):
            low = found.pop()
            amount = replace(amount, low=low.value, start=low.start)
        found.append(amount)
    return found
