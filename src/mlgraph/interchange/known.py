"""What somebody knows, as text: CSV, a list of names, or the JSON of a profile."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.lookup import find_things
from mlgraph.catalog.whole import topics_of_area
from mlgraph.errors import (
    AmbiguousNameError,
    DataError,
    EncodingError,
    FileTooLargeError,
    ProfileError,
    UnknownNameError,
)
from mlgraph.model import Thing
from mlgraph.planning.learner import RANK, Known, Learner, forget, is_date, learn, parse_learner
from mlgraph.vocab import curie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from mlgraph.rdf.store import Store

__all__ = [
    "LINE_LIMIT",
    "SIZE_LIMIT",
    "Entry",
    "Fault",
    "Named",
    "apply",
    "load_text",
    "name_entries",
    "read_entries",
    "split_level",
    "to_csv",
]

SIZE_LIMIT = 4 * 1024 * 1024
"""Bytes that a text to import may have."""

LINE_LIMIT = 20_000
"""Lines that a CSV or a list to import may have."""

_COLUMNS = {"topic": "name", "course": "name", "name": "name", "level": "level", "shaky": "shaky", "on": "on"}
_USUAL = ["name", "level", "shaky", "on"]
_YES = {"yes", "true", "1", "x", "shaky"}
_NO = {"", "no", "false", "0"}
_LEVELS = "levels are awareness, working and deep"


class Entry(NamedTuple):
    """One thing that is known (or denied), as written; an empty level is working, or better if it was."""

    name: str
    level: str = ""
    shaky: bool = False
    on: str = ""
    denied: bool = False
    line: int = 0


class Fault(NamedTuple):
    """A line from which nothing can be taken over, why, and names near to the one in it."""

    line: int
    what: str
    near: tuple[str, ...] = ()


class Named(NamedTuple):
    """An entry with the topics or the course that its name stands for; ``area`` if it names an area."""

    entry: Entry
    things: tuple[Thing, ...]
    area: bool = False


def load_text(path: str, stream: BinaryIO | None = None) -> str:
    """Return the text of a file, or of a stream, that is bounded in size and UTF-8.

    Parameters
    ----------
    path : str
        The file; with ``stream`` only its name in messages.
    stream : binary file, optional
        What to read instead.

    Raises
    ------
    FileTooLargeError
        If it has more than `SIZE_LIMIT` bytes.
    EncodingError
        If it is not UTF-8 text.
    DataError
        If it cannot be read.
    """
    place = Path(path)
    try:
        if stream is None:
            with place.open("rb") as file:
                raw = file.read(SIZE_LIMIT + 1)
        else:
            raw = stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", "name another file", path=place) from error
    if len(raw) > SIZE_LIMIT:
        raise FileTooLargeError(f"larger than {SIZE_LIMIT // 2**20} MB", "part it", path=place)
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise EncodingError("not UTF-8", "save it as UTF-8", path=place, line=line) from error
    if "\0" in content:
        raise EncodingError("not a text", "give a CSV, a list of names or a profile", path=place)
    return content


def read_entries(content: str, path: str) -> tuple[list[Entry], list[Fault]]:
    """Return what a text says is known, and the lines that are wrong in themselves.

    Parameters
    ----------
    content : str
        A profile in JSON; or CSV, with a header that names topic, level, shaky and on in any order,
        or without one in this order; or names, one a line. Commas, semicolons or tabs part the cells;
        ``NAME:LEVEL`` is understood; lines that start with ``#`` are comments.
    path : str
        The file, for messages.

    Returns
    -------
    entries : list of Entry
    faults : list of Fault

    Raises
    ------
    FileTooLargeError
        If it has more than `LINE_LIMIT` lines.
    DataError
        If it is JSON but no profile, or has quotes that do not end.
    """
    if content.lstrip()[:1] in {"{", "["}:
        return _from_profile(content, path), []
    entries: list[Entry] = []
    faults: list[Fault] = []
    columns: list[str] | None = None
    loose = False
    for line, cells in _rows(content, path):
        if columns is None:
            words = [cell.casefold() for cell in cells]
            loose = not _COLUMNS.keys() - {"level", "shaky", "on"} & set(words)
            columns = _USUAL if loose else [_COLUMNS.get(word, "") for word in words]
            if not loose:
                faults += [Fault(line, what) for what in _header_faults(words)]
                continue
        found = _entry(line, cells, columns, loose=loose)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            entries.append(found)
    return entries, faults


def _from_profile(content: str, path: str) -> list[Entry]:
    try:
        learner = parse_learner(content, Path(path))
    except ProfileError as error:
        raise DataError(
            error.message.replace("the profile is damaged", "not a profile"),
            "give a CSV, a list of names, or a profile as `mlgraph known export` writes it",
            path=Path(path),
            line=error.line,
        ) from error

    def line(iri: str) -> int:
        place = content.find(json.dumps(curie(iri)))
        return content.count("\n", 0, place) + 1 if place >= 0 else 0

    known = [
        Entry(curie(iri), each.level, each.shaky, each.on, line=line(iri))
        for iri, each in learner.topics.items()
    ]
    passed = [
        Entry(curie(iri), "", each.shaky, each.on, line=line(iri)) for iri, each in learner.courses.items()
    ]
    denied = [Entry(curie(iri), denied=True, line=line(iri)) for iri in sorted(learner.denied)]
    return [*known, *passed, *denied]


def _rows(content: str, path: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that say something, as cells, each with its number."""
    told = (line for line in content.splitlines() if line.strip() and not line.startswith("#"))
    first = next(told, "")
    mark = next((each for each in "\t;" if each in first), ",")
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=mark, skipinitialspace=True, strict=True)
    before = 0
    try:
        for row in reader:
            if reader.line_num > LINE_LIMIT:
                raise FileTooLargeError(f"more than {LINE_LIMIT:,} lines", "part it", path=Path(path))
            cells = [" ".join(cell.split()) for cell in row]
            if any(cells) and not cells[0].startswith("#"):
                yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise DataError(f"not CSV: {error}", "mend the quotes", path=Path(path), line=before + 1) from error


