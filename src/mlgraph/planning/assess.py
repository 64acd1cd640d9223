"""An assessment: what is asked about, the answers in order, what is next, and what a profile keeps of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgraph.analysis.assessment import ENOUGH, Question, best_question, question_limit, verdict
from mlgraph.analysis.belief import ERROR_RATE, Model, believe, order_of
from mlgraph.catalog.learning import teaching
from mlgraph.catalog.topics import topics
from mlgraph.catalog.whole import hard_edges
from mlgraph.errors import UsageError
from mlgraph.planning.goal import target
from mlgraph.planning.learner import RANK, Known, forget, learn
from mlgraph.rdf.store import is_iri
from mlgraph.vocab import curie, expand

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgraph.analysis.assessment import Verdict
    from mlgraph.analysis.belief import Order
    from mlgraph.model import Topic
    from mlgraph.planning.goal import Goal
    from mlgraph.planning.learner import Knowledge, Learner
    from mlgraph.rdf.store import Store

__all__ = [
    "ANSWERS",
    "MOST_TOPICS",
    "Ground",
    "Sitting",
    "Standing",
    "answered",
    "families_of",
    "ground_for",
    "kept",
    "resumed",
    "standing",
    "stored",
    "undone",
]

ANSWERS = ("yes", "no", "unsure")
"""What can be answered to a question."""

MOST_TOPICS = 5_000
"""Topics that one assessment may be about."""

_STATE = "assessment"
_DAMAGED = "the unfinished assessment in the profile cannot be read"
_ANEW = "start anew with --restart"


class Sitting(NamedTuple):
    """What was answered so far, in order, as (topic, answer); ``goals`` are IRIs, none for the whole graph.

    ``questions`` is the most that are asked, 0 for as many as usual.
    """

    goals: tuple[str, ...] = ()
    questions: int = 0
    error_rate: float = ERROR_RATE
    answers: tuple[tuple[str, str], ...] = ()


class Ground(NamedTuple):
    """What an assessment is about: topics in doubt by IRI, and the model of a learner on them.

    ``settled`` is how many topics the profile knows already; ``denied`` are those it denies; ``ends`` are
    the topics that are goals themselves.
    """

    topics: Mapping[str, Topic]
    model: Model
    settled: int
    denied: frozenset[str]
    notes: tuple[str, ...]
    ends: frozenset[str] = frozenset()


class Standing(NamedTuple):
    """How an assessment stands: the next question (none when it is done), and what is known by now."""

    question: Question | None
    verdict: Verdict
    chances: tuple[float, ...]
    asked: int
    limit: int

    @property
    def done(self) -> bool:
        """Return whether nothing more is asked."""
        return self.question is None


def families_of(store: Store, order: Order) -> tuple[list[frozenset[int]], list[frozenset[int]]]:
    """Return the topics of each area, and of each course, as places in an order; alike sets once."""
    place = {topic: number for number, topic in enumerate(order.topics)}
    areas: dict[str, set[int]] = {}
    for each in topics(store) if place else ():
        if each.iri in place:
            areas.setdefault(each.area, set()).add(place[each.iri])
    courses: dict[str, set[int]] = {}
    for course, topic, _ in teaching(store, order.topics):
        courses.setdefault(course, set()).add(place[topic])

    def sets(found: Mapping[str, set[int]]) -> list[frozenset[int]]:
        return sorted(set(map(frozenset, found.values())), key=sorted)

    return sets(areas), sets(courses)


def ground_for(
    store: Store, goals: Sequence[Goal], known: Knowledge, learner: Learner, *, seed: int = 0
) -> Ground:
    """Return what to ask about: what stands below some goals, the goals with it, and is not known.

    Parameters
    ----------
    store : Store
        The graph.
    goals : sequence of Goal
        None for the whole graph.
    known : Knowledge
        Topics that it has at working level are not in doubt.
    learner : Learner
        What it denies counts as answered with no.
    seed : int
        Start of the random numbers of the model.

    Raises
    ------
    UsageError
        If there are more than `MOST_TOPICS`.
    """
    notes: tuple[str, ...] = ()
    if goals:
        wanted = target(store, goals)
        notes = wanted.notes
        found = {iri: each for iri, each in wanted.requirements.topics.items() if each.depth < 10_000}
        edges = wanted.requirements.edges
    else:
        found = {each.iri: each for each in topics(store)}
        edges = tuple(hard_edges(store))
    left = {iri: each for iri, each in found.items() if not known.has(iri)}
    if len(left) > MOST_TOPICS:
        raise UsageError(
            f"{len(left):,} topics are too many for one assessment, the most is {MOST_TOPICS:,}",
            "say with --to what you are heading for",
        )
    order = order_of(left, [(each.dependent, each.prerequisite) for each in edges])
    model = Model(order, families_of(store, order), seed=seed)
    ends = left.keys() & {goal.thing.iri for goal in goals}
    return Ground(left, model, len(found) - len(left), learner.denied & left.keys(), notes, frozenset(ends))


def standing(ground: Ground, sitting: Sitting) -> Standing:
    """Return how an assessment stands after its answers; their order does not matter.

    Notes
    -----
    Unsure says nothing, but is not asked again; nor is what the profile denies. Answers about topics
    that are not in doubt are passed over. When enough is known, a goal that is uncertain is still asked
    about, since it matters more than what stands below it.
    """
    names = ground.model.order.topics
    place = {topic: number for number, topic in enumerate(names)}
    said = {place[topic]: answer for topic, answer in sitting.answers if topic in place}
    denied = {place[topic] for topic in ground.denied}
    facts = dict.fromkeys(denied, False) | {
        topic: answer == "yes" for topic, answer in said.items() if answer != "unsure"
    }
    belief = believe(ground.model, facts, sitting.error_rate)
    limit = min(len(names) - len(denied), sitting.questions or question_limit(len(names)))
    found = verdict(belief)
    asked = said.keys() | denied
    question = None
    if len(said) < limit:
        if belief.right < ENOUGH:
            question = best_question(belief, asked)
        else:
            open_ = [topic for topic in found.uncertain if names[topic] in ground.ends and topic not in asked]
            question = Question(open_[0], belief.chances[open_[0]]) if open_ else None
    return Standing(question, found, belief.chances, len(said), limit)


def answered(sitting: Sitting, topic: str, answer: str) -> Sitting:
    """Return the sitting with one answer more."""
    return sitting._replace(answers=(*sitting.answers, (topic, answer)))


def undone(sitting: Sitting) -> Sitting:
    """Return the sitting without its last answer."""
    return sitting._replace(answers=sitting.answers[:-1])


def kept(learner: Learner, sitting: Sitting | None) -> Learner:
    """Return the learner whose profile keeps a sitting for later, or none."""
    state = {name: each for name, each in learner.state.items() if name != _STATE}
    if sitting is not None:
        state[_STATE] = {
            "to": [curie(goal) for goal in sitting.goals],
            "questions": sitting.questions,
            "errorRate": sitting.error_rate,
            "answers": [[curie(topic), answer] for topic, answer in sitting.answers],
        }
    return learner._replace(state=state)


def resumed(learner: Learner) -> Sitting | None:
    """Return the sitting that a profile keeps, if there is one.

    Raises
    ------
    UsageError
        If it was damaged by hand.
    """
    saved = learner.state.get(_STATE)
    if saved is None:
        return None
    if not isinstance(saved, dict):
        raise UsageError(_DAMAGED, _ANEW)
    goals, pairs = saved.get("to"), saved.get("answers")
    questions, rate = saved.get("questions"), saved.get("errorRate")
    if not isinstance(goals, list) or not isinstance(pairs, list):
        raise UsageError(_DAMAGED, _ANEW)
    if type(questions) is not int or questions < 0 or not isinstance(rate, float) or not 0 <= rate < 0.5:
        raise UsageError(_DAMAGED, _ANEW)
    return Sitting(tuple(map(_iri, goals)), questions, rate, tuple(map(_answer, pairs)))


def _iri(name: object) -> str:
    iri = expand(name) if isinstance(name, str) else None
    if iri is None or not is_iri(iri):
        raise UsageError(_DAMAGED, _ANEW)
    return iri


def _answer(pair: Any) -> tuple[str, str]:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(pair, list) or len(pair) != 2 or pair[1] not in ANSWERS:
        raise UsageError(_DAMAGED, _ANEW)
    return _iri(pair[0]), pair[1]


def stored(learner: Learner, ground: Ground, sitting: Sitting, on: str) -> Learner:
    """Return the learner who states what an assessment found out; the sitting is no longer kept.

    Parameters
    ----------
    learner : Learner
    ground : Ground
    sitting : Sitting
    on : str
        ISO date since when the topics count as known.

    Notes
    -----
    Of the known topics those are stated, at working level, that no other known one needs: they imply
    the rest. Those in doubt are stated too, as shaky: the chance is low, or the answer was no or unsure.
    Denied is what was answered with no and judged not to be known, so that nothing implies it later;
    what was denied before stays so.
    """
    order = ground.model.order
    found = standing(ground, sitting).verdict
    said = dict(sitting.answers)
    known = set(found.known)
    needed = {need for topic in known for need in order.needs[topic]}
    doubtful = set(found.uncertain)
    for topic, iri in enumerate(order.topics):
        if topic in known:
            shaky = topic in doubtful or said.get(iri, "yes") != "yes"
            if iri not in learner.denied and (shaky or topic not in needed):
                before = learner.topics.get(iri, Known())
                level = max(before.level, "working", key=RANK.__getitem__)
                learner = learn(learner, iri, Known(level, on, shaky))
        elif said.get(iri) == "no" and iri not in learner.topics:
            learner = forget(learner, iri, deny=True)
    return kept(learner, None)
