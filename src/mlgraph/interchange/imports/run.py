"""Run an import: two passes over a source, records in files of bounded size, resumable after a kill."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgraph.build.atomic import write_atomically
from mlgraph.errors import DataError, UsageError
from mlgraph.interchange.imports.convert import Converter, Matching
from mlgraph.interchange.imports.index import Index
from mlgraph.interchange.imports.report import Report
from mlgraph.interchange.imports.review import read_decisions
from mlgraph.interchange.imports.row import slugify
from mlgraph.interchange.imports.sheet import Citing, head_quads
from mlgraph.rdf.writer import to_turtle
from mlgraph.vocab import thing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyoxigraph as ox

    from mlgraph.interchange.imports.ground import Ground
    from mlgraph.interchange.imports.row import Reader

__all__ = ["HEAD", "STATE", "Done", "Setup", "run_import", "unfinished"]

STATE = "import.json"
"""The file of an imported folder that says how far the import is, and what it did."""

HEAD = "import.ttl"
"""The record of the source and of new institutions."""

PART_QUADS = 12_000
"""Triples after which a file is closed: under 2 MB, a record file may have 8."""

_VERSION = 1


class Setup(NamedTuple):
    """What to import, where to, and how its records are called and cited."""

    reader: Reader
    source: Path
    folder: Path
    date: str
    institution: str = ""
    institution_name: str = ""
    licence: str = ""
    least: float = 0.4
    fresh: bool = False


class Done(NamedTuple):
    """What an import came to; ``resumed`` is the number of rows that an earlier run had done."""

    report: Report
    resumed: int
    complete_before: bool


def run_import(
    setup: Setup, ground: Ground, progress: Callable[[str, int, int], None] = lambda *_: None
) -> Done:
    """Import a source into a folder of records.

    Parameters
    ----------
    setup : Setup
        What to do.
    ground : Ground
        The graph that the folder will lie over.
    progress : callable
        Called with the word for the pass, rows done, and rows in all (0 while unknown).

    Returns
    -------
    Done

    Raises
    ------
    DataError
        If the source cannot be read, or a bound is reached.
    UsageError
        If the folder holds something else, or a different import.

    Notes
    -----
    Memory holds the keys and codes of all rows and the records of one file. After a kill the same
    call goes on behind the last file that was finished; the bytes are those of an import in one go.
    """
    state = _state_of(setup)
    if state.get("complete"):
        return Done(Report.of_data(state["report"]), state["rows"], complete_before=True)
    index = Index(ground, setup.institution, setup.institution_name)
    index.take(_watched(setup, progress))
    if not index.read:
        raise DataError("nothing to import in it", "check the path and the format", path=setup.source)
    citing = _citing(setup)
    report = Report.of_data(state["report"]) if state["rows"] else Report()
    converter = Converter(
        setup.reader, index, citing, Matching(setup.least), read_decisions(setup.folder), report
    )
    # the state comes first: a folder with records and without it would not be known as an import's
    _note(setup, report, state)
    write_atomically(setup.folder / HEAD, to_turtle(head_quads(citing, index.new_institutions)))
    resumed = int(state["rows"])
    _convert(setup, converter, state, index.read, progress)
    return Done(report, resumed, complete_before=False)


def _watched(setup: Setup, progress: Callable[[str, int, int], None]) -> Any:  # noqa: ANN401 - rows
    for number, row in enumerate(setup.reader.rows(setup.source)):
        if number % 5000 == 0 and number:
            progress("reading", number, 0)
        yield row


def _convert(
    setup: Setup,
    converter: Converter,
    state: dict[str, Any],
    total: int,
    progress: Callable[[str, int, int], None],
) -> None:
    quads: list[ox.Quad] = []
    done = int(state["rows"])
    number = -1
    for number, row in enumerate(setup.reader.rows(setup.source)):
        if number < done:
            continue
        quads += converter.quads(number, row)
        if len(quads) >= PART_QUADS:
            _close(setup, converter.report, quads, state, number + 1)
            quads = []
            progress("writing", number + 1, total)
    if number + 1 != total:
        raise DataError("the source changed while it was read", "start again with --fresh", path=setup.source)
    state["complete"] = True
    _close(setup, converter.report, quads, state, total)
    progress("writing", total, total)


def _close(setup: Setup, report: Report, quads: list[ox.Quad], state: dict[str, Any], rows: int) -> None:
    """Write one file, then how far the import is: a kill in between writes the same file again."""
    if quads:
        report.files += 1
        write_atomically(setup.folder / f"part-{report.files:05}.ttl", to_turtle(quads))
    state["rows"] = rows
    _note(setup, report, state)


def _note(setup: Setup, report: Report, state: dict[str, Any]) -> None:
    state["report"] = report.as_data()
    write_atomically(setup.folder / STATE, json.dumps(state, ensure_ascii=False, indent=1) + "\n")


def _citing(setup: Setup) -> Citing:
    origin = setup.reader.origin
    name = setup.institution_name or setup.institution
    title = origin.name if origin.institution or not name else f"{origin.name}: {name}"
    slug = f"import-{setup.reader.name}-{slugify(setup.institution or setup.source.stem, 40) or 'source'}"
    return Citing(
        thing("source", slug),
        title,
        origin.kind,
        setup.licence or origin.licence,
        setup.date,
        setup.source.name,
    )


def unfinished(folder: Path) -> str:
    """Return a sentence on a folder whose import did not come to its end; nothing of any other folder."""
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
        rows, complete = int(state["rows"]), bool(state["complete"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return (
        ""
        if complete
        else f"{folder} holds the first {rows:,} rows of an import that did not end: run the same command again"
    )


def _state_of(setup: Setup) -> dict[str, Any]:
    """Return how far the folder is; a new state for a new folder."""
    mark = _fingerprint(setup)
    path = setup.folder / STATE
    if setup.fresh:
        for old in (*setup.folder.glob("part-*.ttl"), setup.folder / HEAD, path):
            old.unlink(missing_ok=True)
    if path.is_file():
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
            fits = state["version"] == _VERSION and state["mark"] == mark
            int(state["rows"])
        except (ValueError, KeyError, TypeError) as error:
            raise DataError("damaged", "start again with --fresh", path=path) from error
        if not fits:
            raise UsageError(
                f"{setup.folder} holds another import, or the source or the options changed",
                "give another folder, or start again with --fresh",
            )
        return dict(state)
    if setup.folder.is_dir() and any(setup.folder.glob("**/*.ttl")):
        raise UsageError(f"{setup.folder} holds records that no import wrote", "give an empty folder with -o")
    empty = {"version": _VERSION, "mark": mark, "rows": 0, "complete": False, "report": Report().as_data()}
    return {"format": setup.reader.name, **empty}


def _fingerprint(setup: Setup) -> str:
    """Return what an import rests on, without reading it: names, sizes and times of its files, and the options."""
    digest = hashlib.sha256()
    options = (setup.reader.name, setup.date, setup.institution, setup.licence, f"{setup.least:g}")
    digest.update("\0".join(options).encode())
    places = sorted(setup.source.rglob("*")) if setup.source.is_dir() else [setup.source]
    for path in places:
        if path.is_file():
            stat = path.stat()
            digest.update(f"{path.name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32]
