"""The cheapest road equals the best of all, and the path along it respects every need."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from mlgraph.analysis.road import below, cheapest_road
from mlgraph.planning.prerequisite import prerequisites
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.vocab import thing
from tests.property.strategies import requirement_graphs

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlgraph.model import Requirements


def cost_of(requirements: Requirements, learned: frozenset[str], known: Collection[str]) -> float | None:
    """Return the hours of learning some topics for the goal; None if a need or group is not met."""
    have = learned | set(known)
    levels = dict.fromkeys(learned, "working")
    for edge in requirements.edges:
        if edge.dependent in learned:
            if edge.prerequisite not in have:
                return None
            if edge.level == "deep" and edge.prerequisite in learned:
                levels[edge.prerequisite] = "deep"
    for group in requirements.groups:
        if group.dependent in learned and len(have & set(group.options)) < group.minimum:
            return None
    if not set(requirements.goals) <= have:
        return None
    return sum(requirements.topics[topic].hours.at(level) for topic, level in levels.items())


def best_of_all(requirements: Requirements, known: Collection[str]) -> float:
    """Try every set of topics."""
    unknown = sorted(set(requirements.topics) - set(known))
    costs = (
        cost_of(requirements, frozenset(chosen), known)
        for size in range(len(unknown) + 1)
        for chosen in combinations(unknown, size)
    )
    return min(cost for cost in costs if cost is not None)


def knowing(requirements: Requirements, some: Collection[str]) -> set[str]:
    """Return some topics and all that they need outright."""
    needs: dict[str, list[str]] = {}
    for edge in requirements.edges:
        needs.setdefault(edge.dependent, []).append(edge.prerequisite)
    return below(some, needs)


@given(requirement_graphs(), st.data())
def test_cheapest_road_costs_as_much_as_the_best_of_all(
    requirements: Requirements, data: st.DataObject
) -> None:
    some = data.draw(st.lists(st.sampled_from(sorted(requirements.topics)), max_size=2))
    known = knowing(requirements, some)
    road = cheapest_road(requirements, known)
    assert road.exact
    assert road.hours == best_of_all(requirements, known)


@given(requirement_graphs(), st.data())
def test_road_meets_every_need_at_its_level_and_learns_nothing_known(
    requirements: Requirements, data: st.DataObject
) -> None:
    some = data.draw(st.lists(st.sampled_from(sorted(requirements.topics)), max_size=2))
    known = knowing(requirements, some)
    road = cheapest_road(requirements, known)
    assert known.isdisjoint(road.levels)
    assert cost_of(requirements, frozenset(road.levels), known) == road.hours


@given(requirement_graphs())
def test_knowing_more_never_costs_more(requirements: Requirements) -> None:
    hours = cheapest_road(requirements).hours
    for topic in requirements.topics:
        assert cheapest_road(requirements, knowing(requirements, [topic])).hours <= hours


def as_store(requirements: Requirements) -> EmbeddedStore:
    """Write requirements as a built graph."""
    lines = []
    for topic in requirements.topics.values():
        hours = topic.hours
        lines.append(
            f'topic:{topic.slug} a mlg:Topic ; rdfs:label "{topic.label}"@en ; skos:broader area:{topic.area} ; '
            f"mlg:hoursLow {hours.low:.1f} ; mlg:hoursTypical {hours.typical:.1f} ; mlg:hoursHigh {hours.high:.1f} ; "
            f"mlg:learningDepth {topic.depth} ."
        )
    for number, edge in enumerate(requirements.edges):
        lines.append(
            f"topic:{edge.dependent} mlg:requires topic:{edge.prerequisite} . claim:c{number} rdf:subject "
            f"topic:{edge.dependent} ; rdf:predicate mlg:requires ; rdf:object topic:{edge.prerequisite} ; "
            f"mlg:atLevel mlg:{edge.level.capitalize()} ."
        )
    for group in requirements.groups:
        options = " , ".join(f"topic:{option}" for option in group.options)
        lines.append(
            f"topic:{group.dependent} mlg:hasRequirement requirement:{group.iri} . requirement:{group.iri} "
            f"mlg:anyOf {options} ; mlg:minimumCount {group.minimum} ; mlg:obligation mlg:Mandatory ."
        )
    return EmbeddedStore.of_turtle("\n".join(lines))


@given(requirement_graphs(), st.data())
def test_nothing_on_a_path_comes_before_its_needs_or_before_enough_options(
    requirements: Requirements, data: st.DataObject
) -> None:
    known = set(data.draw(st.lists(st.sampled_from(sorted(requirements.topics)), max_size=2)))
    (goal,) = requirements.goals
    path = prerequisites(
        as_store(requirements), [thing("topic", goal)], [thing("topic", each) for each in known]
    )
    have = knowing(requirements, known)
    for step in path.steps:
        slug = step.topic.slug
        needs = {edge.prerequisite for edge in requirements.edges if edge.dependent == slug}
        assert needs <= have
        for group in requirements.groups:
            if group.dependent == slug:
                assert len(have & set(group.options)) >= group.minimum
        have.add(slug)
    assert goal in have


@given(requirement_graphs())
def test_path_costs_what_the_road_costs_and_each_choice_is_on_it(requirements: Requirements) -> None:
    (goal,) = requirements.goals
    path = prerequisites(as_store(requirements), [thing("topic", goal)])
    assert path.hours == best_of_all(requirements, ())
    learned = {step.topic.slug for step in path.steps}
    for choice in path.choices:
        assert choice.dependent.slug in learned
        assert {each.slug for each in choice.chosen} <= learned
        assert {each.slug for each in choice.others}.isdisjoint(learned)
    groups = [group for group in requirements.groups if group.dependent in learned]
    assert len(path.choices) == len(groups)
