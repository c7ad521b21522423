"""Characters of a page → printed lines in reading order, two-column pages column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from policytext.read.characters import is_han, plain, wide
from policytext.read.page import Char, Page, han_size
from policytext.schema import LineKind

_GAP = 1.2  # a wider blank, in font sizes, ends a segment
#: Gaps up to this, in font sizes, are no blanks anywhere.
TIGHT = 0.12
_SAME_LINE = 0.42  # baselines closer than this, in font sizes, are one line
_RAISED = 0.75  # so far, in font sizes of the text, a raised or lowered mark stands from the baseline


@dataclass(slots=True)
class Row:
    """One printed line: box (``y`` is the baseline, downwards), font size, text, its column, and what is found out about it later."""

    page: int
    x0: float
    x1: float
    y: float
    size: float
    text: str
    column: int = 0
    kind: LineKind = "text"
    begins: bool = True
    centred: bool = False
    table: int = 0
    first_width: float = 0.0
    cells: tuple[tuple[float, float], ...] = ()


@dataclass(slots=True)
class Segment:
    """Characters that follow each other without a wide gap."""

    chars: list[Char] = field(default_factory=list)
    size: float = 0.0

    @property
    def x0(self) -> float:
        """Left edge."""
        return self.chars[0].x0

    @property
    def x1(self) -> float:
        """Right edge."""
        return max(self.chars[-1].x1, self.chars[0].x1)

    @property
    def y(self) -> float:
        """Baseline of the character in the middle."""
        return self.chars[len(self.chars) // 2].y


def gutters_of(pages: list[list[Segment]]) -> list[float | None]:
    """The gutter of each page (None: one column). A gutter that several pages share holds for their fellows that hardly cross it."""
    found = [find_gutter(segments) for segments in pages]
    known = sorted(gutter for gutter in found if gutter is not None)
    if not known or len(known) < 0.3 * len(pages):
        return found
    usual = known[len(known) // 2]
    return [usual if gutter is None and _fits(segments, usual) else gutter for gutter, segments in zip(found, pages, strict=True)]


def _fits(segments: list[Segment], gutter: float) -> bool:
    crossing = sum(segment.x0 < gutter - 3 and segment.x1 > gutter + 3 for segment in segments)
    return bool(segments) and crossing <= 0.15 * len(segments) + 1


def rows_of(page: Page, segments: list[Segment], gutter: float | None) -> list[Row]:
    """The printed lines of these segments in reading order; ``column`` is 0 for full width, 1 and 2 for the left and right column."""
    if gutter is None:
        return [_row(page, line, 0) for line in lines_of(segments)]
    rows: list[Row] = []
    band: tuple[list[Segment], list[Segment]] = ([], [])

    def close_band() -> None:
        for column, part in enumerate(band, 1):
            rows.extend(_row(page, line, column) for line in lines_of(part))
            part.clear()

    for segment in sorted(segments, key=lambda one: one.y):
        if segment.x0 < gutter - 3 and segment.x1 > gutter + 3:
            close_band()
            rows.append(_row(page, [segment], 0))
        else:
            band[segment.x0 >= gutter - 3].append(segment)
    close_band()
    return rows


def segments_of(chars: Sequence[Char]) -> list[Segment]:
    """Cut the characters, in the file's order, where the line changes or a wide gap opens; what is drawn twice for boldness comes once."""
    # Where hardly two characters share a spot of three points, nothing is drawn twice.
    spots = {x // 3 + 1e5 * (y // 3) for x, _, y, _, _, _ in chars}
    if len(spots) < 0.995 * len(chars):
        drawn: dict[tuple[str, int], list[tuple[float, float]]] = {}
        chars = [char for char in chars if not _drawn_before(char, drawn)]
    cuts = [
        place
        for place, ((_, x1, last_y, theirs, _, _), (x, _, y, mine, _, _)) in enumerate(pairwise(chars), 1)
        if not (
            abs(y - last_y) < _SAME_LINE * (size := mine if mine > theirs else theirs)
            and -0.6 * size < x - x1 < _GAP * size
            and mine < 1.9 * theirs < 3.6 * mine
        )
    ]
    parts = [list(chars[start:end]) for start, end in pairwise((0, *cuts, len(chars)))] if chars else []
    return [Segment(part, han_size(part)) for part in parts]


def _drawn_before(char: Char, drawn: dict[tuple[str, int], list[tuple[float, float]]]) -> bool:
    """Does the same character stand in this very place already? If not, it is noted in ``drawn`` (by strips of 8 points)."""
    x, x1, y, size, text, _ = char
    reach = min(0.25 * size, 0.5 * (x1 - x) or size)
    low, high = int((y - reach) / 8), int((y + reach) / 8)
    for strip in (low, high) if high != low else (low,):
        for other_x, other_y in drawn.get((text, strip), ()):
            if -reach < x - other_x < reach and -reach < y - other_y < reach:
                return True
    drawn.setdefault((text, int(y / 8)), []).append((x, y))
    return False


def find_gutter(segments: list[Segment]) -> float | None:
    """The middle of the blank strip between two columns of running text, or None for a page of one column."""
    if len(segments) < 16:
        return None
    left, right = min(s.x0 for s in segments), max(s.x1 for s in segments)
    size = sorted(s.size for s in segments)[len(segments) // 2]
    if right - left < 20 * size:
        return None
    bins = int((right - left) / 2) + 1
    change = [0] * (bins + 2)
    for segment in segments:
        change[min(int((segment.x0 - left) / 2), bins)] += 1
        change[min(int((segment.x1 - left) / 2), bins) + 1] -= 1
    cover = list(accumulate(change))
    low, high = int(bins * 0.35), int(bins * 0.65)
    least = min(cover[low:high])
    if least > 0.12 * len(segments):
        return None
    places = [place for place in range(low, high) if cover[place] <= least + 1]
    middle = left + 2 * (places[len(places) // 2] + 0.5)
    sides = ([s for s in segments if s.x1 <= middle + 3], [s for s in segments if s.x0 >= middle - 3])
    for side, room in zip(sides, (middle - left, right - middle), strict=True):
        lines = lines_of(side)
        if len(lines) < 6:
            return None
        filled = sum(line[-1].x1 - line[0].x0 > 0.7 * room for line in lines)
        # Running text starts at the edge of its column or two characters further in; what only stands to the right of a label does not.
        edge = min(line[0].x0 for line in lines)
        aligned = sum(min(abs(line[0].x0 - edge), abs(line[0].x0 - edge - 2 * size)) < 0.6 * size for line in lines)
        if filled < 0.25 * len(lines) or aligned < 0.6 * len(lines):
            return None
    return middle


def lines_of(segments: list[Segment]) -> list[list[Segment]]:
    """Segments on one baseline put together, left to right; lines from top to bottom."""
    lines: list[list[Segment]] = []
    farthest = _RAISED * max((segment.size for segment in segments), default=0.0)
    for segment in sorted(segments, key=lambda one: (one.y, one.x0)):
        for line in reversed(lines[-6:]):
            if segment.y - line[-1].y < farthest and _beside(line, segment):
                line.append(segment)
                break
        else:
            lines.append([segment])
    for line in lines:
        line.sort(key=lambda one: one.x0)
    lines.sort(key=lambda line: (max(line, key=lambda one: len(one.chars)).y, line[0].x0))
    return lines


def _beside(line: list[Segment], segment: Segment) -> bool:
    """Does the segment stand on this line: same baseline (or a raised mark touching it), no overlap, and no other size far away from it?"""
    for other in line:
        size = max(other.size, segment.size)
        apart = segment.x0 - other.x1 if segment.x0 >= other.x0 else other.x0 - segment.x1
        if apart < -0.6 * size:
            return False
    other = min(line, key=lambda one: min(abs(one.x1 - segment.x0), abs(segment.x1 - one.x0)))
    size, small = max(other.size, segment.size), min(other.size, segment.size)
    shift = abs(other.y - segment.y)
    apart = min(abs(segment.x0 - other.x1), abs(other.x0 - segment.x1))
    if small < 0.92 * size and apart > 2 * size:
        return False
    if small < 0.8 * size:
        mark = min(len(other.chars), len(segment.chars)) <= 5
        if apart > size and not (mark and apart < 2 * size):
            return False
        return shift < (_RAISED if mark else _SAME_LINE) * size
    return shift < _SAME_LINE * small


def _row(page: Page, line: list[Segment], column: int) -> Row:
    chars = [char for segment in line for char in segment.chars]
    main = max(line, key=lambda one: len(one.chars))
    size = main.size if len(line) == 1 else han_size(chars)
    return Row(page.number, line[0].x0, max(s.x1 for s in line), main.y, size, join(chars), column, first_width=_first_width(chars))


def _first_width(chars: list[Char]) -> float:
    """Width of what cannot be broken at the start of the line: a Latin word or number with its unit and closing punctuation."""
    end = 0
    while end + 1 < len(chars) and chars[end].text in "（《「『【〔“‘([":
        end += 1
    while end + 1 < len(chars) and not wide(chars[end].text) and not wide(chars[end + 1].text) and not chars[end + 1].gap:
        end += 1
    while end + 1 < len(chars) and chars[end + 1].text in "，。、；：！？）》」』】〕”’％%,.;:!?)":
        end += 1
    return chars[end].x1 - chars[0].x0


def join(chars: list[Char]) -> str:
    """The characters as text: blanks inside Chinese text go, those between Latin words and wide ones become one blank."""
    gaps = [(b.x0 - a.x1) / (b.size if b.size > 1 else 1.0) if b.x0 > a.x1 else 0.0 for a, b in pairwise(chars)]
    if max(gaps, default=0.0) <= TIGHT:
        return "".join([plain(char.text) for char in chars]).strip()
    usual = sorted(gaps)[len(gaps) // 2]
    pieces = [plain(chars[0].text)] if chars else []
    for before, char, gap in zip(chars, chars[1:], gaps, strict=False):
        if _blank(before, char, gap, usual, pieces):
            pieces.append(plain(char.text))
        else:
            pieces[-1] += plain(char.text)
    out = ""
    for piece in pieces:
        # 总　则 and 市　长 are one word set wide.
        spaced_word = len(piece) == 1 and is_han(piece) and is_han(out[-1:] or " ") and (len(out) < 2 or out[-2] == " ")
        out += piece if spaced_word or not out else " " + piece
    return out.strip()


def _blank(before: Char, char: Char, gap: float, usual: float, pieces: list[str]) -> bool:
    a, b = plain(before.text), plain(char.text)
    if not (a and b):
        return False
    if not wide(a) and not wide(b):
        return gap > usual + (TIGHT if char.gap else 0.2)
    if a in "条章节编" and len(pieces) == 1 and pieces[0].startswith("第") and len(pieces[0]) < 9:
        return gap > min(usual + 0.15, 0.3)
    return gap > usual + 0.8 and gap > 3 * usual
