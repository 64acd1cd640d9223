"""What must be learned for a goal, in which order, and why.

arithmetic <- algebra <- calculus <=(deep) gradient <- training ~~ one of: pytorch (8 h), jax (6 h)
arithmetic <- statistics <.. training;  python <- pytorch, jax
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.planning.prerequisite import explain, prerequisites
from mlgraph.vocab import thing
from tests.little import RECORDS, built_store, claim, group, topic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgraph.model import LearningPath
    from mlgraph.rdf.store import EmbeddedStore


def iri(slug: str) -> str:
    return thing("topic", slug)


def path_to(store: EmbeddedStore, goal: str, *known: str, lang: str = "en") -> LearningPath:
    return prerequisites(store, [iri(goal)], [iri(each) for each in known], lang=lang)


def slugs(path: LearningPath) -> list[str]:
    return [step.topic.slug for step in path.steps]


def store_of(*turtle: str) -> EmbeddedStore:
    return built_store({"facts": "\n".join(turtle)})


def needs(dependent: str, *prerequisites_: str) -> str:
    return "".join(claim(f"topic:{dependent}", "mlg:requires", f"topic:{each}") for each in prerequisites_)


def test_path_leads_from_the_first_need_to_the_goal(little: EmbeddedStore) -> None:
    path = path_to(little, "gradient")
    assert slugs(path) == ["arithmetic", "algebra", "calculus", "gradient"]
    assert [goal.slug for goal in path.goals] == ["gradient"]
    assert [step.needs for step in path.steps] == [(), ("arithmetic",), ("algebra",), ("calculus",)]
    assert path.exact


def test_deep_level_counts_the_high_hours(little: EmbeddedStore) -> None:
    path = path_to(little, "gradient")
    by_slug = {step.topic.slug: (step.level, step.hours) for step in path.steps}
    assert by_slug["calculus"] == ("deep", 20.0)
    assert by_slug["algebra"] == ("working", 2.0)
    assert path.hours == sum(hours for _, hours in by_slug.values()) == 26.0


def test_topic_without_needs_is_its_own_path(little: EmbeddedStore) -> None:
    assert slugs(path_to(little, "python")) == ["python"]


def test_what_is_known_and_all_below_it_is_left_out(little: EmbeddedStore) -> None:
    path = path_to(little, "gradient", "algebra")
    assert slugs(path) == ["calculus", "gradient"]
    assert path.known == ("algebra",)
    assert path.steps[0].needs == ("algebra",)


def test_known_goal_leaves_nothing(little: EmbeddedStore) -> None:
    path = path_to(little, "gradient", "training")
    assert (path.steps, path.hours) == ((), 0.0)


def test_labels_come_in_the_asked_language(little: EmbeddedStore) -> None:
    labels = [step.topic.label for step in path_to(little, "gradient", lang="es").steps]
    assert labels == ["Arithmetic", "Algebra", "Calculus", "Gradiente"]


def test_several_goals_share_their_needs(little: EmbeddedStore) -> None:
    path = prerequisites(little, [iri("statistics"), iri("calculus")])
    assert set(slugs(path)) == {"statistics", "calculus", "arithmetic", "algebra"}
    assert [goal.slug for goal in path.goals] == ["statistics", "calculus"]


def test_goal_that_is_not_in_the_graph_gives_an_empty_path(little: EmbeddedStore) -> None:
    path = path_to(little, "nowhere")
    assert (path.goals, path.steps) == ((), ())


# -- either-or groups


def test_cheapest_option_is_taken_and_the_others_are_named(little: EmbeddedStore) -> None:
    path = path_to(little, "training")
    assert "jax" in slugs(path)
    assert "pytorch" not in slugs(path)
    (choice,) = path.choices
    assert choice.dependent.slug == "training"
    assert [each.label for each in choice.chosen] == ["Jax"]
    assert [each.label for each in choice.others] == ["Pytorch"]
    assert choice.reason == "One of them is enough."


def test_chosen_option_comes_before_what_needs_it_and_is_named_there(little: EmbeddedStore) -> None:
    path = path_to(little, "training")
    assert slugs(path).index("jax") < slugs(path).index("training")
    assert path.steps[-1].needs == ("gradient", "jax")


def test_known_option_meets_the_group_without_a_choice(little: EmbeddedStore) -> None:
    path = path_to(little, "training", "pytorch")
    assert {"jax", "pytorch", "python"}.isdisjoint(slugs(path))
    assert path.choices == ()


def test_option_below_something_known_is_known() -> None:
    # pytorch is known through "tool", which needs it
    records: Mapping[str, str] = RECORDS | {"tool": topic("tool") + needs("tool", "pytorch")}
    path = path_to(built_store(records), "training", "tool")
    assert path.choices == ()
    assert {"jax", "pytorch"}.isdisjoint(slugs(path))


@pytest.mark.parametrize(
    ("known", "learned", "chosen", "others"),
    [
        ((), {"b", "d"}, ["B", "D"], ["C"]),
        (("c",), {"b"}, ["B", "C"], ["D"]),
        (("b",), {"d"}, ["B", "D"], ["C"]),
        (("b", "c"), set(), None, None),
    ],
)
def test_two_of_three_options(
    known: tuple[str, ...], learned: set[str], chosen: list[str] | None, others: list[str] | None
) -> None:
    # a ~~ two of b (1 h), c (9 h), d (5 h)
    store = store_of(
        topic("a"),
        topic("b", 1, 1, 1),
        topic("c", 9, 9, 9),
        topic("d", 5, 5, 5),
        group("topic:a", 1, "topic:b", "topic:c", "topic:d", minimum=2),
    )
    path = path_to(store, "a", *known)
    assert set(slugs(path)) == {"a"} | learned
    if chosen is None:
        assert path.choices == ()
    else:
        (choice,) = path.choices
        assert [each.label for each in choice.chosen] == chosen
        assert [each.label for each in choice.others] == others


def test_chosen_option_makes_others_redundant() -> None:
    # a ~~ one of b (4 h), c (3 h);  a ~~ one of b, d (3 h): b alone meets both
    store = store_of(
        topic("a"),
        topic("b", 4, 4, 4),
        topic("c", 3, 3, 3),
        topic("d", 3, 3, 3),
        group("topic:a", 1, "topic:b", "topic:c"),
        group("topic:a", 2, "topic:b", "topic:d"),
    )
    path = path_to(store, "a")
    assert slugs(path) == ["b", "a"]
    assert [[each.slug for each in choice.chosen] for choice in path.choices] == [["b"], ["b"]]


def test_option_that_is_needed_anyway_still_comes_first() -> None:
    # g -> a, g -> b;  a ~~ one of b, c: by name a would come before b
    store = store_of(
        topic("g"),
        topic("a"),
        topic("b"),
        topic("c"),
        needs("g", "a", "b"),
        group("topic:a", 1, "topic:b", "topic:c"),
    )
    path = path_to(store, "g")
    assert slugs(path) == ["b", "a", "g"]
    assert path.steps[1].needs == ("b",)


def test_dear_option_is_taken_where_a_known_part_makes_it_cheap() -> None:
    # a ~~ one of b (1 h) -> base (9 h), c (3 h)
    store = store_of(
        topic("a"),
        topic("b", 1, 1, 1),
        topic("base", 9, 9, 9),
        topic("c", 3, 3, 3),
        needs("b", "base"),
        group("topic:a", 1, "topic:b", "topic:c"),
    )
    assert set(slugs(path_to(store, "a"))) == {"a", "c"}
    assert set(slugs(path_to(store, "a", "base"))) == {"a", "b"}


# -- why


def test_need_is_explained_by_a_shortest_chain_of_claims(little: EmbeddedStore) -> None:
    found = explain(little, iri("gradient"), iri("arithmetic"))
    assert (found.holds, found.reverse, found.soft) == (True, False, False)
    assert [(each.subject.slug, each.object.slug) for each in found.chain] == [
        ("gradient", "calculus"),
        ("calculus", "algebra"),
        ("algebra", "arithmetic"),
    ]
    assert all(each.reason and each.support for each in found.chain)


def test_shortest_of_two_chains_is_taken() -> None:
    # d -> c -> b -> a   and   d -> x -> a
    store = store_of(
        *(topic(each) for each in "abcdx"),
        needs("d", "c", "x"),
        needs("c", "b"),
        needs("b", "a"),
        needs("x", "a"),
    )
    chain = explain(store, iri("d"), iri("a")).chain
    assert [(each.subject.slug, each.object.slug) for each in chain] == [("d", "x"), ("x", "a")]


def test_reverse_need_is_told(little: EmbeddedStore) -> None:
    found = explain(little, iri("arithmetic"), iri("calculus"))
    assert (found.holds, found.reverse, found.soft) == (False, True, False)
    assert [each.subject.slug for each in found.chain] == ["calculus", "algebra"]


def test_recommendation_is_no_need(little: EmbeddedStore) -> None:
    found = explain(little, iri("training"), iri("statistics"))
    assert (found.holds, found.reverse, found.soft) == (False, False, True)
    assert [each.predicate for each in found.chain] == ["recommends"]


@pytest.mark.parametrize(
    ("topic_", "other"), [("python", "statistics"), ("python", "python"), ("python", "nowhere")]
)
def test_no_link_is_no_need(little: EmbeddedStore, topic_: str, other: str) -> None:
    assert explain(little, iri(topic_), iri(other)) == (False, (), False, False)
