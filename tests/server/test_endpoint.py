"""The endpoint over HTTP: formats, negotiation, caching, compression, and answers that are never cut silently."""

from __future__ import annotations

import gzip
import http.client
import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from tests.server.serving import PATIENCE, Reply, served, store_folder, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.server.serving import Served

COUNT = 300
ALL = "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s"
PRODUCT = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
LIMIT = 2**20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    p = ox.NamedNode("urn:p")
    quads = [ox.Quad(ox.NamedNode(f"urn:{each:03}"), p, ox.Literal(f"ä,{each}")) for each in range(COUNT)]
    with served(store_folder(tmp_path_factory.mktemp("endpoint") / "store", quads), result=LIMIT) as here:
        yield here


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        (ALL, "", "application/sparql-results+json"),
        (ALL, "*/*", "application/sparql-results+json"),
        (ALL, "application/*;q=0.2, text/csv;q=0.1", "application/sparql-results+json"),
        (ALL, "application/sparql-results+json;q=0.1, text/*", "text/csv"),
        (ALL, "text/csv;q=0, text/*", "text/tab-separated-values"),
        (ALL, "Application/SPARQL-Results+XML", "application/sparql-results+xml"),
        (ALL, "application/json", "application/json"),
        ("ASK {}", "text/turtle, */*;q=0.1", "application/sparql-results+json"),
        (GRAPH, "", "text/turtle"),
        (GRAPH, "application/sparql-results+json, application/ld+json;q=0.5", "application/ld+json"),
        (GRAPH, "application/rdf+xml, text/turtle;q=0.9", "application/rdf+xml"),
        ("DESCRIBE <urn:001>", "application/n-triples", "application/n-triples"),
    ],
)
def test_answer_has_the_format_that_is_liked_best(
    server: Served, query: str, accept: str, media: str
) -> None:
    reply = server.query(query, accept)
    assert (reply.status, reply.type) == (200, media)
    assert reply.headers["vary"] == "Accept, Accept-Encoding"
    if query == ALL and "xml" not in media and "json" not in media:
        assert len(reply.text.splitlines()) == COUNT + 1
    elif query == ALL:
        form = ox.QueryResultsFormat.XML if "xml" in media else ox.QueryResultsFormat.JSON
        found = ox.parse_query_results(reply.body, format=form)
        assert isinstance(found, ox.QuerySolutions)
        assert len(list(found)) == COUNT
    elif query != "ASK {}":
        form_of_triples = ox.RdfFormat.from_media_type(media)
        triples = list(ox.parse(reply.body, format=form_of_triples))
        assert len(triples) == (COUNT if query == GRAPH else 1)


@pytest.mark.parametrize(
    ("query", "form", "status", "media"),
    [
        (ALL, "csv", 200, "text/csv"),
        (ALL, "srx", 200, "application/sparql-results+xml"),
        (ALL, "text/tab-separated-values", 200, "text/tab-separated-values"),
        (GRAPH, "nt", 200, "application/n-triples"),
        (GRAPH, "csv", 406, "text/plain"),
        (ALL, "pdf", 400, "text/plain"),
        (ALL, "a\r\nSet-Cookie: b", 400, "text/plain"),
    ],
)
def test_parameter_wins_over_the_header(
    server: Served, query: str, form: str, status: int, media: str
) -> None:
    reply = server.query(query, "application/json, text/turtle", format=form)
    assert (reply.status, reply.type) == (status, media)
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize("query", [ALL, GRAPH, "ASK {}"])
def test_what_cannot_be_had_is_406_with_what_can(server: Served, query: str) -> None:
    reply = server.query(query, "image/png, */*;q=0")
    assert reply.status == 406
    assert "choose one of" in reply.text
    assert "Accept" in reply.headers["vary"]


