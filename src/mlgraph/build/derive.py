"""Everything that is derived from authored records: plain links, labels and depths.

Authored is the claim; the plain triple stands only while the claim is verified (Wikidata's
"truthy" statements), so plain SPARQL follows verified edges alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from mlgraph.analysis.order import learning_depth
from mlgraph.network.projection import prerequisite_graph
from mlgraph.rdf.store import text
from mlgraph.vocab import CLAIM_PREDICATES, MLG, RDF, RDFS, SCHEMA, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["authored", "closure_triples", "derive", "merge_layers", "stated_links"]

_LATER_WINS = frozenset({MLG.status, MLG.confidence, MLG.verifiedOn, MLG.atLevel})
_SUPER = {
    MLG.coreTopic: MLG.covers,
    MLG.electiveTopic: MLG.covers,
    MLG.practises: MLG.teaches,
}


def stated_links(quads: Iterable[ox.Quad]) -> dict[str, dict[str, ox.NamedNode]]:
    """Return claim IRI -> its subject, predicate, object and status, by their property IRIs."""
    wanted = {RDF.subject, RDF.predicate, RDF.object, MLG.status}
    claims: dict[str, dict[str, ox.NamedNode]] = {}
    for quad in quads:
        if quad.predicate.value in wanted and isinstance(quad.object, ox.NamedNode):
            claims.setdefault(text(quad.subject), {})[quad.predicate.value] = quad.object
    return claims


def _links(quads: Sequence[ox.Quad], *, verified_only: bool) -> set[ox.Quad]:
    found = set()
    for claim in stated_links(quads).values():
        subject, predicate, object_ = (
            claim.get(RDF.subject),
            claim.get(RDF.predicate),
            claim.get(RDF.object),
        )
        if subject is None or predicate is None or object_ is None:
            continue
        if predicate.value not in CLAIM_PREDICATES:
            continue
        status = claim.get(MLG.status)
        if verified_only and (status is None or status.value != MLG.Verified):
            continue
        found.add(ox.Quad(subject, predicate, object_))
        above = _SUPER.get(predicate.value)
        if above:
            found.add(ox.Quad(subject, ox.NamedNode(above), object_))
    return found


def derive(quads: Sequence[ox.Quad], *, plain: bool = False) -> list[ox.Quad]:
    """Return the triples that follow from authored ones.

    Parameters
    ----------
    quads : sequence of pyoxigraph.Quad, n of them
        Authored records.
    plain : bool
        Plain ``mlg:requires`` count too, as foreign catalogues bring them without claims.

    Returns
    -------
    list of pyoxigraph.Quad
        Plain links of verified claims (and of their super-property), ``rdfs:label`` from English
        ``skos:prefLabel`` or ``schema:name``, and ``mlg:learningDepth`` of each topic.

    Raises
    ------
    CycleError
        If verified hard prerequisites loop.

    Notes
    -----
    O(n).
    """
    links = _links(quads, verified_only=True)
    named = {SKOS.prefLabel, SCHEMA.name}
    own = {quad.subject for quad in quads if quad.predicate.value == RDFS.label}
    labels = [
        ox.Quad(quad.subject, ox.NamedNode(RDFS.label), quad.object)
        for quad in quads
        if quad.predicate.value in named
        and isinstance(quad.object, ox.Literal)
        and quad.object.language in {None, "en"}
        and quad.subject not in own
    ]
    typed = [quad for quad in quads if quad.predicate.value == RDF.type]
    unclaimed = [quad for quad in quads if plain and quad.predicate.value == MLG.requires]
    depths = learning_depth(prerequisite_graph([*typed, *links, *unclaimed]))
    integer = ox.NamedNode(XSD.integer)
    depth = [
        ox.Quad(
            ox.NamedNode(topic),
            ox.NamedNode(MLG.learningDepth),
            ox.Literal(str(count), datatype=integer),
        )
        for topic, count in depths.items()
    ]
    return [*links, *labels, *depth]


def closure_triples(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return ``mlg:dependsOn`` for all pairs, for engines with weak property paths.

    Notes
    -----
    O(n m) triples at worst; the shipped graph has some tens of thousands.
    """
    import networkx as nx  # noqa: PLC0415 - only for this export

    network = prerequisite_graph(quads)
    link = ox.NamedNode(MLG.dependsOn)
    return [
        ox.Quad(ox.NamedNode(topic), link, ox.NamedNode(before))
        for topic in network
        for before in sorted(nx.ancestors(network, topic))
    ]


def authored(quads: Sequence[ox.Quad]) -> list[ox.Quad]:
    """Return a built dataset without what was derived, so that it can be derived anew."""
    links = _links(quads, verified_only=False)
    derived = {MLG.learningDepth, MLG.dependsOn}
    with_label = {
        (text(quad.subject), quad.object)
        for quad in quads
        if quad.predicate.value in {SKOS.prefLabel, SCHEMA.name}
    }
    return [
        quad
        for quad in quads
        if quad.predicate.value not in derived
        and quad not in links
        and not (quad.predicate.value == RDFS.label and (text(quad.subject), quad.object) in with_label)
    ]


def merge_layers(layers: Sequence[Sequence[ox.Quad]]) -> tuple[list[ox.Quad], list[str]]:
    """Lay folders over each other: the same IRI merges, a later claim's state wins.

    Parameters
    ----------
    layers : sequence of sequences of pyoxigraph.Quad
        Earlier layers first.

    Returns
    -------
    quads : list of pyoxigraph.Quad
        All triples, without the overridden states.
    overridden : list of str
        IRIs of the claims whose status a later layer changed, sorted.
    """
    if len(layers) == 1:
        return list(layers[0]), []
    merged: dict[ox.Quad, None] = {}
    states: dict[tuple[str, str], set[ox.Quad]] = {}
    overridden: set[str] = set()
    for layer in layers:
        fresh: dict[tuple[str, str], set[ox.Quad]] = {}
        for quad in layer:
            predicate = quad.predicate.value
            if predicate in _LATER_WINS:
                fresh.setdefault((text(quad.subject), predicate), set()).add(quad)
            else:
                merged[quad] = None
        for key, quads in fresh.items():
            if key[1] == MLG.status and states.get(key, quads) != quads:
                overridden.add(key[0])
        states |= fresh
    return [*merged, *(quad for quads in states.values() for quad in quads)], sorted(overridden)
