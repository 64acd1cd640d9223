"""The process that evaluates queries, one after the other, until its server is gone.

It is forked by the zygote (see `mlgraph.server.zygote`), locks itself in, and says that it is ready.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import socket
import threading
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mlgraph.server.evaluate import Bounds, answer
from mlgraph.server.sandbox import bound_memory, die_with_parent, forbid_calls, forbid_files
from mlgraph.server.wire import BREAK, LENGTH, READY, Job, frame

__all__ = ["Order", "open_source", "work"]

STACK = 256 * 2**20
"""Bytes of stack for the engine's recursion; they are only used when a query nests deeply."""

_OPENED_AT_ONCE = 16
"""Tables of a store that the engine opens at the start; further ones need a file later."""

_JOB = 65_536
"""Bytes of a job that are read at once; the next job is not sent before this one is answered."""

_GRACE = 2.0
_KEPT = 4
"""A worker that has grown by this part of the memory limit retires, so that the next query has its share.

It says so at the end of an answer, and the server ends it: it never goes by itself, for a job may be on its way.
"""


class Order(NamedTuple):
    """What workers are started with.

    Parameters
    ----------
    source : str
        A store folder, or a file to load.
    held : int
        Bytes up to which a store folder is copied into memory, which all workers share.
    time : float
        Seconds after which the worker ends itself, should the server not have done it.
    memory : int
        Bytes that queries may use beyond what the worker has when it is ready.
    result, query, depth : int
        See `Bounds`.
    """

    source: str
    held: int
    time: float
    memory: int
    result: int
    query: int
    depth: int


def open_source(source: Path) -> ox.Store:
    """Open a store folder read-only, or load a file into memory."""
    if source.is_dir():
        return ox.Store.read_only(str(source))
    store = ox.Store()
    store.bulk_load(path=str(source))
    return store


def work(wire: socket.socket, held: ox.Store | None, order: Order) -> None:
    """Answer jobs until the line is closed.

    Parameters
    ----------
    wire : socket
        The line to the server.
    held : Store or None
        The graph in memory; None where it is to be opened from the source.
    order : Order
        Source and limits.
    """
    die_with_parent()
    with contextlib.suppress(OSError):  # if the machine runs out of memory, a worker goes first
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")
    source = Path(order.source)
    try:
        store = held or open_source(source)
    except (OSError, RuntimeError, ValueError) as error:
        wire.sendall(frame(BREAK, f"{source} cannot be opened: {error}".encode()))
        return
    tables = 0 if held is not None or not source.is_dir() else len(list(source.glob("*.sst")))
    complete = not forbid_calls() or tables <= _OPENED_AT_ONCE
    threading.stack_size(STACK)
    thread = threading.Thread(target=_serve, args=(wire, store, order, complete), daemon=True)
    thread.start()
    thread.join()


def _serve(wire: socket.socket, store: ox.Store, order: Order, complete: bool) -> None:  # noqa: FBT001
    bound_memory(order.memory)  # here, where the stack of this thread is mapped already
    if complete:
        forbid_files()
    at_start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    bounds = Bounds(order.result, order.query, order.depth, at_start + order.memory // _KEPT)
    wire.sendall(frame(READY))
    while (job := _receive(wire)) is not None:
        signal.setitimer(signal.ITIMER_REAL, order.time + _GRACE)
        answer(store, Job.unpack(job), bounds, wire.sendall)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _receive(wire: socket.socket) -> bytes | None:
    """Return the next job, or None when the server has closed the line."""
    data = wire.recv(_JOB)
    if len(data) < LENGTH.size:
        data += wire.recv(LENGTH.size - len(data), socket.MSG_WAITALL)
        if len(data) < LENGTH.size:
            return None
    (length,) = LENGTH.unpack_from(data)
    missing = LENGTH.size + length - len(data)
    if missing > 0:
        data += wire.recv(missing, socket.MSG_WAITALL)
    return data[LENGTH.size :] if len(data) == LENGTH.size + length else None
