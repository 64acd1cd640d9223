"""An assessment in words: a question, and what was found out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.claims import thing_of
from mlgraph.cli.output import Document, Format, Table, plural
from mlgraph.cli.profile import profile_name
from mlgraph.interchange.jsonform import thing_data

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlgraph.catalog.mastery import Mastery
    from mlgraph.model import Thing, Topic
    from mlgraph.planning.assess import Ground, Sitting, Standing
    from mlgraph.planning.goal import Goal

__all__ = ["Seen", "assessment_document", "question_lines"]


class Seen(NamedTuple):
    """An assessment as it stands, with what its next question means, and where it is kept."""

    path: Path
    goals: Sequence[Goal]
    ground: Ground
    sitting: Sitting
    standing: Standing
    mastery: Mastery
    saved: bool

    @property
    def next(self) -> Topic | None:
        """Return the topic to ask about."""
        found = self.standing.question
        return None if found is None else self.ground.topics[self.ground.model.order.topics[found.topic]]

    @property
    def about(self) -> str:
        """Return what it is about, in words."""
        return ", ".join(goal.thing.label for goal in self.goals) or "The whole graph"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def question_lines(seen: Seen) -> list[str]:
    """Return the next question for people: the topic, what it is, and what knowing it means."""
    topic, standing = seen.next, seen.standing
    if topic is None:
        return []
    meaning = [f"  {topic.label}: {seen.mastery.definition}"] if seen.mastery.definition else []
    if seen.mastery.goals:
        meaning += ["  To know it means:", *(f"    - {goal}" for goal in seen.mastery.goals)]
    return [
        f"Question {standing.asked + 1} of at most {standing.limit}: do you know {topic.label}?",
        *meaning,
    ]


def _row_data(thing: Thing, seen: Seen, place: int) -> dict[str, object]:
    return {
        **thing_data(thing),
        "chance": round(seen.standing.chances[place], 3),
        "answer": dict(seen.sitting.answers).get(thing.iri, ""),
        "doubtful": place in seen.standing.verdict.uncertain,
    }


def _head(seen: Seen) -> list[str]:
    standing, ground = seen.standing, seen.ground
    count = len(ground.topics)
    before = f" {plural(ground.settled, 'topic')} known before." if ground.settled else ""
    if not count and not ground.settled:
        return [f"{seen.about}: the graph names no topics for it."]
    if not count:
        return [f"{seen.about}: nothing to ask, the profile knows all {plural(ground.settled, 'topic')}."]
    if not standing.done:
        return [f"{seen.about}: {plural(count, 'topic')} in doubt.{before}"]
    found = standing.verdict
    return [
        f"{seen.about}: {len(found.known):,} of {plural(count, 'topic')} known, by {plural(standing.asked, 'answer')}; "
        f"about {_percent(found.right)} % of this should be right.{before}"
    ]


def _foot(seen: Seen) -> list[str]:
    if not seen.ground.topics:
        return list(seen.ground.notes)
    name = profile_name(seen.path)
    lines = list(seen.ground.notes)
    if seen.standing.done and seen.saved:
        lines.append(
            f"Kept in the profile {name}; what is in doubt, as shaky. `mlgraph known` shows and mends it."
        )
    elif not seen.standing.done:
        lines.append(
            f"Kept in the profile {name}: the same command goes on, and --answers y, n or u answers."
        )
    return lines


def assessment_document(seen: Seen, form: Format) -> Document:
    """Return an assessment: the verdict where it is done, else the next question."""
    standing, ground = seen.standing, seen.ground
    names = ground.model.order.topics
    things = [thing_of(iri, ground.topics[iri].label) for iri in names]
    said = dict(seen.sitting.answers)
    rows = []
    lists: list[list[dict[str, object]]] = []
    for word, places in (("yes", standing.verdict.known), ("no", standing.verdict.unknown)):
        ordered = sorted(places, key=lambda place: (things[place].label.casefold(), things[place].iri))
        lists.append([_row_data(things[place], seen, place) for place in ordered])
        for place in ordered:
            each = things[place]
            doubt = "in doubt" if place in standing.verdict.uncertain else ""
            chance = _percent(standing.chances[place])
            rows.append((each.label, each.slug, word, chance, said.get(each.iri, ""), doubt))
    columns = ("topic", "slug", "known", "chance %", "answer", "doubt")
    topic = seen.next
    data: dict[str, object] = {
        "profile": profile_name(seen.path),
        "path": str(seen.path),
        "goals": [thing_data(goal.thing) for goal in seen.goals],
        "topics": len(names),
        "knownBefore": ground.settled,
        "asked": standing.asked,
        "limit": standing.limit,
        "done": standing.done,
        "saved": seen.saved,
        "right": round(standing.verdict.right, 3),
        "next": None
        if topic is None
        else {
            **thing_data(thing_of(topic.iri, topic.label)),
            "definition": seen.mastery.definition,
            "goals": list(seen.mastery.goals),
        },
        "known": lists[0],
        "unknown": lists[1],
        "notes": list(ground.notes),
    }
    shown = [Table("", columns, rows)] if rows and (standing.done or form is Format.csv) else []
    return Document("assess", data, [*_head(seen), *question_lines(seen)], shown, _foot(seen))
