"""What a person writes becomes the thing that is meant, or an error that helps."""

from __future__ import annotations

import pytest

from mlgraph.catalog import naming
from mlgraph.catalog.naming import (
    NAME_LIMIT,
    NAMED_KINDS,
    resolve,
    resolve_many,
    search,
    slugs,
)
from mlgraph.catalog.spelling import normalise
from mlgraph.errors import AmbiguousNameError, UnknownNameError, UsageError
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.vocab import KINDS, MLG, thing


@pytest.fixture(scope="module")
def named() -> EmbeddedStore:
    """Names that compete with each other.

    "Net" is the label of topic:net and the alias of topic:web; "Fit" fits a topic and a skill by
    label, "Both" two topics by alias.
    """
    return EmbeddedStore.of_turtle("""
    topic:net a mlg:Topic ; rdfs:label "Net"@en ; skos:prefLabel "Net"@en .
    topic:web a mlg:Topic ; rdfs:label "Web"@en ; skos:altLabel "net"@en , "both"@en , "mesh"@en .
    topic:mesh a mlg:Topic ; rdfs:label "Wire mesh"@en ; skos:altLabel "both"@en .
    topic:fit a mlg:Topic ; rdfs:label "Fit"@en .
    skill:fit a mlg:Skill ; rdfs:label "Fit"@en .
    topic:svm a mlg:Topic ; rdfs:label "Support vector machine"@en ; skos:altLabel "SVM"@en ;
        skos:hiddenLabel "suport vector machine"@en ; skos:prefLabel "Máquina de vectores"@es .
    course:x-1 a schema:Course ; rdfs:label "Machines: An Introduction"@en ; schema:courseCode "X 1" ;
        schema:alternateName "Intro to machines"@en .
    mlg:Online rdfs:label "online"@en .
    evidence:e a mlg:Evidence .
    """)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Support-Vector Machines (SVMs)", "support vector machine"),
        ("Regularisation", "regularization"),
        ("k-nearest neighbours", "K Nearest Neighbor"),
        ("modelling", "modeling"),
        ("Bayes' theorem", "bayes theorem"),
        ("Newton's method", "newton method"),
        ("β-distribution", "beta distribution"),
        ("ε-greedy", "epsilon greedy"),
        ("queries", "query"),
        ("losses", "loss"),
        ("C++", "c++"),
        ("A* search", "a* search"),
        ("snake_case  name", "snake case name"),
        ("analyse", "analyze"),
    ],
)
def test_spellings_of_one_name_are_equal(left: str, right: str) -> None:
    assert normalise(left) == normalise(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("C", "C++"), ("C#", "C"), ("noise", "noize"), ("bias", "bayes"), ("A*", "A"), ("four", "for")],
)
def test_different_names_stay_different(left: str, right: str) -> None:
    assert normalise(left) != normalise(right)


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("svm", thing("topic", "svm")),
        ("SVM", thing("topic", "svm")),
        ("topic/svm", thing("topic", "svm")),
        ("topic:svm", thing("topic", "svm")),
        (thing("topic", "svm"), thing("topic", "svm")),
        (f"<{thing('topic', 'svm')}>", thing("topic", "svm")),
        ("Support vector machine", thing("topic", "svm")),
        ("  support-vector   MACHINES ", thing("topic", "svm")),
        ("suport vector machine", thing("topic", "svm")),
        ("máquina de vectores", thing("topic", "svm")),
        ("x 1", thing("course", "x-1")),
        ("X_1", thing("course", "x-1")),
        ("intro to machines", thing("course", "x-1")),
        ("Machines: An Introduction", thing("course", "x-1")),
        ("online", MLG.Online),
        ("mlg:Online", MLG.Online),
    ],
)
def test_thing_is_found_by_every_way_of_naming_it(named: EmbeddedStore, name: str, iri: str) -> None:
    assert resolve(named, name).iri == iri


def test_slug_beats_label_and_label_beats_alias(named: EmbeddedStore) -> None:
    assert resolve(named, "mesh").slug == "mesh", "a slug, though also an alias of topic:web"
    assert resolve(named, "Net").slug == "net", "a label, though also an alias of topic:web"
    assert resolve(named, "nets").slug == "net"


def test_earlier_kind_beats_a_later_one(named: EmbeddedStore) -> None:
    assert resolve(named, "Fit", ["topic", "skill"]).kind == "topic"
    assert resolve(named, "Fit", ["skill", "topic"]).kind == "skill"


def test_alias_of_two_things_is_ambiguous(named: EmbeddedStore) -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        resolve(named, "both")
    assert caught.value.matches == ("mesh", "web")


def test_thing_without_a_label_is_found_by_its_iri_only(named: EmbeddedStore) -> None:
    assert resolve(named, "evidence:e").slug == "e"
    with pytest.raises(UnknownNameError):
        resolve(named, "e")


@pytest.mark.parametrize(
    ("name", "kinds", "message", "near"),
    [
        ("suport vectr machin", ["topic"], "no topic is called", ("svm",)),
        ("suppor vektor machin", ["topic", "skill"], "no topic or skill is called", ("topic/svm",)),
        ("qqqqqq", NAMED_KINDS, "no thing is called", ()),
        ("svm", ["course"], "no course is called", ()),
    ],
)
def test_unknown_name_names_near_ones(
    named: EmbeddedStore, name: str, kinds: list[str], message: str, near: tuple[str, ...]
) -> None:
    with pytest.raises(UnknownNameError, match=message) as caught:
        resolve(named, name, kinds)
    assert caught.value.near == near


