"""Leave out courses that no best plan takes, so that a hundred thousand are chosen from like a hundred."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.analysis.road import hours_between
from mlgraph.planning.learner import RANK
from mlgraph.planning.play import least

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from mlgraph.model import Topic
    from mlgraph.planning.candidate import Candidate, Wishes
    from mlgraph.planning.learner import Knowledge

__all__ = ["pruned"]

_LEVELS = ("awareness", "working", "deep")


class _Worth:
    """A candidate as numbers: which steps it gives (bits), what it asks, costs and saves."""

    __slots__ = ("asks", "bits", "candidate", "saving")

    def __init__(self, candidate: Candidate, bits: int, saving: float) -> None:
        self.candidate, self.bits, self.saving = candidate, bits, saving
        self.asks = frozenset(
            (group.options, least(candidate, group), group.level)
            for group in candidate.entry
            if group.options
        )


def pruned(
    candidates: Mapping[str, Candidate],
    topics: Mapping[str, Topic],
    alone: Collection[str],
    known: Knowledge,
    wishes: Wishes,
    keep: Collection[str],
    start_up: float,
) -> dict[str, Candidate]:
    """Return the candidates that a best plan can need.

    Parameters
    ----------
    candidates : mapping of IRI to Candidate, n of them
    topics : mapping of IRI to Topic
        Topics that a plan may have to learn.
    alone : collection of str
        Topics that can be studied alone.
    known : Knowledge
    wishes : Wishes
    keep : collection of str
        Courses that stay whatever they are worth.
    start_up : float
        Hours to find one's way into a course.

    Returns
    -------
    dict of IRI to Candidate
        Left out are courses that nobody can enter or follow, that save fewer hours against study alone
        than it takes to find one's way into them (unless the number of parts counts first), and those
        that another one replaces: it gives the same steps at least, asks and costs no more. Courses that
        one kept asks for stay.

    Notes
    -----
    Exact: some optimum is always left. Pairs are compared only among courses that share their rarest
    step, O(n k) for groups of size k.
    """
    number = {
        (topic, level): index
        for index, (topic, level) in enumerate(
            (topic, level) for topic in sorted(topics) for level in _LEVELS if not known.has(topic, level)
        )
    }
    worth = {
        iri: found
        for iri, candidate in candidates.items()
        for found in [_worth(candidate, number, topics, alone, known, wishes)]
        if found.bits
    }
    if wishes.minimise != "courses":
        worth = {iri: each for iri, each in worth.items() if each.saving >= start_up or iri in keep}
    worth = {
        iri: each for iri, each in worth.items() if iri in keep or _open(each.candidate, wishes, start_up)
    }
    left = _undominated(worth, keep)
    todo = [*left, *(iri for iri in keep if iri in candidates)]
    found: dict[str, Candidate] = {}
    while todo:
        iri = todo.pop()
        if iri not in found and iri in candidates:
            found[iri] = candidates[iri]
            todo += [option for group in candidates[iri].entry for option in group.options]
    return dict(sorted(found.items()))


def _open(candidate: Candidate, wishes: Wishes, start_up: float) -> bool:
    """Return whether a course can be entered at all, and its weeks hold no more hours than there are."""
    if candidate.weeks and (candidate.hours + start_up) / candidate.weeks > wishes.hours_per_week + 1e-9:
        return False
    return all(least(candidate, group) <= len(group.options) for group in candidate.entry)


def _worth(
    candidate: Candidate,
    number: Mapping[tuple[str, str], int],
    topics: Mapping[str, Topic],
    alone: Collection[str],
    known: Knowledge,
    wishes: Wishes,
) -> _Worth:
    bits, saving = 0, 0.0
    for topic, level in candidate.levels.items():
        if topic not in topics or known.has(topic, level):
            continue
        for step in _LEVELS[: RANK[level]]:
            index = number.get((topic, step))
            if index is not None:
                bits |= 1 << index
        spent = hours_between(topics[topic].hours, known.levels.get(topic, ""), level)
        saving += spent * (wishes.self_study - (0.0 if candidate.whole else candidate.pace))
        if topic not in alone:
            saving = float("inf")
    return _Worth(candidate, bits, saving - (candidate.hours if candidate.whole else 0.0))


def _undominated(worth: Mapping[str, _Worth], keep: Collection[str]) -> list[str]:
    """Return the courses that no other replaces."""
    holders: dict[int, list[_Worth]] = {}
    for each in worth.values():
        for index in _bits(each.bits):
            holders.setdefault(index, []).append(each)
    left = []
    for iri, each in worth.items():
        rarest = min(_bits(each.bits), key=lambda index: len(holders[index]))
        if iri in keep or not any(_replaces(other, each) for other in holders[rarest]):
            left.append(iri)
    return left


def _bits(bits: int) -> list[int]:
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found


def _replaces(one: _Worth, other: _Worth) -> bool:
    """Return whether one course does all that the other does, for no more; of equals the first does."""
    a, b = one.candidate, other.candidate
    if a is b or other.bits & ~one.bits or not one.asks <= other.asks or a.price > b.price:
        return False
    # a whole course that gives more may have to wait for more, so only an equal one replaces it
    if a.whole != b.whole or (a.weeks or 0) > (b.weeks or 0) or (a.whole and one.bits != other.bits):
        return False
    dearer = a.hours > b.hours if a.whole else a.pace > b.pace
    if dearer:
        return False
    equal = (
        one.bits == other.bits
        and one.asks == other.asks
        and a.price == b.price
        and (a.weeks or 0) == (b.weeks or 0)
        and (a.hours == b.hours if a.whole else a.pace == b.pace)
    )
    return not equal or a.iri < b.iri
