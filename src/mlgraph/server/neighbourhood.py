"""A small picture of what is next to a thing: what leads to it on the left, what it leads to on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlgraph.catalog.entity import Description
    from mlgraph.model import Claim, Thing

__all__ = ["BACKWARD", "FORWARD", "Arrow", "Box", "Picture", "phrase", "picture"]

FORWARD = {
    "requires": "needs first",
    "recommends": "easier after",
    "corequisite": "together with",
    "essentialSkill": "essentially needs",
    "optionalSkill": "may need",
    "drawsOn": "draws on",
    "coreTopic": "core topic",
    "electiveTopic": "elective topic",
    "teaches": "teaches",
    "practises": "practises",
    "encompasses": "encompasses",
    "partOf": "part of",
    "hasCourse": "has the course",
    "preparesFor": "prepares for",
    "relatedRole": "near to",
    "provider": "offered by",
    "isReplacedBy": "replaced by",
}
"""Predicate of a claim -> its words, seen from the subject; the order is that of pages."""

BACKWARD = {
    "requires": "needed by",
    "recommends": "makes easier",
    "corequisite": "together with",
    "essentialSkill": "essential for",
    "optionalSkill": "optional for",
    "drawsOn": "drawn on by",
    "coreTopic": "core topic of",
    "electiveTopic": "elective topic of",
    "teaches": "taught by",
    "practises": "practised by",
    "encompasses": "encompassed by",
    "partOf": "has as part",
    "hasCourse": "course of",
    "preparesFor": "prepared for by",
    "relatedRole": "near to",
    "provider": "offers",
    "isReplacedBy": "replaces",
}
"""The same, seen from the object."""

_BEFORE = {"requires", "recommends", "corequisite", "essentialSkill", "optionalSkill", "drawsOn", "partOf"}
"""Predicates whose object comes before the subject, so that it stands on the left of it."""

_SIDE, _OF_ONE_KIND = 7, 4
WIDTH, HEIGHT, STEP, GAP = 230, 44, 56, 60
_LETTERS = 30


class Box(NamedTuple):
    """A thing in the picture: its place, its name cut to fit, and how it is linked."""

    thing: Thing
    x: int
    y: int
    text: str
    link: str


class Arrow(NamedTuple):
    """A line from the right edge of one box to the left edge of another."""

    x1: int
    y1: int
    x2: int
    y2: int


class Picture(NamedTuple):
    """Boxes and arrows on a sheet; ``more`` counts the neighbours left out on each side."""

    width: int
    height: int
    box_width: int
    box_height: int
    middle: Box
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    more: tuple[int, int]
    sentence: str


def phrase(predicate: str, *, backward: bool) -> str:
    """Return the words for a predicate, seen from the subject or backward from the object.

    Examples
    --------
    >>> phrase("requires", backward=True), phrase("unheardOf", backward=False)
    ('needed by', 'unheardOf')
    """
    return (BACKWARD if backward else FORWARD).get(predicate, predicate)


def _cut(label: str) -> str:
    return label if len(label) <= _LETTERS else label[: _LETTERS - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _neighbours(claims: Iterable[Claim], *, backward: bool) -> list[tuple[Thing, str, bool]]:
    """Return (thing, words, whether it stands on the left) of verified claims, by predicate and confidence."""
    order = list(FORWARD)
    ranked = sorted(
        (each for each in claims if each.status == "verified"),
        key=lambda each: (
            order.index(each.predicate) if each.predicate in order else len(order),
            -(each.confidence or 0.0),
            (each.subject if backward else each.object).label,
        ),
    )
    return [
        (
            each.subject if backward else each.object,
            phrase(each.predicate, backward=backward),
            (each.predicate in _BEFORE) is not backward,
        )
        for each in ranked
    ]


def _chosen(found: Sequence[tuple[Thing, str, bool]]) -> list[tuple[Thing, str, bool]]:
    """Return as many as fit: of each kind of link a few first, so that a long list does not hide the others."""
    first: list[tuple[Thing, str, bool]] = []
    rest: list[tuple[Thing, str, bool]] = []
    counts: dict[str, int] = {}
    for each in found:
        counts[each[1]] = counts.get(each[1], 0) + 1
        (first if counts[each[1]] <= _OF_ONE_KIND else rest).append(each)
    kept = (first + rest)[:_SIDE]
    return [each for each in found if each in kept]


def picture(found: Description) -> Picture | None:
    """Return the picture of a thing's neighbours, or None if no verified claim links it to any.

    Examples
    --------
    >>> from mlgraph.catalog.entity import Description
    >>> from mlgraph.model import Claim, Thing
    >>> a, b = Thing("i:a", "topic", "a", "A"), Thing("i:b", "topic", "b", "B")
    >>> claim = Claim("i:c", a, "requires", b, "verified", "", 1.0, "", "", "", (), ())
    >>> drawn = picture(Description(a, (), (), (claim,), (), (), (), ()))
    >>> drawn.sentence
    'A: B (needs first).'
    """
    both = [*_neighbours(found.outgoing, backward=False), *_neighbours(found.incoming, backward=True)]
    unique = list({(each[0].iri, each[2]): each for each in reversed(both)}.values())[::-1]
    if not unique:
        return None
    sides = [[each for each in unique if each[2] is left] for left in (True, False)]
    kept = [_chosen(side) for side in sides]
    rows = max(len(kept[0]), len(kept[1]), 1)
    height = rows * STEP
    columns = [0, WIDTH + GAP, 2 * (WIDTH + GAP)]
    if not kept[0]:
        columns = [0, 0, WIDTH + GAP]
    place = (height - HEIGHT) // 2
    middle = Box(found.thing, columns[1], place, _cut(found.thing.label), found.thing.kind)
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for side, column in zip(kept, (columns[0], columns[2]), strict=True):
        start = (height - len(side) * STEP) // 2 + (STEP - HEIGHT) // 2
        for index, (thing, words, left) in enumerate(side):
            y = start + index * STEP
            boxes.append(Box(thing, column, y, _cut(thing.label), words))
            ends = (column, y, columns[1], place) if left else (columns[1], place, column, y)
            arrows.append(Arrow(ends[0] + WIDTH, ends[1] + HEIGHT // 2, ends[2], ends[3] + HEIGHT // 2))
    width = (columns[2] if kept[1] else columns[1]) + WIDTH
    said = "; ".join(f"{each.thing.label} ({each.link})" for each in boxes)
    return Picture(
        width,
        height,
        WIDTH,
        HEIGHT,
        middle,
        tuple(boxes),
        tuple(arrows),
        (len(sides[0]) - len(kept[0]), len(sides[1]) - len(kept[1])),
        f"{found.thing.label}: {said}.",
    )
