"""The local page: serve."""

from __future__ import annotations

import socket
import sys
import threading
import webbrowser
from pathlib import Path
from typing import Any

import click

from policytext.cli.language import Command, lang_option, language, option
from policytext.cli.options import corpus_option
from policytext.corpus import Where, open_corpus
from policytext.errors import WrongUsage
from policytext.messages import Lang, say
from policytext.places import STORE


@click.command("serve", cls=Command)
@option("--host", default="127.0.0.1", show_default=True)
@option("--port", type=click.IntRange(0, 65535), default=0)
@option("--browser/--no-browser", default=True, show_default=True)
@option("--token", is_flag=True)
@option("--upload-limit", type=click.IntRange(1, 4096), default=200, show_default=True)
@corpus_option
@lang_option
def serve(host: str, port: int, browser: bool, token: bool, upload_limit: int, where: Where) -> None:
    """See help.commands.serve."""
    # All that serves is imported here: whoever asks for help does not wait for it.
    from policytext.search.engines import refresh
    from policytext.web.app import create_app
    from policytext.web.security import gate_for, is_loopback

    lang = language()
    if isinstance(where, Path) and not (where / STORE).exists():
        click.echo(say("serving_new", lang, folder=where), err=True)
    with open_corpus(where, create=True) as corpus:
        if not isinstance(where, Path):
            refresh(corpus)  # so that there is an index to ask
    listening = _listen(host, port)
    gate = gate_for(host, upload_limit << 20, token)
    address = _address(host, listening.getsockname()[1])
    if gate.token and not is_loopback(host):
        click.echo(say("serving_openly", lang), err=True)
    click.echo(say("serving", lang, address=address + (f"/?token={gate.token}" if gate.token else "/"), folder=where))
    sys.stdout.flush()
    if browser:
        opener = threading.Timer(0.5, webbrowser.open, [address + (f"/?token={gate.token}" if gate.token else "/")])
        opener.daemon = True
        opener.start()
    _run(create_app(where, gate), listening, lang)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens; WrongUsage ``port_in_use`` where none can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, for only then asyncio sends at once: else each page waits 40 ms for the browser's acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except (OSError, UnicodeError) as error:
        listening.close()
        raise WrongUsage("port_in_use", host=host, port=port, problem=getattr(error, "strerror", None) or error) from error
    listening.listen(128)
    return listening


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _run(app: Any, listening: socket.socket, lang: Lang) -> None:
    import uvicorn

    config = uvicorn.Config(
        app, http="h11", loop="asyncio", ws="none", log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=3
    )
    try:
        uvicorn.Server(config).run([listening])
    except KeyboardInterrupt:
        pass
    finally:
        listening.close()
    click.echo(say("served", lang), err=True)
