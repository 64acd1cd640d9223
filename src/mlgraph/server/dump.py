"""The whole dataset as files: made once from the graph, the same bytes for the same graph, with checksums."""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.extent import is_large
from mlgraph.rdf.writer import to_ntriples, to_turtle
from mlgraph.server.description import Dump
from mlgraph.server.thing import as_quads

if TYPE_CHECKING:
    from mlgraph.rdf.store import Store

__all__ = ["DUMPS", "Dumped", "dumps_of"]

DUMPS = {
    "mlgraph.ttl.gz": "text/turtle",
    "mlgraph.nt.gz": "application/n-triples",
}
"""Name of a file -> media type of what is in it."""


class Dumped(NamedTuple):
    """A file with the whole dataset, and its bytes."""

    dump: Dump
    content: bytes


def dumps_of(store: Store) -> dict[str, Dumped]:
    """Return the files, by name.

    Parameters
    ----------
    store : Store
        The graph; all of it is read, which takes some seconds and memory.

    Returns
    -------
    dict of str to Dumped
        Empty for a large graph (`mlgraph.catalog.extent`), which does not belong into a server's memory.

    Notes
    -----
    Sorted N-Triples and canonical Turtle, compressed without a time stamp, so equal graphs give equal bytes.
    """
    if is_large(store):
        return {}
    quads = as_quads(store.triples())
    texts = {"mlgraph.ttl.gz": to_turtle(quads), "mlgraph.nt.gz": to_ntriples(quads)}
    del quads
    found = {}
    for name, media in DUMPS.items():
        content = gzip.compress(texts[name].encode(), 6, mtime=0)
        found[name] = Dumped(Dump(name, media, len(content), hashlib.sha256(content).hexdigest()), content)
    return found
