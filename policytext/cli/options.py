"""Options shared by commands, and the values they become."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from policytext.cli.language import lang_option, language, option
from policytext.corpus.filters import FLAGS, STATUSES, Bands, Filters, days, id_of
from policytext.errors import InputError, PolicytextError, WrongUsage
from policytext.measures.manifest import read_manifest
from policytext.messages import Lang, say
from policytext.places import model_folder
from policytext.report.output import CONTROL, FORMATS, Look, write_bytes, write_rows
from policytext.report.rows import Row
from policytext.schema import OCR_MODES
from policytext.sheets import decoded
from policytext.taxonomy import Taxonomy, load_taxonomy, taxonomy_of

REPORTS = ("html", "docx", "md")
#: The options that name a file to write; what a folder of documents may hold beside them, since it is read only when asked for.
WRITTEN = ("path", "errors_path")
SHEETS = frozenset(f".{name}" for name in FORMATS if name != "table")
#: Endings that promise one format: a file of another must not bear them.
PROMISING = frozenset({*FORMATS, *REPORTS, "json", "xls", "htm", "doc", "pdf", "ods", "odt"} - {"table"})


class ReadablePath(click.Path):
    """A file or folder to read. An empty name would mean the current folder; no one means that who writes it."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, readable=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As click does it; raises WrongUsage ``no_files`` for an empty name."""
        if value == "":
            raise WrongUsage("no_files")
        return super().convert(value, param, ctx)


@dataclass(frozen=True, slots=True)
class Output:
    """Where rows go and how."""

    style: str
    path: Path | None
    lang: Lang
    taxonomy: Taxonomy

    def write(self, rows: Iterable[Row], columns: Sequence[str]) -> int:
        """Write ``rows``; ``columns`` are those of a table. Returns how many were written."""
        return write_rows(rows, self.style, self.path, Look(self.lang, columns, self.taxonomy.names(self.lang)))

    def write_whole(self, content: bytes) -> None:
        """Write a file that is made at once."""
        write_bytes(content, self.path)

    def tell_filters(self, filters: Filters) -> None:
        """Say in words what was filtered, if anything was."""
        if words := filters.in_words(self.lang, self.taxonomy):
            self.note("filtered", words=words)

    def tell_error(self, error: PolicytextError) -> None:
        """Say on standard error what is wrong and what to do; the run goes on."""
        click.echo(CONTROL.sub("?", f"{error.reason(self.lang)}\n{error.hint(self.lang)}"), err=True)

    def note(self, key: str, **details: object) -> None:
        """Say something about the rows on standard error."""
        click.echo(CONTROL.sub("?", say(key, self.lang, **details)), err=True)


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--format``, ``--output`` and ``--lang``, given to the command as ``output``. The name of the file tells the format too."""
    return _output_options(command, FORMATS)


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a command that writes a report."""
    return _output_options(command, REPORTS)


def _output_options(command: Callable[..., Any], formats: Sequence[str]) -> Callable[..., Any]:
    @option("--format", "style", type=click.Choice(formats))
    @option("--output", "-o", "path", type=click.Path(path_type=Path, dir_okay=False))
    @option("--taxonomy", "taxonomy_path", type=click.Path(path_type=Path, dir_okay=False), envvar="POLICYTEXT_TAXONOMY")
    @lang_option
    @wraps(command)
    def wrapped(*args: Any, style: str | None, path: Path | None, taxonomy_path: Path | None, **rest: Any) -> Any:
        suffix = path.suffix.lower().lstrip(".") if path else ""
        style = style or (suffix if suffix in formats else formats[0])
        if suffix in PROMISING and suffix != style:
            raise WrongUsage("output_suffix", file=str(path), style=style, formats=", ".join(formats))
        _refuse_overwriting(click.get_current_context().params)
        return command(*args, output=Output(style, path, language(), _taxonomy()), **rest)

    return wrapped


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The filters of every listing, given to the command as ``filters``."""

    @option("--province", multiple=True)
    @option("--city", multiple=True)
    @option("--issuer", multiple=True)
    @option("--year", default="")
    @option("--measure", multiple=True)
    @option("--all-measures", is_flag=True)
    @option("--doc-type", multiple=True)
    @option("--flag", multiple=True)
    @option("--status", multiple=True)
    @option("--as-of", type=click.DateTime(["%Y-%m-%d"]))
    @option("--short-below", type=click.IntRange(1), default=36, show_default=True)
    @option("--long-from", type=click.IntRange(1), default=60, show_default=True)
    @option("--within", default="90d", show_default=True)
    @wraps(command)
    def wrapped(*args: Any, as_of: datetime | None, short_below: int, long_from: int, within: str, **rest: Any) -> Any:
        if short_below > long_from:
            raise WrongUsage("wrong_bounds", short_below=short_below, long_from=long_from)
        bands = Bands(as_of.date() if as_of else date.today(), short_below, long_from, days(within))
        taxonomy = _taxonomy()
        filters = Filters(
            bands,
            province=rest.pop("province"),
            city=rest.pop("city"),
            issuer=rest.pop("issuer"),
            year=rest.pop("year"),
            flag=tuple(id_of("flag", value, FLAGS) for value in rest.pop("flag")),
            status=tuple(id_of("status", value, STATUSES) for value in rest.pop("status")),
            all_measures=rest.pop("all_measures"),
            doc_type=rest.pop("doc_type"),
            measure=tuple("none" if value in ("none", "无") else taxonomy.find(value) for value in rest.pop("measure")),
        )
        filters.check()
        return command(*args, filters=filters, **rest)

    return wrapped


def input_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Files and folders to read, given to the command as ``paths`` (``--files-from`` adds a list); tables of ready texts as ``texts``."""

    @click.argument("paths", nargs=-1, type=ReadablePath())
    @option("--files-from", type=click.File("rb"))
    @option("--texts", multiple=True, type=click.Path(path_type=Path, dir_okay=False))
    @wraps(command)
    def wrapped(*args: Any, paths: tuple[Path, ...], files_from: Any, **rest: Any) -> Any:
        listed = [Path(line) for line in lines_of(files_from)] if files_from else []
        return command(*args, paths=[*paths, *listed], **rest)

    return wrapped


