"""Degree plans and audits against every plan and every way to share courses out, on little instances."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgraph.errors import PlanError
from mlgraph.planning.audit import Entry, audit
from mlgraph.planning.degree import clashes_of, make_degree_plan, why_not_valid
from mlgraph.planning.degree_aim import evenest
from mlgraph.planning.degree_model import Wishes
from mlgraph.planning.degree_repair import Change, smallest_repairs
from mlgraph.planning.requirement import Cap, Rule
from tests.curricula import (
    apart,
    chosen_apart,
    course,
    courses_of,
    curriculum,
    every_plan,
    faults,
    satisfied,
    unevenness,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse

SMALL = settings(max_examples=30)
FEW = settings(max_examples=12)


@st.composite
def instances(draw: st.DrawFn, *, choices: bool = False) -> tuple[tuple[CurriculumCourse, ...], Wishes]:
    """Return at most five courses and wishes for at most three terms."""
    kinds = ("pre", "co", "strict")
    courses = tuple(
        each._replace(
            offered=draw(st.sampled_from([(), (), ("fall",), ("spring",)])),
            difficulty=float(draw(st.integers(0, 2))),
        )
        for each in draw(courses_of(5, kinds=kinds, choices=choices))
    )
    ids = [each.id for each in courses]
    terms = draw(st.integers(1, 3))
    fixed = {each: draw(st.integers(1, terms)) for each in draw(st.lists(st.sampled_from(ids), max_size=1))}
    ranged = {
        each: (1, draw(st.integers(1, terms))) for each in draw(st.lists(st.sampled_from(ids), max_size=1))
    }
    wishes = Wishes(
        terms=terms,
        most=float(draw(st.integers(4, 9))),
        least=float(draw(st.sampled_from([0, 0, 2]))),
        fixed=fixed,
        ranged={each: window for each, window in ranged.items() if each not in fixed},
        prior=frozenset(draw(st.lists(st.sampled_from(ids), max_size=1))) - set(fixed) - set(ranged),
        limits=draw(st.sampled_from([{}, {1: 3.0}])),
    )
    return courses, wishes


@SMALL
@given(instances(), st.permutations(["balance", "distance"]))
def test_plan_is_the_best_of_all_plans(
    instance: tuple[tuple[CurriculumCourse, ...], Wishes], order: list[str]
) -> None:
    courses, wishes = instance
    sure = tuple(
        each._replace(requisites=tuple(r._replace(minimum=len(r.options)) for r in each.requisites))
        for each in courses
    )
    wishes = wishes._replace(objectives=tuple(order))

    def worth(plan: dict[str, int]) -> tuple[float, ...]:
        figures = {"balance": unevenness(sure, wishes, plan), "distance": apart(sure, plan)}
        return tuple(figures[name] for name in order)

    best = min(map(worth, every_plan(sure, wishes)), default=None)
    if best is None:
        with pytest.raises(PlanError):
            make_degree_plan(curriculum(*sure), wishes)
        return
    found = make_degree_plan(curriculum(*sure), wishes)
    assert not faults(sure, wishes, found.plan.term_of())
    assert worth(found.plan.term_of()) == best
    assert tuple(round(each.value, 4) for each in found.stages) == best
    assert found.optimal


@SMALL
@given(instances(choices=True))
def test_either_or_requisites_are_met_and_clashes_are_fewest(
    instance: tuple[tuple[CurriculumCourse, ...], Wishes],
) -> None:
    courses, wishes = instance
    courses = (courses[0]._replace(difficulty=1.0), *courses[1:])
    wishes = wishes._replace(objectives=("clashes", "terms"))
    hard = {each.id: each.difficulty for each in courses}

    def worth(plan: dict[str, int]) -> tuple[float, int]:
        pairs_ = [(a, b) for a in plan for b in plan if a < b and plan[a] == plan[b]]
        return sum(hard[a] * hard[b] for a, b in pairs_), max(plan.values(), default=0)

    best = min(map(worth, every_plan(courses, wishes)), default=None)
    if best is None:
        with pytest.raises(PlanError):
            make_degree_plan(curriculum(*courses), wishes)
        return
    found = make_degree_plan(curriculum(*courses), wishes)
    assert not faults(courses, wishes, found.plan.term_of())
    assert worth(found.plan.term_of()) == best
    assert clashes_of(found.plan) == best[0]


@SMALL
@given(instances(choices=True))
def test_requisite_distance_of_a_choice_is_the_least_of_all_ways(
    instance: tuple[tuple[CurriculumCourse, ...], Wishes],
) -> None:
    courses, wishes = instance
    wishes = wishes._replace(objectives=("distance",))
    best = min((chosen_apart(courses, wishes, plan) for plan in every_plan(courses, wishes)), default=None)
    if best is None:
        with pytest.raises(PlanError):
            make_degree_plan(curriculum(*courses), wishes)
        return
    found = make_degree_plan(curriculum(*courses), wishes)
    assert found.stages[0].value == pytest.approx(best)
    assert found.metrics.distance == best


@given(instances(choices=True), st.data())
def test_the_verifier_of_the_package_agrees_with_the_independent_one(
    instance: tuple[tuple[CurriculumCourse, ...], Wishes], data: st.DataObject
) -> None:
    from mlgraph.analysis.curriculum import DegreePlan

    courses, wishes = instance
    term_of = {
        each.id: data.draw(st.integers(1, wishes.terms))
        for each in courses
        if each.id not in wishes.prior and data.draw(st.booleans())
    }
    terms = tuple(tuple(c for c, t in term_of.items() if t == n) for n in range(1, wishes.terms + 1))
    plan = DegreePlan("", curriculum(*courses), terms)
    assert bool(why_not_valid(plan, wishes)) == bool(faults(courses, wishes, term_of))


def mended(
    courses: tuple[CurriculumCourse, ...], wishes: Wishes, repair: Sequence[Change]
) -> tuple[tuple[CurriculumCourse, ...], Wishes]:
    """Return courses and wishes after a repair."""
    for each in repair:
        if each.kind == "window":
            fixed = {**wishes.fixed, each.at: int(each.value)}
            wishes = wishes._replace(fixed=fixed)
        elif each.kind == "season":
            season = wishes.season(int(each.value))
            courses = tuple(
                c._replace(offered=(*c.offered, season)) if c.id == each.at else c for c in courses
            )
        elif each.kind == "limit":
            wishes = wishes._replace(limits={**wishes.limits, int(each.at): each.value})
        elif each.kind == "terms":
            wishes = wishes._replace(terms=int(each.value))
        elif each.kind == "most":
            wishes = wishes._replace(most=each.value)
        else:
            wishes = wishes._replace(least=each.value)
    return courses, wishes


@FEW
@given(instances(choices=True))
def test_repairs_mend_and_nothing_smaller_does(
    instance: tuple[tuple[CurriculumCourse, ...], Wishes],
) -> None:
    """Every repair leads to a plan; part of one does not, nor does any one limit that moves less."""
    courses, wishes = instance
    if next(iter(every_plan(courses, wishes)), None) is not None:
        return
    with pytest.raises(PlanError) as caught:
        make_degree_plan(curriculum(*courses), wishes)
    found = list(smallest_repairs(courses, wishes, None, 30))
    if not found:
        assert "no plan meets all wishes" not in caught.value.message
        return
    assert len(caught.value.conflict) == len(found[0])
    assert len({len(repair) for repair in found}) == 1
    assert len(set(found)) == len(found)
    for repair in found:
        assert make_degree_plan(*_given(mended(courses, wishes, repair))).optimal
        fewer = [
            tuple(each._replace(value=each.value - step) if each == change else each for each in repair)
            for change in repair
            for step in [{"terms": 1, "most": 0.5, "limit": 0.5, "least": -0.5}.get(change.kind)]
            if step is not None
        ]
        fewer += [tuple(each for each in repair if each != change) for change in repair]
        for smaller in fewer:
            with pytest.raises(PlanError):
                make_degree_plan(*_given(mended(courses, wishes, smaller)))


def _given(both: tuple[tuple[CurriculumCourse, ...], Wishes]) -> tuple[Curriculum, Wishes]:
    return curriculum(*both[0]), both[1]


@st.composite
def rules(draw: st.DrawFn, ids: list[str], depth: int = 0) -> Rule:
    """Return a tree of at most three leaves a level, with counts, credits, caps and shared rules."""
    if depth == 0 or (depth < 2 and draw(st.booleans())):
        parts = tuple(draw(rules(ids, depth + 1)) for _ in range(draw(st.integers(1, 2))))
        return Rule(f"d{depth}", parts, number=draw(st.one_of(st.none(), st.integers(1, len(parts)))))
    inside = tuple(draw(st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True)))
    shared = draw(st.booleans())
    if draw(st.booleans()):
        return Rule("count", (), inside, draw(st.integers(1, len(inside))), shared=shared)
    caps = (Cap(inside[:1], 1.0),) if draw(st.booleans()) else ()
    return Rule("credits", (), inside, None, float(draw(st.integers(1, 6))), caps, shared)


@SMALL
@given(courses_of(4), st.data())
def test_audit_finds_a_way_to_share_courses_out_just_if_there_is_one(
    courses: tuple[CurriculumCourse, ...], data: st.DataObject
) -> None:
    ids = [each.id for each in courses]
    credits_of = {each.id: each.credits for each in courses}
    rule = data.draw(rules(ids))
    taken = [each for each in ids if data.draw(st.booleans())]
    found = audit(courses, [Entry(each, "1", "A", None, "passed", 0) for each in taken], rule)
    assert found.met == satisfied(rule, taken, credits_of)
    assert found.verdicts[0].state == ("met" if found.met else "open")
    once = [
        each
        for verdict, rule_ in zip(found.verdicts, _walked(rule), strict=True)
        if not rule_.shared
        for each in verdict.counted
    ]
    assert len(once) == len(set(once))


def _walked(rule: Rule) -> list[Rule]:
    return [rule, *(each for part in rule.parts for each in _walked(part))]


@SMALL
@given(courses_of(4), st.data())
def test_electives_are_the_fewest_credits_that_meet_the_rule(
    courses: tuple[CurriculumCourse, ...], data: st.DataObject
) -> None:
    credits_of = {each.id: each.credits for each in courses}
    rule = data.draw(rules([each.id for each in courses]))
    wishes = Wishes(terms=2, most=8.0, objectives=("terms",))
    sure = tuple(
        each._replace(requisites=tuple(r._replace(minimum=len(r.options)) for r in each.requisites))
        for each in courses
    )
    fine = [plan for plan in every_plan(sure, wishes, some=True) if satisfied(rule, plan, credits_of)]
    if not fine:
        with pytest.raises(PlanError):
            make_degree_plan(curriculum(*sure), wishes, rule)
        return
    found = make_degree_plan(curriculum(*sure), wishes, rule)
    term_of = found.plan.term_of()
    assert not faults(sure, wishes, term_of)
    assert satisfied(rule, term_of, credits_of)
    assert sum(credits_of[each] for each in term_of) == min(sum(credits_of[c] for c in plan) for plan in fine)


@given(st.integers(1, 9), st.integers(1, 4), st.sampled_from([0.5, 1.0, 3.0]))
def test_no_spread_of_units_lies_between_the_two_levels_of_balance(
    count: int, terms: int, unit: float
) -> None:
    low, high, level, further = evenest([course(str(each), credits=unit) for each in range(count)], terms)
    spreads = [loads for loads in product(range(count + 1), repeat=terms) if sum(loads) == count]
    values = sorted({unit * sum(abs(a - b) for a, b in combinations(loads, 2)) for loads in spreads})
    assert level == values[0]
    assert further == (values[1] if len(values) > 1 else values[0])
    assert low <= count * unit / terms <= high <= low + unit
