"""The ontology for people: its terms with definitions, in the order in which they are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.build.dataset import find_layout
from mlgraph.rdf.reader import read_turtle
from mlgraph.rdf.store import text
from mlgraph.vocab import MLG, ONTOLOGY, OWL, RDF, RDFS, SCHEMA, SKOS, curie, local_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyoxigraph as ox

__all__ = ["SHAPES", "Section", "Term", "ontology_facts", "ontology_quads", "sections", "shapes_text"]

SHAPES = ("shapes.ttl", "shapes-built.ttl")
"""Files with the SHACL shapes: for authored records, and for the built dataset."""

_ROWS = {
    RDFS.subClassOf: "subclass of",
    RDFS.subPropertyOf: "subproperty of",
    RDFS.domain: "domain",
    SCHEMA.domainIncludes: "domain includes",
    RDFS.range: "range",
    SCHEMA.rangeIncludes: "range includes",
    OWL.inverseOf: "inverse of",
    OWL.disjointWith: "disjoint with",
    SKOS.exactMatch: "same as",
    SKOS.closeMatch: "close to",
    SKOS.scopeNote: "note",
    SKOS.example: "example",
    RDFS.comment: "comment",
    RDFS.seeAlso: "see also",
    MLG.levelRank: "rank",
}
_KINDS = {
    OWL.TransitiveProperty: "transitive",
    OWL.AsymmetricProperty: "asymmetric",
    OWL.IrreflexiveProperty: "irreflexive",
    OWL.SymmetricProperty: "symmetric",
    OWL.FunctionalProperty: "functional",
}


class Term(NamedTuple):
    """One term: rows are (property in words, [(text, IRI or nothing)])."""

    name: str
    iri: str
    label: str
    definition: str
    traits: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


class Section(NamedTuple):
    """A heading with its terms."""

    name: str
    title: str
    terms: tuple[Term, ...]


def ontology_quads() -> list[ox.Quad]:
    """Return the triples of the ontology that is installed."""
    return read_turtle(find_layout().ontology / "mlgraph.ttl")


def shapes_text(name: str) -> str:
    """Return the text of a file of `SHAPES`; other names are not looked for."""
    place = find_layout().ontology
    known = {each: place / each for each in SHAPES}
    return known[name].read_text(encoding="utf-8")


def ontology_facts(quads: Sequence[ox.Quad]) -> dict[str, str]:
    """Return what the ontology says of itself, by local name: title, description, versionInfo ..."""
    return {
        local_name(each.predicate.value): text(each.object)
        for each in quads
        if text(each.subject) == ONTOLOGY
    }


def sections(quads: Sequence[ox.Quad]) -> list[Section]:
    """Return the terms by what they are: classes, links, attributes, and the members of each closed list.

    Parameters
    ----------
    quads : sequence of pyoxigraph.Quad
        The ontology.
    """
    facts: dict[str, dict[str, list[str]]] = {}
    for each in quads:
        if text(each.subject).startswith(MLG.base):
            values = facts.setdefault(text(each.subject), {}).setdefault(each.predicate.value, [])
            values.append(text(each.object))
    groups: dict[str, list[Term]] = {}
    for iri in sorted(facts):
        groups.setdefault(_group(facts[iri]), []).append(_term(iri, facts))
    fixed = {
        OWL.Class: "Classes",
        OWL.ObjectProperty: "Links between things",
        OWL.DatatypeProperty: "Attributes",
    }
    found = [
        Section(local_name(kind), title, tuple(groups.pop(kind)))
        for kind, title in fixed.items()
        if kind in groups
    ]
    lists = sorted(groups, key=lambda kind: _label(kind, facts))
    return found + [
        Section(f"list-{local_name(kind)}", f"Closed list: {_label(kind, facts)}", tuple(groups[kind]))
        for kind in lists
    ]


def _group(facts: dict[str, list[str]]) -> str:
    kinds = facts.get(RDF.type, [])
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        if kind in kinds:
            return kind
    return next((kind for kind in sorted(kinds) if kind.startswith(MLG.base)), OWL.NamedIndividual)


def _label(iri: str, facts: dict[str, dict[str, list[str]]]) -> str:
    return next(iter(facts.get(iri, {}).get(RDFS.label, [])), local_name(iri))


def _term(iri: str, facts: dict[str, dict[str, list[str]]]) -> Term:
    own = facts[iri]
    rows = [
        (words, tuple((curie(value) if "://" in value else value, value) for value in sorted(own[predicate])))
        for predicate, words in _ROWS.items()
        if predicate in own
    ]
    narrower = sorted(each for each, values in facts.items() if iri in values.get(RDFS.subClassOf, []))
    uses = sorted(
        each
        for each, values in facts.items()
        if any(iri in values.get(link, []) for link in (RDFS.domain, SCHEMA.domainIncludes))
    )
    for words, others in (("has as subclass", narrower), ("has properties", uses)):
        if others:
            rows.append((words, tuple((curie(each), each) for each in others)))
    return Term(
        local_name(iri),
        iri,
        _label(iri, facts),
        next(iter(own.get(SKOS.definition, [])), ""),
        tuple(words for kind, words in _KINDS.items() if kind in own.get(RDF.type, [])),
        tuple(rows),
    )
