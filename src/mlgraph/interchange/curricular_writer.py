"""Curricula and degree plans written in the CSV layout of CurricularAnalytics."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse, DegreePlan, Requisite
from mlgraph.interchange.curricular import COLUMNS, EXTENSIONS, FIGURES, KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.analysis.metrics import Metrics

__all__ = ["to_curricular"]


def to_curricular(value: Curriculum | DegreePlan, metrics: Metrics | None = None) -> str:
    """Return a curriculum or degree plan in the layout of CurricularAnalytics.

    Parameters
    ----------
    value : Curriculum or DegreePlan
    metrics : Metrics, optional
        Adds the four columns that the toolbox adds; additional courses have none.

    Notes
    -----
    Read again it gives an equal value. The columns beyond the layout are written only where a course
    needs them.

    Examples
    --------
    >>> print(
    ...     to_curricular(Curriculum("Little", (CurriculumCourse("1", "A", credits=3.0),))).splitlines()[-1]
    ... )
    1,A,,,,,,3,,
    """
    if isinstance(value, DegreePlan):
        return _written(value.curriculum, value, list(value.courses().values()), metrics)
    return _written(value, None, value.courses, metrics)


def _written(
    curriculum: Curriculum,
    plan: DegreePlan | None,
    courses: Sequence[CurriculumCourse],
    metrics: Metrics | None,
) -> str:
    more = [name for name in EXTENSIONS if any(_more(each)[name] for each in courses)]
    header = [*COLUMNS, "Canonical Name", *(["Term"] if plan else []), *(FIGURES if metrics else ()), *more]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")

    def put(*cells: str) -> None:
        writer.writerow([*cells, *[""] * (len(header) - len(cells))])

    put("Curriculum", curriculum.name)
    if plan:
        put("Degree Plan", plan.name)
    put("Institution", curriculum.institution)
    put("Degree Type", curriculum.degree)
    put("System Type", curriculum.system)
    put("CIP", curriculum.cip)
    terms = plan.term_of() if plan else {}
    parts = [("Courses", curriculum.courses), ("Additional Courses", plan.additional if plan else ())]
    for title, part in parts:
        if title == "Courses" or part:
            put(title)
            put(*header)
        for course in part:
            term = [str(terms.get(course.id, ""))] if plan else []
            put(
                *_cells(course), *term, *_figures(course.id, metrics), *(_more(course)[name] for name in more)
            )
    for row in curriculum.outcomes:
        put(*row)
    return out.getvalue()


def _cells(course: CurriculumCourse) -> list[str]:
    requisites = [
        ";".join(_requisite(each) for each in course.requisites if each.kind == kind)
        for kind in KINDS.values()
    ]
    return [
        course.id,
        course.name,
        course.prefix,
        course.number,
        *requisites,
        f"{course.credits:g}",
        course.institution,
        course.canonical,
    ]


def _requisite(each: Requisite) -> str:
    return (f"{each.minimum} of " if each.minimum > 1 else "") + "|".join(each.options)


def _figures(course: str, metrics: Metrics | None) -> list[str]:
    """Return the cells of the metrics as the toolbox prints them."""
    if metrics is None:
        return []
    each = metrics.courses.get(course)
    if each is None:
        return [""] * len(FIGURES)
    return [f"{each.complexity:.1f}", str(each.blocking), f"{each.delay:.1f}", str(each.centrality)]


def _more(course: CurriculumCourse) -> dict[str, str]:
    values = (
        ";".join(course.offered),
        f"{course.difficulty:g}" if course.difficulty else "",
        ";".join(course.teaches),
        ";".join(course.presupposes),
    )
    return dict(zip(EXTENSIONS, values, strict=True))
