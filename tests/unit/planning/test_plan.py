"""Plans of the shipped graph pass the independent check; small graphs show each rule on its own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar

from mlgraph.catalog.learning import offerings, taught_by
from mlgraph.catalog.naming import resolve
from mlgraph.errors import PlanError, UsageError
from mlgraph.interchange.calendar import to_ics
from mlgraph.planning.candidate import Wishes, refusal
from mlgraph.planning.goal import resolve_goals, target
from mlgraph.planning.item import Item, Part
from mlgraph.planning.learner import Knowledge, Known, Learner, knowledge
from mlgraph.planning.plan import Plan, alternatives, make_plan, problem_for, why_not
from mlgraph.planning.progress import changes, remember, started_courses
from mlgraph.planning.schedule import day_of
from mlgraph.planning.solver import Model, Objective, Row
from mlgraph.viewer.gantt import to_gantt
from mlgraph.vocab import thing
from tests.little import DAY, RECORDS, built_store, claim, group, topic
from tests.verifier import World, verify

if TYPE_CHECKING:
    from mlgraph.planning.goal import Goal, Target
    from mlgraph.planning.play import Problem
    from mlgraph.rdf.store import EmbeddedStore

ENGLISH = Wishes(languages=("en",))
PATIENCE = 900.0
"""Seconds for the solver: none of the tests is about running out of them, however slow the machine."""


class Made:
    """A plan with all that it was made from."""

    def __init__(
        self,
        store: EmbeddedStore,
        names: list[str],
        wishes: Wishes = ENGLISH,
        learner: Learner | None = None,
        *,
        projects: bool = True,
    ) -> None:
        self.store, self.wishes = store, wishes
        self.learner = learner or Learner()
        self.known: Knowledge = knowledge(store, self.learner)
        self.goals: list[Goal] = resolve_goals(store, names)
        self.target: Target = target(store, self.goals)
        self.passed = sorted(self.learner.courses)
        self.problem: Problem = problem_for(store, self.target, self.known, wishes, self.passed)
        self.plan: Plan = make_plan(store, self.target, self.problem, seconds=PATIENCE, projects=projects)

    def faults(self, world: World, plan: Plan | None = None) -> list[str]:
        return verify(world, self.goals, self.known.levels, self.wishes, plan or self.plan, self.passed)


@pytest.fixture(scope="module")
def world(store: EmbeddedStore) -> World:
    """The triples of the shipped graph."""
    return World(store)


@pytest.fixture(scope="module")
def engineer(store: EmbeddedStore) -> Made:
    """The plan to machine learning engineer, for free."""
    return Made(store, ["ml-engineer"], ENGLISH._replace(free=True))


EVERYWHERE = ("online", "hybrid", "on-campus")


@pytest.mark.parametrize(
    ("names", "wishes"),
    [
        (["transformer"], ENGLISH),
        (["transformer:deep", "bayesian-inference:awareness", "sql"], ENGLISH),
        (["data-scientist", "convolutional-neural-network"], ENGLISH._replace(minimise="courses")),
        (["eth-msds"], ENGLISH),
        (["cmu-11-785"], ENGLISH),
        (["fastai-practical-deep-learning"], ENGLISH),
        (["recurrent-neural-network"], Wishes(delivery=EVERYWHERE, minimise="finish", parallel=1)),
        (["recurrent-neural-network"], Wishes(max_cost=0.0, minimise="cost", hours_per_week=20.0)),
        (["reinforcement-learning"], ENGLISH._replace(pacing=("cohort",))),
        (["gradient-descent"], ENGLISH._replace(weeks=100.0, include=(thing("course", "mit-18.06"),))),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, list) else "",
)
def test_plans_of_the_shipped_graph_are_right(
    store: EmbeddedStore, world: World, names: list[str], wishes: Wishes
) -> None:
    made = Made(store, names, wishes)
    assert made.plan.items
    assert made.plan.optimal
    assert not made.faults(world)


def test_the_plan_to_a_role_is_right_and_free(engineer: Made, world: World) -> None:
    assert not engineer.faults(world)
    assert engineer.plan.price == 0
    assert engineer.plan.optimal
    assert {item.kind for item in engineer.plan.items} == {"course", "study", "project"}


def test_courses_have_their_pages(engineer: Made) -> None:
    courses = [item for item in engineer.plan.items if item.kind == "course"]
    assert courses
    assert all(item.url.startswith("http") for item in courses)


def test_alternatives_differ_and_are_right(engineer: Made, world: World) -> None:
    others = alternatives(engineer.store, engineer.target, engineer.problem, engineer.plan, 2)
    assert len(others) == 2
    plans = [engineer.plan, *others]
    for index, plan in enumerate(plans):
        assert not engineer.faults(world, plan)
        for before in plans[:index]:
            assert len(set(before.courses) & set(plan.courses)) <= len(before.courses) / 2
            assert plan.stages[0].value >= before.stages[0].value


def test_a_goal_that_is_reached_leaves_nothing_to_do(store: EmbeddedStore) -> None:
    transformer = thing("topic", "transformer")
    made = Made(store, ["transformer"], learner=Learner({transformer: Known()}))
    assert made.plan.items == ()
    assert made.plan.hours == made.plan.weeks == 0
    assert made.plan.optimal


def test_a_course_that_was_passed_is_a_goal_reached(store: EmbeddedStore) -> None:
    course = thing("course", "cmu-11-785")
    made = Made(store, ["cmu-11-785"], learner=Learner(courses={course: Known()}))
    assert made.plan.items == ()


def test_an_end_too_early_is_said_with_what_would_do(store: EmbeddedStore) -> None:
    with pytest.raises(PlanError, match=r"no plan meets ready in 4 weeks at 8 h a week") as caught:
        Made(store, ["transformer"], ENGLISH._replace(weeks=4.0))
    assert caught.value.conflict == ("ready in 4 weeks at 8 h a week",)
    weeks, _, pace = caught.value.mend.removeprefix("finish ").partition(" weeks later, or give ")
    made = Made(store, ["transformer"], ENGLISH._replace(weeks=4.0 + int(weeks)))
    assert made.plan.weeks <= 4.0 + int(weeks)
    quick = ENGLISH._replace(weeks=4.0, hours_per_week=float(pace.removesuffix(" h a week")))
    assert Made(store, ["transformer"], quick).plan.weeks <= 4.0


def test_projects_keep_the_date_too(store: EmbeddedStore) -> None:
    free = Made(store, ["transformer"])
    projects = [item for item in free.plan.items if item.kind == "project"]
    assert projects
    tight = free.plan.weeks - projects[-1].hours / 8 / 2
    made = Made(store, ["transformer"], ENGLISH._replace(weeks=tight))
    assert made.plan.weeks <= tight
    assert [item for item in made.plan.items if item.kind == "project"] != projects


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        (Wishes(hours_per_week=0.0), "hours per week"),
        (Wishes(hours_per_week=-1.0), "hours per week"),
        (Wishes(hours_per_week=500.0), "hours per week"),
        (Wishes(hours_per_week=float("nan")), "hours per week"),
        (Wishes(max_cost=-1.0), "cost"),
        (Wishes(max_cost=float("nan")), "cost"),
        (Wishes(parallel=0), "at once"),
        (Wishes(weeks=0.0), "before the start"),
        (Wishes(self_study=0.5), "alone"),
        (Wishes(minimise="boredom"), "boredom"),
        (Wishes(include=("c",), exclude=("c",)), "both wanted and excluded"),
    ],
)
def test_wishes_without_sense_are_refused(little: EmbeddedStore, wishes: Wishes, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Made(little, ["algebra"], wishes)


def test_without_time_nothing_is_claimed(store: EmbeddedStore) -> None:
    made = Made(store, ["sql"])
    with pytest.raises(PlanError, match="no plan was found within") as caught:
        make_plan(store, made.target, made.problem, seconds=1e-9)
    assert not caught.value.conflict
    with pytest.raises(UsageError, match="no time"):
        make_plan(store, made.target, made.problem, seconds=0.0)


def test_reasons_why_a_course_is_not_in(engineer: Made) -> None:
    def reasons(iri: str) -> str:
        return "; ".join(why_not(engineer.store, engineer.target, engineer.problem, engineer.plan, iri))

    def why(name: str) -> str:
        return reasons(resolve(engineer.store, name, ["course"]).iri)

    assert why(engineer.plan.courses[0].rpartition("/")[2]) == "it is in the plan"
    assert why("gatech-cs7641") == "it is not free"
    every = [row["c"].value for row in engineer.store.select("SELECT ?c WHERE { ?c a schema:Course }")]
    taught = taught_by(engineer.store, every)
    useful = {each for each, topic, _ in taught if topic in engineer.problem.supply.topics}
    free = {each.course for each in offerings(engineer.store, every) if not refusal(each, engineer.wishes)}
    idle = sorted(free - useful)
    assert idle
    assert {reasons(each) for each in idle} == {"it teaches nothing that is needed and not known"}
    assert "hours more" in why("mit-18.06")


# --- small graphs: one rule each


BASE = {name: RECORDS[name] for name in ("areas.ttl", "sources.ttl", "institutions.ttl", "platforms.ttl")}


def course(
    slug: str, *teaches: str, offering: str = "mlg:pacing mlg:SelfPaced ; mlg:costKind mlg:Free"
) -> str:
    """Return a course that teaches topics, such as ``a`` or ``a:Deep``."""
    text = f"""
    course:{slug} a schema:Course ; schema:name "The {slug}"@en ; schema:provider institution:mit ;
        schema:hasCourseInstance offering:{slug}.1 ; dcterms:source source:book ; mlg:checkedOn {DAY} .
    offering:{slug}.1 a schema:CourseInstance ; schema:inLanguage "en" ; mlg:hasFormat mlg:Online ; {offering} ."""
    for each in teaches:
        name, _, level = each.partition(":")
        text += claim(f"course:{slug}", "mlg:teaches", f"topic:{name}", level=level or "Working")
    return text


def asks(slug: str, number: int, more: str, minimum: int = 1) -> str:
    node = f"requirement:course.{slug}.{number}"
    return f"""
    course:{slug} mlg:hasRequirement {node} . {node} a mlg:RequirementGroup ; mlg:minimumCount {minimum} ;
        mlg:obligation mlg:Mandatory ; mlg:timing mlg:Before ; mlg:purpose mlg:Entry ; {more} ."""


def alone(*names: str) -> str:
    """Return a place to read about each of some topics."""
    return "".join(
        f"""
    resource:{name} a schema:LearningResource ; schema:name "On {name}"@en ; schema:isPartOf source:book ;
        mlg:locator "p. 1" ; schema:isAccessibleForFree true ; schema:inLanguage "en" ; mlg:checkedOn {DAY} ."""
        + claim(f"resource:{name}", "mlg:teaches", f"topic:{name}")
        for name in names
    )


def needs(one: str, *others: str, level: str = "Working") -> str:
    return "".join(claim(f"topic:{one}", "mlg:requires", f"topic:{each}", level=level) for each in others)


def small(*texts: str) -> EmbeddedStore:
    return built_store({**BASE, "own.ttl": "".join(texts)})


PAID = "mlg:pacing mlg:SelfPaced ; mlg:costKind mlg:Paid ; schema:price 30.0"
DATED = "mlg:pacing mlg:Cohort ; mlg:costKind mlg:Free ; mlg:workloadHours 10.0 ; mlg:weeks 4.0"


def test_hours_of_study_alone_and_of_a_course() -> None:
    store = small(
        topic("a", 2, 4, 8), topic("b", 2, 10, 20), needs("b", "a"), alone("a"), course("c", "b:Deep")
    )
    made = Made(store, ["b"], Wishes())
    study, taken = made.plan.items
    assert study.hours == 4 * 1.5
    assert taken.hours == 10 + 6
    assert [part.hours for part in taken.parts] == [10]
    assert taken.needs == (1,)
    assert study.unlocks == (2,)
    assert not made.faults(World(store))


def test_a_paid_course_that_is_taken_in_two_goes_is_paid_once() -> None:
    store = small(
        *(topic(name, 10, 20, 40) for name in "abc"),
        needs("b", "a"),
        needs("c", "b"),
        alone("b"),
        course("c", "a", "c", offering=PAID),
    )
    made = Made(store, ["c"], Wishes())
    assert [item.iri for item in made.plan.items if item.kind == "course"] == [thing("course", "c")] * 2
    assert made.plan.price == 30
    assert not made.faults(World(store))


def test_a_short_course_teaches_less_deeply() -> None:
    store = small(topic("a", 1, 10, 40), alone("a"), course("c", "a", offering=DATED.replace("10.0", "4.0")))
    made = Made(store, ["a"], Wishes())
    assert not made.plan.courses
    awareness = Made(store, ["a:awareness"], Wishes(include=(thing("course", "c"),)))
    assert awareness.plan.items[0].parts[0].level == "awareness"


def test_things_come_shortly_before_what_needs_them() -> None:
    names = ("a", "b", "x", "y")
    store = small(
        *(topic(name, 10, 20, 40) for name in names),
        needs("x", "a"),
        needs("y", "b"),
        *(course(f"c{name}", name) for name in names),
    )
    made = Made(store, ["x", "y"], Wishes())
    assert [item.iri.rpartition("/")[2] for item in made.plan.items] == ["ca", "cx", "cb", "cy"]
    assert not made.faults(World(store))


def test_what_is_put_off_joins_its_like() -> None:
    names = ("a", "b", "x", "y")
    store = small(
        *(topic(name, 10, 20, 40) for name in names),
        needs("x", "a"),
        needs("y", "b", "x"),
        course("cab", "b", "y"),
        *(course(f"c{name}", name) for name in "ax"),
    )
    made = Made(store, ["y"], Wishes())
    assert [item.iri.rpartition("/")[2] for item in made.plan.items] == ["ca", "cx", "cab"]
    assert not made.faults(World(store))


def test_a_course_that_is_a_goal_comes_after_what_it_presupposes() -> None:
    store = small(topic("a"), topic("b"), needs("b", "a"), alone("a"), course("c", "b"))
    made = Made(store, ["c"], Wishes())
    assert [item.kind for item in made.plan.items] == ["study", "course"]
    assert [part.topic for part in made.plan.items[1].parts] == [thing("topic", "b")]


def test_one_chapter_of_a_course_does_not_pass_it() -> None:
    store = small(
        *(topic(name, 1, 20, 40) for name in "abz"),
        alone("a", "z"),
        course("first", "a", "b"),
        course("second", "z") + asks("second", 1, "mlg:anyOf course:first"),
    )
    made = Made(store, ["z"], Wishes(include=(thing("course", "second"),)))
    known = {part.topic for item in made.plan.items[:-1] for part in item.parts}
    assert {thing("topic", "a"), thing("topic", "b")} <= known
    assert not made.faults(World(store))


def test_a_first_idea_opens_a_course_before_the_rest_is_learned() -> None:
    """The course asks for awareness of a, which deeply needs what the course teaches."""
    store = small(
        topic("a", 1, 5, 9),
        topic("b"),
        needs("a", "b"),
        alone("a"),
        course("c", "b") + asks("c", 1, "mlg:anyOf topic:a ; mlg:atLevel mlg:Awareness"),
    )
    made = Made(store, ["a"], Wishes())
    assert [[part.level for part in item.parts] for item in made.plan.items] == [
        ["awareness"],
        ["working"],
        ["working"],
    ]
    assert not made.faults(World(store))


def test_courses_that_ask_for_each_other_are_not_entered() -> None:
    store = small(
        topic("a", 1, 30, 60),
        topic("b", 1, 30, 60),
        alone("a", "b"),
        course("c", "a") + asks("c", 1, "mlg:anyOf topic:b"),
        course("d", "b") + asks("d", 1, "mlg:anyOf topic:a"),
    )
    made = Made(store, ["a", "b"], Wishes())
    assert len(made.plan.courses) == 1
    assert made.plan.optimal
    assert not made.faults(World(store))


def test_a_whole_course_may_be_taken_for_one_topic_and_the_other_learned_later() -> None:
    """Both are in the course; b needs z, which needs a, so b is learned after the course."""
    store = small(
        *(topic(name, 1, 4, 8) for name in "abz"),
        needs("z", "a"),
        needs("b", "z"),
        alone("b", "z"),
        course("c", "a", "b", offering="mlg:pacing mlg:Cohort ; mlg:costKind mlg:Free"),
    )
    made = Made(store, ["b"], Wishes())
    assert [[part.label for part in item.parts] for item in made.plan.items] == [["A", "B"], ["Z", "B"]]
    assert made.plan.items[0].parts[1].level == "awareness"
    assert not made.faults(World(store))


def test_a_course_that_nobody_can_enter_is_named() -> None:
    gate = course("c", "a", offering="mlg:pacing mlg:Cohort ; mlg:costKind mlg:Tuition")
    store = small(topic("a"), alone("a"), gate, asks("c", 1, 'mlg:externalOption "a degree"'))
    assert not Made(store, ["a"], Wishes()).plan.courses
    with pytest.raises(PlanError, match="c asks on entry for a degree, which no plan can give"):
        Made(store, ["c"], Wishes())
    with pytest.raises(PlanError, match="no plan meets c included") as caught:
        Made(store, ["a"], Wishes(include=(thing("course", "c"),)))
    assert caught.value.mend == "give up: c included"


def test_words_on_entry_do_not_bar_a_free_course() -> None:
    store = small(topic("a"), course("c", "a"), asks("c", 1, 'mlg:externalOption "a degree"'))
    made = Made(store, ["a"], Wishes())
    assert made.plan.items[0].notes == ("asks for a degree on entry, which is not checked here",)


def test_a_topic_that_nothing_teaches_is_named(little: EmbeddedStore) -> None:
    with pytest.raises(PlanError, match=r"nothing teaches .*Python") as caught:
        Made(little, ["training"], Wishes())
    assert not caught.value.conflict


def test_a_course_with_more_hours_than_the_week_has_is_not_taken() -> None:
    store = small(topic("a", 1, 10, 40), alone("a"), course("c", "a", offering=DATED.replace("4.0", "1.0")))
    with pytest.raises(PlanError, match="c included"):
        Made(store, ["a"], Wishes(include=(thing("course", "c"),)))
    made = Made(store, ["a"], Wishes(include=(thing("course", "c"),), hours_per_week=16.0))
    assert made.plan.items[0].end == 1.0


@pytest.mark.parametrize(("parallel", "weeks"), [(1, 4 + 12 / 8), (2, 4.0)])
def test_things_at_once(parallel: int, weeks: float) -> None:
    """A course of 4 h a week for 4 weeks leaves 16 h: enough for the 12 of the other topic, if allowed."""
    store = small(topic("a", 1, 10, 40), topic("b", 2, 8, 16), alone("b"), course("c", "a", offering=DATED))
    made = Made(store, ["a", "b"], Wishes(parallel=parallel))
    assert made.plan.weeks == pytest.approx(weeks)
    assert made.plan.optimal
    assert not made.faults(World(store))


def test_courses_with_dates_that_end_too_late_are_said_to() -> None:
    store = small(
        topic("a", 1, 10, 40),
        topic("b", 1, 1, 2),
        needs("b", "a"),
        alone("b"),
        course("c", "a", offering=DATED),
    )
    with pytest.raises(PlanError, match="courses with dates take longer"):
        Made(store, ["b"], Wishes(weeks=4.0))
    assert Made(store, ["b"], Wishes(weeks=4.2)).plan.weeks == pytest.approx(4 + 1.5 / 8)


def test_an_either_or_entry_of_a_goal_counts_at_its_level() -> None:
    store = small(
        topic("a", 1, 30, 60),
        topic("b", 2, 30, 60),
        topic("z", 1, 2, 3),
        alone("a", "b"),
        course("c", "z"),
        asks("c", 1, "mlg:anyOf topic:a , topic:b ; mlg:atLevel mlg:Awareness"),
    )
    made = Made(store, ["c"], Wishes())
    assert [(part.label, part.level) for part in made.plan.items[0].parts] == [("A", "awareness")]
    assert not made.faults(World(store))


def test_either_or_needs_take_the_road_with_fewer_hours() -> None:
    store = small(
        topic("a", 1, 30, 60),
        topic("b", 1, 8, 9),
        topic("z"),
        group("topic:z", 1, "topic:a", "topic:b"),
        alone(*"abz"),
    )
    made = Made(store, ["z"], Wishes())
    assert [part.label for item in made.plan.items for part in item.parts] == ["B", "Z"]


# --- the solver


def test_a_stage_without_time_states_a_bound_that_holds() -> None:
    model = Model()
    one, other = model.binary(), model.binary()
    model.add(Row({one: 1, other: 1}, lower=1))
    found = model.minimise([Objective("first", {one: 1.0, other: 2.0}), Objective("second", {one: 3.0})])
    assert found is not None
    assert [(stage.value, stage.bound, stage.optimal) for stage in found.stages] == [
        (1, 1, True),
        (3, 3, True),
    ]
    with pytest.raises(TimeoutError):
        model.minimise([Objective("first", {one: 1.0})], seconds=0.0)


def test_a_model_without_variables_is_solved() -> None:
    model = Model()
    found = model.minimise([Objective("none", {})])
    assert found is not None
    assert found.stages[0].optimal
    model.add(Row({}, lower=1))
    assert model.minimise([Objective("none", {})]) is None


# --- what is saved, calendars and charts


def test_a_saved_plan_tells_what_changed(engineer: Made) -> None:
    first = remember(engineer.store, Learner(), engineer.target, engineer.plan, [], date(2026, 12, 1))
    assert changes(engineer.store, first, engineer.target, engineer.plan) == []
    lost = engineer.plan.courses[0]
    other = Made(engineer.store, ["ml-engineer"], engineer.wishes._replace(exclude=(lost,)), projects=False)
    words = [each.words for each in changes(engineer.store, first, other.target, other.plan)]
    assert f"course gone: course:{lost.rpartition('/')[2]}" in words
    elsewhere = Made(engineer.store, ["sql"])
    assert changes(engineer.store, first, elsewhere.target, elsewhere.plan) == []


@pytest.mark.parametrize(
    "saved",
    [
        5,
        [],
        {"started": ["course:gone", 7, "topic:calculus", "\ud800", "course:a b", "course:\ud800", ""]},
        {"goals": ["topic:sql"], "courses": "x", "topics": [1], "release": {}, "hours": 10**400},
        {"goals": ["topic:sql"], "hours": float("nan")},
        {"goals": ["topic:sql"], "hours": True},
        {"goals": {"topic:sql": 1}},
    ],
)
def test_a_damaged_saved_plan_is_tolerated(store: EmbeddedStore, saved: object) -> None:
    learner = Learner(state={"plan": saved})
    assert started_courses(store, learner) == set()
    made = Made(store, ["sql"], learner=learner)
    assert all(each.words for each in changes(store, learner, made.target, made.plan))


def test_a_calendar_has_an_event_for_each_item_and_is_always_the_same(engineer: Made) -> None:
    text = to_ics(engineer.plan, date(2026, 12, 1))
    assert text == to_ics(engineer.plan, date(2026, 12, 1))
    events = Calendar.from_ical(text).walk("VEVENT")
    assert len(events) == len(engineer.plan.items)
    assert len({str(event["UID"]) for event in events}) == len(events)
    for event, item in zip(events, engineer.plan.items, strict=True):
        assert event.decoded("DTSTART") == day_of(date(2026, 12, 1), item.start)
        assert event.decoded("DTEND") > event.decoded("DTSTART")
        assert item.label in str(event["SUMMARY"])


def test_a_plan_beyond_all_calendars_is_refused() -> None:
    with pytest.raises(UsageError, match="year 9999"):
        day_of(date(9999, 12, 1), 10.0)
    with pytest.raises(UsageError, match="year 9999"):
        day_of(date(2026, 12, 1), float("inf"))


def test_the_chart_escapes_all_texts_and_has_no_script() -> None:
    evil = '"><script>alert(1)</script>&'
    part = Part("t", evil, "working", 1.0, None, evil)
    item = Item(
        1, "course", "c", evil, "javascript:alert(1)", (part,), 8.0, 0.0, 0.0, 1.0, evil, (), (), (evil,)
    )
    plan = Plan((evil,), (item,), 8.0, 0.0, 1.0, 1.0, (), 0, ("c",), (), ())
    page = to_gantt(plan, date(2026, 12, 1))
    assert "<script" not in page
    assert "javascript:" not in page
    assert "&lt;script&gt;alert(1)" in page
