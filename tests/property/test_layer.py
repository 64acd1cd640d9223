"""Laws of layers and of what is derived from them."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from mlgraph.build.derive import authored, closure_triples, derive, merge_layers
from mlgraph.rdf.store import text
from mlgraph.vocab import MLG
from tests.property.strategies import claim_layers

Layers = list[list[ox.Quad]]


def statuses(quads: list[ox.Quad]) -> dict[str, str]:
    return {text(quad.subject): text(quad.object) for quad in quads if quad.predicate.value == MLG.status}


@given(claim_layers())
def test_status_of_the_last_layer_that_speaks_wins(layers: Layers) -> None:
    merged, overridden = merge_layers(layers)
    expected: dict[str, str] = {}
    changed = set()
    for layer in layers:
        for claim, status in statuses(layer).items():
            if expected.get(claim, status) != status:
                changed.add(claim)
            expected[claim] = status
    assert statuses(merged) == expected
    assert overridden == sorted(changed)


@given(claim_layers())
def test_everything_else_is_merged(layers: Layers) -> None:
    def rest(quads: list[ox.Quad]) -> set[ox.Quad]:
        return {quad for quad in quads if quad.predicate.value != MLG.status}

    merged, _ = merge_layers(layers)
    assert rest(merged) == set().union(*map(rest, layers))


@given(claim_layers())
def test_layer_laid_over_itself_changes_nothing(layers: Layers) -> None:
    merged, _ = merge_layers(layers)
    again, overridden = merge_layers([merged, merged])
    assert set(again) == set(merged)
    assert overridden == []


@given(claim_layers(), st.data())
def test_what_is_derived_does_not_depend_on_the_order(layers: Layers, data: st.DataObject) -> None:
    merged, _ = merge_layers(layers)
    shuffled = data.draw(st.permutations(merged))
    assert set(derive(shuffled)) == set(derive(merged))


@given(claim_layers())
def test_what_was_derived_can_be_taken_away_again(layers: Layers) -> None:
    merged, _ = merge_layers(layers)
    built = [*merged, *derive(merged)]
    assert set(authored(built)) == set(merged)
    assert set(authored([*built, *closure_triples(built)])) == set(merged)


@given(claim_layers())
def test_plain_link_stands_exactly_while_its_claim_is_verified(layers: Layers) -> None:
    merged, _ = merge_layers(layers)
    verified = [claim for claim, status in statuses(merged).items() if status == MLG.Verified]
    links = {quad for quad in derive(merged) if quad.predicate.value == MLG.requires}
    assert len(links) == len(verified)
