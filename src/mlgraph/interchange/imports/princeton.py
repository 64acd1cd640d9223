"""Read Princeton Course Prerequisites (TigerJunction): YAML files with boolean expressions and macros."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlgraph.interchange.imports.bounded import files_of, read_whole
from mlgraph.interchange.imports.princeton_yaml import Value, read_documents
from mlgraph.interchange.imports.row import CourseRow, Origin, Reader, Row, Skipped
from mlgraph.interchange.requirement_text import PRINCETON, read_requirement
from mlgraph.interchange.requirement_tree import Gate, Leaf, Node, any_of, replace_leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

__all__ = ["MACROS", "READER", "expand", "with_macros"]

MACROS = {
    "ISCA": "ISC231 & ISC232 & ISC233 & ISC234",
    "MECH": "PHY103 | PHY105 | ISC231 | EGR151",
    "EAM": "PHY104 | PHY106 | ISC233 | EGR153",
    "PHYS": "MECH & EAM",
    "CALCULUS": "MAT104 | MAT210 | MAT215 | EGR152",
    "MULTI": "MAT175 | MAT201 | MAT203 | MAT216 | ECO201 | EGR156",
    "LINEAR": "MAT202 | MAT204 | MAT217 | MAT218 | EGR154",
    "BSEMATH": "MULTI & LINEAR",
    "INTROCOS": "COS126 | ECE115 | ISCA",
    "BOTHCOS": "COS217 & COS226",
    "CHEM1": "CHM201 | CHM207 | CHM215",
    "CHEM2": "CHM202 | CHM215",
    "STATS": "ECO202 | EEB355 | ORF245 | POL345 | PSY251 | SOC301 | SML101 | SML201",
    "INTROMOL": "MOL214 | ISCA",
}
"""Groupings that the format's own README defines."""

_DEPTH = 6
_GRADUATE = 500
_COURSE = re.compile(r"([A-Z]{2,4})\s*(\d+[A-Z]*)")


def with_macros(tree: Node, macros: Mapping[str, str], depth: int = 0) -> Node | None:
    """Return a tree in which every macro is replaced by what it stands for; None where that fails.

    Examples
    --------
    >>> from mlgraph.interchange.requirement_tree import show
    >>> show(with_macros(Leaf("$PHYS"), {"PHYS": "AB101 & CD102"}) or Leaf("?"))
    '$AB101 & $CD102'
    """
    failed = False

    def change(leaf: Leaf) -> Node:
        nonlocal failed
        name = leaf.value.lstrip("$")
        concurrent = leaf.concurrent or leaf.value.startswith("$")
        if name not in macros:
            return leaf._replace(value=name, concurrent=concurrent)
        parts = read_requirement(macros[name], PRINCETON)
        inner = parts[0].tree if len(parts) == 1 and depth < _DEPTH else None
        inner = with_macros(inner, macros, depth + 1) if inner else None
        if inner is None:
            failed = True
            return leaf
        return replace_leaves(inner, lambda each: each._replace(concurrent=each.concurrent or concurrent))

    changed = replace_leaves(tree, change)
    return None if failed else changed


def expand(tree: Node, codes: Callable[[str], tuple[str, ...]]) -> Node:
    """Return a tree in which ``MAT2**`` and ``<SPA207`` are the courses of the catalogue that they mean.

    Parameters
    ----------
    tree : Leaf or Gate
        The requirement.
    codes : callable
        Department -> its courses' codes, such as ``MAT 201``.

    Returns
    -------
    Leaf or Gate
        Where a pattern fits no course it stays, in words.
    """

    def change(leaf: Leaf) -> Node:
        patterns = [each.strip().replace(" ", "") for each in leaf.value.split("|")]
        if not any(sign in leaf.value for sign in "*<"):
            return leaf
        found = [code for each in patterns for code in _fitting(each, codes)]
        if len(dict.fromkeys(found)) < leaf.number or not found:
            words = " or ".join(map(_words, patterns))
            words = words if leaf.number == 1 else f"{leaf.number} of: {words}"
            return Leaf(words, course=False, concurrent=leaf.concurrent)
        parts = tuple(Leaf(each, concurrent=leaf.concurrent) for each in dict.fromkeys(found))
        return any_of(parts) if leaf.number == 1 else Gate(leaf.number, parts)

    return replace_leaves(tree, change)


