"""What a plan can be made of: courses that may be taken, with hours and levels, under the learner's wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.road import below
from mlgraph.catalog.learning import (
    EntryGroup,
    Offering,
    Resource,
    entry_groups,
    named,
    offerings,
    resources_for,
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
    speaks,
)
from mlgraph.planning.learner import RANK
from mlgraph.planning.pruning import pruned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlgraph.model import Edge, Group, Requirements, Topic
    from mlgraph.planning.goal import Target
    from mlgraph.planning.learner import Knowledge
    from mlgraph.rdf.store import Store

__all__ = ["Supply", "supply"]

WIDE = 1500
"""Courses beyond which only the widest ones for each topic are looked at."""

PER_TOPIC = 25
"""How many of them for each topic."""


class Supply(NamedTuple):
    """All that a plan is chosen from: topics with what they need, courses, resources for self-study."""

    topics: Mapping[str, Topic]
    edges: tuple[Edge, ...]
    groups: tuple[Group, ...]
    candidates: dict[str, Candidate]
    resources: dict[str, Resource]
    equivalents: dict[str, dict[str, str]]
    overlooked: int = 0


def supply(store: Store, wanted: Target, known: Knowledge, wishes: Wishes, *, every: bool = False) -> Supply:
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

    Returns
    -------
    Supply
        Courses that suit and teach something missing, with the courses and topics that those ask for
        on entry, and what teaches these.

    Notes
    -----
    A few bulk queries in rounds, until no entry requirement names anything new. Where more than
    `WIDE` courses teach something missing, only those are looked at that teach most of it, some for
    each topic, and ``overlooked`` counts the others.
    """
    needed = wanted.requirements
    must = set(wishes.include)
    courses: set[str] = set()
    entry: dict[str, tuple[EntryGroup, ...]] = {}
    offered: dict[str, Offering] = {}
    options = set(wanted.courses) & must
    rows = teaching(store, _missing(needed.topics, known))
    everything = {course for course, _, _ in rows} | must
    narrow = len(everything) > WIDE
    fresh = _promising(store, rows, needed, wishes, must) if narrow else everything
    while fresh:
        suited = _suited(store, fresh, wishes, must)
        offered.update(suited)
        courses |= fresh
        groups: dict[str, list[EntryGroup]] = {}
        for group in entry_groups(store, suited):
            groups.setdefault(group.owner, []).append(group)
        entry.update({course: tuple(each) for course, each in groups.items()})
        options |= {option for each in groups.values() for group in each for option in group.options}
        asked = {option for option in options if "/id/course/" not in option}
        # who knows all that a course teaches has passed it; a course that is a goal is taken for all
        if not narrow:
            asked |= {topic for _, topic, _ in taught_by(store, sorted(options - asked))}
        before = set(needed.topics)
        if asked - before:
            needed = _joined(needed, requirements(store, sorted(asked - before)))
        if narrow:
            break
        fresh = {option for option in options if "/id/course/" in option}
        fresh |= {course for course, _, _ in teaching(store, _missing(needed.topics.keys() - before, known))}
        fresh -= courses
    found = _assembled(store, needed, known, wishes, (offered, entry))
    if narrow:
        found = found._replace(overlooked=len(everything) - len(courses))
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


def _promising(
    store: Store,
    rows: Sequence[tuple[str, str, str]],
    needed: Requirements,
    wishes: Wishes,
    must: set[str],
) -> set[str]:
    """Return the courses to look at where there are too many: suitable ones that teach most of it."""
    hours = {iri: topic.hours.typical for iri, topic in needed.topics.items()}
    able = _suited(store, _widest(rows, hours, 2 * PER_TOPIC) | must, wishes, must)
    return _widest([row for row in rows if row[0] in able], hours, PER_TOPIC) | must


def _widest(rows: Sequence[tuple[str, str, str]], hours: Mapping[str, float], count: int) -> set[str]:
    """Return for each topic the courses that teach most of what is missing, by hours."""
    covers: dict[str, float] = {}
    for course, topic, _ in rows:
        covers[course] = covers.get(course, 0.0) + hours.get(topic, 0.0)
    taught: dict[str, list[str]] = {}
    for course, topic, _ in rows:
        taught.setdefault(course, []).append(topic)
    chosen: set[str] = set()
    teachers: dict[str, int] = {}
    for course in sorted(taught, key=lambda iri: (-covers[iri], iri)):
        for topic in taught[course]:
            number = teachers[topic] = teachers.get(topic, 0) + 1
            if number <= count:
                chosen.add(course)
    return chosen


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
    resources = {
        topic: first
        for topic, each in resources_for(store, needed.topics).items()
        for first in [next((r for r in each if speaks([r.language], wishes.languages)), None)]
        if first is not None
    }
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
