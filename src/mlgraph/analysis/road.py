"""The cheapest way through either-or requirements, and an order in which to learn.

It works on plain values and imports no graph library, since the quick commands come through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from mlgraph.errors import CycleError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from mlgraph.model import Edge, Group, Hours, Requirements, Topic

__all__ = ["NODE_LIMIT", "Road", "below", "cheapest_road", "hours_between", "learning_order"]

NODE_LIMIT = 20_000
"""Combinations of options that are looked at before the best so far is taken as it is."""

Node = TypeVar("Node", str, int)

_RANK = {"": 0, "awareness": 1, "working": 2, "deep": 3}


class Road(NamedTuple):
    """What has to be learned: topic -> level, the options taken, and whether that is optimal."""

    levels: dict[str, str]
    taken: dict[str, tuple[str, ...]]
    hours: float
    exact: bool


def hours_between(hours: Hours, known: str, wanted: str) -> float:
    """Return the hours from one level of a topic to a deeper one; the empty level is not knowing.

    Examples
    --------
    >>> from mlgraph.model import Hours
    >>> hours_between(Hours(2, 5, 9), "", "working"), hours_between(Hours(2, 5, 9), "awareness", "deep")
    (5, 7)
    """
    return max(0, hours.at(wanted) - (hours.at(known) if known else 0))


def below(roots: Iterable[Node], needs: Mapping[Node, Collection[Node]]) -> set[Node]:
    """Return some nodes and all that they need, directly or through others.

    Examples
    --------
    >>> sorted(below(["c"], {"c": ["b"], "b": ["a"]}))
    ['a', 'b', 'c']
    """
    seen: set[Node] = set()
    todo = list(roots)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo.extend(needs.get(node, ()))
    return seen


def cheapest_road(requirements: Requirements, known: Mapping[str, str] | Collection[str] = ()) -> Road:
    """Choose the options of either-or groups that leave the fewest hours to learn.

    Parameters
    ----------
    requirements : Requirements
        Topics, edges and groups below the goals.
    known : mapping of IRI to level, or collection of str
        Topics that are known, closed under what they need; those without a level need not be learned
        at all. What is known less deeply than needed is learned further, for the hours between.

    Returns
    -------
    Road
        ``levels`` holds every topic to learn; goals at working level, others at the deepest level
        that something learned needs of them. What is needed as awareness only brings nothing along.
        ``exact`` is False if `NODE_LIMIT` was reached.

    Notes
    -----
    Branch and bound on the groups. Choosing is hard in general (it contains set cover), but goals
    have few groups: the shipped graph needs tens of nodes.
    """
    needs: dict[str, dict[str, str]] = {}
    for edge in requirements.edges:
        needs.setdefault(edge.dependent, {})[edge.prerequisite] = edge.level
    groups: dict[str, list[Group]] = {}
    for group in sorted(requirements.groups, key=lambda each: each.iri):
        groups.setdefault(group.dependent, []).append(group)
    have = dict(known) if isinstance(known, Mapping) else dict.fromkeys(known, "deep")
    search = _Search(requirements, needs, groups, have)
    search.branch({})
    return Road(search.levels, search.taken, search.hours, search.nodes < NODE_LIMIT)


class _Search:
    def __init__(
        self,
        requirements: Requirements,
        needs: dict[str, dict[str, str]],
        groups: dict[str, list[Group]],
        known: dict[str, str],
    ) -> None:
        self.topics = requirements.topics
        self.goals = requirements.goals
        self.needs, self.groups, self.known = needs, groups, known
        self.nodes = 0
        self.hours = float("inf")
        self.levels: dict[str, str] = {}
        self.taken: dict[str, tuple[str, ...]] = {}

    def spread(self, taken: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
        """Return topic -> level for the goals and the options taken so far."""
        levels: dict[str, str] = {}
        todo = [(goal, "working") for goal in self.goals]
        while todo:
            topic, level = todo.pop()
            if topic not in self.topics or _RANK[level] <= self.rank(topic):
                continue
            before = levels.get(topic, "")
            if _RANK[before] >= _RANK[level]:
                continue
            levels[topic] = level
            # what is needed as awareness, or known well enough to use, brings nothing along
            if _RANK[level] >= _RANK["working"] > max(_RANK[before], self.rank(topic)):
                todo.extend(self.needs.get(topic, {}).items())
                for group in self.groups.get(topic, ()):
                    todo.extend((option, "working") for option in taken.get(group.iri, ()))
        return levels

    def rank(self, topic: str) -> int:
        """Return how well a topic is known: 0 is not at all."""
        return _RANK[self.known.get(topic, "")]

    def met(self, option: str, levels: Mapping[str, str], taken: Collection[str]) -> bool:
        """Return whether an option is known, learned anyway, or taken."""
        firm = max(_RANK[levels.get(option, "")], self.rank(option)) >= _RANK["working"]
        return firm or option in taken

    def branch(self, taken: dict[str, tuple[str, ...]]) -> None:
        """Explore one partial choice; keep it if it is complete and cheaper."""
        self.nodes += 1
        levels = self.spread(taken)
        hours = sum(
            hours_between(self.topics[topic].hours, self.known.get(topic, ""), level)
            for topic, level in levels.items()
        )
        if hours >= self.hours:
            return
        group = self.unmet(levels, taken)
        if group is None:
            self.hours, self.levels, self.taken = hours, levels, dict(taken)
            return
        have = taken.get(group.iri, ())
        for option in group.options:
            new = option in self.topics and not self.met(option, levels, have)
            if new and self.nodes < NODE_LIMIT:
                self.branch({**taken, group.iri: (*have, option)})

    def unmet(self, levels: Mapping[str, str], taken: Mapping[str, tuple[str, ...]]) -> Group | None:
        """Return the first group of a topic to learn that too few options meet."""
        for topic in sorted(levels):
            if levels[topic] == "awareness" or self.rank(topic) >= _RANK["working"]:
                continue
            for group in self.groups.get(topic, ()):
                met = sum(self.met(option, levels, taken.get(group.iri, ())) for option in group.options)
                possible = sum(option in self.topics for option in group.options)
                if met < min(group.minimum, possible):
                    return group
        return None


def learning_order(topics: Mapping[str, Topic], edges: Iterable[Edge | tuple[str, str]]) -> list[str]:
    """Order topics so that none comes before what it needs, keeping areas together.

    Parameters
    ----------
    topics : mapping of IRI to Topic, n of them
    edges : iterable of (dependent, prerequisite, ...), m of them
        Edges to topics outside of ``topics`` are ignored.

    Returns
    -------
    list of str, n IRIs
        Of the topics that are free to come next, one of the same area as the last is preferred,
        then the shallowest, then by label. Deterministic.

    Raises
    ------
    CycleError
        If the edges loop, so that no such order exists; carries one loop.

    Notes
    -----
    Kahn's algorithm, O(n² + m) for the choice among free topics; n is the goal's closure.
    """
    waiting: dict[str, set[str]] = {topic: set() for topic in topics}
    frees: dict[str, list[str]] = {}
    for edge in edges:
        dependent, prerequisite = edge[0], edge[1]
        if dependent in waiting and prerequisite in waiting and dependent != prerequisite:
            waiting[dependent].add(prerequisite)
            frees.setdefault(prerequisite, []).append(dependent)
    free = [topic for topic, needs in waiting.items() if not needs]
    order: list[str] = []
    area = ""
    while free:
        chosen = min(
            free,
            key=lambda iri: (topics[iri].area != area, topics[iri].depth, topics[iri].label, iri),
        )
        free.remove(chosen)
        order.append(chosen)
        area = topics[chosen].area
        for dependent in frees.get(chosen, ()):
            waiting[dependent].discard(chosen)
            if not waiting[dependent] and dependent not in free and dependent not in order:
                free.append(dependent)
    if len(order) < len(topics):
        raise CycleError(_loop(waiting))
    return order


def _loop(waiting: Mapping[str, Collection[str]]) -> list[str]:
    """Return a loop among the topics that still wait, each of which waits for another of them."""
    trail: list[str] = []
    node = min(topic for topic, needs in waiting.items() if needs)
    while node not in trail:
        trail.append(node)
        node = min(waiting[node])
    return [*trail[trail.index(node) :], node]
