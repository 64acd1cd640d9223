"""What the server says about itself agrees with the data, and what it names is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mlgraph.rdf.store import EmbeddedStore, text
from mlgraph.server.description import dataset_facts, facts_of, service_description
from mlgraph.vocab import DATASET, DCAT, DCTERMS, RDF, SD, VOID, thing
from tests.server.asking import URL, ask, state_of

if TYPE_CHECKING:
    from starlette.applications import Starlette

SPDX = "http://spdx.org/rdf/terms#"


@pytest.fixture(scope="module")
def void(whole: Starlette) -> EmbeddedStore:
    """The description of the shipped dataset, as a graph of its own."""
    answer = ask(whole, "/.well-known/void", accept="text/turtle")
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    engine = ox.Store()
    engine.load(answer.body, format=ox.RdfFormat.TURTLE)
    return EmbeddedStore(engine)


def numbers(graph: EmbeddedStore, where: str) -> dict[str, int]:
    rows = graph.select(f"SELECT ?x ?n WHERE {{ {where} }}")
    return {row["x"].value: int(row["n"].value) for row in rows}


def values(graph: EmbeddedStore, subject: str, predicate: str) -> list[str]:
    return sorted(
        row["o"].value for row in graph.select(f"SELECT ?o WHERE {{ <{subject}> <{predicate}> ?o }}")
    )


def count(store: EmbeddedStore, what: str, where: str = "?s ?p ?o") -> str:
    return next(text(row["n"]) for row in store.select(f"SELECT ({what} AS ?n) WHERE {{ {where} }}"))


def test_counts_are_those_of_the_data(void: EmbeddedStore, store: EmbeddedStore) -> None:
    assert values(void, DATASET, VOID.triples) == [str(len(store))]
    assert values(void, DATASET, VOID.distinctSubjects) == [count(store, "COUNT(DISTINCT ?s)")]
    assert values(void, DATASET, VOID.distinctObjects) == [count(store, "COUNT(DISTINCT ?o)")]
    assert values(void, DATASET, VOID.properties) == [count(store, "COUNT(DISTINCT ?p)")]
    assert values(void, DATASET, VOID.classes) == [count(store, "COUNT(DISTINCT ?o)", "?s a ?o")]


def test_partitions_cover_the_data(void: EmbeddedStore, store: EmbeddedStore) -> None:
    properties = numbers(
        void,
        f"<{DATASET}> <{VOID.propertyPartition}> ?part . ?part <{VOID.property}> ?x ; <{VOID.triples}> ?n",
    )
    assert sum(properties.values()) == len(store)
    classes = numbers(
        void,
        f"<{DATASET}> <{VOID.classPartition}> ?part . ?part <{VOID.base}class> ?x ; <{VOID.entities}> ?n",
    )
    topics = count(store, "COUNT(?s)", "?s a mlg:Topic")
    assert str(classes["https://w3id.org/mlgraph/ontology#Topic"]) == topics


def test_description_follows_the_data(little: EmbeddedStore, store: EmbeddedStore) -> None:
    assert dataset_facts(little).triples == len(little)
    assert facts_of(little).triples != facts_of(store).triples
    assert facts_of(store) is facts_of(store)
    assert dataset_facts(little).examples == ()
    assert thing("topic", "deep-learning") in facts_of(store).examples


def test_description_has_no_blank_nodes_and_keeps_the_name_of_the_dataset(void: EmbeddedStore) -> None:
    triples = list(void.triples())
    assert not [
        each
        for each in triples
        if isinstance(each.subject, ox.BlankNode) or isinstance(each.object, ox.BlankNode)
    ]
    assert values(void, DATASET, RDF.type) == sorted([VOID.Dataset, DCAT.Dataset])
    assert values(void, DATASET, DCTERMS.license) == ["https://creativecommons.org/licenses/by/4.0/"]
    assert values(void, DATASET, VOID.uriSpace) == ["https://w3id.org/mlgraph/id/"]
    assert values(void, DATASET, DCTERMS.modified)


def test_what_the_description_names_on_this_server_answers(void: EmbeddedStore, whole: Starlette) -> None:
    named = {
        row["o"].value
        for row in void.select("SELECT DISTINCT ?o WHERE { ?s ?p ?o FILTER(ISIRI(?o)) }")
        if row["o"].value.startswith(URL)
    }
    addresses = {each.partition("#")[0] for each in named} - {f"{URL}/sparql"}
    assert len(addresses) >= 4
    for address in addresses:
        assert ask(whole, address.removeprefix(URL), accept="text/html").status in {200, 303}, address
    assert f"{URL}/sparql" in named


def test_checksums_and_sizes_are_those_of_the_dumps(void: EmbeddedStore, whole: Starlette) -> None:
    sums = dict(line.split() for line in ask(whole, "/dump/SHA256SUMS").text.splitlines())
    rows = list(
        void.select(
            f"SELECT ?at ?size ?sum WHERE {{ <{DATASET}> <{DCAT.distribution}> ?d . ?d <{DCAT.downloadURL}> ?at ; "
            f"<{DCAT.byteSize}> ?size ; <{SPDX}checksum>/<{SPDX}checksumValue> ?sum }}"
        )
    )
    assert len(rows) == 2
    for row in rows:
        name = row["at"].value.rpartition("/")[2]
        assert sums[row["sum"].value] == name
        assert len(ask(whole, f"/dump/{name}").body) == int(row["size"].value)


def test_examples_answer_and_vocabularies_are_used(void: EmbeddedStore, whole: Starlette) -> None:
    examples = values(void, DATASET, VOID.exampleResource)
    assert examples
    for iri in examples:
        assert ask(whole, iri.removeprefix("https://w3id.org/mlgraph"), accept="text/turtle").status == 303
    assert "https://schema.org/" in values(void, DATASET, VOID.vocabulary)


def test_service_description_says_where_the_endpoint_is_and_what_it_speaks(store: EmbeddedStore) -> None:
    state = state_of(store)
    engine = ox.Store()
    engine.load(service_description(state).encode(), format=ox.RdfFormat.TURTLE)
    graph = EmbeddedStore(engine)
    (service,) = [row["s"].value for row in graph.select(f"SELECT ?s WHERE {{ ?s a <{SD.Service}> }}")]
    assert values(graph, service, SD.endpoint) == [f"{URL}/sparql"]
    assert values(graph, service, SD.supportedLanguage) == [SD.SPARQL11Query]
    assert len(values(graph, service, SD.resultFormat)) == 8
    assert graph.ask(
        f"ASK {{ <{service}> <{SD.defaultDataset}> ?d . ?d a <{SD.Dataset}> ; <{SD.defaultGraph}> ?g . "
        f"?g a <{SD.Graph}> ; <{VOID.triples}> {len(store)} }}"
    )


def test_page_of_the_dataset_shows_sums_and_counts(whole: Starlette, store: EmbeddedStore) -> None:
    page = ask(whole, "/dataset.html").text
    assert f"{len(store):,} triples" in page
    for line in ask(whole, "/dump/SHA256SUMS").text.splitlines():
        assert line.split()[0] in page
    assert ask(whole, "/dataset", accept="text/turtle").headers["location"].endswith("/dataset.ttl")
    assert ask(whole, "/dataset.ttl").body == ask(whole, "/.well-known/void").body
