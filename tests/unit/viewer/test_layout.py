"""The layouts that come with the package: they fit the shipped graph, and every one of them can be read."""

from __future__ import annotations

import shutil
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, NamedTuple

import pytest

from mlgraph.viewer.box import Box, box
from mlgraph.viewer.layout import GOAL, STEP, inner_points, kept, layouts, points_of, write_layouts
from mlgraph.viewer.route import hits, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlgraph.viewer.explorer import Drawing
    from mlgraph.viewer.picture import Picture
    from mlgraph.viewer.route import Point, Rectangle

REMEDY = "the graph changed: run `make layouts` (needs Graphviz) and commit src/mlgraph/viewer/layouts.txt"
MOST_OLD = 0.03
"""How many pictures may wait for a new layout; the page lays these out itself, more simply, and says so."""


class Sheet(NamedTuple):
    """A picture in pixels."""

    boxes: list[Rectangle]
    arrows: list[tuple[int, int, list[Point]]]


def sheet(picture: Picture, boxes: Sequence[Box], packed: bytes) -> Sheet:
    """Read packed numbers as the page does, from what is said of them in `mlgraph.viewer.layout`."""
    sizes = [(boxes[topic].width, boxes[topic].height) for topic in picture.topics]
    sizes += [GOAL] if picture.goal else []
    numbers = iter(points_of(packed))
    middle: dict[int, Point] = {}
    x = 0
    for _ in range(next(numbers)):
        x += next(numbers)
        floor = 0
        for _ in range(next(numbers)):
            node, room = next(numbers), next(numbers)
            half = sizes[node][1] // STEP // 2
            middle[node] = (x * STEP, (floor + room + half) * STEP)
            floor += room + 2 * half
    rectangles = [
        (middle[node][0] - w / 2, middle[node][1] - h / 2, middle[node][0] + w / 2, middle[node][1] + h / 2)
        for node, (w, h) in enumerate(sizes)
    ]
    place = {topic: index for index, topic in enumerate(picture.topics)} | {-1: len(picture.topics)}
    arrows = []
    for before, after in picture.arrows:
        a, b = place[before], place[after]
        start, end = (rectangles[a][2], middle[a][1]), (rectangles[b][0], middle[b][1])
        shape = next(numbers)
        px, py = round(start[0] / STEP), round(start[1] / STEP)
        inner: list[Point] = []
        for _ in range(inner_points(shape)):
            px, py = px + next(numbers), py + next(numbers)
            inner.append((px * STEP, py * STEP))
        curve = [start, *inner, end]
        if shape % 2 == 0:
            curve = [start, *(point for pair in pairwise(curve) for point in plain(*pair)[1:])]
        arrows.append((a, b, curve))
    assert next(numbers, None) is None
    return Sheet(rectangles, arrows)


def faults(found: Sheet) -> list[str]:
    """Return what cannot be read: boxes on each other, arrows backwards or through boxes."""
    wrong = []
    for (i, one), (k, other) in combinations(enumerate(found.boxes), 2):
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]:
            wrong.append(f"{i} lies on {k}")
    for a, b, curve in found.arrows:
        if found.boxes[a][2] >= found.boxes[b][0]:
            wrong.append(f"{a} > {b} runs backwards")
        if hits(curve, [each for index, each in enumerate(found.boxes) if index not in {a, b}]):
            wrong.append(f"{a} > {b} runs through a box")
    return wrong


def test_layouts_fit_the_shipped_graph(drawing: Drawing) -> None:
    found = layouts(drawing.pictures, drawing.boxes, own=False)
    assert len(found.missing) <= MOST_OLD * len(drawing.pictures), REMEDY
    assert len(found.known) > 500


def test_every_layout_can_be_read(drawing: Drawing) -> None:
    found = layouts(drawing.pictures, drawing.boxes, own=False)
    wrong = {}
    for picture in drawing.pictures:
        if picture.name in found.known:
            seen = faults(sheet(picture, drawing.boxes, found.known[picture.name]))
            if seen:
                wrong[picture.name] = seen[:3]
    assert wrong == {}


def test_faults_are_seen() -> None:
    """The checks above would see a box on another, an arrow backwards, one through a box."""
    left, middle, right = (0, 0, 50, 20), (100, 0, 150, 20), (200, 0, 250, 20)
    assert faults(Sheet([left, (40, 10, 90, 30)], [])) == ["0 lies on 1"]
    assert faults(Sheet([left, middle], [(1, 0, plain((150, 10), (0, 10)))])) == ["1 > 0 runs backwards"]
    assert faults(Sheet([left, middle, right], [(0, 2, plain((50, 10), (200, 10)))])) == [
        "0 > 2 runs through a box"
    ]


def test_layout_of_a_changed_picture_is_not_used(drawing: Drawing) -> None:
    picture = next(each for each in drawing.pictures if len(each.arrows) > 3)
    assert layouts([picture], drawing.boxes, own=False).known
    fewer = picture._replace(arrows=picture.arrows[1:])
    assert layouts([fewer], drawing.boxes, own=False).missing == (picture.name,)
    wider = tuple(each._replace(width=each.width + 8) for each in drawing.boxes)
    assert layouts([picture], wider, own=False).missing == (picture.name,)


def test_without_graphviz_pictures_are_left_to_the_page(
    drawing: Drawing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    picture = drawing.pictures[0]._replace(name="topic/of-an-overlay")
    assert layouts([picture], drawing.boxes).missing == ("topic/of-an-overlay",)
    with pytest.raises(RuntimeError, match="Graphviz"):
        write_layouts(tmp_path / "layouts.txt", [picture], drawing.boxes)
    assert not (tmp_path / "layouts.txt").exists()


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed here")
def test_graphviz_lays_out_what_is_new(drawing: Drawing, tmp_path: Path) -> None:
    some = [each._replace(name=f"new/{each.name}") for each in drawing.pictures[::40]]
    found = layouts(some, drawing.boxes)
    assert found.missing == ()
    for picture in some:
        assert faults(sheet(picture, drawing.boxes, found.known[picture.name])) == []
    assert write_layouts(tmp_path / "layouts.txt", some, drawing.boxes) == len(some)


def test_dot_that_breaks_is_no_harm(
    drawing: Drawing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "dot"
    broken.write_text("#!/bin/sh\necho 'graph 1 1 1'\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    picture = drawing.pictures[0]._replace(name="topic/of-an-overlay")
    assert layouts([picture], drawing.boxes).missing == ("topic/of-an-overlay",)


@pytest.mark.parametrize(
    "label", ["", "x", "W" * 300, "-" * 40, "a " * 200, "强化学习" * 20, "<b>&amp;</b>", "a\nb", "\u202e"]
)
def test_every_label_has_a_box(label: str) -> None:
    found = box(label)
    assert 72 <= found.width <= 180
    assert 1 <= len(found.lines) <= 4
    assert found.height == 18 * len(found.lines) + 12


def test_kept_layouts_have_names_of_pictures(drawing: Drawing) -> None:
    """Nothing is carried along that nothing uses."""
    assert set(kept()) <= {each.name for each in drawing.pictures}, REMEDY
