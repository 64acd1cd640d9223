"""next, refresh, gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple, Optional

import typer

from mlgraph.catalog.claims import thing_of
from mlgraph.catalog.learning import named
from mlgraph.cli.option import Data, Form, opened, split
from mlgraph.cli.output import Document, Format, Table, emit, number, plural
from mlgraph.cli.profile import Besides, Goals, Profile, learner_of, narrow, profile_name, today
from mlgraph.errors import UsageError
from mlgraph.interchange.jsonform import thing_data, topic_data
from mlgraph.interchange.jsonlearner import next_data
from mlgraph.planning.frontier import months_before, next_topics, topics_to_refresh
from mlgraph.planning.goal import resolve_goals, target
from mlgraph.planning.learner import is_date, knowledge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.model import Thing, Topic
    from mlgraph.planning.frontier import Fading, Next, Ready
    from mlgraph.planning.goal import Goal

__all__ = ["EMPTY", "gap_command", "next_command", "refresh_command", "some"]

Limit = Annotated[int, typer.Option("--limit", min=1, help="Most topics to show.")]

EMPTY = "Nothing is known: say what you know with `mlgraph known add NAME...`, or here with --known."


def next_command(
    to: Goals = None,
    limit: Limit = 10,
    known: Besides = None,
    profile: Profile = "",
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Show what you can learn next: topics whose needs you all know, the most useful first.

    With --to, only what is on the shortest way to the goals, by how much of it waits for the topic.
    Without, everything that you are ready for, by how much of the graph it opens.
    """
    store = opened(data)
    goals = resolve_goals(store, split(to)) if split(to) else []
    path, learner = learner_of(store, profile, known)
    has = knowledge(store, learner)
    wanted = target(store, goals) if goals else None
    found = next_topics(store, has, wanted)
    notes = list(wanted.notes) if wanted else []
    if wanted and wanted.entry:
        notes.append("More is asked for on entry than topics: `mlgraph gap` with the same goals shows it.")
    document = _next_document(_Answer(found, goals, notes, profile_name(path), len(has.levels)), limit)
    emit(narrow(document, form), form)


def refresh_command(
    limit: Limit = 10,
    older_than: Annotated[
        Optional[int],
        typer.Option("--older-than", metavar="MONTHS", min=1, help="Only what is older, or shaky."),
    ] = None,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="The day it is. Default: today.")
    ] = "",
    known: Besides = None,
    profile: Profile = "",
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Show what is worth a second look: what is shaky, then the border of what you know, oldest first.

    The border is what you know and nothing else that you know rests on.
    """
    if as_of and not is_date(as_of):
        raise UsageError(f"not a date: {as_of!r}", "write it as 2026-11-25")
    day = as_of or today()
    until = months_before(day, older_than) if older_than else ""
    store = opened(data)
    path, learner = learner_of(store, profile, known)
    has = knowledge(store, learner)
    found = topics_to_refresh(store, learner, has, until)
    sources = {
        iri: thing_of(iri, label)
        for iri, label in named(store, {each.source for each in found} - {""}).items()
    }
    document = _refresh_document(_Refresh(found, sources, day, profile_name(path), len(has.levels)), limit)
    emit(narrow(document, form), form)


def gap_command(
    to: Goals = None,
    known: Besides = None,
    profile: Profile = "",
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Show what separates you from goals: topics, skills, levels and hours, for each goal and in all."""
    from mlgraph.cli.gap import gap_document
    from mlgraph.planning.gap import gap_to

    store = opened(data)
    goals = resolve_goals(store, split(to))
    path, learner = learner_of(store, profile, known)
    has = knowledge(store, learner)
    document = gap_document(gap_to(store, goals, has, learner), profile_name(path), len(has.levels))
    emit(narrow(document, form), form)


class _Answer(NamedTuple):
    """What can be learned next, towards what, and for whom."""

    next: Next
    goals: Sequence[Goal]
    notes: Sequence[str]
    profile: str
    known: int


class _Refresh(NamedTuple):
    """What is worth a second look, with the things by which it is known, and for whom."""

    fading: Sequence[Fading]
    sources: dict[str, Thing]
    day: str
    profile: str
    known: int


