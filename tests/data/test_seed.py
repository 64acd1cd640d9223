"""Everything that the three texts speak of stands in the graph, and `mlgraph show` shows it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
import yaml

import mlgraph
from mlgraph.catalog.entity import describe
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from mlgraph.rdf.store import EmbeddedStore

with (ROOT / "tests" / "data" / "seed_entities.tsv").open(encoding="utf-8") as file:
    ENTITIES = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("name", sorted({row["thing"] for row in ENTITIES}))
def test_entity_of_the_texts_is_described(name: str, store: EmbeddedStore) -> None:
    found = describe(store, mlgraph.resolve(store, name))
    assert f"{found.thing.kind}/{found.thing.slug}" == name
    assert found.facts or found.incoming


@pytest.mark.parametrize("name", sorted({row["thing"] for row in ENTITIES if row["claim"]}))
def test_statement_of_the_texts_has_evidence(name: str, store: EmbeddedStore) -> None:
    found = describe(store, mlgraph.resolve(store, name))
    assert found.support or found.contradiction


def test_every_researched_claim_is_in_the_graph(shared: Path) -> None:
    facts = yaml.safe_load((shared / "facts" / "seed_claims.yaml").read_text(encoding="utf-8"))
    assert {each["id"] for each in facts["claims"]} == {row["claim"] for row in ENTITIES if row["claim"]}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("mit-ocw-free", "verified"),
        ("mit-ivy-league", "disputed"),
        ("trend-online", "proposed"),
    ],
)
def test_a_verdict_is_kept_as_the_status(name: str, status: str, store: EmbeddedStore) -> None:
    statuses = {each.slug: each.status for each in mlgraph.statements(store)}
    assert statuses[name] == status
