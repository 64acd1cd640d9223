"""The choice of topics and courses with its whole numbers relaxed: a linear program that grows with what is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.road import hours_between
from mlgraph.planning.entry import implied, shared
from mlgraph.planning.learner import RANK
from mlgraph.planning.linear import Linear
from mlgraph.planning.play import LEVELS, demanded, parts, steps_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from mlgraph.catalog.learning import EntryGroup
    from mlgraph.model import Group, Requirements, Topic
    from mlgraph.planning.candidate import Wishes
    from mlgraph.planning.learner import Knowledge
    from mlgraph.planning.offers import Offer, Offers

__all__ = ["Gate", "Ground", "Relaxed", "Step"]

_SOME = 1e-6

_NEVER = 10_000.0
"""Hours for a step that nothing gives, so that there is always a solution."""


class Ground(NamedTuple):
    """What a choice stands on: goals to be known at working level, what is known and passed, wishes."""

    goals: frozenset[str]
    known: Knowledge
    passed: frozenset[str]
    wishes: Wishes


class Step(NamedTuple):
    """What an offering can give: the row of a topic at a level, and its hours."""

    row: int
    hours: float


class Gate(NamedTuple):
    """The row of an entry requirement, how much an offering needs of it, and the rows of topics that it asks for."""

    row: int
    least: int
    asked: frozenset[int]


class Relaxed:
    """The relaxed choice over the topics and offerings so far; no whole choice over them takes fewer hours, or parts.

    ``learn[t, l]`` is the column of knowing topic t at level l, ``cover[t, l]`` the row that something has
    to give it, ``below[t]`` what t needs. An offering is a column for each set of steps that it was
    worth taking for.
    """

    def __init__(self, ground: Ground, offers: Offers) -> None:
        self.ground = ground
        self.linear = Linear()
        self.topics: dict[str, Topic] = {}
        self.learn: dict[tuple[str, str], int] = {}
        self.cover: dict[tuple[str, str], int] = {}
        self.below: dict[str, list[tuple[str, str]]] = {}
        self._offers = offers
        self._beyond: dict[tuple[str, str], int] = {}
        self._whole: dict[str, dict[int, float]] = {}
        self._alike: dict[str, dict[int, float]] = {}
        most = ground.wishes.max_cost
        self._budget = None if most is None else self.linear.row({}, upper=most)

    @property
    def money(self) -> float:
        """Hours that one unit of money is worth, where it is limited."""
        return 0.0 if self._budget is None else -self.linear.duals[self._budget]

    # -- topics

    def join(self, needed: Requirements, alone: Collection[str]) -> None:
        """Add the topics that are not there yet, with all that they need; some can be studied alone."""
        fresh = sorted(needed.topics.keys() - self.topics.keys())
        self.topics |= {topic: needed.topics[topic] for topic in fresh}
        for topic in fresh:
            self._add_topic(topic, alone=topic in alone or needed.topics[topic].hours.high == 0)
        there = set(fresh)
        for edge in needed.edges:
            if edge.dependent in there:
                # what is known may be known without what it needs
                if not self.ground.known.has(edge.dependent, "working"):
                    self.below.setdefault(edge.dependent, []).append((edge.prerequisite, edge.level))
                column = self.learn.get((edge.dependent, "working"))
                other = self.learn.get((edge.prerequisite, edge.level))
                if column is not None and other is not None:
                    self.linear.row({other: 1, column: -1}, lower=0)
        for group in needed.groups:
            if group.dependent in there:
                self._add_group(group)

    def _add_topic(self, topic: str, *, alone: bool) -> None:
        lower = None
        for level in LEVELS:
            if not self.ground.known.has(topic, level):
                must = topic in self.ground.goals and level == "working"
                column = self.learn[topic, level] = self.linear.column(0, {}, lower=float(must), upper=1)
                self.cover[topic, level] = self.linear.row({column: -1}, lower=0)
                if lower is not None:
                    self.linear.row({lower: 1, column: -1}, lower=0)
                lower = column
        missing = [level for level in LEVELS if (topic, level) in self.cover]
        for level, (row, hours) in zip(
            missing, self.steps(topic, "deep", self.ground.wishes.self_study), strict=True
        ):
            cost = parts(level) if hours and self.ground.wishes.minimise == "courses" else hours
            self.linear.column(cost if alone else _NEVER, {row: 1})

    def _add_group(self, group: Group) -> None:
        column = self.learn.get((group.dependent, "working"))
        options = [option for option in group.options if option in self.topics]
        if column is None or not options:
            return
        known, count = self.ground.known, min(group.minimum, len(options))
        others = {self.learn[o, "working"]: 1.0 for o in options if (o, "working") in self.learn}
        self.linear.row({**others, column: -float(count)}, lower=-sum(map(known.has, options)))
        # a third of each of three options would need but a third of what all three need
        ways = [{} if known.has(o) else implied([(o, "working")], self.below) for o in options]
        for pair in shared(ways, count).items():
            if pair in self.learn:
                self.linear.row({self.learn[pair]: 1, column: -1}, lower=0)

    def steps(self, topic: str, level: str, pace: float, before: str = "") -> list[Step]:
        """Return the missing steps of a topic that is there, from one level up to another."""
        if topic not in self.topics:
            return []
        known, hours = self.ground.known.levels.get(topic, ""), self.topics[topic].hours
        return [
            Step(
                self.cover[topic, step.level],
                pace * hours_between(hours, max(known, step.below, key=RANK.__getitem__), step.level),
            )
            for step in steps_of("", topic, level)[RANK[before] :]
            if (topic, step.level) in self.cover
        ]

    def learned(self) -> frozenset[str]:
        """Return the topics that the last solution learns, be it in part."""
        values = self.linear.values
        return frozenset(topic for (topic, _), column in self.learn.items() if values[column] > _SOME)

    # -- courses

    def add(self, offer: Offer, steps: Iterable[Step], gates: Iterable[Gate] = ()) -> int:
        """Add an offering taken for some steps, and return its column; what it asks for has to come from elsewhere."""
        cost, terms = offer.base, dict[int, float]()
        for row, hours in steps:
            cost += hours
            terms[row] = 1.0
        for gate in gates:
            terms[gate.row] = -float(gate.least + len(gate.asked & terms.keys()))
        if self._budget is not None:
            terms[self._budget] = offer.price
        return self.linear.column(cost, terms)

    def gates(self, offer: Offer, groups: Iterable[EntryGroup]) -> list[Gate]:
        """Add the rows that let an offering in only as far as what it asks for is met, by something else."""
        own = {step.row for topic, level in offer.levels.items() for step in self.steps(topic, level, 0)}
        found: list[Gate] = []
        for group in groups:
            count = demanded(group, gated=offer.gated)
            met, terms, asked = 0, dict[int, float](), set[int]()
            for option in group.options if count > 0 else ():
                if option in self.ground.passed or self.ground.known.has(option, group.level):
                    met += 1
                elif "/id/course/" in option:
                    terms |= self._met(option, own, found)
                else:
                    terms[self._known(option, group.level)] = 1.0
                    asked |= (
                        {self.cover[option, group.level]} if (option, group.level) in self.cover else set()
                    )
            if count > 0:
                found.append(Gate(self.linear.row(terms, lower=-met), count, frozenset(asked)))
        return found

    def _known(self, topic: str, level: str) -> int:
        """Return the column of knowing a topic; one that was not joined costs nothing."""
        if (topic, level) in self.learn:
            return self.learn[topic, level]
        if (topic, level) not in self._beyond:
            self._beyond[topic, level] = self.linear.column(0, {}, upper=1)
        return self._beyond[topic, level]

    def _met(self, course: str, own: Collection[int | None], gates: list[Gate]) -> dict[int, float]:
        """Return the column of a course asked for: taken whole, or all known that it teaches; none if neither can be.

        What who asks gives itself has to be known from elsewhere: the gates say so.
        """
        taught = self.equal(course)
        steps = {
            pair: self.cover.get(pair) for pair in sorted(taught.items()) if not self.ground.known.has(*pair)
        }
        apart = not any(step in own for step in steps.values())
        if apart and course in self._alike:
            return self._alike[course]
        taken = self._taken(course)
        met = {self.linear.column(0, {}, upper=1): 1.0} if taken or taught else {}
        lack = dict.fromkeys(met, -1.0)
        for (topic, level), step in steps.items():
            row = self.linear.row({**lack, self._known(topic, level): 1, **taken}, lower=0)
            if step is not None and step in own:
                gates.append(Gate(row, 0, frozenset({step})))
        if not taught:
            self.linear.row({**lack, **taken}, lower=0)
        if apart:
            self._alike[course] = met
        return met

    def _taken(self, course: str) -> dict[int, float]:
        """Return the columns of a course that is taken whole for all that it teaches, since another asks for it."""
        if course not in self._whole:
            whole = [each for each in self._offers.of(course) if each.whole]
            self._whole[course] = {
                self.add(each, [s for t, level in each.levels.items() for s in self.steps(t, level, 0)]): 1.0
                for each in whole
            }
        return self._whole[course]

    def equal(self, course: str) -> Mapping[str, str]:
        """Return what knowing amounts to having passed a course: the least that an offering at one's own pace gives."""
        ways = [each.levels for each in self._offers.of(course) if not each.whole]
        if not ways:
            return self._offers.taught(course)
        return {topic: min((way[topic] for way in ways), key=RANK.__getitem__) for topic in ways[0]}
