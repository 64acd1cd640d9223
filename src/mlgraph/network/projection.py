"""Project triples to networkx graphs.

Topic prerequisites are a DiGraph on which orders, reductions and centralities are meaningful;
entry requirements of courses are AND/OR graphs and get a projection of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from mlgraph.rdf.store import text
from mlgraph.vocab import MLG, RDF, RDFS, kind_and_slug

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

__all__ = ["prerequisite_graph", "requirement_graph"]

_LINKS = {MLG.requires: "requires", MLG.recommends: "recommends"}


def prerequisite_graph(triples: Iterable[ox.Triple | ox.Quad], *, soft: bool = False) -> nx.DiGraph[str]:
    """Return the prerequisites between topics as a directed graph.

    Parameters
    ----------
    triples : iterable of pyoxigraph.Triple or Quad
        A built dataset, or any triples with ``mlg:requires``.
    soft : bool
        Also take ``mlg:recommends``, with edge attribute ``kind``.

    Returns
    -------
    networkx.DiGraph, n topics and m links
        Nodes are IRIs with ``label`` and ``slug``; an edge runs prerequisite -> dependent and has
        ``kind`` "requires" or "recommends". Sorted, so equal data give equal graphs.

    Notes
    -----
    Soft links may form cycles with hard ones; the hard graph alone is acyclic in checked data.

    Examples
    --------
    >>> from mlgraph.rdf.store import EmbeddedStore
    >>> store = EmbeddedStore.of_turtle("topic:b mlg:requires topic:a . topic:a a mlg:Topic .")
    >>> [(u.rsplit("/")[-1], v.rsplit("/")[-1]) for u, v in prerequisite_graph(store.triples()).edges]
    [('a', 'b')]
    """
    nodes: dict[str, str] = {}
    labels: dict[str, str] = {}
    links: set[tuple[str, str, str]] = set()
    for triple in triples:
        predicate = triple.predicate.value
        subject = text(triple.subject)
        if predicate in _LINKS and (soft or predicate == MLG.requires):
            links.add((text(triple.object), subject, _LINKS[predicate]))
        elif predicate == RDF.type and text(triple.object) == MLG.Topic:
            nodes[subject] = ""
        elif predicate == RDFS.label:
            labels[subject] = text(triple.object)
    network: nx.DiGraph[str] = nx.DiGraph()
    for iri in sorted({*nodes, *(node for before, after, _ in links for node in (before, after))}):
        known = kind_and_slug(iri)
        network.add_node(iri, label=labels.get(iri, iri), slug=known[1] if known else iri)
    for before, after, kind in sorted(links, key=lambda link: (link[2] == "requires", link)):
        network.add_edge(before, after, kind=kind)  # a hard link overrides a soft one
    return network


def requirement_graph(triples: Iterable[ox.Triple | ox.Quad]) -> nx.DiGraph[str]:
    """Return requirement groups as a bipartite AND/OR graph.

    Parameters
    ----------
    triples : iterable of pyoxigraph.Triple or Quad
        A built dataset.

    Returns
    -------
    networkx.DiGraph
        Option -> group -> thing that has the requirement. Group nodes have ``minimum`` (a count).
        Orders and reductions of the prerequisite graph have no meaning on it.
    """
    network: nx.DiGraph[str] = nx.DiGraph()
    edges: set[tuple[str, str]] = set()
    minimum: dict[str, int] = {}
    for triple in triples:
        predicate = triple.predicate.value
        if predicate in {MLG.hasRequirement, MLG.anyOf}:
            edges.add((text(triple.object), text(triple.subject)))
        elif predicate == MLG.minimumCount:
            minimum[text(triple.subject)] = int(text(triple.object))
    network.add_edges_from(sorted(edges))
    for group, count in minimum.items():
        if group in network:
            network.nodes[group]["minimum"] = count
    return network
