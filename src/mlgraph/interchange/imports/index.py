"""The first pass of an import: which keys and codes there are, and which IRIs they get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.catalog.spelling import normalise
from mlgraph.interchange.imports.ground import folded
from mlgraph.interchange.imports.row import Concept, CourseRow, slugify, spaceless
from mlgraph.vocab import kind_and_slug, local_name, thing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgraph.interchange.imports.ground import Ground
    from mlgraph.interchange.imports.row import Row

__all__ = ["Index"]


class Index:
    """What the rows of a source are called; the second pass asks it, row by row, in the same order."""

    def __init__(self, ground: Ground, institution: str, name: str) -> None:
        self.ground = ground
        self.institution = institution
        self.new_institutions: dict[str, tuple[str, str]] = {}
        self.iris: dict[str, str] = {}
        self.rows: dict[str, int] = {}
        self.codes: dict[tuple[str, str], str] = {}
        self.titles: dict[tuple[str, str], list[str]] = {}
        self.aliases: dict[tuple[str, str], list[str]] = {}
        self.departments: dict[str, list[str]] = {}
        self.labels: dict[tuple[str, str], str] = {}
        self.others: dict[tuple[str, str], str] = {}
        self.taken: dict[str, str] = {}
        self.read = 0
        if institution and thing("institution", institution) not in ground.things:
            self.new_institutions[thing("institution", institution)] = (name or institution, "university")

    def provider(self, name: str) -> str:
        """Return the IRI of the institution that a row names, or of the import's own."""
        if not name or (self.institution and not name):
            return thing("institution", self.institution)
        known = self.ground.institutions.get(normalise(name))
        if known:
            return known
        iri = thing("institution", slugify(name) or "unnamed")
        if iri not in self.ground.things:
            self.new_institutions.setdefault(iri, (name, "university"))
        return iri

    def take(self, rows: Iterable[Row]) -> Index:
        """Go through all rows once."""
        for number, row in enumerate(rows):
            self.read = number + 1
            if isinstance(row, CourseRow):
                self._course(number, row)
            elif isinstance(row, Concept):
                self._concept(number, row)
        return self

    def _course(self, number: int, row: CourseRow) -> None:
        if row.key in self.rows:
            return
        self.rows[row.key] = number
        provider = self.provider(row.provider)
        code = row.code or row.name
        iri = self._free(thing("course", f"{local_name(provider)}-{slugify(code) or 'course'}"), row.key)
        known = self.ground.courses.get((provider, spaceless(code)))
        self.iris[row.key] = known or iri
        self.codes.setdefault((provider, spaceless(code)), self.iris[row.key])
        self.titles.setdefault((provider, normalise(row.name)), []).append(self.iris[row.key])
        for alias in row.aliases:
            self.aliases.setdefault((provider, alias.casefold()), []).append(self.iris[row.key])
        self.departments.setdefault(code.partition(" ")[0], []).append(code)

    def _concept(self, number: int, row: Concept) -> None:
        if row.key in self.rows:
            return
        self.rows[row.key] = number
        same = next((self.ground.matches[each] for each in row.matches if each in self.ground.matches), "")
        same = same if same and (kind_and_slug(same) or ("",))[0] == row.kind else ""
        same = same or self.ground.names.get((row.kind, folded(row.label)), "")
        owner = self.labels.get((row.kind, folded(row.label)), "")
        self.iris[row.key] = same or owner or self._free(thing(row.kind, row.slug), row.key)
        self.labels.setdefault((row.kind, folded(row.label)), self.iris[row.key])
        for label in row.alternatives:
            self.others.setdefault((row.kind, folded(label)), self.iris[row.key])

    def _free(self, iri: str, key: str) -> str:
        found, count = iri, 1
        while self.taken.get(found, key) != key:
            count += 1
            found = f"{iri}-{count}"
        self.taken[found] = key
        return found

    def shown(self, kind: str, label: str, iri: str) -> bool:
        """Say whether a concept may show an alternative label: nothing else may bear it."""
        key = (kind, folded(label))
        return (
            key not in self.ground.names
            and self.labels.get(key, iri) == iri
            and self.others.get(key, iri) == iri
        )

    def is_first(self, number: int, key: str) -> bool:
        """Say whether a row is the first of its key."""
        return self.rows.get(key) == number

    def course(self, provider: str, text: str) -> str:
        """Return the IRI of the course that a code means, in the import or in the graph; empty if none."""
        code = spaceless(text)
        return self.codes.get((provider, code)) or self.ground.courses.get((provider, code)) or ""

    def named(self, provider: str, text: str) -> tuple[list[str], bool]:
        """Return the courses that the source lists under a name, or whose title it is; say whether these are all.

        A requirement such as "Physics I" is met by every course of that title. Of what has a name of its own,
        such as "Physics I (GIR)", a source may list some courses only.
        """
        listed = self.aliases.get((provider, text.casefold()), [])
        titled = self.titles.get((provider, normalise(text)), [])
        return list(dict.fromkeys([*listed, *titled])), not listed and "(" not in text
