"""The remote store against servers that err, lie, stall and ask who is there."""

from __future__ import annotations

import socket
import sys
import threading
import time
from email.utils import formatdate
from subprocess import run as run_process
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from mlgraph.cli.main import run
from mlgraph.errors import (
    MlgraphError,
    QueryEngineError,
    QueryForbiddenError,
    QuerySyntaxError,
    StoreError,
)
from mlgraph.rdf.challenge import Credentials
from mlgraph.rdf.dialect import by_closure
from mlgraph.rdf.remote import RemoteStore, with_prefixes
from mlgraph.rdf.transport import Patience, Transport
from mlgraph.vocab import MLG
from tests.remote.lying import JSON, Asked, Said, answer, serving
from tests.remote.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable

QUICK = Patience(timeout=5, attempts=3, backoff=0.001, longest=0.05)
ASK = "SELECT ?x WHERE { ?x a mlg:Topic }"
HTML = b"<html><head><title>Welcome\x1b[31m</title></head><body><h1>It works!</h1></body></html>"


def store_at(url: str, patience: Patience = QUICK, credentials: Credentials | None = None) -> RemoteStore:
    return RemoteStore(url, transport=Transport(patience, credentials or Credentials()), graph="")


def error_of(reply: Callable[[Asked, int], Said], patience: Patience = QUICK) -> tuple[MlgraphError, int]:
    """Ask a server and return the error, and how often it was asked."""
    with serving(reply) as (url, asked):
        with pytest.raises(MlgraphError) as caught:
            store_at(url, patience).select(ASK)
        assert "127.0.0.1" in str(caught.value), "the error says where"
        assert caught.value.mend, "the error says how to mend"
        return caught.value, len(asked)


def test_rows_come_as_terms_and_prefixes_are_sent() -> None:
    with serving(answer(Said())) as (url, asked):
        rows = store_at(f"{url}?default-graph-uri=urn:g&x=%26").select(ASK)
    assert [row["x"].value for row in rows] == ["urn:a"]
    form = parse_qs(asked[0].body)
    assert form["query"] == [with_prefixes(ASK)]
    assert form["query"][0].startswith("PREFIX mlg: <https://w3id.org/mlgraph/ontology#> SELECT")
    assert (form["default-graph-uri"], form["x"]) == (["urn:g"], ["&"])
    assert asked[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert "sparql-results+json" in asked[0].headers["accept"]


def test_connection_is_kept() -> None:
    ports = set()

    def reply(_: Asked, __: int) -> Said:
        ports.add(threading.get_ident())  # a thread of the server for each connection
        return Said()

    with serving(reply) as (url, asked):
        store = store_at(url)
        for _ in range(5):
            store.select(ASK)
    assert (len(asked), len(ports)) == (5, 1)


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (Said(HTML, "text/html; charset=utf-8"), StoreError, "a web page, titled 'Welcome?[31m'"),
        (Said(HTML), StoreError, "says that it is application/sparql-results+json"),
        (Said(b"<sparql", "application/sparql-results+xml"), StoreError, "cannot be read as that"),
        (Said(b'{"head":{"vars":["x"]},"results":{"bindings":[{"x"'), StoreError, "cannot be read as that"),
        (Said(b"", JSON), StoreError, "cannot be read as that"),
        (Said(b"\xff\xfe\x00", JSON), StoreError, "cannot be read as that"),
        (Said(b"x", ""), StoreError, "no content type"),
        (Said(b"<a> <b> <c> .", "text/turtle"), QuerySyntaxError, "SELECT"),
        (Said(b'{"head":{},"boolean":true}'), QuerySyntaxError, "SELECT"),
        (Said(b"Parse error: line 1\x1b[2J", "text/plain", 400), QuerySyntaxError, "Parse error: line 1?[2J"),
        (Said(HTML, "text/html", 404), StoreError, "no SPARQL endpoint (404): Welcome"),
        (Said(b"", "", 401), StoreError, "does not let us in (401)"),
        (Said(b"no", "text/plain", 403), StoreError, "does not let us in (403): no"),
        (Said(b"", "", 413), QueryForbiddenError, "(413)"),
        (Said(b"oops", "text/plain", 500), QueryEngineError, "the server failed (500): oops"),
        (
            Said(b"", "", 308, (("Location", "http://evil.example/"),)),
            StoreError,
            "moved (308) to http://evil",
        ),
        (Said(headers=(("X-SPARQL-MaxRows", "1"),)), StoreError, "at most 1 rows"),
        (Said(headers=(("X-SQL-State", "S1TAT"),)), StoreError, "stopped half-way"),
        (Said(headers=(("Content-Encoding", "gzip"),)), StoreError, "compressed"),
    ],
)
def test_answer_that_is_none_is_a_clear_error(said: Said, kind: type[MlgraphError], words: str) -> None:
    error, count = error_of(answer(said))
    assert isinstance(error, kind)
    assert words in str(error)
    assert count == 1, "asking again would not help"
    assert str(error).isprintable()


