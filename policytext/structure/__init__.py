"""Lines → head record and clause tree with citable paths."""

from __future__ import annotations

from policytext.schema import Document, Reading
from policytext.structure.head import head_of
from policytext.structure.noise import without_noise
from policytext.structure.paragraphs import paragraphs_of
from policytext.structure.tree import Walker


def build(reading: Reading) -> Document:
    """The document in a reading. Every character that is not white space belongs to one unit, noise units included."""
    units = tuple(Walker(paragraphs_of(reading, without_noise(reading))).walk())
    return Document(
        file=reading.file,
        format=reading.format,
        status=reading.status,
        reason=reading.reason,
        pages=reading.pages,
        bad_pages=reading.bad_pages,
        ocr_pages=reading.ocr_pages,
        text=reading.text,
        head=head_of(reading, units),
        units=units,
    )
