"""The batch on the workers of a real Dask scheduler: the same as on one machine, whatever dies meanwhile."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from policytext import batch, scheduler
from policytext.batch import Job, analyze_files
from policytext.corpus import Corpus
from policytext.corpus.ingest import Added, Ingest, add_files
from policytext.errors import SchedulerError
from policytext.read.sandbox import Limits
from policytext.scheduler import answers
from policytext.sources import Source, find_files
from tests.cluster import on_workers
from tests.cluster.dask import Dask
from tests.cluster.nodes import free_ports
from tests.conftest import ROOT, Run, rows

Started = Callable[..., Dask]
#: What two runs must agree in, row by row.
TABLES = (
    "SELECT doc_id, sha256, file, record, text, mentions, removed FROM document ORDER BY doc_id",
    "SELECT doc_id, number, unit, measures FROM unit ORDER BY doc_id, number",
)


@pytest.fixture
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """Starts a scheduler with so many workers, where ``make test-cluster`` asked for one; elsewhere the test is skipped."""
    if not os.environ.get("POLICYTEXT_TEST_CLUSTER"):
        pytest.skip("needs a real Dask scheduler: run make test-cluster")
    running: list[Dask] = []

    def start(workers: int = 0, nanny: bool = False, **also: Any) -> Dask:
        running.append(Dask(tmp_path_factory.mktemp("dask"), workers, nanny, **also))
        return running[-1]

    yield start
    for one in running:
        one.stop()


@pytest.fixture
def files(policy: Path, tmp_path: Path) -> Path:
    """A folder of 24 policies, a copy of one, a PDF, a damaged one, an empty one and a table."""
    folder = tmp_path / "files"
    (folder / "pdf").mkdir(parents=True)
    text = policy.read_text("utf-8")
    for number in range(24):
        (folder / f"{number:02d}.txt").write_text(text.replace("青溪", f"第{number}").replace("三年", f"{number % 5 + 1}年"), "utf-8")
    (folder / "copy.txt").write_text((folder / "03.txt").read_text("utf-8"), "utf-8")
    pdf = sorted((ROOT / "corpus" / "pdf").glob("*.pdf"))[0].read_bytes()
    (folder / "pdf" / "whole.pdf").write_bytes(pdf)
    (folder / "pdf" / "torn.pdf").write_bytes(pdf[: len(pdf) // 3])
    (folder / "empty.txt").write_text("", "utf-8")
    (folder / "register.csv").write_text("a,b\n1,2\n", "utf-8")
    return folder


def stored(folder: Path) -> list[list[tuple[Any, ...]]]:
    with sqlite3.connect(folder / "policytext.db") as db:
        found = [db.execute(query).fetchall() for query in TABLES]
    db.close()
    assert all(found)
    return found


def added(folder: Path, files: Path, address: str) -> Iterator[Added]:
    with Corpus(folder, create=True) as corpus, corpus.writing():
        yield from add_files(corpus, find_files([files]), Ingest(Job(labels=True), scheduler=address))


def told(call: Callable[[], object]) -> SchedulerError:
    with pytest.raises(SchedulerError) as raised:
        call()
    assert raised.value.hint("zh") != raised.value.hint("en")
    return raised.value


def numbers(values: Iterator[int] | range) -> Iterator[tuple[int, bytes]]:
    return ((value, str(value).encode()) for value in values)


def test_the_store_is_the_same_as_on_one_machine(dask: Started, run: Run, files: Path, tmp_path: Path) -> None:
    address = dask(2).address
    add = ["add", files, "--format", "jsonl", "--errors"]
    code, alone, said = run(*add, tmp_path / "1.jsonl", "--corpus", tmp_path / "one")
    spread = run(*add, tmp_path / "2.jsonl", "--corpus", tmp_path / "two", "--scheduler", address)
    assert spread == (code, alone, said.replace("one", "two"))
    assert (tmp_path / "1.jsonl").read_text() == (tmp_path / "2.jsonl").read_text()
    assert len(rows(alone)) == 29
    assert stored(tmp_path / "one") == stored(tmp_path / "two")


@pytest.mark.parametrize("command", ["check", "split", "classify", "periods"])
def test_listings_are_the_same_to_the_byte(
    dask: Started, run: Run, files: Path, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the workers stand in another folder
    table = tmp_path / "texts.jsonl"
    table.write_text(json.dumps({"id": "甲", "text": "第一条 对企业给予20万元奖励。\ud800", "title": "某县办法"}), "utf-8")
    call = [command, files.relative_to(tmp_path), "--texts", table, tmp_path / "none.pdf", "--format", "csv", "--as-of", "2020-07-28"]
    call = call if command in ("classify", "periods") else call[:-2]
    assert run(*call, "--scheduler", dask(2).address) == run(*call)


def test_answers_come_in_order_and_few_are_in_flight(dask: Started) -> None:
    asked = 0

    def requests() -> Iterator[tuple[int, bytes]]:
        nonlocal asked
        for asked, one in enumerate(numbers(count()), 1):  # noqa: B007 - counted for the test
            yield one

    found = answers(dask(2).address, on_workers.slowest_first, requests(), ahead=3)
    assert [next(found) for _ in range(20)] == list(numbers(range(20)))
    assert asked <= 20 + 3 * 2
    found.close()  # type: ignore[attr-defined]


def test_a_worker_is_killed_in_the_middle(dask: Started, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "analyze_on_worker", on_workers.slow)
    cluster = dask(2)
    run = added(tmp_path / "two", files, cluster.address)
    first = [next(run) for _ in range(3)]
    cluster.kill_worker()
    outcomes = [one.outcome for one in first + list(run)]
    assert outcomes == [one.outcome for one in added(tmp_path / "one", files, "")]
    assert stored(tmp_path / "one") == stored(tmp_path / "two")


def test_a_file_that_kills_workers_is_a_failure_and_the_others_are_not(
    dask: Started, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "05-poison.txt").write_text("第一条 毒。", "utf-8")
    monkeypatch.setattr(batch, "analyze_on_worker", on_workers.analyze_or_die)
    found = list(added(tmp_path / "two", files, dask(2, nanny=True).address))
    crashed = [one for one in found if one.record.status == "crashed"]
    assert [(Path(one.record.file).name, one.record.reason, one.failed) for one in crashed] == [
        ("05-poison.txt", "reading.killed_workers", True)
    ]
    assert [one.record.file for one in found if one.outcome != "duplicate"] == [
        str(source.path) for source in find_files([files]) if source.path.name != "copy.txt"
    ]
    list(added(tmp_path / "one", files, ""))
    doc_id = crashed[0].record.doc_id
    ours, theirs = ([[row for row in table if row[0] != doc_id] for table in stored(tmp_path / of)] for of in ("two", "one"))
    assert ours == theirs
    # The next run reads it again, and nothing else that could be read.
    monkeypatch.undo()
    again = Counter(one.outcome for one in added(tmp_path / "two", files, ""))
    assert (again["added"], again["replaced"], again["unchanged"]) == (0, 1, 25)
    assert stored(tmp_path / "one") == stored(tmp_path / "two")


def test_those_beside_a_killer_are_not_condemned(dask: Started) -> None:
    """With one worker, whatever waits there beside the poison is a suspect each time."""
    requests = [(n, b"poison" if n % 4 == 1 else str(n).encode()) for n in range(8)]
    found = list(answers(dask(1, nanny=True).address, on_workers.killing, iter(requests)))
    assert found == [(n, None if b"poison" in request else request) for n, request in requests]


def test_the_scheduler_is_killed_and_the_run_goes_on_with_the_next_call(
    dask: Started, run: Run, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "analyze_on_worker", on_workers.slow)
    cluster = dask(2)
    work = added(tmp_path / "two", files, cluster.address)
    first = [next(work) for _ in range(4)]
    cluster.kill_scheduler()
    lost = told(lambda: list(work))
    assert lost.code == "scheduler_lost"
    assert "again" in lost.hint("en")
    cluster.start_scheduler()
    for _ in range(2):
        cluster.start_worker()
    cluster.wait(2)
    code, out, err = run("add", files, "--corpus", tmp_path / "two", "--scheduler", cluster.address, "--format", "jsonl")
    assert [row["code"] for row in rows(out)][:4] == ["unchanged"] * len(first)
    assert code == 1  # the damaged PDF
    assert "Traceback" not in err
    list(added(tmp_path / "one", files, ""))
    assert stored(tmp_path / "one") == stored(tmp_path / "two")


def test_a_cluster_without_workers_is_told(dask: Started, policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "PATIENCE", 1.0)
    monkeypatch.setattr(scheduler, "PULSE", 0.2)
    cluster = dask(0)
    error = told(lambda: list(analyze_files([Source(policy)], Job(), scheduler=cluster.address)))
    assert error.code == "scheduler_no_workers"
    assert cluster.address in error.hint("zh")


def test_a_worker_that_cannot_do_it_is_told(dask: Started, policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = dask(1)
    error = told(lambda: list(answers(cluster.address, on_workers.failing, numbers(range(3)))))
    assert error.code == "scheduler_task"
    assert "No module named 'policytext'" in error.reason("zh")
    monkeypatch.setattr("policytext.records.__version__", "0.0.9")
    batch._equipment.cache_clear()
    error = told(lambda: list(analyze_files([Source(policy)], Job(), scheduler=cluster.address)))
    batch._equipment.cache_clear()
    assert error.code == "scheduler_other"
    assert "0.0.9" in error.reason("en")
    monkeypatch.setattr("distributed.__version__", "1.0")
    assert told(lambda: list(answers(cluster.address, on_workers.echo, numbers(range(3))))).code == "scheduler_other"


def test_tls_follows_the_configuration_of_dask(dask: Started, policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import distributed
    from dask import config

    made = distributed.Security.temporary()
    (tmp_path / "ca.pem").write_text(made.tls_ca_file)
    (tmp_path / "both.pem").write_text(made.tls_client_cert + made.tls_client_key)
    tls = {"ca-file": str(tmp_path / "ca.pem")} | {f"{role}.cert": str(tmp_path / "both.pem") for role in ("scheduler", "worker", "client")}
    named = {f"distributed.comm.tls.{key}": value for key, value in tls.items()}
    variables = {"DASK_" + key.upper().replace(".", "__").replace("-", "_"): value for key, value in named.items()}
    with config.set(named):
        cluster = dask(1, tls=variables)
        assert [one.document.status for one in analyze_files([Source(policy)], Job(), scheduler=cluster.address)] == ["ok"]
    monkeypatch.setattr(scheduler, "CONNECT", 2.0)
    assert told(lambda: list(answers(cluster.address, on_workers.echo, numbers(range(3))))).code == "scheduler_unreachable"


def test_a_terminal_sees_nothing_of_dask(dask: Started, files: Path, tmp_path: Path) -> None:
    """In a process of its own: the logging of this one is pytest's."""
    command = [sys.executable, "-m", "policytext", "classify", str(files / "01.txt"), "--scheduler", dask(1).address]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stderr == ""


