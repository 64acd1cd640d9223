"""Read course pages that describe themselves in schema.org's terms, as JSON-LD or in HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlgraph.interchange.imports.jsonld import links, node_text, nodes, number, types
from mlgraph.interchange.imports.row import CourseRow, Origin, Reader, Row, Skipped
from mlgraph.interchange.requirement_text import GENERIC, Part, read_requirement
from mlgraph.interchange.requirement_tree import Leaf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["READER", "duration_hours", "language_tag", "level_word", "web_address"]

_MODES = {
    "online": "online",
    "onsite": "on-campus",
    "on-campus": "on-campus",
    "in-person": "on-campus",
    "blended": "hybrid",
    "hybrid": "hybrid",
    "part-time": "",
    "full-time": "",
}
_DURATION = re.compile(
    r"P(?:(?P<w>\d{1,4}(?:\.\d+)?)W)?(?:(?P<d>\d{1,4}(?:\.\d+)?)D)?(?:T(?:(?P<h>\d{1,5}(?:\.\d+)?)H)?(?:(?P<m>\d{1,5})M)?)?"
)
_LEVEL = (
    (r"graduate|master|doctor|post-?grad|advanced", "graduate"),
    (r"undergrad|bachelor|intermediate|college", "undergraduate"),
    (r"begin|intro|novice|school|basic", "introductory"),
)


def web_address(value: object) -> str:
    """Return a web address, or nothing where there is none."""
    text = node_text(value)
    return text if re.fullmatch(r'https?://[^\s<>"{}|\\^`]{1,2000}', text) else ""


def language_tag(value: object) -> str:
    """Return a language tag, lower case before the hyphen; nothing where there is none."""
    text = node_text(value).replace("_", "-")
    text = text[:2].lower() + text[2:]
    return text if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", text) else ""


def level_word(value: object) -> str:
    """Return undergraduate, graduate or introductory for what a source calls a level.

    Examples
    --------
    >>> level_word("Beginner"), level_word("Undergraduate"), level_word("whoever")
    ('introductory', 'undergraduate', '')
    """
    text = " ".join(node_text(each) for each in links(value)).lower()
    if "undergrad" in text:
        return "undergraduate"
    return next((word for pattern, word in _LEVEL if re.search(pattern, text)), "")


def duration_hours(value: object) -> tuple[float | None, float | None]:
    """Return hours and weeks of an ISO 8601 duration.

    Examples
    --------
    >>> duration_hours("PT30H"), duration_hours("P6W"), duration_hours("soon")
    ((30.0, None), (None, 6.0), (None, None))
    """
    found = _DURATION.fullmatch(node_text(value))
    if not found:
        return None, None
    hours = float(found["h"] or 0) + float(found["m"] or 0) / 60
    weeks = float(found["w"] or 0) + float(found["d"] or 0) / 7
    return hours or None, weeks or None


def _rows(source: Path) -> Iterator[Row]:
    for path, node in nodes(source):
        if node is None:
            yield Skipped("a script of a page that is not JSON", path.name)
        elif not types(node) & {"Course"}:
            if types(node):
                yield Skipped(f"no course but {', '.join(sorted(types(node)))[:60]}", path.name)
        elif not node_text(node.get("name")):
            yield Skipped("the course has no name", path.name)
        elif set(node) <= {"@context", "@type", "type", "@id", "name"}:
            yield Skipped("a mere mention of a course", path.name)
        else:
            yield _course(node)


def _instance(node: dict[str, Any]) -> dict[str, Any]:
    for each in links(node.get("hasCourseInstance")):
        if isinstance(each, dict):
            return {key.removeprefix("schema:"): value for key, value in each.items()}
    return {}


def _course(node: dict[str, Any]) -> CourseRow:
    instance = _instance(node)
    name, code = node_text(node.get("name")), node_text(node.get("courseCode"))
    url = web_address(node.get("url")) or web_address(node.get("@id"))
    parts, asks = _asks(node.get("coursePrerequisites"))
    hours, weeks = duration_hours(
        instance.get("courseWorkload") or node.get("timeRequired") or instance.get("duration")
    )
    mode = node_text(instance.get("courseMode")).lower()
    offers = [each for each in links(node.get("offers") or instance.get("offers")) if isinstance(each, dict)]
    price = number(offers[0]) if offers else None
    currency = node_text(offers[0].get("priceCurrency")) if offers else ""
    free = node.get("isAccessibleForFree", instance.get("isAccessibleForFree"))
    category = node_text(offers[0].get("category")).lower() if offers else ""
    free = free is True or str(free).lower() == "true" or price == 0 or category == "free"
    return CourseRow(
        key=f"{node_text(node.get('provider'))}/{code or url or name}",
        code=code,
        name=name,
        description=node_text(node.get("description")) or node_text(node.get("abstract")),
        level=level_word(node.get("educationalLevel")),
        url=url,
        language=language_tag(node.get("inLanguage") or instance.get("inLanguage")),
        credits=number(node.get("numberOfCredits")),
        hours=hours,
        weeks=weeks,
        creator=node_text(instance.get("instructor") or node.get("creator")),
        format=_MODES.get(mode, "online" if url else ""),
        pacing="self-paced" if "self" in mode else "",
        cost="free" if free else "paid" if price else "",
        price=price if currency and price else None,
        currency=currency if re.fullmatch(r"[A-Z]{3}", currency) and price else "",
        teaches=tuple((text, "") for each in links(node.get("teaches")) if (text := node_text(each))),
        parts=tuple(parts),
        asks=asks,
        provider=node_text(node.get("provider") or node.get("creator")),
    )


def _asks(value: object) -> tuple[list[Part], str]:
    """Read prerequisites: texts by the grammar, other courses by code or name."""
    parts: list[Part] = []
    texts = []
    for each in links(value):
        text = node_text(each)
        if isinstance(each, dict) and "Course" in types(each):
            code = node_text(each.get("courseCode")) or text
            parts.append(Part(text, Leaf(code)))
        elif text:
            parts += read_requirement(text, GENERIC)
        texts.append(text)
    return parts, "; ".join(filter(None, texts))


READER = Reader(
    "schema-org",
    "course pages with schema.org JSON-LD: .json, .jsonld, .jsonl or .html",
    Origin("", "Course pages in schema.org", "not stated where seen"),
    _rows,
)
