"""Requirements of a degree from JSON, and transcripts from CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlgraph.analysis.edit import find_course
from mlgraph.errors import DataError, LookupFailedError
from mlgraph.interchange.known import load_text
from mlgraph.planning.audit import Entry
from mlgraph.planning.requirement import Cap, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.analysis.curriculum import CurriculumCourse

__all__ = ["read_rules", "read_transcript"]

DEPTH_LIMIT = 12
RULE_LIMIT = 500
LINE_LIMIT = 2000

_KEYS = {"name", "all", "of", "from", "n", "credits", "caps", "shared"}
_FAILED = {"f", "w", "wf", "wu", "i", "nc", "np", "u", "fail", "failed", "no"}
_RUNNING = {"", "ip", "running", "in progress", "enrolled"}
_COLUMNS = ("course", "term", "grade", "credits")


def read_rules(path: str, courses: Sequence[CurriculumCourse]) -> Rule:
    """Return the requirements that a JSON file states about the courses of a curriculum.

    Parameters
    ----------
    path : str
        A file with one object: ``all`` or ``of`` (with ``n``) list rules or courses, ``from`` lists
        courses, of which ``n`` or ``credits`` are asked for; ``caps`` and ``shared`` as in `Rule`.
    courses : sequence of CurriculumCourse
        A course is named by id, code or name, or by a pattern such as ``CS 4*``.

    Raises
    ------
    DataError
        If the file is no such JSON, or names a course that is not there; says where in it.
    """
    text = load_text(path)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise DataError(f"not JSON: {error}", "mend it", path=Path(path), line=line) from error
    reader = _Rules(Path(path), courses)
    return reader.rule(data, "the whole", 0)


class _Rules:
    def __init__(self, path: Path, courses: Sequence[CurriculumCourse]) -> None:
        self.path, self.courses, self.count = path, courses, 0

    def fault(self, what: str, where: str, mend: str = "see docs/curriculum.md") -> DataError:
        return DataError(f"{where}: {what}", mend, path=self.path)

    def rule(self, data: Any, where: str, depth: int) -> Rule:  # noqa: ANN401 - anything that JSON holds
        self.count += 1
        if depth > DEPTH_LIMIT or self.count > RULE_LIMIT:
            raise self.fault(f"more than {DEPTH_LIMIT} deep, or {RULE_LIMIT} rules", where, "make it simpler")
        if isinstance(data, str):
            found = self.find([data], where)
            return Rule(data, courses=found, number=1)
        if not isinstance(data, dict) or data.keys() - _KEYS:
            more = f": {', '.join(sorted(data.keys() - _KEYS))[:60]}" if isinstance(data, dict) else ""
            raise self.fault(f"no rule{more}", where, f"an object with {', '.join(sorted(_KEYS))}")
        name = str(data.get("name", where))
        lists = [key for key in ("all", "of", "from") if key in data]
        if len(lists) != 1 or not isinstance(data[lists[0]], list) or not data[lists[0]]:
            raise self.fault("one of all, of and from is needed, a list that is not empty", name)
        number, credits_ = self.number(data, "n", name), self.number(data, "credits", name)
        if lists[0] == "from":
            return self.leaf(data, name, number, credits_)
        if credits_ is not None or "caps" in data:
            raise self.fault("credits and caps go with from", name)
        parts = tuple(
            self.rule(each, f"{name}, part {place}", depth + 1)
            for place, each in enumerate(data[lists[0]], 1)
        )
        wanted = None if lists[0] == "all" else int(number if number is not None else 1)
        if wanted is not None and not 1 <= wanted <= len(parts):
            raise self.fault(f"{wanted} of {len(parts)} parts", name, "n is from 1 to the number of parts")
        return Rule(name, parts, number=wanted)

    def leaf(self, data: dict[str, Any], name: str, number: float | None, credits_: float | None) -> Rule:
        inside = self.find(data["from"], name)
        caps = data.get("caps", [])
        if not isinstance(caps, list) or not all(isinstance(each, dict) for each in caps):
            raise self.fault("caps is a list of objects with from and credits", name)
        limits = tuple(
            Cap(self.find(each.get("from", []), name), self.number(each, "credits", name) or 0.0)
            for each in caps
        )
        if number is not None and number > len(inside):
            raise self.fault(
                f"{number:g} of {len(inside)} courses", name, "n is at most the number of courses"
            )
        whole = None if number is None else int(number)
        return Rule(name, (), inside, whole, credits_, limits, bool(data.get("shared", False)))

    def number(self, data: dict[str, Any], key: str, where: str) -> float | None:
        value = data.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 10_000:
            raise self.fault(f"{key} is no number: {str(value)[:40]!r}", where)
        return float(value)

    def find(self, names: Any, where: str) -> tuple[str, ...]:  # noqa: ANN401
        if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
            raise self.fault("courses are a list of names", where)
        found: dict[str, None] = {}
        for name in names:
            if "*" in name:
                fitting = [each.id for each in self.courses if fnmatchcase(each.code, name)]
                if not fitting:
                    raise self.fault(f"no course fits {name[:40]!r}", where)
                found.update(dict.fromkeys(fitting))
                continue
            try:
                found[find_course(self.courses, name).id] = None
            except LookupFailedError as error:
                raise self.fault(error.message, where, error.mend) from error
        return tuple(found)


def read_transcript(path: str, courses: Sequence[CurriculumCourse]) -> tuple[list[Entry], list[str]]:
    """Return the lines of a transcript, and remarks on courses that are not in the curriculum.

    Parameters
    ----------
    path : str
        CSV with a header: course, term, grade, credits; all but the first may be missing. Without a grade
        a course is running; F, W, I, NC, NP and U are not passed.
    courses : sequence of CurriculumCourse
        A course is named by id, code or name.

    Raises
    ------
    DataError
        If it is no such CSV; names line and column.
    """
    entries: list[Entry] = []
    notes: list[str] = []
    columns: list[str] = []
    reader = csv.reader(io.StringIO(load_text(path), newline=""), strict=True, skipinitialspace=True)
    try:
        for row in reader:
            line = reader.line_num
            cells = [" ".join(cell.split()) for cell in row]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if line > LINE_LIMIT:
                raise DataError(f"more than {LINE_LIMIT:,} lines", "part it", path=Path(path), line=line)
            if not columns:
                columns = [cell.casefold() for cell in cells]
                if "course" not in columns:
                    wanted = ", ".join(_COLUMNS)
                    raise DataError("no column course", f"columns are {wanted}", path=Path(path), line=line)
                continue
            entry = _entry(dict(zip(columns, cells, strict=False)), columns, courses, (path, line))
            if isinstance(entry, str):
                notes.append(f"line {line}: {entry}")
            else:
                entries.append(entry)
    except csv.Error as error:
        raise DataError(
            f"not CSV: {error}", "mend the quotes", path=Path(path), line=reader.line_num
        ) from error
    return entries, notes


def _entry(
    cells: dict[str, str], columns: list[str], courses: Sequence[CurriculumCourse], place: tuple[str, int]
) -> Entry | str:
    number = cells.get("credits", "")
    if number and not re.fullmatch(r"\d{1,4}(\.\d{1,4})?", number):
        raise DataError(
            f"column {columns.index('credits') + 1} (credits): no number: {number[:40]!r}",
            "write it as 3 or 1.5",
            path=Path(place[0]),
            line=place[1],
        )
    grade = cells.get("grade", "")
    word = grade.casefold()
    state = "failed" if word in _FAILED else "running" if word in _RUNNING else "passed"
    try:
        course = find_course(courses, cells.get("course", ""))
    except LookupFailedError as error:
        return f"{error.message}: it does not count"
    return Entry(course.id, cells.get("term", ""), grade, float(number) if number else None, state, place[1])
