"""A small mixed-integer model on HiGHS: objectives one after the other, cuts on demand, bounds stated."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

__all__ = ["Model", "Objective", "Row", "Solution", "Stage"]

_TOLERANCE = 1e-6
_CHEAP = 0.01
"""Reduced cost up to which a choice that the relaxation leaves out is looked at all the same."""


class Row(NamedTuple):
    """A linear constraint: ``lower <= sum of coefficient * variable <= upper``."""

    terms: Mapping[int, float]
    lower: float = -math.inf
    upper: float = math.inf


class Objective(NamedTuple):
    """Something to minimise."""

    name: str
    terms: Mapping[int, float]


class Stage(NamedTuple):
    """What one objective came to: the value found, a proven bound, and whether both are equal."""

    name: str
    value: float
    bound: float
    optimal: bool

    @property
    def gap(self) -> float:
        """The part of the value by which it may at most be too high."""
        return 0.0 if self.optimal else (self.value - self.bound) / max(abs(self.value), 1e-9)


class Solution(NamedTuple):
    """Values of all variables, and a stage for each objective."""

    values: Sequence[float]
    stages: tuple[Stage, ...]


class Model:
    """Variables and rows, minimised by HiGHS.

    References
    ----------
    Q. Huangfu and J. A. J. Hall, Parallelizing the dual revised simplex method,
    https://doi.org/10.1007/s12532-017-0130-5

    Examples
    --------
    >>> model = Model()
    >>> a, b = model.binary(), model.binary()
    >>> model.add(Row({a: 1, b: 1}, lower=1))
    >>> found = model.minimise([Objective("cost", {a: 3, b: 2})])
    >>> found.stages[0].value, [round(value) for value in found.values]
    (2.0, [0, 1])
    """

    def __init__(self) -> None:
        self._bounds: list[tuple[float, float, bool]] = []
        self.rows: list[Row] = []

    def binary(self) -> int:
        """Add a variable that is 0 or 1 and return its number."""
        return self.variable(0, 1, whole=True)

    def variable(self, lower: float = 0, upper: float = math.inf, *, whole: bool = False) -> int:
        """Add a variable and return its number."""
        self._bounds.append((lower, upper, whole))
        return len(self._bounds) - 1

    def fix(self, variable: int, value: float) -> None:
        """Give a variable one value."""
        self._bounds[variable] = (value, value, self._bounds[variable][2])

    def add(self, row: Row) -> None:
        """Add a constraint."""
        self.rows.append(row)

    def minimise(
        self,
        objectives: Sequence[Objective],
        *,
        seconds: float = math.inf,
        gap: float = 0.0,
        cuts: Callable[[Sequence[float]], Sequence[Row]] | None = None,
    ) -> Solution | None:
        """Minimise objectives one after the other, each among the optima of those before.

        Parameters
        ----------
        objectives : sequence of Objective
        seconds : float
            Time for all; when it is over, the best so far is returned with its bound.
        gap : float
            Share of the value by which it may be above the bound when the search ends.
        cuts : callable, optional
            Given the values of a candidate, returns rows that it violates and that hold for everything
            wanted; the candidate counts when there are none.

        Returns
        -------
        Solution or None
            None if there is no solution.

        Raises
        ------
        TimeoutError
            If no solution was found in time.
        """
        if not self._bounds:  # the engine has no word for this
            possible = all(row.lower <= 0 <= row.upper for row in self.rows)
            done = tuple(Stage(each.name, 0.0, 0.0, optimal=True) for each in objectives)
            return Solution([], done) if possible else None
        engine = self.engine(gap)
        end = time.monotonic() + seconds
        stages: list[Stage] = []
        values: Sequence[float] | None = None
        for objective in objectives:
            engine.aim(objective.terms)
            least = self._least(objective)
            found = None
            try:
                found = _solved(engine, end, cuts)
            except TimeoutError:
                if values is None:
                    raise
            if found is not None:
                values, bound, optimal = found
            elif values is not None:
                bound, optimal = least, False
            else:
                return None
            value = sum(weight * values[index] for index, weight in objective.terms.items())
            stages.append(Stage(objective.name, value, max(bound, least), optimal))
            slack = _TOLERANCE * max(1.0, abs(value))
            engine.add(Row(objective.terms, upper=value + slack))
        return Solution(values, tuple(stages)) if values is not None else None

    def near(
        self,
        objectives: Sequence[Objective],
        choices: Sequence[int],
        *,
        seconds: float = math.inf,
        gap: float = 0.01,
        least: float = math.inf,
        cuts: Callable[[Sequence[float]], Sequence[Row]],
        amiss: Callable[[Sequence[float]], Collection[int]],
    ) -> Solution | None:
        """Minimise over the promising ones of many choices, with a bound that holds for all of them.

        Parameters
        ----------
        objectives : sequence of Objective
            As for `minimise`; the bound is that of the first one.
        choices : sequence of int
            Binary variables of which most will be 0.
        seconds, cuts
            As for `minimise`.
        gap : float
            Share of the value by which it may be above the bound when the search ends.
        least : float
            A bound that holds for more choices than are here; the lower one of both is told.
        amiss : callable
            Given the values of a candidate that is cut off, returns choices in it without which it may do.

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
        The linear relaxation is solved with all choices; those that it uses, and those of nearly no
        reduced cost, are kept for the search (a kernel search, https://doi.org/10.1016/j.cor.2010.02.002).
        The value of the relaxation is the bound. A candidate that is cut off is also mended, by a search
        among its own choices without those amiss: a few choices are searched through at once.
        """
        end = time.monotonic() + seconds
        relaxed = _Engine([(low, high, False) for low, high, _ in self._bounds], self.rows)
        relaxed.aim(objectives[0].terms)
        found = relaxed.run(end - time.monotonic())
        if found is None:
            return None
        bound, reduced = found[1], relaxed.engine.getSolution().col_dual
        used = [choice for choice in choices if found[0][choice] > _TOLERANCE]
        kernel = self._among({*used, *(choice for choice in choices if reduced[choice] <= _CHEAP)}, choices)
        engine = kernel.engine(gap / 2)
        engine.aim(objectives[0].terms)
        best: Solution | None = None
        while best is None or best.stages[0].value - bound > gap * abs(best.stages[0].value):
            try:
                found = engine.run(end - time.monotonic())
            except TimeoutError:
                if best is None:
                    raise
                break
            if found is None:
                break
            fresh = cuts(found[0])
            for row in fresh:
                engine.add(row)
                kernel.add(row)
            own = {choice for choice in choices if found[0][choice] > 0.5}
            small = self._among(own - set(amiss(found[0])) if fresh else own, choices)
            small.rows = [*kernel.rows]
            mended = small.minimise(objectives, seconds=max(1.0, end - time.monotonic()), cuts=cuts)
            if mended is not None and (best is None or mended.stages[0].value < best.stages[0].value):
                best = mended
            if not fresh:
                break
        return best and self._bounded(best, objectives, min(bound, least))

    def engine(self, gap: float = 0.0) -> _Engine:
        """Return a solver loaded with the model as it is."""
        return _Engine(self._bounds, self.rows, gap)

    def _among(self, open_: Collection[int], choices: Sequence[int]) -> Model:
        """Return the model with some choices only; the others keep their lowest value."""
        found = Model()
        found.rows = [*self.rows]
        found._bounds = list(self._bounds)
        for choice in choices:
            if choice not in open_:
                low, _, whole = found._bounds[choice]
                found._bounds[choice] = (low, low, whole)
        return found

    def _bounded(self, solution: Solution, objectives: Sequence[Objective], bound: float) -> Solution:
        """Return a solution found among some choices with bounds that hold for all."""
        first, *others = solution.stages
        proven = first.value <= bound + _TOLERANCE * max(1.0, abs(first.value))
        stages = [first._replace(bound=bound, optimal=proven)]
        # what comes after is the best among the promising choices only
        stages += [
            each._replace(bound=self._least(o), optimal=False)
            for each, o in zip(others, objectives[1:], strict=True)
        ]
        return Solution(solution.values, tuple(stages))

    def _least(self, objective: Objective) -> float:
        """Return what an objective comes to at least, by the bounds of its variables alone."""
        return sum(
            min(weight * bound for bound in self._bounds[index][:2] if weight)
            for index, weight in objective.terms.items()
            if weight
        )


def _solved(
    engine: _Engine, end: float, cuts: Callable[[Sequence[float]], Sequence[Row]] | None
) -> tuple[list[float], float, bool] | None:
    """Solve, and again with the cuts that the solution violates, until there are none."""
    while True:
        found = engine.run(end - time.monotonic())
        fresh = cuts(found[0]) if cuts and found else []
        if not fresh:
            return found
        for row in fresh:
            engine.add(row)


class _Engine:
    """HiGHS with the rows so far."""

    def __init__(
        self, bounds: Sequence[tuple[float, float, bool]], rows: Sequence[Row], gap: float = 0.0
    ) -> None:
        import highspy  # noqa: PLC0415 - half a second with numpy; only plans pay for it
        import numpy as np  # noqa: PLC0415

        self.size, self.gap = len(bounds), gap
        self.engine = engine = highspy.Highs()  # type: ignore[no-untyped-call]
        engine.silent()
        engine.setOptionValue("random_seed", 0)
        engine.setOptionValue("mip_rel_gap", max(gap, _TOLERANCE))
        self.np, self.status = np, highspy.HighsModelStatus
        self.infinity = highspy.kHighsInf
        lower = np.array([each[0] for each in bounds], dtype=float)
        upper = np.array([min(each[1], self.infinity) for each in bounds], dtype=float)
        engine.addVars(self.size, lower, upper)
        whole = np.array([i for i, each in enumerate(bounds) if each[2]], dtype=np.int32)
        self.mixed = len(whole) > 0
        if len(whole):
            kinds = np.full(len(whole), highspy.HighsVarType.kInteger)
            engine.changeColsIntegrality(len(whole), whole, kinds)
        self._add_all(rows)

    def _add_all(self, rows: Sequence[Row]) -> None:
        np = self.np
        starts, indices, values = [0], [], []
        for row in rows:
            indices += list(row.terms)
            values += list(row.terms.values())
            starts.append(len(indices))
        if rows:
            self.engine.addRows(
                len(rows),
                np.array([max(row.lower, -self.infinity) for row in rows], dtype=float),
                np.array([min(row.upper, self.infinity) for row in rows], dtype=float),
                len(indices),
                np.array(starts[:-1], dtype=np.int32),
                np.array(indices, dtype=np.int32),
                np.array(values, dtype=float),
            )

    def add(self, row: Row) -> None:
        self._add_all([row])

    def aim(self, terms: Mapping[int, float]) -> None:
        """Set what is minimised."""
        np = self.np
        costs = np.zeros(self.size)
        for index, weight in terms.items():
            costs[index] = weight
        self.engine.changeColsCost(self.size, np.arange(self.size, dtype=np.int32), costs)

    def run(self, seconds: float) -> tuple[list[float], float, bool] | None:
        """Return values, a bound and whether the optimum is proven; None if there is no solution.

        Raises
        ------
        TimeoutError
            If the time was over before any was found.
        """
        if not seconds > 0:
            raise TimeoutError
        self.engine.setOptionValue("time_limit", min(seconds, 1e7) + self.engine.getRunTime())
        self.engine.run()
        status = self.engine.getModelStatus()
        if status == self.status.kSolveError:  # its presolve may undo what it reduced to nothing wrongly
            self.engine.setOptionValue("presolve", "off")
            self.engine.run()
            self.engine.setOptionValue("presolve", "choose")
            status = self.engine.getModelStatus()
        info = self.engine.getInfo()
        if status in {self.status.kInfeasible, self.status.kUnboundedOrInfeasible}:
            return None
        if info.primal_solution_status != 2:  # kSolutionStatusFeasible
            raise TimeoutError
        value = info.objective_function_value
        bound = info.mip_dual_bound if self.mixed else value
        near = value - bound <= 2 * _TOLERANCE * max(1.0, abs(value))
        optimal = status == self.status.kOptimal and near
        return list(self.engine.getSolution().col_value), value if optimal else bound, optimal
