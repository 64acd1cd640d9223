"""The border between what is known and what is not: what to learn next, and what to refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.road import hours_between
from mlgraph.catalog.learning import named
from mlgraph.catalog.topics import topic_hours
from mlgraph.catalog.whole import all_requirements
from mlgraph.planning.gap import NO_TOPIC
from mlgraph.planning.goal import road_to
from mlgraph.planning.learner import RANK, Knowledge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlgraph.model import Group, Requirements, Topic
    from mlgraph.planning.goal import Target
    from mlgraph.planning.learner import Learner
    from mlgraph.rdf.store import Store

__all__ = [
    "Fading",
    "Next",
    "Ready",
    "all_wanted",
    "hours_known",
    "inner_fringe",
    "months_before",
    "next_topics",
    "outer_fringe",
    "topics_to_refresh",
]


class Ready(NamedTuple):
    """A topic that can be learned now, to a level, from the level ``have``.

    ``opens`` are topics that can be learned as soon as this one is, ``towards`` those that need it and
    still others; ``above`` counts all that wait for it, directly or not, with their hours.
    """

    topic: Topic
    level: str
    have: str
    hours: float
    opens: tuple[Topic, ...]
    towards: tuple[Topic, ...]
    above: int
    hours_above: float


class Next(NamedTuple):
    """The outer fringe: ``ready``, the most useful first, of ``left`` topics still to learn in ``hours``.

    ``asked`` says whether the goals need any topic at all.
    """

    ready: tuple[Ready, ...]
    left: int
    hours: float
    exact: bool
    asked: bool = True


class Fading(NamedTuple):
    """A known topic worth a second look.

    ``source`` is the topic or course by which it is known, empty where it was stated itself; ``rests``
    are known topics that need it, ``opens`` topics to learn next that need it.
    """

    topic: Topic
    level: str
    on: str
    shaky: bool
    source: str
    rests: tuple[Topic, ...]
    opens: tuple[Topic, ...]


class _Border:
    """Who needs what, and who waits for whom, given what is known."""

    def __init__(self, needed: Requirements, known: Mapping[str, str]) -> None:
        self.topics = needed.topics
        self.known = known
        self.needs: dict[str, list[tuple[str, str]]] = {}
        self.users: dict[str, list[tuple[str, str]]] = {}
        for edge in needed.edges:
            if edge.prerequisite in self.topics:
                self.needs.setdefault(edge.dependent, []).append((edge.prerequisite, edge.level))
                self.users.setdefault(edge.prerequisite, []).append((edge.dependent, edge.level))
        self.groups: dict[str, list[Group]] = {}
        self.option_of: dict[str, list[Group]] = {}
        for group in needed.groups:
            self.groups.setdefault(group.dependent, []).append(group)
            for option in group.options:
                self.option_of.setdefault(option, []).append(group)

    def rank(self, topic: str) -> int:
        return RANK[self.known.get(topic, "")]

    def firm(self, topic: str) -> bool:
        """Return whether a topic is known well enough to build on."""
        return self.rank(topic) >= RANK["working"]

    def lacking(self, group: Group, more: str = "") -> int:
        """Return how many options of a group are still to learn, if ``more`` is known too."""
        possible = sum(option in self.topics for option in group.options)
        met = sum(self.firm(option) or option == more for option in group.options)
        return max(0, min(group.minimum, possible) - met)

    def is_free(self, topic: str, level: str, more: tuple[str, str] = ("", "")) -> bool:
        """Return whether all that a topic needs for a level is known, or is ``more`` (topic, level).

        Awareness needs nothing, nor does knowing better what is known already.
        """
        if level == "awareness" or self.firm(topic):
            return True
        for needed, at in self.needs.get(topic, ()):
            have = max(self.rank(needed), RANK[more[1]] if needed == more[0] else 0)
            if have < RANK[at]:
                return False
        extra = more[0] if RANK[more[1]] >= RANK["working"] else ""
        return not any(self.lacking(group, extra) for group in self.groups.get(topic, ()))

    def waiting(self, topic: str, level: str, wanted: Mapping[str, str]) -> set[str]:
        """Return the wanted topics that directly wait for a topic to be known at a level."""
        found = set()
        for user, at in self.users.get(topic, ()):
            if self.rank(topic) < RANK[at] <= RANK[level]:
                found.add(user)
        if not self.firm(topic) and RANK[level] >= RANK["working"]:
            found |= {group.dependent for group in self.option_of.get(topic, ()) if self.lacking(group)}
        return {user for user in found if self._builds(user, wanted)}

    def _builds(self, user: str, wanted: Mapping[str, str]) -> bool:
        """Return whether a topic is to be learned from the ground, so that its needs matter."""
        return RANK[wanted.get(user, "")] >= RANK["working"] and not self.firm(user)

    def above(self, topic: str, wanted: Mapping[str, str]) -> set[str]:
        """Return the wanted topics that wait for a topic, directly or through others."""
        seen: set[str] = set()
        todo = [topic]
        while todo:
            each = todo.pop()
            for user in self.waiting(each, wanted[each], wanted):
                if user not in seen:
                    seen.add(user)
                    todo.append(user)
        return seen


def outer_fringe(
    needed: Requirements, known: Mapping[str, str], wanted: Mapping[str, str]
) -> tuple[Ready, ...]:
    """Return the wanted topics that can be learned now, the most useful first.

    Parameters
    ----------
    needed : Requirements
        The wanted topics with all that they need.
    known : mapping of IRI to level
        What is known, with what it implies.
    wanted : mapping of IRI to level
        What is still to learn, and how well.

    Returns
    -------
    tuple of Ready
        Topics whose hard prerequisites are known as well as they are needed and whose either-or
        groups are met. First what most wanted topics wait for, then most hours, then the shortest.

    Notes
    -----
    The outer fringe of a knowledge state [1]_, for topics with levels.

    References
    ----------
    .. [1] J.-Cl. Falmagne, J.-P. Doignon, Learning Spaces, Springer, 2011,
       https://doi.org/10.1007/978-3-642-01039-2
    """
    border = _Border(needed, known)
    costs = {topic: _hours(border, topic, level) for topic, level in wanted.items()}
    found = []
    for topic, level in wanted.items():
        if not border.is_free(topic, level):
            continue
        above = border.above(topic, wanted)
        direct = border.waiting(topic, level, wanted)
        opens = {user for user in direct if border.is_free(user, wanted[user], (topic, level))}
        found.append(
            Ready(
                border.topics[topic],
                level,
                known.get(topic, ""),
                costs[topic],
                _sorted(border.topics, opens),
                _sorted(border.topics, direct - opens),
                len(above),
                sum(costs[each] for each in above),
            )
        )
    return tuple(
        sorted(
            found,
            key=lambda each: (-each.above, -each.hours_above, each.hours, each.topic.label, each.topic.iri),
        )
    )


def _hours(border: _Border, topic: str, level: str) -> float:
    return hours_between(border.topics[topic].hours, border.known.get(topic, ""), level)


def _sorted(topics: Mapping[str, Topic], iris: Iterable[str]) -> tuple[Topic, ...]:
    found = [topics[iri] for iri in set(iris) if iri in topics]
    return tuple(sorted(found, key=lambda each: (each.depth, each.label, each.iri)))


def all_wanted(needed: Requirements, known: Mapping[str, str]) -> dict[str, str]:
    """Return what is still to learn until everything is known, with the level at which it is needed.

    A topic is wanted at working level, and deeply where a topic that is not known needs it deeply.
    """
    levels = dict.fromkeys(sorted(needed.topics), "working")
    for edge in needed.edges:
        if edge.prerequisite in levels and RANK[known.get(edge.dependent, "")] < RANK["working"]:
            levels[edge.prerequisite] = max(levels[edge.prerequisite], edge.level, key=RANK.__getitem__)
    return {topic: level for topic, level in levels.items() if RANK[known.get(topic, "")] < RANK[level]}


def next_topics(store: Store, known: Knowledge, wanted: Target | None = None) -> Next:
    """Return what can be learned next, towards some goals or anywhere in the graph.

    Parameters
    ----------
    store : Store
        The graph.
    known : Knowledge
        What the learner knows.
    wanted : Target, optional
        What goals ask for; then only topics of the cheapest road to them are told.

    Returns
    -------
    Next
        Nothing is ready only where nothing is left to learn.
    """
    if wanted is not None:
        road = road_to(wanted, known)
        ready = outer_fringe(wanted.requirements, known.levels, road.levels)
        asked = any(topic.depth < NO_TOPIC for topic in wanted.requirements.topics.values())
        return Next(ready, len(road.levels), road.hours, road.exact, asked)
    needed = all_requirements(store)
    levels = all_wanted(needed, known.levels)
    hours = sum(
        hours_between(needed.topics[topic].hours, known.levels.get(topic, ""), level)
        for topic, level in levels.items()
    )
    return Next(outer_fringe(needed, known.levels, levels), len(levels), hours, exact=True)


def inner_fringe(needed: Requirements, known: Mapping[str, str]) -> set[str]:
    """Return the known topics on the border: no known topic would lose a need without them.

    Parameters
    ----------
    needed : Requirements
        The known topics with their needs.
    known : mapping of IRI to level
        What is known, with what it implies.

    Returns
    -------
    set of str
        Forgetting any one of them leaves all other knowledge as well founded as before.
    """
    border = _Border(needed, known)
    return {topic for topic in known if topic in border.topics and not _resting(border, topic)}


def _resting(border: _Border, topic: str) -> set[str]:
    """Return the known topics that would lose a need if a topic were not known."""
    found = {user for user, _ in border.users.get(topic, ()) if border.firm(user)}
    if border.firm(topic):
        for group in border.option_of.get(topic, ()):
            met = sum(border.firm(option) for option in group.options)
            if border.firm(group.dependent) and met == group.minimum:
                found.add(group.dependent)
    return found


def months_before(day: str, months: int) -> str:
    """Return the ISO date some months before another; it need not be a day of the calendar.

    Examples
    --------
    >>> months_before("2026-03-31", 1), months_before("2026-01-15", 14)
    ('2026-02-31', '2024-11-15')
    """
    count = int(day[:4]) * 12 + int(day[5:7]) - 1 - months
    return f"{count // 12:04d}-{count % 12 + 1:02d}{day[7:]}" if count >= 0 else "0000-00-00"


def topics_to_refresh(store: Store, learner: Learner, known: Knowledge, until: str = "") -> list[Fading]:
    """Return the known topics worth a second look: shaky ones, then the border, the oldest first.

    Parameters
    ----------
    store : Store
        The graph.
    learner : Learner
        What was stated, and when.
    known : Knowledge
        What follows from it.
    until : str
        ISO date: only what is shaky, or known since then at the latest, or since nobody knows when.

    Returns
    -------
    list of Fading
        Every shaky topic, those first on which most known topics rest; then the inner fringe by
        date, topics without one last. What is implied is as old as what implies it.
    """
    needed = all_requirements(store)
    border = _Border(needed, known.levels)
    shown = (known.shaky | inner_fringe(needed, known.levels)) & needed.topics.keys()
    wanted = all_wanted(needed, known.levels)
    ready = {topic for topic, level in wanted.items() if border.is_free(topic, level)}
    found = []
    for topic in shown:
        source, on = _origin(learner, known, topic)
        if until and on > until and topic not in known.shaky:
            continue
        opens = {user for user, _ in border.users.get(topic, ())}
        opens |= {group.dependent for group in border.option_of.get(topic, ())}
        found.append(
            Fading(
                needed.topics[topic],
                known.levels[topic],
                on,
                topic in known.shaky,
                source,
                _sorted(needed.topics, _resting(border, topic)),
                _sorted(needed.topics, opens & ready),
            )
        )
    return sorted(
        found,
        key=lambda each: (
            not each.shaky,
            -len(each.rests),
            not each.on,
            each.on,
            each.topic.label,
            each.topic.iri,
        ),
    )


def _origin(learner: Learner, known: Knowledge, topic: str) -> tuple[str, str]:
    """Return the stated topic or course by which a topic is known (empty for itself), and its date."""
    source = topic
    seen = {topic}
    while source in known.implied and known.implied[source] not in seen:
        source = known.implied[source]
        seen.add(source)
    entry = learner.topics.get(source) or learner.courses.get(source)
    return (source if source != topic else ""), entry.on if entry else ""


def hours_known(store: Store, known: Knowledge) -> float:
    """Return the hours of study that went into what is known, each topic to its level."""
    held = named(store, known.levels)  # a profile may speak of topics that the graph does not hold
    hours = topic_hours(store, held)
    return sum(hours[topic].at(known.levels[topic]) for topic in hours)
