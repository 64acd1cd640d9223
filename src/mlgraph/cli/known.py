"""known: say what you know, and see what follows from it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from mlgraph.build.atomic import write_atomically
from mlgraph.catalog.learning import named
from mlgraph.cli.learner import change_document, list_document, overview, profiles_document
from mlgraph.cli.option import Data, Form, complete, opened
from mlgraph.cli.output import Format, emit, plural, warn
from mlgraph.cli.profile import Profile, entries_of, fault_text, named_or_refused, narrow, today
from mlgraph.errors import DataError, UsageError
from mlgraph.planning.learner import (
    RANK,
    Learner,
    forget,
    is_date,
    knowledge,
    profile_path,
    read_learner,
    to_json,
    write_learner,
)
from mlgraph.vocab import expand, local_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.interchange.known import Fault
    from mlgraph.rdf.store import Store

__all__ = ["known_command"]

known_command = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Say what you know; it is kept in a small file of your own, a profile.",
)

Names = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME...",
        help="Topics, areas for all their topics, or courses that you passed. Where a topic and an area "
        "share a name, it is the topic: write area:NAME for the other.",
        autocompletion=complete("topic", "area", "course"),
    ),
]
Day = Annotated[str, typer.Option("--on", metavar="DATE", help="Since when (ISO). Default: today.")]


@known_command.command("add")
def _add(
    names: Names,
    level: Annotated[
        str,
        typer.Option(
            "--level",
            help="awareness, working or deep, for names without :LEVEL. Default: working, or as before.",
        ),
    ] = "",
    shaky: Annotated[bool, typer.Option("--shaky", help="You are not sure of it: refresh it soon.")] = False,
    on: Day = "",
    profile: Profile = "",
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Add topics, areas or courses passed; NAME:LEVEL says how well, such as transformer:deep."""
    from mlgraph.interchange.known import apply

    if level and not RANK.get(level):
        raise UsageError(f"no such level: {level!r}", "one of awareness, working, deep")
    path, before = _read(profile)
    store = opened(data)
    found = named_or_refused(store, entries_of(names, shaky=shaky))
    if level:
        found = [each._replace(entry=each.entry._replace(level=each.entry.level or level)) for each in found]
    _save(store, path, before, apply(before, found, _day(on)), form)


@known_command.command("remove")
def _remove(names: Names, profile: Profile = "", form: Form = Format.table, data: Data = None) -> None:
    """Take back what was added or denied; what other topics imply is still known."""
    path, before = _read(profile)
    store = opened(data)
    after, notes = before, []
    meant = _own_or_named(store, before, names)
    for name, iris in meant.items():
        own = [iri for iri in iris if iri in before.topics or iri in before.courses or iri in before.denied]
        for iri in own:
            after = forget(after, iri)
            after = after._replace(denied=after.denied - {iri})
        if not own:
            notes.append(f"{name} was not stated: there is nothing to remove.")
    notes += _still_known(store, after, {iri for iris in meant.values() for iri in iris} - before.denied)
    _save(store, path, before, after, form, notes=notes)


@known_command.command("deny")
def _deny(names: Names, profile: Profile = "", form: Form = Format.table, data: Data = None) -> None:
    """Say that you do not know topics, although others imply them."""
    path, before = _read(profile)
    store = opened(data)
    after = before
    entries = [each._replace(denied=True) for each in entries_of(names)]
    for each in named_or_refused(store, entries):
        for topic in each.things:
            after = forget(after, topic.iri, deny=True)
    _save(store, path, before, after, form)


@known_command.command("list")
def _list(profile: Profile = "", form: Form = Format.table, data: Data = None) -> None:
    """List what you stated and what follows from it, what you denied, and the hours in it."""
    path, learner = _read(profile)
    store = opened(data)
    emit(narrow(list_document(overview(store, path, learner)), form), form)


