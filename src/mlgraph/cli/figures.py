"""Metrics of curricula, and what differs between two of them, in words, tables and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgraph.analysis.curriculum import DegreePlan
from mlgraph.cli.output import Document, Table, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.analysis.alternatives import Alternatives
    from mlgraph.analysis.curriculum import CurriculumCourse
    from mlgraph.analysis.difference import Difference, Pair
    from mlgraph.analysis.layout import PlanMetrics
    from mlgraph.analysis.metrics import CourseMetrics, Metrics, Redundant
    from mlgraph.cli.curricular import Subject

__all__ = ["difference_document", "figure", "metrics_document"]


def figure(value: float) -> str:
    """Return a figure without needless digits."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def metrics_document(
    found: Subject, metrics: Metrics, other: Alternatives, subjects: Sequence[str]
) -> Document:
    """Return the metrics of a curriculum, plan or set of topics.

    Parameters
    ----------
    found : Subject
    metrics : Metrics
        Those of the chosen road.
    other : Alternatives
    subjects : sequence of str
        Prefixes of the own subject; the one with most credits if empty.
    """
    from mlgraph.analysis.layout import plan_metrics
    from mlgraph.analysis.metrics import dead_ends, redundant_requisites

    courses = [each for each in found.curriculum.courses if each.id in metrics.courses]
    names = {each.id: each.code for each in found.curriculum.courses}
    topics = found.kind == "topics"
    own = list(subjects) or _main_subject(courses)
    redundant = redundant_requisites(courses)
    ends = [] if topics else dead_ends(courses, own)
    plan = plan_metrics(found.value) if isinstance(found.value, DegreePlan) else None
    head = [
        _title(found, courses),
        _total_line(metrics),
        *_path_lines(metrics, names),
        *_road_lines(other, names),
    ]
    tables = [_course_table(courses, metrics, other, topics=topics)]
    if redundant:
        tables.append(_redundant_table(redundant, names))
    if plan and isinstance(found.value, DegreePlan):
        head += _plan_lines(plan)
        tables.append(_term_table(plan, found.value))
    foot = []
    if ends:
        foot.append(
            f"dead ends (they end a path outside of {', '.join(own)}): {', '.join(names[each] for each in ends)}"
        )
    data = _metrics_data(found, metrics, courses)
    data["redundant"] = [each._asdict() for each in redundant]
    data["deadEnds"] = ends
    data["notes"] = list(found.notes)
    if plan:
        data["plan"] = _plan_data(plan)
    if other.roads > 1:
        data["alternatives"] = _road_data(other)
    return Document("metrics", data, head, tables, foot)


def _main_subject(courses: Sequence[CurriculumCourse]) -> list[str]:
    credits_of: dict[str, float] = {}
    for each in courses:
        credits_of[each.prefix] = credits_of.get(each.prefix, 0) + each.credits
    return sorted(credits_of, key=lambda prefix: (-credits_of[prefix], prefix))[:1]


def _title(found: Subject, courses: Sequence[CurriculumCourse]) -> str:
    of = found.curriculum
    total = sum(each.credits for each in courses)
    if found.kind == "topics":
        return f"{of.name}: {plural(len(courses), 'topic')}, {figure(total)} hours, by the cheapest road."
    where = f", {of.institution}" if of.institution else ""
    plan = f", plan {found.value.name}" if isinstance(found.value, DegreePlan) and found.value.name else ""
    return f"{of.name}{where}{plan}: {plural(len(courses), 'course')}, {figure(total)} credits ({of.system})."


def _total_line(metrics: Metrics) -> str:
    return (
        f"Complexity {metrics.complexity:.1f}, blocking {metrics.blocking:,}, delay {metrics.delay:,}, "
        f"centrality {metrics.centrality:,}."
    )


def _path_lines(metrics: Metrics, names: dict[str, str]) -> list[str]:
    if metrics.length < 2:
        return []
    count = metrics.longest_count
    lines = [f"Longest path: {metrics.length} in a row{f' ({count:,} such paths)' if count > 1 else ''}."]
    return lines + ["  " + " -> ".join(names[each] for each in path) for path in metrics.longest[:3]]


