"""Read what a SPARQL server answers: rows, triples, or the error that it stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from mlgraph.errors import (
    QueryEngineError,
    QueryError,
    QueryForbiddenError,
    QuerySyntaxError,
    StoreError,
)

if TYPE_CHECKING:
    from mlgraph.rdf.transport import Reply

__all__ = ["ROWS", "TRIPLES", "Rows", "failure", "rows_of", "serialized_rows", "triples_of"]

ROWS = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
TRIPLES = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"
_ROW_KINDS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
}
_TRIPLE_KINDS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_BOOLEAN = re.compile(rb'(XMLSchema#boolean"\s*,\s*"value"\s*:\s*)"([01])"')


class Rows(NamedTuple):
    """The names and rows of a SELECT, or the answer of an ASK."""

    names: tuple[str, ...]
    rows: list[ox.QuerySolution]
    boolean: bool | None = None


def rows_of(url: str, reply: Reply) -> Rows:
    """Return the rows, or the yes or no, of an answer that was read to its end.

    Raises
    ------
    QuerySyntaxError
        If triples came, so the query was of another form.
    StoreError
        If it is something else, or not what its content type says.
    """
    form, body = _table(url, reply)
    found: ox.QuerySolutions | ox.QueryBoolean | None = None
    try:
        found = ox.parse_query_results(body, format=form)
        if isinstance(found, ox.QueryBoolean):
            return Rows((), [], bool(found))
        return Rows(tuple(each.value for each in found.variables), list(found))
    except (SyntaxError, ValueError) as error:
        raise _liar(url, reply, error) from error
    finally:
        found = None  # the error may go to another thread, where the engine's rows must not be dropped


def serialized_rows(url: str, reply: Reply, output: ox.QueryResultsFormat) -> bytes:
    """Return the rows of an answer, which `rows_of` has found sound, in another format."""
    form, body = _table(url, reply)
    return ox.parse_query_results(body, format=form).serialize(format=output) or b""


def _table(url: str, reply: Reply) -> tuple[ox.QueryResultsFormat, bytes]:
    """Return the format of an answer and its body, mended where a server is known to err."""
    form = _ROW_KINDS.get(reply.kind)
    if form is None:
        if reply.kind in _TRIPLE_KINDS and reply.kind != "text/plain":
            raise QuerySyntaxError(f"{url} gave another form of answer: a SELECT or ASK query was expected")
        raise _stranger(url, reply, "SPARQL results")
    body = reply.body
    if form is ox.QueryResultsFormat.JSON and b"XMLSchema#boolean" in body:
        # Virtuoso writes true as 1; a quote in a JSON string is escaped, so only terms match
        body = _BOOLEAN.sub(lambda found: found[1] + (b'"true"' if found[2] == b"1" else b'"false"'), body)
    return form, body


def triples_of(url: str, reply: Reply) -> list[ox.Triple]:
    """Return the triples of an answer.

    Raises
    ------
    QuerySyntaxError
        If rows came, so the query was of another form.
    StoreError
        As `rows_of`.
    """
    if reply.kind in _ROW_KINDS and reply.kind != "application/xml":
        raise QuerySyntaxError(
            f"{url} gave another form of answer: a CONSTRUCT or DESCRIBE query was expected"
        )
    form = _TRIPLE_KINDS.get(reply.kind)
    if form is None:
        raise _stranger(url, reply, "RDF")
    try:
        return [quad.triple for quad in ox.parse(reply.body, format=form)]
    except (SyntaxError, ValueError) as error:
        raise _liar(url, reply, error) from error


def _plain(text: bytes, most: int) -> str:
    """Return what a server said as one line without signs that a terminal obeys."""
    line = " ".join(text.decode(errors="replace").split())[:most]
    return "".join(each if each.isprintable() else "?" for each in line)


def _stranger(url: str, reply: Reply, wanted: str) -> StoreError:
    title = re.search(rb"<title>([^<]{1,200})", reply.body[:20_000], re.IGNORECASE)
    named = f", titled {_plain(title[1], 200)!r}" if title else ""
    kind = _plain(reply.kind.encode(), 80) or "no content type"
    what = "a web page" if "html" in reply.kind else kind
    return StoreError(
        f"{url} answers with {what}{named}, not with {wanted}",
        "give the URL of the query endpoint itself, such as http://localhost:7878/query",
    )


def _liar(url: str, reply: Reply, error: Exception) -> StoreError:
    return StoreError(
        f"{url}: the answer says that it is {reply.kind}, but cannot be read as that "
        f"({_plain(str(error).encode(), 200)}); it begins with {_plain(reply.body[:80], 80)!r} "
        f"and has {len(reply.body):,} bytes",
        "see that the URL is a SPARQL endpoint, and that nothing between cuts or changes its answers",
    )


_REFUSALS: tuple[tuple[frozenset[int], type[QueryError | StoreError], str, str], ...] = (
    (
        frozenset({401, 403, 407}),
        StoreError,
        "does not let us in",
        "set MLGRAPH_STORE_USER and MLGRAPH_STORE_PASSWORD, or MLGRAPH_STORE_HEADER",
    ),
    (
        frozenset({404, 405, 406, 410, 415, 501}),
        StoreError,
        "is no SPARQL endpoint",
        "give the URL of the query endpoint itself, such as http://localhost:7878/query",
    ),
    (frozenset({413, 414}), QueryForbiddenError, "takes no request of that length", "ask for less at once"),
    (
        frozenset({408, 429, 502, 503, 504}),
        StoreError,
        "is busy, or stopped the request",
        "try again later, or ask for less",
    ),
)


def failure(url: str, reply: Reply) -> QueryError | StoreError:
    """Return the error that an HTTP status stands for, with what the server said of it."""
    body = reply.body[:4000]
    if "html" in reply.kind or body.lstrip().startswith(b"<"):
        body = re.sub(rb"<(style|script)\b.*?</\1>|<[^>]*>", b" ", body, flags=re.DOTALL | re.IGNORECASE)
    said = _plain(body, 300)
    tail = f": {said}" if said else ""
    if 300 <= reply.status < 400:
        place = _plain(reply.headers.get("location", "").encode(), 300) or "a place that it does not name"
        return StoreError(
            f"{url} has moved ({reply.status}) to {place}",
            "give that URL if you trust it; redirects are not followed",
        )
    for statuses, kind, what, mend in _REFUSALS:
        if reply.status in statuses:
            return kind(f"{url} {what} ({reply.status}){tail}", mend)
    if reply.status in {400, 422}:
        return QuerySyntaxError(f"{url} refuses the query{tail}")
    return QueryEngineError(f"{url}: the server failed ({reply.status}){tail}", "its log may say more")
