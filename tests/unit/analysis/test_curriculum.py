"""Curricula: forks, cycles, dead ends, redundancy, edits and differences on examples by hand."""

from __future__ import annotations

import pytest

from mlgraph.analysis.alternatives import alternatives, on_road
from mlgraph.analysis.curriculum import Curriculum, DegreePlan, first_road, forks
from mlgraph.analysis.difference import difference
from mlgraph.analysis.edit import apply_edits, find_course, parse_edit
from mlgraph.analysis.layout import plan_metrics, similarity
from mlgraph.analysis.metrics import PATH_LIMIT, curriculum_metrics, dead_ends, redundant_requisites
from mlgraph.errors import AmbiguousNameError, DataError, UnknownNameError, UsageError
from tests.curricula import co, course, curriculum, pre, strict


def test_cycle_is_named() -> None:
    loop = (course("a", pre("b")), course("b", co("a")), course("c"))
    with pytest.raises(DataError, match="Course a needs Course b needs Course a"):
        curriculum_metrics(curriculum(*loop))


def test_paths_without_number_are_counted_and_few_shown() -> None:
    """Twenty diamonds in a row: a million longest paths."""
    courses = [course("0")]
    for number in range(20):
        last = courses[-1].id
        courses += [course(f"{number}l", pre(last)), course(f"{number}r", pre(last))]
        courses.append(course(f"{number + 1}", pre(f"{number}l"), pre(f"{number}r")))
    found = curriculum_metrics(curriculum(*courses))
    assert found.longest_count == 2**20
    assert len(set(found.longest)) == PATH_LIMIT
    assert found.courses["1"].centrality == 41 * 2**20


def test_corequisite_way_does_not_make_a_prerequisite_redundant() -> None:
    courses = [course("a"), course("b", co("a")), course("c", co("b"), pre("a"))]
    assert not redundant_requisites(courses)
    courses = [course("a"), course("b", co("a")), course("c", pre("b"), pre("a"))]
    assert [(each.requisite, each.through, each.toolbox) for each in redundant_requisites(courses)] == [
        ("a", "b", False)
    ]


def test_dead_ends_are_of_other_subjects_and_on_a_path() -> None:
    courses = [
        course("a", prefix="CS"),
        course("b", pre("a"), prefix="MA"),
        course("c", pre("a"), prefix="CS"),
        course("d", prefix="MA"),
        course("e", pre("b", "f"), prefix="CS"),
        course("f", pre("a"), prefix="MA"),
    ]
    assert not dead_ends(courses[:5] + courses[5:], ["CS"])
    assert dead_ends(courses[:4], ["CS"]) == ["b"]


def test_forks_leave_out_options_outside_and_sure_requisites() -> None:
    courses = [course("a"), course("b"), course("c", pre("a", "b"), pre("a", "x"), pre("a", "b", minimum=2))]
    assert [fork.place for fork in forks(courses)] == [("c", 0)]
    assert first_road(courses) == {("c", 0): ("a",)}


def test_goals_leave_out_what_a_road_does_not_need() -> None:
    courses = [course("a"), course("b", pre("a")), course("goal", pre("b", "c")), course("c")]
    found = alternatives(courses, goals=["goal"])
    assert (found.roads, found.best.complexity, found.worst.complexity) == (2, 5.0, 12.0)
    assert not found.courses["b"].always
    assert found.courses["goal"].always
    assert [each.id for each in on_road(courses, dict(found.best_road), ["goal"])] == ["goal", "c"]


def test_road_that_loops_is_not_counted() -> None:
    courses = [course("a", pre("b")), course("b", pre("a", "c")), course("c")]
    found = alternatives(courses, {("b", 0): ("c",)})
    assert found.tried == 1
    assert found.best == found.worst == found.chosen


def test_plan_counts_options_taken_last_and_not_those_met_before() -> None:
    courses = (course("a"), course("b"), course("c", pre("a", "b")))
    plan = DegreePlan("", Curriculum("", courses), (("a",), ("b",), ("c",)))
    assert plan_metrics(plan).distance == 1
    assert plan_metrics(plan, ["x"]).transfer == (0, 1)
    without = plan._replace(terms=((), ("b",), ("c",)))
    assert plan_metrics(without, ["a"]).distance == 0


def test_credit_balance_sums_over_all_pairs_of_terms() -> None:
    courses = (course("a", credits=1), course("b", credits=2), course("c", credits=4))
    found = plan_metrics(DegreePlan("", Curriculum("", courses), (("a",), ("b",), ("c",))))
    assert found.balance == 6  # adjacent terms alone would give 3
    assert (found.largest_term, found.smallest_term) == (3, 1)
    assert round(found.deviation, 4) == 1.2472


