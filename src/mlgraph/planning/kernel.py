"""A choice among many of which most are not taken: search the promising ones, and bound what all others can save."""

from __future__ import annotations

import contextlib
import math
import time
from copy import copy
from typing import TYPE_CHECKING

from mlgraph.planning.solver import TOLERANCE, Row, Solution, Stage, taken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.planning.solver import Cuts, Model, Objective

__all__ = ["nearly"]

_KERNEL = 100
"""Choices that are searched first: those that the relaxation takes, and those that it would take next."""

_ROUNDS = 6
"""Searches of the promising choices: what the first ones leave undone, later ones mend little."""

_LATER = 2
"""The same for the objectives that come after the first."""

_LAST = 1.0
"""Seconds for a search among few choices, even where the time is over: it makes a plan of a candidate."""

_MARGIN = 0.8
"""The part of the gap that a search for a bound aims at: what it finds on the way may be lower than the best."""


class _Search:
    """The best so far, its value, and a bound; cuts that one search finds hold for all."""

    def __init__(
        self, model: Model, objective: Objective, choices: Sequence[int], cuts: Cuts, seconds: float
    ) -> None:
        self.model, self.objective, self.choices = model, objective, choices
        self.rows: list[Row] = []
        self.open_: set[int] = set()
        self.values: Sequence[float] = ()
        self.value, self.bound = math.inf, -math.inf
        self._cuts, self._end = cuts, time.monotonic() + seconds

    @property
    def seconds(self) -> float:
        """The time that is left."""
        return self._end - time.monotonic()

    def wide(self, gap: float) -> bool:
        """Return whether the value may be above the bound by more than a share."""
        return not self.values or self.value - self.bound > gap * abs(self.value)

    def noted(self, values: Sequence[float]) -> Sequence[Row]:
        """Return rows that a candidate violates, and keep them."""
        fresh = self._cuts(values)
        self.rows += fresh
        return fresh

    def among(self, choices: set[int]) -> Model:
        """Return the model with some choices only, and all cuts."""
        found = self.model.among(choices, self.choices)
        found.rows += self.rows
        return found

    def relax(self) -> None:
        """Take the value without whole numbers as the bound, and note the choices that are worth a search."""
        engine = self.model.relaxed()
        engine.aim(self.objective.terms)
        found = engine.run(self.seconds)
        if found is None:
            self.bound = math.inf
            return
        self.bound, reduced = found[1], engine.reduced()
        used = {each for each in self.choices if found[0][each] > TOLERANCE}
        ranked = sorted(self.choices, key=lambda each: (each not in used, reduced[each], each))
        self.open_ = set(ranked[: max(_KERNEL, 2 * len(used))])

    def search(self, gap: float, rounds: int) -> None:
        """Look for the best of the promising choices, until there is little to be won among them."""
        engine = self.among(self.open_).engine(gap / 2)
        engine.aim(self.objective.terms)
        if self.values:
            engine.start(self.values)
        for _ in range(rounds):
            try:
                found = engine.run(self.seconds)
            except TimeoutError:
                if not self.values:
                    raise
                return
            if found is None:
                return
            old = len(self.rows)
            violated = self.noted(found[0])
            self._mend(found[0])
            little = self.value - found[1] <= gap / 2 * abs(self.value)
            if not violated or little or not self.wide(gap):
                return
            for row in self.rows[old:]:
                engine.add(row)

    def _mend(self, values: Sequence[float]) -> None:
        """Look for the best among the choices of a candidate."""
        try:
            found = self.among(taken(values, self.choices)).minimise(
                [self.objective], seconds=max(_LAST, self.seconds), cuts=self.noted
            )
        except TimeoutError:
            if not self.values:
                raise
            return
        if found is not None and found.stages[0].value < self.value:
            self.values, self.value = found.values, found.stages[0].value

    def lift(self, gap: float) -> None:
        """Look through all choices until nothing is much better, which is a better bound than the relaxation."""
        if not self.values:
            return
        engine = self.among(set(self.choices)).engine(gap * _MARGIN)
        engine.aim(self.objective.terms)
        engine.start(self.values)
        with contextlib.suppress(TimeoutError):  # then the bound stays what it is
            found = engine.run(self.seconds)
            if found is not None:
                self.bound = max(self.bound, found[1])
                self.noted(found[0])
                self._mend(found[0])

    def then(self, objective: Objective, *, ties: bool) -> _Search:
        """Return a search for the best by a further objective, among the choices taken, or all promising ones."""
        slack = TOLERANCE * max(1.0, abs(self.value))
        found = copy(self)
        found.model = self.model.among(self.choices, self.choices)
        found.model.add(Row(self.objective.terms, upper=self.value + slack))
        found.objective = objective
        found.open_ = taken(self.values, self.choices) | (self.open_ if ties else set())
        found.value, found.bound = objective.value(self.values), -math.inf
        return found


def nearly(
    model: Model,
    objectives: Sequence[Objective],
    choices: Sequence[int],
    *,
    seconds: float = math.inf,
    gap: float = 0.01,
    least: float = math.inf,
    ties: bool = False,
    cuts: Cuts,
) -> Solution | None:
    """Minimise over the promising ones of many choices, with a bound that holds for all of them.

    Parameters
    ----------
    model : Model
    objectives : sequence of Objective
        As for `Model.minimise`; the bound is that of the first one.
    choices : sequence of int
        Binary variables of which most will be 0.
    seconds, cuts
        As for `Model.minimise`.
    gap : float
        Share of the value by which it may be above the bound when the search ends.
    least : float
        A bound for all with further choices, that are not here; the lower one of both is told.
    ties : bool
        Whether many choices may be as good by the first objective: then all promising ones are searched for the
        best by later ones, which takes as long again, and else only those taken.

    Returns
    -------
    Solution or None
        None if nothing was found among the promising choices.

    Raises
    ------
    TimeoutError
        If no solution was found in time.

    Notes
    -----
    The linear relaxation is solved with all choices; those that it uses, and those of the least
    reduced cost, are kept for the search (a kernel search, https://doi.org/10.1016/j.cor.2010.02.002).
    A candidate that is cut off is mended by a search among its own choices. The bound is the value of the
    relaxation; where that is too low, a search through all choices lifts it, and may find something better.
    """
    search = _Search(model, objectives[0], choices, cuts, seconds)
    search.relax()
    search.bound = min(search.bound, least)
    search.search(gap, _ROUNDS)
    if not search.values:
        return None
    if search.wide(gap) and least >= search.value * (1 - gap):
        search.lift(gap)
    bound = min(search.bound, least)
    for objective in objectives[1:]:
        search = search.then(objective, ties=ties)
        search.search(gap, _LATER)
    return _bounded(search.values, model, objectives, bound)


def _bounded(
    values: Sequence[float], model: Model, objectives: Sequence[Objective], bound: float
) -> Solution:
    """Return a solution found among some choices with bounds that hold for all."""
    sums = [each.value(values) for each in objectives]
    proven = sums[0] <= bound + TOLERANCE * max(1.0, abs(sums[0]))
    stages = [Stage(objectives[0].name, sums[0], bound, proven)]
    # what comes after is the best among the promising choices only
    stages += [
        Stage(each.name, value, model.least(each), optimal=False)
        for each, value in zip(objectives[1:], sums[1:], strict=True)
    ]
    return Solution(values, tuple(stages))
