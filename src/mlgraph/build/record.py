"""Write new records: a topic, a claim with its evidence, a course; each checked before it is written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from mlgraph.build.curation import existing, fresh, place_of, values_of, write_record
from mlgraph.errors import DataError, UsageError
from mlgraph.rdf.reader import read_turtle
from mlgraph.vocab import (
    CLAIM_PREDICATES,
    DCTERMS,
    KINDS,
    MLG,
    RDF,
    SCHEMA,
    SKOS,
    XSD,
    curie,
    kind_and_slug,
    local_name,
    thing,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlgraph.build.curation import Curation, Written
    from mlgraph.model import Hours

__all__ = [
    "AUDIENCES",
    "COSTS",
    "EVIDENCE_KINDS",
    "FORMATS",
    "LEVELS",
    "LINKS",
    "PACINGS",
    "STATUSES",
    "Citation",
    "CourseFacts",
    "Statement",
    "TopicFacts",
    "add_claim",
    "add_course",
    "add_topic",
    "confidence",
]


def _words(names: str) -> dict[str, str]:
    """Return word -> IRI of some individuals, words in lower case joined by hyphens."""
    return {_kebab(name): getattr(MLG, name) for name in names.split()}


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


LEVELS = _words("Awareness Working Deep")
STATUSES = _words("Verified Proposed")
EVIDENCE_KINDS = _words("Textbook LectureNotes Paper Documentation Syllabus OfficialPage Secondary Editorial")
PACINGS = _words("SelfPaced Cohort")
FORMATS = _words("OnCampus Online Hybrid Immersive")
COSTS = _words("Free FreeToAudit Paid Tuition UnknownCost")
AUDIENCES = _words("Introductory Undergraduate Graduate")
LINKS = {local_name(iri): iri for iri in sorted(CLAIM_PREDICATES)}
"""Word -> property of the links that a claim may state."""

_FREE = {MLG.Free: "true", MLG.FreeToAudit: "true", MLG.Paid: "false", MLG.Tuition: "false"}
_EDITORIAL = thing("source", "editorial")
_TOPIC_LINKS = (MLG.requires, MLG.recommends)


class Citation(NamedTuple):
    """One place in one source; an empty kind is the source's own."""

    source: str
    locator: str
    kind: str = ""
    observation: str = ""


class TopicFacts(NamedTuple):
    """What a new topic says of itself; ``sources`` are slugs, none for an editorial record."""

    label: str
    area: str
    definition: str
    hours: Hours
    basis: str
    goals: tuple[str, ...]
    alternatives: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Statement(NamedTuple):
    """A link to claim; no citations mean editorial judgement."""

    subject: str
    predicate: str
    object: str
    reason: str
    level: str = ""
    status: str = "verified"
    part: str = ""
    citations: tuple[Citation, ...] = ()


class CourseFacts(NamedTuple):
    """What a new course says of itself; ``teaches`` holds topic and level."""

    name: str
    providers: tuple[str, ...]
    platforms: tuple[str, ...]
    url: str
    languages: tuple[str, ...]
    pacing: str
    formats: tuple[str, ...]
    cost: str
    levels: tuple[str, ...]
    teaches: tuple[tuple[str, str], ...]
    citation: Citation
    reason: str = ""
    code: str = ""
    hours: float | None = None


class _Sheet:
    """Collects the triples of a record."""

    def __init__(self) -> None:
        self.quads: list[ox.Quad] = []

    def node(self, subject: str, predicate: str, *targets: str) -> None:
        """Say that something points to things."""
        self._add(subject, predicate, (ox.NamedNode(each) for each in targets))

    def words(self, subject: str, predicate: str, *values: str) -> None:
        """Say something in English; empty texts are left out."""
        self._add(
            subject, predicate, (ox.Literal(each.strip(), language="en") for each in values if each.strip())
        )

    def plain(self, subject: str, predicate: str, value: str, datatype: str = XSD.string) -> None:
        """Give a plain value; an empty one is left out."""
        if value:
            self._add(subject, predicate, [ox.Literal(value, datatype=ox.NamedNode(datatype))])

    def _add(self, subject: str, predicate: str, objects: Iterable[ox.NamedNode | ox.Literal]) -> None:
        link = ox.NamedNode(predicate)
        self.quads += [ox.Quad(ox.NamedNode(subject), link, each) for each in objects]


def _decimal(value: float) -> str:
    shown = f"{value:.4f}".rstrip("0")
    return f"{shown}0" if shown.endswith(".") else shown


def confidence(support: Iterable[tuple[str, str]]) -> float:
    """Return how much evidence counts, by (source, kind word) of each piece.

    Returns
    -------
    float
        0.95 for two or more different sources, editorial ones apart, that are not all secondary;
        0.9 for one primary source; 0.8 for secondary sources; 0.7 for editorial judgement alone.

    Examples
    --------
    >>> confidence([("a", "textbook"), ("b", "secondary")]), confidence([("a", "paper"), ("a", "paper")])
    (0.95, 0.9)
    >>> confidence([("a", "secondary"), ("b", "secondary")]), confidence([("me", "editorial")])
    (0.8, 0.7)
    """
    cited = {(source, kind) for source, kind in support if kind != "editorial"}
    primary = any(kind != "secondary" for _, kind in cited)
    if primary:
        return 0.95 if len({source for source, _ in cited}) > 1 else 0.9
    return 0.8 if cited else 0.7


