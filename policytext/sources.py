"""What a run is given to read: files and folders, or ready texts from a table, each with a name, a place and a digest of its content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from policytext.places import STORE
from policytext.schema import Status, printable
from policytext.sheets import read_rows, stated_in

#: Files with such names are documents: one that cannot be read is a failure, wherever it was found.
DOCUMENTS = frozenset({".pdf", ".doc", ".docx", ".wps", ".ofd", ".rtf", ".txt", ".htm", ".html", ".mht", ".mhtml"})


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or one ready text (``text`` is not None) named ``TABLE#ID``; ``named``: by the user itself, not found in a folder.

    ``stated`` holds what the user says of it (title, issuer, doc_no, issue_date, url); the rest is left to the document. ``called`` is the
    name to show where it is not the path.
    """

    path: Path
    named: bool = True
    text: str | None = None
    stated: Mapping[str, str] = field(default_factory=dict, compare=False)
    called: str = ""

    @property
    def name(self) -> str:
        """The name that rows and messages show."""
        return self.called or printable(str(self.path))

    @property
    def place(self) -> str:
        """The absolute path as the store keeps it."""
        return printable(os.path.abspath(self.path))

    def digest(self) -> str:
        """SHA-256 of the content, empty where it cannot be read."""
        if self.text is not None:
            return hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()
        try:
            return content_digest(self.path) if self.path.is_file() else ""
        except OSError:
            return ""

    def is_stray(self, status: Status) -> bool:
        """Is this, being unreadable, a file that merely lies beside documents (a register, a picture)? It is told, but has not failed."""
        return not self.named and status == "unsupported" and self.path.suffix.lower() not in DOCUMENTS


def content_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while piece := handle.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def find_files(paths: Iterable[Path]) -> list[Source]:
    """Every file named or below a named folder, sorted within a folder.

    Hidden files and folders below a named folder are passed over, and corpus folders too. What does not exist or may not be entered is
    in the list as well: reading it tells why it cannot be read.
    """
    found: dict[Path, bool] = {}
    for path in paths:
        if not path.is_dir():
            found[path] = True
            continue
        closed: list[OSError] = []
        for folder, folders, names in os.walk(path, onerror=closed.append):
            if STORE in names:
                folders.clear()
                continue
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith("."):
                    found.setdefault(Path(folder) / name, False)
        found |= {Path(os.fsdecode(error.filename)): True for error in closed}
    return [Source(path, named) for path, named in found.items()]


def ready_texts(table: Path) -> list[Source]:
    """The texts of a JSONL, CSV or XLSX table: column ``text``, optional ``id`` and what is ``stated``.

    A title that the text does not begin with is put above it. Raises InputError as ``sheets.read_rows`` does.
    """
    found = []
    for number, row in enumerate(read_rows(table, "text"), 1):
        stated = stated_in(row, table, number)
        text, title = str(row["text"] or ""), stated.get("title", "")
        if title and "".join(title.split())[:30] not in "".join(text.split())[:2000]:
            text = f"{title}\n{text}"
        name = str(row.get("id") or number)
        found.append(Source(table.with_name(f"{table.name}#{name}"), True, text, stated))
    return found


def assign(table: Path, sources: Iterable[Source]) -> tuple[list[Source], list[str]]:
    """The sources with what a metadata table states of them: each row is about the one file whose path ends with its column ``file``.

    Also returns the rows' files that fit no source or several. Raises InputError as ``sheets.read_rows`` does.
    """
    known = list(sources)
    named: dict[str, list[int]] = {}
    for place, source in enumerate(known):
        named.setdefault(source.path.name, []).append(place)
    left = []
    for number, row in enumerate(read_rows(table, "file"), 1):
        wanted = Path(str(row["file"] or "").strip())
        fitting = [place for place in named.get(wanted.name, ()) if known[place].path.parts[-len(wanted.parts) :] == wanted.parts]
        if len(fitting) == 1:
            one = known[fitting[0]]
            known[fitting[0]] = replace(one, stated={**one.stated, **stated_in(row, table, number)})
        elif wanted.parts:
            left.append(str(wanted))
    return known, left
