"""degree, audit: plans of terms for a degree, and what of it a transcript meets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from mlgraph.cli.curricular import deliver
from mlgraph.cli.option import Form, split
from mlgraph.cli.output import Format, emit, warn
from mlgraph.cli.term import audit_document, degree_document
from mlgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.analysis.curriculum import CurriculumCourse
    from mlgraph.interchange.curricular import Reading

__all__ = ["audit_command", "degree_command"]

File = Annotated[str, typer.Argument(metavar="FILE", help="A CSV of CurricularAnalytics.")]
Rules = Annotated[
    str,
    typer.Option("--requirements", help="A JSON file of requirements; without it all courses are asked for."),
]
Limit = Annotated[float, typer.Option("--time-limit", help="Seconds for the solver; then the best so far.")]


def degree_command(
    file: File,
    terms: Annotated[
        int,
        typer.Option(
            "--terms", help="Terms; 0 for 8 semesters, 12 quarters, or those of the plan with --keep."
        ),
    ] = 0,
    most: Annotated[float, typer.Option("--max-credits", help="Most credits in a term.")] = 18.0,
    least: Annotated[
        float, typer.Option("--min-credits", help="Least credits in a term that is used.")
    ] = 0.0,
    seasons: Annotated[
        str, typer.Option("--seasons", help="Seasons of the terms, from the first on, repeated.")
    ] = "",
    fix: Annotated[
        Optional[list[str]],
        typer.Option("--fix", help='A course in a term, "COURSE=3", or in a range, "COURSE=3-5".'),
    ] = None,
    limit: Annotated[
        Optional[list[str]], typer.Option("--limit", help='Most credits in one term, "TERM=CREDITS".')
    ] = None,
    prior: Annotated[
        Optional[list[str]], typer.Option("--prior", help="Courses done before, by id, code or name.")
    ] = None,
    requirements: Rules = "",
    objective: Annotated[
        str,
        typer.Option(
            "--objective", help="What to minimise, in order: terms, credits, balance, distance, clashes."
        ),
    ] = "balance,distance",
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the terms of the file's own plan: only the others move.")
    ] = False,
    seconds: Limit = 30.0,
    output: Annotated[
        Optional[Path], typer.Option("--output", "-o", help="Write the plan in the same CSV layout.")
    ] = None,
    form: Form = Format.table,
) -> None:
    """Lay the courses of a curriculum out in terms: the best plan, with its proof, or the smallest repair."""
    from mlgraph.interchange.curricular import read_curricular_file
    from mlgraph.interchange.requirement import read_rules
    from mlgraph.planning.degree import make_degree_plan
    from mlgraph.planning.degree_model import Wishes

    found = read_curricular_file(file)
    for note in found.notes:
        warn(note)
    courses = _courses(found)
    quarter = found.curriculum.system == "quarter"
    fixed, ranged = _windows(courses, fix or ())
    done = _ids(courses, prior)
    own = {course: term for course, term in _own_terms(found).items() if course not in done} if keep else {}
    wishes = Wishes(
        terms or max(own.values(), default=12 if quarter else 8),
        most,
        least,
        tuple(split([seasons])) or (("fall", "winter", "spring") if quarter else ("fall", "spring")),
        {course: term for course, term in own.items() if course not in ranged} | fixed,
        ranged,
        frozenset(done),
        dict(_limits(limit or ())),
        tuple(split([objective])),
        f"{found.curriculum.name} by mlgraph",
    )
    rule = read_rules(requirements, courses) if requirements else None
    inside = {each.id for each in found.curriculum.courses}
    more = tuple(each for each in courses if each.id not in inside)
    plan = make_degree_plan(found.curriculum, wishes, rule, additional=more, seconds=seconds)
    if output is not None:
        from mlgraph.interchange.curricular_writer import to_curricular

        deliver(to_curricular(plan.plan), output)
    emit(degree_document(plan, wishes), form)


def audit_command(
    file: File,
    transcript: Annotated[
        str, typer.Argument(metavar="TRANSCRIPT", help="A CSV with the columns course, term, grade, credits.")
    ],
    requirements: Rules = "",
    seconds: Limit = 30.0,
    form: Form = Format.table,
) -> None:
    """Say what of a degree a transcript meets, by the best use of each course, and what is missing."""
    from mlgraph.interchange.curricular import read_curricular_file
    from mlgraph.interchange.requirement import read_rules, read_transcript
    from mlgraph.planning.audit import audit, whole

    found = read_curricular_file(file)
    courses = _courses(found)
    rule = read_rules(requirements, courses) if requirements else whole(courses, found.curriculum.name)
    entries, notes = read_transcript(transcript, courses)
    for note in (*found.notes, *notes):
        warn(note)
    emit(audit_document(audit(courses, entries, rule, seconds=seconds), courses, notes), form)


def _courses(found: Reading) -> tuple[CurriculumCourse, ...]:
    from mlgraph.analysis.difference import courses_of

    return tuple(courses_of(found.value))


def _own_terms(found: Reading) -> dict[str, int]:
    from mlgraph.analysis.curriculum import DegreePlan

    if not isinstance(found.value, DegreePlan):
        raise UsageError("--keep: the file has no terms", "give a file with a column Term")
    return found.value.term_of()


def _ids(courses: Sequence[CurriculumCourse], names: Sequence[str] | None) -> list[str]:
    from mlgraph.analysis.edit import find_course

    return [find_course(courses, name).id for name in split(names)]


def _windows(
    courses: Sequence[CurriculumCourse], texts: Sequence[str]
) -> tuple[dict[str, int], dict[str, tuple[int, int]]]:
    """Return the courses that are fixed to a term, and to a range of terms."""
    from mlgraph.analysis.edit import find_course

    fixed: dict[str, int] = {}
    ranged: dict[str, tuple[int, int]] = {}
    for text in texts:
        name, _, where = text.rpartition("=")
        first, dash, last = where.partition("-")
        numbers = [each.strip() for each in (first, last if dash else first)]
        if not name.strip() or not all(each.isdigit() and len(each) < 4 for each in numbers):
            raise UsageError(f"--fix: {text[:60]!r} has no sense", 'write "COURSE=3" or "COURSE=3-5"')
        course = find_course(courses, name).id
        if dash:
            ranged[course] = (int(numbers[0]), int(numbers[1]))
        else:
            fixed[course] = int(numbers[0])
    return fixed, ranged


def _limits(texts: Sequence[str]) -> list[tuple[int, float]]:
    found = []
    for text in texts:
        term, _, credits_ = text.partition("=")
        try:
            found.append((int(term), float(credits_)))
        except ValueError as error:
            raise UsageError(f"--limit: {text[:60]!r} has no sense", 'write "TERM=CREDITS"') from error
    return found
