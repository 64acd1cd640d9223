"""The only place that spells an IRI: closed namespaces, kinds of things, prefixes.

It knows no RDF library, so the quick commands do not pay for one. Terms are plain strings.
"""

from __future__ import annotations

import os
import re

__all__ = [
    "BASE",
    "CLAIM_PREDICATES",
    "DATASET",
    "DCAT",
    "DCTERMS",
    "FOAF",
    "FORMATS",
    "HOME",
    "ID",
    "KINDS",
    "LEVELS",
    "MLG",
    "ONTOLOGY",
    "OWL",
    "PREFIXES",
    "PROV",
    "RDF",
    "RDFS",
    "SCHEMA",
    "SD",
    "SH",
    "SKOS",
    "SLUG",
    "VOID",
    "XSD",
    "Namespace",
    "curie",
    "expand",
    "kind_and_slug",
    "local_name",
    "renamed",
    "thing",
]


class Namespace:
    """A closed set of terms under one prefix; a misspelt term raises.

    Examples
    --------
    >>> RDFS.label
    'http://www.w3.org/2000/01/rdf-schema#label'
    >>> RDFS.lable
    Traceback (most recent call last):
        ...
    AttributeError: http://www.w3.org/2000/01/rdf-schema# has no term 'lable'
    """

    def __init__(self, base: str, terms: str) -> None:
        self.base = base
        self.terms = frozenset(terms.split())
        self.__dict__.update({term: base + term for term in self.terms})

    def __getattr__(self, name: str) -> str:
        """Refuse a term that is not in the set (known ones are plain attributes)."""
        message = name if name.startswith("__") else f"{self.base} has no term {name!r}"
        raise AttributeError(message)


HOME = "https://w3id.org/mlgraph/"
"""What the names in the written data begin with."""

BASE = os.environ.get("MLGRAPH_BASE", "") or HOME
"""What the names of things and of the dataset begin with here: ``MLGRAPH_BASE``, by default `HOME`."""

ONTOLOGY = HOME + "ontology"
DATASET = BASE + "dataset"
ID = BASE + "id/"

