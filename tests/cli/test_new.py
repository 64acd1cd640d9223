"""mlgraph new: what it writes, and what it refuses."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from mlgraph.build.dataset import check_data
from mlgraph.cli.main import run
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

DAY = ["--date", "2026-11-25"]


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small whole graph: areas, institutions, platforms, sources and three topics in a chain."""
    folder = tmp_path_factory.mktemp("seed") / "data"
    folder.mkdir()
    for name in ("dataset.ttl", "areas.ttl", "institutions.ttl", "platforms.ttl"):
        shutil.copy(ROOT / "data" / name, folder)
    shutil.copytree(ROOT / "data" / "sources", folder / "sources")
    for slug in ("one", "two", "three"):
        assert run(topic(slug, folder)) == 0
    assert run(claim("two", "requires", "one", folder)) == 0
    assert run(claim("three", "requires", "two", folder)) == 0
    return folder


@pytest.fixture
def folder(seed: Path, tmp_path: Path) -> Path:
    shutil.copytree(seed, tmp_path / "data")
    return tmp_path / "data"


def topic(slug: str, folder: Path, *more: str, goals: int = 3, area: str = "calculus") -> list[str]:
    found = [
        "new",
        "topic",
        slug,
        "--label",
        f"The {slug}",
        "--area",
        area,
        "--definition",
        f"What {slug} is.",
    ]
    found += ["--hours", "1,2.5,4", "--basis", "a guess", "-o", str(folder), *DAY, *more]
    return found + [each for count in range(goals) for each in ("--goal", f"Can do {count} of {slug}")]


def claim(subject: str, link: str, object_: str, folder: Path, *more: str) -> list[str]:
    who = () if "--source" in more else ("--editorial",)
    found = ["new", "claim", subject, link, object_, "--reason", "It rests on it.", "--level", "working"]
    return [*found, *who, "-o", str(folder), *DAY, *more]


def course(slug: str, folder: Path, *more: str) -> list[str]:
    found = ["new", "course", slug, "--name", "A course", "--provider", "mit", "--platform", "youtube"]
    found += [
        "--url",
        "https://example.org/c",
        "--language",
        "en",
        "--pacing",
        "self-paced",
        "--format",
        "online",
    ]
    found += ["--cost", "free", "--level", "undergraduate", "--teaches", "one", "--teaches", "two:deep"]
    return [
        *found,
        "--source",
        "dive-into-deep-learning",
        "--locator",
        "page 1",
        "-o",
        str(folder),
        *DAY,
        *more,
    ]


def state(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str], code: int = 1) -> str:
    """Run a command that must be refused and leave everything as it was; return what it says."""
    before = state(folder)
    assert run(arguments) == code
    assert state(folder) == before
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "hint: " in shown.err
    return shown.err


def findings(folder: Path) -> list[str]:
    return [f"{each.rule}: {each.message}" for each in check_data([folder])[1] if each.severity != "info"]


def test_topic_is_written_in_canonical_form(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(topic("four", folder, "--alt", "IV", "--alt", "quattro")) == 0
    shown = capsys.readouterr()
    path = folder / "topics" / "calculus" / "four.ttl"
    assert shown.out == f"{path}\n"
    assert "no verified link to anything" in shown.err
    assert path.read_text(encoding="utf-8").partition("\n\n")[2] == (
        "topic:four\n"
        "    a mlg:Topic ;\n"
        "    dcterms:source source:editorial ;\n"
        '    mlg:checkedOn "2026-11-25"^^xsd:date ;\n'
        '    mlg:goal "Can do 0 of four"@en ;\n'
        '    mlg:goal "Can do 1 of four"@en ;\n'
        '    mlg:goal "Can do 2 of four"@en ;\n'
        '    mlg:hoursBasis "a guess"@en ;\n'
        "    mlg:hoursHigh 4.0 ;\n"
        "    mlg:hoursLow 1.0 ;\n"
        "    mlg:hoursTypical 2.5 ;\n"
        '    skos:altLabel "IV"@en ;\n'
        '    skos:altLabel "quattro"@en ;\n'
        "    skos:broader area:calculus ;\n"
        '    skos:definition "What four is."@en ;\n'
        '    skos:prefLabel "The four"@en ;\n'
        ".\n"
    )


@pytest.mark.parametrize(
    ("slug", "more", "message"),
    [
        ("Not A Slug", [], "hint: for example not-a-slug"),
        ("../up", [], "is no slug"),
        ("one", [], "the topic one exists in "),
        ("four", ["--alt", "the one"], "fits several topics"),
        ("four", ["--source", "nobody"], "no source is called 'nobody'"),
    ],
)
def test_topic_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], slug: str, more: list[str], message: str
) -> None:
    assert message in refused(topic(slug, folder, *more), folder, capsys)


