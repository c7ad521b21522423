"""The child process: answers, and every way of not answering."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from policytext.read.sandbox import Breach, Child, Limits

HERE = "tests.sandbox_targets"


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    child = Child(f"{HERE}:double", Limits(seconds=20, megabytes=2048))
    yield child
    child.close()


def with_target(child: Child, name: str, seconds: float = 20) -> Child:
    child.target, child.limits = f"{HERE}:{name}", Limits(seconds, 2048)
    return child


def test_answers_again_and_again_from_one_process(child: Child) -> None:
    assert child.call(value="甲") == '"甲甲"'.encode()
    assert child.call(value="乙") == '"乙乙"'.encode()
    child.close()
    with_target(child, "own_pid")
    assert child.call(value="") == child.call(value="")


def test_output_of_libraries_does_not_mix_with_answers(child: Child) -> None:
    assert with_target(child, "chatter").call(value="甲") == '"甲"'.encode()


CRASHED = Breach("crashed", "reading.crashed")


@pytest.mark.parametrize(
    ("name", "breach"),
    [
        ("hang", Breach("timeout", "reading.timeout")),
        ("abort", CRASHED),
        ("leave", CRASHED),
        ("fail", CRASHED),
        ("swallow_memory", Breach("memory", "reading.memory")),
    ],
)
def test_a_breach_is_a_status_and_the_next_call_works(child: Child, name: str, breach: Breach) -> None:
    assert with_target(child, name, seconds=2 if name == "hang" else 20).call(value="x") == breach
    assert with_target(child, "double").call(value="x") == b'"xx"'


def test_slow_work_that_reports_is_not_killed(child: Child) -> None:
    assert with_target(child, "slow_but_alive", seconds=2).call(value="x") == b'"x"'


def test_a_timeout_kills_grandchildren_too(child: Child, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    answer = with_target(child, "spawn_and_hang", seconds=3).call(value=str(note))
    assert isinstance(answer, Breach)
    pid = int(note.read_text())
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":  # dead, not yet reaped by init
            return
        time.sleep(0.1)
    pytest.fail("the grandchild lives on")


def test_a_large_answer_comes_whole(child: Child) -> None:
    answer = with_target(child, "large").call(value="文")
    assert isinstance(answer, bytes)
    assert len(answer) == 3 * 3_000_000 + 2
