"""The values that travel between the rooms: frozen dataclasses of plain data, to and from JSON.

Offsets are half-open code-point offsets into ``Reading.text``, the text as it was read. Dates are ISO strings (``2020-07-28``) or None.
Pages count from 1; page 0 means that the format has no pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Literal, TypeVar

import msgspec

LineKind = Literal["text", "table", "noise", "footnote"]
UnitKind = Literal[
    "title", "head", "addressee", "heading", "clause", "paragraph", "item", "table", "signature", "attachment_list", "footnote", "noise"
]
Basis = Literal["stated", "plan", "none"]
Flag = Literal["short", "medium", "long", "open", "unknown"]
Benefit = Literal["money", "terms"]
#: What a reader may put right.
Field = Literal["labels", "period"]
Status = Literal[
    "ok", "partial", "empty", "scanned", "encrypted", "corrupt", "garbled", "too_large", "timeout", "memory", "crashed", "unsupported"
]
#: Pages whose text is recognised: ``auto`` those without text, when the extra is installed; ``off`` none; ``all`` garbled text layers too.
Ocr = Literal["auto", "off", "all"]
OCR_MODES: tuple[Ocr, ...] = ("auto", "off", "all")

#: Kinds of unit that carry policy content; the others are frame (head, signature …) or noise.
#: What stands between the cells of a table's row.
CELL_JOIN = " | "
CONTENT_KINDS: frozenset[str] = frozenset({"clause", "paragraph", "item", "table"})
#: Statuses after which a document can be analysed.
READABLE: frozenset[str] = frozenset({"ok", "partial"})


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line, as offsets into ``Reading.text``.

    ``begins`` is what the layout says: True, a paragraph begins here; False, the line continues the one before; None, the layout is silent
    (plain text) and the words must tell. ``size`` is the font size in points, 0 where unknown.
    """

    start: int
    end: int
    page: int = 0
    kind: LineKind = "text"
    begins: bool | None = None
    centred: bool = False
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one file. ``lines`` are in reading order and do not overlap; between them ``text`` holds only white space.

    ``status`` and ``reason`` (a message key, or empty) say how it went; ``bad_pages`` lists the pages without usable text,
    ``ocr_pages`` those whose text was recognised in a picture.
    ``metadata`` holds what the container states (``title`` of an HTML page, say), strings only.
    """

    file: str
    format: str
    text: str = ""
    lines: tuple[Line, ...] = ()
    status: Status = "ok"
    reason: str = ""
    pages: int = 0
    bad_pages: tuple[int, ...] = ()
    ocr_pages: tuple[int, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of evidence: its words and where they stand."""

    text: str
    path: str = ""
    page: int = 0
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Region:
    """A place by the official division codes; empty strings where unknown. ``code`` is the six-digit code of the narrowest level known."""

    province: str = ""
    city: str = ""
    district: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ClauseText:
    """What a label model is given of a clause: its text, the title of its document, the heading above it."""

    text: str
    title: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """One citable stretch of a document. ``path``: the numbers as printed without closing punctuation, joined by ``/`` (``第一章/第三条``).

    ``headings`` is the chain of enclosing heading texts, outermost first. ``text`` has its line breaks and removed lines taken out.
    """

    kind: UnitKind
    path: str
    text: str
    page: int
    start: int
    end: int
    headings: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The nearest enclosing heading, empty where there is none."""
        return self.headings[-1] if self.headings else ""


@dataclass(frozen=True, slots=True)
class Head:
    """The head record: unknown fields are empty or None, never guessed. ``evidence`` maps field names to the words they come from.

    ``issue_date`` is 成文日期 (signature or adoption, else what the page states), ``printed_date`` 印发日期 (the imprint, or a label);
    施行日期 is ``Period.start``. ``policies`` are the titles of the policies that a notice passes on or that are attached to the document.
    """

    title: str = ""
    doc_no: str = ""
    issuers: tuple[str, ...] = ()
    issue_date: str | None = None
    printed_date: str | None = None
    doc_type: str = ""
    trial: bool = False
    policies: tuple[Span, ...] = ()
    region: Region = Region()
    evidence: dict[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """One file after reading and structuring: head record and units in reading order (noise units included)."""

    file: str
    format: str
    status: Status
    reason: str = ""
    pages: int = 0
    bad_pages: tuple[int, ...] = ()
    ocr_pages: tuple[int, ...] = ()
    text: str = ""
    head: Head = Head()
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Measures:
    """Measure types of one clause: ``labels`` in taxonomy order, ``scores`` a probability a type, ``reasons`` the deciding words.

    ``instrument`` is the class of policy instrument (instruments.py), empty where the clause carries out no measure.
    """

    labels: tuple[str, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)
    uncertain: bool = False
    reasons: dict[str, tuple[str, ...]] = field(default_factory=dict)
    instrument: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """Execution period by the codebook. ``months`` is the stated length, else rounded from the dates; ``arithmetic`` shows how."""

    start: str | None = None
    end: str | None = None
    months: int | None = None
    basis: Basis = "none"
    trial: bool = False
    evidence: Span | None = None
    arithmetic: str = ""
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """An earlier text that a document replaces, extends, continues or amends: title or number as printed, day named, sentence."""

    relation: str
    title: str
    doc_no: str
    day: str | None
    evidence: Span


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of a promise: at ``threshold`` somebody gets ``reward``, or anything up to ``cap``.

    Money is in 元 (or the currency that the unit names), a percentage is the printed number with the unit ``%``. Bounds: a threshold
    is a least value unless ``threshold_bound`` is ``max``; a reward is exact unless ``reward_bound`` is ``max`` or ``min``.
    ``also``: values of further joint or alternative conditions. ``start`` and ``end``: where the amount stands in the clause's text.
    """

    threshold: float | None = None
    threshold_unit: str = ""
    threshold_label: str = ""
    threshold_bound: str = ""
    reward: float | None = None
    reward_low: float | None = None
    reward_unit: str = ""
    reward_bound: str = ""
    cap: float | None = None
    also: tuple[float, ...] = ()
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Promise:
    """Who gets what under which condition. Fields and decisions: codebook of promises (docs/promises.md).

    ``benefit`` is ``money`` (paid out) or ``terms`` (loan ceilings, price deductions, tax rates). ``window`` says over what the condition
    is measured (年度, 连续N年, 累计). ``cap_total`` limits several payments together, ``cap_scope`` says which.
    ``pay_years``: years of payment. ``text`` are the words of the promise, ``start`` to ``end`` in the clause's text.
    """

    who: str = "other"
    condition: str = ""
    metric: str = "other"
    first_time: bool = False
    window: str = ""
    tiers: tuple[Tier, ...] = ()
    cap_total: float | None = None
    cap_scope: str = ""
    pay_years: int | None = None
    benefit: Benefit = "money"
    notes: tuple[str, ...] = ()
    text: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Analysis:
    """A document with its values. ``measures`` runs parallel to ``document.units``; None where a unit is not content."""

    document: Document
    measures: tuple[Measures | None, ...] = ()
    period: Period = Period()
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """What the corpus knows of one document beside its clauses; also made from a file at hand (``doc_id`` is empty then)."""

    file: str
    doc_id: str = ""
    url: str = ""
    head: Head = Head()
    status: Status = "ok"
    reason: str = ""
    pages: int = 0
    bad_pages: tuple[int, ...] = ()
    ocr_pages: tuple[int, ...] = ()
    clauses: int = 0
    period: Period = Period()
    analysed_with: str = ""

    @property
    def begins(self) -> str | None:
        """The first day on which it may be in force: the start of its period, else its date of issue."""
        return self.period.start or self.head.issue_date

    @property
    def called(self) -> str:
        """What to call the document, see ``called``."""
        return called(self.head.title, self.file)


