"""The server's end of the zygote: have workers started and killed, and hear when they end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections import deque
from typing import TYPE_CHECKING

from mlgraph.errors import StoreError
from mlgraph.server.wire import BREAK, COMMAND, FORK, KILL, READY, STARTED, STOPPED, WORKER, frames

if TYPE_CHECKING:
    from mlgraph.server.worker import Order

__all__ = ["Spawner", "Worker", "child_environment"]

_MOMENT = 1.0
_LOST = -9
_KEPT = (
    "PATH",
    "PYTHONPATH",
    "PYTHONHOME",
    "VIRTUAL_ENV",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "MLGRAPH_BASE",
)


def child_environment() -> dict[str, str]:
    """Return what processes of the server see of the environment: nothing that may be secret."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ}


class Worker:
    """A worker process, which only its zygote may kill: so its number cannot mean another process."""

    def __init__(self, spawner: Spawner, process: int) -> None:
        self.process = process
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._spawner = spawner

    def kill(self) -> None:
        """End the process at once, if it still runs."""
        if not self.ended.done():
            self._spawner.command(KILL, self.process)

    async def end(self) -> int:
        """Return the exit code; who has closed the line has a moment to end by itself."""
        try:
            return await asyncio.wait_for(asyncio.shield(self.ended), _MOMENT)
        except TimeoutError:
            self.kill()
            return await self.ended


class Spawner(asyncio.Protocol):
    """The zygote process and the line to it.

    Parameters
    ----------
    order : Order
        What it and the workers are started with.
    """

    def __init__(self, order: Order) -> None:
        self.alive = False
        self._order = order
        self._buffer = bytearray()
        self._line: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._transport: asyncio.Transport | None = None
        self._ready: asyncio.Future[None] | None = None
        self._gone: asyncio.Future[None] | None = None
        self._expected: deque[asyncio.Future[Worker]] = deque()
        self._workers: dict[int, Worker] = {}

    async def start(self) -> None:
        """Start the zygote, and return when it holds the graph.

        Raises
        ------
        StoreError
            If the source cannot be opened.
        """
        loop = asyncio.get_running_loop()
        self._ready, self._gone = loop.create_future(), loop.create_future()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own Python and our own module
                [
                    sys.executable,
                    "-m",
                    "mlgraph.server.zygote",
                    str(theirs.fileno()),
                    json.dumps(self._order),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=child_environment(),
            )
        ours.settimeout(0)
        self._line = ours.dup()
        await loop.create_unix_connection(lambda: self, sock=ours)
        try:
            await self._ready
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End the zygote, and with it all workers; return when they are gone."""
        if self._transport is not None:
            self._transport.abort()
        if self._gone is not None:
            await self._gone

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the line."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Hear what the zygote says."""
        self._buffer += data
        for kind, payload in frames(self._buffer):
            self._hear(kind, payload)

    def _hear(self, kind: int, payload: bytes) -> None:
        if kind == STARTED:
            worker = Worker(self, WORKER.unpack(payload)[0])
            self._workers[worker.process] = worker
            future = self._expected.popleft()
            if future.done():  # nobody waits for it any more
                worker.kill()
            else:
                future.set_result(worker)
        elif kind == STOPPED:
            process, code = WORKER.unpack(payload)
            self._workers.pop(process).ended.set_result(code)
        elif self._ready is not None and not self._ready.done():
            self.alive = kind == READY
            if kind == BREAK:
                self._ready.set_exception(StoreError(payload.decode("utf-8", "replace")))
            else:
                self._ready.set_result(None)

    async def start_worker(self, wire: socket.socket) -> Worker:
        """Have a worker forked, which serves a socket.

        Raises
        ------
        StoreError
            If the zygote is gone.
        """
        future: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._expected.append(future)
        if not self.command(FORK, 0, wire):
            self._expected.remove(future)
            raise StoreError("no worker can be started")
        return await future

    def command(self, kind: int, process: int, wire: socket.socket | None = None) -> bool:
        """Send a command, and return whether it went out."""
        if self._line is None or not self.alive:
            return False
        try:
            socket.send_fds(self._line, [COMMAND.pack(kind, process)], [wire.fileno()] if wire else [])
        except OSError:
            return False
        return True

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's own signature
        """Note that the zygote is gone: the kernel ends its workers."""
        self.alive = False
        if self._line is not None:
            self._line.close()
            self._line = None
        gone = StoreError("the process that starts workers has ended")
        for future in (*self._expected, self._ready):
            if future is not None and not future.done():
                future.set_exception(gone)
        self._expected.clear()
        loop = asyncio.get_running_loop()
        self._burial = loop.create_task(self._bury())

    async def _bury(self) -> None:
        if self._process is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._wait, self._process)
        for worker in self._workers.values():
            worker.ended.set_result(_LOST)
        self._workers.clear()
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(_MOMENT)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()
