"""Write docs/commands.md from the help pages of the program, the excerpt of the demo in both READMEs, and the output of the commands in
the tutorials: ``make docs``."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from policytext.cli.main import COMMANDS, program

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "commands.md"
READMES = {"zh": ROOT / "README.zh-CN.md", "en": ROOT / "README.md"}
DEMO = re.compile(r"(?<=<!-- demo -->\n```text\n).*?(?=```)", re.DOTALL)
TUTORIALS = [ROOT / "docs" / name for name in ("periods.md", "promises.md", "python.md", "search.md")]
PYTHON = re.compile(r"```python\n(.*?)```\n(?:\n```text\n.*?```\n)?", re.DOTALL)
CONSOLE = re.compile(r"```console\n\$ policytext (.*)\n(?:[^`]*\n)?```")
WRONG_USAGE = 2
#: Lines of the table of periods that the READMEs show.
PERIODS = 9
INTRO = """# 命令 · Commands

本页由 `make docs` 从 `--help` 生成，请勿手改。 This page is generated from `--help` by `make docs`; do not edit it.

退出码 exit codes: 0 全部成功 all good · 1 有输入失败 some input failed · 2 用法错误 wrong usage.
"""


def help_page(name: str, lang: str) -> str:
    os.environ["POLICYTEXT_LANG"] = lang
    top = click.Context(program, info_name="policytext", terminal_width=100)
    command = program.get_command(top, name)
    assert command is not None
    with click.Context(command, info_name=name, parent=top, terminal_width=100) as ctx:
        return command.get_help(ctx)


def page() -> str:
    parts = [INTRO]
    for name in COMMANDS:
        parts.append(f"## {name}\n\n```text\n{help_page(name, 'zh')}\n```\n\nEnglish:\n\n```text\n{help_page(name, 'en')}\n```\n")
    return "\n".join(parts)


def with_demo(lang: str) -> str:
    """The README in ``lang`` with today's output of the demo: counts, measures, the shortest periods, what cannot be met, the first and
    the last search."""
    run = [sys.executable, "-m", "policytext", "demo", "--lang", lang]
    output = subprocess.run(run, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    lines = [line.rstrip() for line in output.splitlines()]
    added, measures, periods, impossible, first, *_, last, _ = "\n".join(lines).split("\n\n")
    shortest = "\n".join(periods.splitlines()[:PERIODS]) + "\n…"
    excerpt = "\n\n".join((added, measures, shortest, impossible, first, last)) + "\n"
    return DEMO.sub(lambda _: excerpt, READMES[lang].read_text("utf-8"))


def with_output(text: str) -> str:
    """The page ``text`` with today's output below each command, run one after the other on a corpus of their own."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("corpus", "docs"):
            os.symlink(ROOT / name, Path(folder) / name)
        environment = {**os.environ, "POLICYTEXT_CORPUS": str(Path(folder) / "data"), "POLICYTEXT_LANG": "zh"}

        def run(block: re.Match[str]) -> str:
            command = [sys.executable, "-m", "policytext", *shlex.split(block[1])]
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")
            if done.returncode not in (0, WRONG_USAGE):
                raise SystemExit(done.stderr)
            lines = [line.rstrip() for line in (done.stdout + done.stderr).replace(folder, ".").splitlines()]
            return "\n".join(["```console", f"$ policytext {block[1]}", *lines, "```"])

        return _with_python(CONSOLE.sub(run, text), folder)


def _with_python(text: str, folder: str) -> str:
    """The page with what its pieces of Python print, run one after the other in one process."""
    pieces = PYTHON.findall(text)
    if not pieces:
        return text
    mark = "-- next piece --"
    program = f"\nprint({mark!r})\n".join(pieces)
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True, encoding="utf-8")
    outputs = iter(done.stdout.split(f"{mark}\n"))
    return PYTHON.sub(lambda piece: f"```python\n{piece[1]}```\n\n```text\n{next(outputs)}```\n", text)


if __name__ == "__main__":
    for tutorial in TUTORIALS:
        tutorial.write_text(with_output(tutorial.read_text("utf-8")), "utf-8")
    TARGET.write_text(page(), "utf-8")
    for lang, readme in READMES.items():
        readme.write_text(with_demo(lang), "utf-8")