def _header_faults(words: list[str]) -> list[str]:
    """Return what is wrong with a header."""
    columns = [_COLUMNS.get(word, "") for word in words]
    faults = [
        f"no such column: {_shown(word)}; columns are topic, level, shaky and on"
        for word in words
        if word and word not in _COLUMNS
    ]
    return faults + [f"two columns say the {each}" for each in _USUAL if columns.count(each) > 1]


def _entry(line: int, cells: list[str], columns: list[str], *, loose: bool) -> Entry | Fault:
    """Return what a line says, or what is wrong with it; ``loose`` lines may be names with commas."""
    if loose and len(cells) > 1 and cells[1] and not RANK.get(cells[1].casefold()):
        cells = [", ".join(cells)]
    row: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        row[column] = row.get(column) or cell
    name, inner = split_level(row.get("name", ""))
    level = row.get("level", "").casefold()
    shaky, on = row.get("shaky", "").casefold(), row.get("on", "")
    what = ""
    if any(cells[len(columns) :]):
        what = f"{len(cells)} cells where {len(columns)} were expected"
    elif not name:
        what = "no name"
    elif level and not RANK.get(level):
        what = f"no level {_shown(level)}; {_LEVELS}"
    elif level and inner and inner != level:
        what = f"two levels, {inner} and {level}"
    elif shaky not in _YES | _NO:
        what = f"shaky is {_shown(shaky)}, not yes or no"
    elif on and not is_date(on):
        what = f"no date: {_shown(on)}; write it as 2026-11-25"
    return Fault(line, what) if what else Entry(name, level or inner, shaky in _YES, on, line=line)


def _shown(word: str) -> str:
    return repr(word if len(word) <= 60 else f"{word[:57]}...")


def split_level(name: str) -> tuple[str, str]:
    """Return the name and the level of NAME:LEVEL; the level is empty where none is given.

    Examples
    --------
    >>> split_level("topic:chain-rule:deep"), split_level("CS 229: Machine Learning")
    (('topic:chain-rule', 'deep'), ('CS 229: Machine Learning', ''))
    """
    head, colon, tail = name.rpartition(":")
    level = tail.strip().casefold()
    return (head.strip(), level) if colon and head.strip() and RANK.get(level) else (name.strip(), "")


