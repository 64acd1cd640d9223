"""Laws of the real records, a case a folder, kind or property; a failure names the command that mends it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx
import pyoxigraph as ox
import pytest

from mlgraph.build.dataset import build_dataset, check_data, dataset_text
from mlgraph.build.derive import authored
from mlgraph.build.opening import shipped_dataset
from mlgraph.build.record import confidence
from mlgraph.catalog.quality import quality
from mlgraph.interchange.quality import read_checked, read_judged, to_report
from mlgraph.network.projection import prerequisite_graph, requirement_graph
from mlgraph.planning.prerequisite import prerequisites
from mlgraph.rdf.reader import read_turtle
from mlgraph.rdf.store import text
from mlgraph.vocab import CLAIM_PREDICATES, DCTERMS, KINDS, MLG, RDF, SKOS, curie, kind_and_slug, local_name
from tests.conftest import ROOT

if TYPE_CHECKING:
    from mlgraph.checks.record import Records
    from mlgraph.model import Finding
    from mlgraph.rdf.store import EmbeddedStore

DATA = ROOT / "data"
PLACES = sorted(path.name for path in DATA.iterdir() if path.is_dir() or path.suffix == ".ttl")
AREAS = sorted(path.name for path in (DATA / "topics").iterdir())
AT_LEAST = {
    "topic": 560,
    "area": 40,
    "skill": 60,
    "role": 28,
    "course": 250,
    "offering": 250,
    "program": 65,
    "project": 60,
    "platform": 5,
    "institution": 20,
    "resource": 1000,
    "source": 100,
    "claim": 5000,
    "evidence": 5000,
    "requirement": 50,
    "statement": 20,
}


class Data(NamedTuple):
    """What the real folder holds, read once."""

    records: Records
    findings: list[Finding]

    def of(self, predicate: str) -> dict[str, list[str]]:
        """Return subject -> objects of a property."""
        found: dict[str, list[str]] = {}
        for subject, target, _ in self.records.rows.get(predicate, ()):
            found.setdefault(subject, []).append(target)
        return found

    def claims(self, predicate: str) -> list[str]:
        """Return the claims on a property."""
        return [claim for claim, link, _ in self.records.rows[RDF.predicate] if link == predicate]


@pytest.fixture(scope="module")
def data() -> Data:
    return Data(*check_data([DATA]))


@pytest.fixture(scope="module")
def built() -> list[ox.Quad]:
    return build_dataset([DATA], checked=False).quads


def told(findings: list[Finding]) -> str:
    """Return findings as lines that say where and how to mend."""
    lines = [
        f"{each.path}:{each.line}: {each.rule}: {each.message}; mend: {each.mend}" for each in findings[:20]
    ]
    return "\n".join([f"{len(findings)} findings; `mlgraph check data` shows all:", *lines])


# -- a case a folder


@pytest.mark.parametrize("place", PLACES)
def test_files_are_canonical(data: Data, place: str) -> None:
    own = str(DATA / place)
    wrong = [each for each in data.findings if each.rule == "canonical" and each.path.startswith(own)]
    assert not wrong, f"{told(wrong)}\nmend all: mlgraph fmt {own}"


@pytest.mark.parametrize("place", PLACES)
def test_files_have_no_findings(data: Data, place: str) -> None:
    own = str(DATA / place)
    wrong = [each for each in data.findings if each.severity != "info" and each.path.startswith(own)]
    assert not wrong, told(wrong)


def test_no_finding_is_without_a_file(data: Data) -> None:
    wrong = [each for each in data.findings if each.severity != "info" and not each.path]
    assert not wrong, told(wrong)


@pytest.mark.parametrize("area", AREAS)
def test_topic_lies_in_the_folder_of_its_area_under_its_own_name(data: Data, area: str) -> None:
    broader = data.of(SKOS.broader)
    folder = DATA / "topics" / area
    topics = {
        node: home.path
        for node, home in data.records.homes.items()
        if "/id/topic/" in node and home.path.parent == folder
    }
    assert sorted(topics.values()) == sorted(folder.glob("*.ttl")), "one topic a file"
    for topic, path in topics.items():
        assert local_name(topic) == path.stem, f"rename {path} or its topic"
        assert area in map(local_name, broader[topic]), f"move {path} to the folder of its area"


@pytest.mark.parametrize("folder", ["courses", "programs", "roles", "skills", "projects"])
def test_record_has_a_file_of_its_own_name(data: Data, folder: str) -> None:
    kind = folder.removesuffix("s")
    for node, home in data.records.homes.items():
        if f"/id/{kind}/" in node:
            slug = node.rsplit("/", maxsplit=1)[-1]
            assert home.path.stem == slug, f"rename {home.path} to {slug}.ttl"


# -- a case a kind


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_enough_records_of_a_kind(data: Data, kind: str) -> None:
    count = sum((kind_and_slug(node) or ("",))[0] == kind for node in data.records.homes)
    assert count >= AT_LEAST[kind]


def test_there_are_enough_prerequisite_claims(data: Data) -> None:
    assert len(data.claims(MLG.requires)) >= 400


@pytest.mark.parametrize("kind", ["topic", "skill", "role", "area"])
def test_things_have_an_english_name(data: Data, kind: str) -> None:
    named = {
        quad.subject.value
        for quad in data.records.quads
        if quad.predicate.value == SKOS.prefLabel
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.Literal)
        and quad.object.language == "en"
    }
    things = {node for node in data.records.homes if f"/id/{kind}/" in node}
    assert not {f'{data.records.homes[node].path}: add skos:prefLabel "…"@en' for node in things - named}


# -- a case a property of claims


@pytest.mark.parametrize("predicate", sorted(CLAIM_PREDICATES), ids=curie)
def test_every_claim_says_why_and_who_says_so(data: Data, predicate: str) -> None:
    reasons, support = data.of(MLG.reason), data.of(MLG.supportedBy)
    for claim in data.claims(predicate):
        place = data.records.homes[claim].path
        assert all(map(str.strip, reasons.get(claim, [""]))), f"{place}: give {curie(claim)} a mlg:reason"
        assert support.get(claim), f"{place}: give {curie(claim)} a mlg:supportedBy"


@pytest.mark.parametrize("predicate", sorted(CLAIM_PREDICATES), ids=curie)
def test_claim_is_named_by_what_it_links(data: Data, predicate: str) -> None:
    subjects, objects = data.of(RDF.subject), data.of(RDF.object)
    for claim in data.claims(predicate):
        name = claim.rsplit("/", maxsplit=1)[-1]
        for node in (*subjects[claim], *objects[claim]):
            known = kind_and_slug(node)
            assert known is not None
            assert ".".join(known) in name, f"rename {curie(claim)} in {data.records.homes[claim].path}"


def test_link_is_claimed_once(data: Data) -> None:
    subjects, predicates, objects = (data.of(each) for each in (RDF.subject, RDF.predicate, RDF.object))
    links = Counter(
        (subjects[claim][0], predicate[0], objects[claim][0]) for claim, predicate in predicates.items()
    )
    assert not [link for link, count in links.items() if count > 1], "merge these claims"


def test_every_hard_prerequisite_is_needed_at_working_level_or_deeper(data: Data) -> None:
    levels = data.of(MLG.atLevel)
    for claim in data.claims(MLG.requires):
        place = data.records.homes[claim].path
        assert levels.get(claim) in ([MLG.Working], [MLG.Deep]), (
            f"{place}: {curie(claim)} must be at mlg:Working or mlg:Deep; a need of mere awareness is mlg:recommends"
        )


# -- the graph as a whole


def test_hard_prerequisites_have_no_loop_and_none_is_redundant(data: Data, built: list[ox.Quad]) -> None:
    network = prerequisite_graph(built)
    assert nx.is_directed_acyclic_graph(network), "`mlgraph check data` names the loop"
    assert set(network.edges) == set(nx.transitive_reduction(network).edges), (
        "`mlgraph check data` names them"
    )
    assert network.number_of_edges() >= 1000
    assert not [each for each in data.findings if each.rule in {"cycle", "redundant"}]


def test_every_topic_and_skill_can_be_learned_somewhere(data: Data) -> None:
    assert not [each.message for each in data.findings if each.rule == "unreachable"]


def test_report_on_data_quality_is_that_of_the_graph(store: EmbeddedStore) -> None:
    judged = read_judged(DATA / "review" / "prerequisites.tsv")
    checked = read_checked(DATA / "review" / "facts.tsv")
    rest = read_checked(DATA / "review" / "facts-rest.tsv")
    written = (ROOT / "docs" / "data-quality.md").read_text(encoding="utf-8")
    assert written == to_report(quality(store), judged, checked, rest), (
        "run: mlgraph quality -o docs/data-quality.md"
    )


def test_reviewed_prerequisites_are_what_the_review_says_they_are_now(built: list[ox.Quad]) -> None:
    links = {
        (local_name(text(quad.subject)), local_name(text(quad.object))): local_name(quad.predicate.value)
        for quad in built
        if quad.predicate.value in {MLG.requires, MLG.recommends}
    }
    judged = read_judged(DATA / "review" / "prerequisites.tsv")
    wrong = [each for each in judged if links.get((each.dependent, each.prerequisite), "none") != each.now]
    assert not wrong, f"the column `now` of data/review/prerequisites.tsv is out of date: {wrong[:5]}"


def test_confidence_follows_from_the_evidence(data: Data) -> None:
    words = {getattr(MLG, name): name for name in "Textbook LectureNotes Paper Documentation".split()}
    words |= {getattr(MLG, name): name for name in "Syllabus OfficialPage Secondary Editorial".split()}
    source, kind = data.of(DCTERMS.source), data.of(MLG.evidenceKind)
    status, stated = data.of(MLG.status), data.of(MLG.confidence)
    wrong = []
    for claim, evidence in data.of(MLG.supportedBy).items():
        if claim in stated and status.get(claim) == [MLG.Verified]:
            rule = confidence((source[each][0], words[kind[each][0]].lower()) for each in evidence)
            if float(stated[claim][0]) != rule:
                wrong.append(f"{curie(claim)} has {stated[claim][0]}, by the rule {rule}")
    assert not wrong, f"{len(wrong)} claims, such as {wrong[:3]}; CONTRIBUTING.md has the rule"


def test_every_hard_prerequisite_was_judged_by_a_second_reader(built: list[ox.Quad]) -> None:
    judged = {
        (each.dependent, each.prerequisite) for each in read_judged(DATA / "review" / "prerequisites.tsv")
    }
    hard = {
        (local_name(text(quad.subject)), local_name(text(quad.object)))
        for quad in built
        if quad.predicate.value == MLG.requires
    }
    assert sorted(hard - judged) == [], "have them judged, and add the rows to data/review/prerequisites.tsv"


def test_options_of_topics_have_no_loop_with_hard_prerequisites(built: list[ox.Quad]) -> None:
    wider = prerequisite_graph(built)
    groups = requirement_graph(built)
    for group in [node for node in groups if "/id/requirement/" in node]:
        wider.add_edges_from(
            (option, owner)
            for owner in groups.successors(group)
            for option in groups.predecessors(group)
            if "/id/topic/" in owner
        )
    assert nx.is_directed_acyclic_graph(wider), "`mlgraph check data` names the option"


def test_shipped_dataset_is_what_the_records_build(built: list[ox.Quad]) -> None:
    from mlgraph.build.dataset import Built

    assert shipped_dataset().read_text(encoding="utf-8") == dataset_text(Built(built, [], [])), (
        "run: mlgraph build"
    )


def test_records_come_back_from_the_built_dataset(data: Data, built: list[ox.Quad]) -> None:
    ontology = set(read_turtle(ROOT / "ontology" / "mlgraph.ttl"))
    assert set(authored(built)) - ontology == set(data.records.quads)


def test_deepest_topics_have_a_full_and_exact_path(store: EmbeddedStore, built: list[ox.Quad]) -> None:
    network = prerequisite_graph(built)
    depth = {
        text(quad.subject): int(text(quad.object))
        for quad in built
        if quad.predicate.value == MLG.learningDepth
    }
    for goal in sorted(depth, key=depth.__getitem__)[-10:]:
        path = prerequisites(store, [goal])
        learned = [step.topic.iri for step in path.steps]
        assert path.exact
        assert nx.ancestors(network, goal) | {goal} <= set(learned)
        assert all(
            learned.index(before) < learned.index(after) for before, after in network.subgraph(learned).edges
        )


def test_data_folder_holds_records_and_their_words_only() -> None:
    names = {path.name for path in DATA.rglob("*") if path.is_file() and path.suffix != ".ttl"}
    assert names <= {
        "README.md",
        "LICENSE",
        "prerequisites.tsv",
        "requirements.tsv",
        "facts.tsv",
        "facts-rest.tsv",
    }, "a record is Turtle: mlgraph fmt data"
    assert all(path.stem == path.stem.lower() for path in DATA.rglob("*.ttl"))
