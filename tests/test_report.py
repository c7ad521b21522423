"""The report: its values, its sections, and the page, Word file and Markdown made of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from policytext.cli.main import program
from policytext.corpus.filters import Bands
from policytext.errors import WrongUsage
from policytext.report.charts import Bars, Chart, Heat, Lengths, png, svg
from policytext.report.markdown import markdown
from policytext.report.page import page
from policytext.report.sections import Section, Table, sections
from policytext.report.word import MOST_ROWS, word
from policytext.schema import Clause, Head, Measures, Mention, Period, Record, Region, Span, Unit
from policytext.study.overview import Overview, overview

BANDS = Bands(date(2021, 6, 30))
TYPES = {"fund": "资金支持", "forum": "交流活动"}
YEARLY = "政策期内，企业研发的项目，年度营业收入首次达到2000万元的，给予50万元奖励。"


def policy(
    name: str, province: str, issued: str | None, period: Period, text: str = "举办论坛。"
) -> tuple[Record, list[Clause], list[Mention]]:
    head = Head(
        title=f"{name}办法", doc_no=f"{name}〔2020〕1号", issuers=(f"{name}政府",), issue_date=issued, region=Region(province=province)
    )
    record = Record(f"{name}.txt", doc_id=name, head=head, period=period, analysed_with="policytext 1 / abc")
    unit = Unit("clause", "第一条", text, 1, 0, len(text))
    return record, [Clause(record, 0, unit, Measures(("fund",), {}, True, {}, "environment"))], []


def found() -> Overview:
    stated = Span("有效期一年", "第二条", 1, 0, 5)
    return overview(
        [
            policy("甲", "江苏省", "2020-07-10", Period("2020-07-10", "2021-07-09", 12, "stated", evidence=stated), YEARLY),
            policy("乙", "江苏省", "2020-05-01", Period("2020-05-01", "2021-04-30", 12, "stated", evidence=stated)),
            policy("丙", "湖南省", None, Period()),
        ],
        BANDS,
        unread=2,
    )


def test_the_values_of_an_overview() -> None:
    one = found()
    assert [tally.group[0] for tally in one.provinces] == ["江苏省", "湖南省"]
    assert one.months == {"2020-05": 1, "2020-07": 1}
    assert [of.doc_id for of in one.short] == ["乙", "甲"]
    assert [of.doc_id for of in one.expiring] == ["甲"]
    assert [of.doc_id for of in one.unfollowed] == ["乙"]
    assert [each.clause.record.doc_id for each in one.impossible] == ["甲"]
    assert one.unknown == {"period": 1, "issue_date": 1, "region": 0, "doc_no": 0}
    assert (one.uncertain, one.unread) == (3, 2)


def test_a_policy_that_another_replaces_is_followed() -> None:
    old = policy("乙", "江苏省", "2020-05-01", Period("2020-05-01", "2021-04-30", 12, "stated"))
    later, clauses, _ = policy("丁", "江苏省", "2021-05-01", Period("2021-05-01", "2024-04-30", 36, "stated"))
    said = Mention("replaces", "乙办法", "乙〔2020〕1号", None, Span("同时废止"))
    assert overview([old, (later, clauses, [said])], BANDS).unfollowed == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_section_has_words_and_each_chart_its_table(lang: Any) -> None:
    made = sections(found(), TYPES, {"program": "1"}, lang)
    assert [section.id for section in made][:3] == ["summary", "provinces", "months"]
    for section in made:
        assert section.title
        assert section.words
        assert section.chart is None or section.table
    summary = next(section for section in made if section.id == "summary")
    assert any("2" in sentence for sentence in summary.words[-1:])


def test_an_empty_list_is_said_in_words() -> None:
    one = replace(found(), expiring=(), promises=())
    made = {section.id: section for section in sections(one, TYPES, {}, "zh")}
    assert made["expiring"].words == ("没有即将到期的政策。",)
    assert made["expiring"].table is None
    assert "无从判断" in made["impossible"].words[0]


def test_gaps_between_months_show_and_many_years_go_by_year() -> None:
    made = {section.id: section for section in sections(found(), TYPES, {}, "zh")}
    chart = made["months"].chart
    assert isinstance(chart, Bars)
    assert dict(chart.counts) == {"2020-05": 1, "2020-06": 0, "2020-07": 1}
    long = replace(found(), months={"1999-05": 1, "2020-07": 2})
    by_year = next(section for section in sections(long, TYPES, {}, "zh") if section.id == "months").chart
    assert isinstance(by_year, Bars)
    assert len(by_year.counts) == 22
    assert by_year.counts["2020"] == 2


CHARTS: Mapping[str, Chart] = {
    "bars": Bars({"江苏省": 4, "湖南省": 3}, "文件数"),
    "upright": Bars({"2020-05": 1, "2020-06": 0}, "文件数", upright=True),
    "lengths": Lengths([("甲办法", 12), ("乙办法", 72)], (12, 36, 60), "月"),
    "many lengths": Lengths([(f"办法{n}", n % 70) for n in range(200)], (12, 36, 60), "月"),
    "heat": Heat(["江苏省"], ["资金", "论坛"], [[1.0, 0.5]], "占比"),
    "nothing": Bars({}, "文件数"),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_svg_whose_text_is_text(name: str) -> None:
    drawn = svg(CHARTS[name])
    root = etree.fromstring(drawn.encode())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    words = "".join(map(str, root.itertext()))
    assert (name == "nothing") or re.search("[\u4e00-\u9fff]", words)
    assert "<image" not in drawn
    assert "DejaVu" not in drawn
    assert drawn == svg(CHARTS[name]), "the same chart twice"


def test_a_picture_needs_a_font_with_chinese_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policytext.report.charts._font", lambda: "")
    assert png(CHARTS["bars"]) is None


EVIL = '<script>alert(1)</script>|`*"\x07'


def evil() -> list[Section]:
    return [Section("a", EVIL, (EVIL,), CHARTS["bars"], Table((EVIL, "b"), ((EVIL, "1"),)))]


def test_the_page_needs_nothing_and_runs_nothing() -> None:
    text = page(EVIL, EVIL, evil(), "zh")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert not re.search(r"""(?:src|href)=["'](?!#)""", text.replace("xlink:href", "href").replace('href="#', "#"))
    assert "default-src 'none'" in text
    etree.fromstring(text.encode(), etree.HTMLParser())


