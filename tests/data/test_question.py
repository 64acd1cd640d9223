"""The shipped questions answer rightly in Oxigraph, and rdflib answers the same.

Every question is answered a second time without SPARQL, by walks over the bare triples (and
networkx for closures), and the two answers must be equal, row by row, whatever the data are.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, cast

import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib

from mlgraph.catalog.question import Question, questions
from mlgraph.rdf.interop import to_rdflib
from mlgraph.rdf.reader import parse_turtle
from mlgraph.rdf.store import EmbeddedStore, text
from mlgraph.rdf.writer import to_turtle
from mlgraph.vocab import PREFIXES, SH, XSD, curie
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FOLDER = ROOT / "ontology" / "queries"
QUESTIONS = {each.name: each for each in questions(FOLDER)}
NUMERIC = {XSD.integer, XSD.decimal, XSD.base + "double", XSD.base + "float"}

Rows = Counter[tuple[str, ...]]

SLOW_IN_RDFLIB = {
    # A sub-select is joined with a pattern pair by pair: 500 x 5,000 dictionaries, over a minute.
    "taught-too-shallow",
}

# One row that must be among the answers, by variable: fixed points beside the computed answers.
EXPECTED_ROW = {
    "courses-in-a-language": {"course": "course:ntu-machine-learning-hylee", "language": "zh"},
    "delivery-formats": {"format": "online", "pacing": "self-paced"},
    "disputed-claims": {"subject": "program:berkeley-ms-mlds", "object": "institution:berkeley"},
    "disputed-statements": {"statement": "statement:mit-ivy-league", "status": "mlg:Disputed"},
    "either-or-of-a-topic": {"option": "topic:singular-value-decomposition", "least": "1"},
    "either-or-topics": {"option": "topic:pytorch", "topic": "topic:deep-learning"},
    "evidence-by-kind": {"kind": "mlg:Editorial"},
    "free-self-paced-courses": {"course": "course:karpathy-zero-to-hero"},
    "helpful-not-needed": {"soft": "topic:automatic-differentiation"},
    "immersive-technology": {"status": "proposed"},
    "learn-next": {"next": "topic:dot-product"},
    "learning-order": {"topic": "topic:arithmetic", "depth": "0"},
    "names-with-fallback": {"name": "Chain rule"},
    "prerequisites-all": {"needed": "topic:dot-product"},
    "prerequisites-direct": {"needed": "topic:multi-head-attention", "level": "working"},
    "program-gaps": {"missing": "topic:loss-function"},
    "programs-by-region": {"region": "US Midwest"},
    "projects-for-a-topic": {"project": "project:mlops-zoomcamp-project"},
    "role-needs-i-lack": {"need": "topic:data-visualization"},
    "still-missing": {"missing": "topic:attention-mechanism"},
    "topics-behind-a-role": {"topic": "topic:arithmetic"},
    "unmet-groups": {"option": "course:mit-18.06"},
    "what-prepares-for-a-role": {"what": "program:berkeley-mids"},
    "why-it-is-needed": {"needed": "topic:multi-head-attention", "source": "source:dive-into-deep-learning"},
}


# --- answers as rows of texts -------------------------------------------------------------------


def number(value: str) -> str:
    """Return a number by its value: engines differ in how many zeros they write."""
    return f"{float(value):.9g}"


def plain(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    """Return the text of a term, without language or datatype."""
    if isinstance(term, ox.NamedNode):
        return curie(term.value)
    if isinstance(term, ox.Literal) and term.datatype.value in NUMERIC:
        return number(term.value)
    return text(term)


def literal(value: str, language: str | None, datatype: str) -> str:
    if language:
        return f'"{value}"@{language}'
    if datatype in NUMERIC:
        return number(value)
    return f'"{value}"' if datatype == XSD.string else f'"{value}"^^{curie(datatype)}'


def shown(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    """Return a term as a text that does not depend on the engine."""
    if isinstance(term, ox.Literal):
        return literal(term.value, term.language, term.datatype.value)
    return plain(term)


def shown_by_rdflib(term: object) -> str:
    if isinstance(term, rdflib.Literal):
        return literal(str(term), term.language, str(term.datatype or XSD.string))
    return "" if term is None else curie(str(term))


def ask_oxigraph(
    store: EmbeddedStore,
    question: Question,
    cell: Callable[[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None], str] = shown,
) -> Rows:
    if question.expects in {"yes", "no"}:
        return Counter([(str(store.ask(question.sparql)),)])
    solutions = store.select(question.sparql)
    names = [variable.value for variable in solutions.variables]
    return Counter(tuple(cell(row[name]) for name in names) for row in solutions)


def ask_rdflib(graph: rdflib.Graph, question: Question) -> Rows:
    answer = graph.query(question.sparql)
    if answer.type == "ASK":
        return Counter([(str(answer.askAnswer),)])
    rows = (cast("Iterable[object]", row) for row in answer)
    return Counter(tuple(shown_by_rdflib(value) for value in row) for row in rows)


# --- the same answers without SPARQL ------------------------------------------------------------


class Link(NamedTuple):
    """A claim: its IRI, what it states, and whether it is verified."""

    claim: str
    subject: str
    predicate: str
    object: str
    verified: bool


class Facts:
    """The triples as two dictionaries and a directed graph topic -> what it requires."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.ahead: dict[tuple[str, str], set[str]] = {}
        self.back: dict[tuple[str, str], set[str]] = {}
        name = cache(curie)
        for triple in triples:
            subject, predicate = name(text(triple.subject)), name(triple.predicate.value)
            node = triple.object
            target = name(node.value) if isinstance(node, ox.NamedNode) else plain(node)
            self.ahead.setdefault((subject, predicate), set()).add(target)
            self.back.setdefault((target, predicate), set()).add(subject)
        self.hard: nx.DiGraph[str] = nx.DiGraph()
        self.hard.add_nodes_from(self.all("mlg:Topic"))
        self.hard.add_edges_from((a, b) for a in self.all("mlg:Topic") for b in self.of(a, "mlg:requires"))
        self.links = [
            Link(
                claim,
                self.one(claim, "rdf:subject"),
                self.one(claim, "rdf:predicate"),
                self.one(claim, "rdf:object"),
                "mlg:Verified" in self.of(claim, "mlg:status"),
            )
            for claim in self.all("mlg:Claim")
        ]

    def of(self, start: str | set[str], *path: str) -> set[str]:
        """Follow links from one node or several."""
        found = {start} if isinstance(start, str) else start
        for predicate in path:
            found = {target for node in found for target in self.ahead.get((node, predicate), ())}
        return found

    def to(self, node: str, predicate: str) -> set[str]:
        """Return what points to a node."""
        return self.back.get((node, predicate), set())

    def one(self, node: str, *path: str) -> str:
        (found,) = self.of(node, *path)
        return found

    def all(self, kind: str) -> set[str]:
        return self.to(kind, "rdf:type")

    def below(self, *topics: str) -> set[str]:
        """Return what some topics need all the way down, without themselves."""
        return {each for topic in topics for each in nx.descendants(self.hard, topic)}

    def with_below(self, *topics: str) -> set[str]:
        return {*topics, *self.below(*topics)}

    def claims(self, predicate: str, subject: str = "", target: str = "") -> list[Link]:
        """Return verified claims of one kind."""
        return [
            each
            for each in self.links
            if each.verified
            and each.predicate == predicate
            and subject in {"", each.subject}
            and target in {"", each.object}
        ]

    def hours(self, topics: Iterable[str]) -> str:
        return number(str(sum(float(self.one(topic, "mlg:hoursTypical")) for topic in topics)))

    def depth(self, topic: str) -> int:
        """Return the length of the longest chain of hard prerequisites below a topic."""
        chain = self.hard.subgraph(self.with_below(topic))
        return nx.dag_longest_path_length(chain)

    def options(self, group: str) -> set[str]:
        return self.of(group, "mlg:anyOf") | self.of(group, "mlg:externalOption")

    def free_and_self_paced(self, course: str) -> set[str]:
        """Return the offerings of a course that are both."""
        return {
            run
            for run in self.of(course, "schema:hasCourseInstance")
            if "mlg:SelfPaced" in self.of(run, "mlg:pacing")
            and self.of(run, "mlg:costKind") & {"mlg:Free", "mlg:FreeToAudit"}
        }

    def unmet(self, thing: str, known: set[str]) -> set[str]:
        """Return the mandatory groups of which too few options are known."""
        return {
            group
            for group in self.of(thing, "mlg:hasRequirement")
            if "mlg:Mandatory" in self.of(group, "mlg:obligation")
            and len(self.of(group, "mlg:anyOf") & known) < int(self.one(group, "mlg:minimumCount"))
        }

    def stands_behind(self, role: str) -> set[str]:
        needs = self.of(role, "mlg:essentialSkill")
        return self.with_below(*((needs | self.of(needs, "mlg:drawsOn")) & self.all("mlg:Topic")))

    def needs(self, role: str) -> set[str]:
        return self.of(role, "mlg:essentialSkill") | self.of(role, "mlg:optionalSkill")


