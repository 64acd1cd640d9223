"""Hostile queries and requests: none calls out, reads a file or ends the server, and the next is answered at once."""

from __future__ import annotations

import http.client
import socket
import threading
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox
import pytest

from tests.server.serving import PATIENCE, Reply, served, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.serving import Served

SECRET = "very-secret-value"
MANY = 1500
A, B, C = "?a ?b ?c", "?d ?e ?f", "?g ?h ?i"


class Trap:
    """A listener on loopback that counts who calls."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/sparql"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            caller.close()

    def close(self) -> None:
        self._socket.close()


class Scene(NamedTuple):
    """A server, a trap, and a file that must not be read."""

    server: Served
    trap: Trap
    secret: Path


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("attacks")
    secret = folder / "secret.ttl"
    secret.write_text(f'<urn:s> <urn:p> "{SECRET}" .')
    p, q = ox.NamedNode("urn:p"), ox.NamedNode("urn:q")
    nodes = [ox.NamedNode(f"urn:{each}") for each in range(MANY)]
    triples = [
        ox.Triple(each, p, ox.Literal(f"{each.value} aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")) for each in nodes
    ]
    triples += [ox.Triple(each, q, nodes[(7 * at + 1) % MANY]) for at, each in enumerate(nodes)]
    triples += [ox.Triple(each, q, nodes[(11 * at + 5) % MANY]) for at, each in enumerate(nodes)]
    source = folder / "graph.nt"
    ox.serialize(triples, output=str(source), format=ox.RdfFormat.N_TRIPLES)
    limits = {"time": 1.5, "memory": 256 * 2**20, "result": 2**22}
    with closing(Trap()) as trap, served(source, {"workers": 2}, **limits) as server:
        yield Scene(server, trap, secret)


def still_answers(server: Served) -> None:
    """Ask something cheap: a server that is stuck would say 503 after its time limit."""
    assert server.query("ASK { <urn:0> <urn:p> ?x }").body == b'{"head":{},"boolean":true}'
    assert server.process.poll() is None


def attempt(server: Served, query: str) -> Reply | None:
    """Ask by POST; None stands for an answer that breaks off."""
    try:
        return server.post(query)
    except (http.client.IncompleteRead, ConnectionError):
        return None


# -- calls to other servers, and files

OUT = {
    "service": "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "in exists": "SELECT * { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "in optional of sub-select": "SELECT * { { SELECT * { OPTIONAL { SERVICE <URL> {} } } } }",
    "by variable": "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "lower case": "select*{service<URL>{?s ?p ?o}}",
    "glued to what is before": "SELECT * { FILTER(1<2)SERVICE<URL>{?s ?p ?o}}",
    "behind a false comment": "SELECT * { FILTER(1<2 && '#' != '') SERVICE <URL> { ?s ?p ?o } }",
    "behind a false IRI": "SELECT * { FILTER(1<2) SERVICE <URL> {} FILTER(3>2) }",
    "behind false quotes": "SELECT * { FILTER(1<2)#> '''\nSERVICE <URL> { ?s ?p ?o }\n#'''\n}",
    "escaped": "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "by base": "BASE <URL> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "by prefix": "PREFIX x: <URL> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "construct": "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "describe": "DESCRIBE ?s WHERE { SERVICE <URL> { ?s ?p ?o } }",
}


@pytest.mark.parametrize("name", OUT)
def test_no_query_calls_another_server(scene: Scene, name: str) -> None:
    reply = attempt(scene.server, OUT[name].replace("URL", scene.trap.url))
    assert reply is not None
    assert reply.status in {400, 403}, reply.text
    assert scene.trap.calls == 0
    still_answers(scene.server)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <URL> { ?s ?p ?o }",
        "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
        "DESCRIBE <URL>",
        "ASK { GRAPH <URL> { ?s ?p ?o } }",
        "LOAD <URL>",
        "CREATE GRAPH <URL>; LOAD <URL> INTO GRAPH <URL>",
        "PREFIX x: <URL#> INSERT { ?s ?p ?o } WHERE { SERVICE x: { ?s ?p ?o } }",
    ],
)
def test_no_graph_is_fetched_nor_read_from_disk(scene: Scene, query: str) -> None:
    for place in (scene.trap.url, scene.secret.as_uri(), str(scene.secret), "file:///etc/passwd"):
        reply = attempt(scene.server, query.replace("URL", place))
        assert reply is not None
        assert reply.status in {200, 400, 403}, reply.text
        assert SECRET not in reply.text.replace(place, "")
        assert "root:" not in reply.text
        asked = scene.server.query(
            "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
            "text/csv",
            **{"default-graph-uri": place, "named-graph-uri": place},
        )
        assert asked.status in {200, 400}
        assert len(asked.text.splitlines()) == 1
    assert scene.trap.calls == 0
    still_answers(scene.server)


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("application/ld+json", '{"@context": "URL", "a": 1}'),
        ("application/rdf+xml", '<!DOCTYPE r [<!ENTITY x SYSTEM "URL">]><r>&x;</r>'),
        ("application/xml", '<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><r>&b;</r>'),
        ("multipart/form-data; boundary=x", "--x\r\n\r\nquery\r\n--x--"),
        ("application/sparql-query; charset=utf-7", "ASK {}"),
        ("text/html", "<form>"),
    ],
)
def test_no_document_is_parsed_that_a_client_sends(scene: Scene, media: str, body: str) -> None:
    data = body.replace("URL", scene.trap.url).encode()
    for target in ("/sparql", "/sparql/"):
        assert scene.server.request("POST", target, {"Content-Type": media}, data).status == 415
    assert scene.trap.calls == 0
    still_answers(scene.server)


@pytest.mark.parametrize(
    "path",
    [
        "/id/topic/..%2f..%2fsecret.ttl",
        "/id/%2e%2e/secret.ttl",
        "/id/topic/%00",
        "/id/topic/" + "a" * 5000,
        "/static/..%2f..%2fsettings.py",
        "/static/%2e%2e/settings.py",
        "/static//etc/passwd",
        "/dump/..%2f..%2fgraph.nt",
        "//etc/passwd",
        "/..%c0%af..%c0%afetc/passwd",
    ],
)
def test_no_path_leads_to_the_disk(scene: Scene, path: str) -> None:
    reply = scene.server.request("GET", path)
    assert reply.status in {400, 404}, reply.text
    assert SECRET.encode() not in reply.body
    still_answers(scene.server)


# -- time, memory, crashes


def nested(before: str, after: str, depth: int, inner: str = "") -> str:
    return before * depth + inner + after * depth


DOUBLED = " ".join(f"BIND(CONCAT(?x{each}, ?x{each}) AS ?x{each + 1})" for each in range(30))
ATTACKS = {
    "count of a product": f"SELECT (COUNT(*) AS ?n) {{ {A} . {B} . {C} }}",
    "product of values": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES ?v{each} {{ {' '.join(map(str, range(1000)))} }}" for each in range(4))
    + " }",
    "all pairs of a path": "SELECT (COUNT(*) AS ?n) { ?a (<urn:q>|^<urn:q>)* ?b . ?b (<urn:q>|!<urn:z>)+ ?c }",
    "sorted product": f"SELECT * {{ {A} . {B} . {C} }} ORDER BY ?c ?f",
    "distinct product": f"SELECT DISTINCT * {{ {A} . {B} . {C} }}",
    "groups of a product": f"SELECT ?a ?d (COUNT(*) AS ?n) {{ {A} . {B} . {C} }} GROUP BY ?a ?d",
    "doubled text": f"SELECT (STRLEN(?x30) AS ?n) {{ VALUES ?x0 {{ 'aaaaaaaa' }} {DOUBLED} }}",
    "long group": f"SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f))) AS ?x) {{ {A} . {B} }}",
    "unconnected patterns": f"SELECT * {{ {' '.join(f'?s{each} ?p{each} ?o{each} .' for each in range(110))} }}",
    "nested nodes": f"SELECT * {{ ?s ?p {nested('[ ?p ', ' ]', 150, '?x')} }}",
    "endless rows": f"SELECT * {{ {A} . {B} . {C} }}",
    "endless triples": f"CONSTRUCT {{ {A} . {B} }} WHERE {{ {A} . {B} . {C} }}",
    "describe all": "DESCRIBE ?a ?c { ?a ?b ?c . ?d ?e ?f }",
    "nested groups": f"SELECT * {nested('{', '}', 40_000)}",
    "nested optionals": f"SELECT * {{ {nested('OPTIONAL { ?s ?p ?o ', '}', 3000)} }}",
    "nested sub-selects": f"SELECT * {{ {nested('{ SELECT * { ', '} }', 3000)} }}",
    "nested exists": f"SELECT * {{ {nested('FILTER EXISTS { ', '}', 3000)} }}",
    "nested brackets": f"SELECT * {{ FILTER({nested('(', ')', 40_000, '1')}) }}",
    "chain of not": f"SELECT * {{ FILTER({'!' * 90_000}true) }}",
    "chain of plus": f"SELECT ({'+'.join('1' * 45_000)} AS ?x) {{}}",
    "chain of minus": f"SELECT ({'-' * 1}{' -'.join('1' * 30_000)} AS ?x) {{}}",
    "chain of unions": f"SELECT * {{ {' UNION '.join('{}' for _ in range(10_000))} }}",
    "chain of alternatives": f"SELECT * {{ ?s {'|'.join('<a:>' for _ in range(15_000))} ?o }}",
    "chain of steps": f"SELECT * {{ ?s {'/'.join('<a:>' for _ in range(15_000))} ?o }}",
    "chain of inverses": f"SELECT * {{ ?s {'^' * 90_000}<a:> ?o }}",
    "stars": f"SELECT * {{ ?s {nested('(', ')*', 190, '<urn:q>')} ?o }}",
    "hidden nesting": "SELECT * { FILTER(1<2)#> '''\n" + "{" * 90_000 + "\n#'''\n}",
    "evil pattern": "SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), '^(urn|a|aa|a+)+$')) }",
    "pattern that unfolds": "SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), '((((a{1,99}){1,99}){1,99}){1,99}){1,99}')) }",
    "huge number": f"SELECT ({'9' * 50_000} + 1 AS ?x) {{}}",
    "huge literal": f"SELECT ('{'a' * 99_000}' AS ?x) {{}}",
    "many variables": f"SELECT * {{ {' '.join(f'?v{each} <urn:p> ?w .' for each in range(3000))} }}",
    "many values": f"SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {'1 ' * 45_000} }} ?s ?p ?o FILTER(?x = ?o) }}",
    "far offset": "SELECT * { ?s ?p ?o . ?a ?b ?c } OFFSET 9223372036854775807 LIMIT 9223372036854775807",
    "number without end": "SELECT * { ?s ?p ?o } LIMIT 99999999999999999999999999",
    "no characters": "SELECT * { ?s ?p '\0\0\0' }",
    "only spaces": " " * 99_000,
    "open text": "SELECT * { ?s ?p '''" + "a" * 90_000,
    "all kinds of quotes": 'SELECT * { ?s ?p """' + '"\'\\"' * 20_000 + " }",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_next_question_is_answered_after_an_attack(scene: Scene, name: str) -> None:
    assert len(ATTACKS[name]) < 100_000
    reply = attempt(scene.server, ATTACKS[name])
    if reply is not None:
        assert reply.status in {200, 400, 403, 500, 503}
        assert "Traceback" not in reply.text
        if reply.status == 503:
            assert int(reply.headers["retry-after"]) > 0
        if reply.status != 200:
            assert reply.text.strip()
    still_answers(scene.server)


