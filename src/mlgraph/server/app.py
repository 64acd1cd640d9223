"""Put the server together: routes, the gate before them, workers behind them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from mlgraph.errors import MlgraphError
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.server import api, linked, pages
from mlgraph.server.endpoint import Endpoint
from mlgraph.server.gate import Gate
from mlgraph.server.metrics import Metrics
from mlgraph.server.pool import Pool
from mlgraph.server.settings import LIMITS
from mlgraph.server.state import State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from mlgraph.rdf.store import Store
    from mlgraph.server.settings import Settings

__all__ = ["create_app", "limits_of"]


def create_app(settings: Settings, store: Store | None = None) -> Starlette:
    """Return the server as an ASGI application.

    Parameters
    ----------
    settings : Settings
        What it is told.
    store : Store, optional
        What pages and API ask; by default the source of the settings, opened in this process.

    Returns
    -------
    Starlette
        Its ``state.parts`` is the `State`; its workers start and end with its life.
    """
    state = State(settings, store or _opened(settings), Pool(settings), Metrics())

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        try:
            await state.pool.start()
        except MlgraphError as error:
            app.state.failure = error
            raise
        try:
            yield
        finally:
            await state.pool.stop()

    app = Starlette(
        routes=_routes(state),
        middleware=[
            Middleware(
                Gate,
                endpoint=Endpoint(state, pages.editor(state)),
                limits=settings.limits,
                metrics=state.metrics,
            )
        ],
        exception_handlers={MlgraphError: _told, 404: lambda request, _: pages.nothing(state, request)},
        lifespan=life,
    )
    app.router.redirect_slashes = False  # such a redirect would repeat the Host that the client sent
    app.state.parts = state
    app.state.failure = None
    return app


def _opened(settings: Settings) -> EmbeddedStore:
    source = settings.source
    return EmbeddedStore.open(source) if source.is_dir() else EmbeddedStore.of_file(source)


def _routes(state: State) -> list[BaseRoute]:
    found: list[BaseRoute] = list(_operations(state))
    for part in (linked, api, pages):
        found += part.routes(state)
    return found


def limits_of(state: State) -> dict[str, Any]:
    """Return the limits as people and programs read them at ``/limits``."""
    limits = state.settings.limits
    return {
        name: {"value": getattr(limits, name), "unit": bound.unit, "meaning": bound.meaning}
        for name, bound in LIMITS.items()
    }


def _operations(state: State) -> list[BaseRoute]:
    async def health(_: Request) -> Response:
        standing = state.pool.standing
        able = state.pool.able
        answer = {"status": "ok" if able else "no worker", "workers": standing._asdict()}
        return JSONResponse(answer, 200 if able else 503, {"cache-control": "no-store"})

    async def metrics(_: Request) -> Response:
        return PlainTextResponse(state.metrics.text(state.pool), media_type="text/plain; version=0.0.4")

    async def limits(_: Request) -> Response:
        return JSONResponse(limits_of(state))

    return [Route("/health", health), Route("/metrics", metrics), Route("/limits", limits)]


async def _told(_: Request, error: Exception) -> Response:
    """Tell a client what is wrong, in words."""
    mend = error.mend if isinstance(error, MlgraphError) else ""
    text = f"{error}\n" + (f"hint: {mend}\n" if mend else "")
    return PlainTextResponse(text, getattr(error, "status", 500))
