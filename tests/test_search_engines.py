"""One suite for all engines: what the protocol promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policytext.corpus.filters import Bands, Filters
from policytext.errors import WrongUsage
from policytext.schema import Head, Period, Record, Region
from policytext.search.local import LocalIndex
from policytext.search.memory import MemoryEngine
from policytext.search.protocol import Asked, Engine, Entry, asked
from policytext.search.query import parse
from policytext.search.synonyms import load_synonyms, raw
from tests.cluster.nodes import Nodes
from tests.entries import BANDS, build, made, on_cluster

TITLE = "青溪县促进区块链产业发展若干措施"
ENTRIES = (
    made(1, "建设县区块链产业园，首期两万平方米，免费提供给入驻团队使用。", "a", TITLE, "产业园区", "一/1", ["industrial_park"]),
    made(2, "设立总规模一亿元的区块链产业引导基金，给予20万元奖励。", "a", TITLE, "资金支持", "二/1", ["fund"]),
    made(11, "给予高层次人才购房补贴，最高50万元。", "b", "白石市人才新政", "安居", "第一章/第一条", ["talent", "fund"]),
    made(12, "每年举办一次人才沙龙，由市人才办承办。", "b", "白石市人才新政", "交流活动", "第一章/第二条", ["forum"]),
)

Maker = Callable[[Sequence[Entry]], Engine]


@pytest.fixture(params=["memory", "local", "cluster"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    """Builds the engine over entries of the caller's."""
    if request.param == "memory":
        return MemoryEngine
    if request.param == "cluster":
        nodes: Nodes = request.getfixturevalue("nodes")
        return lambda entries: on_cluster(nodes.urls, entries)
    return lambda entries: build(tmp_path / "index", entries)


def read(text: str, synonyms: bool = False) -> Asked:
    return asked(parse(text), load_synonyms()) if synonyms else asked(parse(text))


def keys(engine: Engine, text: str, limit: int = 10, synonyms: bool = False, **filters: object) -> list[int]:
    wanted = Filters(BANDS, **filters) if filters else None  # type: ignore[arg-type]
    return [match.key for match in engine.search(read(text, synonyms), limit, wanted)]


def test_the_clause_with_the_words_comes_first(make: Maker) -> None:
    engine = make(ENTRIES)
    assert keys(engine, "引导基金 奖励")[0] == 2
    assert keys(engine, "人才沙龙")[0] == 12
    assert keys(engine, "购房补贴") == [11]


def test_title_and_headings_count(make: Maker) -> None:
    engine = make(ENTRIES)
    assert keys(engine, "安居") == [11]
    assert keys(engine, "青溪县 产业园")[0] == 1
    assert keys(engine, "白石市 最高50万元")[0] == 11


def test_only_entries_with_a_term_answer(make: Maker) -> None:
    engine = make(ENTRIES)
    assert keys(engine, "沙龙 冰川") == [12]
    assert keys(engine, "冰川") == keys(engine, "的和") == []


@pytest.mark.parametrize("number", [0, 1, 2, 4])
def test_small_collections(make: Maker, number: int) -> None:
    """A term in half or in all entries still finds them: BM25Okapi's own weights would be 0 or less."""
    engine = make([made(n, "设立引导基金" if n % 2 == 0 else "举办沙龙") for n in range(number)])
    assert keys(engine, "引导基金") == list(range(0, number, 2))
    matches = make([made(n, "设立引导基金") for n in range(number)]).search(read("引导基金"), 10)
    assert [match.key for match in matches] == list(range(number))
    assert all(match.score > 0 for match in matches)


def test_a_rare_word_beats_one_that_all_hold(make: Maker) -> None:
    entries = [made(n, "给予企业奖励" + ("和贴息" if n == 3 else "")) for n in range(6)]
    assert keys(make(entries), "奖励 贴息")[0] == 3


def test_the_clause_with_all_words_beats_one_word_repeated(make: Maker) -> None:
    entries = [
        made(1, "奖励、奖励、再奖励，奖励的办法另行制定，奖励资金分批到位。"),
        made(2, "对首次进入名录的软件企业给予奖励，奖金在次年第二季度由县财政一次付清。"),
    ]
    assert keys(make(entries), "软件 名录 奖励 财政") == [2, 1]


