"""Play a selection of courses and self-study through: what can start, and what waits for what."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.road import hours_between
from mlgraph.planning.learner import RANK

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from mlgraph.catalog.learning import EntryGroup
    from mlgraph.model import Group
    from mlgraph.planning.candidate import Candidate, Wishes
    from mlgraph.planning.learner import Knowledge
    from mlgraph.planning.supply import Supply

__all__ = [
    "LEVELS",
    "Piece",
    "Play",
    "Problem",
    "demanded",
    "enterable",
    "gated",
    "is_topic",
    "joined",
    "least",
    "opens",
    "parts",
    "piece_hours",
    "steps_of",
]

LEVELS = ("awareness", "working", "deep")


class Problem(NamedTuple):
    """What is to be chosen: goals (node -> level), the supply, what is known and passed, the wishes."""

    goals: Mapping[str, str]
    supply: Supply
    known: Knowledge
    passed: frozenset[str]
    wishes: Wishes


class Piece(NamedTuple):
    """A topic from one level (``below``, empty at first) to another, in a course or, where that is empty, alone.

    A course taken whole is a piece of its own, with empty topic and levels; what it is taken for are
    pieces too, without hours, but no things to do.
    """

    course: str
    topic: str
    level: str
    below: str = ""


def steps_of(course: str, topic: str, level: str) -> list[Piece]:
    """Return the steps by which a topic is learned up to a level."""
    steps = LEVELS[: LEVELS.index(level) + 1]
    return [Piece(course, topic, step, below) for below, step in zip(("", *steps), steps, strict=False)]


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Join steps of one topic that follow each other in one course, or alone."""
    found: list[Piece] = []
    for piece in sorted(pieces, key=lambda each: (each.course, each.topic, RANK[each.level])):
        last = found[-1] if found else None
        if last and last[:2] == piece[:2] and last.level == piece.below and piece.topic:
            found[-1] = piece._replace(below=last.below)
        else:
            found.append(piece)
    return found


def piece_hours(problem: Problem, piece: Piece) -> float:
    """Return the hours of a piece: those from the level below, or from what is known."""
    candidate = problem.supply.candidates.get(piece.course)
    if candidate and candidate.whole:
        return 0.0 if piece.topic else candidate.hours
    hours = problem.supply.topics[piece.topic].hours
    known = problem.known.levels.get(piece.topic, "")
    start = known if RANK[known] > RANK[piece.below] else piece.below
    pace = candidate.pace if candidate else problem.wishes.self_study
    return hours_between(hours, start, piece.level) * pace


def parts(level: str) -> float:
    """Return how many parts of a plan a step alone counts as: one to working, little to other levels, for ties."""
    return 1.0 if level == "working" else 0.01


def gated(candidate: Candidate) -> bool:
    """Return whether somebody checks who enters: a course with dates, or one that costs something."""
    offering = candidate.offering
    return "self-paced" not in offering.pacing and not {"free", "free-to-audit"} & set(offering.costs)


def least(candidate: Candidate, group: EntryGroup) -> int:
    """Return how many options of an entry requirement a learner has to show, among those in the graph.

    What is only in words counts against courses where somebody checks.
    """
    return demanded(group, gated=gated(candidate))


def demanded(group: EntryGroup, *, gated: bool) -> int:
    """Return how many options of an entry requirement have to be met, where somebody checks or nobody does."""
    return group.minimum if gated else min(group.minimum, len(group.options))


def is_topic(problem: Problem, option: str) -> bool:
    """Return whether an option of an entry requirement is a topic, not a course (which may be a goal too)."""
    return option in problem.supply.topics and option not in problem.supply.equivalents


def opens(
    problem: Problem, option: str, level: str, done: Mapping[str, str], passed: Collection[str]
) -> bool:
    """Return whether an option of an entry requirement is met: a topic known, a course passed.

    A course is passed by taking it whole, or by knowing all that it teaches.
    """
    if is_topic(problem, option):
        return RANK[done.get(option, "")] >= RANK[level]
    taught = problem.supply.equivalents.get(option, {})
    known = bool(taught) and all(RANK[done.get(topic, "")] >= RANK[each] for topic, each in taught.items())
    return known or option in passed or option in problem.passed


def enterable(problem: Problem, course: str, done: Mapping[str, str], passed: Collection[str]) -> bool:
    """Return whether the entry requirements of a course are met by what is known and passed."""
    candidate = problem.supply.candidates[course]
    return all(
        sum(opens(problem, option, group.level, done, passed) for option in group.options)
        >= least(candidate, group)
        for group in candidate.entry
    )


