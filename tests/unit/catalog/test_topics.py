"""What topics need and unlock, asked of the little graph.

arithmetic <- algebra <- calculus <=(deep) gradient <- training ~~ one of: pytorch, jax
arithmetic <- statistics <.. training;  python <- pytorch, jax
"""

from __future__ import annotations

import pytest

from mlgraph.catalog.topics import below, requirements, soft_links, topics, unlocks, values
from mlgraph.model import Edge, Group, Hours
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.vocab import thing


def iri(slug: str) -> str:
    return thing("topic", slug)


def test_topics_come_by_area_depth_and_label(little: EmbeddedStore) -> None:
    found = topics(little)
    assert [(each.depth, each.slug) for each in found] == [
        (0, "arithmetic"),
        (0, "python"),
        (1, "algebra"),
        (1, "jax"),
        (1, "pytorch"),
        (1, "statistics"),
        (2, "calculus"),
        (3, "gradient"),
        (4, "training"),
    ]
    assert {each.area for each in found} == {"mathematics"}


def test_topic_carries_label_and_hours(little: EmbeddedStore) -> None:
    (calculus,) = (each for each in topics(little) if each.slug == "calculus")
    assert calculus.label == "Calculus"
    assert calculus.hours == Hours(5.0, 10.0, 20.0)


@pytest.mark.parametrize(("area", "count"), [("mathematics", 9), ("physics", 0)])
def test_topics_of_one_area(little: EmbeddedStore, area: str, count: int) -> None:
    assert len(topics(little, area=thing("area", area))) == count


@pytest.mark.parametrize(
    ("lang", "gradient", "algebra"),
    [
        ("es", "Gradiente", "Algebra"),
        ("en", "Gradient", "Algebra"),
        ("fr", "Gradient", "Algebra"),
        ('e"', "Gradient", "Algebra"),
    ],
)
def test_labels_come_in_the_asked_language_else_in_english(
    little: EmbeddedStore, lang: str, gradient: str, algebra: str
) -> None:
    labels = {each.slug: each.label for each in topics(little, lang=lang)}
    assert (labels["gradient"], labels["algebra"]) == (gradient, algebra)
    needed = requirements(little, [iri("gradient")], lang=lang)
    assert needed.topics[iri("gradient")].label == gradient


def test_topic_without_hours_has_the_default() -> None:
    store = EmbeddedStore.of_turtle('topic:a a mlg:Topic ; rdfs:label "A" ; mlg:learningDepth 0 .')
    (found,) = topics(store)
    assert found.hours == Hours(5.0, 5.0, 5.0)
    assert found.area == ""


def test_requirements_hold_the_closure_with_levels(little: EmbeddedStore) -> None:
    needed = requirements(little, [iri("gradient")])
    assert set(needed.topics) == {iri(each) for each in ("gradient", "calculus", "algebra", "arithmetic")}
    assert set(needed.edges) == {
        Edge(iri("gradient"), iri("calculus"), "deep"),
        Edge(iri("calculus"), iri("algebra"), "working"),
        Edge(iri("algebra"), iri("arithmetic"), "working"),
    }
    assert needed.groups == ()


def test_requirements_follow_every_option_of_a_group(little: EmbeddedStore) -> None:
    needed = requirements(little, [iri("training")])
    assert needed.groups == (
        Group(
            thing("requirement", "topic.training.1"),
            iri("training"),
            (iri("jax"), iri("pytorch")),
            1,
            "One of them is enough.",
        ),
    )
    assert {iri("jax"), iri("pytorch"), iri("python")} <= set(needed.topics)
    assert iri("statistics") not in needed.topics, "what is only recommended is not needed"


def test_group_that_is_only_recommended_is_not_followed() -> None:
    store = EmbeddedStore.of_turtle(
        'topic:a a mlg:Topic ; rdfs:label "A" ; mlg:learningDepth 0 ; mlg:hasRequirement requirement:x .'
        'topic:b a mlg:Topic ; rdfs:label "B" ; mlg:learningDepth 0 .'
        "requirement:x mlg:anyOf topic:b ; mlg:minimumCount 1 ; mlg:obligation mlg:Recommended ."
    )
    assert requirements(store, [iri("a")]).groups == ()


def test_groups_below_options_are_followed_too() -> None:
    # a ~~ b or c;  c ~~ d or e
    facts = "".join(
        f'topic:{each} a mlg:Topic ; rdfs:label "{each}" ; mlg:learningDepth 0 .' for each in "abcde"
    )
    store = EmbeddedStore.of_turtle(
        facts + "topic:a mlg:hasRequirement requirement:x . topic:c mlg:hasRequirement requirement:y ."
        "requirement:x mlg:anyOf topic:b , topic:c ; mlg:minimumCount 1 ; mlg:obligation mlg:Mandatory ."
        "requirement:y mlg:anyOf topic:d , topic:e ; mlg:minimumCount 2 ; mlg:obligation mlg:Mandatory ."
    )
    needed = requirements(store, [iri("a")])
    assert {each.rsplit("/")[-1] for each in needed.topics} == set("abcde")
    assert [(each.minimum, len(each.options)) for each in needed.groups] == [(1, 2), (2, 2)]


def test_requirements_of_nothing_are_nothing(little: EmbeddedStore) -> None:
    assert requirements(little, []) == ((), {}, (), ())


def test_below_is_the_topic_and_its_unconditional_needs(little: EmbeddedStore) -> None:
    assert below(little, [iri("calculus")]) == {iri("calculus"), iri("algebra"), iri("arithmetic")}
    assert iri("jax") not in below(little, [iri("training")])
    assert below(little, []) == set()


def test_unlocks_are_all_that_need_a_topic_or_only_those_that_name_it(little: EmbeddedStore) -> None:
    assert [each.slug for each in unlocks(little, iri("algebra"))] == ["calculus", "gradient", "training"]
    assert [each.slug for each in unlocks(little, iri("algebra"), direct=True)] == ["calculus"]
    assert unlocks(little, iri("training")) == []


def test_soft_links_say_level_and_reason(little: EmbeddedStore) -> None:
    ((topic, soft, level, reason),) = soft_links(little, [iri("training"), iri("algebra")])
    assert (topic.slug, soft.slug, level) == ("training", "statistics", "awareness")
    assert reason == "topic:statistics is used in topic:training."


def test_values_are_iris_for_a_query() -> None:
    assert values(["https://a.org/", "https://b.org/"]) == "<https://a.org/> <https://b.org/>"
