"""Every rule finds the fault that is planted for it, and finds nothing else beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlgraph.build.dataset import check_data
from mlgraph.build.derive import authored
from mlgraph.rdf.reader import RECORD_LIMIT, read_turtle
from mlgraph.rdf.writer import to_turtle
from mlgraph.vocab import thing
from tests.little import authored_quads, claim, group, quads_of, topic, write_records

if TYPE_CHECKING:
    import pyoxigraph as ox

    from mlgraph.model import Finding

ALGEBRA = "topics/algebra.ttl"
TRAINING = "topics/training.ttl"


def add(folder: Path, name: str, turtle: str) -> Path:
    """Add triples to a file, canonically."""
    path = folder / name
    old = read_turtle(path) if path.exists() else []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_turtle([*old, *quads_of(turtle)]), encoding="utf-8", newline="\n")
    return path


def drop(folder: Path, name: str, words: str) -> Path:
    """Remove the triples in which some words stand, canonically."""
    path = folder / name
    old = read_turtle(path)
    kept = [quad for quad in old if words not in str(quad)]
    assert len(kept) < len(old), f"{words} stands nowhere in {name}"
    path.write_text(to_turtle(kept), encoding="utf-8", newline="\n")
    return path


def replace(folder: Path, name: str, old: str, new: str) -> Path:
    """Replace words in a file, canonically."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(to_turtle(quads_of(text.replace(old, new))), encoding="utf-8", newline="\n")
    return path


NOTES = {"single-source", "unreachable"}
"""Rules that sound records meet too: the little graph cites one book and teaches few topics."""


def check(*folders: Path, as_of: str = "") -> list[Finding]:
    return [each for each in check_data(folders, as_of=as_of)[1] if each.rule not in NOTES]


def only(findings: list[Finding], severity: str, rule: str) -> Finding:
    """Return the one finding that there is, which must have this rule."""
    assert [(each.severity, each.rule) for each in findings] == [(severity, rule)], findings
    return findings[0]


