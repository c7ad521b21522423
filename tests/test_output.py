"""Writers: the same rows as table, CSV, XLSX and JSON lines."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from rich.cells import cell_len

from policytext.errors import InputError
from policytext.report.citation import citation
from policytext.report.output import Look, flat, write_rows
from policytext.schema import Head, Record, Span, Unit

ROWS = [
    {"file": "甲.pdf", "period": {"months": 12, "evidence": {"text": "有效期一年"}}, "flag": "short", "labels": ["fund", "talent"]},
    {"file": "乙.pdf", "period": {"months": None, "evidence": None}, "flag": "unknown", "labels": []},
]
LOOK = Look("zh", ("file", "period.months", "flag", "labels"), {"fund": "资金支持", "talent": "人才"})


def test_jsonl_keeps_every_key(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    assert write_rows(iter(ROWS), "jsonl", path, LOOK) == 2
    assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == ROWS


def test_csv_has_a_bom_and_flat_columns(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    write_rows(iter(ROWS), "csv", path, LOOK)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert rows[0]["period.evidence.text"] == "有效期一年"
    assert rows[0]["labels"] == "fund、talent"


def test_xlsx_holds_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    write_rows(iter(ROWS), "xlsx", path, LOOK)
    rows = list(load_workbook(path).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0][:2] == ("file", "period.months")
    assert rows[1][1] == 12


def test_table_speaks_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    write_rows(iter(ROWS), "table", None, LOOK)
    out = capsys.readouterr().out
    assert "期限" in out
    assert "短期" in out
    assert "资金支持、人才" in out
    write_rows(iter(ROWS), "table", None, Look("en", LOOK.columns))
    assert "short" in capsys.readouterr().out


@pytest.mark.parametrize("style", ["csv", "xlsx"])
@pytest.mark.parametrize("bad", ["=1+1", "+86", "-2", "@cmd", "\t=1"])
def test_formulas_are_neutralised(tmp_path: Path, style: str, bad: str) -> None:
    path = tmp_path / f"rows.{style}"
    write_rows(iter([{"text": bad}]), style, path, LOOK)
    if style == "csv":
        cell = next(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))["text"]
    else:
        cell = str(list(load_workbook(path).active.iter_rows(values_only=True))[1][0])  # type: ignore[union-attr]
    assert cell.startswith("'")


def test_control_sequences_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    write_rows(iter([{"text": "红\x1b[31m字\x07\u202e倒"}]), "table", None, Look("zh"))
    out = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\u202e"} & set(out)


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot_write"):
        write_rows(iter(ROWS), "jsonl", tmp_path / "no" / "such" / "folder.jsonl", LOOK)


def test_a_table_too_wide_breaks_no_number_date_or_id_but_leaves_columns_out(capsys: pytest.CaptureFixture[str]) -> None:
    words = "青溪市促进链上产业发展的若干措施" * 2
    row = {"doc_id": "668a23b92abd", "title": words, **{f"text{n}": words for n in range(12)}, "issue_date": "2020-01-02", "clauses": 2333}
    write_rows([row], "table", None, Look("zh"))
    lines = capsys.readouterr().out.splitlines()
    assert all(cell_len(line.rstrip()) <= 160 for line in lines)
    assert all(any(value in line for line in lines) for value in ("668a23b92abd", "2020-01-02", "2333"))
    assert "没有列出" in lines[-1]
    assert "text11" in lines[-1]
    assert "标题" not in lines[-1]


def test_of_many_numbers_a_table_shows_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    write_rows([{"name": "青溪省", **{f"number{n}": 1000 + n for n in range(30)}}], "table", None, Look("en"))
    out = capsys.readouterr().out
    assert "1000" in out
    assert "青溪省" in out
    assert "number29" in out.splitlines()[-1]


def test_flat_joins_lists_and_dots_keys() -> None:
    assert flat({"a": {"b": {"c": [1, 2]}}, "scores": {"x": 0.12345}}) == {"a.b.c": "1、2", "scores": "x=0.123"}


def test_citation_names_what_is_known_only() -> None:
    unit = Unit("clause", "第一章/第三条", "……", 4, 0, 2)
    full = Record("a.pdf", head=Head(title="某办法", doc_no="某发〔2020〕1号", issuers=("某省人民政府",), issue_date="2020-01-02"))
    assert citation(full, unit) == "某省人民政府. 某办法: 某发〔2020〕1号[Z]. 2020-01-02: 第一章/第三条, 第4页."
    assert citation(Record("a.pdf"), Unit("clause", "", "……", 0, 0, 2)) == "a[Z]."
    entry = citation(replace(full, doc_id="0123456789ab"), unit, "bibtex")
    assert entry.startswith("@misc{policy0123456789ab-0, title = {某办法}")
    assert citation(full, unit, "bibtex") != citation(replace(full, file="b.pdf"), unit, "bibtex")
    assert "题{" not in citation(replace(full, head=replace(full.head, title="题{一}\\办法")), unit, "bibtex")


def test_a_clause_of_one_of_several_policies_is_cited_by_its_own_title() -> None:
    policies = (Span("甲办法", start=100, end=103), Span("乙办法", start=500, end=503))
    notice = Record("a.pdf", head=Head(title="关于印发两个办法的通知", policies=policies))
    said = [citation(notice, Unit("clause", "第三条", "……", 0, start, start + 2)) for start in (50, 200, 600)]
    title = "关于印发两个办法的通知"
    assert said == [f"{title}[Z]: 第三条.", f"甲办法[Z]//{title}: 第三条.", f"乙办法[Z]//{title}: 第三条."]
    one = Record("a.pdf", head=Head(title="关于印发甲办法的通知", policies=policies[:1]))
    assert "//" not in citation(one, Unit("clause", "第三条", "……", 0, 200, 202))
    assert "乙办法, 第三条" in citation(notice, Unit("clause", "第三条", "……", 0, 600, 602), "bibtex")
