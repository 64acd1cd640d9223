"""A query runs in a child that can be stopped; whatever happens there, this process lives on."""

from __future__ import annotations

import io
import json
import os
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mlgraph.errors import (
    QueryEngineError,
    QueryForbiddenError,
    QuerySyntaxError,
    QueryTimeoutError,
)
from mlgraph.rdf.cache import cached_store, fill_engine
from mlgraph.rdf.sparql import RESULT_FORMATS, TRIPLE_FORMATS, run_query, syntax_error
from mlgraph.rdf.worker import calls_out, main
from mlgraph.rdf.writer import to_turtle
from mlgraph.vocab import thing
from tests.little import quads_of
from tests.unit.rdf.test_guard import CALLS

if TYPE_CHECKING:
    from pathlib import Path

TURTLE = 'topic:a rdfs:label "A, \\"so called\\""@en . topic:b mlg:requires topic:a .'
PATIENCE = 60.0


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "data.ttl"
    path.write_text(to_turtle(quads_of(TURTLE)))
    return path


def ask(source: Path, query: str, output: str = "json") -> str:
    return run_query(source, query, output, PATIENCE).decode()


def test_file_and_store_folder_give_the_same_answer(source: Path, tmp_path: Path) -> None:
    store = cached_store([source], lambda engine: fill_engine(engine, source), folder=tmp_path)
    assert store.folder is not None
    query = "SELECT ?s WHERE { ?s mlg:requires topic:a }"
    answer = ask(source, query)
    assert ask(store.folder, query) == answer
    assert json.loads(answer)["results"]["bindings"] == [{"s": {"type": "uri", "value": thing("topic", "b")}}]


@pytest.mark.parametrize("output", RESULT_FORMATS)
def test_rows_are_given_in_every_result_format(source: Path, output: str) -> None:
    answer = run_query(source, "SELECT ?l WHERE { ?s rdfs:label ?l }", output, PATIENCE)
    if output == "csv":  # which no parser reads back, since it does not say what is an IRI
        assert answer == b'l\r\n"A, ""so called"""\r\n'
        return
    form = {
        "json": ox.QueryResultsFormat.JSON,
        "xml": ox.QueryResultsFormat.XML,
        "tsv": ox.QueryResultsFormat.TSV,
    }[output]
    parsed = ox.parse_query_results(answer, format=form)
    assert isinstance(parsed, ox.QuerySolutions)
    assert [row["l"] for row in parsed] == [ox.Literal('A, "so called"', language="en")]


@pytest.mark.parametrize(("target", "answer"), [("a", True), ("b", False)])
def test_ask_is_answered_in_json(source: Path, target: str, *, answer: bool) -> None:
    assert json.loads(ask(source, f"ASK {{ ?s mlg:requires topic:{target} }}"))["boolean"] is answer


@pytest.mark.parametrize("output", TRIPLE_FORMATS)
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE topic:a topic:b"])
def test_triples_are_given_in_every_triple_format(source: Path, output: str, query: str) -> None:
    form = {
        "turtle": ox.RdfFormat.TURTLE,
        "nt": ox.RdfFormat.N_TRIPLES,
        "jsonld": ox.RdfFormat.JSON_LD,
        "rdfxml": ox.RdfFormat.RDF_XML,
    }[output]
    parsed = ox.parse(run_query(source, query, output, PATIENCE), format=form)
    assert {quad.triple for quad in parsed} == {quad.triple for quad in quads_of(TURTLE)}


def test_turtle_answers_are_canonical(source: Path) -> None:
    assert ask(source, "CONSTRUCT WHERE { ?s ?p ?o }", "turtle") == source.read_text()


@pytest.mark.parametrize(
    ("query", "output", "choices"),
    [
        ("SELECT * {}", "turtle", "json, xml, csv, tsv"),
        ("ASK {}", "nt", "json, xml, csv, tsv"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "csv", "turtle, nt, jsonld, rdfxml"),
        ("SELECT * {}", "nonsense", "json, xml, csv, tsv"),
    ],
)
def test_format_that_does_not_fit_the_form_is_refused(
    source: Path, query: str, output: str, choices: str
) -> None:
    with pytest.raises(QueryForbiddenError) as caught:
        run_query(source, query, output, PATIENCE)
    assert choices in caught.value.mend


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT * WHERE { ?s ?p }", 1, 25),
        ("SELECT *\nWHERE {\n  ?s ?p ?o .\n  ?s ?? }", 4, 10),
    ],
)
def testsyntax_error_carries_line_and_column_and_points_there(
    source: Path, query: str, line: int, column: int
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        ask(source, query)
    assert (caught.value.line, caught.value.column) == (line, column)
    *_, shown, pointer = str(caught.value).splitlines()
    assert shown == "  " + query.splitlines()[line - 1]
    assert pointer.index("^") == 2 + column - 1


def test_error_far_to_the_right_is_shown_in_a_window(source: Path) -> None:
    query = "SELECT * WHERE { " + "?s ?p ?o . " * 50 + "?s ?p }"
    with pytest.raises(QuerySyntaxError) as caught:
        ask(source, query)
    *_, shown, pointer = str(caught.value).splitlines()
    assert len(shown) < 110
    assert shown[: pointer.index("^")].endswith("?s ?p }")


def testsyntax_error_without_a_place_is_given_as_it_is() -> None:
    error = syntax_error("SELECT", "nonsense")
    assert (str(error), error.line, error.column) == ("not SPARQL 1.1: nonsense", None, None)


def test_unknown_prefix_is_asyntax_error(source: Path) -> None:
    with pytest.raises(QuerySyntaxError, match="Prefix not found"):
        ask(source, "SELECT * { ?s nowhere:p ?o }")


def test_update_never_reaches_the_engine(source: Path) -> None:
    with pytest.raises(QueryForbiddenError):
        ask(source, "INSERT DATA { topic:c mlg:requires topic:a }")
    assert json.loads(ask(source, "ASK { topic:c ?p ?o }"))["boolean"] is False


# Texts in which the guard's own look finds no SERVICE, but the engine would.
HIDDEN_CALLS = [
    'SELECT * { VALUES ?v { """a"} SERVICE <https://a.org/> { ?s ?p ?o } #\\x"""\n }',
    "SELECT * { FILTER(1<2)#> '''\nSERVICE <https://a.org/> { ?s ?p ?o }\n#'''\n}",
    "SELECT * { VALUES ?v { <https://a.org/> } FILTER(1<2)SERVICE?v#>\n{ ?s ?p ?o } }",
    "SELECT * { SERVICEtopic:x { ?s ?p ?o } }",
]


@pytest.mark.parametrize("query", [*HIDDEN_CALLS, *CALLS])
def test_worker_finds_a_call_to_another_server_however_it_is_hidden(query: str) -> None:
    assert calls_out(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE' } # service",
        "PREFIX service: <https://a.org/> SELECT ?service { ?service service:x <https://service.org/> }",
        "SELECT * { ?s ?p ?o }",
        "SELECT nonsense 'service'",
    ],
)
def test_worker_lets_the_word_pass_where_it_is_no_keyword(query: str) -> None:
    assert not calls_out(query)


