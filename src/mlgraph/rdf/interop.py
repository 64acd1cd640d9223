"""Hand triples to rdflib, and other serializations to files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import rdflib

from mlgraph.vocab import PREFIXES, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["serialize", "to_rdflib"]

_FORMATS = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> rdflib.term.Node:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        if term.datatype.value == XSD.string:  # rdflib tells "a" and "a"^^xsd:string apart, RDF does not
            return rdflib.Literal(term.value)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))
    return rdflib.BNode(str(term).removeprefix("_:"))


def to_rdflib(triples: Iterable[ox.Triple | ox.Quad]) -> rdflib.Graph:
    """Return a plain rdflib Graph of some triples, with the usual prefixes bound.

    Examples
    --------
    >>> from mlgraph.rdf.store import EmbeddedStore
    >>> len(to_rdflib(EmbeddedStore.of_turtle("topic:a a mlg:Topic .").triples()))
    1
    """
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, base in PREFIXES.items():
        graph.bind(prefix, base)
    for triple in triples:
        graph.add((_term(triple.subject), rdflib.URIRef(triple.predicate.value), _term(triple.object)))
    return graph


def serialize(triples: Iterable[ox.Triple | ox.Quad], form: str) -> bytes:
    """Return triples as N-Triples, RDF/XML or JSON-LD, sorted, so equal graphs give equal bytes.

    Parameters
    ----------
    triples : iterable of pyoxigraph.Triple or Quad
        The graph.
    form : str
        nt, rdfxml or jsonld.

    Returns
    -------
    bytes
    """
    plain = {each.triple if isinstance(each, ox.Quad) else each for each in triples}
    ordered = sorted(plain, key=str)
    prefixes = None if form == "nt" else PREFIXES
    return ox.serialize(ordered, format=_FORMATS[form], prefixes=prefixes) or b""
