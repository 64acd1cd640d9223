"""What a degree plan can minimise, as terms of its model."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

from mlgraph.planning.solver import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.analysis.curriculum import CurriculumCourse
    from mlgraph.planning.degree_model import Frame

__all__ = ["balance", "clashes", "distance", "even", "evenest", "fewest_credits", "fewest_terms"]


def fewest_terms(frame: Frame) -> dict[int, float]:
    """Return the number of the last term that is used."""
    last = frame.model.variable(0, frame.terms)
    for (_, term), variable in frame.places.items():
        frame.model.add(Row({last: 1, variable: -float(term)}, lower=0))
    return {last: 1.0}


def fewest_credits(frame: Frame) -> dict[int, float]:
    """Return the credits that are taken."""
    return {frame.taken[each.id]: each.credits for each in frame.courses if each.credits}


def balance(frame: Frame, *, uneven: bool) -> dict[int, float]:
    """Return the sum over all pairs of terms of the difference of their credits."""
    loads = [frame.load(term) for term in range(1, frame.terms + 1)]
    found: dict[int, float] = {}
    for one, other in combinations(loads, 2):
        apart = frame.model.variable()
        found[apart] = 1.0
        for sign in (1.0, -1.0):
            terms = {name: -sign * weight for name, weight in one.items()}
            terms |= {name: sign * weight for name, weight in other.items()}
            frame.model.add(Row({**terms, apart: 1.0}, lower=0))
    if (
        frame.rule is None and found
    ):  # no plan is more even than this: a bound that proves most optima at once
        frame.model.add(Row(found, lower=evenest(frame.courses, len(loads))[2 + uneven]))
    return found


def even(frame: Frame) -> None:
    """Let the credits of all terms be as even as they can be at all."""
    least, most, _, _ = evenest(frame.courses, frame.terms)
    for term in range(1, frame.terms + 1):
        frame.model.add(Row(frame.load(term), least, most))


def evenest(courses: Sequence[CurriculumCourse], terms: int) -> tuple[float, float, float, float]:
    """Return the least and the most credits of a term were courses cut into units, and two levels of balance.

    Parameters
    ----------
    courses : sequence of CurriculumCourse
        All of them are taken.
    terms : int

    Returns
    -------
    tuple of four float
        Least, most, the balance of that, and the next higher balance that whole units can have.

    Notes
    -----
    Every other spread of the units comes from the most even one by moving units from a term to one that
    has no less, each of which raises the sum of differences; so the next level is one such move away.

    Examples
    --------
    >>> from mlgraph.analysis.curriculum import CurriculumCourse
    >>> evenest([CurriculumCourse(str(each), "", credits=3.0) for each in range(5)], 2)
    (6.0, 9.0, 3.0, 9.0)
    """
    parts = [round(each.credits * 10_000) for each in courses]
    unit = math.gcd(*parts) or 1
    low, rest = divmod(sum(parts) // unit, terms)
    loads = [low + (place < rest) for place in range(terms)]

    def spread(of: Sequence[int]) -> int:
        return sum(abs(one - other) for one, other in combinations(of, 2))

    moved = []
    for source in {0, terms - 1, min(rest, terms - 1)}:
        for to in range(terms):
            if to != source and loads[to] >= loads[source] > 0:
                other = [each + (place == to) - (place == source) for place, each in enumerate(loads)]
                moved.append(spread(other))
    size = unit / 10_000
    now = spread(loads)
    further = min((each for each in moved if each > now), default=now)
    return low * size, (low + (rest > 0)) * size, now * size, further * size


def distance(frame: Frame) -> dict[int, float]:
    """Return the sum over all requisites that are taken of the terms between."""
    found: dict[int, float] = {}
    sure = {(option, course) for option, course, chosen in frame.arcs if chosen is None}
    for option, course, chosen in dict.fromkeys(frame.arcs):
        if chosen is not None and (option, course) in sure:
            continue
        if chosen is None and frame.rule is None:  # both are taken: the distance is linear as it is
            for at, sign in ((course, 1), (option, -1)):
                for (each, term), place in frame.places.items():
                    if each == at:
                        found[place] = found.get(place, 0) + sign * term
            continue
        apart = frame.model.variable(0, frame.terms)
        found[apart] = 1.0
        terms = {
            frame.places[course, term]: -float(term)
            for term in range(1, frame.terms + 1)
            if (course, term) in frame.places
        }
        terms |= {
            frame.places[option, term]: float(term)
            for term in range(1, frame.terms + 1)
            if (option, term) in frame.places
        }
        loose = {frame.taken[course] if chosen is None else chosen: -float(frame.terms)}
        frame.model.add(Row({apart: 1.0, **terms, **loose}, lower=-float(frame.terms)))
    return found


def clashes(frame: Frame) -> dict[int, float]:
    """Return the sum over all pairs of courses in one term of the product of their difficulties."""
    found: dict[int, float] = {}
    hard = [each for each in frame.courses if each.difficulty]
    for one, other in combinations(hard, 2):
        both = frame.model.variable(0, 1)
        found[both] = one.difficulty * other.difficulty
        for term in range(1, frame.terms + 1):
            if (one.id, term) in frame.places and (other.id, term) in frame.places:
                frame.model.add(
                    Row({frame.places[one.id, term]: 1, frame.places[other.id, term]: 1, both: -1}, upper=1)
                )
    return found
