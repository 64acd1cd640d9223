"""The graph in the words of others: schema.org, CTDL, ESCO-style SKOS, and RDF 1.2 with reifiers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from mlgraph.catalog.claims import thing_of
from mlgraph.interchange.facts import Facts
from mlgraph.interchange.schemaorg import schema_org
from mlgraph.rdf.writer import to_turtle
from mlgraph.vocab import DATASET, DCTERMS, MLG, PREFIXES, RDF, SCHEMA, SKOS, local_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgraph.rdf.store import Store

__all__ = ["to_ctdl", "to_rdf12", "to_schema_org", "to_skos"]

_CTDL = "https://credreg.net/ctdl/schema/context/json"
_ESCO = "http://data.europa.eu/esco/model#"
_LEVELS = {"Introductory": "BeginnerLevel", "Undergraduate": "IntermediateLevel", "Graduate": "AdvancedLevel"}
_DELIVERY = {
    "OnCampus": "InPerson",
    "Online": "OnlineOnly",
    "Hybrid": "BlendedDelivery",
    "Immersive": "OnlineOnly",
}

Node = dict[str, Any]


def _text(value: Node) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def to_schema_org(store: Store) -> str:
    """Return courses, programs, roles, resources, projects, topics and skills as schema.org JSON-LD.

    Parameters
    ----------
    store : Store
        The graph.

    Returns
    -------
    str
        One ``@graph``, sorted by IRI; see `mlgraph.interchange.schemaorg.schema_org` for each node.
    """
    facts = Facts(store)
    kinds = (
        SCHEMA.Course,
        SCHEMA.EducationalOccupationalProgram,
        MLG.JobRole,
        SCHEMA.LearningResource,
        MLG.LearningProject,
        MLG.Topic,
        MLG.Skill,
        MLG.TransversalSkill,
        SCHEMA.Organization,
    )
    found = []
    for iri in facts.of_type(*kinds):
        node = schema_org(store, thing_of(iri, facts.label(iri)))
        if node is not None:
            found.append({key: value for key, value in node.items() if key != "@context"})
    return _text({"@context": "https://schema.org", "@graph": found})


def _full(node: Node) -> Node:
    return {key: value for key, value in node.items() if value not in (None, "", [], {})}


def _aligned(facts: Facts, iris: Iterable[str]) -> list[Node]:
    return [
        {
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:targetNode": iri,
            "ceterms:targetNodeName": {"en": facts.label(iri)},
        }
        for iri in iris
    ]


def to_ctdl(store: Store) -> str:
    """Return courses, programs and institutions in CTDL JSON-LD (https://credreg.net/ctdl/terms).

    Parameters
    ----------
    store : Store
        The graph.

    Returns
    -------
    str
        One ``@graph``, sorted. Entry requirements are condition profiles: groups are all asked for, the
        options of a group are alternatives; groups that ask for several of many stay in words.
    """
    facts = Facts(store)
    courses = facts.of_type(SCHEMA.Course)
    found = [_ctdl_course(facts, iri) for iri in courses]
    for iri in facts.of_type(SCHEMA.EducationalOccupationalProgram):
        award = facts.one(iri, SCHEMA.educationalCredentialAwarded)
        found.append(
            _full(
                {
                    "@type": "ceterms:LearningProgram",
                    "@id": iri,
                    "ceterms:name": {"en": facts.label(iri)},
                    "ceterms:subjectWebpage": facts.one(iri, SCHEMA.url),
                    "ceterms:ownedBy": facts.many(iri, SCHEMA.provider),
                    "ceterms:hasPart": [
                        each for each in facts.many(iri, SCHEMA.hasCourse) if each in set(courses)
                    ],
                    "ceterms:teaches": _aligned(facts, facts.many(iri, MLG.covers)),
                    "ceterms:description": {"en": f"Award: {award}."} if award else None,
                }
            )
        )
    found += [
        _full(
            {
                "@type": "ceterms:CredentialOrganization",
                "@id": iri,
                "ceterms:name": {"en": facts.label(iri)},
                "ceterms:subjectWebpage": facts.one(iri, SCHEMA.url),
            }
        )
        for iri in facts.of_type(SCHEMA.Organization)
    ]
    return _text({"@context": _CTDL, "@graph": sorted(found, key=lambda each: each["@id"])})


def _ctdl_course(facts: Facts, iri: str) -> Node:
    offerings = facts.many(iri, SCHEMA.hasCourseInstance)
    hours = sorted({value for each in offerings for value in facts.many(each, MLG.workloadHours)}, key=float)
    formats = sorted({local_name(value) for each in offerings for value in facts.many(each, MLG.hasFormat)})
    return _full(
        {
            "@type": "ceterms:Course",
            "@id": iri,
            "ceterms:name": {"en": facts.label(iri)},
            "ceterms:codedNotation": facts.one(iri, SCHEMA.courseCode),
            "ceterms:description": _described(facts, offerings),
            "ceterms:subjectWebpage": facts.one(iri, SCHEMA.url),
            "ceterms:ownedBy": facts.many(iri, SCHEMA.provider),
            "ceterms:inLanguage": sorted(
                {tag for each in offerings for tag in facts.many(each, SCHEMA.inLanguage)}
            ),
            "ceterms:audienceLevelType": [
                _target("audLevel", _LEVELS[local_name(each)])
                for each in facts.many(iri, SCHEMA.educationalLevel)
                if local_name(each) in _LEVELS
            ],
            "ceterms:deliveryType": [
                _target("deliveryType", _DELIVERY[each]) for each in formats if each in _DELIVERY
            ],
            "ceterms:estimatedDuration": [
                {"@type": "ceterms:DurationProfile", "ceterms:exactDuration": f"PT{float(hours[0]):g}H"}
            ]
            if hours
            else None,
            "ceterms:teaches": _aligned(facts, facts.many(iri, MLG.teaches)),
            "ceterms:prerequisite": _conditions(facts, iri, MLG.Before),
            "ceterms:corequisite": _conditions(facts, iri, MLG.Concurrent),
        }
    )


def _described(facts: Facts, offerings: list[str]) -> Node | None:
    said = next(filter(None, (facts.one(each, SCHEMA.description) for each in offerings)), "")
    return {"en": said} if said else None


def _target(prefix: str, name: str) -> Node:
    return {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:targetNode": f"{prefix}:{name}",
        "ceterms:targetNodeName": {"en": name},
    }


def _conditions(facts: Facts, iri: str, timing: str) -> list[Node]:
    found = []
    for group in facts.many(iri, MLG.hasRequirement):
        if timing not in facts.many(group, MLG.timing) or MLG.Recommended in facts.many(
            group, MLG.obligation
        ):
            continue
        options = facts.many(group, MLG.anyOf)
        courses = [each for each in options if "/id/course/" in each]
        words = [facts.label(each) for each in options if each not in courses]
        words += facts.many(group, MLG.externalOption)
        minimum = int(float(facts.one(group, MLG.minimumCount) or 1))
        profile: Node = {"@type": "ceterms:ConditionProfile"}
        if minimum > 1 and minimum < len(courses) + len(words):
            named = [*(facts.label(each) for each in courses), *words]
            profile["ceterms:description"] = {"en": f"{minimum} of {', '.join(named)}"}
        elif minimum == 1 and len(courses) + len(words) > 1:
            profile["ceterms:alternativeCondition"] = [_alternative(each, "") for each in courses] + [
                _alternative("", each) for each in words
            ]
        else:
            profile |= {"ceterms:targetLearningOpportunity": courses} if courses else {}
            profile |= {"ceterms:description": {"en": ", ".join(words)}} if words else {}
        found.append(profile)
    return found


def _alternative(course: str, words: str) -> Node:
    if course:
        return {"@type": "ceterms:ConditionProfile", "ceterms:targetLearningOpportunity": [course]}
    return {"@type": "ceterms:ConditionProfile", "ceterms:description": {"en": words}}


def _labels(facts: Facts, iri: str) -> list[tuple[str, ox.Literal]]:
    """Return names and definitions of a thing in all languages; one name at least."""
    found = [
        (link, ox.Literal(value, language=language or "en"))
        for link in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, SKOS.definition)
        for language, value in facts.tagged(iri, link)
    ]
    if not facts.tagged(iri, SKOS.prefLabel):
        found.append((SKOS.prefLabel, ox.Literal(facts.label(iri), language="en")))
    return found


def to_skos(store: Store) -> str:
    """Return areas, topics, skills and roles as a SKOS thesaurus in the manner of ESCO, as canonical Turtle.

    Parameters
    ----------
    store : Store
        The graph.

    Returns
    -------
    str
        Topics and skills are ``esco:Skill`` (of the type knowledge or skill), roles ``esco:Occupation`` with
        essential and optional skills; hard and soft prerequisites are ``esco:hasEssentialSkill`` and
        ``esco:hasOptionalSkill``. All belong to one concept scheme.
    """
    facts = Facts(store, MLG.Area, MLG.Topic, MLG.Skill, MLG.TransversalSkill, MLG.JobRole)
    quads: list[ox.Quad] = []

    def add(subject: str, predicate: str, *values: ox.NamedNode | ox.Literal) -> None:
        quads.extend(ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), each) for each in values)

    def words(subject: str, predicate: str, *values: str) -> None:
        add(subject, predicate, *(ox.Literal(each, language="en") for each in values if each))

    def nodes(subject: str, predicate: str, values: Iterable[str]) -> None:
        add(subject, predicate, *(ox.NamedNode(each) for each in values))

    add(DATASET, RDF.type, ox.NamedNode(SKOS.ConceptScheme))
    words(DATASET, DCTERMS.title, "mlgraph")
    for kind, group in (
        ("area", (MLG.Area,)),
        ("skill", (MLG.Topic, MLG.Skill, MLG.TransversalSkill)),
        ("role", (MLG.JobRole,)),
    ):
        for iri in facts.of_type(*group):
            add(iri, RDF.type, ox.NamedNode(SKOS.Concept))
            for link, word in _labels(facts, iri):
                add(iri, link, word)
            for link in (SKOS.broader, SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch):
                nodes(iri, link, facts.many(iri, link))
            nodes(iri, SKOS.inScheme, [DATASET])
            if kind == "skill":
                add(iri, RDF.type, ox.NamedNode(f"{_ESCO}Skill"))
                knowledge = "knowledge" if MLG.Topic in facts.many(iri, RDF.type) else "skill"
                nodes(iri, f"{_ESCO}skillType", [f"http://data.europa.eu/esco/skill-type/{knowledge}"])
                nodes(iri, f"{_ESCO}hasEssentialSkill", facts.many(iri, MLG.requires))
                nodes(iri, f"{_ESCO}hasOptionalSkill", facts.many(iri, MLG.recommends))
            elif kind == "role":
                add(iri, RDF.type, ox.NamedNode(f"{_ESCO}Occupation"))
                nodes(iri, f"{_ESCO}relatedEssentialSkill", facts.many(iri, MLG.essentialSkill))
                nodes(iri, f"{_ESCO}relatedOptionalSkill", facts.many(iri, MLG.optionalSkill))
    return to_turtle(quads)


def to_rdf12(store: Store, form: str = "nt") -> str:
    """Return the graph in RDF 1.2, where every claim is a reifier of the triple that it states.

    Parameters
    ----------
    store : Store
        The graph.
    form : str
        nt or ttl.

    Returns
    -------
    str
        ``claim rdf:reifies <<( subject predicate object )>>`` in place of the claim's ``rdf:subject``,
        ``rdf:predicate`` and ``rdf:object``; everything else as it is. Sorted. N-Triples 1.2, or Turtle 1.2.

    References
    ----------
    https://www.w3.org/TR/rdf12-concepts/#section-triple-terms-reification
    """
    ends = {RDF.subject: 0, RDF.predicate: 1, RDF.object: 2}
    parts: dict[Any, dict[int, Any]] = {}
    found: set[ox.Triple] = set()
    for triple in store.triples():
        place = ends.get(triple.predicate.value)
        if place is None:
            found.add(triple)
        else:
            parts.setdefault(triple.subject, {})[place] = triple.object
    for claim, link in parts.items():
        if set(link) == {0, 1, 2}:
            found.add(ox.Triple(claim, ox.NamedNode(RDF.reifies), ox.Triple(link[0], link[1], link[2])))
    ordered = sorted(found, key=str)
    if form == "nt":
        return (ox.serialize(ordered, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    return (ox.serialize(ordered, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b"").decode()