@pytest.mark.parametrize("name", ["", "   ", "\n\t"])
def test_empty_name_is_refused(named: EmbeddedStore, name: str) -> None:
    with pytest.raises(UsageError, match="the name is empty"):
        resolve(named, name)


def test_longest_name_is_looked_up_and_a_longer_one_refused(named: EmbeddedStore) -> None:
    with pytest.raises(UnknownNameError):
        resolve(named, "x" * NAME_LIMIT)
    with pytest.raises(UsageError, match="201 characters"):
        resolve(named, "x" * (NAME_LIMIT + 1))


@pytest.mark.parametrize(
    "name",
    [
        '"',
        "\\",
        "a\\",
        "'",
        "a\rb",
        "\x00",
        "\udcff",
        "http://[",
        "https://\ud800",
        "https://a.org/>",
        "<a>",
        "<>",
        "topic:%zz",
        "topic:a{b",
        'x" . ?s ?p ?o . "',
        "x> ?p ?o } #",
    ],
)
def test_name_of_odd_characters_is_just_unknown(named: EmbeddedStore, name: str) -> None:
    with pytest.raises(UnknownNameError):
        resolve(named, name)


def test_area_stands_for_its_topics_where_topics_are_wanted(little: EmbeddedStore) -> None:
    found = resolve_many(little, ["Calculus", "mathematics", "calculus"], ["topic"])
    assert found[0].slug == "calculus"
    assert {each.kind for each in found} == {"topic"}
    assert len(found) == 9


def test_area_named_letter_by_letter_needs_no_list_of_all_names(
    little: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = resolve_many(little, ["mathematics"], ["topic"])
    monkeypatch.setattr(naming, "_read_names", None)  # in a large graph they are tens of thousands
    for name in ("mathematics", "Mathematics", thing("area", "mathematics")):
        assert resolve_many(little, [name], ["topic"]) == wanted


def test_area_is_no_answer_where_no_topic_is_wanted(little: EmbeddedStore) -> None:
    with pytest.raises(UnknownNameError, match="no role is called 'mathematics'"):
        resolve_many(little, ["mathematics"], ["role"])


def test_first_unknown_name_of_several_is_named(little: EmbeddedStore) -> None:
    with pytest.raises(UnknownNameError, match="'nonsense'"):
        resolve_many(little, ["calculus", "nonsense", "rubbish"], ["topic"])


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("py", ["python", "pytorch"]),
        ("pyt", ["python", "pytorch"]),
        ("pyto", ["pytorch"]),
        ("zz", []),
        ('"', []),
    ],
)
def test_slugs_are_completed_from_a_prefix(little: EmbeddedStore, prefix: str, found: list[str]) -> None:
    assert slugs(little, ["topic"], prefix) == found


def test_slugs_of_several_kinds_come_together(little: EmbeddedStore) -> None:
    assert slugs(little, ["role", "skill"]) == ["modelling", "patience", "tester", "trainer"]


@pytest.mark.parametrize(
    ("text", "score"),
    [("support vector machine", 1.0), ("SVMs", 1.0), ("support", 0.9), ("machine vector", 0.7)],
)
def test_better_hits_score_higher(named: EmbeddedStore, text: str, score: float) -> None:
    hit = search(named, text)[0]
    assert (hit.thing.slug, hit.score) == ("svm", score)


def test_near_spelling_scores_below_every_real_hit(named: EmbeddedStore) -> None:
    hit = search(named, "suport vektor machin")[0]
    assert hit.thing.slug == "svm"
    assert 0.45 < hit.score < 0.7


def test_hits_fall_in_score_and_a_thing_comes_once(little: EmbeddedStore) -> None:
    hits = search(little, "model")
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit.thing.iri for hit in hits}) == len(hits) >= 4


def test_hits_are_limited_and_of_the_wanted_kinds(little: EmbeddedStore) -> None:
    assert len(search(little, "model", limit=2)) == 2
    assert {hit.thing.kind for hit in search(little, "model", ["role"])} == {"role"}


@pytest.mark.parametrize("text", ["", "()", "...", "qqqqqqqqq"])
def test_text_that_fits_nothing_has_no_hits(little: EmbeddedStore, text: str) -> None:
    assert search(little, text) == []


def test_named_kinds_are_kinds() -> None:
    assert set(NAMED_KINDS) < set(KINDS)


def test_with_many_courses_not_all_titles_are_read(
    little: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("Gradients", "mit-1.01", "Training Networks", "hybrid", "python")

    def found() -> list[str]:
        return [resolve(little, name).iri for name in names]

    before = found()
    assert [hit.thing.kind for hit in search(little, "for all")] == ["course"]
    monkeypatch.setattr(naming, "MANY_COURSES", 0)
    assert found() == before
    assert search(little, "for all") == []
    with pytest.raises(UnknownNameError):  # a title is found letter by letter only
        resolve(little, "Training network", ["course"])
