"""One protocol for whatever answers SPARQL, and the embedded Oxigraph behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pyoxigraph as ox

from mlgraph.errors import QuerySyntaxError, StoreError
from mlgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["EmbeddedStore", "Store", "is_iri", "text"]


class Store(Protocol):
    """Whatever answers SPARQL 1.1 queries on the graph."""

    @property
    def follows_paths(self) -> bool:
        """Whether property paths mean what SPARQL 1.1 says; if not, closures go by ``mlg:dependsOn``."""
        ...

    def select(self, query: str) -> Iterable[ox.QuerySolution]:
        """Return the solutions of a SELECT query."""
        ...

    def ask(self, query: str) -> bool:
        """Return the answer of an ASK query."""
        ...

    def construct(self, query: str) -> Iterable[ox.Triple]:
        """Return the triples of a CONSTRUCT or DESCRIBE query."""
        ...

    def triples(self) -> Iterator[ox.Triple]:
        """Yield all triples, in no particular order."""
        ...


class EmbeddedStore:
    """Oxigraph in this process, in memory or read-only on disk.

    Parameters
    ----------
    engine : pyoxigraph.Store
        The store; everything lies in its default graph.
    note : str
        One line for the user where something was not as it should be; empty otherwise.
    folder : Path, optional
        The folder of a store on disk.

    Examples
    --------
    >>> store = EmbeddedStore.of_turtle("topic:a a mlg:Topic .")
    >>> store.ask("ASK { topic:a a mlg:Topic }")
    True
    """

    follows_paths = True

    def __init__(self, engine: ox.Store, note: str = "", folder: Path | None = None) -> None:
        self._engine = engine
        self.note = note
        self.folder = folder

    @classmethod
    def of_turtle(cls, turtle: str) -> EmbeddedStore:
        """Return a store in memory that holds a Turtle text; the usual prefixes are known."""
        engine = ox.Store()
        heads = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())
        engine.load(heads + turtle, format=ox.RdfFormat.TURTLE)
        return cls(engine)

    @classmethod
    def of_quads(cls, quads: Iterable[ox.Quad], note: str = "") -> EmbeddedStore:
        """Return a store in memory that holds some triples."""
        engine = ox.Store()
        engine.bulk_extend(quads)
        return cls(engine, note)

    @classmethod
    def of_file(cls, path: Path, note: str = "") -> EmbeddedStore:
        """Return a store in memory that holds a Turtle or N-Triples file."""
        engine = ox.Store()
        engine.bulk_load(path=str(path))
        return cls(engine, note)

    @classmethod
    def open(cls, folder: Path) -> EmbeddedStore:
        """Open a store folder read-only.

        Raises
        ------
        StoreError
            If the folder is not a store that this engine can read.
        """
        try:
            return cls(ox.Store.read_only(str(folder)), folder=folder)
        except (OSError, RuntimeError) as error:  # the engine calls a damaged file a RuntimeError
            raise StoreError(f"the store {folder} cannot be opened: {error}") from error

    def _run(self, query: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        try:
            return self._engine.query(query, prefixes=PREFIXES)
        except SyntaxError as error:
            raise QuerySyntaxError(f"not SPARQL 1.1: {error}") from error

    def select(self, query: str) -> ox.QuerySolutions:
        """Return the solutions of a SELECT query, lazily.

        Raises
        ------
        QuerySyntaxError
            If it is not SPARQL, or not a SELECT.
        """
        found = self._run(query)
        if not isinstance(found, ox.QuerySolutions):
            raise QuerySyntaxError("a SELECT query was expected")
        return found

    def ask(self, query: str) -> bool:
        """Return the answer of an ASK query.

        Raises
        ------
        QuerySyntaxError
            If it is not SPARQL, or not an ASK.
        """
        found = self._run(query)
        if not isinstance(found, ox.QueryBoolean):
            raise QuerySyntaxError("an ASK query was expected")
        return bool(found)

    def construct(self, query: str) -> ox.QueryTriples:
        """Return the triples of a CONSTRUCT or DESCRIBE query, lazily.

        Raises
        ------
        QuerySyntaxError
            If it is not SPARQL, or gives no triples.
        """
        found = self._run(query)
        if not isinstance(found, ox.QueryTriples):
            raise QuerySyntaxError("a CONSTRUCT or DESCRIBE query was expected")
        return found

    def triples(self) -> Iterator[ox.Triple]:
        """Yield all triples, in no particular order."""
        for quad in self._engine:
            yield quad.triple

    def __len__(self) -> int:
        """Return the number of triples; O(n) on disk."""
        return len(self._engine)


def is_iri(value: str) -> bool:
    """Return whether a text is an absolute IRI, so that it may stand between < and > in a query.

    Examples
    --------
    >>> is_iri("https://a.org/b"), is_iri("https://a.org/>"), is_iri("b")
    (True, False, False)
    """
    try:
        ox.NamedNode(value)
    except ValueError:
        return False
    return True


def text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    """Return the plain text of a term: an IRI, a lexical form, or nothing for no term."""
    if term is None:
        return ""
    return str(term) if isinstance(term, ox.Triple) else term.value
