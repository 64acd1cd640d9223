"""What every reader turns its source into: courses, concepts and rows that were left out."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mlgraph.interchange.requirement_text import Part
    from mlgraph.interchange.requirement_tree import Node

__all__ = ["Concept", "CourseRow", "Link", "Origin", "Reader", "Row", "Skipped", "slugify", "spaceless"]


class CourseRow(NamedTuple):
    """One course as a source has it; empty where the source says nothing."""

    key: str
    code: str
    name: str
    description: str = ""
    level: str = ""
    url: str = ""
    language: str = ""
    credits: float | None = None
    hours: float | None = None
    hours_per_week: float | None = None
    weeks: float | None = None
    term: str = ""
    creator: str = ""
    format: str = ""
    pacing: str = ""
    cost: str = ""
    price: float | None = None
    currency: str = ""
    aliases: tuple[str, ...] = ()
    teaches: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    asks: str = ""
    provider: str = ""
    notes: tuple[str, ...] = ()


class Link(NamedTuple):
    """A link from a concept to another one, by key."""

    predicate: str
    target: str
    level: str = ""
    reason: str = ""


class Concept(NamedTuple):
    """One skill or role as a source has it."""

    key: str
    kind: str
    slug: str
    label: str
    definition: str
    alternatives: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    code: str = ""
    notes: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


class Skipped(NamedTuple):
    """A row that makes no record, and why: left out, or used for the record of another row."""

    reason: str
    key: str = ""
    number: int = 1
    used: bool = False


Row = CourseRow | Concept | Skipped


class Origin(NamedTuple):
    """What a format is: who provides it, and how it is cited."""

    institution: str
    name: str
    licence: str
    kind: str = "OfficialPage"


class Reader(NamedTuple):
    """A format: its origin, how to read it, and what its words in requirements stand for."""

    name: str
    summary: str
    origin: Origin
    rows: Callable[[Path], Iterator[Row]]
    expand: Callable[[Node, Callable[[str], tuple[str, ...]]], Node] | None = None


def slugify(text: str, limit: int = 80) -> str:
    """Return a text as a slug: lower-case letters and digits joined by - or a dot.

    Examples
    --------
    >>> slugify("Éléments d'analyse (II)"), slugify("6.3900"), slugify("C++")
    ('elements-d-analyse-ii', '6.3900', 'c-plus-plus')
    """
    text = text.replace("+", " plus ").replace("#", " sharp ")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    joined = re.sub(r"[^a-z0-9.]+", "-", plain)
    joined = re.sub(r"-*\.+[-.]*", ".", joined).strip("-.")
    return joined[:limit].strip("-.")


def spaceless(code: str) -> str:
    """Return a course code as codes are compared: without blanks, hyphens and case.

    Examples
    --------
    >>> spaceless("CS 229") == spaceless("cs-229")
    True
    """
    return re.sub(r"[\s-]+", "", code).casefold()
