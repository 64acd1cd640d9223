"""Courses, programs, roles and projects as learners and applicants filter them."""

from __future__ import annotations

from typing import Any

import pytest

from mlgraph.catalog.courses import courses, needs, programs, projects, roles
from mlgraph.errors import UsageError
from mlgraph.model import Course, Program, Project, Role
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.vocab import thing


def topic(slug: str) -> str:
    return thing("topic", slug)


def test_courses_come_by_provider_and_name_with_all_facts(little: EmbeddedStore) -> None:
    eth, mit = courses(little)
    assert eth.slug == "eth-7"
    assert mit == Course(
        iri=thing("course", "mit-1.01"),
        slug="mit-1.01",
        name="Calculus for All",
        code="1.01",
        provider="MIT",
        platforms=("OpenCourseWare",),
        languages=("en",),
        level="introductory",
        pacing=("cohort", "self-paced"),
        formats=("on-campus", "online"),
        cost=("free", "tuition"),
        hours=30.0,
        topics=2,
        url="https://mit.example/1.01",
    )


@pytest.mark.parametrize(
    ("filters", "slugs"),
    [
        ({"topic": topic("calculus")}, ["mit-1.01"]),
        ({"topic": topic("training")}, ["eth-7"]),
        ({"topic": topic("python")}, []),
        ({"topic": topic("gradient"), "level": "deep"}, ["mit-1.01"]),
        ({"topic": topic("calculus"), "level": "working"}, ["mit-1.01"]),
        ({"topic": topic("calculus"), "level": "deep"}, []),
        ({"topic": topic("training"), "level": "working"}, []),
        ({"topic": topic("training"), "level": "awareness"}, ["eth-7"]),
        ({"free": True}, ["mit-1.01"]),
        ({"pacing": "self-paced"}, ["mit-1.01"]),
        ({"pacing": "cohort"}, ["eth-7", "mit-1.01"]),
        ({"language": "de"}, ["eth-7"]),
        ({"delivery": "on-campus"}, ["mit-1.01"]),
        ({"delivery": "hybrid"}, ["eth-7"]),
        ({"provider": thing("institution", "eth")}, ["eth-7"]),
        ({"audience": "beginner"}, ["mit-1.01"]),
        ({"audience": "introductory"}, ["mit-1.01"]),
        ({"audience": "graduate"}, ["eth-7"]),
        ({"free": True, "language": "de"}, []),
        ({"level": "deep"}, ["eth-7", "mit-1.01"]),
    ],
)
def test_course_filters(little: EmbeddedStore, filters: dict[str, Any], slugs: list[str]) -> None:
    assert [each.slug for each in courses(little, **filters)] == slugs


def test_free_and_self_paced_must_be_the_same_offering(little: EmbeddedStore) -> None:
    # one offering is free and self-paced, the other costs tuition and has a cohort
    assert courses(little, free=True, pacing="self-paced")
    assert courses(little, free=True, pacing="cohort") == []


