"""Belief, questions and verdicts on small orders."""

from __future__ import annotations

import random

import pytest

from mlgraph.analysis.assessment import ENOUGH, best_question, question_limit, verdict
from mlgraph.analysis.belief import Model, Order, believe, draw_states, order_of
from mlgraph.errors import CycleError

CHAIN = order_of("abcdefgh", [(later, earlier) for earlier, later in zip("abcdefg", "bcdefgh", strict=True)])
COMB = order_of(
    [f"{letter}{number}" for letter in "pqrs" for number in range(6)],
    [(f"{letter}{number + 1}", f"{letter}{number}") for letter in "pqrs" for number in range(5)],
)


def places(order: Order, *names: str) -> set[int]:
    return {order.topics.index(name) for name in names}


def test_order_closes_both_ways_and_leaves_out_strangers() -> None:
    order = order_of("dcba", [("b", "a"), ("c", "b"), ("d", "a"), ("x", "a"), ("a", "x")])
    assert order.topics == ("a", "b", "c", "d")
    assert order.below == (0b0001, 0b0011, 0b0111, 0b1001)
    assert order.above == (0b1111, 0b0110, 0b0100, 0b1000)
    assert order.needs == ((), (0,), (1,), (0,))


def test_a_loop_is_refused_with_its_topics() -> None:
    with pytest.raises(CycleError) as caught:
        order_of("abc", [("a", "b"), ("b", "a")])
    assert "a" in str(caught.value)
    assert "b" in str(caught.value)


def test_states_hold_what_their_topics_need_and_reach_every_size() -> None:
    area = places(COMB, "p3", "q1")
    states = list(draw_states(COMB, [[area]], seed=3, size=600))
    assert len(states) == 600
    for state in states:
        for topic in range(24):
            if state >> topic & 1:
                assert COMB.below[topic] & ~state == 0
    sizes = {state.bit_count() for state in states}
    assert min(sizes) == 0
    assert max(sizes) == 24
    assert len(sizes) > 20
    whole = sum(1 << topic for topic in places(COMB, "p0", "p1", "p2", "p3", "q0", "q1"))
    assert states.count(whole) >= 100, "an area is learned as a whole in one picture"


def test_the_same_seed_gives_the_same_states_and_another_one_others() -> None:
    def draw(seed: int) -> list[int]:
        return list(draw_states(COMB, [], seed, 50))

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


def test_what_is_learned_together_is_believed_together() -> None:
    p, q = places(COMB, "p5"), places(COMB, "q5")
    model = Model(COMB, [[p | q, places(COMB, "r5", "s5")]])
    chances = dict(
        zip(
            COMB.topics,
            believe(model, dict.fromkeys(p, True) | dict.fromkeys(places(COMB, "r5"), False)).chances,
            strict=True,
        )
    )
    assert chances["q5"] > chances["s5"] + 0.2
    blind = dict(
        zip(
            COMB.topics,
            believe(Model(COMB), dict.fromkeys(p, True) | dict.fromkeys(places(COMB, "r5"), False)).chances,
            strict=True,
        )
    )
    assert abs(blind["q5"] - blind["s5"]) < 0.1, "without the family nothing tells them apart"


def test_an_answer_outvotes_a_wrong_one() -> None:
    """Who knows the last three topics of a chain also knows the second, whatever was answered."""
    last = places(CHAIN, "f", "g", "h")
    b = CHAIN.topics.index("b")
    belief = believe(Model(CHAIN), dict.fromkeys(last, True) | {b: False})
    assert b in verdict(belief).known
    alone = believe(Model(CHAIN), {b: False})
    assert b in verdict(alone).unknown


def test_answers_are_trusted_less_at_a_higher_error_rate() -> None:
    model = Model(CHAIN)
    h = CHAIN.topics.index("h")
    sure, unsure = (believe(model, {h: True}, rate).chances[h] for rate in (0.0, 0.4))
    assert sure > unsure > believe(model, {}).chances[h]


def test_the_first_question_halves_a_chain_and_nothing_is_asked_twice() -> None:
    model = Model(CHAIN)
    first = best_question(believe(model, {}))
    assert first is not None
    assert CHAIN.topics[first.topic] in "cdef"
    asked = {first.topic: True}
    while (question := best_question(believe(model, asked), asked)) is not None:
        assert question.topic not in asked
        asked[question.topic] = True
    assert asked.keys() == set(range(8))


def test_nothing_to_know_is_known_already() -> None:
    belief = believe(Model(order_of([], [])), {})
    assert best_question(belief) is None
    assert verdict(belief) == ((), (), (), 1.0)


@pytest.mark.parametrize("wrong", [0.0, 0.1])
def test_simulated_learners_are_told_rightly_with_few_questions(wrong: float) -> None:
    """Learners who know a beginning of each of four chains: 24 topics, at most nine questions."""
    model = Model(COMB)
    shares, counts = [], []
    for seed in range(15):
        chance = random.Random(seed)
        known = set()
        for letter in "pqrs":
            known |= places(COMB, *(f"{letter}{number}" for number in range(chance.randint(0, 6))))
        answers: dict[int, bool] = {}
        belief = believe(model, answers)
        while len(answers) < question_limit(24) and belief.right < ENOUGH:
            question = best_question(belief, answers)
            assert question is not None
            answers[question.topic] = (question.topic in known) != (chance.random() < wrong)
            belief = believe(model, answers)
        shares.append(1 - len(known ^ set(verdict(belief).known)) / 24)
        counts.append(len(answers))
    assert max(counts) <= 9
    assert sum(shares) / 15 > (0.9 if not wrong else 0.82)
