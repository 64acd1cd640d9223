"""The usual request, which arrives whole and plain: read by one pattern, answered in one write where it can be.

Whatever is not of that kind, however slightly, is left to the full reader of HTTP (see `connection`).
"""

from __future__ import annotations

import asyncio
import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.types import ASGIApp, Message, Scope
    from uvicorn.protocols.http.flow_control import FlowControl

__all__ = ["EXCHANGE", "Exchange", "Plain", "read_plain"]

EXCHANGE = "mlgraph.exchange"
"""Where a scope holds its exchange, which tells at once when the client has gone."""

_REQUEST = re.compile(
    rb"(GET|HEAD|POST|OPTIONS) (/[\x21-\x7e]*) HTTP/1\.1\r\n"
    rb"((?:[-!#$%&'*+.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)+)\r\n"
)
"""A subset of RFC 9112: no white space but where it must be, each line ended by CR LF, a target that is a path."""

_FIELD = re.compile(rb"([^:\r\n]+):([^\r\n]*)\r\n")
_NOT_PLAIN = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"http2-settings", b"te", b"trailer"})
_CHUNKED = b"transfer-encoding: chunked"
_LAST_CHUNK = b"0\r\n\r\n"
_BODILESS = frozenset({204, 304})
_STATUS = {each.value: f"HTTP/1.1 {each.value} {each.phrase}".encode() for each in HTTPStatus}
_FAILED = b"Internal Server Error"


class Plain(NamedTuple):
    """A request that is here to its last byte; names of headers are in lower case."""

    method: bytes
    target: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes


def read_plain(data: bytes) -> Plain | None:
    r"""Return the request that some bytes are; None where they are not exactly one of the usual kind.

    Notes
    -----
    Refused, and so left to the full reader: a part of a request, or more than one; more than one Host, or
    none; a body in chunks, or of another length than said; whatever speaks of the connection, but to keep it.

    Examples
    --------
    >>> read_plain(b"GET /a?b HTTP/1.1\r\nHost: c\r\n\r\n")
    Plain(method=b'GET', target=b'/a?b', headers=[(b'host', b'c')], body=b'')
    >>> read_plain(b"GET /a?b HTTP/1.1\r\nHost: c\r\n") is None
    True
    """
    found = _REQUEST.match(data)
    if found is None:
        return None
    method, target, lines = found.groups()
    headers = [(name.lower(), value.strip(b"\t ")) for name, value in _FIELD.findall(lines)]
    names = [name for name, _ in headers]
    if names.count(b"host") != 1 or not _NOT_PLAIN.isdisjoint(names):
        return None
    length = b""
    for name, value in headers:
        if name == b"content-length":
            if length or method != b"POST" or not value.isdigit() or len(value) > 9:
                return None
            length = value
        elif name == b"connection" and value.lower() != b"keep-alive":
            return None
    body = data[found.end() :]
    if len(body) != int(length or b"0") or (method == b"POST" and not length):
        return None
    return Plain(method, target, headers, body)


