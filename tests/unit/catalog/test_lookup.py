"""Many names at once mean what each would mean alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.catalog.lookup import FEW, LEARNABLE, NEAR_LIMIT, find_things
from mlgraph.catalog.naming import resolve
from mlgraph.errors import AmbiguousNameError, UnknownNameError, UsageError
from mlgraph.model import Thing
from mlgraph.vocab import thing
from tests.little import RECORDS, built_store

if TYPE_CHECKING:
    from mlgraph.rdf.store import EmbeddedStore


@pytest.mark.parametrize(
    ("name", "kind", "slug"),
    [
        ("calculus", "topic", "calculus"),
        ("topic:calculus", "topic", "calculus"),
        ("topic/calculus", "topic", "calculus"),
        (f"<{thing('topic', 'calculus')}>", "topic", "calculus"),
        (thing("topic", "calculus"), "topic", "calculus"),
        ("CALCULUS", "topic", "calculus"),
        ("school algebras", "topic", "algebra"),
        ("mathematics", "area", "mathematics"),
        ("area:mathematics", "area", "mathematics"),
        ("mit-1.01", "course", "mit-1.01"),
        ("1.01", "course", "mit-1.01"),
        ("training networks", "course", "eth-7"),
        ("calculus for all", "course", "mit-1.01"),
    ],
)
def test_name_is_found_as_it_is_alone(little: EmbeddedStore, name: str, kind: str, slug: str) -> None:
    found = find_things(little, [name])[name]
    assert isinstance(found, Thing)
    assert (found.kind, found.slug) == (kind, slug)
    assert found == resolve(little, name, LEARNABLE)
    # many names are looked up another way than few
    assert find_things(little, [f"nothing {number}" for number in range(FEW)] + [name])[name] == found


def test_case_and_blanks_of_a_code_do_not_matter() -> None:
    store = built_store(
        RECORDS
        | {"more": 'course:eth-7 schema:courseCode "CS 229" . course:mit-1.01 schema:courseCode "CS230" .'}
    )
    found = find_things(store, ["cs229", "CS 230", "Cs  229"])
    assert [each.slug for each in found.values() if isinstance(each, Thing)] == ["eth-7", "mit-1.01", "eth-7"]


def test_kinds_that_nobody_knows_are_not_found(little: EmbeddedStore) -> None:
    for name in ("trainer", "role:trainer", "modelling", "mit-msc"):
        assert isinstance(find_things(little, [name])[name], UnknownNameError)


def test_unknown_name_has_near_ones(little: EmbeddedStore) -> None:
    found = find_things(little, ["calculos", "xyzzy"])
    assert isinstance(found["calculos"], UnknownNameError)
    assert "calculus" in found["calculos"].near
    assert isinstance(found["xyzzy"], UnknownNameError)
    assert found["xyzzy"].near == ()


def test_alias_of_two_is_ambiguous() -> None:
    store = built_store(
        RECORDS | {"more": 'topic:jax skos:altLabel "fast"@en . topic:pytorch skos:altLabel "fast"@en .'}
    )
    found = find_things(store, ["fast"])["fast"]
    assert isinstance(found, AmbiguousNameError)
    assert found.matches == ("jax", "pytorch")


def test_label_beats_an_alias_of_another() -> None:
    store = built_store(RECORDS | {"more": 'topic:pytorch skos:altLabel "Jaxes"@en .'})
    found = find_things(store, ["the Jaxes", "JAXES"])
    assert isinstance(found["JAXES"], Thing)
    assert found["JAXES"].slug == "jax"


@pytest.mark.parametrize("name", ["", "x" * 201])
def test_name_without_sense_is_told(little: EmbeddedStore, name: str) -> None:
    assert isinstance(find_things(little, [name])[name], UsageError)


def test_near_names_are_looked_for_a_bounded_number_of_times(little: EmbeddedStore) -> None:
    names = [f"calculu{number}" for number in range(NEAR_LIMIT + 1)]
    found = find_things(little, names)
    assert all(isinstance(each, UnknownNameError) for each in found.values())
    assert getattr(found[names[0]], "near", ()) == ("calculus",)
    assert getattr(found[names[-1]], "near", ()) == ()


def test_name_cannot_leave_the_query(little: EmbeddedStore) -> None:
    names = ['x" } DROP ALL {', "<https://a.org/> } #>", "a\\", "topic:a> ?b <c"]
    assert all(isinstance(each, UnknownNameError) for each in find_things(little, names).values())
