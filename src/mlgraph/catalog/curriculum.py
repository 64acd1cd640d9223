"""What degree programs teach, say of themselves and recommend before, for many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.gather import gather
from mlgraph.catalog.learning import teaching
from mlgraph.catalog.topics import values
from mlgraph.rdf.store import text
from mlgraph.vocab import LEVELS, MLG, local_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlgraph.rdf.store import Store

__all__ = [
    "DETAILS",
    "Curriculum",
    "FreeCourse",
    "curricula",
    "details",
    "free_courses",
    "free_examples",
    "prepared",
    "recommended",
]

DETAILS = {
    "specialization": "specializations",
    "researchStrength": "faculty and research",
    "industryConnection": "industry connections",
    "internship": "internship",
    "capstone": "capstone or thesis",
    "entrepreneurship": "entrepreneurship",
    "claimedOutcome": "claimed outcomes",
    "durationText": "duration",
    "requirementText": "requirements",
    "department": "department",
    "hasCourse": "courses in the graph",
}
"""What programs say in words: the last part of the property -> how people call it."""


class Curriculum(NamedTuple):
    """Topics of a program with the levels that it teaches them to; ``unverified`` counts the doubtful ones."""

    core: Mapping[str, str] = {}
    elective: Mapping[str, str] = {}
    unverified: int = 0

    def both(self) -> dict[str, str]:
        """Return core and elective topics; where one is both, as deeply as the deeper of the two."""
        deep = list(LEVELS.values()).index
        found = dict(self.core)
        for topic, level in self.elective.items():
            if topic not in found or deep(found[topic]) < deep(level):
                found[topic] = level
        return found


class FreeCourse(NamedTuple):
    """A course that can be used or audited without paying or being on a campus, and what it teaches how deeply."""

    iri: str
    slug: str
    name: str
    url: str
    languages: tuple[str, ...]
    levels: Mapping[str, str]


def _only(programs: Sequence[str]) -> str:
    return f"VALUES ?x {{ {values(programs)} }}" if programs else ""


def curricula(store: Store, programs: Sequence[str] = ()) -> dict[str, Curriculum]:
    """Return the curricula of some programs, or of all, by IRI.

    Parameters
    ----------
    store : Store
        The graph.
    programs : sequence of str
        IRIs; empty for all programs.

    Returns
    -------
    dict of str to Curriculum
        Verified topics only, at working level where none is said; programs without any topic,
        verified or not, are left out.

    Notes
    -----
    Two queries, whatever the number of programs: joining levels to links in one is ten times slower.
    """
    parts = "VALUES ?p { mlg:coreTopic mlg:electiveTopic }"
    taught: dict[str, dict[str, dict[str, str]]] = {}
    doubtful: dict[str, int] = {}
    for row in store.select(f"SELECT ?x ?p ?t WHERE {{ {_only(programs)} {parts} ?x ?p ?t }}"):
        each = taught.setdefault(row["x"].value, {MLG.coreTopic: {}, MLG.electiveTopic: {}})
        each[row["p"].value][row["t"].value] = "working"
    for row in store.select(
        f"SELECT ?x ?p ?t ?status ?level WHERE {{ {_only(programs)} {parts} ?c rdf:subject ?x ; rdf:predicate ?p ; "
        "rdf:object ?t ; mlg:status ?status . OPTIONAL { ?c mlg:atLevel ?level } }"
    ):
        program, part, topic = row["x"].value, row["p"].value, row["t"].value
        if row["status"].value != MLG.Verified:
            doubtful[program] = doubtful.get(program, 0) + 1
        elif topic in taught.get(program, {}).get(part, {}):
            taught[program][part][topic] = LEVELS.get(text(row["level"]), "working")
    found = {}
    for program in sorted({*taught, *doubtful}):
        each = taught.get(program, {})
        core, elective = (
            dict(sorted(each.get(part, {}).items())) for part in (MLG.coreTopic, MLG.electiveTopic)
        )
        found[program] = Curriculum(core, elective, doubtful.get(program, 0))
    return found


def details(store: Store, programs: Sequence[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return what some programs say in words: program -> property, a key of `DETAILS` -> texts."""
    properties = " ".join(
        f"{'schema' if key in {'department', 'hasCourse'} else 'mlg'}:{key}" for key in DETAILS
    )
    found: dict[str, dict[str, set[str]]] = {program: {} for program in programs}
    for row in store.select(
        f"SELECT ?x ?p ?o ?l WHERE {{ {_only(programs)} VALUES ?p {{ {properties} }} ?x ?p ?o OPTIONAL {{ ?o rdfs:label ?l }} }}"
    ):
        said = text(row["l"]) or text(row["o"])
        found[row["x"].value].setdefault(local_name(row["p"].value), set()).add(said)
    return {
        program: {key: tuple(sorted(texts[key])) for key in DETAILS if key in texts}
        for program, texts in found.items()
    }


