"""What knowing a topic means: its definition and its learning goals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.rdf.store import text

if TYPE_CHECKING:
    from mlgraph.rdf.store import Store

__all__ = ["Mastery", "mastery"]


class Mastery(NamedTuple):
    """A definition, and what who knows the topic can do; both may be empty."""

    definition: str = ""
    goals: tuple[str, ...] = ()


def mastery(store: Store, topic: str) -> Mastery:
    """Return what knowing a topic means, in English.

    Parameters
    ----------
    store : Store
        The graph.
    topic : str
        IRI of the topic.
    """
    found: dict[str, set[str]] = {"definition": set(), "goal": set()}
    for row in store.select(
        f"SELECT ?p ?o WHERE {{ VALUES ?p {{ skos:definition mlg:goal }} <{topic}> ?p ?o . "
        "FILTER(LANG(?o) IN ('', 'en')) }"
    ):
        found["goal" if row["p"].value.endswith("goal") else "definition"].add(text(row["o"]))
    return Mastery(min(found["definition"], default=""), tuple(sorted(found["goal"])))
