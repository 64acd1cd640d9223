"""Hidden prerequisites: each kind of finding, its evidence, and what a plan covers, on the little graph.

::

    arithmetic <- algebra <- calculus <(deep) gradient <- training ~~ one of: pytorch, jax
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.analysis.curriculum import Curriculum, DegreePlan
from mlgraph.catalog.naming import resolve
from mlgraph.errors import DataError, UsageError
from mlgraph.planning.hidden import hidden
from mlgraph.planning.unit import program_unit, units_of
from mlgraph.vocab import local_name, thing
from tests.curricula import course, curriculum, pre

if TYPE_CHECKING:
    from mlgraph.planning.hidden import HiddenReport
    from mlgraph.rdf.store import EmbeddedStore

KNOWN = {thing("topic", "arithmetic"): "deep"}
ALGEBRA = course("1", teaches=("algebra",))
CALCULUS = course("2", teaches=("calculus",))
GRADIENT = course("3", teaches=("gradient",))


def of(
    little: EmbeddedStore,
    value: Curriculum | DegreePlan,
    known: dict[str, str] = KNOWN,
    measure: tuple[str, str] | None = None,
) -> HiddenReport:
    thing_ = resolve(little, measure[1], [measure[0]]) if measure else None
    return hidden(little, units_of(little, value), known, thing_)


def told(found: HiddenReport) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(each.kind, each.unit, local_name(each.topic), each.others) for each in found.findings]


def test_what_nothing_teaches_is_missing_and_told_once_with_its_evidence(little: EmbeddedStore) -> None:
    plan = DegreePlan("", curriculum(CALCULUS, course("4", teaches=("calculus",))), (("2",), ("4",)))
    found = of(little, plan)
    assert told(found) == [("missing", "2", "algebra", ()), ("duplicate", "4", "calculus", ("2",))]
    (claim,) = found.findings[0].claims
    assert (claim.subject.slug, claim.object.slug) == ("calculus", "algebra")
    assert claim.reason == "topic:algebra is used in topic:calculus."
    assert [each.source for each in claim.support] == ["The Book"]


def test_terms_say_what_is_late_and_requisites_what_is_undeclared(little: EmbeddedStore) -> None:
    both = curriculum(ALGEBRA, CALCULUS)
    same_term = DegreePlan("", both, (("1", "2"),))
    assert told(of(little, same_term)) == [("late", "2", "algebra", ("1",))]
    in_order = DegreePlan("", both, (("1",), ("2",)))
    assert told(of(little, in_order)) == [("undeclared", "2", "algebra", ("1",))]
    assert told(of(little, both)) == [("undeclared", "2", "algebra", ("1",))]
    declared = curriculum(ALGEBRA, CALCULUS._replace(requisites=(pre("1"),)))
    assert not of(little, declared).findings
    assert not of(little, DegreePlan("", declared, (("1",), ("2",)))).findings


def test_courses_that_stand_for_each_other_do_not_teach_twice(little: EmbeddedStore) -> None:
    courses = [ALGEBRA, course("2", teaches=("algebra",)), course("3", pre("1", "2"))]
    assert not of(little, curriculum(*courses)).findings
    courses[2] = course("3", pre("1"), pre("2"))
    assert told(of(little, curriculum(*courses))) == [("duplicate", "2", "algebra", ("1",))]


def test_a_level_that_is_not_deep_enough_is_shallow(little: EmbeddedStore) -> None:
    courses = (ALGEBRA, CALCULUS, GRADIENT._replace(requisites=(pre("2"),)))
    terms = (("1",), ("2",), ("3",))
    shallow = of(little, DegreePlan("", curriculum(*courses), terms)).findings[-1]
    assert (shallow.kind, shallow.unit, shallow.needed, shallow.have) == ("shallow", "3", "deep", "working")
    deep = (courses[0], courses[1]._replace(teaches=("calculus:deep",)), courses[2])
    kinds = {each.kind for each in of(little, DegreePlan("", curriculum(*deep), terms)).findings}
    assert kinds == {"undeclared"}


def test_either_or_need_is_met_by_one_option_and_told_with_the_others(little: EmbeddedStore) -> None:
    known = {**KNOWN, thing("topic", "gradient"): "working", thing("topic", "python"): "working"}
    last = course("5", pre("4"), teaches=("training",))
    with_jax = curriculum(course("4", teaches=("jax",)), last)
    assert not of(little, with_jax, known).findings
    (found,) = of(little, curriculum(last._replace(requisites=())), known).findings
    assert found.kind == "missing"
    assert {local_name(each) for each in (found.topic, *found.options)} == {"pytorch", "jax"}


def test_topics_that_a_course_presupposes_and_who_teaches_them(little: EmbeddedStore) -> None:
    found = of(little, curriculum(course("1", presupposes=("calculus",))))
    assert [(each.kind, local_name(each.topic), each.because) for each in found.findings] == [
        ("missing", "calculus", ())
    ]
    assert found.teachers[thing("topic", "calculus")] == ("Calculus for All",)


def test_a_gap_does_not_count_as_covered(little: EmbeddedStore) -> None:
    """What is only presupposed is known by nobody; what taught topics rest on is."""
    asking = curriculum(course("1", presupposes=("gradient",)))
    covered = of(little, asking, measure=("role", "trainer")).covered
    assert covered is not None
    assert {local_name(each) for each in covered.missing} == {"gradient", "training"}
    taught = of(little, curriculum(course("1", teaches=("training",))), measure=("role", "trainer")).covered
    assert taught is not None
    assert not taught.missing
    assert {local_name(each): levels for each, levels in taught.shallow.items()} == {
        "training": ("working", "deep")
    }


def test_canonical_name_brings_the_topics_of_a_course_of_the_graph(little: EmbeddedStore) -> None:
    (unit,) = units_of(little, curriculum(course("1", canonical="mit-1.01", teaches=("python",))))
    assert {local_name(each): level for each, level in unit.teaches.items()} == {
        "calculus": "working",
        "gradient": "deep",
        "python": "working",
    }


def test_topic_that_is_not_there_is_named_with_its_course(little: EmbeddedStore) -> None:
    with pytest.raises(DataError, match=r"Course 1, topics: .*'algebro'") as caught:
        units_of(little, curriculum(course("1", teaches=("algebro",))))
    assert "algebra" in caught.value.mend


def test_program_of_the_graph_is_one_unit(little: EmbeddedStore) -> None:
    unit, entry = program_unit(little, resolve(little, "mit-msc", ["program"]), electives=False)
    found = hidden(little, [unit], entry)
    assert {local_name(each.topic) for each in found.findings} == {"gradient", "jax"}
    with pytest.raises(UsageError, match="no topics are known"):
        program_unit(little, resolve(little, "eth-ghost", ["program"]), electives=True)
