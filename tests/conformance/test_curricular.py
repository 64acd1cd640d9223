"""The metrics equal those that curricularanalytics.org and CurricularAnalytics.jl publish, digit for digit."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse, Requisite, impossible
from mlgraph.analysis.layout import similarity
from mlgraph.analysis.metrics import curriculum_metrics, redundant_requisites
from mlgraph.errors import DataError
from mlgraph.interchange.curricular import read_curricular, read_curricular_file
from mlgraph.interchange.curricular_writer import to_curricular

if TYPE_CHECKING:
    from pathlib import Path

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


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    place = shared / "imports" / "curricular_analytics"
    if not place.is_dir():
        pytest.skip(f"no published figures at {place}")
    return place


def figures(text: str) -> dict[str, list[str]]:
    """Return course id -> complexity, blocking, delay, centrality as they are written."""
    rows = list(csv.reader(text.splitlines()))
    head = next(number for number, row in enumerate(rows) if row and row[0] == "Course ID")
    places = [rows[head].index(name) for name in ("Complexity", "Blocking", "Delay", "Centrality")]
    return {row[0]: [row[place] for place in places] for row in rows[head + 1 :] if row}


def test_every_shared_plan_is_tested(folder: Path) -> None:
    assert {path.stem for path in (folder / "nuanalytics" / "plans").glob("*.csv")} == set(PLANS)
    names = {
        path.name.removesuffix("_w_metrics.csv") for path in (folder / "nuanalytics" / "correct").iterdir()
    }
    assert names == set(PLANS)


@pytest.mark.parametrize("name", PLANS)
def test_figures_of_every_course_are_the_published_ones(folder: Path, name: str) -> None:
    found = read_curricular_file(str(folder / "nuanalytics" / "plans" / f"{name}.csv"))
    written = to_curricular(found.value, curriculum_metrics(found.curriculum))
    published = (folder / "nuanalytics" / "correct" / f"{name}_w_metrics.csv").read_text(encoding="utf-8")
    assert figures(written) == figures(published)


@pytest.mark.parametrize("name", PLANS)
def test_published_file_itself_is_read_the_same(folder: Path, name: str) -> None:
    plan = read_curricular_file(str(folder / "nuanalytics" / "plans" / f"{name}.csv")).curriculum
    again = read_curricular_file(str(folder / "nuanalytics" / "correct" / f"{name}_w_metrics.csv")).curriculum
    assert curriculum_metrics(again) == curriculum_metrics(plan)
    assert similarity(plan, again) == 1.0


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("part", ["plans", "correct"])
def test_file_survives_a_round_trip(folder: Path, part: str, name: str) -> None:
    end = "_w_metrics" if part == "correct" else ""
    found = read_curricular_file(str(folder / "nuanalytics" / part / f"{name}{end}.csv"))
    text = to_curricular(found.value)
    again = read_curricular(text, "again.csv")
    assert again.value == found.value
    assert to_curricular(again.value) == text


def case(folder: Path, name: str) -> dict[str, Any]:
    data = json.loads((folder / "expected_metrics.json").read_text(encoding="utf-8"))
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
def test_cases_of_the_toolbox(folder: Path, name: str) -> None:
    data = case(folder, name)
    found = curriculum_metrics(of_case(data))
    for key in ("delay", "blocking", "centrality", "complexity"):
        if key in data:
            assert getattr(found, key) == data[key]["total"], key
            assert [getattr(found.courses[each], key) for each in data["courses"]] == data[key][
                "per_course"
            ], key


def test_extremes_and_similarity_of_the_toolbox(folder: Path) -> None:
    other = json.loads((folder / "expected_metrics.json").read_text(encoding="utf-8"))["other"]
    weaving = of_case(case(folder, CASES[0]))
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
