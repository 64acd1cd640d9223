"""A linear program on HiGHS that grows: columns and rows come in between solutions, and it goes on from the last."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Linear"]

_PRIMAL = 4
"""The simplex method that goes on from the last solution when columns have come in."""


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
        self.columns = self.rows = 0
        self.duals: Sequence[float] = ()
        self.values: Sequence[float] = ()
        self.value = math.inf

    def row(self, terms: Mapping[int, float], lower: float = -math.inf, upper: float = math.inf) -> int:
        """Add a row over columns that are there, and return its number."""
        self._engine.addRow(max(lower, -self._infinity), min(upper, self._infinity), *self._packed(terms))
        self.rows += 1
        return self.rows - 1

    def column(
        self, cost: float, terms: Mapping[int, float], *, lower: float = 0.0, upper: float = math.inf
    ) -> int:
        """Add a column with what it adds to rows that are there, and return its number."""
        self._engine.addCol(cost, lower, min(upper, self._infinity), *self._packed(terms))
        self.columns += 1
        return self.columns - 1

    def _packed(self, terms: Mapping[int, float]) -> tuple[int, NDArray[np.int32], NDArray[np.float64]]:
        np = self._np
        return (
            len(terms),
            np.fromiter(terms.keys(), np.int32, len(terms)),
            np.fromiter(terms.values(), np.float64, len(terms)),
        )

    def solve(self) -> float:
        """Return the least cost, and keep the dual value of each row; infinite if the rows contradict each other."""
        self._engine.run()
        if self._engine.getModelStatus() != self._best:
            self.value = math.inf
            return math.inf
        # from here on only columns and rows are added, from which the last basis is a good start
        self._engine.setOptionValue("presolve", "off")
        self._engine.setOptionValue("simplex_strategy", _PRIMAL)
        found = self._engine.getSolution()
        self.duals, self.values = found.row_dual, found.col_value
        self.value = float(self._engine.getInfo().objective_function_value)
        return self.value
