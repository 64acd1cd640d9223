"""Courses that may be taken, under a learner's wishes: offerings, hours, levels that count."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.road import hours_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlgraph.catalog.learning import (
        EntryGroup,
        Offering,
    )
    from mlgraph.model import Hours
    from mlgraph.planning.learner import Knowledge

__all__ = [
    "ENOUGH",
    "QUICKEST",
    "SELF_STUDY",
    "START_UP",
    "Candidate",
    "Wishes",
    "candidate_for",
    "credited",
    "price_of",
    "refusal",
    "speaks",
]

SELF_STUDY = 1.5
"""Hours to learn a topic alone from a located resource, for each hour with a course around it."""

START_UP = 6.0
"""Hours to find one's way into one more course: its site, its tools, its notation."""

QUICKEST = 0.5
"""The least time that a course at one's own pace takes for a topic, against the topic's usual hours."""

ENOUGH = 0.5
"""Share of a topic's hours that a course must give it so that it counts as taught at a level."""

_FREE = {"free", "free-to-audit"}


class Wishes(NamedTuple):
    """What a learner asks of a plan, beside its goals; empty tuples and None ask nothing.

    ``hours_per_week`` is the time there is, ``weeks`` the time until the date to be ready by,
    ``parallel`` the number of things at once; ``minimise`` is hours, cost, courses or finish.
    """

    hours_per_week: float = 8.0
    weeks: float | None = None
    free: bool = False
    max_cost: float | None = None
    languages: tuple[str, ...] = ()
    delivery: tuple[str, ...] = ()
    pacing: tuple[str, ...] = ()
    parallel: int = 2
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    minimise: str = "hours"
    self_study: float = SELF_STUDY


class Candidate(NamedTuple):
    """A course that may be taken, by the offering that suits best.

    ``levels`` says how deeply it teaches which topics. A course at one's own pace is taken in parts,
    topic by topic, and ``pace`` is its time for a topic against the topic's usual hours; any other
    course, and one that was asked for, is taken ``whole``, for ``hours``, of which a learner skips what
    is known; ``weeks`` is the time that one with dates runs.
    """

    iri: str
    label: str
    levels: dict[str, str]
    whole: bool
    hours: float
    pace: float
    price: float
    offering: Offering
    weeks: float | None
    entry: tuple[EntryGroup, ...]


def speaks(spoken: Iterable[str], wanted: Sequence[str]) -> bool:
    """Return whether one of some languages is wanted; ``pt`` covers ``pt-BR``, and nothing wanted all."""
    return not wanted or any(
        each.lower() == want.lower() or each.lower().startswith(f"{want.lower()}-")
        for each in spoken
        for want in wanted
    )


def refusal(offering: Offering, wishes: Wishes) -> str:
    """Return why an offering does not suit, in words; nothing if it does.

    On-campus offerings suit only who asks for them by ``delivery``: they need enrolment there.

    Examples
    --------
    >>> from mlgraph.catalog.learning import Offering
    >>> o = Offering("i", "c", ("de",), ("cohort",), ("online",), ("paid",), None, "", None, None, None)
    >>> refusal(o, Wishes(free=True)), refusal(o, Wishes(languages=("de",)))
    ('it is not free', '')
    """
    reasons = (
        (bool(wishes.free) and not _FREE & set(offering.costs), "it is not free"),
        (
            wishes.max_cost is not None and not _FREE & set(offering.costs) and offering.price is None,
            "its price is not known",
        ),
        (
            not speaks(offering.languages, wishes.languages),
            f"it is given in {', '.join(offering.languages) or 'an unknown language'}",
        ),
        (
            bool(wishes.delivery) and not set(wishes.delivery) & set(offering.formats),
            f"it is {', '.join(offering.formats) or 'of unknown format'}",
        ),
        (
            not wishes.delivery and set(offering.formats) == {"on-campus"},
            "it is given on campus only (allow it with --delivery on-campus)",
        ),
        (
            bool(wishes.pacing) and not set(wishes.pacing) & set(offering.pacing),
            f"it is {', '.join(offering.pacing) or 'of unknown pacing'}",
        ),
    )
    return next((text for applies, text in reasons if applies), "")


def price_of(offering: Offering) -> float:
    """Return the price of an offering: 0 where it is free, or not known."""
    return 0.0 if _FREE & set(offering.costs) or offering.price is None else offering.price


def _weeks(offering: Offering, hours: float) -> float | None:
    """Return the weeks that a course with dates runs, whole ones; None if it goes at one's own pace."""
    if "self-paced" in offering.pacing:
        return None
    weeks = offering.weeks or (hours / offering.hours_per_week if offering.hours_per_week else 0.0)
    return float(max(1, math.ceil(weeks - 1e-9))) if weeks else None


def credited(levels: Mapping[str, str], hours: float | None, topics: Mapping[str, Hours]) -> dict[str, str]:
    """Return how deeply a course teaches its topics, given the hours it has for them.

    A course that lasts a fraction of the time that its topics take gives a lower level: a topic counts
    at the deepest level, up to the one claimed, for which its share of the course is half its hours at
    least; awareness always counts.
    """
    full = sum(topics[topic].at(level) for topic, level in levels.items() if topic in topics)
    if hours is None or not full or hours >= full:
        return dict(levels)
    found = {}
    for topic, level in levels.items():
        reached = level
        if topic in topics:
            share = topics[topic].at(level) * hours / full
            while reached != "awareness" and share < ENOUGH * topics[topic].at(reached):
                reached = "working" if reached == "deep" else "awareness"
        found[topic] = reached
    return found


def candidate_for(
    course: str,
    label: str,
    claimed: Mapping[str, str],
    offering: Offering,
    entry: tuple[EntryGroup, ...],
    hours_of: Mapping[str, Hours],
    known: Knowledge,
    *,
    asked: bool,
) -> Candidate:
    """Return a course with one of its offerings, for a learner who knows some of it."""
    full = sum(hours_of[topic].at(level) for topic, level in claimed.items())
    fresh = sum(
        hours_between(hours_of[topic], known.levels.get(topic, ""), level) for topic, level in claimed.items()
    )
    total = offering.total
    hours = (total if total is not None else full) * (fresh / full if full else 1.0)
    pace = min(1.0, total / full) if total is not None and full else 1.0
    return Candidate(
        course,
        label,
        credited(claimed, total, hours_of),
        asked or "self-paced" not in offering.pacing,
        round(hours, 2),
        max(QUICKEST, pace),
        price_of(offering),
        offering,
        _weeks(offering, hours),
        entry,
    )