def name_entries(store: Store, entries: Sequence[Entry]) -> tuple[list[Named], list[Fault]]:
    """Return entries with the topics, areas or courses that they name, and what is wrong with others.

    Parameters
    ----------
    store : Store
        The graph.
    entries : sequence of Entry

    Returns
    -------
    named : list of Named
        Those with no fault; an area stands for all its topics.
    faults : list of Fault
        By line: unknown and ambiguous names, a level of a course, a denied course, and what contradicts
        an entry before it: known and denied, or two levels.
    """
    things = find_things(store, [entry.name for entry in entries])
    areas: dict[str, tuple[Thing, ...]] = {}
    said: dict[str, Entry] = {}
    named: list[Named] = []
    faults: list[Fault] = []
    for entry in entries:
        found = things[entry.name]
        if not isinstance(found, Thing):
            faults.append(_unknown(entry, found))
        elif found.kind == "area":
            if found.iri not in areas:
                areas[found.iri] = tuple(topics_of_area(store, found.iri))
            named.append(Named(entry, areas[found.iri], area=True))
        else:
            what = _conflict(entry, said.setdefault(found.iri, entry), found)
            if what:
                faults.append(Fault(entry.line, f"{found.label} is {what}"))
            else:
                named.append(Named(entry, (found,)))
    return named, sorted(faults)


def _unknown(entry: Entry, error: Exception) -> Fault:
    """Return the fault of a name that means nothing, or several things."""
    what = str(error)
    if isinstance(error, UnknownNameError):
        return Fault(entry.line, f"{what}; {_LEVELS}" if ":" in entry.name else what, error.near)
    return Fault(entry.line, what, error.matches if isinstance(error, AmbiguousNameError) else ())


def _conflict(entry: Entry, before: Entry, found: Thing) -> str:
    """Return what is wrong with an entry about a topic or course, given an earlier one about it."""
    if found.kind == "course" and (entry.level or entry.denied):
        return "a course: only topics have a level, or are denied"
    if before.denied != entry.denied:
        return "said to be known, and denied"
    if before.level and entry.level and before.level != entry.level:
        return f"said to be known at two levels, {before.level} and {entry.level}"
    return ""


def apply(learner: Learner, named: Iterable[Named], on: str) -> Learner:
    """Return the learner who also knows, or denies, some things.

    Parameters
    ----------
    learner : Learner
    named : iterable of Named
        Where an entry has no level, a topic is known at working level, or stays known more deeply.
        What is said of a topic itself goes before what is said of its area.
    on : str
        ISO date of entries that have none.
    """
    for entry, things, _ in sorted(named, key=lambda each: not each.area):
        for each in things:
            if entry.denied:
                learner = forget(learner, each.iri, deny=True)
                continue
            before = learner.topics[each.iri].level if each.iri in learner.topics else ""
            level = entry.level or max(before, "working", key=RANK.__getitem__)
            if each.kind == "course":  # how deeply it teaches is the course's to say
                level = "working"
            learner = learn(learner, each.iri, Known(level, entry.on or on, entry.shaky))
    return learner


def to_csv(learner: Learner) -> str:
    """Return the topics and courses that a learner stated as CSV that can be imported again.

    Notes
    -----
    What is denied has no place in it.

    Examples
    --------
    >>> from mlgraph.vocab import thing
    >>> print(to_csv(Learner({thing("topic", "limit"): Known("deep", "2026-11-25", True)})), end="")
    topic,level,shaky,on
    topic:limit,deep,yes,2026-11-25
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("topic", "level", "shaky", "on"))
    writer.writerows(_csv_rows(learner.topics, with_level=True))
    writer.writerows(_csv_rows(learner.courses, with_level=False))
    return out.getvalue()


def _csv_rows(known: Mapping[str, Known], *, with_level: bool) -> Iterator[tuple[str, str, str, str]]:
    for iri, each in sorted(known.items()):
        yield curie(iri), each.level if with_level else "", "yes" if each.shaky else "", each.on
