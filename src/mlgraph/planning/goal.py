"""Goals of any kind - topics, courses, programs, roles - as one set of requirements."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.road import cheapest_road
from mlgraph.catalog.courses import needs
from mlgraph.catalog.learning import EntryGroup, entry_groups, taught_by
from mlgraph.catalog.naming import resolve
from mlgraph.catalog.topics import requirements
from mlgraph.errors import UsageError
from mlgraph.model import Edge, Group, Hours, Requirements, Thing, Topic
from mlgraph.vocab import LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgraph.analysis.road import Road
    from mlgraph.planning.learner import Knowledge
    from mlgraph.rdf.store import Store

__all__ = ["GOAL_KINDS", "Goal", "Target", "resolve_goals", "road_to", "target"]

GOAL_KINDS = ("topic", "role", "program", "course", "skill")
"""Kinds that can be a goal, in the order in which a bare name is tried."""


class Goal(NamedTuple):
    """A thing to reach, and for a topic how well."""

    thing: Thing
    level: str = "working"


class Target(NamedTuple):
    """What some goals ask for.

    ``requirements`` holds topics, and a node without hours for each goal that is no topic, so that
    edges and either-or groups say all; ``soft`` are soft skills with the level asked; ``courses`` are
    courses that are goals themselves; ``entry`` what courses and programs ask on entry that is not
    topics alone; ``notes`` what could not be read as topics.
    """

    goals: tuple[Goal, ...]
    requirements: Requirements
    why: dict[str, tuple[str, ...]]
    soft: dict[str, str]
    courses: tuple[str, ...]
    entry: tuple[EntryGroup, ...]
    notes: tuple[str, ...]


def resolve_goals(store: Store, names: Sequence[str]) -> list[Goal]:
    """Return the goals that some names mean; ``transformer:deep`` asks for a topic deeply.

    Raises
    ------
    LookupFailedError
        As `mlgraph.catalog.naming.resolve`.
    UsageError
        If there is no name, a level is asked of what is no topic, or two levels of one topic.
    """
    goals: dict[str, Goal] = {}
    for name in names:
        head, colon, tail = name.rpartition(":")
        level = tail.strip().lower() if colon and tail.strip().lower() in LEVELS.values() else ""
        thing = resolve(store, head if level else name, GOAL_KINDS)
        if level and thing.kind != "topic":
            raise UsageError(
                f"{thing.label} is a {thing.kind}: only topics have a level", f"leave out :{level}"
            )
        goal = Goal(thing, level or "working")
        if goals.get(thing.iri, goal) != goal:
            raise UsageError(
                f"{thing.label} is asked for at two levels, {goals[thing.iri].level} and {goal.level}",
                "say once how well it is to be known",
            )
        goals[thing.iri] = goal
    if not goals:
        raise UsageError("no goal is given", "say where to go, for example --to ml-engineer")
    return list(goals.values())


class _Collected:
    """Edges, groups and notes while goals are read."""

    def __init__(self) -> None:
        self.edges: dict[tuple[str, str], str] = {}
        self.groups: list[Group] = []
        self.why: dict[str, dict[str, None]] = {}
        self.soft: dict[str, str] = {}
        self.entry: list[EntryGroup] = []
        self.notes: list[str] = []
        self.options: dict[str, str] = {}

    def option(self, group: EntryGroup, topic: str) -> str:
        """Return what stands for a topic at the level that a group asks of it: itself at working level."""
        if group.level == "working":
            return topic
        name = f"{group.iri}:{topic.rpartition('/')[2]}"
        self.options[name] = topic
        self.edges[name, topic] = group.level
        return name

    def need(self, node: Thing, topic: str, level: str, why: str) -> None:
        """Note that a goal needs a topic."""
        rank = ("awareness", "working", "deep").index
        before = self.edges.get((node.iri, topic))
        if before is None or rank(before) < rank(level):
            self.edges[node.iri, topic] = level
        self.why.setdefault(topic, {})[why] = None


def target(store: Store, goals: Sequence[Goal]) -> Target:
    """Return what goals ask for, as topics, groups, soft skills and courses.

    Parameters
    ----------
    store : Store
        The graph.
    goals : sequence of Goal

    Returns
    -------
    Target
        A role asks for its essential topics, and for the topics that its essential skills draw on; a
        program for what its admission requires, or, where nothing is said, for what its core topics
        need beyond themselves; a course for its entry requirements and what its topics need.
    """
    found = _Collected()
    roots: list[str] = []
    for goal in goals:
        if goal.thing.kind == "topic":
            roots.append(goal.thing.iri)
            found.why.setdefault(goal.thing.iri, {})[f"goal: {goal.thing.label}"] = None
        else:
            _READERS[goal.thing.kind](store, goal.thing, found)
    topics = [*roots, *(topic for _, topic in found.edges), *(o for g in found.groups for o in g.options)]
    lower = requirements(store, sorted(set(topics)))
    virtual = {
        goal.thing.iri: Topic(goal.thing.iri, goal.thing.slug, goal.thing.label, "", Hours(0, 0, 0), 10_000)
        for goal in goals
        if goal.thing.kind != "topic"
    }
    stands = {
        name: Topic(name, topic.rpartition("/")[2], lower.topics[topic].label, "", Hours(0, 0, 0), 10_000)
        for name, topic in found.options.items()
        if topic in lower.topics
    }
    deeper = {goal.thing.iri: goal.level for goal in goals if goal.thing.kind == "topic"}
    node = Thing("goal:", "goal", "goal", "goal")
    edges = [Edge(a, b, level) for (a, b), level in sorted(found.edges.items())]
    if any(level != "working" for level in deeper.values()):
        # a level other than working is asked for by a node of its own
        virtual[node.iri] = Topic(node.iri, node.slug, node.label, "", Hours(0, 0, 0), 10_001)
        edges += [Edge(node.iri, iri, level) for iri, level in sorted(deeper.items())]
        deeper = {}
    ends = (*deeper, *virtual)
    return Target(
        tuple(goals),
        Requirements(
            ends,
            {**lower.topics, **stands, **virtual},
            (*lower.edges, *edges),
            (*lower.groups, *found.groups),
        ),
        {topic: tuple(reasons) for topic, reasons in found.why.items()},
        found.soft,
        tuple(goal.thing.iri for goal in goals if goal.thing.kind == "course"),
        tuple(found.entry),
        tuple(found.notes),
    )


def _role(store: Store, role: Thing, found: _Collected) -> None:
    for need in needs(store, role.iri, counted=False):
        if need.essential and need.status == "verified":
            if need.thing.kind == "topic":
                found.need(role, need.thing.iri, need.level, f"{role.label} needs it")
            else:
                _draw(store, role, need.thing, need.level, found)


def _draw(store: Store, node: Thing, skill: Thing, level: str, found: _Collected) -> None:
    """Add the topics that a skill draws on; a soft skill is practised in projects instead."""
    soft = store.ask(f"ASK {{ <{skill.iri}> a mlg:TransversalSkill }}")
    if soft:
        found.soft[skill.iri] = level
        return
    for row in store.select(
        f"SELECT ?t ?level WHERE {{ <{skill.iri}> mlg:drawsOn ?t . ?t a mlg:Topic . OPTIONAL {{ ?c rdf:subject <{skill.iri}> ; "
        "rdf:object ?t ; rdf:predicate mlg:drawsOn ; mlg:atLevel ?level } }"
    ):
        at = LEVELS.get(row["level"].value, "working") if row["level"] is not None else "working"
        found.need(node, row["t"].value, at, f"{skill.label} draws on it")


def _skill(store: Store, skill: Thing, found: _Collected) -> None:
    _draw(store, skill, skill, "working", found)


def _entry(store: Store, node: Thing, found: _Collected) -> bool:
    """Read the entry requirements of a course or program; return whether any speaks of topics."""
    spoken = False
    for group in entry_groups(store, [node.iri]):
        topics = [option for option in group.options if "/id/topic/" in option]
        if topics and len(topics) == len(group.options) and not group.external:
            spoken = True
            if group.minimum >= len(topics):
                for topic in topics:
                    found.need(node, topic, group.level, f"{node.label} asks for it on entry")
            else:
                found.groups.append(
                    Group(
                        group.iri,
                        node.iri,
                        tuple(found.option(group, topic) for topic in group.options),
                        group.minimum,
                        f"{node.label} asks for it on entry",
                    )
                )
                for topic in topics:
                    found.why.setdefault(topic, {})[f"{node.label} asks for it on entry"] = None
        else:
            found.entry.append(group)
    return spoken


def _course(store: Store, course: Thing, found: _Collected) -> None:
    _entry(store, course, found)
    own = {topic for _, topic, _ in taught_by(store, [course.iri])}
    _presupposed(store, course, own, found)


def _presupposed(store: Store, node: Thing, own: set[str], found: _Collected) -> None:
    """Add what some topics need directly and that is not among them."""
    if not own:
        return
    listed = " ".join(f"<{topic}>" for topic in sorted(own))
    for row in store.select(
        f"SELECT DISTINCT ?t ?tl ?o WHERE {{ VALUES ?t {{ {listed} }} ?t mlg:requires ?o ; rdfs:label ?tl }}"
    ):
        if row["o"].value not in own:
            found.need(
                node, row["o"].value, "working", f"{node.label} teaches {row['tl'].value}, which needs it"
            )


def _program(store: Store, program: Thing, found: _Collected) -> None:
    if not _entry(store, program, found):
        core = {
            row["t"].value for row in store.select(f"SELECT ?t WHERE {{ <{program.iri}> mlg:coreTopic ?t }}")
        }
        found.notes.append(
            f"{program.label} names no topics for admission: what its core topics presuppose is taken instead"
            if core
            else f"{program.label} names neither topics for admission nor core topics"
        )
        _presupposed(store, program, core, found)


_READERS = {"role": _role, "program": _program, "course": _course, "skill": _skill}


def road_to(wanted: Target, known: Knowledge) -> Road:
    """Return the cheapest set of topics that is still to learn for a target; see `cheapest_road`.

    Nodes that stand for goals without hours are left out of ``levels``.
    """
    road = cheapest_road(wanted.requirements, known.levels)
    real = {
        topic: level
        for topic, level in road.levels.items()
        if wanted.requirements.topics[topic].depth < 10_000
    }
    return road._replace(levels=real)


def topic_levels(store: Store, role: str) -> Mapping[str, str]:
    """Return the topics that a role needs, also through skills, with their levels."""
    thing = Thing(role, "role", role.rpartition("/")[2], "")
    found = _Collected()
    _role(store, thing, found)
    return {topic: level for (_, topic), level in found.edges.items()}
