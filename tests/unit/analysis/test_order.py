"""Orders, depths and cycles of prerequisite graphs (edges: prerequisite -> dependent)."""

from __future__ import annotations

import itertools

import networkx as nx
import pytest

from mlgraph.analysis.order import find_cycle, learning_depth, learning_generations
from mlgraph.errors import CycleError

# a -> b -> d -> e     a -> c -> d     f
DIAMOND = [("a", "b"), ("b", "d"), ("a", "c"), ("c", "d"), ("d", "e")]


def graph(edges: list[tuple[str, str]], *lonely: str) -> nx.DiGraph[str]:
    network: nx.DiGraph[str] = nx.DiGraph(edges)
    network.add_nodes_from(lonely)
    return network


@pytest.mark.parametrize(
    ("edges", "cycle"),
    [
        ([], []),
        (DIAMOND, []),
        ([("a", "a")], ["a", "a"]),
        ([("a", "b"), ("b", "a")], ["a", "b", "a"]),
        ([("c", "a"), ("a", "b"), ("b", "c"), ("x", "a")], ["a", "c", "b", "a"]),
        ([*DIAMOND, ("e", "a")], ["a", "e", "d", "b", "a"]),
    ],
)
def test_cycle_is_named_in_full_from_its_smallest_node(
    edges: list[tuple[str, str]], cycle: list[str]
) -> None:
    assert find_cycle(graph(edges)) == cycle


def test_each_node_of_a_cycle_depends_on_the_next() -> None:
    network = graph([*DIAMOND, ("e", "a")])
    cycle = find_cycle(network)
    assert all(network.has_edge(needed, dependent) for dependent, needed in itertools.pairwise(cycle))


def test_generation_is_the_longest_chain_below() -> None:
    assert learning_generations(graph(DIAMOND, "f")) == [["a", "f"], ["b", "c"], ["d"], ["e"]]


def test_depth_is_the_number_of_the_generation() -> None:
    assert learning_depth(graph(DIAMOND, "f")) == {"a": 0, "f": 0, "b": 1, "c": 1, "d": 2, "e": 3}


def test_shortcut_does_not_shorten_the_depth() -> None:
    assert learning_depth(graph([("a", "b"), ("b", "c"), ("a", "c")]))["c"] == 2


def test_empty_graph_has_no_generations() -> None:
    assert learning_generations(graph([])) == []


def test_cycle_leaves_no_order() -> None:
    with pytest.raises(CycleError) as caught:
        learning_generations(graph([("a", "b"), ("b", "a")]))
    assert caught.value.cycle == ("a", "b", "a")
    with pytest.raises(CycleError):
        learning_depth(graph([("a", "a")]))


def test_graph_is_not_changed() -> None:
    network = graph(DIAMOND)
    learning_generations(network)
    assert sorted(network.edges) == sorted(DIAMOND)
