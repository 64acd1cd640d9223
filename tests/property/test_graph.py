"""Laws of orders and reductions, against definitions of a few lines."""

from __future__ import annotations

from itertools import combinations, pairwise

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from mlgraph.analysis.order import find_cycle, learning_depth, learning_generations
from mlgraph.analysis.reduction import redundant_prerequisites
from mlgraph.analysis.road import below, learning_order
from mlgraph.model import Hours, Topic
from tests.property.strategies import dags


def reachable(network: nx.DiGraph[str]) -> set[tuple[str, str]]:
    return {(node, other) for node in network for other in nx.descendants(network, node)}


@given(dags())
def test_generations_hold_each_topic_once_and_respect_every_edge(network: nx.DiGraph[str]) -> None:
    generations = learning_generations(network)
    place = {node: number for number, generation in enumerate(generations) for node in generation}
    assert sorted(node for generation in generations for node in generation) == sorted(network)
    assert all(place[before] < place[after] for before, after in network.edges)
    assert all(generation == sorted(generation) for generation in generations)


@given(dags())
def test_depth_is_one_more_than_the_deepest_need(network: nx.DiGraph[str]) -> None:
    depth = learning_depth(network)
    for node in network:
        assert depth[node] == max((depth[need] + 1 for need in network.predecessors(node)), default=0)


@given(dags(), st.permutations("abcdefghijklmnop"))
def test_renaming_topics_renames_their_depths_only(network: nx.DiGraph[str], names: list[str]) -> None:
    new = dict(zip("abcdefghijklmnop", names, strict=True))
    renamed = nx.relabel_nodes(network, new)
    assert learning_depth(renamed) == {new[node]: depth for node, depth in learning_depth(network).items()}
    redundant = {(new[before], new[after]) for before, after, _ in redundant_prerequisites(network)}
    assert {edge[:2] for edge in redundant_prerequisites(renamed)} == redundant


@given(dags(), st.data())
def test_edge_back_makes_a_cycle_that_is_really_there(network: nx.DiGraph[str], data: st.DataObject) -> None:
    assert find_cycle(network) == []
    pairs = sorted(reachable(network))
    if pairs:
        before, after = data.draw(st.sampled_from(pairs))
        network.add_edge(after, before)
        cycle = find_cycle(network)
        assert cycle[0] == cycle[-1] == min(cycle)
        assert len(set(cycle)) == len(cycle) - 1
        assert all(network.has_edge(needed, node) for node, needed in pairwise(cycle))


@given(dags(max_nodes=7))
def test_reduction_keeps_who_reaches_whom_and_no_edge_can_go(network: nx.DiGraph[str]) -> None:
    kept = network.copy()
    kept.remove_edges_from([edge[:2] for edge in redundant_prerequisites(network)])
    assert reachable(kept) == reachable(network)
    for edge in list(kept.edges):
        fewer = kept.copy()
        fewer.remove_edge(*edge)
        assert reachable(fewer) != reachable(network), f"{edge} is still redundant"


@given(dags(max_nodes=4))
def test_reduction_is_the_smallest_of_all_subsets_of_edges(network: nx.DiGraph[str]) -> None:
    def same(edges: tuple[tuple[str, str], ...]) -> bool:
        other: nx.DiGraph[str] = nx.DiGraph()
        other.add_nodes_from(network)
        other.add_edges_from(edges)
        return reachable(other) == reachable(network)

    edges = sorted(network.edges)
    sizes = range(len(edges) + 1)
    smallest = next(set(each) for size in sizes for each in combinations(edges, size) if same(each))
    assert set(edges) - {edge[:2] for edge in redundant_prerequisites(network)} == smallest


@given(dags(max_nodes=8))
def test_witness_of_a_redundant_edge_lies_between(network: nx.DiGraph[str]) -> None:
    for before, after, through in redundant_prerequisites(network):
        assert network.has_edge(through, after)
        assert nx.has_path(network, before, through)
        assert through != before


@given(dags(), st.data())
def test_order_holds_each_topic_once_and_respects_every_edge(
    network: nx.DiGraph[str], data: st.DataObject
) -> None:
    topics = {
        node: Topic(
            node, node, node, data.draw(st.sampled_from("xyz")), Hours(1, 1, 1), data.draw(st.integers(0, 3))
        )
        for node in network
    }
    order = learning_order(topics, [(after, before) for before, after in network.edges])
    assert sorted(order) == sorted(network)
    place = {node: number for number, node in enumerate(order)}
    assert all(place[before] < place[after] for before, after in network.edges)
    shuffled = dict(data.draw(st.permutations(sorted(topics.items()))))
    edges = data.draw(st.permutations([(after, before) for before, after in network.edges]))
    assert learning_order(shuffled, edges) == order


@given(dags(), st.data())
def test_below_is_what_networkx_calls_ancestors(network: nx.DiGraph[str], data: st.DataObject) -> None:
    roots = data.draw(st.lists(st.sampled_from(sorted(network)), unique=True)) if len(network) else []
    needs = {node: list(network.predecessors(node)) for node in network}
    assert below(roots, needs) == set(roots).union(*(nx.ancestors(network, root) for root in roots))
