"""Degree programs side by side: what they teach, ask and leave, for one learner and one role."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.road import hours_between
from mlgraph.catalog.claims import claims, statements
from mlgraph.catalog.courses import programs
from mlgraph.catalog.curriculum import (
    Curriculum,
    curricula,
    details,
    prepared,
    recommended,
)
from mlgraph.catalog.learning import named
from mlgraph.catalog.topics import requirements
from mlgraph.errors import UsageError
from mlgraph.planning.coverage import (
    Coverage,
    Yardstick,
    cover,
    graduate,
    hours_for,
    lower_needs,
    remaining,
    yardstick,
)
from mlgraph.planning.goal import Goal, road_to, target
from mlgraph.planning.learner import RANK, Knowledge
from mlgraph.planning.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgraph.model import Claim, Program, Statement, Thing, Topic
    from mlgraph.planning.shelf import Picked
    from mlgraph.rdf.store import Store

__all__ = [
    "Admission",
    "Closing",
    "Comparison",
    "Lack",
    "Outlook",
    "Portrait",
    "compare",
    "stated_in",
]

_DOUBTFUL = {"disputed", "superseded"}
_FORMAL = re.compile(
    r"\b(degrees?|bachelor|master|honours|btech|graduates?|c?gpa|grades?|2:1|a first|top \d+|toefl|ielts|gre|gate"
    r"|english|language and performance|interview|aptitude|written test|experience|letters?|references|essays?"
    r"|resume|statement|citizens|credits?|ects|ec|cp|semesters?|not found|not in the facts)\b|\bB\+|\d %",
    re.IGNORECASE,
)


class Lack(NamedTuple):
    """How deeply a topic is still to be learned, and the hours to there from what is known."""

    level: str
    hours: float


class Admission(NamedTuple):
    """What a program asks on entry, and what of it this learner lacks.

    ``stated`` are the words of its sources, ``unseen`` the parts of them that topics cannot show;
    ``asked`` says whether topics are named at all (else ``lacking`` holds what the core topics
    presuppose). ``helpful`` are recommended topics that the learner lacks, either-or ones together.
    """

    stated: tuple[str, ...]
    asked: bool
    lacking: Mapping[str, Lack]
    hours: float
    helpful: tuple[tuple[str, ...], ...]
    unseen: tuple[str, ...]


class Closing(NamedTuple):
    """What is left to learn by the cheapest road, and what teaches it for free."""

    topics: Mapping[str, Lack]
    hours: float
    picked: Picked


class Outlook(NamedTuple):
    """What a program does for a role and a learner.

    ``claim`` is the status of the claim that it prepares for the role; ``left_core`` the hours left
    without any elective, ``left`` what is left with all of them.
    """

    claim: str
    coverage: Coverage
    left_core: float
    left: Closing


class Portrait(NamedTuple):
    """One program: facts, words by property, curriculum, doubts, admission, and what it does for a role.

    ``only`` are topics in no other of the programs compared.
    """

    program: Program
    said: Mapping[str, tuple[str, ...]]
    curriculum: Curriculum
    only: tuple[str, ...]
    doubts: tuple[Claim, ...]
    statements: tuple[Statement, ...]
    admission: Admission
    outlook: Outlook | None


class Comparison(NamedTuple):
    """Programs side by side; ``topics`` are all that are spoken of, ``before`` the hours to the role now."""

    portraits: tuple[Portrait, ...]
    shared: tuple[str, ...]
    topics: Mapping[str, Topic]
    known: int
    yardstick: Yardstick | None
    before: float


def stated_in(texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what requirement texts say of admission, and the parts of it that no topic can show.

    Notes
    -----
    Texts are written as ``Admission: part; part``. A part is named as unseen if it speaks of degrees,
    grades, tests, language, experience, papers or amounts of credit; naming one too many does no harm.

    Examples
    --------
    >>> stated_in(["Admission: bachelor's degree; calculus; GPA 3.0", "Degree: thesis"])
    (("bachelor's degree; calculus; GPA 3.0",), ("bachelor's degree", 'GPA 3.0'))
    """
    stated = tuple(
        each.removeprefix("Admission:").strip() for each in texts if not each.startswith("Degree:")
    )
    parts = [part.strip() for each in stated for part in each.split(";")]
    return stated, tuple(part for part in parts if _FORMAL.search(part))


def compare(
    store: Store, chosen: Sequence[Thing], role: Thing | None = None, known: Knowledge | None = None
) -> Comparison:
    """Return some programs side by side.

    Parameters
    ----------
    store : Store
        The graph.
    chosen : sequence of Thing
        Two programs or more.
    role : Thing, optional
        The role by which to measure them.
    known : Knowledge, optional
        What the learner knows; nothing if left out.

    Returns
    -------
    Comparison
        Programs in the order given. What a program covers does not depend on the learner; what it
        leaves does: nothing that the learner knew before, had to learn for admission, or learns there.

    Raises
    ------
    UsageError
        If fewer than two programs are given, one twice, or something that is none.

    Notes
    -----
    A fixed number of queries, and a few more for each program's admission.
    """
    iris = [each.iri for each in chosen]
    twice = next((each for each in chosen if iris.count(each.iri) > 1), None)
    if twice is not None:
        raise UsageError(f"the same program twice: {twice.label}", "name different programs")
    if len(chosen) < 2:
        raise UsageError(
            "one program alone cannot be compared", "name two or more; `mlgraph show` shows one alone"
        )
    have = known or Knowledge({}, {}, frozenset())
    yard = yardstick(store, role) if role else None
    sight = _Sight(store, iris, have, yard)
    portraits = [sight.portrait(each) for each in chosen]
    before = 0.0
    if yard:
        asked = yard.target.requirements
        before = hours_for(asked, remaining(asked, have.levels), have.levels)
    return Comparison(
        tuple(portraits),
        tuple(topic for topic, owners in sorted(sight.owners.items()) if len(owners) == len(iris)),
        sight.topics,
        len(have.levels),
        yard,
        before,
    )


