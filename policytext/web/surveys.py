"""The listing pages that look at many documents at once: promises, comparison, copied clauses, corrections."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any, cast, get_args

from policytext.corpus.filters import Filters
from policytext.promises import Judged, judged
from policytext.promises.order import BENEFITS, HOLDERS, SORTS, VERDICTS
from policytext.report import promises as promise_rows
from policytext.report import surveys as survey_rows
from policytext.report.rows import Row, period
from policytext.schema import Clause, Correction, Record
from policytext.study.compare import By
from policytext.study.compare import compare as compare_by
from policytext.study.copied import Across, Copy, Sameness
from policytext.study.copied import copied as copied_clauses
from policytext.web.asked import FILTERS, PAGES, Asked, Parameter
from policytext.web.site import Reader
from policytext.web.views import Answer, choices, described, judging, names_of, options, paged, place

USUAL = Sameness()
PROMISES = (
    *FILTERS,
    Parameter("feasible", many=True, choices=VERDICTS),
    Parameter("who", many=True, choices=HOLDERS),
    Parameter("benefit", choices=BENEFITS, default="money"),
    Parameter("sort", choices=tuple(SORTS), default="feasible"),
    *PAGES,
)
COMPARE = (*FILTERS, Parameter("type"), Parameter("by", choices=get_args(By), default="province"))
COPIED = (
    *FILTERS,
    Parameter("similarity", "number", default=USUAL.similarity, least=0.6, most=1),
    Parameter("min_length", "integer", default=USUAL.shortest, least=4, most=10000),
    Parameter("min_documents", "integer", default=USUAL.documents, least=2, most=1000),
    Parameter("across", choices=get_args(Across), default=USUAL.across),
    Parameter("same_numbers", "boolean"),
    Parameter("boilerplate", "boolean"),
    *PAGES,
)
CORRECTIONS = PAGES


def promises(reader: Reader, asked: Asked) -> Answer:
    """Promises with their verdicts: a row a tier, shown a line a promise."""
    filters = judging(reader, asked.filters())
    feasible, who, benefit = asked.choices("feasible"), asked.choices("who"), asked.choice("benefit")
    found = [
        one
        for one in _judged(reader, filters)
        if (not feasible or one.feasibility.verdict in feasible)
        and (not who or one.promise.who in who)
        and benefit in (one.promise.benefit, "all")
    ]
    found.sort(key=SORTS[asked.choice("sort")])
    shown = paged(found, asked)
    made = [row for one in shown for row in promise_rows.promised(one, asked.lang)]
    answer = Answer(made, ("title", "path", "who", "condition", "tier", "feasible", "why"))
    counts = Counter[str](one.feasibility.verdict for one in found)
    answer.said = {
        "all": len(found),
        **place(answer, asked),
        **described(filters, asked),
        "verdicts": {name: counts[name] for name in VERDICTS},
    }
    answer.shown = {
        "promises": [promise_rows.in_one_row(one, asked.lang) | {"number": one.clause.number} for one in shown],
        "verdict_boxes": options([(name, counts[name]) for name in VERDICTS], names_of("feasible", VERDICTS, asked), feasible),
        "holders": options([(name, None) for name in HOLDERS], names_of("who", HOLDERS, asked), who),
        "benefits": BENEFITS,
        "sorts": tuple(SORTS),
        **choices(asked, filters),
    }
    return answer


def compare(reader: Reader, asked: Asked) -> Answer:
    """One measure type across provinces, cities or documents."""
    filters = judging(reader, asked.filters())
    label = asked.taxonomy.find(asked.text("type")) if asked.text("type") else asked.taxonomy.ids[0]
    by = cast(By, asked.choice("by"))
    records = reader.documents(filters)
    carried = [one for of in records for one in filters.clauses(reader.corpus.clauses(of)) if label in one.measures.labels]
    given = [one for one in _judged(reader, filters) if label in one.clause.measures.labels and one.promise.benefit == "money"]
    found = compare_by(records, carried, given, by, survey_rows.group_names(asked.lang))
    answer = Answer([promise_rows.compared(one) for one in found], ("name", "documents", "clauses", "promises"))
    answer.said = {
        "type": label,
        "by": by,
        "documents": len(records),
        "clauses": len(carried),
        "number": len(found),
        **described(filters, asked),
    }
    greatest = max((one.rewards[1] for one in found if one.rewards), default=0)
    answer.shown = {
        "lines": [
            promise_rows.compared_on_page(one)
            | {"doc_id": one.best.clause.record.doc_id if one.best else "", "number": one.best.clause.number if one.best else 0}
            | {"share": round(100 * (one.rewards or (0, 0))[1] / greatest) if greatest else 0}
            for one in found
        ],
        "types": asked.taxonomy.names(asked.lang),
        "bys": get_args(By),
        **choices(asked, filters),
    }
    return answer


def copied(reader: Reader, asked: Asked) -> Answer:
    """Groups of clauses that stand almost word for word in several documents."""
    filters = judging(reader, asked.filters())
    wanted = Sameness(
        similarity=asked.share("similarity"),
        shortest=asked.number("min_length"),
        same_numbers=asked.yes("same_numbers"),
        boilerplate=asked.yes("boilerplate"),
        documents=asked.number("min_documents"),
        across=cast(Across, asked.choice("across")),
    )

    def find() -> list[Copy]:
        clauses = (clause for of in reader.documents(filters) for clause in filters.clauses(reader.corpus.clauses(of)))
        return copied_clauses(clauses, wanted)

    found: list[Copy] = reader.once(("copied", _key(filters), wanted), find)
    shown = paged(found, asked)
    answer = Answer(
        [survey_rows.copied(one) for one in shown], ("group", "first_source", "issue_date", "province", "title", "path", "text")
    )
    groups = found[-1].group if found else 0
    answer.said = {"all": len(found), "groups": groups, **place(answer, asked), **described(filters, asked)}
    together: dict[int, list[tuple[Row, Copy]]] = {}
    for row, one in zip(answer.rows, shown, strict=True):
        together.setdefault(one.group, []).append((row, one))
    answer.shown = {"together": list(together.values()), "acrosses": get_args(Across), "wanted": wanted, **choices(asked, filters)}
    return answer


def corrections(reader: Reader, asked: Asked) -> Answer:
    """What readers put right, beside what the machine says."""
    found: list[Row] = []
    for of in reader.records():
        clauses: dict[int, Clause] = {}
        for one in reader.corpus.corrections(of.doc_id):
            clauses = clauses or {clause.number: clause for clause in reader.corpus.clauses(of)}
            found.append(corrected(of, one, clauses))
    answer = Answer(paged(found, asked), ("doc_id", "title", "path", "field", "who", "at"))
    answer.said = {"all": len(found), **place(answer, asked)}
    return answer


def corrected(of: Record, one: Correction, clauses: dict[int, Clause]) -> Row:
    """A row of the corrections: the machine's value and the reader's."""
    clause = clauses.get(one.number) if one.number is not None else None
    labels = one.field == "labels"
    machine = list(clause.measures.labels) if clause else None
    return {
        "doc_id": of.doc_id,
        "title": of.head.title,
        "number": one.number,
        "path": clause.unit.path if clause else "",
        "field": one.field,
        "machine": {"labels": machine if labels else None, "period": None if labels else period(of.period)},
        "corrected": {"labels": list(one.labels) if labels else None, "period": None if one.period is None else period(one.period)},
        "who": one.who,
        "at": one.at,
        "text": one.text,
    }


def _judged(reader: Reader, filters: Filters) -> list[Judged]:
    """The promises of the documents and clauses that pass the filters; worked out once for all clauses."""

    def find() -> list[Judged]:
        found = (one for of in reader.documents(filters) for one in judged(reader.corpus.clauses(of)))
        return [one for one in found if filters.admit_labels(one.clause.measures.labels)]

    return reader.once(("judged", _key(filters)), find)


def _key(filters: Filters) -> Any:
    """The filters as something that can be looked up."""
    return str(asdict(filters))
