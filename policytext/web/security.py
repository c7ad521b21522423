"""Who may ask: known hosts only, writes from our own pages only, a token where others can reach the port; and what a page may do.

A page of another site that a reader has open can send requests to this machine. It cannot read the answers, so it cannot know the secret
that every form of ours carries; a name that it lets point here (DNS rebinding) is no known host.
"""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policytext.errors import PolicytextError

#: Nothing but our own files: no inline script or style, no other host, no frame around us.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
WRITES = ("POST", "PUT", "PATCH", "DELETE")
COOKIE = "policytext_token"
#: The secret of our forms: a field of a form, or a header.
FIELD, HEADER = "csrf", "x-csrf-token"


class Refused(PolicytextError):  # noqa: N818 - it refuses, nothing failed
    """A request that is not answered; ``status`` is the HTTP status."""

    def __init__(self, code: str, status: int, **details: object) -> None:
        super().__init__(code, **details)
        self.status = status


@dataclass(frozen=True, slots=True)
class Gate:
    """``host`` is where the server listens; ``token`` is empty on the loopback; ``secret`` is in our forms; ``most`` bytes a body."""

    host: str = "127.0.0.1"
    token: str = ""
    most: int = 200 << 20
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def check_secret(self, given: object) -> None:
        """Raises Refused ``wrong_csrf`` unless the secret of our forms was given."""
        if not (isinstance(given, str) and secrets.compare_digest(given.encode("utf-8", "replace"), self.secret.encode())):
            raise Refused("wrong_csrf", 403)

    def knows(self, host: str) -> bool:
        """Is this ``Host`` header one of ours?"""
        name = _name(host)
        if is_loopback(self.host):
            return name in LOOPBACK
        # Whoever listens on all addresses is called by any of them; by a name only if it is the one given.
        return name in (*LOOPBACK, self.host) or _is_address(name)


def gate_for(host: str, most: int, token: bool = False) -> Gate:
    """The gate of a server that listens on ``host``: with a token where other machines can reach it, or where one is wanted."""
    return Gate(host, secrets.token_urlsafe(24) if token or not is_loopback(host) else "", most)


def is_loopback(host: str) -> bool:
    """Can only this machine reach a server that listens on ``host``?"""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


class Guard:
    """Puts the gate before an application: checks each request, limits its body, adds the headers to each answer."""

    def __init__(self, app: ASGIApp, gate: Gate, refuse: Any) -> None:
        self.app, self.gate, self.refuse = app, gate, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if not scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        request = Request(scope)
        try:
            answer = self._entry(request)
        except Refused as refused:
            answer = self.refuse(request, refused)
        if answer is None:
            await self.app(scope, _Limited(receive, self.gate.most), send_with_headers)
        else:
            await answer(scope, receive, send_with_headers)

    def _entry(self, request: Request) -> Response | None:
        """None when the request may go on; the answer to whoever brings the token; raises Refused."""
        headers, gate = request.headers, self.gate
        if not gate.knows(headers.get("host", "")):
            raise Refused("wrong_host", 421, host=headers.get("host", "")[:200])
        if request.method in WRITES:
            _check_origin(headers)
            if _length(headers) > gate.most:
                raise Refused("upload_too_large", 413, most=gate.most >> 20)
        if not gate.token or _matches(_brought(request), gate.token):
            return None
        if request.method == "GET" and _matches(request.query_params.get("token", ""), gate.token):
            # The token leaves the address line, and with it the history.
            answer = RedirectResponse(str(request.url.remove_query_params("token")).split(request.url.netloc, 1)[1], 303)
            answer.set_cookie(COOKIE, gate.token, httponly=True, samesite="strict")
            return answer
        raise Refused("wrong_token", 401)


class _Limited:
    """The body of a request as it comes in, cut off where it grows too large, whatever its header said."""

    def __init__(self, receive: Receive, most: int) -> None:
        self.receive, self.left, self.most = receive, most, most

    async def __call__(self) -> Message:
        message = await self.receive()
        self.left -= len(message.get("body", b""))
        if self.left < 0:
            raise Refused("upload_too_large", 413, most=self.most >> 20)
        return message


def _check_origin(headers: Headers) -> None:
    """Browsers say where a write comes from; programs say nothing and have to know the secret."""
    origin = headers.get("origin")
    foreign = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    if foreign or (origin is not None and urlsplit(origin).netloc != headers.get("host")):
        raise Refused("wrong_origin", 403, origin=str(origin)[:200])


def _length(headers: Headers) -> int:
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


def _brought(request: Request) -> str:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    return value if kind.lower() == "bearer" else request.cookies.get(COOKIE, "")


def _matches(given: str, token: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), token.encode())


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