def test_phrases_must_stand_in_order(make: Maker) -> None:
    engine = make(ENTRIES)
    for quoted in ('"产业引导基金"', "“产业引导基金”", "「产业引导基金」", "＂产业引导基金＂"):
        assert keys(engine, quoted) == [2]
    assert keys(engine, "“引导产业基金”") == []
    assert keys(engine, "“20万元奖励”") == [2]
    assert keys(engine, "“0万元”") == []


def test_a_phrase_may_cut_through_words_and_stand_in_the_title(make: Maker) -> None:
    engine = make(ENTRIES)
    assert keys(engine, "“导基”") == [2]
    assert sorted(keys(engine, "“人才新政”")) == [11, 12]
    assert keys(engine, "“人才新政安居”") == []


def test_words_beside_a_phrase_only_order(make: Maker) -> None:
    assert keys(make(ENTRIES), "“区块链产业” 入驻 沙龙") == [1, 2]


def test_must_and_must_not(make: Maker) -> None:
    engine = make(ENTRIES)
    assert sorted(keys(engine, "+人才 区块链")) == [11, 12]
    assert keys(engine, "人才 -沙龙") == [11]
    assert keys(engine, "区块链 -“引导基金”") == [1]
    assert keys(engine, "人才 －沙龙 ＋补贴") == [11]
    assert keys(engine, "+人才 +区块链") == []


def test_either(make: Maker) -> None:
    engine = make(ENTRIES)
    assert sorted(keys(engine, "沙龙 OR 购房")) == [11, 12]
    assert sorted(keys(engine, "“引导基金” OR “产业园” 人才")) == [1, 2]
    assert keys(engine, "入驻 OR 沙龙 人才")[0] == 12


def test_title_and_path(make: Maker) -> None:
    engine = make(ENTRIES)
    assert sorted(keys(engine, "title:人才新政")) == [11, 12]
    assert keys(engine, "标题：人才 title:区块链") == []
    assert keys(engine, "人才 path:第二条") == [12]
    assert keys(engine, "path:第一章/第一条") == [11]
    assert keys(engine, "path:1") == [1, 2]
    assert keys(engine, "path:第") == []


def test_prefix(make: Maker) -> None:
    engine = make(ENTRIES)
    assert sorted(keys(engine, "区块*")) == [1, 2]
    assert keys(engine, "购*") == [11]
    assert keys(engine, "冰*") == []
    assert keys(engine, "入驻 区块*")[0] == 1
    assert keys(engine, "20万*") == [2]


def test_numbers_are_found_however_they_are_printed(make: Maker) -> None:
    engine = make(
        [made(1, "奖励五十万元"), made(2, "奖励500,000元"), made(3, "奖励50 万"), made(4, "奖励5万元，分50次"), made(5, "补一半，50%")]
    )
    for text in ("50万", "50万元", "500000元", "５０万元", "五十万元"):
        assert set(keys(engine, text)) >= {1, 2, 3}
        assert keys(engine, text)[0] != 4
    assert keys(engine, "百分之五十") == [5]


def test_traditional_and_full_width_characters(make: Maker) -> None:
    engine = make([made(1, "設立區塊鏈產業基金"), made(2, "设立区块链产业基金")])
    assert keys(engine, "区块链") == keys(engine, "區塊鏈") == keys(engine, "“塊鏈”") == [1, 2]


def test_synonyms_count_less_than_the_word(make: Maker) -> None:
    entries = [
        made(1, "对高新技术企业给予支持，由县科技局办理。"),
        made(2, "对高企给予支持，由县科技局会同办理。"),
        made(3, "对企业给予支持"),
    ]
    engine = make(entries)
    assert keys(engine, "高企") == [2]
    assert keys(engine, "高企", synonyms=True) == [2, 1]
    assert keys(engine, "高新技术企业", synonyms=True)[:2] == [1, 2]


@pytest.mark.parametrize("group", raw()["group"], ids=lambda group: group["words"][0])
def test_each_group_of_synonyms_finds_its_example(group: dict[str, object]) -> None:
    engine = MemoryEngine([made(1, str(group["example"])), made(2, "县人民政府负责解释")])
    words: list[str] = group["words"]  # type: ignore[assignment]
    assert any(keys(engine, word) == [1] for word in words)
    for word in words:
        assert keys(engine, word, synonyms=True) == [1]


def test_a_place_means_the_documents_of_that_place(make: Maker) -> None:
    entries = [made(1, "设立引导基金", "a"), made(2, "设立引导基金", "b")]
    there = replace(entries[1], record=replace(entries[1].record, head=Head(region=Region("江苏省", "南京市"))))
    assert keys(make([entries[0], there]), "江苏 引导基金") == [2, 1]


