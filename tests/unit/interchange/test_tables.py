"""The graph as tables."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import networkx as nx

from mlgraph.catalog.claims import claims
from mlgraph.interchange.tables import to_csv, to_graphml
from mlgraph.network.projection import prerequisite_graph
from tests.little import built_store, claim, topic

if TYPE_CHECKING:
    from mlgraph.rdf.store import EmbeddedStore


def rows(store: EmbeddedStore) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(store))))


def test_csv_has_a_row_a_claim(little: EmbeddedStore) -> None:
    found = rows(little)
    assert len(found) == len(claims(little))
    (row,) = (each for each in found if each["subject"] == "topic/gradient")
    assert row == {
        "subject": "topic/gradient",
        "predicate": "requires",
        "object": "topic/calculus",
        "level": "deep",
        "status": "verified",
        "confidence": "0.9",
        "reason": "topic:calculus is used in topic:gradient.",
        "verifiedOn": "2026-11-25",
        "sources": "The Book chapter 1",
    }


def test_csv_is_the_same_each_time_and_ends_lines_in_one_way(little: EmbeddedStore) -> None:
    text = to_csv(little)
    assert to_csv(built_store()) == text
    assert "\r" not in text


def test_csv_quotes_what_would_break_a_row() -> None:
    turtle = topic("a") + topic("b") + claim("topic:a", "mlg:requires", "topic:b")
    reason = 'one, "two"\\nthree'.replace('"', '\\"')
    store = built_store({"x": turtle.replace("topic:b is used in topic:a.", reason)})
    assert [each["reason"] for each in rows(store)] == ['one, "two"\nthree']


def test_graphml_reads_back_as_the_same_graph(little: EmbeddedStore) -> None:
    expected = prerequisite_graph(little.triples(), soft=True)
    found = nx.parse_graphml(to_graphml(little))
    assert {node: found.nodes[node] for node in found} == {node: expected.nodes[node] for node in expected}
    assert {edge: found.edges[edge]["kind"] for edge in found.edges} == {
        edge: expected.edges[edge]["kind"] for edge in expected.edges
    }


def test_graphml_is_the_same_each_time(little: EmbeddedStore) -> None:
    assert to_graphml(built_store()) == to_graphml(little)
