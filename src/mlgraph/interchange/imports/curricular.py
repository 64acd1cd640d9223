"""Read curricula and degree plans in the CSV layout of CurricularAnalytics as courses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.interchange.curricular import read_curricular_file
from mlgraph.interchange.imports.bounded import files_of
from mlgraph.interchange.imports.row import CourseRow, Origin, Reader, Row, Skipped
from mlgraph.interchange.requirement_text import Part
from mlgraph.interchange.requirement_tree import Gate, Leaf, Node, all_of, any_of, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mlgraph.analysis.curriculum import CurriculumCourse

__all__ = ["READER"]


def _rows(source: Path) -> Iterator[Row]:
    """Yield the courses of every plan; a course that an earlier plan of the same institution has comes once."""
    for path in files_of(source, "*.csv"):
        curriculum = read_curricular_file(str(path)).curriculum
        codes = {course.id: _code(course) for course in curriculum.courses}
        doubled = {code for code in codes.values() if list(codes.values()).count(code) > 1}
        names = {key: f"{code} {key}" if code in doubled else code for key, code in codes.items()}
        for course in curriculum.courses:
            if not course.name:
                yield Skipped("the course has no name", f"{path.name}, {course.id}")
                continue
            yield _course(course, names, curriculum.institution, curriculum.name)


def _code(course: CurriculumCourse) -> str:
    return " ".join((course.prefix, course.number)).strip() or course.name


def _course(
    course: CurriculumCourse, names: Mapping[str, str], institution: str, curriculum: str
) -> CourseRow:
    parts = []
    for kind in ("pre", "co", "strict"):
        wanted = [
            _tree(requisite.options, requisite.minimum, names)
            for requisite in course.requisites
            if requisite.kind == kind
        ]
        if wanted:
            tree = all_of(wanted)
            parts.append(Part(show(tree), tree, concurrent=kind != "pre"))
    return CourseRow(
        key=f"{institution}/{names[course.id]}",
        code=names[course.id],
        name=course.name,
        description=f"In the curriculum {curriculum}." if curriculum else "",
        language="en",
        credits=course.credits or None,
        term=", ".join(course.offered),
        format="on-campus",
        pacing="cohort",
        cost="tuition",
        teaches=tuple((each, "") for each in course.teaches),
        parts=tuple(parts),
        asks="; ".join(("Corequisites: " if part.concurrent else "") + part.text for part in parts),
        provider=institution,
    )


def _tree(options: tuple[str, ...], minimum: int, names: Mapping[str, str]) -> Node:
    found = [Leaf(names.get(each, each)) for each in options]
    return any_of(found) if minimum == 1 else Gate(minimum, tuple(found))


READER = Reader(
    "curricular",
    "CurricularAnalytics CSV: a file or a folder of curricula and degree plans",
    Origin("", "CurricularAnalytics curricula", "not stated where seen"),
    _rows,
)
