"""Plain text: the file decoded as it is, one line a line; which lines belong together is left to the words."""

from __future__ import annotations

import codecs
import re

from policytext.schema import Line, Reading

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")


def read_text(name: str, data: bytes) -> Reading:
    """The decoded text verbatim (line ends kept, byte order mark dropped), its non-blank lines with ``begins`` None."""
    text = decode(data)
    if text is None:
        return Reading(name, "text", status="garbled", reason="reading.encoding")
    lines = []
    for found in _LINE.finditer(text):
        stripped = found.group().strip()
        if stripped:
            start = found.start() + found.group().index(stripped)
            lines.append(Line(start, start + len(stripped)))
    if not lines:
        return Reading(name, "text", text, status="empty", reason="reading.empty")
    return Reading(name, "text", text, tuple(lines))


def decode(data: bytes) -> str | None:
    """UTF-8, UTF-16 with a byte order mark, GB 18030 (a few bad bytes allowed), else what charset-normalizer finds, else None."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strict(data, "utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        text = _strict(data, encoding)
        if text is not None and not _mostly_private(text):
            return text
    for encoding in ("utf-8-sig", "gb18030"):
        # A few damaged bytes must not cost the file; they show as U+FFFD.
        text = data.decode(encoding, "replace")
        if text.count("\ufffd") <= 0.01 * len(text) and not _mostly_private(text):
            return text
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return None if best is None else str(best)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _mostly_private(text: str) -> bool:
    """GB 18030 decodes nearly any bytes; text of another encoding then comes out as private codes and rare characters."""
    from policytext.read.characters import garbled

    return garbled(text[:20000])