def one_column(nodes: Iterable[str]) -> Rows:
    return Counter((node,) for node in nodes)


def first_ten(counts: dict[tuple[str, ...], int]) -> Rows:
    """Return the ten greatest counts, the first by name among equals."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10]
    return Counter((*key, str(count)) for key, count in ranked)


def counted(rows: Iterable[tuple[str, ...]]) -> Rows:
    """Return each row with how often it occurs."""
    return Counter((*row, str(count)) for row, count in Counter(rows).items())


def _prerequisites_direct(facts: Facts) -> Rows:
    claims = facts.claims("mlg:requires", "topic:transformer")
    return Counter((each.object, facts.one(each.claim, "mlg:atLevel", "rdfs:label")) for each in claims)


def _why_it_is_needed(facts: Facts) -> Rows:
    return Counter(
        (each.object, facts.one(each.claim, "mlg:reason"), facts.one(proof, "dcterms:source"), place)
        for each in facts.claims("mlg:requires", "topic:transformer")
        for proof in facts.of(each.claim, "mlg:supportedBy")
        for place in facts.of(proof, "mlg:locator") or {""}
    )


def _still_missing(facts: Facts) -> Rows:
    known = facts.with_below("topic:linear-regression", "topic:backpropagation")
    return one_column(facts.below("topic:transformer") - known)


def _learn_next(facts: Facts) -> Rows:
    known = facts.with_below("topic:function", "topic:python", "topic:vector")
    return one_column(
        topic
        for topic in facts.all("mlg:Topic") - known
        if facts.of(topic, "mlg:requires") <= known and not facts.unmet(topic, known)
    )


def _free_self_paced_courses(facts: Facts) -> Rows:
    rows = {
        (each.subject, platform)
        for each in facts.claims("mlg:teaches", target="topic:backpropagation")
        if facts.of(each.claim, "mlg:atLevel") & {"mlg:Working", "mlg:Deep"}
        for run in facts.free_and_self_paced(each.subject)
        for platform in facts.of(run, "mlg:deliveredOn")
    }
    return Counter(rows)


def _courses_i_may_enter(facts: Facts) -> Rows:
    known = {"topic:python", "topic:supervised-learning", "topic:model-evaluation"}
    return one_column(
        course
        for course in facts.all("schema:Course")
        if facts.of(course, "mlg:hasRequirement") and not facts.unmet(course, known)
    )


def _unmet_groups(facts: Facts) -> Rows:
    return Counter(
        (group, facts.one(group, "mlg:minimumCount"), option)
        for group in facts.unmet("course:mit-6.3900", {"course:mit-6.1210"})
        for option in facts.options(group)
    )


def _either_or_topics(facts: Facts) -> Rows:
    return Counter(
        (topic, facts.one(group, "mlg:minimumCount"), option)
        for topic in facts.all("mlg:Topic")
        for group in facts.of(topic, "mlg:hasRequirement")
        for option in facts.of(group, "mlg:anyOf")
    )


def _either_or_of_a_topic(facts: Facts) -> Rows:
    return Counter(
        (group, facts.one(group, "mlg:minimumCount"), option, facts.one(group, "mlg:reason"))
        for group in facts.of("topic:principal-component-analysis", "mlg:hasRequirement")
        for option in facts.of(group, "mlg:anyOf")
    )


def _concurrent_courses(facts: Facts) -> Rows:
    return Counter(
        (thing, option)
        for group in facts.to("mlg:Concurrent", "mlg:timing")
        for thing in facts.to(group, "mlg:hasRequirement")
        for option in facts.options(group)
    )


def _courses_in_a_language(facts: Facts) -> Rows:
    return Counter(
        (course, language)
        for course in facts.to("topic:convolutional-neural-network", "mlg:teaches")
        for language in facts.of(course, "schema:hasCourseInstance", "schema:inLanguage") - {"en"}
    )


def _immersive_technology(facts: Facts) -> Rows:
    return Counter(
        (each, facts.one(each, "mlg:statementText"), facts.one(each, "mlg:status", "rdfs:label"))
        for each in facts.to("mlg:Immersive", "mlg:about")
    )


def _delivery_formats(facts: Facts) -> Rows:
    return counted(
        (form, pacing)
        for run in facts.all("schema:CourseInstance")
        for form in facts.of(run, "mlg:hasFormat", "rdfs:label")
        for pacing in facts.of(run, "mlg:pacing", "rdfs:label")
    )


def _projects_for_a_topic(facts: Facts) -> Rows:
    rows = Counter(
        (each, str(len(facts.of(each, "mlg:practises") & facts.all("mlg:Topic")) - 1))
        for each in facts.to("topic:model-deployment", "mlg:practises")
    )
    return Counter({row: 1 for row in rows if row[1] != "0"})


def _untaught_topics(facts: Facts) -> Rows:
    needed = {needed for _, needed in facts.hard.edges}
    return one_column(needed - facts.of(facts.all("schema:Course"), "mlg:teaches"))


def _program_gaps(facts: Facts) -> Rows:
    program = "program:tuebingen-ml"
    named = facts.of(program, "mlg:covers")
    asked = facts.of(program, "mlg:hasRequirement", "mlg:anyOf") & facts.all("mlg:Topic")
    return one_column(facts.below(*named) - named - facts.with_below(*asked))


def _taught_too_shallow(facts: Facts) -> Rows:
    needed: dict[str, int] = {}
    for each in facts.claims("mlg:requires"):
        rank = int(facts.one(each.claim, "mlg:atLevel", "mlg:levelRank"))
        needed[each.object] = max(rank, needed.get(each.object, 0))
    taught = [
        (each, facts.one(each.claim, "mlg:atLevel", "mlg:levelRank"))
        for each in facts.claims("mlg:teaches")
        if each.subject in facts.all("schema:Course")
    ]
    return Counter(
        (each.subject, each.object, given, str(needed[each.object]))
        for each, given in taught
        if int(given) < needed.get(each.object, 0)
    )


def _disputed_claims(facts: Facts) -> Rows:
    return Counter(
        (each.subject, each.predicate, each.object, pro, con)
        for each in facts.links
        if "mlg:Disputed" in facts.of(each.claim, "mlg:status")
        for pro in facts.of(each.claim, "mlg:supportedBy", "dcterms:source")
        for con in facts.of(each.claim, "mlg:contradictedBy", "dcterms:source")
    )


def _disputed_statements(facts: Facts) -> Rows:
    return Counter(
        (each, facts.one(each, "mlg:statementText"), status, note)
        for status in ("mlg:Disputed", "mlg:Superseded")
        for each in facts.to(status, "mlg:status") & facts.all("mlg:Statement")
        for note in facts.of(each, "skos:scopeNote") or {""}
    )


def _seed_statements(facts: Facts) -> Rows:
    return counted(
        (seed, facts.one(each, "mlg:status", "rdfs:label"))
        for each in facts.all("mlg:Statement")
        for seed in facts.of(each, "mlg:assertedBy")
    )


def _claims_to_check_again(facts: Facts) -> Rows:
    dated = [(facts.one(each.claim, "mlg:verifiedOn"), each.claim) for each in facts.claims("mlg:requires")]
    return Counter((claim, date) for date, claim in sorted(dated)[:10])


def _single_source_prerequisites(facts: Facts) -> Rows:
    pieces = [len(facts.of(each.claim, "mlg:supportedBy")) for each in facts.claims("mlg:requires")]
    return one_column([str(pieces.count(1))])


def _evidence_by_kind(facts: Facts) -> Rows:
    return counted(
        (kind,)
        for each in facts.claims("mlg:requires")
        for kind in facts.of(each.claim, "mlg:supportedBy", "mlg:evidenceKind")
    )


def _editorial_share(facts: Facts) -> Rows:
    claims = facts.claims("mlg:requires")
    kinds = [facts.of(each.claim, "mlg:supportedBy", "mlg:evidenceKind") for each in claims]
    alone = kinds.count({"mlg:Editorial"})
    return Counter([(str(len(claims)), str(alone), number(str(alone / len(claims))))])


def _top_sources(facts: Facts) -> Rows:
    return first_ten(
        Counter(
            (source,)
            for each in facts.links
            for source in facts.of(each.claim, "mlg:supportedBy", "dcterms:source")
        )
    )


def _overlapping_courses(facts: Facts) -> Rows:
    free = sorted(
        course
        for course in facts.all("schema:Course")
        if "mlg:Free" in facts.of(course, "schema:hasCourseInstance", "mlg:costKind")
    )
    taught = {course: facts.of(course, "mlg:teaches") for course in free}
    return first_ten({(a, b): len(taught[a] & taught[b]) for a in free for b in free if a < b})


def _unmatched_topics(facts: Facts) -> Rows:
    kinds = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch")
    topics = facts.all("mlg:Topic")
    return one_column(each for each in topics if not any(facts.of(each, kind) for kind in kinds))


def _nearest_roles(facts: Facts) -> Rows:
    mine = facts.needs("role:machine-learning-engineer")
    others = facts.all("mlg:JobRole") - {"role:machine-learning-engineer"}
    return first_ten({(role,): len(mine & facts.needs(role)) for role in others})


def _projects_for_soft_skills(facts: Facts) -> Rows:
    wanted = {skill for role in facts.to("true", "mlg:founder") for skill in facts.needs(role)}
    soft = wanted & facts.all("mlg:TransversalSkill")
    return Counter((project, skill) for skill in soft for project in facts.to(skill, "mlg:practises"))


def _what_prepares_for_a_role(facts: Facts) -> Rows:
    return Counter(
        (
            each.subject,
            facts.one(each.claim, "mlg:status", "rdfs:label"),
            facts.one(each.claim, "mlg:confidence"),
        )
        for each in facts.links
        if each.predicate == "mlg:preparesFor" and each.object == "role:data-scientist"
    )


def _program_coverage_of_a_role(facts: Facts) -> Rows:
    needs = facts.needs("role:machine-learning-engineer")
    return first_ten(Counter((program,) for topic in needs for program in facts.to(topic, "mlg:covers")))


def _programs_by_region(facts: Facts) -> Rows:
    programs = facts.all("schema:EducationalOccupationalProgram")
    return counted((region,) for each in programs for region in facts.of(each, "mlg:region"))


def _founding_ventures(facts: Facts) -> Rows:
    programs = facts.all("schema:EducationalOccupationalProgram")
    return Counter((each, said) for each in programs for said in facts.of(each, "mlg:entrepreneurship"))


def _programs_with_internship(facts: Facts) -> Rows:
    return Counter(
        (each, said, role)
        for each in facts.all("schema:EducationalOccupationalProgram")
        for said in facts.of(each, "mlg:internship")
        for role in facts.of(each, "mlg:preparesFor") or {""}
    )


def _resources_for_a_topic(facts: Facts) -> Rows:
    return Counter(
        (each, facts.one(each, "schema:isPartOf"), facts.one(each, "mlg:locator"))
        for each in facts.to("topic:backpropagation", "mlg:teaches") & facts.all("schema:LearningResource")
        if facts.of(each, "schema:isAccessibleForFree") == {"true"}
    )


def _courses_for_a_closure(facts: Facts) -> Rows:
    closure = facts.with_below("topic:transformer")
    courses = facts.all("schema:Course")
    return first_ten({(each,): len(facts.of(each, "mlg:teaches") & closure) for each in courses})


def _topics_by_area(facts: Facts) -> Rows:
    members: dict[str, set[str]] = {}
    for topic in facts.all("mlg:Topic"):
        for area in facts.of(topic, "skos:broader"):
            members.setdefault(area, set()).add(topic)
    return Counter((area, str(len(topics)), facts.hours(topics)) for area, topics in members.items())


def _free_courses_for_a_role(facts: Facts) -> Rows:
    topics = facts.of("role:data-scientist", "mlg:essentialSkill") & facts.all("mlg:Topic")
    return Counter(
        (topic, str(sum(bool(facts.free_and_self_paced(each)) for each in facts.to(topic, "mlg:teaches"))))
        for topic in topics
    )


def _admission_to_a_program(facts: Facts) -> Rows:
    return Counter(
        (group, facts.one(group, "mlg:obligation"), option)
        for group in facts.of("program:amsterdam-ai", "mlg:hasRequirement")
        if "mlg:Admission" in facts.of(group, "mlg:purpose")
        for option in facts.options(group)
    )


def _hours(facts: Facts, topics: set[str]) -> Rows:
    return Counter([(str(len(topics)), facts.hours(topics))])


COMPUTED: dict[str, Callable[[Facts], Rows]] = {
    "admission-to-a-program": _admission_to_a_program,
    "claims-by-status": lambda facts: counted(
        (each.predicate, facts.one(each.claim, "mlg:status")) for each in facts.links
    ),
    "claims-to-check-again": _claims_to_check_again,
    "concurrent-courses": _concurrent_courses,
    "courses-for-a-closure": _courses_for_a_closure,
    "courses-i-may-enter": _courses_i_may_enter,
    "courses-in-a-language": _courses_in_a_language,
    "delivery-formats": _delivery_formats,
    "disputed-claims": _disputed_claims,
    "disputed-statements": _disputed_statements,
    "editorial-share": _editorial_share,
    "either-or-of-a-topic": _either_or_of_a_topic,
    "either-or-topics": _either_or_topics,
    "evidence-by-kind": _evidence_by_kind,
    "founding-ventures": _founding_ventures,
    "free-courses-for-a-role": _free_courses_for_a_role,
    "free-self-paced-courses": _free_self_paced_courses,
    "goals-of-a-topic": lambda facts: one_column(facts.of("topic:backpropagation", "mlg:goal")),
    "helpful-not-needed": lambda facts: one_column(
        facts.of("topic:backpropagation", "mlg:recommends") - facts.below("topic:backpropagation")
    ),
    "hours-to-a-role": lambda facts: _hours(facts, facts.stands_behind("role:machine-learning-engineer")),
    "hours-to-a-topic": lambda facts: _hours(facts, facts.below("topic:diffusion-model")),
    "immersive-technology": _immersive_technology,
    "is-it-needed": lambda facts: one_column(
        [str(nx.has_path(facts.hard, "topic:backpropagation", "topic:derivative"))]
    ),
    "is-it-needed-below": lambda facts: one_column(
        [str(nx.has_path(facts.hard, "topic:derivative", "topic:backpropagation"))]
    ),
    "key-topics": lambda facts: first_ten({(node,): count for node, count in facts.hard.in_degree()}),
    "learn-next": _learn_next,
    "learning-order": lambda facts: Counter(
        (topic, str(facts.depth(topic))) for topic in facts.with_below("topic:transformer")
    ),
    "most-needed-topics": lambda facts: first_ten(
        {
            (topic,): len(facts.to(topic, "mlg:essentialSkill") & facts.all("mlg:JobRole"))
            for topic in facts.all("mlg:Topic")
        }
    ),
    "names-with-fallback": lambda facts: Counter(
        (topic, facts.one(topic, "rdfs:label")) for topic in facts.to("area:calculus", "skos:broader")
    ),
    "nearest-roles": _nearest_roles,
    "overlapping-courses": _overlapping_courses,
    "prerequisites-all": lambda facts: one_column(facts.below("topic:transformer")),
    "prerequisites-direct": _prerequisites_direct,
    "program-coverage-of-a-role": _program_coverage_of_a_role,
    "program-gaps": _program_gaps,
    "programs-by-region": _programs_by_region,
    "programs-with-internship": _programs_with_internship,
    "projects-for-a-topic": _projects_for_a_topic,
    "projects-for-soft-skills": _projects_for_soft_skills,
    "resources-for-a-topic": _resources_for_a_topic,
    "role-needs-i-lack": lambda facts: one_column(
        facts.of("role:data-scientist", "mlg:essentialSkill")
        - {"topic:pandas", "topic:sql", "topic:hypothesis-testing"}
    ),
    "seed-statements": _seed_statements,
    "single-source-prerequisites": _single_source_prerequisites,
    "still-missing": _still_missing,
    "taught-too-shallow": _taught_too_shallow,
    "top-sources": _top_sources,
    "topics-behind-a-role": lambda facts: one_column(facts.stands_behind("role:machine-learning-engineer")),
    "topics-by-area": _topics_by_area,
    "unmatched-topics": _unmatched_topics,
    "unmet-groups": _unmet_groups,
    "untaught-topics": _untaught_topics,
    "what-a-topic-unlocks": lambda facts: one_column([str(len(nx.ancestors(facts.hard, "topic:gradient")))]),
    "what-prepares-for-a-role": _what_prepares_for_a_role,
    "why-it-is-needed": _why_it_is_needed,
}

# Planted faults: question, a small broken graph, and the rows that must come out of it.
LOOP = "topic:a mlg:requires topic:b . topic:b mlg:requires topic:c . topic:c mlg:requires topic:a ."
STATED = "claim:x a mlg:Claim ; rdf:subject course:a ; rdf:predicate mlg:teaches ; rdf:object topic:a ; "
FAULTS: list[tuple[str, str, list[tuple[str, ...]]]] = [
    ("cycles", LOOP, [("topic:a", "topic:b"), ("topic:b", "topic:c"), ("topic:c", "topic:a")]),
    ("cycles", "topic:a mlg:requires topic:a .", [("topic:a", "topic:a")]),
    (
        "redundant-prerequisites",
        "topic:d mlg:requires topic:a , topic:c . topic:c mlg:requires topic:b . "
        "topic:b mlg:requires topic:a .",
        [("topic:d", "topic:a")],
    ),
    (
        "hard-and-soft",
        "topic:b mlg:requires topic:a ; mlg:recommends topic:a , topic:c .",
        [("topic:b", "topic:a")],
    ),
    ("plain-without-claim", "topic:b mlg:requires topic:a .", [("topic:b", "topic:a")]),
    (
        "plain-without-claim",
        "topic:b mlg:requires topic:a . claim:x rdf:subject topic:b ; rdf:predicate mlg:requires ; "
        "rdf:object topic:a ; mlg:status mlg:Proposed .",
        [("topic:b", "topic:a")],
    ),
    (
        "links-without-claim",
        "course:a mlg:teaches topic:a .",
        [("course:a", "mlg:teaches", "topic:a")],
    ),
    (
        "links-without-claim",
        "course:a mlg:teaches topic:a . project:a mlg:practises topic:a . "
        "" + STATED + "mlg:status mlg:Verified .",
        [("project:a", "mlg:practises", "topic:a")],
    ),
    (
        "links-without-claim",
        "course:a mlg:teaches topic:a . " + STATED + "mlg:status mlg:Proposed .",
        [("course:a", "mlg:teaches", "topic:a")],
    ),
    (
        "links-without-claim",
        "project:a mlg:practises topic:a ; mlg:teaches topic:a , topic:b . claim:x rdf:subject project:a ; "
        "rdf:predicate mlg:practises ; rdf:object topic:a ; mlg:status mlg:Verified .",
        [("project:a", "mlg:teaches", "topic:b")],
    ),
    (
        "unverified-but-plain",
        "course:a mlg:teaches topic:a . " + STATED + "mlg:status mlg:Disputed .",
        [("claim:x",)],
    ),
    ("verified-but-not-plain", STATED + "mlg:status mlg:Verified .", [("claim:x",)]),
    (
        "verified-without-evidence",
        'claim:x a mlg:Claim ; mlg:status mlg:Verified ; mlg:reason "so"@en . '
        "claim:y a mlg:Claim ; mlg:status mlg:Verified ; mlg:supportedBy evidence:y . "
        'claim:z a mlg:Claim ; mlg:status mlg:Verified ; mlg:supportedBy evidence:z ; mlg:reason "so"@en .',
        [("claim:x",), ("claim:y",)],
    ),
    (
        "no-way-to-learn",
        "topic:a a mlg:Topic . topic:b a mlg:Topic . course:a mlg:teaches topic:b .",
        [("topic:a",)],
    ),
    (
        "topics-without-free-resource",
        "topic:a a mlg:Topic . topic:b a mlg:Topic . topic:c a mlg:Topic . "
        "resource:a a schema:LearningResource ; mlg:teaches topic:a ; schema:isAccessibleForFree true . "
        "resource:b a schema:LearningResource ; mlg:teaches topic:b ; schema:isAccessibleForFree false .",
        [("topic:b",), ("topic:c",)],
    ),
    ("dangling-links", STATED + " . topic:a a mlg:Topic .", [("course:a",)]),
    (
        "dangling-links",
        "claim:x rdf:object topic:a ; mlg:supportedBy evidence:a ; mlg:contradictedBy evidence:b . "
        "evidence:c dcterms:source source:a . "
        "course:a mlg:hasRequirement requirement:a ; schema:hasCourseInstance offering:a ; "
        "schema:provider institution:a . "
        "requirement:b mlg:anyOf topic:b . resource:a schema:isPartOf source:b . "
        "offering:b mlg:deliveredOn platform:a . "
        "topic:c skos:broader area:a . statement:a mlg:assertedBy source:c ; mlg:about topic:d .",
        sorted(
            (each,)
            for each in (
                "topic:a evidence:a evidence:b source:a requirement:a offering:a institution:a topic:b "
                "source:b platform:a area:a source:c topic:d"
            ).split()
        ),
    ),
    (
        "wrong-depth",
        "topic:a a mlg:Topic ; mlg:learningDepth 0 . topic:c a mlg:Topic ; mlg:learningDepth 1 . "
        "topic:b a mlg:Topic ; mlg:learningDepth 3 ; mlg:requires topic:a .",
        [("topic:b", "3", "1"), ("topic:c", "1", "0")],
    ),
    (
        "shared-names",
        'topic:a a mlg:Topic ; skos:prefLabel "Boosting"@en . topic:b a mlg:Topic ; '
        'skos:altLabel "boosting"@en .',
        [('"boosting"', "2")],
    ),
    (
        "unused-evidence",
        "evidence:a a mlg:Evidence . evidence:b a mlg:Evidence . evidence:c a mlg:Evidence . "
        "claim:x mlg:supportedBy evidence:b ; mlg:contradictedBy evidence:c .",
        [("evidence:a",)],
    ),
]


# Small sound graphs: question, graph, and the whole answer; what the data of today may not show.
SMALL: list[tuple[str, str, list[tuple[str, ...]]]] = [
    (
        "learn-next",
        "topic:python mlg:requires topic:a . topic:a mlg:requires topic:z . "
        "topic:b a mlg:Topic ; mlg:requires topic:python , topic:a . "
        "topic:c a mlg:Topic ; mlg:requires topic:b . topic:d a mlg:Topic . "
        "topic:e a mlg:Topic ; mlg:hasRequirement requirement:e . "
        "requirement:e mlg:anyOf topic:z , topic:c ; "
        "mlg:obligation mlg:Mandatory ; mlg:minimumCount 1 . "
        "topic:f a mlg:Topic ; mlg:hasRequirement requirement:f . "
        "requirement:f mlg:anyOf topic:a , topic:c ; "
        "mlg:obligation mlg:Mandatory ; mlg:minimumCount 2 . "
        "topic:g a mlg:Topic ; mlg:hasRequirement requirement:g . requirement:g mlg:anyOf topic:c ; "
        "mlg:obligation mlg:Recommended ; mlg:minimumCount 1 .",
        [("topic:b",), ("topic:d",), ("topic:e",), ("topic:g",)],
    ),
    (
        "helpful-not-needed",
        "topic:backpropagation mlg:requires topic:a ; mlg:recommends topic:b , topic:c . "
        "topic:a mlg:requires topic:b .",
        [("topic:c",)],
    ),
    (
        "names-with-fallback",
        'topic:a skos:broader area:calculus ; skos:prefLabel "Limit"@en , "Limite"@fr , "Grenzwert"@de . '
        'topic:b skos:broader area:calculus ; skos:prefLabel "Series"@en , "Reihe"@de .',
        [("topic:a", '"Limite"@fr'), ("topic:b", '"Series"@en')],
    ),
    (
        "courses-i-may-enter",
        "course:a a schema:Course ; mlg:hasRequirement requirement:a . "
        "requirement:a mlg:obligation mlg:Mandatory ; "
        "mlg:minimumCount 1 ; mlg:anyOf topic:python , topic:x . "
        "course:b a schema:Course ; mlg:hasRequirement requirement:b . "
        "requirement:b mlg:obligation mlg:Mandatory ; "
        "mlg:minimumCount 2 ; mlg:anyOf topic:python , topic:x . "
        "course:c a schema:Course ; mlg:hasRequirement requirement:c . "
        "requirement:c mlg:obligation mlg:Mandatory ; "
        "mlg:minimumCredits 6.0 ; mlg:anyOf topic:x . "
        "course:d a schema:Course ; mlg:hasRequirement requirement:d . "
        "requirement:d mlg:obligation mlg:Mandatory ; "
        'mlg:minimumCount 1 ; mlg:externalOption "permission" . '
        "course:e a schema:Course ; mlg:hasRequirement requirement:e . "
        "requirement:e mlg:obligation mlg:Recommended ; "
        "mlg:minimumCount 1 ; mlg:anyOf topic:x . course:f a schema:Course .",
        [("course:a",), ("course:e",)],
    ),
    (
        "free-self-paced-courses",
        "".join(
            f"course:{slug} a schema:Course ; schema:hasCourseInstance offering:{slug} . offering:{slug} "
            f"mlg:pacing mlg:{pacing} ; mlg:costKind mlg:{cost} ; mlg:deliveredOn platform:p . "
            f"claim:{slug} rdf:subject course:{slug} ; rdf:predicate mlg:teaches ; "
            "rdf:object topic:backpropagation ; "
            f"mlg:status mlg:{status} ; mlg:atLevel mlg:{level} . "
            for slug, pacing, cost, status, level in (
                ("a", "SelfPaced", "Free", "Verified", "Working"),
                ("b", "SelfPaced", "FreeToAudit", "Verified", "Deep"),
                ("c", "Cohort", "Free", "Verified", "Working"),
                ("d", "SelfPaced", "Paid", "Verified", "Working"),
                ("e", "SelfPaced", "Free", "Proposed", "Working"),
                ("f", "SelfPaced", "Free", "Verified", "Awareness"),
            )
        ),
        [("course:a", "platform:p"), ("course:b", "platform:p")],
    ),
]


# --- fixtures -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def facts(store: EmbeddedStore) -> Facts:
    return Facts(store.triples())


@pytest.fixture(scope="session")
def whole(store: EmbeddedStore) -> rdflib.Graph:
    return to_rdflib(store.triples())


@pytest.fixture(scope="session")
def part(store: EmbeddedStore) -> EmbeddedStore:
    """The closures of two topics with claims and evidence, the courses of one place, a role, a program."""
    closure = "VALUES ?goal { topic:transformer topic:backpropagation-through-time } ?goal mlg:requires*"
    topics = f"{{ SELECT DISTINCT ?topic WHERE {{ {closure} ?topic }} }}"
    patterns = [
        f"{closure} ?x",
        f"{topics} ?x rdf:subject ?topic",
        f"{topics} ?claim rdf:subject ?topic ; mlg:supportedBy ?x",
        "?x schema:provider institution:berkeley",
        "?course schema:provider institution:berkeley ; schema:hasCourseInstance ?x",
        "?course schema:provider institution:berkeley . ?x rdf:subject ?course",
        "?x rdf:subject role:data-scientist",
        "VALUES ?x { role:data-scientist program:tuebingen-ml }",
        "?x mlg:levelRank ?rank",
    ]
    found = {
        triple
        for pattern in patterns
        for triple in store.construct(
            f"CONSTRUCT {{ ?x ?p ?o }} WHERE {{ {{ SELECT DISTINCT ?x WHERE {{ {pattern} }} }} ?x ?p ?o }}"
        )
    }
    return EmbeddedStore.of_quads(ox.Quad(each.subject, each.predicate, each.object) for each in found)


# --- the records --------------------------------------------------------------------------------


def test_there_are_at_least_forty_questions() -> None:
    assert len(QUESTIONS) >= 40


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_record_is_canonical_and_says_what_it_is(name: str) -> None:
    path = FOLDER / f"{name}.ttl"
    content = path.read_text(encoding="utf-8")
    quads = list(parse_turtle(content, path))
    question = QUESTIONS[name]
    asks = question.expects in {"yes", "no"}
    special = SH.SPARQLAskExecutable if asks else SH.SPARQLSelectExecutable
    types = {text(each.object) for each in quads if curie(each.predicate.value) == "rdf:type"}
    assert content == to_turtle(quads)
    assert {text(each.subject) for each in quads} == {f"https://w3id.org/mlgraph/question/{name}"}
    assert types == {SH.SPARQLExecutable, special}
    assert question.label.endswith("?")
    assert question.expects in {"rows", "none", "yes", "no"}


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_question_parses_in_rdflib_with_no_prefix_beyond_the_table(name: str) -> None:
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, base in PREFIXES.items():
        graph.bind(prefix, base)
    answer = graph.query(QUESTIONS[name].sparql)  # an unknown prefix raises
    assert answer.type == ("ASK" if QUESTIONS[name].expects in {"yes", "no"} else "SELECT")


# --- the answers --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_question_is_answered_as_it_expects(name: str, store: EmbeddedStore) -> None:
    question = QUESTIONS[name]
    answer = ask_oxigraph(store, question)
    if question.expects == "none":
        assert answer == Counter()
    elif question.expects in {"yes", "no"}:
        assert answer == Counter([("True" if question.expects == "yes" else "False",)])
    else:
        assert answer, f"{name} gave no rows"


@pytest.mark.parametrize("name", sorted(each.name for each in QUESTIONS.values() if each.expects != "none"))
def test_answer_equals_the_one_computed_without_sparql(name: str, store: EmbeddedStore, facts: Facts) -> None:
    assert name in COMPUTED, f"compute the answer of {name} from the bare triples"
    answer = ask_oxigraph(store, QUESTIONS[name], plain)
    expected = COMPUTED[name](facts)
    assert answer - expected == Counter(), "rows that should not be there"
    assert expected - answer == Counter(), "rows that are missing"


@pytest.mark.parametrize("name", sorted(EXPECTED_ROW))
def test_expected_row_is_among_the_answers(name: str, store: EmbeddedStore) -> None:
    wanted = EXPECTED_ROW[name]
    rows = [{key: plain(row[key]) for key in wanted} for row in store.select(QUESTIONS[name].sparql)]
    assert wanted in rows


def test_learning_order_puts_nothing_before_what_it_needs(store: EmbeddedStore, facts: Facts) -> None:
    order = [plain(row["topic"]) for row in store.select(QUESTIONS["learning-order"].sparql)]
    place = {topic: index for index, topic in enumerate(order)}
    early = [(a, b) for a in order for b in facts.of(a, "mlg:requires") if place[a] < place[b]]
    assert early == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("key-topics", "times"),
        ("most-needed-topics", "roles"),
        ("nearest-roles", "shared"),
        ("top-sources", "claims"),
        ("what-prepares-for-a-role", "confidence"),
    ],
)
def test_ranking_falls(name: str, key: str, store: EmbeddedStore) -> None:
    counts = [float(text(row[key])) for row in store.select(QUESTIONS[name].sparql)]
    assert counts == sorted(counts, reverse=True)


def test_every_question_that_expects_none_has_a_planted_fault() -> None:
    assert {name for name, _, _ in FAULTS} == {
        each.name for each in QUESTIONS.values() if each.expects == "none"
    }


@pytest.mark.parametrize(("name", "graph", "rows"), FAULTS + SMALL)
def test_small_graph_gives_these_rows_in_both_engines(
    name: str, graph: str, rows: list[tuple[str, ...]]
) -> None:
    store = EmbeddedStore.of_turtle(graph)
    assert ask_oxigraph(store, QUESTIONS[name]) == Counter(rows)
    assert ask_rdflib(to_rdflib(store.triples()), QUESTIONS[name]) == Counter(rows)


# --- two engines --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(QUESTIONS) - SLOW_IN_RDFLIB))
def test_rdflib_gives_an_equal_answer(name: str, store: EmbeddedStore, whole: rdflib.Graph) -> None:
    assert ask_rdflib(whole, QUESTIONS[name]) == ask_oxigraph(store, QUESTIONS[name])


@pytest.mark.parametrize("name", sorted(SLOW_IN_RDFLIB))
def test_rdflib_gives_an_equal_answer_on_a_part_of_the_data(name: str, part: EmbeddedStore) -> None:
    answer = ask_oxigraph(part, QUESTIONS[name])
    assert answer, "the part should hold something to find"
    assert ask_rdflib(to_rdflib(part.triples()), QUESTIONS[name]) == answer
