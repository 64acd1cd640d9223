"""The whole graph at once: what all topics need, what all roles ask for; a few queries, however much is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.claims import thing_of
from mlgraph.catalog.topics import batches, closure, topics
from mlgraph.model import Edge, Group, Requirements, Thing
from mlgraph.rdf.store import text
from mlgraph.vocab import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyoxigraph as ox

    from mlgraph.rdf.store import Store

__all__ = ["Part", "all_requirements", "hard_edges", "role_parts", "skill_parts", "topics_of_area"]

_RANK = {word: rank for rank, word in enumerate(LEVELS.values(), 1)}


class Part(NamedTuple):
    """One thing that is asked for at a level, and the topics with levels that it stands for.

    A topic stands for itself, a skill for what it draws on; a soft skill stands for no topics, since
    it is practised in projects.
    """

    thing: Thing
    level: str
    soft: bool
    topics: tuple[tuple[str, str], ...]


def hard_edges(store: Store, roots: Sequence[str] | None = None) -> list[Edge]:
    """Return the unconditional needs of topics with their levels, sorted.

    Parameters
    ----------
    store : Store
        The graph.
    roots : sequence of str, optional
        IRIs of topics: only their needs and all below. Default: the whole graph.

    Returns
    -------
    list of Edge
    """
    if roots is not None and not roots:
        return []
    within = ""
    if roots is not None:
        within = closure(store, roots)
    pairs = {
        (row["t"].value, row["o"].value)
        for row in store.select(f"SELECT ?t ?o WHERE {{ {within} ?t mlg:requires ?o }}")
    }
    deep = {
        (row["t"].value, row["o"].value)
        for row in store.select(
            "SELECT ?t ?o WHERE { ?c mlg:atLevel mlg:Deep ; rdf:predicate mlg:requires ; rdf:subject ?t ; "
            "rdf:object ?o }"
        )
    }
    return [Edge(*pair, "deep" if pair in deep else "working") for pair in sorted(pairs)]


def all_requirements(store: Store, *, lang: str = "en") -> Requirements:
    """Return all topics of the graph with their needs and either-or groups; every topic is a goal.

    Parameters
    ----------
    store : Store
        The graph.
    lang : str
        Language of the labels.

    Returns
    -------
    Requirements
        As `mlgraph.catalog.topics.requirements` of all topics, in few queries.
    """
    # in two steps: the engine would else start from the options of all groups, of which courses have many
    owners = {
        row["g"].value: row["t"].value
        for row in store.select("SELECT ?t ?g WHERE { ?t a mlg:Topic ; mlg:hasRequirement ?g }")
    }
    groups: dict[str, Group] = {}
    for block in batches(owners):
        for row in store.select(
            f"SELECT ?g ?o ?n ?why WHERE {{ VALUES ?g {{ {block} }} ?g mlg:anyOf ?o ; "
            "mlg:obligation mlg:Mandatory ; mlg:minimumCount ?n . OPTIONAL { ?g mlg:reason ?why } }"
        ):
            iri = row["g"].value
            before = groups[iri].options if iri in groups else ()
            options = tuple(sorted({*before, row["o"].value}))
            groups[iri] = Group(iri, owners[iri], options, int(text(row["n"])), text(row["why"]))
    found = {each.iri: each for each in topics(store, lang=lang)}
    return Requirements(
        tuple(sorted(found)),
        found,
        tuple(hard_edges(store)),
        tuple(groups[iri] for iri in sorted(groups)),
    )


def skill_parts(store: Store, skills: Iterable[tuple[str, str]]) -> list[Part]:
    """Return some (skill, level) as parts with the topics that they draw on, in the order given."""
    drawn, soft, labels = _drawn(store)
    return [
        Part(thing_of(iri, labels.get(iri, "")), level, iri in soft, _standing(iri, level, drawn, soft))
        for iri, level in skills
    ]


def role_parts(store: Store) -> dict[Thing, tuple[Part, ...]]:
    """Return all roles by label, each with what it essentially needs by verified claims.

    Returns
    -------
    dict of Thing to tuple of Part
        Parts are sorted by label; roles without needs have none.
    """
    found: dict[Thing, dict[str, tuple[Thing, str]]] = {
        thing_of(row["r"].value, text(row["l"])): {}
        for row in store.select("SELECT ?r ?l WHERE { ?r a mlg:JobRole ; rdfs:label ?l }")
    }
    by_iri = {role.iri: needs for role, needs in found.items()}
    for row in store.select(
        "SELECT ?r ?o ?l ?level WHERE { ?c rdf:predicate mlg:essentialSkill ; mlg:status mlg:Verified ; rdf:subject ?r ; "
        "rdf:object ?o . ?o rdfs:label ?l . OPTIONAL { ?c mlg:atLevel ?level } }"
    ):
        if row["r"].value in by_iri:
            needs = by_iri[row["r"].value]
            part = thing_of(row["o"].value, text(row["l"]))
            level = _level(row)
            if part.iri not in needs or _RANK[needs[part.iri][1]] < _RANK[level]:
                needs[part.iri] = (part, level)
    drawn, soft, _ = _drawn(store)
    return {
        role: tuple(
            Part(part, level, part.iri in soft, _standing(part.iri, level, drawn, soft))
            for part, level in sorted(needs.values(), key=lambda each: (each[0].label, each[0].iri))
        )
        for role, needs in sorted(found.items(), key=lambda each: (each[0].label, each[0].iri))
    }


def topics_of_area(store: Store, area: str) -> list[Thing]:
    """Return the topics of an area, by label."""
    rows = store.select(f"SELECT ?t ?l WHERE {{ ?t skos:broader <{area}> ; a mlg:Topic ; rdfs:label ?l }}")
    return sorted({thing_of(row["t"].value, text(row["l"])) for row in rows}, key=lambda each: each.label)


def _level(row: ox.QuerySolution) -> str:
    return LEVELS.get(text(row["level"]), "working")


def _drawn(store: Store) -> tuple[dict[str, dict[str, str]], set[str], dict[str, str]]:
    """Return skill -> topic -> level, the soft skills, and skill -> label."""
    drawn: dict[str, dict[str, str]] = {}
    for row in store.select(
        "SELECT ?s ?t ?level WHERE { ?s mlg:drawsOn ?t . ?t a mlg:Topic . OPTIONAL { ?c rdf:subject ?s ; rdf:object ?t ; "
        "rdf:predicate mlg:drawsOn ; mlg:atLevel ?level } }"
    ):
        levels = drawn.setdefault(row["s"].value, {})
        topic, level = row["t"].value, _level(row)
        if _RANK[level] > _RANK.get(levels.get(topic, ""), 0):
            levels[topic] = level
    labels: dict[str, str] = {}
    soft: set[str] = set()
    for row in store.select(
        "SELECT ?s ?l ?k WHERE { VALUES ?k { mlg:Skill mlg:TransversalSkill } ?s a ?k ; rdfs:label ?l }"
    ):
        labels[row["s"].value] = text(row["l"])
        if row["k"].value.endswith("TransversalSkill"):
            soft.add(row["s"].value)
    return drawn, soft, labels


def _standing(
    iri: str, level: str, drawn: dict[str, dict[str, str]], soft: set[str]
) -> tuple[tuple[str, str], ...]:
    """Return the topics with levels that a part stands for."""
    if iri in soft:
        return ()
    if "/id/skill/" in iri or iri in drawn:
        return tuple(sorted(drawn.get(iri, {}).items()))
    return ((iri, level),)
