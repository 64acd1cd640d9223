"""serve."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from mlgraph.build.opening import data_folders, store_source
from mlgraph.cli.option import Data, opened
from mlgraph.rdf.store import EmbeddedStore

if TYPE_CHECKING:
    from mlgraph.server.settings import Settings

__all__ = ["serve_command"]

Text = Optional[str]


def _limit(flag: str, what: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(flag, help=what, rich_help_panel="Limits")
    return option


def serve_command(
    host: Annotated[
        Text, typer.Option("--host", help="The address to listen on. [default: 127.0.0.1]")
    ] = None,
    port: Annotated[
        Text, typer.Option("--port", help="The port; 0 for any that is free. [default: 8000]")
    ] = None,
    url: Annotated[
        Text, typer.Option("--url", help="The address under which clients reach the server, behind a proxy.")
    ] = None,
    base: Annotated[Text, typer.Option("--base", help="What the IRIs of things begin with.")] = None,
    workers: Annotated[Text, typer.Option("--workers", help="Processes that answer queries.")] = None,
    held: Annotated[
        Text,
        typer.Option(
            "--held", help="Largest store that is copied into memory, which is faster. [default: 128M]"
        ),
    ] = None,
    proxies: Annotated[
        Text, typer.Option("--proxies", help="Addresses whose X-Forwarded-For is believed, with commas.")
    ] = None,
    time: Annotated[Text, _limit("--time", "Seconds for one query. [default: 30]")] = None,
    memory: Annotated[Text, _limit("--memory", "Memory for one query. [default: 1G]")] = None,
    result: Annotated[Text, _limit("--result", "Bytes of one answer. [default: 64M]")] = None,
    query: Annotated[Text, _limit("--query", "Characters of one query. [default: 100000]")] = None,
    depth: Annotated[Text, _limit("--depth", "Levels of brackets in a query. [default: 200]")] = None,
    in_flight: Annotated[Text, _limit("--in-flight", "Requests at once, in all. [default: 64]")] = None,
    per_client: Annotated[
        Text, _limit("--per-client", "Requests at once for one client. [default: 16]")
    ] = None,
    connections: Annotated[Text, _limit("--connections", "Open connections. [default: 512]")] = None,
    receive: Annotated[Text, _limit("--receive", "Seconds for a request to be here. [default: 10]")] = None,
    send: Annotated[
        Text, _limit("--send", "Seconds for a client to take what it is sent. [default: 20]")
    ] = None,
    idle: Annotated[Text, _limit("--idle", "Seconds that an idle connection is kept. [default: 15]")] = None,
    stop: Annotated[Text, _limit("--stop", "Seconds for running answers at the stop. [default: 10]")] = None,
    patience: Annotated[
        Text,
        _limit(
            "--patience", "Seconds until who has several queries makes room for who has none. [default: 1]"
        ),
    ] = None,
    data: Data = None,
) -> None:
    """Serve the graph over HTTP: SPARQL 1.1 Protocol, linked data, a JSON API.

    It only reads. Each flag has a variable MLGRAPH_SERVE_<NAME>; sizes may be written 64M. /limits shows
    what holds. Stop it with Ctrl-C or SIGTERM. The log is lines of JSON on standard error. With --store
    it copies the graph of that server when it starts, and serves the copy.
    """
    given = {
        "time": time,
        "memory": memory,
        "result": result,
        "query": query,
        "depth": depth,
        "in_flight": in_flight,
        "per_client": per_client,
        "connections": connections,
        "receive": receive,
        "send": send,
        "idle": idle,
        "stop": stop,
        "patience": patience,
    }
    from mlgraph.server.listen import listen, serve
    from mlgraph.server.settings import read_settings

    given |= {"host": host, "port": port, "url": url, "base": base, "workers": workers}
    given |= {"held": held, "proxies": proxies}
    store = opened(data)
    with contextlib.ExitStack() as kept:
        if isinstance(store, EmbeddedStore):
            source = store_source(store, data_folders(data or ()))
        else:
            source = Path(kept.enter_context(TemporaryDirectory(prefix="mlgraph-"))) / "store"
        settings = read_settings(source, given, os.environ)
        bound = kept.enter_context(listen(settings.host, settings.port))
        if not isinstance(store, EmbeddedStore):
            # the queries of strangers never go to another server: they are answered from a copy
            store = store.copy_to(source)
        settings = settings.at(bound.getsockname()[1])
        serve(settings, bound, store, lambda: _say(settings))


def _say(settings: Settings) -> None:
    sys.stdout.write(f"mlgraph serves {settings.url}/ (SPARQL at {settings.endpoint})\n")
    sys.stdout.flush()