class Play:
    """Knows what is known by now, and what each piece still waits for.

    ``taught`` says what courses taken whole are taken for: course -> topic -> level.
    """

    def __init__(
        self, problem: Problem, taught: Mapping[str, Mapping[str, str]], pieces: Iterable[Piece]
    ) -> None:
        self.problem, self.taught = problem, taught
        self.needs: dict[str, list[tuple[str, str]]] = {}
        for edge in problem.supply.edges:
            self.needs.setdefault(edge.dependent, []).append((edge.prerequisite, edge.level))
        self.groups: dict[str, list[Group]] = {}
        for group in problem.supply.groups:
            self.groups.setdefault(group.dependent, []).append(group)
        self.done = dict(problem.known.levels)
        self.passed: set[str] = set()
        self.waiting = sorted(pieces)

    def rank(self, topic: str) -> int:
        """Return how well a topic is known by now."""
        return RANK[self.done.get(topic, "")]

    def asked(self, topic: str) -> list[tuple[int, list[tuple[str, str]]]]:
        """Return what a topic needs up to working level: how many of which (topic, level)."""
        found = [(1, [pair]) for pair in self.needs.get(topic, ())]
        for group in self.groups.get(topic, ()):
            possible = [(each, "working") for each in group.options if each in self.problem.supply.topics]
            found.append((min(group.minimum, len(possible)), possible))
        return found

    def has(self, pair: tuple[str, str], course: str = "") -> bool:
        """Return whether a topic is known at a level by now, or taught in a course taken whole."""
        own = self.taught.get(course, {}).get(pair[0], "")
        return max(self.rank(pair[0]), RANK[own]) >= RANK[pair[1]]

    def lifted(self, piece: Piece) -> list[str]:
        """Return the topics that a piece, started now, brings up to working level at least."""
        if piece.topic:
            lifts = RANK[piece.level] >= RANK["working"] > RANK[piece.below]
            return [piece.topic] if lifts else []
        return [
            topic
            for topic, level in self.taught.get(piece.course, {}).items()
            if RANK[level] >= RANK["working"] > self.rank(topic)
        ]

    def beneath(self, topic: str, course: str = "") -> set[tuple[str, str]]:
        """Return what is missing below a topic, as (topic, level); ``course`` is the one taken whole."""
        missing: set[tuple[str, str]] = set()
        for minimum, pairs in self.asked(topic):
            unmet = {pair for pair in pairs if not self.has(pair, course)}
            if len(pairs) - len(unmet) < minimum:
                missing |= unmet
        return missing

    def lacks(self, piece: Piece) -> set[tuple[str, str]]:
        """Return what a piece waits for, as (topic, level); an empty set if it can start.

        A step up to working needs what the topic needs. A whole course needs that for the topics that
        it is taken for, apart from those themselves.
        """
        whole = "" if piece.topic else piece.course
        missing = {pair for topic in self.lifted(piece) for pair in self.beneath(topic, whole)}
        if RANK[piece.below] > (self.rank(piece.topic) if piece.topic else 0):
            missing.add((piece.topic, piece.below))
        return missing

    def opened(self, option: str, level: str) -> bool:
        """Return whether an option of an entry requirement is met by now."""
        return opens(self.problem, option, level, self.done, self.passed)

    def startable(self, piece: Piece) -> bool:
        """Return whether a piece can be done next."""
        fits = not piece.course or enterable(self.problem, piece.course, self.done, self.passed)
        return fits and not self.lacks(piece)

    def gains(self, piece: Piece) -> Mapping[str, str]:
        """Return what a piece brings: topic -> level."""
        if piece.topic:
            return {piece.topic: piece.level}
        return self.taught.get(piece.course, {})

    def do(self, piece: Piece) -> None:
        """Do a piece; a course taken whole is passed then."""
        self.waiting.remove(piece)
        for topic, level in self.gains(piece).items():
            if RANK[level] > self.rank(topic):
                self.done[topic] = level
        if not piece.topic:
            self.passed.add(piece.course)

    def on(self) -> None:
        """Do all that can be done; what waits in the end waits for each other."""
        able = True
        while able:
            able = False
            for piece in list(self.waiting):
                if self.startable(piece):
                    self.do(piece)
                    able = True

    def copy(self) -> Play:
        """Return a play that stands where this one does."""
        found = copy(self)
        found.done, found.passed, found.waiting = dict(self.done), set(self.passed), list(self.waiting)
        return found
