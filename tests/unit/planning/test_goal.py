"""Goals of any kind become topics with levels, either-or groups, soft skills and entry requirements.

arithmetic <- algebra <- calculus <=(deep) gradient <- training ~~ one of: pytorch (8 h), jax (6 h)
role trainer needs training (deep) and skill modelling, which draws on gradient
course mit-1.01 teaches calculus and gradient, asks for algebra;  program mit-msc has training as core
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.errors import UnknownNameError, UsageError
from mlgraph.planning.goal import Goal, Target, resolve_goals, road_to, target, topic_levels
from mlgraph.planning.learner import Knowledge, Known, Learner, knowledge
from mlgraph.vocab import thing
from tests.little import RECORDS, built_store, claim, group

if TYPE_CHECKING:
    from mlgraph.rdf.store import EmbeddedStore

NOTHING = Knowledge({}, {}, frozenset())


def wanted(store: EmbeddedStore, *names: str) -> Target:
    return target(store, resolve_goals(store, names))


def road(store: EmbeddedStore, *names: str, known: Knowledge = NOTHING) -> dict[str, str]:
    return {
        iri.rpartition("/")[2]: level
        for iri, level in sorted(road_to(wanted(store, *names), known).levels.items())
    }


def program(name: str, turtle: str) -> EmbeddedStore:
    """The little graph with more facts about its program."""
    return built_store(RECORDS | {name: turtle})


# -- names


def test_goals_of_all_kinds_are_found_by_name(little: EmbeddedStore) -> None:
    goals = resolve_goals(
        little, ["gradient", "Model trainer", "MSc Models", "mit-1.01", "skill/modelling", "jax:deep"]
    )
    assert [(goal.thing.kind, goal.thing.slug, goal.level) for goal in goals] == [
        ("topic", "gradient", "working"),
        ("role", "trainer", "working"),
        ("program", "mit-msc", "working"),
        ("course", "mit-1.01", "working"),
        ("skill", "modelling", "working"),
        ("topic", "jax", "deep"),
    ]


def test_goal_named_twice_is_one(little: EmbeddedStore) -> None:
    assert len(resolve_goals(little, ["jax", "Jax", "topic:jax"])) == 1


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "no goal is given"),
        (["trainer:deep"], "Model trainer is a role: only topics have a level"),
        (["jax:deep", "Jax"], "Jax is asked for at two levels, deep and working"),
        (["jax:deep", "jax:awareness"], "two levels, deep and awareness"),
    ],
)
def test_goals_without_sense_are_refused(little: EmbeddedStore, names: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        resolve_goals(little, names)


def test_unknown_goal_is_told_with_near_names(little: EmbeddedStore) -> None:
    with pytest.raises(UnknownNameError) as caught:
        resolve_goals(little, ["trainning"])
    assert "topic/training" in caught.value.near


def test_word_after_a_colon_that_is_no_level_is_part_of_the_name(little: EmbeddedStore) -> None:
    with pytest.raises(UnknownNameError, match="'jax:expert'"):
        resolve_goals(little, ["jax:expert"])


# -- topics


def test_topic_asks_for_itself_and_what_it_needs(little: EmbeddedStore) -> None:
    assert road(little, "gradient") == {
        "algebra": "working",
        "arithmetic": "working",
        "calculus": "deep",
        "gradient": "working",
    }


def test_topic_at_a_level_is_learned_to_it(little: EmbeddedStore) -> None:
    assert road(little, "python:awareness", "calculus:deep", "statistics") == {
        "algebra": "working",
        "arithmetic": "working",
        "calculus": "deep",
        "python": "awareness",
        "statistics": "working",
    }


def test_topic_known_less_well_than_asked_is_learned_further(little: EmbeddedStore) -> None:
    known = knowledge(little, Learner({thing("topic", "python"): Known()}))
    assert road(little, "python", known=known) == {}
    found = road_to(wanted(little, "python:deep"), known)
    assert (len(found.levels), found.hours) == (1, 4.0)  # 8 hours for deep, 4 of them had


# -- roles and skills


def test_role_asks_for_essential_topics_and_what_its_skills_draw_on(little: EmbeddedStore) -> None:
    found = wanted(little, "trainer")
    assert {
        (edge.prerequisite.rpartition("/")[2], edge.level)
        for edge in found.requirements.edges
        if edge.dependent == thing("role", "trainer")
    } == {("training", "deep"), ("gradient", "working")}
    assert found.why[thing("topic", "training")] == ("Model trainer needs it",)
    assert found.why[thing("topic", "gradient")] == ("Modelling draws on it",)
    assert found.soft == {}  # patience is optional
    assert topic_levels(little, thing("role", "trainer")) == {
        thing("topic", "training"): "deep",
        thing("topic", "gradient"): "working",
    }


def test_road_to_a_role_holds_topics_only(little: EmbeddedStore) -> None:
    assert road(little, "trainer") == {
        "algebra": "working",
        "arithmetic": "working",
        "calculus": "deep",
        "gradient": "working",
        "jax": "working",
        "python": "working",
        "training": "deep",
    }


def test_essential_soft_skill_is_no_topic() -> None:
    store = built_store(
        RECORDS
        | {
            "more": claim("role:tester", "mlg:essentialSkill", "skill:patience", level="Deep")
            + claim("role:tester", "mlg:essentialSkill", "topic:jax", level="Awareness")
            + claim("role:tester", "mlg:essentialSkill", "topic:pytorch", status="Proposed")
        }
    )
    found = wanted(store, "tester")
    assert found.soft == {thing("skill", "patience"): "deep"}
    assert road(store, "tester") == {"jax": "awareness"}  # awareness brings nothing along


def test_skill_asks_for_what_it_draws_on(little: EmbeddedStore) -> None:
    assert "gradient" in road(little, "skill/modelling")
    assert road(little, "patience") == {}
    assert wanted(little, "patience").soft == {thing("skill", "patience"): "working"}


# -- courses and programs


def test_course_asks_for_entry_topics_and_what_its_topics_need(little: EmbeddedStore) -> None:
    found = wanted(little, "mit-1.01")
    assert found.courses == (thing("course", "mit-1.01"),)
    assert road(little, "mit-1.01") == {"algebra": "working", "arithmetic": "working"}
    assert "Calculus for All asks for it on entry" in found.why[thing("topic", "algebra")]


def test_either_or_entry_takes_the_cheaper_option() -> None:
    store = program("more", group("course:eth-7", 1, "topic:pytorch", "topic:jax"))
    assert {"jax", "python"} <= set(road(store, "eth-7"))
    assert "pytorch" not in road(store, "eth-7")


def test_entry_that_is_no_topic_is_handed_on() -> None:
    store = program("more", group("course:eth-7", 1, "course:mit-1.01", "topic:calculus"))
    (entry,) = wanted(store, "eth-7").entry
    assert entry.options == (thing("course", "mit-1.01"), thing("topic", "calculus"))
    assert (entry.minimum, entry.timing) == (1, "before")


def test_program_without_admission_asks_for_what_its_core_presupposes(little: EmbeddedStore) -> None:
    found = wanted(little, "mit-msc")
    assert "MSc Models names no topics for admission" in found.notes[0]
    assert set(road(little, "mit-msc")) == {"algebra", "arithmetic", "calculus", "gradient"}
    assert found.why[thing("topic", "gradient")] == ("MSc Models teaches Training, which needs it",)


def test_program_with_admission_asks_for_that() -> None:
    turtle = group("program:mit-msc", 1, "topic:statistics").replace("mlg:Entry", "mlg:Admission")
    assert road(program("more", turtle), "mit-msc") == {"arithmetic": "working", "statistics": "working"}


def test_program_of_which_nothing_is_said_says_so(little: EmbeddedStore) -> None:
    assert wanted(little, "eth-ghost").notes == (
        "MSc Ghosts names neither topics for admission nor core topics",
    )


def test_several_goals_share_what_they_need(little: EmbeddedStore) -> None:
    together = road_to(wanted(little, "trainer", "statistics"), NOTHING).hours
    alone = [road_to(wanted(little, each), NOTHING).hours for each in ("trainer", "statistics")]
    assert together == sum(alone) - 2  # both need arithmetic


def test_goals_are_kept_with_their_levels(little: EmbeddedStore) -> None:
    goals = resolve_goals(little, ["jax:deep", "trainer"])
    assert (
        target(little, goals).goals
        == tuple(goals)
        == (
            Goal(goals[0].thing, "deep"),
            Goal(goals[1].thing, "working"),
        )
    )
