"""Plans on synthetic catalogues: time against the bare solver, cost against a greedy choice.

Run: python benchmarks/plan.py [COURSES ...]   (default 300 10000 100000)

The shipped graph is kept, and random courses are laid over it: 4 to 14 topics of one or two areas,
levels, hours, self-paced or dated, half of them with an entry requirement by topic or course, a third
with a price. Seeded. Each figure is the median of three runs in this process, the store on disk, the arrays
of its courses made before, which is done once for a store.
"""

from __future__ import annotations

import math
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox

from mlgraph.build.opening import open_store, shipped_dataset
from mlgraph.catalog.index import course_index
from mlgraph.planning.candidate import START_UP, Candidate, Wishes
from mlgraph.planning.goal import resolve_goals, target
from mlgraph.planning.learner import Knowledge
from mlgraph.planning.plan import make_plan, problem_for
from mlgraph.planning.play import Piece, Play, Problem, piece_hours
from mlgraph.planning.program import Program
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.vocab import MLG, RDF, RDFS, SCHEMA, thing

GOAL = "ml-engineer"


NODE, LITERAL = ox.NamedNode, ox.Literal
STEPS = ("awareness", "working", "deep")
BELOW = {"awareness": "", "working": "awareness", "deep": "working"}


def xsd(value: str, kind: str) -> ox.Literal:
    """Return a literal of an XML Schema type."""
    return LITERAL(value, datatype=NODE(f"http://www.w3.org/2001/XMLSchema#{kind}"))


def catalogue(store: EmbeddedStore, count: int, seed: int) -> list[ox.Quad]:
    """Return the triples of some random courses over the topics of a store."""
    pick = random.Random(seed)
    areas: dict[str, list[str]] = {}
    for row in store.select("SELECT ?t ?a WHERE { ?t a mlg:Topic ; skos:broader ?a } ORDER BY ?t"):
        areas.setdefault(row["a"].value, []).append(row["t"].value)
    names = sorted(areas)
    facts: list[tuple[str, str, ox.NamedNode | ox.Literal]] = []
    for number in range(count):
        pool = [topic for area in pick.sample(names, pick.choice((1, 1, 2))) for topic in areas[area]]
        facts += made_course(pick, number, count, pool)
    return [ox.Quad(NODE(subject), NODE(predicate), value) for subject, predicate, value in facts]


def made_course(
    pick: random.Random, number: int, count: int, pool: list[str]
) -> list[tuple[str, str, ox.NamedNode | ox.Literal]]:
    """Return the facts of one random course with one offering."""
    course, offering = thing("course", f"made-{number}"), thing("offering", f"made-{number}.1")
    taught = pick.sample(pool, min(len(pool), pick.randint(4, 14)))
    found = [
        (course, RDF.type, NODE(SCHEMA.Course)),
        (course, RDFS.label, LITERAL(f"Course {number}")),
        (course, SCHEMA.hasCourseInstance, NODE(offering)),
        *((course, MLG.teaches, NODE(topic)) for topic in taught),
        (offering, RDF.type, NODE(SCHEMA.CourseInstance)),
        (offering, SCHEMA.inLanguage, LITERAL("en")),
        (offering, MLG.hasFormat, NODE(MLG.Online)),
        (offering, MLG.pacing, NODE(MLG.SelfPaced if pick.random() < 0.6 else MLG.Cohort)),
    ]
    if pick.random() < 0.33:
        found += [
            (offering, MLG.costKind, NODE(MLG.Paid)),
            (offering, SCHEMA.price, xsd(str(pick.randint(10, 900)), "decimal")),
        ]
    else:
        found.append((offering, MLG.costKind, NODE(MLG.Free)))
    if pick.random() < 0.5:
        found.append((offering, MLG.workloadHours, xsd(f"{pick.randint(15, 160)}.0", "decimal")))
    if pick.random() < 0.5:
        group = thing("requirement", f"course.made-{number}.1")
        options = [
            pick.choice(pool) if pick.random() < 0.6 else thing("course", f"made-{pick.randrange(count)}")
            for _ in range(pick.choice((1, 1, 2)))
        ]
        found += [
            (course, MLG.hasRequirement, NODE(group)),
            *((group, MLG.anyOf, NODE(option)) for option in options),
            (group, MLG.minimumCount, xsd("1", "integer")),
            (group, MLG.obligation, NODE(MLG.Mandatory)),
            (group, MLG.purpose, NODE(MLG.Entry)),
            (group, MLG.timing, NODE(MLG.Before)),
        ]
    return found


