"""Succession: wordings, links, chains, gaps; repealed texts in the listing of periods."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from policytext import numerals
from policytext.cli.main import program
from policytext.corpus.filters import Bands
from policytext.periods.mentions import mentions, raw, spoken
from policytext.report.rows import dated
from policytext.schema import Document, Head, Period, Record, Unit
from policytext.study.succession import extended, links, repealed, stem

EXAMPLES = [(one["relation"], example) for one in raw()["statement"] for example in one["examples"]]


@pytest.mark.parametrize(("relation", "example"), EXAMPLES, ids=[example["text"][:24] for _, example in EXAMPLES])
def test_each_wording_has_examples_that_work(relation: str, example: dict[str, Any]) -> None:
    relation = example.get("relation", relation)  # what takes out a part only amends
    found = [title or number for kind, title, number, _ in spoken(numerals.flatten(example["text"]).text) if kind == relation]
    assert found == [numerals.flatten(one).text for one in example["about"]]


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("青溪市人民政府关于印发《青溪市链上经济办法（试行）》的通知", "青溪市链上经济办法"),
        ("青溪市链上经济暂行办法（2020年修订）", "青溪市链上经济办法"),
        ("关于印发〈青溪市链上经济办法〉的通知", "青溪市链上经济办法"),
        ("青溪市关于促进链上经济的通知", "青溪市关于促进链上经济"),
    ],
)
def test_the_stem_of_a_title(title: str, wanted: str) -> None:
    assert stem(title) == wanted


def policy(number: str, title: str, issued: str, text: str, end: str | None = None) -> tuple[Record, Document]:
    head = Head(title, f"青府〔{issued[:4]}〕{number}号", ("青溪市人民政府",), issued)
    unit = Unit("clause", "一", text, 1, 10, 10 + len(text))
    record = Record(f"{number}.txt", doc_id=number, head=head, period=Period(issued, end, basis="stated" if end else "none"))
    return record, Document(record.file, "text", "ok", head=head, units=(unit,))


def linked(*policies: tuple[Record, Document]) -> list[Any]:
    return links((record, mentions(document)) for record, document in policies)


OLD = policy("1", "青溪市链上经济办法", "2016-01-01", "建设产业园。", "2018-12-31")
NEW = policy("2", "青溪市链上经济办法", "2019-03-01", "《青溪市链上经济办法》（青府〔2016〕1号）同时废止。", "2021-12-31")


def test_a_replacement_is_found_by_number_with_evidence_and_gap() -> None:
    (link,) = linked(NEW, OLD)
    assert (link.relation, link.basis, link.later.doc_id, link.earlier.doc_id) == ("replaces", "text", "2", "1")
    assert (link.day, link.gap) == ("2019-03-01", 59)
    assert link.evidence.text == "《青溪市链上经济办法》（青府〔2016〕1号）同时废止。"
    assert link.evidence.start == 10
    assert repealed([link]) == {"1": "2019-03-01"}


def test_a_text_that_the_corpus_does_not_hold_stays_named() -> None:
    (link,) = linked(NEW)
    assert link.earlier is None
    assert (link.title, link.doc_no, link.gap) == ("青溪市链上经济办法", "青府〔2016〕1号", None)
    assert repealed([link]) == {}


def test_a_later_version_without_a_word_is_a_candidate() -> None:
    later = policy("3", "青溪市链上经济行动计划（2021—2023年）", "2021-02-01", "建设产业园。")
    earlier = policy("4", "青溪市链上经济行动计划（2018-2020年）", "2018-02-01", "建设产业园。", "2020-12-31")
    (link,) = linked(later, earlier)
    assert (link.relation, link.basis, link.gap, link.evidence) == ("follows", "candidate", 31, None)
    assert repealed([link]) == {}


def test_what_hangs_together_is_one_chain_in_date_order() -> None:
    longer = policy(
        "5",
        "关于延长青溪市链上经济办法有效期的通知",
        "2021-12-01",
        "将《青溪市链上经济办法》（青府〔2019〕2号）的有效期延长至2023年12月31日。",
    )
    other = policy("6", "青溪市数字经济办法", "2015-01-01", "《青溪市信息经济办法》同时废止。")
    found = linked(longer, other, NEW, OLD)
    assert [(link.chain, link.relation, link.later.doc_id) for link in found] == [
        (1, "replaces", "6"),
        (2, "replaces", "2"),
        (2, "extends", "5"),
    ]
    assert found[2].day == "2023-12-31"
    assert extended(found) == {"2": "2023-12-31"}
    assert linked(OLD, NEW, other, longer) == found, "the order of the documents changes nothing"


def test_a_repealed_text_has_that_status_from_the_day_on() -> None:
    bands = Bands(date(2019, 2, 28), repealed={"1": "2019-03-01"})
    assert bands.status(OLD[0]) == "expired"
    assert Bands(date(2019, 3, 1), repealed={"1": "2019-03-01"}).status(OLD[0]) == "repealed"


def test_an_extended_text_runs_to_its_new_day() -> None:
    bands = Bands(date(2020, 1, 1), extended={"1": "2020-12-31"})
    assert Bands(date(2020, 1, 1)).status(OLD[0]) == "expired"
    assert bands.status(OLD[0]) == "in_force"
    assert dated(OLD[0], bands)["extended_to"] == "2020-12-31"
    assert dated(OLD[0], bands)["period"]["end"] == "2018-12-31", "the stated period stays as it is"


def test_the_commands(tmp_path: Path) -> None:
    runner, corpus = CliRunner(), str(tmp_path / "corpus")
    texts = {
        "旧.txt": "青溪市链上经济办法\n青府〔2016〕1号\n一、建设产业园。\n二、本办法自2016年1月1日起施行。\n青溪市人民政府\n2016年1月1日\n",
        "新.txt": "青溪市链上经济办法\n青府〔2019〕2号\n一、建设产业园。\n"
        "二、本办法自2019年3月1日起施行，有效期三年。《青溪市链上经济办法》（青府〔2016〕1号）同时废止。\n青溪市人民政府\n2019年2月1日\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    assert runner.invoke(program, ["add", str(tmp_path / "旧.txt"), str(tmp_path / "新.txt"), "--corpus", corpus]).exit_code == 0

    def rows(*arguments: str) -> list[dict[str, Any]]:
        result = runner.invoke(program, [*arguments, "--corpus", corpus, "-o", str(tmp_path / "o.jsonl")], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in (tmp_path / "o.jsonl").read_text("utf-8").splitlines()]

    (link,) = rows("succession")
    assert (link["relation"], link["date"], link["earlier"]["doc_no"]) == ("replaces", "2019-03-01", "青府〔2016〕1号")
    statuses = {row["doc_no"]: row["status"] for row in rows("periods", "--as-of", "2020-07-28")}
    assert statuses == {"青府〔2016〕1号": "repealed", "青府〔2019〕2号": "in_force"}
    assert [row["doc_no"] for row in rows("periods", "--as-of", "2020-07-28", "--status", "repealed")] == ["青府〔2016〕1号"]
