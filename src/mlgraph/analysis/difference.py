"""What is different between two curricula, and what an edit makes of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse, DegreePlan, Requisite
from mlgraph.analysis.layout import PlanMetrics, plan_metrics, same_course, similarity
from mlgraph.analysis.metrics import CourseMetrics, Metrics, curriculum_metrics

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Change", "Difference", "Pair", "courses_of", "curriculum_of", "difference", "pairs"]


class Pair(NamedTuple):
    """A course in both curricula, with its metrics in each; ``changes`` says in words what differs."""

    before: CurriculumCourse
    after: CurriculumCourse
    changes: tuple[str, ...]
    metrics_before: CourseMetrics | None
    metrics_after: CourseMetrics | None


class Change(NamedTuple):
    """A figure before and after."""

    name: str
    before: float
    after: float


class Difference(NamedTuple):
    """Two curricula side by side.

    ``similarity`` says how much of the second is in the first, ``reverse`` how much of the first is in
    the second. ``totals`` are the figures of the curricula, and of the plans if both are plans.
    """

    totals: tuple[Change, ...]
    similarity: float
    reverse: float
    added: tuple[CurriculumCourse, ...]
    dropped: tuple[CurriculumCourse, ...]
    pairs: tuple[Pair, ...]
    before: Metrics
    after: Metrics


def curriculum_of(value: Curriculum | DegreePlan) -> Curriculum:
    """Return a curriculum, or the one that a degree plan lays out."""
    return value.curriculum if isinstance(value, DegreePlan) else value


def courses_of(value: Curriculum | DegreePlan) -> list[CurriculumCourse]:
    """Return all courses, those of a degree plan that are additional too."""
    return list(value.courses().values()) if isinstance(value, DegreePlan) else list(value.courses)


def pairs(
    before: Sequence[CurriculumCourse], after: Sequence[CurriculumCourse]
) -> list[tuple[CurriculumCourse, CurriculumCourse]]:
    """Return the courses that are in both, each once.

    Those with the same prefix, number and name first, then with the same prefix and number, then with
    the same name if it names one course only on either side; where several fit, the one with the same
    id, then the first.
    """
    keys = (
        lambda each: (each.prefix, each.number, each.name, each.id),
        lambda each: (each.prefix, each.number, each.name),
        lambda each: (each.prefix, each.number) if each.prefix and each.number else None,
        lambda each: each.name or None,
    )
    left, right = list(before), list(after)
    found: list[tuple[CurriculumCourse, CurriculumCourse]] = []
    for key in keys:
        waiting: dict[object, list[CurriculumCourse]] = {}
        for each in right:
            waiting.setdefault(key(each), []).append(each)
        alone = {
            name for name in waiting if [key(each) for each in left].count(name) == 1 == len(waiting[name])
        }
        rest = []
        for each in left:
            free = key(each) is not None and (key is not keys[-1] or key(each) in alone)
            fitting = waiting.get(key(each), []) if free else []
            if fitting:
                found.append((each, fitting.pop(0)))
            else:
                rest.append(each)
        taken = {id(other) for _, other in found}
        left, right = rest, [each for each in right if id(each) not in taken]
    place = {id(each): number for number, each in enumerate(before)}
    return sorted(found, key=lambda pair: place[id(pair[0])])


def difference(before: Curriculum | DegreePlan, after: Curriculum | DegreePlan) -> Difference:
    """Return what differs between two curricula or degree plans, and what it does to the metrics.

    Raises
    ------
    DataError
        If the requisites of one loop.
    """
    first, second = courses_of(before), courses_of(after)
    both = pairs(first, second)
    names = {
        **{each.id: each.code for each in first},
    }
    later = {each.id: each.code for each in second}
    same = {other.id: one.id for one, other in both}
    one, other = curriculum_of(before), curriculum_of(after)
    metrics, changed = curriculum_metrics(one), curriculum_metrics(other)
    terms = (_terms(before), _terms(after))
    found = tuple(
        Pair(
            old,
            new,
            (*_changes(old, new, (names, later), same), *_moved(old.id, new.id, terms)),
            metrics.courses.get(old.id),
            changed.courses.get(new.id),
        )
        for old, new in both
    )
    kept, fresh = {id(old) for old, _ in both}, {id(new) for _, new in both}
    return Difference(
        tuple(_totals(metrics, changed, before, after)),
        similarity(one, other),
        similarity(other, one),
        tuple(each for each in second if id(each) not in fresh),
        tuple(each for each in first if id(each) not in kept),
        found,
        metrics,
        changed,
    )


def _terms(value: Curriculum | DegreePlan) -> dict[str, int]:
    return value.term_of() if isinstance(value, DegreePlan) else {}


def _moved(old: str, new: str, terms: tuple[dict[str, int], dict[str, int]]) -> list[str]:
    before, after = terms[0].get(old), terms[1].get(new)
    if before == after or not terms[0] or not terms[1]:
        return []
    return [f"term {before or 'none'} -> {after or 'none'}"]


def _changes(
    old: CurriculumCourse,
    new: CurriculumCourse,
    names: tuple[dict[str, str], dict[str, str]],
    same: dict[str, str],
) -> list[str]:
    found = []
    if not same_course(old, new) or old.name != new.name or old.code != new.code:
        found.append(f"{old.code} {old.name} -> {new.code} {new.name}")
    if old.credits != new.credits:
        found.append(f"credits {old.credits:g} -> {new.credits:g}")
    before = {_key(each, {}): _words(each, names[0]) for each in old.requisites}
    after = {_key(each, same): _words(each, names[1]) for each in new.requisites}
    found += [f"no longer {words}" for key, words in before.items() if key not in after]
    found += [f"now {words}" for key, words in after.items() if key not in before]
    return found


def _key(each: Requisite, same: dict[str, str]) -> tuple[str, frozenset[str], int]:
    """Return what a requisite says, by the ids of the first curriculum where a course is in both."""
    inside = frozenset(same.get(option, f"new {option}") if same else option for option in each.options)
    return each.kind, inside, each.minimum


def _words(each: Requisite, names: dict[str, str]) -> str:
    kind = {"pre": "after", "co": "not before", "strict": "with"}[each.kind]
    options = " or ".join(names.get(option, option) for option in each.options)
    return f"{kind} {f'{each.minimum} of ' if each.minimum > 1 else ''}{options}"


def _totals(
    one: Metrics, other: Metrics, before: Curriculum | DegreePlan, after: Curriculum | DegreePlan
) -> list[Change]:
    found = [
        Change("courses", len(one.courses), len(other.courses)),
        Change("credits", one.credits, other.credits),
        Change("complexity", one.complexity, other.complexity),
        Change("blocking", one.blocking, other.blocking),
        Change("delay", one.delay, other.delay),
        Change("centrality", one.centrality, other.centrality),
        Change("longest path", one.length, other.length),
    ]
    if isinstance(before, DegreePlan) and isinstance(after, DegreePlan):
        plans: list[PlanMetrics] = [plan_metrics(before), plan_metrics(after)]
        found += [
            Change("terms", len(plans[0].credits), len(plans[1].credits)),
            Change("requisite distance", plans[0].distance, plans[1].distance),
            Change("credit balance", plans[0].balance, plans[1].balance),
            Change("most credits in a term", plans[0].largest, plans[1].largest),
        ]
    return found
