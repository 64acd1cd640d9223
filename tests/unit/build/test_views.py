"""The graph as objects of other libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import pytest
import rdflib

from mlgraph.build import views
from mlgraph.build.views import graph, prerequisite_network
from mlgraph.vocab import MLG, thing

if TYPE_CHECKING:
    from pathlib import Path

    from mlgraph.rdf.store import EmbeddedStore


@pytest.fixture(autouse=True)
def _little_graph(little: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(data: tuple[Path, ...] = ()) -> EmbeddedStore:
        assert data == ()
        return little

    monkeypatch.setattr(views, "open_store", opened)


def test_rdflib_graph_holds_every_triple(little: EmbeddedStore) -> None:
    found = graph()
    assert len(found) == len(little)
    link = (thing("topic", "gradient"), MLG.requires, thing("topic", "calculus"))
    subject, predicate, target = map(rdflib.URIRef, link)
    assert (subject, predicate, target) in found


def test_rdflib_graph_is_the_callers_own(little: EmbeddedStore) -> None:
    found = graph()
    found.remove((None, None, None))
    assert len(graph()) == len(little)


def test_network_has_the_hard_links_and_the_soft_ones_on_request() -> None:
    hard = prerequisite_network()
    assert nx.is_directed_acyclic_graph(hard)
    assert (len(hard), hard.number_of_edges()) == (9, 7)
    assert prerequisite_network(soft=True).number_of_edges() == 8
