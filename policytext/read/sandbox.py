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
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from policytext.child import PREFIX, Process, hold, take
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


#: What ``alive`` does: nothing outside a child.
_beat: list[Callable[[], None]] = []


def alive() -> None:
    """Called inside a child by slow work that goes on well (a recognised page): the time limit starts anew."""
    for beat in _beat:
        beat()


class Child:
    """One child process at a time, running ``target`` (``module:function``, taking the request's keys as keyword arguments)."""

    def __init__(self, target: str, limits: Limits | None = None) -> None:
        self.target = target
        self.limits = limits or Limits()
        self._process: Process | None = None

    def call(self, **request: Any) -> bytes | Breach:
        """The JSON that the target's result encodes to, or the breach. Never raises for what the child did."""
        child = self._running()
        timed_out = threading.Event()

        def expire() -> None:
            timed_out.set()
            child.kill()

        answer, sent = b"+", False
        while answer.startswith(b"+"):
            timer = threading.Timer(self.limits.seconds, expire)
            timer.start()
            try:
                if not sent:
                    child.send(json.dumps(request))
                    sent = True
                answer = child.line(self.limits.answer << 20)
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
        if self._process is not None:
            self._process.end()
            self._process = None

    def _running(self) -> Process:
        if self._process is None or self._process.running.poll() is not None:
            self.close()
            self._process = take(self.target)
            self._process.send(to_json(self.limits))
        return self._process


def serve(target: str) -> None:
    """The child's side: load the target, then read a line of limits, and answer requests until standard input ends."""
    leave_network()
    # Of a folder that cannot be used tempfile takes another, which is not this child's: it is neither held nor removed.
    folder = os.environ.get("TMPDIR", "")
    own = os.path.basename(folder).startswith(PREFIX)
    if own:
        with contextlib.suppress(OSError):
            hold(folder)
    # Native libraries print to file descriptor 1; the answers get a descriptor of their own.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # A page is many small objects without cycles: looking for garbage once a file, not all the time, saves a tenth of the time; what is
    # left after a file (modules, dictionaries, the model) stays, and is not looked at again.
    gc.disable()
    module, _, name = target.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    gc.freeze()
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
