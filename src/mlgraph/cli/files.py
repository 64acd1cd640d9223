"""export."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Optional

import typer

from mlgraph.build.atomic import fill_atomically, write_atomically
from mlgraph.catalog.extent import is_large, whole
from mlgraph.cli.option import Data, opened
from mlgraph.errors import UsageError
from mlgraph.rdf.writer import to_turtle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyoxigraph as ox

    from mlgraph.rdf.store import Store

__all__ = ["export_command"]


class ExportFormat(StrEnum):
    """What to export to."""

    ttl = "ttl"
    nt = "nt"
    jsonld = "jsonld"
    rdfxml = "rdfxml"
    rdf12 = "rdf12"
    rdf12_ttl = "rdf12-ttl"
    schema_org = "schema-org"
    ctdl = "ctdl"
    skos = "skos"
    graphml = "graphml"
    gexf = "gexf"
    cytoscape = "cytoscape"
    mermaid = "mermaid"
    dot = "dot"
    csv = "csv"
    jsonl = "jsonl"
    sqlite = "sqlite"
    anki = "anki"


_WRITERS = {
    ExportFormat.csv: ("tables", "to_csv"),
    ExportFormat.graphml: ("tables", "to_graphml"),
    ExportFormat.rdf12: ("linkeddata", "to_rdf12"),
    ExportFormat.schema_org: ("linkeddata", "to_schema_org"),
    ExportFormat.ctdl: ("linkeddata", "to_ctdl"),
    ExportFormat.skos: ("linkeddata", "to_skos"),
    ExportFormat.gexf: ("networks", "to_gexf"),
    ExportFormat.cytoscape: ("networks", "to_cytoscape"),
    ExportFormat.mermaid: ("networks", "to_mermaid_graph"),
    ExportFormat.dot: ("networks", "to_dot_graph"),
    ExportFormat.jsonl: ("entries", "to_jsonl"),
    ExportFormat.anki: ("entries", "to_anki"),
}
"""Format -> module of interchange and function that writes the whole graph as text."""

_OF_PARTS = {
    ExportFormat.csv,
    ExportFormat.graphml,
    ExportFormat.skos,
    ExportFormat.gexf,
    ExportFormat.cytoscape,
    ExportFormat.mermaid,
    ExportFormat.dot,
    ExportFormat.anki,
}
"""Formats of topics and claims only, to which the number of courses does not matter."""


def export_command(
    form: Annotated[
        ExportFormat,
        typer.Argument(
            help="The whole graph: ttl, nt, jsonld, rdfxml, rdf12 and rdf12-ttl (claims as reifiers), jsonl, sqlite. "
            "In words of others: schema-org, ctdl, skos. Prerequisites: graphml, gexf, cytoscape, mermaid, dot. "
            "Claims: csv. Cards on topics: anki.",
            metavar="FORMAT",
        ),
    ],
    output: Annotated[
        Optional[Path], typer.Option("--output", "-o", help="A file; default standard output.")
    ] = None,
    data: Data = None,
) -> None:
    """Write the graph in another format; the same graph gives the same bytes."""
    store = opened(data)
    if form not in _OF_PARTS and is_large(store):
        if form is ExportFormat.nt:
            _stream(store, output)
            return
        whole(store, f"an export as {form}", "`mlgraph export nt` writes a graph of any size")
    if form is ExportFormat.sqlite:
        from mlgraph.interchange.entries import write_sqlite

        if output is None:
            raise UsageError("a database is not printed", "give --output FILE")
        sys.stderr.write(f"{write_sqlite(store, output):,} bytes written to {output}\n")
        return
    text = _text(store, form)
    if output is None:
        sys.stdout.write(text)
    else:
        write_atomically(output, text)
        sys.stderr.write(f"{len(text.encode()):,} bytes written to {output}\n")


def _stream(store: Store, output: Path | None) -> None:
    """Write N-Triples as they come from the store, which keeps an order of its own, and not sorted."""
    import pyoxigraph as ox

    sys.stderr.write("a large graph: its triples are written in the order of the store, not sorted\n")

    def fill(file: IO[bytes]) -> None:
        ox.serialize(_counted(store.triples()), file, format=ox.RdfFormat.N_TRIPLES)

    if output is None:
        fill(sys.stdout.buffer)
    else:
        fill_atomically(output, fill)
        sys.stderr.write(f"{output.stat().st_size:,} bytes written to {output}\n")


def _counted(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Pass triples on and say on stderr, million by million, how many went by."""
    for count, triple in enumerate(triples, 1):
        yield triple
        if count % 1_000_000 == 0:
            end = "" if sys.stderr.isatty() else "\n"
            sys.stderr.write(f"{'' if end else chr(13)}{count:,} triples written{end}")
            sys.stderr.flush()


def _text(store: Store, form: ExportFormat) -> str:
    """Return the graph as text in a format."""
    from importlib import import_module

    import pyoxigraph as ox

    if form is ExportFormat.ttl:
        return to_turtle(ox.Quad(each.subject, each.predicate, each.object) for each in store.triples())
    if form is ExportFormat.rdf12_ttl:
        from mlgraph.interchange.linkeddata import to_rdf12

        return to_rdf12(store, "ttl")
    if form in _WRITERS:
        module, function = _WRITERS[form]
        return str(getattr(import_module(f"mlgraph.interchange.{module}"), function)(store))
    from mlgraph.rdf.interop import serialize

    return serialize(store.triples(), form.value).decode()