def error_text(error: MlgraphError) -> str:
    return f"{error} {error.mend}"


def test_stream_cut_by_length_is_asked_again_and_then_an_error() -> None:
    error, count = error_of(answer(Said(length=10_000)))
    assert "broke off in the middle of an answer after 3 attempts" in str(error)
    assert count == 3


def test_chunked_stream_without_end_is_an_error() -> None:
    error, count = error_of(answer(Said(chunked=True)))
    assert "broke off" in str(error)
    assert count == 3


def test_cut_once_then_whole() -> None:
    with serving(answer(Said(length=10_000), Said())) as (url, asked):
        assert len(store_at(url).select(ASK)) == 1
    assert len(asked) == 2


def test_server_that_closes_without_a_word() -> None:
    error, _ = error_of(answer(Said(mute=True)))
    assert "closed the connection without an answer" in str(error)


def test_closed_idle_connection_is_opened_again() -> None:
    with serving(answer(Said(headers=(("Connection", "keep-alive"),)), Said(mute=True), Said())) as (url, _):
        store = store_at(url, QUICK._replace(attempts=1))
        store.select(ASK)
        assert len(store.select(ASK)) == 1


def test_nobody_there() -> None:
    port = free_port()
    with pytest.raises(StoreError, match=r"cannot be reached .*after 3 attempts") as caught:
        store_at(f"http://127.0.0.1:{port}/").select(ASK)
    assert "server runs" in caught.value.mend


def test_what_speaks_no_http() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            for _ in range(QUICK.attempts):
                connection, _ = server.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(b"220 mail.example ESMTP\r\n")

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        with pytest.raises(StoreError, match="does not speak HTTP"):
            store_at(f"http://127.0.0.1:{server.getsockname()[1]}/").select(ASK)
        thread.join(10)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_busy_server_is_asked_again(status: int) -> None:
    with serving(answer(Said(b"", "", status), Said(b"", "", status), Said())) as (url, asked):
        assert len(store_at(url).select(ASK)) == 1
    assert len(asked) == 3


def test_busy_for_ever() -> None:
    error, count = error_of(answer(Said(b"overloaded", "text/plain", 503)))
    assert "busy, or stopped the request (503): overloaded" in str(error)
    assert count == 3


@pytest.mark.parametrize("after", ["3600", formatdate(time.time() + 3600, usegmt=True)])
def test_retry_after_beyond_patience_is_not_waited_for(after: str) -> None:
    error, count = error_of(answer(Said(b"", "", 503, (("Retry-After", after),)), Said()))
    assert "busy" in str(error)
    assert count == 1


def test_retry_after_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("mlgraph.rdf.transport.time.sleep", waited.append)
    with serving(answer(Said(b"", "", 503, (("Retry-After", "7"),)), Said(b"", "", 503), Said())) as (url, _):
        store_at(url, QUICK._replace(longest=30, backoff=0.5)).select(ASK)
    assert waited == [7.0, 1.0]


