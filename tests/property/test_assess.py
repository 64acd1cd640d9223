"""Laws of assessments, on random orders and answers."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mlgraph.analysis.assessment import verdict
from mlgraph.analysis.belief import Model, Order, believe, order_of
from mlgraph.model import Hours, Topic
from mlgraph.planning.assess import (
    ANSWERS,
    Ground,
    Sitting,
    answered,
    kept,
    resumed,
    standing,
    stored,
    undone,
)
from mlgraph.planning.learner import Known, Learner, parse_learner, to_json
from mlgraph.vocab import thing

FEW = settings(max_examples=15)
DAY = "2026-11-25"


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Orders on up to nine topics in which a topic needs only such as come before it."""
    count = draw(st.integers(0, 9))
    names = [thing("topic", f"t{number}") for number in range(count)]
    pairs = [(later, earlier) for later in range(count) for earlier in range(later)]
    needs = draw(st.lists(st.sampled_from(pairs), max_size=14)) if pairs else []
    return order_of(names, [(names[later], names[earlier]) for later, earlier in needs])


def ground_of(order: Order, seed: int = 0, denied: frozenset[str] = frozenset()) -> Ground:
    topics = {iri: Topic(iri, iri[-2:], iri[-2:], "", Hours(1, 2, 3), 0) for iri in order.topics}
    return Ground(topics, Model(order, seed=seed), 0, denied, ())


def run(ground: Ground, sitting: Sitting, answers: list[str]) -> tuple[Sitting, list[str]]:
    """Answer until done; return the sitting and the topics asked about."""
    asked = []
    for answer in answers:
        found = standing(ground, sitting).question
        if found is None:
            break
        asked.append(ground.model.order.topics[found.topic])
        sitting = answered(sitting, asked[-1], answer)
    return sitting, asked


ANSWER_LISTS = st.lists(st.sampled_from(ANSWERS), min_size=9, max_size=9)
SITTING = Sitting(questions=9)


@FEW
@given(orders(), st.data())
def test_known_is_a_down_set_whatever_was_answered(order: Order, data: st.DataObject) -> None:
    answers = (
        data.draw(st.dictionaries(st.integers(0, len(order.topics) - 1), st.booleans()))
        if order.topics
        else {}
    )
    belief = believe(Model(order), answers, data.draw(st.sampled_from([0.0, 0.05, 0.4])))
    found = verdict(belief)
    assert sorted((*found.known, *found.unknown)) == list(range(len(order.topics)))
    for topic in found.known:
        assert set(order.needs[topic]) <= set(found.known)
    for topic, chance in enumerate(belief.chances):
        assert 0 < chance < 1
        assert all(belief.chances[need] >= chance for need in order.needs[topic])


@FEW
@given(orders(), ANSWER_LISTS)
def test_undo_is_the_inverse(order: Order, answers: list[str]) -> None:
    ground = ground_of(order)
    sitting, asked = run(ground, SITTING, answers)
    assert len(set(asked)) == len(asked)
    while sitting.answers:
        last = sitting.answers[-1]
        before = undone(sitting)
        question = standing(ground, before).question
        assert question is not None, "what was asked is asked again"
        assert order.topics[question.topic] == last[0]
        assert answered(before, *last) == sitting
        assert standing(ground, answered(before, *last)) == standing(ground, sitting)
        sitting = before
    assert sitting == SITTING


@FEW
@given(orders(), ANSWER_LISTS, st.integers(0, 9), st.integers(0, 3))
def test_resumed_equals_uninterrupted(order: Order, answers: list[str], pause: int, seed: int) -> None:
    """Through the text of a profile, and with a model drawn anew; the same seed asks the same."""
    whole, asked = run(ground_of(order, seed), SITTING, answers)
    first, before = run(ground_of(order, seed), SITTING, answers[:pause])
    text = to_json(kept(Learner(topics={thing("topic", "other"): Known()}), first))
    again = resumed(parse_learner(text, Path("me.json")))
    assert again == first
    assert again is not None
    rest, after = run(ground_of(order, seed), again, answers[pause:])
    assert rest == whole
    assert before + after == asked


@FEW
@given(orders(), ANSWER_LISTS, st.data())
def test_what_is_stored_implies_the_verdict_and_no_more(
    order: Order, answers: list[str], data: st.DataObject
) -> None:
    denied = frozenset(data.draw(st.sets(st.sampled_from(order.topics)))) if order.topics else frozenset()
    ground = ground_of(order, denied=denied)
    sitting, asked = run(ground, SITTING, answers)
    assert not denied & set(asked)
    learner = stored(kept(Learner(denied=denied), sitting), ground, sitting, DAY)
    assert resumed(learner) is None
    assert learner.denied >= denied
    assert not learner.denied & learner.topics.keys()
    bits = 0
    for iri, entry in learner.topics.items():
        assert (entry.level, entry.on) == ("working", DAY)
        bits |= order.below[order.topics.index(iri)]
    implied = {iri for place, iri in enumerate(order.topics) if bits >> place & 1} - learner.denied
    known = {order.topics[place] for place in standing(ground, sitting).verdict.known}
    assert implied <= known
    # only what needs nothing but denied topics above it can get lost
    lost = known - implied
    assert all(
        order.above[order.topics.index(iri)] & sum(1 << order.topics.index(each) for each in denied)
        for iri in lost
    )
    for iri, answer in sitting.answers:
        if answer == "no" and iri not in known:
            assert iri in learner.denied
