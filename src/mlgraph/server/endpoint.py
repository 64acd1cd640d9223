"""The SPARQL endpoint: a request of the protocol in, the answer of a worker out, as it comes."""

from __future__ import annotations

import asyncio
import math
import re
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from mlgraph import __version__
from mlgraph.errors import MlgraphError, QueryDisplacedError, QueryTimeoutError, StoreError
from mlgraph.server.description import service_description
from mlgraph.server.exchange import EXCHANGE
from mlgraph.server.gate import record_of, send_error, send_whole
from mlgraph.server.negotiate import TRIPLES, accepted_encoding, preferred
from mlgraph.server.request import Body, Query, RequestError, header, read_request
from mlgraph.server.wire import Job

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from mlgraph.server.channel import Answer
    from mlgraph.server.exchange import Exchange
    from mlgraph.server.state import State

__all__ = ["Endpoint"]

_CHANGING = re.compile(r"(?:rand|now|uuid)(?:\s|#[^\n\r]*)*\(", re.IGNORECASE)
"""What makes the same query give another answer the next time."""

_HINTS = ("rand", "now", "uuid")
"""One of them is in every such query: a look that is ten times as quick."""

_WATCH_AFTER = 0.05
_DISCARDED = 4 * 2**20
_DISCARDING = 1.0
"""Bytes and seconds of a refused body that are taken none the less: who is cut while sending sees no answer."""

_LOCKED = (b"content-security-policy", b"default-src 'none'; sandbox")
_VARY = (b"vary", b"Accept, Accept-Encoding")
_NO_STORE = (b"cache-control", b"no-store")
_HTML = "text/html"


async def _discard(scope: Scope, receive: Receive) -> None:
    """Take some of the rest of a body, unless the client waits to be told that it may send it."""
    left = 0 if header(scope["headers"], b"expect") else _DISCARDED
    with suppress(TimeoutError):
        async with asyncio.timeout(_DISCARDING):
            while left > 0:
                message = await receive()
                if not message.get("more_body", False):
                    return
                left -= len(message["body"])


