"""How a plan is printed: table, JSON, CSV, checklist, calendar, chart."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.cli.output import Document, Format, Table, emit, number, plural
from mlgraph.errors import UsageError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from mlgraph.planning.candidate import Wishes
    from mlgraph.planning.plan import Plan
    from mlgraph.planning.progress import Change

__all__ = ["PlanFormat", "Shown", "print_plan"]


class PlanFormat(StrEnum):
    """How to print a plan."""

    table = "table"
    json = "json"
    csv = "csv"
    md = "md"
    ics = "ics"
    html = "html"


class Shown(NamedTuple):
    """What is shown: the plan, its first day, the wishes, alternatives, why a course is not in, changes."""

    plan: Plan
    first: date
    wishes: Wishes
    others: tuple[Plan, ...]
    course: str
    against: tuple[str, ...]
    told: tuple[Change, ...]


def print_plan(shown: Shown, form: PlanFormat, output: Path | None) -> None:
    """Write a plan to standard output or, as Markdown, calendar or chart, to a file.

    Raises
    ------
    UsageError
        If a file is wanted for another format.
    """
    plan, first = shown.plan, shown.first
    if form is PlanFormat.ics:
        from mlgraph.interchange.calendar import to_ics

        _deliver(to_ics(plan, first), output)
    elif form is PlanFormat.html:
        from mlgraph.viewer.gantt import to_gantt

        _deliver(to_gantt(plan, first), output)
    elif form is PlanFormat.md:
        _deliver(_checklist(shown), output)
    else:
        if output is not None:
            raise UsageError("--output goes with md, ics and html", "redirect the others: > FILE")
        emit(_document(shown), Format(form.value))


def _deliver(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
    else:
        from mlgraph.build.dataset import write_atomically

        write_atomically(output, text)
        sys.stderr.write(f"wrote {output}\n")


def _proof(plan: Plan) -> str:
    words = []
    for stage in plan.stages:
        value = f"{stage.value:.1f}".removesuffix(".0")
        if stage.optimal:
            proof = "proven optimal"
        elif stage.bound > 0:
            proof = f"bound {stage.bound:.1f}, gap {100 * stage.gap:.1f} %"
        else:
            proof = "the best found, no bound"
        words.append(f"{stage.name} {value} ({proof})")
    if plan.weeks > plan.weeks_bound + 1e-6:
        words.append(f"end after {plan.weeks:.1f} weeks (bound {plan.weeks_bound:.1f})")
    return "; ".join(words)


def _summary(plan: Plan, first: date, wishes: Wishes) -> list[str]:
    from mlgraph.planning.schedule import day_of

    if not plan.items:
        return [f"Nothing is left to learn for {', '.join(plan.goals)}: the goal is reached."]
    alone = sum(item.kind == "study" for item in plan.items)
    end = day_of(first, plan.weeks)
    cost = f", {plan.price:g} to pay" if plan.price else ""
    return [
        f"{', '.join(plan.goals)}: {plan.hours:.0f} h, {plural(len(plan.courses), 'course')}, "
        f"{plural(alone, 'stretch')[:-1] + 'es' if alone != 1 else '1 stretch'} alone{cost}; "
        f"{first} to {end} at {wishes.hours_per_week:g} h a week.",
        f"Optimum: {_proof(plan)}.",
    ]


def _document(shown: Shown) -> Document:
    from mlgraph.planning.schedule import day_of

    plan, first = shown.plan, shown.first
    rows = [
        (
            str(item.number),
            f"{day_of(first, item.start)}",
            f"{day_of(first, item.end)}",
            item.kind,
            item.label,
            number(round(item.hours, 1)),
            ", ".join(part.label for part in item.parts),
            item.why,
            ", ".join(map(str, item.needs)),
        )
        for item in plan.items
    ]
    columns = ("#", "from", "to", "kind", "what", "hours", "topics", "why", "after")
    tables = [Table("", columns, rows)] if rows else []
    if shown.others:
        tables.append(
            Table(
                "Alternatives",
                ("plan", "hours", "weeks", "courses"),
                [
                    (
                        str(index),
                        number(round(each.hours, 1)),
                        f"{each.weeks:.1f}",
                        ", ".join(iri.rpartition("/")[2] for iri in each.courses),
                    )
                    for index, each in enumerate(shown.others, 2)
                ],
            )
        )
    foot = [f"note: {note}" for note in plan.notes]
    foot += [f"{shown.course}: {reason}." for reason in shown.against]
    foot += [f"since the saved plan: {each.words}" for each in shown.told]
    if plan.soft:
        foot.append(f"soft skills asked for: {', '.join(plan.soft)} (projects practise them)")
    return Document("plan", _data(shown), _summary(plan, first, shown.wishes), tables, foot)


def _data(shown: Shown) -> dict[str, object]:
    from mlgraph.planning.schedule import day_of

    plan, first = shown.plan, shown.first
    return {
        "goals": list(plan.goals),
        "hours": round(plan.hours, 2),
        "cost": plan.price,
        "weeks": round(plan.weeks, 3),
        "start": first.isoformat(),
        "end": day_of(first, plan.weeks).isoformat(),
        "hoursPerWeek": shown.wishes.hours_per_week,
        "optimal": plan.optimal,
        "stages": [
            {
                "name": stage.name,
                "value": round(stage.value, 4),
                "bound": round(stage.bound, 4),
                "optimal": stage.optimal,
            }
            for stage in plan.stages
        ],
        "courses": list(plan.courses),
        "items": [
            {
                "number": item.number,
                "kind": item.kind,
                "iri": item.iri,
                "label": item.label,
                "url": item.url,
                "hours": round(item.hours, 2),
                "cost": item.price,
                "start": day_of(first, item.start).isoformat(),
                "end": day_of(first, item.end).isoformat(),
                "why": item.why,
                "needs": list(item.needs),
                "unlocks": list(item.unlocks),
                "notes": list(item.notes),
                "topics": [
                    {
                        "iri": part.topic,
                        "label": part.label,
                        "level": part.level,
                        "hours": round(part.hours, 2),
                        "why": part.why,
                        "resource": part.resource.name if part.resource else "",
                        "url": part.resource.url if part.resource else "",
                    }
                    for part in item.parts
                ],
            }
            for item in plan.items
        ],
        "softSkills": list(plan.soft),
        "alternatives": [
            {"hours": round(each.hours, 2), "weeks": round(each.weeks, 3), "courses": list(each.courses)}
            for each in shown.others
        ],
        "whyNot": list(shown.against),
        "changes": [each.words for each in shown.told],
        "notes": list(plan.notes),
    }


def _checklist(shown: Shown) -> str:
    from mlgraph.planning.schedule import day_of

    plan, first = shown.plan, shown.first
    lines = [f"# Plan: {', '.join(plan.goals)}", "", *_summary(plan, first, shown.wishes), ""]
    for item in plan.items:
        name = f"[{item.label}]({item.url})" if item.url else item.label
        when = f"{day_of(first, item.start)} to {day_of(first, item.end)}"
        lines.append(f"- [ ] **{item.number}. {name}** ({item.kind}, {item.hours:.0f} h, {when}): {item.why}")
        for part in item.parts:
            place = (
                f": [{part.resource.name}]({part.resource.url})"
                if part.resource and part.resource.url
                else ""
            )
            lines.append(f"  - [ ] {part.label} ({part.level}){place}")
        lines += [f"  - {note}" for note in item.notes]
    return "\n".join(lines) + "\n"
