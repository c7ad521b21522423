"""Pages recognised as pictures: the geometry with a stand-in engine, the real one on the scanned page of the sample corpus."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from policytext.places import sample_folder
from policytext.read import ocr, read_file
from policytext.read.page import Page
from policytext.schema import Ocr, Reading
from tests.test_read_pdf import BODY, SCAN, page_of, small_pdf

np = pytest.importorskip("numpy")
installed = pytest.mark.skipif(not ocr.available(), reason="the extra policytext[ocr] is not installed")
Line = tuple[str, float, float, float, float]


def engine_with(lines: list[Line], tilt: float = 0.0) -> Any:
    """An engine that finds (text, left, top, right, bottom in pixels) on every picture, each box tilted by ``tilt``."""

    def box(left: float, top: float, right: float, bottom: float) -> list[list[float]]:
        return [[x, y + tilt * x] for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))]

    def engine(image: Any, use_cls: bool) -> Any:
        return SimpleNamespace(boxes=[box(*line[1:]) for line in lines], txts=[line[0] for line in lines], scores=[0.9] * len(lines))

    return lambda: engine


@pytest.fixture
def with_lines(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(lines: list[Line], tilt: float = 0.0) -> None:
        monkeypatch.setattr(ocr, "available", lambda: True)
        monkeypatch.setattr("policytext.read.pages.available", lambda: True)
        monkeypatch.setattr(ocr, "_engine", engine_with(lines, tilt))

    return use


def read(tmp_path: Path, pages: list[str], mode: Ocr = "auto") -> Reading:
    target = tmp_path / "a.pdf"
    target.write_bytes(small_pdf(pages))
    return read_file(target, mode)


def lines_of(words: str, width: int = 26) -> list[Line]:
    """Lines of a page of 595 × 842 points drawn at two pixels a point, 16 pt type, first line set in."""
    out: list[Line] = []
    start, indent, top = 0, 2, 400.0
    while start < len(words):
        part = words[start : start + width - indent]
        out.append((part, 180 + 32 * indent, top, 180 + 32 * (indent + len(part)), top + 40))
        start, indent, top = start + len(part), 0, top + 56
    return out


@pytest.mark.parametrize("tilt", [0.0, 0.012])
def test_recognised_lines_become_paragraphs(tmp_path: Path, with_lines: Any, tilt: float) -> None:
    with_lines(lines_of(BODY), tilt)
    reading = read(tmp_path, [SCAN])
    assert (reading.status, reading.reason, reading.ocr_pages) == ("ok", "reading.recognised", (1,))
    assert reading.text.replace("\n", "") == BODY
    assert [line.begins for line in reading.lines] == [True] + [False] * (len(reading.lines) - 1)


def test_only_pages_without_text_are_recognised(tmp_path: Path, with_lines: Any) -> None:
    with_lines(lines_of("按研发投入给予补助。"))
    reading = read(tmp_path, [page_of([BODY]), SCAN])
    assert reading.ocr_pages == (2,)
    assert BODY[:20] in reading.text
    assert read(tmp_path, [page_of([BODY]), SCAN], "all").ocr_pages == (1, 2)
    off = read(tmp_path, [page_of([BODY]), SCAN], "off")
    assert (off.status, off.bad_pages, off.ocr_pages) == ("partial", (2,), ())


def test_a_picture_without_text_is_said(tmp_path: Path, with_lines: Any) -> None:
    with_lines([])
    reading = read(tmp_path, [SCAN])
    assert (reading.status, reading.reason) == ("scanned", "reading.unrecognised")


def test_without_the_extra_a_scan_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    monkeypatch.setattr("policytext.read.pages.available", lambda: False)
    reading = read(tmp_path, [SCAN])
    assert (reading.status, reading.reason) == ("scanned", "reading.scanned")


@pytest.mark.parametrize(
    ("found", "printed"),
    [
        ("(一）加快建设。", "（一）加快建设。"),
        ("青政发[2021]7号", "青政发〔2021〕7号"),
        ("牵头单位:市工信局)", "牵头单位：市工信局）"),
        ("按30%,不超过100万元", "按30%,不超过100万元".replace(",", "，")),
        ("5G (R15) test: a,b", "5G (R15) test: a,b"),
    ],
)
def test_signs_beside_han_are_full_width(found: str, printed: str) -> None:
    assert ocr._punctuated(found) == printed


def test_large_pages_are_drawn_smaller() -> None:
    assert ocr.scale_for(Page(1, 595, 842)) == 2.0
    assert ocr.scale_for(Page(1, 3000, 9000)) * 9000 == 3000


@installed
def test_the_scanned_sample_is_recognised() -> None:
    reading = read_file(sample_folder() / "pdf" / "10_chongqing.pdf")
    assert reading.ocr_pages == (2,)
    page = "".join(reading.text[line.start : line.end] for line in reading.lines if line.page == 2 and line.kind == "text")
    source = (sample_folder() / "texts" / "10_chongqing.md").read_text("utf-8")
    pieces = {page[at : at + 8] for at in range(0, len(page) - 8, 8)}
    assert len(pieces) > 15
    assert sum(piece in source.replace("\n", "") for piece in pieces) > 0.8 * len(pieces)


@installed
def test_a_picture_file_is_read_and_a_torn_one_is_named(tmp_path: Path) -> None:
    import pypdfium2 as pdfium

    drawn = pdfium.PdfDocument(sample_folder() / "pdf" / "01_jiangsu_jiangbei.pdf")[0].render(scale=2).to_pil()
    stored = io.BytesIO()
    drawn.save(stored, "PNG")
    (tmp_path / "a.png").write_bytes(stored.getvalue())
    reading = read_file(tmp_path / "a.png")
    assert (reading.status, reading.format, reading.ocr_pages) == ("ok", "image", (1,))
    assert "江北新区（自贸区）促进区块链产业发展若干" in reading.text
    (tmp_path / "b.png").write_bytes(stored.getvalue()[:60])
    assert read_file(tmp_path / "b.png").status == "corrupt"
