"""Tables that users hand in (labels, clauses, metadata): rows of a CSV, XLSX or JSONL file by column name."""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from policytext.errors import InputError
from policytext.package import Package

Row = dict[str, Any]
#: What a user may state of a document.
STATED = ("title", "issuer", "doc_no", "issue_date", "url")
#: As many as a spreadsheet has.
MOST_ROWS = 1 << 20
#: What columns may be called in Chinese.
NAMES = {
    "编号": "id",
    "序号": "id",
    "文本": "text",
    "内容": "text",
    "条款": "text",
    "标题": "title",
    "小标题": "heading",
    "标签": "labels",
    "类型": "labels",
    "措施类型": "labels",
    "文档": "doc",
    "文件": "file",
    "发文机关": "issuer",
    "文号": "doc_no",
    "成文日期": "issue_date",
    "发文日期": "issue_date",
    "日期": "issue_date",
    "date": "issue_date",
    "网址": "url",
    "链接": "url",
}


def read_rows(path: Path, *needed: str) -> Iterator[Row]:
    """The rows of ``path``, each with the columns ``needed`` (also under their Chinese names, in any case); CSV in UTF-8 or GB18030.

    Raises InputError ``bad_table`` for a file that cannot be read, ``no_column`` with the number of the row and what it has.
    """
    reader = {".csv": _csv_rows, ".xlsx": _xlsx_rows}.get(path.suffix.lower(), _json_rows)
    try:
        for number, row in enumerate(map(_named, reader(path)), 1):
            missing = [name for name in needed if name not in row]
            if missing:
                have = "、".join(str(name) for name in row if name) or "—"
                raise InputError("no_column", file=str(path), row=number, names="、".join(missing), have=have)
            yield row
    except InputError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged workbook leads it to
        raise InputError("bad_table", file=str(path), problem=str(error) or type(error).__name__) from error


def _named(row: Row) -> Row:
    return {NAMES.get(str(key).strip(), str(key).strip().lower()): value for key, value in row.items() if key is not None}


def stated_in(row: Row, table: Path, number: int) -> dict[str, str]:
    """What row ``number`` of a user's table says of a document: its filled columns among ``STATED``, dates as ISO.

    Raises InputError ``bad_date`` for what is no day.
    """
    from policytext.numerals import read_date  # its patterns take a while: tables of clauses have no dates to read

    stated = {key: text for key in STATED if (text := _plain(row.get(key)))}
    if "issue_date" in stated:
        moment = read_date(stated["issue_date"])
        if moment is None or moment.precision != "day":
            raise InputError("bad_date", file=str(table), row=number, value=stated["issue_date"])
        stated["issue_date"] = moment.first.isoformat()
    return stated


def _plain(value: object) -> str:
    """A cell as text; a date of a sheet as ISO."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value).strip()


def _json_rows(path: Path) -> Iterator[Row]:
    for number, line in enumerate(decoded(path.read_bytes()).splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ValueError(f"{number}: {error}") from error
            if not isinstance(row, dict):
                raise ValueError(f"{number}: {{…}}?")
            yield row


def _csv_rows(path: Path) -> Iterator[Row]:
    yield from csv.DictReader(io.StringIO(decoded(path.read_bytes()), newline=""))


def _xlsx_rows(path: Path) -> Iterator[Row]:
    from openpyxl import load_workbook

    content = path.read_bytes()
    Package(content)  # refuses bombs
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of styles and extensions that it leaves out
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size may be a lie, and openpyxl would fill it with blanks
        rows: Iterable[tuple[Any, ...]] = sheet.iter_rows(values_only=True)
        names: list[str] = []
        for number, row in enumerate(rows, 1):
            if number > MOST_ROWS:
                raise ValueError(f"> {MOST_ROWS} rows")
            if not names:
                names = ["" if value is None else str(value).strip() for value in row]
            elif any(value is not None for value in row):
                yield dict(zip(names, row, strict=False))
    finally:
        book.close()


def decoded(content: bytes) -> str:
    """UTF-8 with or without a mark, else GB18030 (what Excel in China writes)."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")
