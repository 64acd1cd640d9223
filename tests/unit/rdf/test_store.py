"""The embedded store answers each form of query, and refuses the wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mlgraph.errors import QuerySyntaxError, StoreError
from mlgraph.rdf.store import EmbeddedStore, is_iri, text
from mlgraph.vocab import MLG, thing
from tests.little import quads_of

if TYPE_CHECKING:
    from pathlib import Path

TURTLE = 'topic:a a mlg:Topic ; rdfs:label "A"@en . topic:b a mlg:Topic ; mlg:requires topic:a .'


@pytest.fixture
def small() -> EmbeddedStore:
    return EmbeddedStore.of_turtle(TURTLE)


def test_select_gives_its_solutions(small: EmbeddedStore) -> None:
    rows = small.select("SELECT ?t WHERE { ?t a mlg:Topic } ORDER BY ?t")
    assert [text(row["t"]) for row in rows] == [thing("topic", "a"), thing("topic", "b")]


@pytest.mark.parametrize(("target", "answer"), [("a", True), ("c", False)])
def test_ask_gives_yes_or_no(small: EmbeddedStore, target: str, *, answer: bool) -> None:
    assert small.ask(f"ASK {{ topic:b mlg:requires topic:{target} }}") is answer


def test_construct_gives_triples(small: EmbeddedStore) -> None:
    triples = list(small.construct("CONSTRUCT { ?b mlg:dependsOn ?a } WHERE { ?b mlg:requires ?a }"))
    assert [each.predicate.value for each in triples] == [MLG.dependsOn]


@pytest.mark.parametrize(
    ("method", "query", "wanted"),
    [
        ("select", "ASK {}", "a SELECT query was expected"),
        ("ask", "SELECT * {}", "an ASK query was expected"),
        ("construct", "ASK {}", "a CONSTRUCT or DESCRIBE query was expected"),
    ],
)
def test_wrong_form_of_query_is_refused(small: EmbeddedStore, method: str, query: str, wanted: str) -> None:
    with pytest.raises(QuerySyntaxError, match=wanted):
        getattr(small, method)(query)


def test_broken_query_is_refused(small: EmbeddedStore) -> None:
    with pytest.raises(QuerySyntaxError, match=r"not SPARQL 1\.1"):
        small.select("SELECT * WHERE { ?s ?p }")


def test_store_cannot_be_changed_by_a_query(small: EmbeddedStore) -> None:
    with pytest.raises(QuerySyntaxError):
        small.ask("DELETE WHERE { ?s ?p ?o }")
    assert len(small) == 4


def test_all_triples_and_their_number(small: EmbeddedStore) -> None:
    assert {str(each) for each in small.triples()} == {str(quad.triple) for quad in quads_of(TURTLE)}
    assert len(small) == 4


def test_stores_of_quads_and_of_a_file_equal_that_of_the_text(tmp_path: Path, small: EmbeddedStore) -> None:
    from mlgraph.rdf.writer import to_ntriples, to_turtle

    quads = quads_of(TURTLE)
    (tmp_path / "a.ttl").write_text(to_turtle(quads))
    (tmp_path / "a.nt").write_text(to_ntriples(quads))
    expected = set(map(str, small.triples()))
    assert set(map(str, EmbeddedStore.of_quads(quads).triples())) == expected
    assert set(map(str, EmbeddedStore.of_file(tmp_path / "a.ttl").triples())) == expected
    assert set(map(str, EmbeddedStore.of_file(tmp_path / "a.nt").triples())) == expected


def test_note_and_folder_are_kept(tmp_path: Path) -> None:
    assert EmbeddedStore.of_quads([], "slow").note == "slow"
    assert EmbeddedStore(ox.Store(), folder=tmp_path).folder == tmp_path


@pytest.mark.parametrize("content", [None, {}, {"CURRENT": "nonsense"}])
def test_folder_that_is_no_store_is_refused(tmp_path: Path, content: dict[str, str] | None) -> None:
    folder = tmp_path / "store"
    if content is not None:
        folder.mkdir()
        for name, value in content.items():
            (folder / name).write_text(value)
    with pytest.raises(StoreError, match="cannot be opened"):
        EmbeddedStore.open(folder)


def test_terms_become_plain_text() -> None:
    node = ox.NamedNode("https://a.org/")
    assert text(None) == ""
    assert text(node) == "https://a.org/"
    assert text(ox.Literal("x", language="en")) == "x"
    assert text(ox.BlankNode("b")) == "b"
    assert text(ox.Triple(node, node, node)) == "<https://a.org/> <https://a.org/> <https://a.org/>"


@pytest.mark.parametrize("value", ["https://a.org/", "urn:x:y", "https://é.org/ü"])
def test_absolute_iris_are_iris(value: str) -> None:
    assert is_iri(value)


@pytest.mark.parametrize(
    "value", ["", "a", "https://a b", "https://a.org/>", "http://[", "x:%zz", "http://\udcff"]
)
def test_what_could_break_out_of_a_query_is_no_iri(value: str) -> None:
    assert not is_iri(value)
