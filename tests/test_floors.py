"""Accuracy on the shared evaluation cases does not fall, the floors do not either, and no shared text stands in the repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text("utf-8"))
COMMAND = f"{sys.executable} -m policytext"

#: metric → (scoring script, its arguments below the shared folder, what its line says)
SCORES = {
    "labels_macro_f1": ("score_labels.py", ["gold/labels.jsonl"], r"^macro-F1 ([\d.]+)"),
    "periods_exact": ("score_periods.py", ["gold/periods.jsonl", "--docs", "real/docs.jsonl.gz"], r"^period exact ([\d.]+)"),
    "promises_tier_f1": ("score_promises.py", ["gold/promises.jsonl"], r"^tier F1 ([\d.]+)"),
    "promises_silent": ("score_promises.py", ["gold/promises.jsonl"], r"^no-promise clauses with no output ([\d.]+)"),
    "split_strict_f1": ("score_split.py", ["gold/structure.jsonl", "--docs", "real/docs.jsonl.gz"], r"^strict boundary F1 ([\d.]+)"),
}


def test_every_floor_is_measured() -> None:
    assert set(FLOORS["floors"]) == set(SCORES)


@pytest.mark.parametrize("metric", SCORES)
def test_accuracy_stays_above_its_floor(metric: str, shared: Path) -> None:
    script, arguments, pattern = SCORES[metric]
    given = [str(shared / argument) if "/" in argument else argument for argument in arguments]
    done = subprocess.run(
        [sys.executable, str(shared / "eval" / script), *given, "--cmd", COMMAND],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    match = re.search(pattern, done.stdout, re.MULTILINE)
    assert match, done.stdout + done.stderr
    figure, floor = float(match[1]), FLOORS["floors"][metric]
    assert figure >= floor, f"{metric} fell to {figure}, floor {floor}\n{done.stdout}"
    assert figure <= floor + FLOORS["slack"], f"{metric} rose to {figure}: raise the floor from {floor} in tests/floors.toml"


def test_no_sentence_of_a_real_document_stands_in_the_repository(shared: Path) -> None:
    done = subprocess.run([sys.executable, str(shared / "eval" / "verbatim.py"), str(ROOT)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_floor_was_lowered() -> None:
    name = "tests/floors.toml"
    log = subprocess.run(["git", "log", "--format=%H", "--", name], cwd=ROOT, capture_output=True, text=True)
    if log.returncode or not log.stdout.strip():
        pytest.skip("no git history here: floors cannot be compared with earlier ones")
    for commit in log.stdout.split():
        shown = subprocess.run(["git", "show", f"{commit}:{name}"], cwd=ROOT, capture_output=True, text=True)
        if shown.returncode:
            continue  # the commit that took the file away, or a shallow clone
        for metric, floor in tomllib.loads(shown.stdout)["floors"].items():
            lowered = FLOORS["floors"].get(metric, -1.0) < floor
            assert not lowered or FLOORS["lowered"].get(metric), f"{metric} was {floor} in {commit[:9]}; give the reason under [lowered]"
