"""The model of a degree plan: which course in which term, by HiGHS.

The constraints are those that Heileman et al. document for CurricularAnalytics.jl (each course once,
T_a < T_b, T_a <= T_b and T_a = T_b for the three kinds of requisites, credits between limits), with
either-or requisites, offerings and rules besides.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.planning.degree_aim import balance, clashes, distance, fewest_credits, fewest_terms
from mlgraph.planning.degree_aim import even as make_even
from mlgraph.planning.requirement import Counted, count_rules, walk
from mlgraph.planning.solver import Model, Objective, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlgraph.analysis.curriculum import CurriculumCourse, Requisite
    from mlgraph.planning.requirement import Rule

__all__ = ["OBJECTIVES", "SEASONS", "Built", "Frame", "Wishes", "build", "laid_out"]

OBJECTIVES = ("terms", "credits", "balance", "distance", "clashes")
"""What can be minimised: terms used, credits taken, unevenness, requisite distance, clashes of difficulty."""

SEASONS = {"autumn": "fall", "fa": "fall", "sp": "spring", "su": "summer", "wi": "winter"}
"""Other names of seasons."""


class Wishes(NamedTuple):
    """What a plan has to look like; terms count from 1, ``seasons`` repeat from the first term on."""

    terms: int = 8
    most: float = 18.0
    least: float = 0.0
    seasons: tuple[str, ...] = ("fall", "spring")
    fixed: Mapping[str, int] = {}
    ranged: Mapping[str, tuple[int, int]] = {}
    prior: frozenset[str] = frozenset()
    limits: Mapping[int, float] = {}
    objectives: tuple[str, ...] = ("balance", "distance")
    name: str = ""

    def season(self, term: int) -> str:
        """Return the season of a term."""
        return self.seasons[(term - 1) % len(self.seasons)]

    def limit(self, term: int) -> float:
        """Return the credits that a term may have."""
        return self.limits.get(term, self.most)

    def window(self, course: str) -> tuple[int, int]:
        """Return the first and the last term in which a course may be."""
        if course in self.fixed:
            return self.fixed[course], self.fixed[course]
        return self.ranged.get(course, (1, self.terms))

    @staticmethod
    def seasons_of(course: CurriculumCourse) -> tuple[str, ...]:
        """Return the seasons in which a course is given; empty for all."""
        return tuple(SEASONS.get(each, each) for each in course.offered)

    def terms_of(self, course: CurriculumCourse) -> list[int]:
        """Return the terms in which a course may be."""
        first, last = self.window(course.id)
        given = self.seasons_of(course)
        return [term for term in range(first, last + 1) if not given or self.season(term) in given]


class Built(NamedTuple):
    """A model with its variables: course and term, course, and what counts for the rule."""

    model: Model
    places: Mapping[tuple[str, int], int]
    taken: Mapping[str, int]
    objectives: list[Objective]
    rule: Rule | None
    rules: Counted | None

    def counted(self, values: Sequence[float]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return for each rule on courses which courses count for it."""
        if self.rule is None or self.rules is None:
            return ()
        return tuple(
            (
                each.name,
                tuple(
                    course
                    for course in each.courses
                    if (number, course) in self.rules.counts
                    and values[self.rules.counts[number, course]] > 0.5
                ),
            )
            for number, each in enumerate(walk(self.rule))
            if not each.parts and values[self.rules.asked[number]] > 0.5
        )


class Frame:
    """Variables and rows common to a plan and to its repair.

    Parameters
    ----------
    courses : sequence of CurriculumCourse
    wishes : Wishes
    allowed : mapping of course to terms
        Terms in which each course may be.
    rule : Rule, optional
    """

    def __init__(
        self,
        courses: Sequence[CurriculumCourse],
        wishes: Wishes,
        allowed: Mapping[str, Sequence[int]],
        rule: Rule | None,
    ) -> None:
        self.model = Model()
        self.wishes, self.rule = wishes, rule
        self.courses = [each for each in courses if each.id not in wishes.prior]
        self.known = {each.id: each for each in self.courses}
        self.terms = max((max(terms, default=0) for terms in allowed.values()), default=0)
        self.terms = max(self.terms, wishes.terms)
        self.places = {
            (each.id, term): self.model.binary() for each in self.courses for term in allowed[each.id]
        }
        self.taken = {each.id: self.model.binary() for each in self.courses}
        self.rules: Counted | None = None
        self.arcs: list[tuple[str, str, int | None]] = []  # requisite, course, is this option chosen
        for each in self.courses:
            terms = {self.places[each.id, term]: 1.0 for term in allowed[each.id]}
            self.model.add(Row({**terms, self.taken[each.id]: -1.0}, 0, 0))
            if rule is None:
                self.model.fix(self.taken[each.id], 1)
        for each in self.courses:
            for requisite in each.requisites:
                self._requisite(each.id, requisite)
        if rule is not None:
            self._rule(courses, rule)

    def done(self, course: str, last: int) -> dict[int, float]:
        """Return the terms that say whether a course is done by a term."""
        return {
            self.places[course, term]: 1.0 for term in range(1, last + 1) if (course, term) in self.places
        }

    def load(self, term: int) -> dict[int, float]:
        """Return the credits of a term."""
        return {
            self.places[each.id, term]: each.credits
            for each in self.courses
            if (each.id, term) in self.places and each.credits
        }

    def _rule(self, courses: Sequence[CurriculumCourse], rule: Rule) -> None:
        prior: dict[str, int] = {}
        for each in sorted(self.wishes.prior):
            prior[each] = self.model.binary()
            self.model.fix(prior[each], 1)
        credits_of = {each.id: each.credits for each in courses}
        self.rules = count_rules(self.model, rule, {**self.taken, **prior}, credits_of)

    def _requisite(self, course: str, requisite: Requisite) -> None:
        open_options = [each for each in requisite.options if each in self.known and each != course]
        wanted = requisite.minimum - sum(each in self.wishes.prior for each in requisite.options)
        if wanted <= 0:
            return
        if len(open_options) < wanted:
            self.model.fix(self.taken[course], 0)
            if self.rule is None:  # it has to be taken, and cannot be
                self.model.add(Row({self.taken[course]: 1}, lower=1))
            return
        if len(open_options) == wanted:
            for option in open_options:
                self._after(course, option, requisite.kind)
            return
        chosen = {option: self.model.binary() for option in open_options}
        self.model.add(
            Row({**dict.fromkeys(chosen.values(), 1.0), self.taken[course]: -float(wanted)}, lower=0)
        )
        for option, variable in chosen.items():
            self._after(course, option, requisite.kind, variable)

    def _after(self, course: str, option: str, kind: str, chosen: int | None = None) -> None:
        """Let a course come after a requisite (or not before, or with it), if that option is chosen."""
        slack = {} if chosen is None else {chosen: 1.0}
        most = 0.0 if chosen is None else 1.0
        for term in range(1, self.terms + 1):
            if kind == "strict":
                here = {self.places[course, term]: 1.0} if (course, term) in self.places else {}
                there = {self.places[option, term]: -1.0} if (option, term) in self.places else {}
            else:
                here = self.done(course, term)
                there = dict.fromkeys(self.done(option, term - (kind == "pre")), -1.0)
            if here:
                self.model.add(Row({**here, **there, **slack}, upper=most))
        self.arcs.append((option, course, chosen))


