"""What the server says about itself and its dataset: VoID, DCAT, SPARQL service description, from the data."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from mlgraph.rdf.store import text
from mlgraph.rdf.writer import to_turtle
from mlgraph.server.links import Links
from mlgraph.vocab import (
    DATASET,
    DCAT,
    DCTERMS,
    FOAF,
    FORMATS,
    ID,
    ONTOLOGY,
    PREFIXES,
    RDF,
    RDFS,
    SCHEMA,
    SD,
    SKOS,
    VOID,
    XSD,
    thing,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlgraph.rdf.store import Store
    from mlgraph.server.state import State

__all__ = ["Dump", "Facts", "dataset_description", "dataset_facts", "facts_of", "service_description"]

_EXAMPLES = (("topic", "deep-learning"), ("role", "machine-learning-engineer"), ("course", "mit-6.3900"))
_RESULT_FORMATS = (
    "SPARQL_Results_JSON SPARQL_Results_XML SPARQL_Results_CSV SPARQL_Results_TSV Turtle N-Triples JSON-LD RDF_XML"
).split()
_MEDIA = "https://www.iana.org/assignments/media-types/"
_SPDX = "http://spdx.org/rdf/terms#"
_SHA256 = f"{_SPDX}checksumAlgorithm_sha256"

_COUNTED: WeakKeyDictionary[Store, Facts] = WeakKeyDictionary()
_LOCK = threading.Lock()


class Dump(NamedTuple):
    """A file with the whole dataset: its name, the media type of what is in it, its bytes and SHA-256."""

    name: str
    media: str
    size: int
    sha256: str


class Facts(NamedTuple):
    """What is counted in a dataset, and what it says about itself (property IRI -> values)."""

    said: dict[str, list[ox.NamedNode | ox.Literal]]
    triples: int
    subjects: int
    objects: int
    entities: int
    classes: dict[str, int]
    properties: dict[str, int]
    examples: tuple[str, ...]

    def one(self, predicate: str) -> str:
        """Return the first value that the dataset has for a property, or nothing."""
        return next((each.value for each in self.said.get(predicate, [])), "")


def dataset_facts(store: Store) -> Facts:
    """Count a dataset, and read what it says about itself; this takes longer the larger it is."""
    said: dict[str, list[ox.NamedNode | ox.Literal]] = {}
    for row in store.select(f"SELECT ?p ?o WHERE {{ <{DATASET}> ?p ?o }} ORDER BY ?p ?o"):
        if isinstance(row["o"], ox.NamedNode | ox.Literal):
            said.setdefault(row["p"].value, []).append(row["o"])
    examples = [thing(*each) for each in _EXAMPLES]
    return Facts(
        said,
        _number(store, "COUNT(*)", "?s ?p ?o"),
        _number(store, "COUNT(DISTINCT ?s)", "?s ?p ?o"),
        _number(store, "COUNT(DISTINCT ?o)", "?s ?p ?o"),
        _number(store, "COUNT(DISTINCT ?s)", f'?s a ?kind FILTER(STRSTARTS(STR(?s), "{ID}"))'),
        _counted(store, "COUNT(DISTINCT ?s)", "?s a ?x"),
        _counted(store, "COUNT(*)", "?s ?x ?o"),
        tuple(iri for iri in examples if store.ask(f"ASK {{ <{iri}> a ?kind }}")),
    )


def _number(store: Store, count: str, where: str) -> int:
    return next(int(text(row["n"])) for row in store.select(f"SELECT ({count} AS ?n) WHERE {{ {where} }}"))


def _counted(store: Store, count: str, where: str) -> dict[str, int]:
    query = f"SELECT ?x ({count} AS ?n) WHERE {{ {where} }} GROUP BY ?x"
    rows = [(row["x"].value, int(text(row["n"]))) for row in store.select(query) if row["x"] is not None]
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))


def facts_of(store: Store) -> Facts:
    """Return the facts of a store, counted when first asked for."""
    with _LOCK:
        known = _COUNTED.get(store)
        if known is None:
            known = _COUNTED[store] = dataset_facts(store)
    return known


class _Graph:
    """Collects triples; values are IRIs unless they are literals already."""

    def __init__(self) -> None:
        self.quads: list[ox.Quad] = []

    def add(self, subject: str, predicate: str, *values: str | ox.NamedNode | ox.Literal) -> None:
        for value in values:
            node = ox.NamedNode(value) if isinstance(value, str) else value
            self.quads.append(ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), node))


def _integer(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD.integer))


def _english(value: str) -> ox.Literal:
    return ox.Literal(value, language="en")


def dataset_description(state: State, facts: Facts, dumps: Sequence[Dump]) -> list[ox.Quad]:
    """Return the dataset as VoID and DCAT see it.

    Parameters
    ----------
    state : State
        For the addresses of this server.
    facts : Facts
        As `dataset_facts` counts them.
    dumps : sequence of Dump
        The files in which the whole can be fetched.

    Notes
    -----
    The dataset keeps its IRI wherever it is served; the catalogue, the partitions and the distributions are
    named under this server's address. There are no blank nodes.

    References
    ----------
    VoID, https://www.w3.org/TR/void/; DCAT 3, https://www.w3.org/TR/vocab-dcat-3/
    """
    links = Links.of(state.settings)
    here = f"{links.url}/.well-known/void"
    graph = _Graph()
    _about_document(graph, links, here)
    for predicate, values in facts.said.items():
        graph.add(DATASET, predicate, *values)
    graph.add(DATASET, RDF.type, VOID.Dataset, DCAT.Dataset)
    for predicate, count in (
        (VOID.triples, facts.triples),
        (VOID.distinctSubjects, facts.subjects),
        (VOID.distinctObjects, facts.objects),
        (VOID.entities, facts.entities),
        (VOID.classes, len(facts.classes)),
        (VOID.properties, len(facts.properties)),
    ):
        graph.add(DATASET, predicate, _integer(count))
    graph.add(DATASET, VOID.uriSpace, ox.Literal(ID))
    graph.add(DATASET, VOID.sparqlEndpoint, state.settings.endpoint)
    graph.add(DATASET, VOID.exampleResource, *facts.examples)
    graph.add(DATASET, VOID.vocabulary, *_vocabularies(facts))
    graph.add(DATASET, DCAT.landingPage, f"{links.url}/dataset.html")
    words = ("machine learning", "education", "prerequisites", "careers")
    graph.add(DATASET, DCAT.keyword, *map(_english, words))
    if DCTERMS.modified not in facts.said:
        graph.add(DATASET, DCTERMS.modified, *facts.said.get(DCTERMS.issued, []))
    classes = (VOID.classPartition, VOID.base + "class", VOID.entities)
    _partitions(graph, f"{here}#class", classes, facts.classes)
    properties = (VOID.propertyPartition, VOID.property, VOID.triples)
    _partitions(graph, f"{here}#property", properties, facts.properties)
    _distributions(graph, links, facts, dumps)
    _endpoint(graph, state)
    return graph.quads


def _about_document(graph: _Graph, links: Links, here: str) -> None:
    graph.add(here, RDF.type, VOID.DatasetDescription)
    graph.add(here, DCTERMS.title, _english("Description of the dataset mlgraph"))
    graph.add(here, FOAF.primaryTopic, DATASET)
    catalogue = f"{links.url}/dataset#catalog"
    graph.add(catalogue, RDF.type, DCAT.Catalog)
    graph.add(catalogue, DCTERMS.title, _english("What this server offers"))
    graph.add(catalogue, DCTERMS.description, _english("One dataset, its dumps and its SPARQL endpoint."))
    graph.add(catalogue, DCAT.base + "dataset", DATASET)
    graph.add(catalogue, DCAT.service, f"{links.url}/sparql#service")


def _vocabularies(facts: Facts) -> list[str]:
    """Return the namespaces of the properties and classes in use."""
    spaces = {ONTOLOGY + "#", *(each.base for each in (RDF, RDFS, SCHEMA, SKOS, DCTERMS)), PREFIXES["owl"]}
    used = [*facts.properties, *facts.classes]
    return sorted(base for base in spaces if any(each.startswith(base) for each in used))


def _partitions(graph: _Graph, stem: str, links: tuple[str, str, str], found: dict[str, int]) -> None:
    """Add a partition for each class or property: the links to it, to what it is of, and to its count."""
    for place, (iri, count) in enumerate(found.items(), 1):
        part = f"{stem}-{place}"
        graph.add(DATASET, links[0], part)
        graph.add(part, links[1], iri)
        graph.add(part, links[2], _integer(count))


def _distributions(graph: _Graph, links: Links, facts: Facts, dumps: Iterable[Dump]) -> None:
    for dump in dumps:
        address = f"{links.url}/dump/{dump.name}"
        part = f"{links.url}/dataset#{dump.name}"
        graph.add(DATASET, VOID.dataDump, address)
        graph.add(DATASET, DCAT.distribution, part)
        graph.add(part, RDF.type, DCAT.Distribution)
        graph.add(part, DCTERMS.title, _english(f"The whole dataset: {dump.name}"))
        graph.add(part, DCTERMS.license, *facts.said.get(DCTERMS.license, []))
        graph.add(part, DCAT.accessURL, f"{links.url}/dataset.html")
        graph.add(part, DCAT.downloadURL, address)
        graph.add(part, DCAT.mediaType, _MEDIA + dump.media)
        graph.add(part, DCAT.compressFormat, _MEDIA + "application/gzip")
        size = ox.Literal(str(dump.size), datatype=ox.NamedNode(XSD.base + "nonNegativeInteger"))
        graph.add(part, DCAT.byteSize, size)
        digest = f"{part}-checksum"
        graph.add(part, f"{_SPDX}checksum", digest)
        graph.add(digest, RDF.type, f"{_SPDX}Checksum")
        graph.add(digest, f"{_SPDX}algorithm", _SHA256)
        value = ox.Literal(dump.sha256, datatype=ox.NamedNode(XSD.base + "hexBinary"))
        graph.add(digest, f"{_SPDX}checksumValue", value)


def _endpoint(graph: _Graph, state: State) -> None:
    service = f"{state.settings.endpoint}#service"
    graph.add(service, RDF.type, DCAT.DataService)
    graph.add(service, DCTERMS.title, _english("SPARQL 1.1 endpoint, read-only"))
    graph.add(service, DCAT.endpointURL, state.settings.endpoint)
    graph.add(service, DCAT.endpointDescription, state.settings.endpoint)
    graph.add(service, DCAT.servesDataset, DATASET)


def service_description(state: State) -> str:
    """Return the description of the SPARQL endpoint as Turtle, for GET of its address without a query.

    Parameters
    ----------
    state : State
        For the address of the endpoint, and the store whose triples are counted.

    References
    ----------
    SPARQL 1.1 Service Description, https://www.w3.org/TR/sparql11-service-description/
    """
    counted = facts_of(state.store)
    endpoint = state.settings.endpoint
    graph = _Graph()
    service, dataset, default = (f"{endpoint}#{name}" for name in ("service", "dataset", "graph"))
    graph.add(service, RDF.type, SD.Service)
    graph.add(service, RDFS.label, _english("mlgraph: a knowledge graph of machine-learning education"))
    graph.add(service, SD.endpoint, endpoint)
    graph.add(service, SD.supportedLanguage, SD.SPARQL11Query)
    graph.add(service, SD.resultFormat, *(FORMATS.base + name for name in _RESULT_FORMATS))
    graph.add(service, SD.defaultDataset, dataset)
    graph.add(dataset, RDF.type, SD.Dataset)
    graph.add(dataset, SD.defaultGraph, default)
    graph.add(default, RDF.type, SD.Graph)
    graph.add(default, VOID.inDataset, DATASET)
    graph.add(default, VOID.triples, _integer(counted.triples))
    graph.add(default, VOID.distinctSubjects, _integer(counted.subjects))
    graph.add(default, VOID.vocabulary, *_vocabularies(counted))
    graph.add(default, VOID.exampleResource, *counted.examples)
    return to_turtle(graph.quads)
