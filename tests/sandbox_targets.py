"""What the child runs in test_sandbox.py."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from policytext.read.sandbox import alive


def double(value: str) -> str:
    return value * 2


def own_pid(value: str) -> int:
    return os.getpid()


def chatter(value: str) -> str:
    print("library noise")
    os.write(1, b"noise from C\n")
    return value


def hang(value: str) -> str:
    time.sleep(60)
    return value


def abort(value: str) -> str:
    os.abort()


def leave(value: str) -> str:
    os._exit(0)


def fail(value: str) -> str:
    raise ValueError(value)


def swallow_memory(value: str) -> str:
    return str(len(bytearray(4 << 30)))


def slow_but_alive(value: str) -> str:
    for _ in range(6):
        time.sleep(0.5)
        alive()
    return value


def spawn_and_hang(value: str) -> str:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        Path(value).write_text(str(process.pid))
        time.sleep(60)
    return value


def large(value: str) -> str:
    return value * 3_000_000


def parse_repeated(name: str, length: int, pairs: int) -> str:
    from tests.parsers import PARSERS, repeated

    for text in repeated(length, pairs):
        PARSERS[name](text)
    return name


def parse_hostile(kind: str, length: int) -> str:
    from tests.parsers import HOSTILE, PARSERS

    for parse in PARSERS.values():
        parse(HOSTILE[kind](length))
    return kind


def knock(value: str) -> str:
    try:
        with socket.create_connection(("127.0.0.1", int(value)), timeout=5):
            return "open"
    except OSError:
        return "closed"


def open_many(value: str) -> str:
    handles = []
    try:
        for _ in range(5000):
            handles.append(open(__file__, "rb"))  # noqa: SIM115
    except OSError:
        return str(len(handles))
    finally:
        for handle in handles:
            handle.close()
    return "5000"


def write_much(value: str) -> str:
    with open(value, "wb", buffering=0) as handle:
        try:
            handle.seek(2 << 30)
            handle.write(b"x")
        except OSError:
            return "refused"
    return "written"


def leave_litter(value: str) -> str:
    Path(tempfile.gettempdir(), "litter").write_text("x")
    if value == "hang":
        time.sleep(60)
    return tempfile.gettempdir()


def hang_alone(value: str) -> str:
    Path(value).write_text(str(os.getpid()))
    while True:  # as C code does: no signal handler of Python's ever runs, and the parent's end goes unseen
        pass
