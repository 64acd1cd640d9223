"""Laws of curricular metrics, of the CSV layout and of edits, against the definitions by brute force."""

from __future__ import annotations

from itertools import combinations, product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mlgraph.analysis.alternatives import alternatives
from mlgraph.analysis.curriculum import (
    Curriculum,
    CurriculumCourse,
    DegreePlan,
    Requisite,
    impossible,
    network,
)
from mlgraph.analysis.difference import difference, pairs
from mlgraph.analysis.edit import apply_edits, parse_edit
from mlgraph.analysis.layout import misplaced, plan_metrics, similarity
from mlgraph.analysis.metrics import curriculum_metrics, redundant_requisites
from mlgraph.interchange.curricular import read_curricular
from mlgraph.interchange.curricular_writer import to_curricular
from tests.curricula import arcs_of, brute_metrics, courses_of, curriculum, meets, paths, roads

WORD = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)


@given(courses_of(7))
def test_metrics_are_those_of_the_list_of_all_paths(courses: tuple[CurriculumCourse, ...]) -> None:
    sure = tuple(
        each._replace(requisites=tuple(r._replace(minimum=len(r.options)) for r in each.requisites))
        for each in courses
    )
    found = curriculum_metrics(curriculum(*sure))
    nodes, arcs = [each.id for each in sure], arcs_of(sure)
    expected = brute_metrics(nodes, arcs)
    assert {n: (m.blocking, m.delay, m.centrality) for n, m in found.courses.items()} == expected
    every = paths(nodes, arcs)
    longest = max(map(len, every))
    assert found.length == longest
    assert found.longest_count == sum(len(path) == longest for path in every)
    assert set(found.longest) <= {path for path in every if len(path) == longest}
    assert found.complexity == sum(blocking + delay for blocking, delay, _ in expected.values())


@given(courses_of(6))
def test_quarters_count_two_thirds_of_each_course_rounded_to_one_digit(
    courses: tuple[CurriculumCourse, ...],
) -> None:
    whole = curriculum_metrics(curriculum(*courses))
    quarter = curriculum_metrics(curriculum(*courses, system="quarter"))
    parts = [round(each.complexity * 2 / 3, 1) for each in whole.courses.values()]
    assert [each.complexity for each in quarter.courses.values()] == parts
    assert quarter.complexity == round(sum(parts), 1)


@given(courses_of(4, kinds=("pre", "co", "strict")))
def test_requisite_is_redundant_just_if_no_terms_meet_the_others_and_not_it(
    courses: tuple[CurriculumCourse, ...],
) -> None:
    single = tuple(
        each._replace(requisites=tuple(Requisite(r.kind, (r.options[0],)) for r in each.requisites))
        for each in courses
    )
    assume(not any(r.kind == "strict" for each in single for r in each.requisites))
    told = {(each.requisite, each.course) for each in redundant_requisites(single)}
    ids = [each.id for each in single]
    plans = [dict(zip(ids, terms, strict=True)) for terms in product(range(1, len(ids) + 1), repeat=len(ids))]
    for each in single:
        for r in each.requisites:
            others = [(c.id, q) for c in single for q in c.requisites if (c.id, q) != (each.id, r)]
            follows = all(
                meets(r, plan[each.id], plan)
                for plan in plans
                if all(meets(q, plan[c], plan) for c, q in others)
            )
            assert ((r.options[0], each.id) in told) == follows


@given(courses_of(4, kinds=("pre", "co", "strict")), st.data())
def test_impossible_just_if_no_terms_are_possible(
    courses: tuple[CurriculumCourse, ...], data: st.DataObject
) -> None:
    ids = [each.id for each in courses]
    extra = data.draw(
        st.tuples(st.sampled_from(ids), st.sampled_from(ids), st.sampled_from(["pre", "co", "strict"]))
    )
    single = tuple(
        each._replace(
            requisites=(
                *(Requisite(r.kind, (r.options[0],)) for r in each.requisites),
                *((Requisite(extra[2], (extra[1],)),) if each.id == extra[0] else ()),
            )
        )
        for each in courses
    )
    fine = any(
        all(meets(r, plan[each.id], plan) for each in single for r in each.requisites)
        for terms in product(range(1, len(ids) + 1), repeat=len(ids))
        for plan in [dict(zip(ids, terms, strict=True))]
    )
    assert bool(impossible(single)) == (not fine)


@given(courses_of(5, choices=True))
def test_best_and_worst_road_are_those_of_all_roads(courses: tuple[CurriculumCourse, ...]) -> None:
    nodes = [each.id for each in courses]
    weights = [sum(b + d for b, d, _ in brute_metrics(nodes, arcs).values()) for arcs in roads(courses)]
    found = alternatives(courses)
    assert found.exact
    assert (found.best.complexity, found.worst.complexity) == (min(weights), max(weights))
    assert found.best.complexity <= found.chosen.complexity <= found.worst.complexity
    assert curriculum_metrics(curriculum(*courses), dict(found.best_road)).complexity == min(weights)
    for course, span in found.courses.items():
        assert span.least <= found.chosen.courses[course].complexity <= span.most


@given(courses_of(6, choices=True))
def test_search_beyond_the_limit_stays_between_best_and_worst(courses: tuple[CurriculumCourse, ...]) -> None:
    from mlgraph.analysis import alternatives as module

    exact = alternatives(courses)
    limit, module.WORK_LIMIT = module.WORK_LIMIT, len(courses) * (exact.roads - 1)
    try:
        found = alternatives(courses)
    finally:
        module.WORK_LIMIT = limit
    assert not found.exact
    assert exact.best.complexity <= found.best.complexity <= found.chosen.complexity
    assert found.chosen.complexity <= found.worst.complexity <= exact.worst.complexity


