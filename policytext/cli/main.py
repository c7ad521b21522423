"""The top command, and the one place where errors become words and exit codes."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from policytext import __version__
from policytext.cli.language import Group, Option, lang_option, language, speak
from policytext.errors import PolicytextError
from policytext.messages import Lang, say

#: Where each command lives; a command's module is imported only when it is called, so that a cold start stays short.
COMMANDS = {
    "check": "policytext.cli.reading:check",
    "split": "policytext.cli.reading:split",
    "classify": "policytext.cli.reading:classify",
    "periods": "policytext.cli.reading:periods",
    "add": "policytext.cli.store:add",
    "remove": "policytext.cli.store:remove",
    "list": "policytext.cli.store:list_documents",
    "show": "policytext.cli.store:show",
    "verify": "policytext.cli.store:verify",
    "search": "policytext.cli.find:search",
    "promises": "policytext.cli.promises:promises",
    "compare": "policytext.cli.promises:compare",
    "succession": "policytext.cli.study:succession",
    "copied": "policytext.cli.surveys:copied",
    "stats": "policytext.cli.surveys:stats",
    "commitments": "policytext.cli.surveys:commitments",
    "report": "policytext.cli.report:report",
    "export": "policytext.cli.coding:export",
    "suggest": "policytext.cli.coding:suggest",
    "agree": "policytext.cli.coding:agree",
    "train": "policytext.cli.models:train",
    "evaluate": "policytext.cli.models:evaluate",
    "serve": "policytext.cli.serve:serve",
    "demo": "policytext.cli.demo:demo",
}


@click.group("policytext", cls=Group, commands_at=COMMANDS)
@click.version_option(__version__, prog_name="policytext", cls=Option)
@lang_option
def program() -> None:
    """See help.program."""


def main(arguments: list[str] | None = None) -> None:
    """Run the program and leave with its exit code: 0 all good, 1 some input failed, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    lang: Lang = _asked_language(given)
    speak(lang)
    try:
        result: Any = program.main(arguments, prog_name="policytext", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except PolicytextError as error:
        return _told(error, lang)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 2
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "policytext"
        click.echo(say("error", lang, code="usage", reason=error.format_message(), hint=say("try_help", lang, command=where)), err=True)
        return 2
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(say("stopped", lang), err=True)
        return 130
    except Exception as error:
        if os.environ.get("POLICYTEXT_DEBUG"):
            raise
        return _told(PolicytextError("internal", problem=f"{type(error).__name__} {error}"), lang)


def _told(error: PolicytextError, lang: Lang) -> int:
    from policytext.report.output import CONTROL  # a name in the error may hold what a terminal obeys

    click.echo(CONTROL.sub("?", say("error", lang, code=error.code, reason=error.reason(lang), hint=error.hint(lang))), err=True)
    return error.exit_code


def _asked_language(arguments: list[str]) -> Lang:
    """The language for errors raised outside any context."""
    for place, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else ""
        if argument == "--lang" and place + 1 < len(arguments):
            value = arguments[place + 1]
        if value in ("zh", "en"):
            return "en" if value == "en" else "zh"
    return language(None)
