"""publish."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from mlgraph.build.opening import data_folders, open_store
from mlgraph.catalog.extent import whole
from mlgraph.cli.option import Form
from mlgraph.cli.output import Document, Format, emit, warn
from mlgraph.vocab import DATASET

__all__ = ["publish_command"]


def publish_command(
    to: Annotated[str, typer.Option("--to", help="URL of the query endpoint.", metavar="URL")],
    graph: Annotated[
        str, typer.Option("--graph", help="IRI of the graph, or `default`.", metavar="IRI")
    ] = DATASET,
    update: Annotated[
        str,
        typer.Option(
            "--update", help="URL of the update endpoint, if it is not the usual one.", metavar="URL"
        ),
    ] = "",
    graph_store: Annotated[
        str,
        typer.Option(
            "--graph-store",
            help="URL of the Graph Store Protocol, if it is not the usual one.",
            metavar="URL",
        ),
    ] = "",
    form: Form = Format.table,
    folders: Annotated[
        Optional[list[Path]],
        typer.Option(
            "--data",
            help="A folder of records to lay over the graph; may be repeated. Default: MLGRAPH_DATA.",
        ),
    ] = None,
) -> None:
    """Load graph, ontology and the closure of prerequisites into a SPARQL server, for `--store`.

    The new graph takes the place of the old one when all of it has arrived. A publication that was killed goes
    on where it stopped; publishing the same again changes nothing. Credentials come from the environment:
    MLGRAPH_STORE_USER and MLGRAPH_STORE_PASSWORD, or MLGRAPH_STORE_HEADER.
    """
    from mlgraph.interchange.publish import content_of, publish, target_of
    from mlgraph.rdf.remote import store_patience
    from mlgraph.rdf.transport import Transport, credentials_from_environment

    target = target_of(to, update, graph_store, graph)
    patience = store_patience()
    transport = Transport(
        patience._replace(timeout=max(patience.timeout, 600.0)), credentials_from_environment()
    )
    store = open_store(data_folders(folders or ()))
    warn(store.note)
    whole(
        store,
        "what is published at once",
        "write it with `mlgraph export nt` and load that with the server's own bulk loader",
    )
    shown = sys.stderr.isatty()

    def progress(done: int, total: int) -> None:
        if shown:
            sys.stderr.write(f"\r{done:,} of {total:,} triples sent" + ("\n" if done == total else ""))
            sys.stderr.flush()

    found = publish(content_of(store.triples()), target, transport, progress)
    said = {
        "published": f"{found.triples:,} triples are in {found.graph}",
        "unchanged": f"nothing to do: the same {found.triples:,} triples are in {found.graph} already",
    }[found.outcome]
    resumed = f" ({found.resumed:,} were there from a publication that was stopped)"
    tail = resumed if found.outcome == "published" and found.resumed else ""
    emit(Document("publish", found._asdict(), [f"{said}{tail}", f"mlgraph ... --store {target.query}"]), form)
