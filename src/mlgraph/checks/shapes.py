"""Check triples against SHACL shapes.

The engine is PyPI ``shacl``; the tests hold it to pySHACL, the reference, on good and broken data.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import pyoxigraph as ox
import shacl

from mlgraph.model import Finding
from mlgraph.vocab import MLG, RDFS, SCHEMA, SKOS, curie, local_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mlgraph.checks.record import Records

__all__ = ["check_shapes", "context_triples"]

_WORDS = {
    "ClosedConstraintComponent": "is not a property that such a record may have",
    "MinCountConstraintComponent": "is missing",
    "MaxCountConstraintComponent": "has too many values",
    "DatatypeConstraintComponent": "has a value of the wrong type",
    "ClassConstraintComponent": "points to something of the wrong class",
    "InConstraintComponent": "has a value that is not in the list",
    "PatternConstraintComponent": "has a value of the wrong form",
    "UniqueLangConstraintComponent": "has two values in one language",
    "NodeKindConstraintComponent": "has a value of the wrong kind",
    "DisjointConstraintComponent": "shares a value with another property",
    "MinInclusiveConstraintComponent": "has a value that is too small",
    "MaxInclusiveConstraintComponent": "has a value that is too large",
    "LessThanOrEqualsConstraintComponent": "is greater than it may be",
    "OrConstraintComponent": "lacks something that its status or kind asks for",
}
_SEVERITY = {"Violation": "error", "Warning": "warning", "Info": "info"}


def context_triples(ontology: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return the ontology without its class tree.

    A resource shape would otherwise also hold for projects, which are a subclass of resources.
    """
    return [quad for quad in ontology if quad.predicate.value != RDFS.subClassOf]


def _ntriples(quads: Iterable[ox.Quad]) -> str:
    return (ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES) or b"").decode()


def check_shapes(quads: Sequence[ox.Quad], shapes: Path, records: Records | None = None) -> list[Finding]:
    """Validate triples against a shapes file.

    Parameters
    ----------
    quads : sequence of pyoxigraph.Quad
        The data with the ontology's individuals (see `context_triples`).
    shapes : Path
        A Turtle file of SHACL shapes.
    records : Records, optional
        Where the nodes stand; findings then carry file and line.

    Returns
    -------
    list of Finding
        Rule ``shape``, sorted by file, line and message.

    References
    ----------
    SHACL, https://www.w3.org/TR/shacl/
    """
    report = shacl.Shapes.from_file(str(shapes)).validate_text(_ntriples(quads), format="ntriples")
    index = records.homes if records else {}
    findings = []
    for result in report.results:
        node = result.focus_node.strip("<>")
        predicate = (result.path or "").strip("<>")
        record = index.get(node)
        what = f"{curie(predicate)} " if predicate else ""
        reason = result.message or _WORDS.get(result.component, f"breaks {result.component}")
        value = f" ({result.value_plain})" if result.value_plain and result.value_plain != node else ""
        findings.append(
            Finding(
                _SEVERITY.get(result.severity, "error"),
                "shape",
                node,
                f"{curie(node)}: {what}{reason}{value}",
                str(record.path) if record else "",
                record.line(node, predicate) if record else 0,
                _mend(result, predicate, shapes),
            )
        )
    return sorted(findings, key=lambda each: (each.path, each.line, each.message))


def _mend(result: shacl.Result, predicate: str, shapes: Path) -> str:
    """Name the likely property after a misspelling, and the shape that has the list."""
    shape = curie(result.root_shape.strip("<>")) if result.root_shape else ""
    rule = f"see {shapes.name}: {shape}"
    if result.component != "ClosedConstraintComponent":
        return rule
    known = {term: curie(space.base + term) for space in (SCHEMA, SKOS, MLG) for term in space.terms}
    near = get_close_matches(local_name(predicate), known, n=1, cutoff=0.7)
    return f"did you mean {known[near[0]]}? {rule}" if near else rule
