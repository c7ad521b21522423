"""A real Dask scheduler with workers on loopback, each a process that can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.cluster.nodes import free_ports

ROOT = Path(__file__).parent.parent.parent
STARTED_WITHIN = 60
#: Deaths that the scheduler forgives a task: one fewer than it takes to condemn it.
FORGIVEN = 1


class Dask:
    """A scheduler at ``address`` and workers of one thread each, in ``folder``. A worker with a nanny is started again when it dies.

    ``tls`` is the ``distributed.comm.tls`` of Dask's configuration, as variables of the environment.
    """

    def __init__(self, folder: Path, workers: int = 0, nanny: bool = False, tls: Mapping[str, str] | None = None) -> None:
        self.folder, self._tls = folder, tls or {}
        self.address = f"{'tls' if tls else 'tcp'}://127.0.0.1:{free_ports(1)[0]}"
        self._workers: list[subprocess.Popen[bytes]] = []
        self.start_scheduler()
        for _ in range(workers):
            self.start_worker(nanny)
        self.wait(workers)

    def start_scheduler(self) -> None:
        """Start the scheduler, at the address that it had before."""
        self._scheduler = self._started("dask_scheduler", "--host", self.address, "--no-dashboard")

    def start_worker(self, nanny: bool = False) -> None:
        """Start one worker more."""
        options = ["--nthreads", "1", "--no-dashboard", "--host", self.address.rpartition(":")[0], "--local-directory", str(self.folder)]
        self._workers.append(self._started("dask_worker", self.address, *options, "--nanny" if nanny else "--no-nanny"))

    def kill_worker(self) -> None:
        """What a power cut does to the oldest worker."""
        _kill(self._workers.pop(0))

    def kill_scheduler(self) -> None:
        """What it does to the scheduler. The workers end when they miss it."""
        _kill(self._scheduler)

    def wait(self, workers: int) -> None:
        """Until so many workers have joined."""
        from distributed import Client

        with Client(self.address, timeout=STARTED_WITHIN, set_as_default=False) as client:
            end = time.monotonic() + STARTED_WITHIN
            while len(client.nthreads()) != workers:
                if time.monotonic() > end:
                    raise RuntimeError(f"not {workers} workers:\n{(self.folder / 'output.txt').read_text()[-3000:]}")
                time.sleep(0.1)

    def stop(self) -> None:
        """End all."""
        for process in [*self._workers, self._scheduler]:
            _kill(process)

    def _started(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        known = {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(FORGIVEN)}
        with (self.folder / "output.txt").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{program}", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                env={**os.environ, **self._tls, **known},
                start_new_session=True,
            )


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
