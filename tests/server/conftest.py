"""Applications of the server for its tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server.asking import application

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from mlgraph.rdf.store import EmbeddedStore


@pytest.fixture(scope="session")
def small(little: EmbeddedStore) -> Starlette:
    """Pages, linked data and API on the little graph."""
    return application(little)


@pytest.fixture(scope="session")
def whole(store: EmbeddedStore) -> Starlette:
    """Pages, linked data and API on the shipped graph."""
    return application(store)
