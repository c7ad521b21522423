"""Rows → terminal table, CSV (UTF-8 with BOM, so that Excel reads it), XLSX, JSON lines. One writer a format, the same rows in each."""

from __future__ import annotations

import csv
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from policytext.errors import InputError, WrongUsage
from policytext.messages import Lang, known, say
from policytext.report.rows import Row
from policytext.schema import called, to_json

CODE = re.compile(r"[\w.–—%/-]{0,14}", re.ASCII)
HAN = re.compile("[\u4e00-\u9fff]")
FORMATS = ("table", "csv", "xlsx", "jsonl")
# A terminal obeys these; a document's text must not reach it with them.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# A spreadsheet runs cells that begin like this (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: A BibTeX entry of ours (report/citation.py) begins with @ and is no formula.
REFERENCE = "@misc{policy"
#: A column of text narrower than so many cells cannot be read; so many lie between two columns.
READABLE_WIDTH, HEADING_WIDTH, GAP = 12, 8, 3
CELL_LIMIT = 32767  # characters in one XLSX cell


@dataclass(frozen=True, slots=True)
class Look:
    """How a table shows rows: its columns (dots reach into nested values; all when empty), the language, and names of label ids."""

    lang: Lang
    columns: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)


def write_rows(rows: Iterable[Row], style: str, output: Path | None, look: Look) -> int:
    """Write ``rows`` in ``style`` to ``output`` or standard output; returns how many. JSON lines need no ``look``."""
    if style == "xlsx" and output is None and sys.stdout.isatty():
        raise WrongUsage("xlsx_needs_output")
    try:
        with _opened(output, bom=style == "csv") as handle:
            if style == "jsonl":
                return _jsonl(rows, handle)
            if style == "csv":
                return _csv(rows, handle, look)
            return _xlsx(rows, handle, look) if style == "xlsx" else _table(rows, handle, look)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise InputError("cannot_write", file=str(output or "-"), problem=error.strerror or "") from error


def write_bytes(content: bytes, output: Path | None) -> None:
    """Write ``content`` to ``output``, in place of an older file only when all is written, or to standard output."""
    try:
        with _opened(output, bom=False) as handle:
            handle.flush()
            handle.buffer.write(content)  # type: ignore[attr-defined]
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise InputError("cannot_write", file=str(output or "-"), problem=error.strerror or "") from error


def flat(row: Row, prefix: str = "") -> dict[str, Any]:
    """Nested values as dotted columns, lists joined: what fits a sheet."""
    out: dict[str, Any] = {}
    for key, value in row.items():
        if key == "evidence" and value is None:
            value = dict.fromkeys(("text", "path", "page", "start", "end"))
        if isinstance(value, dict) and key not in ("scores", "suggested", "reasons", "instead"):
            out.update(flat(value, f"{prefix}{key}."))
        else:
            out[prefix + key] = _cell(value)
    return out


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return "; ".join(f"{key}={_cell(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return "、".join(str(_cell(item)) for item in value)
    return round(value, 3) if isinstance(value, float) else value


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        value = CONTROL.sub("", value)[:CELL_LIMIT]
        return "'" + value if value.startswith(FORMULA) and not value.startswith(REFERENCE) else value
    return value


def _jsonl(rows: Iterable[Row], handle: IO[str]) -> int:
    written = 0
    for row in rows:
        handle.write(to_json(row) + "\n")
        handle.flush()
        written += 1
    return written


def _csv(rows: Iterable[Row], handle: IO[str], look: Look) -> int:
    flat_rows = [flat(row) for row in rows]
    writer = csv.DictWriter(handle, _header(flat_rows) or look.columns, restval="")
    writer.writeheader()
    writer.writerows({key: _safe(value) for key, value in row.items()} for row in flat_rows)
    return len(flat_rows)


def _xlsx(rows: Iterable[Row], handle: IO[str], look: Look) -> int:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    flat_rows = [flat(row) for row in rows]
    header = _header(flat_rows) or list(look.columns)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("policytext")
    sheet.freeze_panes = "A2"
    for place, key in enumerate(header):
        sheet.column_dimensions[_letter(place)].width = 60 if key in ("text", "snippet", "citation") else 18
    sheet.append([_styled(sheet, key, Font(bold=True)) for key in header])
    for row in flat_rows:
        sheet.append([_styled(sheet, _safe(row.get(key)), None, Alignment(wrap_text=True, vertical="top")) for key in header])
    # openpyxl complains at length when it cannot write on; so it writes to memory.
    made = io.BytesIO()
    book.save(made)
    handle.flush()
    handle.buffer.write(made.getvalue())  # type: ignore[attr-defined]
    return len(flat_rows)


def _styled(sheet: Any, value: Any, font: Any = None, alignment: Any = None) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=value)
    if font is not None:
        cell.font = font
    if alignment is not None:
        cell.alignment = alignment
    return cell


def _letter(place: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(place + 1))


