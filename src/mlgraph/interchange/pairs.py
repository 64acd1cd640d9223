"""Labelled prerequisite pairs and aliases from tab-separated files that a user brings."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlgraph.analysis.evaluation import Pair, TopicNames
from mlgraph.catalog.naming import NAME_LIMIT
from mlgraph.catalog.spelling import normalise
from mlgraph.errors import DataError, EncodingError, FileTooLargeError
from mlgraph.network.projection import prerequisite_graph
from mlgraph.rdf.store import text
from mlgraph.vocab import local_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import networkx as nx

    from mlgraph.rdf.store import Store

__all__ = ["LINE_LIMIT", "ROW_LIMIT", "read_aliases", "read_pairs", "topic_graph", "topic_names"]

ROW_LIMIT = 10_000_000
"""Rows that a file may have."""

LINE_LIMIT = 1 << 20
"""Bytes that a line may have."""

_COLUMNS = ("concept", "prerequisite", "label")
_LABELS = {"1": True, "0": False}


def _rows(path: Path, limit: int) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each line that is not blank, within bounds."""
    count = 0
    try:
        with path.open("rb") as file:
            number = 0
            while raw := file.readline(LINE_LIMIT + 1):
                number += 1
                if len(raw) > LINE_LIMIT:
                    raise FileTooLargeError(
                        f"a line of more than {LINE_LIMIT:,} bytes",
                        "one pair a line, cells separated by tabs",
                        path=path,
                        line=number,
                    )
                line = _decoded(raw, path, number)
                if not line.strip():
                    continue
                count += 1
                if count > limit + 1:  # one for the header
                    raise FileTooLargeError(
                        f"more than {limit:,} rows",
                        "split the file, or take a sample",
                        path=path,
                        line=number,
                    )
                yield number, [cell.strip() for cell in line.rstrip("\r\n").split("\t")]
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", "check the path", path=path) from error


def _decoded(raw: bytes, path: Path, number: int) -> str:
    try:
        return raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise EncodingError(
            f"not UTF-8: byte 0x{raw[error.start]:02x}",
            f"convert it, for example: iconv -f ISO-8859-1 -t UTF-8 {path.name}",
            path=path,
            line=number,
        ) from error


def read_pairs(path: Path, *, limit: int = ROW_LIMIT) -> list[Pair]:
    """Read labelled prerequisite pairs.

    Parameters
    ----------
    path : Path
        UTF-8, cells separated by tabs, with a header that names ``concept``, ``prerequisite`` and
        ``label`` in any order; other columns and blank lines are ignored.
    limit : int
        Rows that the file may have.

    Returns
    -------
    list of Pair
        In the order of the file, repeated ones kept.

    Raises
    ------
    EncodingError
        If it is not UTF-8.
    FileTooLargeError
        If it has too many rows, or a line of more than `LINE_LIMIT` bytes.
    DataError
        If it cannot be read, lacks a column, or a row lacks a cell or has a label that is not 0 or
        1; carries the line.
    """
    rows = _rows(path, limit)
    line, header = next(rows, (1, []))
    names = [cell.lower() for cell in header]
    missing = [column for column in _COLUMNS if column not in names]
    if missing:
        raise DataError(
            f"the header lacks {', '.join(missing)}",
            "the first line names the columns concept, prerequisite and label, separated by tabs",
            path=path,
            line=line,
        )
    places = [names.index(column) for column in _COLUMNS]
    return [_pair(cells, places, path, number) for number, cells in rows]


def _pair(cells: list[str], places: list[int], path: Path, line: int) -> Pair:
    if len(cells) <= max(places):
        raise DataError(
            f"a row of {len(cells)} cells", "the header names more; separate by tabs", path=path, line=line
        )
    concept, prerequisite, label = (cells[place] for place in places)
    if not concept or not prerequisite:
        raise DataError("a concept without a name", "name both, or remove the row", path=path, line=line)
    if label not in _LABELS:
        shown = label if len(label) <= 40 else f"{label[:37]}..."
        mend = "write 1 where it is a prerequisite, 0 where it is not"
        raise DataError(f"the label is {shown!r}, not 0 or 1", mend, path=path, line=line)
    return Pair(sys.intern(concept), sys.intern(prerequisite), _LABELS[label])


