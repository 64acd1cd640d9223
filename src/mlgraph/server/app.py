"""Put the server together: routes, the gate before them, workers behind them."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from mlgraph.catalog.naming import keep_names
from mlgraph.errors import MlgraphError
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.server import api, linked, pages
from mlgraph.server.endpoint import Endpoint
from mlgraph.server.front import Front
from mlgraph.server.gate import Gate
from mlgraph.server.metrics import Metrics
from mlgraph.server.pool import Pool
from mlgraph.server.settings import LIMITS
from mlgraph.server.state import State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

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
    front = Front(state)

    async def prepare() -> None:
        """Make what takes long before anybody asks for it."""
        with contextlib.suppress(MlgraphError):  # who asks for it will be told
            await run_in_threadpool(keep_names, state.store)
            await front.page()

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        try:
            await state.pool.start()
        except MlgraphError as error:
            app.state.failure = error
            raise
        preparing = asyncio.get_running_loop().create_task(prepare())
        try:
            yield
        finally:
            preparing.cancel()
            await asyncio.gather(preparing, return_exceptions=True)
            await front.stop()
            await state.pool.stop()

    app = _Gated(
        routes=_routes(state, front),
        exception_handlers={MlgraphError: _told, 404: lambda request, _: pages.nothing(state, request)},
        lifespan=life,
    )
    app.behind = state
    app.router.redirect_slashes = False  # such a redirect would repeat the Host that the client sent
    app.state.parts = state
    app.state.failure = None
    return app


class _Gated(Starlette):
    """An application behind the gate, which the requests of the endpoint do not enter at all."""

    behind: State

    def build_middleware_stack(self) -> ASGIApp:
        """Return the gate and all that lies behind it."""
        state = self.behind
        endpoint = Endpoint(state, pages.editor(state))
        return Gate(super().build_middleware_stack(), endpoint, state.settings.limits, state.metrics)


def _opened(settings: Settings) -> EmbeddedStore:
    source = settings.source
    return EmbeddedStore.open(source) if source.is_dir() else EmbeddedStore.of_file(source)


def _routes(state: State, front: Front) -> list[BaseRoute]:
    return [*_operations(state), *linked.routes(state), *api.routes(state), *pages.routes(state, front)]


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
