"""Synonyms and short forms: groups of words of which a search for one also finds the others, with a lower weight."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from policytext.errors import InputError
from policytext.places import data_file
from policytext.words import fold


@dataclass(frozen=True, slots=True)
class Synonyms:
    """``others``: each word, folded, with the rest of its groups; ``weight`` (0 to 1): what one of them counts against the word itself."""

    others: Mapping[str, tuple[str, ...]]
    weight: float = 0.0


NO_SYNONYMS = Synonyms({})


def load_synonyms(path: Path | None = None) -> Synonyms:
    """The groups of the file at ``path``, or the shipped ones; InputError ``wrong_synonyms`` when it is no such file."""
    if path is None:
        return _shipped()
    try:
        return _synonyms(tomllib.loads(path.read_text("utf-8-sig")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise InputError("wrong_synonyms", file=str(path), problem=error) from error


@cache
def raw() -> dict[str, Any]:
    """The shipped file with its examples."""
    return tomllib.loads(data_file("synonyms.toml").read_text("utf-8"))


@cache
def _shipped() -> Synonyms:
    return _synonyms(raw())


def _synonyms(table: Mapping[str, Any]) -> Synonyms:
    others: dict[str, dict[str, None]] = {}
    for group in table["group"]:
        words = [fold(word) for word in group["words"]]
        for word in words:
            others.setdefault(word, {}).update((other, None) for other in words if other != word)
    weight = float(table.get("weight", 0.8))
    if not 0 <= weight <= 1:
        raise ValueError(f"weight = {weight}")
    return Synonyms({word: tuple(found) for word, found in others.items()}, weight)
