"""The units of a plan with their topics: from a curriculum whose courses name topics, or from a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.analysis.curriculum import DegreePlan
from mlgraph.analysis.difference import courses_of
from mlgraph.catalog.learning import entry_groups, taught_by
from mlgraph.catalog.naming import resolve
from mlgraph.errors import DataError, LookupFailedError, UsageError
from mlgraph.planning.hidden import Unit
from mlgraph.planning.learner import RANK
from mlgraph.planning.topic_curriculum import topics_of
from mlgraph.vocab import SLUG, thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse
    from mlgraph.model import Thing
    from mlgraph.rdf.store import Store

__all__ = ["program_unit", "units_of"]


def units_of(store: Store, value: Curriculum | DegreePlan) -> list[Unit]:
    """Return the courses of a curriculum or plan with what they teach and presuppose.

    Parameters
    ----------
    store : Store
    value : Curriculum or DegreePlan
        A course names topics itself, or its canonical name is the slug of a course of the graph.

    Raises
    ------
    DataError
        If a course names a topic that the graph does not have.
    """
    courses = courses_of(value)
    terms = value.term_of() if isinstance(value, DegreePlan) else {}
    slugs = {each.id: thing("course", each.canonical) for each in courses if SLUG.fullmatch(each.canonical)}
    linked: dict[str, dict[str, str]] = {}
    for course, topic, level in taught_by(store, sorted(set(slugs.values()))) if slugs else ():
        linked.setdefault(course, {})[topic] = level
    above, instead = _above(courses), _instead(courses)
    found = []
    for each in courses:
        teaches = {**linked.get(slugs.get(each.id, ""), {}), **_topics(store, each, each.teaches)}
        presupposes = _topics(store, each, each.presupposes)
        place = terms.get(each.id, 0)
        found.append(Unit(each.id, each.code, place, teaches, presupposes, above[each.id], instead[each.id]))
    return found


def _above(courses: Sequence[CurriculumCourse]) -> dict[str, frozenset[str]]:
    """Return for each course what its requisites put before it, with all options of a choice."""
    direct = {
        each.id: {
            option for requisite in each.requisites for option in requisite.options if option != each.id
        }
        for each in courses
    }
    found: dict[str, frozenset[str]] = {}
    for course, first in direct.items():
        seen: set[str] = set()
        todo = list(first)
        while todo:
            each = todo.pop()
            if each not in seen:
                seen.add(each)
                todo += direct.get(each, ())
        found[course] = frozenset(seen - {course})
    return found


def _instead(courses: Sequence[CurriculumCourse]) -> dict[str, frozenset[str]]:
    """Return for each course the other options of the either-or requisites that it is an option of."""
    found: dict[str, set[str]] = {each.id: set() for each in courses}
    for each in courses:
        for requisite in each.requisites:
            if len(requisite.options) > requisite.minimum:
                for option in requisite.options:
                    if option in found:
                        found[option].update(requisite.options)
    return {course: frozenset(others - {course}) for course, others in found.items()}


def _topics(store: Store, course: CurriculumCourse, names: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in names:
        head, _, tail = text.rpartition(":")
        level = tail.strip().casefold()
        name, level = (head, level) if head.strip() and RANK.get(level) else (text, "working")
        try:
            topic = resolve(store, name.strip(), ["topic"]).iri
        except LookupFailedError as error:
            raise DataError(f"{course.code}, topics: {error.message}", error.mend) from error
        found[topic] = max(level, found.get(topic, ""), key=RANK.__getitem__)
    return found


def program_unit(store: Store, program: Thing, *, electives: bool) -> tuple[Unit, dict[str, str]]:
    """Return a program of the graph as one unit, and what it asks on entry.

    All options of an either-or entry requirement count as known, so that no gap is told that is none.

    Raises
    ------
    UsageError
        If no topics are known of it.
    """
    teaches = topics_of(store, program, electives=electives)
    if not teaches:
        raise UsageError(
            f"no topics are known of {program.label}", "give a file of courses with a column Teaches"
        )
    entry = {
        option: group.level
        for group in entry_groups(store, [program.iri])
        for option in group.options
        if "/id/topic/" in option
    }
    return Unit(program.slug, program.label, 0, teaches, {}, frozenset()), entry
