"""A small mixed-integer model on HiGHS: objectives one after the other, cuts on demand, bounds stated."""

from __future__ import annotations

import contextlib
import math
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import highspy

    Cuts = Callable[[Sequence[float]], Sequence["Row"]]
    Found = tuple[Sequence[float], float, bool]

__all__ = ["TOLERANCE", "Engine", "Model", "Objective", "Row", "Solution", "Stage", "taken"]

TOLERANCE = 1e-6
"""The share by which equal values may differ."""


class Row(NamedTuple):
    """A linear constraint: ``lower <= sum of coefficient * variable <= upper``."""

    terms: Mapping[int, float]
    lower: float = -math.inf
    upper: float = math.inf


class Objective(NamedTuple):
    """Something to minimise."""

    name: str
    terms: Mapping[int, float]

    def value(self, values: Sequence[float]) -> float:
        """Return what it comes to where the variables have some values."""
        return sum(weight * values[index] for index, weight in self.terms.items())


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
        cuts: Cuts | None = None,
        choices: Sequence[int] = (),
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
        choices : sequence of int, optional
            Binary variables of which a candidate takes few: one that is cut off is mended among its own.

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
        rounds = _Rounds(self, cuts, choices, gap, time.monotonic() + seconds)
        stages: list[Stage] = []
        values: Sequence[float] | None = None
        for objective in objectives:
            least = self.least(objective)
            found = None
            try:
                found = rounds.solved(objective, values)
            except TimeoutError:
                if values is None:
                    raise
            if found is not None:
                values, bound, optimal = found
            elif values is not None:
                bound, optimal = least, False
            else:
                return None
            value = objective.value(values)
            stages.append(Stage(objective.name, value, max(bound, least), optimal))
            slack = TOLERANCE * max(1.0, abs(value))
            rounds.add(Row(objective.terms, upper=value + slack))
        return Solution(values, tuple(stages)) if values is not None else None

    def engine(self, gap: float = 0.0) -> Engine:
        """Return a solver loaded with the model as it is."""
        return Engine(self._bounds, self.rows, gap)

    def relaxed(self) -> Engine:
        """Return a solver in which no variable has to be whole."""
        return Engine([(low, high, False) for low, high, _ in self._bounds], self.rows)

    def among(self, open_: Collection[int], choices: Iterable[int]) -> Model:
        """Return the model with some choices only; the others keep their lowest value."""
        found = Model()
        found.rows = [*self.rows]
        found._bounds = list(self._bounds)
        for choice in choices:
            if choice not in open_:
                low, _, whole = found._bounds[choice]
                found._bounds[choice] = (low, low, whole)
        return found

    def least(self, objective: Objective) -> float:
        """Return what an objective comes to at least, by the bounds of its variables alone."""
        return sum(
            min(weight * bound for bound in self._bounds[index][:2] if weight)
            for index, weight in objective.terms.items()
            if weight
        )


def taken(values: Sequence[float], choices: Iterable[int]) -> set[int]:
    """Return the choices that a candidate takes."""
    return {choice for choice in choices if values[choice] > 0.5}


def _near(value: float, bound: float) -> bool:
    return value - bound <= 2 * TOLERANCE * max(1.0, abs(value))


class _Rounds:
    """A model solved again and again, with the rows that its candidates violate."""

    def __init__(
        self, model: Model, cuts: Cuts | None, choices: Sequence[int], gap: float, end: float
    ) -> None:
        self.model, self.cuts, self.choices, self.end = model, cuts, choices, end
        self.engine = model.engine(gap)
        self.rows: list[Row] = []

    def add(self, row: Row) -> None:
        """Add a row that holds from now on."""
        self.rows.append(row)
        self.engine.add(row)

    def solved(self, objective: Objective, known: Sequence[float] | None = None) -> Found | None:
        """Return values, a bound and whether they are optimal; None if there is no solution.

        Raises
        ------
        TimeoutError
            If the time was over before any was found.
        """
        self.engine.aim(objective.terms)
        best, bound = known, -math.inf
        while True:
            if best is not None and self.choices:
                self.engine.start(best)
            try:
                found = self.engine.run(self.end - time.monotonic())
            except TimeoutError:
                if best is None:
                    raise
                return best, bound, False
            fresh = self.cuts(found[0]) if self.cuts and found else ()
            if not found or not fresh:
                return found
            for row in fresh:
                self.add(row)
            bound = found[1]
            mended = self.mended(objective, found[0]) if self.choices else None
            if mended and (best is None or objective.value(mended) < objective.value(best)):
                best = mended
            if best is not None and _near(objective.value(best), bound):
                return best, objective.value(best), True

    def mended(self, objective: Objective, values: Sequence[float]) -> Sequence[float] | None:
        """Return the best among the choices of a candidate that was cut off; the cuts on the way hold for all."""
        own = self.model.among(taken(values, self.choices), self.choices)
        own.rows += self.rows
        within = _Rounds(own, self.cuts, (), 0.0, self.end)
        with contextlib.suppress(TimeoutError):
            found = within.solved(objective)
            for row in within.rows:
                self.add(row)
            return found[0] if found else None
        return None


class Engine:
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
        engine.setOptionValue("mip_rel_gap", max(gap, TOLERANCE))
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
        """Add a constraint."""
        self._add_all([row])

    def aim(self, terms: Mapping[int, float]) -> None:
        """Set what is minimised."""
        np = self.np
        costs = np.zeros(self.size)
        for index, weight in terms.items():
            costs[index] = weight
        self.engine.changeColsCost(self.size, np.arange(self.size, dtype=np.int32), costs)

    def reduced(self) -> Sequence[float]:
        """Return how much dearer each variable makes the last optimum, which needed no whole numbers."""
        return self.engine.getSolution().col_dual

    def start(self, values: Sequence[float]) -> None:
        """Begin with a solution that is known."""
        import highspy  # noqa: PLC0415

        known = highspy.HighsSolution()
        known.col_value = list(values)
        self.engine.setSolution(known)

    def _status(self) -> highspy.HighsModelStatus:
        self.engine.run()
        return self.engine.getModelStatus()

    def _claims(self, status: highspy.HighsModelStatus) -> bool:
        """Return whether an optimum is claimed that is farther from its bound than it may be."""
        info = self.engine.getInfo()
        value = info.objective_function_value
        most = (self.gap + 2 * TOLERANCE) * max(1.0, abs(value))
        return bool(self.mixed and status == self.status.kOptimal and value - info.mip_dual_bound > most)

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
        status = self._status()
        if status == self.status.kSolveError or self._claims(status):
            # its presolve may undo what it reduced to nothing wrongly; a solution to start from may hide that
            self.engine.setOptionValue("presolve", "off")
            status = self._status()
            self.engine.setOptionValue("presolve", "choose")
        info = self.engine.getInfo()
        if status in {self.status.kInfeasible, self.status.kUnboundedOrInfeasible}:
            return None
        if info.primal_solution_status != 2:  # kSolutionStatusFeasible
            raise TimeoutError
        value = info.objective_function_value
        bound = info.mip_dual_bound if self.mixed else value
        optimal = status == self.status.kOptimal and _near(value, bound)
        return list(self.engine.getSolution().col_value), value if optimal else bound, optimal
