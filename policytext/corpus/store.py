"""Add, replace, remove and read documents. A document is written in one transaction: it is there whole or not at all."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import msgspec

from policytext.corpus import corrections
from policytext.corpus.base import CLAUSES_PER_DOCUMENT, Store, Stored
from policytext.errors import CorpusError
from policytext.places import STORE
from policytext.schema import (
    READABLE,
    Analysis,
    Clause,
    Field,
    Measures,
    Mention,
    Record,
    Unit,
    from_json,
    to_json,
)
from policytext.sources import content_digest

VERSION = 3
INDEX, FILES = "index", "files"
LOCK = "writer.lock"
HOLDER = "writer.txt"


def draft_of(copy: Path) -> Path:
    """What a copy in ``files_folder`` is called while it is written; what a kill left is no copy, and written over the next time."""
    return copy.with_name(f".{copy.name}")


class Corpus(Store):
    """A corpus folder, opened. ``create`` makes it when missing; otherwise CorpusError ``no_corpus``. Use as a context manager."""

    def __init__(self, folder: Path, create: bool = False) -> None:
        self.folder = folder
        path = folder / STORE
        if not path.exists():
            if not create:
                raise CorpusError("no_corpus", folder=str(folder))
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise CorpusError("corpus_unwritable", folder=str(folder), problem=error.strerror or "") from error
        with self.named_errors():
            # A corpus on a medium that cannot be written is read as it is.
            self._frozen = frozen = path.exists() and not (os.access(folder, os.W_OK) and os.access(path, os.W_OK))
            where = f"{path.resolve().as_uri()}?immutable=1" if frozen else str(path)
            # A server opens it in one thread and uses it in another, one thread at a time.
            self._db = sqlite3.connect(where, timeout=30, uri=frozen, check_same_thread=False)
            self._prepare(create)

    def __enter__(self) -> Corpus:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._db.close()
        with self.named_errors():
            if isinstance(error, sqlite3.Error | msgspec.DecodeError):
                raise error

    @contextmanager
    def named_errors(self) -> Iterator[None]:
        """What the database complains of, as errors that tell the user what to do."""
        try:
            yield
        except (sqlite3.Error, msgspec.DecodeError) as error:
            # "Could not decode" is an operational error to sqlite3, but no trouble with the disk.
            unwritable = isinstance(error, sqlite3.OperationalError) and "decode" not in str(error)
            code = "corpus_unwritable" if unwritable else "corpus_damaged"
            raise CorpusError(code, folder=str(self.folder), problem=str(error)) from error

    @property
    def place(self) -> str:
        """See ``Store``."""
        return str(self.folder)

    @property
    def index_folder(self) -> Path:
        """Where the search index of this corpus lies."""
        return self.folder / INDEX

    @property
    def writable(self) -> bool:
        """See ``Store``."""
        return not self._frozen

    @property
    def files_folder(self) -> Path:
        """Where copies of the originals lie, named by the ids of their documents."""
        return self.folder / FILES

    @property
    def state(self) -> tuple[tuple[int, int], ...]:
        """See ``Store``."""
        files = (self.folder / STORE, self.folder / f"{STORE}-wal")
        return tuple((stat.st_mtime_ns, stat.st_size) for stat in (file.stat() for file in files if file.exists()))

    def original(self, doc_id: str) -> Path | None:
        """See ``Store``."""
        copies = sorted(self.files_folder.glob(f"{doc_id}.*"))
        row = self._db.execute("SELECT file, sha256 FROM document WHERE doc_id = ? AND removed = 0", (doc_id,)).fetchone()
        if row is None:
            return None
        path = copies[0] if copies else Path(row[0])
        return path if path.is_file() and content_digest(path) == row[1] else None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the corpus for writing; CorpusError ``corpus_locked`` names the holder when another process has it."""
        from filelock import FileLock, Timeout  # whoever only reads does not wait for it

        lock = FileLock(self.folder / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            holder = self.folder / HOLDER
            raise CorpusError("corpus_locked", holder=holder.read_text("utf-8").strip() if holder.exists() else "?") from error
        except OSError as error:
            raise CorpusError("corpus_unwritable", folder=str(self.folder), problem=error.strerror or "") from error
        try:
            with suppress(OSError):  # a full disk: who writes is a courtesy
                (self.folder / HOLDER).write_text(f"PID {os.getpid()}\n", "utf-8")
            yield
        finally:
            lock.release()

    def known(self, sha256: str, file: str) -> Stored | None:
        """See ``Store``."""
        row = self._db.execute("SELECT doc_id, file FROM document WHERE sha256 = ? AND removed = 0", (sha256,)).fetchone()
        if row is None or self.record(row[0]).status not in READABLE:
            return None  # a file that failed before is tried again
        return Stored(row[0], "unchanged" if row[1] == file or not Path(row[1]).exists() else "duplicate")

    def put(self, analysis: Analysis, record: Record, sha256: str, file: str) -> Stored:
        """See ``Store``."""
        doc_id = sha256[:12]
        record = replace(record, doc_id=doc_id)
        with self._db:
            before = self.at(file)
            if before and before != doc_id:
                self._mark_removed(before)
            self._db.execute("DELETE FROM document WHERE doc_id = ?", (doc_id,))
            self._db.execute(
                "INSERT INTO document (doc_id, sha256, file, record, text, mentions) VALUES (?, ?, ?, ?, ?, ?)",
                (doc_id, sha256, file, to_json(record), analysis.document.text, to_json(analysis.mentions)),
            )
            measures = analysis.measures or (None,) * len(analysis.document.units)
            self._db.executemany(
                "INSERT INTO unit (doc_id, number, unit, measures) VALUES (?, ?, ?, ?)",
                (
                    (doc_id, number, to_json(unit), to_json(measure))
                    for number, (unit, measure) in enumerate(zip(analysis.document.units, measures, strict=True))
                ),
            )
        return Stored(doc_id, "replaced" if before else "added")

    def remove(self, doc_id: str) -> None:
        """Take a document out, the copy of its original too; the index forgets it at the next ``pending`` round."""
        with self._db:
            self._mark_removed(doc_id)
        for copy in self.files_folder.glob(f"{doc_id}.*"):
            copy.unlink(missing_ok=True)

    def restate(self, record: Record, file: str | None = None) -> None:
        """See ``Store``."""
        with self._db:
            self._db.execute("UPDATE document SET record = ?, indexed = 0 WHERE doc_id = ?", (to_json(record), record.doc_id))
            if file is not None:
                self._db.execute("UPDATE document SET file = ? WHERE doc_id = ?", (file, record.doc_id))

    def at(self, file: str) -> str | None:
        """See ``Store``."""
        row = self._db.execute("SELECT doc_id FROM document WHERE file = ? AND removed = 0", (file,)).fetchone()
        return str(row[0]) if row else None

    def damage(self) -> list[str]:
        """See ``Store``."""
        try:
            found = [str(problem) for (problem,) in self._db.execute("PRAGMA integrity_check")]
            orphans = [f"{table} {row}" for table, row, *_ in self._db.execute("PRAGMA foreign_key_check")]
        except sqlite3.DatabaseError as error:
            return [str(error)]
        return [problem for problem in found if problem != "ok"] + orphans

    def records(self) -> Iterator[Record]:
        """See ``Store``."""
        with closing(self._db.execute("SELECT record FROM document WHERE removed = 0 ORDER BY file")) as rows:
            for (record,) in rows:
                yield from_json(record, Record)

    def text(self, doc_id: str) -> str:
        """See ``Store``."""
        (text,) = self._db.execute("SELECT text FROM document WHERE doc_id = ?", (doc_id,)).fetchone()
        return str(text)

    def record(self, doc_id: str) -> Record:
        """See ``Store``."""
        return from_json(self._db.execute("SELECT record FROM document WHERE doc_id = ?", (doc_id,)).fetchone()[0], Record)

    def units(self, doc_id: str) -> list[tuple[Unit, Measures | None]]:
        """See ``Store``."""
        rows = self._db.execute("SELECT unit, measures FROM unit WHERE doc_id = ? ORDER BY number", (doc_id,))
        return [(from_json(unit, Unit), from_json(measures, Measures | None)) for unit, measures in rows]  # type: ignore[arg-type]

    def clause(self, key: int) -> Clause:
        """See ``Store``."""
        document, number = divmod(key, CLAUSES_PER_DOCUMENT)
        record, unit, measures = self._db.execute(
            "SELECT record, unit, measures FROM document JOIN unit USING (doc_id) WHERE document.number = ? AND unit.number = ?",
            (document, number),
        ).fetchone()
        found: Measures | None = from_json(measures, Measures | None)  # type: ignore[arg-type]
        return Clause(from_json(record, Record), number, from_json(unit, Unit), found or Measures())

    def unit(self, key: int) -> tuple[str, Unit]:
        """See ``Store``."""
        row = self._db.execute(
            "SELECT doc_id, unit FROM document JOIN unit USING (doc_id) WHERE document.number = ? AND unit.number = ?",
            divmod(key, CLAUSES_PER_DOCUMENT),
        ).fetchone()
        if row is None:
            raise LookupError(key)
        return row[0], from_json(row[1], Unit)

    def keys(self, doc_id: str, clauses: Sequence[Clause]) -> list[int]:
        """See ``Store``."""
        (document,) = self._db.execute("SELECT number FROM document WHERE doc_id = ?", (doc_id,)).fetchone()
        return [document * CLAUSES_PER_DOCUMENT + clause.number for clause in clauses]

    def correct(self, doc_id: str, field: Field, value: corrections.Value, who: str, number: int | None = None) -> None:
        """See ``Store``."""
        unit = None if number is None else (number, self.units(doc_id)[number][0])
        values = corrections.line(field, value, who, unit)
        with self._db:
            self._db.execute(
                "INSERT INTO correction (doc_id, unit, text, field, value, who, at) VALUES (?, ?, ?, ?, ?, ?, ?)", (doc_id, *values)
            )

    def said(self, doc_id: str) -> list[corrections.Line]:
        """See ``Store``."""
        asked = "SELECT unit, text, field, value, who, at FROM correction WHERE doc_id = ? ORDER BY number"
        return self._db.execute(asked, (doc_id,)).fetchall()

    def mentions(self, doc_id: str) -> tuple[Mention, ...]:
        """See ``Store``."""
        from policytext.periods.mentions import mentions  # whoever searches does not wait for it

        (stored,) = self._db.execute("SELECT mentions FROM document WHERE doc_id = ?", (doc_id,)).fetchone()
        if stored is None:
            return tuple(mentions(self.document(doc_id)))
        return from_json(stored, tuple[Mention, ...])

    def pending(self) -> list[tuple[str, bool]]:
        """Documents that the index must still take in (False) or forget (True)."""
        return [(doc_id, bool(removed)) for doc_id, removed in self._db.execute("SELECT doc_id, removed FROM document WHERE indexed = 0")]

    def number(self) -> int:
        """How many documents there are, with those that were removed and that the index must still forget."""
        (number,) = self._db.execute("SELECT count(*) FROM document").fetchone()
        return int(number)

    def ids(self) -> list[str]:
        """See ``Store``."""
        return [doc_id for (doc_id,) in self._db.execute("SELECT doc_id FROM document WHERE removed = 0 ORDER BY number")]

    def never_indexed(self) -> bool:
        """Has the index never held a document of this corpus?"""
        return self._db.execute("SELECT 1 FROM document WHERE indexed = 1 LIMIT 1").fetchone() is None

    def indexed(self, done: list[tuple[str, bool]]) -> None:
        """Note that the index has taken in or forgotten these documents; removed ones are deleted for good."""
        with self._db:
            for doc_id, removed in done:
                if removed:
                    self._db.execute("DELETE FROM document WHERE doc_id = ? AND removed = 1", (doc_id,))
                else:
                    self._db.execute("UPDATE document SET indexed = 1 WHERE doc_id = ?", (doc_id,))

    def forget_index(self) -> None:
        """Mark every document as not indexed: the index was lost or is of another version."""
        with self._db:
            self._db.execute("UPDATE document SET indexed = 0")

    def _mark_removed(self, doc_id: str) -> None:
        # The path and the digest become free at once for a successor; the row stays until the index has forgotten the document.
        self._db.execute(
            "UPDATE document SET removed = 1, indexed = 0, file = 'removed:' || doc_id, sha256 = 'removed:' || doc_id WHERE doc_id = ?",
            (doc_id,),
        )

    def _prepare(self, create: bool) -> None:
        # FULL: of 15 kills with -9 none lost an acknowledged document (tests/test_lost_nothing.py).
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0 and not create:
            # A store without tables: one that was never filled, unless its index tells that it was.
            lost = self.index_folder.exists()
            raise CorpusError("corpus_damaged" if lost else "no_corpus", folder=str(self.folder), problem=f"{STORE}: 0 bytes")
        if version == 0 and not self._frozen:
            self._create()
        elif 0 < version < VERSION and not self._frozen:
            self._migrate(version)
        elif version != VERSION:
            raise CorpusError("corpus_version", found=version, wanted=VERSION)

    def _create(self) -> None:
        with self.writing():
            if self._db.execute("PRAGMA user_version").fetchone()[0] == 0:  # or another process was faster
                self._db.execute("PRAGMA journal_mode = WAL")
                self._run("schema.sql")

    def _migrate(self, version: int) -> None:
        """From an earlier version, step by step; the store as it was stays beside the new one."""
        with self.writing():
            if self._db.execute("PRAGMA user_version").fetchone()[0] == VERSION:
                return  # another process was faster
            with closing(sqlite3.connect(self.folder / f"{STORE}.version-{version}")) as backup:
                self._db.backup(backup)
            for step in range(version, VERSION):
                self._run(f"migrate_{step}.sql")
            self._db.execute("PRAGMA foreign_keys = ON")

    def _run(self, script: str) -> None:
        self._db.executescript(Path(__file__).with_name(script).read_text("utf-8"))
