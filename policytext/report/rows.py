"""Values → rows: dictionaries with stable English keys, in the shapes that docs/commands.md and the tests hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from policytext.corpus.filters import Bands
from policytext.messages import Lang, known, say
from policytext.periods.rules import remark
from policytext.records import name_of
from policytext.report.citation import citation
from policytext.schema import Clause, Correction, Document, Hit, Measures, Period, Record, Region, Span, Unit

if TYPE_CHECKING:
    from policytext.search.concordance import KwicLine
    from policytext.study.succession import Link
    from policytext.verify import Checked

Row = dict[str, Any]


def checked(record: Record, lang: Lang) -> Row:
    """A row of ``check``: how reading went, why, and what to do."""
    return {
        "file": record.file,
        "status": record.status,
        "code": record.reason.removeprefix("reading.") or record.status,
        "pages": record.pages,
        "bad_pages": list(record.bad_pages),
        "ocr_pages": list(record.ocr_pages),
        "reason": reason(record, lang),
        "hint": hint(record, lang),
    }


def verified(one: Checked, lang: Lang) -> Row:
    """A row of ``verify``: a part, and what is wrong with it."""
    error = one.error
    told = {"reason": "", "hint": ""} if error is None else {"reason": error.reason(lang), "hint": error.hint(lang)}
    return {"part": one.part, "number": one.number, "code": "ok" if error is None else error.code, **told}


def reason(record: Record, lang: Lang) -> str:
    """Why a file has its status, in words; empty when all is well."""
    if record.reason and known(record.reason):
        return say(record.reason, lang, pages=_pages(record.bad_pages or record.ocr_pages))
    return "" if record.status == "ok" else say(f"read_status.{record.status}.reason", lang)


def hint(record: Record, lang: Lang) -> str:
    """What to do about a status, in words; empty when nothing needs doing."""
    own = f"{record.reason}_hint"
    if known(own):
        return say(own, lang)
    return "" if record.status == "ok" else say(f"read_status.{record.status}.hint", lang)


def split(document: Document, with_noise: bool = False) -> Iterator[Row]:
    """Rows of ``split``: one a unit, in reading order."""
    head = document.head
    for unit in document.units:
        if unit.kind != "noise" or with_noise:
            yield {
                "file": document.file,
                "doc_title": head.title,
                "doc_no": head.doc_no,
                "issuer": "、".join(head.issuers),
                "issue_date": head.issue_date,
                "kind": unit.kind,
                "path": unit.path,
                "text": unit.text,
                "page": unit.page,
                "start": unit.start,
                "end": unit.end,
            }


def classified(clause: Clause) -> Row:
    """A row of ``classify FILE``."""
    return {
        "file": clause.record.file,
        "title": clause.record.head.title,
        "path": clause.unit.path,
        "page": clause.unit.page,
        "text": clause.unit.text,
        **measured(clause.measures),
    }


def measured(measures: Measures) -> Row:
    """The keys that say what a clause does."""
    return {
        "labels": list(measures.labels),
        "scores": measures.scores,
        "uncertain": measures.uncertain,
        "instrument": measures.instrument,
        "reasons": {label: list(words) for label, words in measures.reasons.items()},
    }


def exported(clause: Clause, bands: Bands, said: Sequence[Correction] = ()) -> Row:
    """A row of ``export``: the clause with its document, measures and period, and what readers ``said`` of them instead; ``id`` as in the
    coding workbook."""
    document = dated(clause.record, bands)
    return {
        "id": name_of(clause),
        "doc_id": clause.record.doc_id,
        **document,
        **classified(clause),
        "heading": clause.unit.heading,
        "corrected": corrected_labels(said, clause.number),
        "corrected_period": corrected_period(said),
    }


def corrected_labels(said: Iterable[Correction], number: int) -> Row:
    """What a reader says of a clause's measures, who and when; None throughout where nobody did."""
    one = next((one for one in said if one.field == "labels" and one.number == number), None)
    return {"labels": list(one.labels), "who": one.who, "at": one.at} if one else dict.fromkeys(("labels", "who", "at"))


def corrected_period(said: Iterable[Correction]) -> Row:
    """What a reader says of a document's period, who and when; None throughout where nobody did."""
    for one in said:
        if one.period is not None:
            value = one.period
            period = {"start": value.start, "end": value.end, "months": value.months, "open_ended": value.open_ended}
            return {**period, "who": one.who, "at": one.at}
    return dict.fromkeys(("start", "end", "months", "open_ended", "who", "at"))