def _next_document(answer: _Answer, limit: int) -> Document:
    found = answer.next
    shown = found.ready[:limit]
    names = ", ".join(goal.thing.label for goal in answer.goals)
    if not found.asked:
        head = f"{names}: the graph names no topics to learn for it."
    elif not found.left:
        head = f"{names}: nothing is left to learn." if names else "You know every topic of the graph."
    elif names:
        head = f"Towards {names}: {plural(found.left, 'topic')} left, {number(found.hours)} hours; {len(found.ready):,} can be learned now."
    else:
        head = (
            f"{len(found.ready):,} of {plural(found.left, 'topic')} that you do not know can be learned now."
        )
    foot = list(answer.notes)
    if len(found.ready) > len(shown):
        foot.append(f"{len(found.ready) - len(shown):,} more: see them with --limit {len(found.ready)}.")
    if not found.exact:
        foot.append("There are more combinations of roads than were tried; a shorter one may exist.")
    if not answer.known:
        foot.append(EMPTY)
    rows = [
        (each.topic.label, each.topic.slug, _step(each), number(each.hours), _opening(each), _waiting(each))
        for each in shown
    ]
    table = Table("", ("topic", "slug", "level", "hours", "opens next", "waiting for it"), rows)
    return Document(
        "next",
        {
            "profile": answer.profile,
            **next_data(found, answer.goals, answer.notes, answer.known, limit),
        },
        [head],
        [table] if rows else [],
        foot,
    )


def _step(each: Ready) -> str:
    return f"{each.level}, from {each.have}" if each.have else each.level


def _opening(each: Ready) -> str:
    if each.opens:
        return some(each.opens)
    return f"with others: {some(each.towards)}" if each.towards else ""


def _waiting(each: Ready) -> str:
    return f"{plural(each.above, 'topic')}, {number(each.hours_above)} hours" if each.above else ""


def some(things: Sequence[Topic | Thing], count: int = 3) -> str:
    """Return the first few names, and how many more there are."""
    more = f" and {len(things) - count:,} more" if len(things) > count else ""
    return ", ".join(each.label for each in things[:count]) + more


def _refresh_document(answer: _Refresh, limit: int) -> Document:
    shown = answer.fading[:limit]
    shaky = sum(each.shaky for each in answer.fading)
    if not answer.known:
        head = EMPTY
    elif not answer.fading:
        head = "Nothing needs a second look."
    else:
        border = len(answer.fading) - shaky
        head = f"{plural(len(answer.fading), 'topic')} to refresh: {shaky:,} shaky, {border:,} on the border of what you know."
    more = len(answer.fading) - len(shown)
    why = [_why(each, answer) for each in shown]
    rows = [
        (each.topic.label, each.topic.slug, each.level, each.on, reason)
        for each, reason in zip(shown, why, strict=True)
    ]
    return Document(
        "refresh",
        {
            "profile": answer.profile,
            "asOf": answer.day,
            "known": answer.known,
            "total": len(answer.fading),
            "refresh": [
                {
                    **topic_data(each.topic),
                    "level": each.level,
                    "on": each.on,
                    "shaky": each.shaky,
                    "source": thing_data(answer.sources[each.source])
                    if each.source in answer.sources
                    else None,
                    "rests": [topic.slug for topic in each.rests],
                    "opens": [topic.slug for topic in each.opens],
                    "why": reason,
                }
                for each, reason in zip(shown, why, strict=True)
            ],
        },
        [head],
        [Table("", ("topic", "slug", "level", "since", "why"), rows)] if rows else [],
        [f"{more:,} more: see them with --limit {len(answer.fading)}."] if more else [],
    )


def _why(each: Fading, answer: _Refresh) -> str:
    """Return why a topic is worth a second look."""
    source = answer.sources.get(each.source)
    parts = ["you are not sure of it"] if each.shaky else []
    if each.rests:
        rest = "rests" if len(each.rests) == 1 else "rest"
        parts.append(f"{some(each.rests)} {rest} on it")
    else:
        parts.append("nothing you know uses it")
    parts.append(_age(each.on, answer.day))
    if each.opens:
        parts.append(f"needed next for {some(each.opens)}")
    if source:
        parts.append(f"known through {source.label}")
    return "; ".join(parts)


def _age(on: str, day: str) -> str:
    """Return in words how long ago a date was."""
    if not on:
        return "no date"
    months = (int(day[:4]) - int(on[:4])) * 12 + int(day[5:7]) - int(on[5:7]) - (day[8:] < on[8:])
    return f"{plural(months, 'month')} ago" if months > 0 else "this month"