def test_slow_server_is_given_up_and_not_asked_again() -> None:
    hold = threading.Event()
    try:
        error, count = error_of(answer(Said(length=10_000, wait=hold)), QUICK._replace(timeout=0.2))
    finally:
        hold.set()
    assert "no whole answer within 0.2 s" in str(error)
    assert "MLGRAPH_STORE_TIMEOUT" in error.mend
    assert count == 1


def test_endless_answer_is_bounded() -> None:
    error, _ = error_of(answer(Said(b" " * 300_000)), QUICK._replace(answer_bytes=100_000))
    assert "the answer has more than" in str(error)


def test_booleans_that_virtuoso_writes_as_numbers() -> None:
    body = (
        b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"typed-literal","datatype":'
        b'"http://www.w3.org/2001/XMLSchema#boolean","value":"1"}}]}}'
    )
    with serving(answer(Said(body))) as (url, _):
        (row,) = store_at(url).select(ASK)
    assert row["x"].value == "true"


@pytest.mark.parametrize(
    ("body", "truth"),
    [
        (b'{"head":{},"boolean":true}', True),
        (b'{"head":{},"boolean":false}', False),
        (
            b'{"head":{"vars":["__ASK_RETVAL"]},"results":{"bindings":[{"__ASK_RETVAL":{"type":"literal","value":"1"}}]}}',
            True,
        ),
        (b'{"head":{"vars":["__ASK_RETVAL"]},"results":{"bindings":[]}}', False),
    ],
)
def test_ask(body: bytes, truth: bool) -> None:
    with serving(answer(Said(body))) as (url, _):
        assert store_at(url).ask("ASK {}") is truth


def test_construct_in_each_format() -> None:
    wanted = "<urn:a> <urn:b> <urn:c>"
    xml = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
        b'<rdf:Description rdf:about="urn:a"><u:b rdf:resource="urn:c"/></rdf:Description></rdf:RDF>'
    )
    for body, kind in (
        (b"<urn:a> <urn:b> <urn:c> .", "text/turtle"),
        (b"<urn:a> <urn:b> <urn:c> .\n", "application/n-triples"),
        (xml, "application/rdf+xml"),
    ):
        with serving(answer(Said(body, kind))) as (url, _):
            (triple,) = store_at(url).construct("CONSTRUCT WHERE { ?s ?p ?o }")
        assert str(triple) == wanted


def test_all_triples_are_counted() -> None:
    count = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"2"}}]}}'
    with (
        serving(answer(Said(count), Said(b"<urn:a> <urn:b> <urn:c> .", "text/turtle"))) as (url, _),
        pytest.raises(StoreError, match="2 triples are there, but only 1 were given"),
    ):
        list(store_at(url).triples())


def test_command_says_what_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(answer(Said(HTML, "text/html"))) as (url, _):
        assert run(["prereqs", "deep-learning", "--store", url]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"error: {url} answers with a web page")
        assert "hint: give the URL of the query endpoint" in err
        monkeypatch.setenv("MLGRAPH_STORE", url)
        assert run(["query", "ASK {}"]) == 1
        assert run(["topics", "--data", "x", "--store", url]) == 2
        assert "cannot be laid over" in capsys.readouterr().err


def test_empty_server_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = Said(b'{"head":{"vars":["state"]},"results":{"bindings":[]}}')
    with serving(answer(nothing, Said(b'{"head":{},"boolean":false}'))) as (url, _):
        assert run(["topics", "--store", url]) == 1
    assert "there is no graph of mlgraph" in capsys.readouterr().err


def test_half_replaced_graph_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    state = b'{"head":{"vars":["state"]},"results":{"bindings":[{"state":{"type":"literal","value":"incomplete"}}]}}'
    with serving(answer(Said(state))) as (url, _):
        assert run(["topics", "--store", url]) == 1
    assert "left half-way" in capsys.readouterr().err


