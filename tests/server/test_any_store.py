"""The same questions have the same answers on real SPARQL servers as on the embedded store."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stdout
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from mlgraph.build.dataset import find_layout
from mlgraph.catalog import (
    claims,
    courses,
    curriculum,
    entity,
    learning,
    lookup,
    naming,
    quality,
    topics,
    whole,
)
from mlgraph.catalog.question import questions
from mlgraph.cli.main import run
from mlgraph.errors import DataError, StoreError, UsageError
from mlgraph.interchange import publish as module
from mlgraph.interchange.publish import Content, Target, content_of, publish, target_of
from mlgraph.planning.learner import Learner, knowledge
from mlgraph.planning.prerequisite import prerequisites
from mlgraph.rdf.challenge import Credentials
from mlgraph.rdf.remote import RemoteStore
from mlgraph.rdf.store import EmbeddedStore, text
from mlgraph.rdf.transport import Patience, Transport
from mlgraph.vocab import DATASET, MLG, thing
from tests.server.servers import Far, missing, oxigraph, virtuoso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyoxigraph as ox

    from mlgraph.rdf.store import Store
    from mlgraph.rdf.transport import Reply

pytestmark = pytest.mark.filterwarnings("error")
SERVERS = {"oxigraph": oxigraph, "virtuoso": virtuoso}
DEEP, ROLE = thing("topic", "deep-learning"), thing("role", "data-scientist")
SOME = [thing("topic", slug) for slug in ("transformer", "bayes-theorem", "backpropagation", "arithmetic")]


def sender(far: Far) -> Transport:
    return Transport(Patience(timeout=300), Credentials(None, far.user, far.password))


@pytest.fixture(scope="module")
def content(store: EmbeddedStore) -> Content:
    return content_of(store.triples())


@pytest.fixture(scope="module", params=sorted(SERVERS))
def far(request: pytest.FixtureRequest) -> Iterator[Far]:
    reason = missing(request.param)
    if reason:
        pytest.skip(reason)
    with SERVERS[request.param]() as server:
        yield server


@pytest.fixture(scope="module")
def remote(far: Far, content: Content) -> RemoteStore:
    """The shipped graph on a server."""
    found = publish(content, target_of(far.url), sender(far))
    assert (found.outcome, found.resumed, found.triples) == ("published", 0, len(content.lines))
    return RemoteStore(far.url, Patience(timeout=120))


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
            "mlg:Topic": 60,
            "schema:Course": 90,
            "schema:EducationalOccupationalProgram": 20,
            "mlg:JobRole": 10,
            "mlg:LearningProject": 15,
            "mlg:Statement": 40,
            "schema:LearningResource": 300,
            "mlg:Source": 200,
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
    "practices": learning.practices,
    "named": lambda s: learning.named(s, [DEEP, *SOME]),
    "resolve": lambda s: [
        naming.resolve(s, name)
        for name in ("PCA", "deep learning", "course/mit-18.06", "data scientist", DEEP)
    ],
    "resolve many": lambda s: naming.resolve_many(s, ["neural-network", "calculus"], ["topic"]),
    "search": lambda s: [naming.search(s, words) for words in ("gradient", "bayesan", "machine learning")],
    "slugs": lambda s: naming.slugs(s, ["topic", "course"], "ma"),
    "find things": lambda s: {
        name: str(found)
        for name, found in lookup.find_things(
            s, ["SVD", "calculus", "cs229", "nonesuch", "Bayes' theorem"]
        ).items()
    },
    "knowledge": lambda s: knowledge(s, Learner(), {SOME[0]: "deep", SOME[1]: "working"}),
}


ANSWERS: dict[str, object] = {}


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_domain_question_has_the_same_answer(
    store: EmbeddedStore, remote: RemoteStore, question: str
) -> None:
    ask = QUESTIONS[question]
    expected = ANSWERS.setdefault(question, ANSWERS.get(question) or ask(store))
    assert expected
    assert ask(remote) == expected


COMMANDS = [
    "prereqs deep-learning --tree",
    "prereqs transformer -f json",
    "unlocks linear-regression -f json",
    "why deep-learning linear-algebra",
    "next --known calculus,programming -f json",
    "gap --to data-scientist --known calculus -f json",
    "plan --to backpropagation --known calculus --start 2026-12-01 --free -f json",
    "show mit-18.06 --full",
    "show data-scientist -f json",
    "role data-scientist -f json",
    "courses --topic deep-learning --free -f json",
    "programs --for data-scientist -f json",
    "compare cmu-msml ubc-mds -f json",
    "roles --from data-analyst -f json",
    "projects -f csv",
    "sources -f csv",
    "claims --status disputed -f json",
    "stats -f json",
    "export nt",
    "export graphml",
]


def output_of(command: str) -> str:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out):
        code = run(command.split())
    out.flush()
    text = out.buffer.getvalue().decode()
    assert code == 0, (command, text)
    return text


def without_times(text: str) -> object:
    """Return an answer without how long the solver took."""
    try:
        found = json.loads(text)
    except ValueError:
        return text

    def strip(value: object) -> object:
        if isinstance(value, dict):
            return {key: strip(each) for key, each in value.items() if "second" not in key.lower()}
        return [strip(each) for each in value] if isinstance(value, list) else value

    return strip(found)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_says_the_same(remote: RemoteStore, command: str) -> None:
    expected = str(ANSWERS.get(command) or ANSWERS.setdefault(command, output_of(command)))
    assert len(expected) > 50
    assert without_times(output_of(f"{command} --store {remote.url}")) == without_times(expected)


SHIPPED = {each.name: each for each in questions(find_layout().ontology / "queries")}
PATHS = re.compile(r"[\w:)][*+](?=[\s;.)}/|]|$)")
"""A path of any length, which Virtuoso does not follow by the standard."""
OTHERWISE = {
    "oxigraph": {},
    "virtuoso": {
        "editorial-share": "it divides integers as integers",
        "courses-i-may-enter": "NOT EXISTS within NOT EXISTS",
    },
}
"""Server -> shipped question -> why its rows differ there."""


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
def test_shipped_question_has_the_same_rows(
    store: EmbeddedStore, far: Far, remote: RemoteStore, name: str
) -> None:
    question = SHIPPED[name]
    reason = OTHERWISE[far.name].get(name, "")
    if far.name == "virtuoso" and PATHS.search(question.sparql):
        reason = "it follows a path of any length"
    if reason:
        pytest.skip(f"{far.name}: {reason}")
    if question.expects in {"yes", "no"}:
        assert remote.ask(question.sparql) is store.ask(question.sparql)
    else:
        assert rows_of(remote, question.sparql) == rows_of(store, question.sparql)


def test_paths_are_probed(far: Far, remote: RemoteStore) -> None:
    assert remote.follows_paths is (far.name == "oxigraph")
    assert remote.graph == DATASET


def little(*slugs: str) -> Content:
    """Return a small graph with those topics in a chain."""
    links = " ".join(f"topic:{b} mlg:requires topic:{a} ." for a, b in pairwise(slugs))
    heads = "\n".join(f'topic:{each} a mlg:Topic ; rdfs:label "{each}"@en .' for each in slugs)
    return content_of(EmbeddedStore.of_turtle(heads + links).triples())


class Tap(Transport):
    """A transport that dies before its n-th request, as a killed publisher does, and counts what it sends."""

    def __init__(self, far: Far, dies_at: int = 10**9) -> None:
        super().__init__(Patience(timeout=60), Credentials(None, far.user, far.password))
        self.left = dies_at
        self.sent: list[tuple[str, bytes]] = []

    def send(self, method: str, url: str, body: bytes | None = None, *args: Any, **more: Any) -> Reply:  # noqa: ANN401 - passed on
        if self.left <= 0:
            raise KeyboardInterrupt
        self.left -= 1
        self.sent.append((url, body or b""))
        return super().send(method, url, body, *args, **more)

    def writes(self) -> int:
        return sum("query=" not in body.decode()[:6] for _, body in self.sent)


def lines_in(far: Far, graph: str) -> set[str]:
    rows = RemoteStore(far.url, transport=sender(far), graph=graph).construct("CONSTRUCT WHERE { ?s ?p ?o }")
    return {f"{row.subject} {row.predicate} {row.object} .\n" for row in rows}


def graphs_in(far: Far, start: str) -> list[str]:
    rows = RemoteStore(far.url, transport=sender(far), graph="").select(
        f'SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{start}")) }}'
    )
    return sorted(row["g"].value for row in rows)


def test_publishing_again_changes_nothing_and_new_content_replaces_old(far: Far) -> None:
    graph, other = "http://example.org/again", "http://example.org/untouched"
    publish(little("x", "y"), target_of(far.url, graph=other), sender(far))
    first, second = little("a", "b", "c"), little("b", "c", "d")
    target = target_of(far.url, graph=graph)
    assert publish(first, target, sender(far)).outcome == "published"
    assert lines_in(far, graph) == set(first.lines)
    tap = Tap(far)
    assert publish(first, target, tap).outcome == "unchanged"
    assert tap.writes() == 0
    assert publish(second, target, sender(far)).outcome == "published"
    assert lines_in(far, graph) == set(second.lines)
    assert lines_in(far, other) == set(little("x", "y").lines)
    assert graphs_in(far, graph) == [graph, f"{graph}/publication"]


@pytest.mark.parametrize("by_store", [True, False])
def test_killed_anywhere_goes_on_where_it_stopped(
    far: Far, by_store: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STORE_BATCH", 4)
    monkeypatch.setattr(module, "UPDATE_BATCH", 4)
    old, new = little("a", "b"), little(*(f"t{count}" for count in range(5)))

    def place(name: str) -> Target:
        found = target_of(far.url, graph=f"http://example.org/killed-{by_store}-{name}")
        return found if by_store else found._replace(graph_store="")

    publish(old, place("whole"), sender(far))
    whole = Tap(far)
    publish(new, place("whole"), whole)
    resumed = []
    for dies_at in range(0, len(whole.sent), 2):
        target = place(str(dies_at))
        publish(old, target, sender(far))
        with pytest.raises(KeyboardInterrupt):
            publish(new, target, Tap(far, dies_at))
        assert lines_in(far, target.graph) == set(old.lines), "a reader sees the old graph"
        resumed.append(publish(new, target, sender(far)).resumed)
        assert lines_in(far, target.graph) == set(new.lines)
        assert graphs_in(far, f"{target.graph}/") == [f"{target.graph}/publication"]
    assert resumed == sorted(resumed)
    assert resumed[0] == 0
    assert resumed[-1] == len(new.lines), "what had arrived was not sent again"


def test_killed_publication_of_other_content_is_cleared_away(far: Far) -> None:
    graph = "http://example.org/cleared"
    with pytest.raises(KeyboardInterrupt):
        publish(little("a", "b"), target_of(far.url, graph=graph), Tap(far, 7))
    assert len(graphs_in(far, f"{graph}/staging/")) == 1
    publish(little("c", "d"), target_of(far.url, graph=graph), sender(far))
    assert lines_in(far, graph) == set(little("c", "d").lines)
    assert graphs_in(far, f"{graph}/") == [f"{graph}/publication"]


def test_graph_of_somebody_else_is_left_alone(far: Far) -> None:
    graph = "http://example.org/theirs"
    publish(little("a", "b"), target_of(far.url, graph=graph), sender(far))
    tap = Tap(far)
    target = target_of(far.url, graph=graph)
    sent = tap.send(
        "POST",
        target.update,
        f"DELETE WHERE {{ GRAPH <{graph}/publication> {{ ?s ?p ?o }} }}".encode(),
        {"Content-Type": "application/sparql-update"},
    )
    assert sent.status < 300
    with pytest.raises(StoreError, match="that mlgraph did not publish"):
        publish(little("c"), target, sender(far))
    assert lines_in(far, graph) == set(little("a", "b").lines)


def test_no_rights_to_write_is_told(far: Far) -> None:
    if not far.user:
        pytest.skip("everybody may write there")
    with pytest.raises(StoreError, match="does not let us in") as caught:
        publish(
            little("a"),
            target_of(far.url, graph="http://example.org/denied"),
            Transport(Patience(timeout=60)),
        )
    assert "MLGRAPH_STORE_USER" in caught.value.mend


def test_default_graph() -> None:
    if missing("oxigraph"):
        pytest.skip(missing("oxigraph"))
    with oxigraph() as far:
        found = publish(little("a", "b"), target_of(far.url, graph="default"), sender(far))
        assert found.outcome == "published"
        assert [each.slug for each in topics.topics(RemoteStore(far.url))] == []  # they have no depth
        assert topics.below(RemoteStore(far.url), [thing("topic", "b")]) == {
            thing("topic", slug) for slug in "ab"
        }
        assert (
            publish(little("a", "b"), target_of(far.url, graph="default"), sender(far)).outcome == "unchanged"
        )


def test_blank_nodes_and_bad_graphs_are_refused() -> None:
    with pytest.raises(DataError, match="blank node"):
        content_of(EmbeddedStore.of_turtle("topic:a mlg:about [] .").triples())
    with pytest.raises(UsageError, match="no IRI"):
        target_of("http://localhost/query", graph="not an iri")
    assert little("b", "a", "c") == little("b", "a", "c")
    assert target_of("http://h/ds/query", update="http://h/u").graph_store == ""
