"""The graph as rdflib objects and in other serializations is the same graph."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from mlgraph.rdf.interop import serialize, to_rdflib
from mlgraph.rdf.writer import to_ntriples
from mlgraph.vocab import PREFIXES, thing
from tests.little import HEADS, authored_quads, quads_of

TERMS = """
    topic:a rdfs:label "A"@en , "A" , "é\\n\\"q\\""@de-ch ; mlg:hoursLow 1.0 ; mlg:minimumCount 3 ;
        owl:deprecated true ; mlg:checkedOn "2026-11-25"^^xsd:date ; skos:exactMatch <https://a.org/?a=b#c> ;
        skos:related _:b . _:b rdfs:label "blank"@en ."""


def test_rdflib_graph_equals_what_rdflib_itself_reads() -> None:
    assert isomorphic(to_rdflib(quads_of(TERMS)), rdflib.Graph().parse(data=HEADS + TERMS, format="turtle"))


def test_records_lose_nothing_in_rdflib() -> None:
    quads = authored_quads()
    graph = to_rdflib(quads)
    assert len(graph) == len(set(quads))
    assert set(ox.parse(graph.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES)) == set(quads)


def test_triples_of_a_store_are_taken_like_quads() -> None:
    quads = authored_quads()
    assert set(to_rdflib(quad.triple for quad in quads)) == set(to_rdflib(quads))


def test_usual_prefixes_are_bound_and_no_others() -> None:
    bound = {prefix: str(base) for prefix, base in to_rdflib([]).namespaces()}
    assert bound.pop("xml", None) in {None, "http://www.w3.org/XML/1998/namespace"}
    assert bound == PREFIXES


def test_rdflib_graph_answers_queries() -> None:
    graph = to_rdflib(quads_of("topic:b mlg:requires topic:a ."))
    rows = list(graph.query("SELECT ?b WHERE { ?b mlg:requires topic:a }"))
    assert rows == [(rdflib.URIRef(thing("topic", "b")),)]


@pytest.mark.parametrize(
    ("form", "parser"),
    [("nt", ox.RdfFormat.N_TRIPLES), ("rdfxml", ox.RdfFormat.RDF_XML), ("jsonld", ox.RdfFormat.JSON_LD)],
)
def test_serializations_read_back_and_have_equal_bytes_for_equal_graphs(
    form: str, parser: ox.RdfFormat
) -> None:
    quads = authored_quads()
    written = serialize(quads, form)
    assert {quad.triple for quad in ox.parse(written, format=parser)} == {quad.triple for quad in quads}
    assert serialize([*reversed(quads), *quads], form) == written


def test_ntriples_are_those_of_the_canonical_writer() -> None:
    quads = authored_quads()
    assert serialize(quads, "nt").decode() == to_ntriples(quads)


def test_empty_graph_has_no_lines() -> None:
    assert serialize([], "nt") == b""
