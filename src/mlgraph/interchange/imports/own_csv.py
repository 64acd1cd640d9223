"""Read one's own catalogue from a CSV file with documented columns."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from mlgraph.errors import DataError
from mlgraph.interchange.imports.bounded import EXTRA, files_of, table_rows
from mlgraph.interchange.imports.row import CourseRow, Origin, Reader, Row, Skipped
from mlgraph.interchange.requirement_text import GENERIC, Part, read_requirement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["COLUMNS", "READER", "TEMPLATE"]

COLUMNS = {
    "code": "course code, unique in the file, such as CS 229 (needed)",
    "title": "name of the course (needed)",
    "description": "what it is about, in a few sentences; topics are suggested from it",
    "url": "page of the course, https://...",
    "level": "introductory, undergraduate or graduate",
    "language": "language of instruction as a tag, such as en",
    "credits": "number of credits",
    "hours": "hours of work in all",
    "hours_per_week": "hours of work a week",
    "weeks": "length in weeks",
    "terms": "when it is offered, such as Fall, Spring",
    "format": "on-campus, online, hybrid or immersive",
    "pacing": "cohort or self-paced",
    "cost": "free, free-to-audit, paid, tuition or unknown-cost",
    "price": "fee as a number",
    "currency": "three letters, such as EUR",
    "instructor": "who teaches it",
    "prerequisites": "such as CS 101, (MATH 51 or MATH 52)",
    "corequisites": "the same, for what may be taken at the same time",
    "recommended": "the same, for what only helps",
    "teaches": "topics by slug or name with level, such as chain-rule:deep; gradient",
}
"""Column -> what stands in it."""

TEMPLATE = "\n".join(
    (
        ",".join(COLUMNS),
        'CS 101,Introduction to Programming,"Variables, functions, recursion and lists in Python.",'
        "https://example.org/cs101,undergraduate,en,6,150,10,15,Fall,on-campus,cohort,tuition,,,A. Turing,none,,,"
        "programming-basics:working",
        'CS 229,Machine Learning,"Linear regression, logistic regression, neural networks and clustering.",'
        "https://example.org/cs229,graduate,en,6,160,11,15,Spring,hybrid,cohort,tuition,,,G. Hopper,"
        '"CS 101, (MATH 51 or MATH 52)",STAT 200,CS 161,linear-regression; backpropagation:awareness',
        "",
    )
)
"""A file to start from: the columns and two made-up courses."""

_LEVELS = {"introductory", "undergraduate", "graduate"}
_FORMATS = {"on-campus", "online", "hybrid", "immersive"}
_PACINGS = {"cohort", "self-paced"}
_COSTS = {"free", "free-to-audit", "paid", "tuition", "unknown-cost"}
_DEPTHS = {"awareness", "working", "deep"}


def _rows(source: Path) -> Iterator[Row]:
    for path in files_of(source, "*.csv"):
        first = True
        for line, raw in enumerate(table_rows(path, delimiter=_delimiter(path)), 2):
            row = {name.lower().replace(" ", "_"): cell for name, cell in raw.items()}
            if row.pop(EXTRA, ""):
                yield Skipped(
                    "more cells than columns: is a comma outside quotes?", f"{path.name}, row {line}"
                )
                continue
            if first:
                _known_columns(row, path)
                first = False
            if not row.get("code") or not row.get("title"):
                yield Skipped("code or title is empty", f"{path.name}, row {line}")
                continue
            reason = _fault(row)
            yield Skipped(reason, row["code"]) if reason else _course(row)


def _delimiter(path: Path) -> str:
    """Return what parts the columns: a comma, or where the first line has none, what spreadsheets write instead."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        head = file.readline(10_000)
    return "," if "," in head else max(";\t,", key=head.count)


def _known_columns(row: dict[str, str], path: Path) -> None:
    unknown = sorted(set(row) - set(COLUMNS))
    missing = [name for name in ("code", "title") if name not in row]
    if missing or unknown:
        said = [f"the column {missing[0]} is missing"] if missing else []
        said += [f"unknown column {unknown[0][:60]!r}"] if unknown else []
        raise DataError(
            " and ".join(said), "see `mlgraph import csv --template` for the columns", path=path, line=1
        )


def _fault(row: dict[str, str]) -> str:
    """Return why a row cannot be kept; empty if it can."""
    for name, allowed in (("level", _LEVELS), ("format", _FORMATS), ("pacing", _PACINGS), ("cost", _COSTS)):
        value = row.get(name, "")
        if value and value not in allowed:
            return f"{name} is none of {', '.join(sorted(allowed))}"
    for name in ("credits", "hours", "hours_per_week", "weeks", "price"):
        if row.get(name) and _number(row[name]) is None:
            return f"{name} is not a number from 0 to 100,000"
    if row.get("url") and not re.fullmatch(r'https?://[^\s<>"{}|\\^`]+', row["url"]):
        return "url is not a web address"
    if row.get("language") and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", row["language"]):
        return "language is not a tag such as en"
    if row.get("currency") and not re.fullmatch(r"[A-Z]{3}", row["currency"]):
        return "currency is not three capital letters"
    levels = [level for _, level in _taught(row.get("teaches", "")) if level]
    return "" if set(levels) <= _DEPTHS else "a level in teaches is none of awareness, working, deep"


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= 100_000 else None


def _taught(text: str) -> list[tuple[str, str]]:
    found = []
    for each in filter(None, (part.strip() for part in text.split(";"))):
        name, _, level = each.partition(":")
        found.append((name.strip(), level.strip().lower()))
    return found


def _course(row: dict[str, str]) -> CourseRow:
    def cell(name: str) -> str:
        return " ".join(row.get(name, "").split())

    parts: list[Part] = list(read_requirement(cell("prerequisites"), GENERIC))
    parts += [part._replace(concurrent=True) for part in read_requirement(cell("corequisites"), GENERIC)] + [
        part._replace(recommended=True) for part in read_requirement(cell("recommended"), GENERIC)
    ]
    asks = [
        (label, cell(name))
        for label, name in (
            ("", "prerequisites"),
            ("Corequisites: ", "corequisites"),
            ("Recommended: ", "recommended"),
        )
        if cell(name) and cell(name).lower() != "none"
    ]
    return CourseRow(
        key=cell("code"),
        code=cell("code"),
        name=cell("title"),
        description=cell("description"),
        level=cell("level"),
        url=cell("url"),
        language=cell("language"),
        credits=_number(cell("credits")),
        hours=_number(cell("hours")),
        hours_per_week=_number(cell("hours_per_week")),
        weeks=_number(cell("weeks")),
        term=cell("terms"),
        creator=cell("instructor"),
        format=cell("format"),
        pacing=cell("pacing"),
        cost=cell("cost"),
        price=_number(cell("price")),
        currency=cell("currency"),
        teaches=tuple(_taught(row.get("teaches", ""))),
        parts=tuple(parts),
        asks="; ".join(label + text for label, text in asks),
    )


READER = Reader(
    "csv",
    "your own catalogue: a CSV file; --template prints its columns",
    Origin("", "Own course catalogue", "not stated"),
    _rows,
)
