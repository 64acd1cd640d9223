"""The server's end of one worker: send a job, take the frames of its answer as they come."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections import deque
from typing import TYPE_CHECKING

from mlgraph.errors import MlgraphError, QueryDisplacedError, QueryEngineError, QueryTimeoutError, StoreError
from mlgraph.server.wire import BREAK, DATA, END, HEAD, READY, Head, frames_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlgraph.server.spawner import Spawner, Worker
    from mlgraph.server.worker import Order

__all__ = ["Answer", "Channel"]

_NEVER = float("inf")
_AHEAD = 2**20
"""Bytes of an answer that wait here for the client before the worker is held back."""


class Answer:
    """The answer of one job, while it arrives.

    Parameters
    ----------
    channel : Channel
        Where it comes from.
    """

    def __init__(self, channel: Channel) -> None:
        self.head: Head | None = None
        self.ended = False
        self.error: MlgraphError | None = None
        self._channel = channel
        self._chunks: deque[bytes] = deque()
        self._waiting = 0
        self._dropped = False
        self._news: asyncio.Future[None] | None = None

    async def begin(self) -> Head:
        """Return the head, once it is here and something behind it.

        Raises
        ------
        MlgraphError
            If the worker was stopped or died before.
        """
        while self.head is None or not (self._chunks or self.ended):
            await self._wait()
        return self.head

    async def chunk(self) -> bytes:
        """Return the next bytes of the body; none at its end.

        Raises
        ------
        MlgraphError
            If the answer breaks off.
        """
        while not self._chunks:
            if self.ended:
                return b""
            await self._wait()
        data = self._chunks.popleft()
        self._waiting -= len(data)
        if self._waiting < _AHEAD:
            self._channel.hold(self, still=False)
        return data

    def whole(self) -> bytes:
        """Return all that is here of the body, when the answer has ended."""
        body = b"".join(self._chunks)
        self._chunks.clear()
        return body

    def abandon(self, grace: float) -> None:
        """Say that nobody waits for the rest."""
        self._channel.abandon(self, grace)

    def drop(self) -> None:
        """Forget what is here, and what is to come."""
        self._dropped = True
        self._chunks.clear()

    async def _wait(self) -> None:
        if self.error is not None:
            raise self.error
        self._news = asyncio.get_running_loop().create_future()
        try:
            await self._news
        finally:
            self._news = None

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    def take(self, kind: int, payload: bytes) -> None:
        """Take one frame from the worker."""
        if kind == HEAD:
            self.head = Head.unpack(payload)
            return  # something follows at once
        if kind == DATA and not self._dropped:
            self._chunks.append(payload)
            self._waiting += len(payload)
            if self._waiting >= _AHEAD:
                self._channel.hold(self, still=True)
        elif kind == END:
            self.ended = True
        elif kind == BREAK:
            self.error = QueryEngineError(payload.decode("utf-8", "replace"))
        self._tell()

    def fail(self, error: MlgraphError) -> None:
        """Break off."""
        if not self.ended and self.error is None:
            self.error = error
        self._tell()


class Channel(asyncio.Protocol):
    """One worker process and the line to it.

    Parameters
    ----------
    limits : Order
        What the worker was started with.
    on_free : callable
        Called with the channel when it can take a job.
    on_lost : callable
        Called with the channel and the reason when the worker is gone.
    """

    def __init__(
        self, limits: Order, on_free: Callable[[Channel], None], on_lost: Callable[[Channel, str], None]
    ) -> None:
        self.ready = False
        self.answer: Answer | None = None
        self.said = ""
        self._worker: Worker | None = None
        self._limits = limits
        self._on_free = on_free
        self._on_lost = on_lost
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._due = _NEVER
        self._since = 0.0
        self._abandoned = False
        self._reason = ""
        self._end: asyncio.Task[None] | None = None

    async def open(self, spawner: Spawner) -> None:
        """Start the worker; `on_free` tells when it is ready.

        Raises
        ------
        StoreError
            If no worker can be had.
        """
        ours, theirs = socket.socketpair()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _AHEAD)
        try:
            with theirs:
                self._worker = await spawner.start_worker(theirs)
            ours.settimeout(0)
            await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=ours)
        except BaseException:
            ours.close()
            if self._worker is not None:
                self._worker.kill()
            raise

    @property
    def process(self) -> int:
        """The number of the worker process; 0 before it has one."""
        return self._worker.process if self._worker is not None else 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the line."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take the frames that are complete."""
        for kind, payload in frames_of(data, self._buffer):
            self._take(kind, payload)

    def _take(self, kind: int, payload: bytes) -> None:
        if kind == READY:
            self.ready = True
            self._on_free(self)
        elif self.answer is not None:
            self.answer.take(kind, payload)
            if kind in {END, BREAK}:
                self._finish(retires=kind == END and payload != b"")
        elif kind == BREAK:
            self.said = payload.decode("utf-8", "replace")

    def _finish(self, *, retires: bool) -> None:
        """Be free for another job, or for another worker: all of the answer is here."""
        self.answer = None
        self._due = _NEVER
        if retires:
            self.kill("retired")
            return
        if self._transport is not None:
            self._transport.resume_reading()
        self._on_free(self)

    def ask(self, job: bytes, seconds: float) -> Answer:
        """Send a job, whose answer must have come within some seconds."""
        self.answer = answer = Answer(self)
        self._abandoned = False
        self._since = asyncio.get_running_loop().time()
        self._expect_within(seconds)
        if self._transport is not None:
            self._transport.write(job)
        return answer

    @property
    def seconds(self) -> float:
        """How long the job has been worked on; 0 where the worker is free, or is being ended."""
        return asyncio.get_running_loop().time() - self._since if self.answer and not self._reason else 0.0

    def displace(self) -> None:
        """End the job, so that another client has its turn."""
        if self.answer is not None:
            self.answer.fail(QueryDisplacedError())
        self.kill("displaced")

    def _expect_within(self, seconds: float) -> None:
        """Set the time at which it is too late; an alarm that rings before it looks again later."""
        loop = asyncio.get_running_loop()
        self._due = loop.time() + seconds
        if self._alarm is not None and self._alarm.when() > self._due:
            self._alarm.cancel()
            self._alarm = None
        if self._alarm is None:
            self._alarm = loop.call_at(self._due, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        if self._due == _NEVER:
            return
        loop = asyncio.get_running_loop()
        if loop.time() < self._due:
            self._alarm = loop.call_at(self._due, self._ring)
            return
        if self._abandoned:
            self.kill("abandoned")
            return
        if self.answer is not None:
            self.answer.fail(QueryTimeoutError(self._limits.time))
        self.kill("time")

    def abandon(self, answer: Answer, grace: float) -> None:
        """End the work on an answer that nobody waits for; a quick one may end by itself."""
        if self.answer is answer:
            answer.drop()
            self.hold(answer, still=False)
            self._abandoned = True
            self._expect_within(grace)

    def hold(self, answer: Answer, *, still: bool) -> None:
        """Hold the worker back while the client is slow, or let it go on."""
        if self.answer is answer and self._transport is not None:
            if still:
                self._transport.pause_reading()
            else:
                self._transport.resume_reading()

    def kill(self, reason: str) -> None:
        """End the worker at once, whatever it does."""
        self._reason = self._reason or reason
        self.ready = False
        if self._worker is not None:
            self._worker.kill()
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's own signature
        """See the worker to its end."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        self.ready = False
        self._end = asyncio.get_running_loop().create_task(self._bury())

    async def closed(self) -> None:
        """Return when the worker is gone and all is told."""
        if self._end is not None:
            await self._end

    async def _bury(self) -> None:
        """Learn why the worker is gone, and pass it on; a large one takes a while to go."""
        code = await self._worker.end() if self._worker is not None else 0
        answer, self.answer = self.answer, None
        reason = self._reason or _reason(code)
        if answer is not None:
            answer.fail(_error(reason, self._limits.memory, code))
        self._on_lost(self, reason)


def _reason(code: int) -> str:
    """Return in one word why a worker has ended."""
    if code == -signal.SIGABRT:
        return "memory"
    return "crash" if code < 0 else "exit"


def _error(reason: str, memory: int, code: int) -> MlgraphError:
    if reason == "memory":
        return QueryEngineError(
            f"the query needed more memory than the limit of {memory:,} bytes", "ask for less at once"
        )
    if reason == "crash":
        return QueryEngineError(f"the engine stopped with signal {-code}", "make the query simpler")
    if reason == "stop":
        return StoreError("the server is being stopped")
    return QueryEngineError("the engine ended before the answer did")
