"""The command line: each command reads options, calls one function, and writes rows."""

from __future__ import annotations

import sys


def main() -> None:
    """The program ``policytext``. Ctrl-C while it still starts ends it without a word."""
    try:
        from policytext.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)
