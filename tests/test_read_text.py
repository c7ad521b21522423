"""Plain text, file kinds, and the errors for what is no readable file."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from policytext.errors import InputError
from policytext.read import read_file

TEXT = "青溪县人民政府文件\r\n\r\n　　第一条　为促进产业发展，制定本办法。  \n第二条　本办法自公布之日起施行。"


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gb18030", b""), ("utf-16", b""), ("gbk", b"")]
)
def test_text_is_decoded_verbatim(tmp_path: Path, encoding: str, mark: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(mark + TEXT.encode(encoding))
    reading = read_file(path)
    assert reading.text == TEXT
    assert [reading.text[line.start : line.end] for line in reading.lines] == [part.strip() for part in TEXT.split("\n") if part.strip()]
    assert {line.begins for line in reading.lines} == {None}
    assert (reading.file, reading.format, reading.status) == (str(path), "text", "ok")


def test_big5_is_found_by_its_characters(tmp_path: Path) -> None:
    words = "為促進軟體產業發展，鼓勵企業進行技術研究，特訂定本辦法，並自公布日施行。" * 8
    path = tmp_path / "a.txt"
    path.write_bytes(words.encode("big5"))
    assert read_file(path).text == words


def test_a_few_damaged_bytes_do_not_cost_the_file(tmp_path: Path) -> None:
    data = (TEXT * 20).encode()
    path = tmp_path / "a.txt"
    path.write_bytes(data[:300] + b"\xff" + data[300:])
    reading = read_file(path)
    assert reading.status == "ok"
    assert 1 <= reading.text.count("\ufffd") <= 5
    assert reading.text.startswith(TEXT)


def test_indents_on_lines_of_their_own_begin_paragraphs(tmp_path: Path) -> None:
    """As pages leave them whose paragraphs begin with bold words."""
    path = tmp_path / "a.txt"
    one = "\u3000\u3000\n产业继续发展。\n园区新建了五个。\n\n"
    path.write_text(f"甲市报告\n{one * 3}\u3000\u3000各位代表！\n", "utf-8")
    assert [line.begins for line in read_file(path).lines] == [None, *(True, False) * 3, None]
    path.write_text(f"甲市报告\n{one * 2}", "utf-8")
    assert {line.begins for line in read_file(path).lines} == {None}


def test_a_blank_file_is_empty(tmp_path: Path) -> None:
    for name, data in (("a.txt", b""), ("b.txt", b" \n\n"), ("c.pdf", b"")):
        path = tmp_path / name
        path.write_bytes(data)
        assert (read_file(path).status, read_file(path).reason) == ("empty", "reading.empty")


def test_bytes_of_no_encoding_are_garbled(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xff\xfe" + b"\x00\xd8" * 99)  # UTF-16 by its mark, halves of surrogates by its content
    assert (read_file(path).status, read_file(path).reason) == ("garbled", "reading.encoding")


def test_missing_files_and_folders_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError) as missing:
        read_file(tmp_path / "no.pdf")
    assert missing.value.code == "not_found"
    with pytest.raises(InputError) as folder:
        read_file(tmp_path)
    assert folder.value.code == "not_a_file"


def zipped(names: list[str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<a/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "kind", "reason"),
    [
        ("a.pdf.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "image", "reading.image"),
        ("a.zip", zipped(["a.pdf"]), "zip", "reading.unsupported"),
        ("a.bin", bytes(range(256)) * 4, "binary", "reading.unsupported"),
    ],
)
def test_formats_that_are_not_read_say_so(tmp_path: Path, name: str, data: bytes, kind: str, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    reading = read_file(path, "off")
    assert (reading.format, reading.status, reading.reason) == (kind, "unsupported", reason)


def test_content_comes_before_the_name(tmp_path: Path) -> None:
    page = tmp_path / "a.txt"
    page.write_text("<!DOCTYPE html><html><body><p>第一条 本办法自公布之日起施行。</p></body></html>", "utf-8")
    assert read_file(page).format == "html"
    plain = tmp_path / "a.docx"
    plain.write_text(TEXT, "utf-8")
    assert read_file(plain).format == "text"


def test_reading_text_loads_no_heavy_library(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, "utf-8")
    code = (
        "import sys; from policytext.read import read_file; assert read_file(sys.argv[1]).lines;"
        "print([m for m in ('lxml', 'docx', 'pdfplumber', 'pypdfium2', 'charset_normalizer') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["登记.csv", "index.tsv", "rows.jsonl", "page.xml"])
def test_a_register_is_not_read_as_a_policy(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("标题,期限\n某办法,三年\n", encoding="utf-8")
    reading = read_file(path)
    assert (reading.status, reading.reason) == ("unsupported", "reading.register")
