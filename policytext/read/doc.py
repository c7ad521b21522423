"""Legacy Word files (.doc) through a converter that the user has installed: LibreOffice, antiword or catdoc, the best first."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from policytext.read.docx import read_docx
from policytext.read.text import read_text
from policytext.schema import Reading

#: Program → its arguments after the name; the file to convert is always ``a.doc`` in the working folder.
_OFFICE = ("--headless", "--norestore", "-env:UserInstallation=file://{folder}/profile", "--convert-to", "docx", "a.doc")
_TO_TEXT = {"antiword": ("-m", "UTF-8.txt", "-w", "0", "a.doc"), "catdoc": ("-d", "utf-8", "-w", "a.doc")}
_SECONDS = 90


def read_doc(name: str, data: bytes) -> Reading:
    """What the first working converter gives. Status unsupported when none is installed, corrupt when none can read the file.

    A DOCX with a password comes in the same kind of container, and is encrypted.
    """
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Reading(name, "doc", status="encrypted", reason="reading.encrypted")
    reading = Reading(name, "doc", status="unsupported", reason="reading.old_word")
    with TemporaryDirectory(prefix="policytext-doc-") as temporary:
        folder = Path(temporary)
        (folder / "a.doc").write_bytes(data)
        for convert in _converters():
            found = convert(name, folder)
            if found is not None:
                reading = replace(found, format="doc")
            if reading.status == "ok":
                break
    return reading


def _converters() -> Iterator[Callable[[str, Path], Reading | None]]:
    yield _by_office
    for program in _TO_TEXT:
        yield partial(_by_text, program=program)


def _by_office(name: str, folder: Path) -> Reading | None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return None
    _run(program, [part.format(folder=folder) for part in _OFFICE], folder)
    made = folder / "a.docx"
    return read_docx(name, made.read_bytes()) if made.exists() else _damaged(name)


def _by_text(name: str, folder: Path, program: str) -> Reading | None:
    if (path := shutil.which(program)) is None:
        return None
    text = _run(path, list(_TO_TEXT[program]), folder)
    return read_text(name, text) if text.strip() else _damaged(name)


def _run(program: str, arguments: list[str], folder: Path) -> bytes:
    """What the program prints; nothing when it fails or takes too long. It dies with the reader child, whose group it is in."""
    try:
        done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, timeout=_SECONDS, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""


def _damaged(name: str) -> Reading:
    return Reading(name, "doc", status="corrupt", reason="reading.corrupt")
