"""Read the small part of YAML that course files use: no tags, no anchors, nothing that could run or grow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlgraph.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Value", "read_documents"]

Value = str | list["Value"] | dict[str, "Value"]

_ENTRY = re.compile(r"(?P<key>[A-Za-z_][\w-]*):(?:\s+(?P<value>.*))?$")
_LINE_LIMIT = 200_000
_DEPTH_LIMIT = 8


def read_documents(text: str, path: Path | None = None) -> list[Value]:
    r"""Return the documents of a YAML text.

    Parameters
    ----------
    text : str
        Mappings, lists, plain and quoted scalars, folded (``>``) and literal (``|``) ones.
    path : Path, optional
        For error messages.

    Returns
    -------
    list of str, list or dict
        Scalars are texts: nothing is turned into a number or a date.

    Raises
    ------
    DataError
        If a line is of no such form (tags, anchors, aliases and flow collections are not read), or
        a bound is reached.

    Examples
    --------
    >>> read_documents("code: MAT\n---\n- course: MAT 100\n  equiv:\n    - EGR 1\n")
    [{'code': 'MAT'}, [{'course': 'MAT 100', 'equiv': ['EGR 1']}]]
    """
    documents: list[list[tuple[int, int, str]]] = [[]]
    lines = text.splitlines()
    if len(lines) > _LINE_LIMIT:
        raise DataError(f"more than {_LINE_LIMIT:,} lines", "split the file", path=path)
    for number, line in enumerate(lines, 1):
        if line.rstrip() == "---":
            documents.append([])
        elif line.strip() and not line.lstrip().startswith("#"):
            documents[-1].append((number, len(line) - len(line.lstrip()), line.strip()))
    return [_Block(lines, path).value() for lines in documents if lines]


class _Block:
    """Reads lines by their indent."""

    def __init__(self, lines: list[tuple[int, int, str]], path: Path | None) -> None:
        self.lines = lines
        self.path = path
        self.place = 0

    def fault(self, number: int, message: str) -> DataError:
        return DataError(
            message, "only plain mappings, lists and texts are read", path=self.path, line=number
        )

    def value(self) -> Value:
        found = self.node(self.lines[0][1], 1)
        if self.place < len(self.lines):
            raise self.fault(self.lines[self.place][0], "the indent fits nothing before it")
        return found

    def node(self, indent: int, depth: int) -> Value:
        if depth > _DEPTH_LIMIT:
            raise self.fault(self.lines[self.place][0], f"nested deeper than {_DEPTH_LIMIT} levels")
        line = self.lines[self.place][2]
        if line in {"[]", "{}"}:
            self.place += 1
            return [] if line == "[]" else {}
        if line[:2] in {"-", "- "}:
            return self.listed(indent, depth)
        return self.mapping(indent, depth)

    def listed(self, indent: int, depth: int) -> Value:
        found: list[Value] = []
        while self.place < len(self.lines):
            number, own, line = self.lines[self.place]
            if own != indent or line[:2] not in {"-", "- "}:
                break
            rest = line[1:].strip()
            if not rest:
                self.place += 1
                found.append(self.below(indent, depth) or "")
            elif _ENTRY.fullmatch(rest):
                # "- key: value" opens a mapping whose indent is that of the key
                inner = own + line.index(rest, 1)
                self.lines[self.place] = (number, inner, rest)
                found.append(self.mapping(inner, depth + 1))
            else:
                self.place += 1
                found.append(self.scalar(rest, number, indent))
        return found

    def mapping(self, indent: int, depth: int) -> Value:
        found: dict[str, Value] = {}
        while self.place < len(self.lines):
            number, own, line = self.lines[self.place]
            if own != indent or line[:2] in {"-", "- "}:
                break
            entry = _ENTRY.fullmatch(line)
            if entry is None:
                raise self.fault(number, "neither `key: value` nor a list item")
            if entry["key"] in found:
                raise self.fault(number, f"the key {entry['key']!r} stands twice")
            self.place += 1
            rest = (entry["value"] or "").strip()
            found[entry["key"]] = (
                self.scalar(rest, number, indent) if rest else self.below(indent, depth, lists=True)
            )
        return found

    def below(self, indent: int, depth: int, *, lists: bool = False) -> Value:
        """Return what stands deeper than an indent (a list may stand as deep as its key); empty if nothing does."""
        if self.place < len(self.lines):
            own, line = self.lines[self.place][1:]
            if own > indent or (lists and own == indent and line[:2] == "- "):
                return self.node(own, depth + 1)
        return ""

    def scalar(self, text: str, number: int, indent: int) -> str:
        if text[0] in "&*!{[%@`" and not re.match(r"\*\*", text):
            raise self.fault(number, f"{text[:20]!r}: tags, anchors and flow collections are not read")
        if text in {">", ">-", ">+", "|", "|-", "|+"}:
            parts = self.deeper(indent)
            return (" " if text[0] == ">" else "\n").join(parts)
        if text[0] in "'\"":
            if len(text) < 2 or text[-1] != text[0]:
                raise self.fault(number, "a quote is not closed on its line")
            body = text[1:-1]
            return body.replace("''", "'") if text[0] == "'" else body.replace('\\"', '"')
        plain = re.split(r"\s#", text)[0].rstrip()
        return " ".join([plain, *self.deeper(indent)])

    def deeper(self, indent: int) -> list[str]:
        """Take the lines that continue a scalar: those deeper than its key."""
        found = []
        while self.place < len(self.lines) and self.lines[self.place][1] > indent:
            found.append(self.lines[self.place][2])
            self.place += 1
        return found
