"""What of a degree a transcript meets, by the best use of each course."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.errors import PlanError
from mlgraph.planning.requirement import Rule, count_rules, walk
from mlgraph.planning.solver import Model, Objective

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgraph.analysis.curriculum import CurriculumCourse
    from mlgraph.planning.requirement import Counted

__all__ = ["Audit", "Entry", "Verdict", "audit", "whole"]


class Entry(NamedTuple):
    """A line of a transcript: a course, and whether it is passed, running or failed.

    ``credits`` are those that it gave; None for those of the file.
    """

    course: str
    term: str
    grade: str
    credits: float | None
    state: str
    line: int


class Verdict(NamedTuple):
    """A rule: ``met``, ``running`` (met once running courses are passed), ``open``, or ``not needed``.

    ``short`` courses and ``lacking`` credits are missing; ``options`` are courses that would count
    and are not passed.
    """

    name: str
    depth: int
    state: str
    counted: tuple[str, ...]
    credits: float
    short: int
    lacking: float
    options: tuple[str, ...]


class Audit(NamedTuple):
    """All verdicts, each rule before its parts; courses that count nowhere; requisites that were not met.

    ``credits`` are those passed, ``early`` is (course, place of a requisite that was not passed before).
    """

    met: bool
    running: bool
    verdicts: tuple[Verdict, ...]
    unused: tuple[str, ...]
    credits: float
    early: tuple[tuple[str, int], ...]


class _Weighed(NamedTuple):
    rules: Counted
    values: Sequence[float]
    shortage: float
    taken: frozenset[str]

    def counted(self, number: int, rule: Rule) -> tuple[str, ...]:
        counts = self.rules.counts
        return tuple(
            each
            for each in rule.courses
            if (number, each) in counts and self.values[counts[number, each]] > 0.5
        )

    def asked(self, number: int) -> bool:
        return self.values[self.rules.asked[number]] > 0.5

    def missing(self, number: int) -> tuple[int, float]:
        short, lacking = self.rules.short.get(number), self.rules.lacking.get(number)
        return (
            0 if short is None else round(self.values[short]),
            0.0 if lacking is None else round(self.values[lacking], 6),
        )

    def credits(self, number: int) -> float:
        load = self.rules.loads.get(number, {})
        return round(sum(weight * self.values[variable] for variable, weight in load.items()), 6)


def whole(courses: Sequence[CurriculumCourse], name: str) -> Rule:
    """Return the rule that asks for all courses of a curriculum."""
    return Rule(name, courses=tuple(each.id for each in courses))


def audit(
    courses: Sequence[CurriculumCourse], entries: Sequence[Entry], rule: Rule, *, seconds: float = 30.0
) -> Audit:
    """Return what of a rule a transcript meets.

    Parameters
    ----------
    courses : sequence of CurriculumCourse
        Those that the rule and the transcript speak of, by id.
    entries : sequence of Entry
        A course passed once counts, however often it was failed.
    rule : Rule
    seconds : float
        Time for the solver.

    Returns
    -------
    Audit

    Raises
    ------
    PlanError
        If time is over.

    Notes
    -----
    Courses are shared out among the rules so that the fewest credits are missing in all, a missing course
    counting as many as the courses of its rule have on average; exact, since no first choice is kept.
    """
    credits_of = {each.id: each.credits for each in courses}
    for entry in entries:
        if entry.credits is not None and entry.state != "failed":
            credits_of[entry.course] = entry.credits
    passed = sorted({each.course for each in entries if each.state == "passed"})
    also = sorted({each.course for each in entries if each.state == "running"} - set(passed))
    now = _weighed(rule, passed, credits_of, seconds)
    later = _weighed(rule, [*passed, *also], credits_of, seconds) if also else now
    names = list(_depths(rule, 0))
    verdicts = tuple(
        _verdict(number, each, depth, (now, later), credits_of) for number, (each, depth) in enumerate(names)
    )
    used = {course for each in verdicts for course in each.counted}
    return Audit(
        now.shortage < 1e-6,
        later.shortage < 1e-6,
        _carried(rule, verdicts),
        tuple(each for each in passed if each not in used),
        sum(credits_of[each] for each in passed),
        tuple(_early(courses, entries)),
    )


def _weighed(rule: Rule, taken: Sequence[str], credits_of: Mapping[str, float], seconds: float) -> _Weighed:
    model = Model()
    variables = {course: model.binary() for course in taken}
    for variable in variables.values():
        model.fix(variable, 1)
    rules = count_rules(model, rule, variables, credits_of, soft=True)
    missing: dict[int, float] = {}
    for number, each in enumerate(walk(rule)):
        if number in rules.short:
            weights = [credits_of.get(course, 0.0) for course in each.courses]
            missing[rules.short[number]] = (sum(weights) / len(weights) if weights else 0.0) or 1.0
        if number in rules.lacking:
            missing[rules.lacking[number]] = 1.0
    counted = dict.fromkeys(rules.counts.values(), -1.0)
    asked = dict.fromkeys(rules.asked, 1.0)
    try:
        found = model.minimise(
            [Objective("missing", missing), Objective("rules", asked), Objective("counted", counted)],
            seconds=seconds,
        )
    except TimeoutError as error:
        raise PlanError(f"no audit in {seconds:g} s", "raise --time-limit") from error
    if found is None:
        raise PlanError("the requirements ask for more parts than they have", "mend the requirements")
    return _Weighed(rules, found.values, found.stages[0].value, frozenset(taken))


def _depths(rule: Rule, depth: int) -> list[tuple[Rule, int]]:
    found = [(rule, depth)]
    for part in rule.parts:
        found += _depths(part, depth + 1)
    return found


def _verdict(
    number: int,
    rule: Rule,
    depth: int,
    weighed: tuple[_Weighed, _Weighed],
    credits_of: Mapping[str, float],
) -> Verdict:
    now, later = weighed
    short, lacking = now.missing(number)
    counted = now.counted(number, rule)
    if not now.asked(number):
        state = "not needed"
    elif not short and lacking < 1e-6:
        state = "met"
    else:
        left = later.missing(number)
        state = "running" if later.asked(number) and not left[0] and left[1] < 1e-6 else "open"
    options = tuple(each for each in rule.courses if each not in now.taken and each in credits_of)
    return Verdict(
        rule.name,
        depth,
        state,
        counted,
        now.credits(number),
        short,
        lacking,
        options if state in {"open", "running"} else (),
    )


def _carried(rule: Rule, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Return verdicts in which a rule with parts is as its parts are."""
    found = list(verdicts)
    number = {id(each): place for place, each in enumerate(walk(rule))}
    for each in reversed(list(walk(rule))):
        place = number[id(each)]
        if each.parts and found[place].state != "not needed":
            states = [found[number[id(part)]].state for part in each.parts]
            counted = [state for state in states if state != "not needed"]
            worst = "open" if "open" in counted else "running" if "running" in counted else "met"
            found[place] = found[place]._replace(state=worst)
    return tuple(found)


def _early(courses: Sequence[CurriculumCourse], entries: Sequence[Entry]) -> list[tuple[str, int]]:
    """Return the requisites that were not passed before a course was begun, in the order of the terms."""
    terms = {term: place for place, term in enumerate(dict.fromkeys(each.term for each in entries))}
    passed: dict[str, int] = {}
    begun: dict[str, int] = {}
    for each in entries:
        begun.setdefault(each.course, terms[each.term])
        if each.state == "passed":
            passed.setdefault(each.course, terms[each.term])
    found = []
    for course in courses:
        if course.id in begun:
            for place, requisite in enumerate(course.requisites):
                met = sum(
                    _done(requisite.kind, option, begun[course.id], passed, begun)
                    for option in requisite.options
                )
                if met < requisite.minimum:
                    found.append((course.id, place))
    return found


def _done(kind: str, option: str, at: int, passed: Mapping[str, int], begun: Mapping[str, int]) -> bool:
    """Say whether a requisite was met when a course was begun; one passed before always is."""
    if option in passed and passed[option] < at:
        return True
    return kind != "pre" and option in begun and begun[option] <= at
