"""The frozen values that cross layers.

Named tuples, since the quick commands build hundreds of them and pay for every import. Hours are
hours of study, decimals; confidences are probabilities in [0, 1]; dates are ISO 8601 strings.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "Choice",
    "Claim",
    "Course",
    "Edge",
    "Evidence",
    "Fact",
    "Finding",
    "Group",
    "Hours",
    "LearningPath",
    "Match",
    "Need",
    "Program",
    "Project",
    "Requirements",
    "Role",
    "Statement",
    "Step",
    "Thing",
    "Topic",
]


class Thing(NamedTuple):
    """Anything that has an IRI and a name."""

    iri: str
    kind: str
    slug: str
    label: str


class Hours(NamedTuple):
    """Hours of study for one topic alone, all its prerequisites known."""

    low: float
    typical: float
    high: float

    def at(self, level: str) -> float:
        """Return the hours to reach a level: awareness low, working typical, deep high."""
        return {"awareness": self.low, "deep": self.high}.get(level, self.typical)


class Topic(NamedTuple):
    """A unit of subject matter that can be learned and assessed."""

    iri: str
    slug: str
    label: str
    area: str
    hours: Hours
    depth: int


class Evidence(NamedTuple):
    """One observation of one source."""

    source: str
    url: str
    locator: str
    kind: str
    checked_on: str
    observation: str


class Claim(NamedTuple):
    """A link between two things with its status, reason and evidence."""

    iri: str
    subject: Thing
    predicate: str
    object: Thing
    status: str
    level: str
    confidence: float | None
    reason: str
    part: str
    verified_on: str
    support: tuple[Evidence, ...]
    contradiction: tuple[Evidence, ...]


class Edge(NamedTuple):
    """A hard prerequisite between topics, by IRI: ``dependent`` needs ``prerequisite``."""

    dependent: str
    prerequisite: str
    level: str


class Group(NamedTuple):
    """A requirement group: at least ``minimum`` of ``options`` must be met."""

    iri: str
    dependent: str
    options: tuple[str, ...]
    minimum: int
    reason: str


class Requirements(NamedTuple):
    """All that stands below some goals: topics, unconditional edges and either-or groups."""

    goals: tuple[str, ...]
    topics: dict[str, Topic]
    edges: tuple[Edge, ...]
    groups: tuple[Group, ...]


class Step(NamedTuple):
    """One topic of a learning path, the level needed of it and the hours for that level."""

    topic: Topic
    level: str
    hours: float
    needs: tuple[str, ...]


class Choice(NamedTuple):
    """How an either-or group was met: by the options that cost the fewest hours."""

    dependent: Thing
    chosen: tuple[Thing, ...]
    others: tuple[Thing, ...]
    reason: str


class LearningPath(NamedTuple):
    """Topics in an order in which none comes before what it needs."""

    goals: tuple[Topic, ...]
    steps: tuple[Step, ...]
    choices: tuple[Choice, ...]
    known: tuple[str, ...]
    hours: float
    exact: bool


class Need(NamedTuple):
    """Something that a role needs, at a level."""

    thing: Thing
    level: str
    essential: bool
    reason: str
    status: str
    courses: int


class Course(NamedTuple):
    """A course with the facts by which learners choose."""

    iri: str
    slug: str
    name: str
    code: str
    provider: str
    platforms: tuple[str, ...]
    languages: tuple[str, ...]
    level: str
    pacing: tuple[str, ...]
    formats: tuple[str, ...]
    cost: tuple[str, ...]
    hours: float | None
    topics: int
    url: str


class Program(NamedTuple):
    """A degree program with the facts by which applicants choose."""

    iri: str
    slug: str
    name: str
    institution: str
    award: str
    region: str
    formats: tuple[str, ...]
    months: float | None
    units: str
    topics: int
    roles: tuple[str, ...]
    status: str
    url: str


class Role(NamedTuple):
    """A job role with its codes and the number of its needs."""

    iri: str
    slug: str
    label: str
    definition: str
    essential: int
    optional: int
    programs: int
    matches: tuple[str, ...]


class Project(NamedTuple):
    """A learning project with what it practises."""

    iri: str
    slug: str
    name: str
    topics: tuple[str, ...]
    skills: tuple[str, ...]
    hours: float | None
    url: str


class Statement(NamedTuple):
    """Something that a text asserts and that is not a link between two things."""

    iri: str
    slug: str
    kind: str
    about: tuple[str, ...]
    text: str
    status: str


class Fact(NamedTuple):
    """One property of a thing, with its values as text."""

    name: str
    values: tuple[str, ...]


class Match(NamedTuple):
    """A search hit: the thing, the name that matched and a score in [0, 1]."""

    thing: Thing
    name: str
    score: float


class Finding(NamedTuple):
    """One fault that a check found, in the words of SHACL; ``mend`` is what to do about it."""

    severity: str
    rule: str
    node: str
    message: str
    path: str
    line: int
    mend: str
