"""Fixtures: where the shared material is, and texts that stand for policies."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from policytext.cli.main import main
from tests.cluster.nodes import Nodes, missing

ROOT = Path(__file__).parent.parent
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared material (POLICYTEXT_SHARED, else ``../shared``); the test is skipped without it unless CI demands it."""
    folder = Path(os.environ.get("POLICYTEXT_SHARED", ROOT.parent / "shared"))
    if not (folder / "gold").is_dir():
        if os.environ.get("POLICYTEXT_REQUIRE_SHARED"):
            pytest.fail(f"{folder} is missing and POLICYTEXT_REQUIRE_SHARED is set")
        pytest.skip(f"shared material not found at {folder} (set POLICYTEXT_SHARED)")
    return folder


def started(folder: Path, number: int) -> Nodes:
    """A real OpenSearch, where ``make test-cluster`` asked for one; elsewhere the test is skipped."""
    if not os.environ.get("POLICYTEXT_TEST_CLUSTER"):
        pytest.skip("needs a real OpenSearch: run make test-cluster")
    if program := missing():
        pytest.fail(f"{program} is missing: make test-cluster needs a JDK (17 or newer) and Maven")
    return Nodes(folder, number)


@pytest.fixture(scope="session")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Two nodes that no test stops. POLICYTEXT_TEST_CLUSTER may name nodes that run already, by their addresses."""
    running = os.environ.get("POLICYTEXT_TEST_CLUSTER", "")
    cluster = Nodes.at(running.split(",")) if running.startswith("http") else started(tmp_path_factory.mktemp("nodes"), 2)
    yield cluster
    cluster.stop()


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A small policy as a text file."""
    path = tmp_path / "青溪县.txt"
    path.write_text(
        "青溪县人民政府关于印发青溪县促进区块链产业发展若干措施的通知\n青政发〔2020〕7号\n各镇人民政府，县政府各部门：\n"
        "现将《青溪县促进区块链产业发展若干措施》印发给你们，请遵照执行。\n青溪县人民政府\n2020年3月1日\n"
        "青溪县促进区块链产业发展若干措施\n第一条 建设县区块链产业园，首期面积两万平方米，免费提供给入驻团队使用。\n"
        "第二条 设立总规模一亿元的区块链产业引导基金，并对新认定的高新技术企业给予20万元一次性奖励。\n"
        "第三条 每年举办一次区块链高端论坛和创新创业大赛。\n第四条 本措施自2020年4月1日起施行，有效期三年。\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the program: (exit code, standard output, standard error)."""

    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return int(stop.value.code or 0), out, err

    return call


def overwrite(path: Path, content: bytes) -> None:
    """Put ``content`` where a file of an index is, as a new file: a thread that still maps the old one would end this process (SIGBUS)."""
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(content)
    new.replace(path)


def rows(out: str) -> list[dict[str, Any]]:
    """The objects of JSON lines."""
    return [json.loads(line) for line in out.splitlines()]
