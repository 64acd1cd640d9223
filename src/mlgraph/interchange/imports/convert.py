"""The second pass of an import: a row into the triples of its record, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.interchange.imports.matching import suggest, suggest_exact
from mlgraph.interchange.imports.report import UNREAD_LIMIT
from mlgraph.interchange.imports.row import Concept, CourseRow, Skipped
from mlgraph.interchange.imports.sheet import (
    Citing,
    Group,
    Stated,
    Taught,
    claim_name,
    concept_quads,
    course_quads,
)
from mlgraph.interchange.requirement_tree import Leaf, any_of, clauses, replace_leaves
from mlgraph.vocab import MLG, local_name, thing

if TYPE_CHECKING:
    import pyoxigraph as ox

    from mlgraph.interchange.imports.index import Index
    from mlgraph.interchange.imports.report import Report
    from mlgraph.interchange.imports.review import Decision
    from mlgraph.interchange.imports.row import Reader, Row
    from mlgraph.interchange.requirement_text import Part
    from mlgraph.interchange.requirement_tree import Clause, Node

__all__ = ["Converter", "Matching"]


class Matching(NamedTuple):
    """How topics are suggested: from which score on; not at all if it is above 1."""

    least: float = 0.4


class Converter:
    """Knows the index, the graph, the citation and what a person decided before."""

    def __init__(
        self,
        reader: Reader,
        index: Index,
        citing: Citing,
        matching: Matching,
        decisions: dict[str, Decision],
        report: Report,
    ) -> None:
        self.reader = reader
        self.index = index
        self.citing = citing
        self.matching = matching
        self.decisions = decisions
        self.report = report

    def quads(self, number: int, row: Row) -> list[ox.Quad]:
        """Return the triples of a row; none where it is left out, which is counted."""
        self.report.rows += row.number if isinstance(row, Skipped) else 1
        if isinstance(row, Skipped):
            if row.number:
                (self.report.used if row.used else self.report.left_out)[row.reason] += row.number
            return []
        iri = self.index.iris[row.key]
        reason = self._doubled(number, row.key, iri)
        if reason:
            self.report.left_out[reason] += 1
            return []
        self.report.kept += 1
        if isinstance(row, Concept):
            self.report.concepts += 1
            return self._concept(row, iri)
        self.report.courses += 1
        return self._course(row, iri)

    def _doubled(self, number: int, key: str, iri: str) -> str:
        if not self.index.is_first(number, key):
            return "the same code or key in an earlier row"
        if iri in self.index.ground.things:
            return "in the graph already, which is curated"
        return "" if self.index.taken.get(iri, key) == key else "the same name as an earlier row"

    def _course(self, row: CourseRow, iri: str) -> list[ox.Quad]:
        provider = self.index.provider(row.provider)
        groups: list[Group] = []
        for part in row.parts:
            groups += self._groups(part, provider, iri)
        taught = self._stated_topics(row)
        known = {each.target for each in taught}
        if self.matching.least <= 1:
            found = suggest(row.name, row.description, self.index.ground.topics, self.matching.least)
            taught += self._decided(
                iri,
                MLG.teaches,
                [
                    Taught(
                        each.topic,
                        "",
                        each.score,
                        f'The {each.where} says "{each.name}"; matched by its words, not yet judged.',
                    )
                    for each in found
                    if each.topic not in known
                ],
            )
        for each in taught:
            self.report.claims["verified" if each.verified_on else "proposed"] += 1
        return course_quads(row, iri, provider, self.citing, groups, taught)

    def _decided(self, subject: str, predicate: str, found: list[Taught]) -> list[Taught]:
        """Apply what a person decided in an earlier review of the same folder."""
        kept = []
        for each in found:
            decision = self.decisions.get(thing("claim", claim_name(subject, predicate, each.target)))
            if decision is None:
                kept.append(each)
            elif decision.accepted:
                kept.append(
                    each._replace(
                        level=decision.level, score=0.9, reason=decision.reason, verified_on=decision.date
                    )
                )
            else:
                self.report.links["suggestions rejected before"] += 1
        return kept

    def _stated_topics(self, row: CourseRow) -> list[Taught]:
        """Return what the source itself says that a course teaches, where the graph knows the topic."""
        found: list[Taught] = []
        for name, level in row.teaches:
            topic = thing("topic", name) if name in self.index.ground.slugs else ""
            if not topic:
                same = suggest_exact(name, self.index.ground.topics)
                topic = same.topic if same else ""
            if topic and topic not in {each.target for each in found}:
                reason = f'The catalogue states that it teaches "{name}".'
                found.append(Taught(topic, level, 0.9, reason, self.citing.date))
            elif not topic:
                self.report.links["topics stated that the graph does not have"] += 1
        return found

    def _groups(self, part: Part, provider: str, iri: str) -> list[Group]:
        counts = self.report.requirements
        counts["texts"] += 1
        if part.tree is None:
            counts["unread"] += 1
            if len(self.report.unread) < UNREAD_LIMIT:
                self.report.unread.append(part.text[:300])
            return []
        counts["read"] += 1
        tree = part.tree
        if self.reader.expand:
            tree = self.reader.expand(tree, lambda name: tuple(self.index.departments.get(name, ())))
        found = clauses(replace_leaves(tree, lambda leaf: self._meant(leaf, provider)))
        if found is None:
            counts["tooWide"] += 1
            return []
        groups = [self._group(clause, part, provider, iri) for clause in found]
        counts["groups"] += len(groups)
        return groups

    def _meant(self, leaf: Leaf, provider: str) -> Node:
        """Return the courses that a name stands for; the name stays beside them where there may be more."""
        if self.index.course(provider, leaf.value):
            return leaf
        named, complete = self.index.named(provider, leaf.value)
        if not named:
            return leaf
        courses = [Leaf(each, concurrent=leaf.concurrent) for each in named]
        return any_of(courses if complete else [*courses, leaf._replace(course=False)])

    def _group(self, clause: Clause, part: Part, provider: str, iri: str) -> Group:
        options: list[str] = []
        words: list[str] = []
        for leaf in clause.options:
            known = (
                leaf.value if leaf.value.startswith("https://") else self.index.course(provider, leaf.value)
            )
            if known and known != iri:
                options.append(known)
            elif known and len(clause.options) > clause.minimum:
                continue  # "any course of the department" does not mean this one
            else:
                words.append(self._worded(leaf, provider) if leaf.course else leaf.value)
        timings = {leaf.concurrent or part.concurrent for leaf in clause.options}
        counts = self.report.requirements
        counts["options"] += len(dict.fromkeys(options))
        counts["optionsInWords"] += len(dict.fromkeys(words))
        counts["mixedTiming"] += len(timings) > 1
        options, words = list(dict.fromkeys(options)), list(dict.fromkeys(words))
        minimum = min(clause.minimum, len(options) + len(words))
        return Group(minimum, tuple(options), tuple(words), any(timings), part.recommended)

    def _worded(self, leaf: Leaf, provider: str) -> str:
        short = local_name(provider).upper() if len(local_name(provider)) <= 4 else ""
        return f"{short} {leaf.value}".strip()

    def _concept(self, row: Concept, iri: str) -> list[ox.Quad]:
        stated = []
        for link in row.links:
            target = self.index.iris.get(link.target, "")
            if not target or target == iri:
                self.report.links["links to something without a record"] += 1
            else:
                stated.append(Stated(link.predicate, target, link.level, link.reason))
        stated = list({(each.predicate, each.target): each for each in reversed(stated)}.values())[::-1]
        stated = self._no_both(stated)
        self.report.claims["verified"] += len(stated)
        drawn: list[Taught] = []
        same = suggest_exact(row.label, self.index.ground.topics) if row.kind == "skill" else None
        if same and same.score >= self.matching.least:
            reason = "It has the name of this topic; matched by name, not yet judged."
            drawn = self._decided(iri, MLG.drawsOn, [Taught(same.topic, "", same.score, reason)])
        for each in drawn:
            self.report.claims["verified" if each.verified_on else "proposed"] += 1
        shown: list[str] = []
        hidden: list[str] = []
        for label in row.alternatives:
            if label.casefold() != row.label.casefold():
                (shown if self.index.shown(row.kind, label, iri) else hidden).append(label)
        return concept_quads(row, iri, (shown, hidden), self.citing, stated, drawn)

    def _no_both(self, stated: list[Stated]) -> list[Stated]:
        """Drop what is optional where it is essential too."""
        essential = {each.target for each in stated if each.predicate == MLG.essentialSkill}
        return [
            each for each in stated if each.predicate != MLG.optionalSkill or each.target not in essential
        ]
