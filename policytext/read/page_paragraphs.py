"""Where a paragraph begins and what is centred, told from the geometry of the printed lines."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from policytext.read.page_layout import Row

_SENTENCE_END = re.compile(r"[。；;：:！？!?]['”’\"）)】」』]?$")
# (2020年3月30日) under a title is a line of its own; (试行) is part of the title.
_DATE_LINE = re.compile(r"^[（(〔].*\d.*[）)〕]$|^第?\s*\d+\s*号$")
#: A part begins, or what is attached.
PART = re.compile(r"^第[一二三四五六七八九十百]{1,4}[编章节](?:\s|$)|^附\s*[件录表]?\s*[\d一二三四五六七八九十]{0,3}[：:]?$")
#: A page with so many lines has a usual font size of its own.
FULL_PAGE = 8
#: So many steps between lines of one size tell its pitch.
ENOUGH = 3
#: A line that ends like this ends inside a sentence.
_INSIDE = re.compile(r"[\w，、,]$")
_OPEN_END = re.compile(r"[，、,（《“(〔]$")


@dataclass(frozen=True, slots=True)
class Margins:
    """Left and right edge of the running text of a column, and its usual line pitch (0 where unknown), in points.

    ``pitches``: the pitch of each font size (to half a point) that has lines enough: a box on the page may be set closer than the text.
    """

    left: float
    right: float
    pitch: float
    pitches: Mapping[float, float] = field(default_factory=dict)


def mark_paragraphs(rows: list[Row]) -> None:
    """Set ``begins`` and ``centred`` of the text lines; ``rows`` is the whole document in reading order."""
    text = [row for row in rows if row.kind == "text"]
    if not text:
        return
    body = _usual_size(text)
    margins = _margins(text, body)
    for row in text:
        row.centred = _centred(row, margins[row.page, row.column], body)
    usual = {page: size for page, rows in _by_page(text).items() if len(rows) >= FULL_PAGE and (size := _usual_size(rows))}
    before: Row | None = None
    for row in rows:
        if row.kind == "table":
            before = None
        elif row.kind == "text":
            row.begins = before is None or _begins(row, before, margins, body, usual)
            before = row


def _usual_size(rows: list[Row]) -> float:
    """The font size of most characters, rounded to half a point."""
    sizes: Counter[float] = Counter()
    for row in rows:
        sizes[_half(row.size)] += len(row.text)
    return sizes.most_common(1)[0][0]


def _by_page(rows: list[Row]) -> dict[int, list[Row]]:
    pages: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        pages[row.page].append(row)
    return pages


def _margins(text: list[Row], body: float) -> dict[tuple[int, int], Margins]:
    """Margins for each (page, column): the page's own where it has enough full lines, else those of the document."""
    groups: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in text:
        groups[row.page, row.column].append(row)
    own: dict[tuple[int, int], Margins] = {}
    for place, rows in groups.items():
        plain = [row for row in rows if abs(row.size - body) < 0.15 * body] or rows
        size = _median([row.size for row in plain])
        steps = Counter(round(b.y - a.y) for a, b in pairwise(rows) if 0.8 * size < b.y - a.y < 4 * size)
        left, right = _edge([row.x0 for row in plain], size, 1), _edge([row.x1 for row in plain], size, -1)
        own[place] = Margins(left, right, _usual(steps), _pitches(rows))
    result: dict[tuple[int, int], Margins] = {}
    for column in {place[1] for place in own}:
        rich = [place for place in own if place[1] == column and len(groups[place]) >= 8] or [p for p in own if p[1] == column]
        # Pages of lists of short words say nothing about the text's edges.
        widest = max(own[p].right - own[p].left for p in rich)
        rich = [p for p in rich if own[p].right - own[p].left >= 0.6 * widest]
        # Mirrored margins: odd and even pages have their own usual edges.
        for place in (p for p in own if p[1] == column):
            peers = [own[p] for p in rich if p[0] % 2 == place[0] % 2]
            peers = peers if len(peers) >= 3 else [own[p] for p in rich]
            result[place] = _settled(groups[place], own[place], peers, body)
    return result


