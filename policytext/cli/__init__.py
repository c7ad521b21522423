"""The command line: each command reads options, calls one function, and writes rows."""

from policytext.cli.main import main

__all__ = ["main"]