RECORDS = (
    Record("a", "a", head=Head(title="甲", issuers=("江苏省人民政府",), issue_date="2019-05-01", doc_type="通知", region=Region("江苏省"))),
    Record(
        "b",
        "b",
        head=Head(title="乙", issuers=("南京市财政局", "南京市科技局"), issue_date="2020-05-01", region=Region("江苏省", "南京市")),
    ),
    Record("c", "c", head=Head(title="丙", issuers=("湖南省人民政府",), doc_type="办法", region=Region("湖南省", "长沙市", "岳麓区"))),
)
PERIODS = (
    Period(),
    Period(open_ended=True),
    Period("2019-05-01", "2020-04-30", 12, "stated"),
    Period("2020-01-01", "2022-12-31", 36, "plan"),
    Period("2020-01-01", "2020-08-31", 8, "stated"),
    Period("2021-01-01", "2025-12-31", 60, "plan"),
    Period("2020-01-01", None, None, "stated"),
    Period(None, "2020-07-28", None, "stated"),
    Period("2020-01-01", None, None, "stated", open_ended=True),
)
CASES = [
    Entry(number, replace(record, doc_id=f"{record.doc_id}{number}", period=period), "", "给予人才奖励", "", labels)
    for number, (record, period, labels) in enumerate(
        (record, period, labels) for record in RECORDS for period in PERIODS for labels in ((), ("fund",), ("talent", "fund"))
    )
]
#: Documents whose period another text extends: into force, to the edge of expiring, still expired, and one that has not begun.
EXTENDED = {"a6": "2022-12-31", "b33": "2020-08-01", "c62": "2020-07-01", "a15": "2026-12-31"}
FILTERS = [
    {"province": ("江苏",)},
    {"province": ("江苏", "湖南省")},
    {"city": ("南京",)},
    {"city": ("长沙",), "province": ("湖南",)},
    {"issuer": ("人民政府",)},
    {"issuer": ("科技",)},
    {"issuer": ("没有",)},
    {"year": "2019"},
    {"year": "2019-2020"},
    {"doc_type": ("通知",)},
    {"doc_type": ("通知", "办法")},
    *({"flag": (flag,)} for flag in ("short", "medium", "long", "open", "unknown")),
    *({"status": (status,)} for status in ("not_yet", "in_force", "expiring", "expired", "repealed", "unknown")),
    {"status": ("expired", "repealed"), "flag": ("short",)},
    {"measure": ("fund",)},
    {"measure": ("none",)},
    {"measure": ("talent", "fund"), "all_measures": True},
    {"measure": ("talent", "none"), "all_measures": True},
    {"measure": ("talent",), "province": ("江苏",), "year": "2020", "status": ("in_force",)},
]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_filters_mean_what_they_mean_in_listings(make: Maker, filters: dict[str, object]) -> None:
    bands = Bands(date(2020, 7, 28), repealed={"a3": "2020-07-28", "b30": "2019-01-01", "c60": "2020-07-29"}, extended=EXTENDED)
    wanted = Filters(bands, **filters)  # type: ignore[arg-type]
    expected = [one.key for one in CASES if any(wanted.documents([one.record])) and wanted.admit_labels(one.measures)]
    found = make(CASES).search(read("奖励"), 1000, wanted)
    assert sorted(match.key for match in found) == expected
    assert expected or filters == {"issuer": ("没有",)} or "none" in str(filters) or len(filters) == 4


def test_a_filter_that_means_nothing_is_told(make: Maker) -> None:
    with pytest.raises(WrongUsage):
        keys(make(ENTRIES), "人才", province=("没有省",))


def test_filters_do_not_change_scores(make: Maker) -> None:
    engine = make(ENTRIES)
    free = {match.key: match.score for match in engine.search(read("人才 给予"), 10)}
    for match in engine.search(read("人才 给予"), 10, Filters(BANDS, measure=("fund",))):
        assert match.score == free[match.key]


def test_order_is_by_score_then_key_and_stable(make: Maker) -> None:
    entries = [made(n, "建设产业园区", f"d{n % 3}") for n in (5, 3, 9, 1)] + [made(10, "园区，园区", "z")]
    engine = make(entries)
    matches = engine.search(read("产业园区 建设"), 10)
    assert matches == sorted(matches, key=lambda match: (-match.score, match.key))
    assert matches == engine.search(read("产业园区 建设"), 10)
    assert keys(engine, "建设") == [1, 3, 5, 9]


