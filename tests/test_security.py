"""What SECURITY.md promises of the code: nothing loads code from data, no shell, safe XML, nothing that a terminal or sheet obeys."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from policytext.errors import ModelError
from policytext.measures.manifest import digest_of
from policytext.measures.model import Model
from policytext.places import model_folder
from tests.conftest import ROOT, Run

FILES = sorted((ROOT / "policytext").rglob("*.py"))
#: Modules that run code from data, expand entities of XML, or hand words to a shell.
FORBIDDEN = {
    "pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "yaml", "xml", "xmlrpc", "pty", "commands", "imp", "code", "pdb",
}  # fmt: skip
#: Clients of the network: the program reads what lies on the disk. (The web page listens, it does not call.)
CALLING = {"requests", "httpx", "urllib3", "aiohttp", "ftplib", "smtplib", "telnetlib"}
CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "tempfile.mktemp", "joblib.load", "etree.parse", "html.parse"}


def names(node: ast.expr) -> str:
    return f"{names(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text("utf-8")))


def faults(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in FORBIDDEN | CALLING)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module.split(".")[0] in FORBIDDEN | CALLING:
                yield node.module
        elif isinstance(node, ast.Call):
            name, given = names(node.func), {word.arg: word.value for word in node.keywords}
            if name in CALLS:
                yield name
            if "shell" in given:
                yield f"{name} with shell"
            if name.endswith("np.load") and not is_false(given.get("allow_pickle")):
                yield "np.load that unpickles"
            if name.endswith("XMLParser") and not (is_false(given.get("resolve_entities")) and is_false(given.get("load_dtd"))):
                yield "an XML parser that resolves entities"
            if name.startswith("etree.") and name.endswith("fromstring") and len(node.args) < 2 and "parser" not in given:
                yield "XML by a parser of unknown habits"


def is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_from_data_no_shell_no_open_xml(path: Path) -> None:
    assert not list(faults(path))


@pytest.mark.parametrize(
    "source",
    ["import pickle", "from xml.etree import ElementTree", "eval('1')", "import subprocess\nsubprocess.run('x', shell=True)",
     "import numpy as np\nnp.load('x')", "from lxml import etree\netree.fromstring('x')", "from lxml import etree\netree.XMLParser()"],
)  # fmt: skip
def test_the_check_would_find_it(tmp_path: Path, source: str) -> None:
    (tmp_path / "a.py").write_text(source)
    assert list(faults(tmp_path / "a.py"))


@pytest.mark.parametrize(("name", "arrays"), [("fast", "model.npz"), ("careful", "encoder.onnx")])
def test_a_model_with_a_pickle_in_it_is_refused(tmp_path: Path, name: str, arrays: str) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (Path(tmp_path / "hacked"),)  # type: ignore[return-value]

    folder = tmp_path / "model"
    shutil.copytree(model_folder(name), folder)
    with (folder / arrays).open("wb") as handle:
        np.savez(handle, weights=np.array([Evil()], dtype=object))
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["files"][arrays] = digest_of(folder / arrays)
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(ModelError, match="model_damaged"):
        Model.load(folder)
    assert not (tmp_path / "hacked").exists()


EVIL = "第二条 \x1b[31m红\x07\x9b2J\u202e字 =HYPERLINK(1) 对高新技术企业给予20万元奖励。"


@pytest.mark.parametrize(
    "command",
    [("split",), ("classify",), ("periods",), ("promises",), ("check",), ("search", "奖励", "--in"), ("search", "奖励", "--kwic", "--in"),
     ("commitments",), ("stats",)],
    ids=lambda command: " ".join(command[:2]),
)  # fmt: skip
def test_no_listing_shows_what_a_terminal_obeys(run: Run, policy: Path, command: tuple[str, ...]) -> None:
    policy.write_text(f"{policy.read_text('utf-8')}{EVIL}\n", "utf-8")
    code, out, err = run(*command, policy)
    assert code == 0
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(out + err)


def test_no_error_or_note_shows_what_a_terminal_obeys(run: Run, tmp_path: Path, policy: Path) -> None:
    named = tmp_path / "\x1b[31m红\x07.csv"
    for arguments in (
        ("evaluate", named),
        ("add", policy, "--corpus", tmp_path / "\x1b[2Jc"),
        ("list", "--corpus", tmp_path / "\x1b[2Jnone"),
    ):
        assert not {"\x1b", "\x07"} & set(run(*arguments)[2])


@pytest.mark.parametrize("start", list("=+-@\t\r"))
def test_no_cell_of_any_listing_begins_like_a_formula(run: Run, tmp_path: Path, start: str) -> None:
    path = tmp_path / "texts.jsonl"
    row = {"id": f"{start}1", "text": f"{start}HYPERLINK(1) 对高新技术企业给予20万元奖励。"}
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    out = run("classify", "--clauses", path, "--format", "csv")[1]
    cells = [cell for row in csv.reader(io.StringIO(out.lstrip("\ufeff"))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r"))]


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Name → version and number of hashes of what a lock pins."""
    pins = re.split(r"^(?=\w)", (ROOT / "requirements" / f"{name}.txt").read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {pin.partition("==")[0]: (re.split(r"[ ;\\]", pin.partition("==")[2])[0], pin.count("--hash=sha256:")) for pin in pins}


@pytest.mark.parametrize(("name", "extras"), [("build", []), ("demo", ["docx"]), ("test", ["docx", "ocr", "cluster", "dev"])])
def test_every_dependency_is_locked_with_its_hashes(name: str, extras: list[str]) -> None:
    """A dependency that was added, or asks for more than is pinned: ``make lock``."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project, pins = told["project"], locked(name)
    wanted = [one for extra in extras for one in project["optional-dependencies"][extra]]
    wanted += told["build-system"]["requires"] if name == "build" else project["dependencies"]
    for one in map(Requirement, wanted):
        version, _ = pins[canonicalize_name(one.name)]
        assert one.specifier.contains(version), one
    assert all(version and hashes for version, hashes in pins.values())


def test_the_locks_agree() -> None:
    """They are installed one after the other into one environment."""
    test = locked("test")
    for name in ("build", "demo"):
        assert not {one: pin for one, pin in locked(name).items() if one in test and test[one] != pin}
    assert set(locked("demo")) <= set(test)


#: A pip-audit that knows a hole in whatever stands in the files with these names.
STAND_IN = """#!{python}
import json, pathlib, sys
hole = {{"name": "jinja2", "version": "2.11.2", "vulns": [{{"id": "PYSEC-1", "fix_versions": ["2.11.3"]}}]}}
print(json.dumps({{"dependencies": [hole] if pathlib.Path(sys.argv[-1]).stem in {knows} else []}}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a first line")
@pytest.mark.parametrize(
    ("knows", "code", "words"),
    [([], 0, "NOT RUNNABLE"), (["known"], 0, "0 packages"), (["known", "test"], 1, "2.11.2: PYSEC-1")],
)
def test_the_audit_tells_holes_and_when_nobody_can_be_asked(tmp_path: Path, knows: list[str], code: int, words: str) -> None:
    program = tmp_path / "pip-audit"
    program.write_text(STAND_IN.format(python=sys.executable, knows=knows), "utf-8")
    program.chmod(0o755)
    told = subprocess.run([sys.executable, ROOT / "scripts" / "audit.py", program], capture_output=True, text=True, encoding="utf-8")
    assert (told.returncode, told.stderr) == (code, "")
    assert words in told.stdout
