"""What programs cover of a role, leave of it for a learner, and how they differ.

The little graph, with programs more. Model trainer takes 7 topics and 45 hours from nothing:
training (deep, 9 h), gradient (2 h), calculus (deep, 20 h), algebra, arithmetic (2 h each),
jax (6 h, or pytorch 8 h) and python (4 h); it asks for training and, by its skill, for gradient.

::

    mit-msc    core training, elective statistics        names no topics for admission
    eth-msc    core gradient, elective pytorch (aware)   asks for algebra, recommends statistics
    eth-soft   core python                               no other facts
    eth-ghost  disputed, its curriculum only proposed
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.catalog.courses import programs
from mlgraph.catalog.curriculum import Curriculum, curricula, details, free_courses, prepared, recommended
from mlgraph.errors import UsageError
from mlgraph.model import Thing
from mlgraph.planning.comparison import compare, stated_in
from mlgraph.planning.coverage import graduate, rank, yardstick
from mlgraph.planning.goal import Goal, road_to, target
from mlgraph.planning.learner import Knowledge, Learner, knowledge
from mlgraph.vocab import local_name, thing
from tests.little import DAY, RECORDS, built_store, claim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgraph.planning.comparison import Comparison, Outlook, Portrait
    from mlgraph.rdf.store import EmbeddedStore


def program(slug: str, more: str = "") -> str:
    return f"""
    program:{slug} a schema:EducationalOccupationalProgram ; schema:name "{slug} program"@en ;
        schema:provider institution:eth ; {more} dcterms:source source:book ; mlg:checkedOn {DAY} ."""


def asks(slug: str, number: int, option: str, obligation: str = "Mandatory") -> str:
    node = f"requirement:program.{slug}.{number}"
    return f"""
    program:{slug} mlg:hasRequirement {node} . {node} a mlg:RequirementGroup ; mlg:anyOf {option} ;
        mlg:minimumCount 1 ; mlg:obligation mlg:{obligation} ; mlg:timing mlg:Before ; mlg:purpose mlg:Admission ."""


MORE = {
    "eth-msc": program(
        "eth-msc",
        'mlg:requirementText "Admission: bachelor\'s degree; algebra; GPA 3.0"@en , "Degree: thesis"@en ; '
        'mlg:specialization "Vision"@en , "Speech"@en ; mlg:internship "compulsory"@en ; mlg:durationMonths 18.0 ;',
    )
    + claim("program:eth-msc", "mlg:coreTopic", "topic:gradient")
    + claim("program:eth-msc", "mlg:electiveTopic", "topic:pytorch", level="Awareness")
    + claim("program:eth-msc", "mlg:preparesFor", "role:trainer", status="Proposed")
    + asks("eth-msc", 1, "topic:algebra")
    + asks("eth-msc", 2, "topic:statistics", "Recommended"),
    "eth-soft": program("eth-soft") + claim("program:eth-soft", "mlg:coreTopic", "topic:python"),
    "eth-ghost-more": claim("program:eth-ghost", "mlg:coreTopic", "topic:training", status="Proposed"),
    "statement": f"""
    statement:labs a mlg:Statement ; skos:prefLabel "Labs"@en ; mlg:statementKind mlg:Attribute ;
        mlg:about program:eth-msc ; mlg:statementText "Its laboratories are renowned."@en ;
        mlg:status mlg:Proposed ; mlg:supportedBy evidence:statement.labs.1 .
    evidence:statement.labs.1 a mlg:Evidence ; dcterms:source source:book ; mlg:evidenceKind mlg:Textbook ;
        mlg:checkedOn {DAY} .""",
}


@pytest.fixture(scope="module")
def four() -> EmbeddedStore:
    """The little graph with four programs."""
    return built_store(RECORDS | MORE)


TRAINER = Thing(thing("role", "trainer"), "role", "trainer", "Model trainer")
TESTER = Thing(thing("role", "tester"), "role", "tester", "Model tester")


def things(*slugs: str) -> list[Thing]:
    return [Thing(thing("program", slug), "program", slug, slug) for slug in slugs]


def topic(slug: str) -> str:
    return thing("topic", slug)


def names(iris: Iterable[str]) -> list[str]:
    return [local_name(iri) for iri in iris]


def knows(store: EmbeddedStore, **levels: str) -> Knowledge:
    return knowledge(store, Learner(), {topic(slug): level for slug, level in levels.items()})


def of(found: Comparison, slug: str) -> Portrait:
    return next(each for each in found.portraits if each.program.slug == slug)


def outlook(found: Comparison, slug: str) -> Outlook:
    seen = of(found, slug).outlook
    assert seen is not None
    return seen


# -- what the graph says of programs


def test_curriculum_has_verified_topics_with_levels_and_counts_the_others(four: EmbeddedStore) -> None:
    found = {local_name(iri): each for iri, each in curricula(four).items()}
    assert found["eth-msc"] == Curriculum({topic("gradient"): "working"}, {topic("pytorch"): "awareness"}, 0)
    assert found["mit-msc"].both() == {topic("training"): "working", topic("statistics"): "working"}
    assert found["eth-ghost"] == Curriculum({}, {}, 1)


def test_curricula_of_some_programs_are_theirs_only(four: EmbeddedStore) -> None:
    assert names(curricula(four, [thing("program", "eth-soft")])) == ["eth-soft"]


def test_topic_that_is_core_and_elective_counts_as_the_deeper() -> None:
    taught = Curriculum({"a": "awareness", "b": "deep"}, {"a": "working", "b": "working"}, 0)
    assert taught.both() == {"a": "working", "b": "deep"}


def test_plain_links_without_claims_are_a_curriculum_too() -> None:
    more = program("plain") + "program:plain mlg:coreTopic topic:python ."
    found = curricula(built_store(RECORDS | {"plain": more}), [thing("program", "plain")])
    assert found[thing("program", "plain")] == Curriculum({topic("python"): "working"}, {}, 0)


def test_words_of_programs_come_by_property(four: EmbeddedStore) -> None:
    iris = [each.iri for each in things("eth-msc", "mit-msc")]
    found = details(four, iris)
    assert found[iris[0]]["specialization"] == ("Speech", "Vision")
    assert found[iris[0]]["internship"] == ("compulsory",)
    assert found[iris[1]] == {"hasCourse": ("Calculus for All",)}


def test_claim_to_prepare_has_its_status(four: EmbeddedStore) -> None:
    found = {local_name(iri): status for iri, status in prepared(four, TRAINER.iri).items()}
    assert found == {"mit-msc": "verified", "eth-msc": "proposed"}


def test_recommended_topics_are_not_the_mandatory_ones(four: EmbeddedStore) -> None:
    assert recommended(four, [thing("program", "eth-msc")]) == {
        thing("program", "eth-msc"): [(topic("statistics"),)]
    }


def test_free_courses_cost_nothing_and_teach_to_a_level(four: EmbeddedStore) -> None:
    (course,) = free_courses(four, [topic("gradient"), topic("training")]).values()
    assert (course.slug, course.languages) == ("mit-1.01", ("en",))
    assert course.levels == {topic("gradient"): "deep"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("mlg:hasFormat mlg:Online", "mlg:hasFormat mlg:OnCampus"),
        ("mlg:costKind mlg:Free", "mlg:costKind mlg:Paid"),
        ("schema:url <https://mit.example/1.01> ;", ""),
    ],
)
def test_course_that_costs_or_is_on_campus_or_has_no_address_is_not_free(old: str, new: str) -> None:
    file = "courses/mit-1.01.ttl"
    assert old in RECORDS[file]
    store = built_store(RECORDS | {file: RECORDS[file].replace(old, new)})
    assert free_courses(store, [topic("gradient")]) == {}


# -- coverage


def test_yardstick_holds_all_that_a_role_takes_the_important_first(four: EmbeddedStore) -> None:
    yard = yardstick(four, TRAINER)
    assert sorted(names(yard.levels)) == [
        "algebra",
        "arithmetic",
        "calculus",
        "gradient",
        "jax",
        "python",
        "training",
    ]
    assert yard.hours == 45
    assert list(yard.own.items()) == [(topic("training"), "deep"), (topic("gradient"), "working")]


def test_graduate_knows_what_the_curriculum_rests_on() -> None:
    needs = {"gradient": [("calculus", "deep")], "calculus": [("algebra", "working")]}
    assert graduate({"algebra": "deep"}, {"gradient": "working"}, needs) == {
        "algebra": "deep",
        "gradient": "working",
        "calculus": "deep",
    }
    assert graduate({}, {"gradient": "awareness"}, needs) == {"gradient": "awareness"}


def test_programs_are_ranked_by_hours_covered(four: EmbeddedStore) -> None:
    found = rank(four, TRAINER, programs(four))
    assert [each.program.slug for each in found.fits] == ["mit-msc", "eth-msc", "eth-soft", "eth-ghost"]
    # training is taught, though not deeply: 4 of its 9 hours are left
    assert [each.coverage and each.coverage.both.hours for each in found.fits] == [41, 28, 4, None]
    assert [each.claim for each in found.fits] == ["verified", "proposed", "", ""]
    assert found.fits[-1].unverified == 1


def test_coverage_is_told_by_core_and_electives(four: EmbeddedStore) -> None:
    fit = next(each for each in rank(four, TRAINER, programs(four)).fits if each.program.slug == "eth-msc")
    assert fit.coverage is not None
    core, both = fit.coverage.core, fit.coverage.both
    assert (core.hours, core.topics, core.named, core.own) == (26, 4, 1, 1)
    # hearing of pytorch saves 4 of its 8 hours, which makes it cheaper than jax
    assert (both.hours, both.topics, both.named, both.own) == (28, 4, 1, 1)
    assert names(fit.coverage.missing) == ["training"]
    assert fit.coverage.electives == ()


def test_shallow_topic_is_named_with_both_levels_and_is_not_missing(four: EmbeddedStore) -> None:
    fit = rank(four, TRAINER, programs(four)).fits[0]
    assert fit.coverage is not None
    assert fit.coverage.shallow == {topic("training"): ("working", "deep")}
    assert fit.coverage.missing == ()
    assert (fit.coverage.both.topics, fit.coverage.both.named, fit.coverage.both.own) == (6, 1, 1)


def test_either_or_need_is_covered_by_the_option_that_is_taught() -> None:
    more = program("torch") + claim("program:torch", "mlg:coreTopic", "topic:pytorch")
    store = built_store(RECORDS | {"torch": more})
    (fit,) = (each for each in rank(store, TRAINER, programs(store)).fits if each.program.slug == "torch")
    assert fit.coverage is not None
    assert fit.coverage.both.hours == 10  # jax and python, which nobody needs to learn any more
    assert fit.coverage.both.topics == 2


def test_disputed_program_comes_after_the_others_however_much_it_covers() -> None:
    ghost = claim("program:eth-ghost", "mlg:coreTopic", "topic:training")
    store = built_store(RECORDS | MORE | {"eth-ghost-more": ghost})
    found = rank(store, TRAINER, programs(store))
    assert [each.program.slug for each in found.fits][-2:] == ["eth-soft", "eth-ghost"]
    assert found.fits[-1].program.status == "disputed"


def test_role_that_asks_for_no_topics_measures_nothing(four: EmbeddedStore) -> None:
    found = rank(four, TESTER, programs(four))
    assert (dict(found.yardstick.levels), found.yardstick.hours) == ({}, 0)
    assert all(each.coverage is None or each.coverage.both.topics == 0 for each in found.fits)


def test_what_is_no_role_cannot_measure(four: EmbeddedStore) -> None:
    with pytest.raises(UsageError, match="is no job role"):
        yardstick(four, Thing(topic("python"), "topic", "python", "Python"))


def test_ranking_counts_what_the_cheapest_road_counts(four: EmbeddedStore) -> None:
    wanted = target(four, [Goal(TRAINER)])
    for fit in rank(four, TRAINER, programs(four)).fits:
        if fit.coverage:
            taught = curricula(four)[fit.program.iri].both()
            known = knowledge(four, Learner(), taught)
            assert 45 - fit.coverage.both.hours == road_to(wanted, known).hours


# -- comparison


def test_topics_are_shared_by_all_or_only_in_one() -> None:
    more = claim("program:eth-soft", "mlg:electiveTopic", "topic:training")
    store = built_store(RECORDS | MORE | {"both": more})
    found = compare(store, things("mit-msc", "eth-soft"))
    assert names(found.shared) == ["training"]
    assert names(of(found, "mit-msc").only) == ["statistics"]
    assert names(of(found, "eth-soft").only) == ["python"]
    assert found.yardstick is None
    assert of(found, "mit-msc").outlook is None


def test_topic_in_two_of_three_is_neither_shared_nor_only_in_one() -> None:
    more = claim("program:eth-soft", "mlg:electiveTopic", "topic:training")
    store = built_store(RECORDS | MORE | {"both": more})
    found = compare(store, things("mit-msc", "eth-soft", "eth-msc"))
    assert found.shared == ()
    assert all(topic("training") not in each.only for each in found.portraits)


def test_admission_is_told_as_stated_with_the_gap_and_what_topics_do_not_show(four: EmbeddedStore) -> None:
    asked = of(compare(four, things("mit-msc", "eth-msc")), "eth-msc").admission
    assert asked.stated == ("bachelor's degree; algebra; GPA 3.0",)
    assert asked.unseen == ("bachelor's degree", "GPA 3.0")
    assert asked.asked
    assert {local_name(iri): tuple(lack) for iri, lack in asked.lacking.items()} == {
        "arithmetic": ("working", 2),
        "algebra": ("working", 2),
    }
    assert asked.hours == 4
    assert [names(group) for group in asked.helpful] == [["statistics"]]


def test_admission_gap_is_that_of_the_learner(four: EmbeddedStore) -> None:
    known = knows(four, algebra="working", statistics="working")
    asked = of(compare(four, things("mit-msc", "eth-msc"), None, known), "eth-msc").admission
    assert (dict(asked.lacking), asked.hours, asked.helpful) == ({}, 0, ())


def test_admission_without_topics_is_what_the_core_presupposes() -> None:
    more = claim("program:mit-msc", "mlg:coreTopic", "topic:calculus")
    store = built_store(RECORDS | MORE | {"more": more})
    asked = of(compare(store, things("mit-msc", "eth-msc")), "mit-msc").admission
    assert not asked.asked
    # training needs gradient, calculus needs algebra; calculus itself is taught there, but not deeply enough
    lacking = {local_name(iri): lack.level for iri, lack in asked.lacking.items()}
    assert lacking == {
        "arithmetic": "working",
        "algebra": "working",
        "calculus": "deep",
        "gradient": "working",
    }
    assert asked.lacking[topic("calculus")].hours == 10


def test_course_or_words_asked_on_entry_are_not_seen_from_topics() -> None:
    more = asks("eth-soft", 1, "course:mit-1.01 ; mlg:externalOption 'an entrance test'")
    store = built_store(RECORDS | MORE | {"more": more})
    asked = of(compare(store, things("eth-soft", "eth-msc")), "eth-soft").admission
    assert asked.unseen == ("Calculus for All or an entrance test",)


def test_what_is_left_counts_learner_admission_and_curriculum(four: EmbeddedStore) -> None:
    found = compare(four, things("eth-msc", "eth-soft"), TRAINER, knows(four, jax="working"))
    assert found.before == 45 - 10
    assert found.known == 2
    seen = outlook(found, "eth-msc")
    # gradient and all below it are covered or learned for admission, jax and python known before
    assert {local_name(iri): tuple(lack) for iri, lack in seen.left.topics.items()} == {
        "training": ("deep", 9)
    }
    assert (seen.left.hours, seen.left_core) == (9, 9)
    assert seen.claim == "proposed"


def test_what_is_learned_for_admission_is_not_left_after_it() -> None:
    store = built_store(RECORDS | MORE | {"more": asks("eth-soft", 1, "topic:jax")})
    found = compare(store, things("eth-soft", "eth-msc"), TRAINER)
    assert sorted(names(of(found, "eth-soft").admission.lacking)) == ["jax", "python"]
    seen = outlook(found, "eth-soft")
    assert seen.left.hours == 45 - 10
    assert seen.coverage.both.hours == 4  # python; what is asked before is not covered by the program


def test_coverage_does_not_depend_on_the_learner(four: EmbeddedStore) -> None:
    alone = compare(four, things("eth-msc", "eth-soft"), TRAINER)
    learned = compare(four, things("eth-msc", "eth-soft"), TRAINER, knows(four, gradient="working"))
    assert outlook(alone, "eth-msc").coverage == outlook(learned, "eth-msc").coverage
    assert outlook(alone, "eth-soft").left.hours > outlook(learned, "eth-soft").left.hours


def test_electives_can_leave_less(four: EmbeddedStore) -> None:
    seen = outlook(compare(four, things("eth-msc", "eth-soft"), TRAINER), "eth-msc")
    assert (seen.left_core, seen.left.hours) == (19, 17)


def test_left_topics_are_closed_by_free_courses_then_texts(four: EmbeddedStore) -> None:
    picked = outlook(compare(four, things("eth-soft", "mit-msc"), TRAINER), "eth-soft").left.picked
    # the course teaches calculus at working level only, where the role needs it deeply
    assert [(each.course.slug, names(each.topics)) for each in picked.courses] == [("mit-1.01", ["gradient"])]
    assert {local_name(iri): text.name for iri, text in picked.alone.items()} == {
        "algebra": "The Book, chapter 1"
    }
    assert sorted(names(picked.untaught)) == ["arithmetic", "calculus", "jax", "training"]


def test_nothing_left_needs_nothing() -> None:
    more = program("all") + claim("program:all", "mlg:coreTopic", "topic:training", level="Deep")
    store = built_store(RECORDS | MORE | {"all": more})
    seen = outlook(compare(store, things("all", "eth-soft"), TRAINER, knows(store, training="deep")), "all")
    assert (dict(seen.left.topics), seen.left.hours, seen.left.picked.courses) == ({}, 0, ())


def test_disputed_program_says_so_and_why(four: EmbeddedStore) -> None:
    ghost = of(compare(four, things("eth-ghost", "mit-msc"), TRAINER), "eth-ghost")
    assert ghost.program.status == "disputed"
    assert [(each.predicate, each.status) for each in ghost.doubts] == [("provider", "disputed")]
    assert ghost.curriculum.unverified == 1
    assert ghost.only == ()


def test_superseded_program_names_what_replaces_it() -> None:
    more = claim("program:eth-soft", "dcterms:isReplacedBy", "program:eth-msc", status="Proposed")
    store = built_store(RECORDS | MORE | {"more": more})
    (doubt,) = of(compare(store, things("eth-soft", "eth-msc")), "eth-soft").doubts
    assert (doubt.predicate, doubt.object.slug, doubt.status) == ("isReplacedBy", "eth-msc", "proposed")


def test_statements_about_a_program_come_with_it(four: EmbeddedStore) -> None:
    found = compare(four, things("eth-msc", "mit-msc"))
    assert [(each.slug, each.status) for each in of(found, "eth-msc").statements] == [("labs", "proposed")]
    assert of(found, "mit-msc").statements == ()


def test_programs_keep_the_order_given(four: EmbeddedStore) -> None:
    found = compare(four, things("mit-msc", "eth-soft", "eth-msc"))
    assert [each.program.slug for each in found.portraits] == ["mit-msc", "eth-soft", "eth-msc"]


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (things("mit-msc"), "one program alone"),
        ([], "one program alone"),
        (things("mit-msc", "eth-msc", "mit-msc"), "the same program twice"),
        (
            [*things("mit-msc"), Thing(topic("python"), "topic", "python", "Python")],
            "Python is no degree program",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(four: EmbeddedStore, chosen: list[Thing], message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        compare(four, chosen)
    assert caught.value.mend


# -- what topics cannot show


@pytest.mark.parametrize(
    "part",
    [
        "UK 2:1",
        "B+ (76 %)",
        "TOEFL 85 or IELTS 6.0",
        "English C1",
        "two semesters of calculus",
        "three references",
        "12 EC",
    ],
)
def test_formal_conditions_are_named_as_unseen(part: str) -> None:
    assert stated_in([f"Admission: linear algebra; {part}"]) == ((f"linear algebra; {part}",), (part,))


@pytest.mark.parametrize("part", ["programming languages", "calculus", "machine learning", "advanced logic"])
def test_topics_are_not_taken_for_formal_conditions(part: str) -> None:
    assert stated_in([f"Admission: {part}", "Degree: GPA 3.0"]) == ((part,), ())
