"""Print documents as text tables, JSON, CSV or Markdown; nothing here computes.

A plain writer of columns, since a terminal library would cost the quick commands more than all
the rest of their work.
"""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Document", "Format", "Table", "emit", "glyph", "number", "plural", "warn"]

MIN_COLUMN = 8


class Format(StrEnum):
    """How to print."""

    table = "table"
    json = "json"
    csv = "csv"
    md = "md"


class Table(NamedTuple):
    """Columns and rows of text; ``title`` may be empty."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


class Document(NamedTuple):
    """What a command says: the data for programs, and lines and tables for people."""

    schema: str
    data: Mapping[str, object]
    head: Sequence[str] = ()
    tables: Sequence[Table] = ()
    foot: Sequence[str] = ()


def emit(document: Document, form: Format) -> None:
    """Write a document to standard output.

    Parameters
    ----------
    document : Document
        What to say.
    form : Format
        table and md show everything, csv the first table only, json the data with its schema.
    """
    if form is Format.json:
        from mlgraph.interchange.jsonform import document_text

        text = document_text(document.schema, document.data)
    elif form is Format.csv:
        text = _csv(document.tables[0]) if document.tables else ""
        left_out = [table.title for table in document.tables[1:]]
        if left_out:
            sys.stderr.write(f"note: csv has the first table only, not {', '.join(left_out)}; json has all\n")
    elif form is Format.md:
        text = _markdown(document)
    else:
        text = _plain(document)
    sys.stdout.write(text)


def warn(line: str) -> None:
    """Write one line to standard error, if there is anything to say."""
    if line:
        sys.stderr.write(f"warning: {line}\n")


def _csv(table: Table) -> str:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return text.getvalue()


def _markdown(document: Document) -> str:
    def cell(value: str) -> str:
        return " ".join(value.replace("|", "\\|").split())

    parts = list(document.head)
    for table in document.tables:
        parts += ["", *([f"## {table.title}", ""] if table.title else [])]
        parts.append("| " + " | ".join(map(cell, table.columns)) + " |")
        parts.append("|" + "---|" * len(table.columns))
        parts += ["| " + " | ".join(map(cell, row)) + " |" for row in table.rows]
    parts += ["", *document.foot] if document.foot else []
    return "\n".join(parts).strip("\n") + "\n"


def _plain(document: Document) -> str:
    width = _width()
    parts = [line for text in document.head for line in _wrapped(text, width)]
    for table in document.tables:
        if parts:
            parts.append("")
        if table.title:
            parts.append(_bold(table.title))
        parts += _columns(table, width)
    if document.foot:
        parts += ["", *(line for text in document.foot for line in _wrapped(text, width))]
    return "\n".join(parts) + "\n" if parts else ""


def _width() -> int:
    """Return the columns to use; 0 means as many as it takes, for files and pipes."""
    if os.environ.get("COLUMNS", "").isdigit():
        return max(20, int(os.environ["COLUMNS"]))
    return max(20, shutil.get_terminal_size().columns) if sys.stdout.isatty() else 0


def _bold(text: str) -> str:
    plain = "NO_COLOR" in os.environ or not sys.stdout.isatty() or os.environ.get("TERM") == "dumb"
    return text if plain else f"\x1b[1m{text}\x1b[0m"


def _cells(text: str) -> int:
    """Return how many terminal cells a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )


def _cut(text: str, width: int) -> str:
    if _cells(text) <= width:
        return text
    mark = glyph("…", "~")
    kept = ""
    for each in text:
        if _cells(kept + each) > width - 1:
            break
        kept += each
    return kept.rstrip() + mark


def _wrapped(text: str, width: int) -> list[str]:
    if not width or _cells(text) <= width:
        return [text]
    import textwrap

    indent = " " * (len(text) - len(text.lstrip()) + 2)
    return textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False) or [""]


def _columns(table: Table, width: int) -> list[str]:
    rows = [tuple(" ".join(cell.split()) for cell in row) for row in table.rows]
    if not rows:
        return ["(none)"]
    sizes = [max(_cells(cell) for cell in column) for column in zip(table.columns, *rows, strict=True)]
    numeric = [
        all(not row[index] or row[index].replace(".", "", 1).isdigit() for row in rows)
        for index in range(len(sizes))
    ]
    if width:
        spare = sum(sizes) + 2 * (len(sizes) - 1) - width
        while spare > 0:
            widest = max(range(len(sizes)), key=sizes.__getitem__)
            if sizes[widest] <= MIN_COLUMN:
                break
            take = min(
                spare,
                sizes[widest] - max(MIN_COLUMN, sorted(sizes)[-2] if len(sizes) > 1 else MIN_COLUMN) or 1,
            )
            sizes[widest] -= max(1, take)
            spare -= max(1, take)

    def line(cells: Sequence[str]) -> str:
        out = []
        for cell, size, right in zip(cells, sizes, numeric, strict=True):
            shown = _cut(cell, size)
            pad = " " * (size - _cells(shown))
            out.append(pad + shown if right else shown + pad)
        return "  ".join(out).rstrip()

    return [_bold(line(table.columns)), *(line(row) for row in rows)]


def glyph(fine: str, plain: str) -> str:
    """Return the fine sign where the terminal can show it, else the plain one."""
    try:
        fine.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return plain
    return fine


def number(value: float | None) -> str:
    """Return hours or months without needless digits; nothing for None."""
    return "" if value is None else f"{value:.1f}".removesuffix(".0")


def plural(count: int, word: str) -> str:
    """Return a count with its noun."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"
