"""The options that commands share, and what they mean."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer
from typer.core import TyperOption

from mlgraph.build.opening import data_folders, open_store
from mlgraph.cli.output import Format, warn
from mlgraph.errors import MlgraphError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mlgraph.rdf.remote import RemoteStore
    from mlgraph.rdf.store import EmbeddedStore

__all__ = [
    "Data",
    "Form",
    "Lang",
    "complete",
    "opened",
    "remote_url",
    "split",
    "store_option",
    "tell_unfinished",
]

_WORTH_TELLING = 20_000_000
"""Bytes of a catalogue from which on it is said how far its load is."""

_LAST = "arranging and checking"
"""What a load says before it ends; nothing is written over it."""

Form = Annotated[Format, typer.Option("--format", "-f", help="How to print: table, json, csv or md.")]
Data = Annotated[
    Optional[list[Path]],
    typer.Option(
        "--data", help="A folder of records to lay over the graph; may be repeated. Default: MLGRAPH_DATA."
    ),
]
Lang = Annotated[str, typer.Option("--lang", help="Language of the labels, English where there is none.")]

_chosen: list[str] = []


def store_option() -> TyperOption:
    """Return ``--store``, which `mlgraph.cli.main` adds to every command that has ``--data``."""

    def remember(_: object, __: object, value: str | None) -> None:
        _chosen[:] = [value] if value else []

    return TyperOption(
        param_decls=["--store"],
        metavar="URL",
        help="Ask this SPARQL 1.1 server instead of the graph on this machine. Default: MLGRAPH_STORE.",
        expose_value=False,
        callback=remember,
        required=False,
    )


def remote_url(data: Sequence[Path] | None = None) -> str:
    """Return the URL of the server to ask: ``--store``, else ``MLGRAPH_STORE``; empty for this machine.

    Raises
    ------
    UsageError
        If folders are to be laid over a server's graph.
    """
    url = _chosen[0] if _chosen else ("" if data else os.environ.get("MLGRAPH_STORE", ""))
    if url and (data or (not _chosen and os.environ.get("MLGRAPH_DATA"))):
        raise UsageError(
            "records cannot be laid over the graph of a server",
            "leave --data and MLGRAPH_DATA away, or --store and MLGRAPH_STORE",
        )
    return url


def opened(data: Sequence[Path] | None = None) -> EmbeddedStore | RemoteStore:
    """Open the graph with the user's folders over it, or a server's; pass on what the store has to say."""
    url = remote_url(data)
    if url:
        from mlgraph.rdf.remote import RemoteStore

        return RemoteStore(url)
    folders = data_folders(data or ())
    tell_unfinished(folders)
    store = open_store(folders, progress=_told)
    warn(store.note)
    return store


def tell_unfinished(folders: Iterable[Path]) -> None:
    """Warn of folders that an import has not finished: what is there is right, but not all."""
    for folder in folders:
        if (folder / "import.json").is_file():  # else there is nothing to load the importer for
            from mlgraph.interchange.imports.run import unfinished

            warn(unfinished(folder))


def _told(what: str, done: int, total: int) -> None:
    """Say on stderr how far the load of a large catalogue is; one line that is written over on a terminal."""
    if total < _WORTH_TELLING:
        return
    amount = f" {done / 1e6:,.0f} of {total / 1e6:,.0f} MB" if what == "loading" else ""
    line = f"building the store of your catalogue, once: {what}{amount}"
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{line}\033[K" + ("\n" if what == _LAST else ""))
        sys.stderr.flush()
    elif done == total:
        sys.stderr.write(f"{line}\n")


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
