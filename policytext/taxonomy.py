"""The measure types: read from ``data/measures.toml`` or from a file of the same layout."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from policytext.errors import InputError, WrongUsage
from policytext.messages import Lang
from policytext.places import data_file

#: Stands for "no type applies" in filters and rows; no type may be called so.
NONE = "none"


@dataclass(frozen=True, slots=True)
class MeasureType:
    """One type: a stable id, its names, what a clause of this type does, examples, and what does not belong."""

    id: str
    zh: str
    en: str
    definition_zh: str = ""
    definition_en: str = ""
    examples: tuple[str, ...] = ()
    not_this: str = ""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The types in their fixed order."""

    types: tuple[MeasureType, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids in taxonomy order."""
        return tuple(one.id for one in self.types)

    @property
    def digest(self) -> str:
        """SHA-256 of the content, whatever its layout in the file."""
        content = json.dumps([asdict(one) for one in self.types], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode("utf-8")).hexdigest()

    def names(self, lang: Lang) -> dict[str, str]:
        """Id → name in ``lang``."""
        return {one.id: one.zh if lang == "zh" else one.en for one in self.types}

    def name(self, label: str, lang: Lang) -> str:
        """Name of one id in ``lang``; KeyError for an id that the taxonomy does not have."""
        return self.names(lang)[label]

    def find(self, value: str) -> str:
        """The id meant by an id, a name, or a part of a name that fits one type only (人才, 园区, forum).

        Raises WrongUsage ``unknown_measure`` when no type fits or several do.
        """
        wanted = value.strip().lower()
        for one in self.types:
            if wanted in (one.id, one.zh.lower(), one.en.lower()):
                return one.id
        fits = [one.id for one in self.types if wanted and any(wanted in name for name in (one.id, one.zh.lower(), one.en.lower()))]
        if len(fits) != 1:
            raise WrongUsage("unknown_measure", value=value, known="、".join(f"{one.id} {one.zh}" for one in self.types))
        return fits[0]


def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """The shipped taxonomy, or the one in the TOML file ``path``.

    Raises InputError ``bad_taxonomy`` when the file cannot be read, lacks types, ids or names, or gives an id twice.
    """
    source = path or data_file("measures.toml")
    try:
        entries = tomllib.loads(source.read_text("utf-8"))["measure"]
        types = tuple(_measure_type(entry) for entry in entries)
    except KeyError as error:
        raise InputError("bad_taxonomy", file=str(source), problem=f"[[measure]] {error.args[0]}") from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise InputError("bad_taxonomy", file=str(source), problem=str(error)) from error
    counts = Counter(one.id for one in types)
    wrong = [label for label, number in counts.items() if number > 1 or not label or label == NONE]
    if not types or wrong:
        raise InputError("bad_taxonomy", file=str(source), problem="id: " + ("、".join(map(repr, wrong)) or "0"))
    return Taxonomy(types)


def _measure_type(entry: dict[str, object]) -> MeasureType:
    words = {key: str(entry.get(key, "")).strip() for key in ("definition_zh", "definition_en", "not_this")}
    examples = entry.get("examples", [])
    if not isinstance(examples, list):
        raise TypeError("examples")
    names = str(entry["zh"]), str(entry.get("en", entry["zh"]))
    return MeasureType(str(entry["id"]).strip(), *names, examples=tuple(map(str, examples)), **words)


def taxonomy_of(manifest: Mapping[str, Any]) -> Taxonomy:
    """The measure types that a model was trained for. Raises InputError ``bad_table`` when its manifest does not tell them."""
    try:
        return Taxonomy(tuple(MeasureType(**{**one, "examples": tuple(one["examples"])}) for one in manifest["taxonomy"]))
    except (KeyError, TypeError) as error:
        raise InputError("bad_table", file="manifest.json", problem=f"{type(error).__name__}: {error}") from error
