"""Orders of learning, depths and cycles of a prerequisite graph."""

from __future__ import annotations

import networkx as nx

from mlgraph.errors import CycleError

__all__ = ["find_cycle", "learning_depth", "learning_generations"]


def find_cycle(network: nx.DiGraph[str]) -> list[str]:
    """Return one cycle of prerequisites, or nothing.

    Parameters
    ----------
    network : networkx.DiGraph, n nodes and m edges prerequisite -> dependent

    Returns
    -------
    list of str
        The nodes of one cycle, starting with its smallest, the first repeated at the end; empty if
        the graph is acyclic. Each node depends on the next.

    Notes
    -----
    O(n + m). Deterministic for equal graphs.

    Examples
    --------
    >>> find_cycle(nx.DiGraph([("a", "b"), ("b", "c"), ("c", "a")]))
    ['a', 'c', 'b', 'a']
    >>> find_cycle(nx.DiGraph([("a", "b")]))
    []
    """
    try:
        edges = nx.find_cycle(network)
    except nx.NetworkXNoCycle:
        return []
    nodes = [edge[1] for edge in reversed(edges)]
    start = nodes.index(min(nodes))
    nodes = nodes[start:] + nodes[:start]
    return [*nodes, nodes[0]]


def learning_generations(network: nx.DiGraph[str]) -> list[list[str]]:
    """Group topics by the longest chain of prerequisites below them.

    Parameters
    ----------
    network : networkx.DiGraph, n nodes and m edges prerequisite -> dependent
        Must be acyclic; not changed.

    Returns
    -------
    list of list of str
        Generation k holds, sorted, the topics whose longest chain has k edges.

    Raises
    ------
    CycleError
        If the prerequisites loop; carries one loop.

    Notes
    -----
    O(n + m) [1]_. Deterministic: equal graphs give equal lists.

    References
    ----------
    .. [1] A. B. Kahn, CACM 5(11), 1962, https://doi.org/10.1145/368996.369025

    Examples
    --------
    >>> learning_generations(nx.DiGraph([("algebra", "calculus"), ("calculus", "backprop")]))
    [['algebra'], ['calculus'], ['backprop']]
    """
    try:
        return [sorted(generation) for generation in nx.topological_generations(network)]
    except nx.NetworkXUnfeasible:  # asked first, the search for a cycle would take longer than the order
        raise CycleError(find_cycle(network)) from None


def learning_depth(network: nx.DiGraph[str]) -> dict[str, int]:
    """Return for each topic the length of its longest chain of prerequisites.

    Raises
    ------
    CycleError
        If the prerequisites loop.

    Examples
    --------
    >>> learning_depth(nx.DiGraph([("a", "b"), ("b", "c"), ("a", "c")]))
    {'a': 0, 'b': 1, 'c': 2}
    """
    return {
        node: depth for depth, generation in enumerate(learning_generations(network)) for node in generation
    }
