"""The command line: each command reads options, calls one function, and writes rows."""

from __future__ import annotations

import gc
import sys
from contextlib import AbstractContextManager, nullcontext

from policytext.child import READER, started_ahead

#: Commands whose work begins with files: their reader starts before all that this process still has to import.
READING = frozenset({"check", "split", "classify", "add"})


def start() -> None:
    """The program ``policytext``. Ctrl-C while it still starts ends it without a word."""
    try:
        with _reader():
            from policytext.cli.main import main

            main()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        gc.freeze()  # the process ends: to look for garbage once more would take a quarter of a short command's time


def _reader() -> AbstractContextManager[None]:
    return started_ahead(READER) if READING.intersection(sys.argv[1:2]) else nullcontext()
