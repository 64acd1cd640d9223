"""mlgraph assess: what it asks, keeps, resumes and refuses."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from mlgraph.cli import assess
from mlgraph.cli.main import run
from mlgraph.planning.learner import Known, Learner, knowledge, read_learner, write_learner
from mlgraph.vocab import thing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlgraph.rdf.store import EmbeddedStore

    Say = Callable[..., str]

DAY = "2026-11-25"
TRAINING = {"algebra", "arithmetic", "calculus", "gradient", "jax", "python", "pytorch", "training"}


@pytest.fixture(autouse=True)
def home(little: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, a fixed day and the little graph."""
    monkeypatch.setenv("MLGRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLGRAPH_PROFILE", raising=False)
    monkeypatch.setattr(assess, "opened", lambda _=None: little)
    monkeypatch.setattr(assess, "today", lambda: DAY)
    return tmp_path / "home" / "profiles"


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command that must succeed, and return what it prints."""

    def saying(*words: str) -> str:
        assert run(["assess", *words]) == 0
        return capsys.readouterr().out

    return saying


@pytest.fixture
def refuse(capsys: pytest.CaptureFixture[str], home: Path) -> Say:
    """Run a command that must fail and change nothing; return what it says on standard error."""

    def refusing(*words: str, code: int = 2) -> str:
        before = (home / "default.json").read_bytes() if (home / "default.json").exists() else b""
        assert run(["assess", *words]) == code
        caught = capsys.readouterr()
        assert caught.out == ""
        assert ((home / "default.json").read_bytes() if before else b"") == before
        return caught.err

    return refusing


class Terminal(io.StringIO):
    """Lines that somebody types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda words: monkeypatch.setattr(
        sys, "stdin", Terminal("".join(f"{word}\n" for word in words.split()))
    )


def profile(home: Path) -> Learner:
    return read_learner(home / "default.json")


def slugs(entries: list[dict[str, Any]]) -> set[str]:
    return {each["slug"] for each in entries}


def truthful(say: Say, known: set[str], *options: str) -> dict[str, Any]:
    """Answer one call after another, as somebody who knows some topics."""
    data: dict[str, Any] = json.loads(say(*options, "--answers", "", "-f", "json"))
    while not data["done"]:
        answer = "y" if data["next"]["slug"] in known else "n"
        data = json.loads(say(*options, "--answers", answer, "-f", "json"))
    return data


def test_a_question_shows_what_knowing_means_and_is_kept(say: Say, home: Path) -> None:
    out = say("--to", "training", "--answers", "")
    assert out.startswith("Training: 8 topics in doubt.\nQuestion 1 of at most 5: do you know ")
    assert "To know it means:\n    - Can define it\n    - Can explain it\n    - Can use it\n" in out
    assert ": What " in out, "the definition"
    assert profile(home).state["assessment"]["answers"] == []


@pytest.mark.parametrize(
    "known", [set(), {"arithmetic", "algebra"}, {"python", "jax", "pytorch"}, TRAINING - {"jax"}, TRAINING]
)
def test_answers_one_by_one_end_in_a_profile_that_states_what_is_known(
    say: Say, home: Path, little: EmbeddedStore, known: set[str]
) -> None:
    data = truthful(say, known, "--to", "training", "--questions", "8")
    found = slugs(data["known"])
    assert len(found ^ known) <= 1, "it stops when it is sure enough, and may miss the last topic of eight"
    assert slugs(data["unknown"]) == TRAINING - found
    assert data["saved"]
    assert data["next"] is None
    learner = profile(home)
    assert learner.state == {}
    assert knowledge(little, learner).levels.keys() == {thing("topic", slug) for slug in found}
    assert all(entry == Known("working", DAY, entry.shaky) for entry in learner.topics.values())
    assert learner.denied == {
        thing("topic", each["slug"]) for each in data["unknown"] if each["answer"] == "no"
    }


def test_answers_at_once_are_the_same_as_one_by_one(say: Say) -> None:
    ways = [["y,n,u,y,n"], ["y", "n,u", "y,n"], ["y,y,undo,n,u", "undo,u,y,n"]]
    ends = []
    for number, way in enumerate(ways):
        outs = [
            say("--to", "training", "--answers", part, "--profile", f"p{number}", "-f", "csv") for part in way
        ]
        ends.append(outs[-1])
    assert ends[0] == ends[1] == ends[2]
    rows = list(csv.DictReader(io.StringIO(ends[0])))
    assert {row["slug"] for row in rows} == TRAINING
    assert sorted(row["answer"] for row in rows if row["answer"]) == ["no", "no", "unsure", "yes", "yes"]


