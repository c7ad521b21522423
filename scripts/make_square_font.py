"""Make ``policytext/data/square.ttf``, the font that stands in for every font that a PDF names without embedding it.

    pip install fonttools && python scripts/make_square_font.py

One full square for Han characters and full-width signs, one half square for all others: outlines drawn here, no third-party glyphs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "policytext" / "data" / "square.ttf"
ASCENT, DESCENT, FULL, HALF = 880, -120, 1000, 500
FIRST_WIDE, LAST = 0x2E80, 0x2FFFF


def box(width: int) -> Any:
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    for corner in ((0, ASCENT), (width, ASCENT), (width, DESCENT)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def main() -> None:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.ttLib.tables._c_m_a_p import cmap_format_13

    font = FontBuilder(FULL, isTTF=True)
    widths = {".notdef": FULL, "full": FULL, "half": HALF}
    font.setupGlyphOrder(list(widths))
    font.setupCharacterMap({})
    font.setupGlyf({name: box(width) for name, width in widths.items()})
    font.setupHorizontalMetrics({name: (width, 0) for name, width in widths.items()})
    font.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    font.setupNameTable({"familyName": "policytext square", "styleName": "Regular"})
    font.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    font.setupPost()
    table = cmap_format_13(13)  # ranges of characters that share one glyph
    table.platformID, table.platEncID, table.language, table.format, table.reserved = 3, 10, 0, 13, 0
    table.cmap = {code: "half" if code < FIRST_WIDE else "full" for code in range(0x21, LAST)}
    font.font["cmap"].tables = [table]
    font.font["head"].created = font.font["head"].modified = 0  # the same bytes every time
    font.font.recalcTimestamp = False
    font.save(TARGET)


if __name__ == "__main__":
    main()
