"""mlgraph import and import review, and the exports that files.py writes, as a user runs them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import typer

from mlgraph.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

DAY = ["--date", "2026-11-25"]


@pytest.fixture
def template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert run(["import", "csv", "--template"]) == 0
    path = tmp_path / "own.csv"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return path


@pytest.fixture
def folder(template: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    out = template.parent / "mine"
    assert (
        run(["import", "csv", str(template), "-o", str(out), "--institution", "Example University", *DAY])
        == 0
    )
    capsys.readouterr()
    return out


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert run([*arguments, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_the_template_leads_to_courses_by_topic(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(folder)]) == 0
    assert capsys.readouterr().out.startswith("clean")
    found = said(
        capsys,
        "courses",
        "--data",
        str(folder),
        "--topic",
        "linear-regression",
        "--provider",
        "Example University",
    )
    assert [each["code"] for each in found["courses"]] == ["CS 229"]  # type: ignore[attr-defined]


def test_a_second_run_does_nothing(folder: Path, template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again = ["import", "csv", str(template), "-o", str(folder), "--institution", "Example University", *DAY]
    assert said(capsys, *again)["doneBefore"] is True
    assert said(capsys, *again, "--fresh")["doneBefore"] is False


def test_review_by_flags(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = said(capsys, "import", "review", str(folder))
    waiting = [f"{each['subject']}={each['object']}" for each in before["waiting"]]  # type: ignore[attr-defined]
    assert "example-university-cs-229=logistic-regression" in waiting
    after = said(
        capsys, "import", "review", str(folder), "--accept", waiting[0], "--reject", waiting[-1], *DAY
    )
    assert (after["accepted"], after["rejected"]) == (1, 1)
    assert run(["check", str(folder)]) == 0
    capsys.readouterr()
    rest = said(capsys, "import", "review", str(folder), "--reject-below", "1", *DAY)
    assert rest["rejected"] == len(waiting) - 2
    found = said(
        capsys,
        "courses",
        "--data",
        str(folder),
        "--topic",
        "logistic-regression",
        "--provider",
        "Example University",
    )
    assert len(found["courses"]) == 1  # type: ignore[arg-type]


def test_the_walk_asks_again_and_a_break_keeps_what_was_decided(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = said(capsys, "import", "review", str(folder))["waiting"]
    answers = iter(["?", "a", "", "r"])

    def answer(_text: str, default: str) -> str:
        try:
            return next(answers) or default
        except StopIteration:
            raise typer.Abort from None  # as Ctrl-C does

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", answer)
    assert run(["import", "review", str(folder), *DAY]) == 0
    assert "1 accepted, 1 rejected" in capsys.readouterr().out
    left = said(capsys, "import", "review", str(folder), "--list")["waiting"]
    assert left == [waiting[1], *waiting[3:]]  # type: ignore[index]


def test_a_table_by_the_template_is_measured_and_laid_out(
    template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a registrar does with one file: metrics, findings, a term plan."""
    assert [each["id"] for each in said(capsys, "metrics", str(template))["courses"]] == ["CS 101", "CS 229"]  # type: ignore[attr-defined]
    assert said(capsys, "hidden", str(template))["findings"]
    terms = said(capsys, "degree", str(template), "--terms", "2")["terms"]
    assert [[each["code"] for each in term["courses"]] for term in terms] == [["CS 101"], ["CS 229"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "csv"],
        ["import", "csv", "x.csv", "-o", "y"],
        ["import", "csv", "x.csv", "-o", "y", "--institution", "???"],
        ["import", "mit", "nowhere", "-o", "y", "--date", "tomorrow"],
        ["import", "mit", "nowhere", "-o", "y"],
        ["import", "review", "nowhere"],
        ["import", "nothing", "x"],
        ["export", "sqlite"],
    ],
)
def test_wrong_use_is_told(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments) in {1, 2}
    error = capsys.readouterr().err
    assert "rror" in error
    assert "Traceback" not in error
    assert list(tmp_path.iterdir()) == []


def test_contradicting_flags_change_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "part-00001.ttl").read_bytes()
    assert run(["import", "review", str(folder), "--accept-from", "0.2", "--reject-below", "0.5"]) == 2
    assert run(["import", "review", str(folder), "--accept", "a=b"]) == 2
    assert run(["import", "review", str(folder), "--accept-from", "0.5", "--level", "expert"]) == 2
    assert (folder / "part-00001.ttl").read_bytes() == before
    capsys.readouterr()


def test_a_wrong_column_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.csv"
    path.write_text("code,title,colour\nA 1,A,red\n", encoding="utf-8")
    assert run(["import", "csv", str(path), "-o", str(tmp_path / "out"), "--institution", "U"]) == 1
    assert "colour" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", ["gexf", "anki"])
def test_exports_are_written(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x"
    assert run(["export", form, "-o", str(path)]) == 0
    assert path.stat().st_size > 100_000
    assert "bytes written" in capsys.readouterr().err
