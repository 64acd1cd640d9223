"""Edits of a curriculum: drop, add or move a course or a requisite."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse, DegreePlan, Requisite
from mlgraph.analysis.difference import courses_of
from mlgraph.errors import AmbiguousNameError, UnknownNameError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Edit", "apply_edits", "find_course", "parse_edit"]

_KINDS = {"pre": "pre", "co": "co", "strict": "strict"}
_HOW = 'write "COURSE", "COURSE -> COURSE" or "COURSE -> COURSE : co"'


class Edit(NamedTuple):
    """One edit: an action (drop, add, move) on a course or an arc, and where to.

    ``course`` is the dependent of an arc, ``before`` its requisite; ``to`` is a second arc or a term.
    """

    action: str
    course: str
    before: str = ""
    kind: str = ""
    to: tuple[str, str] | int | None = None
    credits: float = 0.0


def parse_edit(action: str, text: str) -> Edit:
    """Return the edit that a text means.

    Parameters
    ----------
    action : str
        drop, add or move.
    text : str
        A course; ``A -> B`` for "A is required for B", with ``: co`` or ``: strict`` after it for a
        corequisite. To add a course: ``CODE : CREDITS``. To move: ``COURSE = TERM``, or ``A -> B = C -> D``.

    Raises
    ------
    UsageError
        If it has no sense.

    Examples
    --------
    >>> parse_edit("drop", "MATH 1 -> CS 2")
    Edit(action='drop', course='CS 2', before='MATH 1', kind='', to=None, credits=0.0)
    >>> parse_edit("move", "CS 2 = 3").to
    3
    """
    left, equals, right = text.partition("=")
    if (action == "move") != bool(equals):
        how = 'write "COURSE = TERM" or "A -> B = C -> D"' if action == "move" else _HOW
        raise UsageError(f"--{action}: {text[:60]!r} has no sense", how)
    name, before, extra = _part(left, action)
    if action == "move":
        goal, source, _ = _part(right, action)
        if before and source:
            return Edit(action, name, before, to=(source, goal))
        if before or source or not goal.isdigit() or not 1 <= int(goal) <= 60:
            raise UsageError(
                f"--move: {text[:60]!r} has no sense", 'write "COURSE = TERM" or "A -> B = C -> D"'
            )
        return Edit(action, name, to=int(goal))
    if before:
        if extra and extra not in _KINDS:
            raise UsageError(f"no such kind of requisite: {extra[:40]!r}", "one of pre, co, strict")
        return Edit(action, name, before, extra or ("pre" if action == "add" else ""))
    if action == "add":
        try:
            return Edit(action, name, credits=float(extra or 0))
        except ValueError as error:
            raise UsageError(f"no number of credits: {extra[:40]!r}", 'write "CODE : 3"') from error
    return Edit(action, name)


def _part(text: str, action: str) -> tuple[str, str, str]:
    """Return course, requisite and what stands after the colon."""
    arc, _, extra = text.rpartition(":") if ":" in text else (text, "", "")
    before, arrow, after = arc.partition("->")
    name = (after if arrow else before).strip()
    if not name or (arrow and not before.strip()):
        raise UsageError(f"--{action}: {text.strip()[:60]!r} has no sense", _HOW)
    return name, before.strip() if arrow else "", extra.strip()


def find_course(courses: Sequence[CurriculumCourse], name: str) -> CurriculumCourse:
    """Return the course that a name means: its id, its code or its name, in this order.

    Raises
    ------
    UnknownNameError
        If there is none; carries near ones.
    AmbiguousNameError
        If there are several; carries their ids.
    """
    wanted = " ".join(name.split()).casefold()
    readings: tuple[Callable[[CurriculumCourse], str], ...] = (
        lambda each: each.id,
        lambda each: each.code,
        lambda each: each.name,
    )
    for reading in readings:
        found = [each for each in courses if " ".join(reading(each).split()).casefold() == wanted]
        if len(found) > 1:
            raise AmbiguousNameError(name, [f"{each.id} ({each.code} {each.name})" for each in found])
        if found:
            return found[0]
    from difflib import get_close_matches  # noqa: PLC0415 - only when a name fails

    names = {text.casefold(): text for each in courses for text in (each.code, each.name)}
    near = [names[each] for each in get_close_matches(wanted, names, n=3)]
    raise UnknownNameError(name, "course of the file", near or [each.code for each in courses[:3]])


def apply_edits(value: Curriculum | DegreePlan, edits: Sequence[Edit]) -> Curriculum | DegreePlan:
    """Return a curriculum or plan after some edits, one after the other.

    Raises
    ------
    LookupFailedError
        If a course is not in it, or not clearly.
    UsageError
        If a requisite that is to be dropped is not there, or a term is given for a curriculum.
    """
    for edit in edits:
        value = _applied(value, edit)
    return value


def _applied(value: Curriculum | DegreePlan, edit: Edit) -> Curriculum | DegreePlan:
    courses = courses_of(value)
    if edit.before:
        arcs = [(edit.before, edit.course)]
        if edit.action == "add":
            return _with_arc(value, arcs[0], edit.kind)
        kinds: list[str] = []
        after = _without_arc(value, arcs[0], edit.kind, kinds)
        return _with_arc(after, edit.to, kinds[0]) if isinstance(edit.to, tuple) else after
    if edit.action == "add":
        return _with_course(value, edit)
    course = find_course(courses, edit.course)
    if edit.action == "drop":
        return _mapped(value, lambda each: None if each.id == course.id else _freed(each, course.id))
    if not isinstance(value, DegreePlan) or not isinstance(edit.to, int):
        raise UsageError("only a degree plan has terms", "give a file with a column Term")
    terms = [[each for each in term if each != course.id] for term in value.terms]
    terms += [[] for _ in range(edit.to - len(terms))]
    terms[edit.to - 1].append(course.id)
    while terms and not terms[-1]:
        terms.pop()
    return value._replace(terms=tuple(map(tuple, terms)))


def _mapped(
    value: Curriculum | DegreePlan, change: Callable[[CurriculumCourse], CurriculumCourse | None]
) -> Curriculum | DegreePlan:
    """Return a curriculum or plan with its courses changed, or taken out where nothing is returned."""

    def kept(courses: Sequence[CurriculumCourse]) -> tuple[CurriculumCourse, ...]:
        return tuple(new for each in courses if (new := change(each)) is not None)

    if not isinstance(value, DegreePlan):
        return value._replace(courses=kept(value.courses))
    curriculum = value.curriculum._replace(courses=kept(value.curriculum.courses))
    plan = value._replace(curriculum=curriculum, additional=kept(value.additional))
    left = plan.courses()
    return plan._replace(terms=tuple(tuple(each for each in term if each in left) for term in value.terms))


def _freed(course: CurriculumCourse, gone: str, kind: str = "") -> CurriculumCourse:
    """Return a course whose requisites no longer name another; an either-or keeps its other options."""
    requisites = []
    for each in course.requisites:
        if gone not in each.options or (kind and each.kind != kind):
            requisites.append(each)
            continue
        options = tuple(option for option in each.options if option != gone)
        minimum = min(each.minimum, len(options))
        if options and len(each.options) > each.minimum:
            requisites.append(Requisite(each.kind, options, minimum))
        elif options:  # all were needed: the others still are
            requisites.append(Requisite(each.kind, options, each.minimum - 1))
    return course._replace(requisites=tuple(requisites))


def _without_arc(
    value: Curriculum | DegreePlan, arc: tuple[str, str], kind: str, kinds: list[str]
) -> Curriculum | DegreePlan:
    courses = courses_of(value)
    before, after = (find_course(courses, name) for name in arc)
    kinds += [each.kind for each in after.requisites if before.id in each.options and kind in {"", each.kind}]
    if not kinds:
        names = {each.id: each.code for each in courses}
        options = dict.fromkeys(option for each in after.requisites for option in each.options)
        had = ", ".join(names.get(option, option) for option in options)
        raise UsageError(
            f"{after.code} does not have the requisite {before.code}{f' ({kind})' if kind else ''}",
            f"it has: {had}" if had else "it has none",
        )
    return _mapped(value, lambda each: _freed(each, before.id, kind) if each.id == after.id else each)


def _with_arc(value: Curriculum | DegreePlan, arc: tuple[str, str], kind: str) -> Curriculum | DegreePlan:
    courses = courses_of(value)
    before, after = (find_course(courses, name) for name in arc)
    fresh = Requisite(kind, (before.id,))
    return _mapped(
        value,
        lambda each: (
            each._replace(requisites=tuple(dict.fromkeys((*each.requisites, fresh))))
            if each.id == after.id
            else each
        ),
    )


def _with_course(value: Curriculum | DegreePlan, edit: Edit) -> Curriculum | DegreePlan:
    ids = {each.id for each in courses_of(value)}
    if any(edit.course.casefold() == each.code.casefold() for each in courses_of(value)):
        raise UsageError(f"{edit.course} is there already", "add a requisite, or move the course")
    fresh = next(str(number) for number in range(1, len(ids) + 2) if str(number) not in ids)
    prefix, _, number = edit.course.rpartition(" ")
    course = CurriculumCourse(fresh, edit.course, prefix, number if prefix else "", edit.credits)
    if isinstance(value, DegreePlan):
        return value._replace(
            curriculum=value.curriculum._replace(courses=(*value.curriculum.courses, course))
        )
    return value._replace(courses=(*value.courses, course))
