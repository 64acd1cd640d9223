"""Read the RPI catalogue and its trees of prerequisites, as quatalog publishes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlgraph.errors import DataError
from mlgraph.interchange.imports.bounded import files_of, members
from mlgraph.interchange.imports.row import CourseRow, Origin, Reader, Row, Skipped
from mlgraph.interchange.requirement_text import DEPTH_LIMIT, Part
from mlgraph.interchange.requirement_tree import Leaf, Node, all_of, any_of, show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["READER", "read_tree"]

_GRADUATE = 6000


def read_tree(value: object, depth: int = 0) -> Node | None:
    """Return the tree of a ``prerequisites`` entry; None if it is not of the known form.

    Examples
    --------
    >>> tree = {"type": "or", "nested": [{"type": "course", "course": "MATH 1010", "min_grade": "D"}]}
    >>> read_tree(tree)
    Leaf(value='MATH 1010', course=True, concurrent=False, number=1)
    """
    if not isinstance(value, dict) or depth > DEPTH_LIMIT:
        return None
    kind = value.get("type")
    if kind == "course":
        code = value.get("course")
        return Leaf(" ".join(code.split())) if isinstance(code, str) and code.strip() else None
    nested = value.get("nested")
    if kind not in {"and", "or"} or not isinstance(nested, list) or not nested:
        return None
    parts = [read_tree(each, depth + 1) for each in nested]
    if any(part is None for part in parts):
        return None
    known = [part for part in parts if part is not None]
    return all_of(known) if kind == "and" else any_of(known)


def _rows(source: Path) -> Iterator[Row]:
    files = {path.name: path for path in files_of(source, "catalog.json", "prerequisites.json")}
    catalog = files.get("catalog.json")
    if catalog is None and source.is_file():
        catalog = source
    if catalog is None:
        raise DataError(
            "there is no catalog.json", "name the folder that holds it and prerequisites.json", path=source
        )
    asked = dict(members(files["prerequisites.json"])) if "prerequisites.json" in files else {}
    for key, value in members(catalog):
        demands = asked.pop(key, {})
        if not isinstance(value, dict) or not value.get("name"):
            yield Skipped("the entry is no course with a name", key)
        else:
            yield _course(key, value, demands if isinstance(demands, dict) else {})
    for key in asked:
        yield Skipped("prerequisites of a course that the catalogue does not have", key)


def _course(key: str, entry: dict[str, Any], demands: dict[str, Any]) -> CourseRow:
    parts: list[Part] = []
    asks: list[str] = []
    wanted = demands.get("prerequisites")
    if wanted:
        tree = read_tree(wanted)
        parts.append(Part(show(tree) if tree else str(wanted)[:2000], tree))
        asks.append(f"Prerequisites: {_graded(wanted) if tree else str(wanted)[:2000]}")
    together = demands.get("corequisites")
    if isinstance(together, list) and together:
        codes = [Leaf(str(each).replace("-", " ")) for each in together]
        parts.append(Part(", ".join(each.value for each in codes), all_of(codes), concurrent=True))
        asks.append(f"Corequisites: {', '.join(each.value for each in codes)}")
    number = str(entry.get("crse", ""))
    digits = re.match(r"\d+", number)
    return CourseRow(
        key=key,
        code=f"{entry.get('subj', '')} {number}".strip(),
        name=" ".join(str(entry["name"]).split()),
        description=" ".join(str(entry.get("description") or "").split()),
        level="" if not digits else "graduate" if int(digits.group()) >= _GRADUATE else "undergraduate",
        language="en",
        format="on-campus",
        pacing="cohort",
        cost="tuition",
        parts=tuple(parts),
        asks="; ".join(asks),
    )


def _graded(value: dict[str, Any], *, inner: bool = False) -> str:
    """Return a tree as text, with the grades that it asks for."""
    if value.get("type") == "course":
        grade = value.get("min_grade")
        return f"{value['course']} (at least {grade})" if grade else str(value["course"])
    sign = " and " if value["type"] == "and" else " or "
    text = sign.join(_graded(each, inner=True) for each in value["nested"])
    return f"({text})" if inner and len(value["nested"]) > 1 else text


READER = Reader(
    "rpi",
    "RPI catalogue and prerequisites of quatalog: a folder with catalog.json, prerequisites.json",
    Origin("rpi", "RPI catalogue data of quatalog", "MIT"),
    _rows,
)
