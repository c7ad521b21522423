"""A corpus in a cluster: commands answer as over a folder, several machines add at once, nothing is lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from policytext.batch import Job
from policytext.corpus import Corpus, Store
from policytext.corpus import cluster as cluster_corpus
from policytext.corpus.cluster import ClusterCorpus
from policytext.corpus.ingest import Added, Ingest, add_files
from policytext.errors import CorpusError
from policytext.opensearch import Cluster
from policytext.search import cluster_mapping
from policytext.search.engines import engine, refresh
from policytext.search.protocol import asked
from policytext.search.query import parse
from policytext.sources import find_files
from policytext.web.app import create_app
from policytext.web.security import Gate
from tests.cluster.nodes import Nodes
from tests.conftest import ROOT, Run, rows, started
from tests.policies import policy_text, write_policies
from tests.test_lost_nothing import acknowledged, start

Place = list[object]


@pytest.fixture
def cluster(nodes: Nodes) -> Cluster:
    """A name of its own in the cluster."""
    return Cluster(",".join(nodes.urls), f"test-{uuid4().hex}")


@pytest.fixture
def there(cluster: Cluster) -> Place:
    """The options that name it."""
    return options(cluster)


def options(cluster: Cluster) -> Place:
    return ["--engine", "cluster", "--url", cluster.url, "--name", cluster.name]


def add(corpus: Store, *paths: Path) -> list[Added]:
    return list(add_files(corpus, find_files(paths), Ingest(Job(labels=True), index=refresh)))


def clean(run: Run, there: Place, documents: int) -> None:
    code, out, err = run("verify", *there, "--format", "jsonl")
    assert code == 0, out + err
    assert {row["part"]: row["number"] for row in rows(out)}["documents"] == documents


COMMANDS = [
    ("list",), ("list", "--status", "expired", "--as-of", "2022-06-01"), ("list", "--measure", "fund"), ("show", "policy-003"),
    ("periods",), ("promises",), ("commitments",), ("stats",), ("copied",), ("succession",), ("compare", "fund"), ("export",), ("suggest",),
    ("search", "引导基金 奖励", "--limit", "5"), ("search", "“区块链” 论坛", "--all-copies", "--province", "江苏"),
    ("search", "产业园", "--by-document"), ("search", "基金 OR 论坛", "--measure", "forum", "--page", "2"),
]  # fmt: skip


@pytest.fixture(scope="module")
def both(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Place]:
    """The same documents in a folder and in the cluster."""
    folder = tmp_path_factory.mktemp("both")
    (folder / "later.txt").write_text(policy_text(90) + "第五条 《青红县促进区块链产业发展若干措施》同时废止。\n", "utf-8")
    files = [write_policies(folder / "files", 12), folder / "later.txt", ROOT / "corpus" / "pdf"]
    cluster = Cluster(",".join(nodes.urls), f"test-{uuid4().hex}")
    with Corpus(folder / "c", create=True) as local, local.writing(), ClusterCorpus(cluster, create=True) as far:
        outcomes = [[(one.record.doc_id, one.outcome) for one in add(corpus, *files)] for corpus in (local, far)]
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0]) == 32
    return ["--corpus", folder / "c"], options(cluster)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_answers_from_the_cluster_as_from_a_folder(run: Run, both: tuple[Place, Place], command: Sequence[str]) -> None:
    (code, here, _), (far_code, there, err) = (run(*command, *place, "--format", "jsonl") for place in both)
    assert (code, far_code) == (0, 0), err
    ours, theirs = (rows(out) for out in (there, here))
    assert len(ours) == len(theirs) > 0
    for one, other in zip(ours, theirs, strict=True):
        assert one.pop("score", 0) == pytest.approx(other.pop("score", 0), rel=1e-4)
    if command[0] == "search":  # what scores alike stands in the order of its keys, which are not the same
        assert sum(one == other for one, other in zip(ours, theirs, strict=True)) >= len(ours) // 4
    else:
        assert ours == theirs


def test_a_report_is_written_from_the_cluster(run: Run, both: tuple[Place, Place], tmp_path: Path) -> None:
    pages = []
    for number, place in enumerate(both):
        assert run("report", *place, "--as-of", "2020-07-28", "-o", tmp_path / f"{number}.md")[0] == 0
        pages.append((tmp_path / f"{number}.md").read_text("utf-8"))
    assert pages[0] == pages[1]


def test_a_document_is_replaced_removed_and_not_read_again(run: Run, cluster: Cluster, there: Place, tmp_path: Path) -> None:
    files = write_policies(tmp_path / "files", 3)
    outcome: Callable[[], list[str]] = lambda: [row["code"] for row in rows(run("add", files, *there, "--format", "jsonl")[1])]  # noqa: E731
    assert outcome() == ["added"] * 3
    assert outcome() == ["unchanged"] * 3
    (files / "policy-001.txt").write_text(policy_text(77), "utf-8")
    (files / "policy-copy.txt").write_text(policy_text(0), "utf-8")
    assert sorted(outcome()) == ["duplicate", "replaced", "unchanged", "unchanged"]
    clean(run, there, 3)
    assert run("remove", "policy-001", *there)[0] == 0
    clean(run, there, 2)
    assert run("show", "policy-001", *there)[0] == 1
    assert sorted(outcome()) == ["added", "duplicate", "unchanged", "unchanged"]
    clean(run, there, 3)


def test_corrections_are_kept(cluster: Cluster, tmp_path: Path) -> None:
    with ClusterCorpus(cluster, create=True) as corpus:
        doc_id = add(corpus, write_policies(tmp_path, 1))[0].record.doc_id
        clause = corpus.clauses(corpus.record(doc_id))[1]
        for labels in (("forum",), ("fund", "talent")):
            corpus.correct(doc_id, "labels", labels, "甲", clause.number)
        assert [(one.number, one.labels, one.who) for one in corpus.corrections(doc_id)] == [(clause.number, ("fund", "talent"), "甲")]
        corpus.correct(doc_id, "labels", None, "甲", clause.number)
        assert corpus.corrections(doc_id) == []


def test_two_machines_add_at_once(run: Run, there: Place, tmp_path: Path) -> None:
    """Each has files of its own and files that both have; both begin where there is no corpus yet."""
    files = write_policies(tmp_path / "files", 40)
    lists = [sorted(files.iterdir())[:30], sorted(files.iterdir())[10:][::-1]]
    both = [start("add", *some, *there, "--format", "jsonl") for some in lists]
    for process in both:
        out, err = process.communicate()
        assert process.returncode == 0, err
        assert len(rows(out)) == 30
    clean(run, there, 40)
    found = rows(run("search", "引导基金", "--all-copies", "--limit", 100, *there, "--format", "jsonl")[1])
    assert len({row["doc_id"] for row in found}) == len(found) == 40


def test_two_versions_of_one_file_at_once(run: Run, cluster: Cluster, there: Place, tmp_path: Path) -> None:
    """One of them stays, whichever was last."""
    path = str(tmp_path / "policy.txt")

    def work(first: int) -> None:
        with ClusterCorpus(cluster, create=True) as corpus:
            for number in range(first, first + 10):
                (tmp_path / f"{number}.txt").write_text(policy_text(number), "utf-8")
                source = find_files([tmp_path / f"{number}.txt"])[0]
                analysis, digest = analysed(source), source.digest()
                corpus.put(*analysis, digest, path)

    with ThreadPoolExecutor(3) as machines:
        for done in [machines.submit(work, first) for first in (0, 10, 20)]:
            done.result()
    with ClusterCorpus(cluster) as corpus:
        assert len(corpus.ids()) == 1
        assert corpus.at(path) == corpus.ids()[0]
        refresh(corpus)
    clean(run, there, 1)


def analysed(source: Any) -> tuple[Any, Any]:
    from policytext.batch import analyze_files
    from policytext.records import record

    analysis = next(iter(analyze_files([source], Job())))
    return analysis, record(analysis)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_kills_while_adding_to_a_cluster_lose_nothing(run: Run, cluster: Cluster, there: Place, tmp_path: Path) -> None:
    files, chance, known = write_policies(tmp_path / "files", 60), random.Random(9), set[str]()
    for _ in range(6):
        process = start("add", files, *there, "--format", "jsonl")
        try:
            out, _ = process.communicate(timeout=chance.uniform(1.5, 5))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            out, _ = process.communicate()
        known |= acknowledged(out)
        with ClusterCorpus(cluster, create=True) as corpus:
            assert known <= set(corpus.ids())
    process = start("add", files, *there)
    process.communicate()
    assert process.returncode == 0
    clean(run, there, 60)


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Nodes]:
    """Three nodes of which one may be killed."""
    found = started(tmp_path / "nodes", 3)
    yield found
    found.stop()


def test_a_node_killed_while_add_writes_to_a_cluster(run: Run, three: Nodes, tmp_path: Path) -> None:
    cluster = Cluster(",".join(three.urls), "test-killed", shards=3)
    files = write_policies(tmp_path / "files", 60)
    with ClusterCorpus(cluster, create=True) as corpus:
        refresh(corpus)
        process = start("add", files, *options(cluster), "--format", "jsonl")
        while len(corpus.ids()) < 10:
            assert process.poll() is None
            time.sleep(0.1)
        three.kill(1)
        out, err = process.communicate()
        assert process.returncode == 0, err
        assert {row["code"] for row in rows(out)} == {"added"}
    three.wait("yellow")
    clean(run, options(cluster), 60)


def test_an_index_of_another_version_is_made_again(
    run: Run, cluster: Cluster, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = write_policies(tmp_path, 4)
    with ClusterCorpus(cluster, create=True) as corpus:
        add(corpus, files)
        monkeypatch.setattr(cluster_mapping, "VERSION", 99)
        with pytest.raises(CorpusError) as raised:
            engine(corpus)
        assert raised.value.code == "cluster_mapping"
        told: list[str] = []
        refresh(corpus, told.append)
        assert told == ["index_rebuilt"]
        assert len(engine(corpus).search(asked(parse("引导基金")), 10)) == 4
    clean(run, there, 4)


def test_documents_of_another_version_are_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    ClusterCorpus(cluster, create=True)
    monkeypatch.setattr(cluster_corpus, "VERSION", 99)
    with pytest.raises(CorpusError) as raised:
        ClusterCorpus(cluster, create=True)
    assert raised.value.code == "cluster_mapping"


def test_an_index_left_behind_is_told_and_brought_up(run: Run, cluster: Cluster, there: Place, tmp_path: Path) -> None:
    """``add`` was killed after it had stored a document and before it was indexed."""
    files = write_policies(tmp_path, 2)
    with ClusterCorpus(cluster, create=True) as corpus:
        refresh(corpus)
        list(add_files(corpus, find_files([files]), Ingest(Job())))
        code, out, _ = run("verify", *there, "--format", "jsonl")
        assert (code, [row["code"] for row in rows(out) if row["code"] != "ok"]) == (1, ["index_behind"])
        refresh(corpus)
    clean(run, there, 2)


def test_a_document_that_is_gone_since_the_search_is_left_out(cluster: Cluster, tmp_path: Path) -> None:
    from policytext.corpus.filters import Filters
    from policytext.search.find import corpus_searcher
    from tests.entries import BANDS

    with ClusterCorpus(cluster, create=True) as corpus:
        gone, *_ = add(corpus, write_policies(tmp_path, 3))
        corpus.remove(gone.record.doc_id)
        corpus.client.delete(index=f"{cluster.name}-documents", id=gone.record.doc_id)
        assert len(corpus_searcher(corpus, Filters(BANDS))("引导基金")) == 2


def test_there_is_no_such_corpus(run: Run, nodes: Nodes) -> None:
    for command in (("list",), ("search", "基金"), ("verify",), ("show", "x")):
        code, _, err = run(*command, "--engine", "cluster", "--url", nodes.urls[0], "--name", "test-not-there")
        assert (code, "cluster_no_corpus" in err) == (1, True), err


def test_the_local_page_shows_a_corpus_in_the_cluster(cluster: Cluster, tmp_path: Path) -> None:
    """Search, a document, an upload, a correction; pages made before are not shown after a change."""
    (tmp_path / "policy.txt").write_text(policy_text(3), "utf-8")
    with ClusterCorpus(cluster, create=True) as corpus:
        doc_id = add(corpus, tmp_path / "policy.txt")[0].record.doc_id
        number = corpus.clauses(corpus.record(doc_id))[1].number
    with TestClient(create_app(cluster, Gate(secret="known")), base_url="http://127.0.0.1:8000") as web:
        assert [row["doc_id"] for row in web.get("/search.json?q=引导基金").json()["rows"]] == [doc_id]
        assert "引导基金" in web.get(f"/documents/{doc_id}").text
        sent = [("files", ("新文件.txt", policy_text(5).encode()))]
        where = web.post("/upload", data={"csrf": "known"}, files=sent, follow_redirects=False).headers["location"]
        while not (told := web.get(f"{where}.json").json())["done"]:
            time.sleep(0.1)
        assert [one["code"] for one in told["files"]] == ["added"]
        assert len(web.get("/search.json?q=引导基金").json()["rows"]) == 2
        said = {"csrf": "known", "field": "labels", "number": str(number), "labels": "forum", "who": "甲"}
        assert web.post(f"/documents/{doc_id}/corrections", data=said, follow_redirects=False).status_code == 303
        assert [row["doc_id"] for row in web.get("/corrections.json").json()["rows"]] == [doc_id]
