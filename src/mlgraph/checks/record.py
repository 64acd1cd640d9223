"""Records as they lie on disk: their triples, and where each thing stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from mlgraph.errors import DataError
from mlgraph.model import Finding
from mlgraph.rdf.reader import parse_turtle, read_text, record_files
from mlgraph.rdf.store import text
from mlgraph.rdf.writer import to_turtle
from mlgraph.vocab import curie

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


__all__ = ["Record", "Records", "Rows", "read_records", "rows_of"]


class Record(NamedTuple):
    """One file: its path, the layer (folder given by the user) it belongs to, text and triples."""

    path: Path
    root: Path
    text: str
    quads: list[ox.Quad]

    def line(self, node: str, predicate: str = "") -> int:
        """Return the line on which a node's block starts, or the predicate's line in it; 1 if unknown."""
        block = _blocks(self.text).get(curie(node))
        if block is None or not predicate:
            return block[0] if block else 1
        start, lines = block
        wanted = curie(predicate) + " "
        return next((start + n for n, line in enumerate(lines) if line.strip().startswith(wanted)), start)


@lru_cache(maxsize=64)
def _blocks(text: str) -> dict[str, tuple[int, list[str]]]:
    """Return the first block of each node, by its name as written: the line it starts on, and its lines."""
    found: dict[str, tuple[int, list[str]]] = {}
    block: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line[:1].isspace():
            block.append(line)
        elif line and not line.startswith("."):
            block = [line]
            found.setdefault(line.split(" ")[0].rstrip(), (number, block))
        else:
            block = []
    return found


Rows = dict[str, list[tuple[str, str, bool]]]
"""Property IRI -> (subject, object, whether the object is an IRI) of its triples."""


def rows_of(quads: Iterable[ox.Quad]) -> Rows:
    """Group triples by property, as plain texts: a pass over terms costs more than all checks."""
    found: Rows = {}
    for quad in quads:
        value = quad.object
        row = (text(quad.subject), text(value), isinstance(value, ox.NamedNode))
        found.setdefault(quad.predicate.value, []).append(row)
    return found


@dataclass(frozen=True)
class Records:
    """All records of some folders, with the findings that reading them gave."""

    files: list[Record]
    findings: list[Finding]

    @cached_property
    def quads(self) -> list[ox.Quad]:
        """All triples, file by file."""
        return [quad for record in self.files for quad in record.quads]

    @cached_property
    def rows(self) -> Rows:
        """All triples, grouped by property."""
        return rows_of(self.quads)

    @cached_property
    def homes(self) -> dict[str, Record]:
        """Node IRI -> the first file that says something about it."""
        found: dict[str, Record] = {}
        for record in self.files:
            for node in {quad.subject for quad in record.quads}:
                found.setdefault(text(node), record)
        return found


def read_records(folders: Iterable[Path]) -> Records:
    """Read the record files of some folders, collecting what is wrong with bytes, syntax and form.

    Parameters
    ----------
    folders : iterable of Path
        Folders or Turtle files; each is a layer, later ones over earlier ones.

    Returns
    -------
    Records
        The files that could be parsed, and findings of the rules ``encoding``, ``size``, ``syntax``
        and ``canonical``.
    """
    files: list[Record] = []
    findings: list[Finding] = []
    for root, path in [(folder, path) for folder in folders for path in record_files([folder])]:
        try:
            raw = read_text(path)
            quads = parse_turtle(raw, path)
        except DataError as error:
            rule = {"EncodingError": "encoding", "FileTooLargeError": "size"}.get(
                type(error).__name__, "syntax"
            )
            findings.append(Finding("error", rule, "", error.message, str(path), error.line or 1, error.mend))
            continue
        files.append(Record(path, root, raw, quads))
        if raw != to_turtle(quads):
            reason = "has CRLF line ends" if "\r\n" in raw else "is not in canonical form"
            findings.append(
                Finding("warning", "canonical", "", f"the file {reason}", str(path), 1, f"mlgraph fmt {path}")
            )
    return Records(files, findings)
