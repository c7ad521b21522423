"""Pictures of pages (PNG, JPEG, TIFF …) → reading, by text recognition alone."""

from __future__ import annotations

import io
from typing import Any

from policytext.read import MAX_PAGES
from policytext.read.ocr import LONGEST, SCALE, available, recognise
from policytext.read.page import Page
from policytext.read.pages import reading_of
from policytext.schema import Ocr, Reading

MAX_FRAMES = 500
#: Pixels of one picture; a larger one is a bomb or a map.
MAX_PIXELS = 100_000_000


def read_image(name: str, data: bytes, ocr: Ocr = "auto", most: int = MAX_PAGES) -> Reading:
    """One page a frame, ``most`` of them. Statuses: unsupported without ``policytext[ocr]``, and corrupt or too_large pictures."""
    if ocr == "off" or not available():
        return Reading(name, "image", status="unsupported", reason="reading.image")
    pages: list[Page] = []
    for pixels in frames(data):
        if pixels is None or len(pages) >= most:
            return Reading(name, "image", status="too_large", reason="reading.too_large")
        page = Page(len(pages) + 1, pixels.shape[1] / SCALE, pixels.shape[0] / SCALE, image_share=1.0)
        recognise(page, pixels)
        pages.append(page)
    if not pages:
        return Reading(name, "image", status="corrupt", reason="reading.corrupt")
    return reading_of(name, "image", pages, ocr)


def frames(data: bytes) -> list[Any]:
    """The frames as arrays of rows × columns × 3 bytes (blue, green, red), at most 3,000 pixels long.

    None stands for one that is too large.
    """
    import numpy as np
    from PIL import Image, ImageSequence, UnidentifiedImageError

    found: list[Any] = []
    try:
        with Image.open(io.BytesIO(data)) as picture:
            for frame in ImageSequence.Iterator(picture):
                if frame.width * frame.height > MAX_PIXELS or len(found) >= MAX_FRAMES:
                    return [*found, None]
                whole = frame.convert("RGB")
                whole.thumbnail((LONGEST, LONGEST))
                found.append(np.asarray(whole)[:, :, ::-1])
    except Image.DecompressionBombError:
        return [None]
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        pass  # a torn picture gives the frames before the tear
    return found
