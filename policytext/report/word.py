"""The report as a Word file, for those who paste from it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from policytext.errors import WrongUsage
from policytext.messages import Lang, say
from policytext.report.charts import png
from policytext.report.output import CONTROL
from policytext.report.sections import Section, Table

#: Rows of a table; Word grows slow beyond.
MOST_ROWS = 300
#: The typeface of Chinese text; Word takes the nearest where it is missing.
TYPEFACE = "宋体"
WIDTH = 16.0  # centimetres of the text area


def word(title: str, subtitle: str, sections: Sequence[Section], lang: Lang) -> bytes:
    """The bytes of a DOCX. Raises WrongUsage ``docx_missing`` where python-docx is not installed."""
    try:
        from docx import Document
        from docx.oxml.ns import qn
        from docx.shared import Cm, Pt
    except ImportError as error:
        raise WrongUsage("docx_missing") from error
    document = Document()
    style = document.styles["Normal"]
    style.font.size = Pt(10.5)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), TYPEFACE)
    document.add_heading(_plain(title), 0)
    document.add_paragraph(_plain(subtitle))
    for section in sections:
        document.add_heading(_plain(section.title), 1)
        for sentence in section.words:
            document.add_paragraph(_plain(sentence))
        if section.chart:
            picture = png(section.chart)
            if picture:
                document.add_picture(io.BytesIO(picture), width=Cm(WIDTH))
            else:
                document.add_paragraph(say("report_no_font", lang))
        if section.table:
            _add_table(document, section.table, lang)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add_table(document: Any, table: Table, lang: Lang) -> None:
    rows = table.rows[:MOST_ROWS]
    made = document.add_table(rows=len(rows) + 1, cols=len(table.columns), style="Light Grid Accent 1")
    # Cells one after the other: asking a table for a cell by its place costs as much as all cells before it.
    cells = iter(made._cells)
    for text in (*table.columns, *(cell for row in rows for cell in row)):
        next(cells).text = _plain(text)
    if len(table.rows) > MOST_ROWS:
        document.add_paragraph(say("report_more_rows", lang, number=len(table.rows) - MOST_ROWS))


def _plain(text: str) -> str:
    """XML holds no control characters."""
    return CONTROL.sub("", text)
