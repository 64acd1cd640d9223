"""One connection: its requests must come in time, and what is sent must be taken in time.

uvicorn has no time limit on the head of a request, nor on a client that takes nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

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

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to wait for a request; turn away who has too many connections."""
        super().connection_made(transport)
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
        self._received += len(data)
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            if self._head_due is not None:
                self._head_due.cancel()
                self._head_due = None
        elif self._head_due is None:
            self._expect()
        elif self._received > self.longest:
            self._cut()

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
        for timer in (self._head_due, self._taking_due):
            if timer is not None:
                timer.cancel()
        if self._peer is not None:
            self.near[self._peer] -= 1
            if not self.near[self._peer]:
                del self.near[self._peer]
        super().connection_lost(exc)