def called(title: str, file: str) -> str:
    """A document's title, else the name of its file in brackets; where that lies is the user's own affair."""
    return title or f"［{PurePath(file).name}］"


@dataclass(frozen=True, slots=True)
class Clause:
    """One content unit with its values and the document it stands in; ``number`` is its place among the document's units."""

    record: Record
    number: int
    unit: Unit
    measures: Measures = Measures()


@dataclass(frozen=True, slots=True)
class Correction:
    """What a reader says instead of the machine, whose value stays: of a clause (``labels``) or of the document (``period``).

    ``number`` is the clause's place among the document's units; None for the document, and for a clause whose words (``text``) the
    document no longer has. ``at`` is an ISO time with its offset.
    """

    doc_id: str
    field: Field
    who: str
    at: str
    number: int | None = None
    text: str = ""
    labels: tuple[str, ...] = ()
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """What one word of a query did for a hit: the words that filled its place, ``where`` (text, head, or nowhere: empty), whose synonym
    they are, its share of the query (0 to 1), and how much of that share was filled."""

    word: str
    found: str = ""
    where: str = ""
    synonym_of: str = ""
    share: float = 0.0
    filled: float = 0.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a hit got its score: ``bm25`` times ``coverage`` to the power of ``power`` times ``brevity`` (below 1 for very short clauses)."""

    bm25: float
    coverage: float
    power: int
    brevity: float
    words: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result: a clause, its score (higher is better), the query's words in it, and their character ranges in ``snippet``.

    ``copies`` are clauses of nearly the same words, ``also`` further hits in the same document where hits are grouped by document.
    """

    rank: int
    score: float
    clause: Clause
    snippet: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    matched: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    copies: tuple[dict[str, str], ...] = ()
    also: tuple[dict[str, str], ...] = ()
    explanation: Explanation | None = None


T = TypeVar("T")


def printable(name: str) -> str:
    """A file name as text that can be shown and stored: bytes that are no UTF-8 become replacement characters."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def to_json(value: Any) -> str:
    """JSON of any value of this module (or of plain data), on one line."""
    return msgspec.json.encode(value).decode("utf-8")


def from_json(text: str | bytes, kind: type[T]) -> T:
    """The value that ``to_json`` wrote. Raises ``msgspec.ValidationError`` when the JSON does not fit ``kind``."""
    return msgspec.json.decode(text, type=kind)
