"""A picture of one page of an original, made in the reader child: nothing that parses an original runs in a server."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

#: Endings of originals whose pages can be shown.
SHOWN = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif"})
#: Width of a picture in pixels, and its area at most: a poster becomes a small picture, not much memory.
WIDTH, MOST_PIXELS = 1100, 4_000_000


def page_picture(path: str, page: int) -> str | None:
    """The page (from 1) as a PNG in base64; None where the file has no such page."""
    picture = _of_pdf(path, page) if path.lower().endswith(".pdf") else _of_image(path, page)
    if picture is None:
        return None
    made = io.BytesIO()
    picture.convert("P").save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode("ascii")


def _of_pdf(path: str, page: int) -> Any:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(path)
    if not 1 <= page <= len(document):
        return None
    found = document[page - 1]
    width, height = found.get_size()
    if width < 1 or height < 1:
        return None
    return found.render(scale=min(WIDTH / width, (MOST_PIXELS / (width * height)) ** 0.5)).to_pil()


def _of_image(path: str, page: int) -> Any:
    from PIL import Image

    from policytext.read.image import frames

    found = frames(Path(path).read_bytes())
    if not 1 <= page <= len(found) or found[page - 1] is None:
        return None
    picture = Image.fromarray(found[page - 1][:, :, ::-1])
    picture.thumbnail((WIDTH, MOST_PIXELS // WIDTH))
    return picture
