"""In which week each course with dates starts, so that all ends as soon as possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.planning.solver import Model, Objective, Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgraph.planning.play import Piece

__all__ = ["Dated", "starts"]


class Dated(NamedTuple):
    """A course that runs a number of weeks, with its hours a week; ``after`` are all pieces before it."""

    piece: Piece
    weeks: int
    rate: float
    after: frozenset[Piece]


_Key = tuple[frozenset["Piece"], frozenset["Piece"]]


class _Weeks:
    """The model: ``begun[c][w]`` is 1 if course c has started by week w; ``work`` is other work by week."""

    def __init__(
        self, dated: Sequence[Dated], groups: Mapping[_Key, float], pace: float, parallel: int, horizon: int
    ) -> None:
        self.model, self.dated, self.groups = Model(), dated, groups
        self.pace, self.parallel, self.horizon = pace, parallel, horizon
        weeks = range(horizon)
        self.begun = {each.piece: [self.model.binary() for _ in weeks] for each in dated}
        self.work = {key: [self.model.variable(0, pace) for _ in weeks] for key in groups}
        self.end = self.model.variable()
        self.lengths = {each.piece: each.weeks for each in dated}
        for each in dated:
            self._course(each)
        for key, amount in groups.items():
            self._group(key, amount)
        for week in weeks:
            self._week(week)

    def _ended(self, piece: Piece, week: int) -> int | None:
        """Return the variable that is 1 if a course has ended before a week; None if it cannot have."""
        before = week - self.lengths[piece]
        return self.begun[piece][before] if before >= 0 else None

    def _course(self, each: Dated) -> None:
        own, model = self.begun[each.piece], self.model
        for week, variable in enumerate(own):
            if week + each.weeks >= self.horizon:
                model.fix(variable, 1)
            if week:
                model.add(Row({variable: 1, own[week - 1]: -1}, lower=0))
            for other in self.begun.keys() & each.after:
                ended = self._ended(other, week)
                terms = {ended: 1.0} if ended is not None else {}
                model.add(Row({variable: -1, **terms}, lower=0))
        # the start is the number of weeks in which it has not begun
        model.add(Row({self.end: 1, **dict.fromkeys(own, 1.0)}, lower=self.horizon + each.weeks))

    def _group(self, key: _Key, amount: float) -> None:
        after, ahead = key
        model, work = self.model, self.work[key]
        model.add(Row(dict.fromkeys(work, 1.0), lower=amount))
        for week, variable in enumerate(work):
            for piece in sorted(after):
                ended = self._ended(piece, week)
                terms = {ended: self.pace} if ended is not None else {}
                model.add(Row({variable: -1, **terms}, lower=0))
            for piece in sorted(ahead):
                model.add(Row({variable: 1, self.begun[piece][week]: self.pace}, upper=self.pace))

    def _week(self, week: int) -> None:
        """Keep a week within the hours there are and the number of things at once."""
        runs: dict[int, float] = {}
        hours: dict[int, float] = {}
        for each in self.dated:
            variable, ended = self.begun[each.piece][week], self._ended(each.piece, week)
            runs[variable], hours[variable] = 1.0, each.rate
            if ended is not None:
                runs[ended], hours[ended] = -1.0, -each.rate
        own = {self.work[key][week]: 1.0 for key in self.groups}
        model = self.model
        model.add(Row({**hours, **own}, upper=self.pace))
        busy = model.binary()
        model.add(Row({**own, busy: -self.pace}, upper=0))
        model.add(Row({**runs, busy: 1.0}, upper=self.parallel))
        # work done in a week ends after it has begun, and after the share of it that it takes
        spent = dict.fromkeys(own, -1.0 / self.pace)
        model.add(Row({self.end: 1.0, busy: -float(week), **spent}, lower=0))


def starts(
    dated: Sequence[Dated],
    others: Mapping[Piece, tuple[float, frozenset[Piece]]],
    pace: float,
    parallel: int,
    *,
    horizon: int,
    seconds: float,
) -> tuple[dict[Piece, int], float] | None:
    """Return the week in which each course starts, and a proven least end in weeks.

    Parameters
    ----------
    dated : sequence of Dated
    others : mapping of piece to hours and all pieces before it
        Work at one's own pace.
    pace : float
        Hours a week.
    parallel : int
        Things at once.
    horizon : int
        Weeks within which a schedule is known to exist.
    seconds : float
        Time for the solver.

    Returns
    -------
    tuple or None
        None if no solution was found in time.

    Notes
    -----
    Other work is grouped by the courses before and after it: within a group, and between groups, any
    order that keeps the needs takes the same time (an exchange argument), so the model stays small.
    """
    names = [each.piece for each in dated]
    groups: dict[_Key, float] = {}
    for piece, (hours, before) in others.items():
        ahead = frozenset(each.piece for each in dated if piece in each.after)
        key = (frozenset(names) & before, ahead)
        groups[key] = groups.get(key, 0.0) + hours
    weeks = _Weeks(dated, groups, pace, parallel, horizon)
    try:
        found = weeks.model.minimise([Objective("weeks", {weeks.end: 1.0})], seconds=seconds)
    except TimeoutError:
        return None
    if found is None:
        return None
    begins = {
        piece: sum(found.values[variable] < 0.5 for variable in own) for piece, own in weeks.begun.items()
    }
    return begins, max(0.0, found.stages[0].bound)
