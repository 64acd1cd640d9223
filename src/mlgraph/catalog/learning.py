"""What plans are made of: what courses teach, ask and cost, resources for a topic, projects."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgraph.catalog.gather import more_than
from mlgraph.catalog.topics import batches, values
from mlgraph.rdf.store import text
from mlgraph.vocab import ID, LEVELS, MLG, SCHEMA, kebab, local_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlgraph.rdf.store import Store

__all__ = [
    "OFFERED",
    "EntryGroup",
    "Offering",
    "Practice",
    "Resource",
    "entry_groups",
    "many_teach",
    "named",
    "offering_of",
    "offerings",
    "pages",
    "practices",
    "resource_languages",
    "resources_for",
    "taught_by",
    "teaching",
]

_COURSE, _TOPIC = f"{ID}course/", f"{ID}topic/"
OFFERED = {
    SCHEMA.inLanguage: "lang",
    MLG.pacing: "pacing",
    MLG.hasFormat: "format",
    MLG.costKind: "cost",
    SCHEMA.price: "price",
    SCHEMA.priceCurrency: "currency",
    MLG.workloadHours: "hours",
    MLG.hoursPerWeek: "perweek",
    MLG.weeks: "weeks",
}
"""The properties of an offering that plans look at."""


class Offering(NamedTuple):
    """One way in which a course is given; ``hours`` of work in all, ``weeks`` it runs, both may be unknown."""

    iri: str
    course: str
    languages: tuple[str, ...]
    pacing: tuple[str, ...]
    formats: tuple[str, ...]
    costs: tuple[str, ...]
    price: float | None
    currency: str
    hours: float | None
    hours_per_week: float | None
    weeks: float | None

    @property
    def total(self) -> float | None:
        """Hours of work in all: those stated, else those a week for the weeks it runs."""
        if not self.hours and self.hours_per_week and self.weeks:
            return self.hours_per_week * self.weeks
        return self.hours or None


class EntryGroup(NamedTuple):
    """An entry requirement: ``minimum`` of ``options`` (topics or courses) or ``external`` ones in words."""

    iri: str
    owner: str
    options: tuple[str, ...]
    external: tuple[str, ...]
    minimum: int
    timing: str
    level: str


class Resource(NamedTuple):
    """A located place in a free work that teaches a topic."""

    iri: str
    topic: str
    name: str
    url: str
    locator: str
    source: str
    language: str


class Practice(NamedTuple):
    """A project with the topics and skills that it practises, by IRI."""

    iri: str
    slug: str
    name: str
    hours: float | None
    topics: tuple[str, ...]
    skills: tuple[str, ...]
    deliverable: str
    url: str


def named(store: Store, iris: Iterable[str]) -> dict[str, str]:
    """Return IRI -> label of some things."""
    return {
        row["x"].value: text(row["l"])
        for block in batches(iris)
        for row in store.select(f"SELECT ?x ?l WHERE {{ VALUES ?x {{ {block} }} ?x rdfs:label ?l }}")
    }


def pages(store: Store, iris: Iterable[str]) -> dict[str, str]:
    """Return IRI -> web page of some things, where they have one."""
    found: dict[str, str] = {}
    for block in batches(iris):
        for row in store.select(
            f"SELECT ?x ?u WHERE {{ VALUES ?x {{ {block} }} ?x schema:url ?u }} ORDER BY ?u"
        ):
            found.setdefault(row["x"].value, text(row["u"]))
    return found


def _taught(store: Store, variable: str, block: str) -> set[tuple[str, str, str]]:
    """Return (course, topic, level) where ``variable`` (x the course, t the topic) is one of some IRIs.

    Levels are read apart, and only those that are not working: the join costs more than the rest.
    """
    levels = {
        (row["x"].value, row["t"].value): LEVELS[row["level"].value]
        for row in store.select(
            f"SELECT ?x ?t ?level WHERE {{ VALUES ?{variable} {{ {block} }} VALUES ?level {{ mlg:Awareness mlg:Deep }} "
            f"?c rdf:{'subject' if variable == 'x' else 'object'} ?{variable} ; mlg:atLevel ?level ; mlg:status mlg:Verified ; "
            "rdf:predicate mlg:teaches ; rdf:subject ?x ; rdf:object ?t }"
        )
    }
    # what teaches is a course or a resource, by its IRI: to look its class up would cost twice as much
    rows = store.select(f"SELECT ?x ?t WHERE {{ VALUES ?{variable} {{ {block} }} ?x mlg:teaches ?t }}")
    pairs = {(row["x"].value, row["t"].value) for row in rows}
    return {
        (course, topic, levels.get((course, topic), "working"))
        for course, topic in pairs
        if course.startswith(_COURSE) and topic.startswith(_TOPIC)
    }


def taught_by(store: Store, courses: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return (course, topic, level) of what some courses teach, sorted."""
    return sorted(row for block in batches(courses) for row in _taught(store, "x", block))


