"""Ask the routes of the server without a network: a request in, status, headers and body out."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import unquote, urlsplit

from starlette.applications import Starlette

from mlgraph.server import api, linked, pages
from mlgraph.server.metrics import Metrics
from mlgraph.server.settings import Settings
from mlgraph.server.state import State

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from mlgraph.rdf.store import Store
    from mlgraph.server.pool import Pool

URL = "https://kg.example.org/graph"
"""Where clients are said to reach the server: under a path, so that links that forget it are seen."""


class Answer(NamedTuple):
    """What came back; names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


def state_of(store: Store, url: str = URL) -> State:
    """Return a state without workers: pages and API need none."""
    return State(Settings(Path("nowhere"), url=url), store, cast("Pool", None), Metrics())


def application(store: Store, url: str = URL) -> Starlette:
    """Return the pages, linked data and API alone."""
    state = state_of(store, url)
    app = Starlette(
        routes=[*linked.routes(state), *api.routes(state), *pages.routes(state)],
        exception_handlers={404: lambda request, _: pages.nothing(state, request)},
    )
    app.router.redirect_slashes = False
    return app


def ask(app: ASGIApp, address: str, method: str = "GET", **headers: str) -> Answer:
    """Send one request; ``accept_encoding="gzip"`` stands for the header Accept-Encoding."""
    parts = urlsplit(address)
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(cast("Any", app)(scope, receive, send))
    start = next(each for each in sent if each["type"] == "http.response.start")
    body = b"".join(each.get("body", b"") for each in sent if each["type"] == "http.response.body")
    names = [name.decode().lower() for name, _ in start["headers"]]
    assert len(names) == len(set(names)), f"a header is there twice: {names}"
    return Answer(start["status"], {n.decode().lower(): v.decode() for n, v in start["headers"]}, body)
