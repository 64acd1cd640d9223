"""Plans of terms for a degree: exact, with the proof, or the smallest repair."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.curriculum import DegreePlan
from mlgraph.analysis.layout import PlanMetrics, misplaced, plan_metrics
from mlgraph.errors import PlanError, UsageError
from mlgraph.planning.degree_aim import evenest
from mlgraph.planning.degree_model import OBJECTIVES, Wishes, build, laid_out
from mlgraph.planning.solver import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse
    from mlgraph.planning.degree_model import Built
    from mlgraph.planning.requirement import Rule
    from mlgraph.planning.solver import Solution

__all__ = ["DegreeFound", "check_wishes", "clashes_of", "make_degree_plan", "why_not_valid"]


class DegreeFound(NamedTuple):
    """A plan, its statistics, a stage for each objective, and which course counts for which rule.

    ``left`` are courses of the file that the plan does not need; ``counted`` is rule name -> courses.
    """

    plan: DegreePlan
    metrics: PlanMetrics
    clashes: float
    stages: tuple[Stage, ...]
    left: tuple[str, ...]
    counted: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def optimal(self) -> bool:
        """Whether every stage is proven."""
        return all(each.optimal for each in self.stages)


def make_degree_plan(
    curriculum: Curriculum,
    wishes: Wishes,
    rule: Rule | None = None,
    *,
    additional: tuple[CurriculumCourse, ...] = (),
    seconds: float = 30.0,
) -> DegreeFound:
    """Return the best plan of terms.

    Parameters
    ----------
    curriculum : Curriculum
        Without a rule all its courses are taken.
    wishes : Wishes
        Terms, limits, fixed and ranged courses, prior courses, objectives in their order.
    rule : Rule, optional
        What the degree asks for: the plan then takes as few credits as meet it, before anything else.
    additional : tuple of CurriculumCourse
        Courses that are taken too, without being part of the curriculum.
    seconds : float
        Time for the solver; when it is over, the best so far is returned with its bound.

    Returns
    -------
    DegreeFound

    Raises
    ------
    PlanError
        If there is no such plan; names the smallest repairs.
    UsageError
        If a wish has no sense.
    """
    courses = (*curriculum.courses, *additional)
    check_wishes(courses, wishes)
    built, solution = _solved(courses, wishes, rule, seconds)
    if solution is None:
        from mlgraph.planning.degree_repair import repairs  # noqa: PLC0415 - only if there is no plan

        raise repairs(courses, wishes, rule, seconds)
    terms = laid_out(built, solution.values, wishes.terms)
    plan = DegreePlan(wishes.name, curriculum, terms, additional)
    inside = {course for term in terms for course in term}
    left = tuple(each.id for each in courses if each.id not in inside and each.id not in wishes.prior)
    return DegreeFound(
        plan,
        plan_metrics(plan, sorted(wishes.prior)),
        clashes_of(plan),
        solution.stages,
        left,
        built.counted(solution.values),
    )


def _solved(
    courses: tuple[CurriculumCourse, ...], wishes: Wishes, rule: Rule | None, seconds: float
) -> tuple[Built, Solution | None]:
    """Return the model and its solution.

    Where balance comes first and all courses are taken, plans as even as can be are looked for apart:
    the pairs of terms are not needed for that, and finding none raises the bound.
    """
    end = time.monotonic() + seconds
    uneven = False
    if rule is None and wishes.objectives[:1] == ("balance",):
        built = build(courses, wishes, even=True)
        try:
            solution = built.model.minimise(built.objectives, seconds=0.75 * seconds)
        except TimeoutError:
            pass
        else:
            if solution is not None:
                taken = [each for each in courses if each.id not in wishes.prior]
                value = evenest(taken, wishes.terms)[2]
                stages = tuple(each for each in solution.stages if each.name)
                return built, solution._replace(
                    stages=(Stage("balance", value, value, optimal=True), *stages)
                )
            uneven = True
    built = build(courses, wishes, rule, uneven=uneven)
    try:
        return built, built.model.minimise(built.objectives, seconds=end - time.monotonic())
    except TimeoutError as error:
        raise PlanError(
            f"no plan was found in {seconds:g} s", "raise --time-limit, or allow more terms or credits"
        ) from error


def check_wishes(courses: tuple[CurriculumCourse, ...], wishes: Wishes) -> None:
    """Refuse wishes without sense.

    Raises
    ------
    UsageError
        If a number is out of range, an objective unknown, or a term is not of the plan.
    """
    for name in wishes.objectives:
        if name not in OBJECTIVES:
            raise UsageError(f"no such objective: {name[:40]!r}", f"any of {', '.join(OBJECTIVES)}")
    if not 1 <= wishes.terms <= 40:
        raise UsageError(f"{wishes.terms} terms", "plan for 1 to 40 terms")
    if not 0 <= wishes.least <= wishes.most:
        raise UsageError(
            f"at least {wishes.least:g} and at most {wishes.most:g} credits a term",
            "the least is not above the most",
        )
    if "clashes" in wishes.objectives and not any(each.difficulty for each in courses):
        raise UsageError("no course has a difficulty", "add the column Difficulty, or leave out clashes")
    _check_terms(wishes, {each.id: each.code for each in courses})


def _check_terms(wishes: Wishes, names: Mapping[str, str]) -> None:
    """Refuse terms that the plan does not have, and terms for courses done before."""
    for term, most in wishes.limits.items():
        if not (1 <= term <= wishes.terms and most >= 0):
            raise UsageError(
                f"at most {most:g} credits in term {term}",
                f"name a term from 1 to {wishes.terms}, and credits",
            )
    ranges = {**wishes.ranged, **{course: (term, term) for course, term in wishes.fixed.items()}}
    for course, (first, last) in ranges.items():
        name = names.get(course, course)
        if course in wishes.prior:
            raise UsageError(
                f"{name} is done before, and wished for in a term", "leave out one of these wishes"
            )
        if not 1 <= first <= last <= wishes.terms:
            where = f"term {first}" if first == last else f"terms {first} to {last}"
            raise UsageError(
                f"{name}: {where} is not among the {wishes.terms} of the plan",
                "name terms of the plan, the first of a range first",
            )


def clashes_of(plan: DegreePlan) -> float:
    """Return the sum over all pairs of courses in one term of the product of their difficulties."""
    courses = plan.courses()
    total = 0.0
    for term in plan.terms:
        hard = [courses[each].difficulty for each in term]
        total += (sum(hard) ** 2 - sum(each**2 for each in hard)) / 2
    return total


def why_not_valid(plan: DegreePlan, wishes: Wishes) -> list[str]:
    """Return in words what a plan breaks of requisites, credit limits, offerings and wishes on terms.

    Parameters
    ----------
    plan : DegreePlan
        Any plan, whoever made it.
    wishes : Wishes

    Notes
    -----
    Knows nothing of the model that makes plans, so it checks it.
    """
    courses, term_of = plan.courses(), plan.term_of()
    found = []
    for course, place in misplaced(plan, sorted(wishes.prior)):
        each = courses[course].requisites[place]
        options = " or ".join(courses[option].code for option in each.options)
        words = {"pre": "before", "co": "before or in", "strict": "in"}[each.kind]
        found.append(f"{courses[course].code}: {options} is not {words} its term")
    for number, term in enumerate(plan.terms, 1):
        load = sum(courses[each].credits for each in term)
        if load > wishes.limit(number) + 1e-9:
            found.append(f"term {number}: {load:g} credits, more than {wishes.limit(number):g}")
        if term and load < wishes.least - 1e-9:
            found.append(f"term {number}: {load:g} credits, less than {wishes.least:g}")
    for course, number in term_of.items():
        season = wishes.season(number)
        if courses[course].offered and season not in wishes.seasons_of(courses[course]):
            found.append(f"{courses[course].code}: not offered in term {number} ({season})")
        first, last = wishes.window(course)
        if not first <= number <= last:
            found.append(f"{courses[course].code}: in term {number}, wished for {first} to {last}")
    twice = [each for term in plan.terms for each in term if each in wishes.prior]
    found += [f"{courses[each].code}: done before" for each in twice]
    return found
