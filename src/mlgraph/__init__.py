"""mlgraph: an open, sourced knowledge graph of machine-learning education, and tools on it.

The public names are those in ``__all__``; each is imported on first use, so that
``import mlgraph`` loads neither rdflib nor networkx.

Examples
--------
>>> import mlgraph
>>> store = mlgraph.open_store()
>>> goal = mlgraph.resolve(store, "deep learning", ["topic"])
>>> path = mlgraph.prerequisites(store, [goal.iri])
>>> path.steps[-1].topic.slug
'deep-learning'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlgraph.build.dataset import build_dataset, check_data
    from mlgraph.build.opening import open_store
    from mlgraph.build.views import graph, prerequisite_network
    from mlgraph.catalog.claims import claims, statements
    from mlgraph.catalog.courses import courses, needs, programs, projects, roles
    from mlgraph.catalog.entity import describe
    from mlgraph.catalog.naming import resolve, search
    from mlgraph.catalog.topics import topics, unlocks
    from mlgraph.errors import MlgraphError
    from mlgraph.planning.prerequisite import explain, prerequisites

__version__ = "0.1.0"

_HOMES = {
    "MlgraphError": "errors",
    "build_dataset": "build.dataset",
    "check_data": "build.dataset",
    "claims": "catalog.claims",
    "courses": "catalog.courses",
    "describe": "catalog.entity",
    "explain": "planning.prerequisite",
    "graph": "build.views",
    "needs": "catalog.courses",
    "open_store": "build.opening",
    "prerequisite_network": "build.views",
    "prerequisites": "planning.prerequisite",
    "programs": "catalog.courses",
    "projects": "catalog.courses",
    "resolve": "catalog.naming",
    "roles": "catalog.courses",
    "search": "catalog.naming",
    "statements": "catalog.claims",
    "topics": "catalog.topics",
    "unlocks": "catalog.topics",
}

__all__ = [
    "MlgraphError",
    "__version__",
    "build_dataset",
    "check_data",
    "claims",
    "courses",
    "describe",
    "explain",
    "graph",
    "needs",
    "open_store",
    "prerequisite_network",
    "prerequisites",
    "programs",
    "projects",
    "resolve",
    "roles",
    "search",
    "statements",
    "topics",
    "unlocks",
]


def __getattr__(name: str) -> object:
    """Import a public name on first use."""
    home = _HOMES.get(name)
    if home is None:
        message = f"module 'mlgraph' has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(import_module(f"mlgraph.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