def test_topic_that_breaks_a_shape_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "at least three goals" in refused(topic("four", folder, goals=2), folder, capsys)
    assert "did you mean calculus?" in refused(topic("four", folder, area="calculos"), folder, capsys)
    arguments = [each.replace("1,2.5,4", "3,2,1") for each in topic("four", folder)]
    assert "hoursLow" in refused(arguments, folder, capsys)
    arguments = [each.replace("1,2.5,4", "a lot") for each in topic("four", folder)]
    assert "not three numbers" in refused(arguments, folder, capsys, 2)


def test_claim_joins_the_record_of_its_subject(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(topic("four", folder)) == 0
    capsys.readouterr()
    cited = ["--source", "dive-into-deep-learning", "--locator", "section 1", "--kind", "textbook"]
    assert run(claim("four", "requires", "topic/three", folder, *cited, "--observation", "Uses it.")) == 0
    path = folder / "topics" / "calculus" / "four.ttl"
    assert capsys.readouterr().out == f"{path}\n"
    _, record, statement, evidence = path.read_text(encoding="utf-8").split("\n\n")
    assert record.startswith("topic:four\n")
    assert statement == (
        "claim:topic.four.requires.topic.three\n"
        "    a mlg:Claim ;\n"
        "    mlg:atLevel mlg:Working ;\n"
        "    mlg:confidence 0.9 ;\n"
        '    mlg:reason "It rests on it."@en ;\n'
        "    mlg:status mlg:Verified ;\n"
        "    mlg:supportedBy evidence:topic.four.requires.topic.three.1 ;\n"
        '    mlg:verifiedOn "2026-11-25"^^xsd:date ;\n'
        "    rdf:object topic:three ;\n"
        "    rdf:predicate mlg:requires ;\n"
        "    rdf:subject topic:four ;\n"
        "."
    )
    assert 'mlg:locator "section 1"' in evidence
    assert 'mlg:observation "Uses it."@en' in evidence
    assert findings(folder) == []


@pytest.mark.parametrize(
    ("more", "level"),
    [
        ([], "0.7"),
        (["--source", "dive-into-deep-learning", "--locator", "1", "--kind", "secondary"], "0.8"),
        (["--source", "dive-into-deep-learning", "--locator", "1"], "0.9"),
        (
            [
                "--source",
                "dive-into-deep-learning",
                "--locator",
                "1",
                "--source",
                "cs231n-notes",
                "--locator",
                "2",
            ],
            "0.95",
        ),
    ],
)
def test_confidence_follows_the_evidence(folder: Path, more: list[str], level: str) -> None:
    assert run(claim("three", "recommends", "one", folder, *more)) == 0
    text = (folder / "topics" / "calculus" / "three.ttl").read_text(encoding="utf-8")
    block = text.partition("claim:topic.three.recommends.topic.one\n")[2].partition("\n.\n")[0]
    assert f"mlg:confidence {level} ;" in block


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("one", "requires", "three"), "hard prerequisites form a cycle"),
        (("three", "requires", "one"), "topic:three needs topic:one already through topic:two"),
        (("two", "requires", "one"), "claim:topic.two.requires.topic.one exists in "),
        (("two", "recommends", "one"), "already requires topic:one"),
        (("two", "requires", "nothing"), "no thing is called 'nothing'"),
        (("two", "requires", "two"), "linked to itself"),
        (("two", "teaches", "one"), "the subject of mlg:teaches is a topic"),
    ],
)
def test_claim_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, str, str], message: str
) -> None:
    assert message in refused(claim(*words, folder), folder, capsys)