def _table(rows: Iterable[Row], handle: IO[str], look: Look) -> int:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    flat_rows = [_titled(flat(row)) for row in rows]
    keys = [key for key in look.columns if any(row.get(key) not in (None, "") for row in flat_rows)] if look.columns else _header(flat_rows)
    console = Console(file=handle, width=None if handle.isatty() else 160, highlight=False, legacy_windows=False)
    columns = [_column(key, flat_rows, look) for key in keys]
    shown = _fitting(columns, console.width)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in shown:
        # A heading may be broken over lines where it is wider than what stands below it.
        width = column.width if column.whole else None
        table.add_column(column.heading, overflow="fold", justify="right" if column.numeric else "left", width=width)
    for cells in zip(*(column.cells for column in shown), strict=True):
        table.add_row(*map(Text, cells))
    if flat_rows:
        console.print(table)
    if left := [column.heading for column in columns if column not in shown]:
        console.print(Text(say("columns_left_out", look.lang, columns="、".join(left) if look.lang == "zh" else ", ".join(left))))
    return len(flat_rows)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a table; ``whole``: its values (numbers, dates, ids) are read and copied whole; ``width``: the least that it takes."""

    key: str
    heading: str
    numeric: bool
    whole: bool
    width: int
    cells: list[str]


def _column(key: str, rows: list[dict[str, Any]], look: Look) -> _Column:
    from rich.cells import cell_len

    heading = _heading(key, look)
    numeric = all(isinstance(row.get(key), int | float | None) for row in rows)
    whole = all(CODE.fullmatch(str(row.get(key) or "")) for row in rows)
    cells = [_shown(key, row.get(key), look) for row in rows]
    widest = max(map(cell_len, cells), default=0)
    word = max(map(len, WORD.findall(heading)), default=0)  # an English heading is broken between its words
    width = max(min(cell_len(heading), HEADING_WIDTH), word, widest if whole else min(widest, READABLE_WIDTH))
    return _Column(key, heading, numeric, whole, width, cells)


def _fitting(columns: list[_Column], room: int) -> list[_Column]:
    """The columns that a terminal has room for: those with text but the first one (the title) go first, then the others, from the right."""
    kept = list(columns)
    while len(kept) > 1 and sum(column.width + GAP for column in kept) > room:
        text = [column for column in kept if not column.whole]
        kept.remove(text[-1] if len(text) > 1 else next(column for column in reversed(kept) if column not in text))
    return kept


def _titled(row: dict[str, Any]) -> dict[str, Any]:
    """A document without a known title is shown by what it is called."""
    if row.get("title") == "" and row.get("file"):
        row["title"] = called("", row["file"])
    return row


def column_name(key: str, lang: Lang) -> str:
    """A column's heading in words."""
    parts = key.split(".")
    names = ("_".join(parts), parts[-2] if parts[-1] == "text" and len(parts) > 1 else parts[-1])
    return next((say(f"columns.{name}", lang) for name in names if known(f"columns.{name}")), key)


def _heading(key: str, look: Look) -> str:
    """A column's heading; a column of one measure type, flag or instrument bears its name."""
    table, _, name = key.rpartition(".")
    if table in ("measures", "carriers"):
        return look.names.get(name, name)
    if table in HEADING_TABLES:
        return say(f"{HEADING_TABLES[table]}.{name}", look.lang)
    return column_name(key, look.lang)


def _shown(key: str, value: Any, look: Look) -> str:
    last = key.rsplit(".", 1)[-1]
    if value is None or value == "" or (value == 0 and last in WITHOUT_ZERO):
        return ""
    if isinstance(value, bool):
        return say("yes" if value else "no", look.lang)
    text = CONTROL.sub("", str(value)).replace("\n", " ")
    if HAN.search(text):
        # rich breaks lines at blanks only; in Chinese text any place will do.
        text = text.replace(" ", "\xa0")
    for table in VALUE_TABLES.get(last, ()):
        if known(f"{table}.{text}"):
            return say(f"{table}.{text}", look.lang)
    comma = "、" if look.lang == "zh" else ", "
    if last == "labels":
        return comma.join(look.names.get(label, label) for label in text.split("、"))
    if last == "label":
        return _label(text, look)
    if last in ("reasons", "instead", "suggested"):
        parts = (part.partition("=") for part in text.replace("\xa0", " ").split("; ") if part)
        return "; ".join(f"{_label(label, look)}: {words}" for label, _, words in parts)
    return text


def _label(label: str, look: Look) -> str:
    """The name of a type, of "no type" or of a mean."""
    return look.names.get(label) or (say(f"measure.{label}", look.lang) if known(f"measure.{label}") else label)


WORD = re.compile("[A-Za-z]+")
#: A text file has no pages.
WITHOUT_ZERO = frozenset({"page", "pages"})
#: Columns whose values are ids with a name in the message table.
VALUE_TABLES = {
    "flag": ("flag",),
    "status": ("status", "read_status_name"),
    "basis": ("basis",),
    "kind": ("kind",),
    "code": ("outcome",),
    "part": ("part",),
    "relation": ("relation",),
    "feasible": ("feasible",),
    "who": ("who",),
    "instrument": ("instrument",),
    "strength": ("strength",),
    **dict.fromkeys(("province", "city", "year", "issuer", "doc_type"), ("group",)),
}
#: Columns that are named by ids of the message table.
HEADING_TABLES = {"flags": "flag", "instruments": "instrument"}


def _header(rows: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))


@contextmanager
def _opened(output: Path | None, bom: bool) -> Iterator[IO[str]]:
    """Standard output, or a file that takes the place of an older one only when all is written."""
    if output is None:
        if bom and not sys.stdout.isatty():
            sys.stdout.write("\ufeff")
        yield sys.stdout
        return
    if output.exists() and not output.is_file():  # /dev/null, a pipe
        with output.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as handle:
            yield handle
        return
    draft = output.with_name(f".{output.name}.{os.getpid()}.tmp")
    try:
        with draft.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as handle:
            yield handle
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)
