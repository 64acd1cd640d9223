"""The child that runs one query: a job as JSON on standard input, the answer on standard output.

Exit codes: 0 answered, 3 not SPARQL, 1 anything else.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import pyoxigraph as ox

from mlgraph.rdf.sparql import MEMORY_LIMIT
from mlgraph.vocab import PREFIXES

__all__ = ["main"]

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
