"""Files in the layout of CurricularAnalytics: what is read, and what is refused, with its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mlgraph.analysis.curriculum import Curriculum, DegreePlan, Requisite
from mlgraph.analysis.metrics import curriculum_metrics
from mlgraph.errors import DataError, FileTooLargeError
from mlgraph.interchange import curricular
from mlgraph.interchange.curricular import read_curricular, read_curricular_file
from mlgraph.interchange.curricular_writer import to_curricular
from mlgraph.interchange.requirement import read_rules, read_transcript
from mlgraph.planning.requirement import Cap, leaves
from tests.curricula import course, pre

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "Curriculum,Baskets,,\nInstitution,ACME\nDegree Type,AA\nSystem Type,semester\nCIP,50.07\nCourses\n"
COLUMNS = "Course ID,Course Name,Prefix,Number,Prerequisites,Corequisites,Strict-Corequisites,Credit Hours,Institution,Canonical Name,Term\n"
PLAN = (
    HEAD.replace("Institution", "Degree Plan,Ready\nInstitution")
    + COLUMNS
    + '1,"Forms, basic",BW,101,,,,3,,,1\n2,Calculus,MA,116,9,,,4,,,2\n3,Weaving,BW,301,"1;2",,4,3.5,,,2\n'
    + "4,Weaving Lab,BW,301L,,1,,1,,,2\nAdditional Courses,,\n"
    + COLUMNS
    + "9,Precalculus,MA,110,,,,3,,,1\n"
)


def test_degree_plan_with_additional_courses_and_all_kinds_of_requisites() -> None:
    found = read_curricular(PLAN, "plan.csv")
    plan = found.value
    assert isinstance(plan, DegreePlan)
    assert (plan.name, plan.curriculum.name, plan.curriculum.institution) == ("Ready", "Baskets", "ACME")
    assert plan.terms == (("1", "9"), ("2", "3", "4"))
    assert [each.name for each in plan.additional] == ["Precalculus"]
    weaving = plan.courses()["3"]
    assert weaving.requisites == (
        Requisite("pre", ("1",)),
        Requisite("pre", ("2",)),
        Requisite("strict", ("4",)),
    )
    assert weaving.credits == 3.5
    assert plan.courses()["1"].name == "Forms, basic"
    assert read_curricular(to_curricular(plan), "again.csv").value == plan
    assert not found.notes


def test_additional_courses_do_not_count_in_the_metrics() -> None:
    found = curriculum_metrics(read_curricular(PLAN, "plan.csv").curriculum)
    assert "9" not in found.courses
    assert found.courses["2"].delay == 2


def test_learning_outcomes_are_kept() -> None:
    outcomes = (
        'Course Learning Outcomes,,\nCourse ID,Learning Outcome ID,Learning Outcome\n1,7,"Can weave, well"\n'
    )
    found = read_curricular(PLAN + outcomes, "plan.csv").value
    text = to_curricular(found)
    assert '"Can weave, well"' in text
    assert read_curricular(text, "again.csv").value == found


def test_options_and_extensions() -> None:
    columns = "Course ID,Course Name,Prerequisites,Credit Hours,Offered,Difficulty,Teaches,Presupposes\n"
    rows = "1,A,,3,,,,\n2,B,,3,,,,\n3,C,,3,,,,\n4,D,2 of 1|2|3;1|2,3,Fall;Spring,2.5,limit:deep,algebra\n"
    found = read_curricular(HEAD + columns + rows, "x.csv").value
    assert isinstance(found, Curriculum)
    last = found.courses[-1]
    assert last.requisites == (pre("1", "2", "3", minimum=2), pre("1", "2"))
    assert (last.offered, last.difficulty) == (("fall", "spring"), 2.5)
    assert (last.teaches, last.presupposes) == (("limit:deep",), ("algebra",))
    assert read_curricular(to_curricular(found), "x.csv").value == found


def test_byte_order_mark_blank_lines_comments_and_a_typing_error(tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    text = (
        HEAD.replace("semester", "semster").replace("Courses\n", "\n# who made it\n,,,\nCourses\n") + COLUMNS
    )
    file.write_text(text + "1,A,,,,,,3,,,\n", encoding="utf-8-sig")
    found = read_curricular_file(str(file))
    assert found.curriculum.system == "semester"
    assert found.notes == ("system type 'semster' read as semester", "line 11: 1 is in no term")


def test_courses_alone_and_requisites_parted_by_commas_as_in_older_files() -> None:
    text = 'Course ID,Course Name,Prerequisites,Credit Hours\n1,A,,3\n2,B,,3\n3,C,"1, 2",3\n'
    found = read_curricular(text, "folder/minor.csv").value
    assert isinstance(found, Curriculum)
    assert found.name == "minor"
    assert found.courses[2].requisites == (pre("1"), pre("2"))
    assert ",1;2," in to_curricular(found)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (
            "2,Calculus,MA,116,9",
            "2,Calculus,MA,116,99",
            10,
            "column 5 (Prerequisites): no course has the id '99'",
        ),
        ("1,,1,,,2\nAdd", "1,,x,,,2\nAdd", 12, "column 8 (Credit Hours)"),
        ("101,,,,3,", "101,,,,three,", 9, "column 8 (Credit Hours): no number: 'three'"),
        ("4,,,2\n", "4,,,0\n", 10, "column 11 (Term): no term: '0'"),
        ("4,,,2\n", "4,,,999\n", 10, "column 11 (Term): no term: '999'"),
        ("4,Weaving Lab", "1,Weaving Lab", 12, "column 1 (Course ID): '1' is the id of line 9 too"),
        ("4,Weaving Lab", ",Weaving Lab", 12, "column 1 (Course ID): no id"),
        ("2,Calculus,MA,116,9", "2,Calculus,MA,116,9|9", 10, "column 5 (Prerequisites): no sense: '9|9'"),
        ("2,Calculus,MA,116,9", "2,Calculus,MA,116,3 of 1|9", 10, "column 5 (Prerequisites): no sense"),
        ("4,,,2\n", "4,,,2,extra\n", 10, "12 cells where 11 were expected"),
        ("semester", "yearly", 1, "no such system type: 'yearly'"),
        ("CIP", "KIP", 6, "no such fact: 'KIP'"),
        ('"Forms, basic"', '"Forms, basic', 9, "not CSV"),
        ("Credit Hours,I", "Hours,I", 8, "no column Credit Hours"),
        ("Prefix,Number", "Prefix,Prefix", 8, "column 3 (Prefix): named twice"),
        ("Courses\n", "Curses\n", 7, "no such fact: 'Curses'"),
    ],
)
def test_fault_is_told_with_line_and_column(old: str, new: str, line: int, message: str) -> None:
    if new.startswith("1,,x"):
        old, new = "301L,,1,,1,", "301L,,1,,x,"
    assert old in PLAN
    with pytest.raises(DataError) as caught:
        read_curricular(PLAN.replace(old, new, 1), "plan.csv")
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"plan.csv:{line}: ")
    assert caught.value.mend


def test_text_that_is_no_such_file() -> None:
    with pytest.raises(DataError, match="no line `Courses`"):
        read_curricular("Curriculum,Baskets\n", "x.csv")


def test_too_many_courses_and_requisites_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curricular, "COURSE_LIMIT", 3)
    with pytest.raises(FileTooLargeError, match="more than 3 courses"):
        read_curricular(PLAN, "plan.csv")
    monkeypatch.undo()
    monkeypatch.setattr(curricular, "REQUISITE_LIMIT", 1)
    with pytest.raises(DataError, match="more than 1 requisites"):
        read_curricular(PLAN, "plan.csv")


def test_metrics_are_written_as_the_toolbox_prints_them() -> None:
    found = read_curricular(PLAN.replace("semester", "quarter"), "plan.csv")
    text = to_curricular(found.value, curriculum_metrics(found.curriculum))
    row = next(line for line in text.splitlines() if line.startswith("2,Calculus"))
    assert row.endswith(",2,2.0,1,2.0,0")  # the term, then 2/3 of 3, blocking, delay, centrality


# -- requirements and transcripts

COURSES = tuple(
    course(each, name=f"Course {each}", prefix=each[:2], number=each[2:]) for each in ("CS1", "CS2", "MA1")
)


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_requirements_are_read_with_patterns_caps_and_plain_courses(tmp_path: Path) -> None:
    data = {
        "name": "BS",
        "all": [
            "MA 1",
            {"name": "Computing", "credits": 4, "from": ["CS *"], "caps": [{"from": ["CS 1"], "credits": 2}]},
            {"of": ["CS 1", "CS 2"], "n": 1},
            {"name": "Any", "from": ["CS1", "MA1"], "n": 1, "shared": True},
        ],
    }
    rule = read_rules(written(tmp_path, "r.json", json.dumps(data)), COURSES)
    assert rule.wanted == 4
    assert rule.parts[1].courses == ("CS1", "CS2")
    assert rule.parts[1].caps == (Cap(("CS1",), 2.0),)
    assert rule.parts[2].wanted == 1
    assert rule.parts[3].shared
    assert next(each.courses for each in leaves(rule)) == ("MA1",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("{}", "one of all, of and from is needed"),
        ('{"all": []}', "a list that is not empty"),
        ('{"all": [{"from": ["CS1"], "wrong": 1}]}', "no rule: wrong"),
        ('{"all": ["CS 7"]}', "the whole, part 1: no course of the file is called 'CS 7'"),
        ('{"from": ["XX *"]}', "no course fits 'XX *'"),
        ('{"of": ["CS1"], "n": 2}', "2 of 1 parts"),
        ('{"from": ["CS1"], "n": 2}', "2 of 1 courses"),
        ('{"from": ["CS1"], "credits": "x"}', "credits is no number"),
        ('{"all": ["CS1"], "credits": 3}', "credits and caps go with from"),
        ('{"all": [' * 14 + '"CS1"' + "]}" * 14, "more than 12 deep"),
    ],
)
def test_requirements_that_make_no_sense_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read_rules(written(tmp_path, "r.json", text), COURSES)
    assert message in str(caught.value)
    assert "r.json" in str(caught.value)


def test_transcript_tells_passed_running_and_failed(tmp_path: Path) -> None:
    text = "course,term,grade,credits\nCS 1,1,F,\ncs 1,2,B,4\nMA1,2,,\nXX 9,2,A,3\n"
    entries, notes = read_transcript(written(tmp_path, "t.csv", text), COURSES)
    assert [(each.course, each.state, each.credits) for each in entries] == [
        ("CS1", "failed", None),
        ("CS1", "passed", 4.0),
        ("MA1", "running", None),
    ]
    assert notes == ["line 5: no course of the file is called 'XX 9': it does not count"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kurs\nCS1\n", ":1: no column course"),
        ("course,credits\nCS1,many\n", ":2: column 2 (credits): no number: 'many'"),
        ('course\n"CS1\n', "not CSV"),
    ],
)
def test_transcript_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read_transcript(written(tmp_path, "t.csv", text), COURSES)
    assert message in str(caught.value)
