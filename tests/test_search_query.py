"""What the user typed: read, or told with its place what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.errors import WrongUsage
from policytext.search.query import MAX_TERMS, Condition, Run, Wish, parse
from policytext.search.slots import Slot, Variant, slots
from policytext.search.synonyms import Synonyms, load_synonyms


@pytest.mark.parametrize(
    ("text", "words", "conditions"),
    [
        ("区块链 引导基金", ["区块链", "引导基金"], []),
        ('"导基"', ["导基"], [("any", "导基", False)]),
        ("“奖励20万元” 企业", ["奖励20万元", "企业"], [("any", "奖励20万元", False)]),
        ("「甲」“乙”＂丙＂", ["甲", "乙", "丙"], [("any", "甲", False), ("any", "乙", False), ("any", "丙", False)]),
        ("+人才 -论坛", ["人才"], [("any", "人才", False), ("any", "论坛", True)]),
        ("＋人才 －“高峰论坛”", ["人才"], [("any", "人才", False), ("any", "高峰论坛", True)]),
        ("title:新政 TITLE:人才 标题：补贴", ["新政", "人才", "补贴"], [("title", word, False) for word in ("新政", "人才", "补贴")]),
        ("-title:试行 补贴 路径:第三条", ["补贴"], [("title", "试行", True), ("path", "第三条", False)]),
        ("path:第一章/第三条", [], [("path", "第一章/第三条", False)]),
        ("区块* 人才", ["区块*", "人才"], []),
        # An operator that does not stand directly before a word (or behind it: *) is a plain character.
        ("信易+", ["信易+"], []),
        ("AI+医疗", ["AI+医疗"], []),
        ("2020-2022 政务 - 服务 + *", ["2020-2022", "政务", "-", "服务", "+", "*"], []),
        ("or", ["or"], []),
        ("“” 园区", ["园区"], []),
    ],
)
def test_words_and_conditions(text: str, words: list[str], conditions: list[tuple[str, str, bool]]) -> None:
    query = parse(text)
    assert [wish.text + "*" * wish.prefix for wish in query.wishes] == words
    assert [(run.field, run.text, one.excluded) for one in query.conditions for run in one.runs] == conditions
    assert query.text == text


def test_either() -> None:
    assert parse("甲 OR 乙 丙").wishes == (Wish("甲", alternatives=(Wish("乙"),)), Wish("丙"))
    assert parse("甲 OR 乙").conditions == ()
    # One side must be met, so the other side is what must be met instead of it.
    assert parse("“甲” OR 乙").conditions == (Condition((Run("any", "甲"), Run("any", "乙"))),)
    assert parse("甲 OR 乙 OR 丙").wishes == (Wish("甲", alternatives=(Wish("乙"), Wish("丙"))),)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('引导基金 "人才', "query_quote", "         ^"),
        ("半个引号” 园区", "query_quote", "        ^"),
        ("OR 人才", "query_or", "^"),
        ("人才 OR", "query_or", "     ^"),
        ("人才 OR OR 资金", "query_or", "        ^"),
        ("人才 OR -资金", "query_or_excluded", "        ^"),
        ("-人才 OR 资金", "query_or_excluded", "         ^"),
        ("-人才 -资金", "query_only_excluded", "^"),
        ("a title: 人才", "query_field", "  ^"),
        ("人才 “的”", "query_too_common", "     ^"),
        ("，。", "query_no_word", "^"),
        ("", "query_no_word", "^"),
    ],
)
def test_a_wrong_query_is_told_with_its_place(text: str, code: str, place: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        parse(text)
    assert caught.value.code == code
    assert caught.value.details["mark"] == place
    for lang in ("zh", "en"):
        assert f"\n  {text}\n  {place}" in caught.value.reason(lang)


def test_a_pasted_page_is_cut() -> None:
    query = parse("，".join(f"条{number} “款{number}” " for number in range(1000)))
    assert len(query.wishes) == len(query.conditions) == MAX_TERMS
    assert len(slots(query)) <= MAX_TERMS


def filled(text: str, synonyms: Synonyms | None = None) -> list[tuple[str, list[tuple[str, float]]]]:
    found = slots(parse(text), synonyms) if synonyms else slots(parse(text))
    return [(slot.word, [(" ".join(one.terms), one.weight) for one in slot.variants]) for slot in found]


def test_a_word_and_those_inside_it_have_a_slot_each() -> None:
    assert filled("引导基金，引导基金") == [(word, [(word, 1.0)]) for word in ("引导基金", "引导", "基金")]
    assert filled("的 首台（套）") == [("首台套", [("首台套", 1.0)])]


def test_a_synonym_fills_all_slots_of_its_word() -> None:
    groups = Synonyms({"引导基金": ("母基金",), "税收减免": ("减税",), "减免": ("免征",)}, 0.5)
    assert filled("引导基金", groups) == [(word, [(word, 1.0), ("母基金", 0.5)]) for word in ("引导基金", "引导", "基金")]
    assert filled("税收减免", groups) == [
        ("税收", [("税收", 1.0), ("减税", 0.5)]),
        ("减免", [("减免", 1.0), ("减税", 0.5), ("免征", 0.5)]),
    ]
    assert slots(parse("减免"), groups) == (Slot("减免", (Variant(("减免",)), Variant(("免征",), 0.5, "减免"))),)


def test_a_number_has_one_slot() -> None:
    assert filled("奖励50万元") == [("奖励", [("奖励", 1.0)]), ("50万", [("#500000", 1.0), ("50", 0.5)])]
    assert filled("五十万元") == [("五十万", [("#500000", 1.0)])]
    assert filled("2020年")[0] == ("2020", [("2020", 1.0)])


def test_both_sides_of_an_or_fill_one_slot() -> None:
    groups = Synonyms({"沙龙": ("论坛",)}, 0.5)
    assert filled("科技展会 OR 沙龙", groups) == [("科技展会 OR 沙龙", [("科技 展会", 1.0), ("沙龙", 1.0), ("论坛", 0.5)])]


def test_a_prefix_belongs_to_the_last_word() -> None:
    assert [(slot.word, slot.prefix) for slot in slots(parse("众创空间产*"))] == [("众创空间", ""), ("产*", "产")]


def test_synonyms_of_ones_own(tmp_path: object) -> None:
    path = tmp_path / "own.toml"  # type: ignore[operator]
    path.write_text('weight = 0.3\n[[group]]\nwords = ["甲类", "乙类"]\n', "utf-8")
    assert load_synonyms(path) == Synonyms({"甲类": ("乙类",), "乙类": ("甲类",)}, 0.3)
    for wrong in ("[[group]]\nnames = 3", "weight = 7\ngroup = []", "not toml", ""):
        path.write_text(wrong, "utf-8")
        with pytest.raises(Exception, match="wrong_synonyms"):
            load_synonyms(path)


@given(st.one_of(st.text(), st.text(alphabet='"＂“”「」『』+-*: ORtitle区块链 a5\ud800\x00'), st.text(alphabet=st.characters())))
def test_any_text_is_a_query_or_told_to_be_wrong(text: str) -> None:
    try:
        query = parse(text)
    except WrongUsage:
        return
    assert all(variant.terms for slot in slots(query, load_synonyms()) for variant in slot.variants)
    assert all(run.pieces for one in query.conditions for run in one.runs if run.field != "path")
