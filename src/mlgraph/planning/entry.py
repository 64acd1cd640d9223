"""What courses ask for on entry, and what is known by all who may enter: it cannot be taught to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.catalog.learning import entry_groups
from mlgraph.planning.learner import RANK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mlgraph.catalog.learning import EntryGroup
    from mlgraph.rdf.store import Store

__all__ = ["entries", "implied", "known_before", "shared"]


def entries(store: Store, courses: Iterable[str]) -> dict[str, tuple[EntryGroup, ...]]:
    """Return the entry requirements of those of some courses that have any."""
    found: dict[str, list[EntryGroup]] = {}
    for group in entry_groups(store, courses):
        found.setdefault(group.owner, []).append(group)
    return {course: tuple(groups) for course, groups in found.items()}


def known_before(
    asked: Iterable[tuple[EntryGroup, int]], needed: Callable[[str, str], Mapping[str, str]]
) -> dict[str, str]:
    """Return how deeply topics are known by all who may enter a course.

    Parameters
    ----------
    asked : iterable of (EntryGroup, int)
        Its entry requirements, and how many options of each have to be met.
    needed : callable
        Says what is known, and how deeply, wherever an option is met at a level.
    """
    found: dict[str, str] = {}
    for group, count in asked:
        ways = [needed(option, group.level) for option in group.options]
        for topic, level in shared(ways, count).items():
            if RANK[level] > RANK[found.get(topic, "")]:
                found[topic] = level
    return found


def shared(ways: Sequence[Mapping[str, str]], count: int) -> dict[str, str]:
    """Return how deeply topics are known whichever of some ways, so many of them, are gone.

    Examples
    --------
    >>> shared([{"a": "deep", "b": "working"}, {"a": "working"}], 1)
    {'a': 'working'}
    """
    found: dict[str, str] = {}
    for topic in sorted(set().union(*ways)) if 0 < count <= len(ways) else ():
        # at worst they are those that bring it the least far, of which the last counts
        level = sorted((way.get(topic, "") for way in ways), key=RANK.__getitem__)[count - 1]
        if level:
            found[topic] = level
    return found


def implied(
    levels: Iterable[tuple[str, str]], below: Mapping[str, Sequence[tuple[str, str]]]
) -> dict[str, str]:
    """Return how deeply topics are known where some are known at some levels.

    Examples
    --------
    >>> implied([("b", "working"), ("a", "awareness")], {"b": [("a", "working")]})
    {'a': 'working', 'b': 'working'}
    """
    found: dict[str, str] = {}
    todo = list(levels)
    while todo:
        topic, deep = todo.pop()
        had = found.get(topic, "")
        if RANK[deep] > RANK[had]:
            found[topic] = deep
            if RANK[had] < RANK["working"] <= RANK[deep]:
                todo += below.get(topic, ())
    return found
