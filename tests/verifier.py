"""An independent check of plans: everything is worked out anew from the triples of the store.

Nothing of the planner is used here but the values that go in (goals, wishes) and come out (the plan).
Levels are numbers: 0 not known, 1 awareness, 2 working, 3 deep.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.vocab import MLG, RDF, RDFS, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlgraph.planning.candidate import Wishes
    from mlgraph.planning.goal import Goal
    from mlgraph.planning.item import Item, Part
    from mlgraph.planning.plan import Plan
    from mlgraph.rdf.store import Store

__all__ = ["RANKS", "Demand", "Entry", "Offer", "Taken", "World", "verify"]

RANKS = {"": 0, "awareness": 1, "working": 2, "deep": 3}
_LEVEL_IRIS = {MLG.Awareness: 1, MLG.Working: 2, MLG.Deep: 3}
_TINY = 1e-6
_CENT = 0.011
"""Hours of whole courses are rounded to two decimals."""


class Offer(NamedTuple):
    """One way in which a course is given, as the triples say it."""

    iri: str
    self_paced: bool
    pacing: frozenset[str]
    formats: frozenset[str]
    costs: frozenset[str]
    languages: frozenset[str]
    price: float | None
    hours: float | None
    per_week: float | None
    weeks: float | None

    @property
    def free(self) -> bool:
        return bool(self.costs & {MLG.Free, MLG.FreeToAudit})

    @property
    def gated(self) -> bool:
        """Whether somebody looks at who comes in."""
        return not self.self_paced and not self.free


class Entry(NamedTuple):
    """What a course or program asks for on entry."""

    options: frozenset[str]
    external: bool
    minimum: int
    level: int


class Taken(NamedTuple):
    """A course as one learner would take it; ``weeks`` is 0 where it has no dates."""

    offer: Offer
    levels: dict[str, int]
    whole: bool
    hours: float
    pace: float
    price: float
    weeks: int


class Demand(NamedTuple):
    """So many of these topics, each at its level."""

    minimum: int
    options: tuple[tuple[str, int], ...]

    def met(self, levels: Mapping[str, int]) -> bool:
        return sum(levels.get(topic, 0) >= level for topic, level in self.options) >= self.minimum


class World:
    """The triples of a store, by subject and predicate, and what planning rests on."""

    def __init__(self, store: Store) -> None:
        self.facts: dict[str, dict[str, list[str]]] = {}
        for triple in store.triples():
            subject, object_ = str(triple.subject.value), str(triple.object.value)  # type: ignore[union-attr]
            self.facts.setdefault(subject, {}).setdefault(triple.predicate.value, []).append(object_)
        self.levels: dict[tuple[str, str, str], int] = {}
        for about in self.facts.values():
            if MLG.Claim in about.get(RDF.type, ()) and MLG.Verified in about.get(MLG.status, ()):
                key = (about[RDF.subject][0], about[RDF.predicate][0], about[RDF.object][0])
                said = [_LEVEL_IRIS[each] for each in about.get(MLG.atLevel, ())]
                self.levels[key] = max([self.levels.get(key, 0), *said])
        self.topics = frozenset(each for each in self.facts if MLG.Topic in self.get(each, RDF.type))
        self.courses = sorted(each for each in self.facts if SCHEMA.Course in self.get(each, RDF.type))
        self.hours = {topic: self._hours(topic) for topic in self.topics}
        self.needs = {topic: self._needs(topic) for topic in self.topics}
        self.teaches = {course: self._links(course, MLG.teaches) for course in self.courses}
        self.entries = {course: self._entries(course) for course in self.courses}
        self.offers = {course: self._offers(course) for course in self.courses}
        self.resources = self._resources()

    def get(self, subject: str, predicate: str) -> list[str]:
        return self.facts.get(subject, {}).get(predicate, [])

    def label(self, subject: str) -> str:
        return next(iter(self.get(subject, RDFS.label)), subject.rpartition("/")[2])

    def _number(self, subject: str, predicate: str) -> float | None:
        return min(map(float, self.get(subject, predicate)), default=None)

    def _hours(self, topic: str) -> tuple[float, float, float, float]:
        typical = self._number(topic, MLG.hoursTypical)
        typical = 5.0 if typical is None else typical
        low, high = self._number(topic, MLG.hoursLow), self._number(topic, MLG.hoursHigh)
        return 0.0, typical if low is None else low, typical, typical if high is None else high

    def between(self, topic: str, low: int, high: int) -> float:
        """Return the hours from one level of a topic to another."""
        return max(0.0, self.hours[topic][high] - self.hours[topic][low])

    def _links(self, subject: str, predicate: str) -> dict[str, int]:
        """Return topic -> level of a plain link; without a claim that says more it is working."""
        return {
            each: self.levels.get((subject, predicate, each), 0) or 2
            for each in self.get(subject, predicate)
            if each in self.topics
        }

    def _needs(self, topic: str) -> list[Demand]:
        """Return what a topic needs to be learned up to working level."""
        found = [
            Demand(1, ((needed, max(2, level)),))
            for needed, level in self._links(topic, MLG.requires).items()
        ]
        for node in self.get(topic, MLG.hasRequirement):
            options = sorted(set(self.get(node, MLG.anyOf)) & self.topics)
            if MLG.Mandatory in self.get(node, MLG.obligation) and options:
                minimum = min(int(self.get(node, MLG.minimumCount)[0]), len(options))
                found.append(Demand(minimum, tuple((option, 2) for option in options)))
        return found

    def _entries(self, owner: str) -> list[Entry]:
        return [
            Entry(
                frozenset(self.get(node, MLG.anyOf)),
                bool(self.get(node, MLG.externalOption)),
                int(self.get(node, MLG.minimumCount)[0]),
                max([_LEVEL_IRIS[each] for each in self.get(node, MLG.atLevel)], default=2),
            )
            for node in self.get(owner, MLG.hasRequirement)
            if MLG.Mandatory in self.get(node, MLG.obligation)
            and {MLG.Entry, MLG.Admission} & set(self.get(node, MLG.purpose))
        ]

    def _offers(self, course: str) -> list[Offer]:
        return [
            Offer(
                node,
                MLG.SelfPaced in self.get(node, MLG.pacing),
                frozenset(self.get(node, MLG.pacing)),
                frozenset(self.get(node, MLG.hasFormat)),
                frozenset(self.get(node, MLG.costKind)),
                frozenset(self.get(node, SCHEMA.inLanguage)),
                self._number(node, SCHEMA.price),
                self._number(node, MLG.workloadHours),
                self._number(node, MLG.hoursPerWeek),
                self._number(node, MLG.weeks),
            )
            for node in self.get(course, SCHEMA.hasCourseInstance)
        ]

    def _resources(self) -> dict[str, set[str]]:
        """Return topic -> languages in which there is a free located resource."""
        found: dict[str, set[str]] = {}
        for about in self.facts.values():
            free = "true" in about.get(SCHEMA.isAccessibleForFree, ())
            if SCHEMA.LearningResource in about.get(RDF.type, ()) and free:
                for topic in set(about.get(MLG.teaches, ())) & self.topics:
                    found.setdefault(topic, set()).update(about.get(SCHEMA.inLanguage, ["en"]))
        return found

    # -- what a learner may use

    def alone(self, topic: str, wishes: Wishes) -> bool:
        """Return whether a topic can be studied alone."""
        return any(speaks(each, wishes) for each in self.resources.get(topic, ()))

    def taken(self, course: str, known: Mapping[str, int], wishes: Wishes, must: bool) -> Taken | None:
        """Return how a course would be taken; None if no offering of it suits."""
        fitting = [offer for offer in self.offers.get(course, ()) if must or suits(offer, wishes)]
        if course in wishes.exclude or not fitting:
            return None
        offer = min(
            fitting, key=lambda each: (not suits(each, wishes), _price(each), not each.self_paced, each.iri)
        )
        claimed = self.teaches[course]
        full = sum(self.hours[topic][level] for topic, level in claimed.items())
        fresh = sum(self.between(topic, known.get(topic, 0), level) for topic, level in claimed.items())
        total = offer.hours
        if total is None and offer.per_week and offer.weeks:
            total = offer.per_week * offer.weeks
        hours = (full if total is None else total) * (fresh / full if full else 1.0)
        weeks = offer.weeks or (hours / offer.per_week if offer.per_week else 0.0)
        return Taken(
            offer,
            {topic: self._credit(topic, level, total, full) for topic, level in claimed.items()},
            must or not offer.self_paced,
            hours,
            1.0 if total is None or not full else min(1.0, max(0.5, total / full)),
            _price(offer),
            0 if offer.self_paced or not weeks else max(1, math.ceil(weeks - 1e-9)),
        )

    def _credit(self, topic: str, level: int, total: float | None, full: float) -> int:
        """Return the level for which a course has half of the hours at least; awareness it always gives."""
        if total is None or total >= full:
            return level
        share = self.hours[topic][level] * total / full
        return next((each for each in range(level, 1, -1) if share >= self.hours[topic][each] / 2), 1)

    def can_learn(self, topic: str, levels: Mapping[str, int]) -> bool:
        """Return whether all is known that a topic needs to be learned up to working level."""
        return all(demand.met(levels) for demand in self.needs[topic])

    def admits(
        self,
        course: str,
        offer: Offer,
        levels: Mapping[str, int],
        passed: Iterable[str],
        parts: Mapping[str, Taken],
    ) -> bool:
        """Return whether a course can be entered; ``parts`` are the courses that may be taken in parts."""
        have = set(passed)
        for entry in self.entries[course]:
            if not entry.options and not offer.gated:
                continue
            met = 0
            for option in entry.options:
                if option in self.topics:
                    met += levels.get(option, 0) >= entry.level
                else:
                    taught = parts[option].levels if option in parts else self.teaches.get(option, {})
                    all_known = bool(taught) and all(levels.get(t, 0) >= level for t, level in taught.items())
                    met += option in have or all_known
            if met < (entry.minimum if offer.gated else min(entry.minimum, len(entry.options))):
                return False
        return True

    # -- what goals ask for

    def demands(self, goal: Goal) -> list[Demand]:
        """Return what has to be known in the end for a goal."""
        iri = goal.thing.iri
        if goal.thing.kind == "topic":
            return [Demand(1, ((iri, RANKS[goal.level]),))]
        if goal.thing.kind in {"role", "skill"}:
            return self._drawn(iri) if goal.thing.kind == "skill" else self._role(iri)
        asked = [
            Demand(
                min(entry.minimum, len(entry.options)), tuple((o, entry.level) for o in sorted(entry.options))
            )
            for entry in self._entries(iri)
            if entry.options and entry.options <= self.topics and not entry.external
        ]
        if goal.thing.kind == "course":
            return [*asked, *self._beneath(set(self.teaches[iri]))]
        return asked or self._beneath(set(self.get(iri, MLG.coreTopic)))

    def _role(self, role: str) -> list[Demand]:
        found = []
        for each in self.get(role, MLG.essentialSkill):
            if each in self.topics:
                level = self.levels.get((role, MLG.essentialSkill, each), 0) or 2
                found.append(Demand(1, ((each, level),)))
            elif MLG.TransversalSkill not in self.get(each, RDF.type):
                found += self._drawn(each)
        return found

    def _drawn(self, skill: str) -> list[Demand]:
        return [Demand(1, (each,)) for each in self._links(skill, MLG.drawsOn).items()]

    def _beneath(self, topics: set[str]) -> list[Demand]:
        direct = {each for topic in topics for each in self.get(topic, MLG.requires)}
        return [Demand(1, ((topic, 2),)) for topic in sorted(direct - topics)]


def speaks(language: str, wishes: Wishes) -> bool:
    said = language.lower()
    return not wishes.languages or any(
        said == want.lower() or said.startswith(f"{want.lower()}-") for want in wishes.languages
    )


def suits(offer: Offer, wishes: Wishes) -> bool:
    """Return whether an offering keeps the wishes."""

    def among(kinds: frozenset[str], wanted: Sequence[str]) -> bool:
        words = {kind.rpartition("#")[2].lower() for kind in kinds}
        return bool(words & {each.replace("-", "").lower() for each in wanted})

    return (
        (offer.free or not wishes.free)
        and (offer.free or offer.price is not None or wishes.max_cost is None)
        and (not wishes.languages or any(speaks(each, wishes) for each in offer.languages))
        and (among(offer.formats, wishes.delivery) if wishes.delivery else offer.formats != {MLG.OnCampus})
        and (not wishes.pacing or among(offer.pacing, wishes.pacing))
    )


def _price(offer: Offer) -> float:
    return 0.0 if offer.free else offer.price or 0.0


def verify(
    world: World | Store,
    goals: Sequence[Goal],
    known: Mapping[str, str],
    wishes: Wishes,
    plan: Plan,
    passed: Iterable[str] = (),
) -> list[str]:
    """Return what is wrong with a plan, in words; nothing if it is right.

    Parameters
    ----------
    world : World or Store
        The graph.
    goals : sequence of Goal
        What was asked for.
    known : mapping of topic to level
        What the learner knows before.
    wishes : Wishes
        As the learner gave them.
    plan : Plan
    passed : iterable of str
        Courses passed before.
    """
    have = World(world) if not isinstance(world, World) else world
    return list(_Check(have, goals, known, wishes, plan, frozenset(passed)).faults())


class _Check:
    def __init__(
        self,
        world: World,
        goals: Sequence[Goal],
        known: Mapping[str, str],
        wishes: Wishes,
        plan: Plan,
        passed: frozenset[str],
    ) -> None:
        self.world, self.goals, self.wishes, self.plan, self.passed = world, goals, wishes, plan, passed
        self.known = {topic: RANKS[level] for topic, level in known.items()}
        self.aims = {goal.thing.iri for goal in goals if goal.thing.kind == "course"} - passed
        self.must = {*wishes.include, *self.aims} - passed
        self.courses: dict[str, Taken] = {}
        self.parts: dict[str, Taken] = {}
        for course in world.courses:
            taken = world.taken(course, self.known, wishes, course in self.must)
            if taken is not None:
                self.courses[course] = taken
                if not taken.whole:
                    self.parts[course] = taken
        self.learning = [item for item in plan.items if item.kind != "project"]

    def faults(self) -> Iterator[str]:
        yield from self._numbers()
        strange = [item for item in self.learning if item.kind == "course" and item.iri not in self.courses]
        for item in strange:
            yield f"{item.number}: {item.label} does not suit the wishes, or has no offering"
        if strange:
            return
        for item in self.learning:
            yield from self._order(item)
            yield from self._hours(item)
            yield from self._links(item)
        yield from self._goals()
        yield from self._totals()
        yield from self._time()
        yield from self._projects()

    # -- what is known when

    def before(self, item: Item) -> dict[str, int]:
        """Return what is known when an item starts."""
        return self._after(self.ended(item))

    def ended(self, item: Item) -> list[Item]:
        """Return the items that have ended when one starts."""
        return [
            each for each in self.learning if each.end <= item.start + _TINY and each.number < item.number
        ]

    def _after(self, items: Iterable[Item]) -> dict[str, int]:
        levels = dict(self.known)
        for item in items:
            for part in item.parts:
                levels[part.topic] = max(levels.get(part.topic, 0), RANKS[part.level])
        return levels

    def passed_by(self, item: Item) -> set[str]:
        done = {
            each.iri for each in self.ended(item) if each.kind == "course" and self.courses[each.iri].whole
        }
        return done | self.passed

    def rows(self, item: Item) -> Iterator[tuple[Part, int, dict[str, int]]]:
        """Yield each part, the level of its topic before it, and all that is known before it."""
        levels = self.before(item)
        whole = item.kind == "course" and self.courses[item.iri].whole
        own = {part.topic: RANKS[part.level] for part in item.parts} if whole else {}
        for part in item.parts:
            now = {**levels, **{t: max(level, levels.get(t, 0)) for t, level in own.items()}}
            yield part, levels.get(part.topic, 0), now
            if not whole:
                levels[part.topic] = max(levels.get(part.topic, 0), RANKS[part.level])

    def _order(self, item: Item) -> Iterator[str]:
        for part, low, levels in self.rows(item):
            high = RANKS[part.level]
            if high <= low:
                yield f"{item.number}: {part.label} is known at {part.level} already"
            if high >= 2 > low and not self.world.can_learn(part.topic, levels):
                yield f"{item.number}: {part.label} comes before what it needs"
        yield from self._in_course(item) if item.kind == "course" else self._alone(item)

    def _in_course(self, item: Item) -> Iterator[str]:
        taken = self.courses[item.iri]
        if not self.world.admits(item.iri, taken.offer, self.before(item), self.passed_by(item), self.parts):
            yield f"{item.number}: {item.label} cannot be entered yet"
        for part in item.parts:
            if taken.levels.get(part.topic, 0) < RANKS[part.level]:
                yield f"{item.number}: {item.label} does not teach {part.label} at {part.level}"

    def _alone(self, item: Item) -> Iterator[str]:
        for part in item.parts:
            if not self.world.alone(part.topic, self.wishes):
                yield f"{item.number}: there is no resource for {part.label}"
            elif part.resource is None or part.resource.topic != part.topic:
                yield f"{item.number}: no place to read about {part.label} is named"

    def _hours(self, item: Item) -> Iterator[str]:
        taken = self.courses.get(item.iri) if item.kind == "course" else None
        first = taken and next(each for each in self.learning if each.iri == item.iri) == item
        hours = 6.0 if first else 0.0
        if taken and taken.whole:
            if not first:
                yield f"{item.number}: {item.label} is taken whole, and twice"
            hours += taken.hours
        else:
            factor = taken.pace if taken else self.wishes.self_study
            for part, low, _ in self.rows(item):
                mine = factor * self.world.between(part.topic, low, RANKS[part.level])
                hours += mine
                if abs(part.hours - mine) > _TINY:
                    yield f"{item.number}: {part.label} takes {mine} h, not {part.hours}"
        if abs(item.hours - hours) > _CENT:
            yield f"{item.number}: {item.label} takes {hours} h, not {item.hours}"
        price = taken.price if taken and first else 0.0
        if abs(item.price - price) > _TINY:
            yield f"{item.number}: {item.label} costs {price}, not {item.price}"

    # -- numbers and links

    def _numbers(self) -> Iterator[str]:
        items = self.plan.items
        if [item.number for item in items] != list(range(1, len(items) + 1)):
            yield "items are not numbered one after the other"
            return
        for one, other in pairwise(items):
            if other.start < one.start - _TINY:
                yield f"{other.number} starts before {one.number}"
        for item in items:
            if any(items[number - 1].end > item.start + _TINY for number in item.needs):
                yield f"{item.number} starts before the end of what it needs"
            opens = tuple(each.number for each in items if item.number in each.needs)
            if item.unlocks != opens:
                yield f"{item.number} unlocks {opens}, not {item.unlocks}"

    def _links(self, item: Item) -> Iterator[str]:
        """Check that an item needs those that bring what it builds on, and no others."""
        named = [self.plan.items[number - 1] for number in item.needs]
        levels = self._after(named)
        used: set[str] = set()
        whole = item.kind == "course" and self.courses[item.iri].whole
        own = {part.topic: RANKS[part.level] for part in item.parts} if whole else {}
        for part, low, _ in self.rows(item):
            used.add(part.topic)
            here = {**levels, **{topic: max(own[topic], levels.get(topic, 0)) for topic in own}}
            if levels.get(part.topic, 0) < low:
                yield f"{item.number} does not name what brought {part.label} so far"
            if RANKS[part.level] >= 2 > low:
                used |= {topic for demand in self.world.needs[part.topic] for topic, _ in demand.options}
                if not self.world.can_learn(part.topic, here):
                    yield f"{item.number} does not name all that {part.label} needs"
            if not whole:
                levels[part.topic] = max(levels.get(part.topic, 0), RANKS[part.level])
        courses: set[str] = set()
        if item.kind == "course":
            courses = {option for entry in self.world.entries[item.iri] for option in entry.options}
            used |= courses | {topic for each in courses for topic in self.world.teaches.get(each, ())}
            done = {each.iri for each in named if each.iri in courses and self.courses[each.iri].whole}
            if not self.world.admits(
                item.iri,
                self.courses[item.iri].offer,
                self._after(named),
                done | self.passed,
                self.parts,
            ):
                yield f"{item.number} does not name what opens {item.label}"
        for each in named:
            if each.iri not in courses and not used & {part.topic for part in each.parts}:
                yield f"{item.number} does not need {each.number}"

    # -- the whole

    def _goals(self) -> Iterator[str]:
        levels = self._after(self.learning)
        for goal in self.goals:
            if goal.thing.iri in self.passed:
                continue
            for demand in self.world.demands(goal):
                if not demand.met(levels):
                    names = " or ".join(self.world.label(topic) for topic, _ in demand.options)
                    yield f"the goal {goal.thing.label} is not reached: {names}"
        yield from self._courses(levels)

    def _courses(self, levels: Mapping[str, int]) -> Iterator[str]:
        for course in sorted(self.aims):
            for topic, level in self.courses[course].levels.items() if course in self.courses else ():
                if levels.get(topic, 0) < level:
                    yield f"{self.world.label(topic)} of the goal {self.world.label(course)} is not learned"
        taken = {item.iri for item in self.learning if item.kind == "course"}
        for course in sorted(self.must - taken):
            yield f"{self.world.label(course)} is not in the plan"
        for course in sorted(set(self.wishes.exclude) & taken):
            yield f"{self.world.label(course)} is in the plan"
        if set(self.plan.courses) != taken or len(set(self.plan.courses)) != len(self.plan.courses):
            yield f"the plan names {sorted(self.plan.courses)} and has {sorted(taken)}"

    def _stages(self, cost: float) -> Iterator[str]:
        learning = sum(item.hours for item in self.learning)
        for stage in self.plan.stages:
            right = {"hours": learning, "cost": cost}.get(stage.name, stage.value)
            if abs(stage.value - right) > 0.01 * max(1, len(self.plan.items)):
                yield f"{stage.name} are said to be {stage.value} and are {right}"
            if stage.bound > stage.value + 1e-4 * max(1.0, stage.value):
                yield f"the bound {stage.bound} lies above {stage.value}"

    def _totals(self) -> Iterator[str]:
        plan = self.plan
        hours = sum(item.hours for item in plan.items)
        cost = sum(self.courses[course].price for course in set(plan.courses))
        yield from self._stages(cost)
        if abs(plan.hours - hours) > _TINY:
            yield f"hours do not add up: {hours}, not {plan.hours}"
        if abs(plan.price - cost) > _TINY:
            yield f"prices do not add up: {cost}, not {plan.price}"
        if self.wishes.max_cost is not None and cost > self.wishes.max_cost + _TINY:
            yield f"{cost} to pay is more than {self.wishes.max_cost}"
        weeks = max((item.end for item in plan.items), default=0.0)
        if abs(plan.weeks - weeks) > _TINY:
            yield f"the plan ends after {weeks} weeks, not {plan.weeks}"
        if plan.weeks_bound > plan.weeks + 1e-5:
            yield f"it ends after {plan.weeks} weeks, before the least {plan.weeks_bound}"
        if self.wishes.weeks is not None and weeks > self.wishes.weeks + _TINY:
            yield f"it ends after {weeks} weeks, and {self.wishes.weeks} were given"
        if plan.known != len(self.known):
            yield f"{len(self.known)} topics are known before, not {plan.known}"

    def _projects(self) -> Iterator[str]:
        end = max((item.end for item in self.learning), default=0.0)
        for item in self.plan.items[len(self.learning) :]:
            if item.kind != "project":
                yield f"{item.number} comes after a project"
                continue
            if abs(item.start - end) > _TINY:
                yield f"project {item.number} does not follow at once"
            end = item.end
            if (
                self.world.get(item.iri, MLG.workloadHours) != []
                and abs(float(self.world.get(item.iri, MLG.workloadHours)[0]) - item.hours) > _TINY
            ):
                yield f"project {item.number} takes other hours"
            practised = {*self.world.get(item.iri, MLG.practises)}
            for number in item.needs:
                if not practised & {part.topic for part in self.plan.items[number - 1].parts}:
                    yield f"project {item.number} does not need {number}"
        # projects one after the other, at the pace there is
        for item in self.plan.items[len(self.learning) :]:
            if abs((item.end - item.start) * self.wishes.hours_per_week - item.hours) > 1e-4:
                yield f"project {item.number} is not done at the pace there is"

    def _time(self) -> Iterator[str]:
        """Check that no time holds more work than it has hours, nor more things than allowed."""
        dated = [i for i in self.learning if i.kind == "course" and self.courses[i.iri].weeks]
        others = [item for item in self.learning if item not in dated]
        for item in dated:
            if abs(item.start - round(item.start)) > _TINY:
                yield f"{item.number} starts within a week"
            if abs(item.end - item.start - self.courses[item.iri].weeks) > _TINY:
                yield f"{item.number} runs {self.courses[item.iri].weeks} weeks"
        pace = self.wishes.hours_per_week
        times = sorted({0.0, *(time for item in self.learning for time in (item.start, item.end))})
        room: list[float] = []
        for start, end in pairwise(times):
            runs = [item for item in dated if item.start < end - _TINY and item.end > start + _TINY]
            spent = sum(item.hours / (item.end - item.start) for item in runs)
            if spent > pace + _TINY:
                yield f"{spent:.2f} h of courses in a week of {pace} h"
            if len(runs) > self.wishes.parallel:
                yield f"{len(runs)} courses at once"
            room.append(max(0.0, pace - spent) * (end - start) if len(runs) < self.wishes.parallel else 0.0)
        for first, start in enumerate(times):
            for last in range(first + 1, len(times)):
                inside = sum(
                    item.hours
                    for item in others
                    if item.start >= start - _TINY and item.end <= times[last] + _TINY
                )
                if inside > sum(room[first:last]) + 1e-4:
                    yield f"{inside:.3f} h between week {start:.2f} and {times[last]:.2f}: too many"
