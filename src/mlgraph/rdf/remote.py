"""A SPARQL 1.1 server somewhere else, as a store: the same questions, the same terms as the embedded one."""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pyoxigraph as ox

from mlgraph.errors import QueryError, QueryForbiddenError, QuerySyntaxError, StoreError, UsageError
from mlgraph.rdf.dialect import by_closure
from mlgraph.rdf.reply import ROWS, TRIPLES, failure, rows_of, serialized_rows, triples_of
from mlgraph.rdf.sparql import RESULT_FORMATS, TRIPLE_FORMATS
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.rdf.transport import Patience, Reply, Transport, checked_url, credentials_from_environment
from mlgraph.rdf.writer import to_turtle
from mlgraph.vocab import DATASET, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["INCOMPLETE", "PUBLICATION", "RemoteStore", "store_patience", "with_prefixes"]

PUBLICATION = "/publication"
"""What is put after a graph's IRI to name the graph that says whether it is published completely."""

INCOMPLETE = "incomplete"
"""What that graph says while a published graph is being replaced; else it gives the content's digest."""

_RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_SERIALIZED = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_PATH_PROBE = (
    "SELECT ?root WHERE { ?root mlg:requires ?b , ?c . ?b mlg:requires ?t . ?c mlg:requires ?t . "
    "?root mlg:learningDepth ?depth FILTER(?b != ?c) } ORDER BY ?depth ?root LIMIT 1"
)


def with_prefixes(query: str) -> str:
    """Return a query with the usual prefixes that it may use declared before it.

    Examples
    --------
    >>> with_prefixes("ASK { topic:a ?p ?o }")
    'PREFIX topic: <https://w3id.org/mlgraph/id/topic/> ASK { topic:a ?p ?o }'
    """
    used = {word[0] for word in re.finditer(r"[a-z]+(?=:)", query)}
    heads = [f"PREFIX {prefix}: <{base}>" for prefix, base in PREFIXES.items() if prefix in used]
    return " ".join([*heads, query])


