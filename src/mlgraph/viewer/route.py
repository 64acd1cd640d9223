"""Whether a curve passes through a box, and the plain curve between two places."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Point", "Rectangle", "hits", "plain", "sampled"]

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_SAMPLES = 20
_MARGIN = 2


def plain(start: Point, end: Point) -> list[Point]:
    """Return the control points of a curve that leaves and arrives horizontally.

    Examples
    --------
    >>> plain((0, 0), (10, 4))
    [(0, 0), (5.0, 0), (5.0, 4), (10, 4)]
    """
    middle = (start[0] + end[0]) / 2
    return [start, (middle, start[1]), (middle, end[1]), end]


def sampled(curve: Sequence[Point]) -> Iterator[Point]:
    """Yield points along a chain of cubic curves given by 3 k + 1 control points."""
    for first in range(0, len(curve) - 1, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = curve[first : first + 4]
        for number in range(_SAMPLES + 1):
            t = number / _SAMPLES
            s = 1 - t
            p, q, r, u = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
            yield p * ax + q * bx + r * cx + u * dx, p * ay + q * by + r * cy + u * dy


def hits(curve: Sequence[Point], boxes: Sequence[Rectangle]) -> bool:
    """Return whether a curve comes within two pixels of any box; its own ends' boxes are not among them."""
    left, right = min(x for x, _ in curve), max(x for x, _ in curve)
    top, bottom = min(y for _, y in curve), max(y for _, y in curve)
    near = [
        each
        for each in boxes
        if each[0] - _MARGIN < right
        and each[2] + _MARGIN > left
        and each[1] - _MARGIN < bottom
        and each[3] + _MARGIN > top
    ]
    if not near:
        return False
    return any(
        each[0] - _MARGIN < x < each[2] + _MARGIN and each[1] - _MARGIN < y < each[3] + _MARGIN
        for x, y in sampled(curve)
        for each in near
    )
