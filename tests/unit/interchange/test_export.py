"""Exports: what they hold, and that what a format can carry comes back."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import networkx as nx
import pyoxigraph as ox
import pytest

from mlgraph.errors import StoreError
from mlgraph.interchange.entries import to_anki, to_jsonl, write_sqlite
from mlgraph.interchange.imports.registry import READERS
from mlgraph.interchange.imports.row import CourseRow
from mlgraph.interchange.linkeddata import to_ctdl, to_rdf12, to_schema_org, to_skos
from mlgraph.interchange.networks import to_cytoscape, to_dot_graph, to_gexf, to_mermaid_graph
from mlgraph.interchange.requirement_tree import show
from mlgraph.network.projection import prerequisite_graph
from mlgraph.rdf.reader import parse_turtle
from mlgraph.vocab import RDF, SKOS
from tests.little import RECORDS, built_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlgraph.rdf.store import EmbeddedStore, Store

TEXTS = [
    to_schema_org,
    to_ctdl,
    to_skos,
    to_rdf12,
    to_gexf,
    to_cytoscape,
    to_mermaid_graph,
    to_dot_graph,
    to_jsonl,
    to_anki,
]


@pytest.mark.parametrize("export", TEXTS, ids=lambda each: each.__name__)
def test_the_same_graph_gives_the_same_bytes(export: Callable[[Store], str], little: EmbeddedStore) -> None:
    turned = built_store(dict(reversed(RECORDS.items())))
    assert export(little) == export(turned)
    assert export(little).endswith("\n")


def hard(store: EmbeddedStore) -> set[tuple[str, str, str]]:
    network = prerequisite_graph(store.triples(), soft=True)
    slug = {iri: str(data["slug"]) for iri, data in network.nodes(data=True)}
    return {(slug[a], slug[b], str(data["kind"])) for a, b, data in network.edges(data=True)}


def test_gexf_comes_back(little: EmbeddedStore) -> None:
    """As networkx reads it, with names, IRIs and kinds."""
    network = nx.read_gexf(io.BytesIO(to_gexf(little).encode()))
    assert {(a, b, data["need"]) for a, b, data in network.edges(data=True)} == hard(little)
    expected = prerequisite_graph(little.triples(), soft=True).nodes(data=True)
    assert {(name, data["label"], data["iri"]) for name, data in network.nodes(data=True)} == {
        (data["slug"], data["label"], iri) for iri, data in expected
    }


def test_cytoscape_comes_back(little: EmbeddedStore) -> None:
    network = nx.cytoscape_graph(
        {"directed": True, "multigraph": False, **json.loads(to_cytoscape(little)), "data": []}
    )
    assert {
        (a, b, kind) for a, b, kind in ((a, b, data["kind"]) for a, b, data in network.edges(data=True))
    } == hard(little)


def test_pictures_as_text_have_every_arrow(little: EmbeddedStore) -> None:
    kinds = [kind for _, _, kind in hard(little)]
    mermaid, dot = to_mermaid_graph(little), to_dot_graph(little)
    assert (
        mermaid.count(" --> ")
        == kinds.count("requires")
        == dot.count(";\n") - dot.count("label=") - 2 - dot.count("dashed")
    )
    assert mermaid.count(" -.-> ") == kinds.count("recommends") == dot.count("style=dashed")


@pytest.mark.parametrize("form", ["nt", "ttl"])
def test_rdf12_comes_back(little: EmbeddedStore, form: str) -> None:
    """Reifiers turned back into subject, predicate and object give the graph again."""
    syntax = ox.RdfFormat.N_TRIPLES if form == "nt" else ox.RdfFormat.TURTLE
    found = set()
    for quad in ox.parse(to_rdf12(little, form), format=syntax):
        if quad.predicate.value == RDF.reifies:
            link = quad.object
            assert isinstance(link, ox.Triple)
            for name, value in (
                (RDF.subject, link.subject),
                (RDF.predicate, link.predicate),
                (RDF.object, link.object),
            ):
                found.add(ox.Triple(quad.subject, ox.NamedNode(name), value))
        else:
            found.add(quad.triple)
    assert found == set(little.triples())


def test_courses_in_schema_org_can_be_imported(little: EmbeddedStore, tmp_path: Path) -> None:
    path = tmp_path / "c.jsonld"
    path.write_text(to_schema_org(little), encoding="utf-8")
    rows = {row.name: row for row in READERS["schema-org"].rows(path) if isinstance(row, CourseRow)}
    assert set(rows) == {"Calculus for All", "Training Networks"}
    one = rows["Calculus for All"]
    assert (one.code, one.provider, one.url, one.cost, one.hours, one.level) == (
        "1.01",
        "MIT",
        "https://mit.example/1.01",
        "free",
        30.0,
        "introductory",
    )
    assert {name for name, _ in one.teaches} == {"Calculus", "Gradient"}


def test_courses_in_ctdl_can_be_imported(little: EmbeddedStore, tmp_path: Path) -> None:
    path = tmp_path / "c.jsonld"
    path.write_text(to_ctdl(little), encoding="utf-8")
    rows = {row.name: row for row in READERS["ctdl"].rows(path) if isinstance(row, CourseRow)}
    one = rows["Calculus for All"]
    assert (one.code, one.provider, one.hours, one.language) == ("1.01", "MIT", 30.0, "en")
    assert [show(part.tree) for part in one.parts if part.tree] == ['"Algebra"']
    assert {name for name, _ in one.teaches} == {"Calculus", "Gradient"}


def test_skos_has_every_concept_once(little: EmbeddedStore) -> None:
    quads = parse_turtle(to_skos(little))
    all_labels = [quad for quad in quads if quad.predicate.value == SKOS.prefLabel]
    labels = [
        quad for quad in all_labels if isinstance(quad.object, ox.Literal) and quad.object.language == "en"
    ]
    assert len({quad.subject for quad in labels}) == len(labels) == 9 + 2 + 2 + 1
    needs = {quad for quad in quads if quad.predicate.value.endswith("relatedEssentialSkill")}
    assert len(needs) == 2


def test_json_lines_hold_things_and_claims(little: EmbeddedStore) -> None:
    lines = [json.loads(line) for line in to_jsonl(little).splitlines()]
    claims = [each for each in lines if each["type"] == "claim"]
    assert len(claims) == sum(text.count("a mlg:Claim") for text in RECORDS.values())
    assert {each["slug"] for each in lines if each.get("kind") == "course"} == {"mit-1.01", "eth-7"}


def test_sqlite_answers(little: EmbeddedStore, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "g.sqlite"
    assert write_sqlite(little, path) == path.stat().st_size
    write_sqlite(little, path)
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("SELECT count(*) FROM topic").fetchone() == (9,)
        needs = base.execute(
            "SELECT t.slug FROM claim c JOIN thing s ON s.iri = c.subject JOIN thing t ON t.iri = c.object "
            "WHERE s.slug = 'gradient' AND c.predicate = 'requires' AND c.status = 'verified'"
        ).fetchall()
        assert needs == [("calculus",)]
        assert base.execute("SELECT count(*) FROM requirement WHERE owner LIKE '%training'").fetchone() == (
            2,
        )
    assert [each.name for each in path.parent.iterdir()] == ["g.sqlite"]
    with pytest.raises(StoreError):
        write_sqlite(little, tmp_path / "deep" / "g.sqlite" / "x")


def test_anki_cards_have_fixed_identifiers_and_escaped_text(little: EmbeddedStore) -> None:
    lines = to_anki(little).splitlines()
    cards = [line.split("\t") for line in lines if not line.startswith("#")]
    assert all(len(card) == 4 for card in cards)
    names = [card[0] for card in cards]
    assert len(set(names)) == len(names)
    assert {"mlgraph-calculus-what", "mlgraph-calculus-needs"} <= set(names)
    odd = built_store({**RECORDS, "odd": 'topic:jax skos:definition "a < b\\t& c"@en .'})
    assert "a &lt; b &amp; c" in to_anki(odd) or "What Jax is." in to_anki(odd)