@st.composite
def values(draw: st.DrawFn) -> Curriculum | DegreePlan:
    """Return a curriculum, or a plan, with all that the layout holds."""
    courses = tuple(
        each._replace(
            name=draw(WORD),
            prefix=draw(st.one_of(st.just(""), WORD)),
            number=draw(st.one_of(st.just(""), WORD)),
            canonical=draw(st.one_of(st.just(""), WORD)),
            credits=draw(st.sampled_from([0.0, 0.5, 1.0, 3.0, 12.0])),
            difficulty=draw(st.sampled_from([0.0, 1.5])),
            offered=draw(st.sampled_from([(), ("fall",), ("fall", "spring")])),
        )
        for each in draw(courses_of(5, kinds=("pre", "co", "strict"), choices=True))
    )
    # requisites of one kind stand together in a line
    kinds = ["pre", "co", "strict"]
    courses = tuple(
        each._replace(requisites=tuple(sorted(each.requisites, key=lambda r: kinds.index(r.kind))))
        for each in courses
    )
    found = Curriculum(
        draw(WORD), courses, draw(WORD), "BS", draw(st.sampled_from(["semester", "quarter"])), "11.07"
    )
    if draw(st.booleans()):
        return found
    terms: list[list[str]] = [[], [], []]
    for each in courses:
        terms[draw(st.integers(0, 2))].append(each.id)
    while terms and not terms[-1]:
        terms.pop()
    cut = draw(st.integers(1, len(courses)))
    own = found._replace(courses=courses[:cut])
    return DegreePlan(draw(WORD), own, tuple(map(tuple, terms)), courses[cut:])


@settings(max_examples=40)
@given(values())
def test_file_written_and_read_is_the_same_value(value: Curriculum | DegreePlan) -> None:
    text = to_curricular(value)
    assert read_curricular(text, "x.csv").value == value
    assert to_curricular(read_curricular(text, "x.csv").value) == text


@given(courses_of(6), st.data())
def test_statistics_of_a_plan_are_the_sums_of_their_definitions(
    courses: tuple[CurriculumCourse, ...], data: st.DataObject
) -> None:
    sure = tuple(
        each._replace(requisites=tuple(Requisite(r.kind, r.options, len(r.options)) for r in each.requisites))
        for each in courses
    )
    term_of = {each.id: data.draw(st.integers(1, 4)) for each in sure}
    last = max(term_of.values())
    terms = tuple(tuple(c for c, t in term_of.items() if t == number) for number in range(1, last + 1))
    plan = DegreePlan("", Curriculum("", sure), terms)
    found = plan_metrics(plan)
    arcs = arcs_of(sure)
    assert found.distance == sum(term_of[to] - term_of[start] for start, to in arcs)
    assert found.balance == sum(abs(one - other) for one, other in combinations(found.credits, 2))
    assert found.total == sum(each.credits for each in sure)
    assert list(found.transfer) == [
        sum(term_of[start] <= term < term_of[to] for start, to in arcs) for term in range(1, last)
    ]
    broken = {c for c, _ in misplaced(plan)}
    assert broken == {c.id for c in sure if any(not meets(r, term_of[c.id], term_of) for r in c.requisites)}


@given(courses_of(6), courses_of(6))
def test_each_course_is_paired_once_and_similarity_counts_them(
    one: tuple[CurriculumCourse, ...], other: tuple[CurriculumCourse, ...]
) -> None:
    both = pairs(one, other)
    assert len({id(old) for old, _ in both}) == len(both) == len({id(new) for _, new in both})
    assert len(both) == min(len(one), len(other))  # names and codes count from 0 in both
    assert similarity(curriculum(*one), curriculum(*other)) == len(both) / len(other)


@given(courses_of(6, choices=True))
def test_curriculum_does_not_differ_from_itself(courses: tuple[CurriculumCourse, ...]) -> None:
    found = difference(curriculum(*courses), curriculum(*courses))
    assert not found.added
    assert not found.dropped
    assert all(not each.changes and each.metrics_before == each.metrics_after for each in found.pairs)
    assert all(each.before == each.after for each in found.totals)


@settings(max_examples=60)
@given(courses_of(6), st.data())
def test_dropping_what_was_added_leaves_the_curriculum_as_it_was(
    courses: tuple[CurriculumCourse, ...], data: st.DataObject
) -> None:
    before = curriculum(*courses)
    later = [each.id for each in courses]
    start, end = sorted(data.draw(st.lists(st.sampled_from(later), min_size=2, max_size=2)))
    assume(start != end and (start, end) not in arcs_of(courses))
    added = apply_edits(before, [parse_edit("add", f"{start} -> {end}")])
    assert isinstance(added, Curriculum)
    assert set(arcs_of(added.courses)) == {*arcs_of(courses), (start, end)}
    assert apply_edits(added, [parse_edit("drop", f"{start} -> {end}")]) == before


@settings(max_examples=60)
@given(courses_of(6), st.data())
def test_dropping_a_requisite_never_makes_a_curriculum_harder(
    courses: tuple[CurriculumCourse, ...], data: st.DataObject
) -> None:
    single = tuple(
        each._replace(requisites=tuple(Requisite(r.kind, (r.options[0],)) for r in each.requisites))
        for each in courses
    )
    arcs = arcs_of(single)
    assume(arcs)
    start, end = data.draw(st.sampled_from(arcs))
    after = apply_edits(curriculum(*single), [parse_edit("drop", f"{start} -> {end}")])
    assert isinstance(after, Curriculum)
    assert curriculum_metrics(after).complexity <= curriculum_metrics(curriculum(*single)).complexity
    assert (start, end) not in arcs_of(after.courses)
    assert end not in network(after.courses).after[start]
