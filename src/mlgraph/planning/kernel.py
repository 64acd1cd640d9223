"""A choice among many of which most are not taken: search the promising ones, and bound what all others can save."""

from __future__ import annotations

import contextlib
import math
import time
from typing import TYPE_CHECKING

from mlgraph.planning.solver import TOLERANCE, Solution, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlgraph.planning.solver import Model, Objective, Row

    Cuts = Callable[[Sequence[float]], Sequence[Row]]

__all__ = ["nearly"]

_KERNEL = 100
"""Choices that are searched first: those that the relaxation takes, and those that it would take next."""

_ROUNDS = 6
"""Searches of the promising choices: what the first ones leave undone, later ones mend little."""

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

    def own(self, values: Sequence[float]) -> Model:
        """Return the model with the choices of a candidate only."""
        taken = {choice for choice in self.choices if values[choice] > 0.5}
        found = self.model.among(taken, self.choices)
        found.rows += self.rows
        return found

    def relax(self) -> set[int]:
        """Take the value without whole numbers as the bound; return the choices that are worth a search."""
        engine = self.model.relaxed()
        engine.aim(self.objective.terms)
        found = engine.run(self.seconds)
        if found is None:
            self.bound = math.inf
            return set()
        self.bound, reduced = found[1], engine.reduced()
        taken = {each for each in self.choices if found[0][each] > TOLERANCE}
        ranked = sorted(self.choices, key=lambda each: (each not in taken, reduced[each], each))
        return set(ranked[: max(_KERNEL, 2 * len(taken))])

    def search(self, open_: set[int], gap: float) -> None:
        """Look for the best of some choices, until there is little to be won among them."""
        engine = self.model.among(open_, self.choices).engine(gap / 2)
        engine.aim(self.objective.terms)
        for _ in range(_ROUNDS):
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
            found = self.own(values).minimise(
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
        engine = self.model.engine(gap * _MARGIN)
        for row in self.rows:
            engine.add(row)
        engine.aim(self.objective.terms)
        engine.start(self.values)
        with contextlib.suppress(TimeoutError):  # then the bound stays what it is
            found = engine.run(self.seconds)
            if found is not None:
                self.bound = max(self.bound, found[1])
                self.noted(found[0])
                self._mend(found[0])

    def finished(self, objectives: Sequence[Objective]) -> Solution:
        """Return the best with all objectives: the later ones among its own choices, as far as there is time."""
        with contextlib.suppress(TimeoutError):
            found = self.own(self.values).minimise(
                objectives, seconds=max(_LAST, self.seconds), cuts=self.noted
            )
            if found is not None:
                return found
        values = self.values
        sums = [sum(weight * values[index] for index, weight in each.terms.items()) for each in objectives]
        stages = [
            Stage(each.name, value, self.model.least(each), optimal=False)
            for each, value in zip(objectives, sums, strict=True)
        ]
        return Solution(values, tuple(stages))


def nearly(
    model: Model,
    objectives: Sequence[Objective],
    choices: Sequence[int],
    *,
    seconds: float = math.inf,
    gap: float = 0.01,
    least: float = math.inf,
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
    open_ = search.relax()
    search.bound = min(search.bound, least)
    search.search(open_, gap)
    if not search.values:
        return None
    if search.wide(gap) and least >= search.value * (1 - gap):
        search.lift(gap)
    return _bounded(search.finished(objectives), model, objectives, min(search.bound, least))


def _bounded(solution: Solution, model: Model, objectives: Sequence[Objective], bound: float) -> Solution:
    """Return a solution found among some choices with bounds that hold for all."""
    first, *others = solution.stages
    proven = first.value <= bound + TOLERANCE * max(1.0, abs(first.value))
    stages = [first._replace(bound=bound, optimal=proven)]
    # what comes after is the best among the promising choices only
    stages += [
        each._replace(bound=model.least(o), optimal=False)
        for each, o in zip(others, objectives[1:], strict=True)
    ]
    return Solution(solution.values, tuple(stages))
