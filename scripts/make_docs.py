"""Write docs/commands.md from the help pages of the program: ``make docs``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from policytext.cli.main import COMMANDS, program

TARGET = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
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


if __name__ == "__main__":
    TARGET.write_text(page(), "utf-8")
