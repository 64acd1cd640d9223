"""Hidden prerequisites: what courses of a plan presuppose and nothing before them teaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.claims import claims
from mlgraph.catalog.learning import named, teaching
from mlgraph.catalog.topics import requirements
from mlgraph.planning.coverage import graduate, lower_needs
from mlgraph.planning.learner import RANK
from mlgraph.planning.topic_curriculum import topics_of
from mlgraph.vocab import MLG

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgraph.model import Claim, Requirements, Thing, Topic
    from mlgraph.rdf.store import Store

__all__ = ["Covered", "Hidden", "HiddenReport", "Unit", "hidden"]

TEACHERS = 3
"""Courses of the graph that are named for a topic that nothing in the plan teaches."""


class Unit(NamedTuple):
    """A course of a plan with its topics by IRI; ``term`` is 0 where the plan has no terms.

    ``before`` are the units that its requisites put before it, directly or through others; ``instead`` are
    those that do in its place where a requisite gives a choice.
    """

    id: str
    label: str
    term: int
    teaches: Mapping[str, str]
    presupposes: Mapping[str, str]
    before: frozenset[str]
    instead: frozenset[str] = frozenset()


class Hidden(NamedTuple):
    """One finding: a kind, the unit, the topic that it needs at a level, and what is had of it.

    ``missing``: nothing in the plan teaches it. ``late``: only units in the same term or a later one do.
    ``shallow``: those before do not teach it deeply enough. ``undeclared``: ``others`` teach it, and no
    requisite says that they come before. ``duplicate``: ``others``, which cannot be taken in its place,
    taught it before, as deeply.
    ``options`` are other topics that would do instead. ``because`` are the topics taught in the unit that
    need it; empty where the plan itself says so. ``claims`` are the reasons and evidence for that.
    """

    kind: str
    unit: str
    topic: str
    needed: str
    have: str
    because: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()


class Covered(NamedTuple):
    """What a plan covers of the topics of a role or program: all wanted, and those short of the level."""

    thing: Thing
    wanted: Mapping[str, str]
    shallow: Mapping[str, tuple[str, str]]
    missing: tuple[str, ...]


class HiddenReport(NamedTuple):
    """Findings, units without any topic, the topics spoken of, and who in the graph teaches what is missing."""

    findings: tuple[Hidden, ...]
    units: tuple[Unit, ...]
    topics: Mapping[str, Topic]
    teachers: Mapping[str, tuple[str, ...]]
    covered: Covered | None


def hidden(
    store: Store,
    units: Sequence[Unit],
    known: Mapping[str, str] | None = None,
    measure: Thing | None = None,
) -> HiddenReport:
    """Return what a plan presupposes and does not teach in time, what it teaches twice, and what it covers.

    Parameters
    ----------
    store : Store
    units : sequence of Unit
        The courses of the plan.
    known : mapping of IRI to level, optional
        What is known on entry.
    measure : Thing, optional
        A role or program by whose topics to measure the plan.

    Returns
    -------
    HiddenReport

    Notes
    -----
    A unit presupposes what it says so, and what the topics it teaches at working level or deeper need
    directly, unless it teaches that itself. Whoever was taught a topic is taken to know what that rests
    on; so a gap is told once, at the first unit that meets it. A need that one of several topics meets
    is a gap if none of them is known, and is told for the first of them.
    """
    wanted = topics_of(store, measure, electives=True) if measure else {}
    start = dict(known or {})
    topics = {topic for unit in units for topic in (*unit.teaches, *unit.presupposes)}
    asked = requirements(store, sorted({*topics, *wanted, *start}))
    search = _Search(units, asked, start)
    found = search.findings()
    proofs = _proofs(store, found)
    told = tuple(
        each._replace(
            claims=tuple(
                proofs[pair] for because in each.because if (pair := (because, each.topic)) in proofs
            )
        )
        for each in found
    )
    lacking = sorted({each.topic for each in told if each.kind == "missing"})
    covered = _covered(measure, wanted, search.after(units, start)) if measure else None
    return HiddenReport(told, tuple(units), asked.topics, _teachers(store, lacking), covered)


class _Need(NamedTuple):
    """The level at which a topic is presupposed, the topics that need it, and what would do instead."""

    level: str
    because: tuple[str, ...]
    options: tuple[str, ...]


class _Search:
    def __init__(self, units: Sequence[Unit], asked: Requirements, known: Mapping[str, str]) -> None:
        self.units, self.known = units, dict(known)
        self.needs = lower_needs(asked.edges)
        self.groups: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for group in asked.groups:
            self.groups.setdefault(group.dependent, []).append((group.options, group.minimum))

    def after(self, units: Sequence[Unit], known: Mapping[str, str]) -> dict[str, str]:
        """Return what is known after some units, if something was known before."""
        taught: dict[str, str] = {}
        for unit in units:
            for topic, level in unit.teaches.items():
                taught[topic] = max(level, taught.get(topic, ""), key=RANK.__getitem__)
        return graduate(known, taught, self.needs)

    def earlier(self, unit: Unit) -> list[Unit]:
        """Return the units that come before one: by terms, or by requisites where there are no terms."""
        if unit.term:
            return [each for each in self.units if 0 < each.term < unit.term]
        return [each for each in self.units if each.id in unit.before]

    def findings(self) -> list[Hidden]:
        found: list[Hidden] = []
        for unit in sorted(self.units, key=lambda each: (each.term, len(each.before))):
            earlier = self.earlier(unit)
            have = self.after(earlier, self.known)  # with the gaps told before, so that each is told once
            for topic, (level, because, options) in sorted(self.asked(unit, have).items()):
                each = self.verdict(unit, earlier, (topic, level), have.get(topic, ""))
                if each is not None:
                    found.append(each._replace(because=because, options=options))
                    if each.kind != "undeclared":
                        self.known[topic] = max(level, self.known.get(topic, ""), key=RANK.__getitem__)
        return found + self.duplicates()

    def asked(self, unit: Unit, have: Mapping[str, str]) -> dict[str, _Need]:
        """Return what a unit presupposes, by topic."""
        found: dict[str, _Need] = {}

        def need(topic: str, level: str, because: str, options: tuple[str, ...] = ()) -> None:
            if RANK[unit.teaches.get(topic, "")] < RANK[level]:
                old = found.get(topic, _Need("", (), options))
                found[topic] = _Need(
                    max(old.level, level, key=RANK.__getitem__),
                    (*old.because, because) if because else old.because,
                    old.options if options else (),
                )

        for topic, level in unit.presupposes.items():
            need(topic, level, "")
        for taught, level in sorted(unit.teaches.items()):
            if RANK[level] >= RANK["working"]:
                for topic, least in self.needs.get(taught, ()):
                    need(topic, least, taught)
                for options, minimum in self.groups.get(taught, ()):
                    met = [each for each in options if have.get(each) or each in unit.teaches]
                    left = [each for each in options if each not in met]
                    for topic in left[: max(0, minimum - len(met))]:
                        need(topic, "working", taught, tuple(each for each in left if each != topic))
        return found

    def verdict(self, unit: Unit, earlier: Sequence[Unit], need: tuple[str, str], have: str) -> Hidden | None:
        topic, level = need
        teachers = [each for each in self.units if topic in each.teaches and each.id != unit.id]
        before = [each for each in teachers if each in earlier]
        if RANK[have] >= RANK[level]:
            undeclared = (
                before and topic not in self.known and not any(each.id in unit.before for each in before)
            )
            kind = "undeclared" if undeclared and unit.term else ""
        elif have:
            kind = "shallow"
        elif teachers:
            kind = "late" if unit.term else "undeclared"
        else:
            kind = "missing"
        if not kind:
            return None
        others = before if kind in {"shallow", "undeclared"} and unit.term else teachers
        return Hidden(kind, unit.id, topic, level, have, others=tuple(each.id for each in others))

    def duplicates(self) -> list[Hidden]:
        found = []
        order = sorted(self.units, key=lambda each: (each.term, len(each.before)))
        for place, unit in enumerate(order):
            for topic, level in sorted(unit.teaches.items()):
                others = tuple(
                    each.id
                    for each in order[:place]
                    if RANK[each.teaches.get(topic, "")] >= RANK[level] >= RANK["working"]
                    and each.id not in unit.instead
                )
                if others:
                    found.append(Hidden("duplicate", unit.id, topic, level, level, others=others))
        return found


def _proofs(store: Store, found: Sequence[Hidden]) -> dict[tuple[str, str], Claim]:
    """Return (topic, what it needs) -> the claim that says so."""
    subjects = sorted({because for each in found for because in each.because})
    objects = sorted({each.topic for each in found if each.because})
    if not subjects:
        return {}
    told = claims(store, status="verified", predicate=MLG.requires, subjects=subjects, objects=objects)
    return {(each.subject.iri, each.object.iri): each for each in told}


def _teachers(store: Store, topics: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for course, topic, level in teaching(store, topics) if topics else ():
        if RANK[level] >= RANK["working"]:
            found.setdefault(topic, []).append(course)
    kept = {topic: courses[:TEACHERS] for topic, courses in found.items()}
    labels = named(store, {course for courses in kept.values() for course in courses})
    return {topic: tuple(labels.get(each, each) for each in courses) for topic, courses in kept.items()}


def _covered(thing: Thing, wanted: Mapping[str, str], have: Mapping[str, str]) -> Covered:
    shallow = {
        topic: (have[topic], level)
        for topic, level in wanted.items()
        if have.get(topic) and RANK[have[topic]] < RANK[level]
    }
    return Covered(thing, wanted, shallow, tuple(topic for topic in wanted if not have.get(topic)))
