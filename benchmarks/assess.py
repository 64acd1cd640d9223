"""How many questions `mlgraph assess` needs, and how right it is, on simulated learners.

Run: python benchmarks/assess.py [--learners 30] [--whole 6] [--goal ml-engineer] [--questions N]

Nobody has answered for real. Each learner is a set of topics that holds with each topic all that it
needs, made up in one of these ways, until a share of all topics is known that is equally probable
between a tenth and nine tenths:

areas    whole areas of the graph one after another, with all that they need
depth    all topics up to a depth, and some of the next depth
courses  courses of the graph passed one after another, with all that they presuppose
blurred  from the shallow to the deep, but for each topic shifted by a normal error of 1.5 levels
mixed    half of it by areas, the other half by courses
any      topics one after another in any order that the needs allow

The bar speaks of the first three. The belief behind the questions is drawn from pictures of the same
kind as these (areas, courses, depth, single topics, gaps), which helps; so everything is also measured
with a belief that knows neither areas nor courses ("blind"). The last three ways are of no picture.
Learners answer truly, or one answer in ten is wrong.

Columns: questions asked, topics told rightly, and what the method itself says of that. Then the same
questions in random order, leaving out what earlier answers settle by the needs (what a known topic
needs is known): topics told rightly after as many of them, judged by the same belief ("random") or by
the needs alone ("needs"), and how many it takes until all is settled by the needs. Seeded.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from typing import NamedTuple

from mlgraph.analysis.assessment import ENOUGH, best_question, question_limit, verdict
from mlgraph.analysis.belief import Model, Order, believe, order_of
from mlgraph.build.opening import open_store
from mlgraph.catalog.topics import topics
from mlgraph.catalog.whole import hard_edges
from mlgraph.planning.assess import families_of
from mlgraph.planning.goal import resolve_goals, target

BAR = ("areas", "depth", "courses")
WAYS = (*BAR, "blurred", "mixed", "any")


class Run(NamedTuple):
    """One simulated assessment."""

    questions: int
    right: float
    expected: float
    at_random: float
    by_needs: float
    till_settled: int
    slowest: float


class World(NamedTuple):
    """An order with its areas and courses as sets of places, and the depth of each topic."""

    order: Order
    areas: list[frozenset[int]]
    courses: list[frozenset[int]]
    depth: list[int]


def joined(world: World, places) -> int:
    """Return some topics with all that they need."""
    found = 0
    for place in places:
        found |= world.order.below[place]
    return found


def grow(known: int, sets, size: float) -> int:
    """Add sets until so many topics are known."""
    for each in sets:
        if known.bit_count() >= size:
            break
        known |= each
    return known


def learner(world: World, way: str, chance: random.Random) -> int:
    """Return what a simulated learner knows, as bits."""
    count = len(world.order.topics)
    size = chance.uniform(0.1, 0.9) * count
    areas = [joined(world, each) for each in chance.sample(world.areas, len(world.areas))]
    courses = [joined(world, each) for each in chance.sample(world.courses, len(world.courses))]
    if way == "areas":
        return grow(0, areas, size)
    if way == "courses":
        return grow(0, courses, size)
    if way == "mixed":
        return grow(grow(0, areas, size / 2), courses, size)
    if way == "any":
        return grow(0, [1 << each for each in any_order(world.order, chance)], size)
    blur = (lambda: chance.random() / 2) if way == "depth" else (lambda: chance.gauss(0, 1.5))
    keys = [each + blur() for each in world.depth]
    return grow(0, [world.order.below[each] for each in sorted(range(count), key=keys.__getitem__)], size)


def any_order(order: Order, chance: random.Random) -> list[int]:
    """Return all topics in a random order in which none comes before what it needs."""
    left = set(range(len(order.topics)))
    found: list[int] = []
    while left:
        ready = sorted(each for each in left if not left.intersection(order.needs[each]))
        found.append(chance.choice(ready))
        left.discard(found[-1])
    return found


def share(world: World, known: int, told) -> float:
    """Return the share of topics that are told rightly."""
    return 1 - (joined(world, told) ^ known).bit_count() / len(world.order.topics)


def assess(world: World, model: Model, known: int, wrong: float, limit: int, chance: random.Random) -> Run:
    """Ask a simulated learner, by the method and in random order."""
    answers: dict[int, bool] = {}
    slowest = 0.0

    def answer(topic: int) -> bool:
        return bool(known >> topic & 1) != (chance.random() < wrong)

    while True:
        start = time.perf_counter()
        belief = believe(model, answers)
        if len(answers) >= limit or belief.right >= ENOUGH:
            break
        question = best_question(belief, answers)
        slowest = max(slowest, time.perf_counter() - start)
        if question is None:
            break
        answers[question.topic] = answer(question.topic)
    found = verdict(belief)
    other, yes, asked = in_random_order(world, answer, len(answers), chance)
    return Run(
        len(answers),
        share(world, known, found.known),
        found.right,
        share(world, known, verdict(believe(model, other)).known),
        share(world, known, yes),
        asked,
        slowest,
    )


def in_random_order(world: World, answer, count: int, chance: random.Random):
    """Ask until the needs settle all: return the first answers, what is then known by them, and how many there were."""
    order = world.order
    answers: dict[int, bool] = {}
    early: tuple[dict[int, bool], list[int]] = ({}, [])
    settled = yes = 0
    for topic in chance.sample(range(len(order.topics)), len(order.topics)):
        if len(answers) == count:
            early = (dict(answers), [each for each in range(len(order.topics)) if yes >> each & 1])
        if not settled >> topic & 1:
            answers[topic] = answer(topic)
            yes |= order.below[topic] & ~settled if answers[topic] else 0
            settled |= order.below[topic] if answers[topic] else order.above[topic]
    if len(answers) <= count:
        early = (answers, [each for each in range(len(order.topics)) if yes >> each & 1])
    return *early, len(answers)


def mean(runs: list[Run], field: str) -> float:
    """Return the mean of a figure."""
    return statistics.fmean(getattr(each, field) for each in runs)


def line(name: str, runs: list[Run]) -> None:
    """Print the means of some assessments."""
    figures = "  ".join(
        f"{100 * mean(runs, field):6.1f}" for field in ("right", "expected", "at_random", "by_needs")
    )
    slowest = max(each.slowest for each in runs)
    print(
        f"  {name:24} {mean(runs, 'questions'):9.1f}  {figures}  {mean(runs, 'till_settled'):7.1f}   {1000 * slowest:6.0f} ms",
        flush=True,
    )


def measure(world: World, name: str, learners: int, limit: int, *, blind_too: bool) -> None:
    """Print all figures for the topics of a goal."""
    count = len(world.order.topics)
    print(f"\n{name}: {count} topics, at most {limit} questions, {learners} learners for each line")
    print(f"  {'learners':24} questions  right%  said%  random%  needs%  settled   slowest question")
    models = {
        "": Model(world.order, [world.areas, world.courses]),
        **({"blind": Model(world.order)} if blind_too else {}),
    }
    for wrong in (0.0, 0.1):
        for blind, model in models.items():
            bar: list[Run] = []
            for way in WAYS:
                runs = []
                for number in range(learners):
                    chance = random.Random(f"{way} {number}")
                    known = learner(world, way, chance)
                    runs.append(assess(world, model, known, wrong, limit, chance))
                bar += runs if way in BAR else []
                line(f"{way} {blind}{', 10 % wrong' if wrong else ''}", runs)
            line(f"MEAN OF {len(BAR)} {blind}{', 10 % wrong' if wrong else ''}", bar)


def main() -> None:
    """Measure one goal and the whole graph."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--goal", default="ml-engineer", help="a goal (default ml-engineer)")
    parser.add_argument("--learners", type=int, default=30, help="learners of each way for the goal")
    parser.add_argument("--whole", type=int, default=4, help="learners of each way for the whole graph")
    parser.add_argument("--questions", type=int, default=0, help="the most questions")
    parser.add_argument(
        "--no-blind", action="store_true", help="leave out the belief that knows no areas and courses"
    )
    wish = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.2f}")
    store = open_store()
    facts = {each.iri: each for each in topics(store)}
    edges = [(each.dependent, each.prerequisite) for each in hard_edges(store)]
    below = target(store, resolve_goals(store, [wish.goal])).requirements.topics.keys() & facts.keys()
    for name, wanted, learners in (
        (wish.goal, below, wish.learners),
        ("whole graph", set(facts), wish.whole),
    ):
        if learners:
            order = order_of(wanted, edges)
            areas, courses = families_of(store, order)
            world = World(order, areas, courses, [facts[each].depth for each in order.topics])
            measure(
                world,
                name,
                learners,
                wish.questions or question_limit(len(order.topics)),
                blind_too=not wish.no_blind,
            )


if __name__ == "__main__":
    main()