def test_attacks_at_once_leave_the_server_whole(scene: Scene) -> None:
    """All of the slowest from two addresses, while a third asks."""
    slow = [ATTACKS[each] for each in list(ATTACKS)[:8]]
    threads = [threading.Thread(target=attempt, args=(scene.server, each)) for each in slow]
    for thread in threads:
        thread.start()
    until(lambda: scene.server.metric("requests_in_flight") > 1, "the attacks to run")
    connection = http.client.HTTPConnection(
        *scene.server.address, timeout=PATIENCE, source_address=("127.0.0.9", 0)
    )
    with closing(connection):
        connection.request("GET", "/sparql?query=ASK%20%7B%7D&format=csv")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"true")
    for thread in threads:
        thread.join()
    until(lambda: scene.server.metric('workers{state="idle"}') == 2, "all workers to be back")
    assert scene.server.metric("requests_in_flight") == 0
    still_answers(scene.server)


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /sparql HTTP/9.9\r\n\r\n",
        b"GET /sparql?query=ASK{} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        b"GET /" + b"a" * 600_000,
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % each for each in range(60_000)),
        b"\r\n" * 1000,
    ],
)
def test_nonsense_on_the_wire_ends_its_connection_only(scene: Scene, data: bytes) -> None:
    with socket.create_connection(scene.server.address, timeout=PATIENCE) as line:
        try:
            line.sendall(data)
            line.shutdown(socket.SHUT_WR)
            while line.recv(65536):
                pass
        except OSError:  # it may hang up at any time
            pass
    still_answers(scene.server)
