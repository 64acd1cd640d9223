"""Read class dumps of the MIT catalogue, as Hydrant publishes them (one JSON file a term)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlgraph.interchange.imports.bounded import files_of, members
from mlgraph.interchange.imports.row import CourseRow, Origin, Reader, Row, Skipped
from mlgraph.interchange.requirement_text import MIT, read_requirement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["READER"]

_TERMS = {"FA": "Fall", "JA": "January", "SP": "Spring", "SU": "Summer"}
_LEVELS = {"U": "undergraduate", "G": "graduate"}
_CUT = re.compile(r"''((?:(?!'').)+)''(, |/)''([A-Za-z]+|[A-Z][a-z]+(?: [A-Z][a-z]+)+)''")
_SIGNS = {", ": ", ", "/": " or "}
_GENERAL = {
    "BIOL": "Biology (GIR)",
    "CAL1": "Calculus I (GIR)",
    "CAL2": "Calculus II (GIR)",
    "CHEM": "Chemistry (GIR)",
    "PHY1": "Physics I (GIR)",
    "PHY2": "Physics II (GIR)",
}
"""Code of a general institute requirement -> how prerequisites name it."""


def _rows(source: Path) -> Iterator[Row]:
    """Yield classes, those of the latest term first; a class of several terms comes once."""
    seen: set[str] = set()
    for path in sorted(files_of(source, "*.json"), key=lambda each: (_start(each), each.name), reverse=True):
        for name, value in members(path, "classes"):
            if not isinstance(value, dict) or not _text(value, "name"):
                yield Skipped("the entry is no class with a name", name)
            elif name in seen:
                yield Skipped("the same class in a later term", name)
            else:
                seen.add(name)
                yield _course(name, value)


def _start(path: Path) -> str:
    for name, value in members(path):
        if name == "termInfo" and isinstance(value, dict):
            return _text(value, "startDate")
        break
    return ""


def _course(number: str, entry: dict[str, Any]) -> CourseRow:
    units = sum(_number(entry, each) for each in ("lectureUnits", "labUnits", "preparationUnits"))
    asks = _text(entry, "prereqs")
    terms = [_TERMS.get(str(each), str(each)) for each in entry.get("terms") or ()]
    general = _GENERAL.get(_text(entry, "gir"))
    url = _text(entry, "url")
    return CourseRow(
        key=number,
        code=number,
        name=_text(entry, "name"),
        description=_text(entry, "description"),
        level=_LEVELS.get(_text(entry, "level"), ""),
        url=url if url.startswith(("https://", "http://")) else "",
        language="en",
        credits=units or None,
        hours_per_week=units or None,
        term=", ".join(terms),
        creator=_text(entry, "inCharge"),
        format="on-campus",
        pacing="cohort",
        cost="tuition",
        aliases=(general,) if general else (),
        parts=read_requirement(_joined(asks), MIT),
        asks="" if asks.lower() == "none" else asks,
    )


def _joined(asks: str) -> str:
    """Join phrases that the source cut at commas: ''Two subjects in Literature''/''History''."""
    before = ""
    while before != asks:
        before, asks = asks, _CUT.sub(lambda cut: f"''{cut[1]}{_SIGNS[cut[2]]}{cut[3]}''", asks, count=1)
    return asks


def _text(entry: dict[str, Any], name: str) -> str:
    value = entry.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _number(entry: dict[str, Any], name: str) -> float:
    value = entry.get(name)
    return float(value) if isinstance(value, int | float) and 0 <= value < 100 else 0.0


READER = Reader(
    "mit",
    "MIT class dumps of Hydrant: f25.json, s26.json ...",
    Origin("mit", "MIT class data of Hydrant", "not stated where seen"),
    _rows,
)
