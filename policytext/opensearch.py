"""The connection to an OpenSearch cluster: address, credentials, errors in words, writes that are repeated until they are taken."""

from __future__ import annotations

import logging
import os
import re
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from policytext.errors import CorpusError, WrongUsage, brief

#: Where user and password come from; on the command line other users of the machine would see them.
USER, PASSWORD, FILE = "POLICYTEXT_CLUSTER_USER", "POLICYTEXT_CLUSTER_PASSWORD", "POLICYTEXT_CLUSTER_CREDENTIALS"
#: Names a TOML file with what is not given elsewhere, and what each of its keys must be.
CONFIG = "POLICYTEXT_CLUSTER_CONFIG"
KEYS: dict[str, type] = {"url": str, "name": str, "ca": str, "credentials": str, "shards": int, "replicas": int}
#: What OpenSearch takes as the beginning of a name of an index.
NAME = re.compile("[a-z0-9][a-z0-9_-]{0,99}")
#: Seconds until one request counts as lost (more than the minute that a node waits for a shard to come back), and how often it is sent
#: again at once, each time to another node.
PATIENCE, ATTEMPTS = 90, 4
#: Documents and bytes of one bulk request.
BULK, BULK_BYTES = 500, 8 * 1024 * 1024
#: Seconds of waiting before a write that the cluster did not take is sent again: together four minutes.
PAUSES = (0.0, 0.5, 1, 2, 4, 8, 16, 30, 60, 60, 60)
#: The same for a question, for which somebody waits.
SHORT_PAUSES = (0.0, 0.1, 0.3, 1, 2, 4, 8)
#: What the cluster answers when it has too much to do or has just lost a node.
PASSING = frozenset({429, 502, 503, 504})
#: How it names the loss of a node that it met amid a question; the status is that of an error of its own.
LOST_NODE = re.compile("disconnected|not connected|node.{0,9}closed", re.IGNORECASE)
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster by the addresses of one or more of its nodes (``https://host:9200``, joined by commas), and a corpus in it by ``name``.

    ``authority`` is a file of certificates that are trusted beside the system's. Certificates are always checked. A new corpus is made in
    ``shards`` parts with ``replicas`` further copies of each.
    """

    url: str
    name: str = "policytext"
    authority: Path | None = None
    credentials: tuple[str, str] | None = field(default=None, repr=False)
    shards: int = 1
    replicas: int = 1

    def __str__(self) -> str:
        return f"{self.name} @ {self.url}"

    @property
    def nodes(self) -> list[str]:
        """The addresses of the nodes."""
        return [part.strip() for part in self.url.split(",") if part.strip()]


def configured(given: dict[str, Any]) -> Cluster:
    """The cluster of what is ``given`` (url, name, ca; None: not given), of the file that POLICYTEXT_CLUSTER_CONFIG names, and of defaults.

    Raises WrongUsage ``cluster_config``, ``cluster_no_url``, ``cluster_name`` or ``cluster_credentials``.
    """
    known = _config() | {key: value for key, value in given.items() if value is not None}
    if "url" not in known:
        raise WrongUsage("cluster_no_url")
    authority = Path(known["ca"]) if "ca" in known else None
    if authority and not authority.is_file():
        raise WrongUsage("cluster_config", problem=f"ca: {authority}")
    made: dict[str, Any] = {key: known[key] for key in ("name", "shards", "replicas") if key in known}
    cluster = Cluster(known["url"], authority=authority, credentials=credentials(known.get("credentials", "")), **made)
    if not NAME.fullmatch(cluster.name):
        raise WrongUsage("cluster_name", name=cluster.name)
    return cluster


def _config() -> dict[str, Any]:
    path = os.environ.get(CONFIG)
    if not path:
        return {}
    try:
        found = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, not TOML
        raise WrongUsage("cluster_config", problem=f"{path}: {error}") from error
    for key, value in found.items():
        if type(value) is not KEYS.get(key) or (type(value) is int and value < 0):
            raise WrongUsage("cluster_config", problem=f"{path}: {key}")
    return found


def credentials(file: str = "") -> tuple[str, str] | None:
    """User and password of the environment, or of the file that it or ``file`` names (a line ``user:password``); None where there is none.

    Raises WrongUsage ``cluster_credentials`` for half of a pair and for a file that cannot be read.
    """
    given = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
    path = os.environ.get(FILE) or ("" if any(given) else file)
    if path:
        try:
            user, colon, password = Path(path).read_text("utf-8").strip().partition(":")
        except (OSError, UnicodeDecodeError) as error:
            raise WrongUsage("cluster_credentials", problem=f"{path}: {error}") from error
        if not (user and colon and password):
            raise WrongUsage("cluster_credentials", problem=f"{path}: user:password")
        return user, password
    if any(given) and not all(given):
        raise WrongUsage("cluster_credentials", problem=PASSWORD if given[0] else USER)
    return given if all(given) else None


def connect(cluster: Cluster) -> Any:
    """A client of the cluster; nothing is sent yet. Raises WrongUsage ``cluster_url`` for an address that cannot be used.

    An address with a password in it is refused, and so is a password over ``http`` to another machine.
    """
    if not cluster.nodes:
        raise WrongUsage("cluster_url", url=cluster.url)
    for node in cluster.nodes:
        parts = urlsplit(node)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise WrongUsage("cluster_url", url=node)
        if parts.username or parts.password:
            raise WrongUsage("cluster_url_password")
        if cluster.credentials and parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise WrongUsage("cluster_plain", host=parts.hostname)
    try:
        from opensearchpy import OpenSearch
    except ImportError as error:
        raise WrongUsage("cluster_missing") from error
    logging.getLogger("opensearch").setLevel(logging.CRITICAL)  # what it would print goes into our own errors
    return OpenSearch(
        cluster.nodes,
        http_auth=cluster.credentials,
        verify_certs=True,
        ca_certs=str(cluster.authority) if cluster.authority else None,
        timeout=PATIENCE,
        max_retries=ATTEMPTS,
        retry_on_timeout=True,
        retry_on_status=(),
        http_compress=True,
    )


@contextmanager
def named_errors() -> Iterator[None]:
    """What the client complains of, as errors that tell the user what to do."""
    from opensearchpy import exceptions

    try:
        yield
    except exceptions.SSLError as error:
        raise CorpusError("cluster_tls", problem=brief(error)) from error
    except exceptions.ConnectionError as error:
        raise CorpusError("cluster_unreachable", problem=brief(error)) from error
    except (exceptions.AuthenticationException, exceptions.AuthorizationException) as error:
        raise CorpusError("cluster_denied", problem=brief(error)) from error
    except exceptions.NotFoundError as error:
        raise CorpusError("cluster_no_corpus", problem=brief(error)) from error
    except exceptions.OpenSearchException as error:
        raise CorpusError("cluster_refused", problem=brief(error)) from error


def ask(call: Callable[[], T], pauses: Sequence[float] = SHORT_PAUSES) -> T:
    """What ``call`` returns; it is called again after a pause while the cluster is too busy or has just lost a node.

    Raises CorpusError ``cluster_…`` as ``named_errors`` does.
    """
    from opensearchpy.exceptions import TransportError

    with named_errors():
        for pause in pauses[:-1]:
            time.sleep(pause)
            try:
                return call()
            except TransportError as error:
                lost = error.status_code == 500 and LOST_NODE.search(str(error))
                if error.status_code not in PASSING and error.status_code != "N/A" and not lost:
                    raise
        time.sleep(pauses[-1])
        return call()


def groups(things: Iterable[T], number: int) -> Iterator[list[T]]:
    """The things in order, ``number`` at a time, the last time perhaps fewer."""
    rest = iter(things)
    while some := list(islice(rest, number)):
        yield some


def open_index(client: Any, alias: str, body: dict[str, Any], create: bool) -> None:
    """See that the index behind ``alias`` is there and was made as ``body`` is (``_meta`` of its mapping); ``create`` makes it.

    Raises CorpusError ``cluster_no_corpus`` or ``cluster_mapping``.
    """
    if create and not ask(lambda: client.indices.exists_alias(name=alias)):
        make_index(client, f"{alias}-1", body, {alias: {}})
    wanted = body["mappings"]["_meta"]["policytext"]
    for index, found in ask(lambda: client.indices.get_mapping(index=alias)).items():
        made_with = found["mappings"].get("_meta", {}).get("policytext")
        if made_with != wanted:
            raise CorpusError("cluster_mapping", name=index, found=made_with or "?", wanted=wanted)


def make_index(client: Any, index: str, body: dict[str, Any], aliases: dict[str, Any]) -> None:
    """Make the index, unless another process is faster."""
    from opensearchpy.exceptions import RequestError

    def create() -> None:
        try:
            client.indices.create(index=index, body=body | {"aliases": aliases})
        except RequestError as error:
            if error.error != "resource_already_exists_exception":
                raise

    ask(create)


def write(client: Any, actions: Iterable[dict[str, Any]], pauses: Sequence[float] = PAUSES, conflicts: bool = False) -> int:
    """Carry out bulk ``actions`` (of opensearchpy.helpers) and return how many; when it returns, each was acknowledged.

    What the cluster does not take for now (too busy, a node lost) is sent again after a pause, and no more is sent meanwhile. Actions
    may so be carried out twice: they must name the ``_id``. Deleting what is not there counts as done; with ``conflicts``
    so does what may not be written because somebody else was faster. Raises CorpusError
    ``cluster_refused`` or ``cluster_no_corpus`` for what it will not take, ``cluster_unreachable`` when the pauses are used up.
    """
    from opensearchpy.helpers import streaming_bulk

    done = 0
    for chunk in groups(actions, BULK):
        left, problem = chunk, ""
        for pause in pauses:
            time.sleep(pause)
            sent, left = left, []
            with named_errors():
                answers = streaming_bulk(
                    client,
                    sent,
                    chunk_size=BULK,
                    max_chunk_bytes=BULK_BYTES,
                    raise_on_error=False,
                    raise_on_exception=False,
                    require_alias=True,  # a name that is not there must not become an index of guessed fields
                )
                for action, (_, answer) in zip(sent, answers, strict=True):
                    ((kind, told),) = answer.items()
                    status = told.get("status", 200)
                    if not isinstance(status, int) or status in PASSING:
                        left.append(action)
                        problem = str(told.get("error", status))[:300]
                    elif status >= 400 and not ((kind == "delete" and status == 404) or (conflicts and status == 409)):
                        code = "cluster_no_corpus" if status == 404 else "cluster_refused"
                        raise CorpusError(code, problem=str(told.get("error", status))[:300])
            if not left:
                break
        if left:
            raise CorpusError("cluster_unreachable", problem=problem)
        done += len(chunk)
    return done
