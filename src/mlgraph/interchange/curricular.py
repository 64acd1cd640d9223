"""Curricula and degree plans in the CSV layout of CurricularAnalytics, read; `curricular_writer` writes them.

The layout: https://github.com/CurricularAnalytics/CurricularAnalytics.jl. Beyond it, a requisite may give
options (``2|3``, ``2 of 3|4|5``), and the columns Offered, Difficulty, Teaches and Presupposes may follow.
"""

from __future__ import annotations

import csv
import io
import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.curriculum import SYSTEMS, Curriculum, CurriculumCourse, DegreePlan, Requisite
from mlgraph.errors import DataError, FileTooLargeError
from mlgraph.interchange.imports.as_curriculum import is_template, read_template
from mlgraph.interchange.known import load_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


__all__ = [
    "COLUMNS",
    "COURSE_LIMIT",
    "EXTENSIONS",
    "FIGURES",
    "KINDS",
    "Reading",
    "read_curricular",
    "read_curricular_file",
]

COURSE_LIMIT = 5000
"""Courses that a file may have."""

REQUISITE_LIMIT = 200
"""Requisites, or options of one, that a cell may have."""

TERM_LIMIT = 60
"""Terms that a degree plan may have."""

_HEAD = {
    "curriculum": "name",
    "degree plan": "plan",
    "institution": "institution",
    "degree type": "degree",
    "system type": "system",
    "cip": "cip",
}
KINDS = {"Prerequisites": "pre", "Corequisites": "co", "Strict-Corequisites": "strict"}
COLUMNS = ("Course ID", "Course Name", "Prefix", "Number", *KINDS, "Credit Hours", "Institution")
FIGURES = ("Complexity", "Blocking", "Delay", "Centrality")
EXTENSIONS = ("Offered", "Difficulty", "Teaches", "Presupposes")
_KNOWN = {each.casefold(): each for each in (*COLUMNS, "Canonical Name", "Term", *FIGURES, *EXTENSIONS)}
_OUTCOMES = {"course learning outcomes", "curriculum learning outcomes"}
_OF = re.compile(r"(\d{1,3})\s+of\s+(.+)", re.IGNORECASE)


class Reading(NamedTuple):
    """What a file holds, and remarks on what was understood otherwise than written or not read."""

    value: Curriculum | DegreePlan
    notes: tuple[str, ...]

    @property
    def curriculum(self) -> Curriculum:
        """The curriculum, of a degree plan the one that it lays out."""
        return self.value.curriculum if isinstance(self.value, DegreePlan) else self.value


class _Row(NamedTuple):
    """A line of the course tables with its cells by column."""

    line: int
    cells: Mapping[str, str]
    additional: bool


def read_curricular_file(path: str) -> Reading:
    """Read a file; see `read_curricular`, or by the template of `mlgraph import csv`. It may have 4 MB and is UTF-8."""
    content = load_text(path)
    if is_template(content):
        return Reading(*read_template(path, COURSE_LIMIT))
    return read_curricular(content, path)


def read_curricular(content: str, path: str) -> Reading:
    r"""Return the curriculum or degree plan that a text in the layout of CurricularAnalytics holds.

    Parameters
    ----------
    content : str
        Facts as ``name,value`` lines, the line ``Courses``, a header, one course a line; for a degree plan
        with a column ``Term``. The facts and ``Courses`` may be left out. Empty lines and lines that start
        with ``#`` do not count.
    path : str
        The file, for messages.

    Returns
    -------
    Reading

    Raises
    ------
    DataError
        If it is not in that layout, or a course is named that is not in it; names line and column.
    FileTooLargeError
        If it has more than `COURSE_LIMIT` courses.

    Examples
    --------
    >>> text = (
    ...     "Curriculum,Little\nCourses\nCourse ID,Course Name,Prerequisites,Credit Hours\n1,A,,3\n2,B,1,4\n"
    ... )
    >>> [each.requisites for each in read_curricular(text, "little.csv").curriculum.courses]
    [(), (Requisite(kind='pre', options=('1',), minimum=1),)]
    """
    return _Reader(path).read(content)


