"""The process that holds the graph in memory and forks workers, which share that memory.

Started as ``python -m mlgraph.server.zygote DESCRIPTOR ORDER``. It has one thread and runs no query, so
forking it is safe and takes some milliseconds. The server sends ``F`` with a socket for a new worker, or
``K`` and the process that is to be killed; it hears which processes came and went.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mlgraph.server.sandbox import die_with_parent
from mlgraph.server.wire import BREAK, COMMAND, FORK, KILL, READY, STARTED, STOPPED, WORKER, frame
from mlgraph.server.worker import Order, open_source, work

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["hold", "main"]


def hold(order: Order) -> ox.Store | None:
    """Return the graph in memory, or None where it is too large for that."""
    source = Path(order.source)
    if not source.is_dir():
        return open_source(source)
    if sum(each.stat().st_size for each in source.iterdir()) > order.held:
        return None
    # The engine's threads would not live through a fork: another process reads the folder.
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os._exit(_dump(source, os.fdopen(writing, "wb")))
    os.close(writing)
    store = ox.Store()
    with os.fdopen(reading, "rb") as stream:
        store.bulk_load(input=stream, format=ox.RdfFormat.N_QUADS)
    if os.waitpid(child, 0)[1] != 0:
        raise OSError("not a store that this engine can read")
    return store


def _dump(source: Path, stream: BinaryIO) -> int:
    """Write a store, sorted: triples that are asked for together then lie together, and are found twice as fast."""
    found = BytesIO()
    try:
        open_source(source).dump(found, format=ox.RdfFormat.N_QUADS)
        with stream:
            stream.writelines(sorted(found.getvalue().splitlines(keepends=True)))
    except (OSError, RuntimeError):
        return 1
    return 0


def main(arguments: list[str]) -> int:
    """Serve the control line of a descriptor, and return the exit code."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends its workers
    control = socket.socket(fileno=int(arguments[0]))
    order = Order(*json.loads(arguments[1]))
    try:
        held = hold(order)
    except (OSError, RuntimeError, ValueError) as error:
        control.sendall(frame(BREAK, f"{order.source} cannot be opened: {error}".encode()))
        return 1
    _Zygote(control, held, order).run()
    return 0


class _Zygote:
    """The loop of the zygote."""

    def __init__(self, control: socket.socket, held: ox.Store | None, order: Order) -> None:
        self._control = control
        self._held = held
        self._order = order
        self._children: set[int] = set()
        self._bell, self._ring = os.pipe()
        os.set_blocking(self._ring, False)
        os.set_blocking(self._bell, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._ring, warn_on_full_buffer=False)

    def run(self) -> None:
        """Serve until the server has closed the line; then end all workers."""
        self._control.sendall(frame(READY))
        try:
            while True:
                ready, _, _ = select.select([self._control.fileno(), self._bell], [], [])
                if self._bell in ready:
                    self._reap()
                if self._control.fileno() in ready and not self._obey():
                    return
        finally:
            for child in self._children:
                os.kill(child, signal.SIGKILL)

    def _obey(self) -> bool:
        """Do what one command says; return whether there may be more."""
        data, descriptors, _, _ = socket.recv_fds(self._control, COMMAND.size, 1)
        if len(data) < COMMAND.size:
            return False
        kind, child = COMMAND.unpack(data)
        if kind == FORK and descriptors:
            self._fork(socket.socket(fileno=descriptors[0]))
        elif kind == KILL and child in self._children:
            os.kill(child, signal.SIGKILL)
        return True

    def _fork(self, wire: socket.socket) -> None:
        zygote = os.getpid()
        child = os.fork()
        if child == 0:
            die_with_parent()
            if os.getppid() != zygote:  # it had gone before the kernel was asked to tell
                os._exit(0)
            self._become_worker(wire)
        wire.close()
        self._children.add(child)
        self._control.sendall(frame(STARTED, WORKER.pack(child, 0)))

    def _become_worker(self, wire: socket.socket) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._control.close()
        os.close(self._bell)
        os.close(self._ring)
        try:
            work(wire, self._held, self._order)
        finally:
            os._exit(0)  # the engine's own threads and the interpreter's end are not waited for

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._bell, 512):
                pass
        for child in list(self._children):
            found, status = os.waitpid(child, os.WNOHANG)
            if found:
                self._children.discard(child)
                code = os.waitstatus_to_exitcode(status)
                self._control.sendall(frame(STOPPED, WORKER.pack(child, code)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
