"""What the parts of the server share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mlgraph.rdf.store import Store
    from mlgraph.server.metrics import Metrics
    from mlgraph.server.pool import Pool
    from mlgraph.server.settings import Settings

__all__ = ["State"]


class State(NamedTuple):
    """Settings, graph and workers of a running server.

    Parameters
    ----------
    settings : Settings
        What the server was told.
    store : Store
        Answers our own, bounded questions for pages and API, in this process.
    pool : Pool
        Answers queries of strangers, in processes of their own.
    metrics : Metrics
        Counts what happened.
    """

    settings: Settings
    store: Store
    pool: Pool
    metrics: Metrics
