"""Broken files by the hundred: each comes back with a status, none ends the run, hangs it, or shows a traceback.

200 of each format, 1,000 with ``POLICYTEXT_MUTANTS=1000`` (the nightly run).
"""

from __future__ import annotations

import io
import os
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest

from policytext.batch import Job, analyze_files
from policytext.errors import InputError
from policytext.places import sample_folder
from policytext.read.sandbox import Limits
from policytext.schema import Status
from policytext.sheets import read_rows
from policytext.sources import find_files
from tests import test_read_ofd, test_read_pdf
from tests.mutants import mutants
from tests.policies import policy_text

NUMBER = int(os.environ.get("POLICYTEXT_MUTANTS", "200"))
SECONDS = 30


def pdfs() -> list[bytes]:
    page = test_read_pdf.page_of([test_read_pdf.BODY] * 3)
    locked = test_read_pdf.small_pdf([page], (b"", b"owner"))
    samples = [(sample_folder() / "pdf" / name).read_bytes() for name in ("02_jiangsu.pdf", "10_chongqing.pdf")]
    return [test_read_pdf.small_pdf([page, page]), locked, *samples]


def docxs() -> list[bytes]:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for line in policy_text(3).splitlines():
        document.add_paragraph(line, style="List Number" if line.startswith("第二") else None)
    document.add_table(rows=2, cols=2).cell(0, 0).text = "项目"
    stored = io.BytesIO()
    document.save(stored)
    return [stored.getvalue()]


def ofds() -> list[bytes]:
    page = test_read_ofd.page(test_read_ofd.paragraph(60, test_read_ofd.BODY) + test_read_ofd.path(20, 150, "M 0 0 L 100 0 L 100 50 C"))
    return [test_read_ofd.ofd_file([page, page], template=test_read_ofd.text(28, 10, "公报"))]


def htmls() -> list[bytes]:
    lines = policy_text(4).splitlines()
    table = "<table><tr><td>项目</td><td>标准</td></tr><tr><td>设备</td><td>一成</td></tr></table>"
    body = f"<h1>{lines[0]}</h1>" + "".join(f"<p>{line}</p>" for line in lines[1:]) + table
    page = f'<html><head><meta charset="{{}}"><title>{lines[0]}</title></head><body><div class="content">{body}</div></body></html>'
    return [page.format("utf-8").encode(), page.format("gb2312").encode("gb18030")]


def texts() -> list[bytes]:
    return [policy_text(5).encode(code) for code in ("utf-8", "gb18030", "utf-16")]


def pictures() -> list[bytes]:
    image = pytest.importorskip("PIL.Image")
    made = []
    for kind in ("png", "jpeg", "tiff", "gif", "bmp"):
        stored = io.BytesIO()
        image.new("L", (90, 60), 200).save(stored, kind)
        made.append(stored.getvalue())
    return made


BASES = {"pdf": pdfs, "docx": docxs, "ofd": ofds, "html": htmls, "txt": texts, "png": pictures}


@pytest.mark.parametrize("suffix", BASES)
def test_every_mutant_has_a_status(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    for number, data in enumerate(mutants(BASES[suffix](), NUMBER, inside=suffix in ("docx", "ofd"))):
        (tmp_path / f"{number:04}.{suffix}").write_bytes(data)
    sources = find_files(sorted(tmp_path.glob(f"*.{suffix}")))
    # Pictures are decoded only where they may be recognised.
    job = Job(labels=suffix == "txt", limits=Limits(SECONDS), ocr="auto" if suffix == "png" else "off")
    found = list(analyze_files(sources, job, jobs=2))
    assert not list(temporary.iterdir())
    assert [Path(one.document.file) for one in found] == [source.path for source in sources]
    told = Counter(one.document.status for one in found)
    print(suffix, dict(told))
    assert set(told) <= set(get_args(Status))
    assert told.total() == NUMBER
    assert not [one.document.file for one in found if one.document.status == "timeout"]
    # Only PDF and pictures are read by C code that may abort; the others are read by code that must know what is wrong.
    if suffix not in ("pdf", "png"):
        assert not [one.document.file for one in found if one.document.status == "crashed"]


def tables() -> list[bytes]:
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    for row in (["id", "text", "labels"], *([str(n), f"对第{n}个项目给予补助。", "fund"] for n in range(20))):
        sheet.append(row)
    stored = io.BytesIO()
    book.save(stored)
    return [stored.getvalue()]


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "jsonl"])
def test_every_mutant_of_a_table_is_read_or_refused(tmp_path: Path, suffix: str) -> None:
    """Tables are the user's own and are read in the program itself: rows, or an error that names the table."""
    lines = b"".join(b'{"id": "%d", "text": "\xe5\xaf\xb9"}\n' % n for n in range(20))
    whole = tables() if suffix == "xlsx" else ["id,text\n1,对\n2,“对”\n".encode()] if suffix == "csv" else [lines]
    told: Counter[str] = Counter()
    for number, data in enumerate(mutants(whole, NUMBER, inside=suffix == "xlsx")):
        path = tmp_path / f"{number:04}.{suffix}"
        path.write_bytes(data)
        try:
            told["read"] += bool(list(read_rows(path, "text"))) or 1
        except InputError as error:
            told[error.code] += 1
    print(suffix, dict(told))
    assert set(told) <= {"read", "bad_table", "no_column"}
