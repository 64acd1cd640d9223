"""What the commands about a learner share: options, names, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from mlgraph.cli.option import complete, split
from mlgraph.cli.output import Document, Format, Table
from mlgraph.errors import LookupFailedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlgraph.interchange.known import Entry, Fault, Named
    from mlgraph.planning.learner import Learner
    from mlgraph.rdf.store import Store

__all__ = [
    "Besides",
    "Goals",
    "Profile",
    "entries_of",
    "fault_text",
    "learner_of",
    "named_or_refused",
    "narrow",
    "profile_name",
    "today",
    "with_besides",
]

Profile = Annotated[
    str,
    typer.Option(
        "--profile",
        metavar="NAME|FILE",
        help="Name of a profile, or a file ending in .json. Default: MLGRAPH_PROFILE, else default.",
    ),
]
Besides = Annotated[
    Optional[list[str]],
    typer.Option(
        "--known",
        help="Known besides the profile: topics (also TOPIC:LEVEL), areas or courses, separated by commas.",
        autocompletion=complete("topic", "area", "course"),
    ),
]
Goals = Annotated[
    Optional[list[str]],
    typer.Option(
        "--to",
        metavar="GOAL",
        help="Where you want to be: topics (also TOPIC:LEVEL), roles, programs, courses or skills, "
        "separated by commas.",
        autocompletion=complete("topic", "role", "program", "course", "skill"),
    ),
]


def today() -> str:
    """Return the date of this day where the user is."""
    from datetime import datetime

    return datetime.now().astimezone().date().isoformat()


def profile_name(path: Path) -> str:
    """Return how a profile is called: its name in the profile folder, else its path."""
    from mlgraph.planning.learner import profile_folder

    try:
        inside = path.parent == profile_folder()
    except UsageError:
        inside = False
    return path.stem if inside else str(path)


def entries_of(names: Sequence[str], level: str = "", *, shaky: bool = False, on: str = "") -> list[Entry]:
    """Return names as typed, each perhaps with a level, as entries."""
    from mlgraph.interchange.known import Entry, split_level

    parts = [split_level(name) for name in names]
    return [Entry(name, own or level, shaky, on) for name, own in parts]


def fault_text(fault: Fault) -> str:
    """Return a fault in one line, with near names."""
    near = f" (did you mean {' or '.join(fault.near)}?)" if fault.near else ""
    return f"{f'line {fault.line}: ' if fault.line else ''}{fault.what}{near}"


def named_or_refused(store: Store, entries: Sequence[Entry]) -> list[Named]:
    """Return what entries name.

    Raises
    ------
    LookupFailedError
        If any is wrong; tells all that are.
    """
    from mlgraph.interchange.known import name_entries

    named, faults = name_entries(store, entries)
    if faults:
        raise LookupFailedError(
            "; ".join(map(fault_text, faults)),
            "" if any(each.near for each in faults) else "try `mlgraph search TEXT`",
        )
    return named


def learner_of(store: Store, profile: str, besides: Sequence[str] | None) -> tuple[Path, Learner]:
    """Return the file of a profile, and the learner it describes, who knows some things besides."""
    from mlgraph.planning.learner import profile_path, read_learner

    path = profile_path(profile)
    return path, with_besides(store, read_learner(path), besides)


def narrow(document: Document, form: Format) -> Document:
    """Return a document without slugs beside the names, where people read it and width is short."""
    if form is Format.csv:
        return document
    tables = []
    for table in document.tables:
        kept = [place for place, column in enumerate(table.columns) if column != "slug"]
        rows = [tuple(row[place] for place in kept) for row in table.rows]
        tables.append(Table(table.title, tuple(table.columns[place] for place in kept), rows))
    return document._replace(tables=tables)


def with_besides(store: Store, learner: Learner, besides: Sequence[str] | None) -> Learner:
    """Return the learner who knows some things besides, by their names."""
    names = split(besides)
    if not names:
        return learner
    from mlgraph.interchange.known import apply

    return apply(learner, named_or_refused(store, entries_of(names)), "")
