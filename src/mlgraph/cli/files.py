"""export."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from mlgraph.build.dataset import write_atomically
from mlgraph.cli.option import Data, opened
from mlgraph.interchange.tables import to_csv, to_graphml
from mlgraph.rdf.interop import serialize
from mlgraph.rdf.writer import to_turtle

__all__ = ["export_command"]


class ExportFormat(StrEnum):
    """What to export to."""

    ttl = "ttl"
    nt = "nt"
    jsonld = "jsonld"
    rdfxml = "rdfxml"
    graphml = "graphml"
    csv = "csv"


def export_command(
    form: Annotated[
        ExportFormat,
        typer.Argument(
            help="ttl, nt, jsonld, rdfxml (the whole graph); graphml (prerequisites); csv (claims).",
            metavar="FORMAT",
        ),
    ],
    output: Annotated[
        Optional[Path], typer.Option("--output", "-o", help="A file; default standard output.")
    ] = None,
    data: Data = None,
) -> None:
    """Write the graph in another format; the same graph gives the same bytes."""
    import pyoxigraph as ox

    store = opened(data)
    if form is ExportFormat.csv:
        text = to_csv(store)
    elif form is ExportFormat.graphml:
        text = to_graphml(store)
    elif form is ExportFormat.ttl:
        text = to_turtle(ox.Quad(each.subject, each.predicate, each.object) for each in store.triples())
    else:
        text = serialize(store.triples(), form.value).decode()
    if output is None:
        sys.stdout.write(text)
    else:
        write_atomically(output, text)
        sys.stderr.write(f"{len(text.encode()):,} bytes written to {output}\n")
