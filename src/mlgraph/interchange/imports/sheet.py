"""Turn rows into triples of records: courses with offerings and groups, skills, roles, and their claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from mlgraph.interchange.imports.words import AUDIENCES, COSTS, FORMATS, LEVELS, PACINGS
from mlgraph.vocab import DCTERMS, MLG, RDF, SCHEMA, SKOS, XSD, kebab, kind_and_slug, local_name, thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlgraph.interchange.imports.row import Concept, CourseRow

__all__ = ["Citing", "Group", "Stated", "Taught", "claim_name", "concept_quads", "course_quads", "head_quads"]

_FREE = {"free": "true", "free-to-audit": "true", "paid": "false", "tuition": "false"}
_TEXT = 20_000


class Citing(NamedTuple):
    """How the records of an import cite their source."""

    source: str
    name: str
    kind: str
    licence: str
    date: str
    seen_in: str


class Taught(NamedTuple):
    """A claim that a course teaches something, or that a skill draws on a topic."""

    target: str
    level: str
    score: float
    reason: str
    verified_on: str = ""
    locator: str = ""


class Group(NamedTuple):
    """A requirement group, ready: IRIs of options, options in words."""

    minimum: int
    options: tuple[str, ...]
    words: tuple[str, ...]
    concurrent: bool
    recommended: bool


class Stated(NamedTuple):
    """A link of a concept that the source states, by IRI."""

    predicate: str
    target: str
    level: str
    reason: str


class _Sheet:
    """Collects triples."""

    def __init__(self) -> None:
        self.quads: list[ox.Quad] = []

    def node(self, subject: str, predicate: str, *targets: str) -> None:
        self._add(subject, predicate, (ox.NamedNode(each) for each in targets if each))

    def words(self, subject: str, predicate: str, *values: str) -> None:
        shown = (" ".join(each.split())[:_TEXT] for each in values)
        self._add(subject, predicate, (ox.Literal(each, language="en") for each in shown if each))

    def plain(self, subject: str, predicate: str, value: str, datatype: str = XSD.string) -> None:
        if value:
            self._add(subject, predicate, [ox.Literal(value[:_TEXT], datatype=ox.NamedNode(datatype))])

    def number(self, subject: str, predicate: str, value: float | None, bounds: tuple[float, float]) -> None:
        if value is not None and bounds[0] <= value <= bounds[1]:
            self.plain(subject, predicate, _decimal(value), XSD.decimal)

    def _add(self, subject: str, predicate: str, objects: Iterable[ox.NamedNode | ox.Literal]) -> None:
        owner, link = ox.NamedNode(subject), ox.NamedNode(predicate)
        self.quads += [ox.Quad(owner, link, each) for each in objects]


def _decimal(value: float) -> str:
    shown = f"{value:.4f}".rstrip("0")
    return f"{shown}0" if shown.endswith(".") else shown


def claim_name(subject: str, predicate: str, object_: str) -> str:
    """Return the slug of a claim: kinds and slugs of its ends around the link.

    Examples
    --------
    >>> claim_name(thing("course", "x-1"), MLG.teaches, thing("topic", "limit"))
    'course.x-1.teaches.topic.limit'
    """
    ends = [".".join(kind_and_slug(each) or ("thing", local_name(each))) for each in (subject, object_)]
    link = kebab(local_name(predicate))
    return f"{ends[0]}.{link}.{ends[1]}"


def head_quads(citing: Citing, institutions: dict[str, tuple[str, str]]) -> list[ox.Quad]:
    """Return the record of the source, and of institutions that the graph does not have.

    Parameters
    ----------
    citing : Citing
        The source.
    institutions : dict
        IRI -> name and kind.
    """
    sheet = _Sheet()
    sheet.node(citing.source, RDF.type, MLG.Source)
    sheet.words(citing.source, SCHEMA.name, citing.name)
    sheet.node(citing.source, MLG.evidenceKind, MLG.OfficialPage)
    sheet.words(citing.source, SCHEMA.license, citing.licence)
    sheet.plain(citing.source, MLG.seenIn, citing.seen_in)
    sheet.plain(citing.source, MLG.checkedOn, citing.date, XSD.date)
    for iri, (name, kind) in institutions.items():
        sheet.node(iri, RDF.type, SCHEMA.Organization)
        sheet.words(iri, SCHEMA.name, name)
        sheet.plain(iri, MLG.institutionKind, kind)
        sheet.node(iri, DCTERMS.source, citing.source)
        sheet.plain(iri, MLG.checkedOn, citing.date, XSD.date)
    return sheet.quads


def course_quads(
    row: CourseRow,
    iri: str,
    provider: str,
    citing: Citing,
    groups: Sequence[Group],
    taught: Sequence[Taught],
) -> list[ox.Quad]:
    """Return the triples of a course: itself, one offering, its groups, claims and their evidence."""
    sheet = _Sheet()
    slug = local_name(iri)
    offering = thing("offering", f"{slug}.1")
    sheet.node(iri, RDF.type, SCHEMA.Course)
    sheet.words(iri, SCHEMA.name, row.name[:500])
    sheet.plain(iri, SCHEMA.courseCode, row.code[:100])
    sheet.node(iri, SCHEMA.provider, provider)
    sheet.node(iri, SCHEMA.url, row.url)
    sheet.plain(iri, SCHEMA.creator, row.creator[:500])
    if row.level:
        sheet.node(iri, SCHEMA.educationalLevel, AUDIENCES[row.level])
    notes = (f"Credits: {row.credits:g}.",) if row.credits else ()
    sheet.words(iri, SKOS.scopeNote, *notes, *row.notes)
    sheet.words(iri, MLG.requirementText, row.asks)
    sheet.node(iri, SCHEMA.hasCourseInstance, offering)
    sheet.node(iri, DCTERMS.source, citing.source)
    sheet.plain(iri, MLG.checkedOn, citing.date, XSD.date)
    _offering(sheet, offering, row)
    for place, group in enumerate(groups, 1):
        _group(sheet, iri, thing("requirement", f"course.{slug}.{place}"), group)
    _claims(sheet, iri, MLG.teaches, taught, citing, row.code or row.name)
    return sheet.quads


def _offering(sheet: _Sheet, offering: str, row: CourseRow) -> None:
    sheet.node(offering, RDF.type, SCHEMA.CourseInstance)
    sheet.words(offering, SCHEMA.description, row.description)
    sheet.plain(offering, SCHEMA.inLanguage, row.language)
    sheet.node(offering, MLG.hasFormat, FORMATS[row.format or "on-campus"])
    sheet.node(
        offering, MLG.pacing, PACINGS[row.pacing or ("self-paced" if row.format == "online" else "cohort")]
    )
    sheet.node(offering, MLG.costKind, COSTS[row.cost or "unknown-cost"])
    sheet.plain(offering, SCHEMA.isAccessibleForFree, _FREE.get(row.cost, ""), XSD.boolean)
    platform = "course-site" if row.format == "online" and row.url else "campus"
    sheet.node(offering, MLG.deliveredOn, thing("platform", platform))
    hours = row.hours
    if hours is None and row.hours_per_week and row.weeks:
        hours = row.hours_per_week * row.weeks
    sheet.number(offering, MLG.workloadHours, hours, (0.1, 3000))
    sheet.number(offering, MLG.hoursPerWeek, row.hours_per_week, (0.1, 100))
    sheet.number(offering, MLG.weeks, row.weeks, (0.1, 200))
    sheet.number(offering, SCHEMA.price, row.price, (0, 1e6))
    sheet.plain(offering, SCHEMA.priceCurrency, row.currency)
    sheet.plain(offering, MLG.term, row.term[:200])


def _group(sheet: _Sheet, owner: str, iri: str, group: Group) -> None:
    sheet.node(owner, MLG.hasRequirement, iri)
    sheet.node(iri, RDF.type, MLG.RequirementGroup)
    sheet.node(iri, MLG.anyOf, *group.options)
    for words in group.words:
        sheet.plain(iri, MLG.externalOption, words[:500])
    sheet.plain(iri, MLG.minimumCount, str(group.minimum), XSD.integer)
    sheet.node(iri, MLG.obligation, MLG.Recommended if group.recommended else MLG.Mandatory)
    sheet.node(iri, MLG.timing, MLG.Concurrent if group.concurrent else MLG.Before)
    sheet.node(iri, MLG.purpose, MLG.Entry)


def _claims(
    sheet: _Sheet, subject: str, predicate: str, taught: Sequence[Taught], citing: Citing, locator: str
) -> None:
    if not taught:
        return
    evidence = thing("evidence", f"{'.'.join(kind_and_slug(subject) or ())}.1")
    _evidence(sheet, evidence, citing, locator)
    for each in taught:
        claim = thing("claim", claim_name(subject, predicate, each.target))
        _claim(sheet, claim, (subject, predicate, each.target), each.reason, evidence)
        sheet.plain(claim, MLG.confidence, _decimal(each.score), XSD.decimal)
        sheet.node(claim, MLG.status, MLG.Verified if each.verified_on else MLG.Proposed)
        sheet.plain(claim, MLG.verifiedOn, each.verified_on, XSD.date)
        if each.level:
            sheet.node(claim, MLG.atLevel, LEVELS[each.level])


def _evidence(sheet: _Sheet, evidence: str, citing: Citing, locator: str) -> None:
    sheet.node(evidence, RDF.type, MLG.Evidence)
    sheet.node(evidence, DCTERMS.source, citing.source)
    sheet.node(evidence, MLG.evidenceKind, MLG.OfficialPage)
    sheet.plain(evidence, MLG.locator, locator[:200])
    sheet.plain(evidence, MLG.checkedOn, citing.date, XSD.date)


def _claim(sheet: _Sheet, claim: str, link: tuple[str, str, str], reason: str, evidence: str) -> None:
    sheet.node(claim, RDF.type, MLG.Claim)
    for predicate, target in zip((RDF.subject, RDF.predicate, RDF.object), link, strict=True):
        sheet.node(claim, predicate, target)
    sheet.words(claim, MLG.reason, reason)
    sheet.node(claim, MLG.supportedBy, evidence)


def concept_quads(
    row: Concept,
    iri: str,
    labels: tuple[Sequence[str], Sequence[str]],
    citing: Citing,
    stated: Sequence[Stated],
    drawn: Sequence[Taught],
) -> list[ox.Quad]:
    """Return the triples of a skill or role; labels that something else bears are hidden ones."""
    sheet = _Sheet()
    role = row.kind == "role"
    sheet.node(iri, RDF.type, MLG.JobRole if role else MLG.Skill)
    sheet.words(iri, SKOS.prefLabel, row.label)
    sheet.words(iri, SKOS.altLabel, *labels[0])
    sheet.words(iri, SKOS.hiddenLabel, *labels[1])
    sheet.words(iri, SKOS.definition, row.definition)
    sheet.words(iri, SKOS.scopeNote, *row.notes)
    sheet.node(iri, SKOS.exactMatch, *row.matches)
    if role:
        sheet.words(iri, MLG.task, *row.tasks)
        sheet.plain(iri, SCHEMA.occupationalCategory, row.code)
    sheet.node(iri, DCTERMS.source, citing.source)
    sheet.plain(iri, MLG.checkedOn, citing.date, XSD.date)
    evidence = thing("evidence", f"{'.'.join(kind_and_slug(iri) or ())}.1")
    if stated and not drawn:
        _evidence(sheet, evidence, citing, row.code or row.label)
    _claims(sheet, iri, MLG.drawsOn, drawn, citing, row.code or row.label)
    for each in stated:
        claim = thing("claim", claim_name(iri, each.predicate, each.target))
        _claim(sheet, claim, (iri, each.predicate, each.target), each.reason, evidence)
        sheet.plain(claim, MLG.confidence, "0.9", XSD.decimal)
        sheet.node(claim, MLG.status, MLG.Verified)
        sheet.plain(claim, MLG.verifiedOn, citing.date, XSD.date)
        if each.level:
            sheet.node(claim, MLG.atLevel, LEVELS[each.level])
    return sheet.quads
