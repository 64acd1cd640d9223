"""mlgraph known, next, refresh, gap and roles: what they say, keep and refuse."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from mlgraph.cli import frontier, known, lists
from mlgraph.cli.main import run
from mlgraph.planning.learner import Known, Learner, read_learner, write_learner
from mlgraph.vocab import thing
from tests.little import RECORDS, built_store, claim, group

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlgraph.rdf.store import EmbeddedStore

    Say = Callable[..., str]

DAY = "2026-11-25"


@pytest.fixture(scope="module")
def graph() -> EmbeddedStore:
    """The little graph, with needs of a tester and an entry requirement of a course."""
    return built_store(
        RECORDS
        | {
            "more": claim("role:tester", "mlg:essentialSkill", "topic:gradient")
            + claim("role:tester", "mlg:essentialSkill", "topic:statistics")
            + claim("role:tester", "mlg:essentialSkill", "skill:patience")
            + group("course:eth-7", 1, "course:mit-1.01", "topic:statistics")
        }
    )


@pytest.fixture(autouse=True)
def home(graph: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, a fixed day and the little graph."""
    monkeypatch.setenv("MLGRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLGRAPH_PROFILE", raising=False)
    monkeypatch.chdir(tmp_path)
    for module in (known, frontier, lists):
        monkeypatch.setattr(module, "opened", lambda _=None: graph)
    monkeypatch.setattr(known, "today", lambda: DAY)
    monkeypatch.setattr(frontier, "today", lambda: DAY)
    return tmp_path / "home" / "profiles"


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command that must succeed, and return what it prints."""

    def saying(*words: str) -> str:
        assert run(list(words)) == 0
        return capsys.readouterr().out

    return saying


@pytest.fixture
def refuse(capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command that must fail with a code, and return what it says on standard error."""

    def refusing(code: int, *words: str) -> str:
        assert run(list(words)) == code
        caught = capsys.readouterr()
        assert caught.out == ""
        return caught.err

    return refusing


def topic(slug: str) -> str:
    return thing("topic", slug)


def data_of(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    return json.loads(text)


def kept(home: Path, name: str = "default") -> Learner:
    return read_learner(home / f"{name}.json")


# -- known add, remove, deny


def test_added_things_are_kept_and_told(home: Path, say: Say) -> None:
    out = say("known", "add", "jax:deep", "School algebra", "1.01", "--shaky", "--on", "2025-02-03")
    assert kept(home) == Learner(
        {
            topic("jax"): Known("deep", "2025-02-03", shaky=True),
            topic("algebra"): Known("working", "2025-02-03", shaky=True),
        },
        {thing("course", "mit-1.01"): Known("working", "2025-02-03", shaky=True)},
    )
    assert [line.split("  ")[0] for line in out.splitlines()[1:4]] == ["added"] * 3
    assert "Profile default: 2 topics stated, 1 course passed, 4 more implied" in out


def test_day_is_today_and_level_working_where_none_is_given(home: Path, say: Say) -> None:
    say("known", "add", "jax")
    assert kept(home).topics == {topic("jax"): Known("working", DAY)}
    say("known", "add", "python", "pytorch:awareness", "--level", "deep")
    assert kept(home).topics[topic("python")].level == "deep"
    assert kept(home).topics[topic("pytorch")].level == "awareness"


def test_area_adds_all_its_topics(home: Path, say: Say) -> None:
    say("known", "add", "area:mathematics", "jax:deep", "--level", "awareness")
    levels = [each.level for each in kept(home).topics.values()]
    assert (len(levels), levels.count("awareness"), levels.count("deep")) == (9, 8, 1)


def test_level_does_not_touch_a_course(home: Path, say: Say) -> None:
    say("known", "add", "mit-1.01", "--level", "deep")
    assert kept(home).courses == {thing("course", "mit-1.01"): Known("working", DAY)}


def test_one_unknown_name_of_several_adds_nothing(home: Path, refuse: Say) -> None:
    message = refuse(2, "known", "add", "jax", "calculos", "xyzzy")
    assert "no topic, area or course is called 'calculos' (did you mean calculus?)" in message
    assert "'xyzzy'" in message
    assert not home.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["jax", "--level", "expert"], "no such level: 'expert'"),
        (["jax", "--on", "yesterday"], "not a date: 'yesterday'"),
        (["jax:deep", "Jax:awareness"], "Jax is said to be known at two levels"),
        (["mit-1.01:deep"], "Calculus for All is a course: only topics have a level"),
        (["trainer"], "no topic, area or course is called 'trainer'"),
        (["jax", "--profile", "a b"], "no name for a profile: 'a b'"),
    ],
)
def test_senseless_words_add_nothing(home: Path, refuse: Say, words: list[str], message: str) -> None:
    assert message in refuse(2, "known", "add", *words)
    assert not home.exists()


