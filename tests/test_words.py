"""Segmentation: both engines alike, every dictionary entry earns its place."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policytext.words import cut, dictionary, fingerprint, inner_words, normalise, pieces, terms

ENTRIES = [word for word, _ in dictionary()]
CARRIERS = ("{}", "推动{}有关工作", "对{}给予支持", "实行{}", "加强{}建设", "和{}以及", "（{}）", "按规定对{}给予", "重点{}项目")
PIECES = (
    *("设立", "的", "给予", "最高", "园区", "一网", "贰", "①", "T恤", "C++", "V2.0", "（", "）", "、", "。", "\n", "  ", "\ud83d", "😀"),
    *("2020-2022年", "GB/T 9704—2012", "5.3.1", "50万元", "３０％", "12.5%", "a@b.cn", "http://example.gov.cn/a_b-c.html", "AI+", "5G"),
    "全县每年拿出两成预算，帮助小厂把账本搬到链上。",
    "申请人凭营业执照到窗口领取3张消费券，逾期作废！",
)


@cache
def plain() -> Any:
    import jieba

    jieba.setLogLevel("ERROR")
    return jieba.Tokenizer()


def made_lines(number: int) -> list[str]:
    rng = random.Random(20200728)
    return ["".join(rng.choice(ENTRIES if rng.random() < 0.4 else PIECES) for _ in range(rng.randint(1, 25))) for _ in range(number)]


def test_engines_agree_on_made_lines() -> None:
    for line in made_lines(3000):
        assert cut(line) == cut(line, "reference")


def test_engines_agree_on_real_lines(shared: Path) -> None:
    with gzip.open(shared / "real" / "docs.jsonl.gz", "rt", encoding="utf-8") as handle:
        lines = [line for row in handle for line in json.loads(row)["text"].splitlines() if line.strip()]
    for line in random.Random(7).sample(lines, 6000):
        assert cut(line) == cut(line, "reference")


def test_nothing_is_lost_by_cutting() -> None:
    for line in made_lines(300):
        assert "".join(cut(line)) == line


@pytest.mark.parametrize("word", ENTRIES)
def test_each_entry_is_needed_and_works(word: str) -> None:
    carriers = [carrier.format(word) for carrier in CARRIERS]
    assert any(word not in plain().lcut(text) for text in carriers), "jieba keeps it whole without us"
    for text in carriers:
        assert word in cut(text)
        assert word in cut(text, "reference")


def test_entries_are_words_not_phrases() -> None:
    assert len(ENTRIES) == len(set(ENTRIES)) >= 500
    for word in ENTRIES:
        assert 2 <= len(word) <= 8
        assert not set(word) & set("的了，。、")


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("推动经济高质量发展的意见", "经济"),
        ("培育创新动能", "动能"),
        ("国有资产监督管理委员会", "监督管理"),
        ("开发区块链平台", "平台"),
        ("优化营商环境", "优化"),
        ("应用场景清单", "应用场景"),
        ("大数据资源", "大数据资源"),
        ("大数据分析", "大数据分析"),
        ("扩大数据规模", "扩大"),
        ("重大数据安全事件", "重大"),
        ("加大数据资源开放力度", "加大"),
        ("加大数据分析力度", "加大"),
        ("信用信息共享", "信用信息"),
    ],
)
def test_neighbours_are_not_torn(text: str, whole: str) -> None:
    assert whole in cut(text)


def test_terms_are_the_same_in_index_and_query() -> None:
    assert {"专精特新企业", "专精特新", "企业"} <= set(terms("培育专精特新企业"))
    assert "引导基金" in terms("设立区块链产业引导基金。")
    assert terms("ＡＩ　５０％") == terms("ai 50%")
    assert terms("的，。") == []


def test_a_bracketed_character_belongs_to_the_word() -> None:
    assert terms("首台（套）装备") == terms("首台套装备")
    assert terms("首批(次)") == terms("首批次")
    assert terms("推进（一）设立") == ["推进", "设立"]


def test_inner_words_fill_the_word() -> None:
    assert set(inner_words("工业互联网平台")) == {"工业", "互联网", "平台", "工业互联网", "互联网平台"}
    assert inner_words("人民政府") == ("人民", "政府")
    assert inner_words("集成电路") == ("集成", "电路")
    assert inner_words("河北省") == ("河北",)
    assert inner_words("专精特新") == inner_words("园区") == inner_words("github") == ()


def test_pieces_are_characters_and_latin_runs() -> None:
    assert pieces("５G网络、API 2.0") == ["5g", "网", "络", "、", "api", "2", ".", "0"]


def test_normalise_folds_width_case_and_space() -> None:
    assert normalise("ＧＢ／Ｔ　９７０４\n X") == "gb/t 9704 x"
    assert normalise("甲\ud800") == "甲?"


def test_half_a_surrogate_pair_is_a_token() -> None:
    text = "设立\ud83d引导基金"
    assert cut(text) == cut(text, "reference") == ["设立", "\ud83d", "引导基金"]
    assert terms(text) == terms("设立 引导基金")


def test_threads_get_what_one_thread_gets() -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor as Pool; from policytext.words import cut;"
        "print(len({tuple(tokens) for tokens in Pool(8).map(lambda _: cut('设立区块链引导基金' * 50), range(64))}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "1"
    lines = made_lines(200)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(cut, lines)) == [cut(line) for line in lines]


def test_fingerprint_is_stable() -> None:
    assert fingerprint() == fingerprint()
    assert len(fingerprint()) == 16


def test_the_python_dictionary_is_not_loaded() -> None:
    code = "import sys, policytext.words as w; w.cut('区块链'); print('jieba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"
