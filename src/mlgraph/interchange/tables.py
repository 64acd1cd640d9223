"""The graph as tables: topics, prerequisites and claims in CSV; prerequisites as GraphML."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import networkx as nx

from mlgraph.catalog.claims import claims
from mlgraph.interchange.pairs import topic_graph

if TYPE_CHECKING:
    from mlgraph.rdf.store import Store

__all__ = ["to_csv", "to_graphml"]


def to_csv(store: Store) -> str:
    """Return all claims as CSV: one row a claim, sorted, with reason, status and sources.

    Parameters
    ----------
    store : Store
        The graph.

    Returns
    -------
    str
        Columns: subject, predicate, object (as kind/slug), level, status, confidence, reason,
        verifiedOn, sources.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ("subject", "predicate", "object", "level", "status", "confidence", "reason", "verifiedOn", "sources")
    )
    for claim in sorted(claims(store), key=lambda each: each.iri):
        writer.writerow(
            (
                f"{claim.subject.kind}/{claim.subject.slug}",
                claim.predicate,
                f"{claim.object.kind}/{claim.object.slug}",
                claim.level,
                claim.status,
                "" if claim.confidence is None else f"{claim.confidence:g}",
                claim.reason,
                claim.verified_on,
                "; ".join(f"{each.source} {each.locator}".strip() for each in claim.support),
            )
        )
    return text.getvalue()


def to_graphml(store: Store) -> str:
    """Return hard and soft prerequisites between topics as GraphML.

    Parameters
    ----------
    store : Store
        The graph.

    Returns
    -------
    str
        Nodes carry label and slug, edges (prerequisite -> dependent) their kind. Sorted.
    """
    network = topic_graph(store, soft=True)
    return "\n".join(nx.generate_graphml(network)) + "\n"
