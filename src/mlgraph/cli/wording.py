"""Turn values into documents: the words and tables that people read; the data come from jsonform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.cli.output import Document, Table, glyph, number, plural
from mlgraph.interchange.jsonform import explanation_data, path_data, unlocks_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.model import Claim, Evidence, LearningPath, Thing, Topic
    from mlgraph.planning.prerequisite import Explanation

__all__ = [
    "claim_lines",
    "evidence_line",
    "explanation_document",
    "path_document",
    "tree_lines",
    "unlock_document",
]


def evidence_line(evidence: Evidence) -> str:
    """Return one line that says who says so, where."""
    if evidence.kind == "Editorial":
        return f"editorial judgement, {evidence.checked_on}"
    place = f", {evidence.locator}" if evidence.locator else ""
    says = f": {evidence.observation}" if evidence.observation else ""
    link = f" <{evidence.url}>" if evidence.url else ""
    return f"{evidence.source}{place} ({evidence.kind}, checked {evidence.checked_on}){says}{link}"


def claim_lines(claim: Claim) -> list[str]:
    """Return a claim as lines: what, why, who says so, who does not."""
    level = f" ({claim.level})" if claim.level else ""
    state = "" if claim.status == "verified" else f" [{claim.status}]"
    sure = f", confidence {claim.confidence:g}" if claim.confidence is not None else ""
    lines = [
        f"{claim.subject.label} {_verb(claim.predicate)} {claim.object.label}{level}{state}",
        f"  because: {claim.reason}{sure}",
    ]
    if claim.part:
        lines.append(f"  only: {claim.part}")
    lines += [f"  source: {evidence_line(each)}" for each in claim.support]
    lines += [f"  against: {evidence_line(each)}" for each in claim.contradiction]
    return lines


def _verb(predicate: str) -> str:
    words = {
        "requires": "needs",
        "recommends": "is easier after",
        "essentialSkill": "essentially needs",
        "optionalSkill": "may need",
        "coreTopic": "has as core topic",
        "electiveTopic": "has as elective topic",
        "drawsOn": "draws on",
        "preparesFor": "prepares for",
        "relatedRole": "is near to",
        "hasCourse": "has the course",
        "provider": "is offered by",
        "isReplacedBy": "is replaced by",
    }
    return words.get(predicate, predicate)


def path_document(
    schema: str,
    path: LearningPath,
    *,
    direct: bool = False,
    why: Sequence[Claim] = (),
    soft: Sequence[tuple[Thing, Thing, str, str]] = (),
    reasons: bool = False,
) -> Document:
    """Return a learning path as a document, the goals last."""
    goals = {goal.slug for goal in path.goals}
    steps = list(path.steps)
    if direct:
        named = {need for step in steps if step.topic.slug in goals for need in step.needs}
        steps = [step for step in steps if step.topic.slug in named]
    because: dict[str, list[Claim]] = {}
    for claim in why:
        because.setdefault(claim.object.slug, []).append(claim)
    columns = ["#", "topic", "area", "level", "hours"]
    rows = []
    for place, step in enumerate(steps, 1):
        goal = " (goal)" if step.topic.slug in goals else ""
        row = [str(place), f"{step.topic.label}{goal}", step.topic.area, step.level, number(step.hours)]
        if reasons:
            row += [
                "; ".join(
                    f"for {claim.subject.label}: {claim.reason}" for claim in because.get(step.topic.slug, [])
                ),
                "; ".join(
                    dict.fromkeys(
                        f"{each.source}{f', {each.locator}' if each.locator else ''}"
                        for claim in because.get(step.topic.slug, [])
                        for each in claim.support
                    )
                ),
            ]
        rows.append(tuple(row))
    if reasons:
        columns += ["why", "sources"]
    many = len(path.goals) > 4
    names = plural(len(path.goals), "goal") if many else ", ".join(goal.label for goal in path.goals)
    before = sum(step.topic.slug not in goals for step in steps)
    hours = sum(step.hours for step in steps)
    if path.steps:
        head = [f"{names}: {plural(before, 'topic')} before it, {number(hours)} hours in all."]
    else:
        head = [f"{names}: already known."]
    foot = _choice_lines(path)
    tables = [Table("", tuple(columns), rows)] if rows else []
    if soft:
        tables.append(
            Table(
                "Recommended, not needed",
                ("before", "look at", "level", "why"),
                [(first.label, second.label, level, reason) for first, second, level, reason in soft],
            )
        )
    data = path_data(path, direct=direct, why=why if reasons else None, soft=soft)
    return Document(schema, data, head, tables, foot)


def _choice_lines(path: LearningPath) -> list[str]:
    lines = []
    for choice in path.choices:
        if choice.others:
            chosen = " and ".join(each.label for each in choice.chosen) or "nothing"
            others = ", ".join(each.label for each in choice.others)
            lines.append(
                f"For {choice.dependent.label}, {chosen} was taken as the shorter road; {others} would do as well."
            )
    if not path.exact:
        lines.append("There are more combinations of roads than were tried; a shorter one may exist.")
    return lines


def tree_lines(path: LearningPath) -> list[str]:
    """Return a path as a tree from each goal down; what was shown before is marked, not repeated."""
    steps = {step.topic.slug: step for step in path.steps}
    corner, tee, bar = glyph("└─ ", "`- "), glyph("├─ ", "|- "), glyph("│  ", "|  ")
    seen: set[str] = set()
    lines: list[str] = []

    def grow(slug: str, lead: str, mark: str) -> None:
        step = steps[slug]
        again = slug in seen
        lines.append(f"{lead}{mark}{step.topic.label}{' (see above)' if again and step.needs else ''}")
        if again:
            return
        seen.add(slug)
        needs = [need for need in step.needs if need in steps]
        below = lead + ("" if not mark else "   " if mark == corner else bar)
        for place, need in enumerate(needs):
            grow(need, below, corner if place == len(needs) - 1 else tee)

    for goal in path.goals:
        if goal.slug in steps:
            grow(goal.slug, "", "")
        else:
            lines.append(f"{goal.label} (known)")
    return lines


def unlock_document(topic: Thing, found: Sequence[Topic], *, direct: bool) -> Document:
    """Return what a topic unlocks as a document."""
    how = "directly " if direct else ""
    return Document(
        "unlocks",
        unlocks_data(topic, found, direct=direct),
        [f"{topic.label} is {how}needed by {plural(len(found), 'topic')}."],
        [
            Table(
                "",
                ("topic", "slug", "area", "hours"),
                [(each.label, each.slug, each.area, number(each.hours.typical)) for each in found],
            )
        ]
        if found
        else [],
    )


def explanation_document(first: Thing, second: Thing, found: Explanation) -> Document:
    """Return the answer to why one topic needs another."""
    if found.holds:
        head = [f"Yes: {first.label} needs {second.label}."]
    elif found.soft:
        head = [f"No: {first.label} does not need {second.label}, but is easier after it."]
    elif found.reverse:
        head = [f"No: {first.label} does not need {second.label}. It is the other way round:"]
    else:
        head = [f"No: neither of {first.label} and {second.label} needs the other."]
    for claim in found.chain:
        head += ["", *claim_lines(claim)]
    return Document(
        "why",
        explanation_data(first, second, found),
        head,
    )
