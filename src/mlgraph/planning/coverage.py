"""How much of what a job role needs a curriculum covers, and what it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.road import below, cheapest_road, hours_between
from mlgraph.catalog.curriculum import Curriculum, curricula, prepared
from mlgraph.catalog.whole import hard_edges
from mlgraph.errors import UsageError
from mlgraph.model import Hours, Program, Requirements, Thing, Topic
from mlgraph.planning.goal import Goal, target
from mlgraph.planning.learner import RANK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgraph.model import Edge
    from mlgraph.planning.goal import Target
    from mlgraph.rdf.store import Store

__all__ = [
    "Coverage",
    "Fit",
    "Ranking",
    "Share",
    "Yardstick",
    "cover",
    "graduate",
    "hours_for",
    "lower_needs",
    "rank",
    "remaining",
    "yardstick",
]

_NODE = 10_000
"""Topics from this depth on are no topics, but stand for goals."""


class Share(NamedTuple):
    """What a curriculum covers of a role: ``topics`` that are not left to learn after it, of all that the role takes.

    ``named`` are those that it names, deeply enough or not; ``own`` those covered that the role itself
    asks for; ``hours`` count what is covered in part, too.
    """

    named: int = 0
    topics: int = 0
    own: int = 0
    hours: float = 0.0


class Yardstick(NamedTuple):
    """What a role asks of somebody who knows nothing.

    ``levels`` holds all its topics, ``own`` those that it asks for itself, the most important first:
    deeper ones, then those on which more of the rest depends.
    """

    role: Thing
    target: Target
    levels: Mapping[str, str]
    own: Mapping[str, str]
    hours: float


class Coverage(NamedTuple):
    """What a curriculum covers of a role, without and with its electives.

    With electives: ``shallow`` are topics that it teaches less deeply than needed (level taught, level
    needed), ``missing`` those that the role itself asks for and of which nothing is covered, the most
    important first; ``electives`` are the electives that the role needs.
    """

    core: Share
    both: Share
    shallow: Mapping[str, tuple[str, str]]
    missing: tuple[str, ...]
    electives: tuple[str, ...]


class Fit(NamedTuple):
    """A program with what it covers of a role; None where its curriculum is not in the graph.

    ``claim`` is the status of the claim that it prepares for the role, empty where nobody says so.
    """

    program: Program
    coverage: Coverage | None
    claim: str
    unverified: int


class Ranking(NamedTuple):
    """Programs by how much of a role they cover, and the topics that this speaks of, by IRI."""

    yardstick: Yardstick
    fits: tuple[Fit, ...]


def yardstick(store: Store, role: Thing) -> Yardstick:
    """Return what a role asks for, once for all programs that are measured by it.

    Raises
    ------
    UsageError
        If it is no job role.
    """
    if role.kind != "role":
        raise UsageError(f"{role.label} is no job role", "`mlgraph roles` lists them")
    wanted = target(store, [Goal(role)])
    levels = remaining(wanted.requirements, {})
    own = {
        edge.prerequisite: edge.level
        for edge in wanted.requirements.edges
        if edge.dependent == role.iri and edge.prerequisite in levels
    }
    needs: dict[str, list[str]] = {}
    for edge in wanted.requirements.edges:
        needs.setdefault(edge.dependent, []).append(edge.prerequisite)
    rests: dict[str, int] = {}
    for topic in levels:
        for lower in below([topic], needs):
            rests[lower] = rests.get(lower, 0) + 1
    order = sorted(own, key=lambda topic: (-RANK[own[topic]], -rests[topic], topic))
    return Yardstick(
        role,
        wanted,
        levels,
        {topic: own[topic] for topic in order},
        hours_for(wanted.requirements, levels, {}),
    )


def hours_for(needs: Requirements, levels: Mapping[str, str], known: Mapping[str, str]) -> float:
    """Return the hours from what is known to some levels of topics."""
    topics = needs.topics
    return float(
        sum(
            hours_between(topics[topic].hours, known.get(topic, ""), level) for topic, level in levels.items()
        )
    )


def lower_needs(edges: Sequence[Edge]) -> dict[str, list[tuple[str, str]]]:
    """Return topic -> what it needs, with the levels."""
    needs: dict[str, list[tuple[str, str]]] = {}
    for edge in edges:
        needs.setdefault(edge.dependent, []).append((edge.prerequisite, edge.level))
    return needs


def graduate(
    known: Mapping[str, str], taught: Mapping[str, str], needs: Mapping[str, Sequence[tuple[str, str]]]
) -> dict[str, str]:
    """Return what somebody knows after a curriculum: what was known, what it teaches, and what that rests on.

    Parameters
    ----------
    known, taught : mapping of IRI to level
    needs : mapping of IRI to (IRI, level)
        Hard prerequisites of all that is taught, down to the ground.

    Returns
    -------
    dict of IRI to level

    Notes
    -----
    Whether a program teaches what its topics rest on, or takes it for granted, its sources do not
    say; whoever uses the topics knows it either way. Awareness brings nothing along.

    Examples
    --------
    >>> graduate({}, {"gradient": "working"}, {"gradient": [("calculus", "deep")]})
    {'gradient': 'working', 'calculus': 'deep'}
    """
    found = dict(known)
    todo = list(taught.items())
    while todo:
        topic, level = todo.pop()
        before = RANK[found.get(topic, "")]
        if RANK[level] > before:
            found[topic] = level
            if RANK[level] >= RANK["working"] > before:
                todo.extend(needs.get(topic, ()))
    return found


def remaining(needs: Requirements, known: Mapping[str, str]) -> dict[str, str]:
    """Return the cheapest set of topics still to learn, as `mlgraph.planning.goal.road_to` does, but faster.

    Parameters
    ----------
    needs : Requirements
        Of a target.
    known : mapping of IRI to level
        Closed under what it needs.

    Returns
    -------
    dict of IRI to level
        Without nodes that stand for goals.

    Notes
    -----
    What is needed whichever option of either-or groups is taken is settled first, in one pass; only
    the rest is searched. With 69 programs to measure that is what makes it bearable.
    """
    settled = cheapest_road(needs._replace(groups=()), known).levels
    have = dict(known)
    for topic, level in settled.items():
        if RANK[level] > RANK[have.get(topic, "")]:
            have[topic] = level
    firm = {topic for topic, level in have.items() if RANK[level] >= RANK["working"]}
    fresh = {topic for topic, level in settled.items() if RANK[level] >= RANK["working"]}
    fresh -= {topic for topic in fresh if RANK[known.get(topic, "")] >= RANK["working"]}
    node = Topic("goal:rest", "rest", "rest", "", Hours(0, 0, 0), _NODE)
    groups = [
        group._replace(dependent=node.iri)
        for group in needs.groups
        if group.dependent in fresh and len(firm.intersection(group.options)) < group.minimum
    ]
    levels = dict(settled)
    if groups:
        later = [group for group in needs.groups if group.dependent not in fresh]
        rest = Requirements((node.iri,), {**needs.topics, node.iri: node}, needs.edges, (*groups, *later))
        levels |= cheapest_road(rest, have).levels
    return {
        topic: level
        for topic, level in levels.items()
        if topic != node.iri and needs.topics[topic].depth < _NODE
    }


def cover(yard: Yardstick, taught: Curriculum, needs: Mapping[str, Sequence[tuple[str, str]]]) -> Coverage:
    """Return what a curriculum covers of a role for somebody who knew nothing before.

    Parameters
    ----------
    yard : Yardstick
    taught : Curriculum
    needs : mapping of IRI to (IRI, level)
        As `graduate` takes it.

    Returns
    -------
    Coverage
        A topic counts as covered where nothing of it is left to learn: it is taught deeply enough, or
        something taught rests on it, or what is taught spares it in an either-or group.
    """
    taught_all = taught.both()
    known = graduate({}, taught_all, needs)
    both, left = _share(yard, taught_all, known)
    core = both
    if taught.elective:
        core, _ = _share(yard, taught.core, graduate({}, taught.core, needs))
    return Coverage(
        core,
        both,
        {topic: (known[topic], left[topic]) for topic in sorted(left) if topic in known},
        tuple(topic for topic in yard.own if topic in left and topic not in known),
        tuple(topic for topic in taught.elective if topic in yard.levels),
    )


def _share(
    yard: Yardstick, taught: Mapping[str, str], known: Mapping[str, str]
) -> tuple[Share, dict[str, str]]:
    """Return what is covered, and what is left."""
    needs = yard.target.requirements
    left = remaining(needs, known)
    return Share(
        sum(topic in taught for topic in yard.levels),
        # what is left may hold another option of an either-or group than somebody would take who knows nothing
        max(0, len(yard.levels) - len(left)),
        sum(topic not in left for topic in yard.own),
        yard.hours - hours_for(needs, left, known),
    ), left


def rank(store: Store, role: Thing, programs: Sequence[Program]) -> Ranking:
    """Return programs by how much of a role their curricula cover.

    Parameters
    ----------
    store : Store
        The graph.
    role : Thing
        A job role.
    programs : sequence of Program
        Those to rank.

    Returns
    -------
    Ranking
        By the hours covered with electives, then without; disputed and superseded programs come
        after the others, those without a curriculum in the graph last.

    Notes
    -----
    A few queries for all programs together.
    """
    yard = yardstick(store, role)
    taught = curricula(store)
    claimed = prepared(store, role.iri)
    shown = [each for each in programs if each.iri in taught]
    topics = {topic for each in shown for topic in taught[each.iri].both()}
    needs = lower_needs(hard_edges(store, sorted(topics)))
    fits = []
    for program in programs:
        own = taught.get(program.iri, Curriculum())
        coverage = cover(yard, own, needs) if own.core or own.elective else None
        fits.append(Fit(program, coverage, claimed.get(program.iri, ""), own.unverified))
    return Ranking(yard, tuple(sorted(fits, key=_order)))


def _order(fit: Fit) -> tuple[object, ...]:
    both, core = (fit.coverage.both, fit.coverage.core) if fit.coverage else (Share(), Share())
    return (
        fit.coverage is None,
        fit.program.status != "verified",
        -both.hours,
        -core.hours,
        fit.program.institution,
        fit.program.slug,
    )
