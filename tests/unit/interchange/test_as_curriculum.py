"""A catalogue by the import's template, read as a curriculum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.analysis.curriculum import CurriculumCourse, Requisite
from mlgraph.errors import DataError
from mlgraph.interchange.curricular import read_curricular_file
from mlgraph.interchange.imports.as_curriculum import NOTE_LIMIT, is_template, read_template
from mlgraph.interchange.imports.own_csv import TEMPLATE

if TYPE_CHECKING:
    from pathlib import Path

OWN = """Code,Title,Credits,Terms,Prerequisites,Corequisites,Recommended,Teaches
M-1,Calculus,5,"Autumn, Spring",none,,,derivative:deep
M-2,Algebra,5,Winter term,none,,M-1,
S 1,Statistics,,anytime,M-1,,,
ML 3,Learning,6,Fall,"M-1, (m2 or S 1 or OR 9), X 1","S 1",,gradient
ML 5,Most,6,,"two of M-1, M-2, S 1",,,
ML 6,Words,6,,Sit in if you dare. Ask him.,,,
ml6,Again,6,,,,,
"""


def written(folder: Path, content: str) -> str:
    path = folder / "own.csv"
    path.write_text(content, encoding="utf-8")
    return str(path)


def courses(folder: Path, content: str = OWN) -> tuple[dict[str, CurriculumCourse], tuple[str, ...]]:
    found = read_curricular_file(written(folder, content))
    return {each.id: each for each in found.curriculum.courses}, found.notes


def test_columns_become_a_curriculum(tmp_path: Path) -> None:
    found, _ = courses(tmp_path)
    one = found["M-1"]
    assert (one.code, one.name, one.credits, one.offered, one.teaches) == (
        "M 1",
        "Calculus",
        5.0,
        ("fall", "spring"),
        ("derivative:deep",),
    )
    assert found["M-2"].offered == ("winter",)
    assert found["M-2"].requisites == (), "what is recommended is no requisite"


def test_groups_become_requisites_of_what_the_file_has(tmp_path: Path) -> None:
    found, notes = courses(tmp_path)
    assert found["ML 3"].requisites == (
        Requisite("pre", ("M-1",)),
        Requisite("pre", ("M-2", "S 1")),
        Requisite("co", ("S 1",)),
    )
    assert found["ML 5"].requisites == (Requisite("pre", ("M-1", "M-2", "S 1"), 2),)
    assert "ML 3: no course of the file, no requisite: 'X 1'" in notes


def test_what_is_not_taken_over_is_remarked(tmp_path: Path) -> None:
    _, notes = courses(tmp_path)
    assert "ML 6: kept as text, no requisite: 'Sit in if you dare. Ask him'" in notes
    assert "ml6: left out: the same code in an earlier row" in notes
    assert "S 1: no credits; taken as 0" in notes
    assert "S 1: no season in 'anytime'; taken as offered in all" in notes
    many = "code,title\n" + "".join(f"A {n},Course\n" for n in range(NOTE_LIMIT + 5))
    assert courses(tmp_path, many)[1][-1] == "and 5 more remarks of this kind"


def test_the_template_itself_is_one(tmp_path: Path) -> None:
    found, notes = courses(tmp_path, TEMPLATE)
    assert list(found) == ["CS 101", "CS 229"]
    assert found["CS 229"].requisites == (Requisite("pre", ("CS 101",)),)
    assert notes == (
        "CS 229: no course of the file, no requisite: 'MATH 51 or MATH 52'",
        "CS 229: no course of the file, no requisite: 'STAT 200'",
    )


def test_bounds_and_what_is_no_template(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="more than 3 courses"):
        read_template(written(tmp_path, OWN), 3)
    with pytest.raises(DataError, match="no courses"):
        read_template(written(tmp_path, "code,title\n"), 3)
    with pytest.raises(DataError, match="unknown column 'colour'"):
        read_curricular_file(written(tmp_path, "code,title,colour\nA,B,red\n"))
    assert is_template('\ufeff"Code";"Title"\n')
    assert not is_template("Curriculum,code title\nCourses\n")
    assert not is_template("Course ID,Course Name,Credit Hours\n")
