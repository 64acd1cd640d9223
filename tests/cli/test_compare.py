"""mlgraph compare, and mlgraph programs --for: what they print, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from mlgraph.catalog.courses import programs
from mlgraph.cli.main import run
from mlgraph.cli.ranking import ranking_document
from mlgraph.planning.coverage import rank
from mlgraph.rdf.writer import to_turtle
from tests.little import RECORDS, built_store, claim, quads_of
from tests.unit.planning.test_comparison import MORE, TESTER, TRAINER, program

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every test an empty folder of profiles, and a narrow terminal."""
    monkeypatch.setenv("MLGRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("MLGRAPH_PROFILE", raising=False)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with one program of the user's own, to lay over the graph."""
    turtle = program("mine", 'mlg:region "Nowhere" ;') + claim(
        "program:mine", "mlg:coreTopic", "topic:deep-learning", kind="Editorial"
    )
    for little, shipped in (
        ("source:book", "source:editorial"),
        ("institution:eth", "institution:eth-zurich"),
    ):
        turtle = turtle.replace(little, shipped)
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "mine.ttl").write_text(to_turtle(quads_of(turtle)), encoding="utf-8")
    return folder


class Answer:
    """What a command did: its code, and what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
        self.code = run(arguments)
        printed = capsys.readouterr()
        self.out, self.err = printed.out, printed.err

    @property
    def text(self) -> str:
        """The output with runs of blanks as one, since lines are wrapped."""
        return " ".join(self.out.split())

    @property
    def data(self) -> dict[str, Any]:
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


def missing(portrait: dict[str, Any]) -> set[str]:
    """The topics that a learner lacks for admission."""
    return {each["slug"] for each in portrait["admission"]["missing"]}


def compared(capsys: pytest.CaptureFixture[str], *arguments: str) -> Answer:
    return Answer(capsys, ["compare", *arguments])


def ranked(capsys: pytest.CaptureFixture[str], *arguments: str) -> Answer:
    return Answer(capsys, ["programs", "--for", *arguments])


# -- compare


def test_table_shows_facts_topics_coverage_and_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    found = compared(capsys, "cmu-msml", "ubc-mds", "--role", "machine-learning-engineer")
    assert found.code == 0
    for words in (
        "cmu-msml ubc-mds",
        "Carnegie Mellon University",
        "Topics of the curricula",
        "Coverage of Machine learning engineer",
        "admission, as stated: bachelor's degree; analytic skills",
        "topics do not show whether you meet: bachelor's degree",
        "prepares for Machine learning engineer: proposed, not verified",
        "not covered, most important first:",
        "left for you after it:",
        "picked greedily",
        "mlgraph plan --to machine-learning-engineer",
    ):
        assert words in found.text, words


def test_without_a_role_nothing_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    found = compared(capsys, "cmu-msml", "ubc-mds")
    assert "Coverage" not in found.out
    assert "left for you" not in found.out
    data = compared(capsys, "cmu-msml", "ubc-mds", "-f", "json").data
    assert data["schema"] == "mlgraph/compare/1"
    assert "role" not in data
    assert "outlook" not in data["programs"][0]


def test_json_says_who_teaches_each_topic(capsys: pytest.CaptureFixture[str]) -> None:
    data = compared(capsys, "cmu-msml", "kth-ml", "-f", "json").data
    topics = {each["slug"]: each["programs"] for each in data["topics"]}
    for portrait in data["programs"]:
        slug = portrait["program"]["slug"]
        assert set(portrait["core"]) == {each for each, who in topics.items() if "core" in who.get(slug, "")}
        assert portrait["only"] == sorted(each for each, who in topics.items() if set(who) == {slug})
    assert data["shared"] == sorted(each for each, who in topics.items() if len(who) == 2)
    assert data["shared"]


def test_csv_is_the_table_of_facts(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.reader(io.StringIO(compared(capsys, "cmu-msml", "ubc-mds", "-f", "csv").out)))
    assert rows[0] == ["fact", "cmu-msml", "ubc-mds"]
    assert ["region", "US East", "Canada"] in rows
    assert all(len(row) == 3 and all(row) for row in rows)


def test_what_is_known_shrinks_gap_and_rest(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["cmu-msml", "ubc-mds", "--role", "data-scientist", "-f", "json"]
    naive = compared(capsys, *arguments).data
    learned = compared(capsys, *arguments, "--known", "programming-basics,conditional-probability:deep").data
    assert (naive["known"], learned["known"] > 2) == (0, True)
    assert learned["hoursBefore"] < naive["hoursBefore"]
    first, second = naive["programs"][0], learned["programs"][0]
    assert {"programming-basics", "conditional-probability"} <= missing(first)
    assert missing(second) <= missing(first) - {"programming-basics", "conditional-probability"}
    assert second["admission"]["hours"] < first["admission"]["hours"]
    assert first["outlook"]["coverage"] == second["outlook"]["coverage"]


def test_profile_is_read_by_name_by_file_and_by_default(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "home" / "profiles"
    folder.mkdir(parents=True)
    profile = {"schema": "mlgraph/profile/1", "topics": {"topic:programming-basics": {"level": "working"}}}
    for name in ("default", "anna"):
        (folder / f"{name}.json").write_text(json.dumps(profile), encoding="utf-8")
    for more in ([], ["--profile", "anna"], ["--profile", str(folder / "anna.json")]):
        assert compared(capsys, "cmu-msml", "ubc-mds", "-f", "json", *more).data["known"] > 0


def test_disputed_and_superseded_programs_say_so_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    found = compared(capsys, "berkeley-ms-mlds", "mit-cdo-sm")
    assert "University of California, Berkeley [disputed]" in found.text
    assert "no page of the university that was seen lists it" in found.text
    assert (
        "is replaced by Master of Science in Computational Science and Engineering [proposed]" in found.text
    )
    assert "curriculum: none in the graph" in found.text


def test_programs_that_cover_nothing_are_said_to(capsys: pytest.CaptureFixture[str]) -> None:
    found = compared(capsys, "amsterdam-ai", "epfl-msds", "--role", "data-engineer")
    assert found.code == 0
    assert "None of these programs covers anything of Data engineer" in found.text


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["cmu-msml"], "one program alone cannot be compared", "mlgraph show"),
        (["cmu-msml", "CMU MSML"], "the same program twice", "name different programs"),
        (["cmu-msml", "ubcmds"], "no program is called 'ubcmds'", "did you mean ubc-mds?"),
        (["cmu-msml", "ubc-mds", "--role", "wizard"], "no role is called 'wizard'", "mlgraph search"),
        (["cmu-msml", "ubc-mds", "--profile", "nobody"], "there is no profile 'nobody'", "profiles: none"),
        (["cmu-msml", "ubc-mds", "--known", "sorcery"], "is called 'sorcery'", "did you mean"),
    ],
)
def test_wrong_use_is_told_with_a_way_out(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str, hint: str
) -> None:
    found = compared(capsys, *arguments)
    assert found.code == 2
    assert found.out == ""
    assert message in found.err
    assert hint in found.err
    assert "Traceback" not in found.err


def test_no_program_at_all_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert compared(capsys).code == 2


def test_same_input_gives_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["kth-ml", "ubc-mds", "saarland-dsai", "--role", "data-scientist", "-f", "json"]
    assert compared(capsys, *arguments).out == compared(capsys, *arguments).out


def test_program_laid_over_the_graph_is_compared_and_ranked(
    capsys: pytest.CaptureFixture[str], mine: Path
) -> None:
    found = compared(capsys, "mine", "cmu-msml", "--data", str(mine), "-f", "json")
    assert found.code == 0, found.err
    assert found.data["programs"][0]["core"] == {"deep-learning": "working"}
    (fit,) = ranked(
        capsys, "machine-learning-engineer", "--region", "nowhere", "--data", str(mine), "-f", "json"
    ).data["programs"]
    assert fit["slug"] == "mine"
    assert fit["coverage"]["core"]["hours"] > 0


# -- programs --for


def test_ranking_shows_the_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    found = ranked(capsys, "data-scientist", "--region", "US", "--delivery", "online")
    assert found.code == 0
    assert "program covered core topics asked said missing, most important first" in found.text
    assert "Data scientist takes" in found.text
    assert "its sources do not say" in found.text


def test_ranking_falls_from_program_to_program_and_ends_in_the_unknown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = ranked(capsys, "machine-learning-engineer", "-f", "json").data
    assert data["schema"] == "mlgraph/programs/1"
    fits = data["programs"]
    covered = [each["coverage"] for each in fits]
    blind = [each for each in covered if each is None]
    assert covered[len(covered) - len(blind) :] == blind
    fine = [
        each["coverage"]["withElectives"]["hours"]
        for each in fits
        if each["coverage"] and each["status"] == "verified"
    ]
    assert fine == sorted(fine, reverse=True)
    assert fine[0] > fine[-1]
    for each in covered:
        if each:
            assert each["core"]["hours"] <= each["withElectives"]["hours"] <= data["role"]["hours"]
            assert not set(each["missing"]) & set(each["shallow"])


def test_ranking_and_comparison_agree(capsys: pytest.CaptureFixture[str]) -> None:
    fits = ranked(capsys, "data-scientist", "-f", "json").data["programs"]
    listed = {each["slug"]: each for each in fits}
    compared_ = compared(capsys, "kth-ml", "ubc-mds", "--role", "data-scientist", "-f", "json").data
    for portrait in compared_["programs"]:
        fit = listed[portrait["program"]["slug"]]
        assert portrait["outlook"]["coverage"] == fit["coverage"]
        assert portrait["outlook"]["claim"] == fit["claim"]


def test_for_ranks_all_and_role_only_filters(capsys: pytest.CaptureFixture[str]) -> None:
    every = {each["slug"] for each in ranked(capsys, "data-scientist", "-f", "json").data["programs"]}
    some = ranked(capsys, "data-scientist", "--role", "data-scientist", "-f", "json").data["programs"]
    plain = Answer(capsys, ["programs", "--role", "data-scientist", "-f", "json"]).data["programs"]
    assert {each["slug"] for each in some} == {each["slug"] for each in plain} < every
    assert {each["claim"] for each in some} == {"verified"}
    assert "coverage" not in plain[0]


def test_disputed_program_is_marked_and_not_ranked(capsys: pytest.CaptureFixture[str]) -> None:
    found = ranked(capsys, "data-scientist", "--region", "US West")
    assert "below the others: berkeley-ms-mlds (disputed)" in found.text
    assert "No verified curriculum in the graph, so not ranked: berkeley-ms-mlds" in found.text


def test_filter_that_nothing_fits_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    found = ranked(capsys, "data-scientist", "--region", "atlantis")
    assert found.code == 0
    assert "No program fits these filters." in found.out
    assert "covers anything" not in found.out


def test_role_that_does_not_exist_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    found = ranked(capsys, "data scientits")
    assert found.code == 2
    assert "did you mean data-scientist" in found.err


def test_role_without_topics_is_said_to_measure_nothing() -> None:
    store = built_store(RECORDS | MORE)
    found = ranking_document(rank(store, TESTER, programs(store)))
    assert found.head == ["Model tester asks for no topics in the graph, so there is nothing to measure by."]
    data = cast("dict[str, Any]", found.data)
    assert {each["coverage"]["core"]["share"] for each in data["programs"] if each["coverage"]} == {None}


def test_roles_that_nothing_covers_are_said_to_be() -> None:
    """Only the disputed degree, whose curriculum is not verified, and one that teaches something else."""
    store = built_store(
        RECORDS | {"other": program("other") + claim("program:other", "mlg:coreTopic", "topic:statistics")}
    )
    some = [each for each in programs(store) if each.slug in {"other", "eth-ghost"}]
    # arithmetic, on which statistics rests, is covered; python is not
    assert "No program here" not in " ".join(ranking_document(rank(store, TRAINER, some)).head)
    ghost = [each for each in some if each.slug == "eth-ghost"]
    assert (
        "No program here covers anything of Model trainer"
        in ranking_document(rank(store, TRAINER, ghost)).head[1]
    )
