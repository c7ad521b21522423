"""Who owes what by when: the scale, its cues, deadlines, bodies, the gold, the command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext import numerals
from policytext.commitments.finding import deadlines, find_commitments, scale
from policytext.commitments.wording import raw, strength
from policytext.messages import say
from policytext.report.surveys import commitment
from policytext.schema import Clause, Head, Record, Unit
from tests.commitment_scores import gold, items, read, said, scores
from tests.conftest import Run, rows

CUES = [(one["strength"], example) for one in raw()["cue"] for example in one["examples"]]
DEADLINES = [example for one in raw()["deadline"] for example in one["examples"]]


def test_levels_bear_the_same_names_everywhere() -> None:
    assert [(one["zh"], one["en"]) for one in raw()["strength"]] == [
        tuple(say(f"strength.{one}", lang) for lang in ("zh", "en")) for one in scale()
    ]


def level(text: str) -> str | None:
    found = strength(numerals.flatten(text).text)
    return found[0] if found else None


def test_the_scale_is_ordinal_with_stable_ids() -> None:
    assert scale() == ("binding", "committed", "supportive", "encouraging", "exploratory")


@pytest.mark.parametrize(("wanted", "example"), CUES)
def test_each_cue_has_examples_that_work(wanted: str, example: str) -> None:
    assert level(example) == wanted


@pytest.mark.parametrize("trap", [trap for one in raw()["cue"] for trap in one["traps"]])
def test_traps_stay_silent(trap: str) -> None:
    assert level(trap) is None


@pytest.mark.parametrize("example", raw()["pieces"]["aside_examples"])
def test_what_defines_reports_or_introduces_is_no_commitment(example: str) -> None:
    assert level(example) is None


@pytest.mark.parametrize(
    ("strength_id", "word"),
    [(one["strength"], word) for one in raw()["cue"] for word in one["words"].split() if all("一" <= letter <= "龥" for letter in word)],
)
def test_every_word_decides_where_it_is_the_predicate(strength_id: str, word: str) -> None:
    assert level(f"县科技局{word}链上事项。") in (strength_id, *scale()[: scale().index(strength_id)])


@pytest.mark.parametrize("example", DEADLINES, ids=[one["text"] for one in DEADLINES])
def test_each_wording_of_a_deadline_has_examples_that_work(example: dict[str, str]) -> None:
    text = numerals.flatten(example["text"]).text
    assert [day or "" for day, _, _ in deadlines(text, "2020-03-01")] == [example["day"]]


@pytest.mark.parametrize(
    "text", ["自2020年4月1日起施行。", "近三年内无失信记录。", "2019年12月31日前注册的企业。", "本办法实施期限到2022年底。"]
)
def test_what_is_no_deadline(text: str) -> None:
    assert not list(deadlines(numerals.flatten(text).text, "2020-03-01"))


def test_the_strongest_word_counts_and_a_governed_verb_does_not() -> None:
    assert level("鼓励企业上链，对上链企业给予补助。") == "committed"
    assert level("鼓励企业在本县设立链上中心。") == "encouraging"
    assert level("县科技局可以委托机构开展评估。") is None


def test_the_gold_stays_above_its_floor() -> None:
    figures, wrong = scores()
    assert all(figures[part] >= 0.97 for part in figures), f"{figures}\n" + "\n".join(wrong)


def test_the_gold_is_of_use() -> None:
    cases = gold()
    assert len({case["text"] for case in cases}) == len(cases) >= 60
    owed = [one for case in cases for one in case["commitments"]]
    assert {one["strength"] for one in owed} == set(scale())
    assert {role for one in owed for _, role in one["bodies"]} == {"lead", "support", "responsible"}
    assert sum(not case["commitments"] for case in cases) >= 10


def test_a_score_counts_what_differs() -> None:
    case = next(case for case in gold() if case["commitments"] and case["commitments"][0]["bodies"])
    assert items(case["commitments"], "bodies") != items([], "bodies")
    assert items([said(one) for one in read(case["text"])], "strength") == items(case["commitments"], "strength")


def test_spans_are_those_of_the_document() -> None:
    text = "（三）　县财政局 应当在2020 年6月30日前，拨付不超过５０ 万元。"
    (one,) = read(text)
    parts = [part.span for some in (one.amounts, one.deadlines, one.bodies) for part in some]
    for span in (one.cue, one.text, *parts):
        assert text[span.start - 100 : span.end - 100] == span.text
    assert [part.span.text for part in one.amounts] == ["不超过５０ 万元"]
    assert [(part.value, part.unit) for part in one.amounts] == [(500000, "元")]
    assert [part.span.text for part in one.deadlines] == ["2020 年6月30日前"]
    assert [part.span.text for part in one.bodies] == ["县财政局"]


def several(*units: tuple[str, str]) -> list[tuple[str, list[str], list[str]]]:
    record = Record("a.txt", head=Head(issue_date="2020-03-01"))
    clauses = [Clause(record, number, Unit("clause", path, text, 1, 0, len(text))) for number, (path, text) in enumerate(units)]
    return [
        (one.text.text, [body.name for body in one.bodies], [day.day or "" for day in one.deadlines]) for one in find_commitments(clauses)
    ]


def test_a_list_at_the_end_holds_for_the_clause_before_it_only() -> None:
    found = several(
        ("一/1", "建设链上园区。设立链上基金。"),
        ("一/1", "责任单位：县科技局、县财政局"),
        ("一/1", "完成时限：2020年12月"),
        ("一/2", "举办链上大赛。"),
        ("二", "开展链上培训（县人社局牵头）。"),
    )
    assert found == [
        ("建设链上园区。", ["县科技局", "县财政局"], ["2020-12-31"]),
        ("设立链上基金。", ["县科技局", "县财政局"], ["2020-12-31"]),
        ("举办链上大赛。", [], []),
        ("开展链上培训（县人社局牵头）。", ["县人社局"], []),
    ]


def test_a_list_does_not_reach_beyond_its_unit_where_there_are_no_numbers() -> None:
    found = several(("", "建设链上园区。"), ("", "举办链上大赛（县科技局负责）。"), ("", "设立链上基金。"), ("", "责任单位：县财政局"))
    assert [bodies for _, bodies, _ in found] == [[], ["县科技局"], ["县财政局"]]


def test_numbers_that_begin_alike_are_different_clauses() -> None:
    found = several(("一/10", "建设链上园区。"), ("一/1", "举办链上大赛（县科技局负责）。"))
    assert [bodies for _, bodies, _ in found] == [[], ["县科技局"]]


@pytest.mark.parametrize(
    "text", ["在" * 55 + "建设。", "每年" * 28 + "建设。", "由" + "局和" * 100 + "；", "对由向将把在以从" * 7 + "加强。", "（" * 900]
)
def test_repetition_does_not_make_it_hang(text: str) -> None:
    assert len(read(text)) <= 1


def test_documents_do_not_mix() -> None:
    units = [Unit("clause", "一", text, 1, 0, len(text)) for text in ("建设链上园区。", "责任单位：县科技局")]
    clauses = [Clause(Record(file), 0, unit) for file, unit in zip(("a", "b"), units, strict=True)]
    assert [one.bodies for one in find_commitments(clauses)] == [()]


@given(st.text(alphabet="县财政局应当给予支持(（)）〔〕；。，、：责任单位牵头由会同2020年6月底前50万元%第一", max_size=80))
def test_any_text(text: str) -> None:
    for one in read(text):
        assert text[one.cue.start - 100 : one.cue.end - 100] == one.cue.text
        assert one.text.start <= one.cue.start < one.cue.end <= one.text.end


def test_a_row() -> None:
    (one,) = read("（一）建设园区。县科技局牵头、县财政局配合，2020年12月底前建成，安排资金最高50万元。")[-1:]
    row: dict[str, Any] = commitment(one)
    assert (row["strength"], row["deadline"], row["amounts"]) == ("committed", "2020-12-31", [{"value": 500000, "unit": "元"}])


def test_the_command(run: Run, policy: Path, tmp_path: Path) -> None:
    text = policy.read_text("utf-8").replace(
        "第三条 每年", "第三条 鼓励企业上链。县科技局应当在2020年6月底前公布名单。（责任单位：县科技局）每年"
    )
    policy.write_text(text, "utf-8")
    code, out, err = run("commitments", policy, "--format", "jsonl")
    assert code == 0
    found = rows(out)
    assert set(found[0]) == {
        "doc_id", "file", "title", "doc_no", "issuer", "issue_date", "province", "region", "path", "page", "strength", "responsible",
        "support", "deadline", "time", "amount", "amounts", "cue", "evidence", "bodies",
    }  # fmt: skip
    named = next(row for row in found if row["deadline"])
    assert (named["strength"], named["deadline"], named["responsible"], named["path"]) == ("binding", "2020-06-30", ["县科技局"], "第三条")
    assert "硬性 1" in err
    assert [row["strength"] for row in rows(run("commitments", policy, "--at-least", "硬性", "--format", "jsonl")[1])] == ["binding"]
    assert {row["strength"] for row in rows(run("commitments", policy, "--at-least", "encouraging", "--format", "jsonl")[1])} >= {
        "encouraging"
    }
    money = rows(run("commitments", policy, "--with", "amount", "--format", "jsonl")[1])
    assert money
    assert all(row["amounts"] for row in money)
    assert not rows(run("commitments", policy, "--with", "amount", "--with", "deadline", "--format", "jsonl")[1])
    assert run("add", policy, "--corpus", tmp_path / "c")[0] == 0
    of_corpus = rows(run("commitments", "--corpus", tmp_path / "c", "--format", "jsonl")[1])
    assert [row["evidence"] for row in of_corpus] == [row["evidence"] for row in found]
    assert "硬性" in run("commitments", "--corpus", tmp_path / "c")[1]
    assert "binding" in run("commitments", "--corpus", tmp_path / "c", "--lang", "en")[1]
    _, out, err = run("commitments", "--corpus", tmp_path / "c", "--year", "1999", "--format", "jsonl")
    assert out == ""
    assert "没有符合条件" in err
    code, _, err = run("commitments", policy, "--at-least", "很强")
    assert code == 2
    assert "binding" in err
