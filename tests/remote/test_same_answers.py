"""The same questions have the same answers on real SPARQL servers as on the embedded store."""

from __future__ import annotations

import inspect
import pkgutil
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlgraph import catalog
from mlgraph.build.dataset import find_layout
from mlgraph.catalog import (
    claims,
    courses,
    curriculum,
    entity,
    index,
    learning,
    lookup,
    mastery,
    naming,
    quality,
    topics,
    whole,
)
from mlgraph.catalog.question import questions
from mlgraph.planning.learner import Learner, knowledge
from mlgraph.planning.prerequisite import prerequisites
from mlgraph.rdf.store import text
from mlgraph.vocab import DATASET, MLG, thing

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyoxigraph as ox

    from mlgraph.rdf.remote import RemoteStore
    from mlgraph.rdf.store import EmbeddedStore, Store
    from tests.remote.servers import Far

DEEP, ROLE = thing("topic", "deep-learning"), thing("role", "data-scientist")
SOME = [thing("topic", slug) for slug in ("transformer", "bayes-theorem", "backpropagation", "arithmetic")]


def some(store: Store, kind: str, every: int) -> list[str]:
    """Return every n-th thing of a class, by IRI."""
    rows = store.select(f"SELECT ?x WHERE {{ ?x a {kind} }} ORDER BY ?x")
    return [row["x"].value for row in rows][::every]


QUESTIONS: dict[str, Callable[[Store], object]] = {
    "topics": topics.topics,
    "topics of an area": lambda s: topics.topics(s, area=thing("area", "neural-network")),
    "topics in German": lambda s: topics.topics(s, lang="de"),
    "requirements": lambda s: [topics.requirements(s, [topic]) for topic in [DEEP, *SOME]],
    "requirements of many": lambda s: topics.requirements(s, SOME),
    "prerequisites": lambda s: [prerequisites(s, [topic]) for topic in [DEEP, *SOME]],
    "prerequisites, some known": lambda s: prerequisites(s, [DEEP], [thing("topic", "linear-regression")]),
    "below": lambda s: [topics.below(s, [topic]) for topic in [DEEP, *SOME]],
    "unlocks": lambda s: [topics.unlocks(s, topic) for topic in [DEEP, *SOME]],
    "unlocks directly": lambda s: [topics.unlocks(s, topic, direct=True) for topic in [DEEP, *SOME]],
    "mastery": lambda s: [mastery.mastery(s, topic) for topic in [DEEP, *SOME]],
    "soft links": lambda s: topics.soft_links(s, [DEEP, *SOME]),
    "hours": lambda s: topics.topic_hours(s, [DEEP, *SOME]),
    "hard edges": whole.hard_edges,
    "hard edges below": lambda s: whole.hard_edges(s, SOME),
    "all requirements": whole.all_requirements,
    "role parts": whole.role_parts,
    "area": lambda s: whole.topics_of_area(s, thing("area", "neural-network")),
    "claims, disputed": lambda s: claims.claims(s, status="disputed"),
    "claims, superseded": lambda s: claims.claims(s, status="superseded"),
    "claims of a predicate": lambda s: claims.claims(s, predicate=MLG.preparesFor),
    "claims about": lambda s: [claims.claims_about(s, topic) for topic in [DEEP, *SOME]],
    "statements": claims.statements,
    "statements, trend": lambda s: claims.statements(s, kind="trend"),
    "courses": courses.courses,
    "courses, filtered": lambda s: courses.courses(
        s, topic=DEEP, free=True, language="en", pacing="self-paced"
    ),
    "courses, deeply": lambda s: courses.courses(s, topic=DEEP, level="deep"),
    "programs": courses.programs,
    "programs for a role": lambda s: courses.programs(s, role=ROLE),
    "roles": courses.roles,
    "needs": lambda s: [courses.needs(s, role) for role in some(s, "mlg:JobRole", 5)],
    "projects": courses.projects,
    "projects for a topic": lambda s: courses.projects(s, topic=SOME[0]),
    "describe": lambda s: [
        entity.describe(s, claims.thing_of(iri, ""))
        for kind, every in {
            "mlg:Topic": 300,
            "schema:Course": 400,
            "schema:EducationalOccupationalProgram": 60,
            "mlg:JobRole": 25,
            "mlg:LearningProject": 40,
            "mlg:Statement": 200,
            "schema:LearningResource": 900,
            "mlg:Source": 600,
        }.items()
        for iri in some(s, kind, every)
    ],
    "sources": entity.sources,
    "counts": lambda s: {k: v for k, v in entity.counts(s).items() if v},
    "quality": quality.quality,
    "curricula": curriculum.curricula,
    "details": lambda s: curriculum.details(s, some(s, "schema:EducationalOccupationalProgram", 10)),
    "prepared": lambda s: curriculum.prepared(s, ROLE),
    "recommended": lambda s: curriculum.recommended(s, some(s, "schema:EducationalOccupationalProgram", 1)),
    "free courses": lambda s: curriculum.free_courses(s, [DEEP, *SOME]),
    "taught by": lambda s: learning.taught_by(s, some(s, "schema:Course", 10)),
    "teaching": lambda s: learning.teaching(s, [DEEP, *SOME]),
    "offerings": lambda s: learning.offerings(s, some(s, "schema:Course", 10)),
    "entry groups": lambda s: learning.entry_groups(s, some(s, "schema:Course", 3)),
    "resources": lambda s: learning.resources_for(s, [DEEP, *SOME]),
    "languages of resources": learning.resource_languages,
    "pages": lambda s: learning.pages(s, some(s, "schema:Course", 100)),
    "evidence": lambda s: claims.evidence_of(s, some(s, "mlg:Claim", 2000)),
    "skill parts": lambda s: whole.skill_parts(s, [(skill, "working") for skill in some(s, "mlg:Skill", 1)]),
    "practices": learning.practices,
    "many teach": lambda s: [learning.many_teach(s, [DEEP], 2), not learning.many_teach(s, [DEEP], 100)],
    "course index": lambda s: [
        each if isinstance(each, tuple) else str(each.tolist()) for each in index.course_index(s)
    ],
    "courses as arrays": lambda s: str(index.index_courses(s).owners.tolist()),
    "named": lambda s: learning.named(s, [DEEP, *SOME]),
    "resolve": lambda s: [
        naming.resolve(s, name)
        for name in ("PCA", "deep learning", "course/mit-18.06", "data scientist", DEEP)
    ],
    "free examples": lambda s: curriculum.free_examples(s, DEEP, 5),
    "resolve many": lambda s: naming.resolve_many(s, ["neural-network", "calculus"], ["topic"]),
    "search": lambda s: naming.search(s, "machine learning"),
    "slugs": lambda s: naming.slugs(s, ["topic", "course"], "ma"),
    "find things": lambda s: {
        name: str(found)
        for name, found in lookup.find_things(
            s, ["SVD", "calculus", "cs229", "nonesuch", "Bayes' theorem"]
        ).items()
    },
    "knowledge": lambda s: knowledge(s, Learner(), {SOME[0]: "deep", SOME[1]: "working"}),
}

