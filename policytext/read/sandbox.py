"""A killable child process that runs one function on request.

Of 400 awkward PDFs pdfium aborted the process on 4 and pdfplumber hung on 4, so nothing that parses untrusted bytes runs in the parent.
The parent sends one JSON line, the child answers with one JSON line (after lines that only tell that it is alive); a child that is
silent for too long is killed with its whole group, and the next call starts a new one.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

from policytext.read import MAX_PAGES
from policytext.read.confine import leave_network, limit, set_alarm
from policytext.schema import Status, from_json, to_json


@dataclass(frozen=True, slots=True)
class Limits:
    """``seconds`` of wall time for one request; ``megabytes`` of address space and ``files`` open at a time (POSIX only; 0 megabytes is no
    limit); ``answer``: megabytes of the answer; ``pages`` of a file. See ``confine`` for what else a child may not do."""

    seconds: float = 120.0
    megabytes: int = 4096
    answer: int = 256
    pages: int = MAX_PAGES
    files: int = 256


@dataclass(frozen=True, slots=True)
class Breach:
    """A request without an answer: the child was killed for time, ran out of memory, said too much, or died by itself."""

    status: Status
    reason: str


#: The names of children's temporary folders begin so.
PREFIX = "policytext-child-"

#: What ``alive`` does: nothing outside a child.
_beat: list[Callable[[], None]] = []


def alive() -> None:
    """Called inside a child by slow work that goes on well (a recognised page): the time limit starts anew."""
    for beat in _beat:
        beat()


class Started(NamedTuple):
    """A process that loads its target or has done so, and its temporary folder (empty: none could be made)."""

    process: subprocess.Popen[bytes]
    folder: str


#: Processes that wait for the first ``Child`` of their target.
_ahead: dict[str, Started] = {}


@contextlib.contextmanager
def started_ahead(target: str) -> Iterator[None]:
    """Within this the first ``Child`` of ``target`` has a process that started before: it loads its part while the caller loads his."""
    with contextlib.suppress(OSError):  # nothing is lost: the child will try again, and tell
        _ahead[target] = _start(target)
    try:
        yield
    finally:
        if (unused := _ahead.pop(target, None)) is not None:
            _end(unused)


class Child:
    """One child process at a time, running ``target`` (``module:function``, taking the request's keys as keyword arguments)."""

    def __init__(self, target: str, limits: Limits | None = None) -> None:
        self.target = target
        self.limits = limits or Limits()
        self._started: Started | None = None

    def call(self, **request: Any) -> bytes | Breach:
        """The JSON that the target's result encodes to, or the breach. Never raises for what the child did."""
        child = self._running()
        timed_out = threading.Event()

        def expire() -> None:
            timed_out.set()
            _kill(child)

        answer, sent = b"+", False
        while answer.startswith(b"+"):
            timer = threading.Timer(self.limits.seconds, expire)
            timer.start()
            try:
                if not sent:
                    _send(child, json.dumps(request))
                    sent = True
                answer = _line(child, self.limits.answer << 20)
            finally:
                timer.cancel()
        if answer.startswith(b"=") and answer.endswith(b"\n"):
            return answer[1:-1]
        self.close()
        if timed_out.is_set():
            return Breach("timeout", "reading.timeout")
        if answer.startswith(b"=") and len(answer) >= self.limits.answer << 20:
            return Breach("too_large", "reading.too_large")
        if answer.startswith(b"!memory"):
            return Breach("memory", "reading.memory")
        return Breach("crashed", "reading.crashed")

    def close(self) -> None:
        """End the child process, if one runs, and remove its folder."""
        if self._started is not None:
            _end(self._started)
            self._started = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._started is None or self._started.process.poll() is not None:
            self.close()
            self._started = _ahead.pop(self.target, None) or _start(self.target)
            _send(self._started.process, to_json(self.limits))
        return self._started.process


def _start(target: str) -> Started:
    folder = ""
    with contextlib.suppress(OSError):  # a full disk: the child does without
        sweep()
        folder = tempfile.mkdtemp(prefix=PREFIX)
    process = subprocess.Popen(
        [sys.executable, "-X", "utf8", "-c", f"from policytext.read.sandbox import serve; serve({target!r})"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        },
    )
    return Started(process, folder)


def _end(started: Started) -> None:
    _kill(started.process)
    for pipe in (started.process.stdin, started.process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    started.process.wait()
    if started.folder:
        shutil.rmtree(started.folder, ignore_errors=True)


def _send(child: subprocess.Popen[bytes], line: str) -> None:
    """A line of ASCII; a child that is gone does not read it, and does not answer either."""
    with contextlib.suppress(OSError):
        if child.stdin is not None:
            child.stdin.write(line.encode("ascii") + b"\n")
            child.stdin.flush()


def _line(child: subprocess.Popen[bytes], most: int) -> bytes:
    if child.stdout is None:
        return b""
    try:
        return child.stdout.readline(most)
    except OSError:
        return b""


def _kill(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()


def sweep() -> None:
    """Remove the folders whose children were killed together with their parents: nobody holds them, and they are older than a minute."""
    if sys.platform == "win32":
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            stat = folder.lstat()
            if stat.st_uid == os.getuid() and stat.st_mtime < time.time() - 60 and (held := _hold(folder)) is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(held)


def _hold(folder: str | Path) -> int | None:
    """A descriptor that locks ``folder`` until this process ends, however; OSError where another holds it. None on Windows."""
    if sys.platform == "win32":
        return None
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def serve(target: str) -> None:
    """The child's side: load the target, then read a line of limits, and answer requests until standard input ends."""
    leave_network()
    # Of a folder that cannot be used tempfile takes another, which is not this child's: it is neither held nor removed.
    folder = os.environ.get("TMPDIR", "")
    own = os.path.basename(folder).startswith(PREFIX)
    if own:
        with contextlib.suppress(OSError):
            _hold(folder)
    # Native libraries print to file descriptor 1; the answers get a descriptor of their own.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # A page is many small objects without cycles: looking for garbage once a file, not all the time, saves a tenth of the time; what is
    # left after a file (modules, dictionaries, the model) stays, and is not looked at again.
    gc.disable()
    module, _, name = target.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    if said := sys.stdin.buffer.readline():
        _serve(function, from_json(said, Limits), answers)
    if own:  # the parent does so too, unless it was killed
        shutil.rmtree(folder, ignore_errors=True)


def _serve(function: Callable[..., Any], limits: Limits, answers: IO[bytes]) -> None:
    limit(limits.megabytes, limits.files)

    def beat() -> None:
        set_alarm(limits.seconds)
        _say(b"+", answers)

    _beat.append(beat)
    for line in sys.stdin.buffer:
        set_alarm(limits.seconds)
        _answer(function, line, answers)
        set_alarm(0)
        gc.collect()
        gc.freeze()


def _answer(function: Callable[..., Any], line: bytes, answers: IO[bytes]) -> None:
    try:
        reply = b"=" + to_json(function(**json.loads(line))).encode("utf-8")
    except MemoryError:
        reply = b"!memory"
    except Exception:  # whatever a parser raises on untrusted bytes is a crash of this file, never of the batch
        if os.environ.get("POLICYTEXT_DEBUG"):
            raise
        reply = b"!crashed"
    _say(reply, answers)


def _say(reply: bytes, answers: IO[bytes]) -> None:
    answers.write(reply + b"\n")
    answers.flush()
