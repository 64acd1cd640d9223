"""What an export carries comes back from its own reader: claims, arrows, statements, courses."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from decimal import Decimal
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mlgraph.cli.main import run
from mlgraph.interchange.entries import to_anki, to_jsonl, write_sqlite
from mlgraph.interchange.imports.ground import ground_of
from mlgraph.interchange.imports.registry import READERS
from mlgraph.interchange.imports.run import Setup, run_import
from mlgraph.interchange.linkeddata import to_ctdl, to_schema_org, to_skos
from mlgraph.interchange.networks import to_dot_graph, to_mermaid_graph
from mlgraph.interchange.tables import to_csv
from mlgraph.network.projection import prerequisite_graph
from mlgraph.rdf.store import EmbeddedStore, text
from mlgraph.vocab import kind_and_slug, local_name

if TYPE_CHECKING:
    from pathlib import Path

CLAIMS = """
SELECT ?s ?p ?o ?status ?level WHERE {
  ?c a mlg:Claim ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; mlg:status ?status .
  OPTIONAL { ?c mlg:atLevel ?level } }
"""
DOT_EDGE = re.compile(r'"?([\w.-]+)"? -> "?([\w.-]+)"?\s*(\[[^\]]*dashed[^\]]*\])?;')


def stated(store: EmbeddedStore) -> set[tuple[str, ...]]:
    """Return the claims of a graph: subject, predicate, object, status."""
    rows = store.select(CLAIMS)
    return {
        (
            _short(text(r["s"])),
            local_name(text(r["p"])),
            _short(text(r["o"])),
            local_name(text(r["status"])).lower(),
        )
        for r in rows
    }


def _short(iri: str) -> str:
    return "/".join(kind_and_slug(iri) or ("", iri))


def arrows(store: EmbeddedStore) -> set[tuple[str, str, bool]]:
    """Return the prerequisites of a graph by slugs, and whether they are soft."""
    network = prerequisite_graph(store.triples(), soft=True)
    slug = {iri: str(data["slug"]) for iri, data in network.nodes(data=True)}
    return {(slug[a], slug[b], data["kind"] != "requires") for a, b, data in network.edges(data=True)}


def test_claims_come_back_from_csv(little: EmbeddedStore) -> None:
    rows = csv.DictReader(io.StringIO(to_csv(little)))
    assert {(r["subject"], r["predicate"], r["object"], r["status"]) for r in rows} == stated(little)


def test_claims_come_back_from_json_lines(little: EmbeddedStore) -> None:
    lines = [json.loads(line) for line in to_jsonl(little).splitlines()]
    claims = [each for each in lines if each["type"] == "claim"]
    found = {(each["subject"], each["predicate"], each["object"], each["status"]) for each in claims}
    assert found == stated(little)


def test_claims_and_names_come_back_from_sqlite(little: EmbeddedStore, tmp_path: Path) -> None:
    write_sqlite(little, tmp_path / "g.sqlite")
    with closing(sqlite3.connect(f"file:{tmp_path / 'g.sqlite'}?mode=ro", uri=True)) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = base.execute("SELECT subject, predicate, object, status FROM claim").fetchall()
        labels = dict(base.execute("SELECT iri, label FROM thing"))
    assert {(_short(s), p, _short(o), status) for s, p, o, status in rows} == stated(little)
    names = little.select("SELECT ?t ?n { ?t a mlg:Topic ; skos:prefLabel ?n FILTER(LANG(?n) = 'en') }")
    assert all(labels[text(row["t"])] == text(row["n"]) for row in names)


def test_arrows_come_back_from_mermaid(little: EmbeddedStore) -> None:
    drawn = to_mermaid_graph(little)
    labels = {
        text(row["n"]): local_name(text(row["t"]))
        for row in little.select("SELECT ?t ?n { ?t a mlg:Topic ; skos:prefLabel ?n }")
    }
    names = {name: labels[label] for name, label in re.findall(r'^ +(n\d+)\["(.*)"\]$', drawn, re.MULTILINE)}
    found = re.findall(r"^ +(n\d+) (-->|-\.->) (n\d+)$", drawn, re.MULTILINE)
    assert {(names[a], names[b], arrow == "-.->") for a, arrow, b in found} == arrows(little)


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_arrows_come_back_from_graphviz(little: EmbeddedStore) -> None:
    done = subprocess.run(
        ["dot", "-Tcanon"], input=to_dot_graph(little), capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    found = DOT_EDGE.findall(" ".join(done.stdout.split()))
    assert {(a, b, bool(style)) for a, b, style in found} == arrows(little)


@pytest.mark.parametrize(
    ("form", "syntax"),
    [
        ("ttl", ox.RdfFormat.TURTLE),
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("rdfxml", ox.RdfFormat.RDF_XML),
        ("jsonld", ox.RdfFormat.JSON_LD),
    ],
)
def test_every_statement_comes_back(
    form: str, syntax: ox.RdfFormat, little: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlgraph.cli.files.opened", lambda _data: little)
    path = tmp_path / "out"
    assert run(["export", form, "-o", str(path)]) == 0
    quads = list(ox.parse(path=str(path), format=syntax))
    assert {_valued(quad.triple) for quad in quads} == {_valued(each) for each in little.triples()}


def _valued(triple: ox.Triple) -> tuple[str, ...]:
    """Return a triple with decimals by value: 1 and 1.0 are the same one."""
    value = triple.object
    if isinstance(value, ox.Literal) and value.datatype.value.endswith("#decimal"):
        value = ox.Literal(str(Decimal(value.value).normalize()), datatype=value.datatype)
    return str(triple.subject), triple.predicate.value, str(value)


def test_skos_keeps_labels_definitions_and_levels_of_the_tree(little: EmbeddedStore) -> None:
    found = EmbeddedStore.of_turtle(to_skos(little))
    for link in ("skos:prefLabel", "skos:altLabel", "skos:definition"):
        ask = f"SELECT ?t ?n {{ ?t a mlg:Topic ; {link} ?n }}"
        expected = {(text(row["t"]), row["n"]) for row in little.select(ask)}
        assert expected or link == "skos:altLabel"
        ask = f"SELECT ?t ?n {{ ?t a skos:Concept ; {link} ?n }}"
        assert expected <= {(text(row["t"]), row["n"]) for row in found.select(ask)}, "with their languages"
    ask = "SELECT ?t { ?t a skos:Concept FILTER NOT EXISTS { ?t skos:inScheme ?s } }"
    assert not list(found.select(ask)), "every concept is in a scheme"


@pytest.mark.parametrize(("form", "export"), [("schema-org", to_schema_org), ("ctdl", to_ctdl)])
def test_courses_come_back_as_records_over_an_empty_graph_and_not_over_their_own(
    form: str, export: object, little: EmbeddedStore, tmp_path: Path
) -> None:
    path = tmp_path / "c.jsonld"
    path.write_text(export(little), encoding="utf-8")  # type: ignore[operator]
    courses = little.select("SELECT ?c { ?c a schema:Course }")
    kept = []
    for name, ground in (("new", ground_of(EmbeddedStore.of_quads([]))), ("own", ground_of(little))):
        setup = Setup(READERS[form], path, tmp_path / name, "2026-11-25", "x-source")
        kept.append(run_import(setup, ground).report.courses)
    assert kept == [len(list(courses)), 0]


def test_anki_reads_as_the_table_that_its_head_announces(little: EmbeddedStore) -> None:
    lines = to_anki(little).splitlines()
    head = dict(line[1:].split(":", 1) for line in lines if line.startswith("#"))
    columns = head["columns"].split("\t")
    body = [line for line in lines if not line.startswith("#")]
    rows = [dict(zip(columns, row, strict=True)) for row in csv.reader(body, delimiter="\t")]
    assert (head["separator"], columns[int(head["guid column"]) - 1]) == ("tab", "guid")
    topics = {local_name(text(row["t"])) for row in little.select("SELECT ?t { ?t a mlg:Topic }")}
    assert {row["guid"].removeprefix("mlgraph-").rpartition("-")[0] for row in rows} <= topics
    assert all(row["Front"] and row["Back"] and row["Tags"] for row in rows)
