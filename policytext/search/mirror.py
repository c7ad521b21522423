"""An index on a medium that cannot be written, seen through a folder of links: tantivy makes lock files even to read."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from pathlib import Path


class Mirror:
    """A temporary folder with a link to each file of ``folder`` (a copy where there are no links); gone with this object."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = Path(tempfile.mkdtemp(prefix="policytext-index-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
        self.refresh()

    def refresh(self) -> None:
        """Take in what has come since."""
        for path in self.folder.iterdir():
            link = self.path / path.name
            if path.suffix != ".lock" and not link.exists():
                try:
                    link.symlink_to(path.resolve())
                except OSError:  # Windows without the privilege
                    shutil.copyfile(path, link)


def mirrored(folder: Path) -> Mirror | None:
    """A mirror of ``folder`` where one is needed."""
    return Mirror(folder) if folder.is_dir() and not os.access(folder, os.W_OK) else None
