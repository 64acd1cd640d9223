"""The choice of courses where there are too many to look at all of them."""

from __future__ import annotations

import math

import pytest

from mlgraph.planning.candidate import Wishes
from mlgraph.planning.goal import resolve_goals, target
from mlgraph.planning.learner import Knowledge
from mlgraph.planning.plan import problem_for
from mlgraph.planning.program import Program
from mlgraph.planning.selection import select
from mlgraph.vocab import thing
from tests.little import topic
from tests.unit.planning.test_plan import alone, asks, course, needs, small

NOBODY = Knowledge({}, {}, frozenset())


def test_among_many_courses_a_circle_does_not_cost_the_better_one() -> None:
    """Each course asks for what the other teaches; a quick search gives up the first of them, which is worth more."""
    store = small(
        topic("a", 1, 60, 90),
        topic("b", 1, 30, 60),
        alone("a", "b"),
        course("c", "a") + asks("c", 1, "mlg:anyOf topic:b"),
        course("d", "b") + asks("d", 1, "mlg:anyOf topic:a"),
    )
    wanted = target(store, resolve_goals(store, ["a", "b"]))
    problem = problem_for(store, wanted, NOBODY, Wishes())
    best = select(problem)
    many = select(problem._replace(supply=problem.supply._replace(least=0.0)))
    assert best is not None
    assert many is not None
    assert many.courses == best.courses
    assert many.stages[0].value == best.stages[0].value
    # the bound holds for the courses looked at, and is not tight here
    assert many.stages[0].bound <= best.stages[0].value


def test_what_is_learned_in_a_course_opened_it_by_nothing_that_needs_it() -> None:
    """Half of a course that either the other or its own sequel opens is no bargain: the relaxed choice knows that."""
    store = small(
        topic("base", 10, 20, 30),
        topic("sequel", 10, 20, 30),
        topic("other", 100, 200, 300),
        needs("sequel", "base"),
        alone("base", "sequel", "other"),
        course(
            "c", "base", offering="mlg:pacing mlg:SelfPaced ; mlg:costKind mlg:Free ; mlg:workloadHours 12.0"
        )
        + asks("c", 1, "mlg:anyOf topic:sequel , topic:other"),
    )
    wanted = target(store, resolve_goals(store, ["sequel"]))
    problem = problem_for(store, wanted, NOBODY, Wishes())
    best = select(problem)
    assert best is not None
    assert not best.courses
    program = Program(problem)
    relaxed = program.model.relaxed()
    relaxed.aim(program.hours())
    found = relaxed.run(math.inf)
    assert found is not None
    assert found[1] == pytest.approx(best.stages[0].value)


def test_what_is_known_without_what_it_needs_opens_a_course_on_that() -> None:
    store = small(
        topic("base"),
        topic("sequel"),
        needs("sequel", "base"),
        course("c", "base") + asks("c", 1, "mlg:anyOf topic:sequel"),
    )
    wanted = target(store, resolve_goals(store, ["base"]))
    known = Knowledge({thing("topic", "sequel"): "working"}, {}, frozenset())
    best = select(problem_for(store, wanted, known, Wishes()))
    assert best is not None
    assert best.courses == (thing("course", "c"),)