def test_similarity_is_not_symmetric() -> None:
    one, two = curriculum(course("a")), curriculum(course("a"), course("b"))
    assert (similarity(one, two), similarity(two, one)) == (0.5, 1.0)


# -- edits

BASE = curriculum(
    course("1", prefix="MA", number="1"),
    course("2", pre("1"), prefix="CS", number="2"),
    course("3", pre("2"), co("1"), prefix="CS", number="3"),
    course("4", pre("1", "2"), prefix="CS", number="4"),
)


def edited(*edits: tuple[str, str]) -> Curriculum:
    found = apply_edits(BASE, [parse_edit(*each) for each in edits])
    assert isinstance(found, Curriculum)
    return found


def test_dropped_course_leaves_requisites_and_either_or_keeps_the_rest() -> None:
    found = edited(("drop", "ma 1")).by_id()
    assert list(found) == ["2", "3", "4"]
    assert found["2"].requisites == ()
    assert found["3"].requisites == (pre("2"),)
    assert found["4"].requisites == (pre("2"),)


def test_dropped_arc_of_one_kind_only() -> None:
    assert edited(("drop", "MA 1 -> CS 3 : co")).by_id()["3"].requisites == (pre("2"),)
    with pytest.raises(UsageError, match="CS 3 does not have the requisite MA 1"):
        edited(("drop", "MA 1 -> CS 3 : pre"))


def test_added_course_and_arcs() -> None:
    found = edited(("add", "CS 5 : 4"), ("add", "CS 5 -> CS 2 : strict")).by_id()
    assert (found["5"].code, found["5"].credits) == ("CS 5", 4.0)
    assert found["2"].requisites == (pre("1"), strict("5"))
    with pytest.raises(UsageError, match="is there already"):
        edited(("add", "CS 4 : 3"))


def test_moved_arc_keeps_its_kind() -> None:
    found = edited(("move", "MA 1 -> CS 3 = MA 1 -> CS 4")).by_id()
    assert found["3"].requisites == (pre("2"),)
    assert found["4"].requisites == (pre("1", "2"), co("1"))


def test_moved_course_needs_terms() -> None:
    with pytest.raises(UsageError, match="only a degree plan has terms"):
        edited(("move", "CS 4 = 2"))
    plan = DegreePlan("", BASE, (("1",), ("2", "4"), ("3",)))
    found = apply_edits(plan, [parse_edit("move", "CS 4 = 5")])
    assert isinstance(found, DegreePlan)
    assert found.terms == (("1",), ("2",), ("3",), (), ("4",))
    moved = difference(plan, found)
    assert [each.changes for each in moved.pairs if each.changes] == [("term 2 -> 5",)]
    back = apply_edits(found, [parse_edit("move", "CS 4 = 2"), parse_edit("drop", "CS 3")])
    assert isinstance(back, DegreePlan)
    assert back.terms[:2] == (("1",), ("2", "4"))


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ("drop", ""),
        ("drop", " -> CS 2"),
        ("drop", "A = 2"),
        ("add", "A -> B : maybe"),
        ("add", "CS 9 : many"),
        ("move", "CS 2"),
        ("move", "CS 2 = 0"),
        ("move", "CS 2 = never"),
        ("move", "A -> B = C"),
    ],
)
def test_edit_without_sense_is_refused(action: str, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_edit(action, text)
    assert caught.value.mend


def test_course_is_found_by_id_code_and_name_and_not_guessed() -> None:
    courses = [*BASE.courses, course("9", prefix="CS", number="2")]
    assert find_course(courses, "cs  3").id == "3"
    assert find_course(courses, "course 4").id == "4"
    with pytest.raises(AmbiguousNameError, match="fits several"):
        find_course(courses, "CS 2")
    with pytest.raises(UnknownNameError) as caught:
        find_course(courses, "CS 33")
    assert "CS 3" in caught.value.near


def test_difference_tells_what_changed_in_words() -> None:
    after = edited(("drop", "MA 1 -> CS 2"), ("add", "CS 5 : 4"), ("add", "CS 5 -> CS 3"))
    found = difference(BASE, after)
    assert [each.code for each in found.added] == ["CS 5"]
    told = {each.after.code: each.changes for each in found.pairs if each.changes}
    assert told == {"CS 2": ("no longer after MA 1",), "CS 3": ("now after CS 5",)}
    assert {each.name: each.after - each.before for each in found.totals}["credits"] == 4


def test_courses_of_one_name_are_not_paired_by_it() -> None:
    one = curriculum(*(course(each, name="Elective") for each in "ab"))
    other = curriculum(*(course(each, name="Elective") for each in "cd"))
    assert len(difference(one, other).pairs) == 2  # prefix and number are equal: all fields are
    numbered = curriculum(*(course(each, name="Elective", prefix="X", number=each) for each in "cd"))
    assert not difference(one, numbered).pairs
