"""The shipped questions: SPARQL texts with a sentence each and what they expect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.rdf.reader import parse_turtle
from mlgraph.vocab import RDFS, SH

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Question", "questions"]


class Question(NamedTuple):
    """One competency question; ``expects`` is rows, none, yes or no."""

    name: str
    label: str
    expects: str
    sparql: str


def questions(folder: Path) -> list[Question]:
    """Return the questions of a folder, sorted by name.

    Parameters
    ----------
    folder : Path
        Each ``NAME.ttl`` describes one ``sh:SPARQLExecutable``: ``rdfs:label`` is the question,
        ``sh:select``, ``sh:ask`` or ``sh:construct`` its SPARQL, ``rdfs:comment`` what it expects:
        ``expects: rows``, ``none``, ``yes`` or ``no``.

    Returns
    -------
    list of Question

    References
    ----------
    SHACL Advanced Features, https://www.w3.org/TR/shacl-af/#SPARQLExecutable
    """
    found = []
    for path in sorted(folder.glob("*.ttl")):
        label = sparql = ""
        expects = "rows"
        for quad in parse_turtle(path.read_text(encoding="utf-8"), path):
            predicate, value = quad.predicate.value, getattr(quad.object, "value", "")
            if predicate == RDFS.label:
                label = value
            elif predicate in {SH.select, SH.ask, SH.base + "construct"}:
                sparql = value
            elif predicate == RDFS.comment:
                word = re.search(r"expects: (\w+)", value)
                expects = word.group(1) if word else expects
        found.append(Question(path.stem, label, expects, sparql))
    return found
