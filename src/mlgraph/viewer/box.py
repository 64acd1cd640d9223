"""How a label is broken into lines, and how large its box is.

Widths are those of DejaVu Sans, the widest of the usual system fonts, so text fits whatever font draws it.
"""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

__all__ = ["FONT", "Box", "box", "whole", "wrap"]

FONT = 14
_LINE = 18
_WIDEST = 176
_PAD_X, _PAD_Y = 20, 12
_NARROW = frozenset("iIjlt.,:;'|!()[]fr-/ ")
_WIDE = frozenset("mwMW@%")


class Box(NamedTuple):
    """The lines of a label, and the width and height of its box in pixels."""

    lines: tuple[str, ...]
    width: int
    height: int


def _width(text: str) -> float:
    total = 0.0
    for letter in text:
        if letter in _NARROW:
            total += 0.4
        elif letter in _WIDE:
            total += 0.97
        elif letter.isupper():
            total += 0.72
        elif ord(letter) < 0x2E80:
            total += 0.63
        else:
            total += 1.0  # Chinese, Japanese and Korean fill a square
    return total * FONT


def wrap(label: str) -> tuple[str, ...]:
    """Break a label at spaces and hyphens into lines that fit the widest box; a longer word is cut.

    Examples
    --------
    >>> wrap("Generative adversarial network")
    ('Generative', 'adversarial network')
    >>> wrap("")
    ('?',)
    """
    room = _WIDEST - _PAD_X
    pieces: list[str] = []
    for word in label.replace("-", "- ").split():
        rest = word
        while _width(rest) > room:
            cut = next(n for n in range(len(rest), 0, -1) if _width(rest[:n]) <= room or n == 1)
            pieces.append(rest[:cut])
            rest = rest[cut:]
        if rest:
            pieces.append(rest)
    lines: list[str] = []
    for piece in pieces:
        joined = _joined(lines[-1], piece) if lines else ""
        if joined and _width(joined) <= room:
            lines[-1] = joined
        else:
            lines.append(piece)
    if len(lines) > 4:
        lines = [*lines[:3], f"{lines[3][:-1]}…"]
    if len(lines) == 2 and len(lines[0]) > 2 * len(lines[1]):
        lines = _balanced(lines)
    return tuple(lines) or ("?",)


def _joined(before: str, after: str) -> str:
    return f"{before}{'' if before.endswith('-') else ' '}{after}"


def _balanced(lines: list[str]) -> list[str]:
    """Move the last word of the first of two lines down where that makes them more alike."""
    head, space, tail = lines[0].rpartition(" ")
    moved = [head, _joined(tail, lines[1])]
    fits = space and max(map(_width, moved)) < max(map(_width, lines))
    return moved if fits else lines


def box(label: str) -> Box:
    """Return the box of a label: as wide as its longest line, in steps of 4 pixels.

    Examples
    --------
    >>> box("Gradient").height, box("Gradient").width % 4
    (30, 0)
    """
    lines = wrap(label)
    width = max(72, max(map(_width, lines)) + _PAD_X)
    return Box(lines, int(-(-width // 4) * 4), _LINE * len(lines) + _PAD_Y)


def whole(size: Box) -> str:
    """Return the lines of a box put together again; not the label where a word was cut or text left out.

    Examples
    --------
    >>> whole(box("Bias-variance trade-off")), whole(box("Supercalifragilisticexpialidocious"))
    ('Bias-variance trade-off', 'Supercalifragilistice xpialidocious')
    """
    return reduce(_joined, size.lines)