@pytest.mark.parametrize("query", HIDDEN_CALLS)
def test_hidden_call_is_refused(source: Path, query: str) -> None:
    with pytest.raises(QueryForbiddenError, match="SERVICE would call another server"):
        ask(source, query)


def test_word_service_in_a_string_is_answered(source: Path) -> None:
    assert (
        json.loads(ask(source, "SELECT ('service' AS ?x) {}"))["results"]["bindings"][0]["x"]["value"]
        == "service"
    )


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So many triples that a product of a few of them never ends."""
    path = tmp_path_factory.mktemp("data") / "crowd.nt"
    path.write_text("".join(f'<https://a.org/{each}> <https://a.org/p> "{each}" .\n' for each in range(1000)))
    return path


PRODUCT = " . ".join(f"?a{each} ?b{each} ?c{each}" for each in range(6))


def test_query_without_end_is_killed_and_the_next_one_is_answered(crowd: Path) -> None:
    with pytest.raises(QueryTimeoutError, match=r"within 1\.5 s"):
        run_query(crowd, f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}", "json", 1.5)
    answer = run_query(crowd, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "csv", PATIENCE)
    assert answer == b"n\r\n1000\r\n"


def test_hungry_query_is_an_engine_error_and_the_next_one_is_answered(
    crowd: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The child reads its limit from the module: a smaller one, through a sitecustomize of its own.
    (tmp_path / "sitecustomize.py").write_text(
        "import mlgraph.rdf.sparql\nmlgraph.rdf.sparql.MEMORY_LIMIT = 64 * 1024**2\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    hungry = f"SELECT DISTINCT * {{ {PRODUCT} }} ORDER BY ?c0"
    with pytest.raises(QueryEngineError, match="the engine"):
        run_query(crowd, hungry, "csv", PATIENCE)
    assert run_query(crowd, "ASK { ?s ?p '7' }", "csv", PATIENCE) == b"true"


def test_query_that_overruns_the_stack_is_an_engine_error(source: Path) -> None:
    with pytest.raises(QueryEngineError, match=r"signal \d+; mlgraph itself is unharmed"):
        ask(source, "SELECT * { FILTER(" + "!" * 100_000 + "true) }")


def test_source_that_is_not_there_is_an_engine_error(tmp_path: Path) -> None:
    with pytest.raises(QueryEngineError, match="the engine gave up"):
        ask(tmp_path / "missing.ttl", "ASK {}")


# -- the child itself, here in this process without its memory limit


class Stream:
    """Standard input or output with bytes below."""

    def __init__(self, text: str = "") -> None:
        self.text = io.StringIO(text)
        self.buffer = io.BytesIO()
        self.read = self.text.read
        self.write = self.text.write


@pytest.mark.parametrize(
    ("query", "code", "answer"),
    [
        ("ASK { topic:b mlg:requires topic:a }", 0, b"true"),
        ("ASK { nonsense", 3, b""),
        ("ASK { SERVICE <https://a.org/> { ?s ?p ?o } }", 4, b""),
    ],
)
def test_exit_code_of_the_child_says_what_happened(
    source: Path, monkeypatch: pytest.MonkeyPatch, query: str, code: int, answer: bytes
) -> None:
    limits: list[tuple[int, tuple[int, int]]] = []
    job = json.dumps({"source": str(source), "query": query, "output": "csv"})
    out = Stream()
    monkeypatch.setattr("sys.stdin", Stream(job))
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", Stream())
    monkeypatch.setattr("resource.setrlimit", lambda *limit: limits.append(limit))
    assert main() == code
    assert out.buffer.getvalue() == answer
    assert len(limits) <= 1, "once, before the query is looked at"
