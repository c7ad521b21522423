"""Uploaded files: kept under names of our own, read in the sandbox one after the other, each told how it went."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath

from policytext.batch import Job
from policytext.corpus import Corpus
from policytext.corpus.ingest import Ingest, add_files
from policytext.corpus.store import FILES
from policytext.errors import InputError, PolicytextError
from policytext.messages import Lang
from policytext.read.page_picture import SHOWN
from policytext.report import rows
from policytext.report.rows import Row
from policytext.schema import printable
from policytext.search.engines import refresh
from policytext.sources import DOCUMENTS, Source

#: Endings that a kept file may have beside those of documents; any other becomes .bin and is told to be unsupported.
ENDINGS = DOCUMENTS | SHOWN | {".xhtml"}
#: Uploads whose course is remembered.
REMEMBERED = 50


@dataclass(slots=True)
class Uploaded:
    """One file on its way: ``row`` is that of ``add`` when it is done."""

    name: str
    source: Source
    row: Row | None = None


@dataclass(slots=True)
class Upload:
    """Files sent together. ``done`` when nothing is left to do; ``error`` when the corpus could not be written."""

    id: str
    files: list[Uploaded]
    done: bool = False
    error: PolicytextError | None = None

    def row(self, lang: Lang) -> Row:
        """How far it is, as plain values."""
        error = self.error
        return {
            "id": self.id,
            "done": self.done,
            "read": sum(one.row is not None for one in self.files),
            "number": len(self.files),
            "files": [{"file": one.name, **(one.row or {"code": "waiting"})} for one in self.files],
            "error": {"code": error.code, "reason": error.reason(lang), "hint": error.hint(lang)} if error else None,
        }


@dataclass(slots=True)
class Uploads:
    """The uploads into one corpus, one at a time."""

    folder: Path
    known: OrderedDict[str, Upload] = field(default_factory=OrderedDict)
    stopping: bool = False
    _worker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "upload"))

    def take(self, files: list[tuple[str, bytes]], lang: Lang) -> Upload:
        """Keep the files (name, content) and begin to read them."""
        upload = Upload(secrets.token_urlsafe(12), [self._keep(name, content) for name, content in files])
        self.known[upload.id] = upload
        while len(self.known) > REMEMBERED:
            self.known.popitem(last=False)
        self._worker.submit(self._read, upload, lang)
        return upload

    def close(self) -> None:
        """Finish the file that is being read; the others are not read."""
        self.stopping = True
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _keep(self, name: str, content: bytes) -> Uploaded:
        """Of the name that was sent only its ending is used, and only if it is one of ours."""
        shown = shown_name(name)
        ending = PurePosixPath(shown).suffix.lower()
        path = self.folder / FILES / f"{hashlib.sha256(content).hexdigest()[:12]}{ending if ending in ENDINGS else '.bin'}"
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise InputError("cannot_write", file=str(path), problem=error.strerror or "") from error
        return Uploaded(shown, Source(path, called=shown))

    def _read(self, upload: Upload, lang: Lang) -> None:
        try:
            with Corpus(self.folder) as corpus, corpus.writing():
                how = Ingest(Job(labels=True), index=refresh)
                for added in add_files(corpus, [one.source for one in upload.files], how):
                    one = next(one for one in upload.files if one.row is None and one.name == added.record.file)
                    one.row = rows.added(added.record, added.outcome, lang)
                    if self.stopping:
                        break
        except PolicytextError as error:
            upload.error = error
        except Exception as error:
            upload.error = PolicytextError("internal", problem=type(error).__name__)
        finally:
            upload.done = True


def shown_name(name: str) -> str:
    """The last part of a name that a browser sent, for people to read; whatever system it comes from, never a path."""
    last = PureWindowsPath(PurePosixPath(printable(name)).name).name
    return "".join(character for character in last if character.isprintable())[:200] or "?"
