"""A learner's profile in words: what is in it, what follows, what a command changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.claims import thing_of
from mlgraph.catalog.learning import named
from mlgraph.catalog.whole import hard_edges
from mlgraph.cli.output import Document, Table, number, plural
from mlgraph.cli.profile import profile_name
from mlgraph.errors import ProfileError
from mlgraph.interchange.jsonform import thing_data
from mlgraph.planning.frontier import hours_known
from mlgraph.planning.learner import (
    Known,
    knowledge,
    profile_folder,
    profile_names,
    profile_path,
    read_learner,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mlgraph.interchange.known import Fault
    from mlgraph.model import Thing
    from mlgraph.planning.learner import Knowledge, Learner
    from mlgraph.rdf.store import Store

__all__ = ["Overview", "change_document", "list_document", "overview", "profiles_document"]


class Overview(NamedTuple):
    """What a profile says and what follows; ``users`` are known topics that need a denied one."""

    path: Path
    learner: Learner
    known: Knowledge
    labels: dict[str, str]
    hours: float
    users: dict[str, list[str]]

    def thing(self, iri: str) -> Thing:
        """Return a thing with its label; the graph may not hold it."""
        return thing_of(iri, self.labels.get(iri, ""))

    def sorted(self, iris: Iterable[str]) -> list[Thing]:
        """Return things by label."""
        return sorted(map(self.thing, iris), key=lambda each: (each.label.casefold(), each.iri))


def overview(store: Store, path: Path, learner: Learner, before: Learner | None = None) -> Overview:
    """Return what a learner states and what follows from it; with the names of what was there before."""
    known = knowledge(store, learner)
    spoken = {*known.levels, *known.implied.values()}
    for each in (learner, before or learner):
        spoken |= {*each.topics, *each.courses, *each.denied}
    users: dict[str, list[str]] = {}
    for edge in hard_edges(store, sorted(known.levels)) if learner.denied else ():
        if edge.prerequisite in learner.denied and edge.dependent in known.levels:
            users.setdefault(edge.prerequisite, []).append(edge.dependent)
    return Overview(path, learner, known, named(store, spoken), hours_known(store, known), users)


def _head(seen: Overview) -> str:
    """Return in one line how much is known."""
    learner, known = seen.learner, seen.known
    if not (learner.topics or learner.courses or learner.denied):
        return f"The profile {profile_name(seen.path)} is empty: `mlgraph known add NAME...` fills it."
    parts = [f"{plural(len(learner.topics), 'topic')} stated"]
    if learner.courses:
        parts.append(f"{plural(len(learner.courses), 'course')} passed")
    parts.append(f"{len(known.levels.keys() - learner.topics.keys()):,} more implied")
    if learner.denied:
        parts.append(f"{len(learner.denied):,} denied")
    return f"Profile {profile_name(seen.path)}: {', '.join(parts)}; {number(seen.hours)} hours known."


def _place(seen: Overview) -> dict[str, object]:
    return {"profile": profile_name(seen.path), "path": str(seen.path), "hours": seen.hours}


def list_document(seen: Overview) -> Document:
    """Return all that a learner knows: what is stated before what is implied."""
    learner, known = seen.learner, seen.known
    rows, data = [], []
    order = [*seen.sorted(known.levels.keys() & learner.topics.keys())]
    order += seen.sorted(known.levels.keys() - learner.topics.keys())
    for each in order:
        entry = learner.topics.get(each.iri, Known())
        stated = each.iri in learner.topics
        level, shaky = known.levels[each.iri], each.iri in known.shaky
        by = seen.thing(known.implied[each.iri]) if each.iri in known.implied else None
        how = "; ".join(["stated"] * stated + ([f"implied by {by.label}"] if by else []))
        rows.append((each.label, each.slug, level, how, entry.on, "shaky" if shaky else ""))
        data.append(
            {
                **thing_data(each),
                "level": level,
                "stated": entry.level if stated else "",
                "impliedBy": thing_data(by) if by else None,
                "on": entry.on,
                "shaky": shaky,
            }
        )
    courses = [(each, learner.courses[each.iri]) for each in seen.sorted(learner.courses)]
    denied = [(each, seen.sorted(seen.users.get(each.iri, ()))) for each in seen.sorted(learner.denied)]
    lost = [each for each in seen.sorted([*learner.topics, *learner.courses]) if each.iri not in seen.labels]
    tables = [Table("", ("topic", "slug", "level", "known", "since", "shaky"), rows)] if rows else []
    if courses:
        passed = [(each.label, each.slug, entry.on, "shaky" * entry.shaky) for each, entry in courses]
        tables.append(Table("Courses passed", ("course", "slug", "since", "shaky"), passed))
    if denied:
        refused = [(each.label, each.slug, ", ".join(one.label for one in why)) for each, why in denied]
        tables.append(Table("Denied", ("topic", "slug", "although you know"), refused))
    return Document(
        "known",
        {
            **_place(seen),
            "known": data,
            "courses": [
                {**thing_data(each), "on": entry.on, "shaky": entry.shaky} for each, entry in courses
            ],
            "denied": [
                {**thing_data(each), "although": [thing_data(one) for one in why]} for each, why in denied
            ],
            "notInGraph": [each.iri for each in lost],
        },
        [_head(seen)],
        tables,
        [f"Not in this graph: {', '.join(each.label for each in lost)}."] if lost else [],
    )


def _changes(seen: Overview, before: Learner) -> list[tuple[str, Thing, str, str]]:
    """Return (what, thing, level, level before) of all that differs from before."""
    after = seen.learner
    found: list[tuple[str, str, str, str]] = []
    for old, new in ((before.topics, after.topics), (before.courses, after.courses)):
        for iri in old.keys() | new.keys():
            was, now = old.get(iri), new.get(iri)
            if was == now:
                continue
            if now is None or was is None:
                what = "added" if now else "denied" if iri in after.denied else "removed"
            else:
                what = "changed" if was._replace(on="") != now._replace(on="") else "dated"
            levels = (now.level if now else "", was.level if was else "")
            found.append((what, iri, *(("", "") if old is before.courses else levels)))
    told = {iri for _, iri, _, _ in found}
    found += [("denied", iri, "", "") for iri in after.denied - before.denied - told]
    found += [("no longer denied", iri, "", "") for iri in before.denied - after.denied - told]
    things = [(what, seen.thing(iri), level, was) for what, iri, level, was in found]
    return sorted(things, key=lambda each: (each[0], each[1].label.casefold(), each[1].iri))


def change_document(
    seen: Overview, before: Learner, *, skipped: Sequence[Fault] = (), notes: Sequence[str] = ()
) -> Document:
    """Return what differs in a profile from what it was before."""
    changes = _changes(seen, before)
    rows = [(what, each.label, each.slug, level, was) for what, each, level, was in changes]
    same = () if rows or notes else ("Nothing changed: the profile said so already.",)
    tables = [Table("", ("what", "name", "slug", "level", "before"), rows)] if rows else []
    return Document(
        "known",
        {
            **_place(seen),
            "changes": [
                {"what": what, **thing_data(each), "level": level, "before": was}
                for what, each, level, was in changes
            ],
            "skipped": [{"line": each.line, "what": each.what, "near": list(each.near)} for each in skipped],
        },
        [*notes, *same],
        tables,
        [_head(seen)],
    )


def profiles_document() -> Document:
    """Return the profiles in the profile folder, and which one is in use."""
    path = profile_path()
    current = profile_name(path)
    rows, data = [], []
    for name in profile_names():
        own = profile_path(name)
        wrong = ""
        topics = courses = 0
        try:
            learner = read_learner(own)
            topics, courses = len(learner.topics), len(learner.courses)
        except ProfileError as error:
            wrong = error.message
        rows.append((name, "yes" if own == path else "", str(topics), str(courses), wrong))
        data.append({"name": name, "path": str(own), "topics": topics, "courses": courses, "wrong": wrong})
    return Document(
        "known",
        {"profile": current, "path": str(path), "profiles": data},
        [f"{plural(len(rows), 'profile')} in {profile_folder()}; in use: {current}."],
        [Table("", ("profile", "in use", "topics", "courses", "wrong"), rows)] if rows else [],
    )
