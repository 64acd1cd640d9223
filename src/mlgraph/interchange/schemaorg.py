"""Things of the graph in the plain vocabulary of schema.org, as JSON-LD that search engines read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgraph.rdf.store import text
from mlgraph.vocab import DCTERMS, MLG, RDF, RDFS, SCHEMA, SKOS, local_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlgraph.model import Thing
    from mlgraph.rdf.store import Store

__all__ = ["schema_org"]

_CONTEXT = "https://schema.org"
_MODES = {"OnCampus": "onsite", "Online": "online", "Hybrid": "blended", "Immersive": "immersive"}
_FEES = {"Free": "Free", "FreeToAudit": "Partially Free", "Paid": "Paid", "Tuition": "Paid"}
_MOST = 100

Node = dict[str, Any]


class _Properties:
    """The properties of one node: values and labels, by property IRI, sorted."""

    def __init__(self, store: Store, iri: str) -> None:
        self.iri = iri
        self._found: dict[str, list[tuple[str, str]]] = {}
        rows = store.select(f"SELECT ?p ?o ?l WHERE {{ <{iri}> ?p ?o . OPTIONAL {{ ?o rdfs:label ?l }} }}")
        for row in rows:
            self._found.setdefault(row["p"].value, []).append((text(row["o"]), text(row["l"])))

    def values(self, predicate: str) -> list[str]:
        return sorted(value for value, _ in self._found.get(predicate, []))

    def linked(self, predicate: str) -> list[tuple[str, str]]:
        """Return (IRI, label) of things that have a label, by label, not more than a page bears."""
        named = [(iri, label) for iri, label in self._found.get(predicate, []) if label]
        return sorted(named, key=lambda each: (each[1], each[0]))[:_MOST]

    def one(self, predicate: str) -> str:
        return next(iter(self.values(predicate)), "")

    def name(self) -> str:
        return self.one(RDFS.label) or local_name(self.iri)


def schema_org(store: Store, thing: Thing) -> Node | None:
    """Return a thing as a JSON-LD object of schema.org.

    Parameters
    ----------
    store : Store
        The graph.
    thing : Thing
        A course, program, role, learning resource, project, topic, skill or institution.

    Returns
    -------
    dict or None
        None for kinds that schema.org has no class for. Only classes and properties of schema.org are used,
        each with values that it expects; what is not known is left out.

    References
    ----------
    https://schema.org/Course, https://schema.org/EducationalOccupationalProgram, https://schema.org/Occupation,
    https://schema.org/LearningResource
    """
    make = _MAKERS.get(thing.kind)
    if make is None:
        return None
    node = make(store, _Properties(store, thing.iri))
    return {"@context": _CONTEXT, **node}


def _full(node: Node) -> Node:
    """Return a node without what is not known; a list of one is written as that one."""
    kept: Node = {}
    for key, value in node.items():
        if value is None or value in ("", [], {}):
            continue
        kept[key] = value[0] if isinstance(value, list) and len(value) == 1 else value
    return kept


def _thing(kind: str, facts: _Properties, names: str = SKOS.altLabel) -> Node:
    return {
        "@type": kind,
        "@id": facts.iri,
        "name": facts.name(),
        "alternateName": facts.values(names),
        "description": facts.one(SCHEMA.description) or facts.one(SKOS.definition),
    }


def _terms(facts: _Properties, *predicates: str) -> list[Node]:
    named = [each for predicate in predicates for each in facts.linked(predicate)]
    return [{"@type": "DefinedTerm", "@id": iri, "name": label} for iri, label in dict.fromkeys(named)]


def _organizations(facts: _Properties) -> list[Node]:
    return [
        {"@type": "Organization", "@id": iri, "name": label} for iri, label in facts.linked(SCHEMA.provider)
    ]


def _offer(kinds: list[str], price: str = "", currency: str = "") -> list[Node]:
    """Return the offers that kinds of cost stand for; a price only where one is known, or nothing is asked."""
    offers = []
    for category in sorted({_FEES[local_name(kind)] for kind in kinds if local_name(kind) in _FEES}):
        offer: Node = {"@type": "Offer", "category": category}
        if price and currency and category == "Paid":
            offer |= {"price": float(price), "priceCurrency": currency}
        elif category == "Free":
            offer |= {"price": 0, "priceCurrency": "USD"}
        offers.append(offer)
    return offers


def _hours(value: str) -> str:
    """Return hours as an ISO 8601 duration.

    Examples
    --------
    >>> _hours("7.5"), _hours("")
    ('PT7H30M', '')
    """
    if not value:
        return ""
    whole, minutes = divmod(round(float(value) * 60), 60)
    return f"PT{whole}H{minutes}M" if minutes else f"PT{whole}H"


def _free(kinds: list[str]) -> bool | None:
    known = {local_name(kind) for kind in kinds} & set(_FEES)
    return "Free" in known if known else None


def _course(store: Store, facts: _Properties) -> Node:
    instances = [_Properties(store, iri) for iri in facts.values(SCHEMA.hasCourseInstance)]
    fees = [kind for each in instances for kind in each.values(MLG.costKind)]
    return _full(
        {
            **_thing("Course", facts, SCHEMA.alternateName),
            "courseCode": facts.values(SCHEMA.courseCode),
            "url": facts.one(SCHEMA.url),
            "provider": _organizations(facts),
            "author": [{"@type": "Person", "name": name} for name in facts.values(SCHEMA.creator)],
            "educationalLevel": [
                local_name(level).lower() for level in facts.values(SCHEMA.educationalLevel)
            ],
            "inLanguage": sorted({tag for each in instances for tag in each.values(SCHEMA.inLanguage)}),
            "teaches": _terms(facts, MLG.teaches),
            "coursePrerequisites": facts.values(MLG.requirementText),
            "isAccessibleForFree": _free(fees),
            "offers": _offers(instances),
            "hasCourseInstance": [_instance(each) for each in instances],
        }
    )


def _offers(instances: list[_Properties]) -> list[Node]:
    found = [
        offer
        for each in instances
        for offer in _offer(each.values(MLG.costKind), each.one(SCHEMA.price), each.one(SCHEMA.priceCurrency))
    ]
    return [offer for place, offer in enumerate(found) if offer not in found[:place]]


def _instance(facts: _Properties) -> Node:
    hours = _hours(facts.one(MLG.workloadHours))
    week, weeks = _hours(facts.one(MLG.hoursPerWeek)), facts.one(MLG.weeks)
    return _full(
        {
            "@type": "CourseInstance",
            "@id": facts.iri,
            "name": facts.name(),
            "description": facts.one(SCHEMA.description),
            "courseMode": sorted(
                {
                    _MODES[local_name(each)]
                    for each in facts.values(MLG.hasFormat)
                    if local_name(each) in _MODES
                }
            ),
            "courseWorkload": hours or week,
            "duration": f"P{round(float(weeks))}W" if weeks else "",
            "inLanguage": facts.values(SCHEMA.inLanguage),
            "isAccessibleForFree": _free(facts.values(MLG.costKind)),
            "offers": _offers([facts]),
        }
    )


def _program(store: Store, facts: _Properties) -> Node:
    credit = facts.one(SCHEMA.numberOfCredits)
    months = facts.one(MLG.durationMonths)
    roles = [
        category
        for iri, _ in facts.linked(MLG.preparesFor)
        for category in _Properties(store, iri).values(SCHEMA.occupationalCategory)
    ]
    return _full(
        {
            **_thing("EducationalOccupationalProgram", facts, SCHEMA.alternateName),
            "url": facts.one(SCHEMA.url),
            "provider": _organizations(facts),
            "educationalCredentialAwarded": facts.values(SCHEMA.educationalCredentialAwarded),
            "numberOfCredits": int(float(credit)) if credit and float(credit).is_integer() else None,
            "timeToComplete": f"P{round(float(months))}M" if months else "",
            "educationalProgramMode": sorted(
                {
                    _MODES[local_name(each)]
                    for each in facts.values(MLG.hasFormat)
                    if local_name(each) in _MODES
                }
            ),
            "programPrerequisites": facts.values(MLG.requirementText),
            "occupationalCategory": sorted(set(roles)),
            "hasCourse": [
                {"@type": "Course", "@id": iri, "name": label}
                for iri, label in facts.linked(SCHEMA.hasCourse)
            ],
            "offers": _offer(facts.values(MLG.costKind)),
        }
    )


def _role(_store: Store, facts: _Properties) -> Node:
    return _full(
        {
            **_thing("Occupation", facts),
            "occupationalCategory": facts.values(SCHEMA.occupationalCategory),
            "skills": _terms(facts, MLG.essentialSkill, MLG.optionalSkill),
            "responsibilities": facts.values(MLG.task),
            "sameAs": facts.values(SKOS.exactMatch),
        }
    )


def _resource(_store: Store, facts: _Properties) -> Node:
    free = facts.one(SCHEMA.isAccessibleForFree)
    return _full(
        {
            **_thing("LearningResource", facts, SCHEMA.alternateName),
            "url": facts.one(SCHEMA.url),
            "learningResourceType": facts.values(SCHEMA.learningResourceType),
            "inLanguage": facts.values(SCHEMA.inLanguage),
            "isAccessibleForFree": free == "true" if free else None,
            "teaches": _terms(facts, MLG.teaches),
            "isPartOf": [
                {"@type": "CreativeWork", "@id": iri, "name": label}
                for iri, label in facts.linked(SCHEMA.isPartOf)
            ],
            "license": [{"@type": "CreativeWork", "name": name} for name in facts.values(SCHEMA.license)],
        }
    )


def _project(_store: Store, facts: _Properties) -> Node:
    return _full(
        {
            **_thing("LearningResource", facts, SCHEMA.alternateName),
            "url": facts.one(SCHEMA.url),
            "learningResourceType": "project",
            "timeRequired": _hours(facts.one(MLG.workloadHours)),
            "teaches": _terms(facts, MLG.practises),
        }
    )


def _term(_store: Store, facts: _Properties) -> Node:
    return _full(
        {
            **_thing("DefinedTerm", facts),
            "termCode": local_name(facts.iri),
            "sameAs": facts.values(SKOS.exactMatch),
            "inDefinedTermSet": [
                {"@type": "DefinedTermSet", "@id": iri, "name": label}
                for iri, label in facts.linked(SKOS.broader)
            ],
        }
    )


def _institution(_store: Store, facts: _Properties) -> Node:
    country = facts.one(SCHEMA.addressCountry)
    kinds = {local_name(each) for each in facts.values(RDF.type)}
    university = "CollegeOrUniversity" in kinds or facts.one(MLG.institutionKind) == "university"
    return _full(
        {
            **_thing("CollegeOrUniversity" if university else "Organization", facts, SCHEMA.alternateName),
            "url": facts.one(SCHEMA.url) or next(iter(facts.values(DCTERMS.identifier)), ""),
            "address": {"@type": "PostalAddress", "addressCountry": country} if country else None,
        }
    )


_MAKERS: dict[str, Callable[[Store, _Properties], Node]] = {
    "course": _course,
    "program": _program,
    "role": _role,
    "resource": _resource,
    "project": _project,
    "topic": _term,
    "skill": _term,
    "institution": _institution,
}
