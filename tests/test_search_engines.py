"""One suite for both engines: what the protocol promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policytext.search.local import LocalIndex
from policytext.search.memory import MemoryEngine
from policytext.search.protocol import Engine, Entry
from policytext.search.query import parse

TITLE = "青溪县促进区块链产业发展若干措施"
ENTRIES = (
    Entry("a:1", "a", TITLE, "产业园区", "建设县区块链产业园，首期两万平方米，免费提供给入驻团队使用。", ("industrial_park",)),
    Entry("a:2", "a", TITLE, "资金支持", "设立总规模一亿元的区块链产业引导基金，给予20万元奖励。", ("fund",)),
    Entry("b:1", "b", "白石市人才新政", "安居", "给予高层次人才购房补贴，最高50万元。", ("talent", "fund")),
    Entry("b:2", "b", "白石市人才新政", "交流活动", "每年举办一次人才沙龙，由市人才办承办。", ("forum",)),
)

Maker = Callable[[Sequence[Entry]], Engine]


@pytest.fixture(params=["memory", "local"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    """Builds the engine over entries of the caller's."""
    if request.param == "memory":
        return MemoryEngine

    def local(entries: Sequence[Entry]) -> Engine:
        return build(tmp_path / "index", entries)

    return local


def build(folder: Path, entries: Sequence[Entry]) -> LocalIndex:
    index = LocalIndex(folder)
    index.clear()
    for doc_id, of in groupby(sorted(entries, key=lambda entry: entry.doc_id), key=lambda entry: entry.doc_id):
        index.replace(doc_id, list(of))
    index.commit()
    return index


def keys(
    engine: Engine, text: str, limit: int = 10, docs: frozenset[str] | None = None, measures: frozenset[str] = frozenset()
) -> list[str]:
    return [match.key for match in engine.search(parse(text), limit, docs, measures)]


def test_the_clause_with_the_words_comes_first(make: Maker) -> None:
    engine = make(ENTRIES)
    assert keys(engine, "引导基金 奖励")[0] == "a:2"
    assert keys(engine, "人才沙龙")[0] == "b:2"
    assert keys(engine, "购房补贴") == ["b:1"]


def test_title_and_headings_count(make: Maker) -> None:
    engine = make(ENTRIES)
    assert keys(engine, "安居") == ["b:1"]
    assert keys(engine, "青溪县 产业园")[0] == "a:1"
    assert keys(engine, "白石市 最高50万元")[0] == "b:1"


def test_only_entries_with_a_term_answer(make: Maker) -> None:
    engine = make(ENTRIES)
    assert keys(engine, "沙龙 冰川") == ["b:2"]
    assert keys(engine, "冰川") == keys(engine, "") == keys(engine, "的、。") == keys(engine, "“”") == []


@pytest.mark.parametrize("number", [0, 1, 2, 4])
def test_small_collections(make: Maker, number: int) -> None:
    """A term in half or in all entries still finds them: BM25Okapi's own weights would be 0 or less."""
    entries = [Entry(f"d:{n}", "d", "", "", "设立引导基金" if n % 2 == 0 else "举办沙龙") for n in range(number)]
    engine = make(entries)
    assert keys(engine, "引导基金") == [f"d:{n}" for n in range(0, number, 2)]
    everywhere = [Entry(f"d:{n}", "d", "", "", "设立引导基金") for n in range(number)]
    matches = make(everywhere).search(parse("引导基金"), 10)
    assert [match.key for match in matches] == [entry.key for entry in everywhere]
    assert all(match.score > 0 for match in matches)


def test_a_rare_word_beats_one_that_all_hold(make: Maker) -> None:
    entries = [Entry(f"d:{n}", "d", "", "", "给予企业奖励" + ("和贴息" if n == 3 else "")) for n in range(6)]
    assert keys(make(entries), "奖励 贴息")[0] == "d:3"


def test_the_clause_with_all_words_beats_one_word_repeated(make: Maker) -> None:
    entries = [
        Entry("d:1", "d", "", "", "奖励、奖励、再奖励，奖励的办法另行制定，奖励资金分批到位。"),
        Entry("d:2", "d", "", "", "对首次进入名录的软件企业给予奖励，奖金在次年第二季度由县财政一次付清。"),
    ]
    assert keys(make(entries), "软件 名录 奖励 财政") == ["d:2", "d:1"]


