"""Prerequisites that others already imply (edges: prerequisite -> dependent)."""

from __future__ import annotations

import networkx as nx
import pytest

from mlgraph.analysis.reduction import redundant_prerequisites
from mlgraph.errors import CycleError


@pytest.mark.parametrize(
    ("edges", "redundant"),
    [
        ([], []),
        # a -> b -> c
        ([("a", "b"), ("b", "c")], []),
        # a -> b -> c, and a -> c beside it
        ([("a", "b"), ("b", "c"), ("a", "c")], [("a", "c", "b")]),
        # a -> b -> c -> d, with shortcuts to d from a and b
        ([("a", "b"), ("b", "c"), ("c", "d"), ("a", "d"), ("b", "d")], [("a", "d", "b"), ("b", "d", "c")]),
        # two roads from a to d, neither of which is a shortcut
        ([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")], []),
        # a -> d beside two roads: the first witness by name
        ([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("a", "d")], [("a", "d", "b")]),
    ],
)
def test_shortcuts_are_named_with_a_witness(
    edges: list[tuple[str, str]], redundant: list[tuple[str, str, str]]
) -> None:
    assert redundant_prerequisites(nx.DiGraph(edges)) == redundant


def test_cycle_has_no_reduction() -> None:
    with pytest.raises(CycleError):
        redundant_prerequisites(nx.DiGraph([("a", "b"), ("b", "a")]))
