"""The W3C's protocol and service description tests, replayed over HTTP against a running server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import pyoxigraph as ox
import pytest

from mlgraph.server.negotiate import TRIPLES
from tests.conformance.w3c import CNT, HT, MF, RDFS_LABEL, UT, Manifest, manifest, sparql_folder
from tests.server.serving import Reply, Served, served, store_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SD = "http://www.w3.org/ns/sparql-service-description#"
ROWS = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
ASKED = {"application/sparql-results+json", "application/sparql-results+xml"}
RDF_TYPES = {each.types[0] for each in TRIPLES}

QUERIES = """
query_post_form query_dataset_default_graphs_get query_dataset_default_graphs_post
query_dataset_named_graphs_post query_dataset_named_graphs_get query_dataset_full query_multiple_dataset
query_get query_content_type_select query_content_type_ask query_content_type_describe
query_content_type_construct query_post_direct
""".split()
BAD = """
bad_query_method bad_multiple_queries bad_query_wrong_media_type bad_query_missing_form_type
bad_query_missing_direct_type bad_query_non_utf8 bad_query_syntax bad_update_get bad_multiple_updates
bad_update_wrong_media_type bad_update_missing_form_type bad_update_non_utf8 bad_update_syntax
bad_update_dataset_conflict
""".split()
UPDATES = """
update_dataset_default_graph update_dataset_default_graphs update_dataset_named_graphs update_dataset_full
update_post_form update_post_direct update_base_uri
""".split()


class Step(NamedTuple):
    """One request of a test, and what is expected."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[int]
    boolean: str
    format: str


class Suite(NamedTuple):
    """All protocol tests, by name, on a server that holds their data."""

    steps: dict[str, list[Step]]
    server: Served


def steps_of(read: Manifest, test: object) -> list[Step]:
    connection = read.one(test, MF + "action")
    found = []
    for request in read.items(read.one(connection, HT + "requests")):
        answer = read.one(request, HT + "resp")
        body = read.one(request, HT + "body")
        text = read.word(body, CNT + "chars").encode(read.word(body, CNT + "characterEncoding") or "utf-8")
        headers = {
            read.word(each, HT + "fieldName"): read.word(each, HT + "fieldValue")
            for each in read.items(read.one(request, HT + "headers"))
        }
        found.append(
            Step(
                read.word(request, HT + "methodName"),
                read.word(request, HT + "absolutePath"),
                headers,
                text if body is not None else None,
                frozenset(int(str(each).rstrip(">")[-3]) for each in read.all(answer, MF + "expectedStatus")),
                read.word(answer, MF + "expectedBoolean"),
                read.word(answer, MF + "expectedFormat"),
            )
        )
    return found


@pytest.fixture(scope="module")
def suite(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    folder = sparql_folder(shared) / "protocol"
    read = manifest(folder / "manifest.ttl")
    quads = set()
    for test in read.of_type(MF + "ProtocolTest"):
        for data in read.all(test, UT + "graphData"):
            place = url2pathname(unquote(urlsplit(read.word(data, UT + "graph")).path))
            graph = ox.NamedNode(read.word(data, RDFS_LABEL))
            for quad in ox.parse(path=place, format=ox.RdfFormat.N_TRIPLES):
                quads.add(ox.Quad(quad.subject, quad.predicate, quad.object, graph))
    steps = {
        test.value.rpartition("#")[2]: steps_of(read, test) for test in read.of_type(MF + "ProtocolTest")
    }
    source = store_folder(tmp_path_factory.mktemp("protocol") / "store", quads)
    with served(source) as server:
        yield Suite(steps, server)


def send(server: Served, step: Step) -> Reply:
    headers = {name.title(): value for name, value in step.headers.items()}
    return server.request(step.method, step.target, headers, step.body)


def check(step: Step, reply: Reply) -> None:
    assert reply.status // 100 in step.statuses, reply.text
    if step.format == "boolean":
        assert reply.type in ASKED
    elif step.format == "tabular":
        assert reply.type in ROWS
    elif step.format == "RDF":
        assert reply.type in RDF_TYPES
    if step.boolean:
        assert json.loads(reply.body)["boolean"] is (step.boolean == "true")


def everything(server: Served) -> list[str]:
    query = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    return sorted(map(str, server.rows(query)))


def test_suite_holds_the_tests_of_these_lists(suite: Suite) -> None:
    assert set(suite.steps) == {*QUERIES, *BAD, *UPDATES}
    assert (len(QUERIES), len(BAD), len(UPDATES)) == (13, 14, 7)
    assert len(everything(suite.server)) == 3


@pytest.mark.parametrize("name", [*QUERIES, *BAD])
def test_request_is_answered_as_the_protocol_says(suite: Suite, name: str) -> None:
    for step in suite.steps[name]:
        check(step, send(suite.server, step))


@pytest.mark.parametrize("name", UPDATES)
def test_update_is_refused_and_changes_nothing(suite: Suite, name: str) -> None:
    before = everything(suite.server)
    first, *_ = suite.steps[name]
    reply = send(suite.server, first)
    assert reply.status == 403
    assert "read-only" in reply.text
    assert everything(suite.server) == before


# -- service description: returns-rdf, has-endpoint-triple, conforms-to-schema


@pytest.mark.parametrize("media", ["", *sorted(RDF_TYPES)])
def test_endpoint_describes_itself_in_rdf(suite: Suite, media: str) -> None:
    reply = suite.server.request("GET", "/sparql", {"Accept": media} if media else {})
    assert reply.status == 200
    assert reply.type == (media or "text/turtle")
    form = ox.RdfFormat.from_media_type(reply.type)
    facts = {(each.predicate.value, str(each.object)) for each in ox.parse(reply.body, format=form)}
    assert (SD + "endpoint", f"<{suite.server.url}/sparql>") in facts


def test_description_uses_terms_of_the_schema_as_it_says(suite: Suite) -> None:
    reply = suite.server.request("GET", "/sparql", {"Accept": "text/turtle"})
    store = ox.Store()
    store.load(reply.body, format=ox.RdfFormat.TURTLE, base_iri=suite.server.url)
    heads = f"PREFIX sd: <{SD}> "
    schema = """
        ASK { ?s a sd:Service ; sd:endpoint ?e ; sd:supportedLanguage sd:SPARQL11Query ; sd:resultFormat ?f
              FILTER(isIRI(?e) && isIRI(?f)) }"""
    assert store.query(heads + schema)
    wrong = """
        ASK { { ?s sd:endpoint ?x FILTER NOT EXISTS { ?s a sd:Service } }
              UNION { ?s sd:supportedLanguage sd:SPARQL11Update }
              UNION { ?s sd:defaultDataset ?d FILTER NOT EXISTS { ?d a sd:Dataset } }
              UNION { ?d sd:defaultGraph ?g FILTER NOT EXISTS { ?g a sd:Graph } } }"""
    assert not store.query(heads + wrong)
