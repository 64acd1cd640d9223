"""Run one guarded query in a process of its own, which can be stopped.

The engine has no way to cancel a query, and hostile ones can crash it; so the query runs in a
child that is killed at the time limit, and whose death is reported as an error.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mlgraph.errors import (
    QueryEngineError,
    QueryForbiddenError,
    QuerySyntaxError,
    QueryTimeoutError,
)
from mlgraph.rdf.guard import query_form
from mlgraph.rdf.writer import to_turtle

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MEMORY_LIMIT", "RESULT_FORMATS", "TRIPLE_FORMATS", "run_query", "syntax_error"]

MEMORY_LIMIT = 2 * 1024**3
"""Bytes of address space, beyond what the store maps, that a query may use."""

RESULT_FORMATS = ("json", "xml", "csv", "tsv")
TRIPLE_FORMATS = ("turtle", "nt", "jsonld", "rdfxml")

_LONGEST_REASON = 160
_POSITION = re.compile(r"(?:error )?at (\d+):(\d+)")


def run_query(source: Path, query: str, output: str, timeout: float) -> bytes:
    """Return the serialized answer of a query on a store folder or a data file.

    Parameters
    ----------
    source : Path
        A store folder, or a Turtle file that is loaded into memory.
    query : str
        SPARQL 1.1; the prefixes of `mlgraph.vocab.PREFIXES` are known.
    output : str
        One of `RESULT_FORMATS` for SELECT and ASK, of `TRIPLE_FORMATS` for the others.
    timeout : float
        Seconds until the query is stopped.

    Returns
    -------
    bytes
        The answer.

    Raises
    ------
    QueryForbiddenError
        If the query would write or call out.
    QuerySyntaxError
        If it is not SPARQL; carries line and column where the engine says them.
    QueryTimeoutError
        If it did not end in time.
    QueryEngineError
        If the engine ran out of memory or crashed.
    """
    form = query_form(query)
    allowed = RESULT_FORMATS if form in {"SELECT", "ASK"} else TRIPLE_FORMATS
    if output not in allowed:
        raise QueryForbiddenError(
            f"a {form} query cannot be given as {output}", f"choose one of {', '.join(allowed)}"
        )
    plain = "nt" if output == "turtle" else output
    job = json.dumps({"source": str(source), "query": query, "output": plain})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "mlgraph.rdf.worker"],
            input=job.encode(),
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise QueryTimeoutError(timeout) from error
    if done.returncode == 0:
        return _canonical(done.stdout) if output == "turtle" else done.stdout
    message = done.stderr.decode(errors="replace").strip()
    if done.returncode == 4:
        raise QueryForbiddenError(
            "SERVICE would call another server; queries stay on this machine",
            "if the word stands in a string or a name, a bracket or quote at the end is missing",
        )
    if done.returncode == 3:
        raise syntax_error(query, message)
    if done.returncode < 0:
        raise QueryEngineError(
            f"the engine stopped with signal {-done.returncode}; mlgraph itself is unharmed",
            "the query needs more memory than allowed, or nests too deeply",
        )
    raise QueryEngineError(f"the engine gave up: {message.splitlines()[-1] if message else '?'}")


def _canonical(ntriples: bytes) -> bytes:
    """Return N-Triples as canonical Turtle, so that the same answer has the same bytes."""
    return to_turtle(ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES)).encode()


def syntax_error(query: str, message: str) -> QuerySyntaxError:
    """Return an error that shows the line and points at the column.

    Parameters
    ----------
    query : str
        The text.
    message : str
        What the engine says about it.
    """
    found = _POSITION.search(message)
    if not found:
        return QuerySyntaxError(f"not SPARQL 1.1: {message}")
    line, column = int(found[1]), int(found[2])
    reason = message[found.end() :].lstrip(": ") or "unexpected"
    if len(reason) > _LONGEST_REASON:  # the engine lists every token that it would have taken
        reason = reason[:_LONGEST_REASON].rpartition(", ")[0] + " ..."
    shown = (query.splitlines() or [""])[min(line, len(query.splitlines())) - 1].replace("\t", " ")
    start = max(0, column - 60)
    pointer = " " * (column - 1 - start) + "^"
    return QuerySyntaxError(
        f"not SPARQL 1.1: {reason}, at line {line}, column {column}\n  {shown[start : start + 100]}\n  {pointer}",
        line,
        column,
    )
