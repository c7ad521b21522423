"""The sample corpus is what it says: 19 reconstructions from 12 provinces, marked as such on every page and in the register."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from policytext.analyze import analyze_path
from policytext.places import sample_folder
from policytext.schema import Analysis

SAMPLES = sample_folder()
TEXTS = sorted((SAMPLES / "texts").glob("*.md"))


def facts(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8").split("+++\n", 2)[1])


def register() -> list[dict[str, str]]:
    with (SAMPLES / "sources.csv").open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def analyses() -> dict[str, Analysis]:
    return {facts(path)["id"]: analyze_path(str(SAMPLES / "pdf" / f"{path.stem}.pdf"), labels=True, ocr="off") for path in TEXTS}


def test_nineteen_policies_in_the_proportions_of_the_analysis() -> None:
    provinces = Counter(facts(path)["province"] for path in TEXTS)
    assert sum(provinces.values()) == 19
    assert len(provinces) == 12
    assert (provinces["江苏省"], provinces["湖南省"]) == (4, 3)
    assert sorted(provinces.values()) == [1] * 8 + [2, 2, 3, 4]


def test_every_page_says_that_it_is_no_original() -> None:
    for path in TEXTS:
        pdf = pypdfium2.PdfDocument(SAMPLES / "pdf" / f"{path.stem}.pdf")
        assert 2 <= len(pdf) <= 8
        for number in range(len(pdf)):
            text = pdf[number].get_textpage().get_text_range()
            scanned = facts(path)["layout"] == "scan" and number == 1  # there the words are in the picture
            assert "重构样例，非原件" in text or (scanned and not text.strip()), f"{path.stem} page {number + 1}"
        pdf.close()


def test_the_register_covers_every_document_and_field() -> None:
    rows = register()
    for path in TEXTS:
        about = {row["field"]: row for row in rows if row["id"] == facts(path)["id"]}
        assert {"title", "issuer", "issue_date", "term"} <= set(about), path.stem
        for row in about.values():
            assert row["kind"] in ("fact", "made_up", "fictional", "unknown")
            assert row["source"] or row["note"] or row["kind"] == "fictional", row
            assert (SAMPLES / row["file"]).is_file()


def test_fictional_ones_say_so_everywhere() -> None:
    fictional = {row["id"] for row in register() if row["kind"] == "fictional"}
    assert fictional == {facts(path)["id"] for path in TEXTS if facts(path)["fictional"]}
    assert len(fictional) == 5
    for path in TEXTS:
        if facts(path)["fictional"]:
            assert "（虚构样例）" in facts(path)["title"]
            assert "虚构" in facts(path)["issuer"]


def test_no_number_is_invented_under_a_real_issuer() -> None:
    known = {row["id"] for row in register() if row["field"] == "doc_no" and row["kind"] == "fact"}
    for path in TEXTS:
        has_number = re.search(r"〔\d{4}〕\d+号", path.read_text("utf-8"))
        assert bool(has_number) == (facts(path)["id"] in known), path.stem


def test_titles_and_dates_are_read_as_written(analyses: dict[str, Analysis]) -> None:
    for path in TEXTS:
        head = analyses[facts(path)["id"]].document.head
        assert facts(path)["title"].split("（")[0][-12:] in head.title, f"{path.stem}: {head.title}"
        assert "文件" not in head.title[:30], f"{path.stem}: {head.title}"
        if "@date" in path.read_text("utf-8"):
            assert head.issue_date == facts(path)["issue_date"], path.stem
        assert head.region.province == facts(path)["province"], path.stem


@pytest.mark.parametrize(
    ("name", "months", "basis"),
    [
        ("jiangsu_jiangbei", 12, "stated"),
        ("jiangsu_suzhou", 36, "plan"),
        ("hunan", 36, "plan"),
        ("hunan_fictional", 36, "stated"),
        ("guangdong_huangpu", None, "none"),
        ("chongqing_yuzhong", None, "none"),
        ("guizhou", None, "none"),
        ("fujian_fictional", 60, "stated"),
        ("shanghai_fictional", 60, "stated"),
        ("zhejiang_fictional", 36, "stated"),
    ],
)
def test_periods_of_the_samples(analyses: dict[str, Analysis], name: str, months: int | None, basis: str) -> None:
    period = analyses[name].period
    assert (period.months, period.basis) == (months, basis)


def test_the_reader_drops_footers_and_page_numbers(analyses: dict[str, Analysis]) -> None:
    for name, analysis in analyses.items():
        kept = "\n".join(unit.text for unit in analysis.document.units if unit.kind != "noise")
        assert "非原件" not in kept, name
        assert not re.search(r"^— \d+ —$", kept, re.MULTILINE), name
        assert "example.gov.cn" not in kept


def test_the_scanned_page_is_named(analyses: dict[str, Analysis]) -> None:
    document = analyses["chongqing"].document
    assert (document.status, document.bad_pages) == ("partial", (2,))


def test_reward_tables_come_as_rows(analyses: dict[str, Analysis]) -> None:
    rows = [unit.text for unit in analyses["fujian_fictional"].document.units if unit.kind == "table"]
    assert len([row for row in rows if "总部企业" in row and "二十四万元" in row]) == 1
