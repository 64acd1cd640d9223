"""Whether every claim says why and who says so, and how long ago that was looked at."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mlgraph.model import Finding
from mlgraph.rdf.store import text
from mlgraph.vocab import DCTERMS, MLG, RDF, curie

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyoxigraph as ox

    from mlgraph.checks.record import Records

__all__ = ["STALE_MONTHS", "check_freshness", "check_provenance", "dataset_date"]

STALE_MONTHS = 18
"""Months after which a verified claim asks to be looked at again."""


def _values(quads: Sequence[ox.Quad]) -> dict[str, dict[str, list[str]]]:
    nodes: dict[str, dict[str, list[str]]] = {}
    for quad in quads:
        nodes.setdefault(text(quad.subject), {}).setdefault(quad.predicate.value, []).append(
            text(quad.object)
        )
    return nodes


def check_provenance(records: Records, base: Sequence[ox.Quad] = ()) -> list[Finding]:
    """Check that evidence fits the status of claims and statements.

    Parameters
    ----------
    records : Records
        The records under check.
    base : sequence of pyoxigraph.Quad
        Triples that they are laid over.

    Returns
    -------
    list of Finding
        Rule ``unused-evidence``: evidence that supports nothing. Rule ``unsupported``: a verified
        claim whose only evidence contradicts it, or an editorial judgement on something that is not
        a link between topics, skills, roles and projects (there a source is needed).
    """
    quads = records.quads
    nodes = _values([*base, *quads])
    index = records.homes()
    mine = {text(quad.subject) for quad in quads}
    used = {
        target
        for properties in nodes.values()
        for predicate in (MLG.supportedBy, MLG.contradictedBy)
        for target in properties.get(predicate, ())
    }
    editorial_allowed = {
        MLG.requires,
        MLG.recommends,
        MLG.corequisite,
        MLG.encompasses,
        MLG.partOf,
        MLG.drawsOn,
        MLG.practises,
        MLG.essentialSkill,
        MLG.optionalSkill,
        MLG.relatedRole,
        MLG.preparesFor,
    }
    findings = []

    def report(rule: str, node: str, message: str, mend: str) -> None:
        record = index.get(node)
        findings.append(
            Finding(
                "warning",
                rule,
                node,
                message,
                str(record.path) if record else "",
                record.line(node) if record else 0,
                mend,
            )
        )

    for node in sorted(mine):
        properties = nodes[node]
        types = properties.get(RDF.type, ())
        if MLG.Evidence in types and node not in used:
            report(
                "unused-evidence",
                node,
                f"{curie(node)} supports and contradicts nothing",
                "link it from a claim with mlg:supportedBy, or remove it",
            )
        if MLG.Claim in types and properties.get(MLG.status) == [MLG.Verified]:
            kinds = {
                kind
                for evidence in properties.get(MLG.supportedBy, ())
                for kind in nodes.get(evidence, {}).get(MLG.evidenceKind, ())
            }
            predicate = (properties.get(RDF.predicate) or [""])[0]
            if kinds == {MLG.Editorial} and predicate not in editorial_allowed:
                report(
                    "unsupported",
                    node,
                    f"{curie(node)} rests on editorial judgement alone",
                    "cite a source, or set its status to mlg:Proposed",
                )
    return findings


def check_freshness(records: Records, as_of: str) -> list[Finding]:
    """Name claims that were verified too long ago.

    Parameters
    ----------
    records : Records
        The records under check.
    as_of : str
        The date to count from, ISO 8601; the dataset's own date, never the clock.

    Returns
    -------
    list of Finding
        Rule ``stale``, severity info, sorted by file; a claim is stale after `STALE_MONTHS`.

    Examples
    --------
    >>> from mlgraph.checks.record import Records
    >>> check_freshness(Records([], []), "2026-11-25")
    []
    """
    year, month, day = map(int, as_of.split("-"))
    months = year * 12 + month - 1 - STALE_MONTHS
    limit = date(months // 12, months % 12 + 1, min(day, 28)).isoformat()
    index = records.homes()
    findings = []
    for quad in records.quads:
        if quad.predicate.value == MLG.verifiedOn and text(quad.object) < limit:
            node = text(quad.subject)
            findings.append(
                Finding(
                    "info",
                    "stale",
                    node,
                    f"{curie(node)} was last verified on {text(quad.object)}",
                    str(index[node].path),
                    index[node].line(node, MLG.verifiedOn),
                    "look at its sources again and set mlg:verifiedOn",
                )
            )
    return sorted(findings, key=lambda each: (each.path, each.line))


def dataset_date(quads: Sequence[ox.Quad]) -> str:
    """Return the latest ``dcterms:issued`` in a dataset, or the empty string."""
    return max((text(quad.object) for quad in quads if quad.predicate.value == DCTERMS.issued), default="")
