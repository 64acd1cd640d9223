"""Canonical Turtle: same triples, same bytes; one added triple, one line."""

from __future__ import annotations

import pytest

from mlgraph.rdf.reader import parse_turtle
from mlgraph.rdf.writer import to_ntriples, to_turtle
from tests.little import HEADS, authored_quads, quads_of


def canonical(turtle: str) -> str:
    return to_turtle(quads_of(turtle))


def test_no_triples_are_no_bytes() -> None:
    assert to_turtle([]) == ""


def test_block_has_its_type_first_and_a_line_a_triple() -> None:
    assert canonical('topic:a rdfs:label "A"@en ; mlg:hoursLow 1.0 , 0.5 ; a mlg:Topic .') == (
        "@prefix mlg: <https://w3id.org/mlgraph/ontology#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix topic: <https://w3id.org/mlgraph/id/topic/> .\n"
        "\n"
        "topic:a\n"
        "    a mlg:Topic ;\n"
        "    mlg:hoursLow 0.5 ;\n"
        "    mlg:hoursLow 1.0 ;\n"
        '    rdfs:label "A"@en ;\n'
        ".\n"
    )


def test_type_stands_before_a_property_that_no_prefix_fits() -> None:
    lines = canonical("topic:a <https://a.org/p> 1 ; a mlg:Topic .").split("\n")
    assert lines[-4:-2] == ["    a mlg:Topic ;", "    <https://a.org/p> 1 ;"]


def test_things_stand_before_their_claims_and_claims_before_evidence() -> None:
    text = canonical(
        "evidence:a a mlg:Evidence . claim:a a mlg:Claim . topic:b a mlg:Topic . topic:a a mlg:Topic ."
    )
    heads = [line for line in text.splitlines() if line.startswith(("topic:", "claim:", "evidence:"))]
    assert heads == ["topic:a", "topic:b", "claim:a", "evidence:a"]


def test_what_is_no_thing_of_ours_stands_first() -> None:
    text = canonical("area:a a mlg:Area . <https://z.org/> a mlg:Area .")
    assert text.index("<https://z.org/>\n") < text.index("area:a\n")


def test_only_prefixes_in_use_are_declared() -> None:
    assert [line.split()[1] for line in canonical("topic:a mlg:goal 1 .").splitlines()[:2]] == [
        "mlg:",
        "topic:",
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ('"a"', '"a"'),
        ('"a"@en', '"a"@en'),
        ('"1"^^xsd:integer', "1"),
        ("-1", "-1"),
        ("1.50", "1.50"),
        (".5", ".5"),
        ("true", "true"),
        ('"1"^^xsd:boolean', '"1"^^xsd:boolean'),
        ('"x"^^xsd:integer', '"x"^^xsd:integer'),
        ('"1.5"^^xsd:integer', '"1.5"^^xsd:integer'),
        ('"1.5 km"^^xsd:decimal', '"1.5 km"^^xsd:decimal'),
        ('"1."^^xsd:decimal', '"1."^^xsd:decimal'),
        ("1e0", '"1e0"^^xsd:double'),
        ('"2026-11-25"^^xsd:date', '"2026-11-25"^^xsd:date'),
        ('"""a\nb\t\\"c\\\\"""', '"a\\nb\\t\\"c\\\\"'),
        ('"\\u0001\\u007F\\r"', '"\\u0001\\u007F\\r"'),
        ('"é β 中 😀"', '"é β 中 😀"'),
        ("topic:a-b.c", "topic:a-b.c"),
        ("topic:a\\/b", "<https://w3id.org/mlgraph/id/topic/a/b>"),
        ("wd:Q1", "wd:Q1"),
        ("<https://a.org/x>", "<https://a.org/x>"),
        ("<https://w3id.org/mlgraph/id/topic/a.>", "<https://w3id.org/mlgraph/id/topic/a.>"),
    ],
)
def test_each_value_has_one_spelling_and_reads_back(value: str, written: str) -> None:
    text = canonical(f"topic:s topic:p {value} .")
    assert f"    topic:p {written} ;\n" in text
    assert set(parse_turtle(text)) == set(quads_of(f"topic:s topic:p {value} ."))


def test_repeated_triples_are_written_once() -> None:
    assert canonical("topic:a topic:p 1 . topic:a topic:p 1 .").count("topic:p 1") == 1


def test_order_of_the_input_does_not_matter() -> None:
    quads = authored_quads()
    assert to_turtle(reversed(quads)) == to_turtle(quads)


def test_writing_what_was_written_changes_nothing() -> None:
    text = to_turtle(authored_quads())
    assert to_turtle(parse_turtle(text)) == text


def test_ntriples_are_sorted_and_unique() -> None:
    quads = parse_turtle(f"{HEADS} topic:b topic:p 1 . topic:a topic:p 1 , 1 .")
    lines = to_ntriples([*quads, *quads]).splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 2
    assert all(line.endswith(" .") for line in lines)
