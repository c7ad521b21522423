"""One tree of errors. Each has a stable code, a reason and a hint (what to do next) in both languages, and an exit code.

The words stand in ``data/messages.toml`` under ``[errors.CODE]`` with ``reason`` and ``hint``.
"""

from __future__ import annotations

from typing import ClassVar

from policytext.messages import Lang, say


class PolicytextError(Exception):
    """Base of all errors that a user may see."""

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def reason(self, lang: Lang) -> str:
        """What happened, in words."""
        return say(f"errors.{self.code}.reason", lang, **self.details)

    def hint(self, lang: Lang) -> str:
        """What to do next, in words."""
        return say(f"errors.{self.code}.hint", lang, **self.details)

    def __str__(self) -> str:
        return f"{self.code}: {self.reason('en')}"


class InputError(PolicytextError):
    """A file or value given by the user cannot be used; the others are done."""


class WrongUsage(PolicytextError):  # noqa: N818 - click has a UsageError already
    """The command was called in a way that cannot work."""

    exit_code = 2


class CorpusError(PolicytextError):
    """The corpus folder is missing, locked, of another version, or damaged."""


class ModelError(PolicytextError):
    """A model folder is missing, damaged, or made for another version."""


class SchedulerError(PolicytextError):
    """A Dask scheduler or its workers cannot be used, or were lost."""


def brief(problem: object) -> str:
    """The first words of a problem in one line: what a client says of its own can hold a whole answer."""
    return " ".join(str(problem).split())[:300]
