"""Which roles are near: from another role, or from what a learner knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.road import cheapest_road
from mlgraph.catalog.topics import requirements
from mlgraph.catalog.whole import Part, role_parts
from mlgraph.model import Edge, Hours, Requirements, Thing, Topic
from mlgraph.planning.gap import NO_TOPIC, Measure, PartGap, measure, part_gaps, whole_need
from mlgraph.planning.learner import RANK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgraph.planning.learner import Knowledge
    from mlgraph.rdf.store import Store

__all__ = ["NearRole", "near_roles"]


class NearRole(NamedTuple):
    """How far a role is, and which of the things that it names are there or lacking.

    Soft skills are told apart, since topics do not show them: those that the first role asks for as
    well, and the others.
    """

    role: Thing
    measure: Measure
    shared: tuple[Part, ...]
    lacking: tuple[PartGap, ...]
    soft_shared: tuple[Part, ...]
    soft_lacking: tuple[Part, ...]


def near_roles(store: Store, known: Knowledge, start: Thing | None = None) -> list[NearRole]:
    """Return all roles by the hours of learning that they are away, the nearest first.

    Parameters
    ----------
    store : Store
        The graph.
    known : Knowledge
        What is known.
    start : Thing, optional
        A role that somebody has, who then knows also all that it needs; it is left out.

    Returns
    -------
    list of NearRole
        By hours, then label. Roles whose needs nobody has recorded come last.

    Notes
    -----
    Some ten SPARQL queries for what is below the roles, and a search for the cheapest road to each.
    """
    parts = role_parts(store)
    named = {iri for own in parts.values() for part in own for iri, _ in part.topics}
    needed = _with_roles(requirements(store, sorted(named)), parts)
    levels = dict(known.levels)
    soft: dict[str, str] = {}
    if start is not None:
        own = needed._replace(goals=(start.iri,))
        needs = whole_need(own, cheapest_road(own, levels).levels, levels)
        for topic, level in needs.items():
            levels[topic] = max(levels.get(topic, ""), level, key=RANK.__getitem__)
        soft = {part.thing.iri: part.level for part in parts.get(start, ()) if part.soft}
    found = [
        _near(role, own_parts, needed, levels, soft)
        for role, own_parts in parts.items()
        if start is None or role.iri != start.iri
    ]
    return sorted(
        found,
        key=lambda each: (not each.measure.asked, each.measure.hours, each.role.label, each.role.iri),
    )


def _with_roles(needed: Requirements, parts: Mapping[Thing, tuple[Part, ...]]) -> Requirements:
    """Return requirements with a node for each role, which needs what the role names."""
    topics = dict(needed.topics)
    edges: dict[tuple[str, str], Edge] = {}
    for role, own in parts.items():
        topics[role.iri] = Topic(role.iri, role.slug, role.label, "", Hours(0, 0, 0), NO_TOPIC)
        for iri, level in (each for part in own for each in part.topics):
            before = edges.get((role.iri, iri))
            if before is None or RANK[before.level] < RANK[level]:
                edges[role.iri, iri] = Edge(role.iri, iri, level)
    return needed._replace(topics=topics, edges=(*needed.edges, *edges.values()))


def _near(
    role: Thing,
    parts: tuple[Part, ...],
    needed: Requirements,
    levels: Mapping[str, str],
    soft: Mapping[str, str],
) -> NearRole:
    gaps = part_gaps([part for part in parts if not part.soft], levels, needed.topics)
    soft_parts = [part for part in parts if part.soft]
    shared = [part for part in soft_parts if RANK[soft.get(part.thing.iri, "")] >= RANK[part.level]]
    return NearRole(
        role,
        measure(needed._replace(goals=(role.iri,)), levels),
        tuple(gap.part for gap in gaps if not gap.missing),
        tuple(gap for gap in gaps if gap.missing),
        tuple(shared),
        tuple(part for part in soft_parts if part not in shared),
    )