def teaching(store: Store, topics: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return (course, topic, level) of the courses that teach some topics, for these topics only, sorted."""
    return sorted(row for block in batches(topics) for row in _taught(store, "t", block))


def many_teach(store: Store, topics: Iterable[str], most: int) -> bool:
    """Return whether more than some courses teach something of some topics; costs the same however many more."""
    wanted = values(sorted(set(topics)))
    # resources teach too; a sub-select, since the engine would else start from all courses
    teachers = (
        f"{{ SELECT DISTINCT ?x WHERE {{ VALUES ?t {{ {wanted} }} ?x mlg:teaches ?t }} }} ?x a schema:Course"
    )
    return more_than(store, most, teachers)


def offerings(store: Store, courses: Iterable[str]) -> list[Offering]:
    """Return the offerings of some courses, by course and IRI."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for block in batches(courses):
        rows = store.select(
            f"SELECT ?x ?r ?p ?o WHERE {{ VALUES ?x {{ {block} }} ?x schema:hasCourseInstance ?r . ?r ?p ?o }}"
        )
        for row in rows:
            found.setdefault((row["x"].value, row["r"].value), []).append((row["p"].value, text(row["o"])))
    return [offering_of(iri, course, facts) for (course, iri), facts in sorted(found.items())]


@lru_cache(maxsize=256)
def _word(iri: str) -> str:
    """Return the word for a term of a vocabulary; offerings, of which there may be very many, use few of them."""
    return kebab(local_name(iri))


def offering_of(iri: str, course: str, facts: Iterable[tuple[str, str]]) -> Offering:
    """Return an offering with its facts, (property, value) each; others than those of offerings are left out."""
    each: dict[str, set[str]] = {name: set() for name in OFFERED.values()}
    for predicate, value in facts:
        if predicate in OFFERED:
            each[OFFERED[predicate]].add(value)

    def number(texts: set[str]) -> float | None:
        return min(map(float, texts)) if texts else None

    def words(texts: set[str]) -> tuple[str, ...]:
        return tuple(sorted(map(_word, texts)))

    return Offering(
        iri,
        course,
        tuple(sorted(each["lang"])),
        words(each["pacing"]),
        words(each["format"]),
        words(each["cost"]),
        number(each["price"]),
        min(each["currency"], default=""),
        number(each["hours"]),
        number(each["perweek"]),
        number(each["weeks"]),
    )


def entry_groups(store: Store, owners: Iterable[str]) -> list[EntryGroup]:
    """Return the mandatory entry or admission requirements of courses and programs, by IRI."""
    found: dict[str, dict[str, Any]] = {}
    for block in batches(owners):
        rows = store.select(
            f"SELECT ?x ?g ?o ?e ?n ?when ?level WHERE {{ VALUES ?x {{ {block} }} ?x mlg:hasRequirement ?g . "
            "?g mlg:obligation mlg:Mandatory ; mlg:minimumCount ?n ; mlg:purpose ?for . FILTER(?for IN (mlg:Entry, mlg:Admission)) "
            "OPTIONAL { ?g mlg:timing ?when } OPTIONAL { ?g mlg:atLevel ?level } "
            "OPTIONAL { ?g mlg:anyOf ?o } OPTIONAL { ?g mlg:externalOption ?e } }"
        )
        for row in rows:
            group = found.setdefault(
                row["g"].value,
                {
                    "owner": row["x"].value,
                    "options": set(),
                    "external": set(),
                    "minimum": int(text(row["n"])),
                    "timing": local_name(text(row["when"]) or MLG.Before).lower(),
                    "level": LEVELS.get(text(row["level"]), "working"),
                },
            )
            if row["o"] is not None:
                group["options"].add(row["o"].value)
            if row["e"] is not None:
                group["external"].add(text(row["e"]))
    return [
        EntryGroup(
            iri,
            each["owner"],
            tuple(sorted(each["options"])),
            tuple(sorted(each["external"])),
            each["minimum"],
            each["timing"],
            each["level"],
        )
        for iri, each in sorted(found.items())
    ]


def resources_for(store: Store, topics: Iterable[str]) -> dict[str, list[Resource]]:
    """Return the located free resources of some topics, by topic; textbooks and lectures first."""
    found: dict[str, list[tuple[int, Resource]]] = {}
    rank = {"Textbook": 0, "LectureNotes": 1, "Documentation": 2}
    wanted = set(topics)
    # a sub-select goes from the resources to the topics: the other way leads through every course that teaches them
    free = [
        row["r"].value
        for block in batches(wanted)
        for row in store.select(
            f"SELECT ?r WHERE {{ VALUES ?t {{ {block} }} {{ SELECT ?r ?t WHERE {{ "
            "?r a schema:LearningResource ; schema:isAccessibleForFree true ; mlg:teaches ?t } } }"
        )
    ]
    for block in batches(set(free)):
        rows = store.select(
            f"SELECT ?t ?r ?name ?url ?at ?s ?k ?lang WHERE {{ VALUES ?r {{ {block} }} ?r mlg:teaches ?t ; rdfs:label ?name . "
            "OPTIONAL { ?r schema:url ?url } OPTIONAL { ?r mlg:locator ?at } "
            "OPTIONAL { ?r schema:inLanguage ?lang } OPTIONAL { ?r schema:isPartOf ?src . ?src rdfs:label ?s OPTIONAL { ?src mlg:evidenceKind ?k } } }"
        )
        for row in rows:
            if row["t"].value not in wanted:
                continue
            resource = Resource(
                row["r"].value,
                row["t"].value,
                text(row["name"]),
                text(row["url"]),
                text(row["at"]),
                text(row["s"]),
                text(row["lang"]) or "en",
            )
            order = rank.get(local_name(text(row["k"])) if row["k"] is not None else "", 3)
            found.setdefault(resource.topic, []).append((order, resource))
    return {topic: [resource for _, resource in sorted(set(rows_))] for topic, rows_ in sorted(found.items())}


def resource_languages(store: Store) -> dict[str, frozenset[str]]:
    """Return the languages of the located free resources of each topic that has some, by topic."""
    found: dict[str, set[str]] = {}
    for row in store.select(
        "SELECT DISTINCT ?t ?lang WHERE { ?r a schema:LearningResource ; schema:isAccessibleForFree true ; mlg:teaches ?t ; "
        "rdfs:label ?name OPTIONAL { ?r schema:inLanguage ?lang } }"
    ):
        found.setdefault(row["t"].value, set()).add(text(row["lang"]) or "en")
    return {topic: frozenset(languages) for topic, languages in sorted(found.items())}


def practices(store: Store) -> list[Practice]:
    """Return all projects with what they practise, by IRI."""
    found: dict[str, dict[str, Any]] = {}
    for row in store.select(
        "SELECT ?x ?name ?o ?hours ?what ?url WHERE { ?x a mlg:LearningProject ; rdfs:label ?name . OPTIONAL { ?x mlg:practises ?o } "
        "OPTIONAL { ?x mlg:workloadHours ?hours } OPTIONAL { ?x mlg:deliverable ?what } OPTIONAL { ?x schema:url ?url } }"
    ):
        each = found.setdefault(
            row["x"].value,
            {
                "name": text(row["name"]),
                "hours": float(text(row["hours"])) if row["hours"] is not None else None,
                "of": set(),
                "what": text(row["what"]),
                "url": text(row["url"]),
            },
        )
        if row["o"] is not None:
            each["of"].add(row["o"].value)
    return [
        Practice(
            iri,
            local_name(iri),
            each["name"],
            each["hours"],
            tuple(sorted(o for o in each["of"] if "/id/skill/" not in o)),
            tuple(sorted(o for o in each["of"] if "/id/skill/" in o)),
            each["what"],
            each["url"],
        )
        for iri, each in sorted(found.items())
    ]
