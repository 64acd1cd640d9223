"""Laws of canonical writing."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from mlgraph.rdf.reader import parse_turtle
from mlgraph.rdf.writer import to_ntriples, to_turtle
from tests.property.strategies import triples, turtle_graphs


@given(turtle_graphs())
def test_what_was_written_reads_back_as_the_same_graph(graph: list[ox.Quad]) -> None:
    assert set(parse_turtle(to_turtle(graph))) == set(graph)


@given(turtle_graphs())
def test_writing_is_a_fixpoint(graph: list[ox.Quad]) -> None:
    text = to_turtle(graph)
    assert to_turtle(parse_turtle(text)) == text


@given(turtle_graphs(), st.data())
def test_bytes_do_not_depend_on_the_order_or_on_repetition(graph: list[ox.Quad], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations([*graph, *graph[:2]]))
    assert to_turtle(shuffled) == to_turtle(graph)
    assert to_ntriples(shuffled) == to_ntriples(graph)


@given(turtle_graphs(), triples())
def test_one_added_triple_is_one_added_line_once_its_prefixes_and_subject_are_there(
    graph: list[ox.Quad], new: ox.Quad
) -> None:
    other, link = ox.NamedNode("https://zzz.org/s"), ox.NamedNode("https://zzz.org/p")
    ground = {
        *graph,
        ox.Quad(new.subject, link, ox.Literal("the subject is there")),
        ox.Quad(other, new.predicate, ox.Literal("its prefix is used")),
        ox.Quad(other, link, new.subject),
        ox.Quad(other, link, new.object),
    } - {new}
    before = to_turtle(ground).split("\n")
    after = to_turtle({*ground, new}).split("\n")
    assert len(after) == len(before) + 1
    place = next(number for number, line in enumerate(after) if [line] != before[number : number + 1])
    assert after[:place] + after[place + 1 :] == before


@given(turtle_graphs())
def test_ntriples_read_back_as_the_same_graph(graph: list[ox.Quad]) -> None:
    text = to_ntriples(graph)
    assert set(ox.parse(text, format=ox.RdfFormat.N_TRIPLES)) == set(graph)
    assert len(text.split("\n")) == len(set(graph)) + 1
