"""Where courses are too many to search all: arrays say the same as the graph, and the bound holds for every course."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox
import pytest

from mlgraph.catalog import index
from mlgraph.catalog.index import FOLDER, course_index, index_courses, save_index
from mlgraph.catalog.learning import offerings, taught_by
from mlgraph.planning import columns
from mlgraph.planning import supply as supplying
from mlgraph.planning.candidate import START_UP, Wishes
from mlgraph.planning.goal import resolve_goals, target
from mlgraph.planning.learner import RANK, Knowledge
from mlgraph.planning.offers import Offers
from mlgraph.planning.plan import problem_for
from mlgraph.planning.program import Program
from mlgraph.planning.selection import select
from mlgraph.planning.supply import supply
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.vocab import thing
from tests.little import group, topic
from tests.unit.planning.test_plan import alone, asks, course, needs, small

if TYPE_CHECKING:
    from pathlib import Path

    from mlgraph.catalog.index import CourseIndex
    from mlgraph.planning.play import Problem
    from mlgraph.planning.selection import Selection

NOBODY = Knowledge({}, {}, frozenset())
SOME = Knowledge(
    {
        thing("topic", "matrix"): "working",
        thing("topic", "gradient"): "deep",
        thing("topic", "probability"): "awareness",
    },
    {},
    frozenset(),
)
WISHES = {
    "anything": Wishes(),
    "free, in English": Wishes(free=True, languages=("en",)),
    "little money": Wishes(max_cost=60),
    "on campus too": Wishes(delivery=("on-campus", "online", "hybrid")),
}


@pytest.mark.parametrize("wishes", WISHES.values(), ids=WISHES)
@pytest.mark.parametrize("known", [NOBODY, SOME], ids=["nothing known", "some known"])
def test_arrays_say_of_courses_what_candidates_say(
    store: EmbeddedStore, wishes: Wishes, known: Knowledge
) -> None:
    wanted = target(store, resolve_goals(store, ["ml-engineer", "deep-learning"]))
    candidates = supply(store, wanted, known, wishes, every=True).candidates
    offers = Offers(index_courses(store), known, wishes)
    assert len(candidates) > 20
    for candidate in candidates.values():
        alike = [
            each
            for each in offers.of(candidate.iri)
            if each.levels == candidate.levels
            and each.whole == candidate.whole
            and each.price == candidate.price
            and (each.whole or each.pace == pytest.approx(candidate.pace))
            and each.base == pytest.approx(START_UP + (candidate.hours if candidate.whole else 0), abs=0.011)
        ]
        assert alike, candidate


def both(
    store: EmbeddedStore,
    goals: list[str],
    wishes: Wishes,
    monkeypatch: pytest.MonkeyPatch,
    known: Knowledge = NOBODY,
) -> tuple[Problem, Problem]:
    """Return a problem with all courses, and one with those that column generation finds worth it."""
    wanted = target(store, resolve_goals(store, goals))
    exact = problem_for(store, wanted, known, wishes)
    monkeypatch.setattr(supplying, "WIDE", 0)
    return exact, problem_for(store, wanted, known, wishes)


def chosen(problem: Problem) -> Selection:
    """Return the best choice of a problem that has one."""
    found = select(problem)
    assert found is not None
    return found


def bound_of(wide: Problem) -> float:
    """Return the bound that holds for all courses: not all were searched, so there is one."""
    assert wide.supply.least is not None
    found = chosen(wide)
    assert found.stages[0].bound <= wide.supply.least
    return found.stages[0].bound


@pytest.mark.parametrize(
    ("goals", "wishes", "known"),
    [
        (["ml-engineer"], "free, in English", NOBODY),
        (["transformer"], "anything", SOME),
        (["bayesian-inference", "reinforcement-learning"], "little money", NOBODY),
        (["convolutional-neural-network"], "on campus too", NOBODY),
    ],
)
def test_bound_holds_for_all_courses(
    store: EmbeddedStore, goals: list[str], wishes: str, known: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact, wide = both(store, goals, WISHES[wishes], monkeypatch, known)
    best, found = chosen(exact), chosen(wide)
    assert best.stages[0].optimal
    optimum = best.stages[0].value
    assert 0.97 * optimum < bound_of(wide) <= optimum + 1e-6
    assert optimum - 1e-6 <= found.stages[0].value <= 1.01 * optimum


@pytest.mark.parametrize("goal", ["convolutional-neural-network", "transformer"])
def test_where_the_number_of_courses_counts_first_the_bound_is_one_of_that(
    store: EmbeddedStore, goal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishes = Wishes(free=True, minimise="courses")
    exact, wide = both(store, [goal], wishes, monkeypatch, SOME)
    best, found = chosen(exact), chosen(wide)
    assert best.stages[0].optimal
    fewest = best.stages[0].value
    assert 0.9 * fewest < bound_of(wide) <= fewest + 1e-6
    assert fewest - 1e-6 <= found.stages[0].value <= fewest + 1
    # hours count next: what saves hours was searched too
    assert found.stages[1].value < 1.5 * best.stages[1].value


@pytest.mark.parametrize(
    ("goal", "margin"), [("ml-engineer", 0.015), ("ml-engineer", 0.0025), ("transformer", 0.0025)]
)
def test_a_plan_with_a_course_that_was_left_out_is_no_better_than_said(
    store: EmbeddedStore, goal: str, margin: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "_MARGIN", margin)
    wishes = WISHES["free, in English"]
    exact, wide = both(store, [goal], wishes, monkeypatch, SOME)
    weighed = supply(store, target(store, resolve_goals(store, [goal])), SOME, wishes, every=True)
    # one that was kept, and then left out because another is as good, is another matter
    left_out = sorted(exact.supply.candidates.keys() - weighed.candidates.keys())
    assert left_out
    assert wide.supply.least is not None
    for each in left_out[:6]:
        program = Program(exact)
        program.model.fix(program.take[each], 1)
        engine = program.model.relaxed()
        engine.aim(program.objectives()[0].terms)
        best = engine.run(60.0)
        assert best is not None
        assert wide.supply.least <= best[1] + 1e-6


def test_what_all_ways_need_is_needed_whichever_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third of each of three options needs a third of what they share: the bound would be far off."""
    ways = [f"way-{number}" for number in range(3)]
    little = small(
        topic("base", 50, 60, 70),
        topic("end"),
        *map(topic, ways),
        *(needs(each, "base") for each in ways),
        group("topic:end", 1, *(f"topic:{each}" for each in ways)),
        alone("base", "end", *ways),
        course("other", "base"),
    )
    exact, wide = both(little, ["end"], Wishes(), monkeypatch)
    best = chosen(exact)
    assert bound_of(wide) == pytest.approx(best.stages[0].value, rel=1e-3)


