"""What can be learned next, what to refresh, what is missing, which roles are near.

arithmetic (2) <- algebra (2) <- calculus (10, deep 20) <=(deep) gradient (2) <- training (5, deep 9)
training ~~ one of: pytorch (8), jax (6);  python (4) <- pytorch, jax;  arithmetic <- statistics (6)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.catalog.topics import requirements, topics
from mlgraph.catalog.whole import all_requirements, hard_edges, role_parts, skill_parts
from mlgraph.model import Edge, Group, Hours, Requirements, Topic
from mlgraph.planning.frontier import (
    Fading,
    Next,
    Ready,
    all_wanted,
    hours_known,
    inner_fringe,
    next_topics,
    outer_fringe,
    topics_to_refresh,
)
from mlgraph.planning.gap import Gap, GoalGap, gap_to, measure
from mlgraph.planning.goal import Goal, resolve_goals, target
from mlgraph.planning.learner import Known, Learner, knowledge
from mlgraph.planning.nearness import NearRole, near_roles
from mlgraph.vocab import thing
from tests.little import RECORDS, built_store, claim, group

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgraph.rdf.store import EmbeddedStore

ROLES = RECORDS | {
    "more": claim("role:tester", "mlg:essentialSkill", "topic:gradient")
    + claim("role:tester", "mlg:essentialSkill", "topic:statistics")
    + claim("role:tester", "mlg:essentialSkill", "skill:patience")
}


@pytest.fixture(scope="module")
def roles() -> EmbeddedStore:
    """The little graph, in which a tester needs something too."""
    return built_store(ROLES)


def topic(slug: str) -> str:
    return thing("topic", slug)


def of(*slugs: str, **levels: str) -> Learner:
    return Learner({topic(slug): Known(levels.get(slug, "working")) for slug in (*slugs, *levels)})


def slugs(found: Iterable[Topic]) -> list[str]:
    return [each.slug for each in found]


def following(store: EmbeddedStore, learner: Learner, *goals: str) -> Next:
    wanted = target(store, resolve_goals(store, goals)) if goals else None
    return next_topics(store, knowledge(store, learner), wanted)


def row(found: Next, slug: str) -> Ready:
    return next(each for each in found.ready if each.topic.slug == slug)


# -- the whole graph in few queries


def test_whole_graph_is_what_the_closure_of_all_topics_is(little: EmbeddedStore) -> None:
    everything = sorted(each.iri for each in topics(little))
    assert all_requirements(little) == requirements(little, everything)


def test_shipped_graph_is_what_the_closure_of_all_topics_is(store: EmbeddedStore) -> None:
    everything = sorted(each.iri for each in topics(store))
    assert all_requirements(store) == requirements(store, everything)


def test_edges_below_some_topics(little: EmbeddedStore) -> None:
    assert hard_edges(little, []) == []
    assert hard_edges(little, [topic("gradient")]) == [
        Edge(topic("algebra"), topic("arithmetic"), "working"),
        Edge(topic("calculus"), topic("algebra"), "working"),
        Edge(topic("gradient"), topic("calculus"), "deep"),
    ]
    assert hard_edges(little) == list(all_requirements(little).edges)


@pytest.mark.parametrize("which", ["little", "shipped"])
def test_roles_read_at_once_are_those_read_one_by_one(
    which: str, roles: EmbeddedStore, store: EmbeddedStore
) -> None:
    graph = roles if which == "little" else store
    rank = {"": 0, "awareness": 1, "working": 2, "deep": 3}
    for role, parts in role_parts(graph).items():
        wanted = target(graph, [Goal(role)])
        asked: dict[str, str] = {}
        for iri, level in (each for part in parts for each in part.topics):
            asked[iri] = max(asked.get(iri, ""), level, key=rank.__getitem__)
        edges = wanted.requirements.edges
        assert asked == {edge.prerequisite: edge.level for edge in edges if edge.dependent == role.iri}
        assert {part.thing.iri: part.level for part in parts if part.soft} == wanted.soft


def test_skill_stands_for_what_it_draws_on(little: EmbeddedStore) -> None:
    hard, soft = skill_parts(
        little, [(thing("skill", "modelling"), "deep"), (thing("skill", "patience"), "working")]
    )
    assert (hard.soft, hard.topics, hard.level) == (False, ((topic("gradient"), "working"),), "deep")
    assert (soft.soft, soft.topics, soft.thing.label) == (True, (), "Patience")


# -- next


def test_beginner_starts_with_what_needs_nothing(little: EmbeddedStore) -> None:
    found = following(little, Learner())
    assert slugs(each.topic for each in found.ready) == ["arithmetic", "python"]
    assert (found.left, found.exact, found.asked) == (9, True, True)
    first = row(found, "arithmetic")
    assert (slugs(first.opens), slugs(first.towards)) == (["algebra", "statistics"], [])
    # algebra 2, statistics 6, calculus 20 as it is needed deeply, gradient 2, training 5
    assert (first.above, first.hours_above, first.hours, first.have) == (5, 35.0, 2.0, "")
    assert slugs(row(found, "python").opens) == ["jax", "pytorch"]


def test_known_topics_and_what_they_need_are_not_offered(little: EmbeddedStore) -> None:
    found = following(little, of("calculus", "python"))
    assert slugs(each.topic for each in found.ready) == ["calculus", "jax", "pytorch", "statistics"]


def test_topic_needed_more_deeply_is_offered_again(little: EmbeddedStore) -> None:
    found = row(following(little, of("calculus")), "calculus")
    assert (found.level, found.have, found.hours) == ("deep", "working", 10.0)
    assert slugs(found.opens) == ["gradient"]


def test_topic_that_waits_for_more_is_told_apart(little: EmbeddedStore) -> None:
    found = row(following(little, of("python", calculus="deep")), "jax")
    assert (slugs(found.opens), slugs(found.towards)) == ([], ["training"])
    assert found.above == 1


def test_either_or_group_is_met_by_one_known_option(little: EmbeddedStore) -> None:
    found = following(little, of("gradient", "pytorch"))
    assert "training" in slugs(each.topic for each in found.ready)
    assert row(found, "jax").above == 0  # training no longer waits for it
    unmet = following(little, of("gradient"))
    assert "training" not in slugs(each.topic for each in unmet.ready)


def test_towards_a_goal_only_its_road_is_offered(little: EmbeddedStore) -> None:
    found = following(little, of("python"), "training")
    assert slugs(each.topic for each in found.ready) == ["arithmetic", "jax"]
    assert (found.left, found.hours) == (6, 37.0)
    assert slugs(row(found, "arithmetic").opens) == ["algebra"]  # statistics leads not there
    assert (row(found, "arithmetic").above, row(found, "jax").above) == (4, 1)


def test_towards_a_role_the_role_itself_is_no_topic(little: EmbeddedStore) -> None:
    found = following(little, of("gradient", "jax"), "trainer")
    assert [(each.topic.slug, each.level, each.above) for each in found.ready] == [("training", "deep", 0)]


def test_awareness_can_be_had_at_once(little: EmbeddedStore) -> None:
    found = following(little, Learner(), "gradient:awareness")
    assert [(each.topic.slug, each.level) for each in found.ready] == [("gradient", "awareness")]


def test_reached_goal_leaves_nothing(little: EmbeddedStore) -> None:
    assert following(little, of("gradient"), "calculus") == Next((), 0, 0, exact=True, asked=True)


def test_goal_without_topics_asks_nothing(little: EmbeddedStore) -> None:
    assert not following(little, Learner(), "patience").asked


def test_who_knows_all_has_nothing_left(little: EmbeddedStore) -> None:
    everything = Learner({each.iri: Known("deep") for each in topics(little)})
    assert following(little, everything) == Next((), 0, 0, exact=True)


def test_denied_topic_is_offered_again(little: EmbeddedStore) -> None:
    learner = of("gradient")._replace(denied=frozenset({topic("algebra")}))
    found = row(following(little, learner), "algebra")
    assert (found.above, found.opens) == (0, ())  # what needs it is known


def made(edges: list[str], *groups: Group, hours: float = 1) -> Requirements:
    """Return requirements from edges as "dependent prerequisite"."""
    pairs = [Edge(dependent, needed, "working") for dependent, needed in map(str.split, edges)]
    names = sorted({name for edge in pairs for name in edge[:2]} | {o for g in groups for o in g.options})
    names = sorted({*names, *(g.dependent for g in groups)})
    return Requirements(
        (),
        {each: Topic(each, each, each, "", Hours(hours / 2, hours, hours * 2), 0) for each in names},
        tuple(pairs),
        groups,
    )


def test_topics_are_ranked_by_what_waits_for_them_then_hours_then_name() -> None:
    needed = made(["d a", "e a", "e b", "f c"])
    needed.topics["f"] = needed.topics["f"]._replace(hours=Hours(9, 9, 9))
    needed.topics["g"] = Topic("g", "g", "g", "", Hours(1, 1, 1), 0)
    needed.topics["h"] = Topic("h", "h", "h", "", Hours(0.5, 0.5, 0.5), 0)
    found = outer_fringe(needed, {}, all_wanted(needed, {}))
    assert slugs(each.topic for each in found) == ["a", "c", "b", "h", "g"]


def test_two_options_of_three_are_needed() -> None:
    needed = made([], Group("g", "a", ("b", "c", "d"), 2, ""))
    wanted = all_wanted(needed, {"b": "working"})
    found = {each.topic.slug: each for each in outer_fringe(needed, {"b": "working"}, wanted)}
    assert set(found) == {"c", "d"}
    assert slugs(found["c"].opens) == ["a"]
    assert {each.topic.slug for each in outer_fringe(needed, {}, all_wanted(needed, {}))} == {"b", "c", "d"}


def test_option_outside_of_the_graph_is_not_waited_for() -> None:
    needed = made(["b a"], Group("g", "a", ("b", "x"), 2, ""))
    del needed.topics["x"]
    known = {"b": "working"}
    assert [each.topic.slug for each in outer_fringe(needed, known, {"a": "working"})] == ["a"]


# -- refresh


def fading(store: EmbeddedStore, learner: Learner, until: str = "") -> list[Fading]:
    return topics_to_refresh(store, learner, knowledge(store, learner), until)


DATED = Learner(
    {
        topic("calculus"): Known("deep", "2026-03-01"),
        topic("statistics"): Known("working", "2025-01-01"),
        topic("jax"): Known("working"),
        topic("arithmetic"): Known("working", "2020-01-01", shaky=True),
    }
)


def test_shaky_comes_first_then_the_border_by_age(little: EmbeddedStore) -> None:
    found = fading(little, DATED)
    assert slugs(each.topic for each in found) == ["arithmetic", "statistics", "calculus", "jax"]
    first = found[0]
    assert (first.shaky, slugs(first.rests), first.on) == (True, ["algebra", "statistics"], "2020-01-01")
    assert slugs(found[2].opens) == ["gradient"]
    assert not any(each.rests or each.shaky for each in found[1:])


def test_only_what_is_old_or_shaky_or_without_a_date(little: EmbeddedStore) -> None:
    assert slugs(each.topic for each in fading(little, DATED, "2025-06-01")) == [
        "arithmetic",
        "statistics",
        "jax",
    ]


def test_implied_topic_is_as_old_as_what_implies_it(little: EmbeddedStore) -> None:
    course = thing("course", "mit-1.01")
    (found,) = fading(little, Learner(courses={course: Known("working", "2024-05-05", shaky=True)}))[:1]
    assert (found.topic.slug, found.source, found.on, found.shaky) == ("calculus", course, "2024-05-05", True)


def test_nothing_known_nothing_to_refresh(little: EmbeddedStore) -> None:
    assert fading(little, Learner()) == []
    assert fading(little, of("alchemy")) == []


def test_option_on_which_a_known_topic_rests_is_not_on_the_border() -> None:
    needed = made([], Group("g", "a", ("b", "c"), 1, ""))
    assert inner_fringe(needed, dict.fromkeys("abc", "working")) == {"a", "b", "c"}
    assert inner_fringe(needed, dict.fromkeys("ab", "working")) == {"a"}
    assert inner_fringe(needed, {"a": "working"}) == {"a"}


def test_hours_known_count_each_topic_at_its_level(little: EmbeddedStore) -> None:
    known = knowledge(little, of("gradient", python="awareness", jax="deep", alchemy="working"))
    # jax 12 and python 4, which it implies; gradient 2, calculus 20, algebra 2, arithmetic 2
    assert hours_known(little, known) == 42.0


# -- gap


def gap(store: EmbeddedStore, learner: Learner, *goals: str) -> Gap:
    return gap_to(store, resolve_goals(store, goals), knowledge(store, learner), learner)


def missing(found: GoalGap) -> list[tuple[str, str, str]]:
    return [(each.topic.slug, each.have, each.level) for each in found.measure.missing]


def test_gap_lists_what_is_missing_in_an_order_of_learning(little: EmbeddedStore) -> None:
    (found,) = gap(little, of("calculus", "python"), "trainer").goals
    assert missing(found) == [
        ("jax", "", "working"),
        ("calculus", "working", "deep"),
        ("gradient", "", "working"),
        ("training", "", "deep"),
    ]
    # 10 more for calculus, gradient 2, jax 6, training 9
    assert (found.measure.hours, found.measure.asked, found.reached) == (27.0, 7, False)
    # arithmetic 2, algebra 2, calculus 10, python 4
    assert found.measure.hours_had == 18.0


def test_gap_says_why_each_is_needed(little: EmbeddedStore) -> None:
    (found,) = gap(little, Learner(), "trainer").goals
    why = {each.topic.slug: each.why for each in found.measure.missing}
    assert why["training"] == ("Model trainer needs it",)
    assert why["gradient"] == ("Modelling draws on it",)
    assert why["arithmetic"] == ("Algebra needs it",)
    assert why["jax"] == ("Training needs it",)


def test_gap_shows_skills_and_soft_skills(roles: EmbeddedStore) -> None:
    trainer, tester = gap(roles, Learner(), "trainer", "tester").goals
    (modelling,) = trainer.skills
    assert (modelling.part.thing.slug, [each.slug for each in modelling.missing]) == (
        "modelling",
        ["gradient"],
    )
    assert [part.thing.slug for part in tester.soft] == ["patience"]
    (known,) = gap(roles, of("gradient"), "trainer").goals[0].skills
    assert known.missing == ()


def test_skill_as_a_goal_is_its_own_part(little: EmbeddedStore) -> None:
    hard, soft = gap(little, Learner(), "skill/modelling", "patience").goals
    assert [each.part.thing.slug for each in hard.skills] == ["modelling"]
    assert ([part.thing.slug for part in soft.soft], soft.measure.asked) == (["patience"], 0)


def test_several_goals_count_once_what_they_share_and_the_nearest_is_told(roles: EmbeddedStore) -> None:
    found = gap(roles, of("calculus"), "trainer", "tester", "statistics")
    trainer, tester, statistics = found.goals
    assert found.nearest == statistics.goal
    assert statistics.measure.hours == 6.0
    assert found.measure.hours == trainer.measure.hours + statistics.measure.hours
    assert tester.measure.hours == 18.0


def test_deep_goals_count_together(little: EmbeddedStore) -> None:
    found = gap(little, Learner(), "jax:deep", "pytorch:deep", "python")
    assert [each.measure.hours for each in found.goals] == [16.0, 20.0, 4.0]
    assert found.measure.hours == 32.0


def test_reached_goals_are_told_and_never_the_nearest(little: EmbeddedStore) -> None:
    found = gap(little, of("gradient"), "calculus", "training")
    assert [each.reached for each in found.goals] == [True, False]
    assert found.nearest == found.goals[1].goal
    everything = gap(little, of("gradient"), "calculus", "algebra")
    assert (everything.nearest, everything.measure.hours) == (None, 0)
    assert everything.measure.hours_had == 14.0


def test_hours_had_count_the_option_that_is_known(little: EmbeddedStore) -> None:
    (found,) = gap(little, of("pytorch"), "training").goals
    assert found.measure.hours_had == 12.0  # pytorch 8 and python 4, not the cheaper jax
    assert "jax" not in [slug for slug, _, _ in missing(found)]


def test_denied_need_of_a_known_goal_is_not_missing(little: EmbeddedStore) -> None:
    learner = of("gradient")._replace(denied=frozenset({topic("algebra")}))
    (found,) = gap(little, learner, "gradient").goals
    assert found.reached


def test_passed_course_and_entry_by_courses_are_seen() -> None:
    store = built_store(RECORDS | {"more": group("course:eth-7", 1, "course:mit-1.01", "topic:statistics")})
    learner = Learner(courses={thing("course", "mit-1.01"): Known()})
    calculus, training = gap(store, learner, "mit-1.01", "eth-7").goals
    assert (calculus.passed, training.passed) == (True, False)
    (entry,) = training.entry
    assert (entry.met, entry.owner.slug) == (True, "eth-7")
    assert [each.label for each in entry.options] == ["Calculus for All", "Statistics"]
    (unmet,) = gap(store, Learner(), "eth-7").goals[0].entry
    assert not unmet.met


def test_notes_of_programs_are_kept(little: EmbeddedStore) -> None:
    (found,) = gap(little, Learner(), "eth-ghost").goals
    assert (found.measure.asked, found.reached) == (0, True)
    assert "names neither topics" in found.notes[0]


def test_option_that_needs_what_it_is_an_option_for_does_no_harm() -> None:
    needed = made(["b a"], Group("g", "a", ("b", "c"), 1, ""))._replace(goals=("b", "c"))
    found = measure(needed, {})
    assert sorted(each.topic.slug for each in found.missing) == ["a", "b", "c"]


# -- roles


def near(store: EmbeddedStore, learner: Learner, start: str = "") -> list[NearRole]:
    role = resolve_goals(store, [start])[0].thing if start else None
    return near_roles(store, knowledge(store, learner), role)


def test_other_roles_are_measured_from_a_first_one(roles: EmbeddedStore) -> None:
    (found,) = near(roles, Learner(), "trainer")
    assert found.role.slug == "tester"
    assert [(each.topic.slug, each.hours) for each in found.measure.missing] == [("statistics", 6.0)]
    assert [part.thing.slug for part in found.shared] == ["gradient"]
    assert [gap.part.thing.slug for gap in found.lacking] == ["statistics"]
    assert [part.thing.slug for part in found.soft_lacking] == ["patience"]
    (back,) = near(roles, Learner(), "tester")
    # python 4, jax 6, training 9
    assert (back.role.slug, back.measure.hours) == ("trainer", 19.0)
    assert [part.thing.slug for part in back.shared] == ["modelling"]


def test_what_is_known_besides_shortens_the_way(roles: EmbeddedStore) -> None:
    (found,) = near(roles, of("statistics"), "trainer")
    assert (found.measure.hours, found.lacking) == (0, ())


def test_soft_skill_that_both_ask_for_is_shared() -> None:
    store = built_store(
        ROLES | {"soft": claim("role:trainer", "mlg:essentialSkill", "skill:patience", level="Deep")}
    )
    (tester,) = near(store, Learner(), "trainer")
    assert [part.thing.slug for part in tester.soft_shared] == ["patience"]
    (trainer,) = near(store, Learner(), "tester")  # working is less than deep
    assert [part.thing.slug for part in trainer.soft_lacking] == ["patience"]


def test_roles_for_a_learner_come_by_hours(roles: EmbeddedStore) -> None:
    found = near(roles, of("statistics"))
    assert [(each.role.slug, each.measure.hours) for each in found] == [("tester", 24.0), ("trainer", 43.0)]
    wanted = {each.role.slug: gap(roles, of("statistics"), each.role.slug).measure.hours for each in found}
    assert wanted == {each.role.slug: each.measure.hours for each in found}


def test_role_without_needs_comes_last(little: EmbeddedStore) -> None:
    found = near(little, Learner())
    assert [(each.role.slug, each.measure.asked) for each in found] == [("trainer", 7), ("tester", 0)]


def test_all_shipped_roles_are_as_far_as_their_gap(store: EmbeddedStore) -> None:
    learner = of("python", "backpropagation", "hypothesis-testing")
    found = near(store, learner)
    assert len(found) == len(role_parts(store))
    assert [each.measure.hours for each in found] == sorted(each.measure.hours for each in found)
    for each in (found[0], found[-1]):
        assert gap(store, learner, f"role/{each.role.slug}").measure.hours == each.measure.hours
