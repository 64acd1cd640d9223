"""The metrics equal those that curricularanalytics.org and CurricularAnalytics.jl publish, digit for digit."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, cast

import pytest

from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse, Requisite, impossible
from mlgraph.analysis.layout import similarity
from mlgraph.analysis.metrics import curriculum_metrics, redundant_requisites
from mlgraph.errors import DataError
from mlgraph.interchange.curricular import read_curricular, read_curricular_file
from mlgraph.interchange.curricular_writer import to_curricular

PLANS = (
    "BSCS_Hawaii_Manoa",
    "Colostate_CSDegree",
    "Colostate_CSDegree_2017",
    "Colostate_CSDegree_2017_w_MATH",
    "Kennesaw_State_University_CS",
    "Metropolitan_State_University_CS",
)
CASES = (
    "8-vertex Underwater Basket Weaving",
    "7-vertex Postmodern Basket Weaving",
    "4-vertex diamond (delay only)",
)


FOLDER = Path(__file__).parent.parent / "golden" / "curricular"
"""Six plans with their published figures (MIT, https://github.com/NeuCurricularAnalytics/NuAnalytics), and the
figures of the tests of CurricularAnalytics.jl, retyped."""


def plan_file(name: str) -> str:
    return str(FOLDER / "plans" / f"{name}.csv")


def published_file(name: str) -> Path:
    return FOLDER / "correct" / f"{name}_w_metrics.csv"


def figures(text: str) -> dict[str, list[str]]:
    """Return course id -> complexity, blocking, delay, centrality as they are written."""
    rows = list(csv.reader(text.splitlines()))
    head = next(number for number, row in enumerate(rows) if row and row[0] == "Course ID")
    places = [rows[head].index(name) for name in ("Complexity", "Blocking", "Delay", "Centrality")]
    return {row[0]: [row[place] for place in places] for row in rows[head + 1 :] if row}


def test_every_plan_that_is_here_or_shared_is_tested(shared: Path) -> None:
    source = shared / "imports" / "curricular_analytics"
    for place in (FOLDER, source / "nuanalytics"):
        assert {path.stem for path in (place / "plans").iterdir()} == set(PLANS)
        assert {path.name for path in (place / "correct").iterdir()} == {
            published_file(name).name for name in PLANS
        }
    for part in ("plans", "correct"):
        for path in (source / "nuanalytics" / part).iterdir():
            assert path.read_bytes() == (FOLDER / part / path.name).read_bytes()
    assert (source / "expected_metrics.json").read_bytes() == (FOLDER / "toolbox.json").read_bytes()


def test_how_many_figures_are_compared() -> None:
    published = [figures(published_file(name).read_text(encoding="utf-8")) for name in PLANS]
    assert sum(map(len, published)) == 233  # courses
    assert sum(len(row) for each in published for row in each.values()) == 932


@pytest.mark.parametrize("name", PLANS)
def test_figures_of_every_course_are_the_published_ones(name: str) -> None:
    found = read_curricular_file(plan_file(name))
    written = to_curricular(found.value, curriculum_metrics(found.curriculum))
    published = published_file(name).read_text(encoding="utf-8")
    assert figures(written) == figures(published)


@pytest.mark.parametrize("name", PLANS)
def test_published_file_itself_is_read_the_same(name: str) -> None:
    plan = read_curricular_file(plan_file(name)).curriculum
    again = read_curricular_file(str(published_file(name))).curriculum
    assert curriculum_metrics(again) == curriculum_metrics(plan)
    assert similarity(plan, again) == 1.0


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("part", ["plans", "correct"])
def test_file_survives_a_round_trip(part: str, name: str) -> None:
    found = read_curricular_file(plan_file(name) if part == "plans" else str(published_file(name)))
    text = to_curricular(found.value)
    again = read_curricular(text, "again.csv")
    assert again.value == found.value
    assert to_curricular(again.value) == text


def toolbox() -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads((FOLDER / "toolbox.json").read_text(encoding="utf-8")))


def case(name: str) -> dict[str, Any]:
    data = toolbox()
    return cast("dict[str, Any]", next(each for each in data["cases"] if each["name"] == name))


def of_case(data: dict[str, Any]) -> Curriculum:
    kinds = {"pre": "pre", "co": "co", "strict_co": "strict"}
    return Curriculum(
        data["name"],
        tuple(
            CurriculumCourse(
                each,
                each,
                requisites=tuple(
                    Requisite(kinds[kind], (before,))
                    for before, after, kind in data["requisites"]
                    if after == each
                ),
            )
            for each in data["courses"]
        ),
    )


@pytest.mark.parametrize("name", CASES)
def test_cases_of_the_toolbox(name: str) -> None:
    data = case(name)
    found = curriculum_metrics(of_case(data))
    for key in ("delay", "blocking", "centrality", "complexity"):
        if key in data:
            assert getattr(found, key) == data[key]["total"], key
            assert [getattr(found.courses[each], key) for each in data["courses"]] == data[key][
                "per_course"
            ], key


def test_extremes_and_similarity_of_the_toolbox() -> None:
    other = toolbox()["other"]
    weaving = of_case(case(CASES[0]))
    found = curriculum_metrics(weaving).courses.values()
    assert len(weaving.courses) == other["UBW num_courses"]
    for key, name in (
        ("blocking", "blocking factor"),
        ("delay", "delay factor"),
        ("centrality",) * 2,
        ("complexity",) * 2,
    ):
        assert max(getattr(each, key) for each in found) == other[f"UBW max. {name}"]
    less = weaving._replace(courses=weaving.courses[:-1])
    assert similarity(less, weaving) == other["similarity(UBW minus H, UBW)"]
    assert similarity(weaving, less) == other["similarity(UBW, UBW minus H)"]


def test_curricula_that_the_toolbox_calls_not_valid() -> None:
    itself = CurriculumCourse("a", "A", requisites=(Requisite("pre", ("a",)),))
    with pytest.raises(DataError, match="cycle"):
        curriculum_metrics(Curriculum("", (itself,)))
    a = CurriculumCourse("A", "A", requisites=(Requisite("pre", ("C",)),))
    b = CurriculumCourse("B", "B", requisites=(Requisite("pre", ("A",)), Requisite("strict", ("C",))))
    assert set(impossible([a, b, CurriculumCourse("C", "C")])) == {"A", "B", "C"}


def test_redundant_requisite_of_the_toolbox() -> None:
    data = {
        "name": "",
        "courses": ["A", "B", "C", "D"],
        "requisites": [["A", "C", "pre"], ["B", "C", "pre"], ["A", "B", "pre"], ["D", "C", "co"]],
    }
    found = redundant_requisites(of_case(data).courses)
    assert [(each.requisite, each.course, each.toolbox) for each in found] == [("A", "C", True)]
