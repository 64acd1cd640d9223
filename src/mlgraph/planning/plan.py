"""A plan: what to do, when, why, and what it opens; with the proof of its optimum."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.learning import named, offerings, pages, taught_by
from mlgraph.errors import PlanError, UsageError
from mlgraph.planning.candidate import Wishes, refusal
from mlgraph.planning.item import Item, assemble, books_for, practices_for, with_projects
from mlgraph.planning.learner import RANK
from mlgraph.planning.links import linked
from mlgraph.planning.play import Problem
from mlgraph.planning.repair import conflict_and_repairs
from mlgraph.planning.schedule import schedule
from mlgraph.planning.selection import select
from mlgraph.planning.solver import Stage
from mlgraph.planning.supply import supply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlgraph.catalog.learning import Resource
    from mlgraph.planning.goal import Target
    from mlgraph.planning.learner import Knowledge
    from mlgraph.planning.schedule import Schedule
    from mlgraph.planning.selection import Selection
    from mlgraph.planning.supply import Supply
    from mlgraph.rdf.store import Store

__all__ = ["Plan", "alternatives", "make_plan", "problem_for", "why_not"]


_TRIES = 6
"""How often a plan is made anew without courses that end too late."""

_UNITS = {"cost": "of the money", "parts": "things to do"}


class Plan(NamedTuple):
    """Items in order, totals, and the objectives with their bounds; ``weeks_bound`` is the proven least end."""

    goals: tuple[str, ...]
    items: tuple[Item, ...]
    hours: float
    price: float
    weeks: float
    weeks_bound: float
    stages: tuple[Stage, ...]
    known: int
    courses: tuple[str, ...]
    soft: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def optimal(self) -> bool:
        """Whether every objective and the end are proven."""
        return all(stage.optimal for stage in self.stages) and self.weeks <= self.weeks_bound + 1e-6


def problem_for(
    store: Store,
    wanted: Target,
    known: Knowledge,
    wishes: Wishes,
    passed: Sequence[str] = (),
    progress: Callable[[int], None] | None = None,
) -> Problem:
    """Return the problem of planning for a target.

    Courses that are goals must be taken, for all that they teach; those passed before are reached. Where all
    courses of a large catalogue have to be read first, ``progress`` is told how many have been.

    Raises
    ------
    UsageError
        If a wish has no sensible meaning.
    """
    _sensible(wishes)
    aims = set(wanted.courses) - set(passed)
    must = tuple(sorted({*wishes.include, *aims} - set(passed)))
    clash = sorted(set(must) & set(wishes.exclude))
    if clash:
        raise UsageError(f"{clash[0].rpartition('/')[2]} is both wanted and excluded", "drop one of the two")
    wishes = wishes._replace(include=must)
    goals = {goal: "working" for goal in wanted.requirements.goals if goal not in passed}
    found = supply(store, wanted, known, wishes, passed=passed, progress=progress)
    for course in sorted(aims & found.candidates.keys()):
        for topic, level in found.candidates[course].levels.items():
            if topic in found.topics and RANK[level] > RANK[goals.get(topic, "")]:
                goals[topic] = level
    return Problem(goals, found, known, frozenset(passed), wishes)


def _remaker(store: Store, wanted: Target, problem: Problem) -> Callable[[Wishes], Problem]:
    """Return what makes the problem anew for looser wishes; supplies are kept, since few differ."""
    kept: dict[tuple[object, ...], Supply] = {}

    def make(wishes: Wishes) -> Problem:
        key = (
            wishes.free,
            wishes.max_cost is None,
            wishes.hours_per_week,
            wishes.minimise == "courses",
            *(wishes.languages, wishes.delivery, wishes.pacing, wishes.include, wishes.exclude),
        )
        if key not in kept:
            kept[key] = supply(store, wanted, problem.known, wishes, passed=problem.passed)
        return problem._replace(supply=kept[key], wishes=wishes)

    return make


def _sensible(wishes: Wishes) -> None:
    faults = (
        (not 0 < wishes.hours_per_week <= 168, "hours per week lie between 0 and 168", "for example 8"),
        (wishes.max_cost is not None and not wishes.max_cost >= 0, "a cost cannot be negative", "0 is free"),
        (wishes.parallel < 1, "at least one thing has to be done at once", "leave --at-most-parallel out"),
        (
            wishes.weeks is not None and wishes.weeks <= 0,
            "the end lies before the start",
            "give a later --by",
        ),
        (wishes.self_study < 1, "studying alone is not quicker than in a course", "a factor of 1 or more"),
        (
            wishes.minimise not in {"hours", "cost", "courses", "finish"},
            f"cannot minimise {wishes.minimise!r}",
            "hours, cost, courses or finish",
        ),
    )
    for wrong, message, mend in faults:
        if wrong:
            raise UsageError(message, mend)


def make_plan(
    store: Store,
    wanted: Target,
    problem: Problem,
    *,
    seconds: float = 30.0,
    projects: bool = True,
    soft: bool = False,
    limits: Sequence[tuple[Mapping[str, float], float]] = (),
) -> Plan:
    """Return the best plan for a problem, in weeks, with reasons.

    Parameters
    ----------
    store : Store
        The graph.
    wanted : Target
        The target that the problem was made for.
    problem : Problem
    seconds : float
        Time for the solver; then the best plan so far is returned with its gap.
    projects, soft : bool
        Whether to end with projects, and whether these should practise soft skills too.
    limits : sequence of (mapping of course to weight, upper bound)
        Further limits on courses.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        If the wishes cannot all be met; carries the smallest set of them that conflict, and names the
        cheapest repairs.
    """
    if not seconds > 0:
        raise UsageError("there is no time for the solver", "give a --time-limit above 0")
    found, books, timed = _in_time(store, wanted, problem, seconds, limits)
    pace, weeks = problem.wishes.hours_per_week, problem.wishes.weeks
    items = assemble(problem, wanted, found, timed, books, pages(store, found.courses))
    room = math.inf if weeks is None else max(0.0, (weeks - timed.weeks) * pace)
    practised = practices_for(store, wanted, problem, soft=soft, room=room) if projects and items else []
    items = linked(problem, with_projects(items, practised, problem))
    labels = named(store, wanted.soft)
    return Plan(
        tuple(goal.thing.label for goal in wanted.goals),
        tuple(items),
        sum(item.hours for item in items),
        sum(item.price for item in items),
        max((item.end for item in items), default=0.0),
        timed.bound + sum(item.hours for item in items if item.kind == "project") / pace,
        tuple(_honest(stage, timed) for stage in found.stages),
        len(problem.known.levels),
        found.courses,
        tuple(sorted(labels.get(iri, iri) for iri in wanted.soft)),
        _notes(wanted, problem),
    )


def _in_time(
    store: Store,
    wanted: Target,
    problem: Problem,
    seconds: float,
    limits: Sequence[tuple[Mapping[str, float], float]],
) -> tuple[Selection, dict[str, Resource], Schedule]:
    """Return a selection with its schedule; where courses with dates end too late, one without them all.

    Raises
    ------
    PlanError
        If there is none.
    """
    late: list[tuple[Mapping[str, float], float]] = []
    weeks = problem.wishes.weeks
    for _ in range(_TRIES):
        try:
            found = select(problem, seconds=seconds, limits=[*limits, *late])
        except TimeoutError as error:
            raise PlanError(
                f"no plan was found within {seconds:g} s", "give more time with --time-limit"
            ) from error
        if found is None:
            break
        books = books_for(store, problem, found)
        timed = schedule(
            problem, found, {t: r.source for t, r in books.items()}, seconds=max(1.0, seconds / 3)
        )
        if weeks is None or timed.weeks <= weeks + 1e-6:
            return found, books, timed
        dated = {each: 1.0 for each in found.courses if problem.supply.candidates[each].weeks}
        late.append((dated, len(dated) - 1.0))
    if late:
        raise PlanError(
            f"no plan was found that ends within {weeks:.0f} weeks: courses with dates take longer",
            "give a later --by or more --hours-per-week, or leave them out with --pacing self-paced",
        )
    raise conflict_and_repairs(problem, seconds, _remaker(store, wanted, problem))


def _honest(stage: Stage, timed: Schedule) -> Stage:
    """Return what an objective came to; the least number of weeks is a bound where dates take longer."""
    if stage.name != "weeks" or timed.weeks <= stage.value + 1e-6:
        return stage
    return Stage(stage.name, timed.weeks, stage.bound, optimal=False)


def _notes(wanted: Target, problem: Problem) -> tuple[str, ...]:
    asked = []
    if problem.supply.overlooked:
        asked.append(
            f"{problem.supply.overlooked:,} further courses that suit were weighed and not searched; the bound on the "
            "hours holds for them too"
        )
    for group in wanted.entry:
        words = [option.rpartition("/")[2] for option in group.options] + list(group.external)
        asked.append(
            f"{group.owner.rpartition('/')[2]} also asks for {' or '.join(words) or 'something else'}"
        )
    return (*wanted.notes, *asked)


def alternatives(
    store: Store, wanted: Target, problem: Problem, first: Plan, count: int, *, seconds: float = 30.0
) -> list[Plan]:
    """Return further plans, the best first, each with at most half of the courses of any before it.

    Fewer than asked for come back where no more such plans exist.
    """
    found = [first]
    problem = problem._replace(supply=supply(store, wanted, problem.known, problem.wishes, every=True))
    while len(found) <= count:
        limits = [
            (dict.fromkeys(each.courses, 1.0), float(len(each.courses) // 2))
            for each in found
            if each.courses
        ]
        if len(limits) < len(found):
            break
        try:
            if select(problem, seconds=seconds, limits=limits) is None:
                break
            found.append(make_plan(store, wanted, problem, seconds=seconds, projects=False, limits=limits))
        except (TimeoutError, PlanError):
            break
    return found[1:]


def why_not(store: Store, wanted: Target, problem: Problem, plan: Plan, course: str) -> list[str]:
    """Return why a course is not in a plan, in sentences.

    Parameters
    ----------
    store : Store
        The graph.
    wanted : Target
    problem : Problem
    plan : Plan
        The plan that was made for the problem.
    course : str
        IRI of the course.
    """
    if course in plan.courses:
        return ["it is in the plan"]
    if course in problem.passed:
        return ["you have passed it"]
    refused = [refusal(each, problem.wishes) for each in offerings(store, [course])]
    if refused and all(refused):
        return sorted(set(refused))
    if course in problem.wishes.exclude:
        return ["you excluded it"]
    useful = [
        problem.supply.topics[topic].label
        for _, topic, level in taught_by(store, [course])
        if topic in problem.supply.topics and not problem.known.has(topic, level)
    ]
    if not useful:
        return ["it teaches nothing that is needed and not known"]
    reason = f"it teaches {', '.join(sorted(useful))}, which the plan covers otherwise"
    return [reason, _compared(store, wanted, problem, plan, course)]


def _compared(store: Store, wanted: Target, problem: Problem, plan: Plan, course: str) -> str:
    """Return how a plan with a course compares to the best one."""
    forced = problem.wishes._replace(include=(*problem.wishes.include, course))
    other = problem._replace(wishes=forced, supply=supply(store, wanted, problem.known, forced))
    try:
        found = select(other, seconds=15.0)
    except TimeoutError:
        return "what a plan with it would take was not found in time"
    if found is None:
        return "with it there is no plan: its entry requirements, or another wish, cannot be met"
    stage, old = found.stages[0], plan.stages[0]
    more = stage.value - old.value
    if more <= 0.05:
        return "with it the plan is as good"
    return f"with it the plan takes {more:.1f} {_UNITS.get(stage.name, stage.name)} more"
