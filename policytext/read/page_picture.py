"""A picture of one page of a PDF, made in the reader child: nothing that parses an original runs in a server."""

from __future__ import annotations

import base64
import io

import pypdfium2 as pdfium

#: Width of a picture in pixels, and its area at most: a poster becomes a small picture, not much memory.
WIDTH, MOST_PIXELS = 1100, 4_000_000


def page_picture(path: str, page: int) -> str | None:
    """The page (from 1) as a PNG in base64; None where the file has no such page."""
    document = pdfium.PdfDocument(path)
    if not 1 <= page <= len(document):
        return None
    found = document[page - 1]
    width, height = found.get_size()
    if width < 1 or height < 1:
        return None
    scale = min(WIDTH / width, (MOST_PIXELS / (width * height)) ** 0.5)
    picture = found.render(scale=scale).to_pil().convert("P")
    made = io.BytesIO()
    picture.save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode("ascii")