def lines_of(handle: Any) -> list[str]:
    """The lines of a list that a user hands in, UTF-8 with or without a mark or GB18030; blank ones are left out.

    Raises InputError ``bad_list``.
    """
    try:
        return [line for line in decoded(handle.read()).splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise InputError("bad_list", file=handle.name) from error


def batch_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """How a batch runs: ``--jobs`` or ``--scheduler``, ``--timeout`` and other limits of a file, ``--ocr``; ``--errors`` for machines."""
    for decorate in (
        option("--jobs", "-j", type=click.IntRange(1), default=1, show_default=True),
        option("--scheduler", default="", metavar="URL"),
        option("--timeout", type=click.IntRange(1, 86400), default=120, show_default=True),
        option("--memory", type=click.IntRange(0, 1 << 20), default=4096, show_default=True),
        option("--max-pages", type=click.IntRange(1, 1 << 20), default=5000, show_default=True),
        option("--max-output", type=click.IntRange(1, 1 << 12), default=256, show_default=True),
        option("--max-open-files", type=click.IntRange(32, 1 << 16), default=256, show_default=True),
        option("--ocr", type=click.Choice(OCR_MODES), default="auto", show_default=True),
        option("--errors", "errors_path", type=click.Path(path_type=Path, dir_okay=False)),
    ):
        command = decorate(command)
    return command


#: Which model labels: the name of a shipped one, or a folder.
model_option = option("--model", default="", type=click.Path(file_okay=False))


def corpus_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``where`` the corpus lies: ``--corpus``, or ``--engine cluster`` with ``--url``, ``--name`` and ``--ca``."""

    @option(
        "--corpus",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("policytext-data"),
        show_default=True,
        envvar="POLICYTEXT_CORPUS",
    )
    @option("--engine", type=click.Choice(("local", "cluster")), default="local", show_default=True, envvar="POLICYTEXT_ENGINE")
    @option("--url", envvar="POLICYTEXT_CLUSTER_URL")
    @option("--name", envvar="POLICYTEXT_CLUSTER_NAME")
    @option("--ca", type=click.Path(path_type=Path, dir_okay=False), envvar="POLICYTEXT_CLUSTER_CA")
    @wraps(command)
    def wrapped(*args: Any, folder: Path, engine: str, url: str | None, name: str | None, ca: Path | None, **rest: Any) -> Any:
        if engine == "local" and click.get_current_context().get_parameter_source("url") is ParameterSource.COMMANDLINE:
            raise WrongUsage("cluster_url_alone")
        if engine == "local":
            return command(*args, where=folder, **rest)
        from policytext.opensearch import configured  # whoever works on one machine does not wait for it

        return command(*args, where=configured({"url": url, "name": name, "ca": ca}), **rest)

    return wrapped


def progress(things: Iterable[Any], total: int, label: str) -> Iterator[Any]:
    """The same things, with a progress bar on standard error when that is a terminal."""
    import sys

    if not sys.stderr.isatty() or total < 2:
        yield from things
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        yield from bar.track(things, total=total, description=label)


def _taxonomy() -> Taxonomy:
    """The measure types of this call: of ``--taxonomy``, else those that the model of ``--model`` was trained for, else the shipped."""
    given = click.get_current_context().params
    if given.get("taxonomy_path"):
        return load_taxonomy(existing(given["taxonomy_path"]))
    model = given.get("model")
    return taxonomy_of(read_manifest(model_folder(model))) if model else load_taxonomy()


def _refuse_overwriting(given: Mapping[str, Any]) -> None:
    """No file that is written may be one that is read: a file or a list named, one in a folder named, or a part of the corpus."""
    written = [given[name] for name in WRITTEN if given.get(name)]
    read = list(_paths_in(value for name, value in given.items() if name not in (*WRITTEN, "folder")))
    for path in written:
        if any(_same(path, one) or (path.suffix.lower() not in SHEETS and _holds(one, path)) for one in read):
            raise WrongUsage("output_is_input", file=str(path))
        corpus = given.get("folder")
        if corpus is not None and _holds(corpus, path) and (path.resolve().parent != corpus.resolve() or ".db" in path.name):
            raise WrongUsage("output_is_input", file=str(path))
    if len({path.resolve() for path in written}) < len(written):
        raise WrongUsage("output_twice", file=str(written[0]))


def _paths_in(values: Iterable[Any]) -> Iterator[Path]:
    for value in values:
        if isinstance(value, Path):
            yield value
        elif isinstance(value, list | tuple):
            yield from _paths_in(value)
        elif isinstance(getattr(value, "name", None), str):  # an open list
            yield Path(value.name)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.is_file() and one.samefile(other)
    except OSError:
        return False


def _holds(folder: Path, path: Path) -> bool:
    """Does the file exist in the folder?"""
    try:
        return folder.is_dir() and path.is_file() and path.resolve().is_relative_to(folder.resolve())
    except OSError:
        return False


def existing(path: Path) -> Path:
    """The path, or InputError ``not_found``."""
    if not path.exists():
        raise InputError("not_found", file=str(path))
    return path
