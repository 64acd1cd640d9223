"""All triples of a graph by subject and property, for exports that go through everything once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from mlgraph.catalog.topics import values
from mlgraph.rdf.store import text
from mlgraph.vocab import RDF, RDFS, kind_and_slug, local_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgraph.rdf.store import Store

__all__ = ["Facts"]


class Facts:
    """The triples of a graph, grouped once.

    Parameters
    ----------
    store : Store
        The graph.
    kinds : str
        Classes, to take only what is said of things of these; all if none is named.

    Notes
    -----
    O(n) memory for n triples; texts only, English before others where there are several.
    """

    def __init__(self, store: Store, *kinds: str) -> None:
        self._rows: dict[str, dict[str, list[tuple[str, str]]]] = {}
        for triple in _told(store, kinds) if kinds else store.triples():
            value = triple.object
            language = (value.language or "") if isinstance(value, ox.Literal) else ""
            of_subject = self._rows.setdefault(text(triple.subject), {})
            of_subject.setdefault(triple.predicate.value, []).append((language, text(value)))
        self._types: dict[str, list[str]] = {}
        for iri, facts in self._rows.items():
            for _, kind in facts.get(RDF.type, ()):
                self._types.setdefault(kind, []).append(iri)

    def of_type(self, *kinds: str) -> list[str]:
        """Return the IRIs of things of some classes, sorted."""
        return sorted({iri for kind in kinds for iri in self._types.get(kind, ()) if kind_and_slug(iri)})

    def many(self, iri: str, *predicates: str) -> list[str]:
        """Return the values of some properties, sorted, each once."""
        facts = self._rows.get(iri, {})
        return sorted({value for predicate in predicates for _, value in facts.get(predicate, ())})

    def tagged(self, iri: str, predicate: str) -> list[tuple[str, str]]:
        """Return the values of a property with their languages, sorted, each once."""
        return sorted(set(self._rows.get(iri, {}).get(predicate, ())))

    def one(self, iri: str, *predicates: str) -> str:
        """Return one value of the first property that has any, English first; empty if none has."""
        facts = self._rows.get(iri, {})
        for predicate in predicates:
            if facts.get(predicate):
                ordered = sorted(facts[predicate], key=lambda each: (each[0] not in {"en", ""}, each[1]))
                return ordered[0][1]
        return ""

    def label(self, iri: str) -> str:
        """Return the name of a thing, or the end of its IRI."""
        return self.one(iri, RDFS.label) or local_name(iri)


def _told(store: Store, kinds: Iterable[str]) -> Iterable[ox.Triple]:
    """Return all triples whose subject is of one of some classes."""
    return store.construct(
        f"CONSTRUCT {{ ?x ?p ?o }} WHERE {{ {{ SELECT DISTINCT ?x WHERE {{ VALUES ?k {{ {values(kinds)} }} ?x a ?k }} }} ?x ?p ?o }}"
    )
