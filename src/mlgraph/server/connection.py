"""One connection: its requests must come in time, and what is sent must be taken in time.

uvicorn has no time limit on the head of a request, nor on a client that takes nothing. The usual request takes
a shorter way than uvicorn's (see `mlgraph.server.exchange`): reading and writing it step by step would cost more
than a small query.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from mlgraph.server.exchange import Exchange, read_plain

if TYPE_CHECKING:
    import asyncio

    from mlgraph.server.exchange import Plain
    from mlgraph.server.metrics import Metrics
    from mlgraph.server.settings import Settings

__all__ = ["connection_type", "longest_head"]

_HEAD = 64 * 2**10
_SHARE = 4
_BASE: Any = H11Protocol  # whatever else is installed: another one takes no address above 64 KB


def longest_head(settings: Settings) -> int:
    """Return the bytes that the head of a request may have: the longest query, percent-encoded, and some."""
    return _HEAD + 3 * settings.limits.query


def connection_type(settings: Settings, metrics: Metrics) -> type[asyncio.Protocol]:
    """Return uvicorn's HTTP protocol with the limits of some settings."""
    fields = {
        "limits": settings.limits,
        "longest": longest_head(settings),
        "trusted": frozenset(each.strip() for each in settings.proxies.split(",")),
        "metrics": metrics,
        "near": Counter[str](),
    }
    return type("Connection", (_Connection,), fields)


class _Connection(_BASE):  # type: ignore[misc]
    """A connection; the fields without a value come from `connection_type`."""

    limits: Any
    longest: int
    trusted: frozenset[str]
    metrics: Metrics
    near: Counter[str]

    _head_due: asyncio.TimerHandle | None = None
    _taking_due: asyncio.TimerHandle | None = None
    _received = 0
    _peer: str | None = None
    """Whose connection it is, once it counts among those that are open."""

    _exchange: Exchange | None = None
    """The plain request that is worked on."""

    _after = b""
    """What came while it was."""

    _untouched = True
    """Whether the full reader of HTTP has seen nothing of the request to come."""

    _idle_due: asyncio.TimerHandle | None = None
    _idle_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to wait for a request; turn away who has too many connections."""
        super().connection_made(transport)
        self._about = {
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "root_path": self.root_path,
        }
        transport.set_write_buffer_limits(high=0)  # so that we hear of every byte that waits
        peer = self.client[0] if self.client else ""
        most = self.limits.connections
        share = most if peer in self.trusted else max(1, most // _SHARE)
        if self.near[peer] >= share or self.near.total() >= most:
            self._cut()
            return
        self._peer = peer
        self.near[peer] += 1
        self._expect()

    def _expect(self) -> None:
        self._received = 0
        self._head_due = self.loop.call_later(self.limits.receive, self._cut)

    def _cut(self) -> None:
        self.metrics.cut += 1
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take some bytes, and look whether they make a request."""
        if self._exchange is not None:  # the next request, or nonsense: after this one
            self._after += data
            self.flow.pause_reading()
            return
        plain = read_plain(data) if self._between() else None
        if plain is not None:
            self._begin(plain)
            return
        self._untouched = False
        if self._idle_due is not None:
            self._idle_due.cancel()
            self._idle_due = None
        self._received += len(data)
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._expect_no_head()
        elif self._head_due is None:
            self._expect()
        elif self._received > self.longest:
            self._cut()

    def _expect_no_head(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

    # -- plain requests

    def _between(self) -> bool:
        """Return whether no request has begun."""
        if not self._untouched and self.cycle is not None and self.cycle.response_complete:
            line = self.conn
            idle = line.our_state is h11.IDLE and line.their_state is h11.IDLE
            self._untouched = idle and not line.trailing_data[0]
        return self._untouched

    def _begin(self, request: Plain) -> None:
        """Have a plain request answered."""
        self._unset_keepalive_if_required()
        self._expect_no_head()
        self._exchange = exchange = Exchange(
            request, self._about, self.transport, self.flow, self.server_state.default_headers, self._end
        )
        task = self.loop.create_task(exchange.run(self.app))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _end(self, kept: bool) -> None:  # noqa: FBT001 - told by the exchange
        """Be ready for the next request."""
        self._exchange = None
        self.server_state.total_requests += 1
        if not kept or self.transport.is_closing():
            return
        self._idle_since = self.loop.time()
        if self._idle_due is None:
            self._idle_due = self.loop.call_later(self.timeout_keep_alive, self._look_idle)
        self.flow.resume_reading()
        if self._after:
            data, self._after = self._after, b""
            self.data_received(data)

    def _look_idle(self) -> None:
        """Close a connection that has had no request for a while; one look serves many requests."""
        self._idle_due = None
        if self._exchange is not None or self._head_due is not None or not self._between():
            return  # the end of what has begun sets the next look
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._idle_due = self.loop.call_later(left, self._look_idle)
        elif not self.transport.is_closing():
            self.transport.close()

    def shutdown(self) -> None:
        """Close the connection, after the response that is being sent."""
        if self._exchange is not None:
            self._exchange.kept = False
        else:
            super().shutdown()

    def pause_writing(self) -> None:
        """Begin to wait for a client that takes nothing."""
        super().pause_writing()
        if self._taking_due is None:
            self._taking_due = self.loop.call_later(self.limits.send, self._cut)

    def resume_writing(self) -> None:
        """Note that the client has taken all."""
        super().resume_writing()
        if self._taking_due is not None:
            self._taking_due.cancel()
            self._taking_due = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        for timer in (self._head_due, self._taking_due, self._idle_due):
            if timer is not None:
                timer.cancel()
        if self._exchange is not None:
            self._exchange.lose()
        if self._peer is not None:
            self.near[self._peer] -= 1
            if not self.near[self._peer]:
                del self.near[self._peer]
        super().connection_lost(exc)
