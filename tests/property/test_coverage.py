"""What is left after a curriculum costs as little as the cheapest road, and more taught leaves no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from mlgraph.analysis.road import cheapest_road
from mlgraph.planning.coverage import graduate, hours_for, lower_needs, remaining
from mlgraph.planning.shelf import pick
from tests.property.strategies import requirement_graphs

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from mlgraph.model import Requirements

LEVELS = st.sampled_from(["awareness", "working", "deep"])


def curricula() -> SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from("abcdefgh"), LEVELS, max_size=4)


@given(requirement_graphs(), curricula())
def test_remaining_costs_what_the_cheapest_road_costs(needs: Requirements, taught: dict[str, str]) -> None:
    known = graduate({}, taught, lower_needs(needs.edges))
    left = remaining(needs, known)
    assert hours_for(needs, left, known) == cheapest_road(needs, known).hours


@given(requirement_graphs(), curricula(), curricula())
def test_electives_never_leave_more_hours(
    needs: Requirements, core: dict[str, str], elective: dict[str, str]
) -> None:
    lower = lower_needs(needs.edges)
    less = graduate({}, core, lower)
    more = graduate(less, elective, lower)
    assert hours_for(needs, remaining(needs, more), more) <= hours_for(needs, remaining(needs, less), less)


@given(requirement_graphs(), curricula(), curricula())
def test_order_of_what_is_taught_does_not_matter(
    needs: Requirements, first: dict[str, str], second: dict[str, str]
) -> None:
    lower = lower_needs(needs.edges)
    assert graduate(graduate({}, first, lower), second, lower) == graduate(
        graduate({}, second, lower), first, lower
    )


@given(
    st.sets(st.sampled_from("abcdefgh")),
    st.dictionaries(st.text("xyz", min_size=1), st.sets(st.sampled_from("abcdefgh"))),
)
def test_picked_courses_teach_all_that_can_be_taught_once_each(
    topics: set[str], taught: dict[str, set[str]]
) -> None:
    picked = pick(topics, taught)
    gained = [topic for _, some in picked for topic in some]
    assert len(gained) == len(set(gained))
    assert set(gained) == topics & set().union(*taught.values())
    sizes = [len(some) for _, some in picked]
    assert sizes == sorted(sizes, reverse=True)
    assert all(sizes)
