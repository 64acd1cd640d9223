"""Everything that the page shows, gathered from the graph in some tens of queries, however large it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.claims import claims
from mlgraph.catalog.courses import courses, programs, roles
from mlgraph.catalog.curriculum import curricula
from mlgraph.catalog.learning import practices, resources_for, taught_by
from mlgraph.catalog.whole import all_requirements
from mlgraph.rdf.store import text
from mlgraph.viewer.aim import aims
from mlgraph.vocab import MLG, local_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgraph.catalog.curriculum import Curriculum
    from mlgraph.catalog.learning import Practice, Resource
    from mlgraph.model import Claim, Course, Evidence, Group, Program, Requirements, Role
    from mlgraph.rdf.store import Store
    from mlgraph.viewer.aim import Aim

__all__ = ["Area", "Content", "Link", "Words", "disputed", "gather"]


class Area(NamedTuple):
    """An area of the subject, with what is said of it."""

    slug: str
    label: str
    definition: str


class Words(NamedTuple):
    """What is written about a topic: other names, definition, goals, addresses of the same thing elsewhere."""

    aliases: tuple[str, ...] = ()
    definition: str = ""
    goals: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()


class Link(NamedTuple):
    """A claim that one topic needs another, or is helped by it, with who says so."""

    claim: Claim
    support: tuple[Evidence, ...]
    contradiction: tuple[Evidence, ...]


class Content(NamedTuple):
    """All of it. Topics are known by IRI; lists are sorted."""

    version: str
    issued: str
    areas: tuple[Area, ...]
    needs: Requirements
    words: dict[str, Words]
    links: tuple[Link, ...]
    courses: tuple[Course, ...]
    teaches: dict[str, tuple[tuple[str, str], ...]]
    programs: tuple[Program, ...]
    curricula: dict[str, Curriculum]
    roles: tuple[Role, ...]
    asks: dict[str, tuple[Claim, ...]]
    projects: tuple[Practice, ...]
    resources: dict[str, tuple[Resource, ...]]
    aims: tuple[Aim, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The either-or groups of topics."""
        return self.needs.groups


def gather(store: Store, *, lang: str = "en") -> Content:
    """Return everything that the page shows.

    Parameters
    ----------
    store : Store
        The graph.
    lang : str
        Language of the labels of topics; English where there is none.

    Returns
    -------
    Content
        Equal for equal graphs.
    """
    needs = all_requirements(store, lang=lang)
    listed = tuple(courses(store))
    degrees = tuple(programs(store))
    jobs = tuple(roles(store))
    taught: dict[str, list[tuple[str, str]]] = {}
    for course, topic, level in taught_by(store, [each.iri for each in listed]):
        taught.setdefault(course, []).append((topic, level))
    curriculum = curricula(store)
    asked: dict[str, list[Claim]] = {}
    for predicate in (MLG.essentialSkill, MLG.optionalSkill):
        for claim in claims(store, predicate=predicate, evidence=False):
            asked.setdefault(claim.subject.iri, []).append(claim)
    version, issued = _edition(store)
    return Content(
        version,
        issued,
        _areas(store),
        needs,
        _words(store, {iri: topic.label for iri, topic in needs.topics.items()}),
        _links(store),
        listed,
        {course: tuple(rows) for course, rows in sorted(taught.items())},
        degrees,
        curriculum,
        jobs,
        {role: tuple(found) for role, found in sorted(asked.items())},
        tuple(practices(store)),
        {topic: tuple(found[:1]) for topic, found in resources_for(store, needs.topics).items()},
        tuple(aims(store, needs, taught, curriculum, listed, degrees)),
    )


def _edition(store: Store) -> tuple[str, str]:
    rows = store.select(
        "SELECT ?v ?d WHERE { ?x a <http://www.w3.org/ns/dcat#Dataset> . OPTIONAL { ?x dcterms:hasVersion ?v } "
        "OPTIONAL { ?x dcterms:issued ?d } }"
    )
    found = sorted((text(row["v"]), text(row["d"])) for row in rows)
    return found[-1] if found else ("", "")


def _areas(store: Store) -> tuple[Area, ...]:
    rows = store.select(
        "SELECT ?a ?l ?d WHERE { ?a a mlg:Area ; rdfs:label ?l . OPTIONAL { ?a skos:definition ?d } }"
    )
    return tuple(sorted(Area(local_name(row["a"].value), text(row["l"]), text(row["d"])) for row in rows))


