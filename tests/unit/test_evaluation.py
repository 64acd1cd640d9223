"""Scores against labelled pairs, with answers worked out by hand."""

from __future__ import annotations

from itertools import permutations
from random import Random

import networkx as nx
import pytest

from mlgraph.analysis.evaluation import (
    Evaluation,
    Pair,
    TopicNames,
    _Closure,
    chain,
    evaluate,
    match_concepts,
)

KNOWN = TopicNames({}, {name: (name,) for name in "abcde"})


def graph(*edges: str, nodes: str = "abcde") -> nx.DiGraph[str]:
    """Return a graph of edges such as ab: a comes before b."""
    network: nx.DiGraph[str] = nx.DiGraph()
    network.add_nodes_from(nodes)
    network.add_edges_from((edge[0], edge[1]) for edge in edges)
    return network


def pairs(positives: str = "", negatives: str = "") -> list[Pair]:
    """Return pairs from words such as ca: c needs a."""
    return [Pair(each[0], each[1], True) for each in positives.split()] + [
        Pair(each[0], each[1], False) for each in negatives.split()
    ]


def score(network: nx.DiGraph[str], rows: list[Pair], *, shuffles: int = 50, seed: int = 0) -> Evaluation:
    matching = match_concepts({name for row in rows for name in row[:2]}, KNOWN)
    return evaluate(network, rows, matching, shuffles=shuffles, seed=seed)


SMALL = graph("ab", "bc", "ad")
"""Needs: b of a; c of a and b; d of a; nothing of e. Four ordered pairs of twenty."""


def test_shares_on_a_graph_worked_out_by_hand() -> None:
    found = score(SMALL, pairs("ca db ab ea", "da cd"))
    assert (found.rows, found.positives, found.negatives) == (6, 4, 2)
    assert found.recall[:2] == (1, 4)
    assert found.contradictions[:2] == (1, 4)
    assert found.right_way[:2] == (1, 2)
    assert found.false_hits[:2] == (1, 2)
    assert found.missed == (("a", "b"), ("d", "b"), ("e", "a"))
    assert found.contradicted == (("a", "b"),)
    assert found.false == (("d", "a"),)
    assert found.recall.value == 0.25


def test_a_pair_counts_once_and_only_between_two_different_topics() -> None:
    found = score(SMALL, [*pairs("ca ca aa"), Pair("c", "tea", True)])
    assert (found.rows, found.positives) == (4, 1)
    assert found.matching.unmatched == ("tea",)


def test_two_names_of_one_topic_give_one_pair() -> None:
    known = TopicNames({}, {"svd": ("c",), "singular value decomposition": ("c",), "a": ("a",)})
    names = ["SVD", "singular value decompositions", "a"]
    rows = [Pair("SVD", "a", True), Pair("singular value decompositions", "a", True)]
    assert evaluate(SMALL, rows, match_concepts(names, known), shuffles=1).positives == 1


def test_a_pair_labelled_both_ways_is_reported() -> None:
    found = score(SMALL, pairs("ca", "ca"))
    assert (found.conflicting, found.recall[:2], found.false_hits[:2]) == (1, (1, 1), (1, 1))


def test_without_positives_there_is_no_share_and_no_baseline() -> None:
    found = score(SMALL, pairs("", "ca"))
    assert found.recall.value is None
    assert found.recall.interval is None
    assert found.right_way.value is None
    assert found.baseline is None
    assert found.false_hits.value == 1.0


def test_where_both_directions_hold_nothing_is_decided() -> None:
    found = score(graph("ab", "ba", "bc"), pairs("ab ca"))
    assert found.recall[:2] == (2, 2)
    assert found.contradictions[:2] == (1, 2)
    assert found.right_way[:2] == (1, 1)


def test_closure_equals_the_ancestors_in_networkx_also_with_cycles() -> None:
    rng = Random(7)
    for _ in range(40):
        network: nx.DiGraph[str] = nx.DiGraph()
        nodes = [f"n{place}" for place in range(12)]
        network.add_nodes_from(nodes)
        for _ in range(rng.randrange(30)):
            before, after = rng.sample(nodes, 2)
            network.add_edge(before, after)
        closure = _Closure(network)
        for concept in nodes:
            held = {other for other in nodes if other != concept and closure.holds((concept, other))}
            assert held == nx.ancestors(network, concept)


