"""How complete the graph is and on what it rests: counts over claims, evidence and records."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.rdf.store import text
from mlgraph.vocab import ID, local_name

if TYPE_CHECKING:
    from mlgraph.rdf.store import Store

__all__ = ["AreaQuality", "Quality", "quality"]


class AreaQuality(NamedTuple):
    """One area: its topics, their prerequisites, and how many of those rest on judgement alone."""

    slug: str
    label: str
    topics: int
    hard: int
    editorial: int
    soft: int
    matched: int


class Quality(NamedTuple):
    """Counts that tell what the graph holds and what it rests on.

    ``prerequisites`` counts hard ones by number of cited sources (editorial judgement is none), ``kinds``
    by kind of evidence (a claim with two kinds counts twice), ``matches`` topics by scheme.
    """

    things: dict[str, int]
    topics: int
    beginnings: int
    hard: int
    soft: int
    groups: int
    prerequisites: dict[int, int]
    kinds: dict[str, int]
    matches: dict[str, int]
    matched: int
    goals: int
    resources: int
    statuses: dict[str, int]
    claims: dict[str, int]
    sources: dict[str, int]
    courses: dict[str, int]
    areas: tuple[AreaQuality, ...]


_SCHEMES = {
    "Wikidata": "http://www.wikidata.org/",
    "CSO": "https://cso.kmi.open.ac.uk/",
    "ACM CCS": "https://dl.acm.org/ccs/",
    "ESCO": "http://data.europa.eu/esco/",
}
_CLASSES = (
    "mlg:Topic mlg:Area schema:Course schema:CourseInstance schema:EducationalOccupationalProgram mlg:JobRole mlg:Skill "
    "mlg:TransversalSkill mlg:LearningProject schema:LearningResource schema:Organization mlg:Platform mlg:Source "
    "mlg:Claim mlg:Evidence mlg:Statement mlg:RequirementGroup"
).split()


def _number(store: Store, pattern: str) -> int:
    row = next(iter(store.select(f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")))
    return int(text(row["n"]))


def _tally(store: Store, key: str, pattern: str) -> dict[str, int]:
    rows = store.select(
        f"SELECT {key} (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }} GROUP BY {key} ORDER BY DESC(?n) {key}"
    )
    return {local_name(text(row[key[1:]])): int(text(row["n"])) for row in rows if text(row[key[1:]])}


def quality(store: Store) -> Quality:
    """Count what the graph holds and on what it rests.

    Parameters
    ----------
    store : Store
        The graph.

    Returns
    -------
    Quality

    Notes
    -----
    Some thirty aggregate queries; about half a second on the shipped data.
    """
    verified = "mlg:status mlg:Verified"
    hard = f"?x rdf:predicate mlg:requires ; {verified}"
    cited: dict[str, set[str]] = {
        text(row["x"]): set() for row in store.select(f"SELECT ?x WHERE {{ {hard} }}")
    }
    for row in store.select(
        f"SELECT ?x ?s WHERE {{ {hard} ; mlg:supportedBy ?e . ?e dcterms:source ?s ; mlg:evidenceKind ?k . FILTER (?k != mlg:Editorial) }}"
    ):
        cited[text(row["x"])].add(text(row["s"]))
    alone = {claim for claim, found in cited.items() if not found}
    matches = {
        name: _number(
            store,
            "?x a mlg:Topic ; skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch ?m . "
            f'FILTER (STRSTARTS(STR(?m), "{base}"))',
        )
        for name, base in _SCHEMES.items()
    }
    return Quality(
        things={name: _number(store, f"?x a {name}") for name in _CLASSES},
        topics=_number(store, "?x a mlg:Topic"),
        beginnings=_number(
            store,
            "?x a mlg:Topic . FILTER NOT EXISTS { ?x mlg:requires ?y } FILTER NOT EXISTS { ?x mlg:hasRequirement ?g }",
        ),
        hard=len(cited),
        soft=_number(store, f"?x rdf:predicate mlg:recommends ; {verified}"),
        groups=_number(store, "?t a mlg:Topic ; mlg:hasRequirement ?x"),
        prerequisites=dict(sorted(Counter(len(found) for found in cited.values()).items())),
        kinds=_tally(store, "?k", f"{hard} ; mlg:supportedBy/mlg:evidenceKind ?k"),
        matches=matches,
        matched=_number(
            store,
            "?x a mlg:Topic ; skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch ?m",
        ),
        goals=_number(store, "?x a mlg:Topic ; mlg:goal ?a, ?b, ?c . FILTER (?a < ?b && ?b < ?c)"),
        resources=_number(
            store,
            "?r a schema:LearningResource ; schema:isAccessibleForFree true ; mlg:teaches ?x . ?x a mlg:Topic",
        ),
        statuses=_tally(store, "?s", "?x a mlg:Claim ; mlg:status ?s"),
        claims=_tally(store, "?p", "?x a mlg:Claim ; rdf:predicate ?p"),
        sources=_tally(store, "?k", "?x a mlg:Source ; mlg:evidenceKind ?k . ?e dcterms:source ?x"),
        courses={
            "all": _number(store, "?x a schema:Course"),
            "with an address": _number(store, "?x a schema:Course ; schema:url ?u"),
            # told by the IRI: to look up the class of what each course teaches takes three times as long
            "with five topics or more": _number(
                store,
                "{ SELECT ?x WHERE { ?x mlg:teaches ?t "
                f'FILTER(STRSTARTS(STR(?t), "{ID}topic/")) }} GROUP BY ?x HAVING (COUNT(DISTINCT ?t) >= 5) }} ?x a schema:Course',
            ),
            "with an entry requirement": _number(
                store, "?x a schema:Course { ?x mlg:hasRequirement ?g } UNION { ?x mlg:requirementText ?t }"
            ),
            "with free access": _number(
                store, "?x a schema:Course ; schema:hasCourseInstance/mlg:costKind mlg:Free"
            ),
        },
        areas=_areas(store, alone),
    )


def _areas(store: Store, alone: set[str]) -> tuple[AreaQuality, ...]:
    """Count by area; ``alone`` are the hard claims without any cited source."""
    labels = {
        text(row["a"]): text(row["l"])
        for row in store.select("SELECT ?a ?l WHERE { ?a a mlg:Area ; skos:prefLabel ?l }")
    }
    topics: Counter[str] = Counter()
    matched: Counter[str] = Counter()
    for row in store.select(
        "SELECT ?a ?t (COUNT(?m) AS ?n) WHERE { ?t a mlg:Topic ; skos:broader ?a OPTIONAL { ?t "
        "skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch ?m } } GROUP BY ?a ?t"
    ):
        topics[text(row["a"])] += 1
        matched[text(row["a"])] += text(row["n"]) != "0"
    links: dict[str, Counter[str]] = {"requires": Counter(), "recommends": Counter()}
    editorial: Counter[str] = Counter()
    for row in store.select(
        # a sub-select: the engine would else start from the areas, and pair every topic with every claim
        "SELECT ?c ?a ?p WHERE { { SELECT ?c ?p ?t WHERE { VALUES ?p { mlg:requires mlg:recommends } ?c rdf:predicate ?p ; "
        "mlg:status mlg:Verified ; rdf:subject ?t } } ?t skos:broader ?a }"
    ):
        links[local_name(text(row["p"]))][text(row["a"])] += 1
        editorial[text(row["a"])] += text(row["c"]) in alone
    return tuple(
        AreaQuality(
            local_name(area),
            labels.get(area, local_name(area)),
            topics[area],
            links["requires"][area],
            editorial[area],
            links["recommends"][area],
            matched[area],
        )
        for area in sorted(topics)
    )
