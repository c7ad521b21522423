"""Child processes: started with a folder of their own, ended with their whole group.

Little of the standard library and nothing else: the program starts its reader before all else, so that both load at the same time.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

#: The function that reads a document, as a target (``module:function``) of a child.
READER = "policytext.analyze:analyze_path"
#: The names of children's temporary folders begin so.
PREFIX = "policytext-child-"


class Process:
    """A process that serves ``target`` (see ``read.sandbox.serve``), and its temporary folder (empty: none could be made)."""

    def __init__(self, target: str) -> None:
        self.folder = ""
        with contextlib.suppress(OSError):  # a full disk: the child does without
            _sweep()
            self.folder = tempfile.mkdtemp(prefix=PREFIX)
        self.running = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-c", f"from policytext.read.sandbox import serve; serve({target!r})"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
                **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), self.folder),
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
            },
        )

    def send(self, line: str) -> None:
        """A line of ASCII; a child that is gone does not read it, and does not answer either."""
        with contextlib.suppress(OSError):
            if self.running.stdin is not None:
                self.running.stdin.write(line.encode("ascii") + b"\n")
                self.running.stdin.flush()

    def line(self, most: int) -> bytes:
        """The next line it says, or the first ``most`` bytes of a longer one; empty when it is gone."""
        if self.running.stdout is None:
            return b""
        try:
            return self.running.stdout.readline(most)
        except OSError:
            return b""

    def kill(self) -> None:
        """Ends the process and its group at once."""
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self.running.pid, signal.SIGKILL)
            else:
                self.running.kill()

    def end(self) -> None:
        """Ends the process and its group, and removes its folder."""
        self.kill()
        for pipe in (self.running.stdin, self.running.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self.running.wait()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


#: Processes that wait to be taken, by target.
_ahead: dict[str, Process] = {}


@contextlib.contextmanager
def started_ahead(target: str) -> Iterator[None]:
    """Within this the first ``take`` of ``target`` gives a process that started before: it loads its part while the caller loads his."""
    with contextlib.suppress(OSError):  # nothing is lost: ``take`` will try again, and tell
        _ahead[target] = Process(target)
    try:
        yield
    finally:
        if (unused := _ahead.pop(target, None)) is not None:
            unused.end()


def take(target: str) -> Process:
    """A process that serves ``target``."""
    return _ahead.pop(target, None) or Process(target)


def hold(folder: str) -> int | None:
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


def _sweep() -> None:
    """Remove the folders whose children were killed together with their parents: nobody holds them, and they are older than a minute."""
    if sys.platform == "win32":
        return
    with os.scandir(tempfile.gettempdir()) as entries:
        old = [entry for entry in entries if entry.name.startswith(PREFIX)]
    for entry in old:
        with contextlib.suppress(OSError):
            stat = entry.stat(follow_symlinks=False)
            if stat.st_uid == os.getuid() and stat.st_mtime < time.time() - 60 and (held := hold(entry.path)) is not None:
                shutil.rmtree(entry.path, ignore_errors=True)
                os.close(held)
