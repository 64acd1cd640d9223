"""Why there is no plan of terms, and the smallest changes of the wishes that make one possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.curriculum import impossible
from mlgraph.errors import PlanError
from mlgraph.planning.degree_model import Frame
from mlgraph.planning.requirement import beyond
from mlgraph.planning.solver import Objective, Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgraph.analysis.curriculum import CurriculumCourse
    from mlgraph.planning.degree_model import Wishes
    from mlgraph.planning.requirement import Rule

__all__ = ["Change", "repairs", "smallest_repairs"]

MORE_TERMS = 6
"""Terms that a repair may add."""

SHOWN = 3
"""Repairs that are told, the smallest first."""


class Change(NamedTuple):
    """A wish that is given up for another.

    ``kind`` is ``terms``, ``most``, ``limit`` (of the term ``at``), ``least``, ``window`` or ``season`` (of the
    course ``at``); ``value`` is the new number of terms or credits, or the term in which the course goes.
    """

    kind: str
    at: str
    value: float

    def wish(self, wishes: Wishes, names: Mapping[str, str]) -> str:
        """Return in words what was wished for."""
        if self.kind == "window":
            first, last = wishes.window(self.at)
            where = f"term {first}" if first == last else f"terms {first} to {last}"
            return f"{names[self.at]} in {where}"
        return {
            "terms": f"{wishes.terms} terms",
            "most": f"at most {wishes.most:g} credits a term",
            "limit": f"at most {wishes.limits.get(int(self.at or 0), 0):g} credits in term {self.at}",
            "least": f"at least {wishes.least:g} credits a term",
            "season": f"the seasons of {names.get(self.at, '')}",
        }[self.kind]

    def words(self, wishes: Wishes, names: Mapping[str, str]) -> str:
        """Return in words what to wish for instead."""
        name, value = names.get(self.at, ""), f"{self.value:g}"
        return {
            "terms": f"allow {value} terms",
            "most": f"allow {value} credits a term",
            "limit": f"allow {value} credits in term {self.at}",
            "least": f"ask for {value} credits a term at least",
            "window": f"put {name} in term {value}",
            "season": f"give {name} in {wishes.season(int(self.value))}",
        }[self.kind]


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
        Its ``mend`` names up to three repairs. Its ``conflict`` are the wishes that the first of them changes.
        If no change of wishes helps, it says which requisites or requirements cannot be met.
    """
    names = {each.id: each.code for each in courses}
    found = list(smallest_repairs(courses, wishes, rule, seconds))
    if not found:
        return _hopeless(courses, wishes, rule, names)
    told = "; or ".join(" and ".join(change.words(wishes, names) for change in repair) for repair in found)
    conflict = [change.wish(wishes, names) for change in found[0]]
    return PlanError(f"no plan meets all wishes: {', '.join(conflict)}", f"smallest repair: {told}", conflict)


def smallest_repairs(
    courses: Sequence[CurriculumCourse], wishes: Wishes, rule: Rule | None, seconds: float
) -> Iterator[tuple[Change, ...]]:
    """Yield up to three repairs of the same, smallest number of changes.

    Parameters
    ----------
    courses : sequence of CurriculumCourse
    wishes : Wishes
        Wishes that no plan meets.
    rule : Rule, optional
    seconds : float
        Time for the solver.

    Notes
    -----
    The wishes that may change: number of terms, credits a term, terms wished for a course, seasons in
    which a course is given. Requisites and requirements stay. Of the changes that are as few, those come
    first that add the fewest terms and change limits least.
    """
    loose = _Loose(courses, wishes, rule)
    size = 0
    for _ in range(SHOWN):
        found = loose.solved(seconds / SHOWN)
        if not found or (size and len(found) > size):
            return
        size = len(found)
        yield found
        loose.forbid(found)


