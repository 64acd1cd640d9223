"""Read Turtle files into triples, bounded in size and with errors that name the place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mlgraph.errors import DataError, EncodingError, FileTooLargeError, TurtleSyntaxError
from mlgraph.vocab import renamed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["RECORD_LIMIT", "parse_turtle", "read_text", "read_turtle", "record_files"]

RECORD_LIMIT = 8 * 1024 * 1024
"""Bytes that one record file may have; a record is one thing and its claims, about 4 kB."""

_POSITION = re.compile(r"line (\d+)")


def record_files(folders: Iterable[Path]) -> Iterator[Path]:
    """Yield the Turtle files under some folders, sorted, later folders after earlier ones.

    Parameters
    ----------
    folders : iterable of Path
        Folders, searched to any depth, or single ``.ttl`` files.

    Yields
    ------
    Path
        Each ``.ttl`` file once.

    Raises
    ------
    DataError
        If a folder does not exist.
    """
    seen: set[Path] = set()
    for folder in folders:
        if folder.is_dir():
            found = sorted(folder.rglob("*.ttl"))
        elif folder.is_file():
            found = [folder]
        else:
            raise DataError(f"no such data folder: {folder}", "check the path of --data")
        for path in found:
            if path not in seen:
                seen.add(path)
                yield path


def read_text(path: Path, limit: int = RECORD_LIMIT) -> str:
    """Return the text of a UTF-8 file, line ends kept.

    Raises
    ------
    FileTooLargeError
        If it has more than ``limit`` bytes.
    EncodingError
        If it is not UTF-8; the line of the first bad byte is named.
    DataError
        If it cannot be read at all.
    """
    try:
        size = path.stat().st_size
        if size > limit:
            raise FileTooLargeError(
                f"{size / 1e6:.1f} MB is more than a record file may have ({limit / 1e6:.1f} MB)",
                "one record a file: split it into a file for each thing",
                path=path,
            )
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", path=path) from error
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise EncodingError(
            f"not UTF-8: byte 0x{raw[error.start]:02x} at line {line}",
            f"convert it, for example: iconv -f ISO-8859-1 -t UTF-8 {path.name}",
            path=path,
            line=line,
        ) from error


def parse_turtle(text: str, path: Path | None = None) -> list[ox.Quad]:
    """Parse Turtle 1.1 text.

    Parameters
    ----------
    text : str
        The document.
    path : Path, optional
        Where it came from, for error messages.

    Returns
    -------
    list of pyoxigraph.Quad
        The triples in the default graph, in the order of the text.

    Raises
    ------
    TurtleSyntaxError
        If it is not Turtle; carries path and line.

    Examples
    --------
    >>> len(parse_turtle("<https://a.org/s> <https://a.org/p> 1, 2 ."))
    2
    """
    try:
        return list(ox.parse(renamed(text), format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        line = error.lineno
        reason = str(error.msg)
        found = _POSITION.search(reason)
        if line is None and found:
            line = int(found.group(1))
        raise TurtleSyntaxError(
            f"not Turtle: {reason}",
            "mend the text near that place; often a missing ';', '.' or quote",
            path=path,
            line=line,
        ) from error


def read_turtle(path: Path, limit: int = RECORD_LIMIT) -> list[ox.Quad]:
    """Read one Turtle file; see `read_text` and `parse_turtle` for what is raised."""
    return parse_turtle(read_text(path, limit), path)
