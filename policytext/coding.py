"""Coding by people: the workbook they code in, agreement between two of them, and which clauses to code next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import prod
from typing import Any

from policytext.errors import InputError
from policytext.labelled import LabelledClause
from policytext.messages import Lang, say
from policytext.records import name_of
from policytext.schema import Clause, Correction
from policytext.taxonomy import NONE, Taxonomy
from policytext.words import normalise

Row = dict[str, Any]

#: So many suggestions a document at most: the next ones should come from elsewhere.
A_DOCUMENT = 3


def workbook(clauses: Iterable[Clause], taxonomy: Taxonomy, lang: Lang, suggest: bool = False) -> Iterator[Row]:
    """Rows of the coding workbook: a clause each, a column a type to mark, one for none of them, and one for hesitation and remarks.

    ``suggest`` marks what the machine would say, and gives its probabilities. ``labelled.read_labels`` reads the coded workbook.
    """
    nothing = say(f"measure.{NONE}", lang)
    for clause in clauses:
        labels = clause.measures.labels if suggest else ()
        marks = {name: 1 if label in labels else None for label, name in taxonomy.names(lang).items()}
        yield {
            "id": name_of(clause),
            "doc": clause.record.doc_id or clause.record.file,
            "title": clause.record.head.title,
            "path": clause.unit.path,
            "page": clause.unit.page,
            "heading": clause.unit.heading,
            "text": clause.unit.text,
            **marks,
            nothing: 1 if suggest and not labels else None,
            **({"suggested": clause.measures.scores} if suggest else {}),
            "confidence": None,
            "note": None,
        }


def from_corrections(clauses: Iterable[Clause], said: Iterable[Correction]) -> Iterator[LabelledClause]:
    """The clauses of a document that readers labelled, as ``train`` takes them."""
    labels = {one.number: one.labels for one in said if one.field == "labels"}
    for clause in clauses:
        if clause.number in labels:
            head, unit = clause.record.head, clause.unit
            yield LabelledClause(name_of(clause), unit.text, labels[clause.number], head.title, unit.heading, clause.record.doc_id)


def with_corrections(labelled: Sequence[LabelledClause], corrected: Sequence[LabelledClause]) -> list[LabelledClause]:
    """``labelled`` and ``corrected`` together; of clauses with the same words only what was corrected counts."""
    words = {normalise(one.text) for one in corrected}
    return [*(one for one in labelled if normalise(one.text) not in words), *corrected]


def suggestions(clauses: Iterable[Clause], limit: int) -> list[Row]:
    """The clauses whose coding would teach a model most: those it doubts most, few a document, no text twice.

    ``doubt`` is 1 minus the probability that all its decisions on the clause are right, taken as independent (uncertainty sampling).
    """
    doubts = [(1 - prod(max(chance, 1 - chance) for chance in clause.measures.scores.values()), clause) for clause in clauses]
    doubts.sort(key=lambda pair: -pair[0])
    rows: list[Row] = []
    taken: Counter[str] = Counter()
    seen: set[str] = set()
    for doubt, clause in doubts:
        place, text = clause.record.doc_id or clause.record.file, normalise(clause.unit.text)
        if len(rows) == limit:
            break
        if taken[place] == A_DOCUMENT or text in seen:
            continue
        taken[place] += 1
        seen.add(text)
        rows.append(
            {
                "rank": len(rows) + 1,
                "id": name_of(clause),
                "doc": place,
                "title": clause.record.head.title,
                "path": clause.unit.path,
                "heading": clause.unit.heading,
                "text": clause.unit.text,
                "labels": list(clause.measures.labels),
                "scores": clause.measures.scores,
                "doubt": round(doubt, 4),
            }
        )
    return rows


def paired(first: Sequence[LabelledClause], second: Sequence[LabelledClause]) -> list[tuple[LabelledClause, LabelledClause]]:
    """The clauses that both coders coded, by id, in the order of the first. Raises InputError ``nothing_in_common``."""
    other = {one.id: one for one in second}
    pairs = [(one, other[one.id]) for one in first if one.id in other]
    if not pairs:
        raise InputError("nothing_in_common", first=len(first), second=len(second))
    return pairs


def agreement(pairs: Sequence[tuple[LabelledClause, LabelledClause]], taxonomy: Taxonomy) -> list[Row]:
    """Rows of ``agree``: one a type, ``none``, and ``macro`` (means of the types; ``agreement`` there: whole sets alike).

    ``kappa`` is Cohen's (1960), ``alpha`` Krippendorff's (2004) for nominal data and two coders; None where nobody gave the label or
    both gave it always. ``f1`` is the share of the label that both gave among all who gave it (Dice).
    """
    sets = [tuple({taxonomy.find(label) for label in one.labels} or {NONE} for one in pair) for pair in pairs]
    rows = [_agreement(label, [(label in one, label in other) for one, other in sets]) for label in (*taxonomy.ids, NONE)]
    alike = sum(one == other for one, other in sets)
    macro: Row = {"label": "macro", "clauses": len(sets), "both": alike, "only_first": None, "only_second": None}
    macro["agreement"] = round(alike / len(sets), 4)
    for key in ("kappa", "alpha", "f1"):
        known = [row[key] for row in rows[:-1] if row[key] is not None]
        macro[key] = round(sum(known) / len(known), 4) if known else None
    return [*rows, macro]


def disagreements(pairs: Sequence[tuple[LabelledClause, LabelledClause]], taxonomy: Taxonomy) -> Iterator[Row]:
    """The clauses whose sets of labels differ, with what each coder gave."""
    for one, other in pairs:
        first, second = ([label for label in taxonomy.ids if label in set(map(taxonomy.find, coder.labels))] for coder in (one, other))
        if first != second:
            yield {"id": one.id, "title": one.title, "heading": one.heading, "text": one.text, "first": first, "second": second}


def _agreement(label: str, votes: Sequence[tuple[bool, bool]]) -> Row:
    number, votes_in_all = len(votes), 2 * len(votes)
    both = sum(one and other for one, other in votes)
    first, second = sum(one for one, _ in votes), sum(other for _, other in votes)
    differ = first + second - 2 * both
    observed = 1 - differ / number
    expected = (first * second + (number - first) * (number - second)) / number**2
    given = first + second
    chance = 2 * given * (votes_in_all - given) / (votes_in_all * (votes_in_all - 1))
    return {
        "label": label,
        "clauses": number,
        "both": both,
        "only_first": first - both,
        "only_second": second - both,
        "agreement": round(observed, 4),
        "kappa": round((observed - expected) / (1 - expected), 4) if expected < 1 else None,
        "alpha": round(1 - (differ / number) / chance, 4) if chance else None,
        "f1": round(2 * both / given, 4) if given else None,
    }
