"""What separates a learner from goals: topics, skills, levels and hours, for each and in all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.road import cheapest_road, hours_between, learning_order
from mlgraph.catalog.claims import thing_of
from mlgraph.catalog.learning import named
from mlgraph.catalog.whole import Part, role_parts, skill_parts
from mlgraph.errors import CycleError
from mlgraph.model import Requirements, Thing, Topic
from mlgraph.planning.goal import Goal, target
from mlgraph.planning.learner import RANK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlgraph.catalog.learning import EntryGroup
    from mlgraph.planning.goal import Target
    from mlgraph.planning.learner import Knowledge, Learner
    from mlgraph.rdf.store import Store

__all__ = [
    "NO_TOPIC",
    "Entry",
    "Gap",
    "GoalGap",
    "Measure",
    "Missing",
    "PartGap",
    "gap_to",
    "measure",
    "part_gaps",
    "whole_need",
]

NO_TOPIC = 10_000
"""Depth from which a node stands for a goal and is no topic, as `mlgraph.planning.goal.target` has it."""


class Missing(NamedTuple):
    """A topic that is still to learn, from the level ``have`` (empty: not known) to ``level``, and why."""

    topic: Topic
    level: str
    have: str
    hours: float
    why: tuple[str, ...]


class Measure(NamedTuple):
    """How far something is: what is missing, in an order of learning, and of how many topics in all.

    ``hours_had`` are the hours of what it needs and is known already.
    """

    missing: tuple[Missing, ...]
    asked: int
    hours: float
    hours_had: float
    exact: bool


class PartGap(NamedTuple):
    """A thing that a goal names, and the topics that it stands for and that are missing."""

    part: Part
    missing: tuple[Thing, ...]


class Entry(NamedTuple):
    """An entry requirement that topics alone do not show.

    ``met`` says whether courses passed and topics known are enough of the options; words in
    ``external`` are for the learner to judge.
    """

    owner: Thing
    options: tuple[Thing, ...]
    external: tuple[str, ...]
    minimum: int
    timing: str
    met: bool


class GoalGap(NamedTuple):
    """What is missing for one goal; ``passed`` is a course that the learner has passed."""

    goal: Goal
    measure: Measure
    skills: tuple[PartGap, ...]
    soft: tuple[Part, ...]
    entry: tuple[Entry, ...]
    notes: tuple[str, ...]
    passed: bool

    @property
    def reached(self) -> bool:
        """Whether no topic is missing."""
        return not self.measure.missing


class Gap(NamedTuple):
    """What is missing for each of some goals, and for all of them; ``nearest`` is not yet reached."""

    goals: tuple[GoalGap, ...]
    measure: Measure
    nearest: Goal | None


def gap_to(store: Store, goals: Sequence[Goal], known: Knowledge, learner: Learner) -> Gap:
    """Return what is missing for each of some goals, and for all of them together.

    Parameters
    ----------
    store : Store
        The graph.
    goals : sequence of Goal
    known : Knowledge
        What the learner knows.
    learner : Learner
        For the courses passed.

    Returns
    -------
    Gap
        Hours are those of the cheapest road; what several goals need counts once in all.
        ``nearest`` is the goal not yet reached with the fewest hours, None if there is none.
    """
    targets = [target(store, [goal]) for goal in goals]
    parts = _parts(store, goals)
    labels = named(store, {iri for each in targets for group in each.entry for iri in group.options})
    found = []
    for goal, wanted in zip(goals, targets, strict=True):
        own = parts.get(goal.thing.iri, ())
        skills = [part for part in own if part.thing.kind != "topic" and not part.soft]
        found.append(
            GoalGap(
                goal,
                measure(wanted.requirements, known.levels, wanted.why),
                part_gaps(skills, known.levels, wanted.requirements.topics),
                tuple(part for part in own if part.soft),
                tuple(_entry(goal.thing, group, known, learner, labels) for group in wanted.entry),
                wanted.notes,
                goal.thing.iri in learner.courses,
            )
        )
    together = _together(targets, known) if len(goals) > 1 else found[0].measure
    open_ = [each for each in found if not each.reached]
    nearest = min(open_, key=lambda each: (each.measure.hours, each.goal.thing.label)).goal if open_ else None
    return Gap(tuple(found), together, nearest)


def _parts(store: Store, goals: Sequence[Goal]) -> dict[str, tuple[Part, ...]]:
    """Return what roles and skills among the goals name."""
    found: dict[str, tuple[Part, ...]] = {}
    if any(goal.thing.kind == "role" for goal in goals):
        found |= {role.iri: parts for role, parts in role_parts(store).items()}
    skills = [(goal.thing.iri, goal.level) for goal in goals if goal.thing.kind == "skill"]
    if skills:
        found |= {part.thing.iri: (part,) for part in skill_parts(store, skills)}
    return found


def _together(targets: Sequence[Target], known: Knowledge) -> Measure:
    """Return how far several targets are, where what they share counts once."""
    why: dict[str, dict[str, None]] = {}
    topics: dict[str, Topic] = {}
    for each in targets:
        topics |= each.requirements.topics
        for topic, reasons in each.why.items():
            why.setdefault(topic, {}).update(dict.fromkeys(reasons))
    parts = [each.requirements for each in targets]
    together = Requirements(
        tuple(dict.fromkeys(goal for part in parts for goal in part.goals)),
        topics,
        tuple(sorted({edge for part in parts for edge in part.edges})),
        tuple({group.iri: group for part in parts for group in part.groups}.values()),
    )
    return measure(together, known.levels, {topic: tuple(reasons) for topic, reasons in why.items()})


def measure(
    needed: Requirements, levels: Mapping[str, str], why: Mapping[str, tuple[str, ...]] | None = None
) -> Measure:
    """Return how far requirements are from what is known, along the cheapest road.

    Parameters
    ----------
    needed : Requirements
        Goals with all that they need; nodes as deep as `NO_TOPIC` stand for goals that are no topics.
    levels : mapping of IRI to level
        What is known, with what it implies.
    why : mapping of IRI to texts, optional
        Why topics are needed; others are needed by topics on the road, which are then named.

    Returns
    -------
    Measure
    """
    road = cheapest_road(needed, levels)
    whole = whole_need(needed, road.levels, levels)
    had = sum(
        needed.topics[topic].hours.at(min(level, levels[topic], key=RANK.__getitem__))
        for topic, level in whole.items()
        if topic in levels
    )
    missing = _missing(needed, _real(needed, road.levels), levels, why or {})
    return Measure(missing, len(whole), road.hours, had, road.exact)


def _real(needed: Requirements, levels: Mapping[str, str]) -> dict[str, str]:
    """Return the levels of topics only, without the nodes that stand for goals."""
    return {topic: level for topic, level in levels.items() if needed.topics[topic].depth < NO_TOPIC}


def whole_need(needed: Requirements, road: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Return all topics that goals need, known or not, with the levels at which they need them.

    Parameters
    ----------
    needed : Requirements
        Goals with all that they need.
    road, known : mapping of IRI to level
        What is to be learned, and what is known; either-or groups are met from these.

    Returns
    -------
    dict of IRI to level
    """
    groups = []
    for group in needed.groups:
        met = tuple(
            option
            for option in group.options
            if RANK[road.get(option, "")] >= RANK["working"] or RANK[known.get(option, "")] >= RANK["working"]
        )
        groups.append(group._replace(options=met, minimum=min(group.minimum, len(met))))
    return _real(needed, cheapest_road(needed._replace(groups=tuple(groups))).levels)


