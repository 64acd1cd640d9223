"""Which items of a plan need which others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.planning.learner import RANK
from mlgraph.planning.play import Play, Problem, is_topic, least, opens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.planning.item import Item

__all__ = ["linked"]


class _Linker:
    """Looks for the first item that had brought something before another one starts."""

    def __init__(self, problem: Problem, items: Sequence[Item]) -> None:
        self.problem, self.items = problem, items
        self.play = Play(problem, {}, ())

    def needs(self, item: Item) -> set[int]:
        """Return the numbers of the items that one builds on."""
        ended = [each for each in self.items if each.end <= item.start + 1e-6 and each.number < item.number]
        own = dict(self.problem.known.levels)
        whole = item.kind == "course" and self.problem.supply.candidates[item.iri].whole
        if whole:
            self._learn(own, item)
        found: set[int] = set()
        for part in item.parts:
            levels = dict(self.problem.known.levels) if whole else own
            below = self._level(part.topic, ended)
            if below > RANK[levels.get(part.topic, "")]:
                found |= self._givers((part.topic, _NAMES[below]), ended)
            low = max(below, RANK[levels.get(part.topic, "")])
            if RANK[part.level] >= RANK["working"] > low:
                found |= self._beneath(part.topic, own, ended)
            if not whole:
                own[part.topic] = part.level
        return found | (self._entry(item, ended) if item.kind == "course" else set())

    def _learn(self, levels: dict[str, str], item: Item) -> None:
        for part in item.parts:
            if RANK[part.level] > RANK[levels.get(part.topic, "")]:
                levels[part.topic] = part.level

    def _level(self, topic: str, items: Sequence[Item]) -> int:
        return max(
            (RANK[part.level] for each in items for part in each.parts if part.topic == topic), default=0
        )

    def _givers(self, pair: tuple[str, str], items: Sequence[Item]) -> set[int]:
        """Return the first item that brings a topic to a level; nothing if it is known."""
        if self.problem.known.has(*pair):
            return set()
        return set(
            [
                each.number
                for each in items
                if any(part.topic == pair[0] and RANK[part.level] >= RANK[pair[1]] for part in each.parts)
            ][:1]
        )

    def _beneath(self, topic: str, own: dict[str, str], items: Sequence[Item]) -> set[int]:
        found: set[int] = set()
        for minimum, pairs in self.play.asked(topic):
            left = [pair for pair in pairs if RANK[own.get(pair[0], "")] < RANK[pair[1]]]
            wanted = max(0, minimum - (len(pairs) - len(left)))
            givers = [each for pair in left for each in self._givers(pair, items)]
            found |= set(sorted(givers)[:wanted])
        return found

    def _entry(self, item: Item, items: Sequence[Item]) -> set[int]:
        done = dict(self.problem.known.levels)
        for each in items:
            self._learn(done, each)
        candidates = self.problem.supply.candidates
        passed = {each.iri for each in items if each.kind == "course" and candidates[each.iri].whole}
        found: set[int] = set()
        for group in candidates[item.iri].entry:
            known, later = [], []
            for option in group.options:
                if opens(self.problem, option, group.level, self.problem.known.levels, ()):
                    known.append(option)
                elif opens(self.problem, option, group.level, done, passed):
                    later.append(self._opener(option, group.level, items))
            wanted = max(0, least(candidates[item.iri], group) - len(known))
            for openers in sorted(later, key=sorted)[:wanted]:
                found |= openers
        return found

    def _opener(self, option: str, level: str, items: Sequence[Item]) -> set[int]:
        """Return the items by which an option of an entry requirement is met."""
        if is_topic(self.problem, option):
            return self._givers((option, level), items)
        taken = [each.number for each in items if each.iri == option]
        if taken and self.problem.supply.candidates[option].whole:
            return set(taken)
        taught = self.problem.supply.equivalents.get(option, {})
        return {number for pair in taught.items() for number in self._givers(pair, items)}


_NAMES = ("", "awareness", "working", "deep")


def linked(problem: Problem, items: Sequence[Item]) -> list[Item]:
    """Return items with the numbers of those that each needs and unlocks.

    Parameters
    ----------
    problem : Problem
    items : sequence of Item
        In order, with their times; projects keep what they need.

    Returns
    -------
    list of Item
        Needed are the first items that brought what an item builds on: what its topics need, where they
        stood before, and what opens its course. Where several would do, those that come first.
    """
    linker = _Linker(problem, items)
    needs = {item.number: set(item.needs) if item.kind == "project" else linker.needs(item) for item in items}
    return [
        item._replace(
            needs=tuple(sorted(needs[item.number])),
            unlocks=tuple(sorted(number for number, before in needs.items() if item.number in before)),
        )
        for item in items
    ]
