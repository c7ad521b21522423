"""Each command has help in both languages and stands in the documentation, which is not out of date."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from policytext.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent
TUTORIALS = ("periods.md", "promises.md", "python.md", "search.md")
PAGES = (
    "README.md",
    "README.zh-CN.md",
    "docs/quickstart.md",
    "docs/method.md",
    "docs/scale.md",
    "docs/errors.md",
    "docs/web.md",
    *(f"docs/{name}" for name in TUTORIALS),
)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_and_option_has_help(name: str, lang: str) -> None:
    done = subprocess.run([sys.executable, "-m", "policytext", name, "--lang", lang, "--help"], capture_output=True, text=True, check=True)
    assert "See help." not in done.stdout
    options = done.stdout.split("Options:" if lang == "en" else "选项:", 1)[1]
    # A line that holds only an option must be followed by its help on the next, deeper line.
    for option, rest in re.findall(r"^  (-[^\n]*?)(?:  +(.*))?$", options, re.MULTILINE):
        assert rest or re.search(re.escape(option) + r"\n {6,}\S", options), f"{name}: {option} has no help"
    if lang == "zh":
        assert re.search(r"[\u4e00-\u9fff]", done.stdout)


def test_commands_page_is_what_help_prints() -> None:
    code = "import sys; sys.path.insert(0, 'scripts'); from make_docs import page, TARGET; sys.exit(page() != TARGET.read_text('utf-8'))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0, "run: make docs"


def test_errors_page_is_what_the_messages_say() -> None:
    code = "import sys; sys.path.insert(0, 'scripts'); from make_docs import errors_page, ERRORS; "
    code += "sys.exit(errors_page() != ERRORS.read_text('utf-8'))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0, "run: make docs"


@pytest.mark.parametrize("page", PAGES)
def test_links_in_the_documents_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), f"{page}: {target}"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_readme_shows_what_the_demo_prints(lang: str) -> None:
    code = "import sys; sys.path.insert(0, 'scripts'); from make_docs import with_demo, READMES; "
    code += f"sys.exit(with_demo('{lang}') != READMES['{lang}'].read_text('utf-8'))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0, "run: make docs"


@pytest.mark.parametrize("page", TUTORIALS)
def test_a_tutorial_shows_what_its_commands_print(page: str) -> None:
    code = "import sys; sys.path.insert(0, 'scripts'); from make_docs import with_output, ROOT; "
    code += f"text = (ROOT / 'docs' / '{page}').read_text('utf-8'); sys.exit(with_output(text) != text)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0, "run: make docs"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_readme_shows_the_two_commands(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert "make demo" in text
    assert "make test" in text
