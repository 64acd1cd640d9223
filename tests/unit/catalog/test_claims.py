"""Claims with their evidence, and statements, filtered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.catalog.claims import STATUSES, claims, claims_about, evidence_of, statements, thing_of
from mlgraph.errors import UsageError
from mlgraph.model import Evidence, Thing
from mlgraph.vocab import MLG, thing

if TYPE_CHECKING:
    from mlgraph.rdf.store import EmbeddedStore

TRAINING = thing("topic", "training")
GHOST = thing("program", "eth-ghost")


def test_claim_carries_level_status_reason_and_evidence(little: EmbeddedStore) -> None:
    (found,) = claims(little, subjects=[thing("topic", "gradient")])
    assert (found.subject.label, found.predicate, found.object.slug) == ("Gradient", "requires", "calculus")
    assert (found.level, found.status, found.confidence) == ("deep", "verified", 0.9)
    assert (found.verified_on, found.part) == ("2026-11-25", "")
    assert found.reason == "topic:calculus is used in topic:gradient."
    assert found.support == (
        Evidence("The Book", "https://book.example/", "chapter 1", "Textbook", "2026-11-25", ""),
    )
    assert found.contradiction == ()


def test_disputed_claim_shows_what_contradicts_it(little: EmbeddedStore) -> None:
    (found,) = claims(little, status="disputed")
    assert (found.subject.iri, found.predicate) == (GHOST, "provider")
    assert len(found.contradiction) == 1


def test_evidence_is_left_out_on_request(little: EmbeddedStore) -> None:
    assert all(each.support == () for each in claims(little, evidence=False))


def test_claims_come_sorted_by_subject_predicate_and_object(little: EmbeddedStore) -> None:
    keys = [(each.subject.label, each.predicate, each.object.label) for each in claims(little)]
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys)) > 20


def test_statuses_part_the_claims(little: EmbeddedStore) -> None:
    parts = [claims(little, status=status, evidence=False) for status in STATUSES]
    assert [len(part) for part in parts] == [len(claims(little)) - 2, 1, 1, 0]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"predicate": MLG.requires, "subjects": [TRAINING]}, {"gradient"}),
        ({"subjects": [TRAINING]}, {"gradient", "statistics"}),
        ({"objects": [TRAINING], "predicate": MLG.practises}, {"training"}),
        ({"subjects": [TRAINING], "objects": [thing("topic", "jax")]}, set()),
    ],
)
def test_filters_are_all_met(little: EmbeddedStore, filters: dict[str, object], found: set[str]) -> None:
    assert {each.object.slug for each in claims(little, **filters)} == found  # type: ignore[arg-type]


def test_claims_about_a_thing_start_from_it_or_point_to_it(little: EmbeddedStore) -> None:
    outgoing, incoming = claims_about(little, thing("topic", "gradient"))
    assert {each.object.slug for each in outgoing} == {"calculus"}
    assert {each.subject.slug for each in incoming} == {"training", "mit-1.01", "modelling"}


def test_evidence_of_more_nodes_than_one_query_takes(little: EmbeddedStore) -> None:
    nodes = [f"https://a.org/{number}" for number in range(4500)]
    nodes[2500] = next(each.iri for each in claims(little))
    assert set(evidence_of(little, nodes)) == {nodes[2500]}


def test_statements_are_filtered_by_status_kind_subject_and_iri(little: EmbeddedStore) -> None:
    assert [each.slug for each in statements(little)] == ["growth", "ivy"]
    assert [each.slug for each in statements(little, status="disputed")] == ["ivy"]
    assert [each.slug for each in statements(little, kind="forecast")] == ["growth"]
    assert [each.slug for each in statements(little, about=TRAINING)] == ["growth"]
    assert [each.slug for each in statements(little, iris=[thing("statement", "ivy")])] == ["ivy"]


def test_statement_names_everything_that_it_is_about(little: EmbeddedStore) -> None:
    (growth,) = statements(little, kind="forecast")
    assert growth.about == ("role/trainer", "topic/training")
    assert (growth.kind, growth.status, growth.text) == (
        "forecast",
        "proposed",
        "There will be more trainers.",
    )


@pytest.mark.parametrize("word", ["nonsense", "foo bar", "x> . ?s ?p ?o"])
def test_word_that_is_no_term_is_refused(little: EmbeddedStore, word: str) -> None:
    with pytest.raises(UsageError, match="no term"):
        claims(little, status=word)
    with pytest.raises(UsageError, match="no term"):
        statements(little, kind=word)


def test_thing_without_a_label_is_named_by_its_iri() -> None:
    assert thing_of(TRAINING, "") == Thing(TRAINING, "topic", "training", "training")
    assert thing_of(MLG.Online, "") == Thing(MLG.Online, "term", "Online", "Online")
    assert thing_of(MLG.Online, "online").label == "online"
