"""Whether every claim says why and who says so, and how long ago that was looked at."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mlgraph.model import Finding
from mlgraph.vocab import DCTERMS, MLG, RDF, curie

if TYPE_CHECKING:
    from mlgraph.checks.record import Records, Rows

__all__ = ["STALE_MONTHS", "check_freshness", "check_provenance", "check_single_source", "dataset_date"]

STALE_MONTHS = 18
"""Months after which a verified claim asks to be looked at again."""


def check_provenance(records: Records, base: Rows | None = None) -> list[Finding]:
    """Check that evidence fits the status of claims and statements.

    Parameters
    ----------
    records : Records
        The records under check.
    base : Rows, optional
        Triples that they are laid over.

    Returns
    -------
    list of Finding
        Rule ``unused-evidence``: evidence that supports nothing. Rule ``unsupported``: a verified
        claim whose only evidence contradicts it, or an editorial judgement on something that is not
        a link between topics, skills, roles and projects (there a source is needed).
    """
    rows = records.rows
    layers = [base or {}, rows]
    support: dict[str, list[str]] = {}
    used: set[str] = set()
    for layer in layers:
        for node, evidence, _ in layer.get(MLG.supportedBy, ()):
            support.setdefault(node, []).append(evidence)
            used.add(evidence)
        used.update(evidence for _, evidence, _ in layer.get(MLG.contradictedBy, ()))
    kind_of = {node: kind for layer in layers for node, kind, _ in layer.get(MLG.evidenceKind, ())}
    link_of = {node: link for node, link, _ in rows.get(RDF.predicate, ())}
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
        record = records.homes[node]
        findings.append(Finding("warning", rule, node, message, str(record.path), record.line(node), mend))

    for node, type_, _ in rows.get(RDF.type, ()):
        if type_ == MLG.Evidence and node not in used:
            report(
                "unused-evidence",
                node,
                f"{curie(node)} supports and contradicts nothing",
                "link it from a claim with mlg:supportedBy, or remove it",
            )
    for node, status, _ in rows.get(MLG.status, ()):
        link = link_of.get(node)
        if status == MLG.Verified and link is not None and link not in editorial_allowed:
            kinds = {kind_of.get(evidence) for evidence in support.get(node, ())}
            if kinds == {MLG.Editorial}:
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
    start = date.fromisoformat(as_of)
    months = start.year * 12 + start.month - 1 - STALE_MONTHS
    limit = date(months // 12, months % 12 + 1, min(start.day, 28)).isoformat()
    findings = []
    for node, verified, _ in records.rows.get(MLG.verifiedOn, ()):
        if verified < limit:
            record = records.homes[node]
            findings.append(
                Finding(
                    "info",
                    "stale",
                    node,
                    f"{curie(node)} was last verified on {verified}",
                    str(record.path),
                    record.line(node, MLG.verifiedOn),
                    "look at its sources again and set mlg:verifiedOn",
                )
            )
    return sorted(findings, key=lambda each: (each.path, each.line))


def check_single_source(records: Records, base: Rows | None = None) -> list[Finding]:
    """Name verified claims that one source alone supports, so that a second one is looked for.

    Parameters
    ----------
    records : Records
        The records under check.
    base : Rows, optional
        Triples that they are laid over.

    Returns
    -------
    list of Finding
        Rule ``single-source``, severity info, sorted by file. Claims with editorial evidence alone
        are not named: they have no source yet, which the share of editorial links tells.
    """
    rows = records.rows
    layers = [base or {}, rows]
    source_of = {node: source for layer in layers for node, source, _ in layer.get(DCTERMS.source, ())}
    editorial = {
        node for layer in layers for node, kind, _ in layer.get(MLG.evidenceKind, ()) if kind == MLG.Editorial
    }
    cited: dict[str, set[str]] = {}
    for layer in layers:
        for node, evidence, _ in layer.get(MLG.supportedBy, ()):
            if evidence not in editorial and evidence in source_of:
                cited.setdefault(node, set()).add(source_of[evidence])
    links = {node for node, _, _ in rows.get(RDF.predicate, ())}
    findings = []
    for node, status, _ in rows.get(MLG.status, ()):
        found = cited.get(node, set())
        if status == MLG.Verified and node in links and len(found) == 1:
            record = records.homes[node]
            findings.append(
                Finding(
                    "info",
                    "single-source",
                    node,
                    f"{curie(node)} rests on {curie(min(found))} alone",
                    str(record.path),
                    record.line(node),
                    "a second source would raise its confidence",
                )
            )
    return sorted(findings, key=lambda each: (each.path, each.line))


def dataset_date(rows: Rows) -> str:
    """Return the latest ``dcterms:issued`` in a dataset that is a date, or the empty string."""
    return max((issued for _, issued, _ in rows.get(DCTERMS.issued, ()) if _is_date(issued)), default="")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
