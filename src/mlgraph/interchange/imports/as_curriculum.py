"""Read a catalogue by the template of `mlgraph import csv` as a curriculum, for metrics, findings and term plans."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse, Requisite
from mlgraph.errors import DataError
from mlgraph.interchange.imports.own_csv import READER
from mlgraph.interchange.imports.row import CourseRow, Skipped, spaceless
from mlgraph.interchange.requirement_tree import clauses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgraph.interchange.requirement_text import Part
    from mlgraph.interchange.requirement_tree import Clause

__all__ = ["is_template", "read_template"]

NOTE_LIMIT = 20
"""Remarks that are told one by one."""

_SEASON = re.compile(r"fall|autumn|spring|summer|winter")
_CODE = re.compile(r"(?P<prefix>.*\S)[ -]+(?P<number>\S*\d\S*)")


def is_template(content: str) -> bool:
    """Say whether the first line of a text names the columns code and title."""
    head = content.lstrip("\ufeff").split("\n", 1)[0]
    names = {each.strip().strip('"').casefold() for each in re.split(r"[,;\t]", head[:10_000])}
    return names >= {"code", "title"}


def read_template(path: str, limit: int) -> tuple[Curriculum, tuple[str, ...]]:
    """Return the courses of a file as a curriculum, and remarks on what could not be taken over.

    Parameters
    ----------
    path : str
        The file.
    limit : int
        Courses that it may have.

    Returns
    -------
    tuple of Curriculum and tuple of str
        A requirement that is kept as text, or names nothing of the file, is no requisite: that is remarked.
        Of a choice, the courses of the file count. What is only recommended is left out.

    Raises
    ------
    DataError
        If it is no such file, holds no courses, or too many.
    """
    notes: list[str] = []
    rows: dict[str, CourseRow] = {}
    for row in READER.rows(Path(path)):
        if isinstance(row, Skipped):
            notes.append(f"{row.key}: left out: {row.reason}")
        elif isinstance(row, CourseRow):
            if spaceless(row.code) in rows:
                notes.append(f"{row.code}: left out: the same code in an earlier row")
            rows.setdefault(spaceless(row.code), row)
        if len(rows) > limit:
            raise DataError(f"more than {limit:,} courses", "part it", path=Path(path))
    if not rows:
        raise DataError("no courses", "put one course a line below the header", path=Path(path))
    courses = tuple(_course(row, rows, notes) for row in rows.values())
    if len(notes) > NOTE_LIMIT:
        notes[NOTE_LIMIT:] = [f"and {len(notes) - NOTE_LIMIT:,} more remarks of this kind"]
    return Curriculum(Path(path).stem, courses), tuple(notes)


def _course(row: CourseRow, rows: Mapping[str, CourseRow], notes: list[str]) -> CurriculumCourse:
    parted = _CODE.fullmatch(row.code)
    seasons = ["fall" if each == "autumn" else each for each in _SEASON.findall(row.term.casefold())]
    if row.term and not seasons:
        notes.append(f"{row.code}: no season in {row.term[:40]!r}; taken as offered in all")
    if row.credits is None:
        notes.append(f"{row.code}: no credits; taken as 0")
    requisites = [
        requisite
        for part in row.parts
        if not part.recommended
        for requisite in _requisites(row, part, rows, notes)
    ]
    return CurriculumCourse(
        _identifier(row.code),
        row.name,
        parted["prefix"] if parted else "",
        parted["number"] if parted else row.code,
        row.credits or 0.0,
        tuple(dict.fromkeys(requisites)),
        offered=tuple(dict.fromkeys(seasons)),
        teaches=tuple(f"{name}:{level}" if level else name for name, level in row.teaches),
    )


def _requisites(
    row: CourseRow, part: Part, rows: Mapping[str, CourseRow], notes: list[str]
) -> Iterator[Requisite]:
    found = clauses(part.tree) if part.tree is not None else None
    if found is None:
        notes.append(f"{row.code}: kept as text, no requisite: {part.text[:80]!r}")
        return
    for clause in found:
        known = _known(clause, row, rows)
        if known:
            together = part.concurrent or any(leaf.concurrent for leaf in clause.options)
            yield Requisite("co" if together else "pre", known, min(clause.minimum, len(known)))
        else:
            said = " or ".join(leaf.value for leaf in clause.options)
            notes.append(f"{row.code}: no course of the file, no requisite: {said[:80]!r}")


def _known(clause: Clause, row: CourseRow, rows: Mapping[str, CourseRow]) -> tuple[str, ...]:
    meant = (rows.get(spaceless(leaf.value)) for leaf in clause.options)
    return tuple(dict.fromkeys(_identifier(each.code) for each in meant if each and each is not row))


def _identifier(code: str) -> str:
    """Return a code as an id of the layout of CurricularAnalytics, in which some signs part cells."""
    return re.sub("[;,|]", "-", code)
