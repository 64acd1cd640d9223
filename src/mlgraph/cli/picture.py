"""view."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from mlgraph.build.dataset import write_atomically
from mlgraph.catalog.claims import claims
from mlgraph.catalog.naming import resolve, resolve_many
from mlgraph.cli.option import Data, Lang, complete, opened, split
from mlgraph.planning.prerequisite import prerequisites
from mlgraph.vocab import MLG

__all__ = ["view_command"]


def view_command(
    topic: Annotated[
        str, typer.Argument(help="Slug, label or alias of a topic.", autocompletion=complete("topic"))
    ],
    known: Annotated[
        Optional[list[str]],
        typer.Option(
            "--known", help="Topics or areas that you know.", autocompletion=complete("topic", "area")
        ),
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the page.")] = Path(
        "mlgraph.html"
    ),
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    data: Data = None,
    lang: Lang = "en",
) -> None:
    """Write one offline HTML page that shows a topic's prerequisites, with reasons and sources."""
    from mlgraph.viewer.page import to_html

    store = opened(data)
    goal = resolve(store, topic, ["topic"])
    have = [each.iri for each in resolve_many(store, split(known), ["topic"])]
    path = prerequisites(store, [goal.iri], have, lang=lang)
    shown = [step.topic.iri for step in path.steps]
    why = claims(store, predicate=MLG.requires, subjects=shown, objects=shown) if shown else []
    write_atomically(output, to_html(path, why))
    sys.stderr.write(f"{output} written ({output.stat().st_size / 1e6:.1f} MB)\n")
    if show:
        typer.launch(output.resolve().as_uri())
