"""What the graph already holds, as an import needs it: who must not be defined twice, and what names mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.spelling import normalise
from mlgraph.interchange.imports.matching import Names, names_of
from mlgraph.interchange.imports.row import spaceless
from mlgraph.rdf.store import text
from mlgraph.vocab import ID, local_name

if TYPE_CHECKING:
    from mlgraph.rdf.store import Store

__all__ = ["Ground", "folded", "ground_of"]


class Ground(NamedTuple):
    """The graph under an import."""

    things: frozenset[str]
    institutions: dict[str, str]
    courses: dict[tuple[str, str], str]
    matches: dict[str, str]
    names: dict[tuple[str, str], str]
    topics: Names
    slugs: frozenset[str]


def folded(name: str) -> str:
    """Return a name as names of topics, skills and roles are compared by the checks."""
    return " ".join(name.casefold().replace("-", " ").split())


def ground_of(store: Store) -> Ground:
    """Read from a graph what an import must know of it.

    Parameters
    ----------
    store : Store
        The graph that the import will lie over.

    Returns
    -------
    Ground
        ``things``: IRIs of courses, institutions, sources, skills and roles; ``institutions``: normalised name or
        slug -> IRI; ``courses``: institution and code (name, where there is no
        code) -> IRI; ``matches``: IRI elsewhere -> ours, where they are
        the same; ``names``: kind and folded name -> IRI of skills and roles; ``topics``: names of topics;
        ``slugs``: those of topics.
    """
    kinds = (
        "schema:Course schema:Organization mlg:Source mlg:Skill mlg:TransversalSkill mlg:JobRole mlg:Platform"
    )
    things = {
        row["x"].value for row in store.select(f"SELECT ?x WHERE {{ VALUES ?k {{ {kinds} }} ?x a ?k }}")
    }
    institutions: dict[str, str] = {}
    for row in store.select(
        "SELECT ?x ?n WHERE { ?x a schema:Organization ; schema:name|schema:alternateName ?n } ORDER BY ?x ?n"
    ):
        institutions.setdefault(normalise(text(row["n"])), row["x"].value)
    for iri in sorted(things):
        if iri.startswith(f"{ID}institution/"):
            institutions.setdefault(normalise(iri.rpartition("/")[2]), iri)
    courses: dict[tuple[str, str], str] = {}
    for row in store.select(
        "SELECT ?x ?p ?c WHERE { ?x a schema:Course ; schema:provider ?p ; schema:courseCode ?c } ORDER BY ?x"
    ):
        courses.setdefault((row["p"].value, spaceless(text(row["c"]))), row["x"].value)
    for row in store.select(
        "SELECT ?x ?p ?n WHERE { ?x a schema:Course ; schema:provider ?p ; schema:name ?n "
        "FILTER NOT EXISTS { ?x schema:courseCode ?c } } ORDER BY ?x ?n"
    ):
        courses.setdefault((row["p"].value, spaceless(text(row["n"]))), row["x"].value)
    topics = _topics(store)
    slugs = frozenset(local_name(iri) for found in topics.meant.values() for iri, _, _ in found)
    return Ground(frozenset(things), institutions, courses, _matches(store), _names(store), topics, slugs)


def _matches(store: Store) -> dict[str, str]:
    rows = store.select("SELECT ?x ?m WHERE { ?x skos:exactMatch ?m } ORDER BY ?x")
    return {row["m"].value: row["x"].value for row in rows}


def _names(store: Store) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for kind, classes in (("skill", "mlg:Skill mlg:TransversalSkill"), ("role", "mlg:JobRole")):
        rows = store.select(
            f"SELECT ?x ?n WHERE {{ VALUES ?k {{ {classes} }} ?x a ?k ; skos:prefLabel|skos:altLabel ?n }} ORDER BY ?x ?n"
        )
        for row in rows:
            found.setdefault((kind, folded(text(row["n"]))), row["x"].value)
    return found


def _topics(store: Store) -> Names:
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for link, label in (("skos:prefLabel", True), ("skos:altLabel", False)):
        rows = store.select(
            f'SELECT ?x ?n WHERE {{ ?x a mlg:Topic ; {link} ?n FILTER(LANG(?n) = "en") }} ORDER BY ?x ?n'
        )
        for row in rows:
            found.setdefault(normalise(text(row["n"])), []).append((row["x"].value, text(row["n"]), label))
    return names_of({name: tuple(each) for name, each in found.items() if name})
