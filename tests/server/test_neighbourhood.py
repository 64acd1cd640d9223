"""The small picture of what is next to a thing is laid out as the viewer's pictures are."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from mlgraph.catalog.entity import Description
from mlgraph.model import Claim, Thing
from mlgraph.server.neighbourhood import picture
from mlgraph.viewer.box import box

LONG = "Supercalifragilisticexpialidocious methods of a very long and winding name"


def thing(name: str) -> Thing:
    return Thing(f"i:{name}", "topic", name, name)


def described(before: list[str], after: list[str]) -> Description:
    """Return a topic that needs some topics and is needed by others."""
    own = thing("Middle")

    def claim(subject: Thing, target: Thing) -> Claim:
        return Claim(
            f"c:{subject.slug}:{target.slug}",
            subject,
            "requires",
            target,
            "verified",
            "",
            1.0,
            "",
            "",
            "",
            (),
            (),
        )

    return Description(
        own,
        (),
        (),
        tuple(claim(own, thing(each)) for each in before),
        tuple(claim(thing(each), own) for each in after),
        (),
        (),
        (),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["A"], []),
        ([], ["B", LONG]),
        (["A", LONG], ["B", "C c", "Bias-variance trade-off"]),
        ([f"Topic number {k}" for k in range(20)], [f"Other topic {k}" for k in range(9)]),
        (["Both"], ["Both"]),
    ],
)
def test_boxes_are_apart_and_arrows_join_their_edges(before: list[str], after: list[str]) -> None:
    drawn = picture(described(before, after))
    assert drawn is not None
    boxes = [drawn.middle, *drawn.boxes]
    for each in boxes:
        assert each.lines == box(each.thing.label).lines
        assert each.x >= 0
        assert each.x + each.width <= drawn.width
        assert each.y >= 0
        assert each.y + each.height <= drawn.height
    for one, other in combinations(boxes, 2):
        apart = (
            one.x + one.width <= other.x
            or other.x + other.width <= one.x
            or one.y + one.height <= other.y
            or other.y + other.height <= one.y
        )
        assert apart, (one, other)
    ends = []
    for path in drawn.arrows:
        numbers = [int(each) for each in re.findall(r"-?\d+", path)]
        assert numbers[0] < numbers[-2], "left to right"
        ends.append((numbers[:2], numbers[-2:]))
    middle = drawn.middle
    for each, (start, end) in zip(drawn.boxes, ends, strict=True):
        first, last = (each, middle) if each.x < middle.x else (middle, each)
        assert abs(start[0] - first.x - first.width) <= 1
        assert abs(start[1] - first.y - first.height / 2) <= 1
        assert abs(end[0] - last.x) <= 1
        assert abs(end[1] - last.y - last.height / 2) <= 1
    sides = [sum(each.x < middle.x for each in drawn.boxes), sum(each.x > middle.x for each in drawn.boxes)]
    assert [sides[0] + drawn.more[0], sides[1] + drawn.more[1]] == [len(before), len(after)]


def test_thing_that_nothing_is_linked_to_has_no_picture() -> None:
    assert picture(described([], [])) is None
