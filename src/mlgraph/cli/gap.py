"""Gaps and near roles in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.cli.frontier import EMPTY, some
from mlgraph.cli.output import Document, Table, number, plural
from mlgraph.interchange.jsonform import thing_data
from mlgraph.interchange.jsonlearner import gap_data, missing_data, part_data, part_gap_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.model import Thing
    from mlgraph.planning.gap import Entry, Gap, GoalGap, Measure, Missing
    from mlgraph.planning.nearness import NearRole

__all__ = ["gap_document", "near_document"]


def gap_document(gap: Gap, profile: str, known: int) -> Document:
    """Return what is missing for goals: a line for each, then topics, skills and entry requirements."""
    head = [_goal_line(each) for each in gap.goals]
    if len(gap.goals) > 1:
        head.append(f"In all: {_distance(gap.measure)}.")
        if gap.nearest:
            hours = next(each.measure.hours for each in gap.goals if each.goal == gap.nearest)
            head.append(f"Nearest: {gap.nearest.thing.label}, {number(hours)} hours.")
    foot = [note for each in gap.goals for note in each.notes]
    if not gap.measure.exact:
        foot.append("There are more combinations of roads than were tried; a shorter one may exist.")
    if not known:
        foot.append(EMPTY)
    return Document(
        "gap",
        {
            "profile": profile,
            **gap_data(gap, known),
        },
        head,
        _gap_tables(gap),
        list(dict.fromkeys(foot)),
    )


def _goal_line(each: GoalGap) -> str:
    label = each.goal.thing.label + ("" if each.goal.level == "working" else f" ({each.goal.level})")
    if each.passed:
        return f"{label}: passed already."
    if not each.measure.asked:
        return f"{label}: the graph names no topics that it asks for."
    if each.reached:
        return f"{label}: reached; you know all of the {plural(each.measure.asked, 'topic')} that it needs."
    return f"{label}: {_distance(each.measure)}."


def _distance(measure: Measure) -> str:
    deeper = sum(bool(each.have) for each in measure.missing)
    more = f", {deeper:,} of them to be known better than now" if deeper else ""
    return (
        f"{len(measure.missing):,} of {plural(measure.asked, 'topic')} missing{more}; "
        f"{number(measure.hours)} hours to go, {number(measure.hours_had)} had"
    )


def _gap_tables(gap: Gap) -> list[Table]:
    missing = [
        (each.topic.label, each.topic.slug, each.have, each.level, number(each.hours), _reasons(each))
        for each in gap.measure.missing
    ]
    several = len(gap.goals) > 1
    tables = (
        [Table("Topics", ("topic", "slug", "have", "needed", "hours", "why"), missing)] if missing else []
    )
    skills = [
        (each.part.thing.label, goal.goal.thing.label, some(each.missing, 5) or "nothing")
        for goal in gap.goals
        for each in goal.skills
    ]
    soft = [(part.thing.label, goal.goal.thing.label, part.level) for goal in gap.goals for part in goal.soft]
    entry = [
        (each.owner.label, _options(each), each.timing, "yes" if each.met else "not seen")
        for goal in gap.goals
        for each in goal.entry
    ]
    if skills:
        tables.append(Table("Skills", ("skill", "for", "topics missing"), skills))
    if soft:
        tables.append(
            Table(
                "Soft skills, which projects practise and topics do not show", ("skill", "for", "level"), soft
            )
        )
    if entry:
        tables.append(Table("Asked for on entry, beside topics", ("by", "what", "when", "met"), entry))
    if several:
        tables.append(_goals_table(gap))
    return tables


def _goals_table(gap: Gap) -> Table:
    rows = [
        (
            each.goal.thing.label,
            each.goal.thing.kind,
            each.goal.thing.slug,
            str(len(each.measure.missing)),
            number(each.measure.hours),
            number(each.measure.hours_had),
        )
        for each in gap.goals
    ]
    return Table("Goals", ("goal", "kind", "slug", "topics missing", "hours to go", "hours had"), rows)


def _reasons(each: Missing) -> str:
    more = f" (and {len(each.why) - 2:,} more)" if len(each.why) > 2 else ""
    return "; ".join(each.why[:2]) + more


def _options(entry: Entry) -> str:
    names = [each.label for each in entry.options] + list(entry.external)
    if len(names) > 1 and entry.minimum < len(names):
        return f"{entry.minimum} of: {'; '.join(names)}"
    return "; ".join(names) or "not said"


def near_document(found: Sequence[NearRole], start: Thing | None, profile: str, known: int) -> Document:
    """Return roles by the hours that they are away from a role, or from the topics known by a profile."""
    rows = [
        (
            each.role.label,
            each.role.slug,
            number(each.measure.hours) if each.measure.asked else "",
            str(len(each.measure.missing)),
            some([part.thing for part in (*each.shared, *each.soft_shared)], 4),
            some([gap.part.thing for gap in each.lacking], 4)
            if each.measure.asked
            else "(no needs recorded)",
            some([part.thing for part in each.soft_lacking], 2),
        )
        for each in found
    ]
    columns = ("role", "slug", "hours", "topics", "there already", "missing", "soft skills to show")
    whom = f"somebody in the role {start.label}" if start else f"the profile {profile}"
    return Document(
        "roles",
        {
            "from": thing_data(start) if start else None,
            "profile": profile,
            "near": [
                {
                    "role": thing_data(each.role),
                    "hours": each.measure.hours,
                    "hoursHad": each.measure.hours_had,
                    "asked": each.measure.asked,
                    "exact": each.measure.exact,
                    "missing": missing_data(each.measure.missing),
                    "shared": [part_data(part) for part in each.shared],
                    "lacking": [part_gap_data(gap) for gap in each.lacking],
                    "softShared": [part_data(part) for part in each.soft_shared],
                    "softLacking": [part_data(part) for part in each.soft_lacking],
                }
                for each in found
            ],
        },
        [f"{plural(len(found), 'role')} by the hours that {whom} still has to learn."],
        [Table("", columns, rows)] if rows else [],
        [] if start or known else [EMPTY],
    )
