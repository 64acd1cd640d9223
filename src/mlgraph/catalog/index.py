"""What all courses teach, and what their offerings ask, as arrays: for choices among very many of them.

A catalogue's store keeps them beside its triples, made once; of any other store they are read when they are asked for.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgraph.catalog.learning import OFFERED, Offering, offering_of
from mlgraph.catalog.topics import topic_hours
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.vocab import ID, LEVELS

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from mlgraph.rdf.store import Store

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int32]

__all__ = ["FOLDER", "CourseIndex", "course_index", "index_courses", "save_index"]

FOLDER = "courses-1"
"""The folder in that of a store that holds its arrays, with the number of their form."""

_COURSE = f"{ID}course/"
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


def course_index(store: Store) -> CourseIndex:
    """Return the arrays that a store keeps, or else read them.

    Notes
    -----
    A store on disk keeps them in its folder; kept ones open in some milliseconds, whatever their size. To
    read them takes some 100 microseconds a course.
    """
    folder = store.folder if isinstance(store, EmbeddedStore) else None
    if folder is None:
        return index_courses(store)
    place = folder / FOLDER
    with contextlib.suppress(OSError, ValueError):  # none are there, or they are damaged
        return _saved(place)
    found = index_courses(store)
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time only
        save_index(found, place)
    return found


def index_courses(store: Store) -> CourseIndex:
    """Read the arrays of all courses from the graph.

    Parameters
    ----------
    store : Store
        The graph.

    Returns
    -------
    CourseIndex
        By IRI. Courses without offering, and offerings of courses that teach nothing, are left out.
    """
    import numpy as np  # noqa: PLC0415 - plans over large catalogues only

    every = sorted(row["t"].value for row in store.select("SELECT ?t WHERE { ?t a mlg:Topic }"))
    number = {topic: index for index, topic in enumerate(every)}
    numbered = " ".join(f'(<{topic}> "{index}")' for topic, index in number.items())
    rows = store.select(
        f'SELECT ?x (GROUP_CONCAT(?i; separator=" ") AS ?s) WHERE {{ VALUES (?t ?i) {{ {numbered} }} ?x mlg:teaches ?t }} GROUP BY ?x'
    )
    teaches = {row["x"].value: row["s"].value for row in rows if row["x"] is not None}
    courses = sorted(iri for iri in teaches if iri.startswith(_COURSE))
    place = {iri: index for index, iri in enumerate(courses)}
    taught = [
        np.array(sorted({int(word) for word in teaches[iri].split()}), dtype=np.int32) for iri in courses
    ]
    starts = np.cumsum([0, *map(len, taught)]).astype(np.int32)
    flat = np.concatenate(taught) if taught else np.zeros(0, np.int32)
    levels = np.full(len(flat), _RANKS["working"], dtype=np.int8)
    for course, topic, level in _unusual(store):
        if course in place and topic in number:
            start, end = starts[place[course]], starts[place[course] + 1]
            levels[start:end][flat[start:end] == number[topic]] = _RANKS[level]
    of = topic_hours(store, every)
    hours = np.array([[of[topic].at(level) for level in LEVELS.values()] for topic in every], dtype=float)
    return CourseIndex(
        np.array([iri.encode() for iri in courses]),
        tuple(every),
        starts,
        flat,
        levels,
        hours.reshape(-1, 3),
        *_offered(store, place),
    )


def _unusual(store: Store) -> list[tuple[str, str, str]]:
    """Return (course, topic, level) of what is taught at another level than working."""
    rows = store.select(
        "SELECT ?x ?t ?level WHERE { VALUES ?level { mlg:Awareness mlg:Deep } ?c mlg:atLevel ?level ; mlg:status mlg:Verified ; "
        "rdf:predicate mlg:teaches ; rdf:subject ?x ; rdf:object ?t }"
    )
    found = [(row["x"].value, row["t"].value, LEVELS[row["level"].value]) for row in rows]
    return sorted(found, key=lambda each: _RANKS[each[2]])


def _offered(
    store: Store, place: dict[str, int]
) -> tuple[Numbers, Numbers, Floats, Floats, tuple[Offering, ...]]:
    import numpy as np  # noqa: PLC0415

    properties = list(OFFERED)
    wanted = " ".join(f'(<{each}> "{index}")' for index, each in enumerate(properties))
    rows = store.select(
        f'SELECT ?x ?r (GROUP_CONCAT(CONCAT(?k, " ", STR(?o)); separator="\\n") AS ?s) WHERE {{ '
        f"?x schema:hasCourseInstance ?r . VALUES (?p ?k) {{ {wanted} }} ?r ?p ?o }} GROUP BY ?x ?r"
    )
    found: list[tuple[int, str, Offering, float, float]] = []
    for row in rows:
        course = row["x"].value if row["x"] is not None else ""
        if course in place:
            lines = [line.partition(" ") for line in row["s"].value.split("\n")]
            each = offering_of("", "", [(properties[int(k)], value) for k, _, value in lines if k.isdigit()])
            total = np.nan if each.total is None else each.total
            found.append((place[course], row["r"].value, _kind(each), total, each.price or 0.0))
    found.sort(key=lambda each: each[:2])
    kinds: dict[Offering, int] = {}
    return (
        np.array([owner for owner, *_ in found], dtype=np.int32),
        np.array([kinds.setdefault(kind, len(kinds)) for _, _, kind, _, _ in found], dtype=np.int32),
        np.array([total for *_, total, _ in found], dtype=float),
        np.array([price for *_, price in found], dtype=float),
        tuple(kinds),
    )


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
