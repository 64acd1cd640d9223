"""Imports: bounded reading, each reader on small files, matching, and that a killed import goes on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from mlgraph.build.dataset import check_data
from mlgraph.errors import DataError, UsageError
from mlgraph.interchange.imports.ground import Ground, ground_of
from mlgraph.interchange.imports.matching import suggest, suggest_exact
from mlgraph.interchange.imports.registry import READERS
from mlgraph.interchange.imports.report import Report
from mlgraph.interchange.imports.review import Decision, decide, proposals
from mlgraph.interchange.imports.row import Concept, CourseRow, Skipped, slugify
from mlgraph.interchange.imports.run import HEAD, STATE, Done, Setup, run_import, unfinished
from mlgraph.interchange.requirement_tree import show
from mlgraph.rdf.reader import read_turtle
from mlgraph.rdf.store import EmbeddedStore, text
from mlgraph.vocab import MLG, thing
from tests.little import authored_quads, built_store

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2026-11-25"

OWN = """code,title,description,level,prerequisites,teaches,hours_per_week,weeks
M 1,Calculus,"Limits and the calculus of one variable.",undergraduate,none,calculus:deep,10,12
M 2,Training of networks,"Descent by gradient. Uses statistics and school algebra.",graduate,"M 1, (S 1 or S 2)",,,
M 3,Nothing,"Assumes the calculus.",graduate,"If you dare, come.",,,
M 3,Again,,,,,,
,Nameless,,,,,,
M 4,Odd,,expert,,,,
"""


@pytest.fixture(scope="module")
def ground() -> Ground:
    return ground_of(built_store())


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.csv"
    path.write_text(OWN, encoding="utf-8")
    return path


def imported(
    source: Path, folder: Path, ground: Ground, *, fresh: bool = False, least: float = 0.4, licence: str = ""
) -> Done:
    setup = Setup(READERS["csv"], source, folder, DAY, "eth", licence=licence, least=least, fresh=fresh)
    return run_import(setup, ground)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*")) if path.name != STATE}


def errors(folder: Path) -> list[str]:
    base = authored_quads({**_records(), "more": _MORE})
    return [each.message for each in check_data([folder], base)[1] if each.severity in {"error", "warning"}]


def _records() -> dict[str, str]:
    from tests.little import RECORDS

    return RECORDS


_MORE = """
platform:campus a mlg:Platform ; schema:name "Campus"@en ; dcterms:source source:editorial ;
    mlg:checkedOn "2026-11-25"^^xsd:date .
platform:course-site a mlg:Platform ; schema:name "Course site"@en ; dcterms:source source:editorial ;
    mlg:checkedOn "2026-11-25"^^xsd:date .
