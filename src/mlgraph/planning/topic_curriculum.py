"""What a topic, role, program or course of the graph takes, as a curriculum whose courses are topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse, Requisite
from mlgraph.analysis.road import cheapest_road
from mlgraph.catalog.curriculum import curricula
from mlgraph.catalog.learning import taught_by
from mlgraph.catalog.topics import requirements
from mlgraph.errors import UsageError
from mlgraph.planning.goal import topic_levels
from mlgraph.vocab import local_name

if TYPE_CHECKING:
    from mlgraph.analysis.curriculum import Road
    from mlgraph.model import Thing
    from mlgraph.rdf.store import Store

__all__ = ["TopicCurriculum", "topic_curriculum", "topics_of"]


class TopicCurriculum(NamedTuple):
    """Topics as courses (ids are slugs, credits are hours), the goals among them, and the cheapest road."""

    curriculum: Curriculum
    goals: tuple[str, ...]
    road: Road


def topics_of(store: Store, thing: Thing, *, electives: bool = False) -> dict[str, str]:
    """Return the topics that a thing stands for, with levels.

    A topic stands for itself, a role for what it essentially needs, a program for its core topics (and
    its electives, if wanted), a course for what it teaches.
    """
    if thing.kind == "topic":
        return {thing.iri: "working"}
    if thing.kind == "role":
        return dict(sorted(topic_levels(store, thing.iri).items()))
    if thing.kind == "program":
        found = curricula(store, [thing.iri]).get(thing.iri)
        if found is None:
            return {}
        return found.both() if electives else dict(found.core)
    return {topic: level for _, topic, level in taught_by(store, [thing.iri])}


def topic_curriculum(store: Store, thing: Thing) -> TopicCurriculum:
    """Return the topics that a thing of the graph takes, with all below them, as a curriculum.

    Parameters
    ----------
    store : Store
    thing : Thing
        A topic, role, program or course; see `topics_of`.

    Raises
    ------
    UsageError
        If no topics are known of it.
    """
    goals = sorted(topics_of(store, thing))
    if not goals:
        raise UsageError(
            f"no topics are known of {thing.label}", f"`mlgraph show {thing.slug}` shows what is"
        )
    asked = requirements(store, goals)
    taken = cheapest_road(asked, {}).taken
    needs: dict[str, list[Requisite]] = {topic: [] for topic in asked.topics}
    road: Road = {}
    for edge in asked.edges:
        needs[edge.dependent].append(Requisite("pre", (local_name(edge.prerequisite),)))
    for group in asked.groups:
        if group.dependent in needs:
            options = tuple(local_name(each) for each in group.options if each in asked.topics)
            if len(options) > group.minimum:
                chosen = tuple(local_name(each) for each in taken.get(group.iri, ()) if each in asked.topics)
                place = (local_name(group.dependent), len(needs[group.dependent]))
                if len(chosen) == group.minimum:
                    road[place] = chosen
            if options:
                fewest = min(group.minimum, len(options))
                needs[group.dependent].append(Requisite("pre", options, fewest))
    courses = tuple(
        CurriculumCourse(each.slug, each.label, credits=each.hours.typical, requisites=tuple(needs[iri]))
        for iri, each in sorted(
            asked.topics.items(), key=lambda item: (item[1].depth, item[1].label, item[0])
        )
    )
    return TopicCurriculum(Curriculum(thing.label, courses), tuple(local_name(goal) for goal in goals), road)