def _missing(
    needed: Requirements,
    levels: Mapping[str, str],
    known: Mapping[str, str],
    why: Mapping[str, tuple[str, ...]],
) -> tuple[Missing, ...]:
    """Return the topics of a road in an order of learning, each with why it is on it."""
    topics = {iri: needed.topics[iri] for iri in levels}
    hard = [(edge.dependent, edge.prerequisite) for edge in needed.edges]
    options = [(group.dependent, option) for group in needed.groups for option in group.options]
    users: dict[str, set[str]] = {}
    for above, below in (*hard, *options):
        if above in topics and below in topics:
            users.setdefault(below, set()).add(topics[above].label)
    try:
        order = learning_order(topics, [*hard, *options])
    except CycleError:  # an option may need what it is an option for
        order = learning_order(topics, hard)
    return tuple(
        Missing(
            topics[iri],
            levels[iri],
            known.get(iri, ""),
            hours_between(topics[iri].hours, known.get(iri, ""), levels[iri]),
            tuple(why.get(iri, ())) or tuple(f"{label} needs it" for label in sorted(users.get(iri, ()))),
        )
        for iri in order
    )


def part_gaps(
    parts: Iterable[Part], levels: Mapping[str, str], topics: Mapping[str, Topic]
) -> tuple[PartGap, ...]:
    """Return parts with the topics that are not known as well as they ask."""
    return tuple(
        PartGap(
            part,
            tuple(
                Thing(iri, "topic", topics[iri].slug, topics[iri].label)
                for iri, level in part.topics
                if RANK[levels.get(iri, "")] < RANK[level] and iri in topics
            ),
        )
        for part in parts
    )


def _entry(
    owner: Thing, group: EntryGroup, known: Knowledge, learner: Learner, labels: Mapping[str, str]
) -> Entry:
    met = sum(option in learner.courses or known.has(option, group.level) for option in group.options)
    options = tuple(thing_of(option, labels.get(option, "")) for option in group.options)
    return Entry(owner, options, group.external, group.minimum, group.timing, met >= group.minimum)