class _Sight:
    """What the portraits of several programs are drawn from, fetched for all of them together."""

    def __init__(self, store: Store, iris: Sequence[str], known: Knowledge, yard: Yardstick | None) -> None:
        self.store, self.known, self.yard = store, known, yard
        self.programs = {each.iri: each for each in programs(store)}
        self.taught = curricula(store, iris)
        self.said = details(store, iris)
        self.helpful = recommended(store, iris)
        self.claims = claims(store, subjects=iris, evidence=False)
        self.statements = [each for each in statements(store) if each.kind in {"attribute", "offer"}]
        self.claimed = prepared(store, yard.role.iri) if yard else {}
        self.owners: dict[str, set[str]] = {}
        for iri, each in self.taught.items():
            for topic in each.both():
                self.owners.setdefault(topic, set()).add(iri)
        helpful = {topic for groups in self.helpful.values() for group in groups for topic in group}
        lower = requirements(store, sorted({*self.owners, *helpful}))
        self.needs = lower_needs(lower.edges)
        self.topics: dict[str, Topic] = dict(lower.topics)
        asked = dict(yard.target.requirements.topics) if yard else {}
        if yard:
            asked.pop(yard.role.iri, None)
        self.topics |= asked
        self.shelf = Shelf.of(store, asked)

    def portrait(self, chosen: Thing) -> Portrait:
        """Return one program as it is, and as it is for the learner and the role."""
        if chosen.iri not in self.programs:
            raise UsageError(f"{chosen.label} is no degree program", "try `mlgraph programs`")
        own = self.taught.get(chosen.iri, Curriculum())
        about = f"program/{chosen.slug}"
        admission = self.admission(chosen, own)
        return Portrait(
            self.programs[chosen.iri],
            self.said[chosen.iri],
            own,
            tuple(topic for topic in sorted(own.both()) if self.owners[topic] == {chosen.iri}),
            tuple(
                each
                for each in self.claims
                if each.subject.iri == chosen.iri
                and (each.status in _DOUBTFUL or each.predicate == "isReplacedBy")
            ),
            tuple(each for each in self.statements if about in each.about),
            admission,
            self.outlook(chosen.iri, own, admission, self.yard) if self.yard else None,
        )

    def admission(self, chosen: Thing, own: Curriculum) -> Admission:
        """Return what a program asks on entry of this learner."""
        wanted = target(self.store, [Goal(chosen._replace(kind="program"))])
        self.topics |= {iri: topic for iri, topic in wanted.requirements.topics.items() if iri != chosen.iri}
        asked = not wanted.notes
        # what the core presupposes is not what the core teaches itself
        levels = self.known.levels if asked else _deeper(self.known.levels, own.core)
        road = road_to(wanted, self.known._replace(levels=levels))
        stated, unseen = stated_in(self.said[chosen.iri].get("requirementText", ()))
        options = {option for group in wanted.entry for option in group.options}
        labels = named(self.store, options) if options else {}
        other = [
            " or ".join([*(labels.get(option, option) for option in group.options), *group.external])
            for group in wanted.entry
        ]
        return Admission(
            stated,
            asked,
            _lacks(road.levels, levels, self.topics),
            road.hours,
            tuple(
                group
                for group in self.helpful.get(chosen.iri, ())
                if not any(self.known.has(topic) or topic in road.levels for topic in group)
            ),
            tuple(dict.fromkeys((*unseen, *other))),
        )

    def outlook(self, iri: str, own: Curriculum, admission: Admission, yard: Yardstick) -> Outlook:
        """Return what a program does for the role."""
        needs = yard.target.requirements
        lacked = {topic: lack.level for topic, lack in admission.lacking.items()}
        entered = _deeper(self.known.levels, lacked)
        core = graduate(entered, own.core, self.needs)
        after = graduate(entered, own.both(), self.needs)
        left = remaining(needs, after)
        return Outlook(
            self.claimed.get(iri, ""),
            cover(yard, own, self.needs),
            hours_for(needs, remaining(needs, core), core),
            Closing(
                _lacks(left, after, self.topics),
                hours_for(needs, left, after),
                self.shelf.teach(left),
            ),
        )


def _deeper(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """Return all topics of both, each at the deeper of its levels."""
    found = dict(first)
    for topic, level in second.items():
        if RANK[level] > RANK[found.get(topic, "")]:
            found[topic] = level
    return found


def _lacks(
    levels: Mapping[str, str], known: Mapping[str, str], topics: Mapping[str, Topic]
) -> dict[str, Lack]:
    """Return what is to be learned, with the hours; what comes first in any order of learning first."""
    order = sorted(levels, key=lambda iri: (topics[iri].depth, topics[iri].label))
    return {
        iri: Lack(levels[iri], hours_between(topics[iri].hours, known.get(iri, ""), levels[iri]))
        for iri in order
    }