"""


# --- the folder that an import writes -------------------------------------------------------------


def test_own_catalogue_becomes_records_that_pass_the_checks(
    own: Path, tmp_path: Path, ground: Ground
) -> None:
    done = imported(own, tmp_path / "out", ground)
    report = done.report
    assert (report.rows, report.kept) == (6, 3)
    assert sum(report.left_out.values()) == 3
    assert report.requirements["texts"] == 2
    assert report.requirements["unread"] == 1
    assert report.unread == ["If you dare, come"]
    assert errors(tmp_path / "out") == []


def test_groups_hold_courses_of_the_import_and_words_for_the_others(
    own: Path, tmp_path: Path, ground: Ground
) -> None:
    imported(own, tmp_path / "out", ground)
    store = EmbeddedStore.of_quads(read_turtle(tmp_path / "out" / "part-00001.ttl"))
    rows = store.select(
        "SELECT ?o { course:eth-m-2 mlg:hasRequirement ?g . ?g mlg:anyOf|mlg:externalOption ?o } ORDER BY ?o"
    )
    assert sorted(text(row["o"]) for row in rows) == sorted(
        ["ETH S 1", "ETH S 2", thing("course", "eth-m-1")]
    )


def test_matched_topics_are_proposed_and_never_verified(own: Path, tmp_path: Path, ground: Ground) -> None:
    imported(own, tmp_path / "out", ground, least=0.0)
    quads = read_turtle(tmp_path / "out" / "part-00001.ttl")
    status = {text(q.subject): text(q.object) for q in quads if q.predicate.value == MLG.status}
    verified = {claim for claim, word in status.items() if word == MLG.Verified}
    assert verified == {thing("claim", "course.eth-m-1.teaches.topic.calculus")}, "only what the file states"
    assert thing("claim", "course.eth-m-2.teaches.topic.training") in status
    assert not [claim for claim in status if "m-3" in claim], "what a text presupposes is not taught"


def test_a_killed_import_goes_on_and_gives_the_same_bytes(
    own: Path, tmp_path: Path, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlgraph.interchange.imports.run.PART_QUADS", 1)
    imported(own, tmp_path / "whole", ground)

    def kill(_word: str, rows: int, _total: int) -> None:
        if rows == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(Setup(READERS["csv"], own, tmp_path / "torn", DAY, "eth"), ground, kill)
    assert 0 < len(contents(tmp_path / "torn")) < len(contents(tmp_path / "whole"))
    assert f"{tmp_path / 'torn'} holds the first 2 rows of an import" in unfinished(tmp_path / "torn")
    done = imported(own, tmp_path / "torn", ground)
    assert done.resumed == 2
    assert contents(tmp_path / "torn") == contents(tmp_path / "whole")
    assert [unfinished(tmp_path / each) for each in ("torn", "whole", "nothing")] == ["", "", ""]
    assert done.report == imported(own, tmp_path / "torn", ground).report, "and a third time nothing is done"


def test_a_folder_with_something_else_is_left_alone(own: Path, tmp_path: Path, ground: Ground) -> None:
    imported(own, tmp_path / "out", ground)
    own.write_text(OWN + "M 9,New,,,,,,\n", encoding="utf-8")
    with pytest.raises(UsageError, match="another import"):
        imported(own, tmp_path / "out", ground)
    assert imported(own, tmp_path / "out", ground, fresh=True).report.kept == 4
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "mine.ttl").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="no import wrote"):
        imported(own, foreign, ground)


def test_a_damaged_state_is_said(own: Path, tmp_path: Path, ground: Ground) -> None:
    imported(own, tmp_path / "out", ground)
    (tmp_path / "out" / STATE).write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="damaged"):
        imported(own, tmp_path / "out", ground)


def test_what_the_graph_has_is_not_defined_again(tmp_path: Path, ground: Ground) -> None:
    path = tmp_path / "c.csv"
    path.write_text("code,title,prerequisites\n1.01,Calculus,\n2.02,More,1.01\n", encoding="utf-8")
    done = run_import(Setup(READERS["csv"], path, tmp_path / "out", DAY, "mit"), ground)
    assert done.report.left_out["in the graph already, which is curated"] == 1
    assert done.report.requirements["options"] == 1, "but requirements mean the course of the graph"
    assert errors(tmp_path / "out") == []


def test_a_course_without_a_code_is_known_by_its_title(tmp_path: Path) -> None:
    known = ground_of(
        EmbeddedStore.of_turtle(
            'course:x a schema:Course ; schema:provider institution:eth ; schema:name "Deep Learning"@en .'
            'institution:eth a schema:Organization ; schema:name "ETH Zurich"@en .'
        )
    )
    node = {
        "@type": "Course",
        "name": "Deep learning",
        "url": "https://a.example/1",
        "provider": "ETH Zurich",
    }
    other = {**node, "name": "Deep Learning 2", "url": "https://a.example/2"}
    path = _written(tmp_path, json.dumps([node, other]), "c.jsonld")
    report = run_import(Setup(READERS["schema-org"], path, tmp_path / "out", DAY, "eth"), known).report
    assert (report.kept, report.left_out) == (1, {"in the graph already, which is curated": 1})


def test_review_accepts_rejects_and_is_remembered(own: Path, tmp_path: Path, ground: Ground) -> None:
    folder = tmp_path / "out"
    imported(own, folder, ground, least=0.0)
    waiting = proposals(folder)
    assert [each.score for each in waiting] == sorted((each.score for each in waiting), reverse=True)
    first, *others = waiting
    decided = [(first, Decision(True, "deep", DAY, "A reviewer says so."))]
    decide(folder, decided + [(each, Decision(False, "", DAY, "no")) for each in others])
    assert proposals(folder) == []
    assert errors(folder) == []
    before = contents(folder)
    report = imported(own, folder, ground, least=0.0, fresh=True).report
    assert report.claims["proposed"] == 0
    assert report.claims["verified"] == 2
    assert contents(folder) == before, "an import after the review keeps what was decided"


def test_reports_survive_their_json() -> None:
    report = Report(rows=3, kept=1)
    report.left_out["x"] = 2
    assert Report.of_data(json.loads(json.dumps(report.as_data()))) == report


# --- readers --------------------------------------------------------------------------------------


def _written(folder: Path, content: str, name: str = "x.json") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def rows_of(form: str, folder: Path, **files: str) -> list[Any]:
    for name, content in files.items():
        path = folder / name.replace("__", ".").replace("_", " ")
        path.write_text(content, encoding="utf-8")
    return list(READERS[form].rows(folder))


def test_schema_org_pages(tmp_path: Path) -> None:
    node = {
        "@context": ["https://schema.org", "https://evil.example/context.jsonld"],
        "@type": "Course",
        "name": "Gradients &amp; more",
        "courseCode": "G 1",
        "provider": {"@type": "Organization", "name": "ETH Zurich"},
        "coursePrerequisites": ["G 0 or M 1", {"@type": "Course", "name": "Calculus for All"}],
        "teaches": [{"@type": "DefinedTerm", "name": "Gradient"}],
        "offers": {"@type": "Offer", "price": "0"},
        "hasCourseInstance": {"@type": "CourseInstance", "courseMode": "online", "courseWorkload": "PT20H"},
    }
    page = f'<html><script type="application/ld+json">{json.dumps(node)}</script><script>alert(1)</script></html>'
    broken = '<script type="application/ld+json">{</script>'
    rows = rows_of("schema-org", tmp_path, a__html=page, b__html=broken)
    course = next(row for row in rows if isinstance(row, CourseRow))
    assert (course.code, course.provider, course.cost, course.format, course.hours) == (
        "G 1",
        "ETH Zurich",
        "free",
        "online",
        20.0,
    )
    assert [show(part.tree) for part in course.parts if part.tree] == ["G 0 | M 1", "Calculus for All"]
    assert course.teaches == (("Gradient", ""),)
    assert [row.reason for row in rows if isinstance(row, Skipped)] == ["a script of a page that is not JSON"]


def test_ctdl_conditions(tmp_path: Path) -> None:
    graph = {
        "@context": "https://credreg.net/ctdl/schema/context/json",
        "@graph": [
            {"@type": "ceterms:CredentialOrganization", "@id": "_:o", "ceterms:name": {"en": "ETH Zurich"}},
            {
                "@type": "ceterms:Course",
                "@id": "x:1",
                "ceterms:name": {"en": "One"},
                "ceterms:ownedBy": ["_:o"],
            },
            {
                "@type": "ceterms:Course",
                "@id": "x:2",
                "ceterms:name": {"en": "Two"},
                "ceterms:ownedBy": ["_:o"],
                "ceterms:prerequisite": [
                    {
                        "ceterms:alternativeCondition": [
                            {"ceterms:targetLearningOpportunity": ["x:1"]},
                            {"ceterms:description": {"en": "consent of instructor"}},
                        ]
                    }
                ],
            },
        ],
    }
    rows = rows_of("ctdl", tmp_path, c__json=json.dumps(graph))
    courses = [row for row in rows if isinstance(row, CourseRow)]
    assert [each.provider for each in courses] == ["ETH Zurich"] * 2
    assert [show(part.tree) for part in courses[1].parts if part.tree] == ['One | "consent of instructor"']


def test_rpi_joins_catalogue_and_prerequisites(tmp_path: Path) -> None:
    catalog = {
        "AB-1": {"subj": "AB", "crse": "1000", "name": "One"},
        "AB-2": {"subj": "AB", "crse": "6000", "name": "Two"},
    }
    tree = {
        "type": "and",
        "nested": [{"type": "course", "course": "AB 1000", "min_grade": "C"}, {"type": "odd"}],
    }
    asked = {"AB-2": {"prerequisites": tree, "corequisites": ["AB-1000"]}, "AB-9": {"prerequisites": None}}
    rows = rows_of("rpi", tmp_path, catalog__json=json.dumps(catalog), prerequisites__json=json.dumps(asked))
    two = rows[1]
    assert (two.level, [part.tree is None for part in two.parts], two.parts[1].concurrent) == (
        "graduate",
        [True, False],
        True,
    )
    assert isinstance(rows[2], Skipped)


def test_esco_and_onet_make_roles_with_what_they_need(tmp_path: Path, ground: Ground) -> None:
    esco = tmp_path / "esco"
    esco.mkdir()
    uri = "http://data.europa.eu/esco"
    _written(
        esco,
        f"conceptUri,preferredLabel,altLabels,description\n{uri}/skill/1,gradients,Calculus,Slopes.\n",
        "skills_en.csv",
    )
    _written(
        esco,
        f"conceptUri,preferredLabel,altLabels,description\n{uri}/occupation/9,baker,,Bakes bread. Sells it.\n",
        "occupations_en.csv",
    )
    _written(
        esco,
        f"occupationUri,relationType,skillType,skillUri\n{uri}/occupation/9,essential,x,{uri}/skill/1\n",
        "occupationSkillRelations_en.csv",
    )
    rows = [row for row in READERS["esco"].rows(esco) if isinstance(row, Concept)]
    assert [(row.kind, row.label, len(row.links)) for row in rows] == [
        ("skill", "gradients", 0),
        ("role", "baker", 1),
    ]
    done = run_import(Setup(READERS["esco"], esco, tmp_path / "e", DAY, "esco-source"), ground)
    assert (done.report.claims["verified"], done.report.claims["proposed"]) == (1, 1)
    assert errors(tmp_path / "e") == []

    onet = tmp_path / "onet"
    onet.mkdir()
    _written(
        onet, "O*NET-SOC Code\tTitle\tDescription\n11-1011.00\tChief\tLeads. Plans.\n", "Occupation Data.txt"
    )
    head = "O*NET-SOC Code\tElement ID\tElement Name\tScale ID\tData Value\n"
    _written(
        onet,
        head
        + "".join(
            f"11-1011.00\t2.A\tReading\t{scale}\n11-1011.00\t2.B\tDigging\t{low}\n"
            for scale, low in (("IM\t4.1", "IM\t1.2"), ("LV\t4.6", "LV\t1"))
        ),
        "Skills.txt",
    )
    found = [row for row in READERS["onet"].rows(onet) if isinstance(row, Concept)]
    assert [(row.label, [link.level for link in row.links]) for row in found] == [
        ("Reading", []),
        ("Digging", []),
        ("Chief", ["working"]),
    ]


# --- matching -------------------------------------------------------------------------------------


def test_the_longest_name_wins_and_short_forms_are_written_so() -> None:
    store = EmbeddedStore.of_turtle(
        'topic:lr a mlg:Topic ; skos:prefLabel "Linear regression"@en .'
        'topic:r a mlg:Topic ; skos:prefLabel "Regression"@en .'
        'topic:em a mlg:Topic ; skos:prefLabel "Expectation maximization"@en ; skos:altLabel "EM"@en .'
        'topic:nb a mlg:Topic ; skos:prefLabel "Naive Bayes"@en .'
    )
    names = ground_of(store).topics
    found = {
        each.topic.rpartition("/")[2]: each
        for each in suggest("", "Linear regressions, naive Bayes and EM.", names)
    }
    assert set(found) == {"lr", "nb", "em"}
    assert "em" not in {
        each.topic.rpartition("/")[2]
        for each in suggest("", "Show them naive Bayes, linear regression, em.", names)
    }
    assert suggest("", "Assumes prior knowledge of linear regression.", names) == []
    assert all(0 < each.score < 0.9 for each in found.values())
    assert suggest_exact("Regression (statistics)", names) is not None
    assert suggest_exact("em", names) is None


def test_slugs_are_slugs() -> None:
    from mlgraph.vocab import SLUG

    for name in ("Éléments d'analyse", "6.3900", "C++ & C#", "a..b", "-x-", "18.C06"):
        assert SLUG.fullmatch(slugify(name)), name


def test_head_names_the_source_with_its_licence(own: Path, tmp_path: Path, ground: Ground) -> None:
    imported(own, tmp_path / "out", ground, licence="CC0")
    assert '"CC0"@en' in (tmp_path / "out" / HEAD).read_text(encoding="utf-8")
