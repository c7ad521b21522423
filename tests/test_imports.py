"""Data flows one way: a room imports only rooms that stand before it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "policytext"
ROOMS = [
    "places", "child", "schema", "records", "messages", "errors", "patterns", "numerals", "quantities", "package", "sheets", "sources",
    "words", "taxonomy", "instruments", "labelled", "regions", "read", "structure", "periods", "promises", "commitments", "measures",
    "scoring", "training", "stated", "analyze", "scheduler", "batch", "opensearch", "corpus", "search", "study", "coding", "verify",
    "report", "web", "cli",
]  # fmt: skip
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path not in (PACKAGE / "__init__.py", PACKAGE / "__main__.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            parts = node.module.split(".")
            if parts[0] == "policytext":
                found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names} - {"__version__"}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("policytext.")}
    return found


def test_every_room_has_its_place() -> None:
    assert {room(path) for path in FILES} <= set(ROOMS)


def test_the_table_of_rooms_names_them_all_in_order() -> None:
    table = (PACKAGE.parent / "CONTRIBUTING.md").read_text("utf-8").split("| room |")[1].split("\n\n")[0]
    named = [name.rstrip("/") for row in table.splitlines()[2:] for name in re.findall(r"`([a-z/]+)`", row.split("|")[1])]
    assert named == ROOMS


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_backwards(path: Path) -> None:
    here = ROOMS.index(room(path))
    late = {name for name in imported(path) if ROOMS.index(name) > here}
    assert not late, f"{room(path)} imports {late}, which stand after it"


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "core"])
def test_no_junk_drawers(name: str) -> None:
    assert not list(PACKAGE.rglob(f"{name}.py"))
    assert not list(PACKAGE.rglob(name))


def test_modules_stay_short() -> None:
    long = {str(path.relative_to(PACKAGE)): n for path in FILES if (n := len(path.read_text("utf-8").splitlines())) > 450}
    assert not long


def test_a_cold_search_imports_nothing_heavy(policy: Path, tmp_path: Path) -> None:
    """Neither what reads files nor what trains, and not numpy; asked of a process that really searches a corpus."""
    heavy = {"sklearn", "scipy", "pandas", "pdfplumber", "jieba", "pypdfium2", "openpyxl", "lxml", "numpy", "rank_bm25", "joblib", "dask"}
    command = [sys.executable, "-m", "policytext", "add", str(policy), "--corpus", str(tmp_path)]
    subprocess.run(command, capture_output=True, check=True)
    code = f"""
import sys
from policytext.cli.main import main
try:
    main(["search", "引导基金 50万元 OR 论坛", "--corpus", {str(tmp_path)!r}, "--format", "jsonl"])
except SystemExit as left:
    assert not left.code
print(sorted(set(sys.modules) & {heavy}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *hits, found = done.stdout.strip().splitlines()
    assert hits
    assert found == "[]"
