"""One document through reading, structure, measures and period: the only place that knows the order."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

from policytext import __version__, periods, structure
from policytext.errors import InputError
from policytext.measures import ClauseText, Model
from policytext.places import model_folder
from policytext.read import read_file
from policytext.read.ocr import Ocr
from policytext.schema import CONTENT_KINDS, READABLE, Analysis, Clause, Document, Measures, Reading, Record, Status, printable


def analyze(reading: Reading, model: Model | None = None) -> Analysis:
    """The document of ``reading`` with its period, and its measures when a ``model`` is given."""
    document = structure.build(reading) if reading.status in READABLE else _unread(reading)
    if document.status not in READABLE:
        return Analysis(document)
    return Analysis(document, _measure(document, model), periods.find(document))


def analyze_path(path: str, labels: bool = False, model: str = "", ocr: Ocr = "auto") -> Analysis:
    """One file, as the reader child does it; ``labels`` asks for measures by the model in folder ``model`` (the shipped one when empty)."""
    try:
        reading = read_file(path, ocr)
    except InputError as error:
        return failure(path, "corrupt", f"reading.{error.code}")
    return analyze(replace(reading, file=printable(path)), load_model(model) if labels else None)


def failure(file: str, status: Status, reason: str) -> Analysis:
    """The analysis of a file that could not be read at all; ``reason`` is a message key."""
    return Analysis(Document(file=printable(file), format="", status=status, reason=reason))


@cache
def load_model(folder: str = "") -> Model:
    """The model in ``folder``, or the shipped one; read once a process."""
    return Model.load(Path(folder) if folder else model_folder())


def analysed_with(model: Model | None) -> str:
    """What made the values: version of the program and digest of the model."""
    return f"policytext {__version__}" + (f" / {model.digest[:12]}" if model else "")


def record(analysis: Analysis, doc_id: str = "", model: Model | None = None) -> Record:
    """The document's record: what a listing shows of it."""
    document = analysis.document
    return Record(
        file=document.file,
        doc_id=doc_id,
        head=document.head,
        status=document.status,
        reason=document.reason,
        pages=document.pages,
        bad_pages=document.bad_pages,
        ocr_pages=document.ocr_pages,
        clauses=sum(unit.kind in CONTENT_KINDS for unit in document.units),
        period=analysis.period,
        analysed_with=analysed_with(model),
    )


def clauses(analysis: Analysis, of: Record) -> list[Clause]:
    """The content units of a document with their measures."""
    found = []
    for number, unit in enumerate(analysis.document.units):
        if unit.kind in CONTENT_KINDS:
            measures = analysis.measures[number] if analysis.measures else None
            found.append(Clause(of, number, unit, measures or Measures()))
    return found


def content_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while piece := handle.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _unread(reading: Reading) -> Document:
    return Document(reading.file, reading.format, reading.status, reading.reason, reading.pages, reading.bad_pages)


def _measure(document: Document, model: Model | None) -> tuple[Measures | None, ...]:
    if model is None:
        return ()
    places = [place for place, unit in enumerate(document.units) if unit.kind in CONTENT_KINDS]
    texts = [ClauseText(document.units[n].text, document.head.title, " ".join(document.units[n].headings)) for n in places]
    found: list[Measures | None] = [None] * len(document.units)
    for place, measures in zip(places, model.classify(texts), strict=True):
        found[place] = measures
    return tuple(found)
