"""The cheapest way through either-or groups, and an order of learning, on drawn graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.analysis import road
from mlgraph.analysis.road import below, cheapest_road, learning_order
from mlgraph.errors import CycleError
from mlgraph.model import Edge, Group, Hours, Requirements, Topic

if TYPE_CHECKING:
    from collections.abc import Iterable


def topic(name: str, hours: float = 1.0, *, area: str = "x", depth: int = 0) -> Topic:
    return Topic(name, name, name, area, Hours(hours / 2, hours, hours * 2), depth)


def needed(
    hours: dict[str, float],
    edges: Iterable[str] = (),
    groups: Iterable[tuple[str, str, int]] = (),
    goals: str = "g",
) -> Requirements:
    """Make requirements: edges as "ab" (a needs b) or "ab!" (deeply), groups as (owner, options, minimum)."""
    return Requirements(
        tuple(goals),
        {name: topic(name, cost) for name, cost in hours.items()},
        tuple(Edge(each[0], each[1], "deep" if each.endswith("!") else "working") for each in edges),
        tuple(
            Group(f"{owner}.{number}", owner, tuple(options), minimum, "")
            for number, (owner, options, minimum) in enumerate(groups)
        ),
    )


def test_without_groups_the_road_is_the_closure() -> None:
    # a <- b <- g     c
    found = cheapest_road(needed({"g": 1, "b": 2, "a": 4, "c": 8}, ["gb", "ba"]))
    assert found.levels == {"g": "working", "b": "working", "a": "working"}
    assert (found.hours, found.taken, found.exact) == (7.0, {}, True)


def test_cheaper_option_is_taken() -> None:
    # g ~~ one of a (5), b (3)
    found = cheapest_road(needed({"g": 1, "a": 5, "b": 3}, groups=[("g", "ab", 1)]))
    assert set(found.levels) == {"g", "b"}
    assert (found.hours, found.taken) == (4.0, {"g.0": ("b",)})


def test_option_is_as_dear_as_all_that_it_needs() -> None:
    # g ~~ one of a (1) -> c (9), b (3)
    found = cheapest_road(needed({"g": 1, "a": 1, "b": 3, "c": 9}, ["ac"], [("g", "ab", 1)]))
    assert found.taken == {"g.0": ("b",)}


def test_option_that_is_needed_anyway_costs_nothing_more() -> None:
    # g -> a (50);  g ~~ one of a, b (1)
    found = cheapest_road(needed({"g": 1, "a": 50, "b": 1}, ["ga"], [("g", "ab", 1)]))
    assert set(found.levels) == {"g", "a"}
    assert found.taken == {}


def test_option_chosen_for_one_group_meets_another() -> None:
    # g ~~ one of a (3), b (4);  g ~~ one of b, c (4): b alone is the cheapest
    found = cheapest_road(needed({"g": 1, "a": 3, "b": 4, "c": 4}, groups=[("g", "ab", 1), ("g", "bc", 1)]))
    assert set(found.levels) == {"g", "b"}
    assert found.hours == 5.0


def test_first_choice_that_looks_cheap_is_not_taken_if_the_whole_is_dearer() -> None:
    # g ~~ one of a (1), b (2);  a ~~ one of c (9), d (9)
    found = cheapest_road(
        needed({"g": 1, "a": 1, "b": 2, "c": 9, "d": 9}, groups=[("g", "ab", 1), ("a", "cd", 1)])
    )
    assert set(found.levels) == {"g", "b"}


def test_two_of_three_options() -> None:
    found = cheapest_road(needed({"g": 1, "a": 5, "b": 3, "c": 4}, groups=[("g", "abc", 2)]))
    assert set(found.levels) == {"g", "b", "c"}
    assert found.hours == 8.0


def test_known_option_meets_the_group() -> None:
    requirements = needed({"g": 1, "a": 5, "b": 3}, groups=[("g", "ab", 1)])
    assert set(cheapest_road(requirements, ["a"]).levels) == {"g"}


def test_known_option_counts_as_one_of_two() -> None:
    requirements = needed({"g": 1, "a": 5, "b": 3, "c": 4}, groups=[("g", "abc", 2)])
    assert set(cheapest_road(requirements, ["a"]).levels) == {"g", "b"}


def test_known_topic_is_not_learned_and_its_groups_do_not_matter() -> None:
    # g -> k;  k ~~ one of a, b
    requirements = needed({"g": 1, "k": 1, "a": 1, "b": 1}, ["gk"], [("k", "ab", 1)])
    assert set(cheapest_road(requirements, ["k"]).levels) == {"g"}


def test_known_goal_leaves_nothing_to_learn() -> None:
    found = cheapest_road(needed({"g": 1}), ["g"])
    assert (found.levels, found.hours, found.exact) == ({}, 0.0, True)


def test_deep_need_costs_the_high_hours_wherever_it_comes_from() -> None:
    # g -> a, and g -> b -> a deeply
    found = cheapest_road(needed({"g": 1, "a": 10, "b": 1}, ["ga", "gb", "ba!"]))
    assert found.levels["a"] == "deep"
    assert found.hours == 22.0


def test_level_of_hours() -> None:
    hours = Hours(1.0, 2.0, 4.0)
    assert [hours.at(level) for level in ("awareness", "working", "deep")] == [1.0, 2.0, 4.0]


def test_option_that_cannot_be_learned_is_not_taken_for_free() -> None:
    # g ~~ one of x (a course, not a topic), a (9)
    found = cheapest_road(needed({"g": 1, "a": 9}, groups=[("g", "xa", 1)]))
    assert set(found.levels) == {"g", "a"}
    assert found.taken == {"g.0": ("a",)}


def test_group_that_asks_for_more_than_there_is_takes_what_there_is() -> None:
    found = cheapest_road(needed({"g": 1, "a": 9}, groups=[("g", "xa", 2)]))
    assert set(found.levels) == {"g", "a"}


def test_search_that_is_cut_short_says_so_and_still_meets_every_group(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(road, "NODE_LIMIT", 4)
    groups = [("g", "ab", 1), ("g", "cd", 1), ("g", "ef", 1)]
    requirements = needed(dict.fromkeys("gabcdef", 1), groups=groups)
    found = cheapest_road(requirements)
    assert not found.exact
    assert set(found.levels) == {"g", "a", "c", "e"}
    monkeypatch.undo()
    assert cheapest_road(requirements).exact


def test_goals_share_what_they_need() -> None:
    # a <- g, a <- h
    found = cheapest_road(needed({"g": 1, "h": 1, "a": 5}, ["ga", "ha"], goals="gh"))
    assert found.hours == 7.0


def test_below_is_closed_and_copes_with_loops() -> None:
    assert below(["c"], {"c": ["b"], "b": ["a", "c"]}) == {"a", "b", "c"}
    assert below([], {"c": ["b"]}) == set()


def test_nothing_comes_before_what_it_needs() -> None:
    topics = {each: topic(each) for each in "abcd"}
    order = learning_order(topics, [("a", "b"), ("b", "c"), ("a", "d")])
    assert order == ["c", "b", "d", "a"]


def test_areas_stay_together_then_shallow_then_by_name() -> None:
    topics = {
        "m1": topic("m1", area="maths"),
        "m2": topic("m2", area="maths", depth=1),
        "p1": topic("p1", area="code"),
        "p2": topic("p2", area="code", depth=1),
    }
    assert learning_order(topics, [("m2", "m1"), ("p2", "p1")]) == ["m1", "m2", "p1", "p2"]


def test_edges_to_other_topics_and_repeated_edges_do_not_matter() -> None:
    topics = {each: topic(each) for each in "ab"}
    assert learning_order(topics, [("a", "b"), ("a", "b"), ("a", "x"), ("y", "b"), ("a", "a")]) == ["b", "a"]


def test_edges_carry_levels_or_not() -> None:
    topics = {each: topic(each) for each in "ab"}
    assert learning_order(topics, [Edge("a", "b", "deep")]) == learning_order(topics, [("a", "b")])


def test_loop_is_named_and_nothing_is_left_out_silently() -> None:
    # d waits for the loop a -> b -> c -> a, but is not in it
    topics = {each: topic(each) for each in "abcd"}
    with pytest.raises(CycleError) as caught:
        learning_order(topics, [("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")])
    assert caught.value.cycle == ("a", "b", "c", "a")


def test_no_topics_have_an_empty_order() -> None:
    assert learning_order({}, [("a", "b")]) == []
