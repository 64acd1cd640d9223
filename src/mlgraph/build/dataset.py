"""From data folders to one checked, derived, canonical dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from mlgraph.build import atomic
from mlgraph.build.derive import closure_triples, derive, merge_layers, stated_links
from mlgraph.checks.integrity import check_integrity
from mlgraph.checks.provenance import check_freshness, check_provenance, check_single_source, dataset_date
from mlgraph.checks.record import Records, read_records, rows_of
from mlgraph.checks.shapes import check_shapes, context_triples
from mlgraph.errors import CheckFailedError, StoreError
from mlgraph.model import Finding
from mlgraph.rdf.reader import read_turtle
from mlgraph.rdf.writer import to_turtle
from mlgraph.vocab import DCTERMS, MLG, RDF, curie

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Built",
    "Layout",
    "build_dataset",
    "check_data",
    "dataset_text",
    "find_layout",
    "write_atomically",
]


write_atomically = atomic.write_atomically


class Layout(NamedTuple):
    """Where ontology and shapes lie, and the shipped data folder if there is a source tree."""

    ontology: Path
    data: Path | None


class Built(NamedTuple):
    """A built dataset: its triples, what was overridden, and the findings that are no errors."""

    quads: list[ox.Quad]
    overridden: list[str]
    findings: list[Finding]


def find_layout() -> Layout:
    """Return the folders that this installation works with.

    Returns
    -------
    Layout
        The source tree's ``ontology/`` and ``data/`` where the package runs from one, else the
        ontology inside the package and no data folder.

    Raises
    ------
    StoreError
        If neither is there, so the installation is broken.
    """
    package = Path(__file__).resolve().parent.parent
    tree = package.parent.parent
    if (tree / "ontology" / "mlgraph.ttl").is_file() and (tree / "data").is_dir():
        return Layout(tree / "ontology", tree / "data")
    inside = package / "dataset" / "ontology"
    if (inside / "mlgraph.ttl").is_file():
        return Layout(inside, None)
    raise StoreError(f"no ontology beside {package}", "install mlgraph again")


def check_data(
    folders: Sequence[Path], base: Sequence[ox.Quad] = (), *, as_of: str = ""
) -> tuple[Records, list[Finding]]:
    """Run every check on some data folders.

    Parameters
    ----------
    folders : sequence of Path
        Later folders lie over earlier ones.
    base : sequence of pyoxigraph.Quad
        Authored triples that they all lie over, taken as sound.
    as_of : str
        ISO date from which staleness is counted; default the dataset's own date.

    Returns
    -------
    records : Records
        What was read.
    findings : list of Finding
        Sorted: errors, warnings, then the rest; within each by file and line.

    Notes
    -----
    About 3 s for the shipped data; nothing is raised for bad data.
    """
    layout = find_layout()
    records = read_records(folders)
    ontology = read_turtle(layout.ontology / "mlgraph.ttl")
    layers = _layers(records, folders, base)
    merged, overridden = merge_layers(layers)
    findings = list(records.findings)
    closed = check_shapes(context_triples([*merged, *ontology]), layout.ontology / "shapes.ttl", records)
    findings += [each for each in closed if not base or each.node in records.homes]
    below = rows_of([*base, *ontology])
    findings += check_provenance(records, below)
    findings += check_single_source(records, below)
    findings += [
        Finding("info", "override", claim, f"{curie(claim)}: a later folder changes its status", "", 0, "")
        for claim in overridden
    ]
    links = _verified(merged)
    findings += check_integrity(records, links, below)
    issued = [quad for quad in base if quad.predicate.value == DCTERMS.issued]
    date = as_of or max(dataset_date(records.rows), dataset_date(rows_of(issued)))
    if date:
        findings += check_freshness(records, date)
    if not any(each.severity == "error" for each in findings):
        built = context_triples([*merged, *derive(merged), *ontology])
        findings += check_shapes(built, layout.ontology / "shapes-built.ttl")
    rank = {"error": 0, "warning": 1, "info": 2}
    return records, sorted(
        findings, key=lambda each: (rank[each.severity], each.path, each.line, each.rule, each.message)
    )


def _layers(records: Records, folders: Sequence[Path], base: Sequence[ox.Quad]) -> list[list[ox.Quad]]:
    """Return the triples of the base, if any, and of each folder."""
    own = [
        [quad for each in records.files if each.root == folder for quad in each.quads] for folder in folders
    ]
    return [list(base), *own] if base else own


def _verified(quads: Sequence[ox.Quad]) -> list[ox.Quad]:
    """Return the plain links of verified claims, also where they form a cycle."""
    return [
        ox.Quad(claim[RDF.subject], claim[RDF.predicate], claim[RDF.object])
        for claim in stated_links(quads).values()
        if {RDF.subject, RDF.predicate, RDF.object, MLG.status} <= set(claim)
        and claim[MLG.status].value == MLG.Verified
    ]


def build_dataset(
    folders: Sequence[Path],
    base: Sequence[ox.Quad] = (),
    *,
    closure: bool = False,
    checked: bool = True,
) -> Built:
    """Check data folders and return the dataset that they make.

    Parameters
    ----------
    folders : sequence of Path
        Later folders lie over earlier ones.
    base : sequence of pyoxigraph.Quad
        Authored triples that they all lie over.
    closure : bool
        Also materialise ``mlg:dependsOn``.
    checked : bool
        Run all checks first; the build is refused if there is an error.

    Returns
    -------
    Built
        Authored and derived triples and the ontology.

    Raises
    ------
    CheckFailedError
        If checks found errors; carries them.
    CycleError
        If, unchecked, prerequisites form a cycle.
    """
    layout = find_layout()
    findings: list[Finding] = []
    if checked:
        records, findings = check_data(folders, base)
        errors = [each for each in findings if each.severity == "error"]
        if errors:
            raise CheckFailedError(errors)
    else:
        records = read_records(folders)
    layers = _layers(records, folders, base)
    merged, overridden = merge_layers(layers)
    quads = [*merged, *derive(merged), *read_turtle(layout.ontology / "mlgraph.ttl")]
    if closure:
        quads += closure_triples(quads)
    return Built(quads, overridden, findings)


def dataset_text(built: Built) -> str:
    """Return a built dataset as canonical Turtle; equal data give equal bytes."""
    return to_turtle(built.quads)
