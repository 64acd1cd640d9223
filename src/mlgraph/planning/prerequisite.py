"""What must be learned for some goals, in which order, and why one topic needs another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.road import below as closure_below
from mlgraph.analysis.road import cheapest_road, learning_order
from mlgraph.catalog.claims import claims
from mlgraph.catalog.topics import requirements
from mlgraph.model import Choice, Claim, LearningPath, Requirements, Step, Thing, Topic
from mlgraph.vocab import MLG, local_name

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from mlgraph.rdf.store import Store

__all__ = ["Explanation", "explain", "prerequisites"]


class Explanation(NamedTuple):
    """Why one topic needs another: a shortest chain of claims, or what holds instead."""

    holds: bool
    chain: tuple[Claim, ...]
    reverse: bool
    soft: bool


def prerequisites(
    store: Store, goals: Sequence[str], known: Collection[str] = (), *, lang: str = "en"
) -> LearningPath:
    """Return what has to be learned for some goals, in an order that respects every prerequisite.

    Parameters
    ----------
    store : Store
        The graph.
    goals : sequence of str
        IRIs of topics.
    known : collection of str
        IRIs of topics that the learner knows; what they need counts as known too.
    lang : str
        Language of the labels; English where there is none.

    Returns
    -------
    LearningPath
        Steps from first to last, the goals among them; hours are those of the level needed, summed.
        Either-or groups are met by the options that leave the fewest hours (``exact`` says whether
        that was proven), and each choice names the others.

    Notes
    -----
    A few SPARQL queries on the goals' closure, whatever the size of the graph.

    Examples
    --------
    >>> from mlgraph.rdf.store import EmbeddedStore
    >>> store = EmbeddedStore.of_turtle('''
    ... topic:a a mlg:Topic ; rdfs:label "A" ; mlg:hoursTypical 2.0 ; mlg:learningDepth 0 .
    ... topic:b a mlg:Topic ; rdfs:label "B" ; mlg:hoursTypical 3.0 ; mlg:learningDepth 1 ;
    ...     mlg:requires topic:a .
    ... ''')
    >>> path = prerequisites(store, ["https://w3id.org/mlgraph/id/topic/b"])
    >>> [step.topic.label for step in path.steps], path.hours
    (['A', 'B'], 5.0)
    """
    needed = requirements(store, goals, lang=lang)
    implied: set[str] = set(known)
    if known:
        lower = requirements(store, list(known))
        implied = closure_below(known, _needs(lower))
    road = cheapest_road(needed, implied)
    chosen = _option_edges(needed, road.levels)
    topics = {iri: needed.topics[iri] for iri in road.levels}
    edges = [*((edge.dependent, edge.prerequisite) for edge in needed.edges), *chosen]
    order = learning_order(topics, edges)
    direct: dict[str, list[str]] = {}
    for dependent, prerequisite in edges:
        direct.setdefault(dependent, []).append(local_name(prerequisite))
    steps = [
        Step(
            topics[iri],
            road.levels[iri],
            topics[iri].hours.at(road.levels[iri]),
            tuple(sorted(direct.get(iri, ()))),
        )
        for iri in order
    ]
    return LearningPath(
        tuple(needed.topics[goal] for goal in needed.goals if goal in needed.topics),
        tuple(steps),
        _choices(needed, road.levels, implied),
        tuple(sorted(local_name(iri) for iri in known)),
        sum(step.hours for step in steps),
        road.exact,
    )


def _needs(requirements_: Requirements) -> dict[str, list[str]]:
    needs: dict[str, list[str]] = {}
    for edge in requirements_.edges:
        needs.setdefault(edge.dependent, []).append(edge.prerequisite)
    return needs


def _option_edges(needed: Requirements, levels: dict[str, str]) -> list[tuple[str, str]]:
    """Return an edge to each option that is learned, taken for its group or needed anyway."""
    return [
        (group.dependent, option)
        for group in needed.groups
        if group.dependent in levels
        for option in group.options
        if option in levels
    ]


def _named(topic: Topic) -> Thing:
    return Thing(topic.iri, "topic", topic.slug, topic.label)


def _choices(needed: Requirements, levels: dict[str, str], known: set[str]) -> tuple[Choice, ...]:
    """Return how each group of a topic to learn was met, where what is known does not meet it."""
    choices = []
    for group in needed.groups:
        if group.dependent not in levels:
            continue
        if sum(option in known for option in group.options) >= group.minimum:
            continue
        met = [option for option in group.options if option in levels or option in known]
        others = [option for option in group.options if option not in met and option in needed.topics]
        choices.append(
            Choice(
                _named(needed.topics[group.dependent]),
                tuple(_named(needed.topics[option]) for option in met if option in needed.topics),
                tuple(_named(needed.topics[option]) for option in others),
                group.reason,
            )
        )
    return tuple(choices)


def explain(store: Store, topic: str, needed: str) -> Explanation:
    """Return why one topic needs another: a shortest chain of claims with reasons and sources.

    Parameters
    ----------
    store : Store
        The graph.
    topic, needed : str
        IRIs: does ``topic`` need ``needed``?

    Returns
    -------
    Explanation
        ``chain`` leads from ``topic`` down to ``needed``. Where no hard chain exists, ``reverse``
        says that the second needs the first, and ``soft`` that a claim recommends it (then the
        chain is that claim).
    """
    chain = _shortest(requirements(store, [topic]), topic, needed)
    if chain:
        return Explanation(True, _claims_on(store, chain), reverse=False, soft=False)  # noqa: FBT003
    soft = claims(store, predicate=MLG.recommends, subjects=[topic], objects=[needed])
    if soft:
        return Explanation(False, tuple(soft), reverse=False, soft=True)  # noqa: FBT003
    back = _shortest(requirements(store, [needed]), needed, topic)
    return Explanation(False, _claims_on(store, back) if back else (), reverse=bool(back), soft=False)  # noqa: FBT003


def _shortest(needs: Requirements, start: str, end: str) -> list[tuple[str, str]]:
    """Return the edges of a shortest chain, the first in order of IRIs among equals."""
    direct = {node: sorted(targets) for node, targets in _needs(needs).items()}
    came: dict[str, str] = {start: ""}
    todo = [start]
    for node in todo:
        if node == end:
            break
        for target in direct.get(node, ()):
            if target not in came:
                came[target] = node
                todo.append(target)
    if end not in came or start == end:
        return []
    chain = []
    node = end
    while came[node]:
        chain.append((came[node], node))
        node = came[node]
    return chain[::-1]


def _claims_on(store: Store, chain: Sequence[tuple[str, str]]) -> tuple[Claim, ...]:
    found = {
        (claim.subject.iri, claim.object.iri): claim
        for claim in claims(
            store,
            predicate=MLG.requires,
            subjects=[pair[0] for pair in chain],
            objects=[pair[1] for pair in chain],
        )
    }
    return tuple(found[pair] for pair in chain if pair in found)
