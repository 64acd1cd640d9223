"""metrics, diff, what-if, degree, audit, hidden: what they print, write and refuse."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from mlgraph.analysis.curriculum import DegreePlan
from mlgraph.cli.main import run
from mlgraph.interchange.curricular import read_curricular_file

FILE = """Curriculum,Little
System Type,semester
Courses
Course ID,Course Name,Prefix,Number,Prerequisites,Corequisites,Credit Hours,Offered,Teaches
1,Calculus,MATH,101,,,4,,gradient
2,Linear Algebra,MATH,110,,,4,,matrix
3,Optimisation,MATH,210,1|2,,4,fall,gradient-descent
4,Project,CS,300,1;3,,3,,
5,Talk,ART,100,,4,1,,
"""
RULES = '{"name": "Little", "all": ["MATH 210", {"name": "More", "n": 1, "from": ["MATH 1*"]}]}'
MARKS = "course,term,grade\nMATH 101,1,A\nMATH 210,2,\nKNIT 1,1,A\n"

COMMANDS = {
    "metrics": ["metrics", "little.csv"],
    "diff": ["diff", "little.csv", "little.csv"],
    "what-if": ["what-if", "little.csv", "--drop", "MATH 101 -> CS 300"],
    "degree": ["degree", "little.csv", "--terms", "4"],
    "audit": ["audit", "little.csv", "marks.csv", "--requirements", "rules.json"],
    "hidden": ["hidden", "little.csv", "--known", "school-mathematics"],
}


@pytest.fixture(autouse=True)
def _desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with a curriculum, requirements and a transcript."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    for name, text in {"little.csv": FILE, "rules.json": RULES, "marks.csv": MARKS}.items():
        Path(name).write_text(text, encoding="utf-8")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(arguments)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_format(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = COMMANDS[name]
    code, text, _ = said(capsys, *arguments)
    assert code == 0
    assert "Traceback" not in text
    _, plain, _ = said(capsys, *arguments, "--format", "json")
    assert json.loads(plain)["schema"] == f"mlgraph/{name}/1"
    _, table, _ = said(capsys, *arguments, "--format", "csv")
    rows = list(csv.reader(io.StringIO(table)))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    _, page, _ = said(capsys, *arguments, "--format", "md")
    assert f"| {' | '.join(rows[0])} |" in page


def test_metrics_tell_roads_and_write_the_columns_of_the_toolbox(capsys: pytest.CaptureFixture[str]) -> None:
    _, text, _ = said(capsys, "metrics", "little.csv", "-o", "out.csv", "--choose", "MATH 210=MATH 110")
    assert "2 roads through the either-or requisites (all were tried)" in text
    assert "dead ends (they end a path outside of MATH): ART 100" in text
    written = Path("out.csv").read_text(encoding="utf-8")
    row = next(line for line in written.splitlines() if line.startswith("2,Linear Algebra"))
    assert row.startswith("2,Linear Algebra,MATH,110,,,,4,,,7.0,3,4.0,0,")
    assert read_curricular_file("out.csv").value == read_curricular_file("little.csv").value


def test_metrics_of_topics_of_the_graph_count_hours(capsys: pytest.CaptureFixture[str]) -> None:
    _, text, _ = said(capsys, "metrics", "chain-rule", "--format", "json")
    found = json.loads(text)
    assert found["kind"] == "topics"
    assert {"chain-rule", "derivative"} <= {each["id"] for each in found["courses"]}
    assert found["credits"] == sum(each["credits"] for each in found["courses"])
    weight = {each["id"]: each["blocking"] for each in found["courses"]}
    assert weight["chain-rule"] == 0
    assert weight["arithmetic"] == max(weight.values())


def test_what_if_writes_a_file_that_diff_finds_changed(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, *COMMANDS["what-if"], "--add", "CS 301 : 2", "-o", "new.csv")
    _, text, _ = said(capsys, "diff", "little.csv", "new.csv", "--format", "json")
    found = json.loads(text)
    assert [each["code"] for each in found["added"]] == ["CS 301"]
    assert found["totals"]["credits"] == {"before": 16, "after": 18}
    changes = {each["course"]["code"]: each["changes"] for each in found["changed"]}
    assert changes["CS 300"] == ["no longer after MATH 101"]


def test_plan_is_written_measured_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = said(capsys, *COMMANDS["degree"], "-o", "plan.csv", "--fix", "MATH 210=3")
    assert code == 0
    assert "(proven)" in text
    _, text, _ = said(capsys, "metrics", "plan.csv", "--format", "json")
    assert len(json.loads(text)["plan"]["terms"]) == 4
    kept = json.loads(said(capsys, "degree", "plan.csv", "--keep", "--format", "json")[1])["terms"]
    terms = [[each["id"] for each in term["courses"]] for term in kept]
    assert len(terms) == 4
    assert "3" in terms[2]
    written = read_curricular_file("plan.csv").value
    assert isinstance(written, DegreePlan)
    assert [set(each) for each in written.terms] == [set(each) for each in terms]


def test_plan_that_cannot_be_is_told_with_a_repair_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, text, error = said(capsys, "degree", "little.csv", "--terms", "2", "-o", "plan.csv")
    assert code == 1
    assert not text
    assert "no plan meets all wishes: 2 terms" in error
    assert "allow 4 terms" in error
    assert not Path("plan.csv").exists()


def test_audit_tells_what_is_met_running_and_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    _, text, error = said(capsys, *COMMANDS["audit"], "--format", "json")
    found = json.loads(text)
    assert (found["met"], found["metWithRunning"], found["credits"]) == (False, True, 4)
    assert {each["name"]: each["state"] for each in found["requirements"]} == {
        "Little": "running",
        "MATH 210": "running",
        "More": "met",
    }
    assert "line 4: no course of the file is called 'KNIT 1'" in error


def test_hidden_measures_by_a_role_and_names_sources(capsys: pytest.CaptureFixture[str]) -> None:
    _, text, _ = said(capsys, *COMMANDS["hidden"], "--role", "data-analyst", "--format", "json")
    found = json.loads(text)
    assert found["coverage"]["wanted"] > 0
    assert found["withoutTopics"] == ["4", "5"]
    gaps = {(each["course"], each["topic"]): each for each in found["findings"]}
    assert gaps["1", "dot-product"]["kind"] == "missing"
    assert gaps["1", "dot-product"]["claims"][0]["supportedBy"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["metrics", "nowhere.csv"], 1, "nowhere.csv: cannot be read"),
        (["metrics", "little.csv", "--choose", "MATH 210=CS 300"], 2, "does not leave the choice of CS 300"),
        (["metrics", "little.csv", "--choose", "MATH 210"], 2, "has no sense"),
        (["metrics", "no-such-thing-at-all"], 2, "is called 'no-such-thing-at-all'"),
        (["what-if", "little.csv"], 2, "nothing is to be changed"),
        (["what-if", "little.csv", "--drop", "KNIT 1"], 2, "no course of the file is called 'KNIT 1'"),
        (["what-if", "little.csv", "--add", "CS 300 -> MATH 101"], 1, "the requisites form a cycle"),
        (["what-if", "little.csv", "--drop", "ART 100 -> CS 300"], 2, "it has: MATH 101, MATH 210"),
        (["degree", "little.csv", "--keep"], 2, "the file has no terms"),
        (["degree", "little.csv", "--fix", "MATH 101"], 2, "has no sense"),
        (["degree", "little.csv", "--limit", "x"], 2, "has no sense"),
        (["degree", "little.csv", "--requirements", "marks.csv"], 1, "marks.csv:1: not JSON"),
        (["audit", "little.csv", "little.csv"], 1, "little.csv:1: no column course"),
        (["hidden", "little.csv", "--known", "knitting"], 2, "'knitting'"),
        (["hidden", "little.csv", "--role", "knitter"], 2, "'knitter'"),
    ],
)
def test_wrong_input_is_refused(
    arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found, text, error = said(capsys, *arguments)
    assert found == code
    assert message in error
    assert "hint: " in error
    assert not text


def test_topic_that_is_not_in_the_graph_is_named_with_file_and_course(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("wrong.csv").write_text(FILE.replace(",gradient\n", ",gradyent\n"), encoding="utf-8")
    code, _, error = said(capsys, "hidden", "wrong.csv")
    assert code == 1
    assert "wrong.csv: MATH 101, topics: no topic is called 'gradyent'" in error
