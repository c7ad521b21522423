"""The measure types and how people name them."""

from __future__ import annotations

from pathlib import Path

import pytest

from policytext.errors import InputError, WrongUsage
from policytext.taxonomy import load_taxonomy

IDS = ("industrial_park", "enterprise", "institution", "application", "fund", "talent", "forum")


def test_ids_and_order_are_stable() -> None:
    assert load_taxonomy().ids == IDS


@pytest.mark.parametrize(
    ("value", "label"),
    [("talent", "talent"), ("人才", "talent"), ("资金", "fund"), ("产业园区", "industrial_park"), ("园区", "industrial_park"),
     ("机构", "institution"), ("场景", "application"), ("Events", "forum"), ("park", "industrial_park"), (" 企业引育 ", "enterprise")],
)  # fmt: skip
def test_a_type_is_found_by_id_name_or_part(value: str, label: str) -> None:
    assert load_taxonomy().find(value) == label


@pytest.mark.parametrize("value", ["", "  ", "a", "房地产", "none"])
def test_no_type_or_several_is_an_error_that_lists_the_types(value: str) -> None:
    taxonomy = load_taxonomy()
    with pytest.raises(WrongUsage) as caught:
        taxonomy.find(value)
    assert caught.value.code == "unknown_measure"
    assert "talent 人才" in caught.value.reason("zh") + caught.value.hint("zh")


def test_names_in_both_languages() -> None:
    taxonomy = load_taxonomy()
    assert taxonomy.names("zh")["fund"] == "资金支持"
    assert taxonomy.name("fund", "en") == "money"
    for one in taxonomy.types:
        assert one.definition_zh
        assert one.definition_en
        assert one.examples
        assert one.not_this


def test_digest_follows_content_not_layout(tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("1.toml", "2.toml", "3.toml"))
    one.write_text('[[measure]]\nid = "land"\nzh = "用地"\nen = "land"\n', "utf-8")
    two.write_text('# mine\n[[measure]]\nen   = "land"\nzh = "用地"\n\nid = "land"', "utf-8")
    three.write_text('[[measure]]\nid = "land"\nzh = "土地"\nen = "land"\n', "utf-8")
    assert load_taxonomy(one).digest == load_taxonomy(two).digest != load_taxonomy(three).digest
    assert load_taxonomy(one).find("用") == "land"


@pytest.mark.parametrize(
    "content",
    ["", "measure = 3", "[[measure]]\nid = 'a'", "[[measure]]\nid='a'\nzh='甲'\n[[measure]]\nid='a'\nzh='乙'",
     "[[measure]]\nid='none'\nzh='无'", "measure = []", "[[measure]]\nid='a'\nzh='甲'\nexamples='x'", "\x00"],
)  # fmt: skip
def test_a_bad_file_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError):
        load_taxonomy(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        load_taxonomy(tmp_path / "nothing.toml")