def _road_lines(other: Alternatives, names: dict[str, str]) -> list[str]:
    if other.roads < 2:
        return []
    how = "all were tried" if other.exact else f"{other.tried:,} were tried, others may be beyond these"
    lines = [
        f"{other.roads:,} roads through the either-or requisites ({how}): complexity {other.best.complexity:.1f} "
        f"at best, {other.worst.complexity:.1f} at worst, {other.chosen.complexity:.1f} chosen."
    ]
    for name, road in (("best", other.best_road), ("worst", other.worst_road)):
        differing = [
            f"{names[course]} after {' and '.join(names[each] for each in way)}"
            for (course, place), way in road.items()
            if other.chosen_road.get((course, place)) != way
        ]
        if differing:
            more = f" and {len(differing) - 6} more" if len(differing) > 6 else ""
            lines.append(f"  {name}, unlike the chosen one: {'; '.join(differing[:6])}{more}")
    return lines


def _course_table(
    courses: Sequence[CurriculumCourse], metrics: Metrics, other: Alternatives, *, topics: bool
) -> Table:
    spans = other.roads > 1
    rows = []
    for each in sorted(courses, key=lambda each: -metrics.courses[each.id].complexity):
        found = metrics.courses[each.id]
        row = [each.id] if topics else [each.id, each.code]
        row += [each.name, figure(each.credits), *_figures(found)]
        if spans:
            span = other.courses[each.id]
            row.append(f"{span.least:.1f} to {span.most:.1f}" if span.least < span.most else "")
        rows.append(tuple(row))
    start = ("topic", "name", "hours") if topics else ("id", "course", "name", "credits")
    columns = (*start, "complexity", "blocking", "delay", "centrality", *(["on all roads"] if spans else []))
    return Table("", columns, rows)


def _figures(found: CourseMetrics) -> list[str]:
    return [f"{found.complexity:.1f}", str(found.blocking), str(found.delay), str(found.centrality)]


def _redundant_table(redundant: Sequence[Redundant], names: dict[str, str]) -> Table:
    return Table(
        "Redundant requisites",
        ("course", "requisite", "kind", "follows through", "in the toolbox"),
        [
            (
                names[each.course],
                names[each.requisite],
                each.kind,
                names[each.through],
                "yes" if each.toolbox else "no",
            )
            for each in redundant
        ],
    )


def _plan_lines(plan: PlanMetrics) -> list[str]:
    return [
        f"Plan: {plural(len(plan.credits), 'term')}, {figure(plan.total)} credits, {figure(plan.smallest)} to "
        f"{figure(plan.largest)} in a term, {plan.average:.2f} on average (deviation {plan.deviation:.2f}).",
        f"Requisite distance {plan.distance}, credit balance {figure(plan.balance)}.",
    ]


def _term_table(plan: PlanMetrics, laid: DegreePlan) -> Table:
    courses = laid.courses()
    return Table(
        "Terms",
        ("term", "credits", "requisites carried over", "courses"),
        [
            (
                str(number),
                figure(plan.credits[number - 1]),
                str(plan.transfer[number - 1]) if number <= len(plan.transfer) else "",
                ", ".join(courses[each].code for each in term),
            )
            for number, term in enumerate(laid.terms, 1)
        ],
    )


def _metrics_data(found: Subject, metrics: Metrics, courses: Sequence[CurriculumCourse]) -> dict[str, Any]:
    of = found.curriculum
    return {
        "name": of.name,
        "kind": found.kind,
        "institution": of.institution,
        "system": of.system,
        "credits": sum(each.credits for each in courses),
        "complexity": metrics.complexity,
        "blocking": metrics.blocking,
        "delay": metrics.delay,
        "centrality": metrics.centrality,
        "longestPath": metrics.length,
        "longestPathCount": metrics.longest_count,
        "longestPaths": [list(path) for path in metrics.longest],
        "courses": [
            {"id": each.id, "code": each.code, "name": each.name, "credits": each.credits}
            | metrics.courses[each.id]._asdict()
            for each in courses
        ],
    }


