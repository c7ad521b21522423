"""What listings show of an analysis: the document's record, and its clauses with their measures."""

from __future__ import annotations

from policytext import __version__
from policytext.schema import CONTENT_KINDS, Analysis, Clause, Document, Measures, Record, Status, printable


def failure(file: str, status: Status, reason: str) -> Analysis:
    """The analysis of a file that could not be read at all; ``reason`` is a message key."""
    return Analysis(Document(file=printable(file), format="", status=status, reason=reason))


def analysed_with(model_digest: str = "") -> str:
    """What made the values: version of the program and digest of the model, if there was one."""
    return f"policytext {__version__}" + (f" / {model_digest[:12]}" if model_digest else "")


def record(analysis: Analysis, doc_id: str = "", model_digest: str = "", url: str = "") -> Record:
    """The document's record: what a listing shows of it."""
    document = analysis.document
    return Record(
        file=document.file,
        doc_id=doc_id,
        url=url,
        head=document.head,
        status=document.status,
        reason=document.reason,
        pages=document.pages,
        bad_pages=document.bad_pages,
        ocr_pages=document.ocr_pages,
        clauses=sum(unit.kind in CONTENT_KINDS for unit in document.units),
        period=analysis.period,
        analysed_with=analysed_with(model_digest),
    )


def clauses(analysis: Analysis, of: Record) -> list[Clause]:
    """The content units of a document with their measures."""
    found = []
    for number, unit in enumerate(analysis.document.units):
        if unit.kind in CONTENT_KINDS:
            measures = analysis.measures[number] if analysis.measures else None
            found.append(Clause(of, number, unit, measures or Measures()))
    return found


def name_of(clause: Clause) -> str:
    """Document-clause number: names a clause as long as its document is cut in the same way."""
    return f"{clause.record.doc_id or clause.record.file}-{clause.number}"
