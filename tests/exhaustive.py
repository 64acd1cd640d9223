"""The best plan by trying everything: a search through all that can be known and taken, for little graphs.

A state is how deeply each topic is known and which courses are taken; every order of doing things is a
path. Nothing of the planner is used.
"""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from tests.verifier import RANKS, Demand, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlgraph.planning.candidate import Wishes
    from mlgraph.planning.goal import Goal
    from tests.verifier import Taken

__all__ = ["Best", "best"]

_TINY = 1e-6
_START_UP = 6.0


class Best(NamedTuple):
    """What the best plan comes to; ``weeks`` is the least time, not yet a schedule."""

    hours: float
    cost: float
    parts: float
    weeks: float

    def in_order(self, minimise: str) -> tuple[float, ...]:
        """Return the numbers in the order in which they count."""
        return {
            "hours": (self.hours, self.cost, self.parts),
            "cost": (self.cost, self.hours, self.parts),
            "courses": (self.parts, self.hours, self.cost),
            "finish": (self.weeks, self.hours, self.cost),
        }[minimise]


_State = tuple[tuple[int, ...], frozenset[str]]


class _Search:
    def __init__(
        self,
        world: World,
        goals: Sequence[Goal],
        known: Mapping[str, str],
        wishes: Wishes,
        passed: frozenset[str],
    ) -> None:
        self.world, self.wishes, self.passed = world, wishes, passed
        ranks = {topic: RANKS[level] for topic, level in known.items()}
        aims = {goal.thing.iri for goal in goals if goal.thing.kind == "course"} - passed
        self.must = {*wishes.include, *aims} - passed
        self.courses: dict[str, Taken] = {}
        for course in world.courses:
            taken = world.taken(course, ranks, wishes, course in self.must)
            if taken is not None:
                self.courses[course] = taken
        self.parts = {course: taken for course, taken in self.courses.items() if not taken.whole}
        self.demands = [
            demand for goal in goals if goal.thing.iri not in passed for demand in world.demands(goal)
        ]
        for course in aims & self.courses.keys():
            self.demands += [Demand(1, (each,)) for each in self.courses[course].levels.items()]
        self.useful = self._useful()
        self.topics = sorted(topic for topic in self.useful if topic in world.topics)
        self.place = {topic: index for index, topic in enumerate(self.topics)}
        self.first = tuple(min(ranks.get(topic, 0), self.useful[topic]) for topic in self.topics)

    def _useful(self) -> dict[str, int]:
        """Return topic -> the deepest level that anything asks for; more never helps."""
        world = self.world
        asked = [each for topic in world.topics for demand in world.needs[topic] for each in demand.options]
        asked += [each for demand in self.demands for each in demand.options]
        for entries in world.entries.values():
            for entry in entries:
                asked += [(option, entry.level) for option in entry.options if option in world.topics]
                for option in entry.options - world.topics:
                    taught = self.parts[option].levels if option in self.parts else world.teaches[option]
                    asked += list(taught.items())
        found: dict[str, int] = {}
        for topic, level in asked:
            found[topic] = max(level, found.get(topic, 0))
        return found

    def levels(self, state: _State) -> dict[str, int]:
        return dict(zip(self.topics, state[0], strict=True))

    def reached(self, state: _State) -> bool:
        levels = self.levels(state)
        return state[1] >= self.must and all(demand.met(levels) for demand in self.demands)

    def allowed(self, courses: Iterable[str], hours: float) -> bool:
        wishes = self.wishes
        if wishes.max_cost is not None and self.cost(courses) > wishes.max_cost + _TINY:
            return False
        return wishes.weeks is None or max(
            hours / wishes.hours_per_week, self.length(courses)
        ) <= wishes.weeks * (1 + 1e-9)

    def cost(self, courses: Iterable[str]) -> float:
        return sum(self.courses[course].price for course in courses)

    def length(self, courses: Iterable[str]) -> float:
        return max((self.courses[course].weeks for course in courses), default=0)

    def _whole(self, course: str, levels: Mapping[str, int]) -> dict[str, int]:
        """Return what is known after a course taken whole: topics whose needs are known or taught in it."""
        taught = self.courses[course].levels
        gained = {topic: max(level, levels.get(topic, 0)) for topic, level in taught.items()}
        changed = True
        while changed:
            changed = False
            now = {**levels, **gained}
            for topic, level in gained.items():
                if level >= 2 > levels.get(topic, 0) and not self.world.can_learn(topic, now):
                    gained[topic] = 1
                    changed = True
                    break
        return {**levels, **gained}

    def _state(self, levels: Mapping[str, int], courses: frozenset[str]) -> _State:
        return tuple(min(levels.get(topic, 0), self.useful[topic]) for topic in self.topics), courses

    def moves(self, state: _State) -> Iterator[tuple[float, float, _State]]:
        """Yield hours, count of parts and next state of everything that can be done."""
        levels, courses = self.levels(state), state[1]
        done = {course for course in courses if self.courses[course].whole} | self.passed
        for course, taken in self.courses.items():
            fits = not taken.weeks or taken.hours + _START_UP <= (
                self.wishes.hours_per_week * taken.weeks * (1 + 1e-9)
            )
            if course in courses or not fits:
                continue
            if self.world.admits(course, taken.offer, levels, done, self.parts):
                reached = self._whole(course, levels) if taken.whole else levels
                hours = _START_UP + (taken.hours if taken.whole else 0.0)
                yield hours, 1.0, self._state(reached, courses | {course})
        for topic, index in self.place.items():
            low = state[0][index]
            if low >= self.useful[topic] or (low == 1 and not self.world.can_learn(topic, levels)):
                continue
            spent = self.world.between(topic, low, low + 1)
            after = self._state({**levels, topic: low + 1}, courses)
            if self.world.alone(topic, self.wishes):
                yield spent * self.wishes.self_study, 1.0 if low == 1 else 0.01, after
            for course in courses:
                taken = self.courses[course]
                if not taken.whole and taken.levels.get(topic, 0) > low:
                    yield spent * taken.pace, 0.0, after

    def run(self) -> Iterator[Best]:
        """Yield the best ways to all states that reach the goals."""
        if not self.must <= self.courses.keys():
            return
        ticket = count()
        start: _State = (self.first, frozenset())
        heap = [(0.0, 0.0, next(ticket), start)]
        least: dict[_State, float] = {}
        while heap:
            hours, parts, _, state = heapq.heappop(heap)
            if parts >= least.get(state, float("inf")) - 1e-9:
                continue
            least[state] = parts
            if self.reached(state):
                weeks = max(hours / self.wishes.hours_per_week, self.length(state[1]))
                yield Best(hours, self.cost(state[1]), parts, weeks)
                continue
            for more, steps, after in self.moves(state):
                total = round(hours + more, 6), round(parts + steps, 6)
                if self.allowed(after[1], total[0]) and total[1] < least.get(after, float("inf")) - 1e-9:
                    heapq.heappush(heap, (*total, next(ticket), after))


def best(
    world: World,
    goals: Sequence[Goal],
    known: Mapping[str, str],
    wishes: Wishes,
    passed: Iterable[str] = (),
) -> Best | None:
    """Return what the best plan comes to; None if there is no plan."""
    found = _Search(world, goals, known, wishes, frozenset(passed)).run()
    return min(found, key=lambda each: each.in_order(wishes.minimise), default=None)