def test_phrases_must_stand_in_order(make: Maker) -> None:
    engine = make(ENTRIES)
    for quoted in ('"产业引导基金"', "“产业引导基金”", "「产业引导基金」", "＂产业引导基金＂"):
        assert keys(engine, quoted) == ["a:2"]
    assert keys(engine, "“引导产业基金”") == []
    assert keys(engine, "“20万元奖励”") == ["a:2"]
    assert keys(engine, "“0万元”") == []


def test_a_phrase_may_cut_through_words_and_stand_in_the_title(make: Maker) -> None:
    engine = make(ENTRIES)
    assert keys(engine, "“导基”") == ["a:2"]
    assert sorted(keys(engine, "“人才新政”")) == ["b:1", "b:2"]
    assert keys(engine, "“人才新政安居”") == []


def test_words_beside_a_phrase_only_order(make: Maker) -> None:
    assert keys(make(ENTRIES), "“区块链产业” 入驻 沙龙") == ["a:1", "a:2"]


def test_filters(make: Maker) -> None:
    engine = make(ENTRIES)
    assert keys(engine, "给予 区块链", docs=frozenset({"b"})) == ["b:1"]
    assert keys(engine, "给予 区块链", docs=frozenset()) == []
    assert sorted(keys(engine, "给予 人才 区块链", measures=frozenset({"fund"}))) == ["a:2", "b:1"]
    assert sorted(keys(engine, "人才 区块链", measures=frozenset({"forum", "industrial_park"}))) == ["a:1", "b:2"]
    assert keys(engine, "人才", docs=frozenset({"b", "c"}), measures=frozenset({"forum"})) == ["b:2"]


def test_filters_do_not_change_scores(make: Maker) -> None:
    engine = make(ENTRIES)
    free = {match.key: match.score for match in engine.search(parse("人才 给予"), 10)}
    for match in engine.search(parse("人才 给予"), 10, frozenset({"b"}), frozenset({"fund"})):
        assert match.score == free[match.key]


def test_order_is_by_score_then_key_and_stable(make: Maker) -> None:
    entries = [Entry(f"d:{n}", f"d{n % 3}", "", "", "建设产业园区") for n in (5, 3, 9, 1)] + [Entry("z:1", "z", "", "", "园区，园区")]
    engine = make(entries)
    matches = engine.search(parse("产业园区 建设"), 10)
    assert matches == sorted(matches, key=lambda match: (-match.score, match.key))
    assert matches == engine.search(parse("产业园区 建设"), 10)
    assert keys(engine, "建设") == ["d:1", "d:3", "d:5", "d:9"]


def test_limit(make: Maker) -> None:
    entries = [Entry(f"d:{n:04}", "d", "", "", "建设产业园区") for n in range(500)]
    engine = make(entries)
    assert len(keys(engine, "产业园区", 3)) == 3
    assert len(keys(engine, "产业园区", 1000)) == 500


def test_awkward_texts(make: Maker) -> None:
    entries = [Entry("d:1", "d", "", "", ""), Entry("d:2", "d", "", "", "，。\ud83d"), Entry("d:3", "d", "", "", "ＡＩ+5G" + "长" * 70000)]
    assert keys(make(entries), "ai 5g") == ["d:3"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from([*'区块链产业人才“”「」"的 ，a5', "引导基金", "奖励", "万元", "白石市", "\ud800"]), max_size=12).map("".join)
)
def test_the_engines_agree(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    query = parse(text)
    local, memory = _pair(tmp_path_factory).search(query, 10), MemoryEngine(ENTRIES).search(query, 10)
    assert [match.key for match in local] == [match.key for match in memory]
    assert [match.score for match in local] == pytest.approx([match.score for match in memory], rel=1e-4)


def _pair(factory: pytest.TempPathFactory) -> LocalIndex:
    folder = factory.getbasetemp() / "agree"
    return LocalIndex(folder) if folder.is_dir() else build(folder, ENTRIES)