class RemoteStore:
    """A SPARQL 1.1 query endpoint.

    Parameters
    ----------
    url : str
        The endpoint. ``default-graph-uri`` and ``named-graph-uri`` in its query part are sent with every
        query; without the first, the graph that `mlgraph publish` writes is found by itself.
    patience : Patience, optional
        Limits; default from ``MLGRAPH_STORE_TIMEOUT`` (seconds) and the built-in ones.
    transport : Transport, optional
        What sends; default one with the credentials of the environment.
    graph : str, optional
        IRI of the graph to ask, or nothing for the server's default graph; not given, it is found.

    Notes
    -----
    Nothing is sent until the first question. Answers are read whole before the first row is given, so a
    server that breaks off never passes for one that has finished.
    """

    folder: Path | None = None
    note = ""

    def __init__(
        self,
        url: str,
        patience: Patience | None = None,
        transport: Transport | None = None,
        graph: str | None = None,
    ) -> None:
        parts = urlsplit(checked_url(url))
        self.url = url
        self._fixed = parse_qsl(parts.query, keep_blank_values=True)
        self._place = urlunsplit(parts._replace(query=""))
        self._transport = transport or Transport(patience or store_patience(), credentials_from_environment())
        if graph is not None:
            self.__dict__["graph"] = graph
        self._most = 0

    @cached_property
    def graph(self) -> str:
        """IRI of the graph that questions are asked of; empty for the server's default graph.

        Raises
        ------
        StoreError
            If the server holds a graph of ours that is not complete.
        """
        if any(name == "default-graph-uri" for name, _ in self._fixed):
            return ""
        state = self._state(DATASET)
        if state == "incomplete":
            raise StoreError(
                f"{self.url}: the graph <{DATASET}> is being published, or was left half-way",
                "run `mlgraph publish` again; it goes on where it stopped",
            )
        if not state and not self._holds("?x a mlg:Topic"):
            raise StoreError(
                f"{self.url}: there is no graph of mlgraph",
                "load it with `mlgraph publish`, or name its graph with ?default-graph-uri=IRI after the URL",
            )
        return DATASET if state else ""

    def _state(self, graph: str) -> str:
        """Return ``complete`` or ``incomplete`` for a graph that mlgraph has published, else nothing."""
        rows = self._rows(
            f"SELECT ?state WHERE {{ GRAPH <{graph}{PUBLICATION}> {{ <{graph}> dcterms:identifier ?state }} }}",
            [],
        )
        words = {row["state"].value for row in rows}
        return "" if not words else "incomplete" if INCOMPLETE in words else "complete"

    @cached_property
    def follows_paths(self) -> bool:
        """Whether property paths mean there what SPARQL 1.1 says; if not, closures go by ``mlg:dependsOn``.

        Raises
        ------
        StoreError
            If they do not, and the graph has no ``mlg:dependsOn``.

        Notes
        -----
        Asked once, of the data: a topic that is reached on two ways must be given once.
        """
        graphs = self._graphs()
        roots = [row["root"].value for row in self._rows(_PATH_PROBE, graphs)]
        if not roots:
            return True  # no topic is reached on two ways, so nothing can be given twice
        try:
            probe = f"SELECT ?t WHERE {{ <{roots[0]}> mlg:requires+ ?t }}"
            reached = [row["t"].value for row in self._rows(probe, graphs)]
        except QueryError:
            reached = ["", ""]
        if len(reached) == len(set(reached)):
            return True
        if not self.ask("ASK { ?x mlg:dependsOn ?y }"):
            raise StoreError(
                f"{self.url}: property paths are not standard there, and the graph has no mlg:dependsOn",
                "load the graph with `mlgraph publish`, which brings the closure along",
            )
        return False

    def select(self, query: str) -> list[ox.QuerySolution]:
        """Return the solutions of a SELECT query.

        Raises
        ------
        QueryError
            If the server refuses the query.
        StoreError
            If the server cannot be reached or does not answer as SPARQL 1.1 says.
        """
        return self._rows(self._said(query), self._graphs())

    def ask(self, query: str) -> bool:
        """Return the answer of an ASK query.

        Raises
        ------
        QueryError
            If the server refuses the query.
        StoreError
            As `select`.
        """
        return self._asked(self._said(query), self._graphs())

    def _holds(self, pattern: str) -> bool:
        """Return whether the server's default graph has something of a pattern."""
        return self._asked(f"ASK {{ {pattern} }}", [])

    def _asked(self, query: str, graphs: list[tuple[str, str]]) -> bool:
        found = rows_of(self.url, self._post(query, ROWS, graphs))
        if found.boolean is not None:
            return found.boolean
        if found.names == ("__ASK_RETVAL",):  # Virtuoso 7 answers so
            return any(row[0].value not in {"0", "false"} for row in found.rows)
        raise QuerySyntaxError(f"{self.url} gave another form of answer: an ASK query was expected")

    def construct(self, query: str) -> list[ox.Triple]:
        """Return the triples of a CONSTRUCT or DESCRIBE query.

        Raises
        ------
        QueryError
            If the server refuses the query.
        StoreError
            As `select`.
        """
        found = triples_of(self.url, self._post(self._said(query), TRIPLES, self._graphs()))
        if self._most and len(found) >= self._most:  # such a server does not say that it has cut
            raise self._capped()
        return found

    def triples(self) -> Iterator[ox.Triple]:
        """Yield all triples of the graph but the closure, in no particular order.

        Raises
        ------
        StoreError
            If the server gives fewer than it counts, as some do that cap their answers.
        """
        where = "WHERE { ?s ?p ?o FILTER(?p != mlg:dependsOn) }"
        (row,) = self.select(f"SELECT (COUNT(*) AS ?n) {where}")
        found = self.construct(f"CONSTRUCT {{ ?s ?p ?o }} {where}")
        if len(found) < int(row["n"].value):
            raise StoreError(
                f"{self.url}: {row['n'].value} triples are there, but only {len(found)} were given",
                "the server caps its answers; ask its keeper to raise the limit",
            )
        yield from found

    def copy_to(self, folder: Path) -> EmbeddedStore:
        """Write the graph as it is now into a folder that is not there yet, and open it read-only.

        Raises
        ------
        StoreError
            If not all of it is given, or it cannot be written.
        """
        triples = self.triples()
        try:
            engine = ox.Store(str(folder))
            engine.bulk_extend(ox.Quad(each.subject, each.predicate, each.object) for each in triples)
            engine.optimize()
            engine.flush()
        except OSError as error:
            raise StoreError(f"the graph cannot be copied to {folder}: {error}") from error
        del engine
        return EmbeddedStore.open(folder)

    def __len__(self) -> int:
        """Return the number of triples, the closure included."""
        (row,) = self.select("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
        return int(row["n"].value)

    def answer(self, query: str, form: str, output: str) -> bytes:
        """Return the serialized answer of a query, as `mlgraph.rdf.sparql.run_query` does.

        Parameters
        ----------
        query : str
            SPARQL 1.1; the usual prefixes are known.
        form : str
            SELECT, ASK, CONSTRUCT or DESCRIBE.
        output : str
            A format of `mlgraph.rdf.sparql`.

        Raises
        ------
        QueryError, StoreError
            As `select`.
        """
        allowed = RESULT_FORMATS if form in {"SELECT", "ASK"} else TRIPLE_FORMATS
        if output not in allowed:
            raise QueryForbiddenError(
                f"a {form} query cannot be given as {output}", f"choose one of {', '.join(allowed)}"
            )
        if form == "ASK":
            return _boolean(_RESULTS[output], value=self.ask(query))
        if form == "SELECT":
            reply = self._post(self._said(query), ROWS, self._graphs())
            self._check_cap(len(rows_of(self.url, reply).rows), reply)
            return serialized_rows(self.url, reply, _RESULTS[output])
        triples = self.construct(query)
        if output == "turtle":
            return to_turtle(ox.Quad(each.subject, each.predicate, each.object) for each in triples).encode()
        return ox.serialize(triples, format=_SERIALIZED[output], prefixes=PREFIXES) or b""

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _graphs(self) -> list[tuple[str, str]]:
        return [("default-graph-uri", self.graph)] if self.graph else []

    def _said(self, query: str) -> str:
        """Return a query as this server is to be asked."""
        closed = by_closure(query)
        return query if closed == query or self.follows_paths else closed

    def _rows(self, query: str, graphs: list[tuple[str, str]]) -> list[ox.QuerySolution]:
        reply = self._post(query, ROWS, graphs)
        found = rows_of(self.url, reply)
        if found.boolean is not None:
            raise QuerySyntaxError(f"{self.url} gave another form of answer: a SELECT query was expected")
        self._check_cap(len(found.rows), reply)
        return found.rows

    def _check_cap(self, count: int, reply: Reply) -> None:
        """Refuse rows that a server has cut; note how many it gives at most."""
        most = reply.headers.get("x-sparql-maxrows", "")
        if most.isdigit():
            self._most = int(most)
            if count >= self._most:
                raise self._capped()

    def _capped(self) -> StoreError:
        return StoreError(
            f"{self.url}: the server gives at most {self._most:,} rows, and there are more",
            "ask its keeper to raise the limit (in Virtuoso, ResultSetMaxRows)",
        )

    def _post(self, query: str, accept: str, graphs: list[tuple[str, str]]) -> Reply:
        form = [*self._fixed, *graphs, ("query", with_prefixes(query))]
        reply = self._transport.send(
            "POST",
            self._place,
            urlencode(form).encode(),
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept},
        )
        if reply.status != 200:
            raise failure(self._place, reply)
        if reply.headers.get("x-sql-state"):
            raise StoreError(
                f"{self.url}: the server stopped half-way ({reply.headers.get('x-sql-message', 'no reason given')[:200]})",
                "ask for less, or ask the server's keeper for more time",
            )
        if reply.headers.get("content-encoding", "identity") != "identity":
            raise StoreError(
                f"{self.url}: the answer is compressed, though that was not asked for",
                "see what stands between you and the server",
            )
        return reply


def _boolean(form: ox.QueryResultsFormat, *, value: bool) -> bytes:
    found = ox.Store().query("ASK {}" if value else "ASK { ?s ?p ?o }")
    return found.serialize(format=form) or b"" if isinstance(found, ox.QueryBoolean) else b""


def store_patience() -> Patience:
    """Return the limits of a remote store, with the seconds of ``MLGRAPH_STORE_TIMEOUT`` if it is set.

    Raises
    ------
    UsageError
        If they are no number of seconds.
    """
    said = os.environ.get("MLGRAPH_STORE_TIMEOUT", "")
    if not said:
        return Patience()
    try:
        seconds = float(said)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        raise UsageError("MLGRAPH_STORE_TIMEOUT is not a number of seconds", "set it to, say, 120")
    return Patience(timeout=seconds)
