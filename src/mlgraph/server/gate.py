"""What every request passes: limits on requests in flight, CORS, counting, one line of log."""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote

from mlgraph.server.log import RequestLog
from mlgraph.server.request import RequestError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from mlgraph.errors import MlgraphError
    from mlgraph.server.metrics import Metrics
    from mlgraph.server.settings import Limits

__all__ = ["Gate", "Record", "record_of", "send_error", "send_whole"]

_PLAIN = (b"content-type", b"text/plain; charset=utf-8")
_FOR_ALL = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Location, Retry-After, Content-Location"),
    (b"x-content-type-options", b"nosniff"),
]
_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"86400"),
    (b"allow", b"GET, HEAD, POST, OPTIONS"),
]
_ALWAYS_OPEN = frozenset({"/health", "/metrics"})
_ENDPOINT = frozenset({"/sparql", "/sparql/"})
_ROUTES = frozenset("sparql id ontology dump api health metrics limits static .well-known".split())
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_ABSOLUTE = re.compile(rb"https?://[^/]+", re.IGNORECASE)
_KEY = "mlgraph.record"


class Record:
    """What the log says of one request; the parts of the server may fill in the outcome."""

    __slots__ = ("note", "outcome", "size", "status")

    def __init__(self) -> None:
        self.status = 0
        self.size = 0
        self.outcome = ""
        self.note = ""


def record_of(scope: Scope) -> Record:
    """Return the record of a request; a new one where it did not pass the gate."""
    found = scope.get(_KEY)
    if not isinstance(found, Record):
        found = scope[_KEY] = Record()
    return found


async def send_whole(
    send: Send,
    status: int,
    headers: list[tuple[bytes, bytes]],
    body: bytes,
    *,
    measured: bool = True,
) -> None:
    """Send a response in one piece; without its length where the body is not all of it."""
    if measured and status not in {204, 304}:
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def send_error(
    send: Send, status: int, error: MlgraphError, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    """Send an error as text that a person can read: what is wrong, and what to do about it."""
    text = f"{error.message}\n" + (f"hint: {error.mend}\n" if error.mend else "")
    lines = [_PLAIN, (b"cache-control", b"no-store"), *(headers or [])]
    await send_whole(send, status, lines, text.encode("utf-8", "replace"))


def _take_origin_form(scope: Scope) -> None:
    """Make ``http://host/path`` a path: RFC 9112, section 3.2.2 says that a server must take such a target."""
    found = _ABSOLUTE.match(scope["raw_path"])
    if found is not None:
        scope["raw_path"] = scope["raw_path"][found.end() :] or b"/"
        scope["path"] = unquote(scope["raw_path"].decode("ascii"))


class Gate:
    """ASGI middleware around the whole application.

    Parameters
    ----------
    app : ASGI application
        What lies behind.
    endpoint : ASGI application
        What answers at the path of the SPARQL endpoint, without the detour through the application.
    limits : Limits
        How many requests may be in flight.
    metrics : Metrics
        Where they are counted.
    """

    def __init__(self, app: ASGIApp, endpoint: ASGIApp, limits: Limits, metrics: Metrics) -> None:
        self._app = app
        self._endpoint = endpoint
        self._log = RequestLog()
        self._limits = limits
        self._metrics = metrics
        self._clients: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or turn it away."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            self._log.flush()
            return
        if not scope["path"].startswith("/"):
            _take_origin_form(scope)
        started = time.perf_counter()
        record = record_of(scope)
        client = scope["client"][0] if scope.get("client") else ""

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                message["headers"] = [*message.get("headers", ()), *_FOR_ALL]
            else:
                record.size += len(message.get("body", b""))
            await send(message)

        try:
            await self._pass(scope, receive, noting, client)
        finally:
            self._note(scope, record, client, time.perf_counter() - started)

    async def _pass(self, scope: Scope, receive: Receive, send: Send, client: str) -> None:
        if scope["method"] == "OPTIONS":
            await send_whole(send, 204, _PREFLIGHT, b"")
        elif scope["path"] in _ALWAYS_OPEN:
            await self._app(scope, receive, send)
        elif (refusal := self._refusal(client)) is not None:
            record_of(scope).outcome = refusal.outcome
            await send_error(send, refusal.status, refusal, [(b"retry-after", b"1")])
        else:
            self._metrics.in_flight += 1
            self._clients[client] += 1
            try:
                await (self._endpoint if scope["path"] in _ENDPOINT else self._app)(scope, receive, send)
            finally:
                self._metrics.in_flight -= 1
                self._clients[client] -= 1
                if not self._clients[client]:
                    del self._clients[client]

    def _refusal(self, client: str) -> RequestError | None:
        if self._clients[client] >= self._limits.per_client:
            return RequestError(
                429,
                f"{self._limits.per_client} requests of yours are being worked on, which is all one may have",
                "wait for an answer before the next request; /limits says what is allowed",
                "client",
            )
        if self._metrics.in_flight >= self._limits.in_flight:
            return RequestError(
                503,
                f"{self._limits.in_flight} requests are being worked on, which is all that this server takes",
                "try again in a moment",
                "busy",
            )
        return None

    def _note(self, scope: Scope, record: Record, client: str, seconds: float) -> None:
        method, path = scope["method"], scope["path"]
        head = path.split("/", 2)[1] if path.startswith("/") else ""
        route = head if head in _ROUTES else ("other" if head else "page")
        status = record.status or 499  # the client went before there was an answer
        counted = method if method in _METHODS else "other"
        self._metrics.count(route, counted, status, seconds, record.size)
        line: dict[str, str | float] = {
            "client": client,
            "method": method,
            "path": path[:200],
            "status": status,
            "bytes": record.size,
            "seconds": round(seconds, 6),
        }
        if record.outcome:
            line["outcome"] = record.outcome
        if record.note:
            line["note"] = record.note
        self._log.add(line)
