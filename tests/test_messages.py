"""Everything said exists in both languages with the same fields."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from pathlib import Path
from typing import Any

import pytest

from policytext import errors
from policytext.messages import known, say

ROOT = Path(__file__).parent.parent
TABLE = tomllib.loads((ROOT / "policytext/data/messages.toml").read_text("utf-8"))


def entries(table: dict[str, Any], prefix: str = "") -> dict[str, dict[str, str]]:
    found = {}
    for key, value in table.items():
        if isinstance(value.get("zh"), str):
            found[prefix + key] = value
        else:
            found |= entries(value, f"{prefix}{key}.")
    return found


@pytest.mark.parametrize(("key", "entry"), entries(TABLE).items())
def test_both_languages_have_the_same_fields(key: str, entry: dict[str, str]) -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert fields(entry["zh"]) == fields(entry["en"]), key
    assert re.search(r"[\u4e00-\u9fff]", entry["zh"]) or key in ("columns.f1",), key


def raised() -> dict[str, str]:
    """Code → file of every error raised with a literal code."""
    kinds = {name for name in vars(errors) if name.endswith("Error") or name == "WrongUsage"}
    found = {}
    for path in (ROOT / "policytext").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    found[str(code.value)] = path.name
    return found


@pytest.mark.parametrize(("code", "file"), sorted(raised().items()))
def test_every_error_has_reason_and_hint(code: str, file: str) -> None:
    assert known(f"errors.{code}.reason.zh"), f"{file}: {code}"
    assert known(f"errors.{code}.hint.zh"), f"{file}: {code}"


def reasons() -> set[str]:
    return {key for path in (ROOT / "policytext").rglob("*.py") for key in re.findall(r'"(reading\.[a-z_]+)"', path.read_text("utf-8"))}


@pytest.mark.parametrize("key", sorted(reasons()))
def test_every_reading_reason_has_words(key: str) -> None:
    assert known(f"{key}.zh"), key


def test_an_error_says_what_to_do() -> None:
    error = errors.InputError("not_found", file="甲.pdf")
    assert "甲.pdf" in error.reason("zh")
    assert error.hint("zh")
    assert error.exit_code == 1
    assert errors.WrongUsage("no_files").exit_code == 2


def test_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("nothing.here", "zh")
