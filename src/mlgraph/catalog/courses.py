"""Courses, programs, roles and projects, as learners and applicants filter them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.catalog.claims import term_of, thing_of
from mlgraph.catalog.gather import counts, gather, more_than
from mlgraph.catalog.topics import batches
from mlgraph.errors import UsageError
from mlgraph.model import Course, Need, Program, Project, Role
from mlgraph.rdf.store import text
from mlgraph.vocab import LEVELS, MLG, kebab, local_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgraph.rdf.store import Store

__all__ = ["COURSES_LISTED", "courses", "needs", "programs", "projects", "roles"]

COURSES_LISTED = 20_000
"""Courses that one list may have: 7 seconds, 150 MB; a million would take minutes and gigabytes."""


def _taught(store: Store, courses_: Iterable[str]) -> dict[str, int]:
    """Count what some courses teach: these only, however many there are."""
    found: dict[str, int] = {}
    for block in batches(courses_):
        found |= counts(store, f"VALUES ?x {{ {block} }} ?x mlg:teaches ?y")
    return found


def courses(  # noqa: PLR0913 - each keyword is a filter
    store: Store,
    *,
    topic: str = "",
    level: str = "",
    free: bool = False,
    pacing: str = "",
    language: str = "",
    delivery: str = "",
    provider: str = "",
    audience: str = "",
) -> list[Course]:
    """Return courses, filtered, by provider and name.

    Parameters
    ----------
    store : Store
        The graph.
    topic : str
        IRI of a topic that the course must teach.
    level : str
        How deeply at least: awareness, working or deep; needs ``topic``. A course that does not say it
        teaches at working level.
    free : bool
        Only courses whose material can be used, or audited, without paying.
    pacing : str
        self-paced or cohort.
    language : str
        A language tag such as ``en``.
    delivery : str
        on-campus, online, hybrid or immersive.
    provider : str
        IRI of an institution.
    audience : str
        introductory (or beginner), undergraduate or graduate.

    Returns
    -------
    list of Course

    Raises
    ------
    UsageError
        If a filter has no sensible meaning, or more than `COURSES_LISTED` courses are left.
    """
    where = []
    # a sub-select: the engine would else start from all free offerings, however few courses teach the topic
    first = f"{{ SELECT DISTINCT ?x WHERE {{ ?x mlg:teaches <{topic}> }} }}" if topic else ""
    shallow = _shallower(store, topic, level) if topic and level else set()
    if free:
        where.append("?r mlg:costKind ?fee FILTER(?fee IN (mlg:Free, mlg:FreeToAudit))")
    if pacing:
        where.append(f"?r mlg:pacing {term_of(pacing)} .")
    if language:
        where.append(_spoken(language))
    if delivery:
        where.append(f"?r mlg:hasFormat {term_of(delivery)} .")
    if provider:
        where.append(f"?x schema:provider <{provider}> .")
    if audience:
        word = {"beginner": "introductory"}.get(audience, audience)
        where.append(f"?x schema:educationalLevel {term_of(word)} .")
    offered = f"{first} ?x a schema:Course ; schema:hasCourseInstance ?r . {' '.join(where)}"
    if more_than(store, COURSES_LISTED, offered):
        raise UsageError(
            f"more than {COURSES_LISTED:,} courses fit, too many for one list",
            "narrow them down by topic, provider or what else is offered; a SPARQL query lists any number",
        )
    names = "name code provider platform lang level pacing format cost hours url"
    found = gather(
        store,
        f"SELECT ?x ?name ?code ?provider ?platform ?lang ?level ?pacing ?format ?cost ?hours ?url WHERE {{ "
        f"{first} ?x a schema:Course ; rdfs:label ?name ; schema:hasCourseInstance ?r . {' '.join(where)} "
        "OPTIONAL { ?x schema:courseCode ?code } OPTIONAL { ?x schema:provider/rdfs:label ?provider } "
        "OPTIONAL { ?r mlg:deliveredOn/rdfs:label ?platform } OPTIONAL { ?r schema:inLanguage ?lang } "
        "OPTIONAL { ?x schema:educationalLevel ?level } OPTIONAL { ?r mlg:pacing ?pacing } OPTIONAL { ?r mlg:hasFormat ?format } "
        "OPTIONAL { ?r mlg:costKind ?cost } OPTIONAL { ?r mlg:workloadHours ?hours } OPTIONAL { ?x schema:url ?url } }",
        "x",
        names,
    )
    taught = _taught(store, found)
    result = [
        Course(
            iri,
            local_name(iri),
            each.one("name"),
            each.one("code"),
            ", ".join(each.texts("provider")),
            each.texts("platform"),
            each.texts("lang"),
            ", ".join(each.words("level")).lower(),
            tuple(kebab(word) for word in each.words("pacing")),
            tuple(kebab(word) for word in each.words("format")),
            tuple(kebab(word) for word in each.words("cost")),
            each.number("hours"),
            taught.get(iri, 0),
            each.one("url"),
        )
        for iri, each in found.items()
        if iri not in shallow
    ]
    return sorted(result, key=lambda each: (each.provider, each.name, each.slug))


def _spoken(language: str) -> str:
    """Return the pattern of an offering in a language."""
    if not language.replace("-", "").isalnum():
        raise UsageError(f"not a language tag: {language!r}", "use a tag such as en or pt-BR")
    return f'?r schema:inLanguage ?spoken FILTER(LANGMATCHES(?spoken, "{language}"))'


def _shallower(store: Store, topic: str, level: str) -> set[str]:
    """Return the courses that teach a topic, but less deeply."""
    ranks = {word: rank for rank, word in enumerate(LEVELS.values(), 1)}
    if level not in ranks:
        raise UsageError(f"no such level: {level!r}", f"levels are {', '.join(ranks)}")
    known = {
        row["x"].value: ranks.get(LEVELS.get(text(row["level"]), ""), 0)
        for row in store.select(
            f"SELECT ?x ?level WHERE {{ ?c rdf:object <{topic}> ; rdf:predicate mlg:teaches ; mlg:status mlg:Verified ; "
            "mlg:atLevel ?level ; rdf:subject ?x }"
        )
    }
    teaching = (row["x"].value for row in store.select(f"SELECT ?x WHERE {{ ?x mlg:teaches <{topic}> }}"))
    return {course for course in teaching if known.get(course, ranks["working"]) < ranks[level]}


def programs(
    store: Store,
    *,
    region: str = "",
    role: str = "",
    delivery: str = "",
    institution: str = "",
    topic: str = "",
) -> list[Program]:
    """Return degree programs, filtered, by institution and name.

    Parameters
    ----------
    store : Store
        The graph.
    region : str
        Part of the region's name, case does not matter.
    role : str
        IRI of a role that it must prepare for.
    delivery : str
        on-campus, online or hybrid.
    institution, topic : str
        IRI of the institution; of a topic in the curriculum.

    Returns
    -------
    list of Program
        ``status`` is disputed where the degree itself is a disputed claim.

    Raises
    ------
    UsageError
        If a filter has no sensible meaning.
    """
    where = []
    if region:
        safe = " ".join(region.replace("\\", "").replace('"', "").split())
        where.append(f'?x mlg:region ?where FILTER(CONTAINS(LCASE(?where), LCASE("{safe}")))')
    if role:
        where.append(f"?x mlg:preparesFor <{role}> .")
    if delivery:
        where.append(f"?x mlg:hasFormat {term_of(delivery)} .")
    if institution:
        where.append(f"?x schema:provider <{institution}> .")
    if topic:
        where.append(f"?x mlg:covers <{topic}> .")
    found = gather(
        store,
        f"SELECT ?x ?name ?inst ?award ?region ?format ?months ?units ?role ?url ?state WHERE {{ "
        f"?x a schema:EducationalOccupationalProgram ; rdfs:label ?name . {' '.join(where)} "
        "OPTIONAL { ?x schema:provider/rdfs:label ?own } OPTIONAL { ?c rdf:subject ?x ; rdf:predicate schema:provider ; "
        "rdf:object/rdfs:label ?said ; mlg:status ?state } BIND(COALESCE(?own, ?said) AS ?inst) "
        "OPTIONAL { ?x schema:educationalCredentialAwarded ?award } OPTIONAL { ?x mlg:region ?region } "
        "OPTIONAL { ?x mlg:hasFormat ?format } OPTIONAL { ?x mlg:durationMonths ?months } OPTIONAL { ?x mlg:unitsText ?units } "
        "OPTIONAL { ?x mlg:preparesFor/rdfs:label ?role } OPTIONAL { ?x schema:url ?url } }",
        "x",
        "name inst award region format months units role url state",
    )
    covered = counts(store, "?x mlg:covers ?y")
    replaced = {row["x"].value for row in store.select("SELECT ?x WHERE { ?x dcterms:isReplacedBy ?y }")}
    result = [
        Program(
            iri,
            local_name(iri),
            each.one("name"),
            each.one("inst"),
            each.one("award"),
            ", ".join(each.texts("region")),
            tuple(kebab(word) for word in each.words("format")),
            each.number("months"),
            "; ".join(each.texts("units")),
            covered.get(iri, 0),
            each.texts("role"),
            (
                local_name(each.one("state")).lower()
                if each.one("state")
                else "superseded"
                if iri in replaced
                else "verified"
            ),
            each.one("url"),
        )
        for iri, each in found.items()
    ]
    return sorted(result, key=lambda each: (each.institution, each.name, each.slug))


def roles(store: Store, *, skill: str = "") -> list[Role]:
    """Return job roles, or those that need a topic or skill, by label.

    Parameters
    ----------
    store : Store
        The graph.
    skill : str
        IRI of a topic or skill.

    Returns
    -------
    list of Role
    """
    where = f"?x mlg:essentialSkill|mlg:optionalSkill <{skill}> ." if skill else ""
    found = gather(
        store,
        f"SELECT ?x ?name ?def ?code ?match WHERE {{ ?x a mlg:JobRole ; rdfs:label ?name . {where} "
        "OPTIONAL { ?x skos:definition ?def } OPTIONAL { ?x schema:occupationalCategory ?code } "
        "OPTIONAL { ?x skos:exactMatch|skos:closeMatch|skos:broadMatch ?match } }",
        "x",
        "name def code match",
    )
    essential = counts(store, "?x mlg:essentialSkill ?y")
    optional = counts(store, "?x mlg:optionalSkill ?y")
    prepared = counts(store, "?y a schema:EducationalOccupationalProgram ; mlg:preparesFor ?x")
    result = [
        Role(
            iri,
            local_name(iri),
            each.one("name"),
            each.one("def"),
            essential.get(iri, 0),
            optional.get(iri, 0),
            prepared.get(iri, 0),
            (*(f"O*NET-SOC {code}" for code in each.texts("code")), *each.texts("match")),
        )
        for iri, each in found.items()
    ]
    return sorted(result, key=lambda each: each.label)


def needs(store: Store, role: str, *, counted: bool = True) -> list[Need]:
    """Return what a role needs: essential before optional, deeper before shallower, by label.

    Parameters
    ----------
    store : Store
        The graph.
    role : str
        IRI of the role.
    counted : bool
        Count courses too, which takes longer the more courses there are.

    Returns
    -------
    list of Need
        ``courses`` counts the courses that teach the topic, or a topic that the skill draws on.
    """
    rows = store.select(
        f"SELECT ?o ?label ?p ?level ?rank ?why ?status WHERE {{ ?c rdf:subject <{role}> ; rdf:predicate ?p ; rdf:object ?o ; mlg:status ?status . "
        "FILTER(?p IN (mlg:essentialSkill, mlg:optionalSkill)) ?o rdfs:label ?label . "
        "OPTIONAL { ?c mlg:atLevel ?level . ?level mlg:levelRank ?rank } OPTIONAL { ?c mlg:reason ?why } }"
    )
    asked = f"<{role}> mlg:essentialSkill|mlg:optionalSkill ?x"
    count = counts if counted else lambda *_: {}
    taught = count(store, f"{asked} . ?y a schema:Course ; mlg:teaches ?x")
    drawn = count(store, f"{asked} . ?x mlg:drawsOn ?t . ?y a schema:Course ; mlg:teaches ?t")
    found = []
    for row in rows:
        iri = row["o"].value
        found.append(
            Need(
                thing_of(iri, text(row["label"])),
                LEVELS.get(text(row["level"]), "working"),
                row["p"].value == MLG.essentialSkill,
                text(row["why"]),
                local_name(row["status"].value).lower(),
                max(taught.get(iri, 0), drawn.get(iri, 0)),
            )
        )
    order = {"deep": 0, "working": 1, "awareness": 2}
    return sorted(
        found,
        key=lambda each: (
            not each.essential,
            order[each.level],
            each.thing.kind != "topic",
            each.thing.label,
        ),
    )


def projects(store: Store, *, topic: str = "", skill: str = "") -> list[Project]:
    """Return learning projects, or those that practise a topic or skill, by name.

    Parameters
    ----------
    store : Store
        The graph.
    topic, skill : str
        IRIs; empty for any.

    Returns
    -------
    list of Project
    """
    where = " ".join(f"?x mlg:practises <{iri}> ." for iri in (topic, skill) if iri)
    found = gather(
        store,
        f"SELECT ?x ?name ?topic ?skill ?hours ?url WHERE {{ ?x a mlg:LearningProject ; rdfs:label ?name . {where} "
        "OPTIONAL { ?x mlg:practises ?t . ?t a mlg:Topic ; rdfs:label ?topic } "
        "OPTIONAL { ?x mlg:practises ?s . { ?s a mlg:Skill } UNION { ?s a mlg:TransversalSkill } ?s rdfs:label ?skill } "
        "OPTIONAL { ?x mlg:workloadHours ?hours } OPTIONAL { ?x schema:url ?url } }",
        "x",
        "name topic skill hours url",
    )
    result = [
        Project(
            iri,
            local_name(iri),
            each.one("name"),
            each.texts("topic"),
            each.texts("skill"),
            each.number("hours"),
            each.one("url"),
        )
        for iri, each in found.items()
    ]
    return sorted(result, key=lambda each: each.name)
