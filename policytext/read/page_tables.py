"""Ruled tables: ruling lines → cells (pdfplumber's table functions), the page's characters → cells, cells → one line a table row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from policytext.read.page import Box, Char, Page, han_size
from policytext.read.page_layout import Row, join, lines_of, segments_of
from policytext.schema import CELL_JOIN

MAX_RULES = 6000


@dataclass(slots=True)
class Table:
    """One ruled table of a page: its box (x0, y0, x1, y1; y downwards) and its cells row by row."""

    box: Box
    rows: list[list[Box]] = field(default_factory=list)


def find_tables(page: Page) -> list[Table]:
    """The ruled tables of a page that have at least two columns and two cells a row somewhere; frames around running text are none."""
    upright = [rule for rule in page.rules if rule[0] == rule[2]]
    level = [rule for rule in page.rules if rule[1] == rule[3]]
    # Two cells side by side have three upright edges: pages with fewer need no look at how their lines cross.
    if _apart(rule[0] for rule in upright) < 3 or _apart(rule[1] for rule in level) < 2 or len(page.rules) > MAX_RULES:
        return []
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    edges = merge_edges([_edge(rule) for rule in page.rules], 3, 3, 3, 3)
    cells: list[Box] = intersections_to_cells(edges_to_intersections(edges, 3, 3))
    tables = []
    for group in cells_to_tables(cells):
        rows = _grid(group)
        if max(map(len, rows)) >= 2 and len(group) >= 3:
            box = (min(c[0] for c in group), min(c[1] for c in group), max(c[2] for c in group), max(c[3] for c in group))
            tables.append(Table(box, rows))
    return tables


def _apart(places: Iterable[float]) -> int:
    """How many different places there are, those within a point of the one before taken together."""
    ordered = sorted(places)
    return bool(ordered) + sum(after - before > 1 for before, after in pairwise(ordered))


def _edge(rule: Box) -> dict[str, Any]:
    x0, y0, x1, y1 = rule
    way = "v" if x0 == x1 else "h"
    return {"x0": x0, "x1": x1, "top": y0, "bottom": y1, "width": x1 - x0, "height": y1 - y0, "orientation": way, "object_type": "line"}


def _grid(cells: list[Box]) -> list[list[Box]]:
    """Cells by their upper edge, each row from left to right; a merged cell stands in the first row that it covers."""
    rows: list[list[Box]] = []
    for cell in sorted(cells, key=lambda one: (one[1], one[0])):
        if rows and abs(rows[-1][0][1] - cell[1]) < 2:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    for row in rows:
        row.sort()
    return rows


def table_rows(page: Page, tables: list[Table], number: int) -> tuple[list[Row], list[Char]]:
    """One ``Row`` of kind table for each table row with text, and the characters that stand in no table; tables count from ``number``."""
    if not tables:
        return [], page.chars
    inside: dict[tuple[int, int, int], list[Char]] = {}
    outside: list[Char] = []
    for char in page.chars:
        place = _place(tables, (char.x0 + char.x1) / 2, char.y - 0.35 * char.size)
        if place is None:
            outside.append(char)
        else:
            inside.setdefault(place, []).append(char)
    found = []
    for place, chars in list(inside.items()):
        if _is_frame(tables[place[0]], tables[place[0]].rows[place[1]][place[2]], chars):
            outside.extend(inside.pop(place))
    for t, table in enumerate(tables):
        edges = tuple(sorted({(round(cell[0]), round(cell[2])) for row in table.rows for cell in row}))
        for r, row in enumerate(table.rows):
            parts = [inside.get((t, r, c), []) for c in range(len(row))]
            texts = [text for text in map(cell_text, parts) if text]
            if texts:
                size = han_size([char for part in parts for char in part])
                y = row[0][1] + size
                line = Row(page.number, table.box[0], table.box[2], y, size, CELL_JOIN.join(texts), kind="table", table=number + t)
                line.cells = edges
                found.append(line)
    return found, outside


def _is_frame(table: Table, cell: Box, chars: list[Char]) -> bool:
    """Does the cell only frame running text, as web pages and forms do: as wide as the table and many lines high?"""
    share = (cell[2] - cell[0]) / max(table.box[2] - table.box[0], 1.0)
    if share < 0.6 or len(chars) < 200:
        return False
    lines = len(lines_of(segments_of(chars)))
    return lines >= (8 if share > 0.9 else 18)


def _place(tables: list[Table], x: float, y: float) -> tuple[int, int, int] | None:
    for t, table in enumerate(tables):
        x0, y0, x1, y1 = table.box
        if not (x0 - 1 <= x <= x1 + 1 and y0 - 1 <= y <= y1 + 1):
            continue
        for r, row in enumerate(table.rows):
            for c, cell in enumerate(row):
                if cell[0] - 1 <= x <= cell[2] + 1 and cell[1] - 1 <= y <= cell[3] + 1:
                    return t, r, c
    return None


def cell_text(chars: list[Char]) -> str:
    """The text of one cell: its printed lines joined, with a blank only between Latin words."""
    out = ""
    for line in lines_of(segments_of(chars)):
        text = join([char for segment in line for char in segment.chars])
        if out and out[-1].isascii() and out[-1].isalpha() and text[:1].isascii() and text[:1].isalpha():
            out += " "
        out += text
    return out


def join_continued(rows: list[Row]) -> None:
    """A table that goes on on the next page: same column edges, nothing but noise between. Its repeated header becomes noise."""
    heads: dict[int, Row] = {}
    last: Row | None = None
    renamed: dict[int, int] = {}
    for row in rows:
        if row.kind == "noise":
            continue
        if row.kind != "table":
            last = None
            continue
        if row.table in renamed:
            row.table = renamed[row.table]
        elif last is not None and last.table != row.table and last.page + 1 == row.page and _alike(last.cells, row.cells):
            renamed[row.table] = last.table
            row.table = last.table
            if row.text == heads[last.table].text:
                row.kind = "noise"
                continue
        heads.setdefault(row.table, row)
        last = row


def _alike(one: tuple[tuple[float, float], ...], other: tuple[tuple[float, float], ...]) -> bool:
    first, second = {x for pair in one for x in pair}, {x for pair in other for x in pair}
    return len(first) >= 3 and all(any(abs(a - b) < 4 for b in second) for a in first)