def _plan_data(plan: PlanMetrics) -> dict[str, Any]:
    return {
        "terms": list(plan.credits),
        "credits": plan.total,
        "average": plan.average,
        "deviation": plan.deviation,
        "balance": plan.balance,
        "distance": plan.distance,
        "distances": dict(plan.distances),
        "transfer": list(plan.transfer),
    }


def _road_data(other: Alternatives) -> dict[str, Any]:
    def road(taken: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a mapping with pairs as keys
        return [{"course": course, "taken": list(way)} for (course, _), way in taken.items()]

    return {
        "roads": other.roads,
        "tried": other.tried,
        "exact": other.exact,
        "best": other.best.complexity,
        "bestRoad": road(other.best_road),
        "worst": other.worst.complexity,
        "worstRoad": road(other.worst_road),
        "chosen": other.chosen.complexity,
        "chosenRoad": road(other.chosen_road),
        "courses": {course: each._asdict() for course, each in other.courses.items()},
    }


def difference_document(schema: str, found: Difference, names: tuple[str, str]) -> Document:
    """Return what differs between two curricula."""
    changed = [each for each in found.pairs if each.changes or each.metrics_before != each.metrics_after]
    head = [
        f"{plural(len(found.pairs), 'course')} in both, {len(found.dropped)} only in {names[0]}, "
        f"{len(found.added)} only in {names[1]}; similarity {found.similarity:.3f} "
        f"(the other way round {found.reverse:.3f})."
    ]
    rows = [
        (each.name, figure(each.before), figure(each.after), _delta(each.before, each.after))
        for each in found.totals
    ]
    tables = [Table("", ("figure", "before", "after", "change"), rows)]
    only = [("dropped", each) for each in found.dropped] + [("added", each) for each in found.added]
    if only:
        tables.append(
            Table(
                "Courses in one of them only",
                ("what", "course", "name", "credits"),
                [(what, each.code, each.name, figure(each.credits)) for what, each in only],
            )
        )
    if changed:
        tables.append(Table("Courses that changed", _PAIR_COLUMNS, [_pair_row(each) for each in changed]))
    data: dict[str, Any] = {
        "similarity": found.similarity,
        "reverse": found.reverse,
        "totals": {each.name: {"before": each.before, "after": each.after} for each in found.totals},
        "dropped": [_course_data(each) for each in found.dropped],
        "added": [_course_data(each) for each in found.added],
        "changed": [_pair_data(each) for each in changed],
        "unchanged": len(found.pairs) - len(changed),
    }
    return Document(schema, data, head, tables)


_PAIR_COLUMNS = ("course", "what", "complexity", "blocking", "delay", "centrality")


def _delta(before: float, after: float) -> str:
    return "" if before == after else f"{'+' if after > before else '-'}{figure(abs(after - before))}"


def _pair_row(each: Pair) -> tuple[str, ...]:
    figures = [""] * 4
    old, new = each.metrics_before, each.metrics_after
    if old and new:
        figures = [
            f"{figure(one)} -> {figure(other)}" if one != other else ""
            for one, other in zip(
                (old.complexity, old.blocking, old.delay, old.centrality),
                (new.complexity, new.blocking, new.delay, new.centrality),
                strict=True,
            )
        ]
    return (each.after.code, "; ".join(each.changes), *figures)


def _course_data(each: CurriculumCourse) -> dict[str, Any]:
    return {"id": each.id, "code": each.code, "name": each.name, "credits": each.credits}


def _pair_data(each: Pair) -> dict[str, Any]:
    return {
        "course": _course_data(each.after),
        "changes": list(each.changes),
        "before": each.metrics_before._asdict() if each.metrics_before else None,
        "after": each.metrics_after._asdict() if each.metrics_after else None,
    }