def test_what_a_worker_does_not_find_or_finds_changed_is_told(policy: Path, tmp_path: Path) -> None:
    """The worker's side, called as a worker calls it."""

    def reason(path: Path, digest: str, **also: Any) -> str:
        job = {"labels": False, "model": "", "period": True, "limits": {"seconds": 60, "megabytes": 0, "answer": 1}, "ocr": "off"}
        asked = {"path": str(path), "text": None, "stated": {}, "digest": digest, "job": job, "equipment": batch._equipment(False, "")}
        answer = json.loads(batch.analyze_on_worker(json.dumps({**asked, **also}).encode()))
        return str(answer["analysis"]["document"]["reason"]) if answer["analysis"] else "other equipment"

    digest = Source(policy).digest()
    assert reason(policy, digest) == ""
    child = batch._idle.queue[0]
    assert reason(policy, digest) == ""
    assert batch._idle.queue == [child]
    assert reason(policy, "0" * 64) == "reading.other_on_worker"
    assert reason(tmp_path / "none.txt", digest) == "reading.not_on_worker"
    assert reason(tmp_path / "none.txt", "") == "reading.not_found"
    assert reason(policy, digest, equipment="policytext 0") == "other equipment"
    assert "model_missing" in batch._equipment(True, str(tmp_path))
    changed = batch._child(Limits(30))
    assert changed is not child
    assert child._process is None


def test_a_scheduler_that_is_not_there_is_told(run: Run, policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "CONNECT", 1.0)
    for address in (f"tcp://127.0.0.1:{free_ports(1)[0]}", "tcp://127.0.0.1", "nowhere", "http://127.0.0.1:1"):
        code, out, err = run("--lang", "en", "check", policy, "--scheduler", address)
        assert (code, out) == (1, "")
        assert "error (scheduler_unreachable): " in err
        assert address in err
        assert "Traceback" not in err


def test_what_cannot_be_used_is_told(run: Run, policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = run("--lang", "en", "check", policy, "--scheduler", "tcp://127.0.0.1:1", "--jobs", 2)
    assert (code, "jobs_and_scheduler" in err) == (2, True)
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, _, err = run("--lang", "en", "check", policy, "--scheduler", "tcp://127.0.0.1:1")
    assert (code, "scheduler_missing" in err, "policytext[cluster]" in err) == (1, True, True)
