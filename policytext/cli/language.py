"""Click commands and options whose help comes from ``data/messages.toml`` in the language of the call."""

from __future__ import annotations

import gettext
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, cast, get_args

import click

from policytext.messages import Lang, known, say
from policytext.places import data_file

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
VARIABLE = "POLICYTEXT_LANG"
#: The name of click's messages in ``data/locale`` (scripts/make_click_messages.py).
CLICK = "click"


def language(ctx: click.Context | None = None) -> Lang:
    """``--lang`` where it was given, else POLICYTEXT_LANG, else Chinese whatever the locale."""
    ctx = ctx or click.get_current_context(silent=True)
    while ctx is not None:
        if "lang" in ctx.meta:
            return cast(Lang, ctx.meta["lang"])
        ctx = ctx.parent
    return "en" if os.environ.get(VARIABLE, "").lower().startswith("en") else "zh"


def speak(lang: Lang) -> None:
    """Let click say its own messages in ``lang``, through gettext, which it uses."""
    gettext.bindtextdomain(CLICK, str(data_file("locale")))
    gettext.textdomain(CLICK)
    os.environ["LANGUAGE"] = lang


class Option(click.Option):
    """An option whose help is the message ``help.options.NAME`` (or ``help.options.COMMAND.NAME`` where a command differs)."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option's line of the help page."""
        for key in (f"help.options.{ctx.info_name}.{self.name}", f"help.options.{self.name}"):
            if known(key) and known(f"{key}.zh"):
                self.help = say(key, language(ctx))
                break
        return super().get_help_record(ctx)

    def make_metavar(self, ctx: click.Context) -> str:
        """What stands for the value: N for numbers (the range is told behind the help)."""
        return "N" if isinstance(self.type, click.IntRange | click.FloatRange) else super().make_metavar(ctx)


class Command(click.Command):
    """A command whose help is the message ``help.commands.NAME``."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The command's paragraph of the help page."""
        self.help = say(f"help.commands.{self.name}", language(ctx))
        super().format_help_text(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The command's line in the list of commands."""
        return say(f"help.commands.{self.name}", language()).splitlines()[0]


class Group(click.Group):
    """The top command; ``commands_at`` maps the name of each command to its ``module:attribute``, imported when called."""

    command_class = Command

    def __init__(self, *args: Any, commands_at: dict[str, str] | None = None, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.commands_at = commands_at or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the table, which is the order of the work."""
        return list(self.commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        if cmd_name not in self.commands_at:
            return None
        module, _, attribute = self.commands_at[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named; of a name that is none, click.UsageError with the command that it resembles."""
        if args[0] not in self.commands_at:
            from difflib import get_close_matches  # whoever names a command does not wait for it

            if near := get_close_matches(args[0], self.commands_at, 1):
                raise click.UsageError(say("near_command", language(ctx), name=args[0], near=near[0]), ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. When the reader of a pipe (head, less) has left, nothing is wrong: keep the interpreter quiet at exit."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The program's paragraph of the help page."""
        self.help = say("help.program", language(ctx))
        super().format_help_text(ctx, formatter)


def option(*names: str, **settings: Any) -> Decorator:
    """``click.option`` with help from the message table."""
    return cast(Decorator, click.option(*names, cls=Option, **settings))


class NamedChoice(click.Choice[str]):
    """A choice of ids that may be given by their names in ``table`` of the messages too: enterprise or 企业."""

    def __init__(self, table: str, ids: Sequence[str]) -> None:
        super().__init__(ids)
        self.table = table

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The id."""
        names = {say(f"{self.table}.{name}", lang): name for name in self.choices for lang in get_args(Lang)}
        return super().convert(names.get(value, value), param, ctx)


def _remember(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    if value:
        ctx.meta["lang"] = value
    return value


#: Eager, so that help and errors of the same call are already in the language.
lang_option = option("--lang", type=click.Choice(["zh", "en"]), is_eager=True, expose_value=False, callback=_remember)
