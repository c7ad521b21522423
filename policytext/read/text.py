"""Plain text: the file decoded as it is, one line a line; which lines belong together is left to the words.

One thing is known from the blanks: pages that print the first words of a paragraph bold leave its indent on a line of its own when they
are copied; the paragraph is what follows it without a blank.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect

from policytext.schema import Line, Reading

#: An indent on a line of its own, and the lines up to the next blank; so many of them tell such a page.
_LOST_INDENT = re.compile(r"(?<![^\n])\u3000\u3000[\u3000 ]*\r?\n(?:[^\s].*(?:\n|$))+")
_FEWEST = 3
_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")


def read_text(name: str, data: bytes) -> Reading:
    """The decoded text verbatim (line ends kept, byte order mark dropped), its non-blank lines with ``begins`` None."""
    text = decode(data)
    if text is None:
        return Reading(name, "text", status="garbled", reason="reading.encoding")
    paragraphs = list(_LOST_INDENT.finditer(text))
    known = [found.span() for found in paragraphs] if len(paragraphs) >= _FEWEST else []
    lines = []
    begun = -1
    for found in _LINE.finditer(text):
        stripped = found.group().strip()
        if stripped:
            start = found.start() + found.group().index(stripped)
            within = bisect(known, (start, len(text))) - 1
            begins = within > begun if within >= 0 and start < known[within][1] else None
            begun = within
            lines.append(Line(start, start + len(stripped), begins=begins))
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
