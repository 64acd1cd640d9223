"""Find out by few questions what a learner knows: which topic to ask about, and when to stop."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlgraph.analysis.belief import Belief

__all__ = ["ENOUGH", "SURE", "Question", "Verdict", "best_question", "question_limit", "verdict"]

ENOUGH = 0.96
"""Share of topics expected to be told rightly at which nothing more is asked."""

SURE = 0.8
"""Probability from which on a topic counts as known, or as not known, without doubt."""

_CANDIDATES = 60


class Question(NamedTuple):
    """A topic to ask about, by place, and how probable it is that it is known."""

    topic: int
    chance: float


class Verdict(NamedTuple):
    """What was found out: places of topics, and the share of topics expected to be told rightly."""

    known: tuple[int, ...]
    unknown: tuple[int, ...]
    uncertain: tuple[int, ...]
    right: float


def best_question(belief: Belief, asked: Collection[int] = ()) -> Question | None:
    """Return the question whose answer is expected to settle most; None if all were asked.

    Parameters
    ----------
    belief : Belief
        On n topics with s states.
    asked : collection of int
        Places of topics that are not asked about again.

    Notes
    -----
    The topics nearest to even chances are compared by their gains; equal ones are taken by place.
    O(n s) multiplications for each of at most 60 of them.
    """
    open_ = sorted(
        (round(abs(each - 0.5), 4), topic) for topic, each in enumerate(belief.chances) if topic not in asked
    )[:_CANDIDATES]
    if not open_:
        return None
    places = [topic for _, topic in open_]
    gains = belief.gains(places)
    _, topic = min((-round(gain, 4), topic) for gain, topic in zip(gains, places, strict=True))
    return Question(topic, belief.chances[topic])


def verdict(belief: Belief) -> Verdict:
    """Return which topics are more likely known than not, which are not, and which of both are in doubt.

    ``known`` and ``unknown`` part all topics; ``known`` holds with each topic all that it needs.
    """
    chances = belief.chances
    places = range(len(chances))
    return Verdict(
        tuple(topic for topic in places if chances[topic] > 0.5),
        tuple(topic for topic in places if chances[topic] <= 0.5),
        tuple(topic for topic in places if 1 - SURE < chances[topic] < SURE),
        belief.right,
    )


def question_limit(topics: int) -> int:
    """Return the most questions that are asked about some topics where nothing else is said.

    Examples
    --------
    >>> [question_limit(topics) for topics in (0, 1, 10, 144, 912)]
    [0, 1, 6, 21, 53]
    """
    return min(topics, math.ceil(1.75 * math.sqrt(topics)))
