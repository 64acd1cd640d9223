"""query."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from mlgraph.build.dataset import find_layout
from mlgraph.build.opening import data_folders, open_store, store_source
from mlgraph.catalog.question import Question, questions
from mlgraph.cli.option import Data, remote_url
from mlgraph.cli.output import Document, Format, Table, emit, warn
from mlgraph.errors import UnknownNameError, UsageError
from mlgraph.rdf.guard import query_form
from mlgraph.rdf.sparql import run_query
from mlgraph.vocab import curie

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["query_command"]


class QueryFormat(StrEnum):
    """How to print the answer of a query."""

    table = "table"
    json = "json"
    xml = "xml"
    csv = "csv"
    tsv = "tsv"
    md = "md"
    turtle = "turtle"
    nt = "nt"
    jsonld = "jsonld"
    rdfxml = "rdfxml"


def _question_names(incomplete: str) -> list[str]:
    return [
        each.name
        for each in questions(find_layout().ontology / "queries")
        if each.name.startswith(incomplete)
    ]


def query_command(
    text: Annotated[
        Optional[str],
        typer.Argument(
            help="SPARQL, a file, - for standard input, or the name of a shipped question.",
            autocompletion=_question_names,
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the shipped questions.")] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Print the SPARQL of the question and do not run it.")
    ] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, max=3600, help="Seconds until the query is stopped.")
    ] = 30.0,
    form: Annotated[
        Optional[QueryFormat],
        typer.Option(
            "--format", "-f", help="table, json, xml, csv, tsv, md; for triples turtle, nt, jsonld, rdfxml."
        ),
    ] = None,
    data: Data = None,
) -> None:
    """Ask the graph in SPARQL: SELECT, ASK, CONSTRUCT or DESCRIBE.

    The usual prefixes (mlg:, topic:, course:, skos:, schema: ...) are there without typing them.
    The query runs in a process of its own and is stopped at the time limit.
    """
    shipped = questions(find_layout().ontology / "queries")
    if listed or text is None:
        rows = [(each.name, each.expects, each.label) for each in shipped]
        items = [each._asdict() for each in shipped]
        emit(
            Document(
                "questions", {"questions": items}, [], [Table("", ("name", "expects", "question"), rows)]
            ),
            Format.json if form is QueryFormat.json else Format.table,
        )
        return
    sparql = _query_text(text, shipped)
    if show:
        sys.stdout.write(sparql.rstrip() + "\n")
        return
    rows_form = query_form(sparql) in {"SELECT", "ASK"}
    form = form or (QueryFormat.table if rows_form else QueryFormat.turtle)
    run = _runner(data, sparql, timeout)
    if form in {QueryFormat.table, QueryFormat.md} and rows_form:
        answer = json.loads(run("json"))
        emit(_answer_document(answer), Format(form.value))
        return
    chosen = "turtle" if form is QueryFormat.table else form.value
    sys.stdout.flush()
    sys.stdout.buffer.write(run(chosen))
    sys.stdout.buffer.flush()


def _runner(data: Sequence[Path] | None, sparql: str, timeout: float) -> Callable[[str], bytes]:
    """Return what runs the query, here or on a server, and gives the answer in a format."""
    url = remote_url(data)
    if url:
        from mlgraph.rdf.remote import RemoteStore
        from mlgraph.rdf.transport import Patience

        far = RemoteStore(url, Patience(timeout=timeout))
        if not far.follows_paths:
            warn(f"{url} departs from SPARQL 1.1; paths of mlg:requires are asked as mlg:dependsOn there")
        return lambda output: far.answer(sparql, query_form(sparql), output)
    near = open_store(data_folders(data or ()))
    warn(near.note)
    source = store_source(near, data_folders(data or ()))
    return lambda output: run_query(source, sparql, output, timeout)


def _query_text(text: str, shipped: list[Question]) -> str:
    if text == "-":
        return sys.stdin.read()
    named = {each.name: each.sparql for each in shipped}
    if text in named:
        return named[text]
    if "{" not in text and len(text) < 1000:
        path = Path(text)
        if path.is_file():
            try:
                return path.read_text(encoding="utf-8")
            except UnicodeDecodeError as error:
                raise UsageError(f"{path} is not UTF-8", "convert the file to UTF-8") from error
        if " " not in text.strip():
            from difflib import get_close_matches

            raise UnknownNameError(
                text, "shipped question or file", get_close_matches(text, named, n=3, cutoff=0.4)
            )
    return text


def _answer_document(answer: dict[str, Any]) -> Document:
    if "boolean" in answer:
        return Document("answer", answer, ["yes" if answer["boolean"] else "no"])
    columns = tuple(answer["head"]["vars"])
    bindings = answer["results"]["bindings"]
    rows = [tuple(_cell(row.get(name)) for name in columns) for row in bindings]
    count = len(rows)
    return Document(
        "answer", answer, [], [Table("", columns, rows)], [f"{count} row{'' if count == 1 else 's'}."]
    )


def _cell(term: dict[str, str] | None) -> str:
    if term is None:
        return ""
    return curie(term["value"]) if term["type"] == "uri" else term["value"]
