"""Read JSON-LD out of files and pages without ever fetching a context: names are taken as they stand."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from mlgraph.errors import DataError
from mlgraph.interchange.imports.bounded import LIMITS, Limits, files_of, parse_json, read_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["links", "node_text", "nodes", "number", "types"]

NODE_LIMIT = 200_000
"""Nodes that one file may have."""


def nodes(source: Path, limits: Limits = LIMITS) -> Iterator[tuple[Path, dict[str, Any] | None]]:
    """Yield the nodes that have a type, of every JSON-LD, JSON Lines or HTML file of a source.

    Parameters
    ----------
    source : Path
        A file or a folder of them.
    limits : Limits
        Bounds.

    Yields
    ------
    tuple of Path and dict or None
        File and node, its keys without known prefixes; None for a script that is not JSON.

    Raises
    ------
    DataError
        If a bound is reached, or a JSON file is not JSON.
    """
    for path in files_of(source, "*.json", "*.jsonld", "*.jsonl", "*.html", "*.htm"):
        text = read_whole(path, limits)
        page = path.suffix in {".html", ".htm"}
        if page:
            parser = _Scripts()
            parser.feed(text)
            texts = parser.found
        else:
            texts = text.splitlines() if path.suffix == ".jsonl" else [text]
        for each in texts:
            if not each.strip():
                continue
            try:
                value = parse_json(each, path, limits)
            except DataError:
                if not page:
                    raise
                yield path, None
                continue
            for node in _typed(value, path):
                yield path, node


class _Scripts(HTMLParser):
    """Gathers ``<script type="application/ld+json">``; nothing else of a page is read, nothing run."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = (dict(attrs).get("type") or "").split(";")[0].strip().lower() == "application/ld+json"
        if tag == "script" and wanted:
            self.inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found[-1] += data


def _typed(value: Any, path: Path) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON
    """Walk through lists, graphs and item lists to the nodes that they hold."""
    stack = [value]
    count = 0
    while stack:
        each = stack.pop()
        count += 1
        if count > NODE_LIMIT:
            raise DataError(f"more than {NODE_LIMIT:,} nodes", "split the file", path=path)
        if isinstance(each, list):
            stack += reversed(each)
        elif isinstance(each, dict):
            node = {_plain(key): inner for key, inner in each.items()}
            yield node
            for key in ("@graph", "itemListElement", "item", "mainEntity", "hasCourse", "itemOffered"):
                if isinstance(node.get(key), list | dict):
                    stack.append(node[key])


def _plain(key: str) -> str:
    for prefix in (
        "schema:",
        "ceterms:",
        "http://schema.org/",
        "https://schema.org/",
        "https://purl.org/ctdl/terms/",
    ):
        if key.startswith(prefix):
            return key[len(prefix) :]
    return key


def types(node: dict[str, Any]) -> set[str]:
    """Return the types of a node, without prefixes."""
    value = node.get("@type", node.get("type"))
    return {_plain(each) for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)}


def links(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    """Return a value as a list: JSON-LD writes one value without brackets."""
    return value if isinstance(value, list) else [] if value is None else [value]


def node_text(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return the first text of a value: a text, ``@value``, a language map, or the name of a node.

    Examples
    --------
    >>> node_text({"en-US": "Algebra"}), node_text([{"@type": "Thing", "name": "Algebra"}]), node_text(None)
    ('Algebra', 'Algebra', '')
    """
    for each in links(value):
        if isinstance(each, str | int | float) and not isinstance(each, bool):
            return " ".join(str(each).split())
        if isinstance(each, dict):
            plain = {_plain(key): inner for key, inner in each.items()}
            for key in (
                "@value",
                "name",
                "en",
                "en-US",
                "en-us",
                "targetNodeName",
                "targetName",
                "description",
            ):
                if plain.get(key):
                    return node_text(plain[key])
            languages = [
                key for key in plain if key[:1] != "@" and len(key) <= 8 and isinstance(plain[key], str)
            ]
            if languages and len(languages) == len(plain):
                return node_text(plain[languages[0]])
            if isinstance(plain.get("@id"), str):
                return str(plain["@id"])
    return ""


def number(value: Any) -> float | None:  # noqa: ANN401 - any JSON
    """Return a number that a value gives, also within a node (``value``, ``minValue``); None if there is none."""
    for each in links(value):
        if isinstance(each, bool):
            continue
        if isinstance(each, int | float):
            return float(each) if 0 <= each <= 100_000 else None
        if isinstance(each, str):
            try:
                found = float(each)
            except ValueError:
                continue
            return found if 0 <= found <= 100_000 else None
        if isinstance(each, dict):
            plain = {_plain(key): inner for key, inner in each.items()}
            for key in ("value", "minValue", "price"):
                if key in plain:
                    return number(plain[key])
    return None