@known_command.command("import")
def _import(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="CSV with the columns topic, level, shaky, on; a list of names, one a line; or a profile "
            "in JSON. - reads standard input.",
        ),
    ],
    skip_unknown: Annotated[
        bool, typer.Option("--skip-unknown", help="Leave out the lines that cannot be read, and tell them.")
    ] = False,
    on: Day = "",
    profile: Profile = "",
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Add what a file says you know: all of it, or nothing where a line cannot be read."""
    from mlgraph.interchange.known import apply, load_text, name_entries, read_entries

    path, before = _read(profile)
    place = "standard input" if file == "-" else file
    content = load_text(place, sys.stdin.buffer if file == "-" else None)
    entries, faults = read_entries(content, place)
    store = opened(data)
    found, unknown = name_entries(store, entries)
    faults = sorted([*faults, *unknown])
    if faults and not skip_unknown:
        lines = "".join(f"\n  {fault_text(each)}" for each in faults)
        raise DataError(
            f"nothing was imported: {plural(len(faults), 'line')} cannot be read{lines}",
            "mend them, or leave them out with --skip-unknown",
            path=Path(place),
        )
    _save(store, path, before, apply(before, found, _day(on)), form, skipped=faults)


@known_command.command("export")
def _export(
    output: Annotated[
        Optional[Path], typer.Option("--output", "-o", help="A file; default standard output.")
    ] = None,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="As CSV of what was stated, instead of the whole profile in JSON.")
    ] = False,
    profile: Profile = "",
) -> None:
    """Write the profile for elsewhere: JSON, or CSV; `mlgraph known import` reads both."""
    from mlgraph.interchange.known import to_csv

    path, learner = _read(profile)
    if as_csv and learner.denied:
        warn(f"{plural(len(learner.denied), 'denied topic')} left out: CSV has no place for that")
    content = to_csv(learner) if as_csv else to_json(learner)
    if output is None:
        sys.stdout.write(content)
        return
    if output.exists() and path.exists() and output.samefile(path):
        raise UsageError(f"{output} is the profile itself", "name another file")
    write_atomically(output, content)
    sys.stderr.write(f"{len(content.encode()):,} bytes written to {output}\n")


@known_command.command("profiles")
def _profiles(form: Form = Format.table) -> None:
    """List the profiles, with the one that is used where --profile is not given."""
    emit(profiles_document(), form)


def _read(profile: str) -> tuple[Path, Learner]:
    path = profile_path(profile)
    return path, read_learner(path)


def _day(on: str) -> str:
    if on and not is_date(on):
        raise UsageError(f"not a date: {on!r}", "write it as 2026-11-25")
    return on or today()


def _save(
    store: Store,
    path: Path,
    before: Learner,
    after: Learner,
    form: Format,
    *,
    skipped: Sequence[Fault] = (),
    notes: Sequence[str] = (),
) -> None:
    """Write a profile and tell what changed in it."""
    if after != before:
        write_learner(path, after)
    for fault in skipped:
        warn(f"left out: {fault_text(fault)}")
    seen = overview(store, path, after, before)
    emit(change_document(seen, before, skipped=skipped, notes=notes), form)


def _still_known(store: Store, learner: Learner, iris: set[str]) -> list[str]:
    """Return a line for each topic that is known all the same, since something implies it."""
    implied = knowledge(store, learner).implied
    found = sorted(iris & implied.keys())
    labels = named(store, [*found, *(implied[iri] for iri in found)])
    return [
        f"{labels.get(iri, local_name(iri))} is still known, since {labels.get(implied[iri], implied[iri])} implies it; "
        f"`mlgraph known deny {local_name(iri)}` says otherwise."
        for iri in found
    ]


def _own_or_named(store: Store, learner: Learner, names: Sequence[str]) -> dict[str, list[str]]:
    """Return name -> IRIs; what the profile holds can be named though the graph holds it no more."""
    own = {*learner.topics, *learner.courses, *learner.denied}
    found: dict[str, list[str]] = {}
    rest = []
    for name in names:
        iris = [iri for iri in own if iri == expand(name)] or [
            iri for iri in own if local_name(iri) == name and iri in learner.topics.keys() | learner.denied
        ]
        if len(iris) == 1:
            found[name] = iris
        else:
            rest.append(name)
    for name, meant in zip(rest, named_or_refused(store, entries_of(rest)), strict=True):
        found[name] = [each.iri for each in meant.things]
    return found
