"""One stand-in for every font that a PDF names without embedding it, so that a file reads the same on every machine.

pdfium drops each piece of text whose box is empty, and a glyph that no installed font has is an empty box: on a server without
Chinese fonts, letter-spaced titles and turned pages in a font that is not embedded would be lost without a word.
``data/square.ttf`` (made by scripts/make_square_font.py) gives every character a square. For reading only: it draws no letters.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

from policytext.places import data_file

_GB2312_CHARSET = 134


@cache
def use_square_font() -> Any:
    """Make pdfium of this process take the stand-in instead of the machine's fonts. The value must live as long as pdfium is used."""
    import pypdfium2.raw as raw

    font = data_file("square.ttf").read_bytes()
    call = dict(raw.FPDF_SYSFONTINFO._fields_)

    def font_data(_this: Any, _font: Any, table: int, buffer: Any, size: int) -> int:
        if table:
            return 0  # only the whole file is to be had
        if buffer and size >= len(font):
            ctypes.memmove(buffer, font, len(font))
        return len(font)

    info = raw.FPDF_SYSFONTINFO(
        version=1,
        Release=call["Release"](lambda _: None),
        EnumFonts=call["EnumFonts"](lambda *_: None),
        MapFont=call["MapFont"](lambda *_: 1),
        GetFont=call["GetFont"](lambda *_: 1),
        GetFontData=call["GetFontData"](font_data),
        GetFaceName=call["GetFaceName"](lambda *_: 0),
        GetFontCharset=call["GetFontCharset"](lambda *_: _GB2312_CHARSET),
        DeleteFont=call["DeleteFont"](lambda *_: None),
    )
    raw.FPDF_SetSystemFontInfo(info)
    return info
