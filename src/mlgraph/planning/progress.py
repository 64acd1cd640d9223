"""What a saved plan remembers: courses begun are kept, and a new plan says what changed and why."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgraph.catalog.learning import offerings
from mlgraph.rdf.store import is_iri
from mlgraph.vocab import curie, expand

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from mlgraph.planning.goal import Target
    from mlgraph.planning.learner import Learner
    from mlgraph.planning.plan import Plan
    from mlgraph.rdf.store import Store

__all__ = ["Change", "changes", "remember", "started_courses"]


class Change(NamedTuple):
    """A difference between the saved plan and the new one, in words."""

    words: str


def _saved(learner: Learner) -> Mapping[str, Any]:
    saved = learner.state.get("plan")
    return saved if isinstance(saved, dict) else {}


def _texts(saved: Mapping[str, Any], key: str) -> list[str]:
    value = saved.get(key)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def started_courses(store: Store, learner: Learner) -> set[str]:
    """Return the IRIs of courses that the saved plan says are begun; those the graph lacks are left out."""
    saved = {iri for iri in map(expand, _texts(_saved(learner), "started")) if iri and is_iri(iri)}
    return {offering.course for offering in offerings(store, saved)}


def _release(store: Store) -> str:
    """Return version and date of the data, as one text."""
    parts = sorted(
        {
            row["o"].value
            for row in store.select(
                "SELECT ?o WHERE { ?d a <http://www.w3.org/ns/dcat#Dataset> ; dcterms:hasVersion|dcterms:issued ?o }"
            )
        }
    )
    return " ".join(parts)


def remember(
    store: Store, learner: Learner, wanted: Target, plan: Plan, started: Collection[str], first: date
) -> Learner:
    """Return the learner with a plan saved in its state."""
    topics = sorted({part.topic for item in plan.items for part in item.parts})
    saved = {
        "goals": sorted(curie(goal.thing.iri) for goal in wanted.goals),
        "start": first.isoformat(),
        "hours": round(plan.hours, 2),
        "courses": sorted(map(curie, plan.courses)),
        "topics": [curie(topic) for topic in topics],
        "started": sorted(map(curie, started)),
        "release": _release(store),
    }
    return learner._replace(state={**learner.state, "plan": saved})


def changes(store: Store, learner: Learner, wanted: Target, plan: Plan) -> list[Change]:
    """Return what is new and what is gone against the saved plan for the same goals.

    Returns
    -------
    list of Change
        Empty where no plan is saved, or for other goals.
    """
    saved = _saved(learner)
    goals = sorted(curie(goal.thing.iri) for goal in wanted.goals)
    if not saved or _texts(saved, "goals") != goals:
        return []
    found: list[Change] = []
    release = _release(store)
    if saved.get("release") != release:
        found.append(Change(f"the data are another release ({saved.get('release')} before, {release} now)"))
    for key, now, word in (
        ("courses", set(map(curie, plan.courses)), "course"),
        ("topics", {curie(part.topic) for item in plan.items for part in item.parts}, "topic"),
    ):
        before = set(_texts(saved, key))
        found += [Change(f"new {word}: {each}") for each in sorted(now - before)]
        gone = before - now
        done = {curie(iri) for iri in (*learner.topics, *learner.courses)}
        found += [Change(f"{word} {'done' if each in done else 'gone'}: {each}") for each in sorted(gone)]
    hours = saved.get("hours")
    if isinstance(hours, int) and abs(hours) < 1e9:  # written without a point
        hours = float(hours)
    if isinstance(hours, float) and math.isfinite(hours) and abs(hours - plan.hours) >= 0.5:
        found.append(Change(f"{plan.hours:.0f} h instead of {hours:.0f} h"))
    return found
