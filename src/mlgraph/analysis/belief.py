"""What a learner probably knows, from a few answers of which some may be wrong.

A state of knowledge is a set of topics that holds with each topic all that it needs (Doignon and
Falmagne, Knowledge Spaces, 1999). Some thousand states are made up from several pictures of how people
come to know things. They say how likely each topic is known, and how topics go together. From the
answers, all topics are then estimated by linear regression: the best linear prediction (simple kriging)
with means and covariances of the made-up states, those that agree with the answers counting more.
"""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING, NamedTuple

# the matrices are small: threads of the linear algebra would wait for each other, and change last digits
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from mlgraph.errors import CycleError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

__all__ = ["ERROR_RATE", "Belief", "Model", "Order", "believe", "draw_states", "order_of", "state_count"]

ERROR_RATE = 0.05
"""Share of answers that are expected to be wrong where nothing else is said."""

_MOST_STATES = 4096
_FEWEST_STATES = 512
_CELLS = 2_000_000
_NEARNESS = 0.3
_OWN = 0.05
"""Variance of a topic that no other topic tells anything about, and no made-up state shows."""


class Order(NamedTuple):
    """A prerequisite order on n topics, by place in 0 .. n - 1.

    ``needs`` are direct; ``sequence`` has every topic after what it needs; ``below`` and ``above`` are
    sets of places as bits: a topic with all that it needs, or with all that rests on it.
    """

    topics: tuple[str, ...]
    needs: tuple[tuple[int, ...], ...]
    sequence: tuple[int, ...]
    below: tuple[int, ...]
    above: tuple[int, ...]


def order_of(topics: Iterable[str], needs: Iterable[tuple[str, str]]) -> Order:
    """Return the order that some needs make of some topics.

    Parameters
    ----------
    topics : iterable of str, n of them
    needs : iterable of (dependent, prerequisite), m of them
        Those of which an end is no topic here are left out.

    Raises
    ------
    CycleError
        If the needs loop.

    Notes
    -----
    O(n + m) operations on sets of n bits.

    Examples
    --------
    >>> order = order_of("abc", [("b", "a"), ("c", "b")])
    >>> order.sequence, [f"{each:03b}" for each in order.below]
    ((0, 1, 2), ['001', '011', '111'])
    """
    names = tuple(sorted(set(topics)))
    place = {name: number for number, name in enumerate(names)}
    lower: list[set[int]] = [set() for _ in names]
    for dependent, prerequisite in needs:
        if dependent in place and prerequisite in place:
            lower[place[dependent]].add(place[prerequisite])
    sequence = _sequence(names, lower)
    below = [1 << topic for topic in range(len(names))]
    above = below.copy()
    for topic in sequence:
        for need in lower[topic]:
            below[topic] |= below[need]
    for topic in reversed(sequence):
        for need in lower[topic]:
            above[need] |= above[topic]
    return Order(
        names, tuple(tuple(sorted(each)) for each in lower), tuple(sequence), tuple(below), tuple(above)
    )


def _sequence(names: Sequence[str], lower: Sequence[set[int]]) -> list[int]:
    """Return places such that each comes after what it needs."""
    upper: list[list[int]] = [[] for _ in names]
    for topic, needed in enumerate(lower):
        for need in needed:
            upper[need].append(topic)
    waiting = [len(each) for each in lower]
    found = [topic for topic, count in enumerate(waiting) if not count]
    for topic in found:
        for user in sorted(upper[topic]):
            waiting[user] -= 1
            if not waiting[user]:
                found.append(user)
    if len(found) < len(names):
        raise CycleError([names[topic] for topic, count in enumerate(waiting) if count])
    return found


