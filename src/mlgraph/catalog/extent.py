"""How large a graph may be for what is made of all of it, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.catalog.gather import more_than
from mlgraph.errors import UsageError

if TYPE_CHECKING:
    from mlgraph.rdf.store import Store

__all__ = ["WHOLE_COURSES", "WHOLE_TOPICS", "is_large", "whole"]

WHOLE_COURSES = 20_000
"""Courses up to which a whole graph is held in memory: about half a gigabyte, and under half a minute."""

WHOLE_TOPICS = 6_000
"""Topics up to which all of them are drawn."""


def is_large(store: Store) -> bool:
    """Return whether a graph has more than `WHOLE_COURSES` courses; costs the same however many there are."""
    return more_than(store, WHOLE_COURSES)


def whole(store: Store, what: str, mend: str, *, topics: bool = False) -> None:
    """Refuse to make something of a graph that is too large for it.

    Parameters
    ----------
    store : Store
        The graph.
    what : str
        What is to be made; begins the message.
    mend : str
        What to do instead.
    topics : bool
        All topics are drawn, so that their number counts too.

    Raises
    ------
    UsageError
        If it has more than `WHOLE_COURSES` courses, or more than `WHOLE_TOPICS` topics where these count.

    Examples
    --------
    >>> from mlgraph.rdf.store import EmbeddedStore
    >>> whole(EmbeddedStore.of_turtle("course:a a schema:Course ."), "a page", "")
    """
    for limit, name, pattern in (
        (WHOLE_COURSES, "courses", "?x a schema:Course"),
        *(((WHOLE_TOPICS, "topics", "?x a mlg:Topic"),) if topics else ()),
    ):
        if more_than(store, limit, pattern):
            raise UsageError(f"{what} holds at most {limit:,} {name}, and this graph has more", mend)