class _Loose:
    """A model in which wishes may be given up, each by a switch."""

    def __init__(self, courses: Sequence[CurriculumCourse], wishes: Wishes, rule: Rule | None) -> None:
        self.wishes = wishes
        self.last = wishes.terms + MORE_TERMS
        self.frame = Frame(courses, wishes, {each.id: range(1, self.last + 1) for each in courses}, rule)
        self.switches: dict[tuple[str, str], int] = {}
        self.moved: dict[tuple[str, str], int] = {}  # by how many credits a limit moves
        self.total = max(1.0, sum(each.credits for each in self.frame.courses))
        model = self.frame.model
        self.extra = [model.binary() for _ in range(MORE_TERMS)]
        for place, each in enumerate(self.extra):  # a term is added only after those before it
            before = self.extra[place - 1] if place else self.switch("terms")
            model.add(Row({each: 1, before: -1}, upper=0))
        for course in self.frame.courses:
            self._windows(course)
        for term in range(1, self.last + 1):
            self._credits(term)

    def switch(self, kind: str, at: str = "") -> int:
        """Return the variable that says whether a wish is given up."""
        if (kind, at) not in self.switches:
            self.switches[kind, at] = self.frame.model.binary()
        return self.switches[kind, at]

    def _move(self, kind: str, at: str, most: float) -> int:
        """Return the variable that says by how many credits a limit moves."""
        if (kind, at) not in self.moved:
            self.moved[kind, at] = self.frame.model.variable(0, most)
            self.frame.model.add(Row({self.moved[kind, at]: 1, self.switch(kind, at): -most}, upper=0))
        return self.moved[kind, at]

    def _windows(self, course: CurriculumCourse) -> None:
        """Let a course be outside of its terms, or its seasons, or in an added term."""
        wishes, model = self.wishes, self.frame.model
        first, last = wishes.window(course.id)
        wished = course.id in wishes.fixed or course.id in wishes.ranged
        given = wishes.seasons_of(course)
        for term in range(1, self.last + 1):
            place = self.frame.places[course.id, term]
            if term > wishes.terms:
                model.add(Row({place: 1, self.extra[term - wishes.terms - 1]: -1}, upper=0))
            if wished and not first <= term <= last:
                model.add(Row({place: 1, self.switch("window", course.id): -1}, upper=0))
            if given and wishes.season(term) not in given:
                model.add(Row({place: 1, self.switch("season", course.id): -1}, upper=0))

    def _credits(self, term: int) -> None:
        """Let a term have more credits than wished, or fewer."""
        wishes, model = self.wishes, self.frame.model
        load = self.frame.load(term)
        kind, at = ("limit", str(term)) if term in wishes.limits else ("most", "")
        model.add(Row({**load, self._move(kind, at, self.total): -1}, upper=wishes.limit(term)))
        if wishes.least:
            used = model.binary()
            lowered = self._move("least", "", wishes.least)
            model.add(Row({**load, used: -wishes.least, lowered: 1}, lower=0))
            for course in self.frame.courses:
                model.add(Row({self.frame.places[course.id, term]: 1, used: -1}, upper=0))

    def solved(self, seconds: float) -> tuple[Change, ...]:
        """Return the smallest repair; empty if there is none, or time is over."""
        changes = dict.fromkeys(self.switches.values(), 1.0)
        size = {**dict.fromkeys(self.extra, 1.0), **dict.fromkeys(self.moved.values(), 0.1)}
        try:
            found = self.frame.model.minimise(
                [Objective("changes", changes), Objective("size", size)], seconds=seconds
            )
        except TimeoutError:
            return ()
        if found is None:
            return ()
        used = [key for key, switch in self.switches.items() if found.values[switch] > 0.5]
        return tuple(Change(*key, self._value(key, found.values)) for key in used)

    def _value(self, key: tuple[str, str], values: Sequence[float]) -> float:
        kind, at = key
        if kind == "terms":
            return self.wishes.terms + sum(values[each] > 0.5 for each in self.extra)
        if kind in {"window", "season"}:
            return next(
                term
                for (course, term), place in self.frame.places.items()
                if course == at and values[place] > 0.5
            )
        by = round(values[self.moved[key]], 4)
        if kind == "least":
            return self.wishes.least - by
        return (self.wishes.most if kind == "most" else self.wishes.limits[int(at)]) + by

    def forbid(self, repair: Sequence[Change]) -> None:
        """Let the next repair be another one."""
        used = dict.fromkeys((self.switches[each.kind, each.at] for each in repair), 1.0)
        self.frame.model.add(Row(used, upper=len(used) - 1))


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
    if rule:
        why = (
            "requirements and requisites contradict each other, or a course counts for one rule only: "
            "`mlgraph audit` with all courses shows which rules stay open"
        )
    else:
        why = "look at the requisites, or give more time with --time-limit"
    return PlanError(f"no plan was found, not even with {MORE_TERMS} more terms and any credits", why)
