"""The part of a clause that is shown, and what is marked in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.search.query import parse
from policytext.search.slots import slots
from policytext.search.snippets import Snippet, matched, snippet

LONG = "全县各部门按照分工推进各项工作，" * 8 + "设立区块链引导基金，总规模一亿元，" + "县财政局会同有关单位制定办法并抓好落实，" * 8


def marked(of: Snippet) -> list[str]:
    return [of.text[start:end] for start, end in of.spans]


def words_of(text: str, query: str) -> tuple[str, ...]:
    read = parse(query)
    return matched(text, read.phrases, slots(read)).words


def test_a_short_clause_is_shown_whole() -> None:
    assert snippet("设立引导基金。", ("引导基金",)) == Snippet("设立引导基金。", ((2, 6),))


def test_the_window_lies_where_the_words_are() -> None:
    cut = snippet(LONG, ("引导基金", "区块链", "一亿元"), 40)
    assert marked(cut) == ["区块链引导基金", "一亿元"]
    assert cut.text.startswith("…")
    assert cut.text.endswith("…")
    assert len(cut.text) == 40


def test_the_window_with_most_different_words_wins() -> None:
    text = "奖励奖励奖励奖励" + "，另行制定" * 20 + "贴息与奖励" + "，另行制定" * 20
    assert marked(snippet(text, ("奖励", "贴息"), 30)) == ["贴息", "奖励"]


def test_no_sign_of_omission_at_the_ends() -> None:
    assert snippet(LONG, ("全县",), 30).text == LONG[:29] + "…"
    end = snippet(LONG + "奖励", ("奖励",), 30)
    assert end.text == "…" + (LONG + "奖励")[-29:]
    assert marked(end) == ["奖励"]
    assert snippet(LONG, (), 30) == Snippet(LONG[:29] + "…")


def test_width_and_case_are_folded_and_numbers_stand_alone() -> None:
    assert marked(snippet("ＡＩ企业50万元，5家", ("ai", "5"))) == ["ＡＩ", "5"]
    assert marked(snippet("占地⑩、10亩、100亩、10m", ("10",))) == ["⑩", "10"]


def test_brackets_and_quotes_inside_a_word() -> None:
    text = "购买首台（套）装备的“专精特新”企业"
    assert marked(snippet(text, words_of(text, "首台套 专精特新企业"))) == ["首台（套）", "专精特新", "企业"]


def test_a_word_longer_than_the_window() -> None:
    assert len(snippet("甲" * 100, ("甲" * 50,), 20).text) <= 20


@given(
    st.text(alphabet="区块链引导基金，a5①㎡ ", max_size=300),
    st.lists(st.sampled_from(["区块链", "引导", "基金", "a", "5", "m2", "", "，"])),
    st.integers(3, 120),
)
def test_snippets_are_parts_of_the_text(text: str, words: list[str], width: int) -> None:
    cut = snippet(text, words, width)
    assert len(cut.text) <= width
    assert cut.text.strip("…") in text
    last = -1
    for start, end in cut.spans:
        assert last < start < end <= len(cut.text)
        last = end


@pytest.mark.parametrize(
    ("text", "query", "words"),
    [
        ("设立区块链引导基金。", "引导基金 奖励", ("引导基金",)),
        ("培育专精特新企业", "专精特新企业", ("专精特新企业",)),
        ("培育企业", "专精特新企业", ("企业",)),
        ("给予ＡＩ企业奖励", "ai 奖励", ("ai", "奖励")),
        ("设立引导基金", "“立引导”", ("立引导",)),
        ("设立引导基金", "“引导” 基金 论坛", ("引导", "基金")),
        ("举办论坛", "基金", ()),
        ("設立引導基金50萬元", "引导基金 500000元", ("引导基金", "50万")),
        ("发展区块链和区块经济", "区块*", ("区块", "区块链")),
    ],
)
def test_matched_words(text: str, query: str, words: tuple[str, ...]) -> None:
    assert words_of(text, query) == words
