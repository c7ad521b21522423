"""Clauses that stand almost word for word in several documents, in date order: how the text of a policy travels from place to place.

MinHash and LSH (``rensa``) propose pairs, an exact comparison confirms them: the share of 4-grams that two clauses have in common once
numbers and the names of their own places are taken out, for those are what a place changes when it copies. Every clause is compared with
the earliest of its group, never with another copy, so that a group cannot drift away from its source.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from policytext.numerals import flatten
from policytext.places import data_file
from policytext.quantities import quantities
from policytext.schema import Clause, Record, Region
from policytext.search.copies import GRAM, MARKS, NUMBERING
from policytext.words import fold

#: What the documents of a group must differ in.
Across = Literal["document", "issuer", "city", "province"]

#: Length of a signature and its bands: of pairs that share 0.8 of their 4-grams one in 20 million is missed, of 0.7 one in 6,500, of 0.6
#: one in 85.
PERMUTATIONS, BANDS, SEED = 128, 32, 1
#: Clauses that two records of one document have in common: so many at least, and these shares of the shorter and of the longer.
FEWEST, SMALLER, LARGER = 3, 0.8, 0.5
#: Stands for an unknown day, after all others.
UNDATED = "9999"
#: 本市, 我省 … stand for the name of the place.
OWN = re.compile(r"[我本全][省市区县州盟旗]")
PLACE_END = re.compile(r"(?:省|市|特别行政区|(?:壮族|回族|维吾尔)?自治区|自治州|地区|自治县|新区|区|县|盟|旗)$")


@dataclass(frozen=True, slots=True)
class Sameness:
    """What counts as copied: the least share of common 4-grams (0 to 1), the least letters of a clause (numbers and own places aside),
    whether the numbers must agree too, whether to take in what every document says (``boilerplate``), in how many documents a clause must
    stand, and what these must differ in."""

    similarity: float = 0.8
    shortest: int = 30
    same_numbers: bool = False
    boilerplate: bool = False
    documents: int = 2
    across: Across = "document"


@dataclass(frozen=True, slots=True)
class Copy:
    """One clause of a group of copies; ``rank`` counts from 1 in date order.

    ``first``: no clause of the group has an earlier date (several may share the day); None where its own date is unknown.
    ``similarity`` to the first source: 0 to 1, numbers and own places aside. ``same_numbers``: it gives the same numbers as the first.
    ``same_document``: other records of the same document, which do not count as copies.
    """

    group: int
    rank: int
    first: bool | None
    clause: Clause
    similarity: float = 1.0
    same_numbers: bool = True
    same_document: tuple[Record, ...] = ()


def copied(found: Iterable[Clause], wanted: Sameness = Sameness()) -> list[Copy]:
    """The groups of copied clauses among ``found``, the most widespread first; of each document one clause a group.

    Documents without any date come last in their group; those of the same day are ordered by title. The order of ``found`` changes nothing.
    """
    groups = _gather(sorted(found, key=_order), wanted)
    others = _same_documents(groups)
    kept = [group for group in (_one_a_document(group, others) for group in groups) if _spread(group, wanted)]
    kept.sort(key=lambda group: (-len(group), _order(group[0].clause)))
    return [
        Copy(number, rank, _first(one, group), one.clause, one.similarity, one.numbers == group[0].numbers, others[one.document])
        for number, group in enumerate(kept, 1)
        for rank, one in enumerate(group, 1)
    ]


def letters_of(text: str, region: Region) -> tuple[str, tuple[float, ...]]:
    """What is compared of a clause: its letters without number in front, numbers and names of ``region``; and its numbers, in order."""
    bare = NUMBERING.sub("", fold(text))
    amounts = quantities(bare)
    for amount in reversed(amounts):
        bare = bare[: amount.start] + " " + bare[amount.end :]
    for name in _names(region):
        bare = bare.replace(name, "")
    return MARKS.sub("", OWN.sub("", bare)), tuple(amount.value for amount in amounts)


def similarity(one: str, other: str) -> float:
    """The share of 4-grams that two texts have in common, 0 to 1."""
    if one == other:
        return 1.0
    mine, theirs = _grams(one), _grams(other)
    return len(mine & theirs) / len(mine | theirs)


def boilerplate(text: str) -> bool:
    """Is ``text`` a clause that every document has (``data/boilerplate.toml``): transmittal, entry into force, interpretation …?"""
    longest, pattern = _boilerplate()
    flat = flatten(text).text
    return len(flat) <= longest and bool(pattern.search(flat))


@dataclass(slots=True)
class _Found:
    """A clause with what is compared of it, and its similarity to the head of its group."""

    clause: Clause
    letters: str
    numbers: tuple[float, ...]
    similarity: float = 1.0

    @property
    def document(self) -> str:
        return self.clause.record.doc_id or self.clause.record.file


def _gather(clauses: Iterable[Clause], wanted: Sameness) -> list[list[_Found]]:
    """Each clause, the earliest first, joins the group whose head is most like it, or heads a group of its own."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=wanted.similarity, num_perm=PERMUTATIONS, num_bands=BANDS)
    groups: list[list[_Found]] = []
    for clause in clauses:
        one = _Found(clause, *letters_of(clause.unit.text, clause.record.head.region))
        if len(one.letters) < wanted.shortest or (boilerplate(clause.unit.text) and not wanted.boilerplate):
            continue
        signature = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
        signature.update(list(_grams(one.letters)))
        heads = ((place, groups[place][0]) for place in index.query(signature))
        likely = [(place, head) for place, head in heads if not wanted.same_numbers or head.numbers == one.numbers]
        best, place = max(((similarity(one.letters, head.letters), -place) for place, head in likely), default=(0.0, 0))
        if best >= wanted.similarity:
            one.similarity = best
            groups[-place].append(one)
        else:
            index.insert(len(groups), signature)
            groups.append([one])
    return groups


