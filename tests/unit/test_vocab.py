"""Terms are closed, and IRIs become short names and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgraph import vocab
from mlgraph.vocab import (
    CLAIM_PREDICATES,
    KINDS,
    LEVELS,
    MLG,
    PREFIXES,
    SLUG,
    Namespace,
    curie,
    expand,
    kind_and_slug,
    local_name,
    thing,
)


def test_known_term_is_its_iri() -> None:
    assert MLG.requires == "https://w3id.org/mlgraph/ontology#requires"


def test_misspelt_term_raises_and_names_it() -> None:
    with pytest.raises(AttributeError, match="has no term 'requries'"):
        _ = MLG.requries


def test_namespace_has_the_usual_python_names_only() -> None:
    assert not hasattr(Namespace("https://a.org/", "b"), "__len__")


def test_two_prefixes_never_share_a_namespace() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)


def test_every_kind_has_a_prefix_and_a_slug_for_a_name() -> None:
    for kind in KINDS:
        assert PREFIXES[kind] == thing(kind, "")
        assert SLUG.fullmatch(kind)


def test_every_level_has_a_word_from_shallow_to_deep() -> None:
    assert list(LEVELS.values()) == ["awareness", "working", "deep"]


def test_claims_may_state_what_the_shapes_allow() -> None:
    from mlgraph.build.dataset import find_layout

    shapes = (find_layout().ontology / "shapes.ttl").read_text(encoding="utf-8")
    listed = shapes.split("sh:path rdf:predicate")[1].split("sh:in (")[1].split(")")[0]
    assert {expand(name) for name in listed.split()} == CLAIM_PREDICATES


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (thing("topic", "chain-rule"), ("topic", "chain-rule")),
        (thing("course", "mit-6.3900"), ("course", "mit-6.3900")),
        (thing("planet", "mars"), None),
        (thing("topic", ""), None),
        ("https://example.org/id/topic/a", None),
    ],
)
def test_kind_and_slug_are_read_from_iris_of_things_only(iri: str, expected: tuple[str, str] | None) -> None:
    assert kind_and_slug(iri) == expected


@pytest.mark.parametrize("slug", ["a", "chain-rule", "mit-6.3900", "3d"])
def test_good_slugs_match(slug: str) -> None:
    assert SLUG.fullmatch(slug)


@pytest.mark.parametrize("slug", ["", "A", "a_b", "-a", "a-", "a--b", "a b", "é", "a.", "a/b"])
def test_bad_slugs_do_not_match(slug: str) -> None:
    assert not SLUG.fullmatch(slug)


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("topic:a", thing("topic", "a")),
        ("topic/a", thing("topic", "a")),
        ("<https://a.org/>", "https://a.org/"),
        ("https://a.org/", "https://a.org/"),
        ("mlg:requires", MLG.requires),
        ("planet:mars", None),
        ("planet/mars", None),
        ("topic/A b", None),
        ("chain rule", None),
        ("topic:", None),
        ("topic: a", None),
    ],
)
def test_short_names_are_expanded(text: str, iri: str | None) -> None:
    assert expand(text) == iri


@given(st.sampled_from(sorted(PREFIXES)), st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]*", fullmatch=True))
def test_expanding_a_shortened_iri_gives_it_back(prefix: str, local: str) -> None:
    iri = PREFIXES[prefix] + local
    assert expand(curie(iri)) == iri


@pytest.mark.parametrize("iri", ["https://a.org/b", thing("topic", "a.b."), thing("topic", "a/b"), MLG.base])
def test_what_no_prefix_fits_stays_a_full_iri(iri: str) -> None:
    assert curie(iri) == f"<{iri}>"


def test_longest_prefix_wins() -> None:
    assert curie(thing("topic", "a")) == "topic:a"


@pytest.mark.parametrize(
    ("iri", "name"), [("https://a.org/b#c", "c"), ("https://a.org/b", "b"), ("https://a.org/", "")]
)
def test_local_name_is_the_last_part(iri: str, name: str) -> None:
    assert local_name(iri) == name


def test_public_names_are_sorted_and_exist() -> None:
    assert set(vocab.__all__) <= set(vars(vocab))
