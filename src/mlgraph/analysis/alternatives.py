"""Metrics where requisites give a choice: the best road, the worst, and the chosen one."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.curriculum import Network, Requisite, first_road, forks, network, ordered
from mlgraph.analysis.metrics import Metrics, network_metrics
from mlgraph.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgraph.analysis.curriculum import CurriculumCourse, Fork, Road

__all__ = ["WORK_LIMIT", "Alternatives", "Span", "alternatives", "on_road"]

WORK_LIMIT = 200_000
"""Courses times roads up to which all roads are tried."""


class Span(NamedTuple):
    """The complexity of one course on the roads that were tried and that need it."""

    least: float
    most: float
    always: bool


class Alternatives(NamedTuple):
    """The metrics of the roads of least and most complexity and of the chosen one.

    ``roads`` counts all; if ``exact``, all were tried, else the best and the worst are those that a
    search found which changes one choice at a time: the true best may be lower, the true worst higher.
    """

    roads: int
    exact: bool
    tried: int
    best: Metrics
    best_road: Mapping[tuple[str, int], tuple[str, ...]]
    worst: Metrics
    worst_road: Mapping[tuple[str, int], tuple[str, ...]]
    chosen: Metrics
    chosen_road: Mapping[tuple[str, int], tuple[str, ...]]
    courses: Mapping[str, Span]


class _Search:
    """Weighs roads and remembers the best and the worst."""

    def __init__(self, courses: Sequence[CurriculumCourse], goals: Sequence[str], *, quarter: bool) -> None:
        self.courses, self.goals, self.quarter = courses, goals, quarter
        self.tried = 0
        self.times: dict[str, int] = {}
        self.range: dict[str, tuple[float, float]] = {}

    def weigh(self, road: Road, *, paths: bool = False) -> Metrics | None:
        """Return the metrics of a road; None if its requisites loop."""
        of = _below(network(self.courses, road), self.goals)
        try:
            ordered(of)
        except DataError:
            return None
        return network_metrics(of, quarter=self.quarter, paths=paths)

    def try_road(self, road: Road) -> float | None:
        found = self.weigh(road)
        if found is None:
            return None
        self.tried += 1
        for course, each in found.courses.items():
            least, most = self.range.get(course, (each.complexity, each.complexity))
            self.range[course] = (min(least, each.complexity), max(most, each.complexity))
            self.times[course] = self.times.get(course, 0) + 1
        return found.complexity


def _below(of: Network, goals: Sequence[str]) -> Network:
    """Return the part of a network that some goals need; all without goals."""
    if not goals:
        return of
    kept = dict.fromkeys(goal for goal in goals if goal in of.before)
    queue = list(kept)
    for node in queue:
        fresh = [each for each in of.before[node] if each not in kept]
        kept.update(dict.fromkeys(fresh))
        queue += fresh
    nodes = tuple(node for node in of.nodes if node in kept)
    return Network(
        nodes,
        {node: of.before[node] for node in nodes},
        {node: tuple(each for each in of.after[node] if each in kept) for node in nodes},
    )


def alternatives(
    courses: Sequence[CurriculumCourse],
    chosen: Road | None = None,
    *,
    goals: Sequence[str] = (),
    quarter: bool = False,
) -> Alternatives:
    """Return the metrics of a curriculum whose requisites give a choice.

    Parameters
    ----------
    courses : sequence of CurriculumCourse
    chosen : Road, optional
        The chosen road; the first option where it says nothing.
    goals : sequence of str
        Count only what these need on a road; without goals all courses count on every road.
    quarter : bool
        Whether the terms are quarters.

    Returns
    -------
    Alternatives

    Raises
    ------
    DataError
        If the requisites of the chosen road loop.

    Notes
    -----
    A road takes, at every either-or requisite, just as many options as needed. All roads are tried up to
    `WORK_LIMIT`; beyond it a descent changes one choice at a time, from the chosen road, down and up, and
    is cut off there too.

    Examples
    --------
    >>> from mlgraph.analysis.curriculum import CurriculumCourse, Requisite
    >>> a, b = CurriculumCourse("a", "A"), CurriculumCourse("b", "B", requisites=(Requisite("pre", ("a",)),))
    >>> c = CurriculumCourse("c", "C", requisites=(Requisite("pre", ("a", "b")),))
    >>> found = alternatives([a, b, c])
    >>> found.roads, found.best.complexity, found.worst.complexity
    (2, 8.0, 12.0)
    """
    places = forks(courses)
    road = {**first_road(courses), **(chosen or {})}
    search = _Search(courses, goals, quarter=quarter)
    labels = {each.id: each.code for each in courses}
    now = network_metrics(_below(network(courses, road), goals), quarter=quarter, labels=labels)
    count = math.prod(len(fork.ways) for fork in places)
    exact = count * max(1, len(courses)) <= WORK_LIMIT
    if exact:
        best, worst = _all(search, places, road)
    else:
        search.try_road(road)
        best = _descent(search, places, road, 1)
        worst = _descent(search, places, road, -1)
    spans = {
        each.id: Span(*search.range[each.id], search.times[each.id] == search.tried)
        for each in courses
        if each.id in search.range
    }
    least, most = search.weigh(best, paths=True), search.weigh(worst, paths=True)
    return Alternatives(count, exact, search.tried, least or now, best, most or now, worst, now, road, spans)


def on_road(courses: Sequence[CurriculumCourse], road: Road, goals: Sequence[str]) -> list[CurriculumCourse]:
    """Return the courses that some goals need on a road, with the requisites of that road, without a choice."""
    full = {**first_road(courses), **road}
    kept = set(_below(network(courses, full), goals).nodes)
    return [
        each._replace(
            requisites=tuple(
                Requisite(requisite.kind, taken, len(taken))
                for place, requisite in enumerate(each.requisites)
                for taken in [full.get((each.id, place), requisite.options)]
            )
        )
        for each in courses
        if each.id in kept
    ]


def _roads(places: Sequence[Fork]) -> Iterator[Road]:
    for ways in product(*(fork.ways for fork in places)):
        yield {fork.place: way for fork, way in zip(places, ways, strict=True)}


def _all(search: _Search, places: Sequence[Fork], road: Road) -> tuple[Road, Road]:
    best, worst = road, road
    least, most = math.inf, -math.inf
    for each in _roads(places):
        weight = search.try_road(each)
        if weight is not None and weight < least:
            best, least = each, weight
        if weight is not None and weight > most:
            worst, most = each, weight
    return best, worst


def _descent(search: _Search, places: Sequence[Fork], road: Road, sign: int) -> Road:
    """Change one choice after another as long as one makes the complexity lower (or higher, if -1)."""
    now = search.weigh(road)
    best, least = road, now.complexity * sign if now else math.inf
    left = WORK_LIMIT // (2 * max(1, len(search.courses)))
    better = True
    while better:
        better = False
        for fork in places:
            for way in fork.ways:
                if way == best[fork.place]:
                    continue
                left -= 1
                if left < 0:
                    return best
                other = {**best, fork.place: way}
                weight = search.try_road(other)
                if weight is not None and weight * sign < least:
                    best, least, better = other, weight * sign, True
    return best
