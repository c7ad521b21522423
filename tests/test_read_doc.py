"""Legacy Word files: which converter is asked, and what its answer becomes. Stand-ins print here what real converters do."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from policytext.read import read_file

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")
DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
POLICY = "青溪市促进机器人产业发展办法\n第一条 为了促进机器人产业发展，制定本办法。\n"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty PATH to put converters on."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def read(tmp_path: Path) -> tuple[str, str, str, str]:
    path = tmp_path / "旧 文件.doc"
    path.write_bytes(DOC)
    reading = read_file(path)
    return reading.format, reading.status, reading.reason, reading.text


def test_without_a_converter_the_status_says_what_to_install(tmp_path: Path, programs: Path) -> None:
    assert read(tmp_path)[:3] == ("doc", "unsupported", "reading.old_word")


def test_antiword_is_asked_for_unwrapped_utf8(tmp_path: Path, programs: Path) -> None:
    install(programs, "antiword", f'[ "$*" = "-m UTF-8.txt -w 0 a.doc" ] && printf "{POLICY}"')
    assert read(tmp_path) == ("doc", "ok", "", POLICY)


def test_the_next_converter_is_tried_when_one_fails(tmp_path: Path, programs: Path) -> None:
    install(programs, "antiword", "echo broken >&2; exit 1")
    install(programs, "catdoc", f'printf "{POLICY}"')
    assert read(tmp_path) == ("doc", "ok", "", POLICY)


def test_a_file_that_no_converter_reads_is_corrupt(tmp_path: Path, programs: Path) -> None:
    install(programs, "antiword", "exit 1")
    assert read(tmp_path)[:3] == ("doc", "corrupt", "reading.corrupt")


def test_libreoffice_comes_first_and_its_docx_is_read(tmp_path: Path, programs: Path) -> None:
    docx = pytest.importorskip("docx")
    made = docx.Document()
    made.add_paragraph("第一条 为了促进机器人产业发展，制定本办法。")
    made.save(tmp_path / "made.docx")
    install(programs, "soffice", f"{os.path.realpath('/bin/cp')} {tmp_path}/made.docx a.docx")
    install(programs, "antiword", "echo never")
    assert read(tmp_path) == ("doc", "ok", "", "第一条 为了促进机器人产业发展，制定本办法。")


def test_nothing_is_left_behind(tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    install(programs, "antiword", f'printf "{POLICY}"')
    read(tmp_path)
    assert not list(scratch.iterdir())
