"""DOCX: paragraphs, tables and automatic numbers in document order."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from policytext.read import read_file
from policytext.read.docx import written

docx = pytest.importorskip("docx")


def make(path: Path) -> None:
    document = docx.Document()
    title = document.add_paragraph("青溪县软件产业扶持办法")
    title.alignment = 1
    title.runs[0].font.size = docx.shared.Pt(22)
    document.add_paragraph("第一条　为促进产业发展，\n制定本办法。")
    table = document.add_table(rows=2, cols=3)
    for place, words in enumerate(("项目", "标准", "上限", "设备", "一成", "百万元")):
        table.cell(place // 3, place % 3).text = words
    table.cell(1, 1).merge(table.cell(1, 2))
    document.add_paragraph("第一项", style="List Number")
    document.add_paragraph("第二项", style="List Number")
    document.add_paragraph("圆点", style="List Bullet")
    document.add_paragraph("")
    document.save(str(path))


def test_paragraphs_and_tables_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    make(path)
    reading = read_file(path)
    lines = [(line.kind, reading.text[line.start : line.end]) for line in reading.lines]
    assert lines == [
        ("text", "青溪县软件产业扶持办法"),
        ("text", "第一条 为促进产业发展，"),
        ("text", "制定本办法。"),
        ("table", "项目 | 标准 | 上限"),
        ("table", "设备 | 一成百万元"),
        ("text", "1.第一项"),
        ("text", "2.第二项"),
        ("text", "圆点"),
    ]
    assert reading.lines[0].centred
    assert reading.lines[0].size == 22
    assert {line.begins for line in reading.lines} == {True}


def test_without_python_docx_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.docx"
    make(path)
    monkeypatch.setitem(sys.modules, "docx", None)
    reading = read_file(path)
    assert (reading.status, reading.reason) == ("unsupported", "reading.docx_missing")


def test_a_broken_file_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    make(path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert read_file(path).status == "corrupt"


@pytest.mark.parametrize(
    ("number", "form", "expected"),
    [
        (1, "decimal", "1"),
        (12, "chineseCounting", "十二"),
        (20, "chineseCounting", "二十"),
        (3, "chineseCountingThousand", "三"),
        (3, "lowerLetter", "c"),
        (3, "decimalEnclosedCircle", "③"),
        (12, "decimalFullWidth", "１２"),
    ],
)
def test_counters_are_written_as_word_names_them(number: int, form: str, expected: str) -> None:
    assert written(number, form) == expected
