"""Write triples as canonical Turtle 1.1: same triples, same bytes; one added triple, one line.

rdflib's serializers order by reference counts, so that one added edge moves many lines; this
writer sorts, and gives every triple its own line.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mlgraph.vocab import ID, KINDS, PREFIXES, RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["to_ntriples", "to_turtle"]

_LOCAL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_NAMESPACE = re.compile(r"^(.*[/#])([^/#]*)$")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?[0-9]*\.[0-9]+")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r'[\\"\n\r\t\x00-\x08\x0b\x0c\x0e-\x1f\x7f]')
_BY_BASE = {base: prefix for prefix, base in PREFIXES.items()}
_RANK = {
    kind: rank
    for rank, kind in enumerate((*[k for k in KINDS if k not in {"claim", "evidence"}], "claim", "evidence"))
}


def _quoted(value: str) -> str:
    def escape(found: re.Match[str]) -> str:
        character = found.group()
        return _ESCAPES.get(character) or f"\\u{ord(character):04X}"

    return f'"{_ESCAPED.sub(escape, value)}"'


@lru_cache(maxsize=1 << 16)
def _short(value: str) -> tuple[str, str]:
    """Return an IRI as Turtle writes it, and the prefix that this takes, if any; files repeat most of them."""
    parts = _NAMESPACE.match(value)
    if parts:
        prefix = _BY_BASE.get(parts.group(1))
        if prefix is not None and _LOCAL.fullmatch(parts.group(2)):
            return f"{prefix}:{parts.group(2)}", prefix
    return f"<{value}>", ""


class _Names:
    """Shortens IRIs and remembers which prefixes were used."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self.cache: dict[str, str] = {}

    def iri(self, value: str) -> str:
        found = self.cache.get(value)
        if found is None:
            found, prefix = _short(value)
            self.cache[value] = found
            if prefix:
                self.used.add(prefix)
        return found

    def term(self, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        if isinstance(term, ox.Literal):
            return self._literal(term)
        return str(term)

    def _literal(self, term: ox.Literal) -> str:
        if term.language:
            return f"{_quoted(term.value)}@{term.language}"
        datatype = term.datatype.value
        if datatype == XSD.decimal and _INTEGER.fullmatch(term.value):
            return f"{term.value}.0"  # Oxigraph's stores write 12.0 as "12"
        if datatype == XSD.string:
            return _quoted(term.value)
        if (
            (datatype == XSD.integer and _INTEGER.fullmatch(term.value))
            or (datatype == XSD.decimal and _DECIMAL.fullmatch(term.value))
            or (datatype == XSD.boolean and term.value in {"true", "false"})
        ):
            return term.value
        return f"{_quoted(term.value)}^^{self.iri(datatype)}"


def _subject_key(name: str) -> tuple[int, str]:
    """Order things before their claims, and claims before evidence, each by IRI."""
    if name.startswith(ID):
        return (_RANK.get(name[len(ID) :].partition("/")[0], len(_RANK)), name)
    return (-1, name)


def to_turtle(quads: Iterable[ox.Quad]) -> str:
    """Return canonical Turtle.

    Parameters
    ----------
    quads : iterable of pyoxigraph.Quad, n of them
        Triples in any order, repeated or not; graph names are ignored.

    Returns
    -------
    str
        Prefixes in use, sorted; a block a subject (things, then claims, then evidence, each by
        IRI); a line a triple, sorted by predicate and object, ``a`` first. Ends with a line end.

    Notes
    -----
    O(n log n). A fixpoint: parsing the result and writing it again gives the same bytes.

    Examples
    --------
    >>> from mlgraph.rdf.reader import parse_turtle
    >>> print(to_turtle(parse_turtle("<https://a.org/s> <https://a.org/p> 2 , 1 .")), end="")
    <https://a.org/s>
        <https://a.org/p> 1 ;
        <https://a.org/p> 2 ;
    .
    """
    names = _Names()
    blocks: dict[str, set[tuple[str, str]]] = {}
    keys: dict[str, tuple[int, str]] = {}
    type_iri = RDF.type
    for quad in quads:
        subject = names.term(quad.subject)
        if subject not in keys:
            raw = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else subject
            keys[subject] = _subject_key(raw)
        predicate = "a" if quad.predicate.value == type_iri else names.iri(quad.predicate.value)
        blocks.setdefault(subject, set()).add((predicate, names.term(quad.object)))
    lines = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in sorted(names.used)]
    for subject in sorted(blocks, key=keys.__getitem__):
        rows = sorted(blocks[subject], key=lambda row: (row[0] != "a", row))
        if lines:
            lines.append("")
        lines.append(subject)
        lines.extend(f"    {predicate} {value} ;" for predicate, value in rows)
        lines.append(".")
    return "\n".join(lines) + "\n" if lines else ""


def to_ntriples(quads: Iterable[ox.Quad]) -> str:
    """Return sorted N-Triples, a line a triple; the same triples give the same bytes."""
    return "".join(sorted({f"{quad.triple} .\n" for quad in quads}))
