"""The choice of courses where there are too many to look at all of them."""

from __future__ import annotations

from mlgraph.planning.candidate import Wishes
from mlgraph.planning.goal import resolve_goals, target
from mlgraph.planning.learner import Knowledge
from mlgraph.planning.plan import problem_for
from mlgraph.planning.selection import select
from tests.little import topic
from tests.unit.planning.test_plan import alone, asks, course, small


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
    problem = problem_for(store, wanted, Knowledge({}, {}, frozenset()), Wishes())
    best = select(problem)
    many = select(problem._replace(supply=problem.supply._replace(least=0.0)))
    assert best is not None
    assert many is not None
    assert many.courses == best.courses
    assert many.stages[0].value == best.stages[0].value
    # the bound holds for the courses looked at, and is not tight here
    assert many.stages[0].bound <= best.stages[0].value
