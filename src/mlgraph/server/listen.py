"""Listen for HTTP: one process, slow and greedy connections cut off, a stop that leaves nothing behind."""

from __future__ import annotations

import contextlib
import signal
import socket
from typing import TYPE_CHECKING

import uvicorn

from mlgraph.errors import MlgraphError, UsageError
from mlgraph.server.app import create_app
from mlgraph.server.connection import connection_type, longest_head
from mlgraph.server.log import write_log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlgraph.rdf.store import Store
    from mlgraph.server.settings import Settings

__all__ = ["listen", "serve"]


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that is bound, so that its port is known before anything starts.

    Raises
    ------
    UsageError
        If the address cannot be had.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(
            family, socket.SOCK_STREAM, socket.IPPROTO_TCP
        )  # asyncio asks for TCP to send at once
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
    except OSError as error:
        raise UsageError(
            f"cannot listen on {host} port {port}: {error.strerror or error}",
            "choose another --port or --host",
        ) from error
    return found


def serve(
    settings: Settings,
    bound: socket.socket,
    store: Store | None = None,
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT.

    Parameters
    ----------
    settings : Settings
        What the server is told.
    bound : socket
        Where it listens.
    store : Store, optional
        See `create_app`.
    on_ready : callable
        Called once requests are answered.

    Raises
    ------
    StoreError
        If the workers cannot open the source.
    """
    write_log()
    app = create_app(settings, store)
    limits = settings.limits
    config = uvicorn.Config(
        app,
        loop="asyncio",  # whatever else is installed: the workers' lines are made for it
        http=connection_type(settings, app.state.parts.metrics),
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies or None,
        timeout_keep_alive=max(1, round(limits.idle)),
        timeout_graceful_shutdown=max(1, round(limits.stop)),
        h11_max_incomplete_event_size=longest_head(settings),
    )
    _Server(config, on_ready).run(sockets=[bound])
    failure = app.state.failure
    if isinstance(failure, MlgraphError):
        raise failure


class _Server(uvicorn.Server):
    """uvicorn, which ends without a signal of its own, and says when it is ready."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        known = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in known.items():
                signal.signal(number, handler)