def test_address_that_is_too_long_is_refused_in_words(server: Served) -> None:
    reply = server.request("GET", "/sparql?query=" + "x" * 120_000)
    # the parser of heads may give up before the limit of queries is looked at, as the bytes come in
    assert reply.status in {400, 414}
    assert reply.type == "text/plain"
    assert reply.text.strip()


@pytest.mark.parametrize(
    ("method", "target", "headers", "body", "status"),
    [
        ("GET", "/sparql?query=SELECT+*+%7B", {}, None, 400),
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", {}, None, 400),
        ("GET", "/sparql?query=%FF", {}, None, 400),
        ("GET", "/sparql?query=%ED%A0%80", {}, None, 400),
        ("GET", "/sparql?update=DROP+ALL", {}, None, 400),
        ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=no+iri", {}, None, 400),
        ("GET", "/sparql?" + "&".join("a=b" for _ in range(1200)), {}, None, 400),
        ("PUT", "/sparql", {}, b"ASK {}", 405),
        ("DELETE", "/sparql?query=ASK%7B%7D", {}, None, 405),
        ("POST", "/sparql", {}, b"query=ASK%7B%7D", 415),
        ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, b"\xff", 400),
        ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, b"x" * 120_000, 413),
        ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, b"x" * 900_000, 413),
        ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, b"DROP ALL", 403),
        ("POST", "/sparql", {"Content-Type": "application/sparql-update"}, b"DROP ALL", 403),
        ("POST", "/sparql", {"Content-Type": "application/ld+json"}, b'{"@context": "http://x/"}', 415),
    ],
)
def test_bad_request_is_refused_in_words_and_the_next_is_answered(
    server: Served, method: str, target: str, headers: dict[str, str], body: bytes | None, status: int
) -> None:
    reply = server.request(method, target, headers, body)
    assert reply.status == status, reply.text
    assert reply.type == "text/plain"
    assert reply.text.strip()
    assert "Traceback" not in reply.text
    assert json.loads(server.query("ASK {}").body)["boolean"] is True


def test_percent_signs_of_a_form_are_decoded_once(server: Served) -> None:
    body = b"query=SELECT+%28%22100%2525%22+AS+%3Fx%29+%7B%7D&format=csv"
    reply = server.request("POST", "/sparql", {"Content-Type": "application/x-www-form-urlencoded"}, body)
    assert reply.text == "x\r\n100%25\r\n"


def test_head_has_the_headers_of_get_and_no_body(server: Served) -> None:
    got, head = server.query(ALL, "text/csv"), server.query(ALL, "text/csv", method="HEAD")
    kept = ("content-type", "etag", "vary", "cache-control", "access-control-allow-origin")
    assert head.status == got.status == 200
    assert [head.headers[each] for each in kept] == [got.headers[each] for each in kept]
    assert head.body == b""
    assert server.query("SELECT * {", method="HEAD").status == 400


def test_tag_belongs_to_query_and_format_and_gives_304(server: Served) -> None:
    first = server.query(ALL, "text/csv")
    tag = first.headers["etag"]
    assert server.query(ALL, "text/csv").headers["etag"] == tag
    others = {
        server.query(ALL, "application/json").headers["etag"],
        server.query(ALL + " LIMIT 2", "text/csv").headers["etag"],
        server.query(ALL, "text/csv", **{"default-graph-uri": "urn:g"}).headers["etag"],
    }
    assert len(others) == 3
    assert tag not in others
    target = "/sparql?query=ASK%20%7B%7D"
    known = server.request("GET", target).headers["etag"]
    again = server.request("GET", target, {"If-None-Match": f'"x", {known}'})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", known)
    assert server.request("GET", target, {"If-None-Match": '"x"'}).status == 200


@pytest.mark.parametrize("call", ["RAND()", "NOW()", "UUID()", "STRUUID #\n ()"])
def test_answer_that_changes_has_no_tag(server: Served, call: str) -> None:
    reply = server.query(f"SELECT ({call} AS ?x) {{}}")
    assert reply.status == 200
    assert "etag" not in reply.headers
    assert reply.headers["cache-control"] == "no-store"