def test_embedded_commands_do_not_load_it() -> None:
    code = (
        "import sys\nfrom mlgraph.cli.main import run\nrun(['prereqs', 'chain-rule'])\n"
        "print([m for m in ('http.client', 'ssl', 'mlgraph.rdf.remote', 'mlgraph.rdf.transport') if m in sys.modules])"
    )
    done = run_process([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_triples_that_a_capping_server_may_have_cut_are_refused() -> None:
    state = Said(b'{"head":{"vars":["x"]},"results":{"bindings":[]}}', headers=(("X-SPARQL-MaxRows", "2"),))
    two = Said(b"<urn:a> <urn:b> <urn:c> , <urn:d> .", "text/turtle")
    one = Said(b"<urn:a> <urn:b> <urn:c> .", "text/turtle")
    with serving(answer(state, one, two)) as (url, _):
        store = store_at(url)
        store.select(ASK)
        assert len(store.construct("CONSTRUCT WHERE { ?s ?p ?o }")) == 1
        with pytest.raises(StoreError, match="at most 2 rows"):
            store.construct("CONSTRUCT WHERE { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("ASK { ?x mlg:requires+ ?y }", "ASK { ?x mlg:dependsOn ?y }"),
        ("ASK { ?x ^mlg:requires * ?y }", "ASK { ?x ^mlg:dependsOn? ?y }"),
        (f"ASK {{ ?x <{MLG.requires}>+ ?y }}", f"ASK {{ ?x <{MLG.dependsOn}> ?y }}"),
        ("ASK { ?x mlg:requires*/mlg:level ?y }", "ASK { ?x mlg:dependsOn?/mlg:level ?y }"),
        ('ASK { ?x rdfs:label "mlg:requires+" }', 'ASK { ?x rdfs:label "mlg:requires+" }'),
        ("ASK { ?x a ?y } # mlg:requires+", "ASK { ?x a ?y } # mlg:requires+"),
        ("ASK { ?x mlg:requires +5 ; mlg:requires ?y }", "ASK { ?x mlg:requires +5 ; mlg:requires ?y }"),
        (
            "ASK { ?x mlg:requires? ?y ; xmlg:requires+ ?z }",
            "ASK { ?x mlg:requires? ?y ; xmlg:requires+ ?z }",
        ),
        ("ASK { ?x mlg:requiresMore+ ?y }", "ASK { ?x mlg:requiresMore+ ?y }"),
    ],
)
def test_paths_of_prerequisites_are_asked_by_the_closure(query: str, said: str) -> None:
    assert by_closure(query) == said


def test_server_with_other_paths_is_found_out_and_asked_by_the_closure() -> None:
    def row(*values: str) -> Said:
        bindings = ",".join(
            f'{{"{name}":{{"type":"uri","value":"urn:{value}"}}}}'
            for name, value in (each.split("=") for each in values)
        )
        return Said(f'{{"head":{{"vars":["root","t"]}},"results":{{"bindings":[{bindings}]}}}}'.encode())

    twice = row("t=a", "t=b", "t=a")
    with serving(answer(row("root=r"), twice, Said(b'{"head":{},"boolean":true}'), row("t=a"))) as (
        url,
        asked,
    ):
        store = store_at(url)
        store.select("SELECT ?t { topic:x mlg:requires+ ?t }")
        assert not store.follows_paths
    assert parse_qs(asked[-1].body)["query"][0].endswith("SELECT ?t { topic:x mlg:dependsOn ?t }")
    assert len(asked) == 4
    nothing = Said(b'{"head":{},"boolean":false}')
    with (
        serving(answer(row("root=r"), twice, nothing)) as (url, _),
        pytest.raises(StoreError, match="the graph has no mlg:dependsOn"),
    ):
        _ = store_at(url).follows_paths
