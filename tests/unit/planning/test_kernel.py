"""A search among few of many choices: its bound is lifted where there is time, and what is found is never lost."""

from __future__ import annotations

import time
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from mlgraph.planning.kernel import nearly
from mlgraph.planning.solver import Model, Objective, Row

if TYPE_CHECKING:
    from collections.abc import Sequence


def triangle() -> tuple[Model, list[int], list[Objective]]:
    """Return a model of three choices, one of each two needed: a half of each is enough where they may be halved."""
    model = Model()
    choices = [model.binary() for _ in range(3)]
    for one, other in combinations(choices, 2):
        model.add(Row({one: 1, other: 1}, lower=1))
    hours = Objective("hours", dict.fromkeys(choices, 10.0))
    return model, choices, [hours, Objective("cost", dict.fromkeys(choices, 1.0))]


def test_a_search_through_all_lifts_the_bound_of_the_relaxation() -> None:
    model, choices, objectives = triangle()
    found = nearly(model, objectives, choices, cuts=lambda _: [])
    assert found is not None
    assert [(each.value, each.bound) for each in found.stages] == [(20.0, 20.0), (2.0, 0.0)]
    assert found.stages[0].optimal
    assert not found.stages[1].optimal


def test_a_bound_for_choices_that_are_not_here_is_told_where_it_is_lower() -> None:
    model, choices, objectives = triangle()
    found = nearly(model, objectives, choices, least=17.0, cuts=lambda _: [])
    assert found is not None
    assert [found.stages[0].value, found.stages[0].bound] == pytest.approx([20.0, 15.0])


def test_when_the_time_is_over_what_was_found_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    model, choices, objectives = triangle()
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def late(_: Sequence[float]) -> list[Row]:
        now[0] = 100.0
        return []

    found = nearly(model, objectives, choices, seconds=10.0, cuts=late)
    assert found is not None
    assert [found.stages[0].value, found.stages[0].bound] == pytest.approx([20.0, 15.0])


def test_without_any_time_nothing_is_claimed() -> None:
    model, choices, objectives = triangle()
    with pytest.raises(TimeoutError):
        nearly(model, objectives, choices, seconds=0.0, cuts=lambda _: [])


def test_choices_that_contradict_each_other_give_nothing() -> None:
    model, choices, objectives = triangle()
    model.add(Row(dict.fromkeys(choices, 1.0), upper=1))
    assert nearly(model, objectives, choices, cuts=lambda _: []) is None


def test_what_the_search_through_all_finds_is_taken() -> None:
    """One choice does what two of the triangle do, but many idle ones cost less beyond their worth, and come first."""
    model = Model()
    sides = [model.binary() for _ in range(3)]
    whole = model.binary()
    idle = [model.binary() for _ in range(120)]
    for one, other in combinations(sides, 2):
        model.add(Row({one: 1, other: 1, whole: 1}, lower=1))
    hours = dict.fromkeys(sides, 10.0) | {whole: 16.0} | dict.fromkeys(idle, 0.5)
    found = nearly(model, [Objective("hours", hours)], [*sides, whole, *idle], cuts=lambda _: [])
    assert found is not None
    assert [each for each in (*sides, whole) if found.values[each] > 0.5] == [whole]
    assert found.stages[0].value == pytest.approx(16.0)
    assert found.stages[0].bound >= 0.99 * 16
