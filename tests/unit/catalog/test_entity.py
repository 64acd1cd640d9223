"""Everything about one thing, and counts of everything."""

from __future__ import annotations

import pytest

from mlgraph.catalog.entity import counts, describe, sources
from mlgraph.catalog.naming import resolve
from mlgraph.rdf.store import EmbeddedStore


def facts_of(store: EmbeddedStore, name: str) -> dict[str, tuple[str, ...]]:
    return dict(describe(store, resolve(store, name)).facts)


def test_facts_of_a_topic_have_labels_of_what_they_point_to(little: EmbeddedStore) -> None:
    facts = facts_of(little, "topic/training")
    assert facts["type"] == ("topic",)
    assert facts["broader"] == ("Mathematics (area:mathematics)",)
    assert facts["goal"] == ("Can define it", "Can explain it", "Can use it")
    assert facts["learningDepth"] == ("4",)


def test_facts_begin_with_type_and_definition(little: EmbeddedStore) -> None:
    assert list(facts_of(little, "topic/algebra"))[:3] == ["type", "definition", "altLabel"]


def test_links_that_claims_state_are_not_repeated_as_facts(little: EmbeddedStore) -> None:
    assert "requires" not in facts_of(little, "topic/training")
    assert {"coreTopic", "covers", "preparesFor", "hasCourse"}.isdisjoint(facts_of(little, "program/mit-msc"))


def test_names_are_shown_only_if_there_are_several(little: EmbeddedStore) -> None:
    assert facts_of(little, "topic/gradient")["prefLabel"] == ("Gradient", "Gradiente @es")
    assert "prefLabel" not in facts_of(little, "topic/algebra")


def test_thing_without_a_label_is_shown_by_its_short_name() -> None:
    store = EmbeddedStore.of_turtle('topic:a rdfs:label "A"@en ; skos:broader area:nameless .')
    assert facts_of(store, "topic/a")["broader"] == ("area:nameless",)


def test_claims_come_both_ways(little: EmbeddedStore) -> None:
    found = describe(little, resolve(little, "topic/statistics"))
    assert [each.object.slug for each in found.outgoing] == ["arithmetic"]
    assert {(each.subject.slug, each.predicate) for each in found.incoming} == {
        ("training", "recommends"),
        ("mit-msc", "electiveTopic"),
    }


def test_parts_are_offerings_and_requirement_groups(little: EmbeddedStore) -> None:
    found = describe(little, resolve(little, "course/mit-1.01"))
    assert [kind for kind, _ in found.parts] == ["offering", "offering", "requirement"]
    first = dict(found.parts[0][1])
    assert first["deliveredOn"] == ("OpenCourseWare (platform:ocw)",)
    assert first["pacing"] == ("self-paced",)


def test_statement_shows_its_own_evidence(little: EmbeddedStore) -> None:
    growth = describe(little, resolve(little, "statement/growth"))
    assert (len(growth.support), len(growth.contradiction)) == (1, 0)
    ivy = describe(little, resolve(little, "statement/ivy"))
    assert (len(ivy.support), len(ivy.contradiction)) == (0, 1)


@pytest.mark.parametrize(
    ("name", "mentioned"),
    [
        ("institution/mit", {"course/mit-1.01", "platform/ocw", "program/mit-msc", "statement/ivy"}),
        ("platform/ocw", {"course/eth-7", "course/mit-1.01"}),
        ("area/mathematics", 9),
        ("source/book", {"resource/book-1"}),
        ("topic/python", set()),
        ("Hybrid", {"course/eth-7"}),
    ],
)
def test_thing_is_mentioned_by_what_points_to_it(
    little: EmbeddedStore, name: str, mentioned: set[str] | int
) -> None:
    found = {f"{each.kind}/{each.slug}" for each in describe(little, resolve(little, name)).mentioned_by}
    assert (len(found) if isinstance(mentioned, int) else found) == mentioned


def test_sources_come_most_cited_first(little: EmbeddedStore) -> None:
    book, editors = sources(little)
    assert (book.slug, book.kind, book.url, book.licence) == (
        "book",
        "Textbook",
        "https://book.example/",
        "CC BY 4.0",
    )
    assert book.evidence > editors.evidence == 1


@pytest.mark.parametrize(("kind", "slugs"), [("textbook", ["book"]), ("Text-Book", ["book"]), ("paper", [])])
def test_sources_of_a_kind(little: EmbeddedStore, kind: str, slugs: list[str]) -> None:
    assert [each.slug for each in sources(little, kind=kind)] == slugs


def test_counts_agree_with_the_records(little: EmbeddedStore) -> None:
    found = counts(little)
    assert found["Topic"] == 9
    assert found["Course"] == 2
    assert found["claims: requires"] == 7
    assert found["claims disputed"] == 1
    assert found["hard prerequisites with Textbook evidence"] == 7
    statuses = sum(found[f"claims {status}"] for status in ("verified", "proposed", "disputed"))
    assert statuses == found["Claim"]