def test_random_recall_is_expected_to_be_the_density_of_the_closure() -> None:
    found = score(SMALL, pairs("ca db ab ea"), shuffles=4000)
    assert found.baseline is not None
    assert found.baseline.expected == 4 / 20
    assert found.baseline.mean == pytest.approx(4 / 20, abs=0.02)
    assert found.baseline.low <= found.baseline.mean <= found.baseline.high


def test_expected_recall_is_the_mean_over_all_relabellings() -> None:
    network = graph("ab", "bc", "bd", nodes="abcd")
    links = [("c", "a"), ("d", "c"), ("a", "b")]
    recalls = []
    for names in permutations("abcd"):
        renamed = nx.relabel_nodes(network, dict(zip("abcd", names, strict=True)))
        recalls.append(sum(before in nx.ancestors(renamed, after) for after, before in links) / len(links))
    found = score(network, pairs("ca dc ab"))
    assert found.baseline is not None
    assert found.baseline.expected == pytest.approx(sum(recalls) / len(recalls))


def test_in_a_total_order_one_of_two_opposite_pairs_always_holds() -> None:
    found = score(graph("ab", "bc", "cd", nodes="abcd"), pairs("ba ab"))
    assert found.baseline is not None
    assert found.baseline[1:4] == (0.5, 0.5, 0.5)


def test_a_graph_without_edges_recalls_nothing() -> None:
    found = score(graph(), pairs("ba"))
    assert found.baseline is not None
    assert found.baseline[:4] == (0.0, 0.0, 0.0, 0.0)


def test_equal_seeds_give_equal_results_and_others_differ() -> None:
    rows = pairs("ca db ab ea cb da", "eb")
    assert score(SMALL, rows, seed=3) == score(SMALL, rows, seed=3)
    assert score(SMALL, list(reversed(rows)), seed=3) == score(SMALL, rows, seed=3)
    assert score(SMALL, rows, seed=3) != score(SMALL, rows, seed=4)


def test_the_number_of_shuffles_does_not_move_the_bootstrap() -> None:
    rows = pairs("ca db ab ea cb da")
    assert score(SMALL, rows, shuffles=5).recall == score(SMALL, rows, shuffles=77).recall


def test_bootstrap_intervals_hold_the_share_and_are_a_point_where_all_agree() -> None:
    found = score(SMALL, pairs("ca db ab ea cb da"))
    for share in (found.recall, found.contradictions, found.right_way):
        assert share.interval is not None
        assert share.value is not None
        assert 0 <= share.interval[0] <= share.value <= share.interval[1] <= 1
    agreed = score(SMALL, pairs("ca cb ba"))
    assert agreed.recall.interval == (1.0, 1.0)
    assert agreed.contradictions.interval == (0.0, 0.0)


def test_bootstrap_draws_concepts_not_pairs() -> None:
    # c needs a and b, not e. Drawn from {a, b, c, e}, a sample with c and e alone has recall 0,
    # so the interval reaches down to 0 although two of three pairs hold.
    found = score(SMALL, pairs("ca cb ce"))
    assert found.recall.interval == (0.0, 1.0)


def test_names_match_after_normalising_and_ambiguous_ones_do_not() -> None:
    known = TopicNames({"svm": "n1"}, {"support vector machine": ("n1",), "kernel": ("n2", "n3")})
    found = match_concepts(["Support-Vector Machines (SVMs)", "Kernels", "tea", "tea", "x" * 300], known)
    assert found.matched == {"Support-Vector Machines (SVMs)": "n1"}
    assert found.ambiguous == {"Kernels": ("n2", "n3")}
    assert found.unmatched == ("tea", "x" * 300)
    assert found.total == 4


def test_aliases_go_before_names() -> None:
    known = TopicNames({}, {"kernel": ("n2", "n3"), "tea": ("n4",)})
    found = match_concepts(["Kernel", "tea", "(only brackets)"], known, {"kernel": "n3", "tea": "n2"})
    assert found.matched == {"Kernel": "n3", "tea": "n2"}
    assert found.unmatched == ("(only brackets)",)


def test_chain_of_nodes_that_are_not_there_is_empty() -> None:
    assert chain(SMALL, "a", "c") == ["a", "b", "c"]
    assert chain(SMALL, "c", "a") == []
    assert chain(SMALL, "a", "z") == []