def test_what_the_profile_says_is_not_asked(say: Say, home: Path) -> None:
    denied, deep = thing("topic", "jax"), thing("topic", "calculus")
    write_learner(
        home / "default.json", Learner({deep: Known("deep", "2020-01-01")}, {}, frozenset({denied}))
    )
    data = json.loads(say("--to", "training", "--questions", "20", "--answers", "y,y,y,y,y,y", "-f", "json"))
    assert data["knownBefore"] == 3
    assert slugs(data["known"]) | slugs(data["unknown"]) == TRAINING - {"arithmetic", "algebra", "calculus"}
    answered = {each["slug"] for each in data["known"] + data["unknown"] if each["answer"]}
    assert answered
    assert answered <= {"gradient", "python", "pytorch", "training"}
    learner = profile(home)
    assert learner.topics[deep] == Known("deep", "2020-01-01")
    assert learner.denied == {denied}
    assert thing("topic", "training") in learner.topics


def test_unsure_and_contradicted_answers_become_shaky(say: Say, home: Path) -> None:
    """Somebody who says to know all but calculus, on which known topics rest, and is unsure of algebra."""
    words = dict.fromkeys(TRAINING, "yes") | {"calculus": "no", "algebra": "unsure"}
    state = {
        "to": ["topic:training"],
        "questions": 8,
        "errorRate": 0.05,
        "answers": [[f"topic:{slug}", word] for slug, word in sorted(words.items())],
    }
    write_learner(home / "default.json", Learner(state={"assessment": state}))
    data = json.loads(say("--to", "training", "--answers", "", "-f", "json"))
    assert data["done"]
    assert slugs(data["known"]) == TRAINING
    learner = profile(home)
    assert {iri for iri, entry in learner.topics.items() if entry.shaky} >= {
        thing("topic", "algebra"),
        thing("topic", "calculus"),
    }
    assert not learner.topics.get(thing("topic", "pytorch"), Known()).shaky
    assert not learner.denied


def test_the_goal_itself_is_asked_about_before_the_end(say: Say) -> None:
    data = truthful(say, TRAINING - {"training"}, "--to", "training", "--questions", "8")
    assert slugs(data["unknown"]) >= {"training"}
    assert next(each for each in data["unknown"] if each["slug"] == "training")["answer"] == "no"


def test_too_many_topics_are_refused(refuse: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlgraph.planning.assess.MOST_TOPICS", 8)
    assert "9 topics are too many for one assessment" in refuse("--answers", "y")


def test_the_whole_graph_without_a_goal(say: Say) -> None:
    data = json.loads(say("--answers", "", "-f", "json"))
    assert data["topics"] == 9
    assert data["goals"] == []


def test_nothing_to_ask(say: Say, home: Path) -> None:
    write_learner(home / "default.json", Learner({thing("topic", "gradient"): Known()}))
    before = (home / "default.json").read_bytes()
    assert (
        say("--to", "gradient", "--answers", "y")
        == "Gradient: nothing to ask, the profile knows all 4 topics.\n"
    )
    assert say("--to", "program:eth-ghost", "--answers", "").startswith(
        "MSc Ghosts: the graph names no topics for it.\n"
    )
    assert (home / "default.json").read_bytes() == before


def test_more_answers_than_questions_are_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["assess", "--to", "training", "--questions", "2", "--answers", "y,n,y,y"]) == 0
    assert "2 answers not needed" in capsys.readouterr().err
    assert "assessment" not in profile(home).state


def test_markdown_and_table_of_a_result(say: Say) -> None:
    for form, mark in (("md", "| topic | known | chance % | answer | doubt |"), ("table", "topic  ")):
        out = say("--to", "training", "--questions", "1", "--answers", "n", "--profile", form, "-f", form)
        assert " of 8 topics known, by 1 answer; about " in out
        assert mark in out
        assert "Kept in the profile" in out


