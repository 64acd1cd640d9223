"""What teaches for free what is left to learn: courses picked greedily, then located resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.curriculum import free_courses
from mlgraph.catalog.learning import resources_for
from mlgraph.planning.candidate import speaks
from mlgraph.planning.learner import RANK

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from mlgraph.catalog.curriculum import FreeCourse
    from mlgraph.catalog.learning import Resource
    from mlgraph.rdf.store import Store

__all__ = ["Pick", "Picked", "Shelf", "pick", "readable"]


def readable(store: Store, topics: Collection[str], languages: Sequence[str] = ()) -> dict[str, Resource]:
    """Return the best located free resource of each topic that has one in one of some languages, or in any."""
    return {
        topic: first
        for topic, each in resources_for(store, topics).items()
        for first in [next((resource for resource in each if speaks([resource.language], languages)), None)]
        if first is not None
    }


class Pick(NamedTuple):
    """A free course with the topics for which it was picked."""

    course: FreeCourse
    topics: tuple[str, ...]


class Picked(NamedTuple):
    """What teaches some topics for free.

    ``courses`` in the order in which they were picked; ``alone`` maps topics that none of them teaches
    deeply enough to a free located resource; for ``untaught`` ones the graph has neither.
    """

    courses: tuple[Pick, ...]
    alone: Mapping[str, Resource]
    untaught: tuple[str, ...]


class Shelf(NamedTuple):
    """Free courses, and a free resource for each topic."""

    courses: Mapping[str, FreeCourse]
    resources: Mapping[str, Resource]

    @classmethod
    def of(cls, store: Store, topics: Collection[str]) -> Shelf:
        """Return what teaches some topics, fetched once for all that is asked later."""
        if not topics:
            return cls({}, {})
        return cls(free_courses(store, topics), readable(store, topics))

    def teach(self, levels: Mapping[str, str]) -> Picked:
        """Return what teaches some topics to some levels."""
        fitting = {
            iri: {
                topic for topic, level in levels.items() if RANK[course.levels.get(topic, "")] >= RANK[level]
            }
            for iri, course in self.courses.items()
        }
        chosen = pick(levels, fitting)
        covered = {topic for _, topics in chosen for topic in topics}
        rest = sorted(set(levels) - covered)
        return Picked(
            tuple(Pick(self.courses[course], topics) for course, topics in chosen),
            {topic: self.resources[topic] for topic in rest if topic in self.resources},
            tuple(topic for topic in rest if topic not in self.resources),
        )


def pick(topics: Collection[str], taught: Mapping[str, Collection[str]]) -> list[tuple[str, tuple[str, ...]]]:
    """Pick courses until nothing more can be taught, each time the one that teaches most of the rest.

    Parameters
    ----------
    topics : collection of str
        What is to be taught.
    taught : mapping of course to the topics that it teaches

    Returns
    -------
    list of (course, topics)
        Each with the topics for which it was picked.

    Notes
    -----
    The greedy answer to set cover: at most about ln(n) times as many courses as would do, for n topics.
    `mlgraph plan` finds the fewest hours exactly.

    Examples
    --------
    >>> pick("abcd", {"x": "ab", "y": "abc", "z": "d"})
    [('y', ('a', 'b', 'c')), ('z', ('d',))]
    """
    left = set(topics)
    found: list[tuple[str, tuple[str, ...]]] = []
    while True:
        best = min(taught, key=lambda course: (-len(left & set(taught[course])), course), default=None)
        gained = left & set(taught[best]) if best is not None else set()
        if best is None or not gained:
            return found
        found.append((best, tuple(sorted(gained))))
        left -= gained