def test_changes_are_told_with_what_was_before(say: Say) -> None:
    say("known", "add", "jax")
    changed = data_of(say("known", "add", "jax:deep", "python", "--format", "json"))["changes"]
    assert [(each["what"], each["slug"], each["level"], each["before"]) for each in changed] == [
        ("added", "python", "working", ""),
        ("changed", "jax", "deep", "working"),
    ]
    dated = data_of(say("known", "add", "jax", "--on", "2026-01-01", "--format", "json"))["changes"]
    assert [each["what"] for each in dated] == ["dated"]
    assert "Nothing changed" in say("known", "add", "jax", "--on", "2026-01-01")


def test_removing_leaves_what_others_imply(home: Path, say: Say) -> None:
    say("known", "add", "calculus", "algebra", "jax")
    out = say("known", "remove", "algebra", "jax", "statistics")
    assert set(kept(home).topics) == {topic("calculus")}
    assert "Algebra is still known, since Calculus implies it; `mlgraph known deny algebra`" in out
    assert "statistics was not stated" in out


def test_removing_takes_a_denial_back(home: Path, say: Say) -> None:
    say("known", "add", "calculus")
    assert "denied  Algebra" in say("known", "deny", "algebra")
    assert kept(home).denied == {topic("algebra")}
    assert "no longer denied  Algebra" in say("known", "remove", "algebra")
    assert kept(home).denied == frozenset()


def test_what_the_graph_no_longer_holds_can_be_removed(home: Path, say: Say) -> None:
    write_learner(home / "default.json", Learner({topic("alchemy"): Known(), topic("jax"): Known()}))
    assert "Not in this graph: alchemy." in say("known", "list")
    say("known", "remove", "alchemy")
    assert set(kept(home).topics) == {topic("jax")}


def test_denying_forgets_and_lists_what_speaks_against_it(home: Path, say: Say) -> None:
    say("known", "add", "gradient", "algebra")
    say("known", "deny", "algebra")
    assert set(kept(home).topics) == {topic("gradient")}
    found = data_of(say("known", "list", "--format", "json"))
    (denied,) = found["denied"]
    assert (denied["slug"], [each["slug"] for each in denied["although"]]) == ("algebra", ["calculus"])
    assert "algebra" not in [each["slug"] for each in found["known"]]


def test_course_cannot_be_denied(refuse: Say) -> None:
    assert "only topics have a level, or are denied" in refuse(2, "known", "deny", "mit-1.01")


# -- known list


def test_empty_profile_says_how_to_fill_it(say: Say) -> None:
    assert say("known", "list") == "The profile default is empty: `mlgraph known add NAME...` fills it.\n"


def test_list_tells_stated_from_implied_and_by_what(say: Say) -> None:
    say("known", "add", "gradient", "python:awareness", "--shaky")
    say("known", "add", "eth-7")
    found = data_of(say("known", "list", "--format", "json"))
    rows = {each["slug"]: each for each in found["known"]}
    assert (rows["gradient"]["stated"], rows["gradient"]["impliedBy"]) == ("working", None)
    assert (rows["calculus"]["stated"], rows["calculus"]["level"]) == ("", "deep")
    assert rows["calculus"]["impliedBy"]["slug"] == "gradient"
    assert rows["training"]["impliedBy"]["slug"] == "eth-7"
    assert [slug for slug, each in rows.items() if each["shaky"]] == ["gradient", "python"]
    # gradient 2, python 2 (awareness), calculus 20, algebra 2, arithmetic 2, training 3 (awareness)
    assert found["hours"] == 31.0
    table = say("known", "list")
    assert "Calculus    deep       implied by Gradient" in table
    assert "Training Networks  2026-11-25" in table


