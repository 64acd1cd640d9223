"""Load foreign catalogues, N-Triples files of any size, into a store: part by part, resumable.

A catalogue brings plain triples, with or without claims. It is never held in memory: a part of the file
is loaded, with the ``rdfs:label`` of what it names, then how far that is, is written down. Links of verified
claims and ``mlg:learningDepth`` are added afterwards, from the store.
"""

from __future__ import annotations

import json
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, BinaryIO

import pyoxigraph as ox

from mlgraph.build.atomic import write_atomically
from mlgraph.build.derive import derive
from mlgraph.checks.catalogue import check_catalogue, faulty_line
from mlgraph.errors import CheckFailedError, DataError, StoreError, TurtleSyntaxError
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.vocab import MLG, RDF, RDFS, SCHEMA, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from mlgraph.model import Finding

    Progress = Callable[[str, int, int], None]

__all__ = ["LINE_LIMIT", "PART_BYTES", "load_catalogues"]

PART_BYTES = 1 << 25
"""Bytes of a part of a catalogue; memory grows with it, and what a kill costs."""

AT_ONCE = 2
"""Parts that are loaded at the same time: the engine reads and sorts a part on one core."""

LINE_LIMIT = 1 << 22
"""Bytes that one line, which is one triple, may have."""

_STRING = f'"^^<{XSD.string}>'.encode()


def load_catalogues(
    engine: ox.Store,
    state: Path,
    base: Callable[[ox.Store], None],
    catalogues: Sequence[Path],
    progress: Progress,
) -> None:
    """Fill an engine with a base and catalogues over it; go on where an earlier call was killed.

    Parameters
    ----------
    engine : pyoxigraph.Store
        On disk; empty, or what an earlier call left.
    state : Path
        The file that says how far it is.
    base : callable
        Loads the base into an empty engine.
    catalogues : sequence of Path
        N-Triples files.
    progress : callable
        Called with what is done, bytes loaded and bytes in all.

    Raises
    ------
    DataError
        If a catalogue is not N-Triples, or cannot be read.
    CheckFailedError
        If it has structural faults; carries them.
    CycleError
        If hard prerequisites form a cycle.

    Notes
    -----
    Loading a part twice changes nothing, so a kill between a part and its note does no harm. `AT_ONCE` parts
    load at the same time, and one is noted when all before it are in.
    """
    done: dict[str, int] = {}
    if state.is_file():
        done = json.loads(state.read_text(encoding="utf-8"))
    else:
        base(engine)
        _note(engine, state, done)
    total = sum(path.stat().st_size for path in catalogues)
    before = 0
    for path in catalogues:
        for end in _parts(engine, path, done.get(str(path), 0)):
            done[str(path)] = end
            _note(engine, state, done)
            progress("loading", before + end, total)
        before += path.stat().st_size
    progress("arranging and checking", total, total)
    with ThreadPoolExecutor(1) as worker:
        checked = worker.submit(_checked, engine, catalogues[0])
        engine.optimize()  # outside of Python, and what comes in meanwhile is little
        findings = checked.result()
    if findings:
        raise CheckFailedError(findings)


def _checked(engine: ox.Store, path: Path) -> list[Finding]:
    _derive(engine)
    return check_catalogue(EmbeddedStore(engine), path)


def _note(engine: ox.Store, state: Path, done: dict[str, int]) -> None:
    engine.flush()
    write_atomically(state, json.dumps(done))


