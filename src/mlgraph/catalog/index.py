"""What all courses teach, and what their offerings ask, as arrays: for choices among very many of them.

A catalogue's store keeps them beside its triples, made once; of any other store they are read when they are asked for.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mlgraph.catalog.learning import OFFERED, Offering, offering_of
from mlgraph.catalog.topics import topic_hours, values
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.vocab import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    import numpy as np
    import pyoxigraph as ox
    from numpy.typing import NDArray

    from mlgraph.rdf.store import Store

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int32]

__all__ = ["FOLDER", "CourseIndex", "course_index", "index_courses", "save_index"]

FOLDER = "courses-1"
"""The folder in that of a store that holds its arrays, with the number of their form."""

_BLOCK = 1000
"""Courses or offerings that are read at once: it bounds the memory, and a query of more is refused or slow somewhere."""

_AT_ONCE = 2
"""Reads at the same time."""

_Block = TypeVar("_Block")
_RANKS = {level: rank for rank, level in enumerate(LEVELS.values())}
_ARRAYS = ("names", "starts", "taught", "levels", "hours", "owners", "kinds", "totals", "prices")


class CourseIndex(NamedTuple):
    """n courses, t topics and m offerings; numbers stand for places in ``topics``, ``names`` and ``kind``.

    Course i has the IRI ``names[i]``, and teaches ``taught[starts[i]:starts[i + 1]]`` at ``levels`` (0
    awareness, 1 working, 2 deep); ``hours[j]`` are those of topic j for the three levels. Offering k is one of
    course ``owners[k]``, by it and IRI, lasts ``totals[k]`` hours (nan where it does not say), costs ``prices[k]``, and is like
    ``kind[kinds[k]]`` in all else.
    """

    names: NDArray[np.bytes_]
    topics: tuple[str, ...]
    starts: Numbers
    taught: Numbers
    levels: NDArray[np.int8]
    hours: Floats
    owners: Numbers
    kinds: Numbers
    totals: Floats
    prices: Floats
    kind: tuple[Offering, ...]


def course_index(store: Store, progress: Callable[[int], None] | None = None) -> CourseIndex:
    """Return the arrays that a store keeps, or else read them; takes what `index_courses` takes.

    Notes
    -----
    A store on disk keeps them in its folder; kept ones open in some milliseconds, whatever their size. To
    read them takes some 60 to 100 microseconds a course.
    """
    folder = store.folder if isinstance(store, EmbeddedStore) else None
    if folder is None:
        return index_courses(store, progress)
    place = folder / FOLDER
    with contextlib.suppress(OSError, ValueError):  # none are there, or they are damaged
        return _saved(place)
    found = index_courses(store, progress)
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time only
        save_index(found, place)
    return found


def index_courses(store: Store, progress: Callable[[int], None] | None = None) -> CourseIndex:
    """Read the arrays of all courses from the graph.

    Parameters
    ----------
    store : Store
        The graph.
    progress : callable, optional
        Called with how many courses and offerings have been read.

    Returns
    -------
    CourseIndex
        By IRI. Courses that teach nothing are left out, and so are their offerings.
    """
    import numpy as np  # noqa: PLC0415 - plans over large catalogues only

    every = sorted(row["t"].value for row in store.select("SELECT ?t WHERE { ?t a mlg:Topic }"))
    number = {topic: index for index, topic in enumerate(every)}
    done = 0

    def tell(rows: int) -> None:
        nonlocal done
        done += rows
        if progress is not None:
            progress(done)

    names, starts, taught = _courses(store, number, tell)
    levels = np.full(len(taught), _RANKS["working"], dtype=np.int8)
    for course, topic, level in _unusual(store):
        place = int(np.searchsorted(names, course.encode()))
        if place < len(names) and names[place] == course.encode() and topic in number:
            own = slice(starts[place], starts[place + 1])
            levels[own][taught[own] == number[topic]] = _RANKS[level]
    of = topic_hours(store, every)
    hours = np.array([[of[topic].at(level) for level in LEVELS.values()] for topic in every], dtype=float)
    return CourseIndex(
        names, tuple(every), starts, taught, levels, hours.reshape(-1, 3), *_offered(store, names, tell)
    )


def _in_blocks(
    store: Store,
    rows: Iterable[ox.QuerySolution],
    read: Callable[[list[list[str]]], _Block],
    tell: Callable[[int], None],
) -> Iterator[_Block]:
    """Read some hundred rows after the other; of an embedded store two blocks at once, since it looks up outside of Python.

    In the order of the rows, which is that of the store: what is looked up one after the other lies side by side.
    """
    every = iter([value.value for value in row] for row in rows)
    blocks = iter(lambda: list(islice(every, _BLOCK)), [])
    if not isinstance(store, EmbeddedStore):
        for block in blocks:
            tell(len(block))
            yield read(block)
        return
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        reads: deque[Future[_Block]] = deque()
        for block in blocks:
            tell(len(block))
            reads.append(workers.submit(read, block))
            if len(reads) > _AT_ONCE:
                yield reads.popleft().result()
        while reads:
            yield reads.popleft().result()


def _courses(
    store: Store, number: Mapping[str, int], tell: Callable[[int], None]
) -> tuple[NDArray[np.bytes_], Numbers, Numbers]:
    """Return the courses that teach something, by IRI, with the numbers of their topics."""
    import numpy as np  # noqa: PLC0415

    def read(block: list[list[str]]) -> tuple[list[bytes], list[int], Numbers]:
        rows = store.select(
            'SELECT ?x (GROUP_CONCAT(STR(?t); separator=" ") AS ?s) WHERE { '
            f"VALUES ?x {{ {values(course for (course,) in block)} }} ?x mlg:teaches ?t }} GROUP BY ?x"
        )
        found = [
            (row["x"].value, sorted({number[each] for each in row["s"].value.split() if each in number}))
            for row in rows
            if row["x"] is not None
        ]
        return (
            [course.encode() for course, topics in found if topics],
            [len(topics) for _, topics in found if topics],
            np.array([each for _, topics in found for each in topics], dtype=np.int32),
        )

    courses = store.select("SELECT ?x WHERE { ?x a schema:Course }")
    parts = list(_in_blocks(store, courses, read, tell))
    names = np.array([name for part, _, _ in parts for name in part], dtype=np.bytes_)
    lengths = np.array([length for _, part, _ in parts for length in part], dtype=np.int32)
    taught = _joined([part for _, _, part in parts], np.int32)
    order = np.argsort(names)
    # the runs of topics, in that order
    first = (np.cumsum(lengths) - lengths)[order]
    lengths = lengths[order]
    starts = np.cumsum([0, *lengths]).astype(np.int32)
    places = np.arange(len(taught)) - np.repeat(starts[:-1] - first, lengths)
    return names[order], starts, taught[places]


def _joined(arrays: Sequence[Any], kind: type[Any]) -> NDArray[Any]:
    import numpy as np  # noqa: PLC0415

    return np.concatenate([np.zeros(0, kind), *(np.asarray(each, kind) for each in arrays)])


def _offered(
    store: Store, names: NDArray[np.bytes_], tell: Callable[[int], None]
) -> tuple[Numbers, Numbers, Floats, Floats, tuple[Offering, ...]]:
    """Return the offerings of some courses by course and IRI: course, number of the kind, hours, price; and the kinds."""
    import numpy as np  # noqa: PLC0415

    kinds: dict[Offering, int] = {}
    asked = ", ".join(f"<{each}>" for each in OFFERED)

    def read(block: list[list[str]]) -> list[tuple[bytes, bytes, Offering, float, float]]:
        rows = store.select(
            'SELECT ?r (GROUP_CONCAT(CONCAT(STR(?p), " ", STR(?o)); separator="\\n") AS ?s) WHERE { '
            f"VALUES ?r {{ {values(offering for _, offering in block)} }} ?r ?p ?o FILTER(?p IN ({asked})) }} GROUP BY ?r"
        )
        said = {row["r"].value: row["s"].value for row in rows if row["r"] is not None}
        found = []
        for course, offering in block:
            lines = [line.partition(" ") for line in said.get(offering, "").split("\n")]
            each = offering_of("", "", [(name, value) for name, _, value in lines])
            total = math.nan if each.total is None else each.total
            found.append((course.encode(), offering.encode(), _kind(each), total, each.price or 0.0))
        return found

    pairs = store.select("SELECT ?x ?r WHERE { ?x schema:hasCourseInstance ?r }")
    courses, offerings, own, totals, prices = [], [], [], [], []
    for block in _in_blocks(store, pairs, read, tell):
        courses.append(np.array([course for course, *_ in block]))
        offerings.append(np.array([offering for _, offering, *_ in block]))
        own.append([kinds.setdefault(kind, len(kinds)) for _, _, kind, _, _ in block])
        totals.append([total for *_, total, _ in block])
        prices.append([price for *_, price in block])
    every = _joined(courses, np.bytes_)
    owners = np.minimum(np.searchsorted(names, every), max(0, len(names) - 1)).astype(np.int32)
    order = np.lexsort((_joined(offerings, np.bytes_), owners))
    if len(names):
        order = order[names[owners[order]] == every[order]]
    numbered, renamed = _by_appearance(_joined(own, np.int32)[order], tuple(kinds))
    return (
        owners[order],
        numbered,
        _joined(totals, np.float64)[order],
        _joined(prices, np.float64)[order],
        renamed,
    )


def _by_appearance(numbers: Numbers, kinds: tuple[Offering, ...]) -> tuple[Numbers, tuple[Offering, ...]]:
    """Give kinds new numbers, by where they come first: in what order they were read does not matter then."""
    import numpy as np  # noqa: PLC0415

    there, first = np.unique(numbers, return_index=True)
    old = there[np.argsort(first)]
    new = np.zeros(len(kinds), dtype=np.int32)
    new[old] = np.arange(len(old))
    return new[numbers], tuple(kinds[each] for each in old.tolist())


def _unusual(store: Store) -> list[tuple[str, str, str]]:
    """Return (course, topic, level) of what is taught at another level than working."""
    rows = store.select(
        "SELECT ?x ?t ?level WHERE { VALUES ?level { mlg:Awareness mlg:Deep } ?c mlg:atLevel ?level ; mlg:status mlg:Verified ; "
        "rdf:predicate mlg:teaches ; rdf:subject ?x ; rdf:object ?t }"
    )
    found = [(row["x"].value, row["t"].value, LEVELS[row["level"].value]) for row in rows]
    return sorted(found, key=lambda each: _RANKS[each[2]])


def _kind(each: Offering) -> Offering:
    """Return an offering without its numbers, of which a catalogue has few; a price that is known becomes 0."""
    price = None if each.price is None else 0.0
    return each._replace(price=price, currency="", hours=None, hours_per_week=None, weeks=None)


def save_index(index: CourseIndex, place: Path) -> None:
    """Keep arrays in a folder, all of them or none."""
    import numpy as np  # noqa: PLC0415

    making = place.with_name(f"{place.name}-{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    for name in _ARRAYS:
        np.save(making / f"{name}.npy", getattr(index, name), allow_pickle=False)
    (making / "topics.json").write_text(json.dumps(index.topics), encoding="utf-8")
    (making / "kind.json").write_text(json.dumps(index.kind), encoding="utf-8")
    shutil.rmtree(place, ignore_errors=True)
    try:
        making.rename(place)
    finally:
        shutil.rmtree(making, ignore_errors=True)  # another process was quicker


def _saved(place: Path) -> CourseIndex:
    import numpy as np  # noqa: PLC0415

    arrays = {name: np.load(place / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _ARRAYS}
    topics = json.loads((place / "topics.json").read_text(encoding="utf-8"))
    rows: list[list[Any]] = json.loads((place / "kind.json").read_text(encoding="utf-8"))
    kinds = tuple(Offering._make(tuple(e) if isinstance(e, list) else e for e in row) for row in rows)
    return CourseIndex(topics=tuple(topics), kind=kinds, **arrays)
