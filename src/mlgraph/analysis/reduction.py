"""Which prerequisites are redundant because others already imply them."""

from __future__ import annotations

import networkx as nx

from mlgraph.analysis.order import find_cycle
from mlgraph.errors import CycleError

__all__ = ["redundant_prerequisites"]


def redundant_prerequisites(network: nx.DiGraph[str]) -> list[tuple[str, str, str]]:
    """Return the edges that the transitive reduction leaves out, each with a witness.

    Parameters
    ----------
    network : networkx.DiGraph, n nodes and m edges prerequisite -> dependent
        Must be acyclic; not changed.

    Returns
    -------
    list of (prerequisite, dependent, through)
        Sorted. ``through`` is another prerequisite of the dependent that already needs the
        prerequisite.

    Raises
    ------
    CycleError
        If the prerequisites loop.

    Notes
    -----
    The reduction of a finite acyclic graph is unique [1]_. O(m n) at worst.

    References
    ----------
    .. [1] A. V. Aho, M. R. Garey, J. D. Ullman, SIAM J. Comput. 1(2), 1972,
       https://doi.org/10.1137/0201008

    Examples
    --------
    >>> redundant_prerequisites(nx.DiGraph([("a", "b"), ("b", "c"), ("a", "c")]))
    [('a', 'c', 'b')]
    """
    cycle = find_cycle(network)
    if cycle:
        raise CycleError(cycle)
    kept = nx.transitive_reduction(network)
    found = []
    for before, after in sorted(set(network.edges) - set(kept.edges)):
        through = next(
            other
            for other in sorted(network.predecessors(after))
            if other != before and nx.has_path(network, before, other)
        )
        found.append((before, after, through))
    return found
