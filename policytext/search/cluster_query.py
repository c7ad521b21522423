"""Queries, conditions and filters as OpenSearch's own query language: plain values, nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from policytext.corpus.filters import Filters
from policytext.schema import Region, printable
from policytext.search.cluster_mapping import day
from policytext.search.conditions import steps
from policytext.search.protocol import Asked
from policytext.search.query import Condition, Run
from policytext.search.ranking import HEAD_BOOST
from policytext.search.slots import Slot, Variant

FIELDS = ("text", "head")
ANYTHING: dict[str, Any] = {"match_all": {}}
Query = dict[str, Any]


def candidates(asked: Asked, slots: Sequence[Slot], filters: Filters | None) -> Query:
    """All entries that answer, with their BM25 score. ``slots`` are those of ``asked``, prefixes replaced by words."""
    scoring = [_filled(slot, name) for name in FIELDS for slot in slots if slot.variants]
    limits = [_condition(condition) for condition in asked.conditions if not condition.excluded]
    limits += admitted(filters) if filters is not None else []
    excluded = [_condition(condition) for condition in asked.conditions if condition.excluded]
    query: Query = {"filter": limits, "must_not": excluded, "should": scoring, "minimum_should_match": 0 if asked.bound else 1}
    if not scoring and not asked.bound:
        return {"match_none": {}}
    return {"bool": query}


def coverage(slots: Sequence[Slot], weights: Sequence[float], keys: Sequence[str]) -> Query:
    """The share of the query (0 to 1) that the entries ``keys`` hold, as their score."""
    total = sum(weights) or 1.0
    parts = [
        _best([_constant(_anywhere(variant), variant.weight * weight / total) for variant in slot.variants])
        for slot, weight in zip(slots, weights, strict=True)
        if slot.variants and weight
    ]
    return {"bool": {"filter": [{"terms": {"key": list(keys)}}], "should": parts, "minimum_should_match": 1 if parts else 0}}


def term(name: str, word: str | bool) -> Query:
    """Entries with the term in the field ``name``."""
    return {"term": {name: word}}


def beginning(prefix: str) -> Query:
    """Entries with a word that begins so."""
    return _either({"prefix": {name: {"value": prefix, "rewrite": "constant_score"}}} for name in FIELDS)


def _filled(slot: Slot, name: str) -> Query:
    """The best variant of the slot in one field."""
    boost = HEAD_BOOST if name == "head" else 1.0
    return _best([_all(name, variant.terms, boost * variant.weight) for variant in slot.variants])


def _all(name: str, words: Sequence[str], boost: float) -> Query:
    if len(words) == 1:
        return {"term": {name: {"value": words[0], "boost": boost}}}
    return {"bool": {"must": [term(name, word) for word in words], "boost": boost}}


def _best(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else {"dis_max": {"queries": list(queries)}}


def _anywhere(variant: Variant) -> Query:
    """All terms of the variant, each in any field."""
    return both(_either(term(name, word) for name in FIELDS) for word in variant.terms)


def _constant(query: Query, score: float) -> Query:
    return {"constant_score": {"filter": query, "boost": score}}


def _condition(condition: Condition) -> Query:
    return _either(_holds(run) for run in condition.runs)


def _holds(run: Run) -> Query:
    """Entries that hold the characters: the index's answer to ``conditions.meets``."""
    if run.field == "path":
        asked = steps(run.text)
        return {"match_phrase": {"path": " ".join(asked)}} if asked else {"exists": {"field": "path"}}
    if not run.pieces:
        return ANYTHING
    fields = ("said_title",) if run.field == "title" else ("said", "said_head")
    return _either({"match_phrase": {name: " ".join(run.pieces)}} for name in fields)


def admitted(filters: Filters) -> list[Query]:
    """The filters, all of which an entry must meet. Raises WrongUsage for a region or year that means nothing."""
    provinces, cities, (first, last) = filters.check()
    found = [_either(map(_within, places)) for places in (provinces, cities) if places]
    if filters.issuer:
        found.append(_either({"wildcard": {"issuer": f"*{_literal(part)}*"}} for part in filters.issuer))
    if filters.year:
        found.append(between("year", first, last))
    if filters.doc_type:
        found.append({"terms": {"type": list(map(printable, filters.doc_type))}})
    if filters.flag:
        found.append(_either(_flag(flag, filters) for flag in filters.flag))
    if filters.status:
        found.append(_either(_status(status, filters) for status in filters.status))
    if filters.measure:
        wanted = [term("measure", label) for label in filters.measure]
        found.append(both(wanted) if filters.all_measures else _either(wanted))
    return found


def _within(place: Region) -> Query:
    return both(term(level, getattr(place, level)) for level in ("province", "city", "district") if getattr(place, level))


def _literal(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\*?" else sign for sign in printable(text))


def _flag(flag: str, filters: Filters) -> Query:
    """See ``periods.flags.flag``."""
    opened, known = term("open", True), {"exists": {"field": "months"}}
    bands = filters.bands
    if flag == "open":
        return opened
    if flag == "unknown":
        return but(ANYTHING, opened, known)
    first, last = {
        "short": (None, bands.short_below - 1),
        "medium": (bands.short_below, bands.long_from - 1),
        "long": (bands.long_from, None),
    }[flag]
    return but(between("months", first, last), opened)


def _status(status: str, filters: Filters) -> Query:
    """See ``periods.flags.status`` and ``Bands.status``."""
    bands = filters.bands
    today, soon = day(bands.as_of.isoformat()), day((bands.as_of + timedelta(days=bands.within)).isoformat())
    gone: Query = {"terms": {"doc_id": gone_by(bands.repealed, bands.as_of.isoformat())}}
    if status == "repealed":
        return gone
    later, ends, opened = {"range": {"start": {"gt": today}}}, {"exists": {"field": "end"}}, term("open", True)
    if status == "not_yet":
        return but(later, gone)
    running: Query = {
        "expired": {"range": {"end": {"lt": today}}},
        "expiring": between("end", today, soon),
        "in_force": _either([{"range": {"end": {"gt": soon}}}, but(opened, ends)]),
        "unknown": but(ANYTHING, ends, opened),
    }[status]
    moved = bands.moved()
    if not moved:
        return but(running, later, gone)
    here: Query = {"terms": {"doc_id": [doc_id for doc_id, now in moved.items() if now == status]}}
    return but(_either([but(running, {"terms": {"doc_id": list(moved)}}), here]), later, gone)


def gone_by(repealed: Mapping[str, str], today: str) -> list[str]:
    """The documents that are repealed by then."""
    return [doc_id for doc_id, since in repealed.items() if since <= today]


def between(name: str, first: int | None, last: int | None) -> Query:
    """``first`` and ``last`` included; None is no bound."""
    bounds = {"gte": first, "lte": last}
    return {"range": {name: {sign: bound for sign, bound in bounds.items() if bound is not None}}}


def both(queries: Iterable[Query]) -> Query:
    """All of the queries."""
    return {"bool": {"filter": list(queries)}}


def but(query: Query, *excluded: Query) -> Query:
    """``query`` and none of the others."""
    return {"bool": {"filter": [query], "must_not": list(excluded)}}


def _either(queries: Iterable[Query]) -> Query:
    found = list(queries)
    return found[0] if len(found) == 1 else {"bool": {"should": found, "minimum_should_match": 1}}
