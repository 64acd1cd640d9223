"""A linear program on HiGHS that grows: columns and rows come in between solutions, and it goes on from the last."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Linear"]

_PRIMAL = 4
"""The simplex method that goes on from the last solution when columns have come in."""


class _New(NamedTuple):
    """A column or row that the engine does not have yet."""

    terms: dict[int, float]
    lower: float
    upper: float
    cost: float = 0.0


class Linear:
    """Minimise the cost of columns that are 0 or more, under rows.

    Examples
    --------
    >>> program = Linear()
    >>> need = program.row({}, lower=2)
    >>> dear = program.column(5, {need: 1})
    >>> program.solve(), program.duals[need]
    (10.0, 5.0)
    >>> cheap = program.column(3, {need: 1}, upper=1)
    >>> program.solve()
    8.0
    """

    def __init__(self) -> None:
        import highspy  # noqa: PLC0415 - half a second with numpy; only plans pay for it
        import numpy as np  # noqa: PLC0415

        self._np, self._engine = np, highspy.Highs()  # type: ignore[no-untyped-call]
        self._engine.silent()
        self._engine.setOptionValue("random_seed", 0)
        self._best, self._infinity = highspy.HighsModelStatus.kOptimal, highspy.kHighsInf
        self._columns: list[_New] = []
        self._rows: list[_New] = []
        self.columns = self.rows = 0
        self.duals: Sequence[float] = ()
        self.values: Sequence[float] = ()
        self.value = math.inf

    def row(self, terms: Mapping[int, float], lower: float = -math.inf, upper: float = math.inf) -> int:
        """Add a row over columns that are there, and return its number."""
        self._rows.append(_New(dict(terms), lower, upper))
        self.rows += 1
        return self.rows - 1

    def column(
        self, cost: float, terms: Mapping[int, float], *, lower: float = 0.0, upper: float = math.inf
    ) -> int:
        """Add a column with what it adds to rows that are there, and return its number."""
        old, own = self.rows - len(self._rows), dict[int, float]()
        for row, weight in terms.items():
            if row < old:
                own[row] = weight
            else:  # that row comes in after this column
                self._rows[row - old].terms[self.columns] = weight
        self._columns.append(_New(own, lower, upper, cost))
        self.columns += 1
        return self.columns - 1

    def _enter(self) -> None:
        """Let the engine have what has come since: all at once, since each call has its price."""
        columns, rows = self._columns, self._rows
        if columns:
            costs = self._np.array([each.cost for each in columns])
            self._engine.addCols(len(columns), costs, *self._packed(columns))
        if rows:
            self._engine.addRows(len(rows), *self._packed(rows))
        self._columns, self._rows = [], []

    def _packed(self, fresh: Sequence[_New]) -> tuple[Any, ...]:
        """Return bounds and terms as the engine reads them: a count, where each begins, numbers and weights."""
        np = self._np
        sizes = [len(each.terms) for each in fresh]
        count = sum(sizes)
        return (
            np.array([max(each.lower, -self._infinity) for each in fresh]),
            np.array([min(each.upper, self._infinity) for each in fresh]),
            count,
            np.cumsum([0, *sizes[:-1]], dtype=np.int32),
            np.fromiter((number for each in fresh for number in each.terms), np.int32, count),
            np.fromiter((weight for each in fresh for weight in each.terms.values()), np.float64, count),
        )

    def solve(self) -> float:
        """Return the least cost, and keep the dual value of each row; infinite if the rows contradict each other."""
        self._enter()
        self._engine.run()
        if self._engine.getModelStatus() != self._best:
            # what has come since the last solution is worth nothing yet
            self.duals = [*self.duals, *[0.0] * (self.rows - len(self.duals))]
            self.values = [*self.values, *[0.0] * (self.columns - len(self.values))]
            self.value = math.inf
            return math.inf
        # from here on only columns and rows are added, from which the last basis is a good start
        self._engine.setOptionValue("presolve", "off")
        self._engine.setOptionValue("simplex_strategy", _PRIMAL)
        found = self._engine.getSolution()
        self.duals, self.values = found.row_dual, found.col_value
        self.value = float(self._engine.getInfo().objective_function_value)
        return self.value