def wanted_steps(problem: Problem) -> set[tuple[str, str]]:
    """Return (topic, level) of all steps to the goals, by the shortest option of each either-or group."""
    play = Play(problem, {}, ())
    levels: dict[str, str] = {}
    todo = list(problem.goals.items())
    while todo:
        topic, level = todo.pop()
        if problem.known.has(topic, level) or STEPS.index(levels.get(topic, level)) > STEPS.index(level):
            continue
        if levels.get(topic) == level:
            continue
        levels[topic] = level
        for minimum, pairs in play.asked(topic) if level != "awareness" else ():
            if sum(pair[0] in levels or problem.known.has(*pair) for pair in pairs) < minimum:
                hours = problem.supply.topics
                todo += sorted(pairs, key=lambda pair: (hours[pair[0]].hours.typical, pair))[:minimum]
    return {
        (topic, step)
        for topic, level in levels.items()
        for step in STEPS[: STEPS.index(level) + 1]
        if not problem.known.has(topic, step)
    }


def greedy(problem: Problem) -> float:
    """Return the hours of a plan that takes, one after the other, the free course that saves most.

    Courses with entry requirements are left out, and the order is not looked at: easier than a plan.
    """
    left = wanted_steps(problem)
    hours = 0.0
    open_ = [each for each in problem.supply.candidates.values() if not each.entry and not each.price]
    while True:
        offers = [
            (saved, price, mine) for each in open_ for saved, price, mine in [offer(problem, each, left)]
        ]
        saved, price, mine = max(offers, key=lambda each: each[0], default=(0.0, 0.0, set()))
        if saved <= 0:
            return hours + sum(alone(problem, pair) for pair in left)
        hours += price
        left -= mine


def alone(problem: Problem, pair: tuple[str, str]) -> float:
    """Return the hours of one step in self-study; endless where no resource is known."""
    topic = problem.supply.topics[pair[0]]
    if topic.iri not in problem.supply.resources and topic.hours.high > 0:
        return math.inf
    return piece_hours(problem, Piece("", *pair, BELOW[pair[1]]))


def offer(
    problem: Problem, candidate: Candidate, left: set[tuple[str, str]]
) -> tuple[float, float, set[tuple[str, str]]]:
    """Return the hours that a course saves, those that it takes, and the steps that it covers."""
    mine = {
        (topic, step)
        for topic, level in candidate.levels.items()
        for step in STEPS[: STEPS.index(level) + 1]
        if (topic, step) in left
    }
    own = [piece_hours(problem, Piece(candidate.iri, *pair, BELOW[pair[1]])) for pair in sorted(mine)]
    price = START_UP + (candidate.hours if candidate.whole else sum(own))
    return sum(alone(problem, pair) for pair in mine) - price, price, mine


def measure(count: int) -> None:
    """Print one line for a catalogue."""
    shipped = open_store()
    extra = max(0, count - 302)
    with tempfile.TemporaryDirectory() as folder:
        engine = ox.Store(folder)
        engine.bulk_load(path=str(shipped_dataset()))
        if extra:
            engine.bulk_extend(catalogue(shipped, extra, seed=7))
            engine.optimize()
        store = EmbeddedStore(engine, folder=Path(folder))
        start = time.perf_counter()
        course_index(store)
        arrays = time.perf_counter() - start
        times, bare, plan, problem = [], [], None, None
        for _ in range(3):
            start = time.perf_counter()
            wanted = target(store, resolve_goals(store, [GOAL]))
            wishes = Wishes(free=True, languages=("en",))
            problem = problem_for(store, wanted, Knowledge({}, {}, frozenset()), wishes)
            plan = make_plan(store, wanted, problem, seconds=60)
            times.append(time.perf_counter() - start)
            program = Program(problem)
            start = time.perf_counter()
            program.model.minimise(program.objectives()[:1])
            bare.append(time.perf_counter() - start)
        assert plan is not None
        assert problem is not None
        took, solver = statistics.median(times), statistics.median(bare)
        value = plan.stages[0].value
        print(
            f"{count:>7} courses: {took:5.2f} s in all, {took / solver:5.1f} x the bare solver ({solver:.2f} s); "
            f"{len(problem.supply.candidates)} candidates, {len(plan.courses)} taken; "
            f"{value:.0f} h (gap {100 * plan.stages[0].gap:.2f} %), greedy {greedy(problem) / value:.3f} x that; "
            f"arrays made in {arrays:.1f} s",
            flush=True,
        )


if __name__ == "__main__":
    for each in [int(word) for word in sys.argv[1:]] or [300, 10_000, 100_000]:
        measure(each)
