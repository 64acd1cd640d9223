"""What topics need, what they unlock, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.model import Edge, Group, Hours, Requirements, Thing, Topic
from mlgraph.rdf.store import text
from mlgraph.vocab import LEVELS, local_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyoxigraph as ox

    from mlgraph.rdf.store import Store

__all__ = [
    "batches",
    "below",
    "closure",
    "requirements",
    "soft_links",
    "topic_hours",
    "topics",
    "unlocks",
    "values",
]

_FACTS = """
  ?t rdfs:label ?en ; mlg:learningDepth ?depth .
  OPTIONAL { ?t skos:broader ?area } OPTIONAL { ?t mlg:hoursLow ?low }
  OPTIONAL { ?t mlg:hoursTypical ?typical } OPTIONAL { ?t mlg:hoursHigh ?high }
"""
_DEFAULT_HOURS = "5"
_BATCH = 400


def values(iris: Iterable[str]) -> str:
    """Return IRIs for a VALUES block."""
    return " ".join(f"<{iri}>" for iri in iris)


def batches(iris: Iterable[str]) -> Iterator[str]:
    """Yield VALUES blocks of some IRIs, sorted, each once: a query of thousands is refused, or slow, somewhere."""
    ordered = sorted(set(iris))
    for start in range(0, len(ordered), _BATCH):
        yield values(ordered[start : start + _BATCH])


def _label(lang: str) -> tuple[str, str]:
    """Return the projection and pattern of a label in a language with English as fallback."""
    if lang == "en" or not lang.replace("-", "").isalnum():
        return "?en AS ?label", ""
    return (
        "COALESCE(?own, ?en) AS ?label",
        f'OPTIONAL {{ ?t skos:prefLabel ?own FILTER(LANGMATCHES(LANG(?own), "{lang}")) }}',
    )


def _topic(row: ox.QuerySolution) -> Topic:
    iri = row["t"].value
    area = local_name(text(row["area"])) if row["area"] is not None else ""
    return Topic(iri, local_name(iri), text(row["label"]), area, _hours(row), int(text(row["depth"])))


def _hours(row: ox.QuerySolution) -> Hours:
    typical = text(row["typical"]) or _DEFAULT_HOURS
    return Hours(float(text(row["low"]) or typical), float(typical), float(text(row["high"]) or typical))


def topics(store: Store, *, area: str = "", lang: str = "en") -> list[Topic]:
    """Return all topics, or those of one area, by area, depth and label.

    Parameters
    ----------
    store : Store
        The graph.
    area : str
        IRI of an area; empty for all.
    lang : str
        Language of the labels; English where there is none.

    Returns
    -------
    list of Topic
    """
    shown, pattern = _label(lang)
    within = f"?t skos:broader <{area}> ." if area else ""
    rows = store.select(
        f"SELECT ?t ({shown}) ?area ?low ?typical ?high ?depth WHERE {{ ?t a mlg:Topic . {within} {_FACTS} {pattern} }}"
    )
    found = {row["t"].value: _topic(row) for row in rows}
    return sorted(found.values(), key=lambda each: (each.area, each.depth, each.label))


def closure(store: Store, roots: Sequence[str], path: str = "mlg:requires*") -> str:
    """Return a sub-select that closes a path before anything is joined to it.

    Parameters
    ----------
    store : Store
        The graph; where it does not follow paths by the standard, the materialised closure is asked.
    roots : sequence of str
        IRIs of topics, ``?root`` in the sub-select.
    path : str
        ``mlg:requires*``, ``^mlg:requires`` or ``^mlg:requires+``.

    Returns
    -------
    str
        Binds ``?t``.

    Notes
    -----
    Oxigraph plans a path that is joined with other patterns badly: 0.16 s as a sub-select against
    no answer in two minutes.
    """
    listed = f"VALUES ?root {{ {values(roots)} }}"
    pattern = f"{listed} ?root {path} ?t"
    if not store.follows_paths and path == "mlg:requires*":
        # Virtuoso drops a branch of a union that is nothing but values
        pattern = (
            f"{{ {listed} ?root mlg:dependsOn ?t }} UNION {{ VALUES ?t {{ {values(roots)} }} ?t a ?kind }}"
        )
    elif not store.follows_paths and path == "^mlg:requires+":
        pattern = f"{listed} ?t mlg:dependsOn ?root"
    return f"{{ SELECT DISTINCT ?t WHERE {{ {pattern} }} }}"


def requirements(store: Store, goals: Sequence[str], *, lang: str = "en") -> Requirements:
    """Return everything below some goals, through hard prerequisites and either-or groups.

    Parameters
    ----------
    store : Store
        The graph; only the goals' closure is fetched, so its size does not matter.
    goals : sequence of str
        IRIs of topics.
    lang : str
        Language of the labels.

    Returns
    -------
    Requirements
        Topics (all options of all groups included), unconditional edges, and groups.
    """
    if not goals:
        return Requirements((), {}, (), ())
    edges: dict[tuple[str, str], str] = {}
    groups: dict[str, Group] = {}
    seen: set[str] = set()
    fresh = list(dict.fromkeys(goals))
    while fresh:
        reached = set(fresh)
        for row in store.select(f"SELECT ?t ?o WHERE {{ {closure(store, fresh)} ?t mlg:requires ?o }}"):
            pair = (row["t"].value, row["o"].value)
            edges[pair] = "working"
            reached |= set(pair)
        reached -= seen
        seen |= reached
        added = _groups(store, reached)
        groups.update({group.iri: group for group in added})
        fresh = sorted({option for group in added for option in group.options} - seen)
    facts: dict[str, Topic] = {}
    shown, pattern = _label(lang)
    for block in batches(seen):
        for row in store.select(
            f"SELECT ?t ?o WHERE {{ VALUES ?t {{ {block} }} ?c rdf:subject ?t ; mlg:atLevel mlg:Deep ; "
            "rdf:predicate mlg:requires ; rdf:object ?o }"
        ):
            pair = (row["t"].value, row["o"].value)
            if pair in edges:
                edges[pair] = "deep"
        for row in store.select(
            f"SELECT ?t ({shown}) ?area ?low ?typical ?high ?depth WHERE {{ VALUES ?t {{ {block} }} {_FACTS} {pattern} }}"
        ):
            facts[row["t"].value] = _topic(row)
    return Requirements(
        tuple(goals),
        facts,
        tuple(Edge(before, after, level) for (before, after), level in sorted(edges.items())),
        tuple(groups[iri] for iri in sorted(groups)),
    )


def _groups(store: Store, topics_: Iterable[str]) -> list[Group]:
    found: dict[str, Group] = {}
    for block in batches(topics_):
        for row in store.select(
            f"SELECT ?t ?g ?o ?n ?why WHERE {{ VALUES ?t {{ {block} }} ?t mlg:hasRequirement ?g . ?g mlg:anyOf ?o ; "
            "mlg:obligation mlg:Mandatory ; mlg:minimumCount ?n . OPTIONAL { ?g mlg:reason ?why } }"
        ):
            iri = row["g"].value
            before = found.get(iri)
            options = sorted({*(before.options if before else ()), row["o"].value})
            found[iri] = Group(iri, row["t"].value, tuple(options), int(text(row["n"])), text(row["why"]))
    return list(found.values())


def topic_hours(store: Store, topics_: Iterable[str]) -> dict[str, Hours]:
    """Return the hours of some topics, by IRI."""
    found = {}
    for block in batches(topics_):
        for row in store.select(
            f"SELECT ?t ?low ?typical ?high WHERE {{ VALUES ?t {{ {block} }} "
            "OPTIONAL { ?t mlg:hoursLow ?low } OPTIONAL { ?t mlg:hoursTypical ?typical } OPTIONAL { ?t mlg:hoursHigh ?high } }"
        ):
            found[row["t"].value] = _hours(row)
    return found


def below(store: Store, roots: Sequence[str]) -> set[str]:
    """Return some topics and all that they need unconditionally, as IRIs."""
    if not roots:
        return set()
    return {row["t"].value for row in store.select(f"SELECT ?t WHERE {closure(store, roots)}")}


def unlocks(store: Store, topic: str, *, direct: bool = False, lang: str = "en") -> list[Topic]:
    """Return the topics that need a topic, by depth and label.

    Parameters
    ----------
    store : Store
        The graph.
    topic : str
        IRI of the topic.
    direct : bool
        Only those that name it themselves.
    lang : str
        Language of the labels.

    Returns
    -------
    list of Topic
    """
    shown, pattern = _label(lang)
    path = "^mlg:requires" if direct else "^mlg:requires+"
    rows = store.select(
        f"SELECT ?t ({shown}) ?area ?low ?typical ?high ?depth WHERE {{ {closure(store, [topic], path)} {_FACTS} {pattern} }}"
    )
    found = {row["t"].value: _topic(row) for row in rows}
    return sorted(found.values(), key=lambda each: (each.depth, each.label))


def soft_links(store: Store, dependents: Sequence[str]) -> list[tuple[Thing, Thing, str, str]]:
    """Return what is recommended before some topics.

    Returns
    -------
    list of (dependent, recommended, level, reason)
        Sorted by the labels of dependent and recommended topic.
    """
    if not dependents:
        return []
    rows = store.select(
        f"SELECT ?t ?tl ?o ?ol ?level ?why WHERE {{ VALUES ?t {{ {values(dependents)} }} ?t mlg:recommends ?o ; rdfs:label ?tl . "
        "?o rdfs:label ?ol . OPTIONAL { ?c rdf:subject ?t ; rdf:object ?o ; rdf:predicate mlg:recommends ; "
        "mlg:reason ?why . OPTIONAL { ?c mlg:atLevel ?level } } }"
    )
    found = {
        (row["t"].value, row["o"].value): (
            Thing(row["t"].value, "topic", local_name(row["t"].value), text(row["tl"])),
            Thing(row["o"].value, "topic", local_name(row["o"].value), text(row["ol"])),
            LEVELS.get(text(row["level"]), ""),
            text(row["why"]),
        )
        for row in rows
    }
    return [found[key] for key in sorted(found, key=lambda key: (found[key][0].label, found[key][1].label))]
