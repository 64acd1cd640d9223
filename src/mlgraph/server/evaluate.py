"""Answer one job on a store: look at the query, choose the format, evaluate, serialise in chunks."""

from __future__ import annotations

import resource
import zlib
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from mlgraph.errors import MlgraphError, QueryError, QueryForbiddenError, QuerySyntaxError
from mlgraph.rdf.guard import query_form
from mlgraph.rdf.sparql import syntax_error
from mlgraph.rdf.worker import calls_out
from mlgraph.server.negotiate import RESULTS, TRIPLES, choose, wanted
from mlgraph.server.wire import BREAK, DATA, END, Head, frame
from mlgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlgraph.server.negotiate import Format
    from mlgraph.server.wire import Job

__all__ = ["CHUNK", "Bounds", "answer", "run"]

CHUNK = 2**18
"""Bytes that are gathered before they are sent; an answer below is sent whole."""

_LEAST_GZIP = 1_000
_WRITERS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_TRIPLE_WRITERS = {
    "turtle": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_PLAIN = "text/plain; charset=utf-8"
_CALLS_OUT = "SERVICE would call another server; queries stay on this one"

Found = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class Bounds(NamedTuple):
    """What a job may use: bytes of its result, characters and levels of its query.

    A worker that holds more than `resident` bytes at the end of a job retires; 0 is for never.
    """

    result: int
    query: int
    depth: int
    resident: int = 0

    def end(self) -> bytes:
        """Return the frame that ends an answer."""
        return frame(END, b"retired" if self.retires() else b"")

    def retires(self) -> bool:
        """Return whether this process holds so much memory that a new one is better."""
        return 0 < self.resident < resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class _RefusedError(MlgraphError):
    """A job gets another answer than it wants."""

    def __init__(self, status: int, outcome: str, message: str, mend: str = "") -> None:
        super().__init__(message, mend)
        self.status = status
        self.outcome = outcome


class _EnoughError(Exception):
    """Only the head of the answer was wanted, and it is sent."""


class _Sink:
    """Takes the bytes of a serialiser, and sends them in chunks; small answers in one piece."""

    def __init__(self, send: Callable[[bytes], object], head: Head, job: Job, bounds: Bounds) -> None:
        self._send = send
        self._bounds = bounds
        self._head = head
        self._only_head = job.head
        self._left = bounds.result
        self._chunk = bytearray()
        self._gzip = zlib.compressobj(5, zlib.DEFLATED, 31) if job.coding else None
        self.started = False

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self._left -= len(data)
        if self._left < 0:
            raise _RefusedError(
                500,
                "result",
                f"the answer is larger than the limit of {self._bounds.result:,} bytes",
                "add LIMIT and OFFSET, or ask for less; /limits says what is allowed",
            )
        self._chunk += data
        if len(self._chunk) >= CHUNK:
            self._flush()
        return len(data)

    def flush(self) -> None:
        """Do nothing: chunks are sent when they are full."""

    def _flush(self) -> None:
        body = bytes(self._chunk)
        self._chunk.clear()
        if self._gzip is not None:
            body = self._gzip.compress(body)
        before = b"" if self.started else self._head_for(gzip=self._gzip is not None)
        self.started = True
        if self._only_head:
            raise _EnoughError
        if before or body:
            self._send(before + (frame(DATA, body) if body else b""))

    def _head_for(self, *, gzip: bool) -> bytes:
        return self._head._replace(coding="gzip" if gzip else "").pack()

    def close(self) -> None:
        """Send what is left, and the end."""
        body = bytes(self._chunk)
        if self.started:
            if self._gzip is not None:
                body = self._gzip.compress(body) + self._gzip.flush()
            self._send(frame(DATA, body) + self._bounds.end())
            return
        small = self._gzip is None or len(body) < _LEAST_GZIP
        if self._gzip is not None and not small:
            body = self._gzip.compress(body) + self._gzip.flush()
        self._send(self._head_for(gzip=not small) + frame(DATA, body) + self._bounds.end())

    def end_head(self) -> None:
        """Send the head and the end, without the rest."""
        self._send(self._head_for(gzip=self._gzip is not None) + self._bounds.end())


def answer(store: ox.Store, job: Job, bounds: Bounds, send: Callable[[bytes], object]) -> str:
    """Answer a job by frames, and return its outcome in one word.

    Parameters
    ----------
    store : Store
        The graph.
    job : Job
        The query, and how its answer is wanted.
    bounds : Bounds
        What it may use.
    send : callable
        Takes frames.
    """
    sink: _Sink | None = None
    try:
        form, media = _format(job, bounds)
        found = run(store, job)
        head = Head(200, f"{media}; charset=utf-8" if form.charset else media)
        sink = _Sink(send, head, job, bounds)
        _serialize(found, form, sink)
        sink.close()
    except _EnoughError:
        if sink is not None:
            sink.end_head()
    except (MlgraphError, ValueError, OSError, RuntimeError, MemoryError) as error:
        return _refuse(_told(error), sink, bounds, send)
    return "ok"


def _format(job: Job, bounds: Bounds) -> tuple[Format, str]:
    """Look at the query, and return the format and media type of its answer."""
    rows = query_form(job.query, length=bounds.query, depth=bounds.depth, datasets=True) in {"SELECT", "ASK"}
    formats = RESULTS if rows else TRIPLES
    chosen = wanted(job.form, formats) if job.form else choose(job.accept, formats)
    if chosen is None:
        asked = f"format={job.form}" if job.form else f"Accept: {job.accept}"
        known = not job.form or wanted(job.form, RESULTS) or wanted(job.form, TRIPLES)
        raise _RefusedError(
            406 if known else 400,
            "format",
            f"this kind of query cannot be answered as {asked[:200]}",
            f"choose one of {', '.join(each.types[0] for each in formats)}",
        )
    return chosen


def run(store: ox.Store, job: Job) -> Found:
    """Evaluate the query of a job, lazily.

    Raises
    ------
    QuerySyntaxError
        If it is not SPARQL 1.1.
    QueryForbiddenError
        If it calls another server.
    """
    if calls_out(job.query, job.base):
        raise QueryForbiddenError(_CALLS_OUT)
    chosen = job.default or job.named
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
    named: list[ox.NamedNode | ox.BlankNode] | None = None
    if chosen:
        default = [ox.NamedNode(each) for each in job.default]
        named = [ox.NamedNode(each) for each in job.named]
    try:
        return store.query(job.query, base_iri=job.base, default_graph=default, named_graphs=named)
    except SyntaxError:
        pass  # a prefix may be missing: the usual ones cost a fifth of a small query, and are rarely left out
    try:
        return store.query(
            job.query, base_iri=job.base, prefixes=PREFIXES, default_graph=default, named_graphs=named
        )
    except SyntaxError as error:
        raise syntax_error(job.query, str(error)) from error


def _serialize(found: Found, form: Format, sink: _Sink) -> None:
    if isinstance(found, ox.QueryTriples):
        if form.name not in _TRIPLE_WRITERS:
            raise QuerySyntaxError("the query gives triples, but does not look like CONSTRUCT or DESCRIBE")
        prefixes = PREFIXES if form.name != "nt" else None
        ox.serialize(found, sink, format=_TRIPLE_WRITERS[form.name], prefixes=prefixes)  # type: ignore[arg-type]
        return
    if form.name not in _WRITERS:
        raise QuerySyntaxError("the query gives rows, but does not look like SELECT or ASK")
    found.serialize(sink, format=_WRITERS[form.name])  # type: ignore[arg-type]


def _told(error: BaseException) -> _RefusedError:
    """Return what the client is told about an error."""
    if isinstance(error, _RefusedError):
        return error
    if isinstance(error, QueryForbiddenError):
        return _RefusedError(403, "forbidden", error.message, error.mend)
    if isinstance(error, QueryError):
        return _RefusedError(400, "syntax", error.message, error.mend)
    if isinstance(error, ValueError):
        return _RefusedError(400, "syntax", f"a graph has no proper IRI: {error}")
    if isinstance(error, MemoryError):
        return _RefusedError(500, "memory", "the query needs more memory than it may use", "ask for less")
    return _RefusedError(500, "engine", f"the engine gave up: {error}")


def _refuse(error: _RefusedError, sink: _Sink | None, bounds: Bounds, send: Callable[[bytes], object]) -> str:
    if sink is not None and sink.started:
        send(frame(BREAK, f"{error.outcome}: {error.message}".encode()))
    else:
        text = f"{error.message}\n" + (f"hint: {error.mend}\n" if error.mend else "")
        body = text.encode("utf-8", "replace")
        send(Head(error.status, _PLAIN, "", error.outcome).pack() + frame(DATA, body) + bounds.end())
    return error.outcome
