"""Read foreign files piece by piece, within bounds; a bound that is reached is said, nothing is cut silently."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgraph.errors import DataError, EncodingError, FileTooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = [
    "EXTRA",
    "LIMITS",
    "Limits",
    "depth_of",
    "files_of",
    "members",
    "parse_json",
    "read_whole",
    "sound",
    "table_rows",
]

EXTRA = "\0"
"""Name of what stands in a row of a table beyond its last column."""


class Limits(NamedTuple):
    """What a foreign source may ask for."""

    file_bytes: int = 2**31
    whole_bytes: int = 2**25
    item_chars: int = 2**21
    rows: int = 3_000_000
    files: int = 100_000
    depth: int = 60
    cell_chars: int = 200_000


LIMITS = Limits()

_CHUNK = 1 << 16
_DECODER = json.JSONDecoder()
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FOREIGN = (
    (b"PK\x03\x04", "a ZIP archive (or a spreadsheet), no text", "unpack it, or save it as text"),
    (b"\x1f\x8b", "compressed by gzip, no text", "unpack it: gunzip {}"),
    (b"%PDF", "a PDF, no text", "export the data itself"),
    (b"\xff\xfe", "UTF-16, not UTF-8", "convert it: iconv -f UTF-16 -t UTF-8 {}"),
    (b"\xfe\xff", "UTF-16, not UTF-8", "convert it: iconv -f UTF-16 -t UTF-8 {}"),
)
"""First bytes of a file that is no UTF-8 -> what it is, and what to do."""
_BLANK = re.compile(r"[ \t\r\n]*")


def files_of(source: Path, *patterns: str, limits: Limits = LIMITS) -> list[Path]:
    """Return a file itself, or the files of a folder that fit a pattern, sorted.

    Raises
    ------
    DataError
        If there is no such place, nothing fits, or there are too many files.
    """
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise DataError("there is no such file or folder", "check the path of SOURCE", path=source)
    found: set[Path] = set()
    for pattern in patterns:
        for path in source.rglob(pattern):
            if path.is_file() and not path.is_symlink():
                found.add(path)
            if len(found) > limits.files:
                raise DataError(
                    f"more than {limits.files:,} files", "import a part of the folder", path=source
                )
    if not found:
        raise DataError(
            f"no file {' or '.join(patterns)} in it", "check the path and the format", path=source
        )
    return sorted(found)


def _checked(path: Path, limit: int) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", path=path) from error
    if size > limit:
        raise FileTooLargeError(
            f"{size / 1e6:,.1f} MB is more than an import reads ({limit / 1e6:,.1f} MB)",
            "split the file",
            path=path,
        )


def _mistaken(path: Path, error: UnicodeDecodeError) -> EncodingError:
    with path.open("rb") as file:
        head = file.read(4)
    for sign, what, mend in _FOREIGN:
        if head.startswith(sign):
            return EncodingError(what, mend.format(path.name), path=path)
    return EncodingError(
        f"not UTF-8: byte 0x{error.object[error.start]:02x}",
        f"convert it, for example: iconv -f ISO-8859-1 -t UTF-8 {path.name}",
        path=path,
    )


def sound(value: Any) -> Any:  # noqa: ANN401 - any JSON
    r"""Return JSON data whose texts hold no control signs and no halves of characters.

    Examples
    --------
    >>> sound({"a": ["x\x00y", 1]}) == {"a": ["x\ufffdy", 1]}
    True
    """
    if isinstance(value, str):
        return _UNFIT.sub("\ufffd", value)
    if isinstance(value, list):
        return [sound(each) for each in value]
    if isinstance(value, dict):
        return {sound(key): sound(each) for key, each in value.items()}
    return value


def _no_nul(text: str, path: Path, line: int | None = None) -> str:
    if "\0" in text:
        raise DataError("a NUL byte: no text file", "export it again as UTF-8 text", path=path, line=line)
    return _UNFIT.sub("\ufffd", text)


def read_whole(path: Path, limits: Limits = LIMITS) -> str:
    """Return the text of a small UTF-8 file.

    Raises
    ------
    DataError
        If it is too large, not UTF-8, or cannot be read.
    """
    _checked(path, limits.whole_bytes)
    try:
        return _no_nul(path.read_text(encoding="utf-8-sig"), path)
    except UnicodeDecodeError as error:
        raise _mistaken(path, error) from error
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", path=path) from error


def parse_json(text: str, path: Path | None = None, limits: Limits = LIMITS) -> Any:  # noqa: ANN401 - any JSON
    """Parse JSON that is not too deep.

    Raises
    ------
    DataError
        If it is not JSON, or nested deeper than the limit.
    """
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise DataError(f"nested deeper than {limits.depth} levels", path=path) from None
    except ValueError as error:
        raise DataError(f"not JSON: {error}", "mend the file", path=path) from error
    if depth_of(value, limits.depth) > limits.depth:
        raise DataError(f"nested deeper than {limits.depth} levels", path=path)
    return sound(value)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def depth_of(value: object, limit: int) -> int:
    """Return how deep lists and objects are nested, counted up to one more than a limit."""
    deepest = 0
    stack = [(value, 1)]
    while stack:
        each, depth = stack.pop()
        deepest = max(deepest, depth)
        if deepest > limit:
            break
        if isinstance(each, dict):
            stack += [(inner, depth + 1) for inner in each.values() if isinstance(inner, dict | list)]
        elif isinstance(each, list):
            stack += [(inner, depth + 1) for inner in each if isinstance(inner, dict | list)]
    return deepest


def members(path: Path, inside: str = "", limits: Limits = LIMITS) -> Iterator[tuple[str, Any]]:
    """Yield the members of the one large object, or list, of a JSON file, one at a time.

    Parameters
    ----------
    path : Path
        The file.
    inside : str
        Name of the member of the outermost object whose members are wanted; empty for its own.
    limits : Limits
        Bounds.

    Yields
    ------
    tuple of str and object
        Name (position for lists) and value.

    Raises
    ------
    DataError
        If it is not such JSON, or a bound is reached.

    Notes
    -----
    Memory holds one member and one chunk of text, however large the file.
    """
    _checked(path, limits.file_bytes)
    with path.open(encoding="utf-8-sig", newline="") as file:
        window = _Window(path, file, limits)
        try:
            yield from window.members(inside)
        except UnicodeDecodeError as error:
            raise _mistaken(path, error) from error


class _Window:
    """A moving window on a JSON text."""

    def __init__(self, path: Path, file: Any, limits: Limits) -> None:  # noqa: ANN401 - a text file
        self.path = path
        self.file = file
        self.limits = limits
        self.text = ""
        self.place = 0
        self.ended = False

    def fault(self, message: str) -> DataError:
        return DataError(message, "check the file and the format", path=self.path)

    def more(self, size: int = _CHUNK) -> bool:
        found = self.file.read(size)
        self.ended = not found
        self.text = self.text[self.place :] + found
        self.place = 0
        return bool(found)

    def sign(self) -> str:
        """Return the next character that is no blank, without taking it; empty at the end."""
        while True:
            blank = _BLANK.match(self.text, self.place)
            self.place = blank.end() if blank else self.place
            if self.place < len(self.text):
                return self.text[self.place]
            if not self.more():
                return ""

    def take(self, wanted: str) -> None:
        if self.sign() != wanted:
            raise self.fault(f"not JSON: {wanted!r} is missing")
        self.place += 1

    def value(self) -> Any:  # noqa: ANN401 - any JSON
        self.sign()
        size = _CHUNK
        while True:
            try:
                found, end = _DECODER.raw_decode(self.text, self.place)
            except RecursionError:
                raise self.fault(f"nested deeper than {self.limits.depth} levels") from None
            except ValueError:
                found, end = None, len(self.text)
            if end < len(self.text) or (self.ended and found is not None):
                break
            if len(self.text) - self.place > self.limits.item_chars:
                raise self.fault(f"one entry has more than {self.limits.item_chars:,} characters")
            if not self.more(size):
                if found is None:
                    raise self.fault("not JSON, or cut off")
                continue
            size *= 2
        self.place = end
        if depth_of(found, self.limits.depth) > self.limits.depth:
            raise self.fault(f"nested deeper than {self.limits.depth} levels")
        return sound(found)

    def members(self, inside: str) -> Iterator[tuple[str, Any]]:
        if inside:
            self.take("{")
            while True:
                name = self.name()
                if name == inside:
                    break
                self.value()
                if self.sign() != ",":
                    raise self.fault(f"there is no member {inside!r}")
                self.take(",")
        opened = self.sign()
        if opened not in {"{", "["}:
            raise self.fault("not JSON: an object or a list is expected")
        self.place += 1
        closed = "}" if opened == "{" else "]"
        count = 0
        while self.sign() != closed:
            if count:
                self.take(",")
            name = self.name() if opened == "{" else str(count)
            yield name, self.value()
            count += 1
            if count > self.limits.rows:
                raise self.fault(f"more than {self.limits.rows:,} entries")

    def name(self) -> str:
        if self.sign() != '"':
            raise self.fault("not JSON: a name is missing")
        found = self.value()
        self.take(":")
        return str(found)


def table_rows(
    path: Path, *, delimiter: str = ",", quoted: bool = True, limits: Limits = LIMITS
) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV or tab-separated file with a header line, one at a time.

    Parameters
    ----------
    path : Path
        UTF-8, with or without a byte order mark.
    delimiter : str
        What stands between cells.
    quoted : bool
        Whether cells may be quoted.
    limits : Limits
        Bounds.

    Yields
    ------
    dict of str to str
        Column -> cell, blanks around both taken away; missing cells are empty. Under `EXTRA`, what stands
        beyond the last column, where something does.

    Raises
    ------
    DataError
        If a bound is reached, the header is empty or names a column twice, or it is not UTF-8.
    """
    _checked(path, limits.file_bytes)
    csv.field_size_limit(limits.cell_chars)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(
            _lines(file, path, limits),
            delimiter=delimiter,
            quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        )
        header: Sequence[str] = ()
        try:
            for count, cells in enumerate(reader):
                if count > limits.rows:
                    raise DataError(f"more than {limits.rows:,} rows", "split the file", path=path)
                if not header:
                    header = [cell.strip() for cell in cells]
                    if not any(header) or len(set(header)) < len(header):
                        raise DataError(
                            "the first line does not name the columns, each once", path=path, line=1
                        )
                elif any(cells):
                    filled = [*cells, *[""] * (len(header) - len(cells))]
                    row = dict(zip(header, map(str.strip, filled), strict=False))
                    beyond = delimiter.join(filter(None, map(str.strip, cells[len(header) :])))
                    yield row | {EXTRA: beyond} if beyond else row
        except csv.Error as error:
            mend = "look for a quote that is not closed, there or before"
            raise DataError(f"not CSV: {error}", mend, path=path, line=reader.line_num) from error
        except UnicodeDecodeError as error:
            raise _mistaken(path, error) from error


def _lines(file: Any, path: Path, limits: Limits) -> Iterator[str]:  # noqa: ANN401 - a text file
    """Yield the lines of a file, none of them longer than an entry may be."""
    number = 0
    while line := file.readline(limits.item_chars + 1):
        number += 1
        if len(line) > limits.item_chars:
            what = f"a line of more than {limits.item_chars:,} characters"
            raise DataError(what, "check the file and the format", path=path, line=number)
        yield _no_nul(line, path, number)