def test_what_a_course_teaches_itself_does_not_let_it_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A course that asks for what it teaches saves nothing there: the relaxed choice knows it too."""
    little = small(
        topic("a", 10, 20, 30),
        topic("b", 10, 20, 30),
        alone("a", "b"),
        course("c", "a", "b") + asks("c", 1, "mlg:anyOf topic:a"),
    )
    exact, wide = both(little, ["a", "b"], Wishes(), monkeypatch)
    best = chosen(exact)
    assert bound_of(wide) == pytest.approx(best.stages[0].value, rel=1e-3)


def test_a_course_that_must_be_in_counts_in_the_bound_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    little = small(topic("a", 10, 20, 30), topic("b", 10, 20, 30), alone("a", "b"), course("c", "a", "b"))
    wishes = Wishes(include=(thing("course", "c"),), languages=("xx",))
    exact, wide = both(little, ["a", "b"], wishes, monkeypatch)
    best = chosen(exact)
    assert bound_of(wide) <= best.stages[0].value + 1e-6


def _plain(found: CourseIndex) -> list[str]:
    return [str(each) if isinstance(each, tuple) else str(np.asarray(each).tolist()) for each in found]


@pytest.mark.parametrize("block", [7, 1000])
def test_arrays_say_what_the_store_says_in_whatever_blocks_they_are_read(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(index, "_BLOCK", block)
    counts: list[int] = []
    found = index_courses(store, counts.append)
    names = [bytes(name).decode() for name in found.names]
    taught = {
        (names[place], found.topics[topic], level)
        for place in range(len(names))
        for number in range(found.starts[place], found.starts[place + 1])
        for topic, level in [(found.taught[number], list(RANK)[found.levels[number] + 1])]
    }
    assert taught == set(taught_by(store, names))
    assert names == sorted({course for course, _, _ in taught})
    said = [(each.course, each.total, each.price or 0.0, each.pacing) for each in offerings(store, names)]
    assert said == [
        (names[owner], None if np.isnan(total) else total, price, found.kind[kind].pacing)
        for owner, kind, total, price in zip(
            found.owners.tolist(), found.kinds, found.totals.tolist(), found.prices.tolist(), strict=True
        )
    ]
    every = [
        row["n"].value
        for row in store.select(
            "SELECT (COUNT(*) AS ?n) { { ?x a schema:Course } UNION { ?x schema:hasCourseInstance ?r } }"
        )
    ]
    assert counts == sorted(counts)
    assert [str(counts[-1])] == every


def test_arrays_are_kept_beside_a_store_and_come_back(tmp_path: Path, store: EmbeddedStore) -> None:
    engine = ox.Store()
    engine.extend(ox.Quad(*each) for each in store.triples())
    first = course_index(EmbeddedStore(engine, folder=tmp_path))
    second = course_index(EmbeddedStore(engine, folder=tmp_path))
    assert isinstance(second.names, np.memmap)
    assert _plain(first) == _plain(second)
    assert [each.name for each in tmp_path.iterdir()] == [FOLDER]


def test_damaged_arrays_are_made_anew(tmp_path: Path) -> None:
    engine = ox.Store()
    engine.extend(ox.Quad(*each) for each in small(topic("a", 1, 2, 3), course("c", "a")).triples())
    whole = course_index(EmbeddedStore(engine, folder=tmp_path))
    for damaged in sorted((tmp_path / FOLDER).iterdir()):
        damaged.write_bytes(damaged.read_bytes()[:-3])
        again = course_index(EmbeddedStore(engine, folder=tmp_path))
        assert _plain(again) == _plain(whole), damaged.name
        assert _plain(course_index(EmbeddedStore(engine, folder=tmp_path))) == _plain(whole)


def test_store_with_arrays_beside_it_still_opens(tmp_path: Path) -> None:
    engine = ox.Store(str(tmp_path / "store"))
    engine.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.NamedNode("urn:c")))
    engine.flush()
    del engine
    save_index(index_courses(small(topic("a", 1, 2, 3), course("c", "a"))), tmp_path / "store" / FOLDER)
    opened = EmbeddedStore.open(tmp_path / "store")
    assert len(list(opened.triples())) == 1
    assert course_index(opened).topics == (thing("topic", "a"),)


def test_a_course_that_is_a_goal_is_taken_for_all_that_it_teaches(monkeypatch: pytest.MonkeyPatch) -> None:
    """It teaches a topic that no other goal needs, and asks for one that nothing else does."""
    little = small(
        topic("a", 10, 20, 30),
        topic("b", 10, 20, 30),
        topic("before", 1, 2, 3),
        alone("a", "b", "before"),
        course("c", "a", "b", offering="mlg:pacing mlg:Cohort ; mlg:costKind mlg:Free")
        + asks("c", 1, "mlg:anyOf topic:before"),
    )
    exact, wide = both(little, ["b", "course:c"], Wishes(), monkeypatch)
    best, found = chosen(exact), chosen(wide)
    assert found.levels == best.levels
    assert thing("topic", "a") in found.levels
    assert thing("topic", "before") in found.levels
    assert bound_of(wide) <= best.stages[0].value + 1e-6
