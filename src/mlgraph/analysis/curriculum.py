"""Curricula and degree plans as values, and the network of their requisites.

The terms are those of Heileman et al., Curricular Analytics, https://arxiv.org/abs/1811.09676. Nothing
here says how a file looks.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = [
    "SYSTEMS",
    "Curriculum",
    "CurriculumCourse",
    "DegreePlan",
    "Fork",
    "Network",
    "Requisite",
    "Road",
    "first_road",
    "forks",
    "impossible",
    "network",
    "ordered",
]

SYSTEMS = ("semester", "quarter")
"""Systems of terms; the complexity of a quarter system counts two thirds."""

Road = dict[tuple[str, int], tuple[str, ...]]
"""Which options of either-or requisites are taken: (course, place of the requisite) -> courses."""


class Requisite(NamedTuple):
    """Of ``options`` at least ``minimum`` come before (pre), not after (co) or with (strict) a course."""

    kind: str
    options: tuple[str, ...]
    minimum: int = 1


class CurriculumCourse(NamedTuple):
    """A course of a curriculum; ``offered`` names seasons, empty for all.

    ``teaches`` and ``presupposes`` are names of topics, with a level after a colon where it is not working.
    """

    id: str
    name: str
    prefix: str = ""
    number: str = ""
    credits: float = 0.0
    requisites: tuple[Requisite, ...] = ()
    institution: str = ""
    canonical: str = ""
    offered: tuple[str, ...] = ()
    difficulty: float = 0.0
    teaches: tuple[str, ...] = ()
    presupposes: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Prefix and number, or the name where there is neither."""
        return f"{self.prefix} {self.number}".strip() or self.name


class Curriculum(NamedTuple):
    """Courses with requisites; ``outcomes`` are rows on learning outcomes, kept as they are."""

    name: str
    courses: tuple[CurriculumCourse, ...]
    institution: str = ""
    degree: str = ""
    system: str = "semester"
    cip: str = ""
    outcomes: tuple[tuple[str, ...], ...] = ()

    def by_id(self) -> dict[str, CurriculumCourse]:
        """Return the courses by id."""
        return {each.id: each for each in self.courses}


class DegreePlan(NamedTuple):
    """A curriculum laid out in terms; ``additional`` courses are in the plan, not in the curriculum."""

    name: str
    curriculum: Curriculum
    terms: tuple[tuple[str, ...], ...]
    additional: tuple[CurriculumCourse, ...] = ()

    def courses(self) -> dict[str, CurriculumCourse]:
        """Return all courses by id, the additional ones after the others."""
        return {each.id: each for each in (*self.curriculum.courses, *self.additional)}

    def term_of(self) -> dict[str, int]:
        """Return course -> number of its term, from 1; courses without a term are left out."""
        return {course: number for number, term in enumerate(self.terms, 1) for course in term}


class Network(NamedTuple):
    """Who comes before and after whom: an arc runs from a requisite to the course that has it."""

    nodes: tuple[str, ...]
    before: Mapping[str, tuple[str, ...]]
    after: Mapping[str, tuple[str, ...]]


class Fork(NamedTuple):
    """An either-or requisite: its place, and all smallest ways to meet it."""

    place: tuple[str, int]
    ways: tuple[tuple[str, ...], ...]


def forks(courses: Sequence[CurriculumCourse]) -> list[Fork]:
    """Return the requisites that can be met in more than one way, in the order of the courses.

    Options that are no course among ``courses`` are left out, as long as enough others remain.

    Examples
    --------
    >>> either = Requisite("pre", ("a", "b"))
    >>> forks(
    ...     [
    ...         CurriculumCourse("a", "A"),
    ...         CurriculumCourse("b", "B"),
    ...         CurriculumCourse("c", "C", requisites=(either,)),
    ...     ]
    ... )
    [Fork(place=('c', 0), ways=(('a',), ('b',)))]
    """
    known = {each.id for each in courses}
    found = []
    for course in courses:
        for place, each in enumerate(course.requisites):
            inside = [option for option in each.options if option in known]
            if len(inside) > each.minimum:
                found.append(Fork((course.id, place), tuple(combinations(inside, each.minimum))))
    return found


def first_road(courses: Sequence[CurriculumCourse]) -> Road:
    """Return the road that takes the first way at every fork."""
    return {fork.place: fork.ways[0] for fork in forks(courses)}


