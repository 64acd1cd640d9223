"""Plans of little graphs are as good as the best of all plans, and pass an independent check."""

from __future__ import annotations

import itertools
import math
import re
from typing import TYPE_CHECKING, NamedTuple
from unittest import mock

import pytest
from hypothesis import HealthCheck, assume, given, settings

from mlgraph.errors import PlanError, UsageError
from mlgraph.planning import supply
from mlgraph.planning.plan import alternatives, make_plan
from mlgraph.planning.selection import select
from tests.exhaustive import best
from tests.property.worlds import Case, Ready, cases, dated_cases
from tests.verifier import verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgraph.planning.candidate import Wishes
    from mlgraph.planning.plan import Plan
    from mlgraph.planning.selection import Selection
    from tests.exhaustive import Best

NAMES = {
    "hours": ("hours", "cost", "parts"),
    "cost": ("cost", "hours", "parts"),
    "courses": ("parts", "hours", "cost"),
    "finish": ("weeks", "hours", "cost"),
}
ROUNDED = 0.03
"""Hours of courses taken whole are rounded to two decimals each."""


def tries(count: int) -> settings:
    """Return settings for a law that takes some hundredths of a second each time."""
    return settings(
        max_examples=count,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


def optimum(at: Ready, wishes: Wishes) -> Best | None:
    return best(at.world, at.goals, at.known.levels, wishes, at.passed)


def faults(at: Ready, plan: Plan) -> list[str]:
    return verify(at.world, at.goals, at.known.levels, at.case.wishes, plan, at.passed)


def assert_as_good(found: Selection, ideal: Best, minimise: str) -> None:
    """Compare the objectives; those left out are zero in any case."""
    values = {stage.name: stage.value for stage in found.stages}
    for name, value in zip(NAMES[minimise], ideal.in_order(minimise), strict=True):
        assert abs(values.get(name, 0.0) - value) < ROUNDED, (name, values, ideal)
    assert all(stage.optimal for stage in found.stages)


@tries(200)
@given(cases())
def test_no_plan_is_better_and_none_is_missed(case: Case) -> None:
    at = Ready(case)
    try:
        problem = at.problem(case.wishes)
    except UsageError:  # a goal that is excluded
        return
    ideal, found = optimum(at, case.wishes), select(problem)
    assert (ideal is None) == (found is None)
    if ideal is not None and found is not None:
        assert_as_good(found, ideal, case.wishes.minimise)


@tries(200)
@given(cases())
def test_among_courses_too_many_to_search_all_none_is_missed_and_the_bound_holds(case: Case) -> None:
    """The same graphs as if they were large: column generation and a kernel search, of which the bound is for all."""
    at = Ready(case)
    ideal = optimum(at, case.wishes)
    with mock.patch.object(supply, "WIDE", 0):
        try:
            problem = at.problem(case.wishes)
        except UsageError:  # wanted and excluded
            return
        found = select(problem)
        assert (found is None) == (ideal is None)
        if found is None or ideal is None:
            return
        least = ideal.in_order(case.wishes.minimise)[0]
        stage = found.stages[0]
        assert stage.bound - ROUNDED <= least <= stage.value + ROUNDED
        assert not faults(at, make_plan(at.store, at.target, problem))


@tries(200)
@given(cases())
def test_plans_pass_the_independent_check(case: Case) -> None:
    at = Ready(case)
    try:
        plan = make_plan(at.store, at.target, at.problem(case.wishes))
    except (PlanError, UsageError):
        return
    assert not faults(at, plan)


@tries(60)
@given(cases(topics=5, courses=5))
def test_alternatives_pass_it_too_and_differ(case: Case) -> None:
    at = Ready(case)
    try:
        problem = at.problem(case.wishes)
        plan = make_plan(at.store, at.target, problem, projects=False)
    except (PlanError, UsageError):
        return
    found = [plan, *alternatives(at.store, at.target, problem, plan, 2)]
    for other in found[1:]:
        assert not faults(at, other)
    for one, other in itertools.combinations(found, 2):
        assert len(set(one.courses) & set(other.courses)) <= len(one.courses) / 2
        assert other.stages[0].value >= one.stages[0].value - ROUNDED


# --- wishes that cannot be met


class Loose(NamedTuple):
    """The words of a wish, and the wishes without it."""

    words: str
    without: Mapping[str, object]


def loosened(wishes: Wishes, goals: set[str]) -> list[Loose]:
    """Return each wish on its own, as the planner words them."""
    found = []
    if wishes.weeks is not None:
        found.append(
            Loose(
                f"ready in {wishes.weeks:.1f} weeks at {wishes.hours_per_week:g} h a week".replace(
                    ".0 w", " w"
                ),
                {"weeks": None},
            )
        )
    if wishes.free:
        found.append(Loose("free courses only", {"free": False}))
    if wishes.max_cost is not None:
        found.append(Loose(f"at most {wishes.max_cost:g} to pay", {"max_cost": None}))
    if wishes.languages:
        found.append(Loose("language en", {"languages": ()}))
    if wishes.pacing:
        found.append(Loose("pacing self-paced", {"pacing": ()}))
    if wishes.delivery:
        found.append(Loose("delivery online, hybrid", {"delivery": ()}))
    else:
        everywhere = {"delivery": ("online", "hybrid", "on-campus", "immersive")}
        found.append(Loose("no courses that are on campus only", everywhere))
    included = sorted(set(wishes.include) - goals)
    found += [Loose(f"{each.rpartition('/')[2]} included", {"include": ()}) for each in included]
    found += [Loose(f"{each.rpartition('/')[2]} excluded", {"exclude": ()}) for each in wishes.exclude]
    return found


def kept(wishes: Wishes, every: list[Loose], words: set[str]) -> Wishes:
    """Return only some of the wishes."""
    for each in every:
        if each.words not in words:
            wishes = wishes._replace(**each.without)  # type: ignore[arg-type]
    return wishes


@tries(250)
@given(cases(topics=5))
def test_conflicts_are_minimal_and_repairs_help(case: Case) -> None:
    at = Ready(case)
    try:
        problem = at.problem(case.wishes)
    except UsageError:
        return
    assume(optimum(at, case.wishes) is None)
    with pytest.raises(PlanError) as caught:
        make_plan(at.store, at.target, problem)
    goals = {goal.thing.iri for goal in at.goals} | set(at.passed)
    every = loosened(case.wishes, goals)
    conflict = set(caught.value.conflict)
    assert conflict <= {each.words for each in every}
    assert optimum(at, kept(case.wishes, every, conflict)) is None
    for words in conflict:
        assert optimum(at, kept(case.wishes, every, conflict - {words})) is not None, words
    if conflict:
        assert_helpful(at, caught.value.mend, [each for each in every if each.words in conflict])


def assert_helpful(at: Ready, mend: str, conflict: list[Loose]) -> None:
    """Every repair makes a plan possible, and one is named for each wish that can be given up alone."""
    wishes = at.case.wishes
    able = [each for each in conflict if optimum(at, wishes._replace(**each.without)) is not None]  # type: ignore[arg-type]
    texts = mend.split("; or ")
    if not able:
        assert mend == "other wishes stand against it too: try with fewer"
        return
    assert len(texts) == len(able)
    for text, each in zip(texts, able, strict=True):
        for changed in repaired(text, wishes, each):
            assert optimum(at, changed) is not None, text


def repaired(text: str, wishes: Wishes, wish: Loose) -> Iterator[Wishes]:
    """Yield the wishes after a repair; least changes are checked to be least."""
    if found := re.fullmatch(r"finish (\d+) weeks? later(?:, or give ([\d.]+) h a week)?", text):
        yield wishes._replace(weeks=(wishes.weeks or 0) + int(found[1]))
        if found[2]:
            yield wishes._replace(hours_per_week=float(found[2]))
    elif found := re.fullmatch(r"allow ([\d.]+) to pay", text):
        yield wishes._replace(max_cost=float(found[1]))
    else:
        campus = "allow courses on campus with --delivery online,hybrid,on-campus,immersive"
        assert text in {f"give up: {wish.words}", campus}
        yield wishes._replace(**wish.without)  # type: ignore[arg-type]


# --- courses with dates


class Job(NamedTuple):
    """Work at one's own pace, with the courses that come before and after it."""

    hours: float
    behind: frozenset[str]
    ahead: frozenset[str]


def jobs_of(at: Ready, plan: Plan) -> tuple[dict[str, tuple[int, float]], list[Job], dict[str, set[str]]]:
    """Return dated topics with weeks and hours a week, other work, and what needs what among topics."""
    world = at.world
    beneath: dict[str, set[str]] = {}
    for topic in sorted(world.topics):
        beneath[topic] = set()
        todo = [topic]
        while todo:
            for demand in world.needs[todo.pop()]:
                for needed, _ in demand.options:
                    if needed not in beneath[topic]:
                        beneath[topic].add(needed)
                        todo.append(needed)
    dated: dict[str, tuple[int, float]] = {}
    jobs = []
    courses = {part.topic: item for item in plan.items if item.kind == "course" for part in item.parts}
    for topic in world.topics:
        if topic in courses:
            weeks = round(courses[topic].end - courses[topic].start)
            dated[topic] = (weeks, courses[topic].hours / weeks)
    for topic in world.topics - dated.keys():
        behind = frozenset(beneath[topic] & dated.keys())
        ahead = frozenset(each for each in dated if topic in beneath[each])
        jobs.append(Job(1.5 * world.hours[topic][2], behind, ahead))
    return dated, jobs, beneath


def least_end(
    dated: dict[str, tuple[int, float]], jobs: list[Job], starts: dict[str, int], pace: float, parallel: int
) -> float:
    """Return when all is done if the courses start in some weeks; infinity if that cannot be.

    Work fits if between any two times there is no more of it than room (Hall's condition, which is
    enough for work that may be put aside).
    """
    ends = {each: start + dated[each][0] for each, start in starts.items()}
    horizon = max(ends.values()) + math.ceil(sum(job.hours for job in jobs) / pace) + 1
    room = []
    for week in range(horizon):
        runs = [each for each in starts if starts[each] <= week < ends[each]]
        spent = sum(dated[each][1] for each in runs)
        if len(runs) > parallel or spent > pace + 1e-9:
            return math.inf
        room.append(pace - spent if len(runs) < parallel else 0.0)
    work = [
        (
            max((ends[each] for each in job.behind), default=0),
            min((starts[each] for each in job.ahead), default=horizon),
            job.hours,
        )
        for job in jobs
    ]
    last = float(max(ends.values()))
    for release in sorted({each[0] for each in work}):
        for due in sorted({each[1] for each in work}):
            inside = sum(hours for begin, end, hours in work if begin >= release and end <= due)
            if inside > sum(room[release:due]) + 1e-9:
                return math.inf
        left = sum(hours for begin, _, hours in work if begin >= release)
        week = release
        while left > room[week] + 1e-9:
            left -= room[week]
            week += 1
        if left > 1e-9:
            last = max(last, week + left / room[week])
    return last


@tries(80)
@given(dated_cases())
def test_courses_with_dates_end_as_early_as_any_weeks_allow(case: Case) -> None:
    at = Ready(case)
    try:
        plan = make_plan(at.store, at.target, at.problem(case.wishes), projects=False)
    except PlanError:
        assert optimum(at, case.wishes) is None
        return
    assert not faults(at, plan)
    dated, jobs, beneath = jobs_of(at, plan)
    pace, parallel = case.wishes.hours_per_week, case.wishes.parallel
    names = sorted(dated)
    least = math.inf
    for weeks in itertools.product(range(math.ceil(plan.weeks)), repeat=len(names)):
        starts = dict(zip(names, weeks, strict=True))
        ends = {each: start + dated[each][0] for each, start in starts.items()}
        kept_order = all(ends[o] <= starts[each] for each in names for o in beneath[each] & dated.keys())
        if kept_order and max(ends.values()) < least:
            least = min(least, least_end(dated, jobs, starts, pace, parallel))
    assert plan.weeks == pytest.approx(least)
    assert plan.weeks_bound == pytest.approx(least)
    assert plan.optimal
