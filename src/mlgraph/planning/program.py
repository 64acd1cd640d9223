"""The choice of courses and self-study as a mixed-integer program: variables, rows, objectives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.planning.candidate import START_UP
from mlgraph.planning.entry import implied, known_before, shared
from mlgraph.planning.learner import RANK
from mlgraph.planning.play import (
    LEVELS,
    Piece,
    Problem,
    is_topic,
    least,
    parts,
    piece_hours,
    steps_of,
)
from mlgraph.planning.solver import Model, Objective, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlgraph.model import Group
    from mlgraph.planning.candidate import Candidate

__all__ = ["Program"]


class _Way(NamedTuple):
    """How an option of an entry requirement is met: already, or by one of some variables."""

    met: bool = False
    givers: tuple[int, ...] = ()


class Program:
    """The model, and which variable stands for what.

    ``learn[t, l]`` is 1 if topic t is known at level l in the end, ``take[c]`` if course c is taken,
    ``piece[p]`` if a step is learned in that way, ``equal[c, o]`` if what c asks for, o, is taken or known;
    ``givers[t, l]`` are all variables that can bring t to l; ``below`` is what a topic needs to be learned.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.model = Model()
        self.learn: dict[tuple[str, str], int] = {}
        self.piece: dict[Piece, int] = {}
        self.take: dict[str, int] = {}
        self.equal: dict[tuple[str, str], int] = {}
        self.givers: dict[tuple[str, str], list[int]] = {}
        self.below: dict[str, list[tuple[str, str]]] = {}
        for edge in problem.supply.edges:
            # what is known may be known without what it needs
            if not problem.known.has(edge.dependent, "working"):
                self.below.setdefault(edge.dependent, []).append((edge.prerequisite, edge.level))
        self._topics()
        self._courses()
        self._cover()
        self._needs()
        self._limits()

    def _topics(self) -> None:
        supply = self.problem.supply
        for topic, facts in sorted(supply.topics.items()):
            for step in steps_of("", topic, "deep"):
                if not self.problem.known.has(topic, step.level):
                    self.learn[topic, step.level] = self.model.binary()
                    self.givers[topic, step.level] = []
                    if topic in supply.resources or facts.hours.high == 0:
                        self._add_piece(step)

    def _courses(self) -> None:
        for course, candidate in self.problem.supply.candidates.items():
            self.take[course] = self.model.binary()
            # plays would find this too, one circle after the other
            asked = [(group, least(candidate, group)) for group in candidate.entry]
            before = known_before(asked, self._needed)
            for topic, level in candidate.levels.items():
                for step in steps_of(course, topic, level)[RANK[before.get(topic, "")] :]:
                    if (topic, step.level) in self.learn:
                        variable = self._add_piece(step)
                        self.model.add(Row({self.take[course]: 1, variable: -1}, lower=0))

    def _needed(self, option: str, level: str) -> dict[str, str]:
        """Return what is known, and how deeply, wherever an option of an entry requirement is met."""
        supply = self.problem.supply
        if is_topic(self.problem, option):
            return implied([(option, level)], self.below)
        if option in self.problem.passed or (option in supply.candidates and supply.candidates[option].whole):
            return {}
        return implied(supply.equivalents.get(option, {}).items(), self.below)

    def _add_piece(self, piece: Piece) -> int:
        variable = self.piece[piece] = self.model.binary()
        self.givers[piece.topic, piece.level].append(variable)
        return variable

    def _demand(self, row: Row, wanted: Mapping[str, str]) -> None:
        """Add a row plus the sum of knowing some topics; what is known counts one each."""
        terms = dict(row.terms)
        lower = row.lower
        for topic, level in wanted.items():
            variable = self.learn.get((topic, level))
            if variable is not None:
                terms[variable] = terms.get(variable, 0) + 1
            elif self.problem.known.has(topic, level):
                lower -= 1
        if lower > 0 or any(weight < 0 for weight in terms.values()):
            self.model.add(Row(terms, lower=lower))

    def _cover(self) -> None:
        """Let a topic be known at a level only through the level below and one thing that gives it."""
        for (topic, level), variable in self.learn.items():
            below = LEVELS.index(level) - 1
            if below >= 0 and (topic, LEVELS[below]) in self.learn:
                self.model.add(Row({variable: -1, self.learn[topic, LEVELS[below]]: 1}, lower=0))
            given = {**dict.fromkeys(self.givers[topic, level], 1.0), variable: -1.0}
            self.model.add(Row(given, lower=0, upper=0))

    def _needs(self) -> None:
        """Let a topic be known at working level only with what it needs."""
        for edge in self.problem.supply.edges:
            variable = self.learn.get((edge.dependent, "working"))
            if variable is not None:
                self._demand(Row({variable: -1}, lower=0), {edge.prerequisite: edge.level})
        for group in self.problem.supply.groups:
            variable = self.learn.get((group.dependent, "working"))
            if variable is not None:
                self._choose(group, variable)
        for goal, level in sorted(self.problem.goals.items()):
            self._demand(Row({}, lower=1), {goal: level})

    def _choose(self, group: Group, variable: int) -> None:
        possible = [option for option in group.options if option in self.problem.supply.topics]
        minimum = min(group.minimum, len(possible))
        self._demand(Row({variable: -minimum}, lower=0), dict.fromkeys(possible, "working"))
        # what all ways need says nothing new about whole choices, but much about parts of them
        known = self.problem.known
        ways = [{} if known.has(each) else implied([(each, "working")], self.below) for each in possible]
        for topic, level in shared(ways, minimum).items():
            self._demand(Row({variable: -1}, lower=0), {topic: level})

    def _limits(self) -> None:
        wishes = self.problem.wishes
        for course, candidate in self.problem.supply.candidates.items():
            self._enter(course, candidate)
            if course in wishes.include:
                self.model.fix(self.take[course], 1)
            if candidate.weeks and not self._fits(candidate, candidate.weeks):
                self.model.add(Row({self.take[course]: 1}, upper=0))
        if wishes.max_cost is not None:
            self.model.add(Row(self.costs(), upper=wishes.max_cost))
        if wishes.weeks is not None:
            self.model.add(Row(self.hours(), upper=wishes.weeks * wishes.hours_per_week))

    def _fits(self, candidate: Candidate, weeks: float) -> bool:
        """Return whether a course with dates leaves no week with too many hours, and ends in time."""
        wishes = self.problem.wishes
        rate = (candidate.hours + START_UP) / weeks
        return rate <= wishes.hours_per_week + 1e-9 and weeks <= (wishes.weeks or math.inf) + 1e-9

    def _enter(self, course: str, candidate: Candidate) -> None:
        """Let a course be taken only if enough of the options of each of its groups are met.

        A step that is learned there was not known on entry: so no option was met by then that needs it.
        """
        own = [piece for topic, level in candidate.levels.items() for piece in steps_of(course, topic, level)]
        for group in candidate.entry:
            count = least(candidate, group)
            ways = {option: self._way(course, option, group.level) for option in group.options}
            self._let(self.take[course], count, ways.values())
            needed = {option: self._needed(option, group.level) for option in ways}
            for piece in own if len(ways) > 1 else ():
                apart = [
                    way
                    for option, way in ways.items()
                    if RANK[needed[option].get(piece.topic, "")] < RANK[piece.level]
                ]
                if piece in self.piece and len(apart) < len(ways):
                    self._let(self.piece[piece], count, apart)

    def _let(self, variable: int, count: int, ways: Iterable[_Way]) -> None:
        """Let something be chosen only if so many of some options are met."""
        terms, met = {variable: -float(count)}, 0
        for way in ways:
            terms |= dict.fromkeys(way.givers, 1.0)
            met += way.met
        self.model.add(Row(terms, lower=-met))

    def _way(self, course: str, option: str, level: str) -> _Way:
        """Return what meets an option of an entry requirement: it has to come from elsewhere than from the course itself.

        `_cut` would find this too, one circle after the other.
        """
        if option in self.problem.passed:
            return _Way(met=True)
        if is_topic(self.problem, option):
            own = self._own(course, option, level)
            givers = tuple(each for each in self.givers.get((option, level), ()) if each not in own)
            return _Way(self.problem.known.has(option, level), givers)
        either = self._met(course, option)
        return _Way(givers=() if either is None else (either,))

    def _met(self, course: str, option: str) -> int | None:
        """Return a variable that may be 1 if a course asked for is taken whole, or all it teaches is known.

        What is known has to come from elsewhere than from the course that asks.
        """
        if (course, option) in self.equal:
            return self.equal[course, option]
        supply = self.problem.supply
        taught = supply.equivalents.get(option, {})
        learnable = bool(taught) and all(
            topic in supply.topics or self.problem.known.has(topic, level) for topic, level in taught.items()
        )
        whole = option in self.take and supply.candidates[option].whole
        if not whole and not learnable:
            return None
        met = self.equal[course, option] = self.model.binary()
        taken = {self.take[option]: 1.0} if whole else {}
        if not learnable:
            self.model.add(Row({met: -1, **taken}, lower=0))
        for topic, level in sorted(taught.items()) if learnable else ():
            variable = self.learn.get((topic, level))
            if variable is not None:
                self.model.add(Row({met: -1, variable: 1, **taken}, lower=0))
                own = self._own(course, topic, level)
                others = dict.fromkeys((g for g in self.givers[topic, level] if g not in own), 1.0)
                self.model.add(Row({**others, **taken, met: -1}, lower=0))
        return met

    def _own(self, course: str, topic: str, level: str) -> set[int]:
        """Return the variables by which a course itself brings a topic to a level."""
        steps = [self.piece[piece] for piece in steps_of(course, topic, level) if piece in self.piece]
        return {self.take[course], *steps}

    # -- what is minimised

    def hours(self) -> dict[int, float]:
        """Return the hours of everything chosen."""
        terms = {variable: piece_hours(self.problem, piece) for piece, variable in self.piece.items()}
        for course, variable in self.take.items():
            candidate = self.problem.supply.candidates[course]
            terms[variable] = START_UP + (candidate.hours if candidate.whole else 0.0)
        return terms

    def costs(self) -> dict[int, float]:
        """Return the price of everything chosen."""
        return {
            variable: self.problem.supply.candidates[course].price for course, variable in self.take.items()
        }

    def parts(self) -> dict[int, float]:
        """Return a count of the separate things to do: courses, and topics studied alone.

        A step alone to awareness or from working to deep counts a little, so that ties are broken.
        """
        terms = dict.fromkeys(self.take.values(), 1.0)
        for piece, variable in self.piece.items():
            if not piece.course and self.problem.supply.topics[piece.topic].hours.high > 0:
                terms[variable] = parts(piece.level)
        return terms

    def objectives(self) -> list[Objective]:
        """Return what is minimised, the most important first."""
        hours = Objective("hours", self.hours())
        cost = Objective("cost", self.costs())
        parts = Objective("parts", self.parts())
        order = {
            "hours": [hours, cost, parts],
            "cost": [cost, hours, parts],
            "courses": [parts, hours, cost],
        }.get(self.problem.wishes.minimise) or [self._finish(), hours, cost]
        paid = any(self.costs().values())
        return [each for each in order if paid or each.name != "cost" or each is order[0]]

    def _finish(self) -> Objective:
        """Return the least number of weeks: all hours at the pace there is, or the longest dated course."""
        weeks = self.model.variable()
        pace = self.problem.wishes.hours_per_week
        spent = {index: -value / pace for index, value in self.hours().items()}
        self.model.add(Row({weeks: 1, **spent}, lower=0))
        for course, variable in self.take.items():
            length = self.problem.supply.candidates[course].weeks
            if length:
                self.model.add(Row({weeks: 1, variable: -length}, lower=0))
        return Objective("weeks", {weeks: 1.0})
