"""The cheapest way through either-or requirements, and an order in which to learn.

It works on plain values and imports no graph library, since the quick commands come through here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.errors import CycleError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from mlgraph.model import Edge, Group, Requirements, Topic

__all__ = ["NODE_LIMIT", "Road", "below", "cheapest_road", "learning_order"]

NODE_LIMIT = 20_000
"""Combinations of options that are looked at before the best so far is taken as it is."""

_RANK = {"awareness": 0, "working": 1, "deep": 2}


class Road(NamedTuple):
    """What has to be learned: topic -> level, the options taken, and whether that is optimal."""

    levels: dict[str, str]
    taken: dict[str, tuple[str, ...]]
    hours: float
    exact: bool


def below(roots: Iterable[str], needs: Mapping[str, Collection[str]]) -> set[str]:
    """Return some nodes and all that they need, directly or through others.

    Examples
    --------
    >>> sorted(below(["c"], {"c": ["b"], "b": ["a"]}))
    ['a', 'b', 'c']
    """
    seen: set[str] = set()
    todo = list(roots)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo.extend(needs.get(node, ()))
    return seen


def cheapest_road(requirements: Requirements, known: Collection[str] = ()) -> Road:
    """Choose the options of either-or groups that leave the fewest hours to learn.

    Parameters
    ----------
    requirements : Requirements
        Topics, edges and groups below the goals.
    known : collection of str
        IRIs of topics that need not be learned, closed under what they need.

    Returns
    -------
    Road
        ``levels`` holds every topic to learn; goals at working level, others at the deepest level
        that something learned needs of them. ``exact`` is False if `NODE_LIMIT` was reached.

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
    search = _Search(requirements, needs, groups, frozenset(known))
    search.branch({})
    return Road(search.levels, search.taken, search.hours, search.nodes < NODE_LIMIT)


class _Search:
    def __init__(
        self,
        requirements: Requirements,
        needs: dict[str, dict[str, str]],
        groups: dict[str, list[Group]],
        known: frozenset[str],
    ) -> None:
        self.topics = requirements.topics
        self.goals = [goal for goal in requirements.goals if goal not in known]
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
            if topic in self.known or topic not in self.topics:
                continue
            before = levels.get(topic)
            if before is not None and _RANK[before] >= _RANK[level]:
                continue
            levels[topic] = level
            if before is None:
                todo.extend(self.needs.get(topic, {}).items())
                for group in self.groups.get(topic, ()):
                    todo.extend((option, "working") for option in taken.get(group.iri, ()))
        return levels

    def branch(self, taken: dict[str, tuple[str, ...]]) -> None:
        """Explore one partial choice; keep it if it is complete and cheaper."""
        self.nodes += 1
        levels = self.spread(taken)
        hours = sum(self.topics[topic].hours.at(level) for topic, level in levels.items())
        if hours >= self.hours:
            return
        group = self.unmet(levels, taken)
        if group is None:
            self.hours, self.levels, self.taken = hours, levels, dict(taken)
            return
        have = taken.get(group.iri, ())
        for option in group.options:
            new = option in self.topics and option not in levels and option not in self.known
            if new and self.nodes < NODE_LIMIT:
                self.branch({**taken, group.iri: (*have, option)})

    def unmet(self, levels: Mapping[str, str], taken: Mapping[str, tuple[str, ...]]) -> Group | None:
        """Return the first group of a topic to learn that too few options meet."""
        for topic in sorted(levels):
            for group in self.groups.get(topic, ()):
                met = sum(
                    option in levels or option in self.known or option in taken.get(group.iri, ())
                    for option in group.options
                )
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