class Exchange:
    """One plain request and its response: the two ends that an ASGI application is given.

    Parameters
    ----------
    request : Plain
        What was asked.
    about : dict
        What the scope says of server, client and scheme.
    transport : asyncio.Transport
        Where the response goes.
    flow : FlowControl
        Tells when the client takes no more.
    common : list of pairs
        Headers of every response.
    on_end : callable
        Called when the response is complete, with whether the connection may be kept.
    """

    def __init__(
        self,
        request: Plain,
        about: dict[str, Any],
        transport: asyncio.Transport,
        flow: FlowControl,
        common: list[tuple[bytes, bytes]],
        on_end: Callable[[bool], None],
    ) -> None:
        raw, _, query = request.target.partition(b"?")
        path = raw.decode("ascii")
        self.scope: Scope = {
            **about,
            "type": "http",
            "http_version": "1.1",
            "method": request.method.decode("ascii"),
            "path": unquote(path) if "%" in path else path,
            "raw_path": raw,
            "query_string": query,
            "headers": request.headers,
            EXCHANGE: self,
        }
        self.on_loss: Callable[[], None] | None = None
        self.kept = True
        self._body: bytes | None = request.body
        self._only_head = request.method == b"HEAD"
        self._transport = transport
        self._flow = flow
        self._common = common
        self._on_end = on_end
        self._start: bytes | None = None
        self._status = 0
        self._chunked = False
        self._left = 0
        self._sent_head = False
        self._complete = False
        self._lost = False
        self._over: asyncio.Future[None] | None = None

    async def run(self, application: ASGIApp) -> None:
        """Have an application answer; a response that it does not complete breaks off visibly."""
        try:
            await application(self.scope, self.receive, self.send)
        except BaseException:
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
            if self._start is None and not self._lost:
                await self._fail()
                return
        if not self._complete and not self._lost:
            if self._start is None:
                await self._fail()
            else:
                self._flush(b"")
                self._transport.close()

    async def _fail(self) -> None:
        length = str(len(_FAILED)).encode()
        headers = [(b"content-type", b"text/plain"), (b"content-length", length), (b"connection", b"close")]
        await self.send({"type": "http.response.start", "status": 500, "headers": headers})
        await self.send({"type": "http.response.body", "body": _FAILED})

    def lose(self) -> None:
        """Note that the client has gone."""
        self._lost = True
        self._tell()
        if self.on_loss is not None:
            self.on_loss()

    def _tell(self) -> None:
        if self._over is not None and not self._over.done():
            self._over.set_result(None)

    async def receive(self) -> Message:
        """Return the body, all at once; afterwards wait for the end."""
        if self._body is not None and not self._lost:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        if not self._lost and not self._complete:
            if self._over is None:
                self._over = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._over)
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Send a part of the response; its head waits for what follows, and goes with it."""
        if self._flow.write_paused and not self._lost:
            await self._flow.drain()
        if self._lost:
            return
        if message["type"] == "http.response.start" and self._start is None:
            self._start = self._head(message["status"], message.get("headers", ()))
        elif message["type"] == "http.response.body" and self._start is not None and not self._complete:
            self._take(message.get("body", b""), more=message.get("more_body", False))
        else:
            raise RuntimeError(f"{message['type']} has no place here")

    def _head(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
        lines = [_STATUS[status]]
        length = None
        for name, value in (*self._common, *headers):
            lines.append(name + b": " + value)
            if name == b"content-length":
                length = int(value)
            elif name == b"connection" and value == b"close":
                self.kept = False
        if not self.kept and b"connection: close" not in lines:
            lines.append(b"connection: close")
        if length is None and status not in _BODILESS:
            self._chunked = True
            lines.append(_CHUNKED)
        self._status, self._left = status, length or 0
        text = b"\r\n".join(lines)
        if text.count(b"\n") != len(lines) - 1 or text.count(b"\r") != len(lines) - 1 or b"\0" in text:
            raise ValueError("a header holds the end of a line")
        return text + b"\r\n\r\n"

    def _take(self, body: bytes, *, more: bool) -> None:
        if self._only_head or self._status in _BODILESS:
            body = b""
        elif self._chunked:
            if body:
                body = b"%x\r\n%b\r\n" % (len(body), body)
            if not more:
                body += _LAST_CHUNK
        else:
            self._left -= len(body)
            if self._left < 0 or (not more and self._left):
                raise RuntimeError("the body has another length than its header says")
        self._flush(body)
        if not more:
            self._complete = True
            self._tell()
            if not self.kept:
                self._transport.close()
            self._on_end(self.kept)

    def _flush(self, body: bytes) -> None:
        """Write some bytes, with the head before them if it waits."""
        if not self._sent_head:
            self._sent_head = True
            body = (self._start or b"") + body
        if body:
            self._transport.write(body)
