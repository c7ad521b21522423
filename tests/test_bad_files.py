"""Files made to do harm, and things that are no files: each gets a status, and nothing happens outside the reader's child."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from policytext.batch import Job, analyze_files
from policytext.errors import InputError
from policytext.read.sandbox import Limits
from policytext.schema import Analysis
from policytext.sheets import read_rows
from policytext.sources import Source
from tests.bad_files import BAD, ESCAPING, LAUGHS, OUTSIDE, cells, workbook
from tests.conftest import Run, rows
from tests.mutants import packed

JOB = Job(limits=Limits(seconds=15, megabytes=3072), ocr="off")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Analysis]:
    """All of them read in one run: what one does must not touch the next."""
    sources = []
    for number, bad in enumerate(BAD.values()):
        folder = tmp_path_factory.mktemp(f"bad{number}")
        (folder / bad.name).write_bytes(bad.data())
        sources.append(Source(folder / bad.name))
    return dict(zip(BAD, analyze_files(sources, JOB), strict=True))


@pytest.mark.parametrize("name", BAD)
def test_a_harmful_file_has_one_of_its_statuses(results: dict[str, Analysis], name: str) -> None:
    document = results[name].document
    status, leaked, laughs = document.status, "root:" in document.text, document.text.count("哈")
    assert status in BAD[name].statuses.split(), document.reason
    assert not leaked
    assert laughs < 1000


def test_nothing_was_unpacked(results: dict[str, Analysis], tmp_path: Path) -> None:
    assert results["DOCX paths"].document.text == "甲乙丙"
    assert not escaped()


def escaped() -> list[Path]:
    """Parts of packages that left them."""
    found = [Path("/tmp", Path(name.replace("\\", "/")).name) for name in ESCAPING]
    return [
        *(path for path in found if path.exists()),
        *Path.cwd().glob("*policytext-escaped*"),
        *Path.cwd().glob("tests/*policytext-escaped*"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        lambda: packed({"xl/workbook.xml": bytes(64 << 20)}),
        lambda: workbook(cells("text") + cells("&a11;"), LAUGHS + "]>"),
        lambda: workbook(cells("text") + cells("甲&x;乙"), OUTSIDE + "]>"),
        lambda: workbook(cells("text") + cells("甲乙丙"), extra=ESCAPING),
        lambda: workbook('<row r="2000000000">' + cells("text")[5:]),
        lambda: workbook(cells("text") + '<row r="1000000">' + cells("甲")[5:], dimension="A1:XFD1048576"),
    ],
    ids=["bomb", "laughs", "outside", "paths", "a row far off", "a lie about the size"],
)
def test_a_harmful_table_is_refused_or_harmless(tmp_path: Path, content: Callable[[], bytes]) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content())
    try:
        read = str(list(read_rows(path, "text")))
    except InputError as error:
        read = error.code
    assert "root:" not in read
    assert read.count("哈") < 1000
    assert not escaped()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX names and devices")
def test_things_that_are_no_files_have_a_status(run: Run, tmp_path: Path, policy: Path) -> None:
    odd = tmp_path / "odd"
    odd.mkdir()
    (odd / "two\nlines.txt").write_text(policy.read_text("utf-8"), "utf-8")
    (odd / "\x1b[31mred.txt").write_text(policy.read_text("utf-8"), "utf-8")
    Path(os.fsdecode(os.fsencode(odd) + b"/half\xff\xed\xa0\x80.txt")).write_text(policy.read_text("utf-8"), "utf-8")
    os.mkfifo(odd / "pipe.txt")
    (odd / "loop.txt").symlink_to(odd / "loop.txt")
    (odd / "dangling.txt").symlink_to(odd / "nowhere")
    (odd / "zero.txt").symlink_to("/dev/zero")
    (odd / "up").symlink_to(tmp_path)
    (odd / "link.txt").symlink_to(policy)
    code, out, err = run("check", odd, "/dev/zero", "/dev/null", "/dev/stdin", "/proc/self/mem", "--format", "jsonl", "--timeout", 20)
    found = {Path(row["file"]).name: row["code"] for row in rows(out)}
    assert code == 1
    assert found == {
        "two\nlines.txt": "ok", "\x1b[31mred.txt": "ok", "half\ufffd\ufffd\ufffd\ufffd.txt": "ok", "link.txt": "ok",
        "pipe.txt": "not_a_file", "loop.txt": "not_found", "dangling.txt": "not_found", "zero.txt": "not_a_file",
        "zero": "not_a_file", "null": "not_a_file", "stdin": "not_a_file", "mem": "unreadable",
    }  # fmt: skip
    assert "\x1b" not in err
    assert "Traceback" not in err
    for shape in ("csv", "table"):
        assert "\x1b" not in run("check", odd, "--format", shape)[1]


def test_no_shell_sees_a_name(run: Run, tmp_path: Path, policy: Path) -> None:
    name = "$(touch hacked); `touch hacked` | touch hacked & ' \" .txt"
    (tmp_path / name).write_text(policy.read_text("utf-8"), "utf-8")
    (tmp_path / f"{name}.doc").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(4000))
    run("add", tmp_path / name, tmp_path / f"{name}.doc", "--corpus", tmp_path / "c", "--keep-files")
    assert str(tmp_path / name) in {row["file"] for row in rows(run("list", "--corpus", tmp_path / "c", "--format", "jsonl")[1])}
    assert not list(tmp_path.rglob("hacked"))
    assert not Path("hacked").exists()
