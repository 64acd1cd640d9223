"""mlgraph plan: its six formats, what it refuses, what it keeps, and what it says of wishes that clash."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar

from mlgraph.cli import plan as module
from mlgraph.cli.main import run
from mlgraph.planning.learner import profile_path, read_learner

if TYPE_CHECKING:
    from pathlib import Path

    from mlgraph.rdf.store import EmbeddedStore

WORDS = ("plan", "--to", "sql", "--start", "2027-01-04")


@pytest.fixture(autouse=True)
def _home(store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own, and the shipped graph opened once."""
    monkeypatch.setenv("MLGRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLGRAPH_PROFILE", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "opened", lambda _=None: store)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run([*WORDS, *words]) == 0
    return capsys.readouterr().out


def test_formats_tell_the_same_plan(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "--format", "json"))
    labels = [item["label"] for item in found["items"]]
    assert found["optimal"]
    assert found["hours"] == pytest.approx(sum(item["hours"] for item in found["items"]))
    assert {"SQL", "Relational database"} <= {
        part["label"] for item in found["items"] for part in item["topics"]
    }
    rows = list(csv.DictReader(io.StringIO(said(capsys, "--format", "csv"))))
    assert [row["what"] for row in rows] == labels
    assert [row["from"] for row in rows] == [item["start"] for item in found["items"]]
    events = Calendar.from_ical(said(capsys, "--format", "ics")).walk("VEVENT")
    assert len(events) == len(labels)
    for text in (said(capsys, "--format", "md"), said(capsys, "--format", "html"), said(capsys)):
        assert all(label[:9] in text for label in labels)
    assert "proven optimal" in said(capsys)


def test_every_item_says_why_and_comes_after_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "--to", "dropout", "--known", "python", "--start", "2027-01-04", "-f", "json"]) == 0
    items = json.loads(capsys.readouterr().out)["items"]
    assert len(items) > 3
    for item in items:
        assert item["why"]
        assert all(number < item["number"] for number in item["needs"])
        assert all(item["number"] in items[number - 1]["needs"] for number in item["unlocks"])
        assert all(part["resource"] and part["url"] for part in item["topics"] if item["kind"] == "study")


def test_files_are_written_and_nothing_else_is_printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert said(capsys, "--format", "html", "--output", "plan.html") == ""
    assert (tmp_path / "plan.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_saved_plan_is_compared_and_a_begun_course_kept(capsys: pytest.CaptureFixture[str]) -> None:
    first = json.loads(said(capsys, "--save", "--format", "json"))
    course = first["courses"][0].rpartition("/")[2]
    again = json.loads(said(capsys, "--exclude", course, "--format", "json"))
    assert f"course gone: course:{course}" in again["changes"]
    assert course not in [iri.rpartition("/")[2] for iri in again["courses"]]
    other = again["courses"][0].rpartition("/")[2] if again["courses"] else "kaggle-learn"
    said(capsys, "--started", other)
    kept = json.loads(said(capsys, "--format", "json"))
    assert other in [iri.rpartition("/")[2] for iri in kept["courses"]]
    assert read_learner(profile_path("")).state


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--hours-per-week", "-1"], "hours per week lie between 0 and 168"),
        (["--hours-per-week", "nan"], "hours per week lie between 0 and 168"),
        (["--hours-per-week", "1000"], "hours per week lie between 0 and 168"),
        (["--max-cost", "-5"], "a cost cannot be negative"),
        (["--by", "2026-01-01"], "does not lie after the start"),
        (["--by", "soon"], "--by: not a date: 'soon'"),
        (["--start", "2027-02-30"], "--start: not a date"),
        (["--delivery", "by-owl"], "no such delivery: 'by-owl'"),
        (["--pacing", "slow"], "no such pacing: 'slow'"),
        (["--at-most-parallel", "0"], "at least one thing has to be done at once"),
        (["--time-limit", "0"], "there is no time for the solver"),
        (["--include", "kaggle-learn", "--exclude", "kaggle-learn"], "both wanted and excluded"),
        (["--include", "no-such-course"], "no course is called 'no-such-course'"),
        (["--output", "x.csv", "--format", "csv"], "--output goes with md, ics and html"),
        (["--to", "sql:expert"], "expert"),
    ],
)
def test_wishes_without_sense_are_refused(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*WORDS, *words]) == 2
    caught = capsys.readouterr()
    assert message in caught.err
    assert "hint:" in caught.err
    assert not caught.out


def test_wishes_that_clash_are_named_with_a_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*WORDS, "--by", "2027-01-08"]) == 1
    caught = capsys.readouterr()
    assert "no plan meets ready in" in caught.err
    assert "later" in caught.err


def test_a_goal_that_is_reached_needs_no_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert "the goal is reached" in said(capsys, "--known", "sql")
    assert json.loads(said(capsys, "--known", "sql", "--format", "json"))["items"] == []


def test_a_damaged_profile_is_reported_and_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    path = profile_path("")
    path.parent.mkdir(parents=True)
    path.write_text("{broken", encoding="utf-8")
    assert run([*WORDS, "--save"]) == 1
    assert "hint:" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "{broken"


def test_a_start_that_is_past_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """It is no error: somebody may have begun then."""
    assert run(["plan", "--to", "sql", "--start", "2020-01-06"]) == 0
    told = capsys.readouterr()
    assert "2020-01-06" in told.out
    assert "note: the plan starts on 2020-01-06, and today is" in told.err
