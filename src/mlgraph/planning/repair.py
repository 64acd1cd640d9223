"""Why wishes cannot be met, what would mend it, and why a course is not in a plan."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.errors import PlanError
from mlgraph.planning.play import least
from mlgraph.planning.selection import select

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from mlgraph.planning.candidate import Wishes
    from mlgraph.planning.play import Problem

__all__ = ["Wish", "conflict_and_repairs", "wishes_of"]


_AWAY = "no courses that are on campus only"
_EVERYWHERE = ("online", "hybrid", "on-campus", "immersive")


class Wish(NamedTuple):
    """A single wish: its words, and how the wishes look without it."""

    words: str
    drop: Callable[[Wishes], Wishes]


def wishes_of(wishes: Wishes, goals: Collection[str] = ()) -> list[Wish]:
    """Return the wishes that restrict a plan, each on its own; courses that are goals are none."""
    found: list[Wish] = []
    if wishes.weeks is not None:
        found.append(
            Wish(
                f"ready in {wishes.weeks:.1f} weeks at {wishes.hours_per_week:g} h a week".replace(
                    ".0 w", " w"
                ),
                lambda each: each._replace(weeks=None),
            )
        )
    if wishes.free:
        found.append(Wish("free courses only", lambda each: each._replace(free=False)))
    if wishes.max_cost is not None:
        found.append(Wish(f"at most {wishes.max_cost:g} to pay", lambda each: each._replace(max_cost=None)))
    if wishes.languages:
        found.append(
            Wish(f"language {', '.join(wishes.languages)}", lambda each: each._replace(languages=()))
        )
    if wishes.delivery:
        found.append(Wish(f"delivery {', '.join(wishes.delivery)}", lambda each: each._replace(delivery=())))
    if wishes.pacing:
        found.append(Wish(f"pacing {', '.join(wishes.pacing)}", lambda each: each._replace(pacing=())))
    found += [
        Wish(f"{_slug(course)} included", _included(course))
        for course in wishes.include
        if course not in goals
    ]
    found += [Wish(f"{_slug(course)} excluded", _excluded(course)) for course in wishes.exclude]
    if not wishes.delivery:  # nobody said so, but it is the rule
        found.append(Wish(_AWAY, lambda each: each._replace(delivery=_EVERYWHERE)))
    return found


def _slug(iri: str) -> str:
    return iri.rpartition("/")[2]


def _included(course: str) -> Callable[[Wishes], Wishes]:
    """Return what takes a course out of those that must be in."""
    return lambda wishes: wishes._replace(include=tuple(each for each in wishes.include if each != course))


def _excluded(course: str) -> Callable[[Wishes], Wishes]:
    """Return what takes a course out of those that must not be in."""
    return lambda wishes: wishes._replace(exclude=tuple(each for each in wishes.exclude if each != course))


def conflict_and_repairs(
    problem: Problem, seconds: float, again: Callable[[Wishes], Problem] | None = None
) -> PlanError:
    """Return the error that says which wishes conflict, and the cheapest repairs.

    Parameters
    ----------
    problem : Problem
        A problem without a plan.
    seconds : float
        Time for the solver, in all.
    again : callable, optional
        Makes the problem anew for other wishes; without it the supply stays as it is.

    Returns
    -------
    PlanError
        Its ``conflict`` is a smallest set of wishes that cannot be met together; its ``mend`` names for
        each wish of it the least change that makes a plan possible.
    """
    make = again or (lambda wishes: problem._replace(wishes=wishes))
    wishes = wishes_of(problem.wishes, problem.goals)
    each_time = max(0.5, seconds / max(1, 2 ** min(len(wishes), 6)))

    def possible(kept: tuple[Wish, ...]) -> bool:
        left = problem.wishes
        for wish in wishes:
            if wish not in kept:
                left = wish.drop(left)
        return _able(make(left), each_time)

    if not possible(()):
        return PlanError(
            f"no plan leads there whatever is allowed: {_obstacle(make, problem)}",
            "`mlgraph gap --to GOAL` shows what is missing; add a course or a resource for it with --data",
        )
    conflict: tuple[Wish, ...] = tuple(wishes)
    for size in range(1, len(wishes) + 1):
        found = next((kept for kept in combinations(wishes, size) if not possible(kept)), None)
        if found:
            conflict = found
            break
    repairs = [text for wish in conflict for text in [_repair(make, problem, wish, each_time * 4)] if text]
    words = [wish.words for wish in conflict]
    return PlanError(
        f"no plan meets {' and '.join(words)}" + (" together" if len(words) > 1 else ""),
        "; or ".join(repairs) if repairs else "other wishes stand against it too: try with fewer",
        words,
    )


def _able(problem: Problem, seconds: float) -> bool:
    """Return whether there is a plan; what could not be found out in time may be possible."""
    try:
        return select(problem, seconds=seconds) is not None
    except TimeoutError:
        return True


def _obstacle(make: Callable[[Wishes], Problem], problem: Problem) -> str:
    """Return in words why there is no plan even without any wish."""
    left = problem.wishes
    for wish in wishes_of(left, problem.goals):
        left = wish.drop(left)
    supply = make(left).supply
    for course in left.include:
        if course not in supply.candidates:
            return f"the graph knows no offering of {_slug(course)}"
        candidate = supply.candidates[course]
        for group in candidate.entry:
            if least(candidate, group) > len(group.options):
                asked = " or ".join((*map(_slug, group.options), *group.external)) or "something unnamed"
                return f"{_slug(course)} asks on entry for {asked}, which no plan can give"
    taught = {topic for each in supply.candidates.values() for topic in each.levels} | set(supply.resources)
    missing = sorted(
        facts.label
        for topic, facts in supply.topics.items()
        if topic not in taught and facts.hours.high > 0 and not problem.known.has(topic)
    )
    if missing:
        return f"nothing teaches {', '.join(missing[:5])}" + (" and more" if missing[5:] else "")
    return "what is needed is taught only in courses that cannot be entered, or not deeply enough"


def _repair(make: Callable[[Wishes], Problem], problem: Problem, wish: Wish, seconds: float) -> str:
    """Return the least change of one wish that makes a plan possible; nothing if none does."""
    looser = wish.drop(problem.wishes)
    if problem.wishes.weeks is not None and looser.weeks is None:
        return _later(make, problem, looser, seconds)
    if problem.wishes.max_cost is not None and looser.max_cost is None:
        # without any limit, courses whose price is not known would count as free
        cost = _least(make(looser._replace(minimise="cost", max_cost=math.inf)), seconds)
        if cost is not None:
            return f"allow {math.ceil(cost * 100 - 1e-4) / 100:.2f} to pay".replace(".00 ", " ")
    if _least(make(looser), seconds) is None:
        return ""
    if wish.words == _AWAY:
        return f"allow courses on campus with --delivery {','.join(_EVERYWHERE)}"
    return f"give up: {wish.words}"


def _later(make: Callable[[Wishes], Problem], problem: Problem, looser: Wishes, seconds: float) -> str:
    """Return how much later a plan ends, or how many hours a week make it end in time."""
    given = problem.wishes.weeks or 0.0
    weeks = _least(make(looser._replace(minimise="finish")), seconds)
    if weeks is None:
        return ""
    late = max(1, math.ceil(weeks - given - 1e-6))
    text = f"finish {late} week{'s' if late != 1 else ''} later"
    hours = _least(make(looser._replace(minimise="hours")), seconds)
    pace = math.ceil((hours or 0.0) / given * 10 - 1e-6) / 10
    quicker = problem.wishes._replace(hours_per_week=pace)
    if hours is not None and pace <= 168 and _least(make(quicker), seconds) is not None:
        text += f", or give {pace:.1f} h a week"
    return text


def _least(problem: Problem, seconds: float) -> float | None:
    """Return what the best plan comes to; None if none was found."""
    try:
        found = select(problem, seconds=seconds)
    except TimeoutError:
        return None
    return found.stages[0].value if found else None
