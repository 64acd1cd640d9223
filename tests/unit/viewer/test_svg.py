"""The layout without Graphviz, and learning paths as SVG: laws for any graph, and what readers get."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgraph.cli.main import run
from mlgraph.planning.prerequisite import prerequisites
from mlgraph.viewer.layered import layered
from mlgraph.viewer.route import hits
from mlgraph.viewer.svg import to_svg
from mlgraph.vocab import ID
from tests.unit.viewer.test_layout import Sheet, faults

if TYPE_CHECKING:
    from mlgraph.rdf.store import EmbeddedStore

SVG = "{http://www.w3.org/2000/svg}"


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, tuple[int, int]], list[tuple[str, str]]]:
    """Boxes of all sizes, and arrows from earlier to later ones."""
    count = draw(st.integers(1, 14))
    names = draw(st.permutations([f"t{place}" for place in range(count)]))
    sizes = {name: (draw(st.integers(72, 176)), draw(st.sampled_from((30, 48, 66)))) for name in names}
    pairs = [(f"t{i}", f"t{k}") for i in range(count) for k in range(i + 1, count)]
    arrows = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=40)) if pairs else []
    return sizes, arrows


@given(graphs())
@settings(max_examples=150)
def test_no_box_lies_on_another_and_no_arrow_meets_one(
    graph: tuple[dict[str, tuple[int, int]], list[tuple[str, str]]],
) -> None:
    sizes, arrows = graph
    found = layered(sizes, arrows)
    place = {name: index for index, name in enumerate(sizes)}
    boxes = [
        (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        for (x, y), (w, h) in ((found.spots[name], sizes[name]) for name in sizes)
    ]
    drawn = [(place[a], place[b], list(route)) for (a, b), route in zip(arrows, found.routes, strict=True)]
    assert faults(Sheet(boxes, drawn)) == []
    for a, b, route in drawn:
        assert route[0] == pytest.approx((boxes[a][2], found.spots[list(sizes)[a]][1]))
        assert route[-1] == pytest.approx((boxes[b][0], found.spots[list(sizes)[b]][1]))
        assert len(route) % 3 == 1
    assert layered(sizes, arrows) == found


def test_arrow_through_a_box_would_be_seen() -> None:
    """Three in a row: the long arrow makes way for the middle one, a straight one would not."""
    sizes = dict.fromkeys("abc", (80, 30))
    found = layered(sizes, [("a", "b"), ("b", "c"), ("a", "c")])
    x, y = found.spots["b"]
    middle = (x - 40, y - 15, x + 40, y + 15)
    assert not hits(found.routes[2], [middle])
    (ax, ay), (cx, cy) = found.spots["a"], found.spots["c"]
    assert hits([(ax + 40, y), (x - 20, y), (x + 20, y), (cx - 40, y)], [middle])
    assert (ay, cy) != (y, y) or found.routes[2][4][1] != y


def test_picture_of_a_path_has_every_topic_and_arrow(little: EmbeddedStore) -> None:
    path = prerequisites(little, [f"{ID}topic/training"])
    root = ElementTree.fromstring(to_svg(path))
    texts = ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]
    assert sorted(texts) == sorted(step.topic.label for step in path.steps)
    needs = sum(
        need in {each.topic.slug for each in path.steps} for step in path.steps for need in step.needs
    )
    assert len([each for each in root.iter(f"{SVG}path") if "class" not in each.attrib]) == needs
    assert [each.get("class") for each in root.iter(f"{SVG}rect")].count("goal") == 1
    assert root.findtext(f"{SVG}title") == "What comes before Training"
    assert to_svg(path) == to_svg(path)


@pytest.mark.parametrize(
    "label", ["<b>&amp;</b>", "]]>", "a\x00b\x1b[31m", "\"'><script>", "\ud800", "ﷺ" * 50]
)
def test_any_label_gives_xml(little: EmbeddedStore, label: str) -> None:
    path = prerequisites(little, [f"{ID}topic/gradient"])
    steps = tuple(step._replace(topic=step.topic._replace(label=label)) for step in path.steps)
    root = ElementTree.fromstring(to_svg(path._replace(steps=steps)))
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        *("svg", "title", "desc", "style", "rect", "g", "path", "text", "tspan")
    }


def test_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prereqs", "chain-rule", "--known", "school-mathematics", "--format", "svg"]) == 0
    root = ElementTree.fromstring(capsys.readouterr().out)
    assert "".join(list(root.iter(f"{SVG}text"))[-1].itertext()) == "Chain rule"
