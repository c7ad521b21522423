"""The cluster engine beside the conformance suite: rankings, replacement, versions, lost nodes, credentials. Real servers throughout."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opensearchpy import exceptions

from policytext.errors import CorpusError, WrongUsage
from policytext.opensearch import Cluster, configured, connect, credentials, named_errors, write
from policytext.search import cluster_mapping
from policytext.search.cluster import ClusterIndex
from policytext.search.memory import MemoryEngine
from policytext.search.protocol import Entry, asked
from policytext.search.query import parse
from tests.cluster.nodes import Nodes
from tests.cluster_peers import entries, overlap, queries
from tests.conftest import started
from tests.entries import build, by_document, made, on_cluster
from tests.test_search_engines import ENTRIES, WORDS, keys, read


def told(client: Any, name: str) -> Any:
    return client.indices.get(index=f"{name}-clauses*")


@pytest.fixture(scope="module")
def small(nodes: Nodes) -> ClusterIndex:
    """The entries of the conformance suite, on the cluster."""
    return on_cluster(nodes.urls, ENTRIES)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
def test_the_cluster_agrees_with_the_reference(small: ClusterIndex, text: str) -> None:
    try:
        query = read(text, synonyms=True)
    except WrongUsage:
        return
    ours, memory = small.search(query, 10), MemoryEngine(ENTRIES).search(query, 10)
    assert [match.key for match in ours] == [match.key for match in memory]
    assert [match.score for match in ours] == pytest.approx([match.score for match in memory], rel=1e-4)
    assert small.weights(query) == pytest.approx(MemoryEngine(ENTRIES).weights(query))


def test_rankings_agree_with_local(nodes: Nodes, tmp_path: Path) -> None:
    of = entries(6_000)
    local, cluster = build(tmp_path / "index", of), on_cluster(nodes.urls, of, shards=3)
    shares = []
    for text in queries(200):
        query = asked(parse(text))
        shares.append(overlap(cluster.search(query, 50), local.search(query, 50)))
    answered = sum(bool(local.search(asked(parse(text)), 1)) for text in queries(200))
    print(f"cluster against local: overlap of the first ten {sum(shares) / len(shares):.4f}, lowest {min(shares):.2f}, {answered} answered")
    assert answered >= 180
    assert sum(shares) / len(shares) >= 0.95


def test_overlap_can_fail() -> None:
    first = MemoryEngine(entries(300)).search(asked(parse("奖励")), 50)
    assert overlap(first, first) == 1
    assert overlap(first[::-1], first) < 1


def test_a_document_is_replaced_and_removed(nodes: Nodes) -> None:
    index = on_cluster(nodes.urls, [made(1, "设立引导基金", "a"), made(2, "举办沙龙", "a"), made(11, "举办沙龙", "b")])
    index.put([("a", [made(1, "建设产业园", "a")])])
    assert keys(index, "引导基金") == []
    assert keys(index, "产业园") == [1]
    assert keys(index, "沙龙") == [11]
    index.remove(["b", "not there"])
    assert (keys(index, "沙龙"), index.count()) == ([], 1)


def test_a_rebuilt_index_is_never_seen_half(nodes: Nodes) -> None:
    of = [made(number, "举办沙龙", f"d{number}") for number in range(40)]
    index = on_cluster(nodes.urls, of)
    with index.rebuilding() as new:
        new.put(by_document([made(number, "举办沙龙、论坛", f"d{number}") for number in range(20)]))
        assert (index.count(), new.count()) == (40, 20)
        new.put(by_document([made(number, "举办沙龙、论坛", f"d{number}") for number in range(20, 41)]))
    assert (index.count(), len(keys(index, "论坛", 100))) == (41, 41)
    with pytest.raises(ZeroDivisionError), index.rebuilding() as new:  # noqa: PT012 - what fails is the point
        new.put(by_document(of[:1]))
        raise ZeroDivisionError
    assert index.count() == 41
    index.open()


def test_an_index_of_another_version_is_refused(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    index = on_cluster(nodes.urls, ENTRIES)
    index.open()
    monkeypatch.setattr(cluster_mapping, "VERSION", 99)
    with pytest.raises(CorpusError) as raised:
        index.open(create=True)
    assert raised.value.code == "cluster_mapping"
    assert "99" in raised.value.reason("zh")


def test_no_index_is_told_and_none_is_guessed(nodes: Nodes) -> None:
    index = ClusterIndex(connect(Cluster(nodes.urls[0])), "test-not-there")
    for act in (index.open, lambda: index.search(read("人才"), 5), lambda: index.put([("a", [made(1, "人才", "a")])])):
        with pytest.raises(CorpusError) as raised:
            act()
        assert raised.value.code == "cluster_no_corpus"
    assert not told(index._client, "test-not-there")


def test_two_processes_write_the_same_documents(nodes: Nodes) -> None:
    """Both make the index, both write every document, one of them backwards."""
    of = by_document([made(number, f"举办第{number}次沙龙", f"d{number // 3:03d}") for number in range(900)])
    name = on_cluster(nodes.urls, []).name.removesuffix("-clauses") + "-both"

    def work(documents: list[tuple[str, list[Entry]]]) -> None:
        index = ClusterIndex(connect(Cluster(nodes.urls[0])), name)
        index.open(create=True)
        index.put(documents)

    with ThreadPoolExecutor(2) as both:
        for done in [both.submit(work, of), both.submit(work, of[::-1])]:
            done.result()
    index = ClusterIndex(connect(Cluster(nodes.urls[-1])), name)
    assert index.count() == 900
    assert len(told(index._client, name)) == 1


def test_deep_answers_come_in_pieces(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policytext.search.cluster.WINDOW", 7)
    monkeypatch.setattr("policytext.search.cluster.POOLS", (5, 20))
    of = [made(number, "举办沙龙" + "、论坛" * (number % 3)) for number in range(50)]
    index = on_cluster(nodes.urls, of)
    assert keys(index, "沙龙", 100) == keys(MemoryEngine(of), "沙龙", 100)


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Nodes]:
    """Three nodes of which one may be killed."""
    cluster = started(tmp_path, 3)
    yield cluster
    cluster.stop()


def test_a_node_killed_while_a_cluster_indexes_and_searches(three: Nodes) -> None:
    """With one replica nothing acknowledged is lost, and every question is answered, whole."""
    name, of = "test-kill", by_document(entries(6_000))
    index = ClusterIndex(connect(Cluster(",".join(three.urls))), name)
    index.open(create=True, shards=3, replicas=1)
    index.put(of[:100])
    sure = keys(index, "奖励", 5000)
    assert len(sure) == 2000
    acknowledged: list[str] = []
    killed, done = Event(), Event()

    def add() -> None:
        try:
            for place in range(100, len(of), 10):
                index.put(of[place : place + 10])
                acknowledged.extend(doc_id for doc_id, _ in of[place : place + 10])
        finally:
            done.set()

    def look() -> list[int]:
        asking = ClusterIndex(connect(Cluster(",".join(three.urls))), name)
        numbers = []
        while not (killed.is_set() and done.is_set()):
            numbers.append(len(set(keys(asking, "奖励", 10_000)) & set(sure)))
        return numbers

    with ThreadPoolExecutor(2) as work:
        adding, looking = work.submit(add), work.submit(look)
        while len(acknowledged) < 30 and not done.is_set():
            time.sleep(0.05)
        before = len(acknowledged)
        three.kill(1)
        killed.set()
        adding.result()
        numbers = looking.result()
    assert 0 < before < len(acknowledged) == 200, "the node was to be killed amid the work"
    assert len(numbers) > 1
    assert set(numbers) == {2000}
    three.wait("yellow")
    index.refresh()
    assert index.count() == 6_000
    assert {match.key for match in index.search(read("奖励"), 10_000)} == {entry.key for _, found in of for entry in found}


def test_the_killed_nodes_copies_are_made_again_by_the_cluster(three: Nodes) -> None:
    """After the first loss the cluster restores its replicas, so that it survives a second one."""
    index = ClusterIndex(connect(Cluster(",".join(three.urls))), "test-again")
    index.open(create=True, shards=2, replicas=1)
    index._client.indices.put_settings(index="test-again-clauses", body={"index.unassigned.node_left.delayed_timeout": "0s"})
    index.put(by_document(entries(400)))
    three.kill(2)
    three.wait("green")
    three.start(2)
    three.wait("green")
    three.kill(0)
    three.wait("yellow")
    assert index.count() == 400
    assert len(keys(index, "奖励", 1000)) == 400


class Busy:
    """Stands for a cluster that takes only every second action, and at first none."""

    def __init__(self, refusals: int) -> None:
        self.refusals, self.taken, self.transport = refusals, dict[str, Any](), connect(Cluster("http://127.0.0.1:1")).transport

    def bulk(self, body: str, *_: Any, **__: Any) -> dict[str, Any]:
        lines = body.strip().split("\n")
        answers = []
        for number, line in enumerate(lines[::2]):
            name = self.transport.deserializer.loads(line)["index"]["_id"]
            refused = self.refusals > 0 or number % 2 == 1
            if not refused:
                self.taken[name] = lines[2 * number + 1]
            answers.append({"index": {"_id": name, "status": 429 if refused else 201}})
        self.refusals -= 1
        return {"errors": True, "items": answers}


def test_what_a_busy_cluster_refuses_is_sent_again() -> None:
    actions = [{"_index": "x", "_id": str(number), "_source": {"n": number}} for number in range(1200)]
    busy = Busy(2)
    assert write(busy, actions, pauses=(0,) * 20) == 1200
    assert len(busy.taken) == 1200
    with pytest.raises(CorpusError) as raised:
        write(Busy(99), actions, pauses=(0, 0))
    assert raised.value.code == "cluster_unreachable"


def test_what_a_cluster_will_never_take_is_told_at_once(nodes: Nodes) -> None:
    index = on_cluster(nodes.urls, ENTRIES)
    with pytest.raises(CorpusError) as raised:
        write(index._client, [{"_index": index.name, "_id": "1", "_source": {"field of another version": 1}}])
    assert raised.value.code == "cluster_refused"


def test_a_cluster_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policytext.opensearch.time.sleep", lambda seconds: None)
    with pytest.raises(CorpusError) as raised:
        ClusterIndex(connect(Cluster("http://127.0.0.1:1")), "x").open()
    assert raised.value.code == "cluster_unreachable"
    assert raised.value.hint("zh")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "cluster_url"),
        ("search.example:9200", "cluster_url"),
        ("ftp://search.example", "cluster_url"),
        ("https://user:s3cret@search.example:9200", "cluster_url_password"),
        ("http://search.example:9200", "cluster_plain"),
        ("https://one.example,http://two.example", "cluster_plain"),
    ],
)
def test_addresses_of_a_cluster_that_are_refused(url: str, code: str) -> None:
    with pytest.raises(WrongUsage) as raised:
        connect(Cluster(url, credentials=("user", "s3cret")))
    assert raised.value.code == code
    assert "s3cret" not in raised.value.reason("en")


def test_certificates_of_a_cluster_are_checked() -> None:
    for connection in connect(Cluster("https://search.example:9200")).transport.connection_pool.connections:
        assert connection.pool.cert_reqs == "CERT_REQUIRED"


def test_the_password_of_a_cluster_is_never_shown() -> None:
    assert "s3cret" not in repr(Cluster("https://search.example", credentials=("user", "s3cret")))


def test_credentials_of_a_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("USER", "PASSWORD", "CREDENTIALS"):
        monkeypatch.delenv(f"POLICYTEXT_CLUSTER_{name}", raising=False)
    assert credentials() is None
    monkeypatch.setenv("POLICYTEXT_CLUSTER_USER", "reader")
    with pytest.raises(WrongUsage) as half:
        credentials()
    assert half.value.code == "cluster_credentials"
    monkeypatch.setenv("POLICYTEXT_CLUSTER_PASSWORD", "a:b")
    assert credentials() == ("reader", "a:b")
    file = tmp_path / "credentials"
    file.write_text("writer:c:d\n")
    monkeypatch.setenv("POLICYTEXT_CLUSTER_CREDENTIALS", str(file))
    assert credentials() == ("writer", "c:d")
    file.write_text("writer\n")
    with pytest.raises(WrongUsage):
        credentials()


def test_a_cluster_is_configured_by_a_file_and_by_what_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("USER", "PASSWORD", "CREDENTIALS", "CONFIG"):
        monkeypatch.delenv(f"POLICYTEXT_CLUSTER_{name}", raising=False)
    assert configured({"url": "https://a:9200", "name": None, "ca": None}) == Cluster("https://a:9200")
    (tmp_path / "who").write_text("writer:c\n")
    file = tmp_path / "cluster.toml"
    file.write_text(
        f"url = 'https://b:9200'\nname = 'archive'\nshards = 6\nreplicas = 2\ncredentials = '{(tmp_path / 'who').as_posix()}'\n"
    )
    monkeypatch.setenv("POLICYTEXT_CLUSTER_CONFIG", str(file))
    assert configured({"url": None}) == Cluster("https://b:9200", "archive", credentials=("writer", "c"), shards=6, replicas=2)
    monkeypatch.setenv("POLICYTEXT_CLUSTER_USER", "reader")
    monkeypatch.setenv("POLICYTEXT_CLUSTER_PASSWORD", "d")
    found = configured({"url": "https://a:9200", "name": "other"})
    assert (found.url, found.name, found.credentials) == ("https://a:9200", "other", ("reader", "d"))


def test_entries_fit_the_cluster_mapping() -> None:
    """Each field that an entry has is mapped; repeated terms keep the length and count once."""
    found = cluster_mapping.source(made(5, "奖励奖励奖励", "a"), "a")
    assert set(found) == set(cluster_mapping.settings()["mappings"]["properties"])
    assert found["text"] == ["奖励", "_", "_"]
    assert (found["length"], found["key"]) == (3, "00000000000000000005")
    assert cluster_mapping.source(replace(made(5, ""), headings=""), "a")["head"] == ["_"]


def test_without_the_client_the_cluster_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    with pytest.raises(WrongUsage) as raised:
        connect(Cluster("https://search.example:9200"))
    assert raised.value.code == "cluster_missing"


@pytest.mark.parametrize(
    ("name", "code"),
    [("SSLError", "cluster_tls"), ("AuthenticationException", "cluster_denied"), ("AuthorizationException", "cluster_denied")],
)
def test_what_the_client_complains_of_is_told_in_words(name: str, code: str) -> None:
    with pytest.raises(CorpusError) as raised, named_errors():
        raise getattr(exceptions, name)(401, "refused", {})
    assert raised.value.code == code
    assert raised.value.hint("zh")


class Narrow:
    """A client whose cluster finds every query too wide."""

    def search(self, **asked: Any) -> Any:
        raise exceptions.RequestError(
            400, "search_phase_execution_exception", {"error": {"root_cause": [{"reason": "too_many_nested_clauses"}]}}
        )


def test_a_query_wider_than_the_cluster_takes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policytext.opensearch.time.sleep", lambda seconds: None)
    with pytest.raises(WrongUsage) as raised:
        ClusterIndex(Narrow(), "x")._ask({})
    assert raised.value.code == "query_too_wide"
