"""One thing of the graph: whether it is there, what it is called, and its triples."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from mlgraph.catalog.claims import thing_of
from mlgraph.catalog.topics import batches
from mlgraph.rdf.store import text
from mlgraph.vocab import DATASET, DCTERMS, FOAF, MLG, RDF, SCHEMA, VOID, XSD, local_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgraph.model import Thing
    from mlgraph.rdf.store import Store
    from mlgraph.server.links import Links

__all__ = ["Used", "as_quads", "find", "triples_about", "used_by"]

_USES = (
    MLG.supportedBy,
    MLG.contradictedBy,
    MLG.hasRequirement,
    MLG.anyOf,
    SCHEMA.hasCourseInstance,
    DCTERMS.source,
)
_MOST_USED = 100


class Used(NamedTuple):
    """What refers to a thing, at most `_MOST_USED`, and how many there are in all."""

    things: tuple[Thing, ...]
    total: int


def find(store: Store, links: Links, kind: str, slug: str) -> Thing | None:
    """Return the thing of a kind and slug if the graph has it; names that can be none are not even looked up."""
    iri = links.iri(kind, slug)
    if not iri or not store.ask(f"ASK {{ <{iri}> ?p ?o }}"):
        return None
    return thing_of(iri, _label(store, iri, kind))._replace(kind=kind, slug=slug)


def _label(store: Store, iri: str, kind: str) -> str:
    rows = store.select(f"SELECT ?l WHERE {{ <{iri}> rdfs:label ?l }} ORDER BY ?l LIMIT 1")
    label = next((text(row["l"]) for row in rows), "")
    if not label and kind == "claim":
        for row in store.select(
            f"SELECT ?sl ?p ?ol WHERE {{ <{iri}> rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o . "
            "OPTIONAL { ?s rdfs:label ?sl } OPTIONAL { ?o rdfs:label ?ol } }"
        ):
            return f"{text(row['sl'])} \N{RIGHTWARDS ARROW} {local_name(row['p'].value)} \N{RIGHTWARDS ARROW} {text(row['ol'])}"
    return label


def used_by(store: Store, iri: str) -> Used:
    """Return what cites a source, rests on evidence, or has a part, by kind and slug."""
    listed = ", ".join(f"<{each}>" for each in _USES)
    rows = store.select(
        f"SELECT DISTINCT ?x ?l WHERE {{ ?x ?p <{iri}> FILTER(?p IN ({listed})) OPTIONAL {{ ?x rdfs:label ?l }} }}"
    )
    found = sorted(
        {thing_of(row["x"].value, text(row["l"])) for row in rows}, key=lambda each: (each.kind, each.slug)
    )
    return Used(tuple(found[:_MOST_USED]), len(found))


def as_quads(triples: Iterable[ox.Triple]) -> list[ox.Quad]:
    """Return triples for a writer, whole decimals as ``12.0``, so that all forms of a document say the same.

    An engine on disk gives them back as ``12``; the canonical Turtle has ``12.0``.
    """
    return [ox.Quad(each.subject, each.predicate, _settled(each.object)) for each in triples]


def _settled(
    node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple,
) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
    if isinstance(node, ox.Literal) and node.datatype.value == XSD.decimal and "." not in node.value:
        return ox.Literal(f"{node.value}.0", datatype=node.datatype)
    return node


def triples_about(store: Store, iri: str, document: str, licence: str = "") -> list[ox.Quad]:
    """Return the triples that describe a thing, for a document about it.

    Parameters
    ----------
    store : Store
        The graph.
    iri : str
        The thing.
    document : str
        Address of the document that will hold them.
    licence : str
        IRI of the licence of the data, if there is one.

    Returns
    -------
    list of pyoxigraph.Quad
        Its own triples; those of its offerings and requirement groups; the claims that start from it, with
        their evidence; the links and claims that point to it; labels of everything named; and what the
        document is.
    """
    patterns = (
        f"<{iri}> ?p ?o . BIND(<{iri}> AS ?s)",
        f"<{iri}> schema:hasCourseInstance|mlg:hasRequirement ?s . ?s ?p ?o",
        f"?s rdf:subject <{iri}> ; ?p ?o",
        f"<{iri}> mlg:supportedBy|mlg:contradictedBy ?s . ?s ?p ?o",
        f"?c rdf:subject <{iri}> ; mlg:supportedBy|mlg:contradictedBy ?s . ?s ?p ?o",
        f"?s ?p <{iri}> . FILTER(?p NOT IN (dcterms:source, mlg:seenIn)) BIND(<{iri}> AS ?o)",
    )
    triples = {
        triple
        for where in patterns
        for triple in store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}")
    }
    named = {
        node.value
        for triple in triples
        for node in (triple.subject, triple.object)
        if isinstance(node, ox.NamedNode)
    }
    for block in batches(named):
        triples |= set(
            store.construct(
                f"CONSTRUCT {{ ?x rdfs:label ?l }} WHERE {{ VALUES ?x {{ {block} }} ?x rdfs:label ?l }}"
            )
        )
    quads = as_quads(triples)
    page = ox.NamedNode(document)
    quads.append(ox.Quad(page, ox.NamedNode(FOAF.primaryTopic), ox.NamedNode(iri)))
    quads.append(ox.Quad(page, ox.NamedNode(VOID.inDataset), ox.NamedNode(DATASET)))
    quads.append(ox.Quad(page, ox.NamedNode(RDF.type), ox.NamedNode(FOAF.base + "Document")))
    if licence:
        quads.append(ox.Quad(page, ox.NamedNode(DCTERMS.license), ox.NamedNode(licence)))
    return quads
