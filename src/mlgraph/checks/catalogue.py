"""Structural checks of a catalogue: of its lines, and whole-graph rules that the engine answers, whatever its size.

Shapes and provenance are for records that people write; a catalogue of a million courses gets what
would make answers wrong: terms nobody knows, things without identity or name, links that lead nowhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlgraph.model import Finding
from mlgraph.rdf.store import text
from mlgraph.vocab import MLG, RDF, RDFS, curie

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mlgraph.rdf.store import Store

__all__ = ["SHOWN", "check_catalogue", "faulty_line"]

SHOWN = 20
"""Findings of one rule that are listed; a last one says that there are more."""

_SPELT = (MLG, RDF, RDFS)
_LINKS = (
    ("mlg:teaches", "mlg:Topic mlg:Skill mlg:TransversalSkill"),
    ("mlg:requires", "mlg:Topic"),
    ("skos:broader", "mlg:Area mlg:Topic"),
    (
        "mlg:anyOf",
        "mlg:Topic schema:Course mlg:Skill mlg:TransversalSkill schema:EducationalOccupationalProgram",
    ),
    ("mlg:hasRequirement", "mlg:RequirementGroup"),
    ("schema:hasCourseInstance", "schema:CourseInstance"),
    ("schema:provider", "schema:Organization"),
)
# what is named, by what, and what it should be called in a message
_NAMED = (("schema:Course", "schema:name", "course"), ("mlg:Topic", "skos:prefLabel", "topic"))


def check_catalogue(store: Store, path: Path) -> list[Finding]:
    """Check a graph that a catalogue was loaded into.

    Parameters
    ----------
    store : Store
        The whole graph, the catalogue and what is under it.
    path : Path
        The catalogue, for the findings.

    Returns
    -------
    list of Finding
        Errors of the rules ``name``, ``dangling`` and ``claim``; at most `SHOWN` of each
        kind, and one that says so.

    Notes
    -----
    Each rule is one query whose two sides are gathered once and compared (MINUS), so that it costs a
    scan of one property, not a look-up for each course.
    """
    rules = [
        ("claim", _TWICE, "the claim has two states; a catalogue cannot change one: use a record for that"),
    ]
    rules += [
        ("name", f"SELECT ?x WHERE {{ ?x a {kind} MINUS {{ ?x {name} ?n }} }}", f"a {word} without {name}")
        for kind, name, word in _NAMED
    ]
    rules += [
        (
            "dangling",
            f"SELECT ?x WHERE {{ {{ SELECT DISTINCT ?x WHERE {{ ?y {link} ?x }} }} "
            f"MINUS {{ VALUES ?k {{ {kinds} }} ?x a ?k }} }}",
            f"{link} points to it, but it is none of {kinds}",
        )
        for link, kinds in _LINKS
    ]
    found: list[Finding] = []
    for rule, query, message in rules:
        nodes = [text(row["x"]) for row in store.select(f"{query} LIMIT {SHOWN + 1}")]
        found += _listed(rule, nodes, message, path)
    return found


_TWICE = "SELECT DISTINCT ?x WHERE { ?x mlg:status ?a , ?b FILTER(STR(?a) < STR(?b)) }"
_BLANK = re.compile(rb"^[ \t]*(?:<[^>]*>[ \t]*<[^>]*>[ \t]*)?_:", re.MULTILINE)
_PROPERTY = re.compile(rb">[ \t]*<([^>]*)>")


def faulty_line(part: bytes) -> tuple[int, str] | None:
    """Return where some lines of N-Triples say what no catalogue may, and what; nothing if they do not.

    Parameters
    ----------
    part : bytes
        Whole lines.

    Returns
    -------
    tuple of int and str, or None
        Offset and message: a blank node, or a property that its namespace does not have.

    Examples
    --------
    >>> faulty_line(b'_:a <https://schema.org/name> "A" .')
    (0, 'a blank node; every thing has an IRI')
    >>> faulty_line(b'<https://a.org/s> <https://schema.org/name> "_: <b> _:" .') is None
    True
    """
    blank = _BLANK.search(part) if b"_:" in part else None
    if blank:
        return blank.start(), "a blank node; every thing has an IRI"
    for name in sorted({*_PROPERTY.findall(part)}):
        if _misspelt(name.decode(errors="replace")):  # or only quoted by a literal
            place = re.search(rb"^[ \t]*<[^>]*>[ \t]*<" + re.escape(name) + b">", part, re.MULTILINE)
            if place:
                return place.start(), f"no such property: {curie(name.decode(errors='replace'))}"
    return None


def _misspelt(iri: str) -> bool:
    """Return whether a property is in a namespace that is known whole, and not in it; others are let be."""
    return any(iri.startswith(each.base) and iri[len(each.base) :] not in each.terms for each in _SPELT)


def _listed(rule: str, nodes: Iterable[str], message: str, path: Path) -> list[Finding]:
    ordered = sorted(nodes)
    found = [
        Finding("error", rule, node, f"{curie(node)}: {message}", str(path), 1, "mend the catalogue")
        for node in ordered[:SHOWN]
    ]
    if len(ordered) > SHOWN:
        found.append(Finding("error", rule, "", f"{message}: more than {SHOWN} of these", str(path), 1, ""))
    return found
