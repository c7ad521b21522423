"""PDF → reading: pdfium reads, pdfplumber helps where pdfium fails; encrypted and broken files are named as such."""

from __future__ import annotations

from policytext.read import MAX_PAGES
from policytext.read.page import Page
from policytext.read.pages import reading_of
from policytext.read.pdf_chars import pdfium_pages, plumber_pages
from policytext.read.pdf_fonts import use_square_font
from policytext.schema import Ocr, Reading, Status


def read_pdf(name: str, data: bytes, ocr: Ocr = "auto", most: int = MAX_PAGES) -> Reading:
    """The printed lines of a PDF. Statuses: encrypted, corrupt, too_large (``most`` pages), and what its pages give (scanned …)."""
    pages, trouble = _open(data, ocr, most)
    if trouble is not None:
        return Reading(name, "pdf", status=trouble, reason=f"reading.{trouble}")
    if len(pages) > most:
        return Reading(name, "pdf", status="too_large", reason="reading.too_large", pages=len(pages))
    return reading_of(name, "pdf", pages, ocr)


def _open(data: bytes, ocr: Ocr, most: int) -> tuple[list[Page], Status | None]:
    """The pages, or why there are none. pdfplumber is asked only where pdfium finds no page or no character."""
    import pypdfium2 as pdfium

    if ocr != "all":  # squares cannot be recognised
        use_square_font()
    pages: list[Page] = []
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        # Locked with a password, or by a handler that pdfium does not know (certificates).
        if getattr(error, "err_code", None) in (pdfium.raw.FPDF_ERR_PASSWORD, pdfium.raw.FPDF_ERR_SECURITY):
            return [], "encrypted"
    else:
        try:
            if len(document) > most:
                return [], "too_large"
            pages = list(pdfium_pages(document, ocr))
        finally:
            document.close()
    if any(page.chars for page in pages) or any(page.image_share > 0.4 for page in pages):
        return pages, None
    second = _second_opinion(data)
    if any(page.chars for page in second) or (second and not pages):
        return second, None
    return pages, None if pages else "corrupt"


def _second_opinion(data: bytes) -> list[Page]:
    import logging

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        return plumber_pages(data)
    except Exception:  # pdfminer raises whatever a broken file leads it to
        return []
