"""The quick SHACL engine finds what pySHACL, the reference, finds: on sound and on broken records.

Compared are the triples (focus node, path, constraint component) of all results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyshacl
import pytest
import rdflib
import shacl
from rdflib.namespace import SH

from mlgraph.build.dataset import find_layout
from mlgraph.build.derive import derive
from mlgraph.checks.shapes import _WORDS, check_shapes, context_triples
from mlgraph.rdf.interop import to_rdflib
from mlgraph.rdf.reader import read_turtle, record_files
from mlgraph.rdf.store import text
from mlgraph.rdf.writer import to_ntriples
from mlgraph.vocab import RDF, local_name
from tests.conftest import ROOT
from tests.little import RECORDS, authored_quads

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph as ox

Results = set[tuple[str, str, str]]

AUTHORED = find_layout().ontology / "shapes.ttl"
BUILT = find_layout().ontology / "shapes-built.ttl"

# Old text -> new text in the little records, and the constraint that this breaks.
FAULTS = [
    ("mlg:hoursBasis", "mlg:hourBasis", "Closed"),
    ('skos:altLabel "school algebra"@en', 'skos:altLabel "school algebra"', "Datatype"),
    ('skos:prefLabel "Gradiente"@es', 'skos:prefLabel "Slope"@en', "UniqueLang"),
    ('"Can use it"@en , ', "", "MinCount"),
    ("mlg:hoursHigh 20.0", "mlg:hoursHigh 500.0 , 20.0", "MaxCount"),
    ("mlg:hoursLow 5.0", "mlg:hoursLow 15.0", "LessThanOrEquals"),
    ("mlg:confidence 0.9", "mlg:confidence -0.1", "MinInclusive"),
    ("mlg:workloadHours 12.0", "mlg:workloadHours 1200.0", "MaxInclusive"),
    ("schema:provider institution:mit", "schema:provider topic:python", "Class"),
    ('mlg:institutionKind "university"', 'mlg:institutionKind "castle"', "In"),
    ('schema:addressCountry "CH"', 'schema:addressCountry "Switzerland"', "Pattern"),
    ("schema:url <https://digits.example/>", 'schema:url "https://digits.example/"', "NodeKind"),
    ('mlg:verifiedOn "2026-11-25"^^xsd:date ;', "", "Or"),
    ("mlg:contradictedBy", "mlg:supportedBy", "Or"),
    ("mlg:minimumCount 1", 'mlg:minimumCount "one"', "Datatype"),
    ('mlg:statementText "MIT is in the Ivy League."@en ;', "", "MinCount"),
    ('mlg:locator "chapter 1"', 'mlg:locator "chapter 1"@en', "Datatype"),
    ('schema:courseCode "1.01"', 'schema:corseCode "1.01"', "Closed"),
]
BUILT_FAULTS = {
    "Disjoint": "topic:training mlg:recommends topic:gradient .",
    "Class": "topic:training mlg:requires skill:patience .",
    "MaxCount": 'topic:training rdfs:label "Another"@en .',
    "MinCount": "topic:unbuilt a mlg:Topic .",
    "Datatype": 'topic:python mlg:learningDepth "none" .',
    "Or": "course:eth-7 mlg:teaches role:tester .",
    "MinInclusive": "topic:python mlg:learningDepth -1 .",
}


def ontology() -> list[ox.Quad]:
    return read_turtle(find_layout().ontology / "mlgraph.ttl")


def by_engine(quads: list[ox.Quad], shapes: Path) -> Results:
    report = shacl.Shapes.from_file(str(shapes)).validate_text(to_ntriples(quads), format="ntriples")
    return {
        (each.focus_node.strip("<>"), (each.path or "").strip("<>"), each.component)
        for each in report.results
    }


def by_reference(quads: list[ox.Quad], shapes: Path) -> Results:
    _, report, _ = pyshacl.validate(
        to_rdflib(quads), shacl_graph=rdflib.Graph().parse(shapes), inference="none", advanced=False
    )
    assert isinstance(report, rdflib.Graph)
    return {
        (
            str(report.value(result, SH.focusNode)),
            str(report.value(result, SH.resultPath) or ""),
            local_name(str(report.value(result, SH.sourceConstraintComponent))),
        )
        for result in report.subjects(rdflib.RDF.type, SH.ValidationResult)
    }


def broken(old: str, new: str) -> list[ox.Quad]:
    """Return the little records with one fault, planted where the old text stands first."""
    whole = "\n".join(RECORDS.values())
    assert old in whole
    return authored_quads({"all": whole.replace(old, new, 1)})


def records_of_every_kind() -> tuple[list[ox.Quad], list[ox.Quad]]:
    """Return a real record of each folder, and of what they point to the bare types."""
    first: dict[str, Path] = {}
    types: dict[str, list[ox.Quad]] = {}
    for path in record_files([ROOT / "data"]):
        first.setdefault(path.relative_to(ROOT / "data").parts[0], path)
        for quad in read_turtle(path):
            if quad.predicate.value == RDF.type:
                types.setdefault(text(quad.subject), []).append(quad)
    own = [quad for path in first.values() for quad in read_turtle(path)]
    nodes = {text(quad.subject) for quad in own}
    around = {text(quad.object) for quad in own} - nodes
    return own, [quad for node in sorted(around & set(types)) for quad in types[node]]


def test_every_component_that_has_words_is_broken_by_some_fault() -> None:
    planted = {component for _, _, component in FAULTS} | set(BUILT_FAULTS)
    assert {f"{each}ConstraintComponent" for each in planted} == set(_WORDS)
    assert len(FAULTS) + len(BUILT_FAULTS) >= 10


@pytest.fixture(scope="module")
def sound() -> list[ox.Quad]:
    return context_triples([*authored_quads(), *ontology()])


def test_both_find_nothing_in_sound_records(sound: list[ox.Quad]) -> None:
    assert by_engine(sound, AUTHORED) == by_reference(sound, AUTHORED) == set()


def test_both_find_faults_only_in_the_bare_neighbours_of_real_records() -> None:
    own, bare = records_of_every_kind()
    quads = context_triples([*own, *bare, *ontology()])
    reference = by_reference(quads, AUTHORED)
    assert by_engine(quads, AUTHORED) == reference
    assert {node for node, _, _ in reference} <= {text(quad.subject) for quad in bare}
    assert len(reference) > 100


@pytest.mark.parametrize(
    ("old", "new", "component"), FAULTS, ids=[f"{old[:20]}-{what}" for old, _, what in FAULTS]
)
def test_engine_finds_the_planted_fault(old: str, new: str, component: str) -> None:
    found = by_engine(context_triples([*broken(old, new), *ontology()]), AUTHORED)
    assert f"{component}ConstraintComponent" in {each for _, _, each in found}


def test_both_find_the_same_in_records_with_all_faults() -> None:
    whole = "\n".join(RECORDS.values())
    for old, new, _ in FAULTS:
        whole = whole.replace(old, new, 1)
    quads = context_triples([*authored_quads({"all": whole}), *ontology()])
    reference = by_reference(quads, AUTHORED)
    assert by_engine(quads, AUTHORED) == reference
    assert len(reference) >= len(FAULTS)


def test_both_find_the_same_in_a_built_dataset_with_faults() -> None:
    records = RECORDS | {"faults": "\n".join(BUILT_FAULTS.values())}
    plain = authored_quads()
    quads = context_triples([*authored_quads(records), *derive(plain), *ontology()])
    reference = by_reference(quads, BUILT)
    assert by_engine(quads, BUILT) == reference
    assert {f"{each}ConstraintComponent" for each in BUILT_FAULTS} <= {each for _, _, each in reference}


def test_both_find_nothing_in_a_sound_built_dataset() -> None:
    plain = authored_quads()
    quads = context_triples([*plain, *derive(plain), *ontology()])
    assert by_engine(quads, BUILT) == by_reference(quads, BUILT) == set()


def test_findings_speak_of_each_result_once_in_words() -> None:
    quads = context_triples([*broken("mlg:hoursBasis", "mlg:hourBasis"), *ontology()])
    findings = check_shapes(quads, AUTHORED)
    assert {each.message.split(": ")[1] for each in findings} == {
        "mlg:hourBasis is not a property that such a record may have (editorial estimate)",
        "mlg:hoursBasis is missing",
    }
    assert len(findings) == 2
