"""What is said to people, in Chinese and English: one table, ``data/messages.toml``, read by key."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any, Literal

from policytext.places import data_file

Lang = Literal["zh", "en"]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(data_file("messages.toml").read_text("utf-8"))


def known(key: str) -> bool:
    """Does the table have this key?"""
    entry: Any = _table()
    for part in key.split("."):
        if not isinstance(entry, dict) or part not in entry:
            return False
        entry = entry[part]
    return True


def say(key: str, lang: Lang, **details: object) -> str:
    """The message ``key`` (dotted path into the table) in ``lang`` with its {fields} filled. Raises KeyError for an unknown key."""
    entry: Any = _table()
    for part in key.split("."):
        entry = entry[part]
    text: str = entry[lang]
    return text.format(**details) if details else text