def test_a_short_answer_is_the_beginning_of_a_long_one(make: Maker) -> None:
    engine = make([made(n, "建设产业园区" + "，完善配套" * (n % 7)) for n in range(200)])
    long = keys(engine, "产业园区 配套", 150)
    assert len(long) == 150
    assert keys(engine, "产业园区 配套", 7) == long[:7]


def test_limit(make: Maker) -> None:
    engine = make([made(n, "建设产业园区") for n in range(500)])
    assert len(keys(engine, "产业园区", 3)) == 3
    assert len(keys(engine, "产业园区", 1000)) == 500
    assert keys(engine, "产业园区", 0) == []


def test_a_condition_that_few_of_many_candidates_meet(make: Maker) -> None:
    """The words stand everywhere, the phrase only in the last of four hundred."""
    engine = make([made(n, "给予奖励" if n == 399 else "给予企业奖励") for n in range(400)])
    assert keys(engine, "“给予奖励”") == [399]
    assert keys(engine, "奖励 -企业") == [399]


def test_weights_are_positive_and_rare_words_weigh_more(make: Maker) -> None:
    weights = make(ENTRIES).weights(read("人才 沙龙 冰川 区*"))
    assert all(weight > 0 for weight in weights)
    assert weights[0] < weights[1] < weights[2]


def test_awkward_texts(make: Maker) -> None:
    entries = [made(1, ""), made(2, "，。\ud83d"), made(3, "ＡＩ+5G" + "长" * 70000)]
    assert keys(make(entries), "ai 5g") == [3]


WORDS = [
    *'区块链产业人才的 ，a5+-*"“”',
    "引导基金",
    "奖励",
    "万元",
    "20万",
    "白石市",
    "\ud800",
    " OR ",
    " +",
    " -",
    "title:",
    "path:",
    "第一条",
    "“人才”",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
def test_the_engines_agree(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    try:
        query = read(text, synonyms=True)
    except WrongUsage:
        return
    local, memory = _pair(tmp_path_factory).search(query, 10), MemoryEngine(ENTRIES).search(query, 10)
    assert [match.key for match in local] == [match.key for match in memory]
    assert [match.score for match in local] == pytest.approx([match.score for match in memory], rel=1e-4)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_phrase_of_a_text_finds_it(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """However the segmentation cuts the text: the index looks terms up, not phrases."""
    index, entries = _cut_anywhere(tmp_path_factory)
    entry = data.draw(st.sampled_from(entries))
    start = data.draw(st.integers(0, len(entry.text) - 1))
    phrase = entry.text[start : data.draw(st.integers(start + 1, len(entry.text)))]
    try:
        query = read(f"“{phrase}”")
    except WrongUsage:
        return
    memory = {match.key for match in MemoryEngine(entries).search(query, 1000)}
    assert {match.key for match in index.search(query, 1000)} == memory
    whole_pieces = not (phrase[:1].isascii() or phrase[-1:].isascii())
    assert not whole_pieces or entry.key in memory or not query.conditions


def _pair(factory: pytest.TempPathFactory) -> LocalIndex:
    folder = factory.getbasetemp() / "agree"
    by_key = {entry.key: entry for entry in ENTRIES}
    return LocalIndex(folder, by_key.__getitem__) if folder.is_dir() else build(folder, ENTRIES)


def _cut_anywhere(factory: pytest.TempPathFactory) -> tuple[LocalIndex, list[Entry]]:
    texts = [
        "对购买首台（套）装备的专精特新企业给予不超过20万元的一次性奖励",
        "支持高校院所与企业共建实验室、工程技术研究中心和众创空间",
        "鼓励银行开展知识产权质押融资，风险由财政与银行按4:6分担",
        "推广“AI+医疗”，建设5G基站300个，数字人民币试点街区2条",
        "各县(市、区)人民政府，市政府有关部门：现将若干措施印发给你们",
    ]
    entries = [made(number, text) for number, text in enumerate(texts)]
    folder = factory.getbasetemp() / "phrases"
    by_key = {entry.key: entry for entry in entries}
    return (LocalIndex(folder, by_key.__getitem__) if folder.is_dir() else build(folder, entries)), entries
