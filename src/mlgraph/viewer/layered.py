"""A simple layered layout that needs no Graphviz: columns by depth, a slot for every arrow in each column it crosses.

The page does the same in ``script/layered.js`` for what has no layout beforehand.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.viewer.route import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgraph.viewer.route import Point

__all__ = ["Sheet", "layered"]

_GAP_X, _GAP_Y, _SLOT = 56, 14, 10
_SWEEPS_ORDER, _SWEEPS_PLACE = 12, 8


class Sheet(NamedTuple):
    """The middle of each box, and for each arrow the 3 k + 1 control points of its curves."""

    spots: dict[str, Point]
    routes: tuple[tuple[Point, ...], ...]


class _Item:
    """A box, or the slot of an arrow that crosses a column."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.x = self.y = self.rank = self.want = 0.0
        self.room = width
        self.left: list[_Item] = []
        self.right: list[_Item] = []


def layered(sizes: Mapping[str, tuple[int, int]], arrows: Sequence[tuple[str, str]]) -> Sheet:
    """Lay out boxes from left to right so that no arrow meets a box that it does not join.

    Parameters
    ----------
    sizes : mapping of name to (width, height)
    arrows : sequence of (before, after)
        Without loops.

    Returns
    -------
    Sheet
        Equal for equal values; O(s n log n) for n boxes and slots and some sweeps s.

    Notes
    -----
    After Sugiyama, Tagawa and Toda [1]_: layers by longest way, order by the middle of the neighbours.

    References
    ----------
    .. [1] K. Sugiyama, S. Tagawa, M. Toda, Methods for visual understanding of hierarchical system
       structures, IEEE Trans. SMC 11 (1981), https://doi.org/10.1109/TSMC.1981.4308636

    Examples
    --------
    >>> layered({"a": (80, 30), "b": (80, 30)}, [("a", "b")]).spots
    {'a': (40.0, 0.0), 'b': (176.0, 0.0)}
    """
    level = _levels(sizes, arrows)
    columns: list[list[_Item]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    items = {}
    for name, (width, height) in sizes.items():
        items[name] = _Item(width, height)
        columns[level[name]].append(items[name])
    chains = []
    for before, after in arrows:
        slots = [_Item(0, _SLOT) for _ in range(level[before] + 1, level[after])]
        for column, slot in zip(columns[level[before] + 1 : level[after]], slots, strict=True):
            column.append(slot)
        chain = [items[before], *slots, items[after]]
        for one, other in itertools.pairwise(chain):
            one.right.append(other)
            other.left.append(one)
        chains.append(chain)
    _order(columns)
    _place(columns)
    return Sheet({name: (item.x, item.y) for name, item in items.items()}, tuple(map(_route, chains)))


def _levels(sizes: Mapping[str, tuple[int, int]], arrows: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return the column of each box: right of all that it comes after; what comes first, next to its use."""
    level = dict.fromkeys(sizes, 0)
    waiting = dict.fromkeys(sizes, 0)
    nexts: dict[str, list[str]] = {name: [] for name in sizes}
    for before, after in arrows:
        nexts[before].append(after)
        waiting[after] += 1
    first = {name for name in sizes if not waiting[name]}
    order = [name for name in sizes if name in first]
    for name in order:
        for after in nexts[name]:
            level[after] = max(level[after], level[name] + 1)
            waiting[after] -= 1
            if not waiting[after]:
                order.append(after)
    for name in first:
        if nexts[name]:
            level[name] = min(level[after] for after in nexts[name]) - 1
    return level


def _order(columns: list[list[_Item]]) -> None:
    """Sort each column by the middle of the neighbours on one side, sweeping there and back."""

    def number(column: list[_Item]) -> None:
        for place, item in enumerate(column):
            item.rank = place / max(1, len(column) - 1)

    for column in columns:
        number(column)
    for sweep in range(_SWEEPS_ORDER):
        for column in columns[::-1] if sweep % 2 else columns:
            for item in column:
                side = item.right if sweep % 2 else item.left
                item.want = sum(each.rank for each in side) / len(side) if side else item.rank
            column.sort(key=lambda each: each.want)
            number(column)


def _place(columns: list[list[_Item]]) -> None:
    """Give every item its place: columns side by side, items near to their neighbours, none on another."""
    for column in columns:
        y = -(sum(item.height + _GAP_Y for item in column) - _GAP_Y) / 2
        for item in column:
            item.y = y + item.height / 2
            y += item.height + _GAP_Y
    for sweep in range(_SWEEPS_PLACE):
        for column in columns[::-1] if sweep % 2 else columns:
            floor = float("-inf")
            for item in column:
                both = [*item.left, *item.right]
                item.want = sum(each.y for each in both) / len(both) if both else item.y
            for item in column:
                item.y = max(item.want, floor + item.height / 2)
                floor = item.y + item.height / 2 + _GAP_Y
            shift = sum(item.want - item.y for item in column) / len(column) if column else 0
            for item in column:
                item.y += shift
    x = 0.0
    for column in columns:
        wide = max([24.0, *(item.width for item in column)])
        for item in column:
            item.x, item.room = x + wide / 2, wide
        x += wide + _GAP_X


def _route(chain: Sequence[_Item]) -> tuple[Point, ...]:
    """Return the curves of an arrow: straight through its own place in a column, bent between columns."""
    points: list[Point] = [(chain[0].x + chain[0].width / 2, chain[0].y)]

    def flat(x: float) -> None:
        left, y = points[-1]
        if x > left:
            third = (x - left) / 3
            points.extend([(left + third, y), (x - third, y), (x, y)])

    for here, there in itertools.pairwise(chain):
        flat(here.x + here.room / 2)
        points.extend(plain(points[-1], (there.x - there.room / 2, there.y))[1:])
    flat(chain[-1].x - chain[-1].width / 2)
    return tuple(points)
