"""view."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlgraph.catalog.extent import whole
from mlgraph.catalog.naming import resolve
from mlgraph.cli.option import Data, Lang, complete, opened, split
from mlgraph.cli.profile import Besides, with_besides
from mlgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.rdf.store import Store

__all__ = ["view_command"]

_PLACES = ("topic", "area", "role", "program", "course", "project")
_AIMS = ("topic", "role", "program", "course", "project")


def view_command(
    focus: Annotated[
        str,
        typer.Option(
            "--focus",
            metavar="ANY",
            help="What the page opens at: a topic, area, role, program, course or project. Default: its start page.",
            autocompletion=complete(*_PLACES),
        ),
    ] = "",
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="GOAL",
            help="Open at the way to this topic, role, program, course or project.",
            autocompletion=complete(*_AIMS),
        ),
    ] = "",
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            metavar="NAME|FILE",
            help="Put what this profile knows into the page, to start from. Default: nothing of yours is in it.",
        ),
    ] = "",
    known: Besides = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the page.")] = Path(
        "mlgraph.html"
    ),
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    data: Data = None,
    lang: Lang = "en",
) -> None:
    """Write the whole graph as one offline HTML page: maps, ways to goals, search, what you know and can learn next."""
    store = opened(data)
    whole(store, "a page", "`mlgraph serve` shows a graph of any size, thing by thing", topics=True)
    start = _start(store, focus, to)
    own = _profile(store, profile, known)
    if output.is_dir():
        raise UsageError(f"{output} is a folder", "name a file, such as -o mlgraph.html")
    from mlgraph.build.atomic import write_atomically
    from mlgraph.viewer.explorer import drawing_of, to_html

    drawing = drawing_of(store, lang=lang)
    write_atomically(output, to_html(drawing, start=start, profile=own))
    sys.stderr.write(f"{output} written ({output.stat().st_size / 1e6:.1f} MB)\n")
    if show:
        typer.launch(output.resolve().as_uri())


def _start(store: Store, focus: str, to: str) -> str:
    """Return the address inside the page at which it opens; empty for its start page."""
    goal = resolve(store, to, _AIMS) if to else None
    place = resolve(store, focus, _PLACES) if focus else None
    if goal is None or place is None:
        found = goal or place
        return f"{found.kind}/{found.slug}" if found else ""
    if place.kind != "topic":
        raise UsageError(
            f"{place.label} is a {place.kind}: on the way to a goal only a topic can be looked at",
            "leave --focus or --to away",
        )
    return f"{goal.kind}/{goal.slug}/topic/{place.slug}"


def _profile(store: Store, profile: str, known: Sequence[str] | None) -> dict[str, Any] | None:
    """Return a profile as it stands in its file, or None where none is asked for: a page may be passed on."""
    if not profile and not split(known):
        return None
    from mlgraph.planning.learner import Learner, profile_path, read_learner, to_json

    if profile and not profile_path(profile).is_file():
        raise UsageError(f"there is no profile {profile}", "see what there is with `mlgraph known list`")
    learner = read_learner(profile_path(profile)) if profile else Learner()
    found: dict[str, Any] = json.loads(to_json(with_besides(store, learner, known)))
    return found
