"""The JSON that commands print and the server answers: values of the catalogue as plain data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlgraph.catalog.entity import Description
    from mlgraph.model import Claim, LearningPath, Match, Need, Program, Thing, Topic
    from mlgraph.planning.prerequisite import Explanation

__all__ = [
    "claim_data",
    "description_data",
    "document_text",
    "explanation_data",
    "hits_data",
    "path_data",
    "role_data",
    "thing_data",
    "topic_data",
    "unlocks_data",
]


def document_text(schema: str, data: Mapping[str, object]) -> str:
    """Return data as JSON text under the name of its schema; equal data give equal bytes.

    Examples
    --------
    >>> print(document_text("search", {"hits": []}), end="")
    {
      "schema": "mlgraph/search/1",
      "hits": []
    }
    """
    named = {"schema": f"mlgraph/{schema}/1", **data}
    return json.dumps(named, ensure_ascii=False, indent=2) + "\n"


def topic_data(topic: Topic) -> dict[str, object]:
    """Return a topic for JSON."""
    return {
        "slug": topic.slug,
        "label": topic.label,
        "iri": topic.iri,
        "area": topic.area,
        "depth": topic.depth,
        "hours": topic.hours._asdict(),
    }


def thing_data(thing: Thing) -> dict[str, object]:
    """Return a thing for JSON."""
    return {"kind": thing.kind, "slug": thing.slug, "label": thing.label, "iri": thing.iri}


def claim_data(claim: Claim) -> dict[str, object]:
    """Return a claim for JSON."""
    return {
        "iri": claim.iri,
        "subject": thing_data(claim.subject),
        "predicate": claim.predicate,
        "object": thing_data(claim.object),
        "status": claim.status,
        "level": claim.level,
        "confidence": claim.confidence,
        "reason": claim.reason,
        "part": claim.part,
        "verifiedOn": claim.verified_on,
        "supportedBy": [each._asdict() for each in claim.support],
        "contradictedBy": [each._asdict() for each in claim.contradiction],
    }


def path_data(
    path: LearningPath,
    *,
    direct: bool = False,
    why: Sequence[Claim] | None = None,
    soft: Sequence[tuple[Thing, Thing, str, str]] = (),
) -> dict[str, Any]:
    """Return a learning path for JSON.

    Parameters
    ----------
    path : LearningPath
        The path.
    direct : bool
        Only the steps that a goal names itself.
    why : sequence of Claim, optional
        The claims among the steps; left out where it is None.
    soft : sequence of (topic, recommended topic, level, reason)
        What is recommended; left out where there is none.
    """
    steps = list(path.steps)
    if direct:
        goals = {goal.slug for goal in path.goals}
        named = {need for step in steps if step.topic.slug in goals for need in step.needs}
        steps = [step for step in steps if step.topic.slug in named]
    data: dict[str, Any] = {
        "goals": [topic_data(goal) for goal in path.goals],
        "known": list(path.known),
        "hours": sum(step.hours for step in steps),
        "exact": path.exact,
        "steps": [
            {
                **topic_data(step.topic),
                "level": step.level,
                "hoursNeeded": step.hours,
                "needs": list(step.needs),
            }
            for step in steps
        ],
        "choices": [
            {
                "for": choice.dependent.slug,
                "chosen": [each.slug for each in choice.chosen],
                "others": [each.slug for each in choice.others],
                "reason": choice.reason,
            }
            for choice in path.choices
        ],
    }
    if why is not None:
        data["claims"] = [claim_data(claim) for claim in why]
    if soft:
        data["recommended"] = [
            {"before": first.slug, "topic": second.slug, "level": level, "reason": reason}
            for first, second, level, reason in soft
        ]
    return data


def unlocks_data(topic: Thing, found: Iterable[Topic], *, direct: bool) -> dict[str, object]:
    """Return what a topic unlocks for JSON."""
    return {"topic": thing_data(topic), "direct": direct, "unlocks": [topic_data(each) for each in found]}


def explanation_data(first: Thing, second: Thing, found: Explanation) -> dict[str, object]:
    """Return for JSON why one topic needs another, or that it does not."""
    return {
        "topic": thing_data(first),
        "needed": thing_data(second),
        "holds": found.holds,
        "reverse": found.reverse,
        "recommended": found.soft,
        "chain": [claim_data(claim) for claim in found.chain],
    }


def description_data(found: Description) -> dict[str, object]:
    """Return everything about a thing for JSON."""
    return {
        "thing": thing_data(found.thing),
        "facts": {fact.name: list(fact.values) for fact in found.facts},
        "parts": [
            {"kind": name, "facts": {fact.name: list(fact.values) for fact in facts}}
            for name, facts in found.parts
        ],
        "claims": [claim_data(claim) for claim in found.outgoing],
        "claimedBy": [claim_data(claim) for claim in found.incoming],
        "supportedBy": [each._asdict() for each in found.support],
        "contradictedBy": [each._asdict() for each in found.contradiction],
        "mentionedBy": [thing_data(each) for each in found.mentioned_by],
        "mentionsNotListed": found.unlisted,
    }


def hits_data(hits: Iterable[Match]) -> dict[str, object]:
    """Return search hits for JSON."""
    return {"hits": [{**thing_data(hit.thing), "name": hit.name, "score": hit.score} for hit in hits]}


def role_data(
    role: Thing, found: Iterable[Need], prepared: Iterable[Program], free: Mapping[str, Sequence[str]]
) -> dict[str, object]:
    """Return what a role needs for JSON; ``free`` holds slugs of free courses by the slug of a need."""
    return {
        "role": thing_data(role),
        "needs": [
            {
                **thing_data(need.thing),
                "level": need.level,
                "essential": need.essential,
                "reason": need.reason,
                "status": need.status,
                "courses": need.courses,
                "freeCourses": list(free.get(need.thing.slug, ())),
            }
            for need in found
        ],
        "programs": [
            {"slug": each.slug, "name": each.name, "institution": each.institution} for each in prepared
        ],
    }
