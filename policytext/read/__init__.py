"""Files → readings: one reader a format, chosen by the file's content first and its name second."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

from policytext.errors import InputError
from policytext.schema import Ocr, Reading

#: Format → its reader, imported when a file of that format comes.
READERS = {
    "pdf": "policytext.read.pdf:read_pdf",
    "ofd": "policytext.read.ofd:read_ofd",
    "docx": "policytext.read.docx:read_docx",
    "doc": "policytext.read.doc:read_doc",
    "html": "policytext.read.html:read_html",
    "text": "policytext.read.text:read_text",
    "image": "policytext.read.image:read_image",
}
#: Formats that may hold pages without text, to be recognised as pictures.
PRINTED = frozenset({"pdf", "ofd", "image"})
MAX_BYTES = 300 * 1024 * 1024
#: A file with more pages is refused, unless the user allows more.
MAX_PAGES = 5000
_IMAGES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif", b"II*\0": "tiff", b"MM\0*": "tiff", b"BM": "bmp"}
# Tables and data that lie beside policies: they must not be read as policies, whatever text is in them.
_REGISTERS = frozenset({".csv", ".tsv", ".json", ".jsonl", ".xml", ".toml", ".yaml", ".yml", ".sqlite", ".db", ".py", ".log"})
_SUFFIXES = {".htm": "html", ".html": "html", ".xhtml": "html", ".shtml": "html", ".mht": "mhtml", ".mhtml": "mhtml"}


def read_file(path: str | os.PathLike[str], ocr: Ocr = "auto", pages: int = MAX_PAGES) -> Reading:
    """What stands in one file: PDF, OFD, DOCX, DOC, HTML, plain text, or a picture to be recognised.

    Bad content never raises: ``status`` and ``reason`` of the reading say what was wrong; ``too_large`` is a file of more than
    ``pages`` pages, too. Raises InputError (``not_found``, ``not_a_file``, ``unreadable``) where the file itself cannot be opened. ``file``
    of the reading is ``path`` as given.
    """
    name, data = os.fspath(path), b""
    place = Path(path)
    try:
        if not place.exists():
            raise InputError("not_found", file=name)
        if not place.is_file():
            raise InputError("not_a_file", file=name)
        size = place.stat().st_size
        if size > MAX_BYTES:
            return Reading(name, place.suffix.lstrip(".").lower(), status="too_large", reason="reading.too_large")
        data = place.read_bytes()
    except OSError as error:
        raise InputError("unreadable", file=name) from error
    return _read(name, data, format_of(data, place), {"ocr": ocr, "most": pages})


def _read(name: str, data: bytes, kind: str, printed: dict[str, Any]) -> Reading:
    if not data:
        return Reading(name, kind, status="empty", reason="reading.empty")
    if kind in READERS:
        module, _, function = READERS[kind].partition(":")
        reading: Reading = getattr(importlib.import_module(module), function)(name, data, **(printed if kind in PRINTED else {}))
        return reading
    reason = f"reading.{kind}" if kind == "register" else "reading.unsupported"
    return Reading(name, kind, status="unsupported", reason=reason)


def format_of(data: bytes, place: Path) -> str:
    """A key of ``READERS``, or what is not read: ``register rtf zip mhtml binary``."""
    head = data[:1024]
    suffix = place.suffix.lower()
    if b"%PDF-" in head or (suffix == ".pdf" and data):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(place)
    if head.lstrip().startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "doc"
    if any(head.startswith(magic) for magic in _IMAGES):
        return "image"
    if suffix in _REGISTERS:
        return "register"
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if suffix in (".docx", ".doc", ".ofd") and not _looks_like_text(head):
        return suffix[1:]
    lowered = head.replace(b"\0", b"").lower()
    if any(mark in lowered for mark in (b"<!doctype html", b"<html", b"<head", b"<body")):
        return "html"
    return "text" if _looks_like_text(head) else "binary"


def _zip_kind(place: Path) -> str:
    import zipfile  # with its compressors a tenth of what the reader loads: only where there is an archive

    try:
        with zipfile.ZipFile(place) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return place.suffix.lower().lstrip(".") or "zip"
    if "word/document.xml" in names:
        return "docx"
    if "OFD.xml" in names:
        return "ofd"
    return "docx" if "[Content_Types].xml" in names and place.suffix.lower() == ".docx" else "zip"


def _looks_like_text(head: bytes) -> bool:
    """Byte order mark, or no zero bytes and few control codes."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    controls = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1b" for byte in head)
    return controls * 50 <= len(head)