def line_of(path: Path, start: str) -> int:
    """Return the number of the first line that starts so, spaces before it aside."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(start))


def test_sound_records_have_no_findings(records: Path) -> None:
    assert check(records) == []


# -- bytes, syntax, form


def test_encoding_of_a_file_that_is_not_utf8(records: Path) -> None:
    path = records / "note.ttl"
    path.write_bytes(b"# first\n# caf\xe9\n")
    found = only(check(records), "error", "encoding")
    assert (found.path, found.line) == (str(path), 2)
    assert "iconv" in found.mend


def test_size_of_a_file_over_the_limit(records: Path) -> None:
    with (records / "note.ttl").open("wb") as file:
        file.truncate(RECORD_LIMIT + 1)
    assert "more than a record file may have" in only(check(records), "error", "size").message


def test_syntax_of_a_file_that_is_not_turtle(records: Path) -> None:
    path = records / "note.ttl"
    path.write_text("# first\n<https://a.org/s> <https://a.org/p> .\n")
    found = only(check(records), "error", "syntax")
    assert (found.path, found.line) == (str(path), 2)


def test_canonical_form_is_asked_for_and_the_command_named(records: Path) -> None:
    path = records / ALGEBRA
    path.write_text(path.read_text() + "# a comment\n")
    found = only(check(records), "warning", "canonical")
    assert found.message == "the file is not in canonical form"
    assert found.mend == f"mlgraph fmt {path}"


def test_canonical_form_has_no_crlf(records: Path) -> None:
    path = records / ALGEBRA
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert only(check(records), "warning", "canonical").message == "the file has CRLF line ends"


# -- identity


def test_iri_of_a_blank_node(records: Path) -> None:
    (records / "note.ttl").write_text("_:b <https://a.org/p> 1 .\n")
    findings = [each for each in check(records) if each.rule != "canonical"]
    assert "every thing has an IRI" in only(findings, "error", "iri").message


@pytest.mark.parametrize(
    ("iri", "message"),
    [("planet/mars", "no such kind of thing: planet/mars"), ("topic/", "no such kind of thing: topic/")],
)
def test_iri_of_no_known_kind(records: Path, iri: str, message: str) -> None:
    add(records, "note.ttl", f"<https://w3id.org/mlgraph/id/{iri}> a <https://a.org/Thing> .")
    assert only(check(records), "error", "iri").message == message


@pytest.mark.parametrize("slug", ["Mars", "a_b", "a--b", "a/b"])
def test_iri_with_a_bad_slug(records: Path, slug: str) -> None:
    add(records, "note.ttl", f"<https://w3id.org/mlgraph/id/platform/{slug}> a mlg:Platform .")
    findings = [each for each in check(records) if each.rule != "shape"]
    assert f"the slug '{slug}' is not" in only(findings, "error", "iri").message


def test_type_that_does_not_fit_the_kind(records: Path) -> None:
    path = add(records, "note.ttl", "platform:x a <https://a.org/Thing> .")
    found = only(check(records), "error", "type")
    assert found.message == "a platform cannot be a <https://a.org/Thing>"
    assert found.mend == "it is one of mlg:Platform"
    assert (found.path, found.line) == (str(path), line_of(path, "platform:x"))


def test_duplicate_in_two_files_of_one_folder(records: Path) -> None:
    text = (records / "topics/python.ttl").read_text()
    (records / "topics/snake.ttl").write_text(text)
    found = only(check(records), "error", "duplicate")
    assert (found.node, found.path) == (thing("topic", "python"), str(records / "topics/snake.ttl"))
    assert "topics/python.ttl and" in found.message


def test_same_thing_in_a_later_folder_is_no_duplicate(records: Path, tmp_path: Path) -> None:
    later = tmp_path / "later"
    add(later, "python.ttl", 'topic:python a mlg:Topic ; skos:altLabel "snake language"@en .')
    assert check(records, later) == []


# -- references


def test_dangling_reference_to_a_thing(records: Path) -> None:
    path = add(records, ALGEBRA, "topic:algebra mlg:hasRequirement requirement:nowhere .")
    findings = [each for each in check(records) if each.rule != "shape"]
    found = only(findings, "error", "dangling")
    assert found.message == "mlg:hasRequirement points to requirement:nowhere, which does not exist"
    assert (found.path, found.line) == (str(path), line_of(path, "mlg:hasRequirement"))


def test_dangling_reference_to_a_term_of_the_ontology(records: Path) -> None:
    replace(records, "courses/eth-7.ttl", "mlg:pacing mlg:Cohort", "mlg:pacing mlg:Chaos")
    findings = [each for each in check(records) if each.rule != "shape"]
    assert "points to mlg:Chaos" in only(findings, "error", "dangling").message


def test_reference_to_the_web_is_not_dangling(records: Path) -> None:
    add(records, ALGEBRA, "topic:algebra skos:exactMatch wd:Q1 , <https://a.org/> .")
    assert check(records) == []


@pytest.mark.parametrize(
    ("subject", "predicate", "target", "message"),
    [
        (
            "topic:python",
            "mlg:requires",
            "skill:patience",
            "the object of mlg:requires is a skill, not a topic",
        ),
        (
            "skill:patience",
            "mlg:recommends",
            "topic:python",
            "the subject of mlg:recommends is a skill, not a topic",
        ),
        (
            "course:eth-7",
            "mlg:teaches",
            "role:tester",
            "the object of mlg:teaches is a role, not a skill or topic",
        ),
        (
            "course:eth-7",
            "mlg:coreTopic",
            "topic:python",
            "the subject of mlg:coreTopic is a course, not a program",
        ),
    ],
)
def test_domain_range_of_a_claim(
    records: Path, subject: str, predicate: str, target: str, message: str
) -> None:
    add(records, "note.ttl", claim(subject, predicate, target))
    findings = [each for each in check(records) if each.rule != "shape"]
    found = only(findings, "error", "domain-range")
    assert found.message == message
    path = records / "note.ttl"
    assert found.line == line_of(path, "rdf:subject" if "the subject" in message else "rdf:object")


def test_self_reference_of_a_claim(records: Path) -> None:
    add(records, "note.ttl", claim("role:tester", "mlg:relatedRole", "role:tester"))
    assert only(check(records), "error", "self").message == "role:tester is linked to itself"


# -- prerequisites


def test_cycle_is_named_in_full(records: Path) -> None:
    # arithmetic -> algebra -> calculus -> arithmetic
    path = add(records, "topics/arithmetic.ttl", claim("topic:arithmetic", "mlg:requires", "topic:calculus"))
    found = only(check(records), "error", "cycle")
    assert found.message == (
        "hard prerequisites form a cycle: topic:algebra needs topic:arithmetic needs topic:calculus "
        "needs topic:algebra"
    )
    assert found.path == str(records / ALGEBRA)
    assert path.exists()


@pytest.mark.parametrize("status", ["Proposed", "Superseded"])
def test_claim_that_is_not_verified_makes_no_cycle(records: Path, status: str) -> None:
    add(
        records,
        "topics/arithmetic.ttl",
        claim("topic:arithmetic", "mlg:requires", "topic:calculus", status=status),
    )
    assert check(records) == []


def test_cycle_through_an_option_is_named_with_its_group(records: Path) -> None:
    # training ~~ one of pytorch, jax;  python -> training would make both options need it
    path = add(records, "topics/python.ttl", claim("topic:python", "mlg:requires", "topic:training"))
    found = only(check(records), "error", "cycle")
    assert found.message == (
        "with its options, prerequisites form a cycle: topic:jax needs topic:python needs topic:training "
        "needs topic:jax"
    )
    assert found.node == thing("requirement", "topic.training.1")
    assert (found.path, found.line) == (str(records / TRAINING), line_of(records / TRAINING, "mlg:anyOf"))
    assert path.exists()


def test_cycle_of_options_alone_is_found(records: Path) -> None:
    # a ~~ one of b;  b ~~ one of a
    for one, other in ("ab", "ba"):
        add(records, f"topics/{one}.ttl", topic(one) + group(f"topic:{one}", 1, f"topic:{other}"))
        add(records, f"topics/{one}.ttl", claim(f"topic:{one}", "mlg:requires", "topic:python"))
    assert "topic:a needs topic:b needs topic:a" in only(check(records), "error", "cycle").message


def test_option_that_is_only_recommended_makes_no_cycle(records: Path) -> None:
    add(records, "topics/python.ttl", claim("topic:python", "mlg:requires", "topic:training"))
    replace(records, TRAINING, "mlg:obligation mlg:Mandatory", "mlg:obligation mlg:Recommended")
    assert check(records) == []


def test_redundant_prerequisite_names_the_witness(records: Path) -> None:
    # calculus -> algebra -> arithmetic, and calculus -> arithmetic beside it
    path = add(records, "topics/calculus.ttl", claim("topic:calculus", "mlg:requires", "topic:arithmetic"))
    found = only(check(records), "warning", "redundant")
    assert found.message == "topic:calculus needs topic:arithmetic already through topic:algebra"
    assert found.node == thing("claim", "topic.calculus.requires.topic.arithmetic")
    assert (found.path, found.line) == (
        str(path),
        line_of(path, "claim:topic.calculus.requires.topic.arithmetic"),
    )


# -- names


@pytest.mark.parametrize(
    ("label", "clash"),
    [
        ('skos:altLabel "Arithmetic"@en', True),
        ('skos:altLabel "school-ALGEBRA"@en', True),
        ('skos:altLabel "snake"@en', False),
    ],
)
def test_name_that_two_topics_share(records: Path, label: str, *, clash: bool) -> None:
    add(records, "topics/python.ttl", f"topic:python {label} .")
    findings = check(records)
    if clash:
        assert "fits several topics: topic:a" in only(findings, "error", "name").message
    else:
        assert findings == []


def test_topic_and_skill_may_share_a_name(records: Path) -> None:
    add(records, "skills.ttl", 'skill:modelling skos:altLabel "Algebra"@en .')
    assert check(records) == []


@pytest.mark.parametrize("slug", ["lonely"])
def test_orphan_without_any_verified_link(records: Path, slug: str) -> None:
    path = add(records, "topics/lonely.ttl", topic(slug))
    found = only(check(records), "warning", "orphan")
    assert (found.node, found.path) == (thing("topic", slug), str(path))
    add(
        records, "topics/lonely.ttl", claim("topic:lonely", "mlg:requires", "topic:python", status="Proposed")
    )
    only(check(records), "warning", "orphan")
    add(records, "topics/lonely.ttl", claim("topic:lonely", "mlg:requires", "topic:jax"))
    assert check(records) == []


# -- notes


def notes(folder: Path, rule: str) -> set[str]:
    return {each.node for each in check_data([folder])[1] if each.rule == rule and each.severity == "info"}


def test_topic_that_nothing_teaches_is_unreachable(records: Path) -> None:
    python = thing("topic", "python")
    assert notes(records, "unreachable") == {
        thing("topic", slug) for slug in ("arithmetic", "statistics", "python", "pytorch", "jax")
    }
    add(records, "resources.ttl", claim("resource:book-1", "mlg:teaches", "topic:python", status="Proposed"))
    assert python in notes(records, "unreachable")
    drop(records, "resources.ttl", "resource.book-1.teaches.topic.python")
    add(records, "resources.ttl", claim("resource:book-1", "mlg:teaches", "topic:python"))
    assert python not in notes(records, "unreachable")


def test_claim_with_one_cited_source_is_named_until_a_second_one_comes(records: Path) -> None:
    name = "topic.algebra.requires.topic.arithmetic"
    node = thing("claim", name)
    found = notes(records, "single-source")
    assert node in found
    assert thing("claim", "topic.training.recommends.topic.statistics") not in found, "editorial alone"
    second = f"""claim:{name} mlg:supportedBy evidence:{name}.2 .
        evidence:{name}.2 a mlg:Evidence ; dcterms:source source:{{}} ; mlg:evidenceKind mlg:Textbook ;
        mlg:checkedOn "2026-11-25"^^xsd:date ."""
    add(records, ALGEBRA, second.format("book"))
    assert node in notes(records, "single-source"), "another place of the same book is no second source"
    replace(
        records,
        ALGEBRA,
        f"evidence:{name}.2\n    a mlg:Evidence ;\n    dcterms:source source:book",
        f"evidence:{name}.2\n    a mlg:Evidence ;\n    dcterms:source source:paper",
    )
    add(
        records,
        "sources.ttl",
        'source:paper a mlg:Source ; schema:name "A Paper"@en ; mlg:evidenceKind mlg:Paper ; '
        'schema:license "CC BY 4.0"@en ; mlg:checkedOn "2026-11-25"^^xsd:date .',
    )
    assert node not in notes(records, "single-source")


# -- shapes


@pytest.mark.parametrize(
    ("name", "extra", "message"),
    [
        (ALGEBRA, "topic:algebra mlg:hoursTypcial 2.0 .", "is not a property that such a record may have"),
        (ALGEBRA, 'topic:algebra skos:preflabel "x"@en .', "is not a property that such a record may have"),
        (ALGEBRA, "topic:algebra mlg:hoursTypical 3.0 .", "mlg:hoursTypical has too many values"),
        (ALGEBRA, 'topic:algebra skos:prefLabel "Other"@en .', "one prefLabel a language"),
        (
            ALGEBRA,
            'topic:algebra skos:altLabel "no language" .',
            "skos:altLabel has a value of the wrong type",
        ),
        ("roles.ttl", 'role:tester schema:occupationalCategory "15" .', "has a value of the wrong form"),
        (
            "platforms.ttl",
            "platform:ocw schema:provider topic:python .",
            "points to something of the wrong class",
        ),
    ],
)
def test_shape_of_a_record_with_a_triple_too_many(records: Path, name: str, extra: str, message: str) -> None:
    path = add(records, name, extra)
    findings = check(records)
    assert {(each.severity, each.rule, each.path) for each in findings} == {("error", "shape", str(path))}
    assert any(message in each.message for each in findings), findings


@pytest.mark.parametrize(
    ("name", "words", "message"),
    [
        (ALGEBRA, "ontology#hoursLow", "mlg:hoursLow is missing"),
        (ALGEBRA, "Can use it", "a topic has at least three goals that can be checked"),
        (ALGEBRA, "core#definition", "skos:definition is missing"),
        (ALGEBRA, "ontology#reason", "a claim has a reason"),
        (ALGEBRA, "ontology#verifiedOn", "lacks something that its status or kind asks for"),
        (ALGEBRA, "ontology#confidence", "mlg:confidence is missing"),
        ("programs/eth-ghost.ttl", "contradictedBy", "lacks something that its status or kind asks for"),
        (TRAINING, "ontology#minimumCount", "lacks something that its status or kind asks for"),
        ("courses/eth-7.ttl", "pacing", "mlg:pacing is missing"),
    ],
)
def test_shape_of_a_record_that_lacks_something(records: Path, name: str, words: str, message: str) -> None:
    path = drop(records, name, words)
    found = only(check(records), "error", "shape")
    assert message in found.message
    assert found.path == str(path)
    assert found.mend.startswith("see shapes.ttl: ")


def test_shape_of_a_claim_without_evidence(records: Path) -> None:
    drop(records, ALGEBRA, "ontology#supportedBy")
    findings = check(records)
    assert [(each.severity, each.rule) for each in findings] == [
        ("error", "shape"),
        ("warning", "unused-evidence"),
    ]
    assert "a claim has at least one piece of evidence" in findings[0].message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("mlg:hoursLow 1.0", "mlg:hoursLow 3.0", "mlg:hoursLow is greater than it may be"),
        ("mlg:hoursHigh 4.0", "mlg:hoursHigh 401.0", "mlg:hoursHigh has a value that is too large"),
        ("mlg:hoursLow 1.0", "mlg:hoursLow 0.0", "mlg:hoursLow has a value that is too small"),
        ("mlg:confidence 0.9", "mlg:confidence 1.1", "mlg:confidence has a value that is too large"),
        (
            "rdf:predicate mlg:requires",
            "rdf:predicate mlg:goal",
            "rdf:predicate has a value that is not in the list",
        ),
    ],
)
def test_shape_of_a_value_out_of_bounds(records: Path, old: str, new: str, message: str) -> None:
    path = replace(records, ALGEBRA, old, new)
    findings = [each for each in check(records) if each.rule == "shape"]
    found = only(findings, "error", "shape")
    assert message in found.message
    assert (found.path, found.line) == (str(path), line_of(path, new.split(maxsplit=1)[0]))


def test_built_shape_of_a_topic_that_is_both_needed_and_recommended(records: Path) -> None:
    add(records, ALGEBRA, claim("topic:algebra", "mlg:recommends", "topic:arithmetic"))
    found = only(check(records), "error", "shape")
    assert "a prerequisite is hard or soft, not both" in found.message
    assert found.mend.startswith("see shapes-built.ttl: ")


# -- provenance


def test_unused_evidence(records: Path) -> None:
    path = add(
        records,
        ALGEBRA,
        "evidence:spare a mlg:Evidence ; dcterms:source source:book ; mlg:evidenceKind mlg:Textbook ; "
        'mlg:checkedOn "2026-11-25"^^xsd:date .',
    )
    found = only(check(records), "warning", "unused-evidence")
    assert (found.message, found.path) == ("evidence:spare supports and contradicts nothing", str(path))


@pytest.mark.parametrize(
    ("predicate", "target", "supported"),
    [("mlg:teaches", "topic:python", False), ("mlg:preparesFor", "role:tester", True)],
)
def test_unsupported_claim_rests_on_judgement_alone_where_a_source_is_needed(
    records: Path, predicate: str, target: str, *, supported: bool
) -> None:
    add(records, "courses/eth-7.ttl", claim("course:eth-7", predicate, target, kind="Editorial"))
    findings = check(records)
    if supported:
        assert findings == []
    else:
        assert "rests on editorial judgement alone" in only(findings, "warning", "unsupported").message


def test_claim_that_is_only_proposed_may_rest_on_judgement(records: Path) -> None:
    add(
        records,
        "courses/eth-7.ttl",
        claim("course:eth-7", "mlg:teaches", "topic:python", kind="Editorial", status="Proposed"),
    )
    assert check(records) == []


@pytest.mark.parametrize(
    ("as_of", "stale"),
    [
        ("2028-05-25", False),
        ("2028-05-26", True),
        ("20280526", True),
        ("2026-11-25", False),
        ("2028-08-31", True),
    ],
)
def test_stale_claims_are_those_verified_over_18_months_before_a_date(
    records: Path, as_of: str, *, stale: bool
) -> None:
    findings = check(records, as_of=as_of)
    claims = sum(path.read_text().count("a mlg:Claim") for path in records.rglob("*.ttl"))
    assert [(each.severity, each.rule) for each in findings] == [("info", "stale")] * (claims if stale else 0)


def test_staleness_is_counted_from_the_date_of_the_dataset(records: Path) -> None:
    replace(records, ALGEBRA, 'mlg:verifiedOn "2026-11-25"', 'mlg:verifiedOn "2025-05-24"')
    found = only(check(records), "info", "stale")
    assert found.message.endswith("was last verified on 2025-05-24")
    assert found.line == line_of(records / ALGEBRA, "mlg:verifiedOn")
    replace(records, "dataset.ttl", "2026-11-25", "2026-11-24")
    assert check(records) == []


@pytest.mark.parametrize("issued", ["soon", "2026-13-01", "2026-11-25T00:00:00"])
def test_dataset_without_a_proper_date_is_not_checked_for_staleness(records: Path, issued: str) -> None:
    replace(records, "dataset.ttl", '"2026-11-25"^^xsd:date', f'"{issued}"')
    replace(records, ALGEBRA, 'mlg:verifiedOn "2026-11-25"', 'mlg:verifiedOn "1999-01-01"')
    assert check(records) == []


# -- layers


@pytest.fixture
def base() -> list[ox.Quad]:
    return authored(authored_quads())


def check_over(base: list[ox.Quad], folder: Path) -> list[Finding]:
    return [each for each in check_data([folder], base)[1] if each.rule not in NOTES]


def test_override_of_a_status_is_reported(records: Path, tmp_path: Path) -> None:
    later = tmp_path / "later"
    add(later, "mine.ttl", "claim:topic.training.requires.topic.gradient mlg:status mlg:Superseded .")
    found = only(check(records, later), "info", "override")
    assert found.message == "claim:topic.training.requires.topic.gradient: a later folder changes its status"


def test_folder_over_a_base_is_checked_alone_but_may_point_into_it(
    base: list[ox.Quad], tmp_path: Path
) -> None:
    add(tmp_path, "mine.ttl", topic("cooking") + claim("topic:cooking", "mlg:requires", "topic:arithmetic"))
    assert check_over(base, tmp_path) == []


@pytest.mark.parametrize(
    ("turtle", "rule"),
    [
        (topic("cooking") + claim("topic:cooking", "mlg:requires", "topic:baking"), "dangling"),
        (claim("topic:arithmetic", "mlg:requires", "topic:training"), "cycle"),
        (
            topic("cooking", more='skos:altLabel "Algebra"@en ;')
            + claim("topic:cooking", "mlg:requires", "topic:python"),
            "name",
        ),
        (topic("cooking"), "orphan"),
        (claim("topic:training", "mlg:requires", "topic:algebra"), "redundant"),
        ("topic:python mlg:hoursTypical 77.0 .", "shape"),
    ],
)
def test_fault_between_a_folder_and_its_base_is_found(
    base: list[ox.Quad], tmp_path: Path, turtle: str, rule: str
) -> None:
    path = add(tmp_path, "mine.ttl", turtle)
    findings = check_over(base, tmp_path)
    assert {each.rule for each in findings} == {rule}
    if rule != "cycle":
        assert {each.path for each in findings} == {str(path)}


def test_fault_of_the_base_itself_is_not_reported(base: list[ox.Quad], tmp_path: Path) -> None:
    broken = [quad for quad in base if "ontology#hoursLow" not in str(quad)]
    add(tmp_path, "mine.ttl", topic("cooking") + claim("topic:cooking", "mlg:requires", "topic:arithmetic"))
    assert check_over(broken, tmp_path) == []


# -- the report


def test_findings_come_errors_first_then_by_place(records: Path) -> None:
    drop(records, "topics/python.ttl", "ontology#hoursLow")
    drop(records, ALGEBRA, "ontology#hoursLow")
    add(records, ALGEBRA, claim("topic:algebra", "mlg:recommends", "topic:python", on="2020-01-01"))
    add(records, "topics/lonely.ttl", topic("lonely"))
    found = [(each.severity, each.rule, Path(each.path).stem) for each in check(records)]
    assert found == [
        ("error", "shape", "algebra"),
        ("error", "shape", "python"),
        ("warning", "orphan", "lonely"),
        ("info", "stale", "algebra"),
    ]


def test_many_faults_are_all_found_at_once(records: Path) -> None:
    (records / "bytes.ttl").write_bytes(b"\xff")
    (records / "syntax.ttl").write_text("nonsense")
    drop(records, ALGEBRA, "ontology#hoursLow")
    add(records, "topics/lonely.ttl", topic("lonely"))
    assert {each.rule for each in check(records)} == {"encoding", "syntax", "shape", "orphan"}


def test_records_written_twice_are_the_same_folder(tmp_path: Path) -> None:
    write_records(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.ttl")}
    write_records(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.ttl")} == before
