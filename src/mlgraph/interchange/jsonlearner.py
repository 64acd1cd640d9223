"""The JSON about a learner: what can be learned next, and what separates somebody from goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.interchange.jsonform import thing_data, topic_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.catalog.whole import Part
    from mlgraph.planning.frontier import Next, Ready
    from mlgraph.planning.gap import Entry, Gap, GoalGap, Measure, Missing, PartGap
    from mlgraph.planning.goal import Goal

__all__ = ["gap_data", "missing_data", "next_data", "part_data", "part_gap_data"]


def next_data(
    found: Next, goals: Sequence[Goal], notes: Sequence[str], known: int, limit: int
) -> dict[str, object]:
    """Return what can be learned next for JSON, without the name of a profile."""
    return {
        "known": known,
        "goals": [{**thing_data(goal.thing), "level": goal.level} for goal in goals],
        "left": found.left,
        "hours": found.hours,
        "exact": found.exact,
        "ready": len(found.ready),
        "next": [_ready_data(each) for each in found.ready[:limit]],
        "notes": list(notes),
    }


def _ready_data(each: Ready) -> dict[str, object]:
    return {
        **topic_data(each.topic),
        "level": each.level,
        "have": each.have,
        "hoursNeeded": each.hours,
        "opens": [topic.slug for topic in each.opens],
        "towards": [topic.slug for topic in each.towards],
        "above": each.above,
        "hoursAbove": each.hours_above,
    }


def gap_data(gap: Gap, known: int) -> dict[str, object]:
    """Return what is missing for goals for JSON, without the name of a profile."""
    return {
        "known": known,
        **_measure_data(gap.measure),
        "nearest": thing_data(gap.nearest.thing) if gap.nearest else None,
        "goals": [_goal_data(each) for each in gap.goals],
    }


def missing_data(missing: Sequence[Missing]) -> list[dict[str, object]]:
    """Return missing topics for JSON."""
    return [
        {
            **topic_data(each.topic),
            "level": each.level,
            "have": each.have,
            "hoursNeeded": each.hours,
            "why": list(each.why),
        }
        for each in missing
    ]


def _measure_data(measure: Measure) -> dict[str, object]:
    return {
        "asked": measure.asked,
        "hours": measure.hours,
        "hoursHad": measure.hours_had,
        "exact": measure.exact,
        "missing": missing_data(measure.missing),
    }


def _goal_data(each: GoalGap) -> dict[str, object]:
    return {
        "goal": thing_data(each.goal.thing),
        "level": each.goal.level,
        "reached": each.reached,
        "passed": each.passed,
        **_measure_data(each.measure),
        "skills": [part_gap_data(skill) for skill in each.skills],
        "softSkills": [part_data(part) for part in each.soft],
        "entry": [_entry_data(entry) for entry in each.entry],
        "notes": list(each.notes),
    }


def part_data(part: Part) -> dict[str, object]:
    """Return a part of what a goal asks for, with its level, for JSON."""
    return {**thing_data(part.thing), "level": part.level}


def part_gap_data(gap: PartGap) -> dict[str, object]:
    """Return a part of what a goal asks for with the topics missing for it, for JSON."""
    return {**part_data(gap.part), "missing": [each.slug for each in gap.missing]}


def _entry_data(entry: Entry) -> dict[str, object]:
    return {
        "options": [thing_data(each) for each in entry.options],
        "external": list(entry.external),
        "minimum": entry.minimum,
        "timing": entry.timing,
        "met": entry.met,
    }
