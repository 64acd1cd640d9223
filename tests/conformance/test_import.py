"""Imports of real catalogues: every file is read, and what is read agrees with an independent reading.

Rows are sampled where a whole import takes long; `benchmarks/imports.py` imports all of them whole.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import pytest
import yaml

import mlgraph
from mlgraph.build.dataset import check_data
from mlgraph.build.derive import authored
from mlgraph.build.opening import shipped_dataset
from mlgraph.interchange.imports.ground import Ground, ground_of
from mlgraph.interchange.imports.princeton_yaml import read_documents
from mlgraph.interchange.imports.registry import READERS
from mlgraph.interchange.imports.row import Concept, CourseRow, Skipped
from mlgraph.interchange.imports.run import Setup, run_import
from mlgraph.interchange.requirement_tree import leaves
from mlgraph.rdf.reader import read_turtle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyoxigraph as ox

    from mlgraph.interchange.imports.row import Row

PLACES = {
    "mit": "mit",
    "rpi": "rpi",
    "princeton": "princeton",
    "curricular": "curricular_analytics/nuanalytics/plans",
    "esco": "esco",
    "onet": "onet",
}
EVERY = 80


@pytest.fixture(scope="session")
def imports(shared: Path) -> Path:
    place = shared / "imports"
    if not place.is_dir():
        pytest.skip(f"no catalogues at {place}; set MLGRAPH_SHARED")
    return place


@pytest.fixture(scope="module")
def ground() -> Ground:
    return ground_of(mlgraph.open_store())


@pytest.fixture(scope="module")
def base() -> list[ox.Quad]:
    return authored(read_turtle(shipped_dataset(), limit=2**33))


def counts(rows: Iterator[Row]) -> tuple[int, int, int, int]:
    """Return courses, concepts, requirement texts and those that could not be read."""
    courses = concepts = texts = unread = 0
    for row in rows:
        courses += isinstance(row, CourseRow)
        concepts += isinstance(row, Concept)
        for part in row.parts if isinstance(row, CourseRow) else ():
            texts += 1
            unread += part.tree is None
    return courses, concepts, texts, unread


@pytest.mark.parametrize(
    ("form", "courses", "texts"), [("mit", 3900, 2300), ("rpi", 5900, 900), ("princeton", 2700, 800)]
)
def test_every_course_is_read_and_nearly_every_requirement(
    form: str, courses: int, texts: int, imports: Path
) -> None:
    found = counts(READERS[form].rows(imports / PLACES[form]))
    assert found[0] >= courses
    assert found[2] >= texts
    assert found[3] <= 0.02 * found[2]


def test_princeton_files_read_as_a_yaml_library_reads_them(imports: Path) -> None:
    files = sorted((imports / "princeton").rglob("*.yaml"))
    assert len(files) > 100

    def plain(value: object) -> object:
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items()}
        if isinstance(value, list):
            return [plain(each) for each in value]
        return " ".join(str(value or "").split())

    for path in files:
        text = path.read_text(encoding="utf-8")
        assert plain(read_documents(text, path)) == plain(list(yaml.load_all(text, yaml.BaseLoader))), path


def test_rpi_trees_keep_every_course(imports: Path) -> None:
    def codes(value: object) -> set[str]:
        if not isinstance(value, dict):
            return set()
        own = {value["course"]} if value.get("type") == "course" else set()
        return own.union(*(codes(each) for each in value.get("nested", ())))

    asked = json.loads((imports / "rpi" / "prerequisites.json").read_text(encoding="utf-8"))
    compared = 0
    for row in READERS["rpi"].rows(imports / "rpi"):
        wanted = asked.get(row.key, {}).get("prerequisites") if isinstance(row, CourseRow) else None
        if wanted and isinstance(row, CourseRow):
            tree = row.parts[0].tree
            assert tree is not None
            assert {leaf.value for leaf in leaves(tree)} == codes(wanted)
            compared += 1
    assert compared > 900


@pytest.mark.parametrize("form", sorted(PLACES))
def test_a_sample_of_each_catalogue_lies_over_the_graph_without_a_fault(
    form: str, imports: Path, ground: Ground, base: list[ox.Quad], tmp_path: Path
) -> None:
    reader = READERS[form]

    def some(source: Path) -> Iterator[Row]:
        kept = (row for row in reader.rows(source) if not isinstance(row, Skipped))
        return itertools.islice(kept, 0, None, EVERY if form != "onet" else 4 * EVERY)

    setup = Setup(
        reader._replace(rows=some),
        imports / PLACES[form],
        tmp_path / "out",
        "2026-11-25",
        reader.origin.institution or "x-source",
    )
    report = run_import(setup, ground).report
    assert report.kept > 0
    findings = check_data([tmp_path / "out"], base)[1]
    assert [each for each in findings if each.severity == "error" and each.rule != "orphan"] == []
    assert {each.rule for each in findings if each.severity == "warning"} <= {"orphan"}
