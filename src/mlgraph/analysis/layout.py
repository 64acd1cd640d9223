"""How a degree plan lays out a curriculum: credits, distances, transfer of knowledge, similarity."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse, DegreePlan

__all__ = ["PlanMetrics", "misplaced", "plan_metrics", "same_course", "similarity"]


class PlanMetrics(NamedTuple):
    """Statistics of a degree plan; ``credits`` are those of each term.

    ``distance`` is the sum over all requisites of the terms between; ``balance`` the sum over all pairs
    of terms of the difference of their credits; ``transfer`` the number of requisites that lead from each
    term or one before it to a later one.
    """

    credits: tuple[float, ...]
    total: float
    largest: float
    largest_term: int
    smallest: float
    smallest_term: int
    average: float
    deviation: float
    balance: float
    distance: int
    distances: Mapping[str, int]
    transfer: tuple[int, ...]


def plan_metrics(plan: DegreePlan, prior: Sequence[str] = ()) -> PlanMetrics:
    """Return the statistics of a degree plan.

    Parameters
    ----------
    plan : DegreePlan
        Of an either-or requisite those options count that are nearest before the course, as many as
        needed; one that is required anyway is not counted again.
    prior : sequence of str
        Ids of courses done before; they meet requisites, and are no distance away.

    Notes
    -----
    The credit balance sums over all pairs of terms, as the code of CurricularAnalytics.jl does; its
    documentation shows a formula for adjacent terms only.
    """
    courses = plan.courses()
    term_of = plan.term_of()
    loads = tuple(sum(courses[each].credits for each in term) for term in plan.terms)
    average = sum(loads) / len(loads) if loads else 0.0
    arcs = _arcs(courses, term_of, set(prior))
    distances: dict[str, int] = {}
    for before, after in arcs:
        distances[after] = distances.get(after, 0) + term_of[after] - term_of[before]
    links = set(arcs)
    return PlanMetrics(
        loads,
        sum(loads),
        max(loads, default=0.0),
        loads.index(max(loads)) + 1 if loads else 0,
        min(loads, default=0.0),
        loads.index(min(loads)) + 1 if loads else 0,
        average,
        math.sqrt(sum((each - average) ** 2 for each in loads) / len(loads)) if loads else 0.0,
        sum(abs(one - other) for one, other in combinations(loads, 2)),
        sum(distances.values()),
        distances,
        tuple(
            sum(term_of[before] <= term < term_of[after] for before, after in links)
            for term in range(1, len(loads))
        ),
    )


def _arcs(
    courses: Mapping[str, CurriculumCourse], term_of: Mapping[str, int], prior: set[str]
) -> list[tuple[str, str]]:
    """Return (requisite, course) for the requisites that are in terms: sure ones, then those chosen.

    An option that is a sure requisite too is chosen first: it is no further link.
    """
    found: list[tuple[str, str]] = []
    for course, term in term_of.items():
        wanted = [
            (
                each.kind,
                [option for option in each.options if option in courses and option not in prior],
                each.minimum - len(prior.intersection(each.options)),
            )
            for each in courses[course].requisites
        ]
        sure = {
            option: None for _, options, count in wanted if 0 < len(options) <= count for option in options
        }
        found += [(option, course) for option in sure if option in term_of]
        for kind, options, count in wanted:
            inside = [option for option in options if option in term_of]
            inside = [option for option in inside if _fits(kind, term_of[option], term)] or inside
            inside.sort(key=lambda option: (option not in sure, -term_of[option]))
            if len(options) > count > 0:
                found += [(option, course) for option in inside[:count] if option not in sure]
    return found


def _fits(kind: str, requisite: int, course: int) -> bool:
    return {"pre": requisite < course, "co": requisite <= course}.get(kind, requisite == course)


def misplaced(plan: DegreePlan, prior: Sequence[str] = ()) -> list[tuple[str, int]]:
    """Return (course, place of a requisite of it) where a plan breaks a requisite.

    Parameters
    ----------
    plan : DegreePlan
    prior : sequence of str
        Ids of courses done before the plan.
    """
    courses, term_of, done = plan.courses(), plan.term_of(), set(prior)
    return [
        (course, place)
        for course, term in term_of.items()
        for place, each in enumerate(courses[course].requisites)
        if sum(
            option in done or (option in term_of and _fits(each.kind, term_of[option], term))
            for option in each.options
        )
        < each.minimum
    ]


def same_course(one: CurriculumCourse, other: CurriculumCourse) -> bool:
    """Say whether two courses have the same name, or the same prefix and number."""
    named = bool(one.name) and one.name == other.name
    coded = bool(one.prefix and one.number) and (one.prefix, one.number) == (other.prefix, other.number)
    return named or coded


def similarity(one: Curriculum, other: Curriculum) -> float:
    """Return how many courses of one curriculum are in another, by the number of courses of the other.

    Not symmetric, as in CurricularAnalytics.jl; courses are the same by name, or by prefix and number.

    Examples
    --------
    >>> from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse
    >>> a, b = CurriculumCourse("1", "A"), CurriculumCourse("2", "B")
    >>> similarity(Curriculum("", (a,)), Curriculum("", (a, b)))
    0.5
    """
    matches = sum(any(same_course(each, basis) for basis in other.courses) for each in one.courses)
    return matches / len(other.courses) if other.courses else 0.0