def test_markdown_keeps_its_tables_whole() -> None:
    lines = markdown(EVIL, "", evil()).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 3
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 3 for line in table)
    assert "<script>" not in "\n".join(lines)


def test_the_word_file_opens_and_says_what_it_leaves_out() -> None:
    from docx import Document

    many = Section("b", "长表", (), None, Table(("甲",), tuple((str(n),) for n in range(MOST_ROWS + 5))))
    document = Document(BytesIO(word(EVIL, "", [*evil(), many], "zh")))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert any("另有 5 行" in each for each in words)
    assert document.tables[0].cell(0, 0).text.startswith("<script>")
    assert len(document.tables[1].rows) == MOST_ROWS + 1


def test_without_python_docx_word_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(WrongUsage) as refused:
        word("a", "", evil(), "zh")
    assert refused.value.code == "docx_missing"


def run(*arguments: object) -> Any:
    return CliRunner().invoke(program, [str(argument) for argument in arguments])


@pytest.mark.parametrize("name", ["report.html", "report.docx", "report.md"])
def test_the_report_of_a_corpus(policy: Path, tmp_path: Path, name: str) -> None:
    assert run("add", policy, "--corpus", tmp_path / "corpus").exit_code == 0
    done = run("report", "--corpus", tmp_path / "corpus", "--as-of", "2020-07-28", "-o", tmp_path / name)
    assert done.exit_code == 0, done.output
    assert (tmp_path / name).stat().st_size > 1000
    if name != "report.docx":
        text = (tmp_path / name).read_text("utf-8")
        assert "2020-07-28" in text
        assert "这份报告怎么来的" in text


def test_nothing_to_report_is_an_error_not_an_empty_page(policy: Path, tmp_path: Path) -> None:
    assert run("add", policy, "--corpus", tmp_path / "corpus").exit_code == 0
    done = run("report", "--corpus", tmp_path / "corpus", "--province", "西藏", "-o", tmp_path / "a.html")
    assert done.exception.code == "nothing_to_report"
    assert not (tmp_path / "a.html").exists()
