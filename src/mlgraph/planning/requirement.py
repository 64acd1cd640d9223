"""What a degree asks for as a tree of rules, and rows of a model that say what is met by what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.planning.solver import Model, Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Cap", "Counted", "Rule", "beyond", "count_rules", "leaves", "walk"]


class Cap(NamedTuple):
    """Of some courses at most so many credits count."""

    courses: tuple[str, ...]
    credits: float


class Rule(NamedTuple):
    """A requirement: of its ``parts``, or of its ``courses``, so many (``number``) or so many credits.

    A rule with parts asks for ``number`` of them, all if None. A rule with courses asks for ``number`` of
    them or for ``credits`` from them, for both if both are given, for all of them if neither is. A course
    counts for one rule only, unless the rule is ``shared``: there it counts whatever else it counts for.
    """

    name: str
    parts: tuple[Rule, ...] = ()
    courses: tuple[str, ...] = ()
    number: int | None = None
    credits: float | None = None
    caps: tuple[Cap, ...] = ()
    shared: bool = False

    @property
    def wanted(self) -> int:
        """How many parts or courses are asked for."""
        if self.number is not None:
            return self.number
        if self.credits is not None:
            return 0
        return len(self.parts or self.courses)


class Counted(NamedTuple):
    """Variables of a rule: is it asked for, which course counts for it, and what is missing.

    Lists are keyed by the place of the rule in `walk`. ``short`` counts courses, ``lacking`` credits.
    """

    asked: list[int]
    counts: dict[tuple[int, str], int]
    short: dict[int, int]
    lacking: dict[int, int]
    loads: dict[int, dict[int, float]]


def walk(rule: Rule) -> Iterator[Rule]:
    """Yield a rule and all below it, each before its parts."""
    yield rule
    for part in rule.parts:
        yield from walk(part)


def leaves(rule: Rule) -> list[Rule]:
    """Return the rules on courses."""
    return [each for each in walk(rule) if not each.parts]


def count_rules(
    model: Model,
    rule: Rule,
    taken: Mapping[str, int],
    credits_of: Mapping[str, float],
    *,
    soft: bool = False,
) -> Counted:
    """Add the rows that say which courses meet which rules.

    Parameters
    ----------
    model : Model
        Gets the variables and rows.
    rule : Rule
    taken : mapping of course to variable
        1 if the course is taken; courses that are left out cannot count.
    credits_of : mapping of course to float
    soft : bool
        Whether a rule may be missed, at a shortage that can be minimised.

    Returns
    -------
    Counted
        The whole is asked for.

    Notes
    -----
    A cap is a variable for the credits that count of its courses. Caps of one rule are read one after
    another: a course under several of them falls under the first.
    """
    rules = list(walk(rule))
    asked = [model.binary() for _ in rules]
    model.fix(asked[0], 1)
    found = Counted(asked, {}, {}, {}, {})
    once: dict[str, list[int]] = {}
    place = {id(each): number for number, each in enumerate(rules)}
    for number, each in enumerate(rules):
        if each.parts:
            parts = [asked[place[id(part)]] for part in each.parts]
            terms = dict.fromkeys(parts, 1.0)
            terms[asked[number]] = -float(each.wanted)
            model.add(Row(terms, lower=0))
            for part in parts:  # what is below is asked for only where this is
                model.add(Row({part: 1, asked[number]: -1}, upper=0))
            continue
        for course in each.courses:
            if course in taken:
                variable = model.binary()
                found.counts[number, course] = variable
                model.add(Row({variable: 1, taken[course]: -1}, upper=0))
                model.add(Row({variable: 1, asked[number]: -1}, upper=0))
                if not each.shared:
                    once.setdefault(course, []).append(variable)
        _leaf(model, each, number, found, credits_of, soft=soft)
    for variables in once.values():
        if len(variables) > 1:
            model.add(Row(dict.fromkeys(variables, 1.0), upper=1))
    return found


def _leaf(
    model: Model, rule: Rule, number: int, found: Counted, credits_of: Mapping[str, float], *, soft: bool
) -> None:
    counts = {
        course: found.counts[number, course] for course in rule.courses if (number, course) in found.counts
    }
    load = _load(model, rule, counts, credits_of)
    found.loads[number] = load
    if rule.wanted:
        terms = dict.fromkeys(counts.values(), 1.0)
        terms[found.asked[number]] = -float(rule.wanted)
        if soft:
            found.short[number] = model.variable(0, rule.wanted)
            terms[found.short[number]] = 1.0
        model.add(Row(terms, lower=0))
    if rule.credits is not None:
        terms = dict(load)
        terms[found.asked[number]] = -rule.credits
        if soft:
            found.lacking[number] = model.variable(0, rule.credits)
            terms[found.lacking[number]] = 1.0
        model.add(Row(terms, lower=0))


def _load(
    model: Model, rule: Rule, counts: Mapping[str, int], credits_of: Mapping[str, float]
) -> dict[int, float]:
    """Return the credits that count for a rule, as terms; capped courses through a variable for each cap."""
    load: dict[int, float] = {}
    left = dict(counts)
    for cap in rule.caps:
        capped = {course: left.pop(course) for course in cap.courses if course in left}
        total = model.variable(0, cap.credits)
        terms = {variable: -credits_of[course] for course, variable in capped.items()}
        terms[total] = 1.0
        model.add(Row(terms, upper=0))
        load[total] = 1.0
    for course, variable in left.items():
        load[variable] = credits_of[course]
    return load


def beyond(rule: Rule, credits_of: Mapping[str, float]) -> list[str]:
    """Return the rules on courses that not even all courses together meet, in words."""
    found = []
    for each in leaves(rule):
        inside = [credits_of[course] for course in each.courses if course in credits_of]
        total = sum(inside)
        if len(inside) < each.wanted:
            found.append(f"{each.name}: {each.wanted} courses are asked for, {len(inside)} are in the file")
        elif each.credits is not None and total < each.credits:
            found.append(f"{each.name}: {each.credits:g} credits are asked for, {total:g} are in the file")
    return found
