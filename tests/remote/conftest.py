"""One server of each kind for all tests, with the shipped graph in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.interchange.publish import Content, content_of, publish, target_of
from mlgraph.rdf.remote import RemoteStore
from mlgraph.rdf.transport import Patience
from tests.remote.servers import SERVERS, Far, missing, sender

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgraph.rdf.store import EmbeddedStore


@pytest.fixture(scope="session")
def content(store: EmbeddedStore) -> Content:
    """What is published of the shipped graph."""
    return content_of(store.triples())


@pytest.fixture(scope="session", params=sorted(SERVERS))
def far(request: pytest.FixtureRequest) -> Iterator[Far]:
    """Each kind of server."""
    reason = missing(request.param)
    if reason:
        pytest.skip(reason)
    with SERVERS[request.param]() as server:
        yield server


@pytest.fixture(scope="session")
def remote(far: Far, content: Content) -> RemoteStore:
    """The shipped graph on a server."""
    found = publish(content, target_of(far.url), sender(far))
    assert (found.outcome, found.resumed, found.triples) == ("published", 0, len(content.lines))
    return RemoteStore(far.url, Patience(timeout=120))
