"""Read the W3C's SPARQL tests: manifests as dictionaries, lists as lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox
import pytest

from mlgraph.vocab import RDF

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CNT", "HT", "MF", "QT", "RDFS_LABEL", "UT", "Manifest", "Node", "manifest", "sparql_folder"]

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Manifest(NamedTuple):
    """The triples of one manifest, subject -> predicate -> objects."""

    facts: dict[object, dict[str, list[Node]]]

    def all(self, subject: object, predicate: str) -> list[Node]:
        return self.facts.get(subject, {}).get(predicate, [])

    def one(self, subject: object, predicate: str) -> Node | None:
        found = self.all(subject, predicate)
        return found[0] if found else None

    def word(self, subject: object, predicate: str) -> str:
        """Return the text of a value, or nothing."""
        found = self.one(subject, predicate)
        return "" if found is None or isinstance(found, ox.Triple) else found.value

    def items(self, head: object) -> list[Node]:
        """Return the members of an RDF list."""
        found = []
        while (first := self.one(head, RDF.first)) is not None:
            found.append(first)
            head = self.one(head, RDF.rest)
        return found

    def of_type(self, kind: str) -> list[ox.NamedNode]:
        """Return the subjects of a type, sorted by IRI."""
        found = [
            subject
            for subject, facts in self.facts.items()
            if isinstance(subject, ox.NamedNode)
            and any(isinstance(each, ox.NamedNode) and each.value == kind for each in facts.get(RDF.type, []))
        ]
        return sorted(found, key=lambda each: each.value)


def sparql_folder(shared: Path) -> Path:
    """Return the folder of the SPARQL 1.1 tests, or skip the test."""
    folder = shared / "w3c-rdf-tests" / "sparql" / "sparql11"
    if not folder.is_dir():
        pytest.skip(f"the W3C's SPARQL tests are not at {folder}")
    return folder


def manifest(path: Path) -> Manifest:
    """Read a manifest; relative IRIs become those of files beside it."""
    facts: dict[object, dict[str, list[Node]]] = {}
    for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=path.as_uri()):
        facts.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
    return Manifest(facts)