def test_in_a_terminal_with_undo_quit_and_going_on(
    say: Say, home: Path, typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("undo maybe y n undo u quit")
    assert say("--to", "training", "--questions", "4") == ""
    assert [answer for _, answer in profile(home).state["assessment"]["answers"]] == ["yes", "unsure"]
    typed("y y what undo n yes")
    data = json.loads(say("--to", "training", "-f", "json"))
    answers = [each["answer"] for each in data["known"] + data["unknown"] if each["answer"]]
    assert sorted(answers) == ["no", "unsure", "yes", "yes"]
    assert profile(home).topics
    assert profile(home).state == {}
    typed("")
    assert run(["assess", "--to", "training", "--restart"]) == 0
    caught = capsys.readouterr()
    assert "0 answers kept" in caught.err


def test_the_end_of_the_input_keeps_what_was_answered(
    home: Path, typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("y n")
    assert run(["assess", "--to", "training"]) == 0
    caught = capsys.readouterr()
    assert caught.out == ""
    assert "2 answers kept" in caught.err
    assert len(profile(home).state["assessment"]["answers"]) == 2


def test_another_goal_is_refused_until_restarted(say: Say, refuse: Say, home: Path) -> None:
    say("--to", "training", "--answers", "y")
    told = refuse("--to", "gradient", "--answers", "y")
    assert "an unfinished assessment of training, with 1 answer" in told
    assert "--restart" in told
    assert "--to training" in told
    assert "1 answer" in refuse("--answers", "y")
    say("--to", "gradient", "--answers", "", "--restart")
    assert profile(home).state["assessment"] == {
        "to": ["topic:gradient"],
        "questions": 0,
        "errorRate": 0.05,
        "answers": [],
    }


def test_wishes_are_kept_with_the_answers(say: Say, home: Path) -> None:
    say("--to", "training", "--questions", "4", "--error-rate", "0", "--answers", "y")
    data = json.loads(say("--to", "training", "--answers", "n", "-f", "json"))
    assert (data["asked"], data["limit"]) == (2, 4)
    state = profile(home).state["assessment"]
    assert (state["questions"], state["errorRate"]) == (4, 0)
    data = json.loads(say("--to", "training", "--questions", "3", "--answers", "", "-f", "json"))
    assert data["limit"] == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--answers", "y,perhaps"), "no answer: 'perhaps'"),
        (("--answers", "quit"), "no answer: 'quit'"),
        (("--error-rate", "0.5", "--answers", "y"), "no share of wrong answers: 0.5"),
        (("--error-rate", "nan", "--answers", "y"), "no share of wrong answers: nan"),
        (("--error-rate", "-1", "--answers", "y"), "no share of wrong answers: -1"),
        (("--questions", "0", "--answers", "y"), "--questions"),
        (("--to", "trainig", "--answers", "y"), "training"),
        (("--to", ",", "--answers", "y"), "no goal is given"),
        (("--to", "gradient"), "no terminal to answer in"),
    ],
)
def test_wrong_use_is_refused_in_words(
    refuse: Say, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert told in refuse(*words)


@pytest.mark.parametrize(
    "state",
    [
        7,
        {},
        {"to": [], "questions": -1, "errorRate": 0.05, "answers": []},
        {"to": [], "questions": True, "errorRate": 0.05, "answers": []},
        {"to": [], "questions": 0, "errorRate": 0.9, "answers": []},
        {"to": [], "questions": 0, "errorRate": 0.05, "answers": [["topic:jax"]]},
        {"to": [], "questions": 0, "errorRate": 0.05, "answers": [["topic:jax", "maybe"]]},
        {"to": [3], "questions": 0, "errorRate": 0.05, "answers": []},
    ],
)
def test_a_state_that_was_damaged_by_hand(say: Say, refuse: Say, home: Path, state: object) -> None:
    write_learner(home / "default.json", Learner(state={"assessment": state, "plan": {"kept": 1}}))
    told = refuse("--answers", "y")
    assert "the unfinished assessment in the profile cannot be read" in told
    assert "--restart" in told
    say("--answers", "y", "--restart")
    assert len(profile(home).state["assessment"]["answers"]) == 1
    assert profile(home).state["plan"] == {"kept": 1}


def test_a_damaged_profile_is_not_overwritten(refuse: Say, home: Path) -> None:
    home.mkdir(parents=True)
    (home / "default.json").write_text("{", encoding="utf-8")
    assert "the profile is damaged" in refuse("--answers", "y", code=1)


def test_another_level_than_working_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["assess", "--to", "gradient:deep", "--answers", ""]) == 0
    assert "only the level working is assessed" in capsys.readouterr().err
