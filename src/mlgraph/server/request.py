"""A request of the SPARQL 1.1 Protocol: from what came over HTTP to a query, or to a clear refusal."""

from __future__ import annotations

import binascii
import re
from typing import NamedTuple

from mlgraph.errors import MlgraphError

__all__ = ["Body", "Query", "RequestError", "header", "read_request"]

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
_MOST_PARAMETERS = 1000
_READ_ONLY = "this endpoint is read-only: it answers queries and takes no updates"
_HOW = "use GET ?query=..., a POST form with query=..., or POST the query as application/sparql-query"

_LONE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
"""A percent sign that stands for itself."""

Headers = list[tuple[bytes, bytes]]


class RequestError(MlgraphError):
    """A request that is not answered; carries the HTTP status and an outcome in one word."""

    def __init__(self, status: int, message: str, mend: str = "", outcome: str = "request") -> None:
        super().__init__(message, mend)
        self.status = status
        self.outcome = outcome


class Query(NamedTuple):
    """What a request asks.

    Parameters
    ----------
    text : str or None
        The query; None where only the service description is wanted.
    default, named : tuple of str
        ``default-graph-uri`` and ``named-graph-uri``.
    form : str
        ``format``, or nothing.
    """

    text: str | None
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    form: str = ""


class Body(NamedTuple):
    """The body of a POST: its content type and its bytes."""

    type: str
    data: bytes


def header(headers: Headers, name: bytes) -> str | None:
    """Return the value of a header, several joined by commas; None if it is not there."""
    found = [value for key, value in headers if key == name]
    return b", ".join(found).decode("latin-1") if found else None


def read_request(url_query: bytes, body: Body | None) -> Query:
    """Return what a request asks.

    Parameters
    ----------
    url_query : bytes
        What stands behind the question mark of the URL.
    body : Body or None
        The body of a POST; None for GET.

    Raises
    ------
    RequestError
        400 if it is not a request of the protocol, 403 if it is an update, 415 if the media type or
        its charset is not one of the protocol.

    Examples
    --------
    >>> read_request(b"query=ASK%20%7B%7D&default-graph-uri=urn:a", None)
    Query(text='ASK {}', default=('urn:a',), named=(), form='')
    """
    parameters = _parameters(url_query)
    if body is not None:
        parameters += _body_parameters(body, parameters)
    if any(name == "update" for name, _ in parameters):
        raise RequestError(403 if body else 400, _READ_ONLY, _HOW, "update")
    queries = [value for name, value in parameters if name == "query"]
    if len(queries) > 1:
        raise RequestError(400, f"the request has {len(queries)} queries", "send one query in one request")
    if not queries and body is not None:
        raise RequestError(400, "the request has no query", _HOW)
    return Query(
        queries[0] if queries else None,
        tuple(value for name, value in parameters if name == "default-graph-uri"),
        tuple(value for name, value in parameters if name == "named-graph-uri"),
        next((value for name, value in parameters if name == "format"), ""),
    )


def _parameters(encoded: bytes) -> list[tuple[str, str]]:
    if not encoded:
        return []
    if encoded.count(b"&") >= _MOST_PARAMETERS:
        raise RequestError(400, f"the request has more than {_MOST_PARAMETERS} parameters")
    pairs = (field.partition(b"=") for field in encoded.split(b"&") if field)
    try:
        return [(_decoded(name), _decoded(value)) for name, _, value in pairs]
    except UnicodeDecodeError as error:
        raise RequestError(400, "the parameters are not UTF-8") from error


def _decoded(raw: bytes) -> str:
    """Return the text of a name or value in a form.

    Notes
    -----
    As `urllib.parse.unquote_plus`, but by a decoder in C: percent signs are read as the equals signs of quoted-printable.

    Examples
    --------
    >>> _decoded(b"a+%3D+100%25+%ZZ%C3%A9=")
    'a = 100% %ZZé='
    """
    raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        raw = _LONE.sub(b"=25", raw.replace(b"=", b"=3D"))
        raw = binascii.a2b_qp(raw.replace(b"%", b"="))
    return raw.decode("utf-8")


def _body_parameters(body: Body, before: list[tuple[str, str]]) -> list[tuple[str, str]]:
    kind, charset = _content_type(body.type)
    if kind == UPDATE:
        raise RequestError(403, _READ_ONLY, _HOW, "update")
    if kind not in {FORM, DIRECT}:
        said = f"not {kind}" if kind else "and the request names none"
        raise RequestError(415, f"a query is posted as {DIRECT} or {FORM}, {said}", _HOW)
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise RequestError(415, f"a query is posted in UTF-8, not {charset}")
    if kind == FORM:
        return _parameters(body.data)
    if any(name == "query" for name, _ in before):
        raise RequestError(400, "the request has a query in its URL and one in its body", _HOW)
    try:
        return [("query", body.data.decode("utf-8"))]
    except UnicodeDecodeError as error:
        raise RequestError(400, f"the query is not UTF-8: byte {error.start} cannot be read") from error


def _content_type(value: str) -> tuple[str, str]:
    """Return media type and charset in lower case.

    Examples
    --------
    >>> _content_type('Application/SPARQL-Query; Charset="UTF-16"')
    ('application/sparql-query', 'utf-16')
    """
    kind, *parameters = (each.strip().lower() for each in value.split(";"))
    charset = next((each[8:].strip(' "') for each in parameters if each.startswith("charset=")), "utf-8")
    return kind, charset
