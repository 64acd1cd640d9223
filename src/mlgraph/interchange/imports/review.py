"""Suggestions of an import, to be accepted or rejected; what was decided is kept beside them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from mlgraph.build.atomic import write_atomically
from mlgraph.errors import DataError
from mlgraph.interchange.imports.words import LEVELS
from mlgraph.rdf.reader import read_turtle, record_files
from mlgraph.rdf.store import text
from mlgraph.rdf.writer import to_turtle
from mlgraph.vocab import MLG, RDF, SCHEMA, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["DECISIONS", "Decision", "Proposal", "decide", "proposals", "read_decisions"]

DECISIONS = "decisions.tsv"
"""The file of an imported folder that keeps what was decided."""

_COLUMNS = ("claim", "decision", "level", "date", "reason")


class Decision(NamedTuple):
    """What a person said of a suggestion."""

    accepted: bool
    level: str
    date: str
    reason: str


class Proposal(NamedTuple):
    """A suggestion that waits for a decision."""

    claim: str
    subject: str
    name: str
    predicate: str
    object: str
    score: float
    reason: str
    description: str
    path: Path


def read_decisions(folder: Path) -> dict[str, Decision]:
    """Return claim -> what was decided in a folder.

    Raises
    ------
    DataError
        If the file is damaged.
    """
    path = folder / DECISIONS
    if not path.is_file():
        return {}
    rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")), delimiter="\t")
    found = {}
    for line, row in enumerate(rows, 1):
        if line == 1 and tuple(row) == _COLUMNS:
            continue
        if len(row) != len(_COLUMNS) or row[1] not in {"accept", "reject"} or row[2] not in {*LEVELS, ""}:
            raise DataError("not a decision", f"columns are {', '.join(_COLUMNS)}", path=path, line=line)
        found[row[0]] = Decision(row[1] == "accept", row[2], row[3], row[4])
    return found


def proposals(folder: Path) -> list[Proposal]:
    """Return the suggestions of a folder, the likeliest first.

    Raises
    ------
    DataError
        If there is no such folder, or a file of it cannot be read.
    """
    found: list[Proposal] = []
    for path in record_files([folder]):
        about: dict[str, dict[str, str]] = {}
        for quad in read_turtle(path):
            about.setdefault(text(quad.subject), {})[quad.predicate.value] = text(quad.object)
        for claim, facts in about.items():
            if facts.get(RDF.type) == MLG.Claim and facts.get(MLG.status) == MLG.Proposed:
                found.append(_proposal(claim, facts, about, path))
    return sorted(found, key=lambda each: (-each.score, each.claim))


def _proposal(claim: str, facts: dict[str, str], about: dict[str, dict[str, str]], path: Path) -> Proposal:
    subject = about.get(facts.get(RDF.subject, ""), {})
    offering = about.get(subject.get(SCHEMA.hasCourseInstance, ""), {})
    return Proposal(
        claim,
        facts.get(RDF.subject, ""),
        subject.get(SCHEMA.name) or subject.get(SKOS.prefLabel, ""),
        facts.get(RDF.predicate, ""),
        facts.get(RDF.object, ""),
        float(facts.get(MLG.confidence, "0")),
        facts.get(MLG.reason, ""),
        offering.get(SCHEMA.description) or subject.get(SKOS.definition, ""),
        path,
    )


def decide(folder: Path, decided: Sequence[tuple[Proposal, Decision]]) -> int:
    """Write decisions: accepted claims become verified, rejected ones go away and are remembered.

    Parameters
    ----------
    folder : Path
        The imported folder.
    decided : sequence of (Proposal, Decision)
        Suggestions of that folder and what a person says of them.

    Returns
    -------
    int
        Files that changed.

    Notes
    -----
    The file of decisions is written first, so a kill between the two loses nothing: an import
    with ``--fresh`` applies it.
    """
    if not decided:
        return 0
    known = read_decisions(folder) | {proposal.claim: decision for proposal, decision in decided}
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter="\t", lineterminator="\n")
    writer.writerow(_COLUMNS)
    for claim, each in sorted(known.items()):
        writer.writerow((claim, "accept" if each.accepted else "reject", each.level, each.date, each.reason))
    write_atomically(folder / DECISIONS, lines.getvalue())
    by_path: dict[Path, dict[str, Decision]] = {}
    for proposal, decision in decided:
        by_path.setdefault(proposal.path, {})[proposal.claim] = decision
    for path, decisions in by_path.items():
        write_atomically(path, to_turtle(_changed(read_turtle(path), decisions)))
    return len(by_path)


_REPLACED = frozenset({MLG.status, MLG.confidence, MLG.atLevel, MLG.reason, MLG.verifiedOn})


def _changed(quads: Sequence[ox.Quad], decisions: dict[str, Decision]) -> list[ox.Quad]:
    rejected = {claim for claim, each in decisions.items() if not each.accepted}
    kept = [
        quad
        for quad in quads
        if text(quad.subject) not in rejected
        and not (text(quad.subject) in decisions and quad.predicate.value in _REPLACED)
    ]
    for claim, each in decisions.items():
        if each.accepted:
            kept += _verified(ox.NamedNode(claim), each)
    return _without_idle_evidence(kept)


def _verified(claim: ox.NamedNode, decision: Decision) -> list[ox.Quad]:
    def typed(value: str, datatype: str) -> ox.Literal:
        return ox.Literal(value, datatype=ox.NamedNode(datatype))

    facts: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (MLG.status, ox.NamedNode(MLG.Verified)),
        (MLG.confidence, typed("0.9", XSD.decimal)),
        (MLG.reason, ox.Literal(decision.reason, language="en")),
        (MLG.verifiedOn, typed(decision.date, XSD.date)),
    ]
    if decision.level:
        facts.append((MLG.atLevel, ox.NamedNode(LEVELS[decision.level])))
    return [ox.Quad(claim, ox.NamedNode(predicate), value) for predicate, value in facts]


def _without_idle_evidence(quads: list[ox.Quad]) -> list[ox.Quad]:
    """Drop evidence that supports nothing any more."""
    used = {
        text(quad.object) for quad in quads if quad.predicate.value in {MLG.supportedBy, MLG.contradictedBy}
    }
    evidence = {
        text(quad.subject)
        for quad in quads
        if quad.predicate.value == RDF.type and text(quad.object) == MLG.Evidence
    }
    idle = evidence - used
    return [quad for quad in quads if text(quad.subject) not in idle]
