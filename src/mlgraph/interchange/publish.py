"""Load the graph into a SPARQL server, so that it is there whole or not at all.

Triples go into a staging graph in batches; then one update copies it to the place of the old graph.
What was done so far is written down on the server itself, in a small graph beside the published one,
so a publisher that was killed goes on where it stopped.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode, urlsplit, urlunsplit

import pyoxigraph as ox

from mlgraph.build.derive import closure_triples
from mlgraph.errors import DataError, StoreError, UsageError
from mlgraph.rdf.remote import INCOMPLETE, PUBLICATION, RemoteStore
from mlgraph.rdf.reply import failure
from mlgraph.rdf.store import is_iri
from mlgraph.rdf.transport import checked_url
from mlgraph.vocab import DATASET, DCTERMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mlgraph.rdf.transport import Transport

__all__ = ["DEFAULT_GRAPH", "Content", "Published", "Target", "content_of", "publish", "target_of"]

DEFAULT_GRAPH = "default"
"""The word for the graph that has no name."""

STORE_BATCH = 10_000
"""Triples in one request of the Graph Store Protocol."""

UPDATE_BATCH = 1000
"""Triples in one INSERT DATA: Virtuoso compiles it as a program, and takes no longer one."""

_STATE = f"<{DCTERMS.identifier}>"
_PART = f"<{DCTERMS.base}isPartOf>"
_DONE = f"<{DCTERMS.base}extent>"


class Target(NamedTuple):
    """Where to publish: the endpoints for queries, updates and (if there is one) graphs, and the graph's IRI.

    ``guessed`` tells that the endpoint for graphs was made up from the query endpoint's URL.
    """

    query: str
    update: str
    graph_store: str
    graph: str
    guessed: bool = False


class Content(NamedTuple):
    """What to publish: N-Triples lines, sorted, and a digest of them."""

    lines: tuple[str, ...]
    digest: str


class Published(NamedTuple):
    """What was done: ``outcome`` is published or unchanged, ``resumed`` the triples that were there already."""

    graph: str
    triples: int
    digest: str
    outcome: str
    resumed: int


def target_of(to: str, update: str = "", graph_store: str = "", graph: str = DATASET) -> Target:
    """Return where to publish, with the usual places where none are given.

    Parameters
    ----------
    to : str
        URL of the query endpoint.
    update, graph_store : str
        URLs of the other endpoints; empty to go by the habits of Oxigraph and Virtuoso.
    graph : str
        IRI of the graph, or ``default``.

    Returns
    -------
    Target

    Raises
    ------
    UsageError
        If a URL or the IRI is none.

    Examples
    --------
    >>> target_of("http://localhost:7878/query").update
    'http://localhost:7878/update'
    >>> target_of("http://localhost:8890/sparql").graph_store
    'http://localhost:8890/sparql-graph-crud-auth'
    """
    for url in filter(None, (to, update, graph_store)):
        checked_url(url)
    if graph != DEFAULT_GRAPH and not is_iri(graph):
        raise UsageError(f"{graph!r} is no IRI for a graph", f"give one such as {DATASET}, or `default`")
    parts = urlsplit(to)
    habits = {
        "/query": ("/update", "/store"),
        "/sparql": ("/sparql-auth", "/sparql-graph-crud-auth"),
        "/sparql-auth": ("/sparql-auth", "/sparql-graph-crud-auth"),
    }
    end = next((each for each in habits if parts.path.endswith(each)), "")
    usual = [
        urlunsplit(parts._replace(path=parts.path.removesuffix(end) + each, query=""))
        for each in (habits[end] if end else ())
    ]
    guessed = bool(usual) and not update and not graph_store
    if guessed:
        return Target(to, usual[0], usual[1], graph, guessed=True)
    return Target(to, update or (usual[0] if usual else to), graph_store, graph)


def content_of(triples: Iterable[ox.Triple]) -> Content:
    """Return triples and the closure of their prerequisites, as sorted lines.

    Raises
    ------
    DataError
        If there is a blank node: it would be another one each time that it is sent.

    Examples
    --------
    >>> from mlgraph.rdf.store import EmbeddedStore
    >>> found = content_of(
    ...     EmbeddedStore.of_turtle("topic:b mlg:requires topic:a . topic:a a mlg:Topic .").triples()
    ... )
    >>> len(found.lines)
    3
    """
    quads = [ox.Quad(each.subject, each.predicate, each.object) for each in triples]
    written = ox.serialize(_named([*quads, *closure_triples(quads)]), format=ox.RdfFormat.N_TRIPLES) or b""
    lines = tuple(sorted({f"{line}\n" for line in written.decode().split("\n") if line}))
    return Content(lines, blake2b("".join(lines).encode(), digest_size=16).hexdigest())


def _named(quads: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
    """Yield triples, or refuse a blank node."""
    for quad in quads:
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
            raise DataError(f"a blank node cannot be published: {quad.triple}", "give it an IRI")
        yield quad.triple


def publish(
    content: Content,
    target: Target,
    transport: Transport,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Published:
    """Put the content into the target's graph, in the place of what mlgraph put there before.

    Parameters
    ----------
    content : Content
        What to publish.
    target : Target
        Where.
    transport : Transport
        What sends.
    progress : callable
        Told the number of triples sent and of all, after each batch.

    Returns
    -------
    Published

    Raises
    ------
    StoreError
        If the server cannot be reached, refuses, or loses triples; or if the graph holds what mlgraph
        did not put there.

    Notes
    -----
    Old triples stay readable until the new ones have all arrived. Publishing the same content again
    changes nothing. Other graphs are never touched.
    """
    return _Publisher(content, target, transport).run(progress)


class _Publisher:
    """One publication; the journal is the graph ``GRAPH/publication``."""

    def __init__(self, content: Content, target: Target, transport: Transport) -> None:
        self.content = content
        self.target = target
        self.transport = transport
        self.asked = RemoteStore(target.query, transport=transport, graph="")
        name = DATASET + "/default" if target.graph == DEFAULT_GRAPH else target.graph
        self.name = f"<{name}>"
        self.journal = f"<{name}{PUBLICATION}>"
        self.staging = f"{name}/staging/{content.digest}"
        self.by_store = bool(target.graph_store)

    def run(self, progress: Callable[[int, int], None]) -> Published:
        total = len(self.content.lines)
        state = self._state()
        there = self._count(self.target.graph)
        if state == self.content.digest and there == total:
            self._drop_staged()
            return self._published("unchanged", total)
        if not state and there:
            raise StoreError(
                f"{self.target.query}: the graph {self.target.graph} holds {there:,} triples that mlgraph did not publish",
                "choose another one with --graph, or empty it first",
            )
        self._drop_staged(but=self.staging)
        done = self._done()
        if self._count(self.staging) < done:  # the server has lost some
            self._forget(self.staging)
            done = 0
        self._update(f"INSERT DATA {{ GRAPH {self.journal} {{ <{self.staging}> {_PART} {self.name} }} }}")
        for sent in self._send(done):
            progress(sent, total)
        staged = self._count(self.staging)
        if staged != total:
            self._forget(self.staging)
            raise StoreError(
                f"{self.target.update}: {total:,} triples were sent, but {staged:,} have arrived; nothing was published",
                "publish again; if it happens again, the server does not keep all triples",
            )
        self._swap()
        return self._published("published", done)

    def _published(self, outcome: str, resumed: int) -> Published:
        return Published(self.target.graph, len(self.content.lines), self.content.digest, outcome, resumed)

    def _state(self) -> str:
        rows = self.asked.select(f"SELECT ?s {{ GRAPH {self.journal} {{ {self.name} {_STATE} ?s }} }}")
        found = sorted(row["s"].value for row in rows)
        return INCOMPLETE if INCOMPLETE in found else found[0] if found else ""

    def _done(self) -> int:
        rows = self.asked.select(f"SELECT ?n {{ GRAPH {self.journal} {{ <{self.staging}> {_DONE} ?n }} }}")
        return max((int(row["n"].value) for row in rows), default=0)

    def _count(self, graph: str) -> int:
        pattern = "?s ?p ?o" if graph == DEFAULT_GRAPH else f"GRAPH <{graph}> {{ ?s ?p ?o }}"
        (row,) = self.asked.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
        return int(row["n"].value)

    def _drop_staged(self, but: str = "") -> None:
        """Remove what killed publications have left."""
        rows = self.asked.select(f"SELECT ?g {{ GRAPH {self.journal} {{ ?g {_PART} {self.name} }} }}")
        for graph in sorted({row["g"].value for row in rows} - {but}):
            self._forget(graph)

    def _forget(self, staging: str) -> None:
        self._update(
            f"DROP SILENT GRAPH <{staging}> ; DELETE WHERE {{ GRAPH {self.journal} {{ <{staging}> ?p ?o }} }}"
        )

    def _send(self, done: int) -> Iterator[int]:
        """Send the lines from ``done`` on; yield how many have arrived after each batch."""
        total = len(self.content.lines)
        while done < total:
            batch = self.content.lines[done : done + STORE_BATCH]
            self.by_store = self.by_store and self._stored(batch)
            if not self.by_store:
                batch = self.content.lines[done : done + UPDATE_BATCH]
                self._update(f"INSERT DATA {{ GRAPH <{self.staging}> {{\n{''.join(batch)}}} }}")
            done += len(batch)
            self._update(f"INSERT DATA {{ GRAPH {self.journal} {{ <{self.staging}> {_DONE} {done} }} }}")
            yield done

    def _stored(self, batch: Sequence[str]) -> bool:
        """Send lines by the Graph Store Protocol; return False where a guessed endpoint is none."""
        url = f"{self.target.graph_store}?{urlencode({'graph': self.staging})}"
        reply = self.transport.send("POST", url, "".join(batch).encode(), {"Content-Type": "text/turtle"})
        if 200 <= reply.status < 300:
            return True
        if self.target.guessed and reply.status in {400, 404, 405, 415, 501}:
            return False
        raise failure(self.target.graph_store, reply)

    def _swap(self) -> None:
        """Put the staging graph in the place of the old one; a reader who asks meanwhile is told so.

        Each step is a request of its own, and can be done twice: some servers bound the time of one.
        """
        place = "DEFAULT" if self.target.graph == DEFAULT_GRAPH else f"GRAPH <{self.target.graph}>"
        state = f"GRAPH {self.journal} {{ {self.name} {_STATE} "
        self._update(
            f'INSERT DATA {{ {state} "{INCOMPLETE}" }} }} ; '
            f'DELETE {{ {state} ?s }} }} WHERE {{ {state} ?s FILTER(STR(?s) != "{INCOMPLETE}") }} }}'
        )
        self._update(f"COPY GRAPH <{self.staging}> TO {place}")
        arrived, total = self._count(self.target.graph), len(self.content.lines)
        if arrived != total:
            raise StoreError(
                f"{self.target.update}: of {total:,} triples {arrived:,} were put into {self.target.graph}, "
                "which is marked as incomplete",
                "publish again; nobody else should write to that graph",
            )
        self._update(
            f'INSERT DATA {{ {state} "{self.content.digest}" }} }} ; '
            f'DELETE DATA {{ {state} "{INCOMPLETE}" }} }}'
        )
        self._forget(self.staging)

    def _update(self, update: str) -> None:
        headers = {"Content-Type": "application/sparql-update", "Accept": "*/*"}
        reply = self.transport.send("POST", self.target.update, update.encode(), headers)
        if not 200 <= reply.status < 300:
            raise failure(self.target.update, reply)
