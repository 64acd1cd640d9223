"""Read O*NET: occupations with their skills and technologies, from its tab-separated files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlgraph.errors import DataError
from mlgraph.interchange.imports.bounded import files_of, table_rows
from mlgraph.interchange.imports.esco import sentences
from mlgraph.interchange.imports.row import Concept, Link, Origin, Reader, Row, Skipped, slugify
from mlgraph.vocab import MLG

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["READER"]

IMPORTANT = 3.0
"""Importance (1 to 5) from which a skill counts as essential; O*NET calls 3 "important"."""

_CODE = "O*NET-SOC Code"
_SOC = re.compile(r"\d{2}-\d{4}\.\d{2}")
_RELATED = "Primary-Short"


def _rows(source: Path) -> Iterator[Row]:
    files = {path.stem: path for path in files_of(source, "*.txt")}
    if "Occupation Data" not in files:
        raise DataError(
            "there is no Occupation Data.txt", "name the folder of O*NET's text files", path=source
        )
    skills = next((path for stem, path in sorted(files.items()) if re.match(r"Skills\b|Skills_", stem)), None)
    reader = _Onet(files, skills)
    yield from reader.rows()


def _table(path: Path | None) -> Iterator[dict[str, str]]:
    if path is not None:
        yield from table_rows(path, delimiter="\t", quoted=False)


class _Onet:
    """Joins the files by occupation code."""

    def __init__(self, files: dict[str, Path], skills: Path | None) -> None:
        self.files = files
        self.skills = skills
        self.links: dict[str, list[Link]] = {}
        self.notes: dict[str, list[str]] = {}
        self.names: dict[str, list[str]] = {}
        self.tasks: dict[str, list[str]] = {}

    def rows(self) -> Iterator[Row]:
        elements = {
            row["Element ID"]: row
            for row in _table(self.files.get("Content Model Reference"))
            if "Element ID" in row
        }
        yield from self.abilities(elements)
        yield from self.technologies()
        yield from self.gathered("Alternate Titles", "Alternate Title", self.names, "an alternate title")
        yield from self.gathered("Task Statements", "Task", self.tasks, "a task")
        yield from self.gathered("Job Zones", "Job Zone", self.notes, "a job zone")
        yield from self.related()
        for row in _table(self.files["Occupation Data"]):
            code, title = row.get(_CODE, ""), row.get("Title", "")
            if not _SOC.fullmatch(code) or not title:
                yield Skipped("no occupation code or no title", code)
            else:
                yield self.occupation(code, title, row.get("Description", ""))
        used = len(elements)
        if used:
            yield Skipped("an element of the content model, for definitions", "", used, used=True)

    def occupation(self, code: str, title: str, description: str) -> Concept:
        zones = tuple(f"O*NET job zone {each}." for each in self.notes.get(code, ()))
        tasks = self.tasks.get(code) or sentences(description) or [title]
        return Concept(
            code,
            "role",
            f"onet-{code}",
            title,
            description or title,
            tuple(dict.fromkeys(self.names.get(code, ()))),
            tuple(tasks),
            code=code,
            notes=zones,
            links=tuple(self.links.get(code, ())),
        )

    def gathered(self, stem: str, column: str, into: dict[str, list[str]], what: str) -> Iterator[Row]:
        for row in _table(self.files.get(stem)):
            if row.get(column):
                into.setdefault(row.get(_CODE, ""), []).append(row[column])
            yield Skipped(f"{what} of an occupation", stem, used=True)

    def related(self) -> Iterator[Row]:
        for row in _table(self.files.get("Related Occupations")):
            if row.get("Relatedness Tier") != _RELATED:
                yield Skipped("a related occupation beyond the nearest", "")
                continue
            reason = "O*NET lists it among the nearest occupations."
            link = Link(MLG.relatedRole, row.get("Related O*NET-SOC Code", ""), "", reason)
            self.links.setdefault(row.get(_CODE, ""), []).append(link)
            yield Skipped("a nearest occupation of an occupation", used=True)

    def abilities(self, elements: dict[str, dict[str, str]]) -> Iterator[Row]:
        """Read importance and level of the 35 skills; importance decides, level is kept."""
        named: dict[str, str] = {}
        values: dict[tuple[str, str], dict[str, str]] = {}
        for row in _table(self.skills):
            element, scale = row.get("Element ID", ""), row.get("Scale ID", "")
            if row.get("Recommend Suppress") == "Y" or row.get("Not Relevant") == "Y":
                yield Skipped("O*NET recommends to suppress it, or says it is not relevant", "")
                continue
            named.setdefault(element, row.get("Element Name", ""))
            values.setdefault((row.get(_CODE, ""), element), {})[scale] = row.get("Data Value", "")
            yield Skipped("a rating of a skill for an occupation", used=True)
        for element, name in named.items():
            definition = elements.get(element, {}).get("Description", "")
            if name:
                yield Concept(element, "skill", f"onet-{slugify(name)}", name, definition or name)
        for (code, element), scales in values.items():
            importance = _number(scales.get("IM", ""))
            if importance >= IMPORTANT and named.get(element):
                level = _number(scales.get("LV", ""))
                reason = f"O*NET rates its importance {importance:g} of 5 and its level {level:g} of 7."
                link = Link(MLG.essentialSkill, element, _depth(level), reason)
                self.links.setdefault(code, []).append(link)

    def technologies(self) -> Iterator[Row]:
        """Keep technologies that O*NET marks hot or in demand; the long tail is counted."""
        seen: set[str] = set()
        for row in _table(self.files.get("Technology Skills")):
            name = row.get("Example", "")
            if not name or "Y" not in {row.get("Hot Technology"), row.get("In Demand")}:
                yield Skipped("a technology that is neither hot nor in demand", "")
                continue
            key = f"technology/{name}"
            if key not in seen:
                seen.add(key)
                commodity = row.get("Commodity Title", "")
                yield Concept(
                    key,
                    "skill",
                    f"onet-tech-{slugify(name)}",
                    name,
                    f"{commodity}: {name}." if commodity else name,
                )
            else:
                yield Skipped("a further use of a technology", used=True)
            demanded = row.get("In Demand") == "Y"
            reason = (
                "O*NET marks it as in demand for this occupation."
                if demanded
                else "O*NET lists it as a hot technology of this occupation."
            )
            link = MLG.essentialSkill if demanded else MLG.optionalSkill
            self.links.setdefault(row.get(_CODE, ""), []).append(Link(link, key, "", reason))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _depth(level: float) -> str:
    """Return our level for O*NET's 0 to 7: below 3 awareness, below 5 working, else deep."""
    return "awareness" if level < 3 else "working" if level < 5 else "deep"


READER = Reader(
    "onet",
    "O*NET: a folder with its tab-separated text files",
    Origin("", "O*NET", "CC BY 4.0, O*NET, USDOL/ETA"),
    _rows,
)