def _same_documents(groups: Sequence[Sequence[_Found]]) -> dict[str, tuple[Record, ...]]:
    """Documents that are stored once or several times: the first record of each (by what ``_Found.document`` says) → its other records.

    Two records are of the same document when most of the clauses of each stand in the other and neither number, nor day, nor place differs
    where both are known: a city that takes over a whole text does not repeat a document.
    """
    records: dict[str, Record] = {}
    within: dict[str, set[int]] = defaultdict(set)
    for place, group in enumerate(groups):
        for one in group:
            records[one.document] = one.clause.record
            within[one.document].add(place)
    holders = [sorted({one.document for one in group}, key=lambda name: _day(records[name])) for group in groups]
    kin: dict[str, list[Record]] = {}
    for name in sorted(records, key=lambda name: _day(records[name])):
        shared = Counter(other for place in within[name] for other in holders[place] if other in kin)
        likely = [other for other, number in shared.most_common() if _same_text(number, within[name], within[other])]
        first = next((other for other in likely if all(_agree(records[name], one) for one in (records[other], *kin[other]))), None)
        if first:
            kin[first].append(records[name])
        else:
            kin[name] = []
    return {name: tuple(others) for name, others in kin.items()}


def _one_a_document(group: Sequence[_Found], documents: Container[str]) -> list[_Found]:
    """Of each document the clause that is most like the head, in date order."""
    best: dict[str, _Found] = {}
    for one in group:
        if one.document in documents and (one.document not in best or one.similarity > best[one.document].similarity):
            best[one.document] = one
    return list(best.values())


def _first(one: _Found, group: Sequence[_Found]) -> bool | None:
    day = _day(one.clause.record)[0]
    return None if day == UNDATED else day == _day(group[0].clause.record)[0]


def _spread(group: Sequence[_Found], wanted: Sameness) -> bool:
    """Does the group stand in enough documents, and do these differ in what they must?"""
    if len(group) < wanted.documents:
        return False
    heads = [one.clause.record.head for one in group]
    if wanted.across == "issuer":
        return len({head.issuers for head in heads if head.issuers}) > 1
    if wanted.across in ("city", "province"):
        return len({_place(head.region, wanted.across) for head in heads} - {("", "")}) > 1
    return True


def _same_text(shared: int, one: Set[int], other: Set[int]) -> bool:
    smaller, larger = sorted((len(one), len(other)))
    return shared >= FEWEST and shared >= SMALLER * smaller and shared >= LARGER * larger


def _place(region: Region, level: Across) -> tuple[str, str]:
    return region.province, region.city if level == "city" else ""


def _agree(one: Record, other: Record) -> bool:
    """Nothing that is known of both differs."""
    pairs = (
        (MARKS.sub("", fold(one.head.doc_no)), MARKS.sub("", fold(other.head.doc_no))),
        (one.head.issue_date, other.head.issue_date),
        (one.head.region.code and one.head.region, other.head.region.code and other.head.region),
    )
    return all(mine == theirs or not (mine and theirs) for mine, theirs in pairs)


def _order(clause: Clause) -> tuple[str, str, str, int]:
    return *_day(clause.record), clause.number


def _day(record: Record) -> tuple[str, str, str]:
    """What a document comes by in date order; those without any date come last."""
    return record.head.issue_date or record.period.start or UNDATED, record.head.title, record.file


@cache
def _boilerplate() -> tuple[int, re.Pattern[str]]:
    table = tomllib.loads(data_file("boilerplate.toml").read_text("utf-8"))
    return table["longest"], re.compile("|".join(one["pattern"] for one in table["boilerplate"]))


@cache
def _names(region: Region) -> tuple[str, ...]:
    """The names of a place and of those above it, with and without their kind, longest first."""
    names = {name for name in (region.province, region.city, region.district) if name}
    names |= {stem for name in names if len(stem := PLACE_END.sub("", name)) > 1}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


@lru_cache(4096)
def _grams(letters: str) -> frozenset[str]:
    return frozenset(letters[start : start + GRAM] for start in range(max(1, len(letters) - GRAM + 1)))
