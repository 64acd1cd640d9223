"""check, fmt, build."""

from __future__ import annotations

import sys
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from mlgraph import __version__
from mlgraph.build.opening import data_folders, shipped_dataset
from mlgraph.cli.option import tell_unfinished
from mlgraph.cli.output import Document, Format, Table, emit, plural
from mlgraph.errors import DataError, EncodingError, UsageError
from mlgraph.model import Finding
from mlgraph.vocab import BASE, HOME

__all__ = ["build_command", "check_command", "fmt_command"]

Folders = Annotated[
    Optional[list[Path]],
    typer.Argument(help="Data folders or Turtle files. Default: the source tree's data/, or MLGRAPH_DATA."),
]


class CheckFormat(StrEnum):
    """How to print findings."""

    table = "table"
    json = "json"
    csv = "csv"
    md = "md"
    sarif = "sarif"


def _folders(given: Optional[list[Path]]) -> tuple[list[Path], bool]:
    """Return the folders to work on, and whether they lie over the shipped graph."""
    from mlgraph.build.dataset import find_layout

    own = list(data_folders(given or ()))
    tree = find_layout().data
    if not own:
        if tree is None:
            raise UsageError("no data folder to work on", "name one, for example: mlgraph check my-data/")
        return [tree], False
    whole = any((folder / "dataset.ttl").is_file() for folder in own)
    return own, not whole


def check_command(
    folders: Folders = None,
    as_of: Annotated[
        str, typer.Option("--as-of", help="Count staleness from this date (ISO); default the dataset's own.")
    ] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="List what is for information too, such as single-source claims.")
    ] = False,
    form: Annotated[
        CheckFormat, typer.Option("--format", "-f", help="table, json, csv, md, or sarif for CI.")
    ] = CheckFormat.table,
) -> None:
    """Find faults in data: syntax, shapes, references, cycles, dead ends, provenance, freshness.

    Exit code 1 if there is an error. Folders without a dataset.ttl are laid over the shipped graph.
    """
    from mlgraph.build.dataset import check_data

    if as_of:
        _valid_date(as_of)
    own, over = _folders(folders)
    tell_unfinished(own)
    _, findings = check_data(own, _base() if over else (), as_of=as_of)
    failing = {"error", "warning"} if strict else {"error"}
    if form is CheckFormat.sarif:
        import json

        sys.stdout.write(json.dumps(_sarif(findings), indent=2) + "\n")
    else:
        emit(_findings_document(findings, every=every), Format(form.value))
    if any(each.severity in failing for each in findings):
        raise typer.Exit(1)


def _valid_date(text: str) -> None:
    from datetime import date

    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"not a date: {text!r}", "write it as 2026-11-25") from error


def _base() -> list[Any]:
    from mlgraph.build.derive import authored
    from mlgraph.rdf.reader import read_turtle

    return authored(read_turtle(shipped_dataset(), limit=2**33))


_QUIET = {"single-source"}
"""Rules that name thousands of claims in sound data: counted, and listed on request."""


def _findings_document(findings: list[Finding], *, every: bool) -> Document:
    counts = {word: sum(each.severity == word for each in findings) for word in ("error", "warning", "info")}
    listed = [each for each in findings if every or each.rule not in _QUIET]
    hidden = Counter(each.rule for each in findings if not every and each.rule in _QUIET)
    total = (
        ", ".join(plural(counts[word], word) for word in ("error", "warning"))
        + f", {counts['info']:,} for information"
        + "".join(f"; {count:,} of them {rule}, listed with --all" for rule, count in sorted(hidden.items()))
        + "."
    )
    rows = [
        (each.severity, f"{each.path}:{each.line}" if each.path else "", each.rule, each.message, each.mend)
        for each in listed
    ]
    tables = [Table("", ("severity", "place", "rule", "message", "mend"), rows)] if rows else []
    data = {"counts": counts, "findings": [each._asdict() for each in listed]}
    return Document("check", data, [] if rows else ["clean"], tables, [total])


def _sarif(findings: list[Finding]) -> dict[str, Any]:
    """Return findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/)."""
    level = {"error": "error", "warning": "warning", "info": "note"}
    rules = sorted({each.rule for each in findings})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "mlgraph",
                        "version": __version__,
                        "rules": [{"id": rule} for rule in rules],
                    }
                },
                "results": [
                    {
                        "ruleId": each.rule,
                        "level": level[each.severity],
                        "message": {"text": f"{each.message}. {each.mend}".strip()},
                        **(
                            {
                                "locations": [
                                    {
                                        "physicalLocation": {
                                            "artifactLocation": {"uri": each.path},
                                            "region": {"startLine": max(1, each.line)},
                                        }
                                    }
                                ]
                            }
                            if each.path
                            else {}
                        ),
                    }
                    for each in findings
                ],
            }
        ],
    }


def fmt_command(
    folders: Folders = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a file would change.")
    ] = False,
) -> None:
    """Rewrite Turtle files in canonical form: same triples, same bytes. Comments are not kept."""
    from mlgraph.build.dataset import write_atomically
    from mlgraph.rdf.reader import parse_turtle, read_text, record_files
    from mlgraph.rdf.writer import to_turtle

    own, _ = _folders(folders)
    changed = 0
    failed = 0
    for path in record_files(own):
        try:
            text = read_text(path)
            canonical = to_turtle(parse_turtle(text, path))
        except (DataError, EncodingError) as error:
            sys.stderr.write(f"error: {error}\n" + (f"hint: {error.mend}\n" if error.mend else ""))
            failed += 1
            continue
        if canonical != text:
            changed += 1
            sys.stdout.write(f"{path}\n")
            if not check:
                write_atomically(path, canonical)
    word = "would be" if check else "were"
    sys.stderr.write(f"{plural(changed, 'file')} {word} rewritten\n")
    if failed or (check and changed):
        raise typer.Exit(1)


def build_command(
    folders: Folders = None,
    output: Annotated[
        Optional[Path], typer.Option("--output", "-o", help="Where to write; default the package's dataset.")
    ] = None,
    closure: Annotated[
        bool,
        typer.Option("--closure", help="Also write mlg:dependsOn, for engines with weak property paths."),
    ] = False,
) -> None:
    """Build the dataset from data folders: check, derive plain triples and depths, write canonically.

    Nothing is written if the data has errors; the old dataset stays whole if the build is killed.
    """
    from mlgraph.build.dataset import build_dataset, dataset_text, write_atomically

    own, over = _folders(folders)
    if output is None and BASE != HOME:
        raise UsageError(
            "the shipped dataset keeps its own names", "unset MLGRAPH_BASE, or give --output FILE"
        )
    built = build_dataset(own, _base() if over else (), closure=closure)
    if output is None and over:
        raise UsageError("an overlay is not written over the shipped dataset", "give --output FILE")
    target = output or Path(__file__).resolve().parent.parent / "dataset" / "mlgraph.ttl"
    write_atomically(target, dataset_text(built))
    for claim in built.overridden:
        sys.stderr.write(f"note: the status of {claim} is overridden by a later folder\n")
    warnings = sum(each.severity == "warning" for each in built.findings)
    sys.stderr.write(f"{len(built.quads):,} triples written to {target}, {plural(warnings, 'warning')}\n")