NOTHING: dict[str, Callable[[Store], object]] = {
    "requirements": lambda s: topics.requirements(s, []),
    "below": lambda s: topics.below(s, []),
    "soft links": lambda s: topics.soft_links(s, []),
    "hours": lambda s: topics.topic_hours(s, []),
    "hard edges": lambda s: whole.hard_edges(s, []),
    "skill parts": lambda s: whole.skill_parts(s, []),
    "taught by": lambda s: learning.taught_by(s, []),
    "teaching": lambda s: learning.teaching(s, []),
    "offerings": lambda s: learning.offerings(s, []),
    "entry groups": lambda s: learning.entry_groups(s, []),
    "resources": lambda s: learning.resources_for(s, []),
    "named": lambda s: learning.named(s, []),
    "pages": lambda s: learning.pages(s, []),
    "evidence": lambda s: claims.evidence_of(s, []),
    "resolve many": lambda s: naming.resolve_many(s, [], ["topic"]),
    "find things": lambda s: lookup.find_things(s, []),
    "free courses": lambda s: curriculum.free_courses(s, []),
}
"""Questions about nothing, for which some servers refuse an empty list of values."""

ANSWERS: dict[str, object] = {}


def test_every_domain_question_is_asked() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    found = [
        f"{module.name}.{name}"
        for module in pkgutil.iter_modules(catalog.__path__)
        for name, each in inspect.getmembers(
            import_module(f"mlgraph.catalog.{module.name}"), inspect.isfunction
        )
        if each.__module__ == f"mlgraph.catalog.{module.name}"
        and not name.startswith("_")
        and next(iter(inspect.signature(each).parameters), "") == "store"
    ]
    assert len(found) > 30
    asked = {each for each in found if re.search(rf"\b{each}\(|: {each},", here)}
    # of questions asked here, or a number that is compared with a limit
    parts = {
        "topics.closure",
        "gather.gather",
        "gather.counts",
        "gather.more_than",
        "naming.keep_names",
        "extent.is_large",
        "extent.whole",
    }
    assert set(found) - asked == parts


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_domain_question_has_the_same_answer(
    store: EmbeddedStore, remote: RemoteStore, question: str
) -> None:
    ask = QUESTIONS[question]
    expected = ANSWERS.setdefault(question, ANSWERS.get(question) or ask(store))
    assert expected
    assert ask(remote) == expected


@pytest.mark.parametrize("question", sorted(NOTHING))
def test_question_about_nothing(store: EmbeddedStore, remote: RemoteStore, question: str) -> None:
    assert NOTHING[question](remote) == NOTHING[question](store)


SHIPPED = {each.name: each for each in questions(find_layout().ontology / "queries")}


def rows_of(store: Store, sparql: str) -> list[tuple[str, ...]]:
    """Return rows in an order of their own, with numbers as numbers: 6 and 6.0 are one value."""
    return sorted(tuple(_plain(each) for each in row) for row in store.select(sparql))


def _plain(term: ox.Literal | ox.NamedNode | ox.BlankNode | ox.Triple | None) -> str:
    said = text(term)
    try:
        return f"{float(said):.6g}"
    except ValueError:
        return said


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_shipped_question_has_the_same_rows(store: EmbeddedStore, remote: RemoteStore, name: str) -> None:
    question = SHIPPED[name]
    if question.expects in {"yes", "no"}:
        assert remote.ask(question.sparql) is store.ask(question.sparql)
        return
    assert rows_of(remote, question.sparql) == rows_of(store, question.sparql)


def test_paths_are_probed(far: Far, remote: RemoteStore) -> None:
    assert remote.follows_paths is (far.name == "oxigraph")
    assert remote.graph == DATASET


def test_closure_has_each_topic_once(store: EmbeddedStore, remote: RemoteStore) -> None:
    asked = f"SELECT ?t WHERE {{ <{DEEP}> mlg:requires+ ?t }}"
    assert rows_of(remote, asked) == rows_of(store, asked)


def test_whole_graph_comes_back(store: EmbeddedStore, remote: RemoteStore) -> None:
    expected = ANSWERS.setdefault("triples", ANSWERS.get("triples") or set(store.triples()))
    assert set(remote.triples()) == expected
