"""A little graph of made-up records that pass every check, to ask and to break.

::

    arithmetic <- algebra <- calculus <- gradient <- training ~~ one of: pytorch (8 h), jax (6 h)
    arithmetic <- statistics <.. training (only recommended)
    python <- pytorch, jax

An arrow points from what is needed to what needs it. The level on calculus -> gradient is deep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.build.dataset import find_layout
from mlgraph.build.derive import derive
from mlgraph.rdf.reader import parse_turtle, read_turtle
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.rdf.writer import to_turtle
from mlgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyoxigraph as ox

HEADS = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())
DAY = '"2026-11-25"^^xsd:date'


def quads_of(turtle: str) -> list[ox.Quad]:
    """Parse Turtle in which the usual prefixes are known."""
    return parse_turtle(HEADS + turtle)


def claim(
    subject: str,
    predicate: str,
    target: str,
    *,
    level: str = "Working",
    status: str = "Verified",
    kind: str = "Textbook",
    on: str = "2026-11-25",
) -> str:
    """Return a claim with one piece of evidence as Turtle."""
    word = {"schema:hasCourse": "has-course", "schema:provider": "provider"}.get(
        predicate, predicate.removeprefix("mlg:").lower()
    )
    name = f"{subject.replace(':', '.')}.{word}.{target.replace(':', '.')}"
    proof = f"evidence:{name}.1"
    against = f" ; mlg:contradictedBy {proof}" if status == "Disputed" else ""
    source = "source:editorial" if kind == "Editorial" else "source:book"
    return f"""
    claim:{name} a mlg:Claim ; rdf:subject {subject} ; rdf:predicate {predicate} ; rdf:object {target} ;
        mlg:atLevel mlg:{level} ; mlg:status mlg:{status} ; mlg:confidence 0.9 ; mlg:verifiedOn "{on}"^^xsd:date ;
        mlg:reason "{target} is used in {subject}."@en ; mlg:supportedBy {proof}{against} .
    {proof} a mlg:Evidence ; dcterms:source {source} ; mlg:evidenceKind mlg:{kind} ; mlg:checkedOn {DAY} ;
        mlg:locator "chapter 1" ."""


def topic(slug: str, low: float = 1, typical: float = 2, high: float = 4, *, more: str = "") -> str:
    """Return a topic of the area mathematics as Turtle; ``more`` are further properties."""
    label = slug.replace("-", " ").capitalize()
    return f"""
    topic:{slug} a mlg:Topic ; skos:prefLabel "{label}"@en ; skos:definition "What {label} is."@en ;
        skos:broader area:mathematics ; dcterms:source source:editorial ; mlg:checkedOn {DAY} ;
        mlg:goal "Can define it"@en , "Can use it"@en , "Can explain it"@en ; {more}
        mlg:hoursLow {low:.1f} ; mlg:hoursTypical {typical:.1f} ; mlg:hoursHigh {high:.1f} ;
        mlg:hoursBasis "editorial estimate"@en ."""


def group(owner: str, number: int, *options: str, minimum: int = 1) -> str:
    """Return a requirement group of a topic or course as Turtle."""
    return f"""
    {owner} mlg:hasRequirement requirement:{owner.replace(":", ".")}.{number} .
    requirement:{owner.replace(":", ".")}.{number} a mlg:RequirementGroup ; mlg:anyOf {" , ".join(options)} ;
        mlg:minimumCount {minimum} ; mlg:obligation mlg:Mandatory ; mlg:timing mlg:Before ;
        mlg:purpose mlg:Entry ; mlg:reason "One of them is enough."@en ."""


RECORDS: dict[str, str] = {
    "dataset.ttl": f"""
    <https://w3id.org/mlgraph/dataset> a <http://www.w3.org/ns/dcat#Dataset> ; dcterms:issued {DAY} .""",
    "areas.ttl": f"""
    area:mathematics a mlg:Area ; skos:prefLabel "Mathematics"@en ; skos:definition "Numbers and more."@en ;
        dcterms:source source:editorial ; mlg:checkedOn {DAY} .""",
    "sources.ttl": f"""
    source:book a mlg:Source ; schema:name "The Book"@en ; mlg:evidenceKind mlg:Textbook ;
        schema:license "CC BY 4.0"@en ; schema:url <https://book.example/> ; mlg:checkedOn {DAY} .
    source:editorial a mlg:Source ; schema:name "The editors"@en ; mlg:evidenceKind mlg:Editorial ;
        schema:license "CC BY 4.0"@en ; mlg:checkedOn {DAY} .""",
    "topics/arithmetic.ttl": topic("arithmetic"),
    "topics/algebra.ttl": topic("algebra", more='skos:altLabel "school algebra"@en ;')
    + claim("topic:algebra", "mlg:requires", "topic:arithmetic"),
    "topics/calculus.ttl": topic("calculus", 5, 10, 20)
    + claim("topic:calculus", "mlg:requires", "topic:algebra"),
    "topics/gradient.ttl": topic("gradient", more='skos:prefLabel "Gradiente"@es ;')
    + claim("topic:gradient", "mlg:requires", "topic:calculus", level="Deep"),
    "topics/statistics.ttl": topic("statistics", 3, 6, 12)
    + claim("topic:statistics", "mlg:requires", "topic:arithmetic"),
    "topics/python.ttl": topic("python", 2, 4, 8),
    "topics/pytorch.ttl": topic("pytorch", 4, 8, 16) + claim("topic:pytorch", "mlg:requires", "topic:python"),
    "topics/jax.ttl": topic("jax", 3, 6, 12) + claim("topic:jax", "mlg:requires", "topic:python"),
    "topics/training.ttl": topic("training", 3, 5, 9)
    + claim("topic:training", "mlg:requires", "topic:gradient")
    + claim("topic:training", "mlg:recommends", "topic:statistics", level="Awareness", kind="Editorial")
    + group("topic:training", 1, "topic:pytorch", "topic:jax"),
    "skills.ttl": f"""
    skill:modelling a mlg:Skill ; skos:prefLabel "Modelling"@en ; skos:definition "Making models."@en ;
        dcterms:source source:editorial ; mlg:checkedOn {DAY} .
    skill:patience a mlg:TransversalSkill ; skos:prefLabel "Patience"@en ; skos:definition "Waiting."@en ;
        dcterms:source source:editorial ; mlg:checkedOn {DAY} ."""
    + claim("skill:modelling", "mlg:drawsOn", "topic:gradient"),
    "roles.ttl": f"""
    role:trainer a mlg:JobRole ; skos:prefLabel "Model trainer"@en ; skos:definition "Trains models."@en ;
        mlg:task "train models"@en ; schema:occupationalCategory "15-2051.00" ;
        skos:closeMatch <http://data.europa.eu/esco/occupation/1> ;
        dcterms:source source:editorial ; mlg:checkedOn {DAY} .
    role:tester a mlg:JobRole ; skos:prefLabel "Model tester"@en ; skos:definition "Tests models."@en ;
        mlg:task "test models"@en ; dcterms:source source:editorial ; mlg:checkedOn {DAY} ."""
    + claim("role:trainer", "mlg:essentialSkill", "topic:training", level="Deep")
    + claim("role:trainer", "mlg:essentialSkill", "skill:modelling")
    + claim("role:trainer", "mlg:optionalSkill", "skill:patience", level="Awareness")
    + claim("role:tester", "mlg:relatedRole", "role:trainer"),
    "institutions.ttl": f"""
    institution:mit a schema:Organization ; schema:name "MIT"@en ; mlg:institutionKind "university" ;
        schema:addressCountry "US" ; dcterms:source source:editorial ; mlg:checkedOn {DAY} .
    institution:eth a schema:Organization ; schema:name "ETH Zurich"@en ; mlg:institutionKind "university" ;
        schema:addressCountry "CH" ; dcterms:source source:editorial ; mlg:checkedOn {DAY} .""",
    "platforms.ttl": f"""
    platform:ocw a mlg:Platform ; schema:name "OpenCourseWare"@en ; schema:provider institution:mit ;
        dcterms:source source:editorial ; mlg:checkedOn {DAY} .""",
    "courses/mit-1.01.ttl": f"""
    course:mit-1.01 a schema:Course ; schema:name "Calculus for All"@en ; schema:courseCode "1.01" ;
        schema:provider institution:mit ; schema:educationalLevel mlg:Introductory ;
        schema:url <https://mit.example/1.01> ; schema:hasCourseInstance offering:mit-1.01.1 , offering:mit-1.01.2 ;
        dcterms:source source:book ; mlg:checkedOn {DAY} .
    offering:mit-1.01.1 a schema:CourseInstance ; schema:inLanguage "en" ; mlg:hasFormat mlg:Online ;
        mlg:pacing mlg:SelfPaced ; mlg:costKind mlg:Free ; mlg:deliveredOn platform:ocw ; mlg:workloadHours 30.0 .
    offering:mit-1.01.2 a schema:CourseInstance ; schema:inLanguage "en" ; mlg:hasFormat mlg:OnCampus ;
        mlg:pacing mlg:Cohort ; mlg:costKind mlg:Tuition ; mlg:deliveredOn platform:ocw ."""
    + group("course:mit-1.01", 1, "topic:algebra")
    + claim("course:mit-1.01", "mlg:teaches", "topic:calculus")
    + claim("course:mit-1.01", "mlg:teaches", "topic:gradient", level="Deep"),
    "courses/eth-7.ttl": f"""
    course:eth-7 a schema:Course ; schema:name "Training Networks"@en ; schema:provider institution:eth ;
        schema:educationalLevel mlg:Graduate ; schema:hasCourseInstance offering:eth-7.1 ;
        dcterms:source source:book ; mlg:checkedOn {DAY} .
    offering:eth-7.1 a schema:CourseInstance ; schema:inLanguage "de" ; mlg:hasFormat mlg:Hybrid ;
        mlg:pacing mlg:Cohort ; mlg:costKind mlg:Tuition ; mlg:deliveredOn platform:ocw ."""
    + claim("course:eth-7", "mlg:teaches", "topic:training", level="Awareness")
    + claim("course:eth-7", "mlg:teaches", "topic:calculus", level="Deep", status="Proposed"),
    "programs/mit-msc.ttl": f"""
    program:mit-msc a schema:EducationalOccupationalProgram ; schema:name "MSc Models"@en ;
        schema:provider institution:mit ; schema:educationalCredentialAwarded "MSc" ; mlg:region "US East" ;
        mlg:hasFormat mlg:OnCampus ; mlg:durationMonths 24.0 ; mlg:unitsText "120 credits"@en ;
        schema:url <https://mit.example/msc> ; dcterms:source source:book ; mlg:checkedOn {DAY} ."""
    + claim("program:mit-msc", "mlg:coreTopic", "topic:training")
    + claim("program:mit-msc", "mlg:electiveTopic", "topic:statistics")
    + claim("program:mit-msc", "mlg:preparesFor", "role:trainer")
    + claim("program:mit-msc", "schema:hasCourse", "course:mit-1.01"),
    "programs/eth-ghost.ttl": f"""
    program:eth-ghost a schema:EducationalOccupationalProgram ; schema:name "MSc Ghosts"@en ;
        mlg:region "Switzerland" ; dcterms:source source:book ; mlg:checkedOn {DAY} ."""
    + claim("program:eth-ghost", "schema:provider", "institution:eth", status="Disputed"),
    "projects.ttl": f"""
    project:digits a mlg:LearningProject ; schema:name "Read digits"@en ;
        schema:description "Train a reader of digits."@en ; mlg:workloadHours 12.0 ;
        mlg:hoursBasis "editorial estimate"@en ; schema:url <https://digits.example/> ;
        dcterms:source source:editorial ; mlg:checkedOn {DAY} ."""
    + claim("project:digits", "mlg:practises", "topic:training")
    + claim("project:digits", "mlg:practises", "skill:patience"),
    "resources.ttl": f"""
    resource:book-1 a schema:LearningResource ; schema:name "The Book, chapter 1"@en ; schema:isPartOf source:book ;
        mlg:locator "chapter 1" ; schema:license "CC BY 4.0"@en ; schema:learningResourceType "chapter" ;
        schema:isAccessibleForFree true ; schema:inLanguage "en" ; mlg:checkedOn {DAY} ."""
    + claim("resource:book-1", "mlg:teaches", "topic:algebra"),
    "statements.ttl": f"""
    statement:growth a mlg:Statement ; skos:prefLabel "Growth"@en ; mlg:statementKind mlg:Forecast ;
        mlg:about role:trainer , topic:training ; mlg:statementText "There will be more trainers."@en ;
        mlg:status mlg:Proposed ; mlg:supportedBy evidence:statement.growth.1 .
    statement:ivy a mlg:Statement ; skos:prefLabel "Ivy"@en ; mlg:statementKind mlg:Membership ;
        mlg:about institution:mit ; mlg:statementText "MIT is in the Ivy League."@en ;
        mlg:status mlg:Disputed ; mlg:contradictedBy evidence:statement.ivy.1 .
    evidence:statement.growth.1 a mlg:Evidence ; dcterms:source source:book ; mlg:evidenceKind mlg:Textbook ;
        mlg:checkedOn {DAY} .
    evidence:statement.ivy.1 a mlg:Evidence ; dcterms:source source:book ; mlg:evidenceKind mlg:OfficialPage ;
        mlg:checkedOn {DAY} .""",
}


def authored_quads(records: Mapping[str, str] = RECORDS) -> list[ox.Quad]:
    """Return the triples of some records."""
    return quads_of("\n".join(records.values()))


def built_store(records: Mapping[str, str] = RECORDS) -> EmbeddedStore:
    """Return records, what is derived from them, and the ontology, as a store in memory."""
    quads = authored_quads(records)
    ontology = read_turtle(find_layout().ontology / "mlgraph.ttl")
    return EmbeddedStore.of_quads([*quads, *derive(quads), *ontology])


def write_records(folder: Path, records: Mapping[str, str] = RECORDS) -> Path:
    """Write records as canonical files; return the folder."""
    for name, turtle in records.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_turtle(quads_of(turtle)), encoding="utf-8", newline="\n")
    return folder
