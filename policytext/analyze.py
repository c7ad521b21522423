"""One document through reading, structure, measures and period: the only place that knows the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from policytext import structure
from policytext.errors import InputError
from policytext.places import model_folder
from policytext.read import MAX_PAGES, read_file
from policytext.read.text import read_text
from policytext.records import failure
from policytext.schema import CONTENT_KINDS, READABLE, Analysis, ClauseText, Document, Measures, Ocr, Reading, printable
from policytext.stated import restated

if TYPE_CHECKING:
    from policytext.measures.model import Model

NOTHING: Mapping[str, str] = MappingProxyType({})


def analyze(reading: Reading, model: Model | None = None, stated: Mapping[str, str] = NOTHING, period: bool = True) -> Analysis:
    """The document of ``reading``, with period and mentions if they are asked for, and measures when a ``model`` is given."""
    document = structure.build(reading) if reading.status in READABLE else _unread(reading)
    document = replace(document, head=restated(document.head, stated))
    if document.status not in READABLE:
        return Analysis(document)
    if not period:
        return Analysis(document, _measure(document, model))
    from policytext.periods.finding import find_period  # patterns that take a while to compile: only who asks for periods waits for them
    from policytext.periods.mentions import mentions

    return Analysis(document, _measure(document, model), find_period(document), tuple(mentions(document)))


def analyze_path(
    path: str,
    labels: bool = False,
    model: str = "",
    period: bool = True,
    ocr: Ocr = "auto",
    text: str | None = None,
    stated: Mapping[str, str] | None = None,
    pages: int = MAX_PAGES,
) -> Analysis:
    """One file (or the ready ``text`` called so), as the reader child does it.

    ``labels`` asks for measures by ``model`` (name or folder; the shipped one when empty); ``stated`` is what the user says of the
    document: it takes the place of what is read. A file of more than ``pages`` pages is ``too_large``.
    """
    try:
        reading = read_file(path, ocr, pages) if text is None else read_text(path, text.encode("utf-8", "replace"))
    except InputError as error:
        return failure(path, "corrupt", f"reading.{error.code}")
    return analyze(replace(reading, file=printable(path)), load_model(model) if labels else None, stated or {}, period)


@cache
def load_model(model: str = "") -> Model:
    """The model of that name or in that folder, or the shipped one; read once a process."""
    from policytext.measures.model import Model  # numpy takes a while: whoever wants no labels does not wait for it

    return Model.load(model_folder(model))


def _unread(reading: Reading) -> Document:
    return Document(reading.file, reading.format, reading.status, reading.reason, reading.pages, reading.bad_pages)


def _measure(document: Document, model: Model | None) -> tuple[Measures | None, ...]:
    if model is None:
        return ()
    places = [place for place, unit in enumerate(document.units) if unit.kind in CONTENT_KINDS]
    texts = [ClauseText(document.units[n].text, document.head.title, document.units[n].heading) for n in places]
    found: list[Measures | None] = [None] * len(document.units)
    for place, measures in zip(places, model.classify(texts), strict=True):
        found[place] = measures
    return tuple(found)