def add_topic(curation: Curation, slug: str, facts: TopicFacts) -> Written:
    """Write a new topic to ``topics/AREA/SLUG.ttl``.

    Raises
    ------
    DataError
        If the slug is malformed or taken, the area or a source does not exist, or a check fails;
        nothing is written then.
    """
    topic = fresh(curation, "topic", slug)
    area = existing(curation, facts.area, ("area",))
    sheet = _Sheet()
    sheet.node(topic, RDF.type, MLG.Topic)
    sheet.words(topic, SKOS.prefLabel, facts.label)
    sheet.words(topic, SKOS.altLabel, *facts.alternatives)
    sheet.words(topic, SKOS.definition, facts.definition)
    sheet.node(topic, SKOS.broader, area)
    for predicate, hours in zip((MLG.hoursLow, MLG.hoursTypical, MLG.hoursHigh), facts.hours, strict=True):
        sheet.plain(topic, predicate, _decimal(hours), XSD.decimal)
    sheet.words(topic, MLG.hoursBasis, facts.basis)
    sheet.words(topic, MLG.goal, *facts.goals)
    sources = [existing(curation, each, ("source",)) for each in facts.sources]
    sheet.node(topic, DCTERMS.source, *(sources or [existing(curation, _EDITORIAL, ("source",))]))
    sheet.plain(topic, MLG.checkedOn, curation.date, XSD.date)
    return write_record(curation, Path("topics", local_name(area), f"{slug}.ttl"), sheet.quads)


def add_claim(curation: Curation, statement: Statement) -> Written:
    """Add a claim with its evidence to the record of its subject.

    Where the folder does not hold the subject's record, the claim gets a file of its own under
    ``claims/``.

    Raises
    ------
    DataError
        If the claim exists, something that it names does not, or a check fails; nothing is written.
    UsageError
        If there is no such link.
    """
    predicate = _link(statement.predicate)
    subject = existing(curation, statement.subject, KINDS)
    object_ = existing(curation, statement.object, KINDS)
    _sensible(curation, statement, (subject, predicate, object_))
    name = _claim_name(subject, predicate, object_)
    sheet = _Sheet()
    cited = [_cited(curation, each) for each in statement.citations] or [
        (existing(curation, _EDITORIAL, ("source",)), "editorial", Citation("", ""))
    ]
    evidence = []
    for place, (source, kind, citation) in enumerate(cited, 1):
        evidence.append(thing("evidence", f"{name}.{place}"))
        _evidence(sheet, curation, evidence[-1], source, kind, citation)
    claim = _claim(
        sheet, curation, (subject, predicate, object_), statement, evidence, [each[:2] for each in cited]
    )
    if claim in curation.types:
        raise DataError(
            f"{curie(claim)} exists{place_of(curation, claim)}",
            "edit that claim, or add evidence to it by hand",
        )
    home = curation.homes.get(subject)
    quads = [*(read_turtle(home) if home else ()), *sheet.quads]
    path = home.relative_to(curation.folder) if home else Path("claims", f"{name}.ttl")
    return write_record(curation, path, quads, replaces=home is not None)


def add_course(curation: Curation, slug: str, facts: CourseFacts) -> Written:
    """Write a new course with one offering and what it teaches to ``courses/INSTITUTION/SLUG.ttl``.

    Raises
    ------
    DataError
        If the slug is malformed or taken, something that it names does not exist, or a check fails;
        nothing is written then.
    """
    course = fresh(curation, "course", slug)
    offering = thing("offering", f"{slug}.1")
    evidence = thing("evidence", f"course.{slug}.1")
    providers = [existing(curation, each, ("institution",)) for each in facts.providers]
    source, kind, citation = _cited(curation, facts.citation)
    sheet = _Sheet()
    sheet.node(course, RDF.type, SCHEMA.Course)
    sheet.words(course, SCHEMA.name, facts.name)
    sheet.plain(course, SCHEMA.courseCode, facts.code)
    sheet.node(course, SCHEMA.provider, *providers)
    sheet.node(course, SCHEMA.url, _url(facts.url))
    sheet.node(course, SCHEMA.educationalLevel, *(AUDIENCES[each] for each in facts.levels))
    sheet.node(course, SCHEMA.hasCourseInstance, offering)
    sheet.node(course, DCTERMS.source, source)
    sheet.plain(course, MLG.checkedOn, curation.date, XSD.date)
    _offering(sheet, curation, offering, facts)
    _evidence(sheet, curation, evidence, source, kind, citation)
    reason = facts.reason or f"{_name_of(curation, source)} lists it ({citation.locator})."
    for name, level in facts.teaches:
        topic = existing(curation, name, ("topic", "skill"))
        statement = Statement(course, "teaches", topic, reason, level)
        _claim(sheet, curation, (course, MLG.teaches, topic), statement, [evidence], [(source, kind)])
    return write_record(curation, Path("courses", local_name(providers[0]), f"{slug}.ttl"), sheet.quads)