def build(
    courses: Sequence[CurriculumCourse],
    wishes: Wishes,
    rule: Rule | None = None,
    *,
    even: bool = False,
    uneven: bool = False,
) -> Built:
    """Return the model of the plans that meet some wishes, with the objectives in their order.

    Parameters
    ----------
    courses : sequence of CurriculumCourse
    wishes : Wishes
    rule : Rule, optional
    even : bool
        Only plans as even as credits can be at all; balance is no objective then.
    uneven : bool
        There are no such plans: the bound on the balance is the next one.
    """
    frame = Frame(courses, wishes, _windows(courses, wishes, rule), rule)
    for term in range(1, wishes.terms + 1):
        frame.model.add(Row(frame.load(term), upper=wishes.limit(term)))
        if wishes.least:
            used = frame.model.binary()
            frame.model.add(Row({**frame.load(term), used: -wishes.least}, lower=0))
            for each in frame.courses:
                if (each.id, term) in frame.places:
                    frame.model.add(Row({frame.places[each.id, term]: 1, used: -1}, upper=0))
    if rule is None:
        _alike(frame)
    if even:
        make_even(frame)
    makers: dict[str, Callable[[Frame], dict[int, float]]] = {
        "terms": fewest_terms,
        "credits": fewest_credits,
        "balance": partial(balance, uneven=uneven),
        "distance": distance,
        "clashes": clashes,
    }
    names = list(dict.fromkeys(wishes.objectives))
    if rule is not None and "credits" not in names:
        names.insert(0, "credits")
    names = [name for name in names if name != "balance" or not even]
    objectives = [Objective(name, makers[name](frame)) for name in names] or [Objective("", {})]
    return Built(frame.model, frame.places, frame.taken, objectives, rule, frame.rules)


def _windows(courses: Sequence[CurriculumCourse], wishes: Wishes, rule: Rule | None) -> dict[str, list[int]]:
    """Return the terms in which each course can be, by wishes and seasons, and by what must come before it.

    Without a rule, also by what must come after it, since everything is taken then.
    """
    known = {each.id: each for each in courses if each.id not in wishes.prior}
    allowed = {course: wishes.terms_of(each) for course, each in known.items()}
    arcs = [
        (option, course, int(requisite.kind == "pre"), requisite.kind)
        for course, each in known.items()
        for requisite in each.requisites
        if requisite.minimum == len(requisite.options)
        for option in requisite.options
        if option in known
    ]
    narrowed = True
    while narrowed:  # a window only ever shrinks, so this ends
        narrowed = False
        for option, course, apart, kind in arcs:
            first = min(allowed[option], default=0) + apart
            after = [term for term in allowed[course] if allowed[option] and term >= first]
            last = max(allowed[course], default=0) - apart
            before = allowed[option]
            if rule is None:
                before = [term for term in before if allowed[course] and term <= last]
                if kind == "strict":
                    after = before = sorted(set(after) & set(before))
            narrowed = narrowed or after != allowed[course] or before != allowed[option]
            allowed[course], allowed[option] = after, before
    return {each.id: allowed.get(each.id, []) for each in courses}


def laid_out(built: Built, values: Sequence[float], terms: int) -> tuple[tuple[str, ...], ...]:
    """Return the courses of each term of a solution."""
    return tuple(
        tuple(
            course for (course, at), variable in built.places.items() if at == term and values[variable] > 0.5
        )
        for term in range(1, terms + 1)
    )


def _alike(frame: Frame) -> None:
    """Let courses that differ in name only keep their order, so that it is not searched for."""
    named = {option for each in frame.courses for r in each.requisites for option in r.options}
    groups: dict[object, list[str]] = {}
    for each in frame.courses:
        if not each.requisites and each.id not in named:
            key = (each.credits, each.offered, each.difficulty, frame.wishes.window(each.id))
            groups.setdefault(key, []).append(each.id)
    for group in groups.values():
        for one, other in pairwise(group):
            for term in range(1, frame.terms + 1):
                before = dict.fromkeys(frame.done(one, term), -1.0)
                frame.model.add(Row({**frame.done(other, term), **before}, upper=0))
