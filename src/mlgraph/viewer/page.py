"""A page that shows a learning path: pyvis draws, positions are computed here, physics is off."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyvis
from jinja2 import Environment, FileSystemLoader, select_autoescape
from pyvis.network import Network

if TYPE_CHECKING:
    from mlgraph.model import Claim, LearningPath

__all__ = ["to_html"]

COLUMN, ROW = 260, 64
"""Pixels between generations of topics, and between topics of one generation."""

_INLINE = re.compile(r"<(script|style)(?: [^>]*)?>(.*?)</\1>", re.DOTALL)


def _columns(path: LearningPath) -> dict[str, int]:
    """Return topic -> column: the longest chain of shown prerequisites below it."""
    column: dict[str, int] = {}
    for step in path.steps:
        column[step.topic.slug] = max((column[need] + 1 for need in step.needs if need in column), default=0)
    return column


def _network(path: LearningPath) -> Network:
    goals = {goal.slug for goal in path.goals}
    column = _columns(path)
    filled: dict[int, int] = {}
    network = Network(directed=True, cdn_resources="in_line")
    tallest = max((list(column.values()).count(place) for place in set(column.values())), default=0)
    size = {place: list(column.values()).count(place) for place in set(column.values())}
    for step in path.steps:
        slug = step.topic.slug
        place = column[slug]
        row = filled.get(place, 0)
        filled[place] = row + 1
        network.add_node(
            slug,
            label=step.topic.label,
            shape="box",
            x=place * COLUMN,
            y=(row + (tallest - size[place]) / 2) * ROW,
            physics=False,
            color={"background": "#ffe9b8" if slug in goals else "#eaf2fb", "border": "#3b5b7a"},
        )
    for step in path.steps:
        for need in step.needs:
            if need in column:
                network.add_edge(need, step.topic.slug)
    return network


def to_html(path: LearningPath, claims: list[Claim]) -> str:
    """Return one HTML page that needs no network.

    Parameters
    ----------
    path : LearningPath
        What is shown: a node a step, an arrow a prerequisite, left to right.
    claims : list of Claim
        The claims behind the arrows, for reasons and sources.

    Returns
    -------
    str
        The page; equal values give equal bytes. All texts are escaped, links are http(s) only, and a
        content security policy allows just the page's own script and style, by hash.

    Notes
    -----
    The ordered list is there without JavaScript, and equal in content to the picture.
    """
    network = _network(path)
    script = Path(pyvis.__file__).parent / "lib" / "vis-9.1.2" / "vis-network.min.js"
    why: dict[str, list[dict[str, Any]]] = {}
    for claim in claims:
        why.setdefault(claim.subject.slug, []).append(
            {
                "topic": claim.object.label,
                "reason": claim.reason,
                "sources": [
                    {"text": f"{each.source} {each.locator}".strip(), "url": _safe(each.url)}
                    for each in claim.support
                ],
            }
        )
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(["html"])
    )
    page = environment.get_template("template.html").render(
        path=path,
        why=why,
        payload={"nodes": network.nodes, "edges": network.edges},
        vis=script.read_text(encoding="utf-8"),
        title=", ".join(goal.label for goal in path.goals),
        policy="POLICY",
    )
    return page.replace("POLICY", _policy(page), 1)


def _safe(url: str) -> str:
    return url if re.match(r"https?://", url) else ""


def _policy(page: str) -> str:
    """Return a content security policy with the hashes of the page's own scripts and styles."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for found in _INLINE.finditer(page):
        digest = base64.b64encode(hashlib.sha256(found.group(2).encode()).digest()).decode()
        hashes[found.group(1)].append(f"'sha256-{digest}'")
    return (
        f"default-src 'none'; script-src {' '.join(hashes['script'])}; "
        f"style-src {' '.join(hashes['style'])}; img-src data:; base-uri 'none'; form-action 'none'"
    )