class _Reader:
    """Reads one file and knows where it is."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.notes: list[str] = []
        self.facts: dict[str, str] = {}
        self.rows: list[_Row] = []
        self.outcomes: list[tuple[str, ...]] = []
        self.columns: list[str] = []
        self.planned = False

    def fault(self, line: int, what: str, mend: str, column: str = "") -> DataError:
        """Return an error that says where it is."""
        place = ""
        if column:
            number = f" {self.columns.index(column) + 1}" if column in self.columns else ""
            place = f"column{number} ({column}): "
        return DataError(f"{place}{what}", mend, path=self.path, line=line)

    def read(self, content: str) -> Reading:
        part, header = "facts", False
        for line, cells in self._lines(content):
            word = cells[0].strip().casefold()
            if word in {"courses", "additional courses"} and not any(cells[1:]):
                part, header = word, True
            elif part == "facts" and "Course ID" in map(
                str.strip, cells
            ):  # the courses alone, without facts on them
                part = "courses"
                self._header(line, cells)
            elif part == "outcomes" or (word in _OUTCOMES and not any(cells[1:])):
                part = "outcomes"
                self.outcomes.append(_trimmed(cells))
            elif header:
                self._header(line, cells)
                header = False
            elif part == "facts":
                self._fact(line, cells)
            else:
                self._course_row(line, cells, additional=part == "additional courses")
        if part == "facts":
            raise self.fault(
                1, "no line `Courses`", "give the layout of CurricularAnalytics: docs/curriculum.md"
            )
        return self._result()

    def _lines(self, content: str) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(content, newline=""), strict=True)
        before = 0
        try:
            for row in reader:
                line, before = before + 1, reader.line_num
                if any(cell.strip() for cell in row) and not row[0].startswith("#"):
                    yield line, row
        except csv.Error as error:
            raise self.fault(before + 1, f"not CSV: {error}", "mend the quotes") from error

    def _fact(self, line: int, cells: Sequence[str]) -> None:
        word = cells[0].strip().casefold()
        key = _HEAD.get(word)
        if key is None:
            near = get_close_matches(word, _HEAD, n=1)
            hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(_HEAD)}, then `Courses`"
            raise self.fault(line, f"no such fact: {_shown(cells[0])}", hint)
        self.facts[key] = next((cell.strip() for cell in cells[1:] if cell.strip()), "")
        self.planned = self.planned or key == "plan"

    def _header(self, line: int, cells: Sequence[str]) -> None:
        names = [" ".join(cell.split()) for cell in cells]
        self.columns = [_KNOWN.get(name.casefold(), name) for name in names]
        while self.columns and not self.columns[-1]:
            self.columns.pop()
        for wanted in ("Course ID", "Course Name", "Credit Hours"):
            if wanted not in self.columns:
                raise self.fault(line, f"no column {wanted}", f"columns are {', '.join(COLUMNS)}")
        for name in self.columns:
            if name and self.columns.count(name) > 1:
                raise self.fault(line, "named twice", "take out one of them", name)
            if name and name not in _KNOWN.values():
                self.notes.append(f"line {line}: the column {_shown(name)} is not read")
        self.planned = self.planned or "Term" in self.columns

    def _course_row(self, line: int, cells: Sequence[str], *, additional: bool) -> None:
        if any(cell.strip() for cell in cells[len(self.columns) :]):
            raise self.fault(
                line,
                f"{len(_trimmed(cells))} cells where {len(self.columns)} were expected",
                "put cells that hold a comma in quotes",
            )
        if len(self.rows) >= COURSE_LIMIT:
            raise FileTooLargeError(f"more than {COURSE_LIMIT:,} courses", "part it", path=self.path)
        values = {
            name: cell.strip()
            for name, cell in zip(self.columns, cells, strict=False)
            if name in _KNOWN.values()
        }
        self.rows.append(_Row(line, values, additional))

    def _result(self) -> Reading:
        if not self.rows:
            raise self.fault(1, "no courses", "put one course a line below the header")
        lines: dict[str, int] = {}
        for row in self.rows:
            name = row.cells.get("Course ID", "")
            if not name or re.search("[;,|]", name):
                raise self.fault(row.line, f"no id: {_shown(name)}", "give a number or a word", "Course ID")
            if name in lines:
                raise self.fault(
                    row.line, f"{_shown(name)} is the id of line {lines[name]} too", "ids differ", "Course ID"
                )
            lines[name] = row.line
        courses = [(row, self._course(row, lines)) for row in self.rows]
        own = tuple(course for row, course in courses if not row.additional)
        curriculum = Curriculum(
            self.facts.get("name", "") or self.path.stem,
            own,
            self.facts.get("institution", ""),
            self.facts.get("degree", ""),
            self._system(),
            self.facts.get("cip", ""),
            tuple(self.outcomes),
        )
        if not self.planned:
            if len(own) < len(courses):
                raise self.fault(1, "additional courses without a plan", "add the column Term")
            return Reading(curriculum, tuple(self.notes))
        more = tuple(course for row, course in courses if row.additional)
        return Reading(
            DegreePlan(self.facts.get("plan", ""), curriculum, self._terms(), more), tuple(self.notes)
        )

    def _system(self) -> str:
        word = self.facts.get("system", "").casefold()
        if not word or word in SYSTEMS:
            return word or SYSTEMS[0]
        near = get_close_matches(word, SYSTEMS, n=1)
        if not near:
            raise self.fault(1, f"no such system type: {_shown(word)}", f"one of {', '.join(SYSTEMS)}")
        self.notes.append(f"system type {_shown(word)} read as {near[0]}")
        return near[0]

    def _terms(self) -> tuple[tuple[str, ...], ...]:
        terms: dict[int, list[str]] = {}
        for row in self.rows:
            cell = row.cells.get("Term", "")
            if cell:
                if not re.fullmatch(r"[1-9]\d?", cell) or int(cell) > TERM_LIMIT:
                    raise self.fault(row.line, f"no term: {_shown(cell)}", f"1 to {TERM_LIMIT}", "Term")
                terms.setdefault(int(cell), []).append(row.cells["Course ID"])
            else:
                self.notes.append(f"line {row.line}: {row.cells['Course ID']} is in no term")
        return tuple(tuple(terms.get(number, ())) for number in range(1, max(terms, default=0) + 1))

    def _course(self, row: _Row, known: Mapping[str, int]) -> CurriculumCourse:
        cells = row.cells
        requisites = [
            requisite
            for column, kind in KINDS.items()
            for requisite in self._requisites(row, column, kind, known)
        ]
        return CurriculumCourse(
            cells["Course ID"],
            cells.get("Course Name", ""),
            cells.get("Prefix", ""),
            cells.get("Number", ""),
            self._number(row, "Credit Hours"),
            tuple(requisites),
            cells.get("Institution", ""),
            cells.get("Canonical Name", ""),
            tuple(each.casefold() for each in _items(cells.get("Offered", ""))),
            self._number(row, "Difficulty") if cells.get("Difficulty") else 0.0,
            _items(cells.get("Teaches", "")),
            _items(cells.get("Presupposes", "")),
        )

    def _number(self, row: _Row, column: str) -> float:
        cell = row.cells.get(column, "")
        if not re.fullmatch(r"\d{1,4}(\.\d{1,4})?", cell):
            raise self.fault(row.line, f"no number: {_shown(cell)}", "write it as 3 or 1.5", column)
        return float(cell)

    def _requisites(self, row: _Row, column: str, kind: str, known: Mapping[str, int]) -> Iterator[Requisite]:
        items = _items(row.cells.get(column, "").replace(",", ";"))  # as older files part them
        if len(items) > REQUISITE_LIMIT:
            raise self.fault(row.line, f"more than {REQUISITE_LIMIT} requisites", "part them", column)
        for item in items:
            count = _OF.fullmatch(item)
            minimum, text = (int(count[1]), count[2]) if count else (1, item)
            options = tuple(each.strip() for each in text.split("|"))
            for option in options:
                if option not in known:
                    near = get_close_matches(option, known, n=1)
                    hint = "ids stand in the column Course ID" + (
                        f"; did you mean {near[0]}?" if near else ""
                    )
                    raise self.fault(row.line, f"no course has the id {_shown(option)}", hint, column)
            if len(set(options)) < len(options) or not 1 <= minimum <= len(options) <= REQUISITE_LIMIT:
                raise self.fault(row.line, f"no sense: {_shown(item)}", "write 2|3, or 2 of 3|4|5", column)
            yield Requisite(kind, options, minimum)


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """Return cells without the empty ones at the end."""
    last = max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return tuple(cells[:last])


def _items(cell: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in cell.split(";") if each.strip())


def _shown(word: str) -> str:
    return repr(word if len(word) <= 60 else f"{word[:57]}...")