def network(courses: Sequence[CurriculumCourse], road: Road | None = None) -> Network:
    """Return the network of the requisites of all kinds.

    Parameters
    ----------
    courses : sequence of CurriculumCourse
        Requisites that are not among them are left out.
    road : Road, optional
        Which options count at a fork; the first ones where it says nothing.
    """
    chosen = {**first_road(courses), **(road or {})}
    nodes = tuple(each.id for each in courses)
    known = set(nodes)
    before: dict[str, dict[str, None]] = {node: {} for node in nodes}
    after: dict[str, dict[str, None]] = {node: {} for node in nodes}
    for course in courses:
        for place, each in enumerate(course.requisites):
            for option in chosen.get((course.id, place), each.options):
                if option in known:
                    before[course.id][option] = None
                    after[option][course.id] = None
    return Network(
        nodes,
        {node: tuple(each) for node, each in before.items()},
        {node: tuple(each) for node, each in after.items()},
    )


def ordered(of: Network, label: Mapping[str, str] | None = None) -> list[str]:
    """Return the nodes so that every one comes after its requisites.

    Raises
    ------
    DataError
        If requisites loop; names one loop.
    """
    waiting = {node: len(of.before[node]) for node in of.nodes}
    order = [node for node in of.nodes if not waiting[node]]
    for node in order:  # grows while it is read
        for later in of.after[node]:
            waiting[later] -= 1
            if not waiting[later]:
                order.append(later)
    if len(order) < len(of.nodes):
        left = {node for node in of.nodes if waiting[node]}
        trail = [next(node for node in of.nodes if node in left)]
        while True:
            following = next(each for each in of.before[trail[-1]] if each in left)
            if following in trail:
                break
            trail.append(following)
        loop = [*trail[trail.index(following) :], following]
        names = " needs ".join((label or {}).get(node, node) for node in loop)
        raise DataError(f"the requisites form a cycle: {names}", "take out one of these requisites")
    return order


def impossible(courses: Sequence[CurriculumCourse], road: Road | None = None) -> list[str]:
    """Return courses that no terms can hold, since they would have to come before themselves.

    Parameters
    ----------
    courses : sequence of CurriculumCourse
    road : Road, optional
        Which options count at a fork.

    Returns
    -------
    list of str
        Ids of the courses of one loop that holds a prerequisite; empty if terms can be found. Courses
        with strict corequisites share a term, so the loop may run through such a pair either way.
    """
    chosen = {**first_road(courses), **(road or {})}
    known = {each.id for each in courses}
    arcs: dict[str, list[str]] = {each.id: [] for each in courses}
    strict: list[tuple[str, str]] = []
    for course in courses:
        for place, each in enumerate(course.requisites):
            for option in chosen.get((course.id, place), each.options):
                if option in known:
                    arcs[option].append(course.id)
                    if each.kind == "strict":
                        arcs[course.id].append(option)
                    elif each.kind == "pre":
                        strict.append((option, course.id))
    if _clear(arcs, strict):
        return []
    for before, after in strict:
        back = _path(arcs, after, before)
        if back:
            return back
    return []


def _clear(arcs: Mapping[str, Sequence[str]], strict: Sequence[tuple[str, str]]) -> bool:
    """Say whether an order shows at once that nothing comes before itself; it need not show it."""
    one = _merged(arcs)
    if any(one[before] == one[after] for before, after in strict):
        return False
    after: dict[str, set[str]] = {node: set() for node in one.values()}
    for node, later in arcs.items():
        after[one[node]].update(one[each] for each in later if one[each] != one[node])
    waiting = dict.fromkeys(after, 0)
    for users in after.values():
        for each in users:
            waiting[each] += 1
    ready = [node for node, count in waiting.items() if not count]
    for node in ready:  # grows while it is read
        for each in after[node]:
            waiting[each] -= 1
            if not waiting[each]:
                ready.append(each)
    return len(ready) == len(waiting)


def _merged(arcs: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return course -> one course of all those that are tied to it by arcs both ways."""
    found: dict[str, str] = {}
    for start in arcs:
        queue = [start] if start not in found else []
        for node in queue:
            found[node] = start
            queue += [each for each in arcs[node] if node in arcs[each] and each not in found]
    return found


def _path(arcs: Mapping[str, Iterable[str]], start: str, end: str) -> list[str]:
    """Return a shortest path, both ends included; empty if there is none."""
    came: dict[str, str] = {start: ""}
    for node in _spreading(arcs, start, came):
        if node == end:
            path = [end]
            while came[path[-1]]:
                path.append(came[path[-1]])
            return path[::-1]
    return []


def _spreading(arcs: Mapping[str, Iterable[str]], start: str, came: dict[str, str]) -> Iterator[str]:
    queue = [start]
    for node in queue:
        yield node
        for each in arcs[node]:
            if each not in came:
                came[each] = node
                queue.append(each)
