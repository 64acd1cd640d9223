"""Plans of terms and audits of transcripts, in words, tables and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgraph.cli.figures import figure
from mlgraph.cli.output import Document, Table, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.analysis.curriculum import CurriculumCourse
    from mlgraph.planning.audit import Audit, Verdict
    from mlgraph.planning.degree import DegreeFound
    from mlgraph.planning.degree_model import Wishes
    from mlgraph.planning.solver import Stage

__all__ = ["audit_document", "degree_document"]


def degree_document(found: DegreeFound, wishes: Wishes) -> Document:
    """Return a plan of terms, with the proof of each objective."""
    plan, metrics = found.plan, found.metrics
    courses = plan.courses()
    rows = [
        (
            str(number),
            wishes.season(number),
            figure(metrics.credits[number - 1]),
            ", ".join(courses[each].code for each in term),
        )
        for number, term in enumerate(plan.terms, 1)
    ]
    used = sum(1 for term in plan.terms if term)
    head = [
        f"{plan.curriculum.name}: {plural(len(plan.term_of()), 'course')}, {figure(metrics.total)} credits in "
        f"{plural(used, 'term')}, {figure(metrics.smallest)} to {figure(metrics.largest)} a term.",
        f"Optimum: {'; '.join(map(_proof, found.stages))}.",
        f"Requisite distance {metrics.distance}, credit balance {figure(metrics.balance)}"
        + (f", clashes {figure(found.clashes)}." if found.clashes else "."),
    ]
    tables = [Table("", ("term", "season", "credits", "courses"), rows)]
    if found.counted:
        counted = [(name, ", ".join(courses[each].code for each in ids)) for name, ids in found.counted]
        tables.append(Table("What counts for which requirement", ("requirement", "courses"), counted))
    foot = []
    if found.left:
        foot.append(f"not needed: {', '.join(courses[each].code for each in found.left)}")
    if wishes.prior:
        foot.append(f"done before: {', '.join(courses[each].code for each in sorted(wishes.prior))}")
    return Document("degree", _degree_data(found, wishes), head, tables, foot)


def _proof(stage: Stage) -> str:
    proof = "proven" if stage.optimal else f"at least {figure(stage.bound)}, time was over"
    return f"{stage.name} {figure(abs(round(stage.value, 4)))} ({proof})"


def _degree_data(found: DegreeFound, wishes: Wishes) -> dict[str, Any]:
    courses = found.plan.courses()
    return {
        "name": found.plan.curriculum.name,
        "optimal": found.optimal,
        "stages": [
            {
                "name": each.name,
                "value": round(each.value, 4),
                "bound": round(each.bound, 4),
                "optimal": each.optimal,
            }
            for each in found.stages
        ],
        "terms": [
            {
                "term": number,
                "season": wishes.season(number),
                "credits": found.metrics.credits[number - 1],
                "courses": [
                    {
                        "id": each,
                        "code": courses[each].code,
                        "name": courses[each].name,
                        "credits": courses[each].credits,
                    }
                    for each in term
                ],
            }
            for number, term in enumerate(found.plan.terms, 1)
        ],
        "distance": found.metrics.distance,
        "balance": found.metrics.balance,
        "clashes": found.clashes,
        "requirements": [{"name": name, "courses": list(ids)} for name, ids in found.counted],
        "left": list(found.left),
    }


def audit_document(found: Audit, courses: Sequence[CurriculumCourse], notes: Sequence[str]) -> Document:
    """Return which requirements are met, by which courses, and what is missing."""
    by_id = {each.id: each for each in courses}
    if found.met:
        state = "all requirements are met"
    elif found.running:
        state = "all requirements are met once the running courses are passed"
    else:
        left = sum(each.state == "open" and bool(each.short or each.lacking) for each in found.verdicts)
        state = f"{plural(left, 'requirement')} open"
    head = [f"{figure(found.credits)} credits passed; {state}."]
    rows = [
        (
            f"{'-' * each.depth} {each.name}".strip(),
            each.state,
            ", ".join(by_id[course].code for course in each.counted),
            figure(each.credits) if each.counted else "",
            _missing(each, by_id),
        )
        for each in found.verdicts
    ]
    tables = [Table("", ("requirement", "state", "met by", "credits", "missing"), rows)]
    foot = []
    if found.unused:
        foot.append(f"counts for no requirement: {', '.join(by_id[each].code for each in found.unused)}")
    foot += [_early(course, place, by_id) for course, place in found.early]
    data: dict[str, Any] = {
        "met": found.met,
        "metWithRunning": found.running,
        "credits": found.credits,
        "requirements": [
            {
                "name": each.name,
                "depth": each.depth,
                "state": each.state,
                "courses": list(each.counted),
                "credits": each.credits,
                "missingCourses": each.short,
                "missingCredits": each.lacking,
                "options": list(each.options),
            }
            for each in found.verdicts
        ],
        "unused": list(found.unused),
        "early": [
            {"course": course, "requisite": list(by_id[course].requisites[place].options)}
            for course, place in found.early
        ],
        "notes": list(notes),
    }
    return Document("audit", data, head, tables, foot)


def _missing(each: Verdict, by_id: dict[str, CurriculumCourse]) -> str:
    parts = []
    if each.short:
        parts.append(plural(each.short, "course"))
    if each.lacking:
        parts.append(f"{figure(each.lacking)} credits")
    if not parts:
        return ""
    names = [by_id[course].code for course in each.options]
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return f"{' and '.join(parts)}, from {', '.join(names[:8])}{more}" if names else " and ".join(parts)


def _early(course: str, place: int, by_id: dict[str, CurriculumCourse]) -> str:
    requisite = by_id[course].requisites[place]
    options = " or ".join(by_id[each].code for each in requisite.options)
    words = {"pre": "before", "co": "before or with", "strict": "with"}[requisite.kind]
    return f"{by_id[course].code} was taken though {options} was not passed {words} it"
