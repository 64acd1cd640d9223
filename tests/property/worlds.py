"""Made-up graphs that are small enough to try every plan: topics, courses with all kinds of entry, wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies as st

from mlgraph.model import Thing
from mlgraph.planning.candidate import Wishes
from mlgraph.planning.goal import Goal, target
from mlgraph.planning.learner import Knowledge
from mlgraph.planning.plan import problem_for
from mlgraph.vocab import expand
from tests.little import DAY, RECORDS, built_store, claim, group, topic
from tests.verifier import World

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

    from mlgraph.planning.goal import Target
    from mlgraph.planning.play import Problem
    from mlgraph.rdf.store import EmbeddedStore

__all__ = ["Case", "Ready", "cases", "dated_cases"]

_BASE = {name: RECORDS[name] for name in ("areas.ttl", "sources.ttl", "institutions.ttl", "platforms.ttl")}
_HOURS = ((1, 2, 4), (1, 3, 5), (2, 6, 10), (3, 4, 12), (2, 2, 3))
_LEVELS = ("Awareness", "Working", "Deep")


class Case(NamedTuple):
    """A graph in Turtle, goals as ``kind:slug`` with level, what is known and passed, wishes."""

    turtle: str
    goals: tuple[tuple[str, str], ...]
    known: dict[str, str]
    passed: tuple[str, ...]
    wishes: Wishes

    def __repr__(self) -> str:
        """Show a case so that it can be pasted."""
        wishes = {k: v for k, v in self.wishes._asdict().items() if v != Wishes._field_defaults[k]}
        return f"goals {self.goals}, known {self.known}, passed {self.passed}, wishes {wishes}\n{self.turtle}"


class Ready:
    """A case as a store, with the planner's problem for it."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.store: EmbeddedStore = built_store({**_BASE, "case.ttl": case.turtle})
        self.world = World(self.store)
        self.goals = [
            Goal(Thing(iri(name), name.partition(":")[0], name.partition(":")[2], name), level)
            for name, level in case.goals
        ]
        self.known = Knowledge({iri(name): level for name, level in case.known.items()}, {}, frozenset())
        self.passed = [iri(name) for name in case.passed]
        self.target: Target = target(self.store, self.goals)

    def problem(self, wishes: Wishes) -> Problem:
        return problem_for(self.store, self.target, self.known, wishes, self.passed)


def iri(name: str) -> str:
    found = expand(name)
    assert found is not None
    return found


