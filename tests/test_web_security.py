"""Who is answered and who is not."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from policytext.corpus import Corpus
from policytext.web.app import create_app
from policytext.web.security import Gate, gate_for, is_loopback
from tests.conftest import Run

GATE = Gate(secret="known")
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with Corpus(tmp_path_factory.mktemp("c") / "corpus", create=True) as corpus:
        return corpus.folder


@pytest.fixture
def web(folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(folder, GATE), base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000"])
def test_known_hosts_are_answered(web: TestClient, host: str) -> None:
    assert web.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "", "[::1", "10.0.0.8", "a@localhost.evil"]
)
def test_other_names_are_not(web: TestClient, host: str) -> None:
    answer = web.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "wrong_host" in answer.text
    assert "known" not in answer.text.replace("known_", ""), "the secret is not told"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_writes_of_other_pages_are_refused(web: TestClient, headers: dict[str, str]) -> None:
    answer = web.post("/upload", data={"csrf": "known"}, headers=headers)
    assert answer.status_code == 403
    assert "wrong_origin" in answer.text


@pytest.mark.parametrize("path", ["/upload", "/upload.json", "/documents/000000000000/corrections"])
@pytest.mark.parametrize("data", [{}, {"csrf": ""}, {"csrf": "wrong"}, {"csrf": "knöwn"}])
def test_writes_without_the_secret_are_refused(web: TestClient, path: str, data: dict[str, str]) -> None:
    answer = web.post(path, data=data, headers={"origin": "http://127.0.0.1:8000"})
    assert answer.status_code == 403
    assert "wrong_csrf" in answer.text


def test_the_secret_may_come_in_a_header(web: TestClient) -> None:
    secret = web.get("/upload.json").json()["csrf"]
    assert "no_upload_files" in web.post("/upload.json", headers={"x-csrf-token": secret}).text
    assert "wrong_csrf" in web.post("/upload.json", data={"csrf": secret}, headers={"x-csrf-token": "wrong"}).text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_pages_cannot_be_written(web: TestClient, method: str) -> None:
    assert web.request(method, "/search").status_code == 405


@pytest.mark.parametrize("path", ["/", "/nowhere", "/static/policytext.css", "/search.json", "/search?year=soon"])
def test_every_answer_has_the_policy(web: TestClient, path: str) -> None:
    headers = web.get(path).headers
    assert headers["content-security-policy"].startswith(CSP)
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert (headers.get("cache-control") == "no-store") is not path.startswith("/static")


def test_templates_hold_no_script_style_or_foreign_address() -> None:
    for path in (Path(__file__).parent.parent / "policytext/web/templates").glob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"<style|style=|\son\w+=|javascript:|\|\s*safe|https?://", text), path.name
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text)), path.name


def test_others_need_the_token(folder: Path) -> None:
    gate = gate_for("192.168.1.5", 1 << 20)
    assert len(gate.token) > 20
    with TestClient(create_app(folder, gate), base_url="http://192.168.1.5:8000") as web:
        assert web.get("/").status_code == 401
        assert web.get("/search.json").status_code == 401
        assert web.get("/static/policytext.js").status_code == 401
        wrong = web.get("/?token=wrong")
        assert wrong.status_code == 401
        assert "<code>wrong_token</code>" in wrong.text
        assert web.get("/search.json", headers={"authorization": f"Bearer {gate.token}"}).status_code == 200
        answer = web.get(f"/search?q=1&token={gate.token}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=1")
        assert "httponly" in answer.headers["set-cookie"].lower()
        assert "samesite=strict" in answer.headers["set-cookie"].lower()
        assert web.get("/search").status_code == 200, "the cookie is enough from now on"
        assert web.get("/", headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize(
    ("host", "alone"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("example.org", False)]
)
def test_the_loopback_needs_no_token(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone
    assert (gate_for(host, 1).token == "") is alone
    assert gate_for(host, 1, token=True).token


def test_the_command_prints_the_address_and_ends_quietly(folder: Path) -> None:
    command = [sys.executable, "-m", "policytext", "serve", "--no-browser", "--corpus", str(folder), "--host", "0.0.0.0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8") as server:
        assert server.stdout is not None
        assert re.fullmatch(r"http://0\.0\.0\.0:\d+/\?token=\S{20,}\n", server.stdout.readline())
        server.terminate()
        _, err = server.communicate(timeout=30)
    assert "令牌" in err
    assert "Traceback" not in err


def test_a_port_in_use_is_told(run: Run, folder: Path) -> None:
    code, _, err = run("serve", "--no-browser", "--corpus", folder, "--host", "203.0.113.9")
    assert code == 2
    assert "port_in_use" in err


def test_a_request_that_means_nothing_is_told(web: TestClient) -> None:
    broken = web.post("/upload", content=b"--x", headers={"content-type": "multipart/form-data", "origin": "http://127.0.0.1:8000"})
    assert broken.status_code == 400
    assert "<code>wrong_request</code>" in broken.text