def test_answer_is_compressed_for_who_takes_it(server: Served) -> None:
    pairs = "/sparql?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D&format=csv"
    plain = server.request("GET", pairs)
    packed = server.request("GET", pairs, {"Accept-Encoding": "br, gzip"})
    refused = server.request("GET", pairs, {"Accept-Encoding": "gzip;q=0"})
    assert packed.headers["content-encoding"] == "gzip"
    assert sorted(gzip.decompress(packed.body).splitlines()) == sorted(plain.body.splitlines())
    assert len(packed.body) < len(plain.body) // 2
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in refused.headers
    small = server.request("GET", "/sparql?query=ASK%7B%7D", {"Accept-Encoding": "gzip"})
    assert "content-encoding" not in small.headers


@pytest.mark.parametrize(
    "target", ["/sparql", "/sparql?query=ASK%7B%7D", "/sparql?query=x", "/limits", "/no"]
)
def test_every_answer_may_be_read_by_other_sites_without_credentials(server: Served, target: str) -> None:
    reply = server.request("GET", target, {"Origin": "https://example.org"})
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in reply.headers
    before = server.request(
        "OPTIONS", target, {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    )
    assert before.status == 204
    assert "POST" in before.headers["access-control-allow-methods"]
    assert "Content-Type" in before.headers["access-control-allow-headers"]


def test_answer_of_a_query_is_no_page_of_ours(server: Served) -> None:
    """A literal with HTML in an answer must not run in the name of this server."""
    reply = server.query("SELECT ('<script>alert(1)</script>' AS ?x) {}", format="csv")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in reply.headers["content-security-policy"]


def test_usual_prefixes_need_not_be_declared(server: Served) -> None:
    assert server.query("ASK { ?s rdfs:label ?o }").status == 200
    assert server.query("ASK { ?s nobody:knows ?o }").status == 400


# -- no silent truncation


@pytest.mark.parametrize("coding", ["", "gzip"])
@pytest.mark.parametrize("form", ["json", "csv"])
def test_answer_above_the_limit_breaks_where_the_client_sees_it(
    server: Served, form: str, coding: str
) -> None:
    query = f"/sparql?query={'SELECT+*+%7B%3Fa+%3Fb+%3Fc.%3Fd+%3Fe+%3Ff%7D'}&format={form}"
    with pytest.raises(http.client.IncompleteRead):
        server.request("GET", query, {"Accept-Encoding": coding} if coding else {})
    until(lambda: "larger than the limit" in server.log.read_text(), "the line of log")
    assert server.metric('queries_total{outcome="broken"}') > 0


def test_answer_that_is_gathered_first_is_refused_whole(server: Served) -> None:
    """HTTP/1.0 has no chunks, so that its client could not see where an answer breaks."""
    connection = http.client.HTTPConnection(*server.address, timeout=PATIENCE)
    connection._http_vsn, connection._http_vsn_str = 10, "HTTP/1.0"  # type: ignore[attr-defined]
    connection.request("GET", "/sparql?query=SELECT+*+%7B%3Fa+%3Fb+%3Fc.%3Fd+%3Fe+%3Ff%7D")
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 500
    assert b"larger than the limit" in body


def test_head_of_an_answer_above_the_limit_is_quick(server: Served) -> None:
    reply: Reply = server.query(PRODUCT, "text/csv", method="HEAD")
    assert (reply.status, reply.body) == (200, b"")


def test_stream_begins_before_the_end_is_known(server: Served) -> None:
    """An endless answer sends its first rows at once, and ends with its reader."""
    connection = http.client.HTTPConnection(*server.address, timeout=PATIENCE)
    connection.request("GET", f"/sparql?{urlencode({'query': PRODUCT, 'format': 'csv'})}")
    answer = connection.getresponse()
    assert answer.read(12).startswith(b"a,b,c")
    connection.close()
    assert server.query("ASK {}").status == 200