@st.composite
def cases(draw: DrawFn, *, topics: int = 6, courses: int = 4, dated: bool = True) -> Case:
    """Draw a graph with goals and wishes; ``dated`` says whether courses may have dates."""
    names = "abcdefg"[: draw(st.integers(2, topics))]
    taught = [f"c{number}" for number in range(draw(st.integers(0, courses)))]
    parts = [_topic(draw, name, names[:place]) for place, name in enumerate(names)]
    parts += [_resource(draw, name) for name in names if draw(st.integers(0, 3))]
    parts += [_course(draw, course, names, taught, dated) for course in taught]
    aims = draw(st.lists(st.sampled_from(names[len(names) // 2 :]), min_size=1, max_size=2, unique=True))
    goals = [
        (f"topic:{name}", draw(st.sampled_from(["working"] * 3 + ["deep", "awareness"]))) for name in aims
    ]
    if taught and not draw(st.integers(0, 5)):
        goals.append((f"course:{draw(st.sampled_from(taught))}", "working"))
    known = draw(st.dictionaries(st.sampled_from(names), st.sampled_from(_LEVELS), max_size=2))
    passed = draw(st.lists(st.sampled_from(taught), max_size=1)) if taught else []
    return Case(
        "".join(parts),
        tuple(goals),
        {f"topic:{name}": level.lower() for name, level in known.items()},
        tuple(f"course:{course}" for course in passed),
        _wishes(draw, taught, passed),
    )


@st.composite
def dated_cases(draw: DrawFn) -> Case:
    """Draw a graph in which some topics are taught only in a course with dates each, the others alone."""
    names = "abcdefg"[: draw(st.integers(2, 6))]
    dated = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    pace = draw(st.sampled_from([6.0, 8.0, 12.0]))
    parts = []
    for place, name in enumerate(names):
        parts.append(topic(name, *draw(st.sampled_from(_HOURS))))
        before = names[:place]
        needs = draw(st.lists(st.sampled_from(before), max_size=2, unique=True)) if before else []
        parts += [claim(f"topic:{name}", "mlg:requires", f"topic:{needed}") for needed in needs]
        if name not in dated:
            parts.append(_resource(draw, name))
            continue
        weeks = draw(st.integers(1, 4))
        hours = draw(st.integers(1, max(1, int(pace * weeks) - 6)))
        parts.append(f"""
    course:{name} a schema:Course ; schema:name "Course {name}"@en ; schema:provider institution:mit ;
        schema:hasCourseInstance offering:{name}.1 ; dcterms:source source:book ; mlg:checkedOn {DAY} .
    offering:{name}.1 a schema:CourseInstance ; schema:inLanguage "en" ; mlg:hasFormat mlg:Online ;
        mlg:pacing mlg:Cohort ; mlg:costKind mlg:Free ; mlg:workloadHours {hours}.0 ; mlg:weeks {weeks}.0 .""")
        parts.append(claim(f"course:{name}", "mlg:teaches", f"topic:{name}"))
    wishes = Wishes(hours_per_week=pace, parallel=draw(st.integers(1, 3)))
    return Case("".join(parts), tuple((f"topic:{name}", "working") for name in names), {}, (), wishes)


def _topic(draw: DrawFn, name: str, before: str) -> str:
    text = topic(name, *draw(st.sampled_from(_HOURS)))
    if not before:
        return text
    for needed in draw(st.lists(st.sampled_from(before), max_size=2, unique=True)):
        level = draw(st.sampled_from(["Working", "Working", "Deep"]))
        text += claim(f"topic:{name}", "mlg:requires", f"topic:{needed}", level=level)
    if len(before) > 1 and not draw(st.integers(0, 2)):
        options = draw(st.lists(st.sampled_from(before), min_size=2, max_size=3, unique=True))
        text += group(
            f"topic:{name}",
            1,
            *(f"topic:{option}" for option in options),
            minimum=draw(st.integers(1, len(options) - 1)),
        )
    return text


def _resource(draw: DrawFn, name: str) -> str:
    language = draw(st.sampled_from(["en", "en", "en", "de"]))
    return f"""
    resource:{name} a schema:LearningResource ; schema:name "On {name}"@en ; schema:isPartOf source:book ;
        mlg:locator "chapter {name}" ; schema:license "CC BY 4.0"@en ; schema:learningResourceType "chapter" ;
        schema:isAccessibleForFree true ; schema:inLanguage "{language}" ; mlg:checkedOn {DAY} .""" + claim(
        f"resource:{name}", "mlg:teaches", f"topic:{name}"
    )


def _course(draw: DrawFn, course: str, names: str, all_courses: list[str], dated: bool) -> str:
    offerings = [_offering(draw, f"{course}.{n}", dated) for n in range(1, 2 + (not draw(st.integers(0, 4))))]
    instances = " , ".join(f"offering:{course}.{n}" for n in range(1, len(offerings) + 1))
    text = f"""
    course:{course} a schema:Course ; schema:name "Course {course}"@en ; schema:provider institution:mit ;
        schema:educationalLevel mlg:Introductory ; schema:hasCourseInstance {instances} ;
        dcterms:source source:book ; mlg:checkedOn {DAY} .""" + "".join(offerings)
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)):
        level = draw(st.sampled_from([*_LEVELS, "Working", "Working"]))
        text += claim(f"course:{course}", "mlg:teaches", f"topic:{name}", level=level)
    others = [each for each in all_courses if each != course]
    for number in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2]))):
        text += _entry(draw, course, number, names, others)
    return text


