"""The child that runs one query: a job as JSON on standard input, the answer on standard output.

Exit codes: 0 answered, 3 not SPARQL, 4 it calls another server, 1 anything else.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from pathlib import Path

import pyoxigraph as ox

from mlgraph.rdf.sparql import MEMORY_LIMIT
from mlgraph.vocab import PREFIXES

__all__ = ["calls_out", "main"]

_RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_TRIPLES = {
    "turtle": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


def calls_out(query: str, base: str | None = None) -> bool:
    """Return whether a query uses the keyword SERVICE, however it is hidden.

    Parameters
    ----------
    query : str
        A SPARQL 1.1 text.
    base : str, optional
        What relative IRIs are resolved against.

    Returns
    -------
    bool
        False also for what is no SPARQL for another reason: the engine says that better.

    Notes
    -----
    In strings, comments, IRIs and names the word can be respelt, and the query still parses; only
    the keyword cannot.
    """
    if "service" not in query.casefold():
        return False
    spelling = str.maketrans("iI", "jJ")
    respelt = re.sub("service", lambda word: word[0].translate(spelling), query, flags=re.IGNORECASE)
    if respelt == query or _parses(respelt, base):
        return False
    return _parses(query + "\n!", base, up_to_line=query.count("\n") + 2)


def _parses(query: str, base: str | None, up_to_line: int = 0) -> bool:
    """Return whether a query is SPARQL, or has no fault before a line; it runs on an empty store."""
    try:
        ox.Store().query(query, base_iri=base, prefixes=PREFIXES)
    except SyntaxError as error:
        line = re.search(r"at (\d+):", str(error))
        return bool(up_to_line and line and int(line[1]) >= up_to_line)
    return True


def main() -> int:
    """Run the job on standard input and return the exit code."""
    job = json.load(sys.stdin)
    source = Path(job["source"])
    if source.is_dir():
        engine = ox.Store.read_only(str(source))
    else:
        engine = ox.Store()
        engine.bulk_load(path=str(source))
    statm = Path("/proc/self/statm")
    if statm.exists():  # elsewhere the time limit alone must do
        mapped = int(statm.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (mapped + MEMORY_LIMIT, mapped + MEMORY_LIMIT))
    if calls_out(job["query"]):
        return 4
    try:
        found = engine.query(job["query"], prefixes=PREFIXES)
    except SyntaxError as error:
        sys.stderr.write(str(error))
        return 3
    out = sys.stdout.buffer
    if isinstance(found, ox.QueryTriples):
        ox.serialize(found, out, format=_TRIPLES[job["output"]], prefixes=PREFIXES)
    else:
        found.serialize(out, format=_RESULTS[job["output"]])
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, RuntimeError, ValueError, MemoryError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}")
        sys.exit(1)
