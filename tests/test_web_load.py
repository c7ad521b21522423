"""Many readers of one server, while documents are added by another process. How fast: ``scripts/bench.py load``."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from urllib.parse import quote, urlsplit

import pytest

from tests.conftest import Run, rows
from tests.policies import write_policies

PROGRAM = [sys.executable, "-m", "policytext"]
READERS, ROUNDS, FILES = 50, 4, 25


@pytest.fixture
def served(run: Run, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A corpus of three documents, and where it is served."""
    folder = tmp_path / "c"
    assert run("add", write_policies(tmp_path / "files", 3), "--corpus", folder)[0] == 0
    command = [*PROGRAM, "serve", "--no-browser", "--corpus", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8") as server:
        assert server.stdout is not None
        yield folder, urlsplit(server.stdout.readline().strip()).netloc
        server.terminate()


def test_fifty_readers_at_once_while_documents_are_added(run: Run, served: tuple[Path, str], tmp_path: Path) -> None:
    folder, address = served
    document = rows(run("list", "--corpus", folder, "--format", "jsonl")[1])[0]["doc_id"]
    pages = [f"/search?q={quote('引导基金')}", f"/search.json?q={quote('补助')}", f"/documents/{document}", "/periods"]
    adding = subprocess.Popen(
        [*PROGRAM, "add", str(write_policies(tmp_path / "more", FILES)), "--corpus", str(folder)], stderr=subprocess.PIPE
    )
    together = Barrier(READERS)

    def read(reader: int) -> list[int]:
        connection = http.client.HTTPConnection(address)
        together.wait()
        told = []
        for number in range(ROUNDS):
            connection.request("GET", pages[(reader + number) % len(pages)])
            answer = connection.getresponse()
            told.append(answer.status if answer.read() else 0)
        connection.close()
        return told

    with ThreadPoolExecutor(READERS) as readers:
        told = [status for one in readers.map(read, range(READERS)) for status in one]
        while adding.poll() is None:  # until the last document
            told += read_once(address, pages[0])
    assert (adding.wait(), adding.communicate()[1].decode("utf-8").count("corpus_locked")) == (0, 0)
    assert told == [200] * len(told)
    assert len(told) >= READERS * ROUNDS
    assert run("verify", "--corpus", folder)[0] == 0


def read_once(address: str, page: str) -> list[int]:
    connection = http.client.HTTPConnection(address)
    connection.request("GET", page)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return [answer.status]
