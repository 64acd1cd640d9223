"""What imports make of requirements: macros, patterns, general requirements, titles, phrases cut in two."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mlgraph.interchange.imports.ground import Ground, ground_of
from mlgraph.interchange.imports.mit import _course
from mlgraph.interchange.imports.registry import READERS
from mlgraph.interchange.imports.run import Setup, run_import
from mlgraph.interchange.requirement_tree import show
from mlgraph.rdf.reader import read_turtle
from mlgraph.rdf.store import EmbeddedStore, text
from tests.little import built_store

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2026-11-25"


@pytest.fixture(scope="module")
def ground() -> Ground:
    return ground_of(built_store())


def _written(folder: Path, content: str, name: str = "x.json") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_princeton_macros_and_patterns(tmp_path: Path, ground: Ground) -> None:
    content = (
        "---\ncode: XYZ\nname: Things\nvars:\n    - name: BASE\n      equ: XYZ101 | XYZ102\n---\n"
        "- course: XYZ 101\n- course: XYZ 102\n- course: XYZ 210\n  reqs: BASE & $XYZ102\n- course: XYZ 310\n  reqs: XYZ2**\n"
        "- course: XYZ 320\n  reqs: <XYZ102\n- course: XYZ 330\n  reqs: ABC***\n- course: XYZ 1017\n- course: XYZ 103\n"
        "- course: XYZ 340\n  reqs: XYZ1** & XYZ1**\n- course: XYZ 350\n  reqs: XYZ2** & XYZ2**\n"
    )
    path = _written(tmp_path, content, "XYZ.yaml")
    run_import(Setup(READERS["princeton"], path, tmp_path / "out", DAY, "eth"), ground)
    store = EmbeddedStore.of_quads(read_turtle(tmp_path / "out" / "part-00001.ttl"))

    def asked(slug: str) -> list[list[str]]:
        rows = store.select(
            f"SELECT ?g (GROUP_CONCAT(STR(?o); separator=' ') AS ?s) (SAMPLE(?t) AS ?when) {{ SELECT * {{ course:{slug} "
            "mlg:hasRequirement ?g . ?g mlg:anyOf|mlg:externalOption ?o ; mlg:timing ?t } ORDER BY ?o } GROUP BY ?g ORDER BY ?g"
        )
        return [
            [
                *(each.rpartition("/")[2] for each in sorted(text(row["s"]).split())),
                text(row["when"]).rpartition("#")[2],
            ]
            for row in rows
        ]

    assert asked("eth-xyz-210") == [["eth-xyz-101", "eth-xyz-102", "Before"], ["eth-xyz-102", "Concurrent"]]
    assert asked("eth-xyz-310") == [["eth-xyz-210", "Before"]]
    assert [each[:-1] for each in asked("eth-xyz-320")] == [
        [
            "eth-xyz-102",
            "eth-xyz-103",
            "eth-xyz-210",
            "eth-xyz-310",
            "eth-xyz-330",
            "eth-xyz-340",
            "eth-xyz-350",
        ]
    ]
    assert asked("eth-xyz-330")[0][-1] == "Before"
    two = "SELECT ?n ?o { course:eth-xyz-340 mlg:hasRequirement ?g . ?g mlg:minimumCount ?n ; mlg:anyOf ?o }"
    assert {text(row["n"]) for row in store.select(two)} == {"2"}
    assert asked("eth-xyz-340")[0][:-1] == ["eth-xyz-101", "eth-xyz-102", "eth-xyz-103"], (
        "a course of four digits is none of 1xx"
    )
    words = "ASK { course:eth-xyz-350 mlg:hasRequirement/mlg:externalOption '2 of: any XYZ2xx course' }"
    assert store.ask(words), "one course of the kind is not two"


def test_mit_general_requirements_mean_their_classes(tmp_path: Path, ground: Ground) -> None:
    base = {"terms": ["FA"], "level": "U", "description": "", "lectureUnits": 5}
    classes = {
        "1.1": {**base, "name": "A", "prereqs": "Calculus I (GIR), ''permission of instructor''"},
        "1.2": {**base, "name": "B", "prereqs": "None", "gir": "CAL1"},
        "1.3": {**base, "name": "", "prereqs": "None"},
    }
    source = _written(
        tmp_path, json.dumps({"termInfo": {"startDate": "2025-09-01"}, "classes": classes}), "f.json"
    )
    done = run_import(Setup(READERS["mit"], source, tmp_path / "out", DAY, "mit"), ground)
    assert (
        done.report.kept,
        done.report.requirements["options"],
        done.report.requirements["optionsInWords"],
    ) == (2, 1, 2)


def test_a_title_means_every_course_of_it_and_a_general_requirement_more(
    tmp_path: Path, ground: Ground
) -> None:
    base = {"terms": ["FA"], "level": "U", "description": "", "lectureUnits": 5, "prereqs": "None"}
    classes = {
        "8.1": {**base, "name": "Physics I"},
        "8.2": {**base, "name": "Physics I", "gir": "PHY1"},
        "8.3": {**base, "name": "C", "prereqs": "Physics I (GIR)"},
        "8.4": {**base, "name": "D", "prereqs": "Physics I"},
    }
    source = _written(tmp_path, json.dumps({"classes": classes}), "f.json")
    run_import(Setup(READERS["mit"], source, tmp_path / "out", DAY, "mit"), ground)
    store = EmbeddedStore.of_quads(read_turtle(tmp_path / "out" / "part-00001.ttl"))

    def asked(slug: str) -> list[str]:
        rows = store.select(
            f"SELECT ?o {{ course:{slug} mlg:hasRequirement/(mlg:anyOf|mlg:externalOption) ?o }}"
        )
        return sorted(text(row["o"]).rpartition("/")[2] for row in rows)

    assert asked("mit-8.3") == ["Physics I (GIR)", "mit-8.1", "mit-8.2"], "the dump need not list all"
    assert asked("mit-8.4") == ["mit-8.1", "mit-8.2"]


def test_phrases_that_the_source_cut_at_commas_are_one_again() -> None:
    course = {"name": "A", "prereqs": "9.00, ''two subjects in Brain'', ''Cognitive Sciences''/''above''"}
    assert [show(part.tree) for part in _course("9.1", course).parts if part.tree] == [
        '9.00 & "two subjects in Brain, Cognitive Sciences or above"'
    ]
    kept = {"name": "B", "prereqs": "''Writing sample'', ''permission of instructor''"}
    assert [show(part.tree) for part in _course("9.2", kept).parts if part.tree] == [
        '"Writing sample" & "permission of instructor"'
    ]