def test_list_in_csv_is_one_table(say: Say) -> None:
    say("known", "add", "calculus", "mit-1.01")
    rows = list(csv.DictReader(io.StringIO(say("known", "list", "--format", "csv"))))
    assert {each["slug"] for each in rows} == {"calculus", "gradient", "algebra", "arithmetic"}
    assert {each["since"] for each in rows} == {DAY, ""}


# -- profiles


def test_profile_is_chosen_by_option_environment_or_default(
    home: Path, say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say("known", "add", "jax", "--profile", "work")
    say("known", "add", "jax", "--profile", "./own.json")
    monkeypatch.setenv("MLGRAPH_PROFILE", "other")
    say("known", "add", "jax")
    assert sorted(each.name for each in home.iterdir()) == ["other.json", "work.json"]
    assert read_learner(tmp_path / "own.json") == kept(home, "work") == kept(home, "other")


def test_profiles_are_listed_with_the_one_in_use_and_damaged_ones(home: Path, say: Say) -> None:
    assert "0 profiles in " in say("known", "profiles")
    say("known", "add", "jax", "mit-1.01")
    (home / "bad.json").write_text("{")
    out = say("known", "profiles")
    assert "2 profiles in " in out
    assert "in use: default." in out
    found = data_of(say("known", "profiles", "--format", "json"))
    assert [(each["name"], each["topics"], each["courses"]) for each in found["profiles"]] == [
        ("bad", 0, 0),
        ("default", 1, 1),
    ]
    assert "not JSON" in found["profiles"][0]["wrong"]


@pytest.mark.parametrize(
    "content",
    [b'{"schema": "mlgraph/profile/1", "top', b'{"schema": "other"}', b"\x80\x81", b" " * (4 * 2**20 + 1)],
    ids=["cut", "other schema", "binary", "too large"],
)
@pytest.mark.parametrize(
    "words",
    [
        ["known", "add", "jax"],
        ["known", "remove", "jax"],
        ["known", "deny", "jax"],
        ["known", "import", "list.txt"],
        ["known", "list"],
        ["known", "export"],
        ["next"],
        ["refresh"],
        ["gap", "--to", "jax"],
        ["roles", "--for-me"],
    ],
    ids=" ".join,
)
def test_damaged_profile_is_refused_with_the_way_back_and_left_alone(
    home: Path, refuse: Say, tmp_path: Path, words: list[str], content: bytes
) -> None:
    home.mkdir(parents=True)
    (home / "default.json").write_bytes(content)
    (home / "default.json.bak").write_text("{}")
    (tmp_path / "list.txt").write_text("jax\n")
    message = refuse(1, *words)
    assert "the profile is damaged" in message
    assert f"hint: the state before the last change is in {home / 'default.json.bak'}" in message
    assert (home / "default.json").read_bytes() == content
    assert (home / "default.json.bak").read_text() == "{}"
    assert len(list(home.iterdir())) == 2


# -- import and export


def test_good_file_is_imported_whole(home: Path, say: Say, tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_bytes("\ufefflevel,topic\r\ndeep,Jax\r\n,1.01\r\n".encode())
    out = say("known", "import", str(path), "--on", "2025-01-02")
    assert kept(home) == Learner(
        {topic("jax"): Known("deep", "2025-01-02")},
        {thing("course", "mit-1.01"): Known("working", "2025-01-02")},
    )
    assert "added  Jax" in out


def test_one_bad_line_imports_nothing_and_all_bad_lines_are_told(
    home: Path, refuse: Say, tmp_path: Path
) -> None:
    path = tmp_path / "marks.csv"
    path.write_text("topic,level\njax,deep\ncalculos,deep\npython,expert\n")
    message = refuse(1, "known", "import", str(path))
    assert message.splitlines() == [
        f"error: {path}: nothing was imported: 2 lines cannot be read",
        "  line 3: no topic, area or course is called 'calculos' (did you mean calculus?)",
        "  line 4: no level 'expert'; levels are awareness, working and deep",
        "hint: mend them, or leave them out with --skip-unknown",
    ]
    assert not home.exists()


def test_bad_lines_are_left_out_if_asked(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "marks.csv"
    path.write_text("topic,level\njax,deep\ncalculos,deep\npython,expert\n")
    assert run(["known", "import", str(path), "--skip-unknown", "--format", "json"]) == 0
    caught = capsys.readouterr()
    assert "warning: left out: line 4: no level 'expert'" in caught.err
    assert [(each["line"], each["near"]) for each in data_of(caught.out)["skipped"]] == [
        (3, ["calculus"]),
        (4, []),
    ]
    assert kept(home).topics == {topic("jax"): Known("deep", DAY)}


def test_terminal_codes_in_a_file_are_shown_as_text(refuse: Say, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("\x1b[31mred\x1b[0m\n")
    message = refuse(1, "known", "import", str(path))
    assert "\x1b" not in message
    assert "\\x1b[31mred" in message


def test_standard_input_is_read(home: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"jax\n")))
    say("known", "import", "-")
    assert set(kept(home).topics) == {topic("jax")}


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\xff\xfe", "not UTF-8"), (b'"jax', "not CSV"), (b"{}", "not a profile"), (b"\0", "not a text")],
)
def test_file_that_is_no_text_of_ours_is_refused(
    home: Path, refuse: Say, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    assert message in refuse(1, "known", "import", str(path), "--skip-unknown")
    assert "cannot be read" in refuse(1, "known", "import", "none.csv")
    assert not home.exists()


def test_compact_profile_with_a_fault_keeps_the_rest(home: Path, say: Say, tmp_path: Path) -> None:
    path = tmp_path / "viewer.json"
    topics = {"topic:jax": {"level": "deep"}, "topic:alchemy": {"level": "deep"}}
    path.write_text(json.dumps({"schema": "mlgraph/profile/1", "topics": topics, "denied": ["topic:python"]}))
    say("known", "import", str(path), "--skip-unknown")
    assert kept(home) == Learner({topic("jax"): Known("deep", DAY)}, {}, frozenset({topic("python")}))


def test_export_is_what_import_reads(home: Path, say: Say) -> None:
    say("known", "add", "jax:deep", "mit-1.01", "--shaky")
    say("known", "deny", "python")
    assert say("known", "export") == (home / "default.json").read_text()
    say("known", "export", "-o", "copy.json")
    say("known", "import", "copy.json", "--profile", "copy")
    assert kept(home, "copy") == kept(home)
    say("known", "export", "--csv", "-o", "copy.csv")
    say("known", "import", "copy.csv", "--profile", "table")
    assert kept(home, "table") == kept(home)._replace(denied=frozenset())


def test_csv_says_what_it_leaves_out(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    say("known", "deny", "jax")
    assert run(["known", "export", "--csv"]) == 0
    caught = capsys.readouterr()
    assert (caught.out, caught.err) == (
        "topic,level,shaky,on\n",
        "warning: 1 denied topic left out: CSV has no place for that\n",
    )


def test_export_does_not_replace_the_profile_itself(home: Path, say: Say, refuse: Say) -> None:
    say("known", "add", "jax")
    before = (home / "default.json").read_bytes()
    message = refuse(2, "known", "export", "--csv", "-o", str(home / "default.json"))
    assert "is the profile itself" in message
    assert (home / "default.json").read_bytes() == before


# -- next


def test_next_without_a_profile_says_so(say: Say) -> None:
    out = say("next")
    assert "2 of 9 topics that you do not know can be learned now." in out
    assert "Nothing is known: say what you know with `mlgraph known add NAME...`" in out


def test_next_ranks_by_what_waits(say: Say) -> None:
    say("known", "add", "algebra")
    found = data_of(say("next", "--to", "training,statistics", "--format", "json"))
    assert [each["slug"] for each in found["next"]] == ["python", "calculus", "statistics"]
    assert [each["above"] for each in found["next"]] == [2, 2, 0]
    assert (found["left"], found["ready"], found["known"]) == (6, 3, 2)
    assert [each["slug"] for each in found["goals"]] == ["training", "statistics"]


def test_next_says_what_opens_and_what_is_left_out(say: Say) -> None:
    out = say("next", "--known", "calculus:deep,python", "--limit", "2")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[3] == "Gradient working 2 with others: Training 1 topic, 5 hours"
    assert lines[-1] == "2 more: see them with --limit 4."


def test_next_shows_from_which_level(say: Say) -> None:
    lines = [
        " ".join(line.split()) for line in say("next", "--known", "calculus", "--to", "gradient").splitlines()
    ]
    assert lines[3] == "Calculus deep, from working 10 Gradient 1 topic, 2 hours"


def test_known_besides_is_not_kept(home: Path, say: Say) -> None:
    assert "Gradient: nothing is left to learn." in say("next", "--to", "gradient", "--known", "mit-1.01")
    assert not home.exists()


def test_next_where_nothing_is_left(say: Say) -> None:
    assert say("next", "--known", "area:mathematics:deep") == "You know every topic of the graph.\n"
    assert "Patience: the graph names no topics to learn for it." in say("next", "--to", "patience")


@pytest.mark.parametrize("command", ["next", "gap"])
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--to", "trainning"], "did you mean topic/training"),
        (["--to", "trainer:deep"], "only topics have a level"),
        (["--to", "jax:deep,jax"], "asked for at two levels"),
        (["--to", "jax", "--known", "calculos"], "did you mean calculus?"),
    ],
)
def test_senseless_goals_are_refused(refuse: Say, command: str, words: list[str], message: str) -> None:
    assert message in refuse(2, command, *words)


# -- refresh


def test_refresh_says_why(say: Say) -> None:
    say("known", "add", "calculus", "--on", "2025-09-26")
    say("known", "add", "arithmetic", "--shaky", "--on", "2026-11-01")
    say("known", "add", "jax")
    found = data_of(say("refresh", "--format", "json"))
    assert [(each["slug"], each["why"]) for each in found["refresh"]] == [
        ("arithmetic", "you are not sure of it; Algebra rests on it; this month; needed next for Statistics"),
        ("calculus", "nothing you know uses it; 13 months ago"),
        ("jax", "nothing you know uses it; this month"),
    ]
    assert "3 topics to refresh: 1 shaky, 2 on the border of what you know." in say("refresh")
    assert "2 more: see them with --limit 3." in say("refresh", "--limit", "1")


def test_refresh_of_old_things_only(say: Say) -> None:
    say("known", "add", "calculus", "--on", "2025-09-25")
    say("known", "add", "jax", "--on", "2025-09-26")
    found = data_of(say("refresh", "--older-than", "14", "--format", "json"))
    assert [each["slug"] for each in found["refresh"]] == ["calculus"]
    later = data_of(say("refresh", "--older-than", "14", "--as-of", "2026-12-01", "--format", "json"))
    assert (len(later["refresh"]), later["asOf"]) == (2, "2026-12-01")
    assert "Nothing needs a second look." in say("refresh", "--older-than", "999999")


def test_refresh_tells_the_course_behind(say: Say) -> None:
    say("known", "add", "mit-1.01", "--on", "2026-01-01")
    found = data_of(say("refresh", "--format", "json"))
    assert [(each["slug"], each["source"]["slug"]) for each in found["refresh"]] == [("gradient", "mit-1.01")]
    assert "known through Calculus for All" in found["refresh"][0]["why"]


def test_refresh_without_knowledge_or_a_day(say: Say, refuse: Say) -> None:
    assert "Nothing is known" in say("refresh")
    assert "not a date: '2026'" in refuse(2, "refresh", "--as-of", "2026")


# -- gap


def test_gap_of_one_goal(say: Say) -> None:
    say("known", "add", "calculus", "python")
    out = say("gap", "--to", "trainer")
    assert out.splitlines()[0] == (
        "Model trainer: 4 of 7 topics missing, 1 of them to be known better than now; 27 hours to go, 18 had."
    )
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "Calculus working deep 10 Gradient needs it" in lines
    assert "Training deep 9 Model trainer needs it" in lines
    assert "Modelling Model trainer Gradient" in lines


def test_gap_of_several_goals_tells_the_nearest_and_what_topics_do_not_show(say: Say) -> None:
    out = say("gap", "--to", "tester", "--to", "eth-7,calculus", "--known", "calculus")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "Calculus: reached; you know all of the 3 topics that it needs." in lines
    assert "Nearest: Training Networks, 12 hours." in lines
    assert "Patience Model tester working" in lines
    assert "Training Networks 1 of: Calculus for All; Statistics before not seen" in lines
    found = data_of(say("gap", "--to", "tester,eth-7", "--known", "statistics", "--format", "json"))
    assert found["nearest"]["slug"] == "tester"
    assert found["goals"][1]["entry"][0]["met"]
    assert found["hours"] == 24.0


def test_gap_in_csv_is_the_topics(say: Say) -> None:
    rows = list(csv.DictReader(io.StringIO(say("gap", "--to", "gradient", "--format", "csv"))))
    assert [each["slug"] for each in rows] == ["arithmetic", "algebra", "calculus", "gradient"]
    assert [each["needed"] for each in rows] == ["working", "working", "deep", "working"]


def test_gap_to_nowhere_is_refused(refuse: Say) -> None:
    assert "no goal is given" in refuse(2, "gap")


def test_gap_of_a_passed_course_and_of_what_nothing_is_said(say: Say) -> None:
    out = say("gap", "--to", "mit-1.01,eth-ghost,patience", "--known", "mit-1.01")
    assert "Calculus for All: passed already." in out
    assert "MSc Ghosts: the graph names no topics that it asks for." in out
    assert "MSc Ghosts names neither topics for admission nor core topics" in out
    assert "Nearest" not in out


def test_what_is_learned_leaves_the_gap(say: Say) -> None:
    before = data_of(say("gap", "--to", "trainer", "--format", "json"))
    for each in before["missing"]:
        say("known", "add", f"{each['slug']}:{each['level']}")
    after = data_of(say("gap", "--to", "trainer", "--format", "json"))
    assert (after["missing"], after["hours"], after["hoursHad"]) == ([], 0, before["hours"])


# -- roles


def test_roles_from_another(say: Say) -> None:
    out = say("roles", "--from", "trainer")
    assert "1 role by the hours that somebody in the role Model trainer still has to learn." in out
    assert "Model tester      6       1  Gradient       Statistics  Patience" in out
    say("known", "add", "statistics")
    assert data_of(say("roles", "--from", "trainer", "--format", "json"))["near"][0]["hours"] == 6
    besides = ["--known", "statistics"]
    assert data_of(say("roles", "--from", "trainer", *besides, "--format", "json"))["near"][0]["hours"] == 0
    named = data_of(say("roles", "--from", "trainer", "--profile", "default", "--format", "json"))
    assert (named["near"][0]["hours"], named["profile"]) == (0, "default")


def test_roles_for_me(say: Say) -> None:
    assert "Nothing is known: say what you know" in say("roles", "--for-me")
    say("known", "add", "statistics")
    found = data_of(say("roles", "--for-me", "--format", "json"))
    assert [(each["role"]["slug"], each["hours"]) for each in found["near"]] == [
        ("tester", 24),
        ("trainer", 43),
    ]
    only = data_of(say("roles", "--for-me", "--skill", "modelling", "--format", "json"))
    assert [each["role"]["slug"] for each in only["near"]] == ["trainer"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--from", "trainer", "--for-me"], "exclude each other"),
        (["--known", "jax"], "a profile says nothing about a plain list"),
        (["--from", "jax"], "no role is called 'jax'"),
    ],
)
def test_senseless_questions_about_roles_are_refused(refuse: Say, words: list[str], message: str) -> None:
    assert message in refuse(2, "roles", *words)


def test_plain_list_of_roles_is_as_before(say: Say) -> None:
    assert set(data_of(say("roles", "--format", "json"))) == {"schema", "roles"}


def test_commands_are_listed(say: Say) -> None:
    for command in ("add", "remove", "deny", "list", "import", "export", "profiles"):
        assert command in say("known", "--help")


# -- the shipped graph


@pytest.mark.parametrize(
    "words",
    [
        ["next", "--known", "python,mit-18.06"],
        ["next", "--to", "role:data-scientist"],
        ["gap", "--to", "machine-learning-engineer,transformer:deep"],
        ["roles", "--from", "data-analyst"],
        ["refresh", "--known", "backpropagation"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("form", ["table", "json", "csv", "md"])
def test_shipped_graph_is_answered_in_all_formats(
    store: EmbeddedStore, say: Say, monkeypatch: pytest.MonkeyPatch, words: list[str], form: str
) -> None:
    for module in (frontier, lists):
        monkeypatch.setattr(module, "opened", lambda _=None: store)
    out = say(*words, "--format", form)
    assert len(out.splitlines()) > 1
    assert out == say(*words, "--format", form)
