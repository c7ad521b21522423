"""What the user typed, read without ever failing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.search.query import MAX_TERMS, parse


@pytest.mark.parametrize(
    ("text", "words", "phrases"),
    [
        ("区块链 引导基金", ("区块链", "引导基金", "引导", "基金"), ()),
        ("区块链，区块链", ("区块链",), ()),
        ('"导基"', ("导基",), ("导基",)),
        ("“奖励20万元” 企业", ("奖励", "20", "万元", "企业"), ("奖励20万元",)),
        ("「甲」“乙”「甲」", ("甲", "乙"), ("乙", "甲")),
        ("＂AI+＂", ("ai",), ("ai+",)),
        ('半个引号" 园区', ("半个", "引号", "园区"), ()),
        ("“” 园区", ("园区",), ()),
        ("", (), ()),
        (" \t\n。", (), ()),
    ],
)
def test_words_and_phrases(text: str, words: tuple[str, ...], phrases: tuple[str, ...]) -> None:
    query = parse(text)
    assert query.words == words
    assert {"".join(phrase) for phrase in query.phrases} == set(phrases)
    assert query.text == text


def test_a_pasted_page_is_cut() -> None:
    query = parse("，".join(f"条{number}“款{number}”" for number in range(1000)))
    assert len(query.words) == MAX_TERMS
    assert len(query.phrases) <= MAX_TERMS


@given(st.one_of(st.text(), st.text(alphabet='"“”「」『』＂区块链 a5\ud800\x00'), st.text(alphabet=st.characters())))
def test_any_text_is_a_query(text: str) -> None:
    query = parse(text)
    assert all(word.strip() for word in query.words)
    assert all(phrase and all(piece.strip() for piece in phrase) for phrase in query.phrases)
