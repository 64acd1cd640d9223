"""Which of very many courses a best plan may take: column generation over the relaxed choice."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.learning import resource_languages
from mlgraph.catalog.topics import requirements
from mlgraph.planning.candidate import speaks
from mlgraph.planning.entry import entries, implied, known_before
from mlgraph.planning.offers import Offers
from mlgraph.planning.play import demanded
from mlgraph.planning.relaxed import Relaxed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from mlgraph.catalog.index import CourseIndex
    from mlgraph.catalog.learning import EntryGroup
    from mlgraph.model import Requirements
    from mlgraph.planning.offers import Offer
    from mlgraph.planning.relaxed import Gate, Ground, Step
    from mlgraph.rdf.store import Store

    Floats = NDArray[np.float64]

__all__ = ["Promise", "promising"]

_BATCH = 250
"""Courses of which the entry requirements are fetched at once."""

_COLUMNS = 400
"""Columns that come in between two solutions."""

_ENOUGH = 0.001
"""Share of a plan's hours that all courses together may save yet in the end: it is taken off the bound."""

_MARGIN = 0.03
"""Courses that make a plan dearer by this share of its hours at least are left out: that is the bound's gain."""

_ROUGHLY = 0.1
"""The same for the courses looked at so far, as long as there are others left to look at."""

_WORTH = 0.03
"""Share of the best column's saving below which others do not come in: so many would only slow the next solution."""

_EXACT = 1e-6
"""Hours that the engine may be wrong by: a column that saves less may be there already."""

_TINY = 1e-9

_TOPICS = 3000
"""Topics that are weighed; further ones that courses ask for count as known, which keeps the bound true."""


class Promise(NamedTuple):
    """The courses worth a search, and topics that may be worth learning to enter one.

    No plan with a course that is not among them takes fewer hours than ``least``; ``weighed`` counts all courses.
    """

    courses: frozenset[str]
    topics: frozenset[str]
    least: float
    weighed: int


class _Pool:
    """The offerings that were looked at, with the steps that each can give, and what it asks for."""

    def __init__(self, store: Store, ground: Ground, offers: Offers) -> None:
        self.store, self.ground, self.offers = store, ground, offers
        self.relaxed = Relaxed(ground, offers)
        self.own: list[Offer] = []
        self.entry: dict[str, tuple[EntryGroup, ...]] = {}
        self.steps: list[list[Step]] = []
        self.gates: dict[int, list[Gate]] = {}
        self._asked: list[tuple[int, int]] = []
        self._alone = frozenset(
            topic
            for topic, languages in resource_languages(store).items()
            if speaks(languages, ground.wishes.languages)
        )

    def join(self, needed: Requirements) -> None:
        """Take some topics in, with all that they need."""
        self.relaxed.join(needed, self._alone)
        self.offers.follow(self.relaxed.cover)

    def add(self, courses: Collection[str]) -> None:
        """Look at some courses: fetch what they ask for, and the topics among it."""
        import numpy as np  # noqa: PLC0415 - the solver's

        asked, before = entries(self.store, courses), self.relaxed.topics.keys() | set()
        self.entry |= asked
        self._reach({option for groups in asked.values() for group in groups for option in group.options})
        fresh = self.relaxed.topics.keys() - before
        self.steps = [
            steps if fresh.isdisjoint(offer.levels) else self._steps(offer)
            for steps, offer in zip(self.steps, self.own, strict=True)
        ]
        self.own += [offer for course in courses for offer in self.offers.of(course)]
        self.steps += [self._steps(offer) for offer in self.own[len(self.steps) :]]
        self._starts = np.cumsum([0, *map(len, self.steps)])
        pairs = [pair for steps in self.steps for pair in steps]
        self._of = np.repeat(np.arange(len(self.steps)), np.diff(self._starts))
        self._rows = np.array([row for row, _ in pairs], dtype=np.int64)
        self._hours = np.array([hours for _, hours in pairs])
        self._base = np.array([offer.base for offer in self.own])
        self._prices = np.array([offer.price for offer in self.own])
        self._asked = self._noted(self.gates)

    def _reach(self, options: Collection[str]) -> None:
        """Take in the topics among what is asked for, and those that courses among it teach."""
        asked = {option for option in options if "/id/topic/" in option}
        asked |= {topic for each in set(options) - asked for topic in self.relaxed.equal(each)}
        fresh = sorted(asked - self.relaxed.topics.keys())
        if fresh and len(self.relaxed.topics) < _TOPICS:
            self.join(requirements(self.store, fresh))

    def _needed(self, option: str, level: str) -> Mapping[str, str]:
        """Return what is known, and how deeply, wherever an option of an entry requirement is met."""
        below = self.relaxed.below
        if "/id/course/" not in option:
            return implied([(option, level)], below)
        if option in self.ground.passed or any(offer.whole for offer in self.offers.of(option)):
            return {}
        return implied(self.relaxed.equal(option).items(), below)

    def _steps(self, offer: Offer) -> list[Step]:
        groups = self.entry.get(offer.course, ())
        before = known_before([(each, demanded(each, gated=offer.gated)) for each in groups], self._needed)
        return [
            step
            for topic, level in offer.levels.items()
            for step in self.relaxed.steps(topic, level, offer.pace, before.get(topic, ""))
        ]

    def _noted(self, numbers: Iterable[int]) -> list[tuple[int, int]]:
        """Return (step, row) for each step that an offering asks for itself: it has to come from elsewhere."""
        return [
            (place, gate.row)
            for number in numbers
            for gate in self.gates.get(number, ())
            for place in range(self._starts[number], self._starts[number + 1])
            if self._rows[place] in gate.asked
        ]

    def price(self) -> tuple[Floats, Floats]:
        """Return what each offering costs beyond what it is worth, and what each step is worth beyond its hours."""
        import numpy as np  # noqa: PLC0415 - the solver's

        duals = np.asarray(self.relaxed.linear.duals)
        nets = duals[self._rows] - self._hours
        if self._asked:
            places, rows = np.array(self._asked).T
            np.subtract.at(nets, places, duals[rows])
        costs = self._base + self._prices * self.relaxed.money
        costs -= np.bincount(self._of, np.maximum(0, nets), len(self.own))
        for number, gates in self.gates.items():
            costs[number] += sum(gate.least * duals[gate.row] for gate in gates)
        return costs, nets

    def converge(self, enough: float) -> bool:
        """Let columns come in until all could save but a share of the hours; return whether any came."""
        import numpy as np  # noqa: PLC0415 - the solver's

        came = False
        while self.own:
            costs, nets = self.price()
            if _saved(costs) <= enough * self.relaxed.linear.value or costs.min() > -_EXACT:
                break
            order = np.argsort(costs, kind="stable")[:_COLUMNS]
            for number in order[costs[order] < _WORTH * costs.min()].tolist():
                self._enter(number, nets)
            if math.isinf(self.relaxed.linear.solve()):
                return False  # the engine has given up: what is here is searched, without a bound
            came = True
        return came

    def _enter(self, number: int, nets: Floats) -> None:
        offer = self.own[number]
        if number not in self.gates:
            groups = self.entry.get(offer.course, ())
            self.gates[number] = self.relaxed.gates(offer, groups)
            self._asked += self._noted([number])
        own = nets[self._starts[number] : self._starts[number + 1]]
        least = -_TINY if offer.whole else _TINY
        wanted = [step for step, net in zip(self.steps[number], own, strict=True) if net > least]
        self.relaxed.add(offer, wanted, self.gates[number])

    def saved(self) -> float:
        """Return the hours that all courses together could save yet: each saves once at most."""
        others = _saved(self.offers.costs(self.relaxed.linear.duals, self.relaxed.money))
        return others + (_saved(self.price()[0]) if self.own else 0.0)

    def best(self, most: int, margin: float) -> tuple[frozenset[str], float]:
        """Return the courses that cost little beyond what they are worth, and what all others cost at least."""
        costs, _ = self.price() if self.own else ((), ())
        others = self.offers.costs(self.relaxed.linear.duals, self.relaxed.money)
        least = min(margin, float(others.min(initial=math.inf)))
        found: set[str] = set()
        for number in sorted(range(len(costs)), key=lambda number: (costs[number], self.own[number].course)):
            if costs[number] >= margin or len(found) == most:
                return frozenset(found), min(least, float(costs[number]))
            found.add(self.own[number].course)
        return frozenset(found), least


