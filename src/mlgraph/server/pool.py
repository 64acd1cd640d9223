"""The workers: start them, hand them out fairly, replace those that die, end them all."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.errors import QueryTimeoutError, StoreError
from mlgraph.server.channel import Answer, Channel
from mlgraph.server.spawner import Spawner
from mlgraph.server.worker import Order

if TYPE_CHECKING:
    from mlgraph.server.settings import Settings
    from mlgraph.server.wire import Job

__all__ = ["Pool", "Standing"]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_LOOKS = 4
"""How often, while somebody waits, it is looked whether one has waited too long: so often within the patience."""

_GRACE = 0.25
"""Seconds in which a query whose client has gone may still end by itself; a new worker costs as much."""


def _too_late(future: asyncio.Future[Channel], seconds: float) -> None:
    if not future.done():
        future.set_exception(QueryTimeoutError(seconds))


class Standing(NamedTuple):
    """How many workers there are, and what they do; how many requests wait for one."""

    workers: int
    idle: int
    busy: int
    waiting: int


class _Waiting(NamedTuple):
    """A request that waits for a worker, and since when."""

    client: str
    future: asyncio.Future[Channel]
    since: float


class Pool:
    """Worker processes that evaluate queries.

    Parameters
    ----------
    settings : Settings
        Source, number of workers and limits.
    """

    def __init__(self, settings: Settings) -> None:
        limits = settings.limits
        self._order = Order(
            str(settings.source),
            settings.held,
            limits.time,
            limits.memory,
            limits.result,
            limits.query,
            limits.depth,
        )
        self._spawner = Spawner(self._order)
        self._spawning = asyncio.Lock()
        self._time = limits.time
        self._patience = limits.patience
        self._size = settings.workers
        self._most_for_one = max(1, settings.workers - 1)
        self._channels: set[Channel] = set()
        self._idle: list[Channel] = []
        self._waiting: list[_Waiting] = []
        self._room_due: asyncio.TimerHandle | None = None
        self._running: Counter[str] = Counter()
        self._clients: dict[Channel, str] = {}
        self._starting: set[asyncio.Task[None]] = set()
        self._pause = _FIRST_PAUSE
        self._stopping = False
        self._first: asyncio.Future[None] | None = None
        self.ended: Counter[str] = Counter()

    @property
    def standing(self) -> Standing:
        """How the pool stands at this moment."""
        return Standing(len(self._channels), len(self._idle), len(self._clients), len(self._waiting))

    @property
    def able(self) -> bool:
        """Whether any worker is ready."""
        return any(each.ready for each in self._channels)

    # -- life

    async def start(self) -> None:
        """Start the workers, and return when one is ready.

        Raises
        ------
        StoreError
            If the source cannot be opened.
        """
        self._first = asyncio.get_running_loop().create_future()
        try:
            await self._spawner.start()
            for _ in range(self._size):
                self._start_one(0.0)
            await self._first
        except BaseException:
            await self.stop()
            raise

    def _start_one(self, pause: float) -> None:
        task = asyncio.get_running_loop().create_task(self._begin(pause))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _begin(self, pause: float) -> None:
        await asyncio.sleep(pause)
        channel = Channel(self._order, self._free, self._lost)
        try:
            async with self._spawning:
                if not self._spawner.alive:
                    self._spawner = Spawner(self._order)
                    await self._spawner.start()
            self._channels.add(channel)
            await channel.open(self._spawner)
        except (StoreError, OSError):  # no process to be had right now
            self._channels.discard(channel)
            self._start_one(self._rest())
        except asyncio.CancelledError:
            self._channels.discard(channel)
            raise

    async def stop(self) -> None:
        """End all workers; nothing is left behind when this returns."""
        self._stopping = True
        for task in list(self._starting):
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for each in self._waiting:
            if not each.future.done():
                each.future.set_exception(StoreError("the server is being stopped"))
        self._waiting.clear()
        for channel in list(self._channels):
            channel.kill("stop")
        await self._spawner.stop()
        for channel in list(self._channels):
            await channel.closed()

    def _free(self, channel: Channel) -> None:
        """Take back a channel that is ready for another job."""
        self._pause = _FIRST_PAUSE
        if self._first is not None and not self._first.done():
            self._first.set_result(None)
        self._release(channel)
        self._idle.append(channel)
        self._hand_out()

    def _lost(self, channel: Channel, reason: str) -> None:
        """Replace a worker that is gone."""
        self._channels.discard(channel)
        with contextlib.suppress(ValueError):
            self._idle.remove(channel)
        self._release(channel)
        if self._stopping:
            return
        self.ended[reason] += 1
        if self._first is not None and not self._first.done():
            self._first.set_exception(StoreError(channel.said or f"a worker ended at its start ({reason})"))
            return
        self._start_one(self._rest() if reason == "exit" else 0.0)  # who did not die of a query may die again
        self._hand_out()

    def _rest(self) -> float:
        """Return how long to wait before another start; longer each time, until one succeeds."""
        pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        return pause

    # -- work

    def _release(self, channel: Channel) -> None:
        client = self._clients.pop(channel, None)
        if client is not None:
            self._running[client] -= 1
            if not self._running[client]:
                del self._running[client]

    def _lend(self, client: str) -> Channel:
        channel = self._idle.pop()  # the one that worked last, and is warm
        self._clients[channel] = client
        self._running[client] += 1
        return channel

    def _hand_out(self) -> None:
        """Give idle channels to those who wait; first to the client that has fewest."""
        while self._idle and self._waiting:
            at = min(range(len(self._waiting)), key=lambda each: self._running[self._waiting[each].client])
            client, future, _ = self._waiting[at]
            if not future.done() and self._running[client] >= self._most_for_one:
                return
            del self._waiting[at]
            if not future.done():
                future.set_result(self._lend(client))

    async def ask(self, job: Job, client: str) -> Answer:
        """Send a job to a worker, and return its answer once it has begun.

        Parameters
        ----------
        job : Job
            The query.
        client : str
            Whom it is for; one client cannot have all workers.

        Raises
        ------
        QueryTimeoutError
            If no worker was free in time, or the answer did not begin in time.
        QueryEngineError
            If the worker died of it.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        if self._idle and not self._waiting and self._running[client] < self._most_for_one:
            channel = self._lend(client)
        else:
            channel = await self._wait(client)
        answer = channel.ask(job.pack(), self._time - (loop.time() - started))
        try:
            await answer.begin()
        except asyncio.CancelledError:
            channel.abandon(answer, _GRACE)
            raise
        return answer

    async def _wait(self, client: str) -> Channel:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Channel] = loop.create_future()
        alarm = loop.call_later(self._time, _too_late, future, self._time)
        if self._room_due is None:
            self._room_due = loop.call_later(self._patience, self._make_room)
        self._waiting.append(_Waiting(client, future, loop.time()))
        self._hand_out()  # those before may wait for a worker that only others may have
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._free(future.result())
            raise
        finally:
            alarm.cancel()
            self._waiting = [each for each in self._waiting if each.future is not future]

    def _make_room(self) -> None:
        """End the longest query of who has most, for a client that has none and has waited patiently.

        As long as fewer clients than workers run queries, one of them has several: so nobody waits for long
        unless as many others as there are workers have one each.
        """
        self._room_due = None
        if not self._waiting:
            return
        loop = asyncio.get_running_loop()
        late = loop.time() - self._patience
        if any(each.since <= late and not self._running[each.client] for each in self._waiting):
            self._displace_one()
        self._room_due = loop.call_later(self._patience / _LOOKS, self._make_room)

    def _displace_one(self) -> None:
        if sum(each.ready for each in self._channels) < self._size:
            return  # a worker is on its way
        running = {each: client for each, client in self._clients.items() if each.seconds}
        number = Counter(running.values())
        several = [each for each, client in running.items() if number[client] > 1]
        old = [each for each in several if each.seconds >= self._patience]
        if old:
            max(old, key=lambda each: (number[running[each]], each.seconds)).displace()

    def abandon(self, answer: Answer) -> None:
        """Say that nobody waits for the rest of an answer."""
        answer.abandon(_GRACE)