def dated(record: Record, bands: Bands) -> Row:
    """A row of ``periods``."""
    head, said = record.head, remark(record)
    return {
        "file": record.file,
        "title": head.title,
        "doc_no": head.doc_no,
        "issuer": "、".join(head.issuers),
        "issue_date": head.issue_date,
        "region": place(head.region),
        "period": period(record.period),
        "extended_to": bands.extended.get(record.doc_id),
        "flag": bands.flag(record),
        "status": bands.status(record),
        "rule": {"verdict": said.verdict, "allowed": list(said.allowed), "source": said.source},
    }


def period(value: Period) -> Row:
    """The execution period with its evidence and arithmetic."""
    return {
        "start": value.start,
        "end": value.end,
        "months": value.months,
        "basis": value.basis,
        "trial": value.trial,
        "evidence": span(value.evidence),
        "arithmetic": value.arithmetic,
        "open_ended": value.open_ended,
    }


def span(value: Span | None) -> Row | None:
    """A piece of evidence, or None."""
    if value is None:
        return None
    return {"text": value.text, "path": value.path, "page": value.page, "start": value.start, "end": value.end}


def place(region: Region) -> str:
    """A region as one string, from the province down."""
    return "".join(dict.fromkeys(part for part in (region.province, region.city, region.district) if part))


def added(record: Record, outcome: str, lang: Lang) -> Row:
    """A row of ``add``: ``code`` is what became of the document, or the status that kept it out."""
    return {
        "file": record.file,
        "doc_id": record.doc_id,
        "status": record.status,
        "clauses": record.clauses,
        "code": outcome,
        "reason": reason(record, lang),
        "hint": hint(record, lang),
    }


def listed(record: Record) -> Row:
    """A row of ``list``."""
    head = record.head
    return {
        "doc_id": record.doc_id,
        "file": record.file,
        "url": record.url,
        "title": head.title,
        "doc_no": head.doc_no,
        "issuer": "、".join(head.issuers),
        "issue_date": head.issue_date,
        "printed_date": head.printed_date,
        "doc_type": head.doc_type,
        "trial": head.trial,
        "policies": [span.text for span in head.policies],
        "region": place(head.region),
        "status": record.status,
        "pages": record.pages,
        "clauses": record.clauses,
        "analysed_with": record.analysed_with,
    }


def unit(record: Record, unit: Unit, measures: Measures | None) -> Row:
    """A row of ``show``."""
    return {
        "doc_id": record.doc_id,
        "page": unit.page,
        "kind": unit.kind,
        "path": unit.path,
        "labels": list(measures.labels) if measures else [],
        "text": unit.text,
        "start": unit.start,
        "end": unit.end,
    }


def found(hit: Hit, query: str, bands: Bands, style: str = "gbt7714") -> Row:
    """A row of ``search``."""
    clause, why = hit.clause, hit.explanation
    row = {
        "query": query,
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "doc_id": clause.record.doc_id,
        "file": clause.record.file,
        "title": clause.record.head.title,
        "path": clause.unit.path,
        "page": clause.unit.page,
        "text": clause.unit.text,
        "snippet": hit.snippet,
        "matched": list(hit.matched),
        "synonyms": dict(hit.synonyms),
        "copies": list(hit.copies),
        "also": list(hit.also),
        "labels": list(clause.measures.labels),
        "flag": bands.flag(clause.record),
        "citation": citation(clause.record, clause.unit, style),
    }
    return row | ({"explanation": asdict(why)} if why else {})


def kwic(line: KwicLine, query: str, style: str = "gbt7714") -> Row:
    """A row of ``search --kwic``."""
    record, unit = line.hit.clause.record, line.hit.clause.unit
    return {
        "query": query,
        "before": line.before,
        "keyword": line.keyword,
        "after": line.after,
        "doc_id": record.doc_id,
        "file": record.file,
        "title": record.head.title,
        "path": unit.path,
        "page": unit.page,
        "start": line.start,
        "end": line.end,
        "citation": citation(record, unit, style),
    }


def succession(link: Link) -> Row:
    """A row of ``succession``."""
    return {
        "chain": link.chain,
        "relation": link.relation,
        "basis": link.basis,
        "doc_id": link.later.doc_id,
        "file": link.later.file,
        "title": link.later.head.title,
        "issue_date": link.later.head.issue_date,
        "start": link.later.period.start,
        "earlier": {
            "doc_id": link.earlier.doc_id if link.earlier else None,
            "file": link.earlier.file if link.earlier else None,
            "title": link.earlier.head.title if link.earlier else link.title,
            "doc_no": link.doc_no or (link.earlier.head.doc_no if link.earlier else ""),
            "issue_date": link.earlier.head.issue_date if link.earlier else None,
            "end": link.earlier.period.end if link.earlier else None,
        },
        "date": link.day,
        "gap_days": link.gap,
        "evidence": span(link.evidence),
    }


def _pages(pages: tuple[int, ...]) -> str:
    return "、".join(str(page) for page in pages[:20]) + ("…" if len(pages) > 20 else "")
