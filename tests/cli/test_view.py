"""mlgraph view: where the page opens, whose knowledge is in it, and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from mlgraph.cli import picture
from mlgraph.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

    from mlgraph.rdf.store import EmbeddedStore


@pytest.fixture(autouse=True)
def home(little: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own and the little graph."""
    monkeypatch.setenv("MLGRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLGRAPH_PROFILE", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(picture, "opened", lambda _=None: little)
    return tmp_path


def data_of(path: Path) -> dict[str, Any]:
    """Return the data that a page carries."""
    text = path.read_text(encoding="utf-8")
    raw = text.split('<script type="application/json" id="data">', 1)[1].split("</script>", 1)[0]
    found: dict[str, Any] = json.loads(raw)
    return found


@pytest.mark.parametrize(
    ("words", "start"),
    [
        ((), ""),
        (("--focus", "Gradient"), "topic/gradient"),
        (("--focus", "Mathematics"), "area/mathematics"),
        (("--focus", "role/trainer"), "role/trainer"),
        (("--to", "model trainer"), "role/trainer"),
        (("--to", "mit-1.01"), "course/mit-1.01"),
        (("--to", "MSc Models"), "program/mit-msc"),
        (("--to", "trainer", "--focus", "calculus"), "role/trainer/topic/calculus"),
    ],
)
def test_page_opens_where_it_is_told(home: Path, words: tuple[str, ...], start: str) -> None:
    assert run(["view", *words]) == 0
    assert data_of(home / "mlgraph.html")["start"] == start


def test_nothing_of_the_learner_is_in_a_page_unless_asked_for(home: Path) -> None:
    """A page may be passed on."""
    mine = home / "home" / "profiles" / "default.json"
    mine.parent.mkdir(parents=True)
    mine.write_text('{"schema": "mlgraph/profile/1", "topics": {"topic:algebra": {"level": "deep"}}}')
    assert run(["view"]) == 0
    assert "profile" not in data_of(home / "mlgraph.html")
    assert run(["view", "--profile", "default", "-o", "mine.html"]) == 0
    assert data_of(home / "mine.html")["profile"]["topics"] == {"topic:algebra": {"level": "deep"}}
    assert run(["view", "--profile", "default", "--known", "python:awareness", "-o", "more.html"]) == 0
    assert set(data_of(home / "more.html")["profile"]["topics"]) == {"topic:algebra", "topic:python"}
    assert run(["view", "--known", "python", "-o", "new.html"]) == 0
    assert set(data_of(home / "new.html")["profile"]["topics"]) == {"topic:python"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--focus", "no such thing"), "no such thing"),
        (("--to", "mathematics"), "mathematics"),
        (("--to", "trainer", "--focus", "role/tester"), "only a topic"),
        (("--profile", "nobody"), "no profile nobody"),
        (("-o", "."), "is a folder"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    home: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["view", *words])
    caught = capsys.readouterr()
    assert "Traceback" not in caught.err
    assert code != 0
    assert said in caught.err
    assert not (home / "mlgraph.html").exists()


def test_damaged_profile_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "bad.json").write_text("{")
    assert run(["view", "--profile", "bad.json"]) != 0
    assert "damaged" in capsys.readouterr().err


def test_open_opens_the_page(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr("typer.launch", seen.append)
    assert run(["view", "--open", "-o", "a b/page.html"]) == 0
    assert seen == [(home / "a b" / "page.html").resolve().as_uri()]
