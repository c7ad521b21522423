"""What each listing page shows: rows of the commands, with what is needed around them. Exports and JSON give the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

from policytext.corpus.filters import FLAGS, STATUSES, Filters
from policytext.messages import say
from policytext.report import rows
from policytext.report.rows import Row
from policytext.schema import Clause, Record
from policytext.search.find import Wanted
from policytext.taxonomy import NONE
from policytext.web.asked import FILTERS, PAGES, Asked, Parameter
from policytext.web.marks import Piece, highlighted
from policytext.web.site import Reader
from policytext.web.timeline import Timeline, timeline

#: Characters of a clause that a hit shows.
WIDTH = 160
#: Issuers that are proposed in the field for them.
PROPOSED = 200


@dataclass(slots=True)
class Answer:
    """``rows`` are what is shown, exported and given as JSON, ``columns`` those of an empty sheet. ``said`` goes into the JSON beside them;
    ``shown`` is for the page alone."""

    rows: list[Row]
    columns: Sequence[str] = ()
    said: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """A listing page. ``name`` is its path, its template, its key in the message table, and in ``module`` the function that makes its
    answer (what it takes is the constant so called). The module is imported when the page is asked for, so that a cold start stays short.
    """

    name: str
    module: str = "policytext.web.views"

    @property
    def path(self) -> str:
        """Where the page is."""
        return f"/{self.name}"

    @property
    def make(self) -> Callable[[Reader, Asked], Answer]:
        """What makes the answer."""
        made: Callable[[Reader, Asked], Answer] = getattr(import_module(self.module), self.name)
        return made

    @property
    def known(self) -> dict[str, Parameter]:
        """What the page takes, by name."""
        parameters: tuple[Parameter, ...] = getattr(import_module(self.module), self.name.upper())
        return {one.name: one for one in parameters}


SEARCH = (
    Parameter("q"),
    *FILTERS,
    Parameter("limit", "integer", default=10, least=1, most=1000),
    Parameter("page", "integer", default=1, least=1, most=1000),
    Parameter("by_document", "boolean"),
    Parameter("all_copies", "boolean"),
)
SORTS: dict[str, Callable[[Record], Any]] = {
    "months": lambda one: (one.period.months or float("inf"), one.head.issue_date or "9999"),
    "end": lambda one: one.period.end or "9999",
    "start": lambda one: one.period.start or "9999",
    "issued": lambda one: one.head.issue_date or "9999",
    "title": lambda one: one.head.title,
    "province": lambda one: (one.head.region.code or "9", one.head.title),
}
PERIODS = (*FILTERS, Parameter("sort", choices=tuple(SORTS), default="months"), Parameter("descending", "boolean"), *PAGES)


def search(reader: Reader, asked: Asked) -> Answer:
    """The hits of a query; without a query the documents that pass the filters."""
    filters = judging(reader, asked.filters())
    query = asked.text("q")
    answer = _hits(reader, asked, filters, query) if query else _documents(reader, asked, filters)
    facets = reader.facets(filters.bands)
    answer.said |= {"query": query, **place(answer, asked), **described(filters, asked)}
    answer.shown |= {
        "facets": {
            "province": options(facets["province"].most_common(), {}, filters.province),
            "flag": options([(name, facets["flag"][name]) for name in FLAGS], names_of("flag", FLAGS, asked), filters.flag),
            "status": options([(name, None) for name in STATUSES], names_of("status", STATUSES, asked), filters.status),
            "measure": options([(name, None) for name in (*asked.taxonomy.ids, NONE)], measure_names(asked), filters.measure),
        },
        "years": sorted(facets["year"], reverse=True),
        "issuers": [name for name, _ in facets["issuer"].most_common(PROPOSED)],
        "whole": facets["flag"].total(),
    }
    return answer


def _hits(reader: Reader, asked: Asked, filters: Filters, query: str) -> Answer:
    wanted = Wanted(asked.number("limit"), asked.number("page"), asked.yes("all_copies"), asked.yes("by_document"), width=WIDTH)
    hits = reader.searcher(filters)(query, wanted)
    shown: list[tuple[Row, list[Piece], Clause]] = []
    for hit in hits:
        row = rows.found(hit, query, filters.bands)
        shown.append((row, highlighted(hit.snippet, hit.spans), hit.clause))
    columns = ("query", "rank", "score", "doc_id", "title", "path", "page", "text", "labels", "flag", "citation")
    return Answer([row for row, _, _ in shown], columns, shown={"hits": shown, "documents": None})


def _documents(reader: Reader, asked: Asked, filters: Filters) -> Answer:
    bands = reader.succeeded(filters.bands)
    found = reader.documents(replace(filters, bands=bands))
    made = [{**rows.listed(one), "flag": bands.flag(one), "validity": bands.status(one)} for one in paged(found, asked)]
    return Answer(made, ("doc_id", "title"), {"all": len(found)}, {"documents": made, "hits": None})


def periods(reader: Reader, asked: Asked) -> Answer:
    """Execution periods with flag, status and what readers put right; sorted; with a timeline."""
    filters = judging(reader, asked.filters(), always=True)
    found = sorted(reader.documents(filters), key=lambda one: one.head.title)
    found.sort(key=SORTS[asked.choice("sort")], reverse=asked.yes("descending"))
    shown = paged(found, asked)
    made = [_dated(reader, one, filters) for one in shown]
    answer = Answer(made, ("title", "period.start", "period.end", "period.months", "flag", "status"))
    answer.said = {"all": len(found), **place(answer, asked), **described(filters, asked)}
    lines: Timeline = timeline([one.period for one in shown], filters.bands.as_of)
    counts = {name: sum(filters.bands.flag(one) == name for one in found) for name in FLAGS}
    answer.said["counts"] = counts
    answer.shown = {"lines": lines, "sorts": tuple(SORTS), **choices(asked, filters)}
    return answer


def _dated(reader: Reader, one: Record, filters: Filters) -> Row:
    said = rows.corrected_period(reader.corpus.corrections(one.doc_id))
    return {"doc_id": one.doc_id, **rows.dated(one, filters.bands), "corrected": said}


def judging(reader: Reader, filters: Filters, always: bool = False) -> Filters:
    """The filters, knowing what a text of the corpus replaces or extends where they ask for a status (or ``always``)."""
    if not (filters.status or always):
        return filters
    return replace(filters, bands=reader.succeeded(filters.bands))


def described(filters: Filters, asked: Asked) -> dict[str, Any]:
    """The filters in words, and the day that a status refers to."""
    return {"filters": filters.in_words(asked.lang, asked.taxonomy), "as_of": filters.bands.as_of.isoformat()}


def choices(asked: Asked, filters: Filters) -> dict[str, Any]:
    """What the small filter form of a listing offers."""
    return {
        "flags": options([(name, None) for name in FLAGS], names_of("flag", FLAGS, asked), filters.flag),
        "statuses": options([(name, None) for name in STATUSES], names_of("status", STATUSES, asked), filters.status),
        "measures": options([(name, None) for name in (*asked.taxonomy.ids, NONE)], measure_names(asked), filters.measure),
    }


def measure_names(asked: Asked) -> dict[str, str]:
    """Id → name of each measure type, and of none."""
    return {**asked.taxonomy.names(asked.lang), NONE: say(f"measure.{NONE}", asked.lang)}


def paged(found: Sequence[Any], asked: Asked) -> list[Any]:
    """The rows of the page that is asked for."""
    limit, page = asked.number("limit"), asked.number("page")
    return list(found[(page - 1) * limit : page * limit])


def place(answer: Answer, asked: Asked) -> dict[str, Any]:
    """Where the rows stand among all."""
    return {"number": len(answer.rows), "page": asked.number("page"), "limit": asked.number("limit")}


def names_of(table: str, ids: Sequence[str], asked: Asked) -> dict[str, str]:
    """Ids of a message table with their names."""
    return {name: say(f"{table}.{name}", asked.lang) for name in ids}


def options(counts: Sequence[tuple[str, int | None]], names: dict[str, str], chosen: Sequence[str]) -> list[dict[str, Any]]:
    """The boxes of a facet; a chosen value that is none of them has one too."""
    values = [*counts, *((value, 0) for value in chosen if value not in dict(counts))]
    return [{"value": value, "name": names.get(value, value), "number": number, "chosen": value in chosen} for value, number in values]