def _settled(rows: list[Row], mine: Margins, peers: list[Margins], body: float) -> Margins:
    """A page's own edges where enough of its lines reach them, else the median of the pages like it."""
    # The lower median: a page of first lines only must not push the edge in.
    left, right = sorted(m.left for m in peers)[(len(peers) - 1) // 2], _median([m.right for m in peers])
    pitch = _usual(Counter(round(m.pitch) for m in peers if m.pitch))
    full = len(rows) >= 6
    # Lists of short words may share an edge too; a page of its own width is still wide.
    wide = mine.right - mine.left > 0.6 * (right - left)
    flush = full and wide and sum(abs(row.x1 - mine.right) < 0.6 * body for row in rows) >= 0.4 * len(rows)
    settled_right = mine.right if flush or mine.right > right + body or (full and abs(mine.right - right) < 1.2 * body) else right
    # All lines of a page may be first lines: an edge further in is its own only when the right edge has moved too.
    moved = flush and abs(mine.right - right) > 1.2 * body and sum(abs(row.x0 - mine.left) < 0.6 * body for row in rows) >= 0.4 * len(rows)
    settled_left = mine.left if mine.left < left + 0.6 * body or moved else left
    return Margins(settled_left, settled_right, mine.pitch if full and mine.pitch else pitch, mine.pitches)


def _pitches(rows: list[Row]) -> dict[float, float]:
    """The usual line pitch of each font size of which enough lines follow one another."""
    steps: dict[float, Counter[int]] = defaultdict(Counter)
    for above, row in pairwise(rows):
        if _half(above.size) == _half(row.size) and 0.8 * row.size < row.y - above.y < 4 * row.size:
            steps[_half(row.size)][round(row.y - above.y)] += 1
    return {size: _usual(found) for size, found in steps.items() if found.total() >= ENOUGH}


def _half(size: float) -> float:
    return round(size * 2) / 2


def _edge(values: list[float], body: float, way: int) -> float:
    """The outermost edge that at least two lines and a tenth of them share; ``way`` 1 looks from the left, -1 from the right."""
    ordered = sorted(values) if way > 0 else sorted(values, reverse=True)
    need = max(2, len(ordered) // 10)
    for place, value in enumerate(ordered):
        near = sum(abs(other - value) < 0.6 * body for other in ordered[place:])
        if near >= need:
            return value
    return ordered[0]


def _usual(steps: Counter[int]) -> float:
    """The most frequent step between lines (neighbouring roundings counted together), 0.0 for none."""
    if not steps:
        return 0.0
    return float(max(steps, key=lambda step: (steps[step - 1] + steps[step] + steps[step + 1], -step)))


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def _centred(row: Row, margin: Margins, body: float) -> bool:
    """Equal blanks left and right, at least 1.5 characters each; a line of body size set in by two is a paragraph's first line."""
    left, right = row.x0 - margin.left, margin.right - row.x1
    if abs(left - 2 * row.size) < 0.4 * row.size and row.size < 1.12 * body:
        return False
    return left > 1.5 * row.size and right > 1.5 * row.size and abs(left - right) < max(1.1 * row.size, 0.04 * (margin.right - margin.left))


def _begins(row: Row, before: Row, margins: dict[tuple[int, int], Margins], body: float, usual: dict[int, float]) -> bool:
    """Does ``row`` begin a paragraph, ``before`` being the text line before it (perhaps on the page or in the column before)?

    ``body`` is the document's font size, ``usual`` that of pages full enough to have their own (a preface set larger).
    """
    mine, theirs = margins[row.page, row.column], margins[before.page, before.column]
    if abs(row.size - before.size) > 0.12 * max(row.size, before.size):
        return True
    size = row.size
    indent = row.x0 - mine.left
    rest = theirs.right - before.x1
    same_block = row.page == before.page and row.column == before.column and row.y > before.y
    step = row.y - before.y
    pitch = mine.pitches.get(_half(size), mine.pitch * max(1.0, size / body))
    if same_block and pitch and step > 1.45 * max(pitch, 1.15 * size):
        return True
    if same_block and not pitch and step > 2.5 * size:
        return True
    if PART.match(row.text):
        return True
    large = size > 1.12 * max(body, usual.get(row.page, 0.0))
    if row.centred or before.centred or large:
        return _begins_centred(row, before, mine, theirs, body, step if same_block else 0.0)
    if indent > 1.2 * size:
        # A block that is set in as a whole goes on; a first-line indent begins.
        inside = before.begins is False or _INSIDE.search(before.text) is not None
        hanging = abs(row.x0 - before.x0) < 0.5 * size and inside and rest < 1.5 * size
        return not hanging
    room = row.first_width + (0.6 if _SENTENCE_END.search(before.text) else 1.6) * size
    if rest <= room:
        return False
    return not (_OPEN_END.search(before.text) and rest < 4 * size)


def _begins_centred(row: Row, before: Row, mine: Margins, theirs: Margins, body: float, step: float) -> bool:
    """Titles of several lines go on: lines about their column's middle, larger than the body or the first of them long."""
    size = row.size
    middle = (row.x0 + row.x1) / 2 - (mine.left + mine.right) / 2
    above = (before.x0 + before.x1) / 2 - (theirs.left + theirs.right) / 2
    if abs(middle) > 1.2 * size or abs(above) > 1.2 * size or _SENTENCE_END.search(before.text) or _DATE_LINE.match(row.text):
        return True
    if size > 1.12 * body and step < 2.1 * size:
        return False
    if not row.centred:
        return True
    return before.x1 - before.x0 <= 0.55 * (theirs.right - theirs.left)
