"""Pictures of pages: made in one killable child, the last ones kept in memory, none on disk."""

from __future__ import annotations

import base64
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from policytext.read.sandbox import Breach, Child, Limits
from policytext.schema import from_json

TARGET = "policytext.read.page_picture:page_picture"
LIMITS = Limits(seconds=20, megabytes=2048)
KEPT = 64


class Pictures:
    """Gives the picture of a page; one is made at a time."""

    def __init__(self) -> None:
        self._child = Child(TARGET, LIMITS)
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._lock = Lock()

    def page(self, doc_id: str, path: Path, page: int) -> bytes | None:
        """The PNG of a page of the original ``path``; None where it cannot be made. The id of a document names its content."""
        with self._lock:
            if (doc_id, page) in self._kept:
                self._kept.move_to_end((doc_id, page))
                return self._kept[doc_id, page]
            answer = self._child.call(path=str(path), page=page)
            made = None if isinstance(answer, Breach) else from_json(answer, str | None)  # type: ignore[arg-type]
            if made is None:
                return None
            picture = self._kept[doc_id, page] = base64.b64decode(made)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return picture

    def close(self) -> None:
        """End the child."""
        self._child.close()
