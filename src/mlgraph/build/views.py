"""The graph as plain objects of other libraries: an rdflib Graph, a networkx DiGraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.build.opening import open_store
from mlgraph.network.projection import prerequisite_graph
from mlgraph.rdf.interop import to_rdflib

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import networkx as nx
    import rdflib

__all__ = ["graph", "prerequisite_network"]


def graph(data: Sequence[Path] = ()) -> rdflib.Graph:
    """Return the whole graph as a plain rdflib Graph.

    Parameters
    ----------
    data : sequence of Path
        Folders to lay over the shipped graph.

    Returns
    -------
    rdflib.Graph
        In memory, with the usual prefixes bound; changing it changes nothing else.

    Notes
    -----
    Some seconds and some hundred MB: rdflib holds every triple as Python objects.

    Examples
    --------
    >>> import mlgraph
    >>> mlgraph.graph().query("ASK { topic:backpropagation mlg:requires+ topic:derivative }").askAnswer
    True
    """
    return to_rdflib(open_store(data).triples())


def prerequisite_network(data: Sequence[Path] = (), *, soft: bool = False) -> nx.DiGraph[str]:
    """Return the prerequisites between topics as a networkx DiGraph.

    Parameters
    ----------
    data : sequence of Path
        Folders to lay over the shipped graph.
    soft : bool
        Also what is only recommended.

    Returns
    -------
    networkx.DiGraph
        Edge prerequisite -> dependent; nodes are IRIs with ``label`` and ``slug``.

    Examples
    --------
    >>> import mlgraph, networkx as nx
    >>> nx.is_directed_acyclic_graph(mlgraph.prerequisite_network())
    True
    """
    links = open_store(data).construct(  # not all triples: a catalogue has millions
        "CONSTRUCT { ?x ?p ?y . ?t a mlg:Topic ; rdfs:label ?l } WHERE { { VALUES ?p { mlg:requires mlg:recommends } "
        "?x ?p ?y } UNION { ?t a mlg:Topic OPTIONAL { ?t rdfs:label ?l } } }"
    )
    return prerequisite_graph(links, soft=soft)