def _offering(draw: DrawFn, name: str, dated: bool) -> str:
    facts = [f'schema:inLanguage "{draw(st.sampled_from(["en", "en", "de"]))}"']
    facts.append(f"mlg:hasFormat mlg:{draw(st.sampled_from(['Online', 'Online', 'Hybrid', 'OnCampus']))}")
    self_paced = draw(st.booleans())
    facts.append(f"mlg:pacing mlg:{'SelfPaced' if self_paced else 'Cohort'}")
    cost = draw(st.sampled_from(["Free", "Free", "FreeToAudit", "Paid", "Tuition", "UnknownCost"]))
    facts.append(f"mlg:costKind mlg:{cost}")
    if cost in {"Paid", "Tuition"} and draw(st.integers(0, 3)):
        facts += [f"schema:price {draw(st.sampled_from([10, 20, 35]))}.0", 'schema:priceCurrency "USD"']
    if draw(st.booleans()):
        facts.append(f"mlg:workloadHours {draw(st.sampled_from([1, 3, 8, 15]))}.0")
    if dated and draw(st.booleans()):
        facts.append(f"mlg:weeks {draw(st.integers(1, 4))}.0")
    if dated and draw(st.booleans()):
        facts.append(f"mlg:hoursPerWeek {draw(st.sampled_from([2, 4, 10]))}.0")
    return f"""
    offering:{name} a schema:CourseInstance ; mlg:deliveredOn platform:ocw ; {" ; ".join(facts)} ."""


def _entry(draw: DrawFn, course: str, number: int, names: str, others: list[str]) -> str:
    kind = draw(st.sampled_from(["topic", "topic", "course", "both", "external"]))
    pool = [f"topic:{name}" for name in names] if kind in {"topic", "both"} else []
    pool += [f"course:{other}" for other in others] if kind in {"course", "both"} else []
    options = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3, unique=True)) if pool else []
    facts = [f"mlg:anyOf {' , '.join(options)}"] if options else []
    if not options or not draw(st.integers(0, 4)):
        facts.append('mlg:externalOption "a degree"')
    if draw(st.booleans()):
        facts.append(f"mlg:atLevel mlg:{draw(st.sampled_from(_LEVELS))}")
    minimum = draw(st.integers(1, max(1, len(options))))
    node = f"requirement:course.{course}.{number}"
    return f"""
    course:{course} mlg:hasRequirement {node} .
    {node} a mlg:RequirementGroup ; mlg:minimumCount {minimum} ; mlg:obligation mlg:Mandatory ;
        mlg:timing mlg:Before ; mlg:purpose mlg:Entry ; {" ; ".join(facts)} ."""


def _wishes(draw: DrawFn, taught: list[str], passed: list[str]) -> Wishes:
    """Draw wishes, few at a time."""
    found = Wishes(
        hours_per_week=draw(st.sampled_from([8.0, 4.0, 10.0])),
        parallel=draw(st.sampled_from([1, 2, 2, 3])),
        minimise=draw(st.sampled_from(["hours", "hours", "cost", "courses", "finish"])),
    )
    others = sorted(set(taught) - set(passed))
    for kind in draw(st.lists(st.sampled_from(_KINDS), max_size=2, unique=True)):
        some = tuple(iri(f"course:{draw(st.sampled_from(others))}") for _ in others[:1])
        choices = {
            "weeks": found._replace(weeks=draw(st.sampled_from([1.0, 2.5, 6.0]))),
            "max_cost": found._replace(max_cost=float(draw(st.sampled_from([0, 15, 40])))),
            "include": found._replace(include=some),
            "exclude": found._replace(exclude=some),
            "free": found._replace(free=True),
            "languages": found._replace(languages=("en",)),
            "delivery": found._replace(delivery=("online", "hybrid")),
            "pacing": found._replace(pacing=("self-paced",)),
        }
        found = choices[kind]
    if set(found.include) & set(found.exclude):
        found = found._replace(exclude=())
    return found


_KINDS = ("weeks", "max_cost", "include", "exclude", "free", "languages", "delivery", "pacing")