def _offering(sheet: _Sheet, curation: Curation, offering: str, facts: CourseFacts) -> None:
    sheet.node(offering, RDF.type, SCHEMA.CourseInstance)
    sheet.words(offering, SCHEMA.name, facts.name)
    for language in facts.languages:
        sheet.plain(offering, SCHEMA.inLanguage, language)
    sheet.node(
        offering, MLG.deliveredOn, *(existing(curation, each, ("platform",)) for each in facts.platforms)
    )
    sheet.node(offering, MLG.pacing, PACINGS[facts.pacing])
    sheet.node(offering, MLG.hasFormat, *(FORMATS[each] for each in facts.formats))
    cost = COSTS[facts.cost]
    sheet.node(offering, MLG.costKind, cost)
    sheet.plain(offering, SCHEMA.isAccessibleForFree, _FREE.get(cost, ""), XSD.boolean)
    if facts.hours is not None:
        sheet.plain(offering, MLG.workloadHours, _decimal(facts.hours), XSD.decimal)


def _evidence(
    sheet: _Sheet, curation: Curation, evidence: str, source: str, kind: str, citation: Citation
) -> None:
    sheet.node(evidence, RDF.type, MLG.Evidence)
    sheet.node(evidence, DCTERMS.source, source)
    sheet.node(evidence, MLG.evidenceKind, EVIDENCE_KINDS[kind])
    sheet.plain(evidence, MLG.locator, citation.locator)
    sheet.words(evidence, MLG.observation, citation.observation)
    sheet.plain(evidence, MLG.checkedOn, curation.date, XSD.date)


def _claim(
    sheet: _Sheet,
    curation: Curation,
    link: tuple[str, str, str],
    statement: Statement,
    evidence: Sequence[str],
    support: Sequence[tuple[str, str]],
) -> str:
    """Put a claim on the sheet and return its IRI."""
    claim = thing("claim", _claim_name(*link))
    sheet.node(claim, RDF.type, MLG.Claim)
    for predicate, target in zip((RDF.subject, RDF.predicate, RDF.object), link, strict=True):
        sheet.node(claim, predicate, target)
    sheet.words(claim, MLG.reason, statement.reason)
    sheet.words(claim, MLG.neededPart, statement.part)
    if statement.level:
        sheet.node(claim, MLG.atLevel, LEVELS[statement.level])
    sheet.node(claim, MLG.status, STATUSES[statement.status])
    sheet.plain(claim, MLG.confidence, _decimal(confidence(support)), XSD.decimal)
    sheet.plain(claim, MLG.verifiedOn, curation.date, XSD.date)
    sheet.node(claim, MLG.supportedBy, *evidence)
    return claim


def _claim_name(subject: str, predicate: str, object_: str) -> str:
    """Return the slug of a claim: kinds and slugs of its ends around the link."""
    ends = [".".join(kind_and_slug(each) or ("thing", local_name(each))) for each in (subject, object_)]
    return f"{ends[0]}.{_kebab(local_name(predicate))}.{ends[1]}"


def _link(word: str) -> str:
    """Return the property for a word such as ``requires`` or ``prepares-for``."""
    local = word.rpartition(":")[2]
    for name, iri in LINKS.items():
        if local in {name, _kebab(name)}:
            return iri
    raise UsageError(f"no such link: {word!r}", f"one of {', '.join(sorted(LINKS))}")


def _sensible(curation: Curation, statement: Statement, link: tuple[str, str, str]) -> None:
    """Refuse what no shape can see: a hard need of mere awareness, hard and soft at once."""
    subject, predicate, object_ = link
    if predicate == MLG.requires and statement.level == "awareness":
        raise DataError(
            "a hard prerequisite is needed at least at working level", "claim `recommends` instead"
        )
    if predicate in _TOPIC_LINKS:
        other = _TOPIC_LINKS[predicate == MLG.requires]
        name = thing("claim", _claim_name(subject, other, object_))
        if name in curation.types:
            raise DataError(
                f"{curie(subject)} already {local_name(other)} {curie(object_)}{place_of(curation, name)}",
                "a need is hard or soft, not both: keep one of the two claims",
            )


def _cited(curation: Curation, citation: Citation) -> tuple[str, str, Citation]:
    """Return source, kind word and the citation; the kind is the source's own where none is given."""
    source = existing(curation, citation.source, ("source",))
    if citation.kind:
        return source, citation.kind, citation
    own = values_of(curation, source, MLG.evidenceKind)
    return source, _kebab(local_name(own[0])) if own else "secondary", citation


def _name_of(curation: Curation, node: str) -> str:
    return next(iter(values_of(curation, node, SCHEMA.name)), local_name(node))


def _url(url: str) -> str:
    if not re.fullmatch(r'https?://[^\s<>"{}|\\^`]+', url):
        raise DataError(f"not a web address: {url[:80]!r}", "give it as https://…")
    return url
