"""Where boxes stand and arrows run: Graphviz works it out once, the result is kept beside the viewer.

Neither installing nor using mlgraph needs Graphviz: `make layouts` writes ``layouts.txt`` for the
shipped graph. Pictures that are not in it are laid out by ``dot`` where the system has one; else the
page makes a simpler layout itself, and says so.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import zlib
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.viewer.route import hits, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlgraph.viewer.box import Box
    from mlgraph.viewer.picture import Picture
    from mlgraph.viewer.route import Point, Rectangle

__all__ = [
    "Layouts",
    "dot_input",
    "inner_points",
    "kept",
    "layouts",
    "pack",
    "points_of",
    "to_page",
    "write_layouts",
]

STEP = 2
"""Places are kept in steps of so many pixels."""

GOAL = (200, 56)
"""Width and height of the box of a goal that is no topic."""

_ROOMS = (
    "nodesep=.2;ranksep=.6;",
    "nodesep=.28;ranksep=.7;",
    "nodesep=.36;ranksep=.9;",
    "nodesep=.5;ranksep=1.2;",
)
"""How much room there is between boxes, the least first."""

_MOST = 1500
"""Pictures that are laid out while a page is made; more would take minutes."""


class Layouts(NamedTuple):
    """Name of a picture -> its places, packed; and the names of those that have none."""

    known: dict[str, bytes]
    missing: tuple[str, ...]


def dot_input(picture: Picture, boxes: Sequence[Box]) -> str:
    """Return a picture as a graph for Graphviz; nodes are named by their place in it."""
    place = {topic: index for index, topic in enumerate(picture.topics)}
    sizes = [(boxes[topic].width, boxes[topic].height) for topic in picture.topics]
    if picture.goal:
        place[-1] = len(sizes)
        sizes.append(GOAL)
    lines = [
        f"digraph{{rankdir=LR;{_ROOMS[0]}splines=true;node[shape=box,fixedsize=true];edge[arrowhead=none];"
    ]
    lines += [
        f"{index}[width={width / 72:.4f},height={height / 72:.4f}];"
        for index, (width, height) in enumerate(sizes)
    ]
    lines += [f"{place[before]}:e->{place[after]}:w;" for before, after in picture.arrows]
    return "".join(lines) + "}"


def _key(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def kept() -> dict[str, tuple[str, bytes]]:
    """Return the layouts that came with the package: name -> key of what was laid out, places."""
    path = resources.files("mlgraph.viewer") / "layouts.txt"
    if not path.is_file():
        return {}
    rows = (line.split(" ") for line in path.read_text(encoding="ascii").splitlines() if line)
    return {name: (key, base64.b85decode(places)) for name, key, places in rows}


def layouts(pictures: Sequence[Picture], boxes: Sequence[Box], *, own: bool = True) -> Layouts:
    """Return the layouts of some pictures: kept ones while they fit, others by Graphviz if it is there.

    Parameters
    ----------
    pictures : sequence of Picture
    boxes : sequence of Box
        The box of each topic.
    own : bool
        Let the system's Graphviz work out what is not kept.
    """
    before = kept()
    known: dict[str, bytes] = {}
    fresh: list[tuple[Picture, str]] = []
    for picture in pictures:
        source = dot_input(picture, boxes)
        key, places = before.get(picture.name, ("", b""))
        if key == _key(source):
            known[picture.name] = places
        else:
            fresh.append((picture, source))
    if own and fresh and len(fresh) <= _MOST:
        known.update(_laid_out(fresh, boxes))
    return Layouts(known, tuple(picture.name for picture, _ in fresh if picture.name not in known))


def _laid_out(fresh: Sequence[tuple[Picture, str]], boxes: Sequence[Box]) -> dict[str, bytes]:
    """Return places by Graphviz, or nothing where there is none or it fails.

    A picture in which an arrow comes too near to a box is laid out again with more room.
    """
    found: dict[str, bytes] = {}
    todo = list(fresh)
    for room in _ROOMS:
        plain = _dot([source.replace(_ROOMS[0], room, 1) for _, source in todo])
        for (picture, _), text in zip(todo, plain, strict=False):
            places = _places(text, picture, boxes)
            if places is not None:
                found[picture.name] = places
        todo = [each for each in todo if each[0].name not in found]
        if not todo or not plain:
            break
    return found


def _dot(sources: Sequence[str]) -> list[str]:
    """Return what Graphviz writes for some graphs, in one process; nothing if that fails."""
    program = shutil.which("dot")
    if program is None:
        return []
    try:
        done = subprocess.run(  # noqa: S603 - names and labels never reach it, only numbers
            [program, "-Tplain"],
            input="\n".join(sources),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    graphs = done.stdout.split("stop\n")[:-1]
    return graphs if len(graphs) == len(sources) else []


def _places(plain_text: str, picture: Picture, boxes: Sequence[Box]) -> bytes | None:
    """Return Graphviz' plain output as packed numbers; None where an arrow is not as it has to be.

    The numbers: how many columns there are; for each the step from the last, how many nodes it
    holds, the top of the first, and the nodes from top to bottom with the room between each two.
    Then for each arrow: 0 for the plain curve; 2 k for k knots between plain curves; 2 k + 1 for
    the control points of k curves. Places are steps from the one before.
    """
    spots, routes = _read(plain_text)
    sizes = [(boxes[topic].width, boxes[topic].height) for topic in picture.topics]
    sizes += [GOAL] if picture.goal else []
    numbers = _columns(spots, sizes)
    rectangles = [
        (STEP * x - w / 2, STEP * y - h / 2, STEP * x + w / 2, STEP * y + h / 2)
        for (x, y), (w, h) in zip(spots, sizes, strict=True)
    ]
    place = {topic: index for index, topic in enumerate(picture.topics)} | {-1: len(picture.topics)}
    for tail, head in picture.arrows:
        ends = place[tail], place[head]
        start = rectangles[ends[0]][2], float(STEP * spots[ends[0]][1])
        end = rectangles[ends[1]][0], float(STEP * spots[ends[1]][1])
        others = [each for index, each in enumerate(rectangles) if index not in ends]
        if start[0] >= end[0] or ends not in routes:
            return None
        route = _route(start, end, [(STEP * x, STEP * y) for x, y in routes[ends][1:-1]], others)
        if route is None:
            return None
        numbers += route
    return pack(numbers)


def _columns(spots: Sequence[tuple[int, int]], sizes: Sequence[tuple[int, int]]) -> list[int]:
    """Return where nodes stand as numbers, column by column from top to bottom."""
    columns: dict[int, list[int]] = {}
    for index, (x, _) in enumerate(spots):
        columns.setdefault(x, []).append(index)
    numbers = [len(columns)]
    last = 0
    for x, members in sorted(columns.items()):
        members.sort(key=lambda index: (spots[index][1], index))
        numbers += [x - last, len(members)]
        last = x
        floor = 0
        for index in members:
            half = sizes[index][1] // STEP // 2
            numbers += [index, spots[index][1] - half - floor]
            floor = spots[index][1] + half
    return numbers


def _route(
    start: Point, end: Point, inner: Sequence[tuple[int, int]], others: Sequence[Rectangle]
) -> list[int] | None:
    """Return the simplest way of an arrow that stays clear of other boxes, as numbers."""
    if not hits(plain(start, end), others):
        return [0]
    knots = [point for point in inner[2::3] if start[0] < point[0] < end[0]]
    middle = len(knots) // 2
    for some in (knots[middle : middle + 1], knots[:1], knots[-1:], [*knots[:1], *knots[1:][-1:]], knots):
        path = [start, *some, end]
        rising = all(before[0] < after[0] for before, after in pairwise(path))
        if some and rising and not any(hits(plain(*pair), others) for pair in pairwise(path)):
            return [2 * len(some), *_steps(start, some)]
    if hits([start, *inner, end], others):
        return None
    return [2 * ((len(inner) + 1) // 3) + 1, *_steps(start, inner)]


def _steps(start: Point, points: Sequence[tuple[int, int]]) -> list[int]:
    """Return points as steps, each from the one before."""
    x, y = round(start[0] / STEP), round(start[1] / STEP)
    found = []
    for point in points:
        to = point[0] // STEP, point[1] // STEP
        found += [to[0] - x, to[1] - y]
        x, y = to
    return found


def _read(plain_text: str) -> tuple[list[tuple[int, int]], dict[tuple[int, int], list[tuple[int, int]]]]:
    """Return the places of nodes and the control points of arrows, in steps, y downwards."""
    nodes: dict[int, tuple[int, int]] = {}
    arrows: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def spot(x: str, y: str) -> tuple[int, int]:
        # even numbers alone: nothing is seen of it, and the page is 2 % smaller
        return 2 * round(float(x) * 36 / STEP), 2 * round(-float(y) * 36 / STEP)

    for line in plain_text.splitlines():
        part = line.split(" ")
        if part[0] == "node":
            nodes[int(part[1])] = spot(part[2], part[3])
        elif part[0] == "edge":
            ends = int(part[1].partition(":")[0]), int(part[2].partition(":")[0])
            arrows[ends] = [spot(part[4 + 2 * k], part[5 + 2 * k]) for k in range(int(part[3]))]
    return [nodes[index] for index in sorted(nodes)], arrows


def pack(numbers: Iterable[int]) -> bytes:
    """Return whole numbers in few bytes: zigzag and base 128, as protocol buffers write them.

    Examples
    --------
    >>> points_of(pack([0, -1, 300])) == [0, -1, 300]
    True
    """
    out = bytearray()
    for number in numbers:
        rest = number * 2 if number >= 0 else -number * 2 - 1
        while rest > 127:
            out.append(rest & 127 | 128)
            rest >>= 7
        out.append(rest)
    return bytes(out)


def points_of(packed: bytes) -> list[int]:
    """Return the numbers that `pack` wrote."""
    found, rest, shift = [], 0, 0
    for byte in packed:
        rest |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(rest >> 1 if rest % 2 == 0 else -(rest >> 1) - 1)
            rest = shift = 0
    return found


def to_page(pictures: Sequence[Picture], known: Mapping[str, bytes]) -> str:
    """Return the layouts of some pictures, one after the other, deflated, in base 64.

    Columns, nodes, rooms, shapes of arrows and their points are five streams, each with its length
    before it: like stands beside like, so that a page is a fifth smaller.
    """
    columns, nodes, rooms, shapes, points = (bytearray() for _ in range(5))
    for picture in pictures:
        if picture.name not in known:
            continue
        numbers = points_of(known[picture.name])
        place = 1
        head = [len(picture.arrows), numbers[0]]
        for _ in range(numbers[0]):
            count = numbers[place + 1]
            head += numbers[place : place + 2]
            nodes += pack(numbers[place + 2 : place + 2 + 2 * count : 2])
            rooms += pack(numbers[place + 3 : place + 3 + 2 * count : 2])
            place += 2 + 2 * count
        columns += pack(head)
        while place < len(numbers):
            count = 2 * inner_points(numbers[place])
            shapes += pack(numbers[place : place + 1])
            points += pack(numbers[place + 1 : place + 1 + count])
            place += 1 + count
    streams = b"".join(pack([len(each)]) + each for each in (columns, nodes, rooms, shapes, points))
    return base64.b64encode(zlib.compress(streams, 9)).decode()


def inner_points(shape: int) -> int:
    """Return how many points lie between the ends of an arrow, by the number that says its shape.

    Examples
    --------
    >>> inner_points(0), inner_points(4), inner_points(5)
    (0, 2, 5)
    """
    return shape // 2 if shape % 2 == 0 else 3 * (shape - 1) // 2 - 1


def write_layouts(path: Path, pictures: Sequence[Picture], boxes: Sequence[Box]) -> int:
    """Lay out all pictures anew and write them, one a line, sorted; return how many there are.

    Raises
    ------
    RuntimeError
        If Graphviz is missing or fails.
    """
    fresh = [(picture, dot_input(picture, boxes)) for picture in pictures]
    known = _laid_out(fresh, boxes)
    if not known:
        raise RuntimeError("Graphviz' `dot` is needed: apt-get install graphviz")
    lines = [
        f"{picture.name} {_key(source)} {base64.b85encode(known[picture.name]).decode()}\n"
        for picture, source in sorted(fresh)
        if picture.name in known
    ]
    path.write_text("".join(lines), encoding="ascii", newline="\n")
    return len(lines)


def main() -> None:
    """Write the layouts of the shipped graph beside this module."""
    from mlgraph.build.opening import open_store  # noqa: PLC0415 - only when run
    from mlgraph.viewer.explorer import drawing_of  # noqa: PLC0415

    drawing = drawing_of(open_store())
    path = Path(__file__).with_name("layouts.txt")
    count = write_layouts(path, drawing.pictures, drawing.boxes)
    sys.stderr.write(
        f"{count} of {len(drawing.pictures)} layouts, {path.stat().st_size / 1e3:.0f} kB: {path}\n"
    )


if __name__ == "__main__":
    main()
