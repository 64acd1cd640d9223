"""Which courses to take and what to study alone: an exact choice with entry requirements."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.planning.kernel import nearly
from mlgraph.planning.learner import RANK
from mlgraph.planning.play import (
    Piece,
    Play,
    Problem,
    is_topic,
    joined,
    least,
    steps_of,
)
from mlgraph.planning.program import Program
from mlgraph.planning.solver import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlgraph.planning.candidate import Wishes
    from mlgraph.planning.solver import Stage

__all__ = ["Selection", "select"]


class Selection(NamedTuple):
    """What to do: courses taken, the pieces learned in them or alone, and how deeply topics are known then.

    ``taught`` says what courses taken whole are taken for (course -> topic -> level), ``stages`` are the
    objectives with their bounds.
    """

    courses: tuple[str, ...]
    pieces: tuple[Piece, ...]
    levels: dict[str, str]
    taught: dict[str, dict[str, str]]
    stages: tuple[Stage, ...]


class _Choice(NamedTuple):
    """Courses taken, what is to be done (whole courses among it), and what whole courses are taken for."""

    courses: list[str]
    pieces: list[Piece]
    taught: dict[str, dict[str, str]]


def _chosen(program: Program, values: Sequence[float]) -> _Choice:
    candidates = program.problem.supply.candidates
    courses = sorted(course for course, variable in program.take.items() if values[variable] > 0.5)
    pieces = [Piece(course, "", "") for course in courses if candidates[course].whole]
    taught: dict[str, dict[str, str]] = {}
    for piece, variable in program.piece.items():
        if values[variable] > 0.5:
            if piece.course and candidates[piece.course].whole:
                own = taught.setdefault(piece.course, {})
                if RANK[piece.level] > RANK[own.get(piece.topic, "")]:
                    own[piece.topic] = piece.level
            else:
                pieces.append(piece)
    return _Choice(courses, pieces, taught)


def _cut(program: Program, values: Sequence[float]) -> list[Row]:
    """Return rows that forbid a selection in which some pieces wait for each other.

    The first of the waiting pieces to start would need something from outside of them: so one of them
    goes, or something else gives a part of what they wait for.
    """
    choice = _chosen(program, values)
    play = Play(program.problem, choice.taught, choice.pieces)
    play.on()
    rows = []
    while play.waiting:
        core = _core(play)
        rows.append(_forbidden(program, values, core))
        for piece in core.waiting:
            play.do(piece)
        play.on()
    return rows


def _core(play: Play) -> Play:
    """Return a play in which only few pieces are left, that wait for each other whatever else is done."""
    core = play.copy()
    for piece in play.waiting:
        if piece in core.waiting:
            smaller = core.copy()
            smaller.do(piece)
            smaller.on()
            core = smaller if smaller.waiting else core
    return core


def _forbidden(program: Program, values: Sequence[float], play: Play) -> Row:
    """Return a row: the waiting pieces do not go together, unless something opens one of them.

    Of all that a piece waits for, what the fewest other choices can give makes the strongest row.
    """
    inside: set[int] = set()
    outside: set[int] = set()
    for piece in play.waiting:
        inside.add(program.piece[piece] if piece.topic else program.take[piece.course])
        for_it, openers = min(
            _reasons(program, play, piece),
            key=lambda each: (sum(values[index] < 0.5 for index in each[1]), sorted(each[0])),
        )
        inside |= {index for index in for_it if values[index] > 0.5}
        outside |= openers
    terms = {variable: 1.0 for variable in sorted(outside) if values[variable] < 0.5}
    return Row(terms | dict.fromkeys(sorted(inside), -1.0), lower=1.0 - len(inside))


def _reasons(program: Program, play: Play, piece: Piece) -> Iterator[tuple[set[int], set[int]]]:
    """List why a piece cannot start: what a course is taken for in this, and what of it has to come."""
    whole = "" if piece.topic else piece.course
    for topic in play.lifted(piece):
        steps = steps_of(piece.course, topic, "deep") if whole else []
        for_it = {program.piece[step] for step in steps if step in program.piece}
        for minimum, pairs in play.asked(topic):
            unmet = [set(program.givers.get(pair, ())) for pair in pairs if not play.has(pair, whole)]
            short = minimum - len(pairs) + len(unmet)
            if short > 0:
                yield for_it, _any_of(unmet, short)
    if RANK[piece.below] > (play.rank(piece.topic) if piece.topic else 0):
        yield set(), set(program.givers.get((piece.topic, piece.below), ()))
    if not piece.course:
        return
    candidate = program.problem.supply.candidates[piece.course]
    for group in candidate.entry:
        shut = [each for each in group.options if not play.opened(each, group.level)]
        short = least(candidate, group) - len(group.options) + len(shut)
        if short > 0:
            yield set(), _any_of([_openers(program, play, each, group.level) for each in shut], short)


def _any_of(sets: Iterable[set[int]], short: int) -> set[int]:
    """Return variables of which one has to be chosen where ``short`` of some sets need one each."""
    ranked = sorted(sets, key=lambda each: (len(each), sorted(each)))
    return set().union(*ranked[: len(ranked) - short + 1])


def _openers(program: Program, play: Play, option: str, level: str) -> set[int]:
    """Return what can help to meet one option of an entry requirement."""
    problem = program.problem
    if is_topic(problem, option):
        return set(program.givers.get((option, level), ()))
    whole = option in program.take and problem.supply.candidates[option].whole
    found = {program.take[option]} if whole else set()
    lacking = [
        set(program.givers.get(pair, ()))
        for pair in problem.supply.equivalents.get(option, {}).items()
        if not play.has(pair)
    ]
    return found | min(lacking, key=lambda each: (len(each), sorted(each)), default=set())


def _least(wishes: Wishes, least: float) -> float:
    """Return the least value of the first objective where no plan takes fewer hours, or parts, than some."""
    if wishes.minimise == "finish":
        return least / wishes.hours_per_week
    return least if wishes.minimise in {"hours", "courses"} else 0.0


def select(
    problem: Problem, *, seconds: float = math.inf, limits: Sequence[tuple[Mapping[str, float], float]] = ()
) -> Selection | None:
    """Choose courses and self-study that reach the goals best, with proof.

    Parameters
    ----------
    problem : Problem
    seconds : float
        Time; the best so far is returned when it is over, with its bound.
    limits : sequence of (mapping of course to weight, upper bound)
        Further limits on weighted counts of courses.

    Returns
    -------
    Selection or None
        None if the wishes cannot all be met.

    Notes
    -----
    Mixed-integer program with a binary for each topic and level, each way to learn it, and each course.
    Orders are not in the model: a selection whose pieces wait for each other in a circle is cut off and
    the model solved again (a logic-based Benders cut), which keeps the result exact.
    """
    program = Program(problem)
    for weights, upper in limits:
        terms = {program.take[course]: weight for course, weight in weights.items() if course in program.take}
        program.model.add(Row(terms, upper=upper))
    if any(course not in program.take for course in problem.wishes.include):
        return None
    if problem.supply.least is not None:
        found = nearly(
            program.model,
            program.objectives(),
            sorted(program.take.values()),
            seconds=seconds,
            least=_least(problem.wishes, problem.supply.least),
            ties=problem.wishes.minimise != "hours",
            cuts=lambda values: _cut(program, values),
        )
    else:
        found = program.model.minimise(
            program.objectives(),
            seconds=seconds,
            cuts=lambda values: _cut(program, values),
            choices=sorted(program.take.values()),
        )
    if found is None:
        return None
    courses, pieces, taught = _chosen(program, found.values)
    topics = problem.supply.topics
    pieces = [each for each in pieces if not each.topic or topics[each.topic].hours.high > 0]
    longer = joined(pieces)
    play = Play(problem, taught, longer)
    play.on()
    levels: dict[str, str] = {}
    for topic, level in [
        *((each.topic, each.level) for each in pieces if each.topic),
        *(pair for own in taught.values() for pair in own.items()),
    ]:
        if RANK[level] > RANK[levels.get(topic, "")]:
            levels[topic] = level
    return Selection(
        tuple(courses),
        # a topic of which something needs only a first idea may have to be learned in two goes
        tuple(pieces if play.waiting else longer),
        dict(sorted(levels.items())),
        taught,
        found.stages,
    )
