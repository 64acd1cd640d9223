"""How well a prerequisite graph agrees with labelled pairs: recall, contradictions, chance."""

from __future__ import annotations

import random
from collections import Counter
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx

from mlgraph.catalog.naming import NAME_LIMIT
from mlgraph.catalog.spelling import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "Baseline",
    "Evaluation",
    "Matching",
    "Pair",
    "Share",
    "TopicNames",
    "chain",
    "evaluate",
    "match_concepts",
]

Link = tuple[str, str]
"""(concept, prerequisite), both nodes of the graph."""


class Pair(NamedTuple):
    """One labelled row: whether ``prerequisite`` must be known before ``concept``."""

    concept: str
    prerequisite: str
    label: bool


class TopicNames(NamedTuple):
    """How topics are called: slug -> node, and normalised name -> the nodes that it fits."""

    by_slug: Mapping[str, str]
    by_name: Mapping[str, tuple[str, ...]]

    def find(self, name: str) -> tuple[str, ...]:
        """Return the nodes that a name fits, an exact slug before anything else; sorted."""
        exact = self.by_slug.get(name.strip())
        if exact is not None:
            return (exact,)
        return self.by_name.get(normalise(name), ()) if len(name) <= NAME_LIMIT else ()


class Matching(NamedTuple):
    """Foreign names and our nodes: name -> node, name -> several nodes, and names that fit none."""

    matched: Mapping[str, str]
    ambiguous: Mapping[str, tuple[str, ...]]
    unmatched: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many distinct names there are."""
        return len(self.matched) + len(self.ambiguous) + len(self.unmatched)


class Share(NamedTuple):
    """So many of so many, with a 95 % interval where one was computed."""

    part: int
    of: int
    interval: tuple[float, float] | None = None

    @property
    def value(self) -> float | None:
        """The share in [0, 1]; None of nothing."""
        return self.part / self.of if self.of else None


class Baseline(NamedTuple):
    """Recall of the same graph with its nodes relabelled at random.

    ``expected`` is exact: the share of ordered pairs that the closure holds.
    """

    expected: float
    mean: float
    low: float
    high: float
    shuffles: int


class Evaluation(NamedTuple):
    """What labelled pairs say about a graph; lists hold (concept, prerequisite), sorted."""

    rows: int
    matching: Matching
    positives: int
    negatives: int
    conflicting: int
    recall: Share
    contradictions: Share
    right_way: Share
    false_hits: Share
    baseline: Baseline | None
    missed: tuple[Link, ...]
    contradicted: tuple[Link, ...]
    false: tuple[Link, ...]


def match_concepts(
    names: Iterable[str], known: TopicNames, aliases: Mapping[str, str] | None = None
) -> Matching:
    """Match foreign concept names with our topics.

    Parameters
    ----------
    names : iterable of str
        Names, repeated or not.
    known : TopicNames
        How our topics are called.
    aliases : mapping of normalised name to node, optional
        What the user says certain names mean; goes before everything.

    Returns
    -------
    Matching
        Compared after `mlgraph.catalog.spelling.normalise`; a name that fits two topics is no match.

    Examples
    --------
    >>> known = TopicNames({"svd": "n1"}, {"svd": ("n1",), "kernel": ("n2", "n3")})
    >>> match_concepts(["SVDs", "kernel", "tea"], known)
    Matching(matched={'SVDs': 'n1'}, ambiguous={'kernel': ('n2', 'n3')}, unmatched=('tea',))
    """
    matched: dict[str, str] = {}
    ambiguous: dict[str, tuple[str, ...]] = {}
    unmatched: list[str] = []
    for name in sorted(set(names)):
        wanted = normalise(name) if len(name) <= NAME_LIMIT else ""
        said = (aliases or {}).get(wanted) if wanted else None
        found = (said,) if said is not None else known.by_name.get(wanted, ()) if wanted else ()
        if len(found) == 1:
            matched[name] = found[0]
        elif found:
            ambiguous[name] = found
        else:
            unmatched.append(name)
    return Matching(matched, ambiguous, tuple(unmatched))


def chain(network: nx.DiGraph[str], prerequisite: str, dependent: str) -> list[str]:
    """Return a shortest chain from a prerequisite up to what needs it; empty if there is none.

    Examples
    --------
    >>> chain(nx.DiGraph([("a", "b"), ("b", "c")]), "a", "c")
    ['a', 'b', 'c']
    >>> chain(nx.DiGraph([("a", "b"), ("b", "c")]), "c", "a")
    []
    """
    try:
        return list(nx.shortest_path(network, prerequisite, dependent))
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return []


class _Closure:
    """Which node needs which, as one bit set a node."""

    def __init__(self, network: nx.DiGraph[str]) -> None:
        self.place = {node: place for place, node in enumerate(sorted(network))}
        self.needs = [0] * len(self.place)
        parts = nx.condensation(network)  # soft links may form cycles
        within: dict[int, int] = {}
        for part in nx.topological_sort(parts):
            members = [self.place[node] for node in parts.nodes[part]["members"]]
            own = sum(1 << place for place in members)
            below = 0
            for before in parts.predecessors(part):
                below |= within[before]
            within[part] = below | own
            for place in members:
                self.needs[place] = (below | own) & ~(1 << place)

    def holds(self, link: Link) -> bool:
        """Return whether the concept of a link needs its prerequisite."""
        return bool(self.needs[self.place[link[0]]] >> self.place[link[1]] & 1)


def evaluate(
    network: nx.DiGraph[str],
    pairs: Iterable[Pair],
    matching: Matching,
    *,
    shuffles: int = 1000,
    resamples: int = 1000,
    seed: int = 0,
) -> Evaluation:
    """Score a prerequisite graph against labelled pairs.

    Parameters
    ----------
    network : networkx.DiGraph, n nodes and m edges prerequisite -> dependent
        Need not be acyclic; not changed.
    pairs : iterable of Pair
        Labelled rows under foreign names.
    matching : Matching
        Foreign name -> node of the graph.
    shuffles : int
        Random relabellings for the baseline.
    resamples : int
        Bootstrap samples.
    seed : int
        Equal seeds give equal results.

    Returns
    -------
    Evaluation
        Only pairs count whose two ends are matched with two different nodes, each once a label. Recall:
        positives that the closure holds. Contradictions: positives whose reverse it holds. Right
        way: among positives that it decides, that is, holds in exactly one direction, those in the
        given one. False hits: pairs labelled 0 that it holds.

    Notes
    -----
    The closure takes O(n m / 64), the rest O((shuffles + resamples) x pairs). The bootstrap draws
    concepts with replacement and weighs a pair by the product of how often its two ends were drawn,
    since pairs that share a concept are not independent [1]_; its intervals are rather too wide than
    too narrow. Samples without a pair to judge are left out.

    References
    ----------
    .. [1] A. B. Owen, The pigeonhole bootstrap, Ann. Appl. Stat. 1(2), 2007,
       https://doi.org/10.1214/07-AOAS122

    Examples
    --------
    >>> known = TopicNames({}, {name: (name,) for name in "abc"})
    >>> network = nx.DiGraph([("a", "b"), ("b", "c")])
    >>> found = evaluate(network, [Pair("c", "a", True)], match_concepts("ca", known))
    >>> found.recall.value, found.baseline.expected
    (1.0, 0.5)
    """
    rows = 0
    labelled: dict[bool, set[Link]] = {True: set(), False: set()}
    for pair in pairs:
        rows += 1
        concept, needed = matching.matched.get(pair.concept), matching.matched.get(pair.prerequisite)
        if concept is not None and needed is not None and concept != needed:
            labelled[pair.label].add((concept, needed))
    positives, negatives = sorted(labelled[True]), sorted(labelled[False])
    closure = _Closure(network)
    hits = [closure.holds(link) for link in positives]
    against = [closure.holds((link[1], link[0])) for link in positives]
    decided = [one != other for one, other in zip(hits, against, strict=True)]
    right = [one and yes for one, yes in zip(hits, decided, strict=True)]
    false = [link for link in negatives if closure.holds(link)]
    every = [True] * len(positives)
    intervals = _bootstrap(
        positives, [(hits, every), (against, every), (right, decided)], resamples, _random(seed, "bootstrap")
    )
    return Evaluation(
        rows,
        matching,
        len(positives),
        len(negatives),
        len(labelled[True] & labelled[False]),
        Share(sum(hits), len(positives), intervals[0]),
        Share(sum(against), len(positives), intervals[1]),
        Share(sum(right), sum(decided), intervals[2]),
        Share(len(false), len(negatives)),
        _baseline(closure, positives, shuffles, _random(seed, "shuffles")) if positives else None,
        tuple(link for link, hit in zip(positives, hits, strict=True) if not hit),
        tuple(compress(positives, against)),
        tuple(false),
    )


def _random(seed: int, purpose: str) -> random.Random:
    """Return a generator of its own for each purpose, so that one does not disturb another."""
    return random.Random(f"{seed}/{purpose}")  # noqa: S311 - statistics, not secrets


def _baseline(closure: _Closure, links: Sequence[Link], shuffles: int, rng: random.Random) -> Baseline:
    nodes = sorted({node for link in links for node in link})
    at = {node: index for index, node in enumerate(nodes)}
    ends = [(at[concept], at[needed]) for concept, needed in links]
    total = len(closure.needs)
    everywhere = range(total)
    needs = closure.needs
    found = []
    for _ in range(shuffles):
        seat = rng.sample(everywhere, len(nodes))  # where a relabelling puts the judged nodes
        found.append(sum(needs[seat[concept]] >> seat[needed] & 1 for concept, needed in ends) / len(ends))
    found.sort()
    expected = sum(each.bit_count() for each in needs) / (total * (total - 1))
    return Baseline(
        expected, sum(found) / shuffles, _quantile(found, 0.025), _quantile(found, 0.975), shuffles
    )


def _bootstrap(
    links: Sequence[Link],
    ratios: Sequence[tuple[Sequence[bool], Sequence[bool]]],
    resamples: int,
    rng: random.Random,
) -> list[tuple[float, float] | None]:
    """Return a 95 % interval for each share, given as (counted, judged) a link."""
    nodes = sorted({node for link in links for node in link})
    samples: list[list[float]] = [[] for _ in ratios]
    for _ in range(resamples if links else 0):
        drawn = Counter(rng.choices(nodes, k=len(nodes)))
        weights = [drawn[concept] * drawn[needed] for concept, needed in links]
        for (counted, judged), sample in zip(ratios, samples, strict=True):
            total = sum(compress(weights, judged))
            if total:
                sample.append(sum(compress(weights, counted)) / total)
    return [
        (_quantile(ordered, 0.025), _quantile(ordered, 0.975)) if ordered else None
        for ordered in map(sorted, samples)
    ]


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of sorted values, linear between neighbours."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
