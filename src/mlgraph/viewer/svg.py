"""A learning path as an SVG picture, for documents: plain shapes and text, nothing from outside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from mlgraph.viewer.box import box
from mlgraph.viewer.layered import layered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.model import LearningPath
    from mlgraph.viewer.route import Point

__all__ = ["to_svg"]

_PAD, _LINE = 16, 18
_STYLE = (
    "text{font:14px 'DejaVu Sans',Verdana,system-ui,sans-serif;text-anchor:middle;fill:#1d242b}"
    "rect{fill:#fff;stroke:#aab4bd}.goal{fill:#e2eefb;stroke:#0b57a4;stroke-width:2}.goal+text{font-weight:600}"
    "path{fill:none;stroke:#87939e;stroke-width:1.4}.tip{fill:#87939e;stroke:none}.paper{fill:#fcfcfb;stroke:none}"
    "@media(prefers-color-scheme:dark){text{fill:#e7ecf0}rect{fill:#1c2229;stroke:#56626d}.paper{fill:#12161b}"
    ".goal{fill:#19324d;stroke:#8cc0f5}path{stroke:#74818c}.tip{fill:#74818c}}"
)


def to_svg(path: LearningPath) -> str:
    """Return a picture of a path from left to right, arrows from what is needed to what needs it.

    Parameters
    ----------
    path : LearningPath

    Returns
    -------
    str
        One SVG element with a title and a description that names the steps in order; equal values
        give equal texts. Light or dark as the reader's system is.

    Examples
    --------
    >>> from mlgraph.model import LearningPath
    >>> to_svg(LearningPath((), (), (), (), 0.0, True))[:70]
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32"'
    """
    steps = {step.topic.slug: step for step in path.steps}
    boxes = {slug: box(step.topic.label) for slug, step in steps.items()}
    arrows = [
        (need, slug) for slug, step in steps.items() for need in dict.fromkeys(step.needs) if need in steps
    ]
    sheet = layered({slug: (each.width, each.height) for slug, each in boxes.items()}, arrows)
    spots = [(*sheet.spots[slug], each.width / 2, each.height / 2) for slug, each in boxes.items()]
    edges = [point for route in sheet.routes for point in route]
    left = min([*(x - w for x, _, w, _ in spots), *(x for x, _ in edges)], default=0) - _PAD
    top = min([*(y - h for _, y, _, h in spots), *(y for _, y in edges)], default=0) - _PAD
    right = max([*(x + w for x, _, w, _ in spots), *(x for x, _ in edges)], default=0) + _PAD
    bottom = max([*(y + h for _, y, _, h in spots), *(y for _, y in edges)], default=0) + _PAD
    goals = {goal.slug for goal in path.goals}
    title = ", ".join(goal.label for goal in path.goals)
    said = "; ".join(step.topic.label for step in path.steps)
    size = f"{_number(right - left)} {_number(bottom - top)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{_number(right - left)}" '
        f'height="{_number(bottom - top)}" role="img">',
        f"<title>{_text(f'What comes before {title}')}</title><desc>{_text(said)}</desc><style>{_STYLE}</style>",
        '<rect class="paper" width="100%" height="100%"/>',
        f'<g transform="translate({_number(-left)} {_number(-top)})">',
    ]
    parts += [_arrow(route) for route in sheet.routes]
    for slug, each in boxes.items():
        x, y = sheet.spots[slug]
        goal = ' class="goal"' if slug in goals else ""
        first = y - (len(each.lines) - 1) * _LINE / 2 + 5
        lines = "".join(
            f'<tspan x="{_number(x)}" y="{_number(first + number * _LINE)}">{_text(line)}</tspan>'
            for number, line in enumerate(each.lines)
        )
        parts.append(
            f'<rect{goal} x="{_number(x - each.width / 2)}" y="{_number(y - each.height / 2)}" '
            f'width="{each.width}" height="{each.height}" rx="6"/><text>{lines}</text>'
        )
    return "\n".join([*parts, "</g>", "</svg>"]) + "\n"


def _arrow(route: Sequence[Point]) -> str:
    (x, y), *rest = route
    end = rest[-1]
    curves = "".join(
        "C" + " ".join(f"{_number(px)} {_number(py)}" for px, py in rest[first : first + 3])
        for first in range(0, len(rest), 3)
    )
    tip = f"M{_number(end[0])} {_number(end[1])}l-8 -4v8z"
    return f'<path d="M{_number(x)} {_number(y)}{curves}"/><path class="tip" d="{tip}"/>'


def _number(value: float) -> str:
    """Return a number with one digit after the point at most; adding 0 takes the sign off a zero."""
    return f"{round(value, 1) + 0:g}"


def _text(value: str) -> str:
    """Return a text that can stand in XML: escaped, without characters that XML forbids."""
    return escape(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", value))