def prepared(store: Store, role: str) -> dict[str, str]:
    """Return program -> status of the claim that it prepares for a role."""
    found = {
        row["x"].value: "verified"
        for row in store.select(f"SELECT ?x WHERE {{ ?x mlg:preparesFor <{role}> }}")
    }
    for row in store.select(
        f"SELECT ?x ?status WHERE {{ ?c rdf:object <{role}> ; rdf:predicate mlg:preparesFor ; rdf:subject ?x ; mlg:status ?status }}"
    ):
        found.setdefault(row["x"].value, local_name(row["status"].value).lower())
    return found


def recommended(store: Store, programs: Sequence[str]) -> dict[str, list[tuple[str, ...]]]:
    """Return program -> topics that are recommended before it, either-or topics together."""
    found: dict[str, dict[str, set[str]]] = {}
    for row in store.select(
        f"SELECT ?x ?g ?t WHERE {{ {_only(programs)} ?x mlg:hasRequirement ?g . ?g mlg:purpose mlg:Admission ; "
        "mlg:obligation mlg:Recommended ; mlg:anyOf ?t . ?t a mlg:Topic }"
    ):
        found.setdefault(row["x"].value, {}).setdefault(row["g"].value, set()).add(row["t"].value)
    return {
        program: sorted(tuple(sorted(options)) for options in groups.values())
        for program, groups in sorted(found.items())
    }


def free_courses(store: Store, topics: Iterable[str]) -> dict[str, FreeCourse]:
    """Return the courses that teach some topics and are free, have an address and need no campus, by IRI."""
    taught: dict[str, dict[str, str]] = {}
    for course, topic, level in teaching(store, topics):
        taught.setdefault(course, {})[topic] = level
    found: dict[str, FreeCourse] = {}
    for row in store.select(
        "SELECT DISTINCT ?x ?name ?url ?lang WHERE { VALUES ?k { mlg:Free mlg:FreeToAudit } ?r mlg:costKind ?k . "
        "OPTIONAL { ?r mlg:hasFormat ?f } FILTER(!BOUND(?f) || ?f != mlg:OnCampus) OPTIONAL { ?r schema:inLanguage ?lang } "
        "?x schema:hasCourseInstance ?r ; a schema:Course ; rdfs:label ?name ; schema:url ?url }"
    ):
        iri = row["x"].value
        if iri in taught:
            before = found[iri].languages if iri in found else ()
            spoken = tuple(sorted({*before, text(row["lang"])} - {""}))
            found[iri] = FreeCourse(
                iri, local_name(iri), text(row["name"]), text(row["url"]), spoken, taught[iri]
            )
    return dict(sorted(found.items()))


def free_examples(store: Store, topic: str, most: int) -> list[str]:
    """Return the slugs of the first few free courses on a topic, in the order of `mlgraph.catalog.courses.courses`."""
    found = gather(
        store,
        f"SELECT ?x ?name ?provider WHERE {{ {{ SELECT DISTINCT ?x WHERE {{ ?x mlg:teaches <{topic}> }} }} "
        "?x a schema:Course ; rdfs:label ?name ; schema:hasCourseInstance ?r . ?r mlg:costKind ?fee "
        "FILTER(?fee IN (mlg:Free, mlg:FreeToAudit)) OPTIONAL { ?x schema:provider/rdfs:label ?provider } }",
        "x",
        "name provider",
    )
    ordered = sorted(
        (", ".join(each.texts("provider")), each.one("name"), local_name(iri)) for iri, each in found.items()
    )
    return [slug for _, _, slug in ordered[:most]]
