"""Plain triples follow from verified claims, and can be taken away and derived anew."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from mlgraph.build.dataset import find_layout
from mlgraph.build.derive import authored, closure_triples, derive, merge_layers, stated_links
from mlgraph.errors import CycleError
from mlgraph.rdf.reader import read_turtle
from mlgraph.vocab import MLG, RDF, RDFS, thing
from tests.little import authored_quads, claim, quads_of, topic


def plain(quads: list[ox.Quad], *predicates: str) -> set[tuple[str, str, str]]:
    """Return (subject slug, local predicate, object slug or text) of the triples with some predicates."""

    def short(term: object) -> str:
        return str(getattr(term, "value", term)).rsplit("/", maxsplit=1)[-1]

    return {
        (short(quad.subject), quad.predicate.value.rsplit("#")[-1].rsplit("/")[-1], short(quad.object))
        for quad in quads
        if quad.predicate.value in predicates
    }


def test_verified_claim_gives_its_plain_triple() -> None:
    found = derive(quads_of(claim("topic:b", "mlg:requires", "topic:a")))
    assert plain(found, MLG.requires) == {("b", "requires", "a")}


@pytest.mark.parametrize("status", ["Proposed", "Disputed", "Superseded"])
def test_claim_that_is_not_verified_gives_none(status: str) -> None:
    quads = quads_of(claim("topic:b", "mlg:requires", "topic:a", status=status))
    assert plain(derive(quads), MLG.requires) == set()


@pytest.mark.parametrize("part", ["subject", "predicate", "object", "status"])
def test_claim_that_lacks_a_part_gives_none(part: str) -> None:
    quads = quads_of(claim("topic:b", "mlg:requires", "topic:a"))
    kept = [quad for quad in quads if not quad.predicate.value.endswith(f"#{part}")]
    assert plain(derive(kept), MLG.requires) == set()


def test_claim_on_a_property_that_is_no_link_gives_none() -> None:
    quads = quads_of(claim("topic:b", "mlg:goal", "topic:a"))
    assert plain(derive(quads), MLG.goal) == set()


@pytest.mark.parametrize(
    ("predicate", "above"),
    [("mlg:coreTopic", MLG.covers), ("mlg:electiveTopic", MLG.covers), ("mlg:practises", MLG.teaches)],
)
def test_link_implies_its_super_property(predicate: str, above: str) -> None:
    quads = quads_of(claim("program:p", predicate, "topic:a"))
    assert len(plain(derive(quads), above)) == 1


def test_english_name_becomes_the_label_and_no_other() -> None:
    quads = quads_of(
        'topic:a skos:prefLabel "A"@en , "Á"@es . course:b schema:name "B"@en . course:c schema:name "C" .'
        'topic:d skos:prefLabel "D"@en ; rdfs:label "own"@en . topic:e skos:altLabel "E"@en .'
    )
    assert plain(derive(quads), RDFS.label) == {("a", "label", "A"), ("b", "label", "B"), ("c", "label", "C")}


def test_depth_is_the_longest_chain_of_verified_needs() -> None:
    # a <- b <- c, a <- c; d only proposed to need c; e alone
    quads = quads_of(
        "".join(topic(each) for each in "abcde")
        + claim("topic:b", "mlg:requires", "topic:a")
        + claim("topic:c", "mlg:requires", "topic:b")
        + claim("topic:c", "mlg:requires", "topic:a")
        + claim("topic:d", "mlg:requires", "topic:c", status="Proposed")
    )
    assert plain(derive(quads), MLG.learningDepth) == {
        (slug, "learningDepth", depth) for slug, depth in zip("abcde", "01200", strict=True)
    }


def test_cycle_of_verified_needs_has_no_depth() -> None:
    quads = quads_of(
        claim("topic:b", "mlg:requires", "topic:a") + claim("topic:a", "mlg:requires", "topic:b")
    )
    with pytest.raises(CycleError) as caught:
        derive(quads)
    assert caught.value.cycle == (thing("topic", "a"), thing("topic", "b"), thing("topic", "a"))


def test_what_was_derived_can_be_taken_away_and_derived_anew() -> None:
    quads = authored_quads()
    built = [*quads, *derive(quads)]
    assert len(set(built)) > len(set(quads))
    assert set(authored(built)) == set(quads)
    assert set(derive(authored(built))) == set(derive(quads))


def test_round_trip_holds_with_ontology_and_closure() -> None:
    quads = authored_quads()
    ontology = read_turtle(find_layout().ontology / "mlgraph.ttl")
    built = [*quads, *derive(quads), *ontology]
    again = authored([*built, *closure_triples(built)])
    rebuilt = {*again, *derive(again), *ontology}
    assert rebuilt == set(built)


def test_stale_plain_triple_of_a_claim_goes_when_the_claim_is_disputed() -> None:
    quads = quads_of(claim("topic:b", "mlg:requires", "topic:a"))
    built = [*quads, *derive(quads)]
    disputed = [
        ox.Quad(quad.subject, quad.predicate, ox.NamedNode(MLG.Disputed))
        if quad.predicate.value == MLG.status
        else quad
        for quad in built
    ]
    again = authored(disputed)
    assert plain([*again, *derive(again)], MLG.requires) == set()


def test_closure_holds_every_pair_and_no_more() -> None:
    # a <- b <- c     d
    quads = quads_of("topic:b mlg:requires topic:a . topic:c mlg:requires topic:b . topic:d a mlg:Topic .")
    assert plain(closure_triples(quads), MLG.dependsOn) == {
        ("b", "dependsOn", "a"),
        ("c", "dependsOn", "b"),
        ("c", "dependsOn", "a"),
    }


def test_stated_links_hold_the_four_parts_of_a_claim() -> None:
    (parts,) = stated_links(quads_of(claim("topic:b", "mlg:requires", "topic:a"))).values()
    assert {key: node.value for key, node in parts.items()} == {
        RDF.subject: thing("topic", "b"),
        RDF.predicate: MLG.requires,
        RDF.object: thing("topic", "a"),
        MLG.status: MLG.Verified,
    }


# -- layers

STATE = "claim:x mlg:status mlg:{status} ; mlg:confidence {confidence} ; mlg:reason {reason} ."


def layer(status: str, confidence: str, reason: str) -> list[ox.Quad]:
    return quads_of(STATE.format(status=status, confidence=confidence, reason=f'"{reason}"@en'))


def test_later_layer_overrides_the_state_of_a_claim_and_adds_the_rest() -> None:
    merged, overridden = merge_layers([layer("Verified", "0.9", "so"), layer("Disputed", "0.2", "not so")])
    assert plain(merged, MLG.status, MLG.confidence, MLG.reason) == {
        ("x", "status", "ontology#Disputed"),
        ("x", "confidence", "0.2"),
        ("x", "reason", "so"),
        ("x", "reason", "not so"),
    }
    assert overridden == [thing("claim", "x")]


def test_equal_status_is_no_override() -> None:
    assert merge_layers([layer("Verified", "0.9", "so"), layer("Verified", "0.2", "so")])[1] == []


def test_last_of_three_layers_wins() -> None:
    layers = [layer(status, "0.5", "so") for status in ("Verified", "Disputed", "Superseded")]
    merged, overridden = merge_layers(layers)
    assert plain(merged, MLG.status) == {("x", "status", "ontology#Superseded")}
    assert overridden == [thing("claim", "x")]


def test_one_layer_is_itself() -> None:
    only = layer("Verified", "0.9", "so")
    assert merge_layers([only]) == (only, [])
    assert merge_layers([]) == ([], [])
