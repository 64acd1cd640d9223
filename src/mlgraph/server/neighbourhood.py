"""A small picture of what is next to a thing: what leads to it on the left, what it leads to on the right.

Boxes and curves are those of the viewer, so that both look alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.viewer.box import box
from mlgraph.viewer.layered import layered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlgraph.catalog.entity import Description
    from mlgraph.model import Claim, Thing
    from mlgraph.viewer.route import Point

__all__ = ["BACKWARD", "FORWARD", "Box", "Picture", "phrase", "picture"]

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
_WORDS, _LETTER = 16, 7
"""Pixels for the line that says how a thing is linked, and for a letter of it."""

_EDGE = 2


class Box(NamedTuple):
    """A thing in the picture: its upper left corner and size, the lines of its name, and how it is linked."""

    thing: Thing
    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    link: str


class Picture(NamedTuple):
    """Boxes and arrows (paths of SVG) on a sheet; ``more`` counts the neighbours left out on each side."""

    width: int
    height: int
    middle: Box
    boxes: tuple[Box, ...]
    arrows: tuple[str, ...]
    more: tuple[int, int]


def phrase(predicate: str, *, backward: bool) -> str:
    """Return the words for a predicate, seen from the subject or backward from the object.

    Examples
    --------
    >>> phrase("requires", backward=True), phrase("unheardOf", backward=False)
    ('needed by', 'unheardOf')
    """
    return (BACKWARD if backward else FORWARD).get(predicate, predicate)


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
    >>> [(each.lines, each.link, each.x < drawn.middle.x) for each in drawn.boxes], len(drawn.arrows)
    ([(('B',), 'needs first', True)], 1)
    """
    both = [*_neighbours(found.outgoing, backward=False), *_neighbours(found.incoming, backward=True)]
    unique = list({(each[0].iri, each[2]): each for each in reversed(both)}.values())[::-1]
    if not unique:
        return None
    sides = [[each for each in unique if each[2] is left] for left in (True, False)]
    kept = [_chosen(side) for side in sides]
    shown = {"middle": (found.thing, found.thing.kind)}
    shown |= {
        f"{side} {thing.iri}": (thing, words)
        for side, things in enumerate(kept)
        for thing, words, _ in things
    }
    names = list(shown)
    before = [name for name in names if name.startswith("0")]
    arrows = [(name, "middle") if name in before else ("middle", name) for name in names if name != "middle"]
    sizes = {name: _size(thing.label, words) for name, (thing, words) in shown.items()}
    sheet = layered(sizes, arrows)
    left = min(x - sizes[name][0] / 2 for name, (x, _) in sheet.spots.items()) - _EDGE
    top = min(y - sizes[name][1] / 2 for name, (_, y) in sheet.spots.items()) - _EDGE

    def placed(name: str) -> Box:
        (thing, words), (width, height), (x, y) = shown[name], sizes[name], sheet.spots[name]
        corner = round(x - width / 2 - left), round(y - height / 2 - top)
        return Box(thing, *corner, width, height, box(thing.label).lines, words)

    boxes = {name: placed(name) for name in names}
    return Picture(
        max(each.x + each.width for each in boxes.values()) + _EDGE,
        max(each.y + each.height for each in boxes.values()) + _EDGE,
        boxes.pop("middle"),
        tuple(boxes.values()),
        tuple(_path([(x - left, y - top) for x, y in route]) for route in sheet.routes),
        (len(sides[0]) - len(kept[0]), len(sides[1]) - len(kept[1])),
    )


def _size(label: str, words: str) -> tuple[int, int]:
    size = box(label)
    return max(size.width, len(words) * _LETTER + 20), size.height + _WORDS


def _path(route: Sequence[Point]) -> str:
    """Return the path of an arrow in SVG: it starts at a point, and each three points more are a curve."""
    points = [f"{x:.0f} {y:.0f}" for x, y in route]
    return f"M{points[0]}" + "".join(
        "C" + " ".join(points[first : first + 3]) for first in range(1, len(points), 3)
    )
