"""A query is looked at before it runs: what writes, calls out or is too large is refused."""

from __future__ import annotations

import pytest

from mlgraph.errors import QueryForbiddenError, QuerySyntaxError
from mlgraph.rdf.guard import DEPTH_LIMIT, LENGTH_LIMIT, query_form


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * WHERE { ?s ?p ?o }", "SELECT"),
        ("select * { ?s ?p ?o }", "SELECT"),
        ("SELECT*{?s ?p ?o}", "SELECT"),
        ("ASK { ?s ?p ?o }", "ASK"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "CONSTRUCT"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT"),
        ("DESCRIBE topic:a", "DESCRIBE"),
        (
            "BASE <https://a.org/> PREFIX ask: <https://b.org/>\nPREFIX : <https://c.org/> SELECT ?x { ?x ask:y :z }",
            "SELECT",
        ),
        ("# ASK\nSELECT * {}", "SELECT"),
        ("SELECT * { { SELECT ?x { ?x ?y ?z } } }", "SELECT"),
    ],
)
def test_form_of_a_query_is_its_first_word(query: str, form: str) -> None:
    assert query_form(query) == form


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { topic:a topic:b topic:c }",
        "DELETE DATA { topic:a topic:b topic:c }",
        "delete where { ?s ?p ?o }",
        "PREFIX x: <https://a.org/> DELETE { ?s ?p ?o } INSERT { ?s ?p x:y } WHERE { ?s ?p ?o }",
        "WITH <https://a.org/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "LOAD <https://a.org/>",
        "CLEAR ALL",
        "CREATE GRAPH <https://a.org/>",
        "DROP DEFAULT",
        "COPY DEFAULT TO <https://a.org/>",
        "MOVE DEFAULT TO <https://a.org/>",
        "ADD DEFAULT TO <https://a.org/>",
        "# SELECT\nDROP ALL",
        "DROP ALL; SELECT * {}",
    ],
)
def test_every_form_of_update_is_refused(update: str) -> None:
    with pytest.raises(QueryForbiddenError, match="would change the graph"):
        query_form(update)


# The engine finds tokens by the grammar, without spaces, and ends a comment at CR too.
CALLS = [
    "SELECT * { SERVICE <https://a.org/> { ?s ?p ?o } }",
    "SELECT * { service silent ?s { ?s ?p ?o } }",
    "SELECT * { # comment\rSERVICE <https://a.org/> { ?s ?p ?o } }",
    "SELECT * { SERVICESILENT<https://a.org/> { ?s ?p ?o } }",
    "SELECT * { { ?s ?p true }SERVICE<https://a.org/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICE <https://a.org/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1e5SERVICE <https://a.org/> { ?s ?p ?o } }",
    "SELECT * { ?s topic:p$v.SERVICE <https://a.org/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p topic:o#'''\nSERVICE <https://a.org/> { ?s ?p ?o }\n#'''\n}",
    "SELECT * { ?s ?p topic:o\\' . SERVICE <https://a.org/> { ?s ?p ?o } #'\n}",
    "SELECT * { ?s ?p <https://a.org/\\u0041'''> . SERVICE <https://a.org/> { ?s ?p ?o } #'''\n}",
]


@pytest.mark.parametrize("query", CALLS)
def test_call_to_another_server_is_refused(query: str) -> None:
    with pytest.raises(QueryForbiddenError, match="SERVICE would call another server"):
        query_form(query)


@pytest.mark.parametrize(
    "query", ["SELECT * FROM <https://a.org/> { ?s ?p ?o }", "ASK from named <https://a.org/> { ?s ?p ?o }"]
)
def test_naming_graphs_to_read_is_refused(query: str) -> None:
    with pytest.raises(QueryForbiddenError, match="FROM is not needed"):
        query_form(query)


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?s rdfs:label "DROP ALL" }',
        "SELECT * { ?s rdfs:label 'SERVICE <https://a.org/>' }",
        'SELECT * { ?s rdfs:label """a "quoted" SERVICE\nFROM""" }',
        "SELECT * { ?s rdfs:label '''it's FROM here''' }",
        'SELECT * { ?s rdfs:label "an escaped \\" SERVICE" }',
        "SELECT * { ?s ?p ?o } # FROM here SERVICE",
        "# SERVICE\n# FROM\nSELECT * { ?s ?p ?o }",
        "SELECT * { ?s <https://a.org/FROM#SERVICE> ?o }",
        "SELECT ?from ?service $drop { ?from ?service $drop }",
        "SELECT * { ?s topic:from topic:SERVICE }",
        "SELECT * { ?s topic:a-FROM topic:b.SERVICE }",
        "PREFIX from: <https://a.org/> SELECT * { ?s from:x ?o }",
        "SELECT * { _:from ?p ?o }",
        "SELECT * { FILTER(?a<5&&?b>3) ?a ?b ?c }",
        "SELECT * { FILTER(?a < 5 && ?b > 3) ?a ?b ?c }",
        "SELECT (DATATYPE(?o) AS ?clear) { ?s ?p ?o }",
    ],
)
def test_strings_comments_iris_and_names_may_hold_any_word(query: str) -> None:
    assert query_form(query) == "SELECT"


@pytest.mark.parametrize("query", ["", "   ", "{ ?s ?p ?o }", "# SELECT", '"SELECT"', "FOO BAR"])
def test_text_without_a_form_is_no_query(query: str) -> None:
    with pytest.raises(QuerySyntaxError, match="no SELECT, ASK"):
        query_form(query)


def test_query_of_the_longest_allowed_length_passes_and_one_more_is_refused() -> None:
    longest = "SELECT * {}".ljust(LENGTH_LIMIT)
    assert query_form(longest) == "SELECT"
    with pytest.raises(QueryForbiddenError, match="200,001 characters; 200,000 are allowed"):
        query_form(longest + " ")


@pytest.mark.parametrize(("opening", "closing"), ["{}", "()", "[]"])
def test_brackets_may_nest_to_the_limit_only(opening: str, closing: str) -> None:
    def nested(depth: int) -> str:
        return f"SELECT * {opening * depth}{closing * depth}"

    assert query_form(nested(DEPTH_LIMIT)) == "SELECT"
    with pytest.raises(QueryForbiddenError, match="nest deeper than 200"):
        query_form(nested(DEPTH_LIMIT + 1))


def test_brackets_side_by_side_do_not_nest() -> None:
    assert query_form("SELECT * { " + "{} " * (3 * DEPTH_LIMIT) + "}") == "SELECT"


def test_brackets_in_strings_do_not_nest() -> None:
    assert query_form(f"SELECT * {{ ?s ?p '{'(' * 1000}' }}") == "SELECT"
