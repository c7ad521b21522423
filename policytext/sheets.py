"""Tables that users hand in (labels, clauses, metadata): rows of a CSV, XLSX or JSONL file by column name."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from policytext.errors import InputError

Row = dict[str, Any]


def read_rows(path: Path, *needed: str) -> Iterator[Row]:
    """The rows of ``path``, each with the columns ``needed``; CSV in UTF-8 or GB18030. Raises InputError ``bad_table`` with the line."""
    try:
        reader = {".csv": _csv_rows, ".xlsx": _xlsx_rows}.get(path.suffix.lower(), _json_rows)
        for number, row in enumerate(reader(path), 1):
            missing = [name for name in needed if name not in row]
            if missing:
                raise InputError("bad_table", file=str(path), problem=f"{number}: {'、'.join(missing)}?")
            yield row
    except (OSError, ValueError, KeyError, csv.Error, zipfile.BadZipFile) as error:
        raise InputError("bad_table", file=str(path), problem=str(error) or type(error).__name__) from error


def _json_rows(path: Path) -> Iterator[Row]:
    for number, line in enumerate(_decoded(path).splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ValueError(f"{number}: {error}") from error
            if not isinstance(row, dict):
                raise ValueError(f"{number}: {{…}}?")
            yield row


def _csv_rows(path: Path) -> Iterator[Row]:
    yield from csv.DictReader(io.StringIO(_decoded(path), newline=""))


def _xlsx_rows(path: Path) -> Iterator[Row]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        rows: Iterable[tuple[Any, ...]] = book.worksheets[0].iter_rows(values_only=True)
        names: list[str] = []
        for row in rows:
            if not names:
                names = ["" if value is None else str(value).strip() for value in row]
            elif any(value is not None for value in row):
                yield dict(zip(names, row, strict=False))
    finally:
        book.close()


def _decoded(path: Path) -> str:
    """UTF-8 with or without a mark, else GB18030 (what Excel in China writes)."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")
