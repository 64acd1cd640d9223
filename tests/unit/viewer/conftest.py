"""What the tests of the page share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.viewer.explorer import drawing_of

if TYPE_CHECKING:
    from mlgraph.rdf.store import EmbeddedStore
    from mlgraph.viewer.explorer import Drawing


@pytest.fixture(scope="session")
def drawing(store: EmbeddedStore) -> Drawing:
    """All that the page of the shipped graph shows."""
    return drawing_of(store)
