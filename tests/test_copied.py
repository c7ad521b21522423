"""Copied clauses: what counts as a copy, the first source, documents stored twice, boilerplate, the command."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest

from policytext.places import data_file
from policytext.schema import Clause, Head, Period, Record, Region, Unit
from policytext.study.copied import Copy, Sameness, boilerplate, copied, letters_of, similarity
from tests.conftest import Run, rows

FUND = "青溪县设立链上产业引导基金，首期规模2亿元，由县科技局会同县财政局确定管理机构，重点投向初创期的链上服务企业和公共技术平台。"
PARK = "规划建设三处链上产业园，对入驻的企业按照实际租用面积给予连续两年的场地租金补贴，具体标准由园区管理机构另行公布并接受监督。"
TALK = "每年举办一次链上应用创新大赛，面向全国征集优秀方案，对获奖团队在本地转化的项目优先安排场地、资金和应用场景，并跟踪服务。"
TABLE = tomllib.loads(data_file("boilerplate.toml").read_text("utf-8"))

NOWHERE = Region()
QINGXI = Region("江苏省", "南京市", "青溪县", "320199")
BAISHI = Region("浙江省", "杭州市", "白石县", "330199")


def clauses(
    file: str, texts: list[str], issued: str | None = None, region: Region = NOWHERE, title: str = "", no: str = ""
) -> list[Clause]:
    record = Record(file, doc_id=file, head=Head(title or file, no, (file,), issued, region=region))
    return [Clause(record, number, Unit("clause", f"第{number}条", text, 1, 0, len(text))) for number, text in enumerate(texts, 1)]


def shown(found: list[Copy]) -> list[tuple[int, int, str, bool | None]]:
    return [(one.group, one.rank, one.clause.record.file, one.first) for one in found]


def test_a_copy_with_its_own_place_and_amount() -> None:
    other = FUND.replace("青溪县", "白石县").replace("2亿元", "5000万元")
    found = copied([*clauses("后", [other], "2020-05-01", BAISHI), *clauses("先", [PARK, FUND], "2019-03-01", QINGXI)])
    assert shown(found) == [(1, 1, "先", True), (1, 2, "后", False)]
    assert [(one.similarity, one.same_numbers) for one in found] == [(1.0, True), (1.0, False)]
    assert copied([one.clause for one in found], Sameness(same_numbers=True)) == []


def test_another_statement_is_no_copy() -> None:
    assert copied([*clauses("甲", [FUND, PARK]), *clauses("乙", [TALK])]) == []


def test_changed_words_lower_the_similarity_and_the_bound_decides() -> None:
    changed = FUND.replace("重点投向初创期的链上服务企业和公共技术平台", "优先投向本地高校的科研成果转化项目")
    pair = [*clauses("甲", [FUND]), *clauses("乙", [changed])]
    value = similarity(*(letters_of(clause.unit.text, NOWHERE)[0] for clause in pair))
    assert 0.4 < value < 0.8
    assert copied(pair) == []
    assert len(copied(pair, Sameness(similarity=value - 0.01))) == 2
    assert copied(pair, Sameness(similarity=value + 0.01)) == []


def test_a_group_does_not_drift_away_from_its_source() -> None:
    """Each step is small, the last far from the first: it may not be called a copy of the first."""
    steps = [FUND, FUND.replace("重点投向初创期的", "投向"), FUND.replace("重点投向初创期的链上服务企业和公共技术平台", "投向企业")]
    found = copied([one for year, text in enumerate(steps) for one in clauses(str(year), [text], f"201{year}-01-01")])
    assert all(one.similarity >= 0.8 for one in found)
    assert "2" not in {one.clause.record.file for one in found if one.group == 1}


def test_order_of_the_documents_changes_nothing() -> None:
    given = [
        *clauses("甲", [FUND, PARK], "2019-01-01"),
        *clauses("乙", [PARK, FUND], "2018-01-01"),
        *clauses("丙", [FUND], None),
        *clauses("丁", [TALK], "2020-01-01"),
        *clauses("戊", [TALK, FUND], "2020-01-01"),
    ]
    found = copied(given)
    assert shown(found)[:4] == [(1, 1, "乙", True), (1, 2, "甲", False), (1, 3, "戊", False), (1, 4, "丙", None)]
    assert [one.first for one in found if one.clause.unit.text == TALK] == [True, True], "the same day: both are first"
    for seed in range(5):
        mixed = random.Random(seed).sample(given, len(given))
        assert copied(mixed) == found


def test_nothing_is_missed_that_comparing_all_pairs_would_find() -> None:
    """Variants of three clauses with words left out at random, against a plain walk over all heads."""
    dice = random.Random(3)
    given = []
    for number in range(150):
        text = dice.choice([FUND, PARK, TALK])
        kept = "".join(letter for letter in text if dice.random() > dice.choice([0.0, 0.01, 0.03]))
        given += clauses(f"{number:03}", [kept], f"2019-01-01T{number:03}")
    heads: list[tuple[str, list[str]]] = []
    for clause in given:
        letters = letters_of(clause.unit.text, NOWHERE)[0]
        best = max(heads, key=lambda head: similarity(letters, head[0]), default=None)
        if best and similarity(letters, best[0]) >= 0.8:
            best[1].append(clause.record.file)
        else:
            heads.append((letters, [clause.record.file]))
    wanted = {tuple(files) for _, files in heads if len(files) > 1}
    found = copied(given)
    groups = {one.group for one in found}
    assert {tuple(one.clause.record.file for one in found if one.group == group) for group in groups} == wanted
    assert len(wanted) > 3


def test_a_document_stored_twice_counts_once() -> None:
    texts = [FUND, PARK, TALK]
    found = copied([*clauses("a", texts, "2019-01-01", QINGXI), *clauses("b", texts, None), *clauses("c", [FUND], "2020-01-01")])
    assert shown(found) == [(1, 1, "a", True), (1, 2, "c", False)]
    assert [one.file for one in found[0].same_document] == ["b"]


@pytest.mark.parametrize(
    ("issued", "region", "no"), [("2020-01-01", QINGXI, ""), ("2019-01-01", BAISHI, ""), ("2019-01-01", QINGXI, "白科〔2019〕2号")]
)
def test_a_text_taken_over_as_a_whole_is_a_copy(issued: str, region: Region, no: str) -> None:
    """Another day, place or number: another document."""
    texts = [FUND, PARK, TALK]
    given = [*clauses("a", texts, "2019-01-01", QINGXI, no="青科〔2019〕1号"), *clauses("b", texts, issued, region, no=no)]
    assert len(copied(given)) == 6


def test_repetition_within_one_document_is_none() -> None:
    assert copied(clauses("甲", [FUND, FUND])) == []
    found = copied([*clauses("甲", [FUND, FUND], "2019-01-01"), *clauses("乙", [FUND], "2020-01-01")])
    assert [one.clause.unit.path for one in found] == ["第1条", "第1条"]


def test_short_clauses_are_left_out() -> None:
    short = "建设链上产业园，集聚创新企业。"
    pair = [*clauses("甲", [short]), *clauses("乙", [short])]
    assert copied(pair) == []
    assert len(copied(pair, Sameness(shortest=8))) == 2


def test_across_provinces_and_numbers_of_documents() -> None:
    given = [
        *clauses("a", [FUND, PARK], "2018-01-01", QINGXI),
        *clauses("b", [FUND], "2019-01-01", Region("江苏省", "苏州市", "", "320500")),
        *clauses("c", [PARK], "2020-01-01", BAISHI),
        *clauses("d", [FUND], "2021-01-01"),
    ]
    assert {one.clause.unit.text for one in copied(given, Sameness(across="province"))} == {PARK}
    assert {one.clause.unit.text for one in copied(given, Sameness(across="city"))} == {FUND, PARK}
    assert {one.clause.unit.text for one in copied(given, Sameness(documents=3))} == {FUND}


@pytest.mark.parametrize("text", [example for one in TABLE["boilerplate"] for example in one["examples"]])
def test_boilerplate(text: str) -> None:
    assert boilerplate(text)
    pair = [*clauses("甲", [text]), *clauses("乙", [text])]
    assert copied(pair, Sameness(shortest=10)) == []
    assert len(copied(pair, Sameness(shortest=10, boilerplate=True))) == 2


@pytest.mark.parametrize("text", [trap for one in TABLE["boilerplate"] for trap in one["traps"]])
def test_no_boilerplate(text: str) -> None:
    assert not boilerplate(text)
    assert boilerplate("自发布之日起施行。" + "甲" * 60)
    assert not boilerplate("自发布之日起施行。" + "甲" * 80), "says more than that"


def test_a_date_of_the_period_serves_where_the_day_of_issue_is_unknown() -> None:
    late = Record("晚", doc_id="晚", head=Head("晚"), period=Period(start="2021-01-01"))
    given = [Clause(late, 1, Unit("clause", "一", FUND, 1, 0, len(FUND))), *clauses("早", [FUND], "2020-01-01")]
    assert shown(copied(given)) == [(1, 1, "早", True), (1, 2, "晚", False)]


def test_the_command(run: Run, tmp_path: Path) -> None:
    for name, day, text in (("先", "2019年3月1日", FUND), ("后", "2020年5月1日", FUND.replace("2亿元", "1亿元"))):
        (tmp_path / f"{name}.txt").write_text(
            f"{name}县链上经济办法\n一、{text}\n二、{TALK[:-9]}{name}。\n{name}县人民政府\n{day}\n", "utf-8"
        )
    code, out, err = run("copied", tmp_path, "--format", "jsonl")
    assert code == 0
    found = rows(out)
    assert [(row["rank"], row["first_source"], row["issue_date"]) for row in found if row["group"] == 1] == [
        (1, True, "2019-03-01"),
        (2, False, "2020-05-01"),
    ]
    assert set(found[0]) == {
        "group", "rank", "first_source", "doc_id", "file", "title", "doc_no", "issuer", "issue_date", "province", "region", "path", "page",
        "similarity", "same_numbers", "same_document", "text",
    }  # fmt: skip
    assert run("add", tmp_path, "--corpus", tmp_path / "c")[0] == 0
    of_corpus = rows(run("copied", "--corpus", tmp_path / "c", "--format", "jsonl")[1])
    assert [row["text"] for row in of_corpus] == [row["text"] for row in found]
    assert "首见" in run("copied", "--corpus", tmp_path / "c")[1]
    _, out, err = run("copied", "--corpus", tmp_path / "c", "--same-numbers", "--min-length", "60", "--format", "jsonl")
    assert out == ""
    assert "60" in err
    assert "没有符合条件" in run("copied", "--corpus", tmp_path / "c", "--year", "1999")[2]
    assert run("copied", "--similarity", "2")[0] == 2
