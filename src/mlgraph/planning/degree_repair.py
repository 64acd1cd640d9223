"""Why there is no plan of terms, and the smallest changes of the wishes that make one possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.curriculum import impossible
from mlgraph.errors import PlanError
from mlgraph.planning.degree_model import Frame
from mlgraph.planning.requirement import beyond
from mlgraph.planning.solver import Objective, Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgraph.analysis.curriculum import CurriculumCourse
    from mlgraph.planning.degree_model import Wishes
    from mlgraph.planning.requirement import Rule
    from mlgraph.planning.solver import Solution

__all__ = ["repairs"]

MORE_TERMS = 6
"""Terms that a repair may add."""

SHOWN = 3
"""Repairs that are told, the smallest first."""


class _Loose(NamedTuple):
    """A model in which wishes may be given up: switches with their kind, and how far limits move."""

    frame: Frame
    switches: Mapping[tuple[str, str], int]
    raised: int
    lowered: int
    extra: tuple[int, ...]


def repairs(
    courses: Sequence[CurriculumCourse], wishes: Wishes, rule: Rule | None, seconds: float
) -> PlanError:
    """Return the error that says why there is no plan, with the smallest repairs.

    Parameters
    ----------
    courses : sequence of CurriculumCourse
    wishes : Wishes
        Wishes that no plan meets.
    rule : Rule, optional
    seconds : float
        Time for the solver.

    Returns
    -------
    PlanError
        Its ``mend`` names up to three repairs, each with the fewest changes of wishes and as little change
        as they can be. Its ``conflict`` are the wishes that the first of them changes. If no change of wishes
        helps, it says which requisites or requirements cannot be met.

    Notes
    -----
    The wishes that may change: number of terms, credits a term, terms wished for a course, seasons in
    which a course is given. Requisites and requirements stay.
    """
    names = {each.id: each.code for each in courses}
    loose = _loosened(courses, wishes, rule)
    told: list[str] = []
    conflict: list[str] = []
    for _ in range(SHOWN):
        found = _smallest(loose, seconds / SHOWN)
        if found is None:
            break
        used = [key for key, switch in loose.switches.items() if found.values[switch] > 0.5]
        if not used or (conflict and len(used) > len(conflict)):
            break
        told.append(" and ".join(_words(loose, found, key, wishes, names) for key in used))
        if not conflict:
            conflict = [_wish(key, wishes, names) for key in used]
        loose.frame.model.add(
            Row(dict.fromkeys((loose.switches[key] for key in used), 1.0), upper=len(used) - 1)
        )
    if told:
        many = "; or ".join(told)
        return PlanError(
            f"no plan meets all wishes: {', '.join(conflict)}", f"smallest repair: {many}", conflict
        )
    return _hopeless(courses, wishes, rule, names)


def _hopeless(
    courses: Sequence[CurriculumCourse], wishes: Wishes, rule: Rule | None, names: Mapping[str, str]
) -> PlanError:
    left = [each for each in courses if each.id not in wishes.prior]
    stuck = impossible(left)
    if stuck:
        loop = ", ".join(names[each] for each in stuck)
        return PlanError(
            f"no terms can hold {loop}: each would have to come before itself",
            "take out one of their requisites; `mlgraph what-if FILE --drop` tries it",
            [names[each] for each in stuck],
        )
    unmet = beyond(rule, {each.id: each.credits for each in courses}) if rule else []
    if unmet:
        return PlanError(
            f"the requirements ask for more than the file has: {'; '.join(unmet)}", "add courses"
        )
    size = max(left, key=lambda each: each.credits, default=None)
    return PlanError(
        "no plan was found, not even with more terms and credits",
        "requirements and requisites contradict each other, or a course counts for one rule only: "
        "`mlgraph audit` with all courses shows which rules stay open"
        if rule
        else f"look at the requisites and at {size.code if size else 'the courses'}",
    )


def _loosened(courses: Sequence[CurriculumCourse], wishes: Wishes, rule: Rule | None) -> _Loose:
    last = wishes.terms + MORE_TERMS
    frame = Frame(courses, wishes, {each.id: range(1, last + 1) for each in courses}, rule)
    model = frame.model
    switches: dict[tuple[str, str], int] = {("terms", ""): model.binary(), ("most", ""): model.binary()}
    extra = tuple(model.binary() for _ in range(MORE_TERMS))
    raised, lowered = model.variable(), model.variable(0, wishes.least)
    total = sum(each.credits for each in frame.courses)
    model.add(Row({raised: 1, switches["most", ""]: -max(total, 1.0)}, upper=0))
    for each in extra:
        model.add(Row({each: 1, switches["terms", ""]: -1}, upper=0))
    if wishes.least:
        switches["least", ""] = model.binary()
        model.add(Row({lowered: 1, switches["least", ""]: -wishes.least}, upper=0))
    for course in frame.courses:
        _windows(frame, course, switches, extra)
    for term in range(1, last + 1):
        load = frame.load(term)
        model.add(Row({**load, raised: -1}, upper=wishes.limit(term)))
        if wishes.least:
            used = model.binary()
            model.add(Row({**load, used: -wishes.least, lowered: 1}, lower=0))
            for course in frame.courses:
                model.add(Row({frame.places[course.id, term]: 1, used: -1}, upper=0))
    return _Loose(frame, switches, raised, lowered, extra)


def _windows(
    frame: Frame, course: CurriculumCourse, switches: dict[tuple[str, str], int], extra: tuple[int, ...]
) -> None:
    """Let a course be outside of its terms, or its seasons, or in an added term, at the price of a change."""
    wishes, model = frame.wishes, frame.model
    first, last = wishes.window(course.id)
    wished = course.id in wishes.fixed or course.id in wishes.ranged
    given = wishes.seasons_of(course)
    for term in range(1, wishes.terms + MORE_TERMS + 1):
        place = frame.places[course.id, term]
        if term > wishes.terms:
            model.add(Row({place: 1, extra[term - wishes.terms - 1]: -1}, upper=0))
        if wished and not first <= term <= last:
            switch = _switch(frame, switches, ("window", course.id))
            model.add(Row({place: 1, switch: -1}, upper=0))
        if given and wishes.season(term) not in given:
            switch = _switch(frame, switches, ("season", course.id))
            model.add(Row({place: 1, switch: -1}, upper=0))


def _switch(frame: Frame, switches: dict[tuple[str, str], int], key: tuple[str, str]) -> int:
    if key not in switches:
        switches[key] = frame.model.binary()
    return switches[key]


def _smallest(loose: _Loose, seconds: float) -> Solution | None:
    changes = dict.fromkeys(loose.switches.values(), 1.0)
    size = {**dict.fromkeys(loose.extra, 1.0), loose.raised: 0.1, loose.lowered: 0.1}
    try:
        return loose.frame.model.minimise(
            [Objective("changes", changes), Objective("size", size)], seconds=seconds
        )
    except TimeoutError:
        return None


def _words(
    loose: _Loose, found: Solution, key: tuple[str, str], wishes: Wishes, names: Mapping[str, str]
) -> str:
    kind, course = key
    if kind == "terms":
        terms = wishes.terms + max(
            (number for number, each in enumerate(loose.extra, 1) if found.values[each] > 0.5), default=1
        )
        return f"allow {terms} terms"
    if kind == "most":
        return f"allow {wishes.most + found.values[loose.raised]:g} credits a term"
    if kind == "least":
        return f"ask for {wishes.least - found.values[loose.lowered]:g} credits a term at least"
    at = next(
        term
        for (each, term), place in loose.frame.places.items()
        if each == course and found.values[place] > 0.5
    )
    if kind == "window":
        return f"put {names[course]} in term {at}"
    return f"give {names[course]} in {wishes.season(at)}"


def _wish(key: tuple[str, str], wishes: Wishes, names: Mapping[str, str]) -> str:
    kind, course = key
    if kind == "terms":
        return f"{wishes.terms} terms"
    if kind == "most":
        return f"at most {wishes.most:g} credits a term"
    if kind == "least":
        return f"at least {wishes.least:g} credits a term"
    if kind == "window":
        first, last = wishes.window(course)
        where = f"term {first}" if first == last else f"terms {first} to {last}"
        return f"{names[course]} in {where}"
    return f"the seasons of {names[course]}"
