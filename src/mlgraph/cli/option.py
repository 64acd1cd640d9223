"""The options that commands share, and what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from mlgraph.build.opening import data_folders, open_store
from mlgraph.cli.output import Format, warn
from mlgraph.errors import MlgraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlgraph.rdf.store import EmbeddedStore

__all__ = ["Data", "Form", "Lang", "complete", "opened", "split"]

Form = Annotated[Format, typer.Option("--format", "-f", help="How to print: table, json, csv or md.")]
Data = Annotated[
    Optional[list[Path]],
    typer.Option(
        "--data", help="A folder of records to lay over the graph; may be repeated. Default: MLGRAPH_DATA."
    ),
]
Lang = Annotated[str, typer.Option("--lang", help="Language of the labels, English where there is none.")]


def opened(data: Sequence[Path] | None = None) -> EmbeddedStore:
    """Open the graph with the user's folders over it, and pass on what the store has to say."""
    store = open_store(data_folders(data or ()))
    warn(store.note)
    return store


def split(values: Sequence[str] | None) -> list[str]:
    """Return the items of repeated options whose values may hold several, separated by commas."""
    return [item.strip() for value in values or () for item in value.split(",") if item.strip()]


def complete(*kinds: str) -> Callable[[str], list[str]]:
    """Return a shell completion of slugs of some kinds."""

    def completion(incomplete: str) -> list[str]:
        from mlgraph.catalog.naming import slugs

        try:
            head, comma, last = incomplete.rpartition(",")
            found = slugs(open_store(data_folders()), kinds, last)
        except (MlgraphError, OSError):
            return []
        return [f"{head}{comma}{slug}" for slug in found]

    return completion