MLG = Namespace(
    ONTOLOGY + "#",
    # classes
    "Area Topic Skill TransversalSkill JobRole LearningProject Platform RequirementGroup Claim "
    "Evidence Source Statement ProficiencyLevel DeliveryFormat Pacing CostKind ClaimStatus "
    "EvidenceKind Obligation Timing Purpose StatementKind AudienceLevel "
    # links that claims state
    "requires recommends corequisite encompasses partOf teaches coreTopic electiveTopic "
    "essentialSkill optionalSkill drawsOn practises preparesFor relatedRole "
    # derived
    "dependsOn isDependedOnBy covers needs learningDepth "
    # claims, evidence, statements
    "status confidence verifiedOn supportedBy contradictedBy reason atLevel neededPart "
    "locator evidenceKind checkedOn observation seenIn about statementKind statementText value "
    "assertedBy levelRank "
    # requirement groups
    "hasRequirement anyOf externalOption minimumCount minimumCredits obligation timing purpose "
    "requirementText "
    # topics
    "goal hoursLow hoursTypical hoursHigh hoursBasis "
    # courses and offerings
    "hasFormat pacing costKind deliveredOn workloadHours hoursPerWeek weeks term "
    # programs, roles, projects
    "region specialization researchStrength industryConnection internship capstone "
    "entrepreneurship claimedOutcome durationMonths durationText unitsText task founder "
    "inputData deliverable institutionKind "
    # individuals
    "Verified Proposed Disputed Superseded Awareness Working Deep OnCampus Online Hybrid Immersive "
    "SelfPaced Cohort Free FreeToAudit Paid Tuition UnknownCost Mandatory Recommended Before "
    "Concurrent Admission Degree Entry OfficialPage Textbook LectureNotes Paper Documentation "
    "Syllabus Secondary Editorial Forecast Figure Trend Factor Attribute Membership Definition "
    "Offer Outcome Opportunity Benefit Technology Introductory Undergraduate Graduate",
)
RDF = Namespace(
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "type subject predicate object langString Property List first rest nil Statement reifies",
)
RDFS = Namespace(
    "http://www.w3.org/2000/01/rdf-schema#",
    "label comment isDefinedBy subClassOf subPropertyOf domain range seeAlso Class Resource",
)
OWL = Namespace(
    "http://www.w3.org/2002/07/owl#",
    "Ontology Class ObjectProperty DatatypeProperty AnnotationProperty TransitiveProperty "
    "AsymmetricProperty IrreflexiveProperty SymmetricProperty FunctionalProperty inverseOf "
    "disjointWith versionIRI versionInfo deprecated NamedIndividual",
)
SKOS = Namespace(
    "http://www.w3.org/2004/02/skos/core#",
    "Concept ConceptScheme prefLabel altLabel hiddenLabel definition scopeNote example notation "
    "broader narrower related inScheme exactMatch closeMatch broadMatch narrowMatch relatedMatch",
)
SCHEMA = Namespace(
    "https://schema.org/",
    "Course CourseInstance EducationalOccupationalProgram Occupation LearningResource Organization "
    "CollegeOrUniversity CreativeWork Service name alternateName description url provider teaches "
    "courseCode hasCourseInstance hasCourse inLanguage educationalLevel license isPartOf "
    "isAccessibleForFree educationalCredentialAwarded numberOfCredits occupationalCategory skills "
    "courseMode addressCountry creator datePublished learningResourceType department "
    "domainIncludes rangeIncludes timeRequired DefinedTerm coursePrerequisites competencyRequired "
    "identifier price priceCurrency",
)
DCTERMS = Namespace(
    "http://purl.org/dc/terms/",
    "title description creator publisher created modified issued license source isReplacedBy "
    "replaces identifier bibliographicCitation hasVersion conformsTo",
)
PROV = Namespace("http://www.w3.org/ns/prov#", "Entity wasDerivedFrom wasRevisionOf wasAttributedTo")
SH = Namespace(
    "http://www.w3.org/ns/shacl#",
    "NodeShape PropertyShape SPARQLExecutable SPARQLSelectExecutable SPARQLAskExecutable select ask "
    "prefixes declare prefix namespace resultMessage",
)
XSD = Namespace(
    "http://www.w3.org/2001/XMLSchema#", "date dateTime decimal integer boolean string anyURI gYear"
)

DCAT = Namespace(
    "http://www.w3.org/ns/dcat#",
    "Catalog Dataset Distribution DataService dataset distribution service servesDataset accessURL accessService "
    "downloadURL endpointURL endpointDescription mediaType compressFormat byteSize keyword landingPage contactPoint",
)
FOAF = Namespace("http://xmlns.com/foaf/0.1/", "primaryTopic homepage")
FORMATS = Namespace(
    "http://www.w3.org/ns/formats/",
    "SPARQL_Results_JSON SPARQL_Results_XML SPARQL_Results_CSV SPARQL_Results_TSV Turtle N-Triples JSON-LD RDF_XML",
)
SD = Namespace(
    "http://www.w3.org/ns/sparql-service-description#",
    "Service Dataset Graph endpoint supportedLanguage SPARQL11Query resultFormat defaultDataset defaultGraph feature "
    "BasicFederatedQuery EmptyGraphs UnionDefaultGraph",
)
VOID = Namespace(
    "http://rdfs.org/ns/void#",
    "Dataset DatasetDescription inDataset triples entities classes properties distinctSubjects distinctObjects "
    "documents uriSpace exampleResource vocabulary dataDump sparqlEndpoint classPartition class propertyPartition "
    "property feature rootResource openSearchDescription",
)

KINDS = (
    "area topic skill role course offering program project platform institution resource source "
    "claim evidence requirement statement"
).split()
"""The kinds of things that have an IRI under ``https://w3id.org/mlgraph/id/``."""

SLUG = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")

PREFIXES: dict[str, str] = {
    "dcterms": DCTERMS.base,
    "mlg": MLG.base,
    "owl": OWL.base,
    "prov": PROV.base,
    "rdf": RDF.base,
    "rdfs": RDFS.base,
    "schema": SCHEMA.base,
    "skos": SKOS.base,
    "xsd": XSD.base,
    "wd": "http://www.wikidata.org/entity/",
    "esco": "http://data.europa.eu/esco/",
    "cso": "https://cso.kmi.open.ac.uk/topics/",
    "ccs": "https://dl.acm.org/ccs/",
    **{kind: f"{ID}{kind}/" for kind in KINDS},
}
"""Prefix -> namespace; known in every query without typing them."""

