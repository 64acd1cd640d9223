"""Laws of learning: the frontier leads to every goal, and knowing more never makes the way longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from mlgraph.analysis.road import cheapest_road
from mlgraph.planning.frontier import all_wanted, inner_fringe, next_topics, outer_fringe
from mlgraph.planning.gap import measure
from mlgraph.planning.goal import resolve_goals, target
from mlgraph.planning.learner import RANK, Known, Learner, forget, knowledge, learn, parse_learner, to_json
from mlgraph.vocab import thing
from tests.conftest import ROOT
from tests.property.strategies import requirement_graphs
from tests.property.test_road import as_store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis.strategies import DrawFn, SearchStrategy

    from mlgraph.model import Requirements

LEVELS = ["awareness", "working", "deep"]


def known_levels() -> SearchStrategy[str]:
    return st.sampled_from(LEVELS)


@st.composite
def learners(draw: DrawFn, names: list[str], prefix: str = "") -> Learner:
    """Draw what somebody states and denies of some topics."""
    stated = draw(st.dictionaries(st.sampled_from(names), known_levels(), max_size=4))
    denied = draw(st.sets(st.sampled_from(names), max_size=1)) if draw(st.booleans()) else set()
    return Learner(
        {prefix + name: Known(level) for name, level in stated.items()},
        denied=frozenset(prefix + name for name in denied),
    )


@st.composite
def cases(draw: DrawFn) -> tuple[Requirements, Learner]:
    """Draw a graph and somebody who knows some of it."""
    needed = draw(requirement_graphs())
    return needed, draw(learners(sorted(needed.topics)))


def following(needed: Requirements, stated: Mapping[str, str]) -> dict[str, str]:
    """Return what some topics imply: a second, plain way to work it out, without denials."""
    levels = dict(stated)
    changed = True
    while changed:
        changed = False
        for edge in needed.edges:
            firm = RANK[levels.get(edge.dependent, "")] >= RANK["working"]
            if firm and RANK[levels.get(edge.prerequisite, "")] < RANK[edge.level]:
                levels[edge.prerequisite] = edge.level
                changed = True
    return levels


def plain(levels: Mapping[str, str]) -> dict[str, str]:
    return {iri.rpartition("/")[2]: level for iri, level in levels.items()}


def met(needed: Requirements, topic: str, known: Mapping[str, str]) -> bool:
    """Say whether all that a topic needs outright is known, and enough of the options of its groups."""
    hard = all(
        RANK[known.get(edge.prerequisite, "")] >= RANK[edge.level]
        for edge in needed.edges
        if edge.dependent == topic
    )
    return hard and all(
        sum(RANK[known.get(option, "")] >= RANK["working"] for option in group.options) >= group.minimum
        for group in needed.groups
        if group.dependent == topic
    )


# -- what is implied


@given(requirement_graphs(), st.data())
def test_implied_knowledge_is_closed_and_no_more_than_needed(
    needed: Requirements, data: st.DataObject
) -> None:
    learner = data.draw(learners(sorted(needed.topics), thing("topic", "")))
    known = knowledge(as_store(needed), learner)
    stated = plain({iri: each.level for iri, each in learner.topics.items()})
    closed = following(needed, stated)
    for iri in learner.denied:
        closed.pop(iri.rpartition("/")[2], None)
    assert plain(known.levels) == closed
    assert known.levels.keys().isdisjoint(learner.denied)
    for topic, by in known.implied.items():
        assert any(
            (thing("topic", edge.dependent), thing("topic", edge.prerequisite), edge.level)
            == (by, topic, known.levels[topic])
            for edge in needed.edges
        )


@given(requirement_graphs(), st.data())
def test_stating_what_is_implied_changes_nothing(needed: Requirements, data: st.DataObject) -> None:
    learner = data.draw(learners(sorted(needed.topics), thing("topic", "")))._replace(denied=frozenset())
    store = as_store(needed)
    known = knowledge(store, learner)
    again = Learner({iri: Known(level) for iri, level in known.levels.items()})
    assert knowledge(store, again).levels == known.levels


# -- what comes next


@given(cases())
def test_all_that_is_next_has_its_needs_known_and_is_not_known_itself(
    case: tuple[Requirements, Learner],
) -> None:
    needed, learner = case
    known = following(needed, {topic: each.level for topic, each in learner.topics.items()})
    known = {topic: level for topic, level in known.items() if topic not in learner.denied}
    wanted = all_wanted(needed, known)
    ready = {each.topic.iri: each for each in outer_fringe(needed, known, wanted)}
    for topic, level in wanted.items():
        have = RANK[known.get(topic, "")]
        assert have < RANK[level]
        # known well enough to use, it can always be known better; else all its needs must be known
        assert (topic in ready) == (have >= RANK["working"] or met(needed, topic, known))
    assert set(ready) <= set(wanted)


@given(cases())
def test_nothing_is_next_only_where_nothing_is_left(case: tuple[Requirements, Learner]) -> None:
    needed, learner = case
    known = {topic: each.level for topic, each in learner.topics.items()}
    wanted = all_wanted(needed, known)
    assert bool(outer_fringe(needed, known, wanted)) == bool(wanted)
    road = cheapest_road(needed, known)
    assert bool(outer_fringe(needed, known, road.levels)) == bool(road.levels)


@given(cases())
def test_learning_what_is_next_again_and_again_reaches_the_goal_in_the_hours_told(
    case: tuple[Requirements, Learner],
) -> None:
    needed, learner = case
    known = {topic: each.level for topic, each in learner.topics.items()}
    left = cheapest_road(needed, known).hours
    spent = 0.0
    while road := cheapest_road(needed, known).levels:
        first = outer_fringe(needed, known, road)[0]
        spent += first.hours
        known[first.topic.iri] = first.level
    assert spent == left


@given(cases())
def test_what_opens_can_be_learned_after_and_not_before(case: tuple[Requirements, Learner]) -> None:
    needed, learner = case
    known = {topic: each.level for topic, each in learner.topics.items()}
    wanted = all_wanted(needed, known)
    before = {each.topic.iri for each in outer_fringe(needed, known, wanted)}
    for each in outer_fringe(needed, known, wanted):
        more = {**known, each.topic.iri: each.level}
        after = {one.topic.iri for one in outer_fringe(needed, more, all_wanted(needed, more))}
        opens = {one.iri for one in each.opens}
        assert opens.isdisjoint(before)
        assert after - before == opens
        assert opens.isdisjoint(one.iri for one in each.towards)
        assert each.above >= len(each.opens) + len(each.towards)


# -- what is on the border


@given(cases())
def test_forgetting_one_of_the_border_takes_no_need_from_another(case: tuple[Requirements, Learner]) -> None:
    needed, learner = case
    known = following(needed, {topic: each.level for topic, each in learner.topics.items()})
    border = inner_fringe(needed, known)
    for topic in known:
        rest = {each: level for each, level in known.items() if each != topic}
        assert (topic in border) == (needs_met(needed, known, rest) <= needs_met(needed, rest, rest))


def needs_met(needed: Requirements, known: Mapping[str, str], users: Mapping[str, str]) -> set[object]:
    """Return the needs and groups of topics known well enough that are met."""
    firm = {topic for topic, level in users.items() if RANK[level] >= RANK["working"]}
    met_: set[object] = {
        edge
        for edge in needed.edges
        if edge.dependent in firm and RANK[known.get(edge.prerequisite, "")] >= RANK[edge.level]
    }
    return met_ | {
        group
        for group in needed.groups
        if group.dependent in firm
        and sum(RANK[known.get(option, "")] >= RANK["working"] for option in group.options) >= group.minimum
    }


@given(cases())
def test_who_knows_something_has_a_border(case: tuple[Requirements, Learner]) -> None:
    needed, learner = case
    known = following(needed, {topic: each.level for topic, each in learner.topics.items()})
    assert bool(inner_fringe(needed, known)) == bool(known)


# -- what is missing


@given(requirement_graphs(), st.data())
def test_learning_the_whole_road_empties_the_gap(needed: Requirements, data: st.DataObject) -> None:
    learner = data.draw(learners(sorted(needed.topics), thing("topic", "")))
    store = as_store(needed)
    level = data.draw(known_levels())
    (goal,) = needed.goals
    goals = [resolve_goals(store, [f"topic:{goal}"])[0]._replace(level=level)]
    wanted = target(store, goals).requirements
    found = measure(wanted, knowledge(store, learner).levels)
    for each in found.missing:
        learner = learn(learner, each.topic.iri, Known(each.level))
    after = measure(wanted, knowledge(store, learner).levels)
    assert (after.missing, after.hours) == ((), 0)
    assert next_topics(store, knowledge(store, learner), target(store, goals)).left == 0


@given(cases(), st.data())
def test_knowing_more_never_makes_the_gap_longer(
    case: tuple[Requirements, Learner], data: st.DataObject
) -> None:
    needed, learner = case
    known = following(needed, {topic: each.level for topic, each in learner.topics.items()})
    topic = data.draw(st.sampled_from(sorted(needed.topics)))
    level = data.draw(known_levels())
    more = {**known, topic: max(known.get(topic, ""), level, key=RANK.__getitem__)}
    before, after = measure(needed, known), measure(needed, following(needed, more))
    assert after.hours <= before.hours
    assert after.hours == sum(each.hours for each in after.missing)


@given(cases())
def test_gap_is_in_an_order_in_which_needs_come_first(case: tuple[Requirements, Learner]) -> None:
    needed, learner = case
    known = following(needed, {topic: each.level for topic, each in learner.topics.items()})
    have = dict(known)
    for each in measure(needed, known).missing:
        assert each.have == known.get(each.topic.iri, "")
        assert RANK[each.have] >= RANK["working"] or met(needed, each.topic.iri, have)
        have[each.topic.iri] = each.level


@given(cases())
def test_from_nothing_nothing_is_had_and_from_everything_all(case: tuple[Requirements, Learner]) -> None:
    needed, _ = case
    nothing = measure(needed, {})
    assert nothing.hours_had == 0
    assert nothing.asked == len(nothing.missing)
    everything = measure(needed, dict.fromkeys(needed.topics, "deep"))
    assert (everything.hours, everything.missing) == (0, ())
    assert 0 < everything.hours_had <= nothing.hours


# -- profiles


@given(
    st.dictionaries(
        st.sampled_from([thing("topic", each) for each in "abc"]),
        st.builds(
            Known,
            known_levels(),
            st.sampled_from(["", "2026-11-25"]),
            st.booleans(),
        ),
    ),
    st.dictionaries(
        st.text(max_size=4), st.one_of(st.none(), st.integers(), st.text(max_size=4)), max_size=2
    ),
    st.sets(st.sampled_from([thing("topic", each) for each in "cd"])),
)
def test_profile_is_read_as_it_was_written(
    topics: dict[str, Known], state: dict[str, object], denied: set[str]
) -> None:
    learner = Learner(topics, {thing("course", "x"): Known()}, frozenset(denied), state)
    assert parse_learner(to_json(learner), ROOT) == learner
    assert to_json(parse_learner(to_json(learner), ROOT)) == to_json(learner)


@given(st.sampled_from("abc"), st.sampled_from("abc"))
def test_last_word_counts(first: str, second: str) -> None:
    one, two = thing("topic", first), thing("topic", second)
    learner = forget(learn(learn(Learner(), one, Known()), two, Known("deep")), two, deny=True)
    assert two in learner.denied
    assert two not in learner.topics
    assert (one in learner.topics) == (one != two)
    assert learn(learner, two, Known()).denied == frozenset()
