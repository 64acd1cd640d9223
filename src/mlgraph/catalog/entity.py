"""Everything that the graph says about one thing, and counts of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.claims import claims_about, evidence_of, thing_of
from mlgraph.catalog.gather import more_than
from mlgraph.model import Claim, Evidence, Fact, Thing
from mlgraph.rdf.store import text
from mlgraph.vocab import CLAIM_PREDICATES, MLG, RDF, RDFS, SCHEMA, SKOS, curie, kind_and_slug, local_name

if TYPE_CHECKING:
    from mlgraph.rdf.store import Store

__all__ = ["MENTIONS_LISTED", "Description", "Source", "counts", "describe", "sources"]

MENTIONS_LISTED = 2000
"""Mentions of one sort, such as the courses that are online, that are listed; of more only the count is told."""


class Source(NamedTuple):
    """A work that evidence comes from, and how often."""

    iri: str
    slug: str
    name: str
    kind: str
    licence: str
    url: str
    evidence: int


class Description(NamedTuple):
    """One thing: its facts, the parts that belong to it, the claims around it, and its evidence.

    ``unlisted`` counts the mentions of sorts that have too many to list them.
    """

    thing: Thing
    facts: tuple[Fact, ...]
    parts: tuple[tuple[str, tuple[Fact, ...]], ...]
    outgoing: tuple[Claim, ...]
    incoming: tuple[Claim, ...]
    support: tuple[Evidence, ...]
    contradiction: tuple[Evidence, ...]
    mentioned_by: tuple[Thing, ...]
    unlisted: int = 0


_HIDDEN = {RDFS.label, MLG.supportedBy, MLG.contradictedBy, RDFS.isDefinedBy, MLG.covers, MLG.dependsOn}
_PARTS = {SCHEMA.hasCourseInstance, MLG.hasRequirement}
_MENTIONS = (
    "mlg:about",
    "schema:provider",
    "skos:broader",
    "schema:isPartOf",
    "mlg:assertedBy",
    "schema:hasCourseInstance/mlg:deliveredOn",
    "schema:hasCourseInstance/mlg:hasFormat",
    "schema:hasCourseInstance/mlg:pacing",
)
_ORDER = (
    RDF.type,
    SKOS.definition,
    MLG.statementText,
    SCHEMA.description,
    SKOS.altLabel,
    SCHEMA.alternateName,
    SKOS.broader,
    SCHEMA.courseCode,
    SCHEMA.provider,
    SCHEMA.url,
)


def _facts(store: Store, iri: str, claimed: set[tuple[str, str]]) -> tuple[list[Fact], list[str]]:
    rows = store.select(f"SELECT ?p ?o ?l WHERE {{ <{iri}> ?p ?o . OPTIONAL {{ ?o rdfs:label ?l }} }}")
    found: dict[str, set[str]] = {}
    parts: list[str] = []
    for row in rows:
        predicate, value = row["p"].value, text(row["o"])
        if predicate in _PARTS:
            parts.append(value)
        elif predicate in _HIDDEN or (predicate, value) in claimed:
            continue
        else:
            label = text(row["l"])
            if not label and kind_and_slug(value):
                label = curie(value)
            shown = (
                f"{label} ({curie(value)})"
                if label and kind_and_slug(value) and label != curie(value)
                else label or value
            )
            language = getattr(row["o"], "language", None)
            found.setdefault(predicate, set()).add(
                f"{shown} @{language}" if language not in {None, "en"} else shown
            )
    found.pop(SKOS.prefLabel, None) if len(found.get(SKOS.prefLabel, ())) == 1 else None
    found.pop(SCHEMA.name, None) if len(found.get(SCHEMA.name, ())) == 1 else None
    ranked = sorted(
        found, key=lambda key: (_ORDER.index(key) if key in _ORDER else len(_ORDER), local_name(key))
    )
    return [Fact(local_name(key), tuple(sorted(found[key]))) for key in ranked], sorted(parts)


def describe(store: Store, thing: Thing) -> Description:
    """Return everything that the graph says about a thing.

    Parameters
    ----------
    store : Store
        The graph.
    thing : Thing
        Any thing, of any kind.

    Returns
    -------
    Description
        Facts are plain properties in a fixed order; parts are offerings and requirement groups;
        claims come both ways, with evidence and status, also disputed and superseded ones.
    """
    outgoing, incoming = claims_about(store, thing.iri)
    claimed = {
        (predicate, claim.object.iri)
        for claim in outgoing
        for predicate in CLAIM_PREDICATES | {MLG.covers}
        if local_name(predicate) in {claim.predicate, "covers", "teaches"}
    }
    facts, parts = _facts(store, thing.iri, claimed)
    shown = []
    for part in parts:
        inner, _ = _facts(store, part, set())
        known = kind_and_slug(part)
        shown.append((known[0] if known else "part", tuple(inner)))
    pro, con = evidence_of(store, [thing.iri]).get(thing.iri, ([], []))
    mentioned, unlisted = _mentions(store, thing.iri)
    return Description(
        thing,
        tuple(facts),
        tuple(shown),
        tuple(outgoing),
        tuple(incoming),
        tuple(pro),
        tuple(con),
        tuple(mentioned),
        unlisted,
    )


def _mentions(store: Store, iri: str) -> tuple[list[Thing], int]:
    """Return what mentions a thing, sorted, and how much more does so in ways that are too many to list."""
    ways, unlisted = [], 0
    for way in _MENTIONS:
        pattern = f"?x {way} <{iri}>"
        if more_than(store, MENTIONS_LISTED, pattern):
            (row,) = store.select(f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")
            unlisted += int(text(row["n"]))
        else:
            # the label in each branch: joined behind the union it takes seconds for a hub
            ways.append(f"{{ {pattern} . ?x rdfs:label ?l }}")
    about = store.select(f"SELECT DISTINCT ?x ?l WHERE {{ {' UNION '.join(ways)} }}") if ways else ()
    found = {thing_of(row["x"].value, text(row["l"])) for row in about}
    return sorted(found, key=lambda each: (each.kind, each.label)), unlisted


def sources(store: Store, *, kind: str = "") -> list[Source]:
    """Return the sources that evidence cites, the most cited first.

    Parameters
    ----------
    store : Store
        The graph.
    kind : str
        Textbook, LectureNotes, Paper ...; empty for all; case does not matter.

    Returns
    -------
    list of Source
    """
    cited = {
        row["x"].value: int(text(row["n"]))
        for row in store.select(
            "SELECT ?x (COUNT(?e) AS ?n) WHERE { ?e dcterms:source ?x ; a mlg:Evidence } GROUP BY ?x"
        )
        if row["x"] is not None
    }
    # counted apart: Virtuoso leaves out groups whose key is not bound
    found = {
        Source(
            row["x"].value,
            local_name(row["x"].value),
            text(row["name"]),
            local_name(text(row["kind"])),
            text(row["lic"]),
            text(row["url"]),
            cited.get(row["x"].value, 0),
        )
        for row in store.select(
            "SELECT ?x ?name ?kind ?lic ?url WHERE { ?x a mlg:Source ; rdfs:label ?name ; mlg:evidenceKind ?kind . "
            "OPTIONAL { ?x schema:license ?lic } OPTIONAL { ?x schema:url ?url } }"
        )
    }
    wanted = kind.replace("-", "").replace(" ", "").lower()
    return sorted(
        (each for each in found if not wanted or each.kind.lower() == wanted),
        key=lambda each: (-each.evidence, each.name, each),
    )


def counts(store: Store) -> dict[str, int]:
    """Return how many there are of everything, by name.

    Returns
    -------
    dict of str to int
        Things by class, claims by property and by status, evidence by kind.
    """
    found: dict[str, int] = {}
    for row in store.select("SELECT ?c (COUNT(?x) AS ?n) WHERE { ?x a ?c } GROUP BY ?c"):
        name = curie(row["c"].value)
        if name.startswith(("mlg:", "schema:")):
            found[local_name(row["c"].value)] = int(row["n"].value)
    for row in store.select("SELECT ?p (COUNT(?c) AS ?n) WHERE { ?c rdf:predicate ?p } GROUP BY ?p"):
        found[f"claims: {local_name(row['p'].value)}"] = int(row["n"].value)
    for row in store.select(
        "SELECT ?s (COUNT(?c) AS ?n) WHERE { ?c a mlg:Claim ; mlg:status ?s } GROUP BY ?s"
    ):
        found[f"claims {local_name(row['s'].value).lower()}"] = int(row["n"].value)
    for row in store.select(
        "SELECT ?k (COUNT(DISTINCT ?c) AS ?n) WHERE { ?c rdf:predicate mlg:requires ; mlg:supportedBy/mlg:evidenceKind ?k } GROUP BY ?k"
    ):
        found[f"hard prerequisites with {local_name(row['k'].value)} evidence"] = int(row["n"].value)
    return found
