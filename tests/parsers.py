"""The parsers that see any text, and texts to try them with: policy words in any order, and the same words again and again."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from policytext import numerals
from policytext.analyze import analyze
from policytext.commitments import find_commitments
from policytext.errors import WrongUsage
from policytext.periods.titles import read_title
from policytext.promises import find_promises
from policytext.quantities import quantities
from policytext.read.html import read_html
from policytext.read.text import read_text
from policytext.regions import locate
from policytext.schema import Clause, Head, Record, Unit
from policytext.search.query import parse

PIECES = re.findall(
    r"\S+",
    """第一条 第十二条 第一章 （一） 1. 一、 附件 附件1 表 ① ： ， 。 ； 、 （ ） 《 》 “ ” 〔 〕 [ ] | % ％ ~ — - ・ … 年 月 日
    号 元 万元
    亿元 个 家 一 二 三 十 百 千 万 亿 零 两 半 廿 1 20 3.5 1,000 2020 2025 〔2020〕 2020年3月1日 二〇二〇年 二○二○年三月一日 3年 三年
    五年内 12个月 6个月 30日 自 起 至 止 到 前 内 后 以上 以下 不超过 最高 不低于 超过 达到 每年 每家 累计 连续 分 一次性 给予
    奖励 补助 补贴 贴息 资助 按
    的 和 及 与 或 等 其 该 本 此 对 在 由 有效期 施行 实施 试行 印发之日 发布之日 废止 同时 延长 执行 期限 规划 计划 行动 方案
    办法 意见 措施 通知 人民政府
    办公厅 各市 各县 有关部门 责任单位 牵头单位 配合 负责 企业 机构 个人 团队 园区 营业收入 年主营 税收 投资额 认定 首次 新 区块链
    产业 基金 论坛 人才 应当 必须 鼓励
    支持 探索 加快 力争 完成 之前 底 年底 季度 OR +必须 -不要 title: path: * " ( ) 比例 其中 总额 合计 分别 三档 A类 B类""",
)


def _document(text: str) -> None:
    analyze(read_text("a.txt", text.encode("utf-8", "replace")))


def _page(text: str) -> None:
    read_html("a.html", f"<html><body><p>{text}</p></body></html>".encode("utf-8", "replace"))


def _clause(text: str) -> None:
    list(find_commitments([Clause(Record("a.txt", head=Head(title=text[:60])), 0, Unit("clause", "第一条", text, 0, 0, len(text)))]))


def _numerals(text: str) -> None:
    flat = numerals.flatten(text).text
    for read in (numerals.dates, numerals.year_ranges, numerals.plan_years, numerals.number):
        read(flat)
    numerals.read_date(text)
    numerals.read_duration(text)


def _query(text: str) -> None:
    try:
        parse(text)
    except WrongUsage as error:
        error.hint("en")


#: Texts that once took a time that grows with the square of their length, or more recursion than Python has.
HOSTILE: dict[str, Callable[[int], str]] = {
    "bodies, a line each": lambda n: "甲市财政局\n" * (n // 6),
    "cells of a table": lambda n: "（责任单位：甲局）\n" * (n // 10),
    "commas": lambda n: "1,," * (n // 3),
    "amounts": lambda n: "3万元" * (n // 3),
    "deadlines": lambda n: "2025年6月底前" * (n // 9),
    "labels of bodies": lambda n: "配合责任单位：" * (n // 7),
    "a bracket that stays open": lambda n: "（" + "负责" * (n // 2),
    "addressees": lambda n: ("各甲" * 200 + "：\n") * (n // 400),
    "groups of addressees": lambda n: ("各甲；" * 100 + "甲：\n") * (n // 300),
    "numbers within a line": lambda n: "1.甲“" * (n // 4),
    "years in brackets": lambda n: "(2020" * (n // 5),
    "texts that are repealed": lambda n: "《甲办法》" * (n // 5) + "同时废止",
    "commencements": lambda n: "本办法自发布之日起施行，有效期三年，" * (n // 18),
    "periods": lambda n: "有效期3年" * (n // 5),
}

PARSERS: dict[str, Callable[[str], object]] = {
    "numerals": _numerals,
    "quantities": lambda text: quantities(numerals.flatten(text).text),
    "structure and periods": _document,
    "titles": read_title,
    "places": lambda text: locate(text, (text,), text),
    "promises": find_promises,
    "commitments": _clause,
    "query": _query,
    "html": _page,
}


def repeated(length: int, pairs: int, seed: int = 0) -> Iterator[str]:
    """Each piece over and over, then pairs and triples of them, and a last one that does not fit."""
    chance = random.Random(seed)
    for piece in PIECES:
        yield piece * (length // len(piece))
    for _ in range(pairs):
        piece = "".join(chance.choices(PIECES, k=chance.choice((2, 3, 4))))
        yield chance.choice(PIECES) + piece * (length // len(piece)) + chance.choice(PIECES)


def jumbled(number: int, seed: int = 0) -> Iterator[str]:
    """Texts of policy words in any order."""
    chance = random.Random(seed)
    for _ in range(number):
        words = chance.choices(PIECES, k=chance.choice((5, 40, 400)))
        yield "".join(word + ("\n" if chance.random() < 0.05 else "") for word in words)