class _Watch:
    """Cancels a task when its client has gone: at once where the connection says so, else after a moment."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.gone = False
        self._receive = receive
        self._work = asyncio.current_task()
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._exchange: Exchange | None = scope.get(EXCHANGE)
        if self._exchange is not None:
            self._exchange.on_loss = self._end
        else:
            self._timer = asyncio.get_running_loop().call_later(_WATCH_AFTER, self._start)

    def _start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._end()

    def _end(self) -> None:
        self.gone = True
        if self._work is not None:
            self._work.cancel()

    def close(self) -> None:
        """End the watch."""
        if self._exchange is not None:
            self._exchange.on_loss = None
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def caught(self) -> bool:
        """Return whether a cancellation was ours, and take it back."""
        if self.gone and self._work is not None:
            self._work.uncancel()
        return self.gone


class Endpoint:
    """An ASGI application that speaks the SPARQL 1.1 Protocol, for queries only.

    Parameters
    ----------
    state : State
        The server.
    editor : ASGI application, optional
        Answers browsers that come without a query.
    """

    def __init__(self, state: State, editor: ASGIApp | None = None) -> None:
        self._state = state
        self._editor = editor
        self._limits = state.settings.limits
        source = state.settings.source
        stamp = source.name if source.name.startswith("store-") else str(source.stat().st_mtime_ns)
        self._version = f"{stamp} {__version__} {ox.__version__}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        record = record_of(scope)
        try:
            await self._answer(scope, receive, send)
        except QueryTimeoutError as error:
            record.outcome = "time"
            error.mend = "ask for less at once: bind a subject first, add LIMIT; /limits says what is allowed"
            wait = str(math.ceil(self._limits.time)).encode()
            await send_error(send, 503, error, [(b"retry-after", wait), _VARY])
        except QueryDisplacedError as error:
            record.outcome = "displaced"
            await send_error(send, 503, error, [(b"retry-after", b"5"), _VARY])
        except StoreError as error:
            record.outcome = "stop"
            await send_error(send, 503, error, [(b"retry-after", b"5")])
        except RequestError as error:
            record.outcome = error.outcome
            closing = [(b"connection", b"close")] if error.status in {408, 413} else []
            allow = [(b"allow", b"GET, HEAD, POST, OPTIONS")] if error.status == 405 else []
            await send_error(send, error.status, error, [*closing, *allow, _VARY])
        except MlgraphError as error:
            record.outcome = "engine"
            await send_error(send, 500, error, [_VARY])

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if method not in {"GET", "HEAD", "POST"}:
            raise RequestError(405, f"the method {method} has no meaning here", "use GET or POST")
        body = await self._body(scope, receive) if method == "POST" else None
        query = read_request(scope["query_string"], body)
        if query.text is None:
            await self._describe(scope, receive, send, query)
            return
        if len(query.text) > self._limits.query:
            status = 413 if body else 414
            raise RequestError(
                status, f"the query has {len(query.text):,} characters; {self._limits.query:,} are allowed"
            )
        headers = scope["headers"]
        job = Job(
            query.text,
            self._state.settings.endpoint,
            query.default,
            query.named,
            header(headers, b"accept"),
            query.form,
            accepted_encoding(header(headers, b"accept-encoding")),
            method == "HEAD",
        )
        tag = self._tag(job)
        if tag and body is None and _matches(header(headers, b"if-none-match"), tag):
            record_of(scope).outcome = "unchanged"
            await send_whole(send, 304, [(b"etag", tag), _VARY, (b"cache-control", b"no-cache")], b"")
            return
        await self._run(scope, receive, send, job, tag)

    async def _body(self, scope: Scope, receive: Receive) -> Body:
        limit = 3 * self._limits.query + 8192  # every character of a form may be percent-encoded
        said = header(scope["headers"], b"content-length")
        if said and said.isascii() and said.isdigit() and int(said[:20]) > limit:
            await _discard(scope, receive)
            raise RequestError(413, f"the body has {said[:20]} bytes; {limit:,} are allowed")
        data = bytearray()
        try:
            async with asyncio.timeout(self._limits.receive):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise RequestError(400, "the client has gone", outcome="gone")
                    data += message.get("body", b"")
                    if len(data) > limit:
                        if message.get("more_body", False):
                            await _discard(scope, receive)
                        raise RequestError(413, f"the body is longer than {limit:,} bytes")
                    if not message.get("more_body", False):
                        break
        except TimeoutError:
            seconds = self._limits.receive
            self._state.metrics.cut += 1
            raise RequestError(408, f"the body was not here within {seconds:g} s", outcome="slow") from None
        return Body(header(scope["headers"], b"content-type") or "", bytes(data))

    def _tag(self, job: Job) -> bytes:
        """Return the entity tag of an answer, which says all that decides it; nothing where time does."""
        lower = job.query.lower()
        if any(each in lower for each in _HINTS) and _CHANGING.search(job.query):
            return b""
        digest = blake2b(self._version, digest_size=12)
        digest.update(repr(job[:7]).encode("utf-8", "surrogatepass"))
        return f'W/"{digest.hexdigest()}"'.encode()

    async def _run(self, scope: Scope, receive: Receive, send: Send, job: Job, tag: bytes) -> None:
        client = scope["client"][0] if scope.get("client") else ""
        watch = _Watch(scope, receive)
        try:
            answer = await self._state.pool.ask(job, client)
            await self._send(scope, send, job, tag, answer)
        except asyncio.CancelledError:
            if not watch.caught():
                raise
            record_of(scope).outcome = "gone"
        finally:
            watch.close()

    async def _send(self, scope: Scope, send: Send, job: Job, tag: bytes, answer: Answer) -> None:
        head = await answer.begin()
        record_of(scope).outcome = head.outcome
        self._state.metrics.outcomes[head.outcome] += 1
        headers = [(b"content-type", head.type.encode()), _VARY, _LOCKED]
        if head.coding:
            headers.append((b"content-encoding", head.coding.encode()))
        if tag and head.status == 200:
            headers += [(b"etag", tag), (b"cache-control", b"no-cache")]
        else:
            headers.append(_NO_STORE)
        if scope["http_version"] == "1.0" and not answer.ended:
            await send_whole(send, head.status, headers, await _gather(answer))
        elif answer.ended:
            await send_whole(send, head.status, headers, answer.whole(), measured=not job.head)
        else:
            await self._stream(scope, send, headers, answer)

    async def _stream(
        self, scope: Scope, send: Send, headers: list[tuple[bytes, bytes]], answer: Answer
    ) -> None:
        """Send an answer while it comes; one that breaks off leaves the response without its end."""
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            while data := await answer.chunk():
                await send({"type": "http.response.body", "body": data, "more_body": True})
        except MlgraphError as error:
            record = record_of(scope)
            record.outcome = "time" if isinstance(error, QueryTimeoutError) else "broken"
            record.note = error.message
            self._state.metrics.outcomes[record.outcome] += 1
            return
        finally:
            self._state.pool.abandon(answer)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _describe(self, scope: Scope, receive: Receive, send: Send, query: Query) -> None:
        """Answer a request without a query: the editor for browsers, else the service description."""
        accept = header(scope["headers"], b"accept")
        types = tuple(each.types[0] for each in TRIPLES)
        form = next((each.types[0] for each in TRIPLES if query.form in {each.name, *each.names}), None)
        offered = (*types, _HTML) if self._editor is not None and not query.form else types
        chosen = form or preferred(accept, offered)
        if chosen == _HTML and self._editor is not None:
            await self._editor(scope, receive, send)
            return
        if chosen is None:
            raise RequestError(406, "the description of this service is RDF", f"accept {', '.join(types)}")
        text = _as(service_description(self._state), chosen)
        kind = f"{chosen}; charset=utf-8" if chosen == types[0] else chosen
        await send_whole(send, 200, [(b"content-type", kind.encode()), _VARY], text)


def _as(turtle: str, media: str) -> bytes:
    if media == "text/turtle":
        return turtle.encode()
    form = ox.RdfFormat.from_media_type(media)
    triples = (quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    return ox.serialize(triples, format=form) or b""


async def _gather(answer: Answer) -> bytes:
    """Return all of an answer, for clients that cannot see a stream break."""
    found: list[bytes] = []
    while data := await answer.chunk():
        found.append(data)
    return b"".join(found)


def _matches(header_value: str | None, tag: bytes) -> bool:
    """Return whether an If-None-Match header names a tag, or any."""
    if not header_value:
        return False
    named: Any = (each.strip().removeprefix("W/") for each in header_value.split(","))
    return any(each in {"*", tag.decode().removeprefix("W/")} for each in named)
