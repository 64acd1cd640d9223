"""Read courses in the Credential Transparency Description Language, as JSON-LD of a Credential Registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgraph.interchange.imports.jsonld import links, node_text, nodes, number, types
from mlgraph.interchange.imports.row import CourseRow, Origin, Reader, Row, Skipped
from mlgraph.interchange.imports.schema_org import duration_hours, language_tag, level_word, web_address
from mlgraph.interchange.requirement_text import GENERIC, Part, read_requirement
from mlgraph.interchange.requirement_tree import Leaf, Node, all_of, any_of, show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["READER"]

_COURSES = {"Course", "LearningOpportunityProfile", "LearningOpportunity"}


def _rows(source: Path) -> Iterator[Row]:
    found: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    owners: dict[str, str] = {}
    for path, node in nodes(source):
        if node is None:
            yield Skipped("a script of a page that is not JSON", path.name)
            continue
        identifier = node_text(node.get("@id")) or node_text(node.get("ctid"))
        if types(node) & _COURSES and node_text(node.get("name")):
            found.append(node)
            names[identifier] = node_text(node.get("codedNotation")) or node_text(node.get("name"))
        elif any("Organization" in each for each in types(node)):
            owners[identifier] = node_text(node.get("name"))
            yield Skipped("an organization that provides courses", path.name, used=True)
        elif types(node):
            yield Skipped(f"no course but {', '.join(sorted(types(node)))[:60]}", path.name)
    for node in found:
        yield _course(node, names, owners)


def _course(node: dict[str, Any], names: dict[str, str], owners: dict[str, str]) -> CourseRow:
    code, name = node_text(node.get("codedNotation")), node_text(node.get("name"))
    owner = node_text(node.get("ownedBy") or node.get("offeredBy"))
    provider = owners.get(owner, owner)
    provider = "" if provider.startswith(("http", "_:")) else provider
    parts = [
        *_asked(node.get("prerequisite") or node.get("requires"), names, concurrent=False),
        *_asked(node.get("corequisite"), names, concurrent=True),
    ]
    profiles = [each for each in links(node.get("estimatedDuration")) if isinstance(each, dict)]
    exact = next((each.get("ceterms:exactDuration") or each.get("exactDuration") for each in profiles), None)
    hours, weeks = duration_hours(exact)
    delivery = " ".join(node_text(each) for each in links(node.get("deliveryType"))).lower()
    return CourseRow(
        key=node_text(node.get("ctid")) or node_text(node.get("@id")) or f"{provider}/{code or name}",
        code=code,
        name=name,
        description=node_text(node.get("description")),
        level=level_word(node.get("audienceLevelType")),
        url=web_address(node.get("subjectWebpage")),
        language=language_tag(node.get("inLanguage")),
        credits=number(node.get("creditValue")),
        hours=hours,
        weeks=weeks,
        format="online" if "online" in delivery else "hybrid" if "blend" in delivery else "on-campus",
        teaches=tuple((text, "") for each in links(node.get("teaches")) if (text := node_text(each))),
        parts=tuple(parts),
        asks="; ".join(part.text for part in parts),
        provider=provider,
    )


def _asked(value: object, names: dict[str, str], *, concurrent: bool) -> list[Part]:
    """Read condition profiles: all targets of one, any of its alternatives, or a description."""
    found = []
    for profile in links(value):
        if not isinstance(profile, dict):
            continue
        tree = _condition(profile, names)
        text = node_text(profile.get("ceterms:description") or profile.get("description"))
        if tree is not None:
            found.append(Part(text or show(tree), tree, concurrent))
        else:
            found += [part._replace(concurrent=concurrent) for part in read_requirement(text, GENERIC)]
    return found


def _condition(profile: dict[str, Any], names: dict[str, str], depth: int = 0) -> Node | None:
    plain = {key.removeprefix("ceterms:"): value for key, value in profile.items()}
    wanted: list[Node] = []
    for key in ("targetLearningOpportunity", "targetCourse"):
        for each in links(plain.get(key)):
            text = node_text(each)
            wanted.append(Leaf(names.get(text, text), course=text in names))
    others = [
        tree
        for each in links(plain.get("alternativeCondition"))
        if isinstance(each, dict) and depth < 20 and (tree := _condition(each, names, depth + 1)) is not None
    ]
    if others:
        # CTDL: the profile's own targets are one alternative where there are others
        wanted = [any_of([*([all_of(wanted)] if wanted else []), *others])]
    if not wanted and depth:  # an alternative in words
        text = node_text(plain.get("description"))
        read = read_requirement(text, GENERIC)
        trees = [part.tree for part in read if part.tree is not None]
        wanted = (
            list(trees) if trees and len(trees) == len(read) else [Leaf(text, course=False)] if text else []
        )
    return all_of(wanted) if wanted else None


READER = Reader(
    "ctdl",
    "courses in CTDL JSON-LD, as a Credential Registry gives them",
    Origin("", "Courses in CTDL", "not stated where seen"),
    _rows,
)