def _parts(engine: ox.Store, path: Path, start: int) -> Iterator[int]:
    """Load a file from an offset on, part by part; yield the offset behind each part."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", path=path) from error
    with file, ThreadPoolExecutor(AT_ONCE) as workers:
        file.seek(start)
        place = start
        loads: deque[tuple[Future[None], int]] = deque()
        while part := _next_part(file, path):
            end = place + len(part)
            loads.append((workers.submit(_load, engine, path, place, part), end))
            place = end
            if len(loads) == AT_ONCE:
                yield _loaded(loads)
        while loads:
            yield _loaded(loads)


def _loaded(loads: deque[tuple[Future[None], int]]) -> int:
    """Wait for the first of some loads and return where its part ends: all parts before it are loaded then."""
    load, end = loads.popleft()
    load.result()
    return end


def _next_part(file: BinaryIO, path: Path) -> bytes:
    """Read some whole lines; nothing at the end."""
    part = file.read(PART_BYTES)
    if not part.endswith(b"\n"):
        part += file.readline(LINE_LIMIT)
    if len(part) - part.rfind(b"\n") > LINE_LIMIT:
        raise DataError(f"a line of more than {LINE_LIMIT:,} bytes", "write one triple a line", path=path)
    return part


def _load(engine: ox.Store, path: Path, place: int, part: bytes) -> None:
    fault = faulty_line(part)
    if fault:
        line = _lines_before(path, place + fault[0]) + 1
        raise DataError(fault[1], "mend the catalogue", path=path, line=line)
    try:
        engine.bulk_load(input=part + _labels(part), format=ox.RdfFormat.N_TRIPLES)
    except SyntaxError as error:
        line = _lines_before(path, place) + (error.lineno or 1)
        raise TurtleSyntaxError(
            f"not N-Triples: {error.msg}", "mend that line, or write it anew", path=path, line=line
        ) from error
    except OSError as error:
        raise StoreError(
            f"the store cannot be written: {error}",
            "set MLGRAPH_CACHE to a folder that can be written and has space: about twice the files",
        ) from error


def _lines_before(path: Path, place: int) -> int:
    count = 0
    with path.open("rb") as file:
        while place > 0 and (chunk := file.read(min(place, 1 << 20))):
            count += chunk.count(b"\n")
            place -= len(chunk)
    return count


def _derive(engine: ox.Store) -> None:
    """Add links of verified claims and depths; a link that is there already is no new triple."""

    def stated(predicate: str, value: str = "") -> Iterator[ox.Quad]:
        return engine.quads_for_pattern(None, ox.NamedNode(predicate), ox.NamedNode(value) if value else None)

    claims = [quad for each in (RDF.subject, RDF.predicate, RDF.object, MLG.status) for quad in stated(each)]
    topics = [*stated(RDF.type, MLG.Topic), *stated(MLG.requires)]
    links = derive([*claims, *topics], plain=True)
    depths = {quad.subject: quad for quad in links if quad.predicate.value == MLG.learningDepth}
    for old in list(stated(MLG.learningDepth)):
        if depths.get(old.subject) != old:
            engine.remove(old)
    engine.bulk_extend(links)


def _labels(part: bytes) -> bytes:
    """Return the labels that follow from names in some lines, as lines.

    A subject that says its label in the same part keeps it. To find names as bytes takes a tenth of the time
    that the engine takes to list them.
    """
    own = {_cut(part, place)[0] for place in _places(part, RDFS.label)}
    found = []
    for predicate in (SKOS.prefLabel, SCHEMA.name):
        for place in _places(part, predicate):
            subject, value = _cut(part, place)
            quoted = b" " in subject or not subject.startswith(b"<")  # the property stands in a text
            if subject not in own and not quoted and value.endswith((b'"', b'"@en', _STRING)):
                found.append(b"%s <%s> %s .\n" % (subject, RDFS.label.encode(), value))
    return b"".join(found)


def _places(part: bytes, predicate: str) -> Iterator[int]:
    """Yield where a property stands in some lines."""
    wanted = f"<{predicate}>".encode()
    place = part.find(wanted)
    while place >= 0:
        yield place
        place = part.find(wanted, place + 1)


def _cut(part: bytes, place: int) -> tuple[bytes, bytes]:
    """Return subject and object of the line whose property stands at a place; object is empty if it is no line."""
    start = part.rfind(b"\n", 0, place) + 1
    end = part.find(b"\n", place)
    value = part[part.find(b">", place) + 1 : end if end >= 0 else len(part)].strip()
    return part[start:place].strip(), value.removesuffix(b".").rstrip()
