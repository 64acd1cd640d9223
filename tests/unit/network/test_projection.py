"""Triples become graphs: prerequisites, and requirement groups as AND/OR graphs."""

from __future__ import annotations

from mlgraph.network.projection import prerequisite_graph, requirement_graph
from mlgraph.vocab import thing
from tests.little import quads_of


def slug(iri: str) -> str:
    return iri.rsplit("/", maxsplit=1)[-1]


def test_edges_run_from_what_is_needed_to_what_needs_it() -> None:
    # b -> a <.. c
    quads = quads_of("topic:a mlg:requires topic:b ; mlg:recommends topic:c .")
    network = prerequisite_graph(quads)
    assert [(slug(u), slug(v)) for u, v in network.edges] == [("b", "a")]
    assert list(network) == [thing("topic", "a"), thing("topic", "b")]


def test_soft_links_are_taken_on_request_and_a_hard_one_wins() -> None:
    quads = quads_of("topic:a mlg:requires topic:b ; mlg:recommends topic:c , topic:b .")
    network = prerequisite_graph(quads, soft=True)
    kinds = {(slug(u), slug(v)): network.edges[u, v]["kind"] for u, v in network.edges}
    assert kinds == {("b", "a"): "requires", ("c", "a"): "recommends"}


def test_nodes_have_label_and_slug_and_topics_stand_alone_too() -> None:
    quads = quads_of(
        'topic:a a mlg:Topic ; rdfs:label "A"@en . skill:s a mlg:Skill . topic:b mlg:requires topic:c .'
    )
    network = prerequisite_graph(quads)
    assert {node: network.nodes[node] for node in network} == {
        thing("topic", "a"): {"label": "A", "slug": "a"},
        thing("topic", "b"): {"label": thing("topic", "b"), "slug": "b"},
        thing("topic", "c"): {"label": thing("topic", "c"), "slug": "c"},
    }


def test_foreign_iri_is_its_own_slug() -> None:
    network = prerequisite_graph(quads_of("<https://a.org/x> mlg:requires <https://a.org/y> ."))
    assert network.nodes["https://a.org/x"]["slug"] == "https://a.org/x"


def test_equal_triples_give_equal_graphs_in_any_order() -> None:
    quads = quads_of(
        "topic:a mlg:requires topic:b , topic:c . topic:b mlg:requires topic:d . topic:e a mlg:Topic ."
    )
    one, two = prerequisite_graph(quads), prerequisite_graph(reversed(quads))
    assert list(one.nodes(data=True)) == list(two.nodes(data=True))
    assert list(one.edges(data=True)) == list(two.edges(data=True))


def test_requirement_groups_stand_between_options_and_owner() -> None:
    # b \
    #    (at least 1) -> a
    # c /
    quads = quads_of(
        "topic:a mlg:hasRequirement requirement:x . requirement:x mlg:anyOf topic:b , topic:c ; mlg:minimumCount 1 ."
        "requirement:unused mlg:minimumCount 2 ."
    )
    network = requirement_graph(quads)
    assert sorted((slug(u), slug(v)) for u, v in network.edges) == [("b", "x"), ("c", "x"), ("x", "a")]
    assert network.nodes[thing("requirement", "x")]["minimum"] == 1
    assert thing("requirement", "unused") not in network


def test_nothing_gives_empty_graphs() -> None:
    assert len(prerequisite_graph([])) == len(requirement_graph([])) == 0
