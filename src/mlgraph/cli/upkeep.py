"""stats, quality, doctor, cache."""

from __future__ import annotations

import os
import platform
import sys
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Annotated, Optional

import typer

from mlgraph import __version__
from mlgraph.build.opening import open_store, shipped_dataset
from mlgraph.catalog.entity import counts
from mlgraph.cli.option import Data, Form, opened
from mlgraph.cli.output import Document, Format, Table, emit, plural
from mlgraph.errors import MlgraphError
from mlgraph.rdf.cache import cache_folder, clear_cache, stores_in

__all__ = ["cache_command", "doctor_command", "quality_command", "stats_command"]


def stats_command(form: Form = Format.table, data: Data = None) -> None:
    """Count what is in the graph: things by class, claims by property and status, evidence by kind."""
    found = counts(opened(data))
    rows = [
        (name, str(count))
        for name, count in sorted(found.items(), key=lambda item: (":" in item[0], item[0].lower()))
    ]
    emit(Document("stats", {"counts": found}, [], [Table("", ("what", "count"), rows)]), form)


def doctor_command(form: Form = Format.table) -> None:
    """Say what is installed, where data and cache lie, and what is wrong. Exit code 1 if something is."""
    rows: list[tuple[str, str]] = [("mlgraph", __version__), ("python", platform.python_version())]
    for package in ("pyoxigraph", "networkx", "rdflib", "typer", "shacl", "pyvis", "highspy", "icalendar"):
        try:
            rows.append((package, metadata.version(package)))
        except metadata.PackageNotFoundError:
            rows.append((package, "missing"))
    wrong: list[str] = [f"{name} is not installed" for name, value in rows if value == "missing"]
    folder = cache_folder()
    rows.append(("cache", str(folder)))
    try:
        dataset = shipped_dataset()
        rows.append(("dataset", f"{dataset} ({dataset.stat().st_size / 1e6:.1f} MB)"))
        store = open_store()
        rows.append(("triples", f"{len(store):,}"))
        rows.append(("store", str(store.folder) if store.folder else "in memory"))
        if store.note:
            wrong.append(store.note)
    except MlgraphError as error:
        wrong.append(f"{error} {error.mend}".strip())
    rows.append(("MLGRAPH_DATA", os.environ.get("MLGRAPH_DATA", "(not set)")))
    rows.append(("output encoding", sys.stdout.encoding or "unknown"))
    head = [f"wrong: {line}" for line in wrong] or ["everything is in order"]
    emit(
        Document("doctor", {"found": dict(rows), "wrong": wrong}, head, [Table("", ("what", "value"), rows)]),
        form,
    )
    if wrong:
        raise typer.Exit(1)


class CacheAction(StrEnum):
    """What to do with the cache."""

    show = "show"
    clear = "clear"


def cache_command(
    action: Annotated[CacheAction, typer.Argument(help="show or clear")] = CacheAction.show,
    form: Form = Format.table,
) -> None:
    """Show or clear the stores that are kept in the cache folder; they are built again when needed."""
    folder = cache_folder()
    if action is CacheAction.clear:
        count = clear_cache(folder)
        emit(
            Document(
                "cache",
                {"cleared": count, "folder": str(folder)},
                [f"removed {plural(count, 'store')} from {folder}"],
            ),
            form,
        )
        return
    stores = stores_in(folder) if folder.is_dir() else []
    rows = [(name, f"{size / 1e6:.1f}") for name, size in stores]
    emit(
        Document(
            "cache",
            {"folder": str(folder), "stores": [{"name": name, "bytes": size} for name, size in stores]},
            [str(folder)],
            [Table("", ("store", "MB"), rows)],
        ),
        form,
    )


def quality_command(
    output: Annotated[
        Optional[Path], typer.Option("--output", "-o", help="Write to this file instead of the screen.")
    ] = None,
    data: Data = None,
) -> None:
    """Report what the data rest on, as Markdown: coverage, evidence, editorial share, reviews.

    The review records are those of the source tree's data/review/, where there is one.
    """
    from mlgraph.build.dataset import find_layout, write_atomically
    from mlgraph.catalog.extent import is_large
    from mlgraph.catalog.quality import quality
    from mlgraph.interchange.quality import read_checked, read_judged, to_report

    tree = find_layout().data
    reviews = tree / "review" if tree and not data else None
    judged, checked, rest = (
        reviews / name if reviews and (reviews / name).is_file() else None
        for name in ("prerequisites.tsv", "facts.tsv", "facts-rest.tsv")
    )
    store = opened(data)
    if is_large(store):
        sys.stderr.write("counting all of a large graph: some seconds for each 100,000 courses\n")
    report = to_report(
        quality(store),
        read_judged(judged) if judged else (),
        read_checked(checked) if checked else (),
        read_checked(rest) if rest else (),
    )
    if output is None:
        sys.stdout.write(report)
    else:
        write_atomically(output, report)
        sys.stdout.write(f"wrote {output}\n")
