"""The child process: answers, and every way of not answering."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from policytext import child as processes
from policytext.child import PREFIX, Process, started_ahead
from policytext.cli import start
from policytext.read.sandbox import Breach, Child, Limits
from tests import test_read_ofd, test_read_pdf
from tests.conftest import ROOT, Run, rows

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


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Process]:
    """The processes that were started since."""
    found: list[Process] = []

    def told(target: str) -> Process:
        found.append(Process(target))
        return found[-1]

    monkeypatch.setattr(processes, "Process", told)
    return found


def test_a_process_started_ahead_serves_the_first_child_of_its_target_under_its_limits(started: list[Process]) -> None:
    children = [Child(f"{HERE}:{name}", Limits(20, 2048)) for name in ("double", "own_pid", "own_pid", "swallow_memory")]
    with started_ahead(f"{HERE}:own_pid"), started_ahead(f"{HERE}:swallow_memory"):
        answers = [child.call(value="x") for child in children]
    pids = [str(one.running.pid).encode() for one in started]
    assert answers == [b'"xx"', pids[0], pids[3], Breach("memory", "reading.memory")]
    assert len(started) == 4
    assert processes._ahead == {}
    for child in children:
        child.close()


def test_a_process_started_ahead_in_vain_is_ended(started: list[Process], policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments, code in ((["check", "--nonsense"], 2), (["check", str(policy)], 0), (["list", "--nonsense"], 2)):
        monkeypatch.setattr(sys, "argv", ["policytext", *arguments])
        with pytest.raises(SystemExit) as stop:
            start()
        assert stop.value.code == code
    assert [one.running.poll() is not None for one in started] == [True, True]
    assert not any(Path(one.folder).exists() for one in started)


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


def test_an_answer_over_the_limit_is_too_large(child: Child) -> None:
    with_target(child, "large")
    child.limits = Limits(20, 2048, answer=1)
    assert child.call(value="文") == Breach("too_large", "reading.too_large")
    assert with_target(child, "double").call(value="x") == b'"xx"'


POSIX = pytest.mark.skipif(sys.platform == "win32", reason="these limits are POSIX")


@POSIX
def test_a_child_may_not_open_many_files_or_write_large_ones(child: Child, tmp_path: Path) -> None:
    opened = with_target(child, "open_many").call(value="")
    assert isinstance(opened, bytes)
    assert 200 < int(opened.strip(b'"')) < 256
    child.close()
    child.limits = Limits(20, 2048, files=64)
    assert int(bytes(child.call(value="")).strip(b'"')) < 64  # type: ignore[arg-type]
    child.close()
    assert with_target(child, "write_much").call(value=str(tmp_path / "large")) == b'"refused"'


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process leave its network")
def test_a_child_has_no_network(child: Child) -> None:
    code = "from policytext.read.confine import leave_network; import sys; sys.exit(not leave_network())"
    if subprocess.run([sys.executable, "-c", code]).returncode:
        pytest.skip("this kernel does not let this user leave the network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert with_target(child, "knock").call(value=str(server.getsockname()[1])) == b'"closed"'


def test_the_childs_folder_is_its_own_and_is_removed(child: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    answer = with_target(child, "leave_litter").call(value="")
    assert isinstance(answer, bytes)
    folder = Path(answer.decode().strip('"'))
    assert folder.name.startswith(PREFIX)
    assert [path.name for path in folder.iterdir()] == ["litter"]
    child.close()
    assert not folder.exists()
    assert with_target(child, "leave_litter", seconds=2).call(value="hang") == Breach("timeout", "reading.timeout")
    assert not list(tmp_path.iterdir())


@POSIX
def test_a_child_whose_parent_was_killed_ends_by_itself(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = f"from policytext.read.sandbox import *; Child('{HERE}:hang_alone', Limits(3, 2048)).call(value={str(note)!r})"
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    while not note.exists() or not note.read_text():
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    pid = int(note.read_text())
    for _ in range(300):
        stat = Path(f"/proc/{pid}/stat")
        if not _alive(pid) or (stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z"):
            return
        time.sleep(0.1)
    os.kill(pid, 9)
    pytest.fail("the child lives on")


@POSIX
def test_the_folder_of_a_child_that_died_with_its_parent_is_swept(child: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill of both leaves a folder; the next run removes it, but none that a child still uses, and none of another name."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with_target(child, "leave_litter").call(value="")
    alive, dead, young, other = next(tmp_path.iterdir()), *(tmp_path / name for name in (f"{PREFIX}dead", f"{PREFIX}young", "other"))
    for folder in (dead, young, other):
        folder.mkdir()
        (folder / "litter").write_text("x")
    for folder in (alive, dead, other):
        os.utime(folder, (1e9, 1e9))
    second = Child(f"{HERE}:double")
    assert second.call(value="x") == b'"xx"'
    second.close()
    assert set(tmp_path.iterdir()) == {alive, young, other}


@pytest.mark.parametrize("missing", [False, True], ids=["there", "gone"])
def test_a_child_without_a_parent_removes_its_folder_and_no_other(tmp_path: Path, missing: bool) -> None:
    """The folder is gone or cannot be used: what ``tempfile`` offers instead (/tmp, the working folder) must stay."""
    own, kept = tmp_path / f"{PREFIX}1", tmp_path / "kept"
    kept.write_text("x")
    if not missing:
        own.mkdir()
    code = f"from policytext.read.sandbox import serve; serve('{HERE}:double')"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for folder in (own, tmp_path):
        environment["TMPDIR"] = str(folder)
        subprocess.run([sys.executable, "-c", code], stdin=subprocess.DEVNULL, env=environment, cwd=tmp_path, check=True)
        assert list(tmp_path.iterdir()) == [kept]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@POSIX
def test_the_limits_are_options(run: Run, policy: Path) -> None:
    policy.write_text(policy.read_text("utf-8") * 20_000, "utf-8")
    code, out, _ = run("check", policy, "--memory", 150, "--format", "jsonl")
    assert (code, rows(out)[0]["status"]) == (1, "memory")
    code, out, _ = run("check", policy, "--memory", 0, "--timeout", 1, "--format", "jsonl")
    assert (code, rows(out)[0]["status"]) == (1, "timeout")
    policy.write_text(policy.read_text("utf-8")[:2_000_000], "utf-8")
    code, out, _ = run("check", policy, "--max-output", 1, "--format", "jsonl")
    assert (code, rows(out)[0]["code"]) == (1, "too_large")


@pytest.mark.parametrize("kind", ["pdf", "ofd"])
def test_a_file_of_more_pages_than_allowed_is_not_read(run: Run, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    pdf_page = test_read_pdf.page_of([test_read_pdf.BODY])
    ofd_page = test_read_ofd.page(test_read_ofd.paragraph(60, test_read_ofd.BODY))
    path.write_bytes(test_read_pdf.small_pdf([pdf_page] * 4) if kind == "pdf" else test_read_ofd.ofd_file([ofd_page] * 4))
    for allowed, refused in ((3, True), (4, False)):
        out = run("check", path, "--max-pages", allowed, "--format", "jsonl")[1]
        assert (rows(out)[0]["code"] == "too_large") is refused