def test_claim_that_makes_another_redundant_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(topic("four", folder)) == 0
    assert run(claim("three", "requires", "four", folder)) == 0
    capsys.readouterr()
    message = refused(claim("two", "requires", "four", folder), folder, capsys)
    assert "topic:three needs topic:four already through topic:two" in message


def test_a_proposed_claim_makes_no_edge(folder: Path) -> None:
    assert run(claim("three", "requires", "one", folder, "--status", "proposed")) == 0


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--source", "cs231n-notes"], "1 sources and 0 locators"),
        (["--source", "cs231n-notes", "--locator", "1", "--editorial"], "say who says so"),
        (["--level", "guru"], "no such level: 'guru'"),
        (["--status", "true"], "no such status"),
        (["--date", "yesterday"], "not a date"),
    ],
)
def test_claim_with_senseless_flags_is_wrong_use(
    folder: Path, capsys: pytest.CaptureFixture[str], more: list[str], message: str
) -> None:
    assert message in refused(claim("three", "recommends", "one", folder, *more), folder, capsys, 2)


def test_a_hard_need_of_mere_awareness_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = claim("three", "requires", "one", folder, "--level", "awareness")
    assert "recommends" in refused(arguments, folder, capsys)


def test_course_is_written_with_offering_and_claims(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(course("mit-1.0", folder, "--hours", "40", "--code", "1.0")) == 0
    path = folder / "courses" / "mit" / "mit-1.0.ttl"
    assert capsys.readouterr().out == f"{path}\n"
    text = path.read_text(encoding="utf-8")
    for line in (
        "    schema:hasCourseInstance offering:mit-1.0.1 ;",
        '    schema:courseCode "1.0" ;',
        "    mlg:workloadHours 40.0 ;",
        "    schema:isAccessibleForFree true ;",
        "    mlg:supportedBy evidence:course.mit-1.0.1 ;",
        "    mlg:atLevel mlg:Deep ;",
        "    mlg:atLevel mlg:Working ;",
        "    mlg:evidenceKind mlg:Textbook ;",
    ):
        assert f"{line}\n" in text
    assert findings(folder) == []
    assert "the course mit-1.0 exists" in refused(course("mit-1.0", folder), folder, capsys)


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        (["--teaches", "five"], 1, "no topic or skill is called 'five'"),
        (["--provider", "atlantis"], 1, "no institution is called 'atlantis'"),
        (["--url", "javascript:alert(1)"], 1, "not a web address"),
        (["--hours", "-3"], 1, "workloadHours"),
        (["--pacing", "slow"], 2, "no such pacing"),
        (["--teaches", "one:guru"], 2, "no such level"),
    ],
)
def test_course_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], more: list[str], code: int, message: str
) -> None:
    assert message in refused(course("mit-1.0", folder, *more), folder, capsys, code)


def test_a_file_in_the_way_is_not_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = folder / "topics" / "calculus" / "four.ttl"
    shutil.copy(folder / "topics" / "calculus" / "one.ttl", place)
    place.write_text(place.read_text(encoding="utf-8").replace("one", "other"), encoding="utf-8")
    assert "four.ttl: the file exists" in refused(topic("four", folder), folder, capsys)


@pytest.mark.slow
def test_over_the_shipped_graph_a_claim_gets_its_own_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mine"
    assert run(topic("four", folder)) == 0
    capsys.readouterr()
    arguments = claim("backpropagation", "recommends", "four", folder)
    assert run(arguments) == 0
    path = folder / "claims" / "topic.backpropagation.recommends.topic.four.ttl"
    assert capsys.readouterr().out == f"{path}\n"
    assert path.read_text(encoding="utf-8").count("\n.\n") == 2
    assert "exists in " in refused(arguments, folder, capsys)


def test_kinds_of_records_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "--help"]) == 0
    shown = capsys.readouterr().out
    for kind in ("topic", "claim", "course"):
        assert kind in shown
