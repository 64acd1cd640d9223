"""What every offering of a large catalogue would save, at given worths of what it teaches: all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgraph.planning.candidate import ENOUGH, QUICKEST, START_UP, price_of, refusal
from mlgraph.planning.learner import RANK
from mlgraph.vocab import LEVELS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mlgraph.catalog.index import CourseIndex
    from mlgraph.planning.candidate import Wishes
    from mlgraph.planning.learner import Knowledge

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

__all__ = ["Offer", "Offers"]

_LEVELS = tuple(LEVELS.values())


class Offer(NamedTuple):
    """An offering that suits: what `mlgraph.planning.candidate.Candidate` says of it, but dates and names.

    ``base`` are the hours that it takes whatever it is taken for, ``gated`` says whether somebody checks who enters.
    """

    course: str
    levels: dict[str, str]
    whole: bool
    gated: bool
    base: float
    pace: float
    price: float


class Offers:
    """The cheapest suitable offering of each course of a catalogue as arrays: the one of which a candidate is made.

    Hours, pace and the levels that count are those of `candidate_for`; what is asked on entry is left out.
    Where the number of courses counts first, one hour stands for a course, and none for what is learned in it.

    Parameters
    ----------
    index : CourseIndex
    known : Knowledge
    wishes : Wishes
        They do not bind courses that must be in; these are taken whole.
    """

    def __init__(self, index: CourseIndex, known: Knowledge, wishes: Wishes) -> None:
        import numpy as np  # noqa: PLC0415 - plans over large catalogues only

        self._np, self._index = np, index
        self._place = {topic: number for number, topic in enumerate(index.topics)}
        self._known = np.zeros(len(index.topics), dtype=np.int64)
        for topic, level in known.levels.items():
            if topic in self._place:
                self._known[self._place[topic]] = RANK[level]
        self._seen = np.zeros(len(index.names), dtype=bool)
        must, out = self._marked(wishes.include), self._marked(wishes.exclude)
        suits = _flags([not refusal(kind, wishes) for kind in index.kind])[index.kinds]
        paced = _flags(["self-paced" in each.pacing for each in index.kind])[index.kinds]
        free = _flags([price_of(each._replace(price=1.0)) == 0 for each in index.kind])[index.kinds]
        prices = np.where(free, 0.0, index.prices)
        lengths = np.diff(index.starts)
        fit = (suits | must[index.owners]) & ~out[index.owners] & (lengths[index.owners] > 0)
        kept = _first(index.owners, fit, (~suits, prices, ~paced))
        self._owners, self._prices = index.owners[kept], prices[kept]
        self._whole = ~paced[kept] | must[self._owners]
        self._gated = ~paced[kept] & ~free[kept]
        self._ends = np.cumsum(lengths[self._owners])
        self._of, at = _spread(lengths[self._owners], index.starts[self._owners])
        self._topic, self._reached = index.taught[at], index.levels[at].astype(np.int8)
        self._weigh(index.totals[kept])
        if wishes.minimise == "courses":  # each counts one, however long it takes
            self._base, self._pace = np.ones(len(kept)), np.zeros(len(kept))
        self._row = np.full((len(index.topics), len(_LEVELS)), -1, dtype=np.int64)
        self._step = self._steps()
        self._some = np.zeros(0, dtype=np.int64)
        self._made: dict[str, list[Offer]] = {}

    @property
    def count(self) -> int:
        """Courses that have an offering that suits."""
        return len(self._np.unique(self._owners))

    def _marked(self, courses: Collection[str]) -> Flags:
        found = self._np.zeros(len(self._index.names), dtype=bool)
        for course in courses:
            number = self._number(course)
            if number is not None:
                found[number] = True
        return found

    def _number(self, course: str) -> int | None:
        names, name = self._index.names, course.encode()
        number = int(self._np.searchsorted(names, name))
        return number if number < len(names) and bytes(names[number]) == name else None

    def _weigh(self, totals: Floats) -> None:
        """Work out the hours of each offering, its pace, and the levels that it has time for."""
        np, hours = self._np, self._index.hours
        claimed = hours[self._topic, self._reached]
        full = np.bincount(self._of, claimed, len(totals))
        had = np.where(self._known > 0, hours[np.arange(len(hours)), self._known - 1], 0.0)
        left = np.bincount(self._of, np.maximum(0, claimed - had[self._topic]), len(totals))
        total = np.where(np.isnan(totals), full, totals)
        some = np.maximum(full, 1e-9)
        # a hundredth more or less: a candidate's hours are rounded, and a bound must not be above
        whole = np.floor(100 * total * np.where(full > 0, left / some, 1)) / 100
        self._base = START_UP + np.where(self._whole, whole, 0)
        share = np.where(full > 0, np.minimum(total / some, 1), 1.0)
        self._pace = np.where(self._whole, 0, np.maximum(share, QUICKEST))
        short = share[self._of] < 1
        given = claimed * share[self._of]
        for rank in range(len(_LEVELS) - 1, 0, -1):
            self._reached[short & (self._reached == rank) & (given < ENOUGH * hours[self._topic, rank])] -= 1

    def _steps(self) -> Floats:
        """Return the hours of each topic from the level below, or from what is known, to each level."""
        np, hours = self._np, self._index.hours
        found: Floats = np.zeros(hours.shape)
        for rank in range(len(_LEVELS)):
            start = np.maximum(self._known, rank) - 1
            had = np.where(start >= 0, hours[np.arange(len(hours)), start], 0.0)
            found[:, rank] = np.maximum(0, hours[:, rank] - had)
        return found

    def follow(self, rows: Mapping[tuple[str, str], int]) -> None:
        """Learn which row of the relaxed choice stands for which topic and level; others are worth nothing."""
        np = self._np
        for (topic, level), row in rows.items():
            if topic in self._place:
                self._row[self._place[topic], RANK[level] - 1] = row
        there: Flags = np.asarray((self._row >= 0).any(axis=1))
        self._some = np.flatnonzero(there[self._topic])

    def saving(self, duals: Sequence[float], money: float, most: int, enough: float) -> list[str]:
        """Return the courses that save more than a few hours, and that were not returned before.

        Parameters
        ----------
        duals : sequence of float
            Hours that each row is worth.
        money : float
            Hours that one unit of money is worth.
        most : int
        enough : float
            Hours that a course has to save; below 0, it may cost as many.

        Returns
        -------
        list of str
            Those that save most, at most ``most``.
        """
        np = self._np
        cost = self.costs(duals, money)
        wanted = np.flatnonzero(cost < -enough)
        wanted = wanted[np.argsort(cost[wanted], kind="stable")]
        found = list(dict.fromkeys(self._owners[wanted].tolist()))[:most]
        self._seen[found] = True
        return [bytes(self._index.names[each]).decode() for each in found]

    def costs(self, duals: Sequence[float], money: float) -> Floats:
        """Return what each offering costs beyond what it is worth; infinite where it was returned before."""
        np = self._np
        worth = np.append(np.asarray(duals, dtype=float), 0.0)[self._row]  # row -1 is the last: nothing
        of, topic, reached = self._of[self._some], self._topic[self._some], self._reached[self._some]
        pace, saved = self._pace[of], np.zeros(len(of))
        for rank in range(len(_LEVELS)):
            step = np.maximum(0, worth[topic, rank] - pace * self._step[topic, rank])
            saved += np.where(reached >= rank, step, 0)
        cost: Floats = self._base + self._prices * money - np.bincount(of, saved, len(self._owners))
        cost[self._seen[self._owners]] = np.inf
        return cost

    def see(self, courses: Collection[str]) -> None:
        """Note that some courses need not be returned any more."""
        self._seen |= self._marked(courses)

    def of(self, course: str) -> list[Offer]:
        """Return the offering of a course, if one suits; made once."""
        if course not in self._made:
            number = self._number(course)
            first, last = (
                (0, 0)
                if number is None
                else self._np.searchsorted(self._owners, [number, number + 1]).tolist()
            )
            self._made[course] = [self._offer(course, each) for each in range(first, last)]
        return self._made[course]

    def _offer(self, course: str, number: int) -> Offer:
        places = slice(self._ends[number - 1] if number else 0, self._ends[number])
        pairs = zip(self._topic[places].tolist(), self._reached[places].tolist(), strict=True)
        return Offer(
            course,
            {self._index.topics[topic]: _LEVELS[level] for topic, level in pairs},
            bool(self._whole[number]),
            bool(self._gated[number]),
            float(self._base[number]),
            float(self._pace[number]),
            float(self._prices[number]),
        )

    def taught(self, course: str) -> dict[str, str]:
        """Return how deeply a course claims to teach its topics, whether it suits or not."""
        index, number = self._index, self._number(course)
        if number is None:
            return {}
        places = slice(index.starts[number], index.starts[number + 1])
        pairs = zip(index.taught[places].tolist(), index.levels[places].tolist(), strict=True)
        return {index.topics[topic]: _LEVELS[level] for topic, level in pairs}


def _flags(values: Sequence[bool]) -> Flags:
    import numpy as np  # noqa: PLC0415

    return np.array(values, dtype=bool)


def _first(owners: NDArray[np.int32], kept: Flags, ranks: Sequence[NDArray[Any]]) -> Numbers:
    """Return the first of the offerings kept of each owner, by some ranks and then by number, which is by IRI."""
    import numpy as np  # noqa: PLC0415

    order = np.lexsort((np.arange(len(owners)), *reversed(ranks), owners))
    order = order[kept[order]]
    return order[np.diff(owners[order], prepend=-1) > 0]


def _spread(lengths: NDArray[Any], starts: NDArray[Any]) -> tuple[Numbers, Numbers]:
    """Return, for runs of some lengths from some starts, of which run each place is and the place."""
    import numpy as np  # noqa: PLC0415

    run = np.repeat(np.arange(len(lengths)), lengths)
    return run, np.arange(len(run)) - (np.cumsum(lengths) - lengths)[run] + starts[run]
