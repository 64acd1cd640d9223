"""The metrics of curricular analytics: blocking, delay, complexity, centrality, paths, redundancy.

As defined by Heileman, Abdallah, Slim and Hickman, Curricular Analytics: A Framework for Quantifying the
Impact of Curricular Reforms and Pedagogical Innovations, https://arxiv.org/abs/1811.09676, and as the
toolbox CurricularAnalytics.jl computes them where the two differ.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.curriculum import network, ordered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse, Network, Road

__all__ = [
    "CourseMetrics",
    "Metrics",
    "Redundant",
    "curriculum_metrics",
    "dead_ends",
    "network_metrics",
    "redundant_requisites",
]

PATH_LIMIT = 20
"""Longest paths that are written out; all are counted."""


class CourseMetrics(NamedTuple):
    """What one course weighs; ``complexity`` is in tenths exact."""

    blocking: int
    delay: int
    complexity: float
    centrality: int


class Metrics(NamedTuple):
    """Sums over a curriculum, and the metrics of each course.

    ``longest`` holds at most 20 of the ``longest_count`` longest paths, each of ``length`` courses.
    """

    blocking: int
    delay: int
    complexity: float
    centrality: int
    credits: float
    courses: Mapping[str, CourseMetrics]
    length: int
    longest_count: int
    longest: tuple[tuple[str, ...], ...]


class Redundant(NamedTuple):
    """A requisite that others imply; ``through`` is a course on the other way.

    ``toolbox`` says whether CurricularAnalytics.jl reports it too: it keeps every corequisite, and a
    prerequisite beside a way that starts with a corequisite.
    """

    requisite: str
    course: str
    kind: str
    through: str
    toolbox: bool


def curriculum_metrics(curriculum: Curriculum, road: Road | None = None) -> Metrics:
    """Return the metrics of a curriculum, for one road through its either-or requisites.

    Parameters
    ----------
    curriculum : Curriculum
        n courses with m requisites among them; those outside of it do not count.
    road : Road, optional
        Which options count; the first ones if left out.

    Returns
    -------
    Metrics

    Raises
    ------
    DataError
        If the requisites loop.

    Notes
    -----
    O(n m / 64) by bit sets: paths are counted, never listed, so that many of them do no harm. In a quarter
    system the complexity of each course is two thirds, rounded to one digit, and the whole is the sum of these.

    Examples
    --------
    >>> from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse, Requisite
    >>> a, b = CurriculumCourse("1", "A"), CurriculumCourse("2", "B", requisites=(Requisite("pre", ("1",)),))
    >>> curriculum_metrics(Curriculum("AB", (a, b))).complexity
    5.0
    """
    labels = {each.id: each.code for each in curriculum.courses}
    found = network_metrics(
        network(curriculum.courses, road), quarter=curriculum.system == "quarter", labels=labels
    )
    return found._replace(credits=sum(each.credits for each in curriculum.courses))


def network_metrics(
    of: Network, *, quarter: bool = False, labels: Mapping[str, str] | None = None, paths: bool = True
) -> Metrics:
    """Return the metrics of a network; without ``paths`` the longest ones are not written out."""
    order = ordered(of, labels)
    bit = {node: 1 << place for place, node in enumerate(order)}
    down = _chains(order, of.before)
    up = _chains(order[::-1], of.after)
    reached: dict[str, int] = {}
    for node in reversed(order):
        reached[node] = 0
        for later in of.after[node]:
            reached[node] |= bit[later] | reached[later]
    courses: dict[str, CourseMetrics] = {}
    tenths = 0
    for node in of.nodes:
        blocking = reached[node].bit_count()
        delay = down[node].longest + up[node].longest - 1
        each = _scaled(blocking + delay, quarter=quarter)
        tenths += each
        inner = bool(of.before[node]) and bool(of.after[node])
        courses[node] = CourseMetrics(
            blocking, delay, each / 10, _through(down[node], up[node]) if inner else 0
        )
    length = max((each.delay for each in courses.values()), default=0)
    starts = [node for node in order if not of.before[node] and up[node].longest == length]
    shown = tuple(islice(_longest(of, up, starts, length), PATH_LIMIT)) if paths else ()
    return Metrics(
        sum(each.blocking for each in courses.values()),
        sum(each.delay for each in courses.values()),
        tenths / 10,
        sum(each.centrality for each in courses.values()),
        0.0,
        courses,
        length,
        sum(up[node].best for node in starts),
        shown,
    )


class _Chain(NamedTuple):
    """Chains that end at a node: vertices of the longest, how many such, all, and vertices of all."""

    longest: int
    best: int
    paths: int
    vertices: int


def _chains(order: Sequence[str], back: Mapping[str, tuple[str, ...]]) -> dict[str, _Chain]:
    found: dict[str, _Chain] = {}
    for node in order:
        earlier = [found[each] for each in back[node]]
        if not earlier:
            found[node] = _Chain(1, 1, 1, 1)
            continue
        longest = max(each.longest for each in earlier)
        count = sum(each.paths for each in earlier)
        found[node] = _Chain(
            longest + 1,
            sum(each.best for each in earlier if each.longest == longest),
            count,
            sum(each.vertices for each in earlier) + count,
        )
    return found


def _through(down: _Chain, up: _Chain) -> int:
    """Return the vertices of all paths that a chain to a node and one from it make, the node once."""
    return down.vertices * up.paths + down.paths * up.vertices - down.paths * up.paths


def _scaled(weight: int, *, quarter: bool) -> int:
    """Return a complexity in tenths, by two thirds in a quarter system, rounded."""
    return (40 * weight + 3) // 6 if quarter else 10 * weight


def _longest(
    of: Network, up: Mapping[str, _Chain], starts: Sequence[str], length: int
) -> Iterator[tuple[str, ...]]:
    trails: list[tuple[str, ...]] = [(start,) for start in reversed(starts)]
    while trails:
        trail = trails.pop()
        if len(trail) == length:
            yield trail
            continue
        trails += [
            (*trail, later)
            for later in reversed(of.after[trail[-1]])
            if up[later].longest == length - len(trail)
        ]


def dead_ends(courses: Sequence[CurriculumCourse], prefixes: Sequence[str]) -> list[str]:
    """Return courses that lead nowhere though others lead to them, and that are not of the own subject.

    Parameters
    ----------
    courses : sequence of CurriculumCourse
    prefixes : sequence of str
        Prefixes of the own subject, in which a path may end.

    Returns
    -------
    list of str
        Ids; a course without any requisite, before or after, is no dead end.
    """
    every = {(each.id, place): r.options for each in courses for place, r in enumerate(each.requisites)}
    of = network(courses, every)  # an option that need not be taken still leads on
    own = set(prefixes)
    return [
        each.id for each in courses if of.before[each.id] and not of.after[each.id] and each.prefix not in own
    ]


def redundant_requisites(courses: Sequence[CurriculumCourse]) -> list[Redundant]:
    """Return the requisites that follow from others, each with a course on the other way.

    Parameters
    ----------
    courses : sequence of CurriculumCourse
        Only requisites without a choice count, as what is redundant and as what implies it.

    Returns
    -------
    list of Redundant
        By course and requisite. A prerequisite is implied by a way with at least one prerequisite on it,
        a corequisite by any other way, a strict corequisite by none.

    Raises
    ------
    DataError
        If the requisites loop.

    Examples
    --------
    >>> from mlgraph.analysis.curriculum import CurriculumCourse, Requisite
    >>> def pre(*ids):
    ...     return tuple(Requisite("pre", (each,)) for each in ids)
    >>> a, b = CurriculumCourse("a", "A"), CurriculumCourse("b", "B", requisites=pre("a"))
    >>> [
    ...     (each.requisite, each.course)
    ...     for each in redundant_requisites([a, b, CurriculumCourse("c", "C", requisites=pre("a", "b"))])
    ... ]
    [('a', 'c')]
    """
    known = {each.id for each in courses}
    sure = [
        each._replace(
            requisites=tuple(r for r in each.requisites if r.minimum >= len(r.options) and r.options)
        )
        for each in courses
    ]
    of = network(sure)
    order = ordered(of, {each.id: each.code for each in courses})
    kinds: dict[tuple[str, str], str] = {}
    for course in sure:
        for requisite in course.requisites:
            for option in requisite.options:
                if option in known:
                    # of two requisites for one pair the stronger counts
                    old = kinds.get((option, course.id), "co")
                    kinds[option, course.id] = old if requisite.kind == "co" else requisite.kind
    place = {node: number for number, node in enumerate(order)}
    found = []
    for course in sure:
        for requisite_id in of.before[course.id]:
            kind = kinds[requisite_id, course.id]
            between = order[place[requisite_id] + 1 : place[course.id] + 1]
            through = _implied(of, between, kinds, (requisite_id, course.id), before=kind == "pre")
            if through and kind != "strict":
                found.append(
                    Redundant(
                        requisite_id,
                        course.id,
                        kind,
                        through,
                        _in_toolbox(of, kinds, requisite_id, course.id),
                    )
                )
    return found


def _implied(
    of: Network,
    between: Sequence[str],
    kinds: Mapping[tuple[str, str], str],
    arc: tuple[str, str],
    *,
    before: bool,
) -> str:
    """Return the last course on another way, with a prerequisite on it if ``before``; nothing if none.

    ``between`` are the courses after the requisite in the order, up to the course that has it.
    """
    start, end = arc
    most = {start: 0}
    for node in between:
        for earlier in of.before[node]:
            if earlier in most and (earlier, node) != arc:
                weight = most[earlier] + (kinds[earlier, node] == "pre")
                most[node] = max(most.get(node, 0), weight)
    ways = [
        earlier
        for earlier in of.before[end]
        if earlier != start
        and earlier in most
        and (not before or most[earlier] + (kinds[earlier, end] == "pre") > 0)
    ]
    return ways[0] if ways else ""


def _in_toolbox(of: Network, kinds: Mapping[tuple[str, str], str], start: str, end: str) -> bool:
    """Say whether no corequisite of ``start`` leads to ``end``, which is when the toolbox reports the arc."""
    reaching = {end}
    queue = [end]
    for node in queue:
        fresh = [each for each in of.before[node] if each not in reaching]
        reaching.update(fresh)
        queue += fresh
    return all(kinds[start, each] == "pre" for each in of.after[start] if each in reaching)
