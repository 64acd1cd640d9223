"""Made-up inputs: acyclic graphs, triples and requirement graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import pyoxigraph as ox
from hypothesis import strategies as st

from mlgraph.model import Edge, Group, Hours, Requirements, Topic
from mlgraph.vocab import MLG, PREFIXES, RDF, SCHEMA, SKOS, XSD, thing

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["claim_layers", "dags", "iris", "literals", "requirement_graphs", "triples", "turtle_graphs"]


@st.composite
def dags(draw: DrawFn, max_nodes: int = 12) -> nx.DiGraph[str]:
    """Draw an acyclic graph whose names say nothing about its order."""
    names = draw(st.permutations("abcdefghijklmnop"[: draw(st.integers(0, max_nodes))]))
    pairs = [(before, after) for place, after in enumerate(names) for before in names[:place]]
    network: nx.DiGraph[str] = nx.DiGraph()
    network.add_nodes_from(draw(st.permutations(names)))
    network.add_edges_from(draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else [])
    return network


def iris() -> SearchStrategy[ox.NamedNode]:
    """Draw IRIs of ours and of others, such that some can be shortened and some just not."""
    local = st.from_regex(r"[A-Za-z0-9._-]{1,6}", fullmatch=True)
    ours = st.builds(str.__add__, st.sampled_from(sorted(PREFIXES.values())), local)
    things = st.builds(thing, st.sampled_from(["topic", "claim", "evidence"]), st.sampled_from("abc"))
    others = st.sampled_from(
        [
            "https://a.org/",
            "https://a.org/b#c",
            "https://a.org/é?x=%20&y",
            "urn:a:b",
            MLG.base,
            "https://a.org/b/c.",
        ]
    )
    return st.one_of(ours, things, others).map(ox.NamedNode)


def literals() -> SearchStrategy[ox.Literal]:
    """Draw plain, tagged and typed literals, well-formed or not."""
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    numbers = st.from_regex(r"[+-]?[0-9]*\.?[0-9]*([eE]-?[0-9])?", fullmatch=True).filter(
        lambda each: len(each) < 12
    )
    lexical = st.one_of(
        text, numbers, st.sampled_from(["true", "false", "1", "2026-11-25", "a\nb", '"""', "\\"])
    )
    types = st.sampled_from(
        [XSD.integer, XSD.decimal, XSD.boolean, XSD.date, XSD.base + "double", "https://a.org/t"]
    )
    return st.one_of(
        st.builds(ox.Literal, lexical),
        st.builds(
            lambda value, tag: ox.Literal(value, language=tag),
            lexical,
            st.sampled_from(["en", "de-ch", "zh-hant"]),
        ),
        st.builds(lambda value, type_: ox.Literal(value, datatype=ox.NamedNode(type_)), lexical, types),
    )


def triples() -> SearchStrategy[ox.Quad]:
    """Draw a triple in the default graph, without blank nodes."""
    predicates = st.one_of(st.sampled_from([ox.NamedNode(each) for each in (RDF.type, MLG.requires)]), iris())
    return st.builds(ox.Quad, iris(), predicates, st.one_of(iris(), literals()))


def turtle_graphs(max_size: int = 12) -> SearchStrategy[list[ox.Quad]]:
    """Draw the triples of a graph."""
    return st.lists(triples(), max_size=max_size)


@st.composite
def requirement_graphs(draw: DrawFn, max_topics: int = 7) -> Requirements:
    """Draw topics that need each other, outright and by groups, without a loop; the goal is one of them."""
    names = draw(st.permutations("abcdefgh"[: draw(st.integers(1, max_topics))]))
    topics = {
        name: Topic(name, name, name, draw(st.sampled_from("xy")), Hours(hours / 2, hours, hours * 2), place)
        for place, name in enumerate(names)
        for hours in [draw(st.integers(1, 6))]
    }
    edges: list[Edge] = []
    groups: list[Group] = []
    for place, name in enumerate(names[1:], 1):
        below = names[:place]
        others = draw(st.lists(st.sampled_from(below), unique=True, max_size=2))
        edges += [Edge(name, other, draw(st.sampled_from(["working", "deep"]))) for other in others]
        for number in range(draw(st.integers(0, 2))):
            options = tuple(
                sorted(draw(st.lists(st.sampled_from(below), unique=True, min_size=1, max_size=3)))
            )
            minimum = draw(st.integers(1, len(options)))
            groups.append(Group(f"{name}.{number}", name, options, minimum, ""))
    return Requirements((names[-1],), topics, tuple(edges), tuple(groups))


@st.composite
def claim_layers(draw: DrawFn) -> list[list[ox.Quad]]:
    """Draw layers of claims between few topics, acyclic, with names and states."""
    layers = []
    for _ in range(draw(st.integers(1, 3))):
        layer: list[ox.Quad] = []
        for _ in range(draw(st.integers(0, 4))):
            low, high = sorted(draw(st.lists(st.sampled_from("abcd"), min_size=2, max_size=2, unique=True)))
            claim = ox.NamedNode(thing("claim", f"{high}-{low}"))
            status = draw(st.sampled_from([MLG.Verified, MLG.Disputed, MLG.Proposed]))
            layer += [
                ox.Quad(claim, ox.NamedNode(RDF.subject), ox.NamedNode(thing("topic", high))),
                ox.Quad(claim, ox.NamedNode(RDF.predicate), ox.NamedNode(MLG.requires)),
                ox.Quad(claim, ox.NamedNode(RDF.object), ox.NamedNode(thing("topic", low))),
                ox.Quad(ox.NamedNode(thing("topic", high)), ox.NamedNode(RDF.type), ox.NamedNode(MLG.Topic)),
            ]
            layer = [quad for quad in layer if (quad.subject, quad.predicate.value) != (claim, MLG.status)]
            layer.append(ox.Quad(claim, ox.NamedNode(MLG.status), ox.NamedNode(status)))
        for name in draw(st.lists(st.sampled_from(["A", "B"]), max_size=2)):
            node = ox.NamedNode(thing(draw(st.sampled_from(["topic", "course"])), name.lower()))
            label = draw(st.sampled_from([SKOS.prefLabel, SCHEMA.name]))
            layer.append(ox.Quad(node, ox.NamedNode(label), ox.Literal(name, language="en")))
        layers.append(layer)
    return layers