def _words(store: Store, labels: Mapping[str, str]) -> dict[str, Words]:
    said: dict[str, dict[str, set[str]]] = {}
    for row in store.select(
        "SELECT ?t ?p ?o WHERE { VALUES ?p { skos:altLabel skos:definition mlg:goal skos:exactMatch skos:closeMatch } "
        "?t a mlg:Topic ; ?p ?o }"
    ):
        name = local_name(row["p"].value)
        said.setdefault(row["t"].value, {}).setdefault(name, set()).add(text(row["o"]))
    return {
        topic: Words(
            _aliases(labels.get(topic, ""), each.get("altLabel", set())),
            min(each.get("definition", ()), default=""),
            tuple(sorted(each.get("goal", ()))),
            tuple(
                match
                for match in sorted(each.get("exactMatch", set()) | each.get("closeMatch", set()))
                if "wikidata.org" in match or "cso.kmi" in match
            )[:2],
        )
        for topic, each in sorted(said.items())
    }


def _aliases(label: str, names: set[str]) -> tuple[str, ...]:
    """Return names without those that say the same in other letters, or begin with a shorter one.

    The search of the page finds a name by its beginning, so nothing is lost by that.
    """
    found = {_plain(label): ""}
    for name in sorted(names, key=lambda each: (len(each), each)):
        plain = _plain(name)
        words = plain.split()
        if not any(" ".join(words[:count]) in found for count in range(1, len(words) + 1)):
            found[plain] = name
    return tuple(sorted(set(found.values()) - {""}))


def _plain(name: str) -> str:
    return name.lower().replace("-", " ").removesuffix("s")


def _links(store: Store) -> tuple[Link, ...]:
    """Return all claims of needs and recommendations between topics.

    Evidence is read apart and put together here: one query that joins all takes seconds.
    """
    both = f"VALUES ?q {{ <{MLG.requires}> <{MLG.recommends}> }}"
    proof: dict[str, tuple[set[str], set[str]]] = {}
    for row in store.select(
        f"SELECT ?c ?p ?e WHERE {{ {both} VALUES ?p {{ mlg:supportedBy mlg:contradictedBy }} ?c rdf:predicate ?q ; ?p ?e }}"
    ):
        sides = proof.setdefault(row["c"].value, (set(), set()))
        sides[row["p"].value == MLG.contradictedBy].add(row["e"].value)
    facts = _evidence(store)
    found = []
    for predicate in (MLG.requires, MLG.recommends):
        for claim in claims(store, predicate=predicate, evidence=False):
            if claim.subject.kind == claim.object.kind == "topic":
                pro, con = proof.get(claim.iri, (set(), set()))
                found.append(
                    Link(
                        claim,
                        tuple(sorted(facts[each] for each in pro if each in facts)),
                        tuple(sorted(facts[each] for each in con if each in facts)),
                    )
                )
    return tuple(
        sorted(found, key=lambda each: (each.claim.subject.iri, each.claim.predicate, each.claim.iri))
    )


def _evidence(store: Store) -> dict[str, Evidence]:
    from mlgraph.model import Evidence  # noqa: PLC0415 - a value, needed here alone

    sources = {
        row["s"].value: (text(row["l"]), text(row["url"]))
        for row in store.select(
            "SELECT ?s ?l ?url WHERE { ?s a mlg:Source ; rdfs:label ?l . OPTIONAL { ?s schema:url ?url } }"
        )
    }
    found = {}
    for row in store.select(
        "SELECT ?e ?s ?own ?at ?kind WHERE { ?e a mlg:Evidence ; dcterms:source ?s ; mlg:evidenceKind ?kind . "
        "OPTIONAL { ?e schema:url ?own } OPTIONAL { ?e mlg:locator ?at } }"
    ):
        name, url = sources.get(row["s"].value, (local_name(row["s"].value), ""))
        kind = local_name(row["kind"].value)
        found[row["e"].value] = Evidence(name, text(row["own"]) or url, text(row["at"]), kind, "", "")
    return found


def disputed(content: Content) -> tuple[Claim, ...]:
    """Return the claims of hard needs that are not verified."""
    hard = local_name(MLG.requires)
    return tuple(
        each.claim
        for each in content.links
        if each.claim.predicate == hard and each.claim.status != "verified"
    )