def _fitting(pattern: str, codes: Callable[[str], tuple[str, ...]]) -> list[str]:
    """Return the codes of the catalogue that a pattern means; a plain code means itself."""
    if not pattern.startswith("<") and "*" not in pattern:
        return [pattern]
    department, number = pattern.strip("<")[:3], pattern.strip("<")[3:]
    wanted = re.compile(number.replace("*", r"\d") + "[A-Z]*")
    least = _number(number.replace("*", "0"))
    higher = pattern.startswith("<")
    return [
        each
        for each in codes(department)
        if (found := _COURSE.fullmatch(each))
        and (_number(found[2]) >= least if higher else wanted.fullmatch(found[2]))
    ]


def _number(code: str) -> int:
    """Return the number by which courses are ordered: FRE 1027, which covers 102 to 107, is a 102."""
    return int(re.sub(r"\D", "", code)[:3] or 0)


def _words(pattern: str) -> str:
    name = pattern.strip("<")
    if name.endswith("***"):
        return f"any {name[:-3]} course"
    if "*" not in name and name == pattern:
        return name
    return (
        f"{name.replace('*', '0')} or higher"
        if pattern.startswith("<")
        else f"any {name.replace('*', 'x')} course"
    )


def _rows(source: Path) -> Iterator[Row]:
    for path in files_of(source, "*.yaml", "*.yml"):
        documents = read_documents(read_whole(path), path)
        head = documents[0] if documents and isinstance(documents[0], dict) else {}
        macros = MACROS | _local(head)
        listed = [each for document in documents if isinstance(document, list) for each in document]
        if not listed:
            yield Skipped("a department without courses", path.name, 0)
        for entry in listed:
            code = entry.get("course") if isinstance(entry, dict) else None
            if not isinstance(entry, dict) or not isinstance(code, str) or not code.strip():
                yield Skipped("the entry names no course", path.name)
            elif not _COURSE.match(" ".join(code.split())):
                yield Skipped("a place holder, not a course with a number", code)
            else:
                yield _course(" ".join(code.split()), entry, macros, str(head.get("name", "")))


def _local(head: dict[str, Value]) -> dict[str, str]:
    found = {}
    listed = head.get("vars")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(each.get("name"), str) and isinstance(each.get("equ"), str):
            found[str(each["name"])] = str(each["equ"])
    return found


def _course(code: str, entry: dict[str, Value], macros: Mapping[str, str], subject: str) -> CourseRow:
    asks = entry.get("reqs")
    asks = asks if isinstance(asks, str) else ""
    parts = [
        part._replace(tree=with_macros(part.tree, macros) if part.tree else None)
        for part in read_requirement(asks, PRINCETON)
    ]
    numbered = _COURSE.match(code)
    number = _number(numbered[2]) if numbered else 0
    notes = entry.get("notes")
    equals = entry.get("equiv")
    return CourseRow(
        key=code,
        code=code,
        name=f"{code} ({subject})" if subject else code,
        description=notes if isinstance(notes, str) else "",
        level="graduate" if number >= _GRADUATE else "undergraduate",
        language="en",
        format="on-campus",
        pacing="cohort",
        cost="tuition",
        parts=tuple(parts),
        asks=asks,
        notes=(f"Equivalent courses: {', '.join(map(str, equals))}.",) if isinstance(equals, list) else (),
    )


READER = Reader(
    "princeton",
    "Princeton Course Prerequisites of TigerJunction: a folder of YAML files",
    Origin("princeton", "Princeton Course Prerequisites of TigerJunction", "BSD-3-Clause"),
    _rows,
    expand,
)