def _saved(costs: Floats) -> float:
    """Return what offerings save that cost less than they are worth."""
    return -float(costs[costs < 0].sum())


def promising(
    store: Store, index: CourseIndex, needed: Requirements, ground: Ground, *, most: int = 500
) -> Promise:
    """Return the courses that a best plan may take, and a bound that holds for all courses.

    Parameters
    ----------
    store : Store
        Asked for entry requirements, and for the topics that these name.
    index : CourseIndex
        All courses.
    needed : Requirements
        What is behind the goals.
    ground : Ground
    most : int
        How many courses to return.

    Returns
    -------
    Promise

    Notes
    -----
    Column generation. The relaxed choice is solved over few courses; its duals say what each step may cost.
    What a course would save at these, with nothing asked on entry, is seen from the arrays for all courses at
    once; what those ask for that save something is fetched, and they come in. In the end each would save next
    to nothing. A plan takes a course once, so that the relaxation over all courses costs no less than what was found
    without what all of them would save (the lower bound of Lübbecke and Desrosiers, Selected topics in column generation, 2005).
    """
    offers = Offers(index, ground.known, ground.wishes)
    pool = _Pool(store, ground, offers)
    pool.join(needed)
    linear = pool.relaxed.linear
    pool.add(ground.wishes.include)
    linear.solve()
    offers.see(ground.wishes.include)
    while True:
        pool.converge(_ROUGHLY)
        fresh = offers.saving(linear.duals, pool.relaxed.money, _BATCH, 0.0)
        if fresh:
            pool.add(fresh)
            linear.solve()
        elif not pool.converge(_ENOUGH):
            break
    if not math.isfinite(linear.value):
        return Promise(pool.best(most, 0.0)[0], pool.relaxed.learned(), 0.0, offers.count)
    margin = _MARGIN * linear.value
    while len(pool.own) < 2 * most and (
        fresh := offers.saving(linear.duals, pool.relaxed.money, most, -margin)
    ):
        pool.add(fresh)
        linear.solve()
    courses, dearer = pool.best(most, margin)
    return Promise(courses, pool.relaxed.learned(), linear.value - pool.saved() + dearer, offers.count)
