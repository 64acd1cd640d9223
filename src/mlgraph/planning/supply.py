"""What a plan can be made of: courses that may be taken, with hours and levels, under the learner's wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.road import below
from mlgraph.catalog.index import course_index
from mlgraph.catalog.learning import (
    EntryGroup,
    Offering,
    Resource,
    many_teach,
    named,
    offerings,
    taught_by,
    teaching,
)
from mlgraph.catalog.topics import requirements, topic_hours
from mlgraph.planning.candidate import (
    START_UP,
    Candidate,
    Wishes,
    candidate_for,
    price_of,
    refusal,
)
from mlgraph.planning.columns import Promise, promising
from mlgraph.planning.entry import entries
from mlgraph.planning.learner import RANK
from mlgraph.planning.pruning import pruned
from mlgraph.planning.relaxed import Ground
from mlgraph.planning.shelf import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from mlgraph.model import Edge, Group, Requirements, Topic
    from mlgraph.planning.goal import Target
    from mlgraph.planning.learner import Knowledge
    from mlgraph.rdf.store import Store

__all__ = ["Supply", "supply"]

WIDE = 1500
"""Courses beyond which only those are searched that column generation finds worth it."""


class Supply(NamedTuple):
    """All that a plan is chosen from: topics with what they need, courses, resources for self-study.

    Where there were too many courses to search all, ``overlooked`` counts those that were weighed and left out, and
    no plan with any of them, or of those that are here, takes fewer hours than ``least``; else that is None.
    """

    topics: Mapping[str, Topic]
    edges: tuple[Edge, ...]
    groups: tuple[Group, ...]
    candidates: dict[str, Candidate]
    resources: dict[str, Resource]
    equivalents: dict[str, dict[str, str]]
    overlooked: int = 0
    least: float | None = None


def supply(
    store: Store,
    wanted: Target,
    known: Knowledge,
    wishes: Wishes,
    *,
    passed: Collection[str] = (),
    every: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Supply:
    """Gather all that a plan for a target can be chosen from.

    Parameters
    ----------
    store : Store
        The graph; only what touches the target's closure is fetched.
    wanted : Target
        What the goals ask for.
    known : Knowledge
        What the learner knows.
    wishes : Wishes
        Which offerings suit.
    passed : collection of str
        Courses passed.
    every : bool
        Keep courses that no best plan takes.
    progress : callable, optional
        Called with how many courses were read, where all of them have to be.

    Returns
    -------
    Supply
        Courses that suit and teach something missing, with the courses and topics that those ask for
        on entry, and what teaches these.

    Notes
    -----
    A few bulk queries in rounds, until no entry requirement names anything new. Where more than
    `WIDE` courses teach something missing, all are weighed, but only the most promising are kept.
    """
    needed = wanted.requirements
    must = set(wishes.include)
    courses: set[str] = set()
    entry: dict[str, tuple[EntryGroup, ...]] = {}
    offered: dict[str, Offering] = {}
    options = set(wanted.courses) & must
    missing = _missing(needed.topics, known)
    wide = many_teach(store, missing, WIDE)
    promise = (
        _promise(store, wanted, known, wishes, passed, progress)
        if wide
        else Promise(frozenset(), frozenset(), 0.0, 0)
    )
    fresh = {*(promise.courses if wide else (course for course, _, _ in teaching(store, missing))), *must}
    while fresh:
        suited = _suited(store, fresh, wishes, must)
        offered.update(suited)
        courses |= fresh
        groups = entries(store, suited)
        entry.update(groups)
        options |= {option for each in groups.values() for group in each for option in group.options}
        asked = {option for option in options if "/id/course/" not in option}
        # who knows all that a course teaches has passed it; a course that is a goal is taken for all
        asked |= promise.topics
        aims = options & set(wanted.courses) if wide else options - asked
        asked |= {topic for _, topic, _ in taught_by(store, sorted(aims))}
        before = set(needed.topics)
        if asked - before:
            needed = _joined(needed, requirements(store, sorted(asked - before)))
        fresh = {option for option in options if "/id/course/" in option} - courses
        if not wide:
            newer = _missing(needed.topics.keys() - before, known)
            fresh |= {course for course, _, _ in teaching(store, newer)} - courses
    found = _assembled(store, needed, known, wishes, (offered, entry))
    if wide:
        found = found._replace(overlooked=max(0, promise.weighed - len(offered)), least=promise.least)
    return found if every else _left(found, wanted, known, wishes)


def _left(found: Supply, wanted: Target, known: Knowledge, wishes: Wishes) -> Supply:
    """Leave out courses that no best plan takes, and the topics that only they ask for."""
    keep = sorted(wishes.include)
    while True:
        candidates = pruned(found.candidates, found.topics, found.resources, known, wishes, keep, START_UP)
        options = {o for each in candidates.values() for group in each.entry for o in group.options}
        options |= {course for course in wanted.courses if course in found.candidates}
        equal = {course: found.equivalents[course] for course in options if course in found.equivalents}
        taught = [found.candidates[course].levels for course in options if course in found.candidates]
        roots = {topic for levels in (*taught, *equal.values()) for topic in levels}
        topics = _beneath(found, {*wanted.requirements.topics, *options, *roots})
        same = len(topics) == len(found.topics) and len(candidates) == len(found.candidates)
        found = found._replace(
            topics={topic: facts for topic, facts in found.topics.items() if topic in topics},
            edges=tuple(edge for edge in found.edges if edge.dependent in topics),
            groups=tuple(group for group in found.groups if group.dependent in topics),
            candidates=candidates,
            equivalents=equal,
        )
        if same:
            return found


def _beneath(found: Supply, roots: set[str]) -> set[str]:
    """Return some topics and all that they may need."""
    needs: dict[str, list[str]] = {}
    for edge in found.edges:
        needs.setdefault(edge.dependent, []).append(edge.prerequisite)
    for group in found.groups:
        needs.setdefault(group.dependent, []).extend(group.options)
    return below(roots, needs) & found.topics.keys()


def _promise(
    store: Store,
    wanted: Target,
    known: Knowledge,
    wishes: Wishes,
    passed: Collection[str],
    progress: Callable[[int], None] | None,
) -> Promise:
    """Return the courses worth a search where there are too many to search all.

    Where the number of courses counts first, hours count next, and may be limited: so those that save hours come too.
    """
    goals = frozenset(wanted.requirements.goals) - set(passed)
    ground = Ground(goals, known, frozenset(passed), wishes._replace(minimise="hours"))
    index = course_index(store, progress)
    found = promising(store, index, wanted.requirements, ground)
    if wishes.minimise != "courses":
        return found
    fewest = promising(store, index, wanted.requirements, ground._replace(wishes=wishes))
    return fewest._replace(courses=fewest.courses | found.courses, topics=fewest.topics | found.topics)


def _missing(topics: Iterable[str], known: Knowledge) -> list[str]:
    return [topic for topic in topics if not known.has(topic, "deep")]


def _joined(one: Requirements, other: Requirements) -> Requirements:
    return one._replace(
        topics={**other.topics, **one.topics},
        edges=tuple(dict.fromkeys((*one.edges, *other.edges))),
        groups=tuple({group.iri: group for group in (*one.groups, *other.groups)}.values()),
    )


def _suited(store: Store, courses: Iterable[str], wishes: Wishes, must: set[str]) -> dict[str, Offering]:
    """Return the cheapest suitable offering of each course; wishes do not bind courses that must be in."""
    found: dict[str, Offering] = {}
    for offering in offerings(store, courses):
        if offering.course in wishes.exclude:
            continue
        if refusal(offering, wishes) and offering.course not in must:
            continue
        best = found.get(offering.course)
        if best is None or _preference(offering, wishes) < _preference(best, wishes):
            found[offering.course] = offering
    return found


def _preference(offering: Offering, wishes: Wishes) -> tuple[bool, float, bool, str]:
    return (
        bool(refusal(offering, wishes)),
        price_of(offering),
        "self-paced" not in offering.pacing,
        offering.iri,
    )


def _assembled(
    store: Store,
    needed: Requirements,
    known: Knowledge,
    wishes: Wishes,
    found: tuple[dict[str, Offering], dict[str, tuple[EntryGroup, ...]]],
) -> Supply:
    offered, entry = found
    asked = {
        option
        for groups in entry.values()
        for group in groups
        for option in group.options
        if "/id/course/" in option
    }
    claimed: dict[str, dict[str, str]] = {}
    for course, topic, level in taught_by(store, sorted(set(offered) | asked)):
        if RANK[level] > RANK[claimed.setdefault(course, {}).get(topic, "")]:
            claimed[course][topic] = level
    outside = {topic for levels in claimed.values() for topic in levels} - set(needed.topics)
    hours_of = {iri: topic.hours for iri, topic in needed.topics.items()}
    hours_of |= topic_hours(store, outside)
    labels = named(store, offered)
    candidates = {
        course: candidate_for(
            course,
            labels.get(course, course),
            {topic: level for topic, level in claimed.get(course, {}).items() if topic in hours_of},
            offering,
            entry.get(course, ()),
            hours_of,
            known,
            asked=course in wishes.include,
        )
        for course, offering in sorted(offered.items())
    }
    resources = readable(store, needed.topics, wishes.languages)
    return Supply(
        needed.topics,
        needed.edges,
        needed.groups,
        candidates,
        resources,
        {
            course: candidates[course].levels
            if course in candidates and not candidates[course].whole
            else claimed.get(course, {})
            for course in sorted(asked)
        },
    )