@pytest.mark.parametrize(
    "filters",
    [
        {"pacing": "slow"},
        {"delivery": "by pigeon"},
        {"audience": "x> . ?s ?p ?o"},
        {"language": '") || true'},
        {"topic": topic("a"), "level": "shallow"},
    ],
)
def test_filter_without_meaning_is_refused(little: EmbeddedStore, filters: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        courses(little, **filters)


def test_program_carries_its_facts(little: EmbeddedStore) -> None:
    assert programs(little, region="us east") == [
        Program(
            iri=thing("program", "mit-msc"),
            slug="mit-msc",
            name="MSc Models",
            institution="MIT",
            award="MSc",
            region="US East",
            formats=("on-campus",),
            months=24.0,
            units="120 credits",
            topics=2,
            roles=("Model trainer",),
            status="verified",
            url="https://mit.example/msc",
        )
    ]


def test_program_that_is_disputed_says_so_and_still_names_the_institution(little: EmbeddedStore) -> None:
    ghost, real = programs(little)
    assert (ghost.slug, ghost.status, ghost.institution) == ("eth-ghost", "disputed", "ETH Zurich")
    assert real.status == "verified"


def test_program_that_was_replaced_is_superseded() -> None:
    store = EmbeddedStore.of_turtle(
        'program:a a schema:EducationalOccupationalProgram ; rdfs:label "A"@en ; dcterms:isReplacedBy program:b .'
        'program:b a schema:EducationalOccupationalProgram ; rdfs:label "B"@en .'
    )
    assert [(each.slug, each.status) for each in programs(store)] == [("a", "superseded"), ("b", "verified")]


@pytest.mark.parametrize(
    ("filters", "slugs"),
    [
        ({"role": thing("role", "trainer")}, ["mit-msc"]),
        ({"role": thing("role", "tester")}, []),
        ({"delivery": "on-campus"}, ["mit-msc"]),
        ({"delivery": "online"}, []),
        ({"institution": thing("institution", "mit")}, ["mit-msc"]),
        ({"institution": thing("institution", "eth")}, []),
        ({"topic": topic("training")}, ["mit-msc"]),
        ({"topic": topic("statistics")}, ["mit-msc"]),
        ({"topic": topic("python")}, []),
        ({"region": "SWITZ"}, ["eth-ghost"]),
        ({"region": '"\\\n'}, ["eth-ghost", "mit-msc"]),
    ],
)
def test_program_filters(little: EmbeddedStore, filters: dict[str, str], slugs: list[str]) -> None:
    assert [each.slug for each in programs(little, **filters)] == slugs


def test_roles_come_by_label_with_counts_and_codes(little: EmbeddedStore) -> None:
    tester, trainer = roles(little)
    assert tester.matches == ()
    assert trainer == Role(
        iri=thing("role", "trainer"),
        slug="trainer",
        label="Model trainer",
        definition="Trains models.",
        essential=2,
        optional=1,
        programs=1,
        matches=("O*NET-SOC 15-2051.00", "http://data.europa.eu/esco/occupation/1"),
    )


@pytest.mark.parametrize(
    ("skill", "slugs"),
    [
        (thing("skill", "patience"), ["trainer"]),
        (topic("training"), ["trainer"]),
        (topic("python"), []),
    ],
)
def test_roles_that_need_a_skill(little: EmbeddedStore, skill: str, slugs: list[str]) -> None:
    assert [each.slug for each in roles(little, skill=skill)] == slugs


def test_needs_come_essential_first_and_deep_before_shallow(little: EmbeddedStore) -> None:
    found = needs(little, thing("role", "trainer"))
    assert [(each.thing.slug, each.essential, each.level) for each in found] == [
        ("training", True, "deep"),
        ("modelling", True, "working"),
        ("patience", False, "awareness"),
    ]


def test_needs_count_courses_that_teach_the_topic_or_what_the_skill_draws_on(little: EmbeddedStore) -> None:
    counts = {each.thing.slug: each.courses for each in needs(little, thing("role", "trainer"))}
    assert counts == {"training": 1, "modelling": 1, "patience": 0}


def test_project_says_what_it_practises(little: EmbeddedStore) -> None:
    assert projects(little) == [
        Project(
            iri=thing("project", "digits"),
            slug="digits",
            name="Read digits",
            topics=("Training",),
            skills=("Patience",),
            hours=12.0,
            url="https://digits.example/",
        )
    ]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"topic": topic("training")}, 1),
        ({"topic": topic("python")}, 0),
        ({"skill": thing("skill", "patience")}, 1),
        ({"topic": topic("training"), "skill": thing("skill", "modelling")}, 0),
    ],
)
def test_project_filters(little: EmbeddedStore, filters: dict[str, str], count: int) -> None:
    assert len(projects(little, **filters)) == count