CLAIM_PREDICATES: frozenset[str] = frozenset(
    {
        *(
            MLG.base + name
            for name in (
                "requires recommends corequisite encompasses partOf teaches coreTopic "
                "electiveTopic essentialSkill optionalSkill drawsOn practises preparesFor "
                "relatedRole"
            ).split()
        ),
        SCHEMA.hasCourse,
        SCHEMA.provider,
        DCTERMS.isReplacedBy,
    }
)
"""The links that a claim may state; the build turns verified ones into plain triples."""

LEVELS = {MLG.Awareness: "awareness", MLG.Working: "working", MLG.Deep: "deep"}
"""Level IRI -> its word, from shallow to deep."""

_LOCAL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")


def thing(kind: str, slug: str) -> str:
    """Return the IRI of the thing of this kind and slug.

    Examples
    --------
    >>> thing("topic", "chain-rule")
    'https://w3id.org/mlgraph/id/topic/chain-rule'
    """
    return f"{ID}{kind}/{slug}"


def renamed(text: str) -> str:
    """Return a text of RDF with the names that it was written with as they are here.

    Examples
    --------
    >>> renamed("<https://w3id.org/mlgraph/id/topic/limit>") == f"<{thing('topic', 'limit')}>"
    True
    >>> renamed("<https://w3id.org/mlgraph/ontology#requires>")
    '<https://w3id.org/mlgraph/ontology#requires>'
    """
    if BASE == HOME:
        return text
    return text.replace(HOME + "id/", ID).replace(HOME + "dataset", DATASET)


def kind_and_slug(iri: str) -> tuple[str, str] | None:
    """Split the IRI of a thing into kind and slug; None for any other IRI.

    Examples
    --------
    >>> kind_and_slug("https://w3id.org/mlgraph/id/topic/chain-rule")
    ('topic', 'chain-rule')
    >>> kind_and_slug("https://example.org/") is None
    True
    """
    if not iri.startswith(ID):
        return None
    kind, _, slug = iri[len(ID) :].partition("/")
    return (kind, slug) if kind in KINDS and slug else None


def local_name(iri: str) -> str:
    """Return what stands after the last ``#`` or ``/``."""
    return re.split(r"[#/]", iri)[-1]


def kebab(name: str) -> str:
    """Return the name of a term as people write it.

    Examples
    --------
    >>> kebab("SelfPaced")
    'self-paced'
    """
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).strip("-")


def curie(iri: str) -> str:
    """Shorten an IRI by the prefix table, or return ``<iri>``.

    Examples
    --------
    >>> curie("https://w3id.org/mlgraph/id/course/mit-6.3900")
    'course:mit-6.3900'
    >>> curie("https://example.org/a b")
    '<https://example.org/a b>'
    """
    best = ""
    for prefix, base in PREFIXES.items():
        if iri.startswith(base) and len(base) > len(PREFIXES.get(best, "")):
            best = prefix
    if best and _LOCAL.fullmatch(iri[len(PREFIXES[best]) :]):
        return f"{best}:{iri[len(PREFIXES[best]) :]}"
    return f"<{iri}>"


def expand(text: str) -> str | None:
    """Return the IRI that a CURIE or ``<iri>`` or ``kind/slug`` stands for; None if it is neither.

    Examples
    --------
    >>> expand("topic:chain-rule") == expand("topic/chain-rule") == thing("topic", "chain-rule")
    True
    >>> expand("chain rule") is None
    True
    """
    if text.startswith("<") and text.endswith(">"):
        return text[1:-1]
    if re.match(r"https?://", text):
        return text
    head, colon, tail = text.partition(":")
    if colon and head in PREFIXES and tail and " " not in tail:
        return PREFIXES[head] + tail
    head, slash, tail = text.partition("/")
    if slash and head in KINDS and SLUG.fullmatch(tail):
        return thing(head, tail)
    return None
