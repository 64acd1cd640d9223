"""Rows of one thing put together: its first values, and sets of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.rdf.store import text
from mlgraph.vocab import local_name

if TYPE_CHECKING:
    import pyoxigraph as ox

    from mlgraph.rdf.store import Store

__all__ = ["Gather", "counts", "gather", "more_than"]


class Gather:
    """Collects the rows of one thing: first values and sets of values."""

    def __init__(self) -> None:
        self.first: dict[str, str] = {}
        self.many: dict[str, set[str]] = {}

    def take(self, row: ox.QuerySolution, names: str) -> None:
        """Take the named values of a row."""
        for name in names.split():
            value = text(row[name])
            if value:
                self.first.setdefault(name, value)
                self.many.setdefault(name, set()).add(value)

    def one(self, name: str) -> str:
        """Return the least value of a name, or an empty text."""
        return min(self.many.get(name, {""}))

    def words(self, name: str) -> tuple[str, ...]:
        """Return the local names of the IRIs of a name, sorted."""
        return tuple(sorted(local_name(each) for each in self.many.get(name, ())))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the values of a name, sorted."""
        return tuple(sorted(self.many.get(name, ())))

    def number(self, name: str) -> float | None:
        """Return the least value of a name as a number."""
        value = self.one(name)
        return float(value) if value else None


def gather(store: Store, query: str, key: str, names: str) -> dict[str, Gather]:
    """Put the rows of a query together by one variable, whose values are the keys."""
    found: dict[str, Gather] = {}
    for row in store.select(query):
        found.setdefault(row[key].value, Gather()).take(row, names)
    return found


def counts(store: Store, pattern: str) -> dict[str, int]:
    """Count the different ``?y`` of each ``?x`` of a pattern."""
    rows = store.select(f"SELECT ?x (COUNT(DISTINCT ?y) AS ?n) WHERE {{ {pattern} }} GROUP BY ?x")
    return {row["x"].value: int(row["n"].value) for row in rows if row["x"] is not None}


def more_than(store: Store, limit: int, pattern: str = "?x a schema:Course") -> bool:
    """Return whether a pattern has more than so many ``?x``, courses if not said; costs no more than these many do.

    Examples
    --------
    >>> from mlgraph.rdf.store import EmbeddedStore
    >>> store = EmbeddedStore.of_turtle("course:a a schema:Course . course:b a schema:Course .")
    >>> more_than(store, 1), more_than(store, 2)
    (True, False)
    """
    # counted, since Virtuoso does not count what DISTINCT leaves out where OFFSET is given
    first = f"SELECT DISTINCT ?x WHERE {{ {pattern} }} LIMIT {limit + 1}"
    (row,) = store.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {{ {first} }} }}")
    return int(text(row["n"])) > limit
