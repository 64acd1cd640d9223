"""Curricula to test with: builders, strategies, and the definitions spelled out by brute force.

Nothing here uses what it tests: paths are listed, terms are tried one by one.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse, Requisite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlgraph.planning.degree_model import Wishes
    from mlgraph.planning.requirement import Rule

Arcs = list[tuple[str, str]]


def course(name: str, /, *requisites: Requisite, credits: float = 3.0, **more: object) -> CurriculumCourse:  # noqa: A002
    """Return a course whose id is its name."""
    return CurriculumCourse(name, f"Course {name}", credits=credits, requisites=requisites)._replace(**more)  # type: ignore[arg-type]


def pre(*options: str, minimum: int = 1) -> Requisite:
    return Requisite("pre", options, minimum)


def co(*options: str) -> Requisite:
    return Requisite("co", options)


def strict(*options: str) -> Requisite:
    return Requisite("strict", options)


def curriculum(*courses: CurriculumCourse, system: str = "semester") -> Curriculum:
    return Curriculum("Test", courses, system=system)


@st.composite
def courses_of(
    draw: st.DrawFn, most: int = 6, *, kinds: Sequence[str] = ("pre", "co"), choices: bool = False
) -> tuple[CurriculumCourse, ...]:
    """Return courses that need earlier ones only, so that nothing loops."""
    count = draw(st.integers(1, most))
    found = []
    for place in range(count):
        earlier = [str(each) for each in range(place)]
        requisites = []
        for each in draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3)) if earlier else ():
            options = [each]
            if choices and draw(st.booleans()):
                others = [other for other in earlier if other != each]
                options += draw(st.lists(st.sampled_from(others), unique=True, max_size=2)) if others else []
            minimum = draw(st.integers(1, len(options)))
            requisites.append(Requisite(draw(st.sampled_from(list(kinds))), tuple(options), minimum))
        found.append(
            course(
                str(place), *requisites, credits=float(draw(st.integers(1, 4))), prefix="T", number=str(place)
            )
        )
    return tuple(found)


def arcs_of(courses: Iterable[CurriculumCourse]) -> Arcs:
    """Return (requisite, course), all options of all requisites."""
    return sorted({(o, each.id) for each in courses for r in each.requisites for o in r.options})


def paths(nodes: Sequence[str], arcs: Arcs) -> list[tuple[str, ...]]:
    """Return all paths from a source to a sink; a node alone is one."""
    after = {node: [to for start, to in arcs if start == node] for node in nodes}
    begin = [node for node in nodes if not any(to == node for _, to in arcs)]
    found: list[tuple[str, ...]] = []
    todo: list[tuple[str, ...]] = [(node,) for node in begin]
    while todo:
        path = todo.pop()
        if not after[path[-1]]:
            found.append(path)
        todo += [(*path, each) for each in after[path[-1]]]
    return found


def brute_metrics(nodes: Sequence[str], arcs: Arcs) -> dict[str, tuple[int, int, int]]:
    """Return blocking, delay and centrality of each node, from the list of all paths."""
    every = paths(nodes, arcs)
    found = {}
    for node in nodes:
        through = [path for path in every if node in path]
        blocked = {each for path in through for each in path[path.index(node) + 1 :]}
        inner = [path for path in through if node not in {path[0], path[-1]}]
        found[node] = (len(blocked), max(map(len, through)), sum(map(len, inner)))
    return found


def roads(courses: Sequence[CurriculumCourse]) -> Iterator[Arcs]:
    """Yield the arcs of every way to take just enough options of every requisite."""
    ways = [
        [(each.id, taken) for taken in combinations(r.options, r.minimum)]
        for each in courses
        for r in each.requisites
    ]
    for chosen in product(*ways):
        yield sorted({(option, to) for to, taken in chosen for option in taken})


def meets(requisite: Requisite, at: int, term_of: Mapping[str, int], prior: Iterable[str] = ()) -> bool:
    """Say whether a requisite is met by courses in terms."""
    tests = {"pre": lambda t: t < at, "co": lambda t: t <= at, "strict": lambda t: t == at}
    done = set(prior)
    fine = [o for o in requisite.options if o in done or (o in term_of and tests[requisite.kind](term_of[o]))]
    return len(fine) >= requisite.minimum


def faults(courses: Sequence[CurriculumCourse], wishes: Wishes, term_of: Mapping[str, int]) -> list[str]:
    """Return what is wrong with courses in terms: the independent verifier of degree plans."""
    by_id = {each.id: each for each in courses}
    found = []
    for each, at in term_of.items():
        found += [f"{each}: {r}" for r in by_id[each].requisites if not meets(r, at, term_of, wishes.prior)]
        if by_id[each].offered and wishes.seasons[(at - 1) % len(wishes.seasons)] not in by_id[each].offered:
            found.append(f"{each}: season")
        if each in wishes.fixed and wishes.fixed[each] != at:
            found.append(f"{each}: fixed")
        if each in wishes.ranged and not wishes.ranged[each][0] <= at <= wishes.ranged[each][1]:
            found.append(f"{each}: range")
        if not 1 <= at <= wishes.terms or each in wishes.prior:
            found.append(f"{each}: place")
    for term in range(1, wishes.terms + 1):
        load = sum(by_id[each].credits for each, at in term_of.items() if at == term)
        if load > wishes.limits.get(term, wishes.most) or 0 < load < wishes.least:
            found.append(f"term {term}: {load}")
    return found


def every_plan(
    courses: Sequence[CurriculumCourse], wishes: Wishes, *, some: bool = False
) -> Iterator[dict[str, int]]:
    """Yield every plan without a fault; with ``some``, courses may be left out."""
    left = [each.id for each in courses if each.id not in wishes.prior]
    for terms in product(range(0 if some else 1, wishes.terms + 1), repeat=len(left)):
        plan = {each: term for each, term in zip(left, terms, strict=True) if term}
        if not faults(courses, wishes, plan):
            yield plan


def unevenness(courses: Sequence[CurriculumCourse], wishes: Wishes, plan: Mapping[str, int]) -> float:
    credits_of = {each.id: each.credits for each in courses}
    loads = [
        sum(credits_of[each] for each, at in plan.items() if at == term)
        for term in range(1, wishes.terms + 1)
    ]
    return sum(abs(one - other) for one, other in combinations(loads, 2))


def apart(courses: Sequence[CurriculumCourse], plan: Mapping[str, int]) -> int:
    """Return the requisite distance of a plan without either-or requisites."""
    arcs = {(o, each.id) for each in courses for r in each.requisites for o in r.options}
    return sum(plan[to] - plan[start] for start, to in arcs if start in plan and to in plan)


def chosen_apart(courses: Sequence[CurriculumCourse], wishes: Wishes, plan: Mapping[str, int]) -> int:
    """Return the least requisite distance over all ways to choose options; a sure one is free of charge."""
    known = {each.id for each in courses} - wishes.prior
    total = 0
    for each in courses:
        if each.id not in plan:
            continue
        groups = [
            (r, [o for o in r.options if o in known], r.minimum - len(wishes.prior.intersection(r.options)))
            for r in each.requisites
        ]
        sure = {o for _, options, count in groups if len(options) == count for o in options}
        total += sum(plan[each.id] - plan[o] for o in sure)
        for r, options, count in groups:
            if len(options) > count > 0:
                ways = combinations([o for o in options if _meets_alone(r, o, each.id, plan)], count)
                total += min(sum(plan[each.id] - plan[o] for o in way if o not in sure) for way in ways)
    return total


def _meets_alone(requisite: Requisite, option: str, course: str, plan: Mapping[str, int]) -> bool:
    return meets(requisite._replace(options=(option,), minimum=1), plan[course], plan)


def satisfied(rule: Rule, taken: Iterable[str], credits_of: Mapping[str, float]) -> bool:
    """Say whether courses meet a rule, by trying every way to share them out."""
    whole = sorted(set(taken))
    places = [rule_ for rule_ in _leaves(rule) if not rule_.shared]
    for shares in product(range(-1, len(places)), repeat=len(whole)):
        split = {
            id(leaf): {c for c, s in zip(whole, shares, strict=True) if s == number}
            for number, leaf in enumerate(places)
        }
        if _met(rule, split, set(whole), credits_of):
            return True
    return False


def _leaves(rule: Rule) -> list[Rule]:
    return [leaf for part in rule.parts for leaf in _leaves(part)] if rule.parts else [rule]


def _met(rule: Rule, split: Mapping[int, set[str]], whole: set[str], credits_of: Mapping[str, float]) -> bool:
    if rule.parts:
        met = sum(_met(part, split, whole, credits_of) for part in rule.parts)
        return met >= (len(rule.parts) if rule.number is None else rule.number)
    inside = (whole if rule.shared else split[id(rule)]) & set(rule.courses)
    if rule.number is not None and len(inside) < rule.number:
        return False
    if rule.number is None and rule.credits is None:
        return inside == set(rule.courses)
    if rule.credits is None:
        return True
    total, left = 0.0, set(inside)
    for cap in rule.caps:
        capped = left & set(cap.courses)
        left -= capped
        total += min(cap.credits, sum(credits_of[each] for each in capped))
    return total + sum(credits_of[each] for each in left) >= rule.credits - 1e-9
