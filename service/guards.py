"""What stands before every request: whom the service answers, how much it reads, what browsers may do.

No accounts exist yet and the service listens on this machine only, so two ways in are left and closed here: a
website that points its own name at 127.0.0.1 (the Host header gives it away), and a website that sends forms
to 127.0.0.1 from a visitor's browser (the Origin or Sec-Fetch-Site header does).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.problems import BODY_TOO_LARGE, FOREIGN_ORIGIN, UNKNOWN_HOST, ServiceProblem, problem_response
from service.settings import is_loopback

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_LENGTH_DIGITS = 18
SAME_SITE = frozenset({"same-origin", "none"})
# A name or an address, and at most one port: whatever else a client puts there is no host of ours.
_HOST = re.compile(r"(?:(?P<name>[A-Za-z0-9.-]+)|\[(?P<address>[0-9A-Fa-f:.]+)\])(?::[0-9]{1,5})?")

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=(self)",
}


class SecurityHeaders:
    """Puts the security headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Doorkeeper:
    """Refuses requests under a foreign name, and writing requests sent by another website's page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        refusal = refusal_of(scope["method"], Headers(scope=scope)) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await problem_response(refusal, scope)(scope, receive, send)


def refusal_of(method: str, headers: Headers) -> ServiceProblem | None:
    """Why a request with these headers is refused, or None."""
    host = ", ".join(headers.getlist("host"))
    if not is_loopback(host_name(host)):
        return ServiceProblem(UNKNOWN_HOST, f"The request asks for the host {host[:100]!r}.")
    if method in READING_METHODS:
        return None
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if (site is not None and site not in SAME_SITE) or (origin is not None and not _same(origin, host)):
        return ServiceProblem(
            FOREIGN_ORIGIN, f"The request was sent by a page of {(origin or site or '')[:100]!r}."
        )
    return None


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets; empty if it is malformed."""
    match = _HOST.fullmatch(host)
    return (match["name"] or match["address"]).lower() if match else ""


def _same(origin: str, host: str) -> bool:
    return origin in {f"http://{host}", f"https://{host}"}


class HeadAsGet:
    """Answers HEAD as GET without the body, at every address that takes GET."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            body = message["type"] == "http.response.body"
            await send({**message, "body": b""} if body else message)

        await self._app({**scope, "method": "GET"}, receive, send_without_body)


class BodyLimit:
    """Counts the bytes of a request's body as they arrive, and refuses more than its address takes.

    A body that says in Content-Length that it is too large is refused before it is read. ``limit_of`` gives
    the most bytes for a path.
    """

    def __init__(self, app: ASGIApp, limit_of: Callable[[str], int]) -> None:
        self._app = app
        self._limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_of(scope["path"])
        if _announced(Headers(scope=scope)) > limit:
            await problem_response(_too_large(limit), scope)(scope, receive, send)
            return
        counter = _Counter(scope, receive, send, limit)
        await self._app(scope, counter.receive, counter.send)


class _Counter:
    """Receives and sends for one request; once too many bytes came, the only answer is the problem."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._limit = limit
        self._read = 0
        self._answered = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > self._limit:
            raise _too_large(self._limit)
        return message

    async def send(self, message: Message) -> None:
        # Whatever was made of the exception above (a parser may call it a parsing error), the reason is the
        # size.
        if self._read <= self._limit:
            await self._send(message)
        elif not self._answered:
            self._answered = True
            response = problem_response(_too_large(self._limit), self._scope)
            await response(self._scope, self._receive, self._send)


def _announced(headers: Headers) -> int:
    length = headers.get("content-length", "")
    return int(length) if length.isdecimal() and len(length) <= MAX_LENGTH_DIGITS else 0


def _too_large(limit: int) -> ServiceProblem:
    return ServiceProblem(BODY_TOO_LARGE, f"This address takes requests of at most {limit:,} bytes.")
