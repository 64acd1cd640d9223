"""The model that is solved in rounds: what a candidate violates comes in, and what was found on the way is not lost."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mlgraph.planning.solver import Model, Objective, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest


def test_a_candidate_that_was_cut_off_and_mended_counts_when_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The cheap course turns out to ask for a dear one; what it leaves is study alone, and then the time is over."""
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    model = Model()
    cheap, dear, alone = model.binary(), model.binary(), model.binary()
    model.add(Row({cheap: 1, dear: 1, alone: 1}, lower=1))
    hours = Objective("hours", {cheap: 1.0, dear: 2.0, alone: 3.0})

    def cuts(values: Sequence[float]) -> list[Row]:
        if values[cheap] > 0.5 > values[dear]:
            return [Row({dear: 1, cheap: -1}, lower=0)]
        now[0] = 100.0
        return []

    found = model.minimise([hours], seconds=10.0, cuts=cuts, choices=[cheap, dear])
    assert found is not None
    assert [round(each) for each in found.values] == [0, 0, 1]
    assert (found.stages[0].value, found.stages[0].bound, found.stages[0].optimal) == (3.0, 1.0, False)


def test_later_objectives_keep_what_the_first_came_to_while_candidates_are_mended() -> None:
    model = Model()
    first, second, third = (model.binary() for _ in range(3))
    model.add(Row({first: 1, second: 1, third: 1}, lower=2))
    parts = Objective("parts", dict.fromkeys((first, second, third), 1.0))
    hours = Objective("hours", {first: 1.0, second: 2.0, third: 3.0})

    def cuts(values: Sequence[float]) -> list[Row]:
        both = values[first] > 0.5 and values[second] > 0.5
        return [Row({first: 1, second: 1}, upper=1)] if both else []

    found = model.minimise([parts, hours], cuts=cuts, choices=[first, second, third])
    assert found is not None
    assert [(each.value, each.optimal) for each in found.stages] == [(2.0, True), (4.0, True)]