def read_aliases(path: Path, known: TopicNames, *, limit: int = ROW_LIMIT) -> dict[str, str]:
    """Read what foreign names mean.

    Parameters
    ----------
    path : Path
        UTF-8, two cells a line separated by a tab: a foreign name, and a slug or label of ours. A
        first line whose first cell is ``name`` is a header.
    known : TopicNames
        How our topics are called.
    limit : int
        Rows that the file may have.

    Returns
    -------
    dict of normalised name to node

    Raises
    ------
    DataError
        As `read_pairs`; also if a name of ours fits no topic or several, or if one foreign name is
        given two meanings.
    """
    found: dict[str, str] = {}
    for number, cells in _rows(path, limit):
        if number == 1 and cells[0].lower() == "name":
            continue
        if len(cells) < 2 or not cells[0] or not cells[1]:
            mend = "write a foreign name, a tab, and a slug or label of ours"
            raise DataError("an alias needs two cells", mend, path=path, line=number)
        nodes = known.find(cells[1])
        if len(nodes) != 1:
            problem = (
                f"fits several topics: {', '.join(map(local_name, nodes))}"
                if nodes
                else "is no topic of ours"
            )
            mend = "write the slug; `mlgraph search TEXT --kind topic` finds it"
            raise DataError(f"{cells[1][:60]!r} {problem}", mend, path=path, line=number)
        name = normalise(cells[0]) if len(cells[0]) <= NAME_LIMIT else cells[0]
        if found.setdefault(name, nodes[0]) != nodes[0]:
            message = (
                f"{cells[0][:60]!r} has two meanings: {local_name(found[name])} and {local_name(nodes[0])}"
            )
            raise DataError(message, "keep one of the two lines", path=path, line=number)
    return found


def topic_names(store: Store) -> TopicNames:
    """Return how the topics of a graph are called: by slug, label and alias.

    Examples
    --------
    >>> from mlgraph.rdf.store import EmbeddedStore
    >>> store = EmbeddedStore.of_turtle('topic:svd a mlg:Topic ; skos:altLabel "Singular values"@en .')
    >>> sorted(topic_names(store).by_name)
    ['singular value', 'svd']
    """
    by_slug: dict[str, str] = {}
    by_name: dict[str, set[str]] = {}
    rows = store.select(
        "SELECT ?t ?n WHERE { ?t a mlg:Topic OPTIONAL { ?t rdfs:label|skos:prefLabel|skos:altLabel ?n } }"
    )
    for row in rows:
        node = text(row["t"])
        slug = local_name(node)
        by_slug[slug] = node
        for name in filter(None, {slug, text(row["n"])}):
            by_name.setdefault(normalise(name), set()).add(node)
    by_name.pop("", None)
    return TopicNames(by_slug, {name: tuple(sorted(nodes)) for name, nodes in by_name.items()})


def topic_graph(store: Store, *, soft: bool = False) -> nx.DiGraph[str]:
    """Return the prerequisites between topics, with recommendations too if ``soft``.

    The store picks the links out: 0.1 s, against 3 s for looking at all triples of the shipped graph.
    """
    return prerequisite_graph(
        store.construct(
            "CONSTRUCT { ?x ?p ?y . ?t a mlg:Topic ; rdfs:label ?l } WHERE { "
            "{ VALUES ?p { mlg:requires mlg:recommends } ?x ?p ?y } UNION { ?t a mlg:Topic OPTIONAL { ?t rdfs:label ?l } } }"
        ),
        soft=soft,
    )