def state_count(topics: int) -> int:
    """Return how many states are made up for some topics: fewer where there are many topics.

    Examples
    --------
    >>> [state_count(topics) for topics in (10, 144, 912, 20_000)]
    [4096, 4096, 2192, 512]
    """
    return max(_FEWEST_STATES, min(_MOST_STATES, _CELLS // max(1, topics)))


def draw_states(
    order: Order, families: Sequence[Collection[Collection[int]]], seed: int, size: int
) -> Iterator[int]:
    """Yield made-up states of knowledge as bits, from all pictures of learners in turn.

    Parameters
    ----------
    order : Order
    families : sequence of collections of sets of places
        What is learned together, such as the topics of each area, and those of each course.
    seed : int
        Start of the random numbers; the same input gives the same states.
    size : int
        How many.

    Notes
    -----
    In each picture a learner takes up one thing after another, each with all that it needs, until a
    share of all topics is reached, which is equally probable between nothing and everything. The things
    are the sets of a family in any order; single topics in any order; single topics from the shallow to
    the deep, more or less strictly. In the last picture it is gaps, with all that rests on them, that
    are put into the knowledge of everything.
    """
    chance = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    everything = (1 << len(order.topics)) - 1
    closed = [sorted({_joined(order.below, each) for each in family if each}) for family in families]
    depths = _depths(order)
    pictures = [sets for sets in closed if sets]
    for number in range(size if order.topics else 0):
        share = chance.random()
        kind = number % (len(pictures) + 3)
        if kind < len(pictures):
            taken = chance.sample(pictures[kind], len(pictures[kind]))
        elif kind == len(pictures):
            blur = 4 * chance.random()
            keys = [depth + blur * chance.random() for depth in depths]
            taken = [order.below[topic] for topic in sorted(range(len(keys)), key=keys.__getitem__)]
        else:
            taken = chance.sample(order.below if kind == len(pictures) + 1 else order.above, len(depths))
        state = _grown(taken, share * len(depths))
        yield state if kind < len(pictures) + 2 else everything & ~state


def _depths(order: Order) -> list[int]:
    """Return for each topic the length of the longest chain of needs below it."""
    depth = [0] * len(order.topics)
    for topic in order.sequence:
        depth[topic] = max((depth[need] + 1 for need in order.needs[topic]), default=0)
    return depth


def _joined(sets: Sequence[int], places: Iterable[int]) -> int:
    found = 0
    for place in places:
        found |= sets[place]
    return found


def _grown(sets: Iterable[int], size: float) -> int:
    """Return the union of the first sets that have so many places together."""
    state = 0
    for each in sets:
        if state.bit_count() >= size:
            break
        state |= each
    return state


class Model:
    """An order with made-up states of knowledge: a row for each topic, a column for each state."""

    def __init__(
        self, order: Order, families: Sequence[Collection[Collection[int]]] = (), *, seed: int = 0
    ) -> None:
        self.order = order
        count = len(order.topics)
        width = (count + 7) // 8
        raw = b"".join(
            state.to_bytes(width, "little")
            for state in draw_states(order, families, seed, state_count(count))
        )
        packed = np.frombuffer(raw, dtype=np.uint8).reshape(-1, max(1, width))
        bits = np.unpackbits(packed, axis=1, count=count, bitorder="little")
        self.states: Floats = np.ascontiguousarray(bits.T, dtype=np.float32)


class Belief(NamedTuple):
    """How probable it is that each topic is known; ``weights`` say how much each made-up state counts."""

    model: Model
    chances: tuple[float, ...]
    weights: Floats

    @property
    def right(self) -> float:
        """Return the share of topics that are expected to be told rightly."""
        return sum(max(each, 1 - each) for each in self.chances) / len(self.chances) if self.chances else 1.0

    def gains(self, places: Sequence[int]) -> list[float]:
        """Return by how much an answer about each of some topics lowers the doubt about all topics.

        Notes
        -----
        The variance of all topics together, as far as a straight line from one topic to the other tells
        it. O(n s) multiplications for each place.
        """
        states = self.model.states
        chances = np.array(self.chances, dtype=np.float32)
        means = states @ self.weights
        spread = np.maximum(means * (1 - means), 1e-3)
        apart = (states[places] - means[places][:, None]) * self.weights
        alike = (apart @ states.T) ** 2 / spread / spread[places][:, None]
        doubt = chances * (1 - chances)
        return [float(gain) for gain in (alike @ doubt) * doubt[places]]


def believe(model: Model, answers: Mapping[int, bool], error_rate: float = ERROR_RATE) -> Belief:
    """Return what to believe of a learner after some answers, in whatever order they came.

    Parameters
    ----------
    model : Model
        On n topics with s states.
    answers : mapping of place to bool, q of them
        Whether the learner says that a topic is known.
    error_rate : float
        Probability that an answer is wrong, in [0, 0.5).

    Returns
    -------
    Belief
        Chances are never higher for a topic than for what it needs.

    Notes
    -----
    O(n s q) multiplications. The weight of a state falls with each answer that it contradicts, by less
    than the laws of probability say: few made-up states agree with all answers, and regression makes up
    for the rest.

    Examples
    --------
    >>> model = Model(order_of("abc", [("b", "a"), ("c", "b")]))
    >>> [round(each) for each in believe(model, {1: True}).chances[:2]]
    [1, 1]
    """
    rate = min(0.49, max(0.005, error_rate))
    asked = sorted(answers)
    said = np.array([answers[topic] for topic in asked], dtype=np.float32)
    states = model.states
    contradicted = np.abs(states[asked] - said[:, None]).sum(axis=0)
    weights = np.exp(-_NEARNESS * np.log((1 - rate) / rate) * (contradicted - contradicted.min(initial=1e9)))
    weights = (weights / weights.sum()).astype(np.float32)
    means = states @ weights
    if asked:
        apart = (states[asked] - means[asked][:, None]) * weights
        own = np.eye(len(asked), dtype=np.float32)
        plain = 1 - 2 * rate
        together = plain**2 * (apart @ states[asked].T + _OWN * own) + rate * (1 - rate) * own
        surprise = said - (plain * means[asked] + rate)
        pull = plain * np.linalg.solve(together, surprise)
        means = means + states @ (apart.T @ pull)
        means[asked] += _OWN * pull
    return Belief(model, _monotone(model.order, means.tolist()), weights)


def _monotone(order: Order, estimates: Sequence[float]) -> tuple[float, ...]:
    """Return estimates as probabilities that never rise from what is needed to what needs it."""
    low = [min(0.99, max(0.01, each)) for each in estimates]
    high = low.copy()
    for topic in order.sequence:
        for need in order.needs[topic]:
            low[topic] = min(low[topic], low[need])
    for topic in reversed(order.sequence):
        for need in order.needs[topic]:
            high[need] = max(high[need], high[topic])
    return tuple((lower + upper) / 2 for lower, upper in zip(low, high, strict=True))
