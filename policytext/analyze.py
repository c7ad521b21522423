"""One document through reading, structure, measures and period: the only place that knows the order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from policytext import __version__, periods, regions, structure
from policytext.errors import InputError
from policytext.places import model_folder
from policytext.read import read_file
from policytext.read.ocr import Ocr
from policytext.read.text import read_text
from policytext.schema import CONTENT_KINDS, READABLE, Analysis, Clause, Document, Head, Measures, Reading, Record, Span, Status, printable

if TYPE_CHECKING:
    from policytext.measures import Model

NOTHING: Mapping[str, str] = MappingProxyType({})


def analyze(reading: Reading, model: Model | None = None, stated: Mapping[str, str] = NOTHING) -> Analysis:
    """The document of ``reading`` with its period, and its measures when a ``model`` is given."""
    document = structure.build(reading) if reading.status in READABLE else _unread(reading)
    document = replace(document, head=restated(document.head, stated))
    if document.status not in READABLE:
        return Analysis(document)
    return Analysis(document, _measure(document, model), periods.find(document))


def analyze_path(
    path: str, labels: bool = False, model: str = "", ocr: Ocr = "auto", text: str | None = None, stated: Mapping[str, str] | None = None
) -> Analysis:
    """One file (or the ready ``text`` called so), as the reader child does it.

    ``labels`` asks for measures by the model in folder ``model`` (the shipped one when empty); ``stated`` is what the user says of the
    document: it takes the place of what is read.
    """
    try:
        reading = read_file(path, ocr) if text is None else read_text(path, text.encode("utf-8", "replace"))
    except InputError as error:
        return failure(path, "corrupt", f"reading.{error.code}")
    return analyze(replace(reading, file=printable(path)), load_model(model) if labels else None, stated or {})


def restated(head: Head, stated: Mapping[str, str]) -> Head:
    """The head record with the user's fields in place of the machine's; evidence of such a field is the word ``user``."""
    known = {key: value for key, value in stated.items() if key != "url"}
    if not known:
        return head
    title, doc_no = known.get("title", head.title), known.get("doc_no", head.doc_no)
    issuers = tuple(part for part in re.split("[;；、]", known["issuer"]) if part) if "issuer" in known else head.issuers
    return replace(
        head,
        title=title,
        doc_no=doc_no,
        issuers=issuers,
        issue_date=known.get("issue_date", head.issue_date),
        region=regions.locate(title, issuers, doc_no) if "issuer" in known else head.region,
        evidence={**head.evidence, **{"issuers" if key == "issuer" else key: Span("user") for key in known}},
    )


def redated(record: Record, document: Document, stated: Mapping[str, str]) -> Record:
    """The record of a stored document after the user stated more of it: its period counts from the stated date."""
    head = restated(record.head, stated)
    return replace(record, head=head, url=stated.get("url", record.url), period=periods.find(replace(document, head=head)))


def failure(file: str, status: Status, reason: str) -> Analysis:
    """The analysis of a file that could not be read at all; ``reason`` is a message key."""
    return Analysis(Document(file=printable(file), format="", status=status, reason=reason))


@cache
def load_model(folder: str = "") -> Model:
    """The model in ``folder``, or the shipped one; read once a process."""
    from policytext.measures import Model  # numpy takes a while: whoever wants no labels does not wait for it

    return Model.load(Path(folder) if folder else model_folder())


def analysed_with(model: Model | None) -> str:
    """What made the values: version of the program and digest of the model."""
    return f"policytext {__version__}" + (f" / {model.digest[:12]}" if model else "")


def record(analysis: Analysis, doc_id: str = "", model: Model | None = None, url: str = "") -> Record:
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


def _unread(reading: Reading) -> Document:
    return Document(reading.file, reading.format, reading.status, reading.reason, reading.pages, reading.bad_pages)


def _measure(document: Document, model: Model | None) -> tuple[Measures | None, ...]:
    if model is None:
        return ()
    places = [place for place, unit in enumerate(document.units) if unit.kind in CONTENT_KINDS]
    from policytext.measures import ClauseText

    texts = [ClauseText(document.units[n].text, document.head.title, " ".join(document.units[n].headings)) for n in places]
    found: list[Measures | None] = [None] * len(document.units)
    for place, measures in zip(places, model.classify(texts), strict=True):
        found[place] = measures
    return tuple(found)
