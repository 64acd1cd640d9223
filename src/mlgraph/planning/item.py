"""The items of a plan: pieces gathered into courses, books and projects, with reasons and links."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.learning import Practice, practices, resources_for
from mlgraph.planning.learner import RANK
from mlgraph.planning.play import Piece, Problem, piece_hours
from mlgraph.planning.solver import Model, Objective, Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgraph.catalog.learning import Resource
    from mlgraph.planning.goal import Target
    from mlgraph.planning.schedule import Schedule, Timed
    from mlgraph.planning.selection import Selection
    from mlgraph.rdf.store import Store

__all__ = ["PROJECTS", "Item", "Part", "assemble", "books_for", "practices_for", "with_projects"]

PROJECTS = 2
"""Projects at the end of a plan, at most."""

_TINY = 1e-6


class Part(NamedTuple):
    """A topic within an item: the level reached, its hours, where it stands, and for what it is needed.

    The topics of a course taken whole have no hours of their own; nor has the way into a course a topic.
    """

    topic: str
    label: str
    level: str
    hours: float
    resource: Resource | None
    why: str


class Item(NamedTuple):
    """Something to do: a course or a part of one, study of a work alone, or a project.

    ``start`` and ``end`` are weeks from the start of the plan; ``needs`` and ``unlocks`` are numbers of
    other items, from 1; ``notes`` what has to be known of it.
    """

    number: int
    kind: str
    iri: str
    label: str
    url: str
    parts: tuple[Part, ...]
    hours: float
    price: float
    start: float
    end: float
    why: str
    needs: tuple[int, ...]
    unlocks: tuple[int, ...]
    notes: tuple[str, ...]


def books_for(store: Store, problem: Problem, found: Selection) -> dict[str, Resource]:
    """Choose a resource for each topic that is studied alone, from few works: the widest ones first."""
    alone = sorted({piece.topic for piece in found.pieces if not piece.course})
    languages = problem.wishes.languages
    offered = {
        topic: [
            each
            for each in rows
            if not languages or any(each.language.lower().startswith(want.lower()) for want in languages)
        ]
        for topic, rows in resources_for(store, alone).items()
    }
    chosen: dict[str, Resource] = {}
    while len(chosen) < len(offered):
        works: dict[str, list[Resource]] = {}
        for topic, rows in offered.items():
            if topic not in chosen:
                for source in {each.source for each in rows}:
                    works.setdefault(source, []).append(next(each for each in rows if each.source == source))
        if not works:
            break
        best = min(works, key=lambda source: (-len(works[source]), source))
        chosen |= {each.topic: each for each in works[best]}
    return chosen


def assemble(
    problem: Problem,
    wanted: Target,
    found: Selection,
    timed: Schedule,
    books: Mapping[str, Resource],
    urls: Mapping[str, str],
) -> list[Item]:
    """Gather pieces of one course or one book that follow each other into items."""
    blocks: list[list[Timed]] = []
    dated = [row for row in timed.timed if not row.piece.topic and row.end > row.start]
    for row in timed.timed:
        if blocks and _joins(problem, blocks[-1], row, books, dated):
            blocks[-1].append(row)
        else:
            blocks.append([row])
    users = _users(problem, found)
    levels = dict(problem.known.levels)
    begun: set[str] = set()
    items = []
    for number, block in enumerate(blocks, 1):
        first = block[0].piece
        parts = _parts(problem, wanted, found, block, books, users, levels)
        price = problem.supply.candidates[first.course].price if first.course else 0.0
        items.append(
            Item(
                number,
                "course" if first.course else "study",
                first.course or (books[first.topic].source if first.topic in books else ""),
                _label(problem, first, books),
                urls.get(first.course, ""),
                parts,
                sum(row.hours for row in block),
                0.0 if first.course in begun else price,
                block[0].start,
                block[-1].end,
                _reason(parts),
                (),
                (),
                _item_notes(problem, first),
            )
        )
        begun.add(first.course)
    return items


def _joins(
    problem: Problem,
    block: Sequence[Timed],
    row: Timed,
    books: Mapping[str, Resource],
    whole: Sequence[Timed],
) -> bool:
    """Return whether a row goes on with a block, without another course that starts or ends between.

    Such a course may need what the block brought before, or be needed by what comes after.
    """
    last = block[-1]
    if _place(problem, last.piece, books) != _place(problem, row.piece, books):
        return False
    if abs(last.end - row.start) > _TINY:
        return False
    return not any(
        last.end - _TINY <= each.start < row.end - _TINY or block[0].start < each.end <= row.start + _TINY
        for each in whole
        if each.piece.course != row.piece.course
    )


def _place(problem: Problem, piece: Piece, books: Mapping[str, Resource]) -> str:
    return piece.course or _label(problem, piece, books)


def _label(problem: Problem, piece: Piece, books: Mapping[str, Resource]) -> str:
    if piece.course:
        return problem.supply.candidates[piece.course].label
    return books[piece.topic].source if piece.topic in books else "self-study"


def _item_notes(problem: Problem, piece: Piece) -> tuple[str, ...]:
    if not piece.course:
        return ()
    candidate = problem.supply.candidates[piece.course]
    asked = sorted({word for group in candidate.entry if not group.options for word in group.external})
    notes = [f"asks for {word} on entry, which is not checked here" for word in asked]
    if "unknown-cost" in candidate.offering.costs:
        notes.append("its cost is not known")
    if candidate.weeks:
        notes.append("has dates: look up when it starts")
    return tuple(notes)


def _users(problem: Problem, found: Selection) -> dict[str, list[str]]:
    """Return topic -> labels of the topics learned here that need it, the deepest first."""
    users: dict[str, list[str]] = {}
    topics = problem.supply.topics
    edges = [(edge.dependent, edge.prerequisite) for edge in problem.supply.edges]
    edges += [(group.dependent, option) for group in problem.supply.groups for option in group.options]
    for dependent, needed in edges:
        if dependent in found.levels:
            users.setdefault(needed, []).append(dependent)
    return {
        topic: [topics[each].label for each in sorted(set(rows), key=lambda t: (-topics[t].depth, t))]
        for topic, rows in users.items()
    }


def _parts(
    problem: Problem,
    wanted: Target,
    found: Selection,
    rows: Sequence[Timed],
    books: Mapping[str, Resource],
    users: Mapping[str, Sequence[str]],
    levels: dict[str, str],
) -> tuple[Part, ...]:
    """Return what rows bring beyond some levels, in order, and raise the levels."""
    steps: list[tuple[str, str, float]] = []
    for piece in (row.piece for row in rows):
        if piece.topic:
            steps.append((piece.topic, piece.level, piece_hours(problem, piece)))
        else:
            steps += [(topic, level, 0.0) for topic, level in found.taught.get(piece.course, {}).items()]
    parts: list[Part] = []
    for topic, level, hours in steps:
        if RANK[level] <= RANK[levels.get(topic, "")]:
            continue
        levels[topic] = level
        if parts and parts[-1].topic == topic:
            parts[-1] = parts[-1]._replace(level=level, hours=parts[-1].hours + hours)
            continue
        goal = wanted.why.get(topic, ())
        need = users.get(topic, ())
        why = goal[0] if goal else f"{need[0]} needs it" if need else "it is needed to enter a course"
        resource = None if rows[0].piece.course else books.get(topic)
        parts.append(Part(topic, problem.supply.topics[topic].label, level, hours, resource, why))
    return tuple(parts)


def _reason(parts: Sequence[Part]) -> str:
    """Return one line on why an item is there."""
    if not parts:
        return "you asked for it, or another course asks for it on entry"
    asked = [part for part in parts if part.why.startswith(("goal:",)) or part.why.endswith("needs it")]
    first = (asked or list(parts))[0]
    return f"{first.label}: {first.why}" + (f", and {len(parts) - 1} more" if len(parts) > 1 else "")


def practices_for(
    store: Store, wanted: Target, problem: Problem, *, soft: bool, room: float = math.inf
) -> list[Practice]:
    """Choose up to `PROJECTS` projects that practise most of what the goals ask, then the shortest ones.

    Together they take no more than ``room`` hours.
    """
    asked = {topic for topic in wanted.why if topic in problem.supply.topics}
    asked |= {goal.thing.iri for goal in wanted.goals}
    skills = set(wanted.soft) if soft else set()
    offered = [
        each
        for each in practices(store)
        if (set(each.topics) & asked or set(each.skills) & skills) and each.hours is not None
    ]
    if not offered:
        return []
    model = Model()
    take = [model.binary() for _ in offered]
    gain: dict[int, float] = {}
    for thing in sorted(asked | skills):
        givers = [take[i] for i, each in enumerate(offered) if thing in each.topics or thing in each.skills]
        if givers:
            variable = model.variable(0, 1)
            model.add(Row({variable: -1.0, **dict.fromkeys(givers, 1.0)}, lower=0))
            gain[variable] = -2.0 if thing in skills else -1.0
    model.add(Row(dict.fromkeys(take, 1.0), upper=PROJECTS))
    hours = {variable: float(offered[i].hours or 0) for i, variable in enumerate(take)}
    model.add(Row(hours, upper=room))
    found = model.minimise([Objective("practice", gain), Objective("hours", hours)])
    if found is None:
        return []
    return [offered[i] for i, variable in enumerate(take) if found.values[variable] > 0.5]


def with_projects(items: Sequence[Item], practised: Sequence[Practice], problem: Problem) -> list[Item]:
    """Return the items with projects after them, the shortest first."""
    found = list(items)
    now = max((item.end for item in items), default=0.0)
    giver = {part.topic: item.number for item in items for part in item.parts}
    for each in sorted(practised, key=lambda practice: (practice.hours or 0, practice.name)):
        hours = each.hours or 0.0
        end = now + hours / problem.wishes.hours_per_week
        number = len(found) + 1
        needs = tuple(sorted({giver[topic] for topic in each.topics if topic in giver}))
        what = ", ".join(problem.supply.topics[t].label for t in each.topics if t in problem.supply.topics)
        found.append(
            Item(
                number,
                "project",
                each.iri,
                each.name,
                each.url,
                (),
                hours,
                0.0,
                now,
                end,
                f"practises {what}" if what else "practises soft skills",
                needs,
                (),
                (each.deliverable,) if each.deliverable else (),
            )
        )
        now = end
    return found
