"""The page of one document: its clause tree with labels and evidence marked, its period with the arithmetic, its promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from policytext.errors import InputError
from policytext.promises import Judged, judged
from policytext.read.page_picture import SHOWN
from policytext.report import rows
from policytext.report.promises import in_one_row
from policytext.report.rows import Row
from policytext.schema import Clause, Correction, Measures, Record, Span, Unit
from policytext.search.protocol import asked as asked_for
from policytext.search.query import parse
from policytext.search.snippets import matched, ranges
from policytext.web.asked import FILTERS, Asked, Parameter
from policytext.web.marks import Mark, find, pieces
from policytext.web.site import Reader
from policytext.web.surveys import corrected
from policytext.web.views import Answer, judging, measure_names

DOCUMENT = (*(one for one in FILTERS if one.name in ("as_of", "short_below", "long_from", "within")), Parameter("q"))
#: Units that the page does not show as text: page furniture.
HIDDEN = "noise"


def document(reader: Reader, asked: Asked, doc_id: str) -> Answer:
    """Everything about one document; its rows are those of ``show``, with what readers put right."""
    of = record(reader, doc_id)
    filters = judging(reader, _dates(asked), always=True)
    units = reader.corpus.units(doc_id)
    clauses = {one.number: one for one in reader.corpus.clauses(of)}
    promises = list(judged(clauses.values()))
    said = reader.corpus.corrections(doc_id)
    shown = [(number, unit, measures) for number, (unit, measures) in enumerate(units) if unit.kind != HIDDEN]
    made = [
        {"number": number, **rows.unit(of, unit, measures), "corrected": rows.corrected_labels(said, number)}
        for number, unit, measures in shown
    ]
    answer = Answer(made, ("doc_id", "page", "kind", "path", "labels", "text"))
    answer.said = {
        "document": rows.listed(of),
        "period": {**rows.dated(of, filters.bands), "corrected": rows.corrected_period(said)},
        "promises": [in_one_row(one, asked.lang) for one in promises],
        "corrections": [corrected(of, one, clauses) for one in said],
        "mentions": [
            {"relation": one.relation, "title": one.title, "doc_no": one.doc_no, "day": one.day, "evidence": rows.span(one.evidence)}
            for one in reader.corpus.mentions(doc_id)
        ],
        "reading": {"status": of.status, "reason": rows.reason(of, asked.lang), "hint": rows.hint(of, asked.lang)},
        "as_of": filters.bands.as_of.isoformat(),
    }
    evidence = _evidence(of, units)
    hits = _hits(reader, asked.text("q"))
    answer.shown = {
        "of": of,
        "units": [_unit(number, unit, measures, promises, evidence, said, clauses, hits) for number, unit, measures in shown],
        "promises_shown": [(in_one_row(one, asked.lang), one.clause.number) for one in promises],
        "measures": measure_names(asked),
        "labels": Counter(label for clause in clauses.values() for label in clause.measures.labels),
        "evidence": evidence[0] if evidence else None,
        "images": _images(reader, of),
    }
    return answer


def record(reader: Reader, doc_id: str) -> Record:
    """The record of a document; InputError ``no_document`` where the corpus has none of this id."""
    found = next((one for one in reader.records() if one.doc_id == doc_id), None)
    if found is None:
        raise InputError("no_document", name=doc_id[:100])
    return found


def _dates(asked: Asked) -> Any:
    return replace(asked, known={**{one.name: one for one in FILTERS}, **asked.known}).filters()


def _unit(
    number: int,
    unit: Unit,
    measures: Measures | None,
    promises: list[Judged],
    evidence: tuple[int, list[Mark]] | None,
    said: list[Correction],
    clauses: dict[int, Clause],
    hits: Callable[[str], list[Mark]],
) -> Row:
    """One unit as the page shows it."""
    marks = hits(unit.text) if number in clauses else []
    marks += [Mark(one.promise.start, one.promise.end, "promise") for one in promises if one.clause.number == number]
    if evidence and evidence[0] == number:
        marks += evidence[1]
    for words in (measures.reasons if measures else {}).values():
        marks += [mark for word in words for mark in find(unit.text, word, "reason")]
    return {
        "number": number,
        "kind": unit.kind,
        "path": unit.path,
        "name": unit.path.rsplit("/", 1)[-1],
        "depth": min(unit.path.count("/") + (unit.kind in ("paragraph", "item") and bool(unit.path)), 5),
        "page": unit.page,
        "pieces": pieces(unit.text, marks),
        "content": number in clauses,
        "labels": list(measures.labels) if measures else [],
        "scores": measures.scores if measures else {},
        "uncertain": bool(measures and measures.uncertain),
        "instrument": measures.instrument if measures else "",
        "reasons": measures.reasons if measures else {},
        "corrected": rows.corrected_labels(said, number),
    }


def _hits(reader: Reader, query: str) -> Callable[[str], list[Mark]]:
    """What marks the words of the query that a reader came with."""
    if not query:
        return lambda text: []
    parsed = parse(query)
    ask = asked_for(parsed, reader.synonyms)
    return lambda text: [Mark(start, end, "hit") for start, end in ranges(text, matched(text, parsed.phrases, ask.slots).words)]


def _evidence(of: Record, units: list[tuple[Unit, Measures | None]]) -> tuple[int, list[Mark]] | None:
    """The unit in which the words stand that give the period, and where."""
    span: Span | None = of.period.evidence
    if span is None:
        return None
    near = sorted(range(len(units)), key=lambda number: (not (units[number][0].start <= span.start < units[number][0].end), number))
    for number in near:
        if marks := find(units[number][0].text, span.text, "period"):
            return number, marks
    return None


def _images(reader: Reader, of: Record) -> bool:
    """Can pictures of the pages be made?"""
    path = reader.corpus.original(of.doc_id)
    return path is not None and path.suffix.lower() in SHOWN and of.pages > 0
